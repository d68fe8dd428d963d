"""One company's site, read in as few requests as the questions need.

The home page answers technologies, ads and facts. A tag manager's container is read when the page names
one. Only if jobs are asked for, and nothing has said no yet, the careers page and its job board follow.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from prospector.enrich.boards import board_request, find_boards, next_request, read_board
from prospector.enrich.careers import (
    COMMON_CAREERS_PATHS,
    careers_links,
    read_openings,
    says_no_openings,
)
from prospector.enrich.page import Page, read_page
from prospector.enrich.site_facts import SiteFacts, read_site_facts
from prospector.enrich.tech_stack import detect_in_container, detect_on_page, tag_manager_ids
from prospector.normalise.domains import company_domain
from prospector.store.company_facts import LookupRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from prospector.enrich.boards import Board
    from prospector.enrich.careers import FoundOpening
    from prospector.enrich.tech_stack import Hit
    from prospector.fetch import Answer, Fetcher

MAX_CAREERS_PAGES = 3
MAX_BOARDS = 2
MAX_BOARD_PAGES = 10
MAX_CONTAINERS = 2
_CONTAINER = "https://www.googletagmanager.com/gtm.js?id="


@dataclass(slots=True)
class SiteReading:
    """What one visit found. `channels` were read well enough that absence means something."""

    domain: str
    url: str = ""
    lookups: list[LookupRow] = field(default_factory=list)
    channels: set[str] = field(default_factory=set)
    facts: SiteFacts | None = None
    hits: dict[str, Hit] = field(default_factory=dict)
    boards: list[Board] = field(default_factory=list)
    openings: dict[str, list[FoundOpening]] = field(default_factory=dict)

    def note(
        self, source: str, answer: Answer, outcome: str | None = None, reason: str | None = None
    ) -> None:
        """Keep one attempt, with the answer's outcome unless a better judgement is given."""
        self.lookups.append(
            LookupRow(
                source,
                answer.final_url,
                outcome or answer.outcome,
                answer.reason if reason is None else reason,
                answer.requests,
            )
        )

    def add_hits(self, hits: Iterable[Hit]) -> None:
        """Keep the strongest evidence of each technology."""
        for hit in hits:
            held = self.hits.get(hit.id)
            if held is None or hit.grade < held.grade:
                self.hits[hit.id] = hit

    @property
    def outcome(self) -> str:
        """What became of the home page."""
        return self.lookups[0].outcome if self.lookups else "failed"


class SiteReader:
    """Reads sites through one `Fetcher`."""

    def __init__(self, fetcher: Fetcher, as_of: date) -> None:
        self._fetcher = fetcher
        self._as_of = as_of

    async def read(
        self,
        domain: str,
        *,
        country: str | None = None,
        jobs: bool = True,
        go_on: Callable[[SiteReading], bool] = lambda reading: True,
    ) -> SiteReading:
        """Read a site. `go_on` is asked after the home page whether the jobs are still worth a request."""
        reading = SiteReading(domain)
        answer = await self._fetcher.get_site(f"https://{domain}/")
        page = self._home(reading, answer, country)
        if page is None:
            return reading
        await self._containers(reading, page)
        if jobs and go_on(reading):
            await self._jobs(reading, page)
        return reading

    def _home(self, reading: SiteReading, answer: Answer, country: str | None) -> Page | None:
        """The home page, if it is one that says something about this company."""
        if answer.outcome != "found":
            reading.note("website", answer)
            return None
        reading.url = answer.final_url
        if company_domain(answer.final_url, None) is None:
            reading.note("website", answer, "none", "redirected_away")
            return None
        page = _page(answer)
        reading.facts = facts = read_site_facts(page, country=country)
        if facts.parked:
            reading.note("website", answer, "none", "parked")
            return None
        reading.note("website", answer, reason="shell" if facts.shell else None)
        reading.add_hits(detect_on_page(page))
        reading.channels |= {"headers", "cookies"}
        if not facts.shell and not answer.truncated:
            reading.channels.add("html")
        return page

    async def _containers(self, reading: SiteReading, page: Page) -> None:
        """The tag managers that the page names. A page without one hides no tags there."""
        if "html" not in reading.channels:
            return
        names = tag_manager_ids(page)
        unread = len(names) > MAX_CONTAINERS
        for name in names[:MAX_CONTAINERS]:
            answer = await self._fetcher.get_site(f"{_CONTAINER}{name}", robots=False)
            reading.note("tag_manager", answer)
            if answer.outcome == "found" and not answer.truncated:
                text = answer.body.decode("utf-8", "replace")
                reading.add_hits(detect_in_container(text, url=answer.final_url, site=page.url))
            else:
                unread = True
        if not unread:
            reading.channels.add("tag_manager")

    async def _jobs(self, reading: SiteReading, home: Page) -> None:
        """Openings from the careers page and from the boards that it or the home page shows."""
        reading.boards = _readable_first(find_boards(home.html))
        if not reading.boards:
            await self._careers_page(reading, home)
        for board in reading.boards[:MAX_BOARDS]:
            await self._board(reading, board)

    async def _careers_page(self, reading: SiteReading, home: Page) -> None:
        links = careers_links(home)
        reading.boards = _readable_first(find_boards(links))
        if reading.boards:
            return
        guesses = [home.absolute(path) for path in COMMON_CAREERS_PATHS]
        for link in (links or [guess for guess in guesses if guess])[:MAX_CAREERS_PAGES]:
            answer = await self._fetcher.get_site(link)
            if answer.outcome == "found":
                self._read_careers(reading, answer)
                return
            reading.note("careers", answer)
            if answer.outcome != "none":
                return

    def _read_careers(self, reading: SiteReading, answer: Answer) -> None:
        page = _page(answer)
        reading.boards = _readable_first(find_boards(page.html))
        found = read_openings(page, as_of=self._as_of)
        if found:
            reading.openings["careers"] = found
            if not reading.boards:
                reading.channels.add("jobs")
            reading.note("careers", answer)
        elif says_no_openings(page):
            reading.openings["careers"] = []
            if not reading.boards:
                reading.channels.add("jobs")
            reading.note("careers", answer, "none", "no_openings")
        else:
            reading.note("careers", answer, "none", "board" if reading.boards else "no_list_recognised")

    async def _board(self, reading: SiteReading, board: Board) -> None:
        source = f"board:{board.system}"
        request = board_request(board)
        found: list[FoundOpening] = []
        pages = 0
        while request is not None and pages < MAX_BOARD_PAGES:
            answer = await self._fetcher.get_site(
                request.url, headers={"accept": request.accept}, robots=False
            )
            pages += 1
            if answer.outcome != "found":
                reason = "no_such_board" if answer.outcome == "none" else None
                reading.note(source, answer, reason=reason)
                return
            said = read_board(board, answer.body, as_of=self._as_of)
            if said.outcome == "failed":
                reading.note(source, answer, "failed", said.reason)
                return
            found += said.openings
            following = next_request(board, answer.body, request)
            if following is None or not said.openings:
                reading.note(source, answer, "found" if found else "none", "" if found else "empty_board")
                reading.openings[source] = found
                reading.channels.add("jobs")
                return
            request = following


def _page(answer: Answer) -> Page:
    return read_page(answer.body, url=answer.final_url, headers=answer.headers, cookies=answer.cookies)


def _readable_first(boards: Iterable[Board]) -> list[Board]:
    """Boards that can be read before those that are only recognised; the page's order otherwise."""
    return sorted(boards, key=lambda board: board_request(board) is None)
