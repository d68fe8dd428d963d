"""Pushing while the process is killed, runs twice at once, or works on a day-old copy: the end is the same."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from pushes import push_workspace, states
from tool_stub import TOOLS, Tool, serving
from workspaces import AS_OF, environment, hr_people, import_people

pytestmark = pytest.mark.slow

A_DAY = 25
ANSWERED = ("accepted", "settled")
ONCE = ("instantly", "smartlead", "lemlist", "woodpecker")


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
    _, talk = process.communicate(timeout=90)
    assert b"Traceback" not in talk, talk.decode()
    return process.returncode


def kill_at_a_call(process: subprocess.Popen[bytes], tool: Tool, calls: int, wait: float) -> None:
    """Kill a moment after the tool has had so many calls more."""
    until = len(tool.calls) + calls
    while process.poll() is None and len(tool.calls) < until:
        time.sleep(0.0005)
    time.sleep(wait)
    process.kill()


def be_killed(folder: Path, name: str, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    with serving(TOOLS[name]()) as tool:
        tool.limits = ()  # killed processes do not know of each other's calls
        push_workspace(folder, name, tool, timeout=2.0, daily_cap=A_DAY)
        import_people(folder, hr_people(A_DAY * (kills + 1)))
        codes = []
        for day in range(kills):
            process = start(folder, day)
            kill_at_a_call(process, tool, chance.choice([1, 2, 2, 3]), chance.uniform(0, 0.03))
            codes.append(finish(process))
        assert codes.count(-signal.SIGKILL) >= kills // 3, codes  # the rest was too quick
        for day in range(kills, 2 * kills + 2):  # as cron does, until nobody is left
            assert finish(start(folder, day)) == 0
        assert set(tool.leads) == {row[2] for row in hr_people(A_DAY * (kills + 1))}
        found = states(folder)
        assert (set(found) <= set(ANSWERED), sum(found.values())) == (True, A_DAY * (kills + 1))
        if name in ONCE:
            assert not tool.offered
        assert not list(folder.glob("exports/hr/.*"))


@pytest.mark.parametrize("name", list(TOOLS))
def test_a_kill_at_any_moment_neither_doubles_nor_loses_anybody(tmp_path: Path, name: str) -> None:
    be_killed(tmp_path, name, 10, seed=20261130)


@pytest.mark.soak
@pytest.mark.timeout(0)
@pytest.mark.parametrize("name", list(TOOLS))
def test_many_kills_neither_double_nor_lose_anybody(tmp_path: Path, name: str) -> None:
    kills = int(os.environ.get("PROSPECTOR_KILLS", "300")) // len(TOOLS) + 1
    be_killed(tmp_path, name, kills, seed=20261201)


@pytest.mark.parametrize("name", list(TOOLS))
def test_two_runs_at_once_push_nobody_twice(tmp_path: Path, name: str) -> None:
    with serving(TOOLS[name]()) as tool:
        tool.limits = ()  # two processes do not know of each other's calls
        folder = push_workspace(tmp_path, name, tool, timeout=2.0, daily_cap=A_DAY)
        import_people(folder, hr_people(3 * A_DAY))
        for day in range(3):
            codes = [finish(process) for process in [start(folder, day), start(folder, day)]]
            assert sorted(codes) in ([0, 0], [0, 5])
            assert len(tool.leads) == A_DAY * (day + 1)
        assert not tool.offered


@pytest.mark.parametrize("name", list(TOOLS))
@pytest.mark.parametrize("keeps_exports", [True, False])
def test_a_run_on_a_day_old_copy_ends_as_if_nothing_had_been(
    tmp_path: Path, name: str, keeps_exports: bool
) -> None:
    with serving(TOOLS[name]()) as tool:
        tool.limits = ()
        folder = push_workspace(tmp_path, name, tool, timeout=2.0, daily_cap=A_DAY)
        import_people(folder, hr_people(3 * A_DAY))
        assert finish(start(folder, 0)) == 0
        shutil.copy(folder / "prospector.db", tmp_path / "day-old")
        assert finish(start(folder, 1)) == 0
        shutil.copy(tmp_path / "day-old", folder / "prospector.db")
        if not keeps_exports:
            shutil.rmtree(folder / "exports")
        for day in (2, 3, 4):
            assert finish(start(folder, day)) == 0
        assert set(tool.leads) == {row[2] for row in hr_people(3 * A_DAY)}
        assert not tool.offered
