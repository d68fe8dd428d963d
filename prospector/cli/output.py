"""Results on stdout: tables for people, JSON and CSV for programs, all from the same rows."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import sys
import textwrap
from contextlib import contextmanager, suppress
from datetime import date
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from prospector.core.errors import UsageError, cannot_be_written
from prospector.core.private_files import open_private
from prospector.normalise.spreadsheet_cells import guarded_row

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import TextIO

_SIGNS = "\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff"
_CONTROL = re.compile(f"[\x00-\x1f{_SIGNS}]+")
_CONTROL_IN_JSON = re.compile(f"[{_SIGNS}]")


_FORMS = {".csv": "csv", ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl", ".xlsx": "xlsx"}
"""What the name of a file says of its form."""
_WITHOUT_FORM = ("", ".txt")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_OWN = ("custom.", "company.custom.")
_WHOLE = frozenset({"email", "domain", "a", "b", "id", "who"})
"""Columns of which a part is of no use: their cells are typed again."""
_NARROW = 10
_GAP = 2
"""Blanks between two columns of a table."""
_INDENTED: Any = {"initial_indent": "    ", "subsequent_indent": "    ", "break_on_hyphens": False}
_BLOCK = 5_000
"""Rows of a table that are held at once where they are streamed."""


def print_json(value: object) -> None:
    """A value as indented JSON. Signs that a terminal would obey are escaped, so the value stays the same."""
    emit(escaped(json.dumps(value, ensure_ascii=False, indent=2)) + "\n")


def print_object(value: Mapping[str, Any], form: Form) -> None:
    """One object in a form for programs: JSON as `print_json` has it, else the one row of a table."""
    if form.kind in ("csv", "xlsx"):
        print_rows([value], tuple(value), output=form.output)
        return
    indent = 2 if form.kind == "json" else None
    emit(escaped(json.dumps(value, ensure_ascii=False, indent=indent)) + "\n", form.output)


def escaped(text: str) -> str:
    """JSON without signs that a terminal would obey; its value stays the same."""
    return _CONTROL_IN_JSON.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text)


class Form(NamedTuple):
    """How a result is written, and where; `output` is None for stdout."""

    kind: Literal["table", "json", "jsonl", "csv", "xlsx"]
    output: Path | None = None

    @property
    def is_table(self) -> bool:
        """Whether it is for people to read; else it has all rows and all that is known of each."""
        return self.kind == "table"


def form_of(*, as_json: bool = False, as_csv: bool = False, output: Path | None = None) -> Form:
    """The form that the flags ask for, and the name of the file; `UsageError` where they differ, or it has none."""
    check_format(as_json=as_json, as_csv=as_csv)
    said: Any = "json" if as_json else "csv" if as_csv else "table"
    if output is None or str(output) == "-":
        return Form(said)
    ending = output.suffix.lower()
    if ending in _WITHOUT_FORM or not output.name.strip("."):
        return Form(said, output)
    named: Any = _FORMS.get(ending)
    if named is None:
        hint = f"end it with {', '.join(_FORMS)}, or .txt for what the screen shows"
        raise UsageError(f"-o {output}: no form is known by the name {ending}", hint=hint)
    if said not in ("table", named):
        raise UsageError(f"--{said} and -o {output} exclude each other", hint=f"leave --{said} out")
    return Form(named, output)


def print_rows(
    rows: Iterable[Mapping[str, Any]],
    columns: Sequence[str],
    *,
    as_json: bool = False,
    as_csv: bool = False,
    output: Path | None = None,
) -> None:
    """Rows as a table of `columns`, or all their keys in the form that is asked for."""
    form = form_of(as_json=as_json, as_csv=as_csv, output=output)
    with _opened(form) as out:
        if form.is_table:
            held = list(rows)
            table = _table if form.output is None else _full_width
            out.write(table(held, columns) if held else "")
        elif form.kind == "xlsx":
            _write_workbook(rows, columns, out)
        else:
            _WRITERS[form.kind](rows, columns, out)


def print_explained(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """A table. Where a terminal is too narrow for the last column, which explains the others, that stands below."""
    width = shutil.get_terminal_size((100, 24)).columns
    whole = _full_width(rows, columns) if rows else ""
    if not sys.stdout.isatty() or max(map(len, whole.splitlines()), default=0) <= width:
        print_rows(rows, columns)
        return
    head, *lines = _table(rows, columns[:-1]).splitlines()
    below = (textwrap.fill(plain(row[columns[-1]]), width - 4, **_INDENTED) for row in rows)
    emit("\n".join((head, *(f"{line}\n{text}" for line, text in zip(lines, below, strict=True)), "")))


@contextmanager
def _opened(form: Form) -> Iterator[TextIO]:
    """Where a result goes. A CSV file begins with a mark by which spreadsheets know that it is UTF-8."""
    if form.output is None:
        yield sys.stdout
        sys.stdout.flush()
        return
    try:
        with open_private(form.output, newline="") as file:
            file.write("\ufeff" if form.kind == "csv" else "")
            yield file
    except OSError as error:
        raise cannot_be_written(form.output, error) from error


def _write_csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], out: TextIO) -> None:
    ahead, rest = _ahead(rows)
    names = list(ahead) if ahead is not None else columns
    out.write(_csv((), names))
    while block := list(islice(rest, _BLOCK)):
        out.write(_csv(block, names, with_head=False))


def _write_json(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], out: TextIO) -> None:
    """A list as `print_json` writes it, element by element."""
    between = "["
    for row in rows:
        text = json.dumps(row, ensure_ascii=False, indent=2).replace("\n", "\n  ")
        out.write(f"{between}\n  {escaped(text)}")
        between = ","
    out.write("[]\n" if between == "[" else "\n]\n")


def _write_jsonl(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], out: TextIO) -> None:
    for row in rows:
        out.write(escaped(json.dumps(row, ensure_ascii=False)) + "\n")


_WRITERS = {"csv": _write_csv, "json": _write_json, "jsonl": _write_jsonl}


def _write_workbook(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], out: TextIO) -> None:
    from prospector.core.fields import stored
    from prospector.core.workbook import LONGEST, MOST_ROWS, TooManyRows, write_workbook

    numbers = {
        name for of in ("company", "person") for name, one in stored(of).items() if one.kind == "INTEGER"
    }
    ahead, rest = _ahead(rows)
    names = list(ahead) if ahead is not None else columns
    cells = ([_typed(name, row.get(name), numbers) for name in names] for row in rest)
    try:
        cut = write_workbook(out.buffer, names, cells)
    except TooManyRows:
        hint = "write .csv instead, or less with --limit"
        raise UsageError(f"a sheet holds {MOST_ROWS - 1:,} rows, and there are more", hint=hint) from None
    if cut:
        print(
            f"{cut} cells have more than {LONGEST:,} signs and were cut: .csv has all of them",
            file=sys.stderr,
        )


def _typed(name: str, value: object, numbers: Container[str]) -> str | int | float | bool | date | None:
    """A value as what it is. Columns of the user's own stay the texts that they are."""
    if value is None or isinstance(value, bool | int | float):
        return value
    text = plain(value)
    if name in numbers and text.isascii() and text.isdecimal():
        return int(text)
    if _DAY.fullmatch(text) and not name.startswith(_OWN):
        with suppress(ValueError):
            return date.fromisoformat(text)
    return text


