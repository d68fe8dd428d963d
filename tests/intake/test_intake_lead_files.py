"""Invented look-alikes of lead files as people really have them: columns, names, companies and phones come out right.

The keys say what is right (see `support/lead_files.py`); floors only rise.
"""

from __future__ import annotations

from typing import Any

import pytest
from lead_files import (
    KEYS,
    bare,
    faults,
    lost_rows,
    misnamed,
    misread_columns,
    missing_companies,
    missing_phones,
    named,
    outcome,
    phones_asked,
)

FLOOR_OF_COLUMNS = 1.0
FLOOR_OF_FILES = 0.87
FLOOR_OF_PEOPLE = 0.98
FLOOR_OF_COMPANIES = 0.96
FLOOR_OF_PHONES = 0.98


def _share_right(wrong: int, of: int, *, fewest: int) -> float:
    assert of >= fewest
    return 1 - wrong / of


def test_columns_that_matter_fill_their_field() -> None:
    asked = sum(len(key["columns"]) for key in KEYS)
    wrong = sum(len(misread_columns(key)) for key in KEYS)
    assert _share_right(wrong, asked, fewest=300) >= FLOOR_OF_COLUMNS


def test_most_files_come_in_without_any_fault() -> None:
    wrong = [key["file"] for key in KEYS if faults(key)]
    assert _share_right(len(wrong), len(KEYS), fewest=31) >= FLOOR_OF_FILES, wrong


def test_who_is_stored_with_a_name_bears_it() -> None:
    people = sum(len(named(key)) for key in KEYS)
    wrong = sum(len(misnamed(key)) for key in KEYS)
    assert _share_right(wrong, people, fewest=90) >= FLOOR_OF_PEOPLE


def test_companies_are_stored_with_their_name_and_domain() -> None:
    companies = sum(len(key["companies"]) for key in KEYS)
    wrong = sum(len(missing_companies(key)) for key in KEYS)
    assert _share_right(wrong, companies, fewest=160) >= FLOOR_OF_COMPANIES


def test_numbers_are_stored_whose_country_the_file_tells() -> None:
    wrong = sum(len(missing_phones(key)) for key in KEYS)
    assert _share_right(wrong, sum(map(phones_asked, KEYS)), fewest=70) >= FLOOR_OF_PHONES


@pytest.mark.parametrize("key", KEYS, ids=lambda key: str(key["file"]))
def test_nobody_is_lost_in_silence(key: dict[str, Any]) -> None:
    assert not outcome(key["file"]).refused
    assert not lost_rows(key)


@pytest.mark.parametrize("key", KEYS, ids=lambda key: str(key["file"]))
def test_nobody_is_greeted_by_anything_but_a_given_name(key: dict[str, Any]) -> None:
    given = {(p["row"], bare(first)) for p in key["people"] for first, _ in p["names"]}
    if key["kind"] == "people":
        assert {(row[0], bare(row[3])) for row in named(key) if row[3]} <= given
