"""Verdicts for a list: read, checked and written a piece at a time, and put in place at the end.

What has been asked is in the database, so whoever is killed starts again, asks only what is missing, and writes
the same file.
"""

from __future__ import annotations

import csv
import os
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from prospector.contacts.lists import open_list
from prospector.core.errors import NothingImportable, cannot_be_written
from prospector.core.private_files import open_private
from prospector.intake.rows.rejects import RejectsFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path
    from typing import TextIO

    from prospector.contacts.checking import Checker
    from prospector.contacts.lists import Entry
    from prospector.contacts.shapes import VerifiedShape
    from prospector.contacts.verdicts import Verdict
    from prospector.store.addresses import Retry

COLUMNS = ("email", "verdict", "send", "reasons", "flags", "suggestion", "mx", "checked_on")
"""What a verified list begins with; the other columns of the file follow."""

_PIECE = 10_000
"""Rows that are checked together: a slow name server is waited for once for all of them."""


@dataclass
class ListVerified:
    """What became of a list."""

    file: Path
    rows: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    rejected: int = 0
    rejects_file: Path | None = None
    waiting: int = 0
    """Rows whose host is to be asked again."""
    again_at: datetime | None = None
    """When the first of them is due."""

    def count(self, rows: int, good: int) -> None:
        """So many more rows were read, and so many of them have an address."""
        self.rows += rows
        self.rejected += rows - good

    def wait_for(self, retries: Sequence[Retry]) -> None:
        """These are to be asked again."""
        self.waiting += len(retries)
        due = [one.ask_at for one in retries] + ([self.again_at] if self.again_at else [])
        self.again_at = min(due, default=None)

    def as_json(self) -> VerifiedShape:
        """As `verify FILE --json` prints it."""
        return {
            "rows": self.rows,
            "deliverable": self.counts["deliverable"],
            "undeliverable": self.counts["undeliverable"],
            "catch_all": self.counts["catch_all"],
            "risky": self.counts["risky"],
            "unknown": self.counts["unknown"],
            "rejected": self.rejected,
            "waiting": self.waiting,
            "file": str(self.file),
            "rejects_file": str(self.rejects_file) if self.rejects_file else None,
        }


class ListOptions(NamedTuple):
    """Where a list comes from and where its verdicts go. `safe` makes a cell that no spreadsheet runs."""

    file: str
    output: Path
    rejects_folder: Path
    safe: Callable[[str], str]
    stdin: BinaryIO | None = None
    progress: Callable[[int], None] = lambda rows: None


async def verify_list(checker: Checker, options: ListOptions) -> ListVerified:
    """Write the list with a verdict for each row; rows without an address go to the rejects file."""
    report = ListVerified(options.output)
    with (
        open_list(options.file, options.stdin) as listed,
        RejectsFile(options.rejects_folder, f"verify-{_base(listed.name)}", checker.as_of) as rejects,
        _put_in_place(options.output) as file,
    ):
        writing = _Writing(checker, options, report, csv.writer(file), listed.at)
        writing.row((*COLUMNS, *_labels(listed.labels)))
        while piece := list(islice(listed.entries, _PIECE)):
            good = [entry for entry in piece if not entry.problem]
            for entry in piece:
                if entry.problem:
                    rejects.row(entry.number, entry.problem, (), entry.cells)
            await writing.verdicts(good)
            report.count(len(piece), len(good))
            options.progress(report.rows)
        if not report.rows:
            raise NothingImportable(listed.name, "there is no row in it", hint="write an address a line")
        report.rejects_file = rejects.keep()
    return report


@dataclass(slots=True)
class _Writing:
    """The list being written."""

    checker: Checker
    options: ListOptions
    report: ListVerified
    writer: Any
    at: int

    async def verdicts(self, entries: Sequence[Entry]) -> None:
        """The rows of these entries, checked together."""
        texts = [entry.text for entry in entries]
        before = self.report.rows
        found = await self.checker.check(texts, lambda answers: self.options.progress(before + answers))
        for entry, one in zip(entries, found, strict=True):
            self.row((*_cells(one), *entry.cells[: self.at], *entry.cells[self.at + 1 :]))
            self.report.counts[one.verdict] += 1
        self.report.wait_for(self.checker.retries(texts))

    def row(self, cells: Sequence[str]) -> None:
        """A row that no spreadsheet takes for a formula."""
        self.writer.writerow([self.options.safe(cell) for cell in cells])


def _cells(one: Verdict) -> tuple[str, ...]:
    lists = (" ".join(one.reasons), " ".join(one.flags))
    day = one.checked_on.isoformat() if one.checked_on else ""
    return (one.email, one.verdict, one.send, *lists, one.suggestion or "", " ".join(one.mx), day)


def _labels(labels: Sequence[str]) -> list[str]:
    """The file's own labels; one that is ours, too, says whose it is."""
    return [f"list.{label}" if label in COLUMNS else label for label in labels]


def _base(name: str) -> str:
    return name.rpartition("/")[2]


@contextmanager
def _put_in_place(path: Path) -> Iterator[TextIO]:
    """A file that appears under its name when all of it is written, and not at all where something fails."""
    part = path.with_name(f"{path.name}.part")
    try:
        with open_private(part, newline="", errors="replace") as file:
            yield file
        os.replace(part, path)
    except OSError as error:
        raise cannot_be_written(path, error) from error
    finally:
        part.unlink(missing_ok=True)