def _ahead(
    rows: Iterable[Mapping[str, Any]],
) -> tuple[Mapping[str, Any] | None, Iterator[Mapping[str, Any]]]:
    """The first row, whose keys are the columns, and all rows."""
    rest = iter(rows)
    first = next(rest, None)
    return first, rest if first is None else chain((first,), rest)


def print_stream(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[str], *, as_json: bool = False, as_csv: bool = False
) -> None:
    """The same for rows that are too many to hold: JSON and CSV as they come, a table with a head every 5,000."""
    check_format(as_json=as_json, as_csv=as_csv)
    if as_json:
        _write_json(rows, columns, sys.stdout)
        return
    ahead, blocks = True, iter(rows)
    while (block := list(islice(blocks, _BLOCK))) or (as_csv and ahead):
        emit(_csv(block, columns, with_head=ahead) if as_csv else _table(block, columns))
        ahead = False


def check_format(*, as_json: bool, as_csv: bool) -> None:
    """`UsageError` if both are asked for; ask before anything is done."""
    if as_json and as_csv:
        raise UsageError("--json and --csv exclude each other", hint="choose one")


def table_text(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """A table for people to read, as text that stands among other texts."""
    return _table(rows, columns)


def emit(text: str, output: Path | None = None) -> None:
    """Text to stdout or to a file."""
    if output is None:
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    try:
        with open_private(output, newline="") as file:
            file.write(text)
    except OSError as error:
        raise cannot_be_written(output, error) from error


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
    whole = [place for place, column in enumerate(columns) if column in _WHOLE]
    widths = _widths([[column.replace("_", " ") for column in columns], *texts], width, whole)
    width = max(width, sum(widths) + _GAP * (len(widths) - 1))
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


def _widths(rows: Sequence[Sequence[str]], width: int, whole: Sequence[int] = ()) -> list[int]:
    """How wide each column may be: narrow ones are left as they are, the wide ones share what is left.

    The last column, which explains the others, gets two shares where there is room. What is to be typed again is never
    cut.
    """
    from rich.cells import cell_len

    natural = [max(cell_len(cell) for cell in column) for column in zip(*rows, strict=True)]
    shares = [1] * (len(natural) - 1) + [2]
    widths, room, left = [0] * len(natural), width - _GAP * (len(natural) - 1), sum(shares)
    for number in whole:
        widths[number], room, left = natural[number], room - natural[number], left - shares[number]
    if room < _NARROW * left:
        shares[-1], left = 1, left - 1
    others = (number for number in range(len(natural)) if number not in whole)
    for number in sorted(others, key=lambda one: (natural[one] / shares[one], one)):
        widths[number] = max(1, min(natural[number], room * shares[number] // left))
        room, left = room - widths[number], left - shares[number]
    return widths
