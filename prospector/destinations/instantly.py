"""`instantly`: its import file, one row a lead, with the finished texts as custom variables.

The campaign in the tool holds only tokens (`{{subject_1}}`, `{{body_1}}`); `setup.md` says which, and with
which waits. Calls, LinkedIn and tasks go to `tasks.csv`, because the file takes e-mail only.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from prospector.destinations.cells import safe_cell
from prospector.destinations.touch_files import touch_rows, write_touch_rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from prospector.destinations.handover import Lead, PlannedTouch

FIXED = ("email", "first_name", "last_name", "company_name", "job_title", "phone", "website", "linkedin")


def write_instantly(leads: Sequence[Lead], folder: Path) -> list[str]:
    """`instantly.csv`, `tasks.csv` where there are other channels, and `setup.md`."""
    steps = max((len(_emails(lead)) for lead in leads), default=0)
    custom = [f"{part}_{number}" for number in range(1, steps + 1) for part in ("subject", "body", "send_at")]
    with (folder / "instantly.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*FIXED, *custom])
        for lead in leads:
            if lead.email:
                writer.writerow([safe_cell(cell) for cell in _cells(lead, steps)])
    names = ["instantly.csv"]
    if any(touch.channel != "email" for lead in leads for touch in lead.touches):
        write_touch_rows(touch_rows(leads, skip="email"), folder / "tasks.csv")
        names.append("tasks.csv")
    (folder / "setup.md").write_text(_setup(leads), encoding="utf-8", newline="\n")
    return [*names, "setup.md"]


def _emails(lead: Lead) -> list[PlannedTouch]:
    return [touch for touch in lead.touches if touch.channel == "email"]


def _cells(lead: Lead, steps: int) -> list[str]:
    cells = [lead.email, lead.first_name, lead.last_name, lead.company, lead.title, lead.phone, lead.website]
    cells.append(lead.linkedin)
    for touch in _emails(lead):
        cells += [touch.subject, touch.html.replace("\n", " ").strip(), touch.send_at]
    return cells + [""] * (len(FIXED) + 3 * steps - len(cells))


def _setup(leads: Sequence[Lead]) -> str:
    """How to set the campaign up once: the tool waits after a step, in calendar days."""
    touches = _emails(leads[0]) if leads else []
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
