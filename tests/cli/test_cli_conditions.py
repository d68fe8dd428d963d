"""The program where little is given: no environment, no home, no streams, a full device, and two of it at once."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from workspaces import environment, hr_people, import_people, make_workspace, people_csv, run_cli

import prospector
from prospector.workspace import Workspace

ROOT = str(Path(prospector.__file__).parents[1])
WHOLE = environment()
BARE = {"PYTHONPATH": ROOT}
CONDITIONS = {
    "without an environment": ("", BARE),
    "without a home": ("", {name: value for name, value in WHOLE.items() if name != "HOME"} | BARE),
    "with stdout closed": (">&-", WHOLE | BARE),
    "with all streams closed": ("<&- >&- 2>&-", WHOLE | BARE),
    "into a full device": (">/dev/full", WHOLE | BARE),
    "in an old encoding": ("", {**WHOLE, **BARE, "PYTHONIOENCODING": "cp1252"}),
}
LINES = ["status", "find -s hr --json", "import more.csv --json", "run hr", "doctor", "campaign list"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = make_workspace(tmp_path / "ws", http={"connect_to": {"http": "127.0.0.1:9"}})
    import_people(folder, hr_people(3))
    (folder / "more.csv").write_text(people_csv(hr_people(3, start=20)), encoding="utf-8")
    return folder


@pytest.mark.parametrize("condition", CONDITIONS)
def test_every_code_is_a_documented_one_and_nothing_is_lost(folder: Path, condition: str) -> None:
    streams, env = CONDITIONS[condition]
    for line in LINES:
        done = subprocess.run(
            [
                "/bin/sh",
                "-c",
                f'exec "$@" {streams}',
                "sh",
                sys.executable,
                "-m",
                "prospector",
                *line.split(),
            ],
            cwd=folder,
            env=env,
            capture_output=True,
            timeout=60,
            check=False,
        )
        full = condition == "into a full device" and done.returncode == 2
        assert done.returncode == 0 or full, (line, done.stderr)
        assert b"Traceback" not in done.stderr
        assert b"unexpected" not in done.stderr
        assert not full or b"free some disk space" in done.stderr, (line, done.stderr)
    with Workspace.open(folder) as opened:
        counted = opened.db.one("SELECT (SELECT count(*) FROM people), (SELECT count(*) FROM enrolments)")
    assert tuple(counted or ()) == (6, 6)


@pytest.mark.parametrize("line", ["run hr", "enrich", "undo", "import more.csv", "set person:1 title CFO"])
def test_two_at_once_end_with_documented_codes(folder: Path, line: str) -> None:
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda _: run_cli(*line.split(), cwd=folder), range(2)))
    codes = sorted(one.returncode for one in both)
    told = "".join(one.stderr for one in both)
    # Of two that take back the same import the later one finds it taken back.
    assert codes in ([0, 0], [0, 5]) or (codes == [0, 2] and "was undone on" in told), told
    assert not any("unexpected" in one.stderr or "Traceback" in one.stderr for one in both)
