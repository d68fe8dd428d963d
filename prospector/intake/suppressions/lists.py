"""Lists of opt-outs, row by row: text of any form, workbooks and JSON.

Text is read line by line, so that a quote left open swallows no opt-out. Lines are put together to a row only
when their quoted cell has been closed as it should be.
"""

from __future__ import annotations

import csv
import json
import re
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO

from prospector.core.errors import FileError, NothingImportable
from prospector.intake.columns.mappings import known_headers
from prospector.intake.files.decoding import decide, text_lines
from prospector.intake.files.json_tables import looks_like_lines
from prospector.intake.files.limits import DOCUMENT, check_document
from prospector.intake.files.readers import first_lines, open_unpacked
from prospector.intake.files.spreadsheets import all_rows, is_workbook
from prospector.intake.suppressions.targets import OptOuts, read_opt_outs, read_own, says_at_in_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from prospector.intake.files.decoding import Decoding

_OWN_COLUMNS = ("kind", "value", "reason", "source", "added_on", "detail")
"""What `suppress list --csv` and `--json` write: only the value is meant, whatever stands in the reason."""
_SHOWN = 2000
"""Characters of a row that are kept to be shown."""
_MOST_LINES = 1000
"""A row of more lines than this is taken for a quote that was left open."""
_PIECE = 1 << 20
_LONGEST_CELL = 10_000
_LAST_CELL_END = re.compile(r"[,;|\t ](?=[^,;|\t ]*$)")
_BLANKS = "\ufeff\0 \t\r\n\v\f\xa0"
_NUMBERED = re.compile(r"#\s*\d+\s*[,;|\t]")
"""The first cell is a number such as `#12`; the line is no comment."""
_DELIMITER = re.compile(r"sep=.", re.IGNORECASE)
"""What Excel takes for the delimiter, above the header."""
_QUOTED = re.compile(r'(?:(?<=[,;|\t])|^)\s*"[^"]*+(?:""[^"]*+)*"(?=\s*(?:[,;|\t]|$))')
_OPENING = re.compile(r'(?:(?<=[,;|\t])|^)\s*"')
_CLOSING = re.compile(r'[^"]*+(?:""[^"]*+)*"(?=\s*(?:[,;|\t]|$))')
_HINT = "put one address or domain on each line"


@dataclass(slots=True)
class Row:
    """One row of the list and what it names. `comment`: it is one, and yet there is an address in it."""

    number: int
    text: str
    found: OptOuts
    may_be_header: bool = False
    comment: bool = False


def read_list(file: str, warnings: list[str], *, stdin: BinaryIO | None = None) -> Iterator[Row]:
    """The rows that say something: no blank ones, no comments without an address, no header.

    `FileError` for a file that cannot be read, `NothingImportable` for an empty one. `warnings` grows with what
    is said of the file as a whole.
    """
    stream, name, _ = open_unpacked(file, stdin)
    with closing(stream):
        for row in _rows(stream, name, warnings):
            if not (row.may_be_header and _is_header(row)) and _says_something(row):
                yield row


def _rows(stream: BinaryIO, name: str, warnings: list[str]) -> Iterator[Row]:
    if is_workbook(stream):
        return _sheet_rows(all_rows(name, stream))
    try:
        decoding = decide(stream, name)
    except NothingImportable as error:
        raise NothingImportable(name, error.what, hint=_HINT) from error
    if decoding.warning:
        warnings.append(decoding.warning)
    records = _json_records(stream, decoding)
    if records is not None:
        return (Row(at, _shown(one), _record(one)) for at, one in enumerate(records, 1))
    text = text_lines(stream, decoding)
    return _joined(_in_pieces(text) if decoding.has_long_line else enumerate(text, 1))


def _is_header(row: Row) -> bool:
    """A first row is one if it does not look like data: no target, no `@`, no link, no broken domain."""
    found = row.found
    if found.targets() or found.page or "@" in row.text or "://" in row.text or says_at_in_words(row.text):
        return False
    cells = [cell.strip("\"' ") for cell in re.split(r"[,;|\t]", row.text)]
    return known_headers(cells) > 0 or not any(re.fullmatch(r"\S*\w\.\w\S*", cell) for cell in cells)


def _says_something(row: Row) -> bool:
    return "@" in row.text or any(map(str.isalnum, row.text)) or bool(row.found.targets())


# Workbooks and JSON


def _sheet_rows(rows: Iterable[tuple[int, list[str]]]) -> Iterator[Row]:
    at_top = True
    for number, cells in rows:
        if number == 0:
            at_top = True
        elif any(cell.strip() for cell in cells):
            yield Row(number, ", ".join(cells)[:_SHOWN], read_opt_outs(cells), may_be_header=at_top)
            at_top = False


