"""What is printed where: results on stdout, talk on stderr, nothing that a terminal would obey."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from workspaces import (
    HEADER,
    call_cli,
    environment,
    folder_bytes,
    hr_people,
    import_people,
    make_workspace,
    people_csv,
    run_cli,
)

from prospector.cli.output import print_json
from prospector.store.database import Database

PROSPECTOR = [sys.executable, "-m", "prospector"]
NASTY = [
    "\x1b[31mEve\x1b[0m\x07",
    "Ruiz\u202egpj.exe\x9b2J",
    "eve@banco.example",
    "HR Manager\r\nBcc: all@x.example",
    "Banco\x1b]0;owned\x07\u2066 \x00SA",
    "https://banco.example",
]
OBEYED = [chr(code) for code in [*range(10), *range(11, 32), *range(127, 160)]] + list(
    "\u200e\u200f\u202e\u2066\u2028"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_workspace(tmp_path_factory.mktemp("made") / "ws")
    import_people(folder, hr_people(30, companies=10))
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "ws")


TALKERS = [
    ["import", "people.csv"],
    ["find", "--segment", "hr"],
    ["find", "--department", "hr", "--save", "new"],
    ["segment", "check"],
    ["segment", "explain", "hr"],
    ["sequence", "check"],
    ["sequence", "preview", "trio"],
    ["sequence", "preview", "trio", "-o", "page.html"],
    ["plan", "hr"],
    ["run", "hr", "--dry-run"],
    ["run", "hr"],
    ["suppress", "add", "x.example"],
    ["suppress", "remove", "x.example"],
    ["suppress", "import", "list.txt"],
    ["enrich"],
    ["inspect", "page.html"],
    ["init", "another"],
]
"""Commands that say something beside their result."""

JSON = [
    ["import", "people.csv"],
    ["find", "--segment", "hr"],
    ["find", "--segment", "hr", "--count"],
    ["find", "--department", "finance"],
    ["show", "p1@firm1.example"],
    ["show", "firm1.example"],
    ["fields"],
    ["segment", "list"],
    ["segment", "explain", "hr"],
    ["segment", "explain", "hr", "--person", "p1@firm1.example"],
    ["sequence", "list"],
    ["sequence", "check"],
    ["sequence", "preview", "trio"],
    ["plan", "hr"],
    ["run", "hr", "--dry-run"],
    ["run", "hr"],
    ["suppress", "list"],
    ["suppress", "import", "list.txt"],
    ["config", "show"],
    ["enrich"],
    ["inspect", "page.html"],
]


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace that every command above can work in."""
    folder = make_workspace(
        tmp_path_factory.mktemp("busy") / "ws", http={"connect_to": {"http": "127.0.0.1:9"}}
    )
    import_people(folder, hr_people(4))
    (folder / "people.csv").write_text(people_csv(hr_people(2)), encoding="utf-8")
    (folder / "list.txt").write_text("email\nx@y.example\njunk\n", encoding="utf-8")
    (folder / "page.html").write_text("<title>Banco</title>", encoding="utf-8")
    return folder


@pytest.mark.parametrize("args", TALKERS, ids=" ".join)
def test_quiet_is_silent(busy: Path, tmp_path: Path, args: list[str]) -> None:
    folder = shutil.copytree(busy, tmp_path / "ws")
    assert call_cli(*args, cwd=shutil.copytree(busy, tmp_path / "other")).stderr != ""
    done = call_cli(*args, "--quiet", cwd=folder)
    assert (done.returncode, done.stderr) == (1 if "list.txt" in args else 0, "")


@pytest.mark.parametrize("args", JSON, ids=" ".join)
def test_stdout_is_one_json_value_and_the_talk_goes_elsewhere(
    busy: Path, tmp_path: Path, args: list[str]
) -> None:
    folder = shutil.copytree(busy, tmp_path / "ws")
    done = call_cli(*args, "--json", cwd=folder)
    assert done.returncode == (1 if "list.txt" in args else 0), done.stderr
    json.loads(done.stdout, parse_constant=lambda name: pytest.fail(name))


