"""Lists of addresses and domains: one a line, or a CSV in which a cell of each row is one."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from prospector.errors import FileError, NothingImportable, UsageError
from prospector.store.suppressions import parse_target

if TYPE_CHECKING:
    from prospector.store.suppressions import Kind

MAX_BYTES = 200_000_000
_SIGNS = re.compile(r"[;,|\t]")


def read_targets(
    file: str, *, stdin: BinaryIO | None = None
) -> tuple[list[tuple[Kind, str]], list[tuple[int, str]]]:
    """Addresses and domains in the order of the file, and the lines in which there are none (not the header)."""
    found: dict[tuple[Kind, str], None] = {}
    unread = []
    lines = enumerate(io.StringIO(_text(file, stdin), newline=None), 1)
    rows = [(number, row) for number, line in lines if any(row := _cells(line))]
    if not rows:
        raise NothingImportable(file, "the file is empty", hint="put one address or domain on each line")
    for place, (number, row) in enumerate(rows):
        target = _first_target([part for cell in row for part in _SIGNS.split(cell)])
        if target is not None:
            found[target] = None
        elif place:
            unread.append((number, ",".join(row)))
    if not found:
        raise NothingImportable(file, "no address and no domain in it", hint="put one on each line")
    return list(found), unread


def _cells(line: str) -> list[str]:
    """The cells of one line. Line by line, so that a quote left open swallows no opt-out but its own line's."""
    try:
        return next(csv.reader([line.rstrip("\n")]), [])
    except csv.Error:
        return [line]


def _text(file: str, stdin: BinaryIO | None) -> str:
    try:
        data = stdin.read(MAX_BYTES) if stdin is not None else Path(file).read_bytes()[:MAX_BYTES]
    except OSError as error:
        raise FileError(file, f"cannot be read: {error.strerror}") from error
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace").replace("\x00", "")
    return data.decode("utf-8-sig", "replace").replace("\x00", "")


def _first_target(cells: list[str]) -> tuple[Kind, str] | None:
    """The first address, else the first domain among the cells of a row."""
    addresses = [cell for cell in cells if "@" in cell]
    for cell in (*addresses, *(cell for cell in cells if "." in cell and " " not in cell.strip())):
        try:
            return parse_target(cell)
        except UsageError:
            continue
    return None
