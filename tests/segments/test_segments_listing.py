"""What `find` writes: forms by the file's name, who is suppressed, and how many of how many are listed."""

from __future__ import annotations

import csv
import io
import json
import time
from datetime import date, datetime
from pathlib import Path

import pytest
from python_calamine import load_workbook
from workspaces import call_cli, import_people, make_workspace

from prospector.core.workbook import LONGEST, write_workbook
from prospector.workspace import Workspace

HEADER = (
    "First Name",
    "Last Name",
    "Email",
    "Title",
    "Company",
    "Website",
    "# Employees",
    "Role start",
    "Phone",
)
ROWS = [
    ["Ana", "Ruiz", "ana@banco.example", "HR Manager", "Banco", "banco.example", "120", "2026-03-02", "+34 910 000 000"],
    ["Eva", "Neu", "", "HR Manager", "Neu", "neu.example", "51-200", "2026-03", ""],
    ["Jo", "Kraft", "jo@kraft.example", "HR Manager", "Kraft", "kraft.example", "7", "", ""],
    ["Lia", "Sol", "lia@mail.sol.example", "HR Manager", "Sol Süd", "sol-sued.example", "", "", ""],
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = make_workspace(tmp_path / "ws")
    import_people(folder, ROWS, HEADER)
    return folder


def rows_of(folder: Path, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((folder / name).read_text(encoding="utf-8-sig"), newline="")))


