"""SIGKILL at any moment, and two workspaces at once: each person is in exactly one exported file."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from workspaces import (
    AS_OF,
    CAMPAIGN,
    environment,
    exported_people,
    hr_people,
    import_people,
    make_workspace,
    share,
)

from prospector.workspace import Workspace

PEOPLE = 240
A_DAY = 12
KILLS = 18


def start(folder: Path, day: int) -> subprocess.Popen[bytes]:
    as_of = (AS_OF + timedelta(days=day)).isoformat()
    return subprocess.Popen(
        [sys.executable, "-m", "prospector", "run", "hr", "--quiet", "--as-of", as_of],
        cwd=folder,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def kill_when_a_folder_is_begun(process: subprocess.Popen[bytes], folder: Path, wait: float) -> None:
    """Kill a moment after the run has begun to write its folder, or after it has put it in place."""
    before = set(folder.glob("exports/hr/*"))
    while process.poll() is None and set(folder.glob("exports/hr/*")) == before:
        time.sleep(0.0005)
    time.sleep(wait)
    process.kill()


def kill_after(process: subprocess.Popen[bytes], wait: float) -> None:
    time.sleep(wait)
    process.kill()


def finish(process: subprocess.Popen[bytes]) -> int:
    _, talk = process.communicate(timeout=60)
    assert b"Traceback" not in talk, talk.decode()
    return process.returncode


def test_a_kill_at_any_moment_neither_doubles_nor_loses_anybody(tmp_path: Path) -> None:
    chance = random.Random(20261123)
    campaign = {**CAMPAIGN, "daily_cap": A_DAY}
    folder = make_workspace(tmp_path, campaigns={"hr": campaign})
    import_people(folder, hr_people(PEOPLE))
    began = time.perf_counter()
    assert finish(start(folder, 0)) == 0
    whole = time.perf_counter() - began
    codes = []
    for day in range(1, KILLS + 1):
        process = start(folder, day)
        if day % 2:
            kill_when_a_folder_is_begun(process, folder, chance.uniform(0, 0.02))
        else:
            kill_after(process, chance.uniform(0.3, 1.0) * whole)
        codes.append(finish(process))
        assert set(Counter(exported_people(folder)).values()) == {1}
    assert codes.count(-signal.SIGKILL) >= KILLS // 4  # the rest was too quick
    make_workspace(tmp_path, campaigns={"hr": {**campaign, "daily_cap": PEOPLE}})
    assert finish(start(folder, KILLS + 1)) == 0
    found = Counter(exported_people(folder))
    assert set(found.values()) == {1}
    assert set(found) == {row[2] for row in hr_people(PEOPLE)}
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        assert workspace.db.value("PRAGMA integrity_check") == "ok"
        assert workspace.db.rows("PRAGMA foreign_key_check") == []
        assert workspace.db.value("SELECT count(*) FROM runs WHERE state <> 'left'") == 0
        assert workspace.db.value("SELECT count(*) FROM touches WHERE left_on IS NOT NULL") == 3 * PEOPLE
    assert not list(folder.glob("exports/hr/.*"))


@pytest.mark.slow
def test_a_kill_between_batches_neither_doubles_nor_loses_anybody(tmp_path: Path) -> None:
    chance, people, kills = random.Random(20261130), 1_100, 6  # three batches
    folder = make_workspace(tmp_path / "w")
    import_people(folder, hr_people(people))
    shutil.copytree(folder, tmp_path / "copy")
    began = time.perf_counter()
    assert finish(start(tmp_path / "copy", 0)) == 0
    whole = time.perf_counter() - began
    codes = []
    for nth in range(kills):
        process = start(folder, 0)
        kill_after(process, chance.uniform(0.3, 0.95) * whole)
        codes.append(finish(process))
        found = set(Counter(exported_people(folder)).values())
        assert found <= {1}
        if found:
            import_people(folder, hr_people(people, start=1 + people * (nth + 2)))
    assert codes.count(-signal.SIGKILL) >= kills // 3  # the rest was too quick
    assert finish(start(folder, 0)) == 0
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        everyone = [row["email"] for row in workspace.db.rows("SELECT email FROM people")]
        assert workspace.db.value("SELECT count(*) FROM runs WHERE state <> 'left'") == 0
        assert workspace.db.value("SELECT count(*) FROM deliveries WHERE state = 'sent'") == len(everyone)
        assert workspace.db.value("SELECT count(*) FROM held_back") == 0
        assert workspace.db.value("PRAGMA integrity_check") == "ok"
    assert Counter(exported_people(folder)) == Counter(everyone)
    assert not list(folder.glob("exports/hr/.*"))


def everybody(folders: list[Path]) -> list[str]:
    return [person for folder in folders for person in exported_people(folder)]


def test_workspaces_that_run_at_once_hand_nobody_over_twice(tmp_path: Path) -> None:
    rounds, a_day = 8, 12
    pair = [share(tmp_path / name, daily_cap=a_day) for name in "ab"]
    import_people(pair[0], hr_people(a_day * rounds))
    for day in range(rounds):
        codes = [finish(process) for process in [start(folder, day) for folder in pair]]
        assert set(codes) <= {0, 5}, codes
        found = Counter(everybody(pair))
        assert (len(found), set(found.values())) == (a_day * (day + 1), {1})


@pytest.mark.slow
def test_kills_in_two_workspaces_neither_double_nor_lose_anybody(tmp_path: Path) -> None:
    chance, people, kills = random.Random(20261124), 240, 20
    pair = [share(tmp_path / name, daily_cap=8) for name in "ab"]
    import_people(pair[0], hr_people(people))
    began = time.perf_counter()
    assert finish(start(pair[0], 0)) == 0
    whole = time.perf_counter() - began
    codes = []
    for day in range(1, kills + 1):
        process = start(pair[day % 2], day)
        kill_within(process, pair[day % 2], chance.uniform(0.4, 1.0) * whole, at_folder=day % 3 > 0)
        codes.append(finish(process))
        assert set(Counter(everybody(pair)).values()) == {1}
    assert codes.count(-signal.SIGKILL) >= kills // 4  # the rest was too quick
    for folder in pair:
        share(folder, daily_cap=people)
        assert finish(start(folder, kills + 1)) == 0
    assert Counter(everybody(pair)) == Counter(row[2] for row in hr_people(people))
    with Workspace.open(pair[0], as_of=AS_OF) as workspace:
        assert workspace.db.value("PRAGMA integrity_check") == "ok"
        assert workspace.db.value("SELECT count(*) FROM runs WHERE state <> 'left'") == 0
        assert workspace.db.value("SELECT count(*) FROM touches WHERE left_on IS NOT NULL") == 3 * people
    assert not list(tmp_path.glob("*/exports/hr/.*"))


def kill_within(process: subprocess.Popen[bytes], folder: Path, wait: float, *, at_folder: bool) -> None:
    """Kill after a while, or as soon as the run has begun to write its folder."""
    before, end = set(folder.glob("exports/hr/*")), time.perf_counter() + wait
    while process.poll() is None:
        if at_folder and set(folder.glob("exports/hr/*")) != before:
            break
        if not at_folder and time.perf_counter() > end:
            break
        time.sleep(0.0005)
    process.kill()
