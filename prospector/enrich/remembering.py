"""What a visit leaves for the next one: where its home page led, and how to ask whether it has changed."""

from __future__ import annotations

import json
import zlib
from functools import cache
from typing import TYPE_CHECKING

from prospector.core.records import Hit
from prospector.fetch import Known
from prospector.normalise.technologies import technology_catalogue
from prospector.sites.page.board_links import Board
from prospector.sites.visit.page_readings import Leads
from prospector.sites.visit.reading import Remembered

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence
    from datetime import date

    from prospector.core.records import Company
    from prospector.sites.visit.reading import SiteReading
    from prospector.store.database import Database

SOURCE = "website"


def remember(db: Database, company_id: int, reading: SiteReading, as_of: date) -> None:
    """Keep the leads and validators of a home page that was read, and forget those of one that is gone."""
    if "website" not in reading.steps:
        return
    if reading.leads is None:
        if reading.outcome == "none":
            db.execute("DELETE FROM home_pages WHERE company_id = ?", (company_id,))
        return
    page = reading.page if "html" in reading.channels else None
    db.execute(
        "INSERT OR REPLACE INTO home_pages (company_id, url, leads, etag, last_modified, reader, read_on) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            company_id,
            reading.leads.url,
            _as_text(reading.leads),
            page.etag if page else None,
            page.last_modified if page else None,
            reader_version(),
            as_of.isoformat(),
        ),
    )


def load_remembered(db: Database, companies: Mapping[int, Company]) -> dict[int, Remembered]:
    """What earlier visits left, by company."""
    marks = ",".join("?" * len(companies))
    rows = db.rows(f"SELECT * FROM home_pages WHERE company_id IN ({marks})", tuple(companies))  # noqa: S608
    return {row["company_id"]: _remembered(row, companies[row["company_id"]]) for row in rows}


def load_leads(db: Database, company_ids: Sequence[int]) -> dict[int, Leads]:
    """Only the leads that earlier visits left, by company."""
    marks = ",".join("?" * len(company_ids))
    rows = db.rows(
        f"SELECT company_id, url, leads FROM home_pages WHERE company_id IN ({marks})",  # noqa: S608
        tuple(company_ids),
    )
    return {row["company_id"]: _from_text(row["url"], row["leads"]) for row in rows}


def _remembered(row: sqlite3.Row, company: Company) -> Remembered:
    known = None
    # A page that has not changed may still say more to a reader that has learned something.
    if (row["etag"] or row["last_modified"]) and row["reader"] == reader_version():
        known = Known(row["url"], row["etag"] or "", row["last_modified"] or "")
    return Remembered(_from_text(row["url"], row["leads"]), known, _seen_on_page(company, row["url"]))


def _seen_on_page(company: Company, url: str) -> tuple[Hit, ...]:
    return tuple(
        Hit(
            id=use.key,
            name=use.name,
            category=use.category or "",
            evidence=use.evidence or "",
            url=url,
            grade=use.grade or 1,
            channel="html",
            level=use.level,
            advertises_on=use.advertises_on,
        )
        for use in company.technologies
        if use.source == SOURCE and use.url == url
    )


@cache
def reader_version() -> str:
    """Changes whenever the catalogue does."""
    return f"{zlib.crc32(repr(technology_catalogue()).encode()):08x}"


def _as_text(leads: Leads) -> str:
    parts: dict[str, Sequence[object]] = {
        "containers": leads.containers,
        "boards": [(board.system, board.slug, board.region) for board in leads.boards],
        "careers": leads.careers,
        "pages": leads.pages,
    }
    return json.dumps({name: part for name, part in parts.items() if part}, ensure_ascii=False)


def _from_text(url: str, text: str) -> Leads:
    parts = json.loads(text)
    return Leads(
        url,
        tuple(parts.get("containers", ())),
        tuple(Board(*board) for board in parts.get("boards", ())),
        tuple(parts.get("careers", ())),
        tuple(parts.get("pages", ())),
    )
