"""Parsing in a process of its own: the same rows in the same order, and no process left behind."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from prospector.intake import parsing
from prospector.intake.mappings import recognise
from prospector.intake.rows import read_row
from prospector.intake.tables import RawRow

HEADER = ("First Name", "Last Name", "Email", "Company", "Website")
AS_OF = date(2026, 11, 22)


def raw_rows(count: int) -> list[RawRow]:
    rows = [
        RawRow(number + 2, [f"Ana{number}", "Ruiz", f"ana{number}@acme.example", "Acme", "acme.example"])
        for number in range(count)
    ]
    rows[count // 2] = RawRow(count // 2 + 2, ["broken"], "long_row")
    return rows


def test_a_process_of_its_own_gives_the_same_rows_in_the_same_order():
    read = partial(read_row, mapping=recognise(HEADER), seen=AS_OF)
    rows = raw_rows(3 * parsing.BATCH + 7)
    here = [pair for batch in parsing.parsed_batches(iter(rows), read, size=0) for pair in batch]
    there = [
        pair
        for batch in parsing.parsed_batches(iter(rows), read, size=parsing.WORTH_A_PROCESS)
        for pair in batch
    ]
    assert there == here
    assert [raw.number for raw, _ in there] == [raw.number for raw in rows]
    assert sum(parsed is None for _, parsed in there) == 1


def test_stopping_half_way_leaves_no_process_behind():
    read = partial(read_row, mapping=recognise(HEADER), seen=AS_OF)
    batches = parsing.parsed_batches(iter(raw_rows(8 * parsing.BATCH)), read, size=parsing.WORTH_A_PROCESS)
    next(batches)
    batches.close()
    deadline = time.monotonic() + 20
    while multiprocessing.active_children() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not multiprocessing.active_children()


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
