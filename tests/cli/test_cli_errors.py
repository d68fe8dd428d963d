"""Errors: two lines on stderr, the documented exit code, and never a traceback."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from workspaces import (
    CAMPAIGN,
    TOUCHES,
    call_cli,
    environment,
    exported_people,
    folder_bytes,
    hr_people,
    import_people,
    make_workspace,
    people_csv,
    run_cli,
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_workspace(tmp_path_factory.mktemp("made") / "ws")
    import_people(folder, hr_people(3))
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "ws")


def fails(folder: Path, *args: str, run: Any = call_cli) -> tuple[str, str]:
    """The two lines of an error."""
    done = run(*args, cwd=folder)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 2, done.stderr
    assert lines[0].startswith("error: ")
    assert lines[1].startswith("hint: ")
    assert len(lines[1]) > len("hint: ")
    return lines[0].removeprefix("error: "), lines[1].removeprefix("hint: ")


@pytest.mark.parametrize(
    ("args", "error", "hint"),
    [
        (["import", "peple.csv"], "peple.csv: no such file", 'did you mean "people.csv"?'),
        (["import", "nowhere/x.csv"], "nowhere/x.csv: no such file", "nowhere"),
        (["import", "segments"], "segments: this is a folder, not a file", "segments/*.csv"),
        (["import", "empty.csv"], "empty.csv: the file is empty", "header"),
        (["import", "binary.csv"], "binary.csv", ""),
        (["import", "junk.csv"], "junk.csv", ""),
        (["import", "people.csv", "--map", "x"], '--map "x" is not HEADER=FIELD', "--map"),
        (["import", "people.csv", "--dates", "ymd"], '--dates "ymd" is not known', "dmy"),
        (["import", "people.csv", "--seen", "yesterday"], '--seen: "yesterday" is no date', "2026-12-01"),
        (["suppress", "import", "nowhere.txt"], "nowhere.txt", ""),
        (["suppress", "import", "empty.csv"], "empty.csv: the file is empty", "line"),
        (["suppress", "import", "segments"], "segments", ""),
        (["suppress", "add", "nonsense"], '"nonsense" is neither an address nor a domain', "company.example"),
        (["segment", "check", "broken"], 'broken.yaml:2: no field "headcout"', 'did you mean "headcount"?'),
        (["find", "--segment", "broken"], 'broken.yaml:2: no field "headcout"', 'did you mean "headcount"?'),
        (["plan", "broken"], "01-a.md:6: ", 'did you mean "first_name"?'),
        (["run", "broken"], "01-a.md:6: ", 'did you mean "first_name"?'),
        (["plan", "hrr"], 'prospector.yaml: no campaign "hrr"', 'did you mean "hr"?'),
        (["run", "hrr"], 'prospector.yaml: no campaign "hrr"', 'did you mean "hr"?'),
        (["find", "--segment", "hrr"], "segments/hrr.yaml: no such segment", 'did you mean "hr"?'),
        (["segment", "explain", "hrr"], "segments/hrr.yaml: no such segment", 'did you mean "hr"?'),
        (["enrich", "--segment", "hrr"], "segments/hrr.yaml: no such segment", 'did you mean "hr"?'),
        (["enrich", "--older-than", "long"], '--older-than "long" is no time span', "7d"),
        (["sequence", "preview", "tria"], "templates/tria: no such sequence", 'did you mean "trio"?'),
        (["sequence", "check", "tria"], "templates/tria: no such sequence", 'did you mean "trio"?'),
        (["find", "--as-of", "someday"], '--as-of: "someday" is no date', "2026-12-01"),
        (["--as-of", "2026-02-30", "find"], '--as-of: "2026-02-30" is no date', "2026-12-01"),
        (["find", "--json", "--csv"], "--json and --csv exclude each other", "choose"),
        (["find", "--count", "--json", "--csv"], "--json and --csv exclude each other", "choose"),
        (
            ["find", "--role", "HR manager", "--save", "x", "--json", "--csv"],
            "--json and --csv exclude",
            "choose",
        ),
        (["fields", "--json", "--csv"], "--json and --csv exclude each other", "choose"),
        (
            ["find", "--segment", "hr", "--uses", "HubSpot"],
            "--segment and filter flags exclude each other",
            "file",
        ),
        (["find", "--save", "x"], "--save needs filter flags", "--industry"),
        (["find", "--role", "HR manager", "--save", "../x"], '"../x" is no plain name', "letters"),
        (
            ["find", "--role", "HR manager", "--save", "hr"],
            "segments/hr.yaml: there is such a segment",
            "another",
        ),
        (["find", "--headcount", "lots"], "--headcount", ""),
        (["find", "--unknown", "maybe"], '--unknown "maybe" is not known', "exclude"),
        (["find", "--nope"], "No such option: --nope", "prospector find --help"),
        (["find", "--limit", "0"], "--limit", "prospector find --help"),
        (["fnd"], "No such command 'fnd'. Did you mean 'find'?", "prospector --help"),
        (["plan"], "Missing argument 'CAMPAIGN'", "prospector plan --help"),
        (["show", "nobody@x.example"], 'no person is known by "nobody@x.example"', "address"),
        (["show", "nothing.example"], 'no company is known by "nothing.example"', "domain"),
        (["inspect", "not a domain"], '"not a domain" is neither a domain nor a file', "page.html"),
        (["inspect", "missing.html"], "missing.html: cannot be read", ""),
        (["inspect", "people.csv", "--header", "x"], '--header "x" is not "Name: value"', "Server"),
        (["init", "."], "prospector.yaml: this is a workspace already", "another folder"),
        (["init", "people.csv"], "people.csv: this is a file, not a folder", "another name"),
        (["demo", "segments"], "segments: this folder is not empty", "prospector demo DIR"),
        (["find", "-o", "nowhere/list.csv"], "nowhere/list.csv: cannot be written", ""),
        (["sequence", "preview", "trio", "-o", "segments"], "segments: cannot be written", ""),
        (
            ["plan", "hr", "--workspace", "segments"],
            "no prospector.yaml in segments",
            "prospector init segments",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_an_error_is_two_lines(made: Path, args: list[str], error: str, hint: str) -> None:
    if not (made / "junk.csv").exists():
        prepare(made)
    before = folder_bytes(made / "segments")
    what, todo = fails(made, *args)
    assert error in what
    assert hint in todo
    assert folder_bytes(made / "segments") == before


def prepare(folder: Path) -> None:
    (folder / "people.csv").write_text(people_csv(hr_people(1)), encoding="utf-8")
    (folder / "empty.csv").touch()
    (folder / "binary.csv").write_bytes(bytes(range(256)) * 40)
    (folder / "junk.csv").write_text("alpha,beta\n1,2\n", encoding="utf-8")
    (folder / "segments" / "broken.yaml").write_text("name: x\ncompany: {headcout: 3}\n", encoding="utf-8")
    broken = TOUCHES["01-hello.md"].replace("person.first_name", "person.frist_name")
    (folder / "templates" / "broken").mkdir()
    (folder / "templates" / "broken" / "01-a.md").write_text(
        broken.replace("'Hello {{ person.frist_name | fallback(\"there\") }}'", "Hello"), encoding="utf-8"
    )
    text = (folder / "prospector.yaml").read_text(encoding="utf-8")
    broken_campaign = json.dumps({"hr": CAMPAIGN, "broken": {**CAMPAIGN, "sequence": "broken"}})
    text = text.replace(json.dumps({"hr": CAMPAIGN}), broken_campaign)
    (folder / "prospector.yaml").write_text(text, encoding="utf-8")


def test_errors_of_the_real_program_are_the_same(made: Path) -> None:
    for args in (["import", "nothing.csv"], ["find", "--nope"], ["plan", "hrr"]):
        assert fails(made, *args, run=run_cli) == fails(made, *args)


def test_check_lists_what_it_finds_and_ends_with_the_error(made: Path) -> None:
    if not (made / "junk.csv").exists():
        prepare(made)
    done = call_cli("sequence", "check", "broken", cwd=made)
    assert done.returncode == 2
    *findings, error, hint = done.stderr.splitlines()
    assert {line.partition(":")[0] for line in findings} <= {"warning", "note"}
    assert error.endswith('templates/broken/01-a.md:6: person has no "frist_name"')
    assert hint == 'hint: did you mean "first_name"?'


@pytest.mark.parametrize(
    "command", [["find"], ["plan", "x"], ["config", "show"], ["import", "x.csv"], ["segment", "list"]]
)
def test_without_a_workspace_the_way_to_one_is_named(tmp_path: Path, command: list[str]) -> None:
    what, hint = fails(tmp_path, *command)
    assert what.startswith("no prospector.yaml here or in a parent folder")
    assert "prospector init DIR" in hint


def test_a_bad_setting_stops_every_command_with_its_line(folder: Path) -> None:
    (folder / "prospector.yaml").write_text("http:\n  timout: 3\n", encoding="utf-8")
    what, hint = fails(folder, "find")
    assert what == 'prospector.yaml:2: no setting "timout"' or what.endswith(
        '/prospector.yaml:2: no setting "timout"'
    )
    assert hint == 'did you mean "timeout"?'


def test_a_header_only_is_nothing_to_do(folder: Path) -> None:
    (folder / "header.csv").write_text(people_csv([]), encoding="utf-8")
    done = call_cli("import", "header.csv", "--json", cwd=folder)
    assert done.returncode == 0
    assert json.loads(done.stdout)["rows"] == 0


def test_another_encoding_is_read_with_a_warning(folder: Path) -> None:
    (folder / "cp1252.csv").write_bytes(
        people_csv([["Jürgen", "Groß", "j@gross.example", "HR", "Groß", ""]]).encode("cp1252")
    )
    done = call_cli("import", "cp1252.csv", cwd=folder)
    assert done.returncode == 0
    assert "warning: cp1252.csv: not UTF-8: read as Windows-1252" in done.stderr
    shown = json.loads(call_cli("show", "j@gross.example", "--json", cwd=folder).stdout)
    assert (shown["person"]["first_name"], shown["company"]["name"]) == ("Jürgen", "Groß")


def test_rejected_rows_are_a_failure_of_some(folder: Path) -> None:
    rows = [*hr_people(1, start=9), ["", "", "", "HR Manager", "", ""]]
    (folder / "some.csv").write_text(people_csv(rows), encoding="utf-8")
    done = call_cli("import", "some.csv", "--json", cwd=folder)
    assert (done.returncode, json.loads(done.stdout)["rejected"]) == (1, 1)


def test_plan_tells_by_its_exit_code_whether_somebody_waits(folder: Path) -> None:
    assert call_cli("plan", "hr", "--exit-code", cwd=folder).returncode == 3
    assert call_cli("run", "hr", cwd=folder).returncode == 0
    assert call_cli("plan", "hr", "--exit-code", cwd=folder).returncode == 0
    assert len(exported_people(folder)) == 3


def test_a_suppression_list_with_junk_in_it_is_a_failure_of_some(folder: Path) -> None:
    lines = "email\nana@banco.example\nrival.example\nnot an address\n\n,,\n@@@\n"
    done = call_cli("suppress", "import", "-", "--json", cwd=folder, input=lines)
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert (found["added"], found["known"], found["rejected"]) == (2, 0, 2)
    assert "line 4" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "body",
    [
        b"a\0b@x.example\n",
        b"x" * 200_000 + b"\n",
        b'"' + b"x\n" * 100_000,
        bytes(range(256)) * 20,
        b"\xff\xfea\0@\0",
    ],
    ids=["nul", "long line", "open quote", "binary", "half utf-16"],
)
def test_a_suppression_list_that_is_none_is_an_error(made: Path, tmp_path: Path, body: bytes) -> None:
    (tmp_path / "list.txt").write_bytes(body)
    done = call_cli("suppress", "import", tmp_path / "list.txt", cwd=made)
    assert done.returncode in {0, 2}
    assert "Traceback" not in done.stderr
    assert len(done.stderr) < 2000


def test_a_database_that_is_none_is_an_error(folder: Path) -> None:
    (folder / "prospector.db").write_bytes(b"this is no database at all, but long enough" * 50)
    what, hint = fails(folder, "find")
    assert "not a usable database" in what
    assert "database:" in hint


def test_a_damaged_table_is_an_error_without_a_traceback(folder: Path) -> None:
    with sqlite3.connect(folder / "prospector.db") as database:
        database.execute("DROP TABLE people")
    database.close()
    what, _ = fails(folder, "find")
    assert "no such table" in what


def test_debug_shows_the_traceback(folder: Path) -> None:
    done = run_cli("--debug", "plan", "hrr", cwd=folder)
    assert done.returncode != 0
    assert "Traceback" in done.stderr


def test_a_full_disk_behind_stdout_is_an_error(made: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "prospector", "find", "--json"],
            cwd=made,
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == ["error", "hint"]


def test_control_signs_in_a_files_name_do_not_reach_the_terminal(tmp_path: Path, made: Path) -> None:
    what, _ = fails(made, "import", "\x1b[31mred\u202e.csv")
    assert "\x1b" not in what
    assert "\u202e" not in what