def test_the_real_program_keeps_them_apart_too(made: Path) -> None:
    done = run_cli("find", "--segment", "hr", "--json", cwd=made)
    assert [row["answer"] for row in json.loads(done.stdout)] == ["match"] * 30
    assert done.stderr.startswith("30 listed. 30 match, 0 unknown. Next: prospector ")


@pytest.mark.parametrize("args", [["find", "--segment", "hr"], ["fields"], ["segment", "explain", "hr"]])
def test_csv_has_the_rows_of_json(made: Path, args: list[str]) -> None:
    rows = json.loads(call_cli(*args, "--json", cwd=made).stdout)
    cells = list(csv.DictReader(io.StringIO(call_cli(*args, "--csv", cwd=made).stdout, newline="")))
    nested = ("custom", "company_custom")  # a column of each of its own where there are any
    assert [list(row) for row in cells] == [[key for key in row if key not in nested] for row in rows]
    first = next(iter(rows[0]))
    assert [row[first] for row in cells] == ["" if row[first] is None else str(row[first]) for row in rows]


def test_a_result_goes_to_a_file_byte_for_byte(made: Path, tmp_path: Path) -> None:
    for flag in ("--json", "--csv"):
        shown = call_cli("find", "--segment", "hr", flag, cwd=made).stdout
        done = call_cli("find", "--segment", "hr", flag, "-o", tmp_path / "out", cwd=made)
        assert done.stdout == ""
        mark = "\ufeff" if flag == "--csv" else ""  # by which a spreadsheet knows that the file is UTF-8
        assert (tmp_path / "out").read_bytes().decode() == mark + shown


@pytest.mark.parametrize(
    "args", ["find --segment hr --json", "find --segment hr", "plan hr --json", "fields"]
)
def test_a_reader_that_has_seen_enough_is_no_error(made: Path, args: str) -> None:
    command = f"{' '.join(PROSPECTOR)} {args} | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command], cwd=made, env=environment(), capture_output=True, text=True, check=True
    )
    assert "Traceback" not in done.stderr
    assert "Broken" not in done.stderr
    assert "error:" not in done.stderr
    assert done.stdout.splitlines()[-1] == "0"


@pytest.mark.parametrize(
    ("closed", "code"),
    [
        (">&-", 0),
        ("2>&-", 0),
        ("<&- >&- 2>&-", 0),
        ("2>/dev/full", 0),
        (">/dev/full", 2),
        (">/dev/full 2>/dev/full", 2),
    ],
)
def test_an_output_that_takes_nothing_harms_nothing(folder: Path, closed: str, code: int) -> None:
    """Closed by whoever started the program, or a full disk; an import under way is whole all the same."""
    script = f'"$@" find --segment hr --json {closed}; echo "$?" >codes; "$@" import people.csv {closed}; echo "$?" >>codes'
    (folder / "people.csv").write_text(people_csv(hr_people(5)), encoding="utf-8")
    done = subprocess.run(
        ["sh", "-c", script, "sh", *PROSPECTOR],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
    )
    find_code, import_code = map(int, (folder / "codes").read_text().split())
    assert find_code == code
    assert import_code in {0, code}
    assert "Traceback" not in done.stderr
    assert "unexpected" not in done.stderr
    if closed == ">/dev/full":
        assert "error: No space left on device" in done.stderr
    assert consistent(folder).value("SELECT count(*) FROM imports") == 2


def test_a_reader_that_is_gone_before_the_first_line_is_no_error(made: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*PROSPECTOR, "find", "--segment", "hr", "--json"],
        cwd=made,
        env=environment(),
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writing)
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


