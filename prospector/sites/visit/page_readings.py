"""What a fetched page says, as one plain value: bytes in, facts out. No network, no shared state.

A value that holds no parsed tree can cross into another process, so the reading of pages can run beside
the network, and the page itself is forgotten at once. The classes of such values have no slots: with slots,
pickling a frozen dataclass takes three times as long.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from prospector.sites.facts.company import SiteFacts, read_site_facts
from prospector.sites.hiring.boards import board_request
from prospector.sites.hiring.careers import (
    COMMON_CAREERS_PATHS,
    boards_on_page,
    careers_links,
    read_openings,
    says_no_openings,
)
from prospector.sites.page.board_links import Board, find_boards
from prospector.sites.page.document import read_page
from prospector.sites.technologies.detect import detect_on_page, tag_manager_ids
from prospector.sites.visit.pages import onward_url, pages_to_read, with_imprint

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from prospector.core.records import FoundOpening, Hit
    from prospector.fetch import Answer
    from prospector.sites.page.document import Page

MAX_CAREERS_LINKS = 3


class Fetched(NamedTuple):
    """A page as it came: what is needed of an answer to read it."""

    body: bytes
    url: str
    headers: dict[str, str]
    cookies: tuple[str, ...]

    @classmethod
    def of(cls, answer: Answer) -> Fetched:
        """The page of a found answer."""
        return cls(answer.body, answer.final_url, dict(answer.headers), answer.cookies)

    def page(self) -> Page:
        """The page, parsed."""
        return read_page(self.body, url=self.url, headers=self.headers, cookies=self.cookies)


@dataclass(frozen=True)
class Leads:
    """Where a home page says that more is to be read. All in the page's order, the likeliest first."""

    url: str = ""
    containers: tuple[str, ...] = ()
    boards: tuple[Board, ...] = ()
    careers: tuple[str, ...] = ()
    """Pages of the site itself; guessed ones if the home page names none."""
    pages: tuple[str, ...] = ()
    """Other pages that say something about the company: imprint, contact and so on."""


@dataclass(frozen=True)
class HomeReading:
    """What a home page says."""

    facts: SiteFacts
    hits: tuple[Hit, ...] = ()
    leads: Leads = field(default_factory=Leads)
    onward: str | None = None
    """Where the page leads if it is only an antechamber: a refresh, a frame."""


@dataclass(frozen=True)
class CareersReading:
    """What a careers page says. `said_none`: that nobody is sought."""

    boards: tuple[Board, ...]
    openings: tuple[FoundOpening, ...]
    said_none: bool


def read_home(fetched: Fetched, country: str | None) -> HomeReading:
    """Facts, technologies and leads of a home page; only the facts where the page is nobody's."""
    page = fetched.page()
    facts = with_imprint(read_site_facts(page, country=country), page)
    if facts.parked:
        return HomeReading(facts)
    return HomeReading(facts, tuple(detect_on_page(page)), _leads(page), onward_url(page))


def read_careers(fetched: Fetched, as_of: date) -> CareersReading:
    """Boards and openings of a careers page."""
    page = fetched.page()
    found = tuple(read_openings(page, as_of=as_of))
    return CareersReading(_readable_first(boards_on_page(page)), found, not found and says_no_openings(page))


def _leads(page: Page) -> Leads:
    containers, boards = tag_manager_ids(page), _readable_first(boards_on_page(page))
    pages = tuple(pages_to_read(page))
    if boards:
        return Leads(page.url, containers, boards, (), pages)
    links = careers_links(page)
    if linked := _readable_first(find_boards(links)):
        return Leads(page.url, containers, linked, (), pages)
    guesses = (page.absolute(path) for path in COMMON_CAREERS_PATHS[:MAX_CAREERS_LINKS])
    chosen = links[:MAX_CAREERS_LINKS] or [guess for guess in guesses if guess]
    return Leads(page.url, containers, (), tuple(chosen), pages)


def _readable_first(boards: Iterable[Board]) -> tuple[Board, ...]:
    """Boards that can be read before those that are only recognised; the page's order otherwise."""
    return tuple(sorted(boards, key=lambda board: board_request(board) is None))
