"""One company, or one saved page, on one screen: everything that can be read, nothing stored."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from prospector.enrich.boards import find_boards
from prospector.enrich.careers import read_openings
from prospector.enrich.page import read_page
from prospector.enrich.recording import site_values
from prospector.enrich.site_facts import read_site_facts
from prospector.enrich.site_reader import SiteReader, SiteReading
from prospector.enrich.tech_stack import detect_on_page
from prospector.fetch import Fetcher
from prospector.normalise.domains import registrable_domain
from prospector.records import BUYING_LEVELS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from prospector.fetch import HttpSettings


def inspect_site(domain: str, settings: HttpSettings, as_of: date) -> SiteReading:
    """Read a site as `enrich` does."""

    async def read() -> SiteReading:
        async with Fetcher(settings) as fetcher:
            return await SiteReader(fetcher, as_of).read(domain)

    return asyncio.run(read())


def inspect_page(body: bytes, *, url: str, headers: Sequence[tuple[str, str]], as_of: date) -> SiteReading:
    """Read one saved page; no network. Set-Cookie headers give the cookies."""
    cookies = tuple(
        value.partition("=")[0].strip() for name, value in headers if name.lower() == "set-cookie"
    )
    plain = {name.lower(): value for name, value in headers if name.lower() != "set-cookie"}
    page = read_page(body, url=url, headers=plain, cookies=cookies)
    reading = SiteReading(registrable_domain(url) or "", url=url)
    reading.facts = read_site_facts(page)
    reading.add_hits(detect_on_page(page))
    reading.boards = find_boards(page.html)
    reading.openings["page"] = read_openings(page, as_of=as_of)
    return reading


def inspection(reading: SiteReading) -> dict[str, Any]:
    """The documented shape of `inspect --json`."""
    facts = reading.facts
    stated, inferred = site_values(reading)
    hits = sorted(reading.hits.values(), key=lambda hit: hit.name.casefold())
    return {
        "domain": reading.domain or None,
        "url": reading.url or None,
        "name": facts.name if facts else None,
        "technologies": [_technology(hit) for hit in hits],
        "advertises_on": sorted(
            {hit.advertises_on for hit in hits if hit.advertises_on and hit.level in BUYING_LEVELS}
        ),
        "openings": [_opening(job) for found in reading.openings.values() for job in found],
        "boards": [{"system": board.system, "slug": board.slug} for board in reading.boards],
        "emails": list(facts.emails) if facts else [],
        "phones": list(facts.phones) if facts else [],
        "social": dict(facts.social) if facts else {},
        "mail_host": None,
        "company": {**inferred, **stated, "address_parts": dict(facts.address or {}) if facts else {}},
        "lookups": [
            {"source": one.source, "url": one.url, "outcome": one.outcome, "reason": one.reason or None}
            for one in reading.lookups
        ],
    }


def _technology(hit: Any) -> Mapping[str, Any]:
    return {
        "name": hit.name,
        "category": hit.category,
        "evidence": hit.evidence,
        "url": hit.url,
        "grade": hit.grade,
        "channel": hit.channel,
        "level": hit.level,
    }


def _opening(job: Any) -> Mapping[str, Any]:
    return {
        "title": job.title,
        "department": job.department,
        "seniority": job.seniority,
        "location": job.location,
        "url": job.url,
        "posted_on": job.posted_on.isoformat() if job.posted_on else None,
    }