@pytest.mark.parametrize(
    "flags",
    [
        ["--department", "hr", "--country", "NO", "--unknown", "include"],
        ["--role", "HR manager", "--headcount", "> 10", "--unknown", "include"],
        ["--role", "HR manager", "--role", "Head of HR"],
        ["--uses", 'He said "yes": #1 \\ {x}', "--uses", "HubSpot", "--unknown", "review"],
        ["--industry", "banking", "--unknown", "include"],
        ["--tenure", "< 1y", "--seniority", "manager+", "--unknown", "include"],
        ["--department", "finance"],
    ],
    ids=" ".join,
)
def test_a_saved_search_finds_the_same_rows(folder: Path, flags: list[str]) -> None:
    row = [*hr_people(1, start=90)[0], 'He said "yes": #1 \\ {x}']
    import_people(folder, [row], (*HEADER, "Technologies"))
    searched = call_cli("find", *flags, "--save", "saved-1", "--json", cwd=folder)
    assert searched.returncode == 0, searched.stderr
    found = call_cli("find", "--segment", "saved-1", "--json", cwd=folder)
    assert found.returncode == 0, found.stderr
    assert json.loads(found.stdout) == json.loads(searched.stdout)
    assert call_cli("segment", "check", "saved-1", cwd=folder).returncode == 0


