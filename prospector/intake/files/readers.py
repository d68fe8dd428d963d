"""Open a file of contacts or companies, whatever wrote it, as one kind of table.

    with open_table(Path("contacts.csv")) as table:
        for row in table.rows: ...

Rows are streamed: memory stays flat for files of any length. Standard input (and any other stream that
cannot be read twice) is copied to a temporary file first.
"""

from __future__ import annotations

import sys
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from prospector.core.errors import FileError, near_miss
from prospector.core.inputs import open_regular
from prospector.intake.files.archives import apple_document, spooled, unpacked
from prospector.intake.files.csv_tables import csv_table
from prospector.intake.files.decoding import Decoding, decide, text_lines
from prospector.intake.files.json_tables import json_lines_table, json_table, looks_like_lines
from prospector.intake.files.spreadsheets import is_workbook, sheet_table
from prospector.intake.files.tables import RawRow, Table
from prospector.intake.files.vcards import is_vcard, vcard_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["RawRow", "Table", "first_lines", "open_table", "open_unpacked"]

_LINE_SUFFIXES = {".jsonl", ".ndjson"}


def open_table(path: Path | str, *, stdin: BinaryIO | None = None, sheet: str | None = None) -> Table:
    """The table in a file, or in standard input for `-`; `sheet` names the sheet of a workbook.

    Raises `FileError` if the file is missing, unreadable or no text, and `NothingImportable` if it is empty.
    A header without rows is a table of no rows. Broken rows do not raise: they carry a `problem`.
    """
    stream, name, inner = open_unpacked(path, stdin)
    try:
        table = _table(name, Path(inner).suffix.lower(), stream, sheet)
    except OSError as error:
        stream.close()
        raise FileError(name, f"cannot be read: {error.strerror or error}") from error
    except BaseException:
        stream.close()
        raise
    table.rows = _closing(table.rows, stream, name)
    table.close = partial(_close, table.close, stream)
    return table


def open_unpacked(path: Path | str, stdin: BinaryIO | None) -> tuple[BinaryIO, str, str]:
    """The bytes of a file, out of their archive; the file's name in messages, and the one in the archive."""
    name = "stdin" if str(path) == "-" else str(path)
    stream = _seekable(_opened(path, stdin), name)
    try:
        stream, inner = unpacked(stream, name)
    except OSError as error:
        stream.close()
        raise FileError(name, f"cannot be read: {error.strerror or error}") from error
    except BaseException:
        stream.close()
        raise
    return stream, name, inner


def _close(close: Callable[[], None], stream: BinaryIO) -> None:
    close()
    stream.close()


def _opened(path: Path | str, stdin: BinaryIO | None) -> BinaryIO:
    if str(path) == "-":
        return stdin or sys.stdin.buffer
    path = Path(path)
    try:
        return open_regular(path)
    except FileNotFoundError as error:
        raise FileError(path, "no such file", hint=_sibling(path)) from error
    except IsADirectoryError as error:
        if said := apple_document(path.name):
            raise FileError(path, said[0], hint=said[1]) from error
        raise FileError(path, "this is a folder, not a file", hint=f"name the files: {path}/*.csv") from error
    except PermissionError as error:
        raise FileError(path, "not allowed to read this file", hint="check its permissions") from error
    except (OSError, ValueError) as error:
        raise FileError(path, f"cannot be opened: {error}") from error


def _sibling(path: Path) -> str:
    try:
        names = [entry.name for entry in islice(path.parent.iterdir(), 1000)]
    except OSError:
        return f'no folder "{path.parent}" either'
    return near_miss(path.name, sorted(names))


def _seekable(stream: BinaryIO, name: str) -> BinaryIO:
    """The stream, or a copy of it if it can be read only once."""
    if name != "stdin" and stream.seekable():
        return stream
    copy = spooled(stream, name)
    if name != "stdin":
        stream.close()
    return copy


def _closing(rows: Iterator[RawRow], stream: BinaryIO, name: str) -> Iterator[RawRow]:
    """The rows; the file is closed behind the last one."""
    try:
        yield from rows
    except OSError as error:
        raise FileError(name, f"cannot be read on: {error.strerror or error}") from error
    finally:
        stream.close()


def _table(name: str, suffix: str, stream: BinaryIO, sheet: str | None) -> Table:
    """Choose by what the file holds; its name decides only where both readings are possible."""
    if is_workbook(stream):
        return sheet_table(name, stream, sheet)
    if sheet is not None:
        raise FileError(name, "no workbook, so there are no sheets", hint="leave --sheet out")
    decoding = decide(stream, name)
    first, second = first_lines(stream, decoding)
    if is_vcard(first):
        return vcard_table(name, stream, decoding)
    if first.startswith("{") or (suffix in _LINE_SUFFIXES and not first.startswith("[")):
        if suffix in _LINE_SUFFIXES or (looks_like_lines(first, second) and second):
            return json_lines_table(name, stream, decoding)
        return json_table(name, stream, decoding)
    if suffix in {".json", *_LINE_SUFFIXES} or _begins_array(first, second):
        return json_table(name, stream, decoding)
    return csv_table(name, text_lines(stream, decoding), decoding)


def _begins_array(first: str, second: str) -> bool:
    """`[{` or `[]`, also over two lines; a CSV label in brackets (`[id],[name]`) is none."""
    return (first + second)[:1] == "[" and (first + second)[1:].lstrip()[:1] in {"{", "]"}


def first_lines(stream: BinaryIO, decoding: Decoding) -> tuple[str, str]:
    """The first two lines that are not blank, of at most a million characters."""
    text = text_lines(stream, decoding)
    found: list[str] = []
    for _ in range(100):
        line = text.readline(1 << 20)
        if bare := line.strip("\ufeff\0 \t\r\n"):
            found.append(bare)
        if len(found) == 2 or not line:
            break
    text.detach()
    found += ["", ""]
    return found[0], found[1]
