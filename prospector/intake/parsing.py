"""Ready rows, a batch at a time; of large files from a process beside this one.

Reading a file and what its rows say is more than half of an import's work and needs nothing of the database,
so a second core takes it over while this one stores the batches before.
"""

from __future__ import annotations

import os
import pickle
from contextlib import closing, suppress
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from prospector.core.processes import framed, messages, start_beside
from prospector.intake.ready import ReadyRow
from prospector.intake.rows.consent import NOTHING
from prospector.store.observations import Said

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence
    from pathlib import Path

    from prospector.intake.files.tables import RawRow, Table
    from prospector.intake.ready import ReadyReader

BATCH = 500
"""Rows that are read, matched and written together."""

WORTH_A_PROCESS = 3_000_000
"""Bytes of a file from which a process of its own saves more time than it takes to start."""


class FileToRead(NamedTuple):
    """Where a file lies, which sheet of a workbook, and how its rows are read."""

    place: Path
    sheet: str | None
    reader: ReadyReader


def read_batches(table: Table, file: FileToRead) -> Generator[list[ReadyRow]]:
    """Batches of rows in order. `table` is the file, opened and not read yet."""
    done = 0
    if file.place.stat().st_size >= WORTH_A_PROCESS and (os.cpu_count() or 1) > 1:
        # No more processes may be started: then without one.
        with suppress(OSError), closing(_said_beside(file)) as all_said:
            for said in all_said:
                if isinstance(said, Ended):
                    table.warnings[:] = said.warnings
                    return
                yield said
                done += len(said)
    # Whatever stopped the process (it may be the file) stops this one in the same place, and is told.
    yield from (
        file.reader.batch(rows) for rows in batches_of(islice(file.reader.records(table.rows), done, None))
    )


class Ended(NamedTuple):
    """The last message: the whole file has been read."""

    warnings: list[str]


def _said_beside(file: FileToRead) -> Generator[list[ReadyRow] | Ended]:
    """What the process that reads the file says, until it has read it all or dies."""
    beside = start_beside("prospector.intake.parse_process")
    try:
        beside.socket.sendall(framed(pickle.dumps(file, pickle.HIGHEST_PROTOCOL)))
        with beside.socket.makefile("rb") as incoming:
            for message in messages(incoming):
                yield unpacked(message)
    finally:
        beside.end()


def packed(rows: Sequence[ReadyRow]) -> bytes:
    """Ready rows on their way to the other process.

    As plain tuples, a company of which several rows say the same once, and nothing for rows that say nothing of
    consent: an import of 100,000 rows takes 8.8 s so, and 9.2 s with the rows as they are.
    """
    places: dict[int, int] = {}
    companies: list[tuple[Any, ...]] = []
    plain = []
    for row in rows:
        place = None
        if row.company is not None:
            place = places.setdefault(id(row.company), len(companies))
            if place == len(companies):
                companies.append(tuple(row.company))
        person = None if row.person is None else tuple(row.person)
        consent = None if row.consent is NOTHING else row.consent
        plain.append(
            (row.number, person, place, row.reject, row.cells, consent, row.problems, row.seen_on, row.place)
        )
    return pickle.dumps((companies, plain), pickle.HIGHEST_PROTOCOL)


def unpacked(message: bytes) -> list[ReadyRow] | Ended:
    """What a message of `packed` says, or that it was the last one."""
    content = pickle.loads(message)  # noqa: S301  (from our own process)
    if isinstance(content, Ended):
        return content
    companies, plain = content
    said = [Said._make(company) for company in companies]
    return [
        ReadyRow(
            number,
            None if person is None else Said._make(person),
            None if place is None else said[place],
            reject,
            cells,
            NOTHING if consent is None else consent,
            *rest,
        )
        for number, person, place, reject, cells, consent, *rest in plain
    ]


def batches_of(rows: Iterable[RawRow]) -> Iterator[list[RawRow]]:
    """The rows in batches."""
    rows = iter(rows)
    return iter(lambda: list(islice(rows, BATCH)), [])