def in_terminal(folder: Path, *args: str, **env: str) -> str:
    """What a command prints into a terminal, stdout and stderr together."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*PROSPECTOR, *args],
        cwd=folder,
        env=environment(TERM="xterm", **env),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        printed = b""
        try:
            while chunk := os.read(ours, 4096):
                printed += chunk
        except OSError:
            pass  # the other end is closed
        finally:
            os.close(ours)
        process.wait(30)
    return printed.decode()


def test_no_colour_and_no_terminal_have_no_escape_codes(made: Path) -> None:
    assert "\x1b" in in_terminal(made, "find", "--segment", "hr")
    assert "\x1b" not in in_terminal(made, "find", "--segment", "hr", NO_COLOR="1")
    done = run_cli("find", "--segment", "hr", cwd=made, env={"FORCE_COLOR": "1", "TERM": "xterm"})
    assert "\x1b" not in done.stdout + done.stderr


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_workspace(tmp_path_factory.mktemp("nasty") / "ws")
    rows = [*hr_people(1), NASTY, [*NASTY[:2], "", *NASTY[3:5], "https://other.example"]]
    (folder / "list.csv").write_text(people_csv(rows), encoding="utf-8")
    (folder / "more.jsonl").write_text(
        json.dumps(dict(zip(HEADER, NASTY, strict=True))) + "\n", encoding="utf-8"
    )
    return folder


def test_control_signs_in_data_reach_neither_terminal_nor_export(nasty: Path) -> None:
    text = '{"email": "s@y.example", "name": "\\ud800Sur Rogate", "title": "HR Manager", "company": "S\\udfff"}\n'
    (nasty / "surrogate.jsonl").write_text(text, encoding="utf-8")
    printed = [call_cli("import", "list.csv", "more.jsonl", "surrogate.jsonl", cwd=nasty)]
    call_cli("suppress", "add", "p1@firm1.example", "--reason", "said\x1b[2J so\u202e", cwd=nasty)
    looks = (
        ["find", "--segment", "hr"],
        ["show", "eve@banco.example"],
        ["show", "banco.example"],
        ["sequence", "preview", "trio"],
        ["segment", "explain", "hr", "--person", "eve@banco.example"],
        ["suppress", "list"],
        ["plan", "hr"],
    )
    printed += [call_cli(*args, *flags, cwd=nasty) for flags in ([], ["--json"]) for args in looks]
    printed.append(call_cli("find", "--segment", "hr", "--csv", cwd=nasty))
    printed.append(call_cli("sequence", "preview", "trio", "-o", nasty / "page.html", cwd=nasty))
    printed.append(call_cli("run", "hr", cwd=nasty))
    for done in printed:
        assert done.returncode in (0, 1), done.stderr
        shown = (done.stdout + done.stderr).replace("\r\n", "\n")
        assert [sign for sign in OBEYED if sign in shown] == []
    exported = {**folder_bytes(nasty / "exports"), "page": (nasty / "page.html").read_bytes()}
    for name, body in exported.items():
        text = body.decode().replace("\r\n", "\n")
        assert [sign for sign in OBEYED if sign in text] == [], name
    assert sum("eve@banco.example" in body.decode() for body in exported.values()) >= 2


def test_json_keeps_odd_values_and_escapes_them(capsys: pytest.CaptureFixture[str]) -> None:
    value = {"a\u202e": ["\x1b[2J", "\x9b2J", "b\u2028c", "\\u009b", "\ud800", "Müller 伟"]}
    print_json(value)
    shown = capsys.readouterr().out
    assert [sign for sign in OBEYED if sign in shown] == []
    assert "Müller 伟" in shown
    assert json.loads(shown) == value


def consistent(folder: Path) -> Database:
    database = Database(folder / "prospector.db")
    assert database.value("PRAGMA integrity_check") == "ok"
    assert database.rows("PRAGMA foreign_key_check") == []
    return database


def interrupt(folder: Path, args: list[str], ready: Any) -> subprocess.CompletedProcess[str]:
    with subprocess.Popen(
        [*PROSPECTOR, *args],
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        while process.poll() is None and not ready(process.pid):
            time.sleep(0.002)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    return subprocess.CompletedProcess(args, process.returncode, out, err)


def test_an_interrupted_import_leaves_the_database_as_it_was(folder: Path) -> None:
    (folder / "long.csv").write_text(people_csv(hr_people(60_000, start=100)), encoding="utf-8")

    def at_work(pid: int) -> bool:
        """A large file is parsed in a process of its own, which starts once the import is on its way."""
        return bool(Path(f"/proc/{pid}/task/{pid}/children").read_text().split())

    done = interrupt(folder, ["import", "long.csv", "--json"], at_work)
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr.splitlines()[-1].startswith("interrupted: ")
    assert "Traceback" not in done.stderr
    database = consistent(folder)
    assert database.value("SELECT count(*) FROM people") == 30
    database.close()


def test_an_interrupted_enrich_ends_at_once_and_can_be_repeated(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        folder = make_workspace(tmp_path, http={"connect_to": {"http": address}, "timeout": 60})
        import_people(folder, hr_people(5))
        silent.settimeout(0.01)
        accepted = []

        def asked(pid: int) -> bool:
            try:
                accepted.append(silent.accept())
            except TimeoutError:
                return False
            return True

        done = interrupt(folder, ["enrich"], asked)
        for connection, _ in accepted:
            connection.close()
    assert done.returncode == 130
    assert done.stderr.splitlines()[-1].startswith("interrupted: ")
    assert "Traceback" not in done.stderr
    consistent(folder).close()


def test_the_day_and_the_workspace_may_stand_before_the_command(made: Path, tmp_path: Path) -> None:
    before = call_cli("--workspace", made, "--as-of", "2026-12-01", "plan", "hr", "--json", cwd=tmp_path)
    behind = call_cli("plan", "hr", "--json", "--workspace", made, "--as-of", "2026-12-01", cwd=tmp_path)
    assert before.stdout == behind.stdout
    assert json.loads(before.stdout)["as_of"] == "2026-12-01"
    beaten = call_cli("--as-of", "2026-12-24", "plan", "hr", "--json", "--as-of", "2026-12-01", cwd=made)
    assert beaten.stdout == before.stdout


def test_a_saved_page_is_inspected_for_the_day_before_the_command(tmp_path: Path) -> None:
    job = '<script type="application/ld+json">{"@type": "JobPosting", "title": "Marketing Manager", %s}</script>'
    page = job % '"datePosted": "2026-10-01", "validThrough": "2026-11-30"'
    (tmp_path / "page.html").write_text(f"<html><body>{page}</body></html>", encoding="utf-8")
    openings = [
        len(
            json.loads(call_cli("--as-of", day, "inspect", "page.html", "--json", cwd=tmp_path).stdout)[
                "openings"
            ]
        )
        for day in ("2026-11-01", "2027-06-01")
    ]
    assert openings == [1, 0]


def test_standard_input_is_a_file_like_any_other(folder: Path) -> None:
    shape = json.loads(
        call_cli("import", "-", "--json", cwd=folder, input=people_csv(hr_people(2, start=50))).stdout
    )
    assert (shape["file"], shape["people"]["created"]) == ("stdin", 2)
