"""`csv` and `jsonl`: one row a touch, every channel included."""

from __future__ import annotations

import csv
import json
import re
from typing import TYPE_CHECKING

from prospector.destinations.cells import safe_cell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from prospector.destinations.handover import Lead

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
)


_OTHER_BREAKS = re.compile("[\x85\u2028\u2029]")
"""Signs that JSON leaves as they are and that some readers take for the end of a line."""


def write_csv(leads: Sequence[Lead], folder: Path) -> list[str]:
    """`touches.csv`: UTF-8, comma, CRLF as the format's standard has it."""
    write_touch_rows(touch_rows(leads), folder / "touches.csv")
    return ["touches.csv"]


def write_jsonl(leads: Sequence[Lead], folder: Path) -> list[str]:
    """`touches.jsonl`: one object a line."""
    with (folder / "touches.jsonl").open("w", encoding="utf-8", newline="\n") as file:
        for row in touch_rows(leads):
            text = json.dumps(row, ensure_ascii=False)
            file.write(_OTHER_BREAKS.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text) + "\n")
    return ["touches.jsonl"]


def write_touch_rows(rows: Iterator[dict[str, str | int]], path: Path) -> None:
    """Rows of touches as CSV with every cell made safe for spreadsheets."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for row in rows:
            writer.writerow([safe_cell(str(row[column])) for column in COLUMNS])


def touch_rows(leads: Sequence[Lead], *, skip: str | None = None) -> Iterator[dict[str, str | int]]:
    """One row a touch, lead by lead; `skip` leaves a channel out."""
    for lead in leads:
        for touch in lead.touches:
            if touch.channel == skip:
                continue
            yield {
                "email": lead.email,
                "first_name": lead.first_name,
                "last_name": lead.last_name,
                "company": lead.company,
                "touch": touch.touch,
                "channel": touch.channel,
                "variant": touch.variant,
                "send_at": touch.send_at,
                "subject": touch.subject,
                "body": touch.text,
                "body_html": touch.html,
                "number": touch.number,
                "title": lead.title,
                "phone": lead.phone,
                "linkedin": lead.linkedin,
                "website": lead.website,
            }
