"""The same record out of several files: in any order the same, but that the later import wins among equals."""

from __future__ import annotations

import csv
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from prospector.intake.importer import ImportOptions, import_file
from prospector.store.database import Database
from prospector.store.explaining import why
from prospector.store.who import Handle

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

AS_OF = date(2026, 11, 30)
HEADER = (
    "First Name",
    "Last Name",
    "Email",
    "Title",
    "City",
    "Company",
    "Company Domain",
    "Headcount",
    "Phone",
)
ANNA = ("Anna", "Kranz", "anna@kranz.example")

_FILE = st.tuples(
    st.sampled_from(["", "HR Manager", "Head of HR", "CFO"]),
    st.sampled_from(["", "Berlin", "Bonn"]),
    st.sampled_from(["", "Kranz", "Kranz AG"]),
    st.sampled_from(["", "kranz.example"]),
    st.sampled_from(["", "51-200", "120"]),
    st.sampled_from(["", "+49 30 23125000", "+49 30 23125001"]),
    st.sampled_from([0, 0, 0, 9]),
)


def _write(folder: Path, name: str, *rows: Sequence[str], header: Sequence[str] = HEADER) -> Path:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def _import(db: Database, path: Path, days_ago: int = 0) -> dict[str, int]:
    options = ImportOptions(AS_OF, AS_OF - timedelta(days=days_ago))
    return dict(import_file(db, path, options, rejects_folder=path.parent).people)


def _known(db: Database) -> list[tuple[object, ...]]:
    rows = db.rows(
        "SELECT p.first_name, p.last_name, p.email, p.title, p.city, p.phone, c.name, c.domain, c.headcount_min "
        "FROM people p LEFT JOIN companies c ON c.id = p.company_id ORDER BY 3, 2, 1, 7"
    )
    return [tuple(row) for row in rows]


def _after(files: Sequence[tuple[str, tuple[str, ...], int]], folder: Path) -> list[tuple[object, ...]]:
    db = Database(folder / "prospector.db")
    try:
        db.execute("PRAGMA synchronous = OFF")
        for name, row, days_ago in files:
            _import(db, _write(folder, f"{name}.csv", row), days_ago)
        return _known(db)
    finally:
        db.close()


def _winner(files: list[tuple[str, tuple[str, ...], int]], position: int) -> str | None:
    """By the rule alone: of what is not blank the newest day, then what was imported later."""
    said = [(-days, place, row[position]) for place, (_, row, days) in enumerate(files) if row[position]]
    return max(said)[2] if said else None


@given(st.lists(_FILE, min_size=2, max_size=5), st.permutations("abcde"), st.data())
@example([("HR Manger", "", "", "", "", "", 0), ("HR Manager", "", "", "", "", "", 0)], list("badce"), None)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_five_files_in_any_order_end_the_same_but_that_the_later_import_wins_among_equals(
    said: list[tuple[str, str, str, str, str, str, int]], names: list[str], data: st.DataObject | None
) -> None:
    files = [
        (name, (*ANNA, *cells), days)
        for name, (*cells, days) in zip(names, ((*one,) for one in said), strict=False)
    ]
    orders = [files, data.draw(st.permutations(files))] if data else [files]
    for order in orders:
        with tempfile.TemporaryDirectory() as folder:
            ((*_, title, city, phone, _, domain, _),) = _after(order, Path(folder))
        assert (title, city) == (_winner(order, 3), _winner(order, 4))
        assert phone == (told.replace(" ", "") if (told := _winner(order, 8)) else None)
        assert domain == "kranz.example"


@given(st.lists(_FILE, min_size=2, max_size=5), st.data())
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_files_of_different_days_end_the_same_in_any_order(
    said: list[tuple[str, str, str, str, str, str, int]], data: st.DataObject
) -> None:
    files = [(f"f{day}", (*ANNA, *cells), day) for day, (*cells, _) in enumerate(said)]
    ends = []
    for order in (files, data.draw(st.permutations(files))):
        with tempfile.TemporaryDirectory() as folder:
            ends.append(_after(order, Path(folder)))
    assert ends[0] == ends[1]


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "prospector.db")
    yield opened
    opened.close()


def _row(title: str) -> tuple[str, ...]:
    return (*ANNA, title, "", "Kranz", "", "", "")


@pytest.mark.parametrize("names", [("list", "list_fixed"), ("z", "a"), ("a", "z"), ("same", "same")])
def test_the_later_file_corrects_whatever_the_files_are_called(
    db: Database, tmp_path: Path, names: tuple[str, str]
) -> None:
    for name, title in zip(names, ("HR Manger", "HR Manager"), strict=True):
        _import(db, _write(tmp_path, f"{name}.csv", _row(title)))
    (held, other) = why(db, Handle("person", 1), "title", AS_OF)
    assert (held.value, held.because) == ("HR Manager", "the later import of the same day")
    assert (other.value, other.because) == ("HR Manger", "an earlier import of the same day")


def test_a_file_that_is_imported_once_more_corrects_the_one_between(db: Database, tmp_path: Path) -> None:
    for name in ("a", "b", "a"):
        _import(db, _write(tmp_path, f"{name}.csv", _row(f"Title {name}")))
    assert db.value("SELECT title FROM people") == "Title a"
    # Nobody has said otherwise since: nothing is stored again.
    before = db.value("SELECT count(*) FROM evidence")
    assert _import(db, tmp_path / "a.csv") == {"unchanged": 1}
    assert db.value("SELECT count(*) FROM evidence") == before


def test_of_two_rows_of_a_file_the_later_counts_and_the_file_stays_known(
    db: Database, tmp_path: Path
) -> None:
    path = _write(tmp_path, "a.csv", _row("HR Manger"), _row("Other"), _row("HR Manager"))
    for _ in range(3):
        _import(db, path)
        assert db.value("SELECT title FROM people") == "HR Manager"
        assert db.value("SELECT count(*) FROM evidence WHERE person_id IS NOT NULL") == 3
