"""Parsing in a process of its own: the same rows in the same order, and no process left behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from datetime import date
from pathlib import Path

import pytest

from prospector.intake import parsing
from prospector.intake.columns.mappings import recognise
from prospector.intake.files.readers import open_table
from prospector.intake.ready import ReadyReader, ReadyRow

HEADER = ("First Name", "Last Name", "Email", "Company", "Website", "Notes")
AS_OF = date(2026, 11, 22)


@pytest.fixture
def job(tmp_path: Path) -> parsing.FileToRead:
    """A large file; one line in it is broken, and a report's footer ends it."""
    lines = [
        f"Ana{number},Ruiz,ana{number}@acme.example,Acme,acme.example,{'x' * 400}\n"
        for number in range(20 * parsing.BATCH + 7)
    ]
    lines[1234] = "a,b,c,d,e,f,g\n"
    path = tmp_path / "people.csv"
    path.write_text(f"{','.join(HEADER)}\n{''.join(lines)}\nGrand Totals (9 records)\n", encoding="utf-8")
    assert path.stat().st_size > parsing.WORTH_A_PROCESS
    return parsing.FileToRead(path, None, ReadyReader(recognise(HEADER), AS_OF))


@pytest.fixture
def started(monkeypatch) -> list[tuple[subprocess.Popen[bytes], socket.socket]]:
    """The processes that are started."""
    found = []
    start = parsing.start_beside
    monkeypatch.setattr(parsing, "start_beside", lambda module: found.append(start(module)) or found[-1])
    return found


def read(job: parsing.FileToRead, each=lambda number: None) -> tuple[list[ReadyRow], list[str]]:
    """All rows and warnings."""
    rows = []
    with open_table(job.place) as table:
        for number, batch in enumerate(parsing.read_batches(table, job)):
            rows += batch
            each(number)
        return rows, table.warnings


def test_a_process_beside_gives_the_same_rows_and_warnings(job, started, monkeypatch):
    there = read(job)
    monkeypatch.setattr(parsing, "WORTH_A_PROCESS", 1 << 40)
    assert read(job) == there
    assert len(started) == 1
    rows, warnings = there
    assert [row.number for row in rows] == list(range(2, len(rows) + 2))
    assert [(row.number, row.cells) for row in rows if row.reject] == [(1236, list("abcdefg"))]
    assert warnings == ["line 10010: report footer left out"]


def test_stopping_half_way_leaves_no_process_and_no_thread_behind(job, started):
    threads = threading.active_count()
    with open_table(job.place) as table:
        batches = parsing.read_batches(table, job)
        next(batches)
        batches.close()
    [(process, connection)] = started
    assert process.poll() is not None
    assert connection.fileno() == -1
    assert threading.active_count() == threads


def test_a_process_that_dies_costs_no_row(job, started, monkeypatch):
    killed = read(job, each=lambda number: started[0][0].kill() if number == 1 else None)
    monkeypatch.setattr(parsing, "WORTH_A_PROCESS", 1 << 40)
    assert killed == read(job)


def test_a_script_without_a_main_guard_can_import_a_large_file(tmp_path):
    (tmp_path / "prospector.yaml").touch()
    with (tmp_path / "people.csv").open("w", encoding="utf-8") as file:
        file.write("First Name,Last Name,Email,Notes\n")
        for number in range(2_000):
            file.write(f"Ana,Ruiz,ana@firm{number}.example,{'x' * 2_000}\n")
    script = tmp_path / "script.py"
    script.write_text(
        "from prospector import Workspace\n"
        "with Workspace.open('.') as opened:\n"
        "    print(opened.import_file('people.csv').people['created'])\n"
    )
    done = subprocess.run(
        [sys.executable, script], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.stdout, done.stderr, done.returncode) == ("2000\n", "", 0)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for the process in /proc")
def test_a_killed_import_takes_its_process_with_it(tmp_path):
    (tmp_path / "prospector.yaml").touch()
    with (tmp_path / "people.csv").open("w", encoding="utf-8") as file:
        file.write("First Name,Last Name,Email,Notes\n")
        for number in range(40_000):
            file.write(f"Ana,Ruiz,ana{number}@acme.example,{'x' * 120}\n")
    importing = subprocess.Popen(
        [sys.executable, "-m", "prospector", "import", "people.csv", "--as-of", "2026-11-22"],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    children: list[str] = []
    deadline = time.monotonic() + 20
    while not children and time.monotonic() < deadline and importing.poll() is None:
        children = Path(f"/proc/{importing.pid}/task/{importing.pid}/children").read_text().split()
        time.sleep(0.02)
    assert children
    os.kill(importing.pid, signal.SIGKILL)
    importing.wait()
    while any(Path(f"/proc/{child}/cmdline").is_file() and alive(child) for child in children):
        assert time.monotonic() < deadline + 20, "a parsing process outlived its import"
        time.sleep(0.05)


def alive(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
