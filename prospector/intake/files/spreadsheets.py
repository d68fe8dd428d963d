"""Tables in workbooks: .xlsx, .xlsm, .xlsb, .xls and .ods, read by a process of their own (`workbook_rows`)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from prospector.core.errors import FileError
from prospector.intake.files.archives import is_zipped_workbook
from prospector.intake.files.csv_tables import table_label, table_rows
from prospector.intake.files.limits import check_columns
from prospector.intake.files.tables import EVERY_SHEET, Table, unique_labels

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prospector.intake.files.tables import RawRow

SIZE_LIMIT = 200 << 20
"""Bytes of a workbook: its sheet has to be held in memory as a whole."""
ALWAYS_FINE, LARGEST_RATIO = 64 << 20, 200
"""Bytes that any workbook may unfold to; and how many times its own: sheets of the same cell over and over do 50."""
UNFOLDED_LIMIT = 2 << 30
"""Bytes of all that is packed in a workbook."""
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_PACKAGE_ROOT = Path(__file__).parents[3]


def is_workbook(stream: BinaryIO) -> bool:
    """Is this a workbook, by its first bytes and what is packed in it?"""
    stream.seek(0)
    head = stream.read(4)
    found = head == _OLD_EXCEL or (head == b"PK\x03\x04" and is_zipped_workbook(stream))
    stream.seek(0)
    return found


def sheet_table(name: str, stream: BinaryIO, sheet: str | None = None) -> Table:
    """The table on a sheet: the one of that name, else the first with a known header.

    Rows have the numbers that the spreadsheet shows. `FileError` for a workbook that is too large, broken, locked
    or empty, and for a sheet that is not there.
    """
    size = _checked_size(name, stream)
    worker = _Worker(name, _started(stream, sheet, size))
    try:
        first = worker.first()
        head: list[tuple[int, list[str]]] = []
        for number, cells in worker.rows():
            head.append((number, cells))
            if number == first["header"]:
                break
        check_columns(name, len(head[-1][1]), first["header"])
        labels = [table_label(cell) for cell in head[-1][1]]
    except BaseException:
        worker.close()
        raise
    warnings = _warnings(first)
    return Table(
        name=name,
        header=unique_labels(labels),
        rows=worker.finished(table_rows(worker.records(), head[-1][1], first["header"], warnings, name)),
        warnings=warnings,
        kind="sheet",
        encoding="",
        dialect=first["sheet"],
        header_line=first["header"],
        close=worker.close,
    )


def all_rows(name: str, stream: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    """Every row of every sheet, headers and footers too; a row 0 with the name of the sheet comes before its rows."""
    size = _checked_size(name, stream)
    worker = _Worker(name, _started(stream, EVERY_SHEET, size))
    try:
        worker.first()
        yield from worker.rows()
    finally:
        worker.close()


def _warnings(first: dict[str, Any]) -> list[str]:
    others = [name for name in first["sheets"] if name != first["sheet"]]
    if not others:
        return []
    return [f'only sheet "{first["sheet"]}" is read, not {", ".join(others[:5])} (see --sheet)']


def _checked_size(name: str, stream: BinaryIO) -> int:
    """The bytes of all that is in a workbook; `FileError` where they are too many."""
    hint = "save the sheet as CSV UTF-8 and import that file"
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    if size > SIZE_LIMIT:
        raise FileError(name, f"a workbook of {size >> 20} MB; {SIZE_LIMIT >> 20} MB are read", hint=hint)
    if stream.read(4) != _OLD_EXCEL:
        with zipfile.ZipFile(stream) as archive:
            unfolded = sum(member.file_size for member in archive.infolist())
        if unfolded > min(UNFOLDED_LIMIT, max(ALWAYS_FINE, LARGEST_RATIO * size)):
            what = f"a workbook of {size >> 10:,} kB that unfolds to {unfolded >> 20:,} MB"
            raise FileError(name, what, hint=hint)
        size = unfolded
    stream.seek(0)
    return size


def _started(stream: BinaryIO, sheet: str | None, unfolded: int) -> subprocess.Popen[bytes]:
    # The process reads the same open file from its start; -P keeps it from importing what lies in this folder.
    os.lseek(stream.fileno(), 0, os.SEEK_SET)
    paths = [str(_PACKAGE_ROOT), os.environ.get("PYTHONPATH", "")]
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "prospector.intake.files.workbook_rows", sheet or "", str(unfolded)],
        stdin=stream,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths)), "PYTHONIOENCODING": "utf-8"},
    )


@dataclass(slots=True)
class _Worker:
    """The process that reads the workbook, from this side."""

    name: str
    process: subprocess.Popen[bytes]
    _numbers: dict[int, int] = field(default_factory=dict)
    """The large numbers of the row at hand, by position."""

    _problem: str | None = None
    """Why the row at hand is not read."""

    def first(self) -> dict[str, Any]:
        """What the process says before the rows."""
        line = self._line()
        if "error" in line:
            raise FileError(self.name, line["error"], hint=line["hint"])
        found: dict[str, Any] = line
        return found

    def _line(self) -> Any:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if line.endswith(b"\n"):
            return json.loads(line)
        if self.process.wait() == 0 and not line:
            return None
        hint = "delete stray cells far out on the sheet, or save it as CSV UTF-8 and import that file"
        raise FileError(
            self.name,
            "a workbook that is broken or takes more memory or time than its size explains",
            hint=hint,
        )

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Rows as text; the large numbers among the cells are kept aside."""
        while (line := self._line()) is not None:
            number, cells, *problem = line
            self._problem = problem[0] if problem else None
            self._numbers = {at: cell for at, cell in enumerate(cells) if not isinstance(cell, str)}
            yield number, [str(cell) for cell in cells] if self._numbers else cells

    def records(self) -> Iterator[tuple[int, list[str], str | None]]:
        """Rows as a parser of CSV gives them."""
        for number, cells in self.rows():
            yield number, cells, self._problem

    def finished(self, rows: Iterator[RawRow]) -> Iterator[RawRow]:
        """The rows with their large numbers as numbers again; the process is ended behind the last one."""
        try:
            for row in rows:
                if self._numbers:
                    values = [self._numbers.get(at, cell) for at, cell in enumerate(row.values)]
                    row = row._replace(values=values)
                yield row
        finally:
            self.close()

    def close(self) -> None:
        """End the process, wherever it is."""
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.process.kill()
        self.process.wait()
