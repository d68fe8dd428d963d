"""SIGKILL, two runs at once, a day-old copy, for each kind of file: afterwards all is as if nothing had happened."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from workspaces import AS_OF, CAMPAIGN, environment, folder_bytes, hr_people, import_people, make_workspace

from prospector.destinations.registry import DESTINATIONS
from prospector.workspace import Workspace

pytestmark = [pytest.mark.slow, pytest.mark.timeout(0)]

A_DAY = 8
FILES = [*DESTINATIONS]
LEDGER = (
    "SELECT e.campaign, e.lead_key, e.enrolled_on, e.run, t.touch, t.send_at, t.left_on, d.state, d.destination "
    "FROM enrolments e LEFT JOIN touches t ON t.enrolment_id = e.id LEFT JOIN deliveries d ON d.enrolment_id = e.id "
    "ORDER BY e.campaign, e.lead_key, t.number, d.run"
)


def workspace_of(folder: Path, name: str, days: int) -> Path:
    made = make_workspace(folder, campaigns={"hr": {**CAMPAIGN, "destination": name, "daily_cap": A_DAY}})
    import_people(made, hr_people(A_DAY * days))
    return made


def start(folder: Path, day: int) -> subprocess.Popen[bytes]:
    as_of = (AS_OF + timedelta(days=day)).isoformat()
    return subprocess.Popen(
        [sys.executable, "-m", "prospector", "run", "hr", "--quiet", "--as-of", as_of],
        cwd=folder,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def finish(process: subprocess.Popen[bytes]) -> int:
    _, talk = process.communicate(timeout=120)
    assert b"Traceback" not in talk, talk.decode()
    return process.returncode


def state_of(folder: Path) -> tuple[dict[str, bytes], list[tuple[Any, ...]]]:
    """All that has been handed over, byte for byte, and what the ledger says of it."""
    with Workspace.open(folder, as_of=AS_OF) as opened:
        assert opened.db.value("PRAGMA integrity_check") == "ok"
        assert opened.db.value("SELECT count(*) FROM runs WHERE state <> 'left'") == 0
        rows = [tuple(row) for row in opened.db.rows(LEDGER)]
    return folder_bytes(folder / "exports"), rows


def undisturbed(folder: Path, name: str, days: int) -> tuple[dict[str, bytes], list[tuple[Any, ...]]]:
    made = workspace_of(folder, name, days)
    for day in range(days):
        with Workspace.open(made, as_of=AS_OF + timedelta(days=day)) as opened:
            opened.run("hr")
    return state_of(made)


def at_a_moment(process: subprocess.Popen[bytes], folder: Path, whole: float, chance: random.Random) -> None:
    """Kill while the run is at work: at any moment, or just as it writes its folder or has put it in place."""
    before, wait = set(folder.glob("exports/hr/*")), chance.uniform(0.3, 1.0) * whole
    at_folder, end = chance.random() < 0.5, time.perf_counter() + wait
    while process.poll() is None:
        if at_folder and set(folder.glob("exports/hr/*")) != before:
            time.sleep(chance.uniform(0, 0.01))
            break
        if not at_folder and time.perf_counter() > end:
            break
        time.sleep(0.0005)
    process.kill()


def be_killed(folder: Path, name: str, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    expected = undisturbed(folder / "u", name, kills + 1)
    made = workspace_of(folder / "w", name, kills + 1)
    began = time.perf_counter()
    assert finish(start(made, 0)) == 0
    whole, codes = time.perf_counter() - began, []
    for day in range(1, kills + 1):
        process = start(made, day)
        at_a_moment(process, made, whole, chance)
        codes.append(finish(process))
        assert finish(start(made, day)) == 0  # the next run, as cron starts it
    assert codes.count(-signal.SIGKILL) >= kills // 3, codes  # the rest was too quick
    assert state_of(made) == expected


@pytest.mark.parametrize("name", FILES)
def test_after_a_kill_at_any_moment_all_is_as_if_nothing_had_happened(tmp_path: Path, name: str) -> None:
    be_killed(tmp_path, name, 10, seed=20261130)


@pytest.mark.soak
@pytest.mark.parametrize("name", FILES)
def test_after_many_kills_all_is_as_if_nothing_had_happened(tmp_path: Path, name: str) -> None:
    be_killed(tmp_path, name, int(os.environ.get("PROSPECTOR_KILLS", "300")) // len(FILES) + 1, seed=20261201)


def two_at_once(folder: Path, day: int) -> None:
    codes = [finish(process) for process in [start(folder, day), start(folder, day)]]
    assert sorted(codes) in ([0, 0], [0, 5])


def on_a_day_old_copy(folder: Path, day: int) -> None:
    """The copy of the evening before is put back after the run."""
    shutil.copy(folder / "prospector.db", folder / "day-old")
    assert finish(start(folder, day)) == 0
    shutil.move(folder / "day-old", folder / "prospector.db")


@pytest.mark.parametrize("disturb", [two_at_once, on_a_day_old_copy])
@pytest.mark.parametrize("name", FILES)
def test_two_runs_at_once_and_a_day_old_copy_change_nothing(
    tmp_path: Path, name: str, disturb: Callable[[Path, int], None]
) -> None:
    days = 3
    expected = undisturbed(tmp_path / "u", name, days)
    made = workspace_of(tmp_path / "w", name, days)
    assert finish(start(made, 0)) == 0
    disturb(made, 1)
    assert finish(start(made, 2)) == 0
    files, rows = state_of(made)
    assert files == expected[0]
    assert len(rows) == len(expected[1])
