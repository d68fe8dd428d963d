"""The program under the rights of an ordinary user, also where the tests run as root."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from typing import TYPE_CHECKING

from workspaces import environment

if TYPE_CHECKING:
    from pathlib import Path

_DROP_FROM_BOUNDING_SET = 24
_OVERRIDE, _READ_SEARCH = 1, 2


def _as_anybody() -> None:
    """What root alone may do to files is taken away; the program that is started next cannot have it back."""
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None)
        for one in (_OVERRIDE, _READ_SEARCH):
            libc.prctl(_DROP_FROM_BOUNDING_SET, one, 0, 0, 0)


def run_as_anybody(*args: str | Path, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the program; a file that may only be read is not written, whoever runs the tests."""
    return subprocess.run(
        [sys.executable, "-m", "prospector", *map(str, args)],
        cwd=cwd,
        env=environment(**env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
        preexec_fn=_as_anybody,
    )
