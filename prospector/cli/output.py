"""Results on stdout: tables for people, JSON and CSV for programs, all from the same rows."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import sys
from itertools import islice
from typing import TYPE_CHECKING, Any

from prospector.core.errors import FileError, UsageError
from prospector.normalise.spreadsheet_cells import guarded_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

_SIGNS = "\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff"
_CONTROL = re.compile(f"[\x00-\x1f{_SIGNS}]+")
_CONTROL_IN_JSON = re.compile(f"[{_SIGNS}]")


_GAP = 2
"""Blanks between two columns of a table."""
_BLOCK = 5_000
"""Rows of a table that are held at once where they are streamed."""


def print_json(value: object, output: Path | None = None) -> None:
    """A value as indented JSON. Signs that a terminal would obey are escaped, so the value stays the same."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    emit(escaped(text) + "\n", output)


def escaped(text: str) -> str:
    """JSON without signs that a terminal would obey; its value stays the same."""
    return _CONTROL_IN_JSON.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text)


def print_rows(
    rows: Sequence[Mapping[str, Any]],
    columns: Sequence[str],
    *,
    as_json: bool = False,
    as_csv: bool = False,
    output: Path | None = None,
    limit: int | None = None,
) -> None:
    """Rows as a table of `columns`, or all their keys as JSON or CSV."""
    check_format(as_json=as_json, as_csv=as_csv)
    if as_json:
        print_json(list(rows), output)
    elif as_csv:
        emit(_csv(rows, list(rows[0]) if rows else columns), output)
    elif rows:
        emit(_table(rows[:limit], columns), output)


def print_stream(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[str], *, as_json: bool = False, as_csv: bool = False
) -> None:
    """The same for rows that are too many to hold: JSON and CSV as they come, a table with a head every 5,000."""
    check_format(as_json=as_json, as_csv=as_csv)
    if as_json:
        _stream_json(rows)
        return
    ahead, blocks = True, iter(rows)
    while (block := list(islice(blocks, _BLOCK))) or (as_csv and ahead):
        emit(_csv(block, columns, with_head=ahead) if as_csv else _table(block, columns))
        ahead = False


def _stream_json(rows: Iterable[Mapping[str, Any]]) -> None:
    """A list as `print_json` writes it, element by element."""
    between = "["
    for row in rows:
        text = json.dumps(row, ensure_ascii=False, indent=2).replace("\n", "\n  ")
        sys.stdout.write(f"{between}\n  {escaped(text)}")
        between = ","
    emit("[]\n" if between == "[" else "\n]\n")


def check_format(*, as_json: bool, as_csv: bool) -> None:
    """`UsageError` if both are asked for; ask before anything is done."""
    if as_json and as_csv:
        raise UsageError("--json and --csv exclude each other", hint="choose one")


def emit(text: str, output: Path | None = None) -> None:
    """Text to stdout or to a file."""
    if output is None:
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    try:
        output.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise FileError(output, f"cannot be written: {error.strerror}") from error


def plain(value: object) -> str:
    """A value on one line, without anything that a terminal would obey."""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return "; ".join(plain(one) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{key} {plain(one)}" for key, one in value.items() if one is not None)
    return without_controls(str(value)).strip()


def without_controls(text: str) -> str:
    """The text on one line, without signs that a terminal would obey or that change the order of letters."""
    return _CONTROL.sub(" ", text)


def _csv(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], *, with_head: bool = True) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    if with_head:
        writer.writerow(columns)
    for row in rows:
        writer.writerow(guarded_row(columns, (_cell(row.get(column)) for column in columns)))
    return text.getvalue()


def _cell(value: object) -> object:
    """A number as it is, so that nothing is put before its sign; anything else on one line."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else plain(value)


def _table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """Aligned columns that fit the terminal; full width where stdout is none."""
    if not sys.stdout.isatty():
        return _full_width(rows, columns)
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    width = shutil.get_terminal_size((100, 24)).columns
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    texts = [[plain(row.get(column)) for column in columns] for row in rows]
    widths = _widths([[column.replace("_", " ") for column in columns], *texts], width)
    for column, most in zip(columns, widths, strict=True):
        numbers = bool(rows) and all(isinstance(row.get(column), int | None) for row in rows)
        table.add_column(
            Text(column.replace("_", " ")),
            overflow="ellipsis",
            no_wrap=True,
            max_width=most,
            justify="right" if numbers else "left",
        )
    for cells in texts:
        table.add_row(*(Text(cell) for cell in cells))
    buffer = io.StringIO()
    styled = "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    console = Console(file=buffer, width=width, force_terminal=styled, highlight=False, markup=False)
    console.print(table)
    return "".join(line.rstrip() + "\n" for line in buffer.getvalue().splitlines())


def _full_width(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """The same for a file or a pipe: without the console, which takes longer to load than a count to take."""
    from rich.cells import cell_len

    table = []
    for column in columns:
        cells = [column.replace("_", " "), *(plain(row.get(column)) for row in rows)]
        most = max(cell_len(cell) for cell in cells)
        numbers = bool(rows) and all(isinstance(row.get(column), int | None) for row in rows)
        blanks = [" " * (most - cell_len(cell)) for cell in cells]
        table.append([gap + cell if numbers else cell + gap for gap, cell in zip(blanks, cells, strict=True)])
    return "".join((" " * _GAP).join(line).rstrip() + "\n" for line in zip(*table, strict=True))


def _widths(rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """How wide each column may be: narrow ones are left as they are, the wide ones share what is left.

    The last column, which explains the others, gets two shares.
    """
    from rich.cells import cell_len

    natural = [max(cell_len(cell) for cell in column) for column in zip(*rows, strict=True)]
    shares = [1] * (len(natural) - 1) + [2]
    widths, room, left = [0] * len(natural), width - _GAP * (len(natural) - 1), sum(shares)
    for number in sorted(range(len(natural)), key=lambda one: (natural[one] / shares[one], one)):
        widths[number] = max(1, min(natural[number], room * shares[number] // left))
        room, left = room - widths[number], left - shares[number]
    return widths
