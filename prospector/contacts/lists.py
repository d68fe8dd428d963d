"""Lists of addresses: any table with a column of them, or plain lines, with or without a header."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import chain, islice
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from prospector.core.errors import NothingImportable
from prospector.intake.columns.mappings import recognise
from prospector.intake.files.readers import open_table
from prospector.intake.files.tables import RawRow
from prospector.normalise.emails import parse_email

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prospector.intake.files.tables import Table

REASONS: dict[str, str] = {
    "no_address": "The row has no address: its cell is blank, or there is no @ in it.",
    "broken_row": "The row cannot be taken apart, and it does not hold exactly one address.",
}
"""Why a row of a list gets no verdict."""

_LOOKED_AT = 100
"""Rows among which the column of addresses is looked for."""


class Entry(NamedTuple):
    """A row of the list. `text` is the cell that should be an address; `problem` says why it is none."""

    number: int
    cells: Sequence[str]
    text: str
    problem: str | None


class AddressList(NamedTuple):
    """A list being read. `labels` are the header's, without that of the column `at`; empty where there is none."""

    name: str
    labels: tuple[str, ...]
    at: int
    entries: Iterator[Entry]


@contextmanager
def open_list(file: str, stdin: BinaryIO | None = None) -> Iterator[AddressList]:
    """The addresses of a file (`-` is standard input), streamed; `NothingImportable` if it has no such column."""
    with open_table(file, stdin=stdin) as table:
        header, rows = _with_header(table)
        first = list(islice(rows, _LOOKED_AT))
        at = _address_column(header, first)
        if at is None:
            raise NothingImportable(
                table.name, "no column of addresses", hint="name the column Email, or write an address a line"
            )
        labels = () if header is None else (*header[:at], *header[at + 1 :])
        yield AddressList(table.name, labels, at, (_entry(row, at) for row in chain(first, rows)))


def _with_header(table: Table) -> tuple[tuple[str, ...] | None, Iterator[RawRow]]:
    """The header and the rows; a first line with an address in it is a row, not a header."""
    if table.kind != "csv" or not any("@" in label for label in table.header):
        return table.header, table.rows
    return None, chain([RawRow(table.header_line, table.header)], table.rows)


def _address_column(header: Sequence[str] | None, rows: Sequence[RawRow]) -> int | None:
    """The column named like one of addresses, else the one in which most rows have an @."""
    if header is not None:
        named = [one.position for one in recognise(header).columns if one.field == "email"]
        if named:
            return named[0]
    width = max((len(row.values) for row in rows), default=0)
    counts = [sum(len(row.values) > at and "@" in str(row.values[at]) for row in rows) for at in range(width)]
    return counts.index(max(counts)) if any(counts) else None


def _entry(row: RawRow, at: int) -> Entry:
    cells = ["" if cell is None else str(cell) for cell in row.values]
    if row.problem:
        found = list(dict.fromkeys(email for cell in cells if (email := parse_email(cell))))
        return Entry(
            row.number, cells, found[0] if len(found) == 1 else "", None if len(found) == 1 else "broken_row"
        )
    text = cells[at].strip() if at < len(cells) else ""
    return Entry(row.number, cells, text, None if "@" in text else "no_address")
