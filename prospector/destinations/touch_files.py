"""`csv` and `jsonl`: one row a touch, every channel included."""

from __future__ import annotations

import csv
import json
import re
import sqlite3
from contextlib import ExitStack
from datetime import UTC, datetime
from operator import itemgetter
from typing import TYPE_CHECKING

from prospector.destinations.handover import Destination
from prospector.destinations.shapes import touch_rows
from prospector.normalise.spreadsheet_cells import guarded_row

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence
    from pathlib import Path
    from typing import TextIO

    from prospector.destinations.handover import About, Lead

COLUMNS = (
    "email",
    "first_name",
    "last_name",
    "company",
    "touch",
    "channel",
    "variant",
    "send_at",
    "subject",
    "body",
    "body_html",
    "number",
    "title",
    "phone",
    "linkedin",
    "website",
    "reason",
    "lead_id",
)
"""In `csv` and in the tasks beside a tool's file the user's own columns follow, see `About.custom`."""

CHANNELS = frozenset({"email", "call", "linkedin", "task"})

_OTHER_BREAKS = re.compile("[\x85\u2028\u2029]")
"""Signs that JSON leaves as they are and that some readers take for the end of a line."""
_cells_of = itemgetter(*COLUMNS)
_in_json = json.JSONEncoder(ensure_ascii=False).encode


class TouchRows:
    """Rows of touches as CSV: data guarded against spreadsheets, what is read or dialled as it is."""

    def __init__(self, file: TextIO, about: About) -> None:
        self._writer = csv.writer(file)
        self._custom = about.custom
        self._columns = (*COLUMNS, *about.custom)
        self._writer.writerow(self._columns)

    def write(self, lead: Lead, *, skip: Container[str] = ()) -> None:
        """All touches of a lead; `skip` leaves channels out."""
        own = [lead.custom.get(name, "") for name in self._custom]
        for row in touch_rows(lead, skip=skip):
            self.write_cells((*_cells_of(row), *own))

    def write_cells(self, cells: Sequence[str]) -> None:
        """One row."""
        self._writer.writerow(guarded_row(self._columns, cells))


class SortedTouchRows:
    """The same in the order of their times. The rows wait on the disk, not in memory."""

    def __init__(self, file: TextIO, about: About) -> None:
        self._rows = TouchRows(file, about)
        self._custom = about.custom
        self._waiting = sqlite3.connect("")  # a file of SQLite's own, gone when it is closed
        self._waiting.execute("CREATE TABLE waiting (due TEXT, cells TEXT)")

    def write(self, lead: Lead, *, skip: Container[str] = ()) -> None:
        """All touches of a lead; `skip` leaves channels out."""
        own = [lead.custom.get(name, "") for name in self._custom]
        for row in touch_rows(lead, skip=skip):
            due = datetime.fromisoformat(str(row["send_at"])).astimezone(UTC).isoformat()
            cells = json.dumps([*_cells_of(row), *own])
            self._waiting.execute("INSERT INTO waiting VALUES (?, ?)", (due, cells))

    def finish(self) -> None:
        """Write all rows."""
        for (cells,) in self._waiting.execute("SELECT cells FROM waiting ORDER BY due, rowid"):
            self._rows.write_cells(json.loads(cells))
        self._waiting.close()


class OtherTouches:
    """The file beside a destination's own, begun with the first touch of a channel that it does not take.

    In the order of their times: that is how they are worked through.
    """

    def __init__(self, path: Path, files: ExitStack, about: About, takes: Container[str]) -> None:
        self._path, self._files, self._about, self._takes = path, files, about, takes
        self._rows: SortedTouchRows | None = None

    def write(self, lead: Lead) -> None:
        """Those touches of a lead that the destination does not take."""
        if all(touch.channel in self._takes for touch in lead.touches):
            return
        if self._rows is None:
            file = self._files.enter_context(self._path.open("w", encoding="utf-8", newline=""))
            self._rows = SortedTouchRows(file, self._about)
            self._files.callback(self._rows.finish)  # before the file is closed
        self._rows.write(lead, skip=self._takes)

    @property
    def names(self) -> list[str]:
        """The file's name, if there is one."""
        return [self._path.name] if self._rows else []


def write_csv(leads: Iterable[Lead], folder: Path, about: About) -> list[str]:
    """`touches.csv`: UTF-8, comma, CRLF as the format's standard has it."""
    with (folder / "touches.csv").open("w", encoding="utf-8", newline="") as file:
        rows = TouchRows(file, about)
        for lead in leads:
            rows.write(lead)
    return ["touches.csv"]


def write_tasks(leads: Iterable[Lead], folder: Path, about: About) -> list[str]:
    """`tasks.csv`: what a tool does not take over its API; no file where there is nothing of it."""
    rows: SortedTouchRows | None = None
    with ExitStack() as files:
        for lead in leads:
            if all(touch.channel == "email" for touch in lead.touches):
                continue
            if rows is None:
                path = folder / "tasks.csv"
                file = files.enter_context(path.open("w", encoding="utf-8", newline=""))
                rows = SortedTouchRows(file, about)
            rows.write(lead, skip="email")
        if rows is not None:
            rows.finish()
    return ["tasks.csv"] if rows is not None else []


def write_jsonl(leads: Iterable[Lead], folder: Path, about: About) -> list[str]:
    """`touches.jsonl`: one object a line."""
    with (folder / "touches.jsonl").open("w", encoding="utf-8", newline="\n") as file:
        for lead in leads:
            for row in touch_rows(lead):
                file.write(_OTHER_BREAKS.sub(lambda sign: f"\\u{ord(sign[0]):04x}", _in_json(row)) + "\n")
    return ["touches.jsonl"]


_STOP = "take their rows out of the file, and out of whatever it was loaded into"
_SILENT = "Whether anything was done with it."
CSV = Destination(
    "csv",
    takes=CHANNELS,
    write=write_csv,
    stop=_STOP,
    title="A table",
    gives="`touches.csv`, one row a touch, the user's own columns last. What a spreadsheet could take for a formula "
    "gets an apostrophe; addresses, numbers to call, subjects and bodies leave as they are.",
    silent=_SILENT,
)
JSONL = Destination(
    "jsonl",
    takes=CHANNELS,
    write=write_jsonl,
    stop=_STOP,
    title="JSON Lines",
    gives="`touches.jsonl`, one object a touch, as `json.md` has it.",
    silent=_SILENT,
)
