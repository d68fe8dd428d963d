"""`instantly`: its import file, one row a lead, with the finished texts and the user's own columns as custom variables.

The campaign in the tool holds only tokens (`{{subject_1}}`, `{{body_1}}`); `setup.md` says which, and with
which waits. Calls, LinkedIn and tasks go to `tasks.csv`, because the file takes e-mail only.
"""

from __future__ import annotations

import csv
from contextlib import ExitStack
from typing import TYPE_CHECKING

from prospector.destinations.handover import Destination
from prospector.destinations.touch_files import SortedTouchRows
from prospector.sequences.calendar import parse_window

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path
    from typing import TextIO

    from prospector.destinations.handover import About, Lead, PlannedTouch

FIXED = ("email", "first_name", "last_name", "company_name", "job_title", "phone", "website", "linkedin")
WHY = ("reason", "lead_id")
_PARTS = ("subject", "body", "send_at", "variant")


def write_instantly(leads: Iterable[Lead], folder: Path, about: About) -> list[str]:
    """`instantly.csv`, `tasks.csv` where there are other channels, and `setup.md`."""
    with ExitStack() as files:
        written = _Files(folder, files, about)
        for lead in leads:
            written.write(lead)
        written.write_tasks()
    return written.finished()


class _Files:
    """The files, lead by lead."""

    def __init__(self, folder: Path, files: ExitStack, about: About) -> None:
        self._folder, self._about = folder, about
        self._start = [*FIXED, *WHY, *map(_variable, about.custom)]
        self._files = files
        self._first: Lead | None = None
        self._rows = csv.writer(self._open("instantly.csv"))
        self._tasks: SortedTouchRows | None = None
        self._steps = self._head = 0
        self._begins = ""

    def _open(self, name: str) -> TextIO:
        return self._files.enter_context((self._folder / name).open("w", encoding="utf-8", newline=""))

    def write(self, lead: Lead) -> None:
        """A lead's row, and what the tool does not take as tasks."""
        if self._first is None:
            self._first = lead
            self._head = len(_emails(lead))
            self._rows.writerow([*self._start, *_headers(self._head)])
        emails = _emails(lead)
        self._steps = max(self._steps, len(emails))
        if emails:
            self._begins = min(filter(None, (self._begins, emails[0].send_at[:10])))
        if lead.email:
            self._rows.writerow(_cells(lead, self._about, self._head))
        if any(touch.channel != "email" for touch in lead.touches):
            if self._tasks is None:
                self._tasks = SortedTouchRows(self._open("tasks.csv"), self._about)
            self._tasks.write(lead, skip="email")

    def write_tasks(self) -> None:
        """The tasks in their order, now that all leads have been seen."""
        if self._tasks:
            self._tasks.finish()

    def finished(self) -> list[str]:
        """The names of the files, now that all leads have been seen."""
        if self._first is None or self._steps > self._head:
            _widen(self._folder / "instantly.csv", self._start, self._steps)
        touches = _emails(self._first) if self._first else []
        text = _setup(touches, self._about, self._begins, tasks=self._tasks is not None)
        (self._folder / "setup.md").write_text(text, encoding="utf-8", newline="\n")
        return ["instantly.csv", *(["tasks.csv"] if self._tasks else []), "setup.md"]


def _variable(custom: str) -> str:
    """The name of a custom variable in the tool: a dot could not stand in it."""
    return custom.replace(".", "_")


def _headers(steps: int) -> list[str]:
    return [f"{part}_{number}" for number in range(1, steps + 1) for part in _PARTS]


def _widen(path: Path, start: Sequence[str], steps: int) -> None:
    """Give each row the columns of the longest one: a later lead had more mails than the first."""
    part = path.with_suffix(".part")
    with path.open(encoding="utf-8", newline="") as old, part.open("w", encoding="utf-8", newline="") as new:
        writer = csv.writer(new)
        header = [*start, *_headers(steps)]
        writer.writerow(header)
        next(rows := csv.reader(old), None)
        for row in rows:
            writer.writerow(row + [""] * (len(header) - len(row)))
    part.replace(path)


def _emails(lead: Lead) -> list[PlannedTouch]:
    return [touch for touch in lead.touches if touch.channel == "email"]


def _cells(lead: Lead, about: About, steps: int) -> list[str]:
    cells = [lead.email, lead.first_name, lead.last_name, lead.company, lead.title, lead.phone, lead.website]
    cells += [lead.linkedin, lead.reason, lead.lead_id, *(lead.custom.get(name, "") for name in about.custom)]
    emails = _emails(lead)
    for touch in emails:
        cells += [touch.subject, touch.html.replace("\n", " ").strip(), touch.send_at, touch.variant]
    return cells + [""] * (len(_PARTS) * (steps - len(emails)))


def _setup(touches: Sequence[PlannedTouch], about: About, begins: str, *, tasks: bool) -> str:
    """How to set the campaign up once: the steps, when the tool may send, and what to do about replies."""
    return "\n".join([*_steps(touches), *_schedule(about, begins), *_replies(tasks=tasks), ""])


def _steps(touches: Sequence[PlannedTouch]) -> list[str]:
    """The tool waits after a step, in calendar days."""
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
    return lines


def _schedule(about: About, begins: str) -> list[str]:
    if not about.window:
        return []  # a run that an earlier version began did not write it down
    window = parse_window(about.window)
    days, _, hours = str(window).partition(" ")
    return [
        "",
        "## When it may send",
        "",
        f"- Days: {', '.join(days.split(','))}",
        f"- Hours: {' to '.join(hours.split('-'))}",
        f"- Time zone: {about.timezone}; the tool keeps one for all, while each `send_at` is in the person's own time",
        *([f"- First mail: not before {begins}"] if begins else []),
    ]


def _replies(*, tasks: bool) -> list[str]:
    strike = ["- Strike the person's lines in `tasks.csv`."] if tasks else []
    return [
        "",
        "## When somebody replies",
        "",
        "- Have the tool stop the steps of whoever replies, before it sends the first mail.",
        *strike,
        "- Whoever wants no more mails: `prospector suppress add ADDRESS`, and take them out of the campaign in the "
        "tool: it does not ask again.",
        "- `lead_id` tells the person and the campaign in what the tool exports.",
    ]


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
    stop="delete the lead from the campaign, or put the address on the block list; calls and tasks are in tasks.csv",
)
