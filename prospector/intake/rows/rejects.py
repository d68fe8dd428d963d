"""The rejects file: a line for every row that was not imported and for every value that was dropped."""

from __future__ import annotations

import csv
import fcntl
import os
from contextlib import nullcontext, suppress
from itertools import count
from typing import TYPE_CHECKING, Any, Self

from prospector.core.errors import cannot_be_written
from prospector.core.private_files import make_file, make_folder, open_private
from prospector.normalise.spreadsheet_cells import guarded_row

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path
    from types import TracebackType
    from typing import TextIO

COLUMNS = ("row", "what", "reason", "field", "content")
_LONGEST = 2000
_LONGEST_NAME = 150
"""Bytes of the source's name in the file's; file systems take 255 in all."""


class RejectsFile:
    """Written beside the import and put in place at its end; nothing is left where nothing was rejected.

    The number of the import stands in the name, and a file that is there already is left alone.
    """

    def __init__(self, folder: Path, source: str, as_of: date) -> None:
        safe = "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in source)
        self._source = safe.encode()[:_LONGEST_NAME].decode(errors="ignore")
        self._folder, self._day, self._import = folder, as_of.isoformat(), ""
        self.path = self._free_path()
        self._part = self.path
        self._lines = 0
        self._kept = False
        self._file: Any = None
        self._writer: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            if not self._kept:
                self._part.unlink(missing_ok=True)
            # Where the disk is full, closing fails once more, and the first fault is the one to tell.
            with suppress(OSError) if kind else nullcontext():
                self._file.close()

    def of_import(self, number: int) -> None:
        """The lines are those of this import."""
        self._import = f"{number}-"

    def _free_path(self) -> Path:
        start = f"{self._day}-{self._import}{self._source}"
        for again in count(1):
            path = self._folder / (f"{start}{f'-{again}' if again > 1 else ''}.rejects.csv")
            if not path.exists():
                break
        return path

    def row(self, number: int, reason: str, header: Sequence[str], cells: Sequence[object]) -> None:
        """A whole row was rejected."""
        named = zip(header, cells, strict=False)
        content = "; ".join(f"{name}={cell}" for name, cell in named if cell not in (None, ""))
        content += "".join(f"; {cell}" for cell in cells[len(header) :])
        self._write(number, "row rejected", reason, "", content)

    def value(self, number: int, reason: str, field: str, value: str) -> None:
        """One value was dropped; the row went in without it."""
        self._write(number, "value dropped", reason, field, value)

    def settle(self) -> None:
        """All of it is on the disk: before the database says that the rows went in, as nobody could tell them after."""
        if self._file is not None:
            try:
                self._file.flush()  # closed, it would be anybody's until it has its name
            except OSError as error:
                raise cannot_be_written(self._part, error) from error

    def keep(self) -> Path | None:
        """Put the file in its place, and its path; None if nothing was rejected."""
        if self._file is None:
            return None
        if not self._kept:
            self.settle()
            while not make_file(path := self._free_path()):
                continue  # another import took the name just now
            self.path = path
            os.replace(self._part, path)
            self._kept = True
        return self.path

    def _write(self, number: int, what: str, reason: str, field: str, content: str) -> None:
        if self._writer is None:
            self._open()
        try:
            self._writer.writerow(guarded_row(COLUMNS, [number, what, reason, field, content[:_LONGEST]]))
        except OSError as error:
            raise cannot_be_written(self._part, error) from error
        self._lines += 1

    def _take_part(self) -> None:
        """Open the file in which lines wait, new or left by a kill; one at which another import writes is its own."""
        start = f"{self._day}-{self._source}.rejects.csv"
        for again in count(1):
            self._part = self._folder / f"{start}{f'-{again}' if again > 1 else ''}.part"
            self._file = open_private(self._part, "a", newline="", errors="replace")
            if _is_ours_alone(self._file, self._part):
                self._file.truncate(0)
                return
            self._file.close()

    def _open(self) -> None:
        try:
            make_folder(self._part.parent)
            self._take_part()
        except OSError as error:
            raise cannot_be_written(self._part, error) from error
        self._writer = csv.writer(self._file)
        self._writer.writerow(COLUMNS)


def _is_ours_alone(file: TextIO, path: Path) -> bool:
    """Lock a file until it is closed; False if another import has it, or put it away before it was locked."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.path.samestat(os.fstat(file.fileno()), os.stat(path))
    except (BlockingIOError, FileNotFoundError):
        return False
