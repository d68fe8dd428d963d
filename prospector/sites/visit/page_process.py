"""The process in which pages are read beside the network: asked and answering over its standard input."""

from __future__ import annotations

import pickle
import signal
import socket
from typing import TYPE_CHECKING, Any

from prospector.core.garbage import rare_collections
from prospector.sites.visit.faults import ReadingFault, fault_name

if TYPE_CHECKING:
    from io import BufferedReader

LENGTH = 8


def serve(connection: socket.socket) -> None:
    """Do what is asked, one piece of work after the other, until nobody asks any more."""
    with connection, connection.makefile("rb") as asked:
        while (message := _next(asked)) is not None:
            answer = _answer(message)
            connection.sendall(len(answer).to_bytes(LENGTH, "big") + answer)


def _next(asked: BufferedReader) -> bytes | None:
    size = asked.read(LENGTH)
    return asked.read(int.from_bytes(size, "big")) if len(size) == LENGTH else None


def _answer(message: bytes) -> bytes:
    """The result or the exception, whichever it is, as a message."""
    said: tuple[bool, Any]
    try:
        read, args, kwargs = pickle.loads(message)  # noqa: S301  (from the program that started this process)
        said = (True, read(*args, **kwargs))
    except Exception as fault:  # It belongs to whoever asked, as if the page had been read there.
        said = (False, ReadingFault(fault_name(fault)))
    return pickle.dumps(said, pickle.HIGHEST_PROTOCOL)


if __name__ == "__main__":
    # Ctrl-C is for the program itself, which ends this process when it has stored what is done.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with rare_collections():
            serve(socket.socket(fileno=0))
    except ConnectionError:
        raise SystemExit(0) from None
