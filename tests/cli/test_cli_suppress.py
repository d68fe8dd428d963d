"""`suppress` at the command line: what goes on the list, what is said of it, and how it comes out again."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from workspaces import call_cli, hr_people, import_people, make_workspace

from prospector.cli.output import print_json, print_rows, print_stream

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = make_workspace(tmp_path)
    import_people(made, hr_people(3))
    return made


def _listed(folder: Path) -> list[tuple[str, str]]:
    rows = json.loads(call_cli("suppress", "list", "--json", cwd=folder).stdout)
    return [(row["kind"], row["value"]) for row in rows]


def test_an_import_says_what_changed_where_the_rest_is_listed_and_what_is_next(folder: Path) -> None:
    lines = [
        "Email;Site",
        "p1@firm1.example;firm1.example",
        "rival.example",
        *(f"nobody {n}" for n in range(9)),
    ]
    (folder / "out.csv").write_text("\n".join(lines), encoding="utf-8")
    done = call_cli("suppress", "import", "out.csv", cwd=folder)
    said = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (1, "")
    assert said[0] == "line 4: neither an address nor a domain: 'nobody 0'"
    assert said[5:7] == [
        "... and 4 more",
        "Domains stop everybody at the company: firm1.example, rival.example",
    ]
    (rejects,) = (folder / "rejects").iterdir()
    assert said[-1].startswith(
        "1 address and 2 domains added, 0 were on the list already, 9 lines not understood -> "
    )
    assert f"rejects/{rejects.name}. Next: correct those lines and import the file again" in said[-1]
    assert len(rejects.read_text(encoding="utf-8").splitlines()) == 10
    again = call_cli("suppress", "import", "-", cwd=folder, input="p1@firm1.example\n")
    assert (again.returncode, again.stderr.splitlines()[-1]) == (
        0,
        "0 addresses and 0 domains added, 1 were on the list already, 0 lines not understood. "
        "Next: prospector suppress list",
    )


def test_an_import_as_json_counts_everything(folder: Path) -> None:
    text = "p1@firm1.example,rival.example\nbo@@b.example,x@y.example\n"
    done = call_cli("suppress", "import", "-", "--json", cwd=folder, input=text)
    found = json.loads(done.stdout)
    assert (done.returncode, found.pop("rejects_file").endswith("suppress-stdin.rejects.csv")) == (1, True)
    assert found == {
        "rows": 2, "added": 3, "addresses": 2, "domains": 1, "profiles": 0, "known": 0, "rejected": 1, "warnings": [],
    }  # fmt: skip


def test_a_mail_service_on_the_list_is_said_with_the_number_of_people(folder: Path) -> None:
    import_people(folder, [["Ana", "Ruiz", "ana@gmail.com", "HR Manager", "", ""]])
    for words in (["import", "-"], ["add", "gmail.com"]):
        done = call_cli("suppress", *words, cwd=folder, input="gmail.com\n")
        assert done.returncode == 0
        assert "gmail.com is a mail service or platform" in done.stderr
        assert "1 of your people" in done.stderr
    assert call_cli("suppress", "remove", "gmail.com", cwd=folder).returncode == 0
    assert _listed(folder) == []


@pytest.mark.parametrize("shape", ["--json", "--csv"])
def test_what_list_prints_can_be_imported_again(folder: Path, shape: str) -> None:
    odd = ["+news@b.example", "x.newending", "gmail.com", "a/b@c.example"]
    reason = "asked by boss@ourco.example"
    assert call_cli("suppress", "add", *odd, "--reason", reason, cwd=folder).returncode == 0
    before, printed = _listed(folder), call_cli("suppress", "list", shape, cwd=folder).stdout
    for kind, value in before:
        assert kind in {"email", "domain"}
        call_cli("suppress", "remove", value, cwd=folder)
    assert _listed(folder) == []
    done = call_cli("suppress", "import", "-", cwd=folder, input=printed)
    assert (done.returncode, _listed(folder)) == (0, before)


def test_add_takes_all_that_an_argument_names(folder: Path) -> None:
    words = ["ana@b.example,", "bo@c.example; cy@d.example", "*@rival.example", "Di <di@e.example>"]
    done = call_cli("suppress", "add", *words, cwd=folder)
    assert (done.returncode, done.stderr.splitlines()[-1].split(",")[0]) == (0, "5 added")
    assert _listed(folder) == [
        ("domain", "rival.example"), ("email", "ana@b.example"), ("email", "bo@c.example"),
        ("email", "cy@d.example"), ("email", "di@e.example"),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["out.csv", "gone.xlsx", "rival.example"])
def test_a_file_that_add_is_given_leads_to_import_and_adds_nothing(folder: Path, name: str) -> None:
    if name != "gone.xlsx":
        (folder / name).write_text("ana@a.example\n", encoding="utf-8")
    done = call_cli("suppress", "add", "bo@b.example", name, cwd=folder)
    assert (done.returncode, f'"{name}" is a file' in done.stderr) == (2, True)
    assert f"hint: for its content: prospector suppress import {name}" in done.stderr
    assert _listed(folder) == []


def test_an_ending_that_nobody_knows_is_taken_by_hand_and_said(folder: Path) -> None:
    done = call_cli("suppress", "add", "rival.newending", cwd=folder)
    assert (done.returncode, _listed(folder)) == (0, [("domain", "rival.newending")])
    assert 'warning: no known domain ends like "rival.newending"' in done.stderr


@pytest.mark.parametrize("count", [0, 1, 3, 5001])
def test_rows_that_are_streamed_look_as_if_they_had_been_held(
    capsys: pytest.CaptureFixture[str], count: int
) -> None:
    rows: list[dict[str, Any]] = [
        {"kind": "email", "value": f"a{n}\u202e@b.example", "n": n} for n in range(count)
    ]
    print_stream(iter(rows), ("kind", "value", "n"), as_json=True)
    streamed = capsys.readouterr().out
    print_json(rows)
    assert capsys.readouterr().out == streamed
    print_stream(iter(rows), ("kind", "value", "n"), as_csv=True)
    streamed = capsys.readouterr().out
    print_rows(rows, ("kind", "value", "n"), as_csv=True)
    assert capsys.readouterr().out == streamed
    assert len(list(csv.reader(io.StringIO(streamed)))) == count + 1
    print_stream(iter(rows), ("kind", "value", "n"))
    table = capsys.readouterr().out.splitlines()
    assert [line for line in table if line.startswith("email")] == [
        line for line in table if "example" in line
    ]
    assert sum(line.startswith("email") for line in table) == count


def test_a_name_says_what_it_stands_for_on_the_list(folder: Path) -> None:
    (folder / "people.csv").write_text(
        "Name,Email,Company\nAnna Kranz,anna@kranz.example,Kranz AG\n", encoding="utf-8"
    )
    call_cli("import", "people.csv", cwd=folder)
    done = call_cli("suppress", "add", "Kranz", "Anna Kranz", "Tom@Holt.example", cwd=folder)
    assert done.stderr == (
        "3 added, 0 were on the list already; Kranz stands for kranz.example; "
        "Anna Kranz stands for anna@kranz.example. Next: prospector suppress list\n"
    )
