"""What is no fault of the program is not called one: it says what is wrong and what to do, with a documented code."""

from __future__ import annotations

import json
import os
import pty
import resource
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from workspaces import (
    CAMPAIGN,
    call_cli,
    environment,
    hr_people,
    import_people,
    make_workspace,
    people_csv,
    run_cli,
)

from prospector.core.errors import FileError, LockedError, ProspectorError
from prospector.core.faults import told_of
from prospector.intake.files.unchanged import unchanged

MANY = "9" * 5_000
ODD = os.fsdecode(b"b\xffad[red]{x}\x1b[31m.csv")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = make_workspace(tmp_path / "ws")
    import_people(folder, hr_people(2))
    return folder


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["undo", "9" * 30], "there is no import 999999"),
        (["undo", MANY], "Invalid value for '[IMPORT_ID]'"),
        (["show", "9" * 30], "no person"),
        (["plan", "hr", "--as-of", "9999-12-31"], "--as-of: 9999-12-31 is out of range"),
        (["run", "hr", "--as-of", "0001-01-01"], "--as-of: 0001-01-01 is out of range"),
        (["find", "--as-of", ""], '--as-of: "" is no date'),
        (["--as-of", "", "find"], '--as-of: "" is no date'),
        (["find", "--as-of", MANY], "is no date"),
        (["find", "-s", ""], "no such segment"),
        (["enrich", "-s", ""], "no such segment"),
        (["enrich", "--older-than", f"{MANY}y"], "is no time span"),
        (["find", "--headcount", f"> {MANY}"], "is no headcount"),
        (["import", ODD + "x"], "no such file"),
        (["find", "-s", "\udcff"], "no such segment"),
        (["suppress", "add", "\udcff@x.example"], "is neither"),
    ],
    ids=lambda one: " ".join(one)[:30].encode("ascii", "replace").decode() if isinstance(one, list) else "",
)
def test_what_is_out_of_range_is_a_wrong_usage(folder: Path, args: list[str], said: str) -> None:
    done = call_cli(*args, cwd=folder)
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert said in done.stderr
    assert "unexpected" not in done.stderr
    assert max(len(line) for line in done.stderr.splitlines()) < 6_000


def test_a_start_at_the_end_of_the_calendar_is_named(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path / "ws", campaigns={"hr": {**CAMPAIGN, "start": "9999-12-31"}})
    import_people(folder, hr_people(1))
    done = call_cli("run", "hr", cwd=folder)
    assert (done.returncode, "the calendar ends before the sequence does" in done.stderr) == (2, True), (
        done.stderr
    )


@pytest.mark.parametrize("words", [["import"], ["suppress", "import"]], ids=" ".join)
def test_a_file_of_any_name_comes_in(folder: Path, words: list[str]) -> None:
    (folder / ODD).write_text(people_csv(hr_people(1, start=9)), encoding="utf-8")
    done = run_cli(*words, ODD, "--json", cwd=folder)
    assert done.returncode in (0, 1), done.stderr
    assert (
        json.loads(done.stdout).get("file", "b\ufffdad[red]{x}\ufffd[31m.csv")
        == "b\ufffdad[red]{x}\ufffd[31m.csv"
    )
    assert "\x1b" not in done.stderr


def test_a_progress_bar_shows_any_name_as_it_is(folder: Path) -> None:
    (folder / ODD).write_text(people_csv(hr_people(1, start=9)), encoding="utf-8")
    inside, outside = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "prospector", "import", ODD],
        cwd=folder, env=environment(TERM="xterm", COLUMNS="200"), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=outside, check=False, timeout=60,
    )  # fmt: skip
    os.close(outside)
    shown = b""
    while part := _read(inside):
        shown += part
    os.close(inside)
    assert done.returncode == 0, shown
    assert b"[red]{x}" in shown
    assert b"Traceback" not in shown
    assert b"\x1b[31m.csv" not in shown


def _read(handle: int) -> bytes:
    try:
        return os.read(handle, 65_536)
    except OSError:
        return b""


@pytest.mark.parametrize("escape", ["\\0", "\\x1b", "\\ud800", "\\u202e"])
def test_a_setting_that_hides_a_sign_is_an_error_with_its_line(folder: Path, escape: str) -> None:
    settings = folder / "prospector.yaml"
    settings.write_text(settings.read_text("utf-8") + f'database: "a{escape}b.db"\n', "utf-8")
    done = call_cli("find", cwd=folder)
    if escape == "\\u202e":
        assert "unexpected" not in done.stderr
        return
    assert done.returncode == 2, done.stderr
    assert "prospector.yaml:5:" in done.stderr
    assert "control character" in done.stderr or "escape" in done.stderr or "surrogate" in done.stderr, (
        done.stderr
    )


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (('"as_of"', '"odd": "\\ud800", "as_of"'), "half a sign"),
        (('"as_of"', f'"odd": {MANY}, "as_of"'), "thousands of digits"),
        (('"as_of"', f'"odd": {"[" * 100_000}, "as_of"'), "nested too deeply"),
        (('-23-1"', f'-23-{"1" * 5_000}"'), "not what `run` wrote"),
        ((".example", ".example\\u0000"), "holds a control sign"),
    ],
    ids=["surrogate", "digits", "nesting", "run", "control"],
)
def test_a_damaged_manifest_is_named_once_with_the_way_out(
    folder: Path, change: tuple[str, str], why: str
) -> None:
    assert call_cli("run", "hr", cwd=folder).returncode == 0
    (manifest,) = (folder / "exports").rglob("manifest.json")
    manifest.write_text(manifest.read_text("utf-8").replace(*change), "utf-8")
    done = call_cli("run", "hr", cwd=folder)
    assert done.returncode == 2, done.stderr
    error, hint = done.stderr.splitlines()
    assert str(manifest) in error
    assert why in error, error[:300]
    assert "out of exports/" in hint


