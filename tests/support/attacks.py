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


# A process begins with the peak of the one that starts it, and these tests are large: a small one starts it.
_MEASURE = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:], stdout=sys.stderr)
_, status, usage = os.wait4(process.pid, 0)
print(os.waitstatus_to_exitcode(status), usage.ru_maxrss)
"""


def attacked(folder: Path, *words: str, seconds: float = 60) -> Ended:
    """The program's end, within bounds: a documented code, no traceback, no `unexpected`, little memory."""
    with tempfile.TemporaryFile() as said:
        started = subprocess.Popen(
            [sys.executable, "-S", "-c", _MEASURE, sys.executable, "-m", "prospector", *words],
            cwd=folder,
            env={**environment(), "PYTHONPATH": os.environ.get("PYTHONPATH", "")},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=said,
        )
        told, _ = started.communicate()
        code, kilobytes = map(int, told.split())
        said.seek(0)
        text = said.read().decode("utf-8", "replace")
    ended = Ended(code, text, kilobytes / 1024)
    print(f"{' '.join(words)}: exit {ended.code}, {ended.megabytes:.0f} MB")
    assert ended.code in CODES, text[-2000:]
    assert "Traceback" not in text, text[-2000:]
    assert "unexpected " not in text, text[-2000:]
    assert ended.megabytes < MOST_MEMORY
    return ended
