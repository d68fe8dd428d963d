"""What a site says beyond its home page and its jobs: on its other pages, and of its domain in DNS.

`enrich` does this on request, for it takes some requests more for each company, or where a segment asks for what
is found only here; `inspect` always does.
What is found is kept apart from the home page's (`SiteReading.deeper`), so that a later visit of the home page
alone does not take it for gone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prospector.sites.facts.company import SiteFacts, read_site_facts
from prospector.sites.technologies.detect import detect_on_page
from prospector.sites.visit.page_readings import Fetched
from prospector.sites.visit.pages import PAGE_BUDGET, merge_facts, more_pages, with_imprint
from prospector.sites.visit.sitemap import SITEMAP_PATH, sitemap_urls
from prospector.store.lookups import LookupRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prospector.core.records import Hit
    from prospector.fetch import Fetcher
    from prospector.sites.facts.mail_domain import MailLookup
    from prospector.sites.visit.reading import SiteReading
    from prospector.sites.visit.workers import Workers

DNS, PAGES = "dns", "pages"
"""The sources of what is found here, and the channels that are read when all of it answered."""


class DeeperReader:
    """Adds to readings of sites: the steps `dns` and `pages`."""

    def __init__(
        self, fetcher: Fetcher, workers: Workers, mail: MailLookup, *, budget: int = PAGE_BUDGET
    ) -> None:
        self._fetcher = fetcher
        self._workers = workers
        self._mail = mail
        self._budget = budget

    async def read_dns(self, reading: SiteReading) -> None:
        """Ask for the domain's records, if anybody may be asked."""
        told = await self._mail.read(reading.domain)
        if told is None:
            reading.lookups.append(LookupRow(DNS, None, "blocked", "no_name_server", 0))
            return
        reading.mail = told
        reading.lookups.append(LookupRow(DNS, f"dns:{told.domain}", told.outcome, told.reason, 0))
        if told.outcome != "failed":
            reading.deeper[DNS] = list(told.hits)
            reading.channels.add(DNS)

    async def read_pages(self, reading: SiteReading, country: str | None) -> None:
        """Read the pages that the home page leads to, and those that sites usually have, within the budget."""
        assert reading.leads is not None
        known = reading.facts or SiteFacts()  # a home page that has not changed is not read again
        reading.url = reading.url or reading.leads.url
        pages = list(reading.leads.pages)[: self._budget]
        if len(pages) < self._budget:
            listed = await self._listed(reading)
            pages += more_pages(pages, listed, home=reading.url, language=known.language, budget=self._budget)
        facts, hits = [known], []
        for url in pages:
            answer = await self._fetcher.get_site(url)
            reading.note(PAGES, answer)
            if answer.outcome == "found":
                said, seen = await self._workers.run(read_further, Fetched.of(answer), country)
                facts.append(said)
                hits += seen
        reading.facts = merge_facts(facts)
        reading.deeper[PAGES] = hits
        if len(facts) == 1 + len(pages):
            reading.channels.add(PAGES)

    async def _listed(self, reading: SiteReading) -> Sequence[str]:
        """The pages in the site's own map; of an index of maps the first one is read."""
        base = reading.url.partition("//")[2].partition("/")[0]
        url = f"{reading.url.partition(':')[0]}://{base}{SITEMAP_PATH}"
        for _ in range(2):
            answer = await self._fetcher.get_site(url)
            reading.note("sitemap", answer)
            pages, further = sitemap_urls(answer.body) if answer.outcome == "found" else ([], [])
            if pages or not further:
                return pages
            url = further[0]
        return []


def read_further(fetched: Fetched, country: str | None) -> tuple[SiteFacts, list[Hit]]:
    """Facts and technologies of a page that is not the home page."""
    page = fetched.page()
    return with_imprint(read_site_facts(page, country=country), page), detect_on_page(page)
