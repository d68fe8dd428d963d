"""A process beside this one, which takes over what needs a core of its own: start, messages, end.

The other process runs a module of this package that calls `serve`; its standard input is a socket to this one.
Each message has its length before it. The other one ends when this one ends, however that happens, and this one
can end it at any time. `multiprocessing` would run the script of whoever uses this package as a library once more.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from prospector.core.errors import ProspectorError
from prospector.core.garbage import rare_collections

if TYPE_CHECKING:
    from asyncio import StreamReader
    from collections.abc import Callable, Iterable, Iterator
    from io import BufferedReader

_LENGTH = 8
_ROOM = 1_000_000
"""Bytes that may lie between the two, as far as the system allows: enough work for as long as the other is busy."""


class Beside(NamedTuple):
    """A process that was started, and the socket to it."""

    process: subprocess.Popen[bytes]
    socket: socket.socket

    def end(self) -> None:
        """End it at once: nothing that it still does is wanted."""
        self.process.kill()
        self.process.wait()
        self.socket.close()


def start_beside(module: str) -> Beside:
    """Run a module of this package as a process. `OSError` if none can be started."""
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
    return Beside(process, ours)


def serve(answers: Callable[[bytes], Iterable[bytes]]) -> None:
    """What such a process does: it answers each message with some, until nobody asks any more.

    A fault of the system or of a file ends it: whoever asked meets the same one, going on alone, and tells of it.
    """
    # Ctrl-C is for the program itself, which ends this process when it has put things in order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with (
        suppress(ProspectorError, OSError),
        rare_collections(),
        socket.socket(fileno=0) as connection,
        connection.makefile("rb") as asked,
    ):
        for message in messages(asked):
            for answer in answers(message):
                connection.sendall(framed(answer))


def framed(message: bytes) -> bytes:
    """The message as it is sent."""
    return len(message).to_bytes(_LENGTH, "big") + message


def messages(incoming: BufferedReader) -> Iterator[bytes]:
    """The whole messages that come in, until the other side has no more to say, or dies."""
    while size := int.from_bytes(incoming.read(_LENGTH), "big"):
        message = incoming.read(size)
        if len(message) < size:
            return
        yield message


async def next_message(incoming: StreamReader) -> bytes:
    """The same in an event loop, one by one; `EOFError` or `OSError` when the other side dies."""
    size = int.from_bytes(await incoming.readexactly(_LENGTH), "big")
    return await incoming.readexactly(size)