def _json_records(stream: BinaryIO, decoding: Decoding) -> list[Any] | None:
    """The elements of a JSON document; None for everything else, JSON Lines and what is broken or large too."""
    first, second = first_lines(stream, decoding)
    size = stream.seek(0, 2)
    if first[:1] not in ("{", "[") or size > DOCUMENT or (looks_like_lines(first, second) and second):
        return None
    try:
        lines = text_lines(stream, decoding)
        text = lines.read().lstrip("\ufeff\0")
        lines.detach()  # or the stream would be closed with it
        check_document("", size, text)
        value = json.loads(text)
    except (ValueError, RecursionError, FileError):
        return None
    if isinstance(value, list):
        return value
    return [
        one for key, inner in value.items() for one in (inner if isinstance(inner, list) else [[key, inner]])
    ]


def _record(value: Any) -> OptOuts:
    if isinstance(value, dict) and tuple(value) == _OWN_COLUMNS and isinstance(value["value"], str):
        return read_own(value["value"])
    return read_opt_outs(_strings(value))


def _strings(value: Any) -> Iterator[str]:
    """All texts in a JSON value, and keys that are addresses."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
    elif isinstance(value, dict):
        yield from (key for key in value if "@" in key)
        for inner in value.values():
            yield from _strings(inner)


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)[:_SHOWN]


# Text


def _joined(lines: Iterable[tuple[int, str]]) -> Iterator[Row]:
    """Each line is read by itself; those of one quoted cell become one row when it is closed as it should be."""
    pending: list[Row] = []
    inside, first, own = False, True, False
    for number, line in lines:
        text = line.strip(_BLANKS)
        if not text or (first and _DELIMITER.fullmatch(text)):
            continue
        if not inside and text[0] == "#" and not _NUMBERED.match(text):
            if "@" in text:
                yield Row(number, text[:_SHOWN], OptOuts(), comment=True)
            continue
        if first:
            own = text.startswith(",".join(_OWN_COLUMNS))
        row = Row(number, text[:_SHOWN], _own_entry(text) if own else read_opt_outs(_cells(text)), first)
        first = False
        if not inside and '"' not in text:
            yield row
            continue
        after = _open_after(text, inside)
        if after is None or len(pending) > _MOST_LINES:
            yield from pending
            pending, after = [], _open_after(text, inside=False)
        pending.append(row)
        inside = bool(after)
        if not inside:
            yield _one_row(pending)
            pending = []
    yield from pending


def _open_after(line: str, inside: bool) -> bool | None:
    """Is a quoted cell still open behind this line? None if it was closed in the middle of a cell."""
    if '"' not in line:
        return inside
    if not inside and line.count('"') % 2 == 0:
        return False
    if inside:
        closing = _CLOSING.match(line)
        if closing is None:
            return None if '"' in line.replace('""', "") else True
        line = line[closing.end() :]
    rest = _QUOTED.sub("", line)
    return rest.count('"') % 2 == 1 and _OPENING.search(rest) is not None


def _one_row(lines: list[Row]) -> Row:
    row = lines[0]
    for other in lines[1:]:
        row.found.add(other.found)
        row.text = f"{row.text} {other.text}"[:_SHOWN]
    return row


def _own_entry(line: str) -> OptOuts:
    """Of a list that prospector wrote, the value alone: a reason may name somebody else."""
    try:
        cells = next(csv.reader([line]))
    except csv.Error:
        cells = []
    return read_own(cells[1]) if len(cells) == len(_OWN_COLUMNS) else read_opt_outs([line])


def _cells(text: str) -> Sequence[str]:
    """The line, or the texts in it if it is one of JSON Lines."""
    if text[0] in "{[":
        try:
            return list(_strings(json.loads(text)))
        except (ValueError, RecursionError):
            return [text]
    return [text]


def _in_pieces(text: TextIO) -> Iterator[tuple[int, str]]:
    """The lines of a file that has very long ones; those in pieces, cut where a cell ends."""
    number, rest = 1, ""
    while piece := text.readline(_PIECE):
        line = rest + piece
        ends = line.endswith(("\n", "\r"))
        cut = None if ends else _LAST_CELL_END.search(line, max(0, len(line) - _LONGEST_CELL))
        rest = line[cut.end() :] if cut else ""
        yield number, line[: cut.end()] if cut else line
        number += ends
    if rest:
        yield number, rest