def test_a_file_that_changes_while_it_is_read_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a", "utf-8")
    with unchanged(path, "a.csv"):
        pass

    def replace() -> None:
        with unchanged(path, "a.csv"):
            (tmp_path / "b.csv").write_text("b", "utf-8")
            (tmp_path / "b.csv").replace(path)

    def append(error: Exception) -> None:
        with unchanged(path, "a.csv"):
            path.write_text(path.read_text("utf-8") + "more", "utf-8")
            raise error

    def fail(error: Exception) -> None:
        with unchanged(path, "a.csv"):
            raise error

    with pytest.raises(FileError, match="changed while it was read"):
        replace()
    with pytest.raises(FileError, match="changed while it was read"):
        append(ValueError("which the change has caused"))
    with pytest.raises(ValueError, match="its own"):
        fail(ValueError("its own"))


def test_an_import_of_a_file_that_is_replaced_changes_nothing(folder: Path) -> None:
    from prospector.workspace import Workspace

    path = folder / "people.csv"
    path.write_text(people_csv(hr_people(3_000, start=100)), "utf-8")
    other = folder / "other.csv"
    other.write_text(people_csv(hr_people(10, start=9_000)), "utf-8")

    def swap(rows: int) -> None:
        if other.exists():
            other.replace(path)

    with Workspace.open(folder) as opened:
        with pytest.raises(FileError, match="changed while it was read"):
            opened.import_file(path, progress=swap)
        assert opened.db.value("SELECT count(*) FROM people") == 2


def test_a_full_disk_is_called_that(folder: Path) -> None:
    """Files may not grow any more: what SQLite and the system say of it."""
    (folder / "many.csv").write_text(people_csv(hr_people(5_000, start=100)), "utf-8")

    def little() -> None:
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))

    for args in (["import", "many.csv"], ["find", "-s", "hr", "-o", "x.csv"]):
        done = subprocess.run(
            [sys.executable, "-m", "prospector", *args],
            cwd=folder, env=environment(), capture_output=True, text=True, check=False, preexec_fn=little, timeout=60,
        )  # fmt: skip
        assert "unexpected" not in done.stderr, done.stderr
        assert "move the file" not in done.stderr
        if args[0] == "import":
            assert (done.returncode, "free some disk space" in done.stderr) == (2, True), done.stderr
    with sqlite3.connect(folder / "prospector.db") as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize(
    ("error", "kind", "hint"),
    [
        (OSError(28, "No space left on device", "x.csv"), FileError, "free some disk space"),
        (OSError(122, "Disk quota exceeded"), ProspectorError, "free some disk space"),
        (OSError(30, "Read-only file system", "x"), FileError, "may write"),
        (sqlite3.OperationalError("database or disk is full"), FileError, "free some disk space"),
        (sqlite3.OperationalError("disk I/O error"), FileError, "free some disk space"),
        (sqlite3.DatabaseError("database disk image is malformed"), FileError, "backup"),
        (sqlite3.OperationalError("database is locked"), LockedError, "try again"),
        (MemoryError(), ProspectorError, "smaller parts"),
        (RecursionError(), ProspectorError, "stand in each other"),
        (OverflowError("Python int too large"), ProspectorError, "smaller"),
        (ExceptionGroup("several", [ValueError("x"), MemoryError()]), ProspectorError, "smaller parts"),
    ],
    ids=lambda one: str(one)[:30] if isinstance(one, BaseException) else "",
)
def test_what_the_machine_cannot_do_has_a_hint(error: Exception, kind: type, hint: str) -> None:
    told = told_of(error)
    assert isinstance(told, kind)
    assert hint in told.hint
    assert "move the file" not in told.hint


@pytest.mark.parametrize(
    "error", [ValueError("x"), KeyError("x"), sqlite3.IntegrityError("x"), AssertionError()]
)
def test_a_fault_of_the_program_stays_one(error: Exception) -> None:
    assert told_of(error) is None


@pytest.mark.parametrize("name", ["we[b]ird", "two words", "trio/../trio", ".hidden", "e\x1b[31mx"])
def test_a_sequence_that_no_campaign_could_name_is_told_of(folder: Path, name: str) -> None:
    place = folder / "templates" / name
    place.mkdir(exist_ok=True)
    (place / "01.md").write_text("---\nday: 0\nchannel: task\ntitle: x\n---\nx\n", encoding="utf-8")
    for command in ("check", "preview"):
        done = call_cli("sequence", command, name, cwd=folder)
        assert done.returncode == 2
        assert "unexpected" not in done.stderr
        assert "hint: " in done.stderr


def test_what_is_no_file_among_the_segments_is_told_of(folder: Path) -> None:
    os.mkfifo(folder / "segments" / "pipe.yaml")
    done = call_cli("segment", "check", "pipe", cwd=folder)
    assert (done.returncode, "no file, but" in done.stderr) == (2, True)
    assert 'did you mean "hr"?' in call_cli("segment", "check", "hr.yaml", cwd=folder).stderr
