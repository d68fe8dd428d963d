"""Tables of jobs: the header says which column is what."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from prospector.normalise.roles import parse_role
from prospector.normalise.text import fold
from prospector.sites.hiring.job_words import could_be_title
from prospector.sites.hiring.openings import day, make_opening
from prospector.sites.page.text import text_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

    from prospector.core.records import FoundOpening
    from prospector.sites.page.document import Page

MAX_TABLES = 50
MAX_ROWS = 600

_COLUMNS = (
    (
        "title",
        re.compile(
            r"\b(?:jobs?|positions?|role|title|vacancy|opening|stellen?|titel|poste|offre|puesto|funzione|functie)\b"
        ),
    ),
    (
        "location",
        re.compile(r"\b(?:locations?|city|office|standort|ort|lieu|ubicacion|sede|locatie|local)\b"),
    ),
    (
        "department",
        re.compile(r"\b(?:department|team|category|abteilung|bereich|service|departamento|afdeling)\b"),
    ),
    ("posted_on", re.compile(r"\b(?:date|posted|datum|published|fecha|data)\b")),
)


def table_openings(page: Page, *, is_careers: bool) -> dict[int, list[FoundOpening]]:
    """The openings of each table whose header names a job's columns, by the table's node id.

    On a page that is not about jobs (`is_careers`), a column for the title alone is not enough.
    """
    found: dict[int, list[FoundOpening]] = {}
    for table in page.tree.css("table")[:MAX_TABLES]:
        rows = table.css("tr")[:MAX_ROWS]
        header = [fold(" ".join(text_blocks(cell))[:40]) for cell in _cells(rows[0])] if rows else []
        columns = {name: at for at, text in reversed([*enumerate(header)]) for name in _column_names(text)}
        if "title" in columns and (len(columns) > 1 or is_careers):
            read = (_opening(_cells(row), columns, page) for row in rows[1:])
            found[table.mem_id] = [one for one in read if one is not None]
    return found


def _cells(row: LexborNode) -> list[LexborNode]:
    return [cell for cell in row.iter() if cell.tag in {"td", "th"}][:20]


def _column_names(text: str) -> Iterator[str]:
    for name, pattern in _COLUMNS:
        if pattern.search(text):
            yield name
            return


def _opening(cells: list[LexborNode], columns: dict[str, int], page: Page) -> FoundOpening | None:
    texts = {name: " ".join(text_blocks(cells[at])) for name, at in columns.items() if at < len(cells)}
    title = texts.get("title", "")
    if not could_be_title(title):
        return None
    role = parse_role(title)
    if not role.department and not role.seniority and len(texts) < 2:
        return None
    link = next((a.attributes.get("href") for cell in cells for a in cell.css("a[href]")[:1]), None)
    return make_opening(
        title,
        words=(texts.get("department"),),
        location=texts.get("location"),
        url=page.absolute(link) if link else None,
        posted_on=day(texts.get("posted_on")),
    )
