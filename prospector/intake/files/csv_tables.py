"""Tables in CSV and its relatives: delimiter, header line, broken quotes, footers.

Records are parsed strictly first. A quote that is opened and never closed would otherwise swallow the rows
behind it without a word; here its line is reported and the lines behind it are read again.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, deque
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from prospector.core.errors import FileError
from prospector.intake.columns.mappings import known_headers
from prospector.intake.files.limits import (
    COLUMNS,
    RECORD,
    SHOWN,
    TOO_LONG,
    EmptyRecords,
    check_columns,
    check_first_line,
)
from prospector.intake.files.losses import Losses
from prospector.intake.files.tables import RawRow, Table, unique_labels

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from prospector.intake.files.decoding import Decoding

DELIMITERS = (",", ";", "\t", "|")

_HEADER_SEARCH_LINES = 25
_SAMPLE_LINES = 60
_SAMPLE_CHARACTERS = 1 << 20
_LINES_PER_RECORD = 1000
_EXTRA_SHOWN = 100
"""Cells beyond the header that are listed of a row that has them."""
_RECOVERIES = 100
_SEPARATOR_LINE = re.compile(r'"?sep=([^\w\s"]|\t)"?\s*', re.IGNORECASE)
_FOOTER = re.compile(
    r"grand totals? ?(?:\(|$)|confidential information - |copyright (?:\(c\)|©)|© ?\d{4}|generated (?:on|by|at)\b",
    re.IGNORECASE,
)
_FOOTER_INITIALS = frozenset("GgCcSsTt©")
_TOTAL = re.compile(r"(?:sub)?totals?:?", re.IGNORECASE)


class _OpenQuote(Exception):
    """A record runs over so many lines that a quote must have been left open."""


class _TooLong(Exception):
    """A record has more characters than are read."""


class Records:
    """Records with the line on which each starts; the second of a pair is a problem code or None."""

    def __init__(self, lines: Iterable[str], delimiter: str, *, first_line: int = 1) -> None:
        self._lines = iter(lines)
        self._delimiter = delimiter
        self._again: deque[str] = deque()
        self._taken: list[str] = []
        self._number = first_line - 1
        self._ended = False
        self._recoveries = 0
        self._size = 0

    def __iter__(self) -> Iterator[tuple[int, list[str], str | None]]:
        taken = self._taken
        reader = self._reader()
        while True:
            taken.clear()
            self._size = 0
            start = self._number + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except (csv.Error, _OpenQuote, _TooLong) as error:
                yield start, *self._recover(error)
                reader = self._reader()
            else:
                yield start, cells, None

    def _reader(self) -> Iterator[list[str]]:
        return csv.reader(self._feed(), delimiter=self._delimiter, strict=True, skipinitialspace=True)

    def _feed(self) -> Iterator[str]:
        taken = self._taken
        while True:
            line = self._again.popleft() if self._again else next(self._lines, None)
            if line is None:
                self._ended = True
                return
            self._number += 1
            taken.append(line)
            self._size += len(line)
            if self._size > RECORD:
                raise _TooLong
            if len(taken) > _LINES_PER_RECORD:
                raise _OpenQuote
            yield line

    def _recover(self, error: Exception) -> tuple[list[str], str | None]:
        """What to make of the lines that the parser gave up on: one odd line is taken as it stands."""
        first = self._taken[0]
        if len(self._taken) == 1 and isinstance(error, _TooLong):
            return [first[:SHOWN]], TOO_LONG
        if len(self._taken) == 1 and not self._ended and "field limit" not in str(error):
            return self._leniently(first)
        self._recoveries += 1
        if self._recoveries <= _RECOVERIES:
            rest = self._taken[1:]
            self._again.extendleft(reversed(rest))
            self._number -= len(rest)
            self._ended = False
        return [first.rstrip("\r\n")[:SHOWN]], TOO_LONG if "field limit" in str(error) else "open_quote"

    def _leniently(self, line: str) -> tuple[list[str], str | None]:
        """`"Foo" Bar` is one cell for a spreadsheet too."""
        try:
            rows = list(csv.reader([line], delimiter=self._delimiter, skipinitialspace=True))
        except csv.Error:
            return [line.rstrip("\r\n")], "open_quote"
        return rows[0] if rows else [], None


class _Shape(NamedTuple):
    """What one delimiter makes of the first lines."""

    delimiter: str
    known: int
    fit: float
    """Share of the rows under the header that have no more cells than it."""
    header: list[str]
    line: int


def csv_table(name: str, lines: Iterator[str], decoding: Decoding) -> Table:
    """The table in these lines; `FileError` if they cannot be one."""
    csv.field_size_limit(max(csv.field_size_limit(), RECORD))
    if decoding.has_long_line:
        raise FileError(name, "a line of more than 4 MB is no line of a table", hint="is this a CSV file?")
    if decoding.has_nul:
        lines = (line.replace("\0", "") for line in lines)
    sample = _sample(lines)
    check_first_line(name, sample)
    shape = _shape(sample)
    check_columns(name, len(shape.header), shape.line)
    header = unique_labels([table_label(cell) for cell in shape.header])
    warnings = [decoding.warning] if decoding.warning else []
    records = Records(chain(sample, lines), shape.delimiter)
    return Table(
        name=name,
        header=header,
        rows=table_rows(records, shape.header, shape.line, warnings, name),
        warnings=warnings,
        kind="csv",
        encoding=decoding.encoding,
        dialect=shape.delimiter,
        header_line=shape.line,
    )


def table_label(cell: str) -> str:
    """A header's cell as a label: one line, at most 200 characters."""
    return " ".join(cell.replace("\ufeff", "").split())[:200]


