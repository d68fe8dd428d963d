"""`undo`, `duplicates`, `merge`, `set`, `why` at the command line: what is printed, said and returned."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from workspaces import HEADER, call_cli, environment, import_people, make_workspace, people_csv

try:
    import pty
except ImportError:  # Windows
    pty = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from pathlib import Path

ANA = ["Ana", "Ruiz", "ana@alpha.example", "HR Manager", "Alpha", "https://alpha.example"]
ANNA = ["Anna", "Ruiz", "a.ruiz@alpha.example", "Head of HR", "Alpha", "https://alpha.example"]
BO = ["Bo", "Lee", "bo@beta.example", "CFO", "Beta", "https://beta.example"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = make_workspace(tmp_path)
    import_people(made, [ANA, ANNA])
    return made


def test_undo_says_what_it_took_back_and_what_stays(folder: Path) -> None:
    assert call_cli("run", "hr", cwd=folder).returncode == 0
    text = people_csv([[*BO, "yes"]], (*HEADER, "Unsubscribed"))
    (folder / "more.csv").write_text(text, encoding="utf-8")
    assert call_cli("import", "more.csv", cwd=folder).returncode == 0
    first = call_cli("undo", cwd=folder)
    assert (first.returncode, first.stdout) == (0, "")
    assert "1 suppression from more.csv stays\n" in first.stderr
    assert first.stderr.startswith(
        "to take back: import 2 (more.csv, 2026-11-23): 2 observations of 1 person"
    )
    assert "import 2 (more.csv) undone: 2 observations taken back" in first.stderr

    older = call_cli("undo", cwd=folder)  # an older one than the last goes only by its number
    assert older.returncode == 2
    assert "the last import (2, more.csv) was undone on 2026-11-23 already" in older.stderr
    assert "prospector undo 1" in older.stderr
    assert "People: 1 deleted, 0 changed. Companies: 1 deleted, 0 changed." in first.stderr
    second = call_cli("undo", "1", cwd=folder)
    assert "  ana@alpha.example stays: contacted by hr\n" in second.stderr
    assert "2 people stay, because they were contacted\n" in second.stderr
    again = call_cli("undo", cwd=folder)
    assert (again.returncode, again.stderr.startswith("nothing to undo")) == (0, True)
    assert json.loads(call_cli("run", "hr", "--json", cwd=folder).stdout)["touches"] == [], "nobody twice"


@pytest.mark.skipif(pty is None, reason="no terminals here")
@pytest.mark.parametrize(
    ("answer", "flags", "left", "code"), [("n\n", [], 2, 2), ("y\n", [], 0, 0), ("", ["--yes"], 0, 0)]
)
def test_undo_asks_on_a_terminal(folder: Path, answer: str, flags: list[str], left: int, code: int) -> None:
    ours, theirs = pty.openpty()
    try:
        os.write(ours, answer.encode())
        done = subprocess.run(
            [sys.executable, "-m", "prospector", "undo", *flags],
            cwd=folder,
            env=environment(),
            stdin=theirs,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        os.close(ours)
        os.close(theirs)
    assert done.returncode == code
    assert "to take back: import 1" in done.stderr
    assert len(json.loads(call_cli("find", "--json", cwd=folder).stdout)) == left


def test_undo_as_json_and_the_list_of_imports(folder: Path) -> None:
    undone = json.loads(call_cli("undo", "--json", "--quiet", cwd=folder).stdout)
    assert undone == {
        "import_id": 1,
        "file": "people.csv",
        "evidence": undone["evidence"],
        "people": {"deleted": 2, "changed": 0},
        "companies": {"deleted": 1, "changed": 0},
        "kept": [],
        "suppressions_kept": 0,
    }
    (line,) = json.loads(call_cli("undo", "--list", "--json", cwd=folder).stdout)
    assert (line["import_id"], line["file"], line["rows"]) == (1, "people.csv", 2)
    assert line["undone_on"] == "2026-11-23"
    assert json.loads(call_cli("undo", "--json", cwd=folder).stdout)["import_id"] is None


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["undo", "7"], "there is no import 7"),
        (["undo", "1", "--list"], "--list takes no import"),
        (["merge", "ana@alpha.example", "alpha.example"], "one is a person, the other a company"),
        (["merge", "ana@alpha.example", "ana@alpha.example"], "both are the same record"),
        (["set", "ana@alpha.example", "titel", "CFO"], 'no field "titel"'),
        (["set", "ana@alpha.example", "title", " "], "a blank is no value"),
        (["why", "nobody@alpha.example"], "no person is known"),
        (["why", "ana@alpha.example", "shoes"], 'no field "shoes"'),
        (["why", "ana@alpha.example", "--json", "--csv"], "exclude each other"),
        (["duplicates", "--json", "--csv"], "exclude each other"),
        (["duplicates", "--keep-apart", "1", "1"], "same record"),
    ],
)
def test_a_wrong_use_is_two_lines_and_code_2(folder: Path, words: list[str], what: str) -> None:
    done = call_cli(*words, cwd=folder)
    error, hint = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (2, "")
    assert error.startswith("error: ")
    assert what in error
    assert hint.startswith("hint: ")


def test_duplicates_are_listed_with_the_command_that_merges_them(folder: Path) -> None:
    done = call_cli("duplicates", cwd=folder)
    assert "names 94% alike, at the same company" in done.stdout
    following = done.stderr.strip().rpartition("Next: ")[2]
    assert following == "prospector merge ana@alpha.example a.ruiz@alpha.example"
    rows = list(csv.DictReader(io.StringIO(call_cli("duplicates", "--csv", cwd=folder).stdout)))
    (pair,) = json.loads(call_cli("duplicates", "--json", cwd=folder).stdout)
    assert {name: str(value) for name, value in pair.items()} == rows[0]
    assert call_cli(*following.split()[1:], cwd=folder).returncode == 0
    assert json.loads(call_cli("duplicates", "--json", cwd=folder).stdout) == []


def test_a_pair_that_is_kept_apart_is_listed_no_more(folder: Path) -> None:
    words = ("duplicates", "--keep-apart", "ana@alpha.example", "2")
    assert call_cli(*words, cwd=folder).stderr == "kept apart\n"
    assert call_cli(*words, cwd=folder).stderr == "they were kept apart already\n"
    assert json.loads(call_cli("duplicates", "--json", cwd=folder).stdout) == []
    shape = json.loads(call_cli(*words, "--json", cwd=folder).stdout)
    assert shape == {"a": "ana@alpha.example", "b": "2", "new": False}


def test_companies_are_merged_by_domain_or_by_number(folder: Path) -> None:
    import_people(folder, [BO, ["Cy", "Poe", "cy@gamma.example", "", "Gamma", "https://gamma.example"]])
    first = call_cli("merge", "alpha.example", "2", cwd=folder)
    assert "beta.example is now alpha.example" in first.stderr
    second = call_cli("merge", "1", "3", "--companies", "--json", cwd=folder)
    merged = json.loads(second.stdout)
    assert (merged["kind"], merged["kept"], merged["gone"]) == ("company", 1, 3)
    assert merged["moved"]["people"] == 1
    assert json.loads(call_cli("show", "gamma.example", "--json", cwd=folder).stdout)["company"]["id"] == 1


def test_set_says_what_changed_and_what_follows(folder: Path) -> None:
    done = call_cli("set", "ana@alpha.example", "title", "VP Sales", cwd=folder)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == (
        'ana@alpha.example: title: "HR Manager" -> "VP Sales" (department: sales, seniority: vp). '
        "Next: prospector why ana@alpha.example title\n"
    )
    shape = json.loads(call_cli("set", "alpha.example", "headcount", "11-50", "--json", cwd=folder).stdout)
    assert shape == {
        "kind": "company",
        "id": 1,
        "who": "alpha.example",
        "field": "headcount",
        "values": {"headcount": "11-50"},
        "previous": None,
        "now": "11-50",
        "changed": True,
    }
    moved = call_cli("set", "ana@alpha.example", "company", "gamma.example", cwd=folder)
    assert "no longer count" in moved.stderr


def test_why_marks_what_is_current_and_says_why(folder: Path) -> None:
    call_cli("set", "ana@alpha.example", "title", "Chief", cwd=folder)
    done = call_cli("why", "ana@alpha.example", "title", cwd=folder)
    header, current, other = done.stdout.splitlines()
    assert header.split()[:3] == ["field", "value", "because"]
    assert "Chief" in current
    assert "stronger method: by hand" in current
    assert " * " in current
    assert "row 2" in other
    assert " * " not in other


def test_why_as_json_has_the_documented_shape(folder: Path) -> None:
    rows = json.loads(call_cli("why", "ana@alpha.example", "--json", cwd=folder).stdout)
    shape = {
        "field",
        "value",
        "source",
        "row",
        "url",
        "seen_at",
        "method",
        "confidence",
        "cost",
        "current",
        "because",
    }
    assert all(shape <= set(row) for row in rows)
    assert {row["field"] for row in rows} >= {"first_name", "email", "title", "company"}
    (company,) = json.loads(call_cli("why", "ana@alpha.example", "company", "--json", cwd=folder).stdout)
    assert company["value"] == "Alpha (alpha.example)"
    listed = list(csv.DictReader(io.StringIO(call_cli("why", "alpha.example", "--csv", cwd=folder).stdout)))
    assert {row["field"] for row in listed} >= {"name", "domain"}


def test_what_a_file_says_cannot_run_in_the_terminal(folder: Path) -> None:
    import_people(
        folder, [["Eve", "Poe", "eve@alpha.example", "CFO \x1b[31m", "Alpha", "https://alpha.example"]]
    )
    assert "\x1b" not in call_cli("why", "eve@alpha.example", cwd=folder).stdout
    done = call_cli("set", "eve@alpha.example", "title", "\x1b[31mChief", cwd=folder)
    assert "\x1b" not in done.stderr + call_cli("why", "eve@alpha.example", "--json", cwd=folder).stdout


def test_a_field_of_the_company_names_the_company_to_say_it_of(folder: Path) -> None:
    for words in (
        ("set", "ana@alpha.example", "headcount", "180"),
        ("why", "ana@alpha.example", "headcount"),
    ):
        done = call_cli(*words, cwd=folder)
        assert done.returncode == 2
        assert (
            done.stderr.splitlines()[1]
            == "hint: headcount is a field of the company: say it of alpha.example"
        )
    done = call_cli("set", "alpha.example", "title", "CFO", cwd=folder)
    assert done.stderr.splitlines()[1] == "hint: title is a field of the people: say it of one of them"
