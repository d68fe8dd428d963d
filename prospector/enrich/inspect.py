"""One company, or one saved page, on one screen: everything that can be read, nothing stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prospector.fetch import Fetcher
from prospector.fetch.loop import run
from prospector.normalise.domains import registrable_domain
from prospector.sites.facts.company import read_site_facts
from prospector.sites.facts.mail_domain import MailLookup
from prospector.sites.hiring.careers import boards_on_page, read_openings
from prospector.sites.page.document import read_page
from prospector.sites.technologies.detect import detect_on_page
from prospector.sites.visit.further_pages import DeeperReader
from prospector.sites.visit.reader import SiteReader
from prospector.sites.visit.reading import SiteReading
from prospector.sites.visit.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from prospector.fetch import HttpSettings


def inspect_site(domain: str, settings: HttpSettings, as_of: date) -> SiteReading:
    """Read a site as `enrich --deep` does."""

    async def read() -> SiteReading:
        async with Fetcher(settings) as fetcher, Workers() as workers:
            deeper = DeeperReader(fetcher, workers, MailLookup(settings))
            return await SiteReader(fetcher, as_of, workers, deeper).read(domain)

    return run(read())


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
    if not (reading.facts.shell or reading.facts.parked):
        reading.channels.add("html")
    reading.boards = boards_on_page(page)
    reading.openings["page"] = read_openings(page, as_of=as_of)
    return reading
