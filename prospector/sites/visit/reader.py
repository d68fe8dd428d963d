"""One company's site, read step by step, in as few requests as the questions need.

    dns          what name servers say of the domain
    website      the home page: technologies, ads, facts, and where the rest is to be found
    tag_manager  the containers that the home page names
    careers      the careers page and the job boards behind it
    pages        other pages that say something about the company

Before each step `worth` is asked whether it can still change anything. What a step finds is in the
`SiteReading` before the next one is weighed.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from prospector.normalise.domains import company_domain
from prospector.sites.hiring.boards import BoardWalk
from prospector.sites.technologies.detect import detect_in_container
from prospector.sites.visit.faults import fault_name
from prospector.sites.visit.page_readings import Fetched, read_careers, read_home
from prospector.sites.visit.reading import BAD_CERTIFICATE, LEADING, STEPS, SiteReading, all_steps
from prospector.store.lookups import LookupRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from prospector.core.records import Hit
    from prospector.fetch import Answer, Fetcher
    from prospector.sites.page.board_links import Board
    from prospector.sites.visit.further_pages import DeeperReader
    from prospector.sites.visit.page_readings import HomeReading
    from prospector.sites.visit.reading import Remembered
    from prospector.sites.visit.workers import Workers

MAX_BOARDS = 2
MAX_BOARD_BYTES = 20_000_000
MAX_CONTAINERS = 2
MAX_SECONDS = 300.0
"""For all of one site; what is not done by then has failed."""
_CONTAINER = "https://www.googletagmanager.com/gtm.js?id="


class SiteReader:
    """Reads sites through one `Fetcher`; pages are read by `workers`."""

    def __init__(self, fetcher: Fetcher, as_of: date, workers: Workers, deeper: DeeperReader) -> None:
        self._fetcher = fetcher
        self._as_of = as_of
        self._workers = workers
        self._deeper = deeper

    async def read(
        self,
        domain: str,
        *,
        country: str | None = None,
        remembered: Remembered | None = None,
        worth: Callable[[SiteReading, str], bool] = all_steps,
    ) -> SiteReading:
        """Read a site. Whatever goes wrong, also in our own reading of a page, ends as a look-up's outcome."""
        reading = SiteReading(domain, leads=remembered.leads if remembered else None)
        step = ""
        try:
            async with asyncio.timeout(MAX_SECONDS):
                for step in STEPS:
                    if (step in LEADING or reading.leads is not None) and worth(reading, step):
                        reading.steps.append(step)
                        await self._take(step, reading, country, remembered)
        except TimeoutError:
            reading.note_fault(step, "timeout")
        except Exception as fault:  # A strange page must cost its own company only, and be told of.
            reading.note_fault(step, fault_name(fault))
        return reading

    async def _take(
        self, step: str, reading: SiteReading, country: str | None, remembered: Remembered | None
    ) -> None:
        if step == "dns":
            await self._deeper.read_dns(reading)
        elif step == "website":
            await self._website(reading, country, remembered)
        elif step == "pages":
            await self._deeper.read_pages(reading, country)
        elif step == "tag_manager":
            await self._tag_manager(reading)
        else:
            await self._careers(reading)

    async def _website(
        self, reading: SiteReading, country: str | None, remembered: Remembered | None
    ) -> None:
        """The home page, if it is one that says something about this company."""
        reading.leads = None
        known = remembered.page if remembered else None
        answer = await self._fetcher.get_site(f"https://{reading.domain}/", known=known)
        if answer.outcome != "found":
            reading.note("website", answer)
            return
        reading.url, reading.insecure = answer.final_url, answer.insecure
        if company_domain(answer.final_url, None) is None:
            reading.note("website", answer, "none", "redirected_away")
            return
        if answer.unchanged and remembered is not None:
            self._keep_home(reading, answer, remembered)
            return
        home = await self._workers.run(read_home, Fetched.of(answer), country)
        if home.onward is not None:
            answer, home = await self._follow(reading, answer, home, country)
        self._take_home(reading, answer, home)

    async def _follow(
        self, reading: SiteReading, answer: Answer, home: HomeReading, country: str | None
    ) -> tuple[Answer, HomeReading]:
        """The page that an antechamber leads to, once; the antechamber itself where that leads nowhere."""
        assert home.onward is not None
        onward = await self._fetcher.get_site(home.onward)
        requests = answer.requests + onward.requests
        if onward.outcome != "found" or company_domain(onward.final_url, None) is None:
            return replace(answer, requests=requests), home
        reading.url, reading.insecure = onward.final_url, answer.insecure or onward.insecure
        further = await self._workers.run(read_home, Fetched.of(onward), country)
        # What the antechamber itself loads counts as well; its validators would not tell of a change behind it.
        hits = {hit.id: hit for hit in (*home.hits, *further.hits)}
        kept = replace(onward, requests=requests, headers={})
        return kept, replace(further, hits=tuple(hits.values()))

    def _take_home(self, reading: SiteReading, answer: Answer, home: HomeReading) -> None:
        reading.facts = facts = home.facts
        if facts.parked:
            reading.note("website", answer, "none", "parked")
            return
        reading.note("website", answer, reason="shell" if facts.shell else None)
        reading.add_hits(home.hits)
        reading.leads, reading.page = home.leads, answer.known
        reading.channels |= {"headers", "cookies"} | ({BAD_CERTIFICATE} if reading.insecure else set())
        if not facts.shell and not answer.truncated:
            reading.channels.add("html")

    def _keep_home(self, reading: SiteReading, answer: Answer, remembered: Remembered) -> None:
        """The page has not changed: what was read on it last time is what it says today."""
        reading.note("website", answer, reason="unchanged")
        reading.add_hits(remembered.hits)
        reading.leads, reading.page = remembered.leads, remembered.page
        reading.channels |= {"headers", "cookies", "html"} | (
            {BAD_CERTIFICATE} if reading.insecure else set()
        )

    async def _tag_manager(self, reading: SiteReading) -> None:
        """The containers that the home page names. A page without one hides no tags there."""
        assert reading.leads is not None
        if "website" in reading.steps and "html" not in reading.channels:
            return
        names = reading.leads.containers
        unread = len(names) > MAX_CONTAINERS
        for name in names[:MAX_CONTAINERS]:
            answer = await self._fetcher.get_site(f"{_CONTAINER}{name}", robots=False)
            reading.note("tag_manager", answer)
            if answer.outcome == "found" and not answer.truncated:
                text = answer.body.decode("utf-8", "replace")
                hits = await self._workers.run(_container_hits, text, answer.final_url, reading.leads.url)
                reading.add_hits(hits)
            else:
                unread = True
        if not unread:
            reading.channels.add("tag_manager")

    async def _careers(self, reading: SiteReading) -> None:
        """Openings from the careers page and from the boards that it or the home page shows."""
        assert reading.leads is not None
        reading.boards = list(reading.leads.boards)
        if not reading.boards:
            await self._careers_page(reading, reading.leads.careers)
        for board in reading.boards[:MAX_BOARDS]:
            await self._board(reading, board)

    async def _careers_page(self, reading: SiteReading, links: Iterable[str]) -> None:
        for link in links:
            answer = await self._fetcher.get_site(link)
            if answer.outcome == "found":
                await self._read_careers(reading, answer)
                return
            reading.note("careers", answer)
            if answer.outcome != "none":
                return

    async def _read_careers(self, reading: SiteReading, answer: Answer) -> None:
        said = await self._workers.run(read_careers, Fetched.of(answer), self._as_of)
        reading.boards = list(said.boards)
        if said.openings or said.said_none:
            reading.openings["careers"] = list(said.openings)
            if not reading.boards:
                reading.channels.add("jobs")
        if said.openings:
            reading.note("careers", answer)
        elif said.said_none:
            reading.note("careers", answer, "none", "no_openings")
        else:
            reading.note("careers", answer, "none", "board" if said.boards else "no_list_recognised")

    async def _board(self, reading: SiteReading, board: Board) -> None:
        source = f"board:{board.system}"
        walk = BoardWalk(board, self._as_of)
        address = walk.request.url if walk.request else None
        while (request := walk.request) is not None:
            walk.take(
                await self._fetcher.call(
                    request.url, accept=request.accept, body=request.body or None, max_bytes=MAX_BOARD_BYTES
                )
            )
        reason = walk.reason if address else "not_readable"
        reading.lookups.append(LookupRow(source, address, walk.outcome, reason, walk.requests))
        if walk.outcome == "found" or walk.whole:
            reading.openings[source] = list(walk.openings)
        if walk.whole:
            reading.channels.add("jobs")


def _container_hits(text: str, url: str, site: str) -> list[Hit]:
    return detect_in_container(text, url=url, site=site)