def _sample(lines: Iterator[str]) -> list[str]:
    sample: list[str] = []
    size = 0
    for line in lines:
        sample.append(line)
        size += len(line)
        if len(sample) >= _SAMPLE_LINES or size > _SAMPLE_CHARACTERS:
            break
    return sample


def _shape(sample: Sequence[str]) -> _Shape:
    """The delimiter and the header line. Only four characters are ever tried, never a letter or an @."""
    stated = _SEPARATOR_LINE.fullmatch(sample[0].lstrip("\ufeff")) if sample else None
    if stated:
        return _shape_with(sample, stated[1], skip=1)
    shapes = [_shape_with(sample, delimiter) for delimiter in DELIMITERS]
    best = max(shapes, key=lambda shape: (shape.known, shape.fit))
    if best.known:
        return best
    return max(shapes, key=lambda shape: (shape.fit > 0.5 and len(shape.header) > 1, shape.fit))


def _shape_with(sample: Sequence[str], delimiter: str, skip: int = 0) -> _Shape:
    records = [(line, cells) for line, cells, _ in Records(sample[skip:], delimiter, first_line=skip + 1)]
    filled = [(line, _bounded(cells)) for line, cells in records if any(cell.strip() for cell in cells)]
    if not filled:
        return _Shape(delimiter, 0, 0.0, [], 1)
    candidates = [record for record in filled if record[0] <= _HEADER_SEARCH_LINES] or filled[:1]
    line, header = max(candidates, key=lambda record: known_headers(record[1]))
    known = known_headers(header)
    below = [cells for number, cells in filled if number > line]
    return _Shape(delimiter, known, _fit(header, below, known > 0), header, line)


def _bounded(cells: list[str]) -> list[str]:
    """Cells of a first line: those that are too many only as far as shows it, blank ones at the end not counted."""
    return cells if len(cells) <= COLUMNS else cells[: min(_width(cells), COLUMNS + 1)]


def _fit(header: Sequence[str], below: Sequence[Sequence[str]], known: bool) -> float:
    """With a known header: rows that it is wide enough for. Else: rows of the commonest width."""
    if not below:
        return 1.0
    if known:
        return sum(_width(cells) <= len(header) for cells in below) / len(below)
    return Counter(len(cells) for cells in below).most_common(1)[0][1] / len(below)


def _width(cells: Sequence[str]) -> int:
    """The number of cells without the blank ones at the end."""
    return next((i for i in range(len(cells), 0, -1) if cells[i - 1].strip()), 0)


def table_rows(
    records: Iterable[tuple[int, list[str], str | None]],
    header: Sequence[str],
    header_line: int,
    warnings: list[str],
    name: str = "",
) -> Iterator[RawRow]:
    """Rows below the header: padded, without blank rows, footer rows and repeated header lines."""
    width, header = len(header), list(header)
    footer, losses, empty = _Footer(warnings), Losses(), EmptyRecords(name)
    for number, cells, problem in records:
        if number <= header_line:
            continue
        if problem:
            yield RawRow(number, cells, problem)
            continue
        if not (cells and cells[0].strip()) and not any(cell.strip() for cell in cells):
            footer.after_blank = True
            empty.one_more(number)
            continue
        if cells[0][:1] in _FOOTER_INITIALS and footer.has(number, cells):
            continue
        if len(cells) < width:
            cells.extend([""] * (width - len(cells)))
        elif len(cells) > width:
            if any(cell.strip() for cell in cells[width:]):
                yield RawRow(number, cells[: width + _EXTRA_SHOWN], "long_row")
                continue
            del cells[width:]
        if cells == header or (footer.began and footer.goes_on(cells)):
            continue
        footer.after_blank = False
        losses.look(number, cells)
        yield RawRow(number, cells)
    warnings.extend(losses.told())


class _Footer:
    """Recognises the lines that reports put below the data: totals, notices, the organisation's name."""

    def __init__(self, warnings: list[str]) -> None:
        self.after_blank = False
        self.began = False
        self._warnings = warnings

    def has(self, number: int, cells: Sequence[str]) -> bool:
        """Is this a footer's line? A comma in the notice may have cut it in two."""
        text = cells[0].strip()
        total = self.after_blank and _TOTAL.fullmatch(text) and not any(map(_has_letter, cells[1:]))
        if not total and (not _FOOTER.match(text) or any(cells[2:])):
            return False
        if not self.began:
            self._warnings.append(f"line {number}: report footer left out")
        self.began = True
        return True

    def goes_on(self, cells: Sequence[str]) -> bool:
        """One-cell rows behind a footer's line belong to it; a row with more cells is data again."""
        self.began = len(cells) > 1 and not any(cells[1:])
        return self.began


def _has_letter(cell: str) -> bool:
    return any(character.isalpha() for character in cell)
