"""The file: made and migrated once, kept before a change, never half written, and clear about what is wrong."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from sqlite_utils import Migrations

from prospector.core.errors import FileError
from prospector.store import database
from prospector.store.database import Database
from prospector.store.migrations import migrations

if TYPE_CHECKING:
    from pathlib import Path

    from sqlite_utils import Database as SqliteUtils


def _tables(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as plain:
        return {row[0] for row in plain.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def _with_another(monkeypatch: pytest.MonkeyPatch, *, broken: bool = False) -> list[str]:
    """The released migrations and one more; the list notes each time that it runs."""
    ran: list[str] = []
    longer = Migrations("prospector")
    for one in migrations._migrations:
        longer(name=one.name)(one.fn)

    @longer(name="m999_hats")
    def hats(db: SqliteUtils) -> None:
        ran.append("m999_hats")
        db.execute("CREATE TABLE hats (id INTEGER PRIMARY KEY)")
        if broken:
            db.execute("INSERT INTO no_such_table VALUES (1)")

    monkeypatch.setattr("prospector.store.migrations.migrations", longer)
    monkeypatch.setattr(database, "LATEST", len(longer._migrations))
    return ran


def test_a_new_file_gets_the_schema_and_no_copy(tmp_path: Path) -> None:
    path = tmp_path / "prospector.db"
    Database(path).close()
    assert _tables(path) >= {"people", "companies", "evidence", "suppressions", "touches"}
    assert [one.name for one in tmp_path.iterdir()] == ["prospector.db"]
    db = Database(path)
    assert db.value("PRAGMA journal_mode") == "wal"
    assert db.value("PRAGMA foreign_keys") == 1
    assert db.value("SELECT count(*) FROM _sqlite_migrations") == len(migrations._migrations)
    assert len(migrations._migrations) == database.LATEST
    db.close()


def test_a_pending_migration_runs_once_and_the_file_is_copied_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "prospector.db"
    first = Database(path)
    first.execute("INSERT INTO companies (name) VALUES ('Alpha Bank')")
    first.close()
    ran = _with_another(monkeypatch)
    for _ in range(3):
        Database(path).close()
    assert ran == ["m999_hats"]
    copy = tmp_path / "prospector.db.before-m999_hats"
    assert "hats" in _tables(path)
    assert "hats" not in _tables(copy)
    with closing(sqlite3.connect(copy)) as plain:
        assert plain.execute("SELECT name FROM companies").fetchall() == [("Alpha Bank",)]
        assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_migration_that_fails_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "prospector.db"
    Database(path).close()
    before = _tables(path)
    _with_another(monkeypatch, broken=True)
    with pytest.raises(FileError, match="no_such_table"):
        Database(path)
    assert _tables(path) == before
    monkeypatch.undo()
    Database(path).close()


def test_programs_that_start_on_a_new_file_at_once_all_get_it(tmp_path: Path) -> None:
    code = "import sys, pathlib; from prospector.store.database import Database; sys.stdin.read(); "
    code += "Database(pathlib.Path(sys.argv[1])).execute('SELECT * FROM people')"
    command = [sys.executable, "-c", code, str(tmp_path / "prospector.db")]
    started = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(3)
    ]
    for one in started:
        assert one.stdin is not None
        one.stdin.close()
    for one in started:
        assert one.stderr is not None
        with one.stderr as errors:
            assert errors.read() == ""
        assert one.wait() == 0


@pytest.mark.parametrize(
    "content", [b"First Name,Email\n" * 500, b"SQLite format 3\0" + b"\xff" * 5000, b"x", b"notes\n" * 20]
)
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "prospector.db"
    path.write_bytes(content)
    with pytest.raises(FileError, match="not a usable database") as caught:
        Database(path)
    assert caught.value.hint
    assert path.read_bytes() == content


def test_somebody_elses_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as plain:
        plain.execute("CREATE TABLE companies (id INTEGER PRIMARY KEY, motto TEXT)")
        plain.commit()
    with pytest.raises(FileError, match="already exists"):
        Database(path)
    assert _tables(path) == {"companies"}


def test_a_folder_in_its_place_and_a_missing_folder_are_file_errors(tmp_path: Path) -> None:
    (tmp_path / "folder.db").mkdir()
    (tmp_path / "file").write_text("x")
    for path in (tmp_path / "folder.db", tmp_path / "none" / "a.db", tmp_path / "file" / "a.db"):
        with pytest.raises(FileError, match="unable to open") as caught:
            Database(path)
        assert "folder exists" in caught.value.hint


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_read_only_folder_is_a_file_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(FileError) as caught:
            Database(tmp_path / "prospector.db")
        assert "may write" in caught.value.hint
    finally:
        tmp_path.chmod(0o700)


def test_a_database_that_may_only_be_read_can_be_asked_but_says_why_it_cannot_change(tmp_path: Path) -> None:
    db = Database(tmp_path / "prospector.db")
    db.execute("PRAGMA query_only = ON")  # what a file without write permission does, for root as well
    assert db.value("SELECT count(*) FROM people") == 0
    with pytest.raises(FileError, match="nothing was changed") as caught, db.transaction():
        db.execute("INSERT INTO companies (name) VALUES ('x')")
    assert "may write" in caught.value.hint
    db.close()


def test_a_locked_database_says_who_is_writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "prospector.db"
    monkeypatch.setattr(database, "_BUSY_MS", 20)
    monkeypatch.setattr(database, "_OPENING_TRIES", 2)
    first, second = Database(path), Database(path)
    with first.transaction():
        first.execute("INSERT INTO companies (name) VALUES ('x')")
        assert second.value("SELECT count(*) FROM companies") == 0, "readers do not wait"
        with pytest.raises(FileError, match="locked") as caught, second.transaction():
            raise AssertionError("never reached")
        assert "another prospector command is writing" in caught.value.hint
        Database(path).close()  # opening needs no lock
    assert second.value("SELECT count(*) FROM companies") == 1
    first.close()
    second.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(FileError, match="locked"):
            Database(path)


def test_an_error_inside_a_transaction_takes_all_of_it_back(tmp_path: Path) -> None:
    db = Database(tmp_path / "prospector.db")
    for error in (ValueError("x"), KeyboardInterrupt(), sqlite3.IntegrityError("x")):
        with pytest.raises(type(error)):
            _insert_and_fail(db, error)
        assert db.value("SELECT count(*) FROM companies") == 0
        assert not db.connection.in_transaction
    with db.transaction():
        db.execute("INSERT INTO companies (name) VALUES ('kept')")
    assert db.value("SELECT name FROM companies") == "kept"
    db.close()


def _insert_and_fail(db: Database, error: BaseException) -> None:
    with db.transaction():
        db.execute("INSERT INTO companies (name) VALUES ('x')")
        raise error


def test_a_full_disk_takes_the_transaction_back_and_is_a_file_error(tmp_path: Path) -> None:
    db = Database(tmp_path / "prospector.db")
    db.execute(f"PRAGMA max_page_count = {db.value('PRAGMA page_count') + 2}")
    with pytest.raises(FileError, match="full") as caught, db.transaction():
        db.many("INSERT INTO companies (description) VALUES (?)", [("x" * 4000,)] * 50)
    assert "free some disk space" in caught.value.hint
    assert db.value("SELECT count(*) FROM companies") == 0
    assert db.value("PRAGMA integrity_check") == "ok"
    db.close()


def test_a_damaged_page_is_a_file_error_and_no_traceback(tmp_path: Path) -> None:
    path = tmp_path / "prospector.db"
    db = Database(path)
    with db.transaction():
        db.many("INSERT INTO companies (description) VALUES (?)", [("x" * 1000,)] * 500)
    db.close()
    content = bytearray(path.read_bytes())
    content[len(content) // 2 :] = b"\xaa" * (len(content) - len(content) // 2)
    path.write_bytes(content)
    db = Database(path)
    with pytest.raises(FileError, match="malformed"), db.transaction():
        db.execute("UPDATE companies SET name = description")
    db.close()


def test_statistics_of_all_indexes_are_taken_and_wait_for_nobody(tmp_path: Path) -> None:
    with closing(Database(tmp_path / "prospector.db")) as db, closing(Database(db.path)) as other:
        db.execute("INSERT INTO people (email, department) VALUES ('ana@acme.example', 'hr')")
        db.take_statistics()
        known = {row["idx"] for row in db.rows("SELECT idx FROM sqlite_stat1")}
        assert {"people_email", "people_role"} <= known
        db.execute("PRAGMA busy_timeout = 10")
        with other.transaction():
            db.take_statistics()


def test_look_ups_of_an_older_file_are_kept_when_they_come_to_be_of_people_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "prospector.db"
    shorter = Migrations("prospector")
    for one in migrations._migrations[:4]:
        shorter(name=one.name)(one.fn)
    with monkeypatch.context() as then:
        then.setattr("prospector.store.migrations.migrations", shorter)
        then.setattr(database, "LATEST", 4)
        with closing(Database(path)) as old:
            old.execute("INSERT INTO companies (id, name) VALUES (1, 'Acme')")
            old.many(
                "INSERT INTO lookups (company_id, source, outcome, requests, looked_on) VALUES (1, ?, ?, 2, '2026-11-01')",
                [("website", "found"), ("careers", "none")],
            )
    with closing(Database(path)) as db:
        rows = db.rows(
            "SELECT id, company_id, person_id, source, outcome, requests, field, cost, run FROM lookups"
        )
        assert [tuple(row) for row in rows] == [
            (1, 1, None, "website", "found", 2, None, 0.0, None),
            (2, 1, None, "careers", "none", 2, None, 0.0, None),
        ]
        assert db.rows("PRAGMA foreign_key_check") == []
        with pytest.raises(sqlite3.IntegrityError), db.transaction():
            db.execute("INSERT INTO lookups (source, outcome, looked_on) VALUES ('x', 'none', '2026-11-02')")
    assert (tmp_path / "prospector.db.before-m005_lookups").is_file()
