"""Raw rows to parsed rows, a batch at a time; for large files in a process of its own.

Parsing is half of an import's work and needs nothing of the database, so a second core takes it over while
this one stores the batch before.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future

    from prospector.intake.rows import ParsedRow
    from prospector.intake.tables import RawRow

BATCH = 1_000
"""Rows that are parsed, matched and written together."""

WORTH_A_PROCESS = 5_000_000
"""Bytes of a file from which a process of its own saves more time than it takes to start."""

_AHEAD = 3


def parsed_batches(
    rows: Iterator[RawRow], read: Callable[[RawRow], ParsedRow], *, size: int
) -> Iterator[list[tuple[RawRow, ParsedRow | None]]]:
    """Batches of rows in order, each with what it says; None for a row whose raw form is broken."""
    batches = iter(lambda: list(islice(rows, BATCH)), [])
    if size < WORTH_A_PROCESS or (os.cpu_count() or 1) < 2:
        for batch in batches:
            yield list(zip(batch, parse(read, batch), strict=True))
        return
    # A fresh interpreter: a fork would share the database's file handles.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context, initializer=_start, initargs=(read,)) as pool:
        waiting: deque[tuple[list[RawRow], Future[list[ParsedRow | None]]]] = deque()
        try:
            for batch in batches:
                waiting.append((batch, pool.submit(_parse, batch)))
                if len(waiting) > _AHEAD:
                    yield _next(waiting)
            while waiting:
                yield _next(waiting)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def parse(read: Callable[[RawRow], ParsedRow], batch: list[RawRow]) -> list[ParsedRow | None]:
    """What each row says."""
    return [None if raw.problem else read(raw) for raw in batch]


def _next(
    waiting: deque[tuple[list[RawRow], Future[list[ParsedRow | None]]]],
) -> list[tuple[RawRow, ParsedRow | None]]:
    batch, future = waiting.popleft()
    return list(zip(batch, future.result(), strict=True))


_reader: list[Callable[[RawRow], ParsedRow]] = []
"""In the process: the reader, kept between batches because it remembers companies."""


def _parse(batch: list[RawRow]) -> list[ParsedRow | None]:
    return parse(_reader[0], batch)


def _start(read: Callable[[RawRow], ParsedRow]) -> None:
    """In the process: leave Ctrl-C to the parent, and end with it, however it ends."""
    _reader.append(read)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
