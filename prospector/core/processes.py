"""Starting a process beside this one, which takes over what needs a core of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import suppress

_ROOM = 1_000_000
"""Bytes that may lie between the two, as far as the system allows: enough work for as long as the other is busy."""


def start_beside(module: str) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """Run a module of this package as a process, and the socket that is its standard input.

    The process finds the end of its input when this one ends, however it ends. `OSError` if none can be
    started. (`multiprocessing` would run the script of whoever uses this package as a library once more.)
    """
    ours, theirs = socket.socketpair()
    for end in (ours, theirs):
        with suppress(OSError):  # Some systems refuse what they cannot give.
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _ROOM)
    with theirs:
        try:
            process = subprocess.Popen(
                # -P: never what lies in the folder one happens to be in.
                [sys.executable, "-P", "-m", module],
                stdin=theirs.fileno(),
                # It has to find the same packages, wherever this program found them.
                env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
            )
        except OSError:
            ours.close()
            raise
    return process, ours
