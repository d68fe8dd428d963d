"""What becomes of the invented lead files in an empty database, measured against their keys.

`keys.jsonl` tells for each file which fields its columns fill (`columns`), which columns are the user's own (`own`),
and the people, companies and phones that must come out of it.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from prospector.core.custom import custom_target
from prospector.core.errors import ProspectorError
from prospector.intake.consent.labels import CONSENT_TARGETS
from prospector.intake.importer import ImportOptions, import_file
from prospector.normalise.company_names import company_key
from prospector.normalise.text import fold
from prospector.store.database import Database

FILES = Path(__file__).parents[1] / "intake" / "lead_files"
KEYS: list[dict[str, Any]] = [
    json.loads(line) for line in (FILES / "keys.jsonl").read_text(encoding="utf-8").splitlines()
]
_SQL_PEOPLE = (
    "SELECT (SELECT min(row) FROM evidence WHERE person_id = people.id) AS row, coalesce(first_name, '') AS first, "
    "coalesce(last_name, '') AS last, coalesce(greeting, '') AS greeting, phone FROM people"
)
_SQL_COMPANIES = "SELECT name, domain, phone FROM companies"


@dataclass
class Outcome:
    """What an import has stored, and what it has said. A refused file has stored nothing."""

    people: list[tuple[int, str, str, str]] = field(default_factory=list)
    """Row, given name, family name and greeting of everybody who is stored."""
    companies: list[tuple[str | None, str | None]] = field(default_factory=list)
    phones: set[str] = field(default_factory=set)
    columns: dict[int, str] = field(default_factory=dict)
    seen_rows: set[int] = field(default_factory=set)
    """Rows that are the source of something that is stored, or listed among the rejects."""
    refused: str = ""


@cache
def outcome(file: str) -> Outcome:
    """Import one of the files into an empty database."""
    found = Outcome()
    with TemporaryDirectory() as name:
        folder = Path(name)
        db = Database(folder / "prospector.db")
        try:
            report = import_file(db, FILES / file, ImportOptions(date(2026, 11, 30)), rejects_folder=folder)
        except ProspectorError as error:
            found.refused = str(error)
        else:
            assert report.mapping is not None
            for column in report.mapping.columns:  # a further number is kept as a custom field, too
                found.columns.setdefault(column.position, column.field)
            people = db.rows(_SQL_PEOPLE)
            companies = db.rows(_SQL_COMPANIES)
            found.people = [tuple(row)[:4] for row in people]
            found.companies = [tuple(row)[:2] for row in companies]
            found.phones = {row["phone"] for row in (*people, *companies) if row["phone"]}
            found.seen_rows = {row[0] for row in db.rows("SELECT row FROM evidence")}
            if report.rejects_file:
                with report.rejects_file.open(encoding="utf-8", newline="") as lines:
                    found.seen_rows |= {int(line["row"]) for line in csv.DictReader(lines)}
        db.close()
    return found


def misread_columns(key: dict[str, Any]) -> list[str]:
    """Columns that fill a field, but not the one that they are."""
    columns = outcome(key["file"]).columns
    return [
        f"{one['label']}: {columns.get(one['at'])}, not {one['fields']}"
        for one in key["columns"]
        if columns.get(one["at"]) not in one["fields"]
    ]


def taken_columns(key: dict[str, Any]) -> list[str]:
    """Columns of the user's own that fill a field."""
    columns = outcome(key["file"]).columns
    allowed = {one["at"]: one["also"] for one in key["own"]}
    return [
        f"{one['label']}: {told}"
        for one in key["own"]
        if (told := columns.get(one["at"]))
        and told not in allowed[one["at"]]
        and told not in CONSENT_TARGETS
        and custom_target(told) is None
        and told != "replied"
    ]


def named(key: dict[str, Any]) -> list[tuple[int, str, str, str]]:
    """Everybody who is stored with a name."""
    return [row for row in outcome(key["file"]).people if row[1] or row[2]]


def misnamed(key: dict[str, Any]) -> list[str]:
    """People who are stored with a name that is not theirs. Case, accents and dots do not count."""
    people = {person["row"]: person["names"] for person in key["people"]}
    return [
        f"{row[0]}: {row[1]} {row[2]}"
        for row in named(key)
        if all(
            (bare(row[1]), bare(row[2])) != (bare(first), bare(last))
            for first, last in people.get(row[0], ())
        )
    ]


def missing_companies(key: dict[str, Any]) -> list[str]:
    """Companies that are not stored with a name and a domain that are theirs."""
    stored = outcome(key["file"]).companies
    return [
        f"{company['rows']}: {company['options']}"
        for company in key["companies"]
        if not company.get("optional")
        and not company.get("or_person")
        and not any(_is(name, domain, company["options"]) for name, domain in stored)
    ]


def _is(name: str | None, domain: str | None, options: list[dict[str, Any]]) -> bool:
    return any(
        _among(name, option["name"], company_key) and _among(domain, option["domain"], str)
        for option in options
    )


def _among(value: str | None, allowed: list[str | None], key: Any) -> bool:
    if "*" in allowed:
        return True
    return value in allowed or (value is not None and key(value) in {key(one) for one in allowed if one})


def missing_phones(key: dict[str, Any]) -> list[str]:
    """Numbers whose country the file tells and that are not stored."""
    stored = outcome(key["file"]).phones
    return [
        str(numbers)
        for who in (*key["people"], *key["companies"])
        for numbers, told in who.get("phones", ())
        if told and not stored.intersection(numbers)
    ]


def phones_asked(key: dict[str, Any]) -> int:
    """How many numbers are asked."""
    return sum(told for who in (*key["people"], *key["companies"]) for _, told in who.get("phones", ()))


def lost_rows(key: dict[str, Any]) -> list[int]:
    """Rows of people and companies that are neither stored nor listed with a reason."""
    asked = {person["row"] for person in key["people"]}
    asked |= {company["rows"][0] for company in key["companies"] if not company.get("optional")}
    return sorted(asked - outcome(key["file"]).seen_rows)


def faults(key: dict[str, Any]) -> list[str]:
    """Everything that is wrong with a file."""
    found = outcome(key["file"])
    if found.refused:
        return [found.refused]
    return [
        *(f"column {one}" for one in misread_columns(key)),
        *(f"own column {one}" for one in taken_columns(key)),
        *(f"name {one}" for one in misnamed(key)),
        *(f"company {one}" for one in missing_companies(key)),
        *(f"phone {one}" for one in missing_phones(key)),
        *(f"lost row {one}" for one in lost_rows(key)),
    ]


def bare(name: str | None) -> str:
    """A name for comparing."""
    return fold(name or "").replace(".", "")
