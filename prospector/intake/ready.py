"""Rows as the importer takes them: what they say of a person and a company, ready to be matched and stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from prospector.intake.rows.consent import NOTHING
from prospector.intake.rows.rows import RowReader
from prospector.store.observations import Said

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from prospector.intake.columns.mappings import ColumnMap
    from prospector.intake.files.tables import RawRow
    from prospector.intake.rows.consent import Consent
    from prospector.intake.rows.row_parts import Problem
    from prospector.intake.rows.rows import ParsedRow


class ReadyRow(NamedTuple):
    """What a row says of its person and its company; if of neither, the code why and the cells, to be listed.

    `consent` is what the row says about writing to the person, `seen_on` the row's own date.
    """

    number: int
    person: Said | None
    company: Said | None
    reject: str = ""
    cells: Sequence[Any] = ()
    consent: Consent = NOTHING
    problems: tuple[Problem, ...] = ()
    seen_on: date | None = None


class ReadyReader:
    """Reads the rows of one file. Rows of one company share what it says of the company."""

    def __init__(self, mapping: ColumnMap, seen: date) -> None:
        self._mapping, self._seen = mapping, seen
        self._read = RowReader(mapping, seen=seen)

    def __reduce__(self) -> tuple[type[ReadyReader], tuple[ColumnMap, date]]:
        return type(self), (self._mapping, self._seen)

    def __call__(self, raw: RawRow) -> ReadyRow:
        """The row. Never raises for what a cell holds; a row whose raw form is broken says nothing."""
        if raw.problem:
            return ReadyRow(raw.number, None, None, raw.problem, raw.values)
        row = self._read(raw)
        person = Said.of("person", row.person) if _is_person(row) else None
        company = row.facts.said if _is_company(row) else None
        rejected = ("", ()) if person or company else (_why_nobody(row), raw.values)
        return ReadyRow(row.number, person, company, *rejected, row.consent, row.problems, row.seen_on)

    def batch(self, rows: Sequence[RawRow]) -> list[ReadyRow]:
        """Several rows."""
        return [self(raw) for raw in rows]


def _is_person(row: ParsedRow) -> bool:
    """Somebody who can be found again: by address, by profile, or by full name at a company."""
    person = row.person
    if person.get("email") or person.get("linkedin"):
        return True
    return bool(person.get("first_name") and person.get("last_name")) and _is_company(row)


def _is_company(row: ParsedRow) -> bool:
    return bool(row.company.get("domain") or row.company.get("name"))


def _why_nobody(row: ParsedRow) -> str:
    return "name_only" if row.person.get("first_name") or row.person.get("last_name") else "nobody"
