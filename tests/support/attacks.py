"""Running the program on something hostile: what it says, how it ends, and how much memory it took at most."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING, NamedTuple

from workspaces import environment

if TYPE_CHECKING:
    from pathlib import Path

CODES = {0, 1, 2, 3, 4, 5}
"""The exit codes that are documented, but for the one of an interruption."""
MOST_MEMORY = 500


class Ended(NamedTuple):
    code: int
    said: str
    megabytes: float


def attacked(folder: Path, *words: str, seconds: float = 60) -> Ended:
    """The program's end, within bounds: a documented code, no traceback, no `unexpected`, little memory."""
    with tempfile.TemporaryFile() as said:
        started = subprocess.Popen(
            [sys.executable, "-m", "prospector", *words],
            cwd=folder,
            env={**environment(), "PYTHONPATH": os.environ.get("PYTHONPATH", "")},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(started.pid, 0)
        started.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        text = said.read().decode("utf-8", "replace")
    ended = Ended(started.returncode, text, usage.ru_maxrss / 1024)
    print(f"{' '.join(words)}: exit {ended.code}, {ended.megabytes:.0f} MB")
    assert ended.code in CODES, text[-2000:]
    assert "Traceback" not in text, text[-2000:]
    assert "unexpected " not in text, text[-2000:]
    assert ended.megabytes < MOST_MEMORY
    return ended
