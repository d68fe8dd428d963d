"""Ready rows, a batch at a time; of large files from a process beside this one.

Reading a file and what its rows say is more than half of an import's work and needs nothing of the database,
so a second core takes it over while this one stores the batches before.
"""

from __future__ import annotations

import os
import pickle
import queue
import socket
import threading
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from prospector.core.processes import start_beside
from prospector.intake.messages import messages, unpacked

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from prospector.intake.files.tables import RawRow, Table
    from prospector.intake.ready import ReadyReader, ReadyRow

BATCH = 500
"""Rows that are read, matched and written together."""

WORTH_A_PROCESS = 3_000_000
"""Bytes of a file from which a process of its own saves more time than it takes to start."""

_WAITING = 8
"""Batches that may wait for their turn."""


class FileToRead(NamedTuple):
    """A file to read: where it lies, which sheet of a workbook, and how its rows are read."""

    place: Path
    sheet: str | None
    reader: ReadyReader


def read_batches(table: Table, job: FileToRead) -> Generator[list[ReadyRow]]:
    """Batches of rows in order. `table` is the job's file, opened and not read yet."""
    done = 0
    if job.place.stat().st_size >= WORTH_A_PROCESS and (os.cpu_count() or 1) > 1:
        with suppress(OSError), Beside(job) as beside:  # No more processes may be started: then without one.
            for batch in beside.batches(table.warnings):
                yield batch
                done += len(batch)
            if beside.has_ended:
                return
    # Whatever stopped the process (it may be the file) stops this one in the same place, and is told.
    yield from (job.reader.batch(rows) for rows in batches_of(islice(table.rows, done, None)))


def batches_of(rows: Iterable[RawRow]) -> Iterator[list[RawRow]]:
    """The rows in batches."""
    rows = iter(rows)
    return iter(lambda: list(islice(rows, BATCH)), [])


class Beside:
    """The process that reads; a context manager."""

    def __init__(self, job: FileToRead) -> None:
        self._job = job
        self._messages: queue.Queue[bytes] = queue.Queue(_WAITING)
        self.has_ended = False
        """Whether the whole file has been read."""

    def __enter__(self) -> Self:
        self._process, self._socket = start_beside("prospector.intake.parse_process")
        self._socket.sendall(pickle.dumps(self._job, pickle.HIGHEST_PROTOCOL))
        self._receiver = threading.Thread(target=self._receive, daemon=True)
        self._receiver.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        while self._receiver.is_alive():  # It finds room for what is still under way, and then the end.
            with suppress(queue.Empty):
                self._messages.get(timeout=0.01)
        self._socket.close()

    def batches(self, warnings: list[str]) -> Iterator[list[ReadyRow]]:
        """The file's rows until it ends or the process does. `warnings` become those of the whole file."""
        while message := self._messages.get():
            rows, of_file = unpacked(message)
            if of_file is None:
                yield rows
            else:
                warnings[:] = of_file
                self.has_ended = True

    def _receive(self) -> None:
        with suppress(OSError), self._socket.makefile("rb") as incoming:
            for message in messages(incoming):
                self._messages.put(message)
        self._messages.put(b"")
