"""Invented look-alikes of lead files as people really have them: who is stored with a name bears the right one.

`lead_files/keys.jsonl` tells for each file the people by the line where their row begins (`row`), with every pair of
given and family name that is right (`names`).
"""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from prospector.core.errors import ProspectorError
from prospector.intake.importer import ImportOptions, import_file
from prospector.normalise.text import fold
from prospector.store.database import Database

FILES = Path(__file__).parent / "lead_files"
KEYS = [json.loads(line) for line in (FILES / "keys.jsonl").read_text(encoding="utf-8").splitlines()]

# Floors only rise.
FLOOR_OF_PEOPLES_FILES = 0.98
FLOOR_OF_ALL_FILES = 0.81


@cache
def _named(file: str) -> tuple[tuple[int, str, str, str], ...]:
    """Row, given name, family name and greeting of everybody who is stored with a name; nobody if it is refused."""
    with TemporaryDirectory() as name:
        db = Database(Path(name) / "prospector.db")
        try:
            import_file(db, FILES / file, ImportOptions(date(2026, 11, 30)), rejects_folder=Path(name))
        except ProspectorError:
            return ()
        finally:
            sql = (
                "SELECT (SELECT min(row) FROM evidence WHERE person_id = people.id), coalesce(first_name, ''), "
                "coalesce(last_name, ''), coalesce(greeting, '') FROM people WHERE coalesce(first_name, last_name) <> ''"
            )
            found = tuple(tuple(row) for row in db.rows(sql))
            db.close()
    return found


def _is_right(row: tuple[int, str, str, str], key: dict[str, Any]) -> bool:
    """Case, accents and dots do not count."""
    people = {person["row"]: person["names"] for person in key["people"]}
    named = (_bare(row[1]), _bare(row[2]))
    return any(named == (_bare(first), _bare(last)) for first, last in people.get(row[0], ()))


def _bare(name: str | None) -> str:
    return fold(name or "").replace(".", "")


def _share(keys: list[dict[str, Any]]) -> float:
    right = [_is_right(row, key) for key in keys for row in _named(key["file"])]
    assert len(right) > 80
    return sum(right) / len(right)


def test_people_of_files_of_people_bear_their_names() -> None:
    assert _share([key for key in KEYS if key["kind"] != "companies"]) >= FLOOR_OF_PEOPLES_FILES


def test_most_of_who_is_stored_with_a_name_in_any_file_bears_it() -> None:
    assert _share(KEYS) >= FLOOR_OF_ALL_FILES


@pytest.mark.parametrize("key", KEYS, ids=lambda key: str(key["file"]))
def test_nobody_is_greeted_by_anything_but_a_given_name(key: dict[str, Any]) -> None:
    given = {(p["row"], _bare(first)) for p in key["people"] for first, _ in p["names"]}
    if key["kind"] == "people":
        assert {(row[0], _bare(row[3])) for row in _named(key["file"]) if row[3]} <= given
