"""`instantly`: its import file, one row a lead, with the finished texts as custom variables.

The campaign in the tool holds only tokens (`{{subject_1}}`, `{{body_1}}`); `setup.md` says which, and with
which waits. Calls, LinkedIn and tasks go to `tasks.csv`, because the file takes e-mail only.
"""

from __future__ import annotations

import csv
from contextlib import ExitStack
from typing import TYPE_CHECKING

from prospector.destinations.cells import safe_cell
from prospector.destinations.handover import Destination
from prospector.destinations.touch_files import TouchRows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path
    from typing import TextIO

    from prospector.destinations.handover import Lead, PlannedTouch

FIXED = ("email", "first_name", "last_name", "company_name", "job_title", "phone", "website", "linkedin")
_PARTS = ("subject", "body", "send_at")


def write_instantly(leads: Iterable[Lead], folder: Path) -> list[str]:
    """`instantly.csv`, `tasks.csv` where there are other channels, and `setup.md`."""
    with ExitStack() as files:
        written = _Files(folder, files)
        for lead in leads:
            written.write(lead)
    return written.finished()


class _Files:
    """The files, lead by lead."""

    def __init__(self, folder: Path, files: ExitStack) -> None:
        self._folder = folder
        self._files = files
        self._first: Lead | None = None
        self._rows = csv.writer(self._open("instantly.csv"))
        self._tasks: TouchRows | None = None
        self._steps = self._head = 0

    def _open(self, name: str) -> TextIO:
        return self._files.enter_context((self._folder / name).open("w", encoding="utf-8", newline=""))

    def write(self, lead: Lead) -> None:
        """A lead's row, and what the tool does not take as tasks."""
        if self._first is None:
            self._first = lead
            self._head = len(_emails(lead))
            self._rows.writerow(_header(self._head))
        self._steps = max(self._steps, len(_emails(lead)))
        if lead.email:
            self._rows.writerow([safe_cell(cell) for cell in _cells(lead, self._head)])
        if any(touch.channel != "email" for touch in lead.touches):
            if self._tasks is None:
                self._tasks = TouchRows(self._open("tasks.csv"))
            self._tasks.write(lead, skip="email")

    def finished(self) -> list[str]:
        """The names of the files, now that all leads have been seen."""
        if self._first is None or self._steps > self._head:
            _widen(self._folder / "instantly.csv", self._steps)
        touches = _emails(self._first) if self._first else []
        (self._folder / "setup.md").write_text(_setup(touches), encoding="utf-8", newline="\n")
        return ["instantly.csv", *(["tasks.csv"] if self._tasks else []), "setup.md"]


def _header(steps: int) -> list[str]:
    return [*FIXED, *(f"{part}_{number}" for number in range(1, steps + 1) for part in _PARTS)]


def _widen(path: Path, steps: int) -> None:
    """Give each row the columns of the longest one: a later lead had more mails than the first."""
    part = path.with_suffix(".part")
    with path.open(encoding="utf-8", newline="") as old, part.open("w", encoding="utf-8", newline="") as new:
        writer = csv.writer(new)
        writer.writerow(_header(steps))
        next(rows := csv.reader(old), None)
        for row in rows:
            writer.writerow(row + [""] * (len(FIXED) + 3 * steps - len(row)))
    part.replace(path)


def _emails(lead: Lead) -> list[PlannedTouch]:
    return [touch for touch in lead.touches if touch.channel == "email"]


def _cells(lead: Lead, steps: int) -> list[str]:
    cells = [lead.email, lead.first_name, lead.last_name, lead.company, lead.title, lead.phone, lead.website]
    cells.append(lead.linkedin)
    for touch in _emails(lead):
        cells += [touch.subject, touch.html.replace("\n", " ").strip(), touch.send_at]
    return cells + [""] * (len(FIXED) + 3 * steps - len(cells))


def _setup(touches: Sequence[PlannedTouch]) -> str:
    """How to set the campaign up once: the tool waits after a step, in calendar days."""
    lines = [
        "# Set the campaign up once",
        "",
        "Upload `instantly.csv`, keep every column as a custom variable, and give the campaign these steps.",
        "The wait is counted after the step, in calendar days.",
        "",
        "| step | subject | body | wait after it |",
        "| --- | --- | --- | --- |",
    ]
    for number, touch in enumerate(touches, 1):
        following = touches[number] if number < len(touches) else None
        wait = f"{_calendar_days(following.day - touch.day)} days" if following else "-"
        subject = f"`{{{{subject_{number}}}}}`" if touch.subject else "(empty: same thread)"
        lines.append(f"| {number} | {subject} | `{{{{body_{number}}}}}` | {wait} |")
    return "\n".join([*lines, ""])


def _calendar_days(business_days: int) -> int:
    weeks, rest = divmod(business_days, 5)
    return weeks * 7 + rest


def check_instantly(lead: Lead) -> str | None:
    """Mails need an address; whoever has none is taken for calls and tasks."""
    return "no_email" if not lead.email and _emails(lead) else None


INSTANTLY = Destination(
    "instantly",
    takes=frozenset({"email"}),
    write=write_instantly,
    delays="calendar_days",
    check=check_instantly,
)
