"""A program of its own: the rows of a workbook on standard input, as JSON lines on standard output.

A workbook of a few kilobytes can ask for hundreds of gigabytes (one cell in the last corner of the sheet is
enough), and the reader holds a whole sheet in memory. In a process of its own, with a limit, that costs an
error message and nothing else.

The first line has `sheet`, `sheets` and the `header`'s row; then come rows as `[number, cells]`, numbered as
the spreadsheet shows them. Or there is one line with `error` and `hint`.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import sys
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

from prospector.core.errors import near_miss
from prospector.intake.columns.mappings import known_headers
from prospector.intake.files.limits import RECORD, TOO_LONG, shown
from prospector.intake.files.tables import EVERY_SHEET

if TYPE_CHECKING:
    from collections.abc import Iterator

    from python_calamine import CalamineSheet

MEMORY_LIMIT = 3 << 30
"""Bytes of memory that no workbook may take."""
_ALWAYS_FREE = 420 << 20
_FOR_EACH_BYTE = 8
"""A sheet takes about three bytes of memory for each byte that it unfolds to, unless a cell stands far out."""
_SECONDS = 5
"""Of computing, and one more for each megabyte: a workbook takes a tenth of that, unless a cell's name is made up."""
HEADER_ROWS = 25
_SURELY_A_HEADER = 2
_EXACT = 10**15
_SHOWN_IN_FULL = 10**11


Row: TypeAlias = tuple[int, list[str | int]] | tuple[int, list[str | int], str]
"""Number and cells, and why it is not read."""


class _Refused(Exception):
    """The workbook cannot be read as asked: what is wrong, and the hint."""


def main(sheet: str, unfolded: int) -> None:
    """Print the rows of the sheet of this name, or of the first with a known header for an empty one."""
    _limit(min(MEMORY_LIMIT, _ALWAYS_FREE + _FOR_EACH_BYTE * unfolded), _SECONDS + (unfolded >> 20))
    try:
        with CalamineWorkbook.from_filelike(sys.stdin.buffer) as workbook:
            _print_rows(workbook, sheet)
    except PasswordError:
        _say({"error": "a workbook that is locked with a password", "hint": "save it without the password"})
    except _Refused as refused:
        _say({"error": str(refused.args[0]), "hint": str(refused.args[1])})
    except (CalamineError, ValueError, OSError) as error:
        what = f"not a readable Excel or OpenDocument workbook ({str(error)[:200]})"
        _say({"error": what, "hint": "open it, save it as CSV UTF-8 and import that file"})


def _limit(memory: int, seconds: int) -> None:
    """Bound this process; systems without such limits go without."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415  (not on every system)

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _print_rows(workbook: CalamineWorkbook, asked: str) -> None:
    names = [one.name for one in workbook.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
    if asked == EVERY_SHEET:
        _print_all(workbook, names)
        return
    chosen = _named(names, asked) if asked else _first_known(workbook, names)
    rows = _rows(workbook.get_sheet_by_name(chosen))
    head = list(islice(rows, HEADER_ROWS))
    filled = [row for row in head if any(row[1])]
    if not filled:
        raise _Refused(f'sheet "{chosen}" is empty', _others(names))
    header = max(filled, key=_known)[0]
    _say({"sheet": chosen, "sheets": names, "header": header})
    for row in head:
        _say(row)
    for row in rows:
        _say(row)


def _print_all(workbook: CalamineWorkbook, names: list[str]) -> None:
    """All sheets, one behind the other: the name of each as row 0, then its rows."""
    _say({"sheet": EVERY_SHEET, "sheets": names, "header": 0})
    for name in names:
        _say((0, [name]))
        for row in _rows(workbook.get_sheet_by_name(name)):
            _say(row)


def _named(names: list[str], asked: str) -> str:
    for name in names:
        if name.casefold().strip() == asked.casefold().strip():
            return name
    raise _Refused(f'no sheet "{asked}" in the workbook', near_miss(asked, names) or _others(names))


def _others(names: list[str]) -> str:
    return f"choose a sheet with --sheet: {', '.join(names[:10])}"


def _first_known(workbook: CalamineWorkbook, names: list[str]) -> str:
    """The first sheet whose header is known for sure, else for likely, else the first that has cells."""
    best, best_known = "", -1
    for name in names:
        head = islice(_rows(workbook.get_sheet_by_name(name)), HEADER_ROWS)
        known = max((_known(row) for row in head if any(row[1])), default=-1)
        if known >= _SURELY_A_HEADER:
            return name
        if known > best_known:
            best, best_known = name, known
    if not best:
        raise _Refused("the workbook is empty", "export the list again, with a header line")
    return best


def _known(row: Row) -> int:
    return known_headers([str(cell) for cell in row[1]])


def _rows(sheet: CalamineSheet) -> Iterator[Row]:
    """Rows with the number that the spreadsheet shows beside them, from the first that has a cell."""
    if sheet.start is None:
        return
    above = sheet.start[0]
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        if number > above:
            texts = [_text(cell) for cell in cells]
            if sum(len(text) for text in texts if isinstance(text, str)) > RECORD:
                yield number, [shown(next(filter(None, texts)))], TOO_LONG
            else:
                yield number, texts


def _text(cell: Any) -> str | int:
    """The canonical text of a cell. A number of twelve digits and more stays a number: as text it would look as
    if a person had typed it.
    """
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return _number(cell)
    if isinstance(cell, datetime.datetime):
        at_midnight = cell.time() == datetime.time()
        return cell.date().isoformat() if at_midnight else cell.isoformat(" ", "seconds")
    return cell.isoformat() if isinstance(cell, datetime.date | datetime.time) else str(cell)


def _number(cell: float) -> str | int:
    if cell != int(cell) if abs(cell) < _EXACT else True:
        return f"{cell:.15g}"
    return str(int(cell)) if abs(cell) < _SHOWN_IN_FULL else int(cell)


def _say(line: Any) -> None:
    sys.stdout.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        main(sys.argv[1], int(sys.argv[2]))
        sys.stdout.flush()
