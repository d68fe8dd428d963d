"""`xlsx`: one row a touch, every channel included, with numbers as numbers and times as times."""

from __future__ import annotations

from datetime import datetime
from itertools import chain, islice
from typing import TYPE_CHECKING

from prospector.core.workbook import LONGEST, MOST_ROWS, write_workbook
from prospector.destinations.handover import Destination
from prospector.destinations.shapes import touch_rows
from prospector.destinations.touch_files import CHANNELS, COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from prospector.core.workbook import Cell
    from prospector.destinations.handover import About, Lead


def write_xlsx(leads: Iterable[Lead], folder: Path, about: About) -> list[str]:
    """`touches.xlsx`; what is more than a sheet can hold stands in `touches-2.xlsx` and so on."""
    columns = (*COLUMNS[: _TIME + 1], "utc_offset", *COLUMNS[_TIME + 1 :], *about.custom)
    rows, names = _rows(leads, about), list[str]()
    first: list[tuple[Cell, ...]] | None = list(islice(rows, 1))
    while first is not None:
        names.append(f"touches-{len(names) + 1}.xlsx" if names else "touches.xlsx")
        with (folder / names[-1]).open("wb") as file:
            write_workbook(file, columns, chain(first, islice(rows, MOST_ROWS - 1 - len(first))))
        first = list(islice(rows, 1)) or None
    return names


_TIME = COLUMNS.index("send_at")


def _rows(leads: Iterable[Lead], about: About) -> Iterator[tuple[Cell, ...]]:
    for lead in leads:
        own = tuple(lead.custom.get(name, "") for name in about.custom)
        for row in touch_rows(lead):
            cells = tuple(row[name] for name in COLUMNS)  # type: ignore[literal-required]
            at = datetime.fromisoformat(row["send_at"])
            yield (*cells[:_TIME], at.replace(tzinfo=None), f"{at:%z}", *cells[_TIME + 1 :], *own)


def check_xlsx(lead: Lead) -> str | None:
    """A cell has an end, and no text leaves cut off."""
    texts = (text for touch in lead.touches for text in (touch.subject, touch.text, touch.html))
    return "too_long" if any(len(text) > LONGEST for text in (*texts, *lead.custom.values())) else None


XLSX = Destination(
    "xlsx",
    takes=CHANNELS,
    write=write_xlsx,
    limits={"signs of a cell": LONGEST, "rows of a sheet": MOST_ROWS},
    check=check_xlsx,
    stop="take their rows out of the file, and out of whatever it was loaded into",
    title="A workbook",
    gives="`touches.xlsx`, one row a touch: `send_at` as a time in the person's own place, `utc_offset` beside it. "
    "A text is never run as a formula, so nothing is put in front of it.",
    silent="Whether anything was done with it.",
)