def test_a_file_is_what_its_name_says(folder: Path) -> None:
    for name in ("list.csv", "list.json", "list.jsonl", "list.xlsx", "LIST.CSV", "list.txt", "list"):
        done = call_cli("find", "-s", "hr", "-o", name, cwd=folder)
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert (folder / "list.csv").read_bytes().startswith(b"\xef\xbb\xbfperson_id,")
    assert (folder / "LIST.CSV").read_bytes() == (folder / "list.csv").read_bytes()
    assert [row["email"] for row in rows_of(folder, "list.csv")] == [
        "ana@banco.example", "jo@kraft.example", "", "lia@mail.sol.example"
    ]  # fmt: skip
    listed = json.loads((folder / "list.json").read_text(encoding="utf-8"))
    lines = (folder / "list.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == listed
    assert listed == json.loads(call_cli("find", "-s", "hr", "--json", cwd=folder).stdout)
    assert (folder / "list.txt").read_bytes() == (folder / "list").read_bytes()
    assert (folder / "list.txt").read_text(encoding="utf-8").startswith("name")
    assert not call_cli("find", "-s", "hr", "--csv", cwd=folder).stdout.startswith("\ufeff")


def test_a_workbook_has_numbers_and_days_as_such(folder: Path) -> None:
    done = call_cli("set", "ana@banco.example", "custom.lucky_day", "2026-01-05", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert call_cli("find", "-s", "hr", "-o", "list.xlsx", cwd=folder).returncode == 0
    head, *rows = load_workbook(folder / "list.xlsx").get_sheet_by_index(0).to_python()
    first, *others = [dict(zip(head, row, strict=True)) for row in rows]
    assert (first["person_id"], first["headcount"], first["role_started"]) == (1.0, 120.0, date(2026, 3, 2))
    assert first["phone"] == "+34910000000"
    assert {row["headcount"] for row in others} == {"51-200", 7.0, ""}
    assert "2026-03" in {row["role_started"] for row in others}
    assert first["custom.lucky_day"] == "2026-01-05", "a column of one's own is the text that it was"
    assert first["suppressed"] is False


def test_the_same_list_is_the_same_workbook(folder: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        assert call_cli("find", "-s", "hr", "-o", name, cwd=folder).returncode == 0
        time.sleep(0.01)
    assert (folder / "a.xlsx").read_bytes() == (folder / "b.xlsx").read_bytes()


def test_every_value_comes_back_out_of_a_workbook() -> None:
    out = io.BytesIO()
    values = ["=1+1", "a\x00b", "\ud800", "<&>\"'", "  x  ", 3, 2.5, True, None, date(2026, 2, 28), date(1850, 1, 1),
              12345678901234567890, "x" * (LONGEST + 5), "Ünïcode 💡"]  # fmt: skip
    assert write_workbook(out, [str(one) for one in range(len(values))], [values]) == 1
    out.seek(0)
    (row,) = load_workbook(out).get_sheet_by_index(0).to_python()[1:]
    assert row == ["=1+1", "a b", " ", "<&>\"'", "  x  ", 3.0, 2.5, True, "", date(2026, 2, 28), "1850-01-01",
                   "12345678901234567890", "x" * LONGEST, "Ünïcode 💡"]  # fmt: skip
    assert not isinstance(row[9], datetime)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--json", "-o", "list.csv"], "--json and -o list.csv exclude each other"),
        (["--csv", "-o", "list.xlsx"], "--csv and -o list.xlsx exclude each other"),
        (["-o", "list.pdf"], "no form is known by the name .pdf"),
        (["-o", "list.tsv"], "no form is known by the name .tsv"),
    ],
)
def test_a_name_that_says_something_else_is_an_error(folder: Path, args: list[str], said: str) -> None:
    done = call_cli("find", "-s", "hr", *args, cwd=folder)
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr
    assert not list(folder.glob("list.*"))


@pytest.mark.parametrize(
    ("args", "name"),
    [
        (["duplicates", "-o", "out.json"], "out.json"),
        (["why", "ana@banco.example", "-o", "out.json"], "out.json"),
        (["segment", "explain", "hr", "-o", "out.json"], "out.json"),
        (["inspect", "page.html", "-o", "out.json"], "out.json"),
        (["find", "--count", "-o", "out.json"], "out.json"),
    ],
    ids=lambda one: one[0] if isinstance(one, list) else "",
)
def test_other_lists_are_written_like_that_too(folder: Path, args: list[str], name: str) -> None:
    (folder / "page.html").write_text("<p>Hello</p>", encoding="utf-8")
    done = call_cli(*args, cwd=folder)
    assert done.returncode == 0, done.stderr
    printed = call_cli(*args[:-2], "--json", cwd=folder).stdout
    assert json.loads((folder / name).read_text(encoding="utf-8")) == json.loads(printed)


def test_the_suppressed_are_marked_counted_and_left_out_of_files(folder: Path) -> None:
    for entry in ("ana@banco.example", "sol.example"):
        assert call_cli("suppress", "add", entry, cwd=folder).returncode == 0
    done = call_cli("find", "-s", "hr", "--json", cwd=folder)
    told = {row["first_name"]: row["suppressed"] for row in json.loads(done.stdout)}
    assert told == {"Ana": True, "Jo": False, "Eva": False, "Lia": True}
    assert done.stderr.startswith("4 listed, 2 of them suppressed. 4 match")
    table = call_cli("find", "-s", "hr", cwd=folder)
    assert [line.count("suppressed") for line in table.stdout.splitlines()] == [1, 1, 0, 0, 1]
    left = call_cli("find", "-s", "hr", "--csv", cwd=folder)
    assert [row["first_name"] for row in csv.DictReader(io.StringIO(left.stdout))] == ["Jo", "Eva"]
    assert left.stderr.startswith("2 listed, 2 suppressed left out (--include-suppressed). 4 match")
    for name in ("a.csv", "a.json", "a.jsonl", "a.xlsx"):
        assert call_cli("find", "-s", "hr", "-o", name, cwd=folder).returncode == 0
    assert [row["first_name"] for row in rows_of(folder, "a.csv")] == ["Jo", "Eva"]
    assert len(json.loads((folder / "a.json").read_text(encoding="utf-8"))) == 2
    assert len(load_workbook(folder / "a.xlsx").get_sheet_by_index(0).to_python()) == 3
    assert call_cli("find", "-s", "hr", "--include-suppressed", "-o", "a.csv", cwd=folder).returncode == 0
    assert len(rows_of(folder, "a.csv")) == 4
    counted = json.loads(call_cli("find", "-s", "hr", "--count", "--json", cwd=folder).stdout)
    assert counted == {"match": 4, "no_match": 0, "unknown": 0, "suppressed": 2}


def test_show_explain_and_preview_say_so(folder: Path) -> None:
    call_cli("suppress", "add", "ana@banco.example", "--reason", "asked by phone", cwd=folder)
    shown = json.loads(call_cli("show", "ana@banco.example", "--json", cwd=folder).stdout)
    assert shown["suppressed"] == "ana@banco.example: asked by phone"
    assert json.loads(call_cli("show", "jo@kraft.example", "--json", cwd=folder).stdout)["suppressed"] is None
    assert "suppressed" in call_cli("show", "ana@banco.example", cwd=folder).stdout.splitlines()[1]
    assert "4 match (1 of them suppressed)" in call_cli("segment", "explain", "hr", cwd=folder).stderr
    one = call_cli("segment", "explain", "hr", "--person", "ana@banco.example", cwd=folder)
    assert "suppressed, whatever the answers: ana@banco.example: asked by phone" in one.stderr
    seen = json.loads(
        call_cli("sequence", "preview", "trio", "--person", "ana@banco.example", "--json", cwd=folder).stdout
    )
    assert (seen[0]["held_back"], seen[0]["touches"]) == (
        "must not be written to: ana@banco.example: asked by phone",
        [],
    )


def test_a_limit_says_of_how_many_and_everybody_can_be_typed(folder: Path) -> None:
    done = call_cli("find", "-s", "hr", "--limit", "3", cwd=folder)
    assert "3 of 4 listed. 4 match" in done.stderr
    (eva,) = (line for line in done.stdout.splitlines() if "Eva" in line)
    assert "person:2" in eva
    assert call_cli("show", "person:2", cwd=folder).returncode == 0


def test_many_are_asked_about_as_one_is(folder: Path) -> None:
    """The quick way for a whole list and the thorough one for each person agree."""
    entries = ["ana@banco.example", "sol.example", "kraft.example", "https://www.linkedin.com/in/eva-neu"]
    with Workspace.open(folder) as opened:
        opened.set_value("person:2", "linkedin", "https://www.linkedin.com/in/eva-neu")
        people = list(range(1, 5))
        for entry in entries:
            assert opened.suppressions.among(people) == {
                one for one in people if opened.why_suppressed(opened.person(f"person:{one}"))
            }
            opened.suppress([entry])
        assert opened.suppressions.among(people) == set(people)
        assert opened.suppressions.among([]) == set()
