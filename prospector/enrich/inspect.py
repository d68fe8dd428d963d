"""One company, or one saved page, on one screen: everything that can be read, nothing stored."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from prospector.core.records import BUYING_LEVELS
from prospector.core.shapes import found_opening_json, seen_technology_json
from prospector.enrich.recording import site_values
from prospector.fetch import Fetcher
from prospector.fetch.loop import run
from prospector.normalise.domains import registrable_domain
from prospector.normalise.technologies import ad_platforms
from prospector.sites.facts.company import read_site_facts
from prospector.sites.facts.mail_domain import MailLookup
from prospector.sites.hiring.careers import boards_on_page, read_openings
from prospector.sites.page.document import read_page
from prospector.sites.page.saved_files import open_saved, own_address, read_saved
from prospector.sites.technologies.detect import detect_on_page
from prospector.sites.visit.further_pages import DeeperReader
from prospector.sites.visit.reader import SiteReader
from prospector.sites.visit.reading import SiteReading
from prospector.sites.visit.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from prospector.core.records import Hit
    from prospector.enrich.shapes import InspectedBoardShape, InspectionShape
    from prospector.fetch import HttpSettings
    from prospector.sites.hiring.boards import Board


def inspect_site(domain: str, settings: HttpSettings, as_of: date) -> SiteReading:
    """Read a site as `enrich --deep` does."""

    async def read() -> SiteReading:
        async with Fetcher(settings) as fetcher, Workers() as workers:
            deeper = DeeperReader(fetcher, workers, MailLookup(settings))
            return await SiteReader(fetcher, as_of, workers, deeper).read(domain)

    return run(read())


def inspect_page(
    saved: bytes | Path, *, url: str, headers: Sequence[tuple[str, str]], as_of: date
) -> SiteReading:
    """Read one saved page, as its bytes or as the file; no network. Set-Cookie headers give the cookies."""
    found = read_saved(saved) if isinstance(saved, bytes) else open_saved(saved)
    cookies = tuple(
        value.partition("=")[0].strip() for name, value in headers if name.lower() == "set-cookie"
    )
    plain = {name.lower(): value for name, value in headers if name.lower() != "set-cookie"}
    if found.charset:
        plain.setdefault("content-type", f"text/html; charset={found.charset}")
    page = read_page(found.html, url=url or found.url, headers=plain, cookies=cookies)
    if not page.url:
        page = replace(page, url=own_address(page))
    url = page.url
    reading = SiteReading(registrable_domain(url) or "", url=url)
    reading.facts = read_site_facts(page)
    reading.add_hits(detect_on_page(page, frames=found.frames))
    if found.whole and not (reading.facts.shell or reading.facts.parked):
        reading.channels.add("html")
    reading.boards = boards_on_page(page)
    reading.openings["page"] = read_openings(page, as_of=as_of)
    return reading


def inspection_json(reading: SiteReading) -> InspectionShape:
    """What `inspect` shows."""
    facts, mail = reading.facts, reading.mail
    stated, inferred = site_values(reading)
    hits = sorted(_all_hits(reading), key=lambda hit: hit.name.casefold())
    company: Any = {**inferred, **stated, "address_parts": dict(facts.address or {}) if facts else {}}
    return {
        "domain": reading.domain or None,
        "url": reading.url or None,
        "name": facts.name if facts else None,
        "language": facts.language if facts else None,
        "technologies": [seen_technology_json(hit) for hit in hits],
        "advertises_on": sorted(
            {hit.advertises_on for hit in hits if hit.advertises_on and hit.level in BUYING_LEVELS}
        ),
        "ads": _ads(hits, reading),
        "openings": [found_opening_json(job) for found in reading.openings.values() for job in found],
        "boards": [_board(board, reading) for board in reading.boards],
        "emails": list(facts.emails) if facts else [],
        "phones": list(facts.phones) if facts else [],
        "social": dict(facts.social) if facts else {},
        "mail_host": mail.host if mail else None,
        "mail_provider": mail.provider if mail else None,
        "mx": [record.split()[-1].rstrip(".") for record in mail.records.get("MX", ())] if mail else [],
        "company": company,
        "state": _state(reading),
        "lookups": [
            {"source": one.source, "url": one.url, "outcome": one.outcome, "reason": one.reason or None}
            for one in reading.lookups
        ],
    }


def _all_hits(reading: SiteReading) -> list[Hit]:
    """The strongest evidence of each technology over the home page, other pages and DNS."""
    best = dict(reading.hits)
    for hit in (hit for hits in reading.deeper.values() for hit in hits):
        if hit.id not in best or hit.grade < best[hit.id].grade:
            best[hit.id] = hit
    return list(best.values())


def _ads(hits: Sequence[Hit], reading: SiteReading) -> dict[str, str | None]:
    """Each platform's level: none_seen, tag_seen or active_tag; None where the page could not be read."""
    levels: dict[str, str | None] = dict.fromkeys(
        ad_platforms(), "none_seen" if "html" in reading.channels else None
    )
    for hit in hits:
        if hit.advertises_on:
            active = hit.level in BUYING_LEVELS
            if active or levels[hit.advertises_on] != "active_tag":
                levels[hit.advertises_on] = "active_tag" if active else "tag_seen"
    return levels


def _state(reading: SiteReading) -> str | None:
    """Whether the page says anything at all: `page`, `shell` (scripts have to run first) or `parked`."""
    facts = reading.facts
    return None if facts is None else "parked" if facts.parked else "shell" if facts.shell else "page"


def _board(board: Board, reading: SiteReading) -> InspectedBoardShape:
    """A board with what became of reading it: `none` with `empty_board` is a fact, the other reasons are not."""
    look = next((one for one in reading.lookups if one.source == f"board:{board.system}"), None)
    return {
        "system": board.system,
        "slug": board.slug,
        "outcome": look.outcome if look else None,
        "reason": (look.reason or None) if look else None,
    }
