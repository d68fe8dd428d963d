"""Filling empty tables leaves the schema as it was."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from prospector.core.errors import NothingImportable
from prospector.intake.importer import ImportOptions, import_file
from prospector.store.database import Database
from prospector.store.late_indexes import LATE, late_indexes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCHEMA = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name"


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "prospector.db")
    yield opened
    opened.close()


def _schema(db: Database) -> list[tuple[str, ...]]:
    return [tuple(row) for row in db.rows(SCHEMA)]


def _import(db: Database, path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    import_file(db, path, ImportOptions(date(2026, 11, 22)), rejects_folder=path.parent)


def test_each_of_these_indexes_exists(db: Database) -> None:
    assert set(LATE) <= {row["name"] for row in db.rows(SCHEMA)}


def test_the_first_import_leaves_all_indexes_whole(db: Database, tmp_path: Path) -> None:
    before = _schema(db)
    _import(db, tmp_path / "a.csv", "Email,Job Title\nana@acme.example,HR Manager\n")
    assert _schema(db) == before
    assert db.value("PRAGMA integrity_check") == "ok"
    plan = db.rows("EXPLAIN QUERY PLAN SELECT id FROM people INDEXED BY people_email WHERE email = 'x'")
    assert "people_email" in plan[0]["detail"]


def test_an_import_that_fails_leaves_all_indexes_whole(db: Database, tmp_path: Path) -> None:
    before = _schema(db)
    with pytest.raises(NothingImportable):
        _import(db, tmp_path / "a.csv", "Email,Job Title\nnobody,\n")
    assert _schema(db) == before


def test_tables_that_hold_something_keep_their_indexes_all_the_time(db: Database) -> None:
    db.execute("INSERT INTO companies (name) VALUES ('Acme')")
    before = _schema(db)
    with db.transaction(), late_indexes(db):
        assert _schema(db) == before
