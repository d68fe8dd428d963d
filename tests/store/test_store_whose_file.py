"""Whose database a file is: another program's, and a newer version's, are refused and not one byte changes."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from contextlib import closing

import pytest
from workspaces import call_cli

from prospector.core.errors import FileError
from prospector.store.database import LATEST, NEWEST, Database
from prospector.store.lock import exclusive, lock_file
from prospector.store.migrations import migrations
from prospector.store.whose import APPLICATION_ID

SETTINGS = "database: prospector.db\n"


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def another(path, *, wal, number=0):
    with closing(sqlite3.connect(path)) as plain:
        plain.execute(f"PRAGMA application_id = {number}")
        if wal:
            plain.execute("PRAGMA journal_mode = WAL")
        plain.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)")
        plain.execute("INSERT INTO notes (text) VALUES ('mine')")
        plain.commit()


def from_the_future(path):
    Database(path).close()
    with closing(sqlite3.connect(path)) as plain:
        sql = "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('prospector', ?, 'x')"
        plain.execute(sql, ("m999_hats",))
        plain.commit()


def refused(folder, words=("find", "--count")):
    """What a command says of a database that it must leave alone: the folder is as it was, byte by byte."""
    path = folder / "prospector.db"
    (folder / "prospector.yaml").write_text(SETTINGS, encoding="utf-8")
    (folder / "list.csv").write_text("Email\nana@banco.example\n", encoding="utf-8")
    before = {one.name: digest(one) for one in folder.iterdir()}
    done = call_cli(*words, cwd=folder)
    assert done.returncode == 2, done.stdout
    assert "unexpected" not in done.stderr
    assert {one.name: digest(one) for one in folder.iterdir()} == before
    assert path.is_file()
    return done.stderr


@pytest.mark.parametrize(
    "words", [("find", "--count"), ("import", "list.csv"), ("import", "list.csv", "--dry-run")]
)
@pytest.mark.parametrize("wal", [False, True])
@pytest.mark.parametrize("number", [0, 0x0F055112])
def test_another_program_s_database_is_left_as_it_is(tmp_path, words, wal, number):
    another(tmp_path / "prospector.db", wal=wal, number=number)
    assert "another program" in refused(tmp_path, words)


def test_another_program_s_database_that_is_open_there_is_left_as_it_is(tmp_path):
    path = tmp_path / "prospector.db"
    another(path, wal=True)
    with closing(sqlite3.connect(path)) as plain:
        plain.execute("INSERT INTO notes (text) VALUES ('more')")
        plain.commit()
        before, log = digest(path), digest(path.with_name("prospector.db-wal"))
        with pytest.raises(FileError, match="another program"):
            Database(path)
        assert (digest(path), digest(path.with_name("prospector.db-wal"))) == (before, log)


@pytest.mark.parametrize("words", [("find", "--count"), ("import", "list.csv")])
def test_a_newer_version_s_database_is_left_as_it_is(tmp_path, words):
    from_the_future(tmp_path / "prospector.db")
    said = refused(tmp_path, words)
    assert "m999_hats" in said
    assert "hint: update prospector" in said


def test_our_files_carry_our_number_new_ones_and_those_of_before(tmp_path):
    path = tmp_path / "prospector.db"
    Database(path).close()
    assert migrations._migrations[-1].name == NEWEST
    assert len(migrations._migrations) == LATEST
    with closing(sqlite3.connect(path)) as plain:
        assert plain.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        plain.execute("PRAGMA application_id = 0")
        plain.execute("DELETE FROM _sqlite_migrations WHERE name = 'm012_whose_file'")
        plain.commit()
    Database(path).close()
    with closing(sqlite3.connect(path)) as plain:
        assert plain.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)


def test_a_file_of_ours_that_a_kill_left_with_its_log_is_ours(tmp_path):
    """The number may stand in the log alone: the file itself still has none."""
    path = tmp_path / "prospector.db"
    code = "import sys, os, pathlib; from prospector.store.database import Database; "
    code += "Database(pathlib.Path(sys.argv[1])); os._exit(9)"
    import subprocess
    import sys

    subprocess.run([sys.executable, "-c", code, str(path)], check=False)
    assert path.with_name("prospector.db-wal").stat().st_size
    with closing(Database(path)) as db:
        assert db.value("SELECT count(*) FROM people") == 0


def test_an_empty_file_becomes_a_database(tmp_path):
    (tmp_path / "prospector.db").touch()
    with closing(Database(tmp_path / "prospector.db")) as db:
        assert db.value("SELECT count(*) FROM people") == 0


def test_a_pipe_in_the_database_s_place_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "prospector.db")
    with pytest.raises(FileError, match="no regular file"):
        Database(tmp_path / "prospector.db")


def test_a_link_that_leads_to_itself_in_the_database_s_place_is_an_error_with_a_hint(tmp_path):
    (tmp_path / "prospector.db").symlink_to("prospector.db")
    with pytest.raises(FileError, match="not a usable database") as caught:
        Database(tmp_path / "prospector.db")
    assert caught.value.hint


@pytest.mark.parametrize("replaced", [False, True])
def test_a_lock_that_is_removed_under_a_run_is_an_error_with_a_hint(tmp_path, replaced):
    database = tmp_path / "prospector.db"
    Database(database).close()

    def work():
        with exclusive(database) as held:
            held.check()
            lock_file(database).unlink()
            if replaced:
                lock_file(database).touch()
            held.check()
            pytest.fail("went on")

    with pytest.raises(FileError, match="was removed while this run held it") as caught:
        work()
    assert "leave this file" in caught.value.hint
