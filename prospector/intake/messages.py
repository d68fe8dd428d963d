"""What the process that reads a file tells the one that stores it: batches of rows, and at last the warnings.

Each message has its length before it. Rows go as plain tuples, which takes half the time of named ones.
"""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

from prospector.intake.ready import ReadyRow
from prospector.store.observations import Said

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from io import BufferedReader
    from typing import Any

_LENGTH = 8


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


def packed_warnings(warnings: list[str]) -> bytes:
    """The last message."""
    return pickle.dumps(warnings, pickle.HIGHEST_PROTOCOL)


def packed_rows(rows: Sequence[ReadyRow]) -> bytes:
    """Ready rows; a company of which several rows say the same goes once."""
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
        plain.append((row.number, person, place, *row[3:]))
    return pickle.dumps((companies, plain), pickle.HIGHEST_PROTOCOL)


def unpacked(message: bytes) -> tuple[list[ReadyRow], list[str] | None]:
    """The rows in a message of a process that was started here; no rows but the warnings in its last one."""
    content = pickle.loads(message)  # noqa: S301
    if isinstance(content, list):
        return [], content
    companies, plain = content
    said = [Said._make(company) for company in companies]
    rows = [
        ReadyRow(
            number,
            None if person is None else Said._make(person),
            None if place is None else said[place],
            *rest,
        )
        for number, person, place, *rest in plain
    ]
    return rows, None
