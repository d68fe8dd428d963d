"""Reads public job boards: what to ask for, and what an answer says. The asking itself is done elsewhere.

An empty board is a fact (nobody is sought); a board that cannot be read is not, and neither is a name that
the vendor does not know. `find_boards` and `Board` come from `board_links`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from prospector.enrich.board_links import Board, find_boards
from prospector.enrich.openings import (
    MAX_OPENINGS,
    FoundOpening,
    day,
    joined,
    make_opening,
    merge_requisitions,
    plain,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

__all__ = [
    "Board",
    "BoardAnswer",
    "BoardRequest",
    "FoundOpening",
    "board_request",
    "find_boards",
    "next_request",
    "read_board",
]

PAGE = 100
"""Rows asked for at once where a system pages."""
MAX_BODY = 40_000_000
"""Bytes of an answer that are read."""
MAX_ROWS = 5_000

_HOST_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.I)
_SKIP = re.compile(r"([?&](?:skip|offset)=)(\d{1,6})")

_URLS = {
    "greenhouse": "https://boards-api.greenhouse.io/v1/boards/{slug}/jobs?content=true",
    "lever": "https://api.{region}lever.co/v0/postings/{slug}?mode=json&limit=100&skip=0",
    "ashby": "https://api.ashbyhq.com/posting-api/job-board/{slug}",
    "workable": "https://apply.workable.com/api/v1/widget/accounts/{slug}",
    "smartrecruiters": "https://api.smartrecruiters.com/v1/companies/{slug}/postings?limit=100&offset=0",
    "recruitee": "https://{slug}.recruitee.com/api/offers/",
    "breezy": "https://{slug}.breezy.hr/json",
    "pinpoint": "https://{slug}.pinpointhq.com/postings.json",
    "bamboohr": "https://{slug}.bamboohr.com/careers/list",
}
# Greenhouse keeps only the pages of its European boards apart; their data comes from the one interface.
_LISTS = {
    "greenhouse": "jobs",
    "lever": "",
    "ashby": "jobs",
    "workable": "jobs",
    "smartrecruiters": "content",
    "recruitee": "offers",
    "breezy": "",
    "pinpoint": "data",
    "bamboohr": "result",
}
"""Where an answer holds its rows; a blank means that it is a list itself."""
_TITLES = {"lever": "text", "smartrecruiters": "name", "breezy": "name", "bamboohr": "jobOpeningName"}
"""What a row calls its title, where it is not `title`."""


@dataclass(frozen=True, slots=True)
class BoardRequest:
    """A GET request: the address, and what to send as `Accept`."""

    url: str
    accept: str = "application/json"


@dataclass(frozen=True, slots=True)
class BoardAnswer:
    """What an answer says: openings; none, though the board exists; or why it could not be read."""

    outcome: Literal["found", "none", "failed"]
    openings: tuple[FoundOpening, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of an answer, whatever it holds."""

    value: dict[str, Any]
    board: Board
    as_of: date

    def get(self, path: str) -> Any:
        """The value at a dotted path, None where there is none."""
        value: Any = self.value
        for name in path.split("."):
            value = value.get(name) if isinstance(value, dict) else None
        return value

    def ident(self, path: str) -> str:
        """An identifier as text, blank where there is none."""
        value = self.get(path)
        return (
            str(value) if isinstance(value, int) and abs(value) < 1 << 63 else plain(value, limit=100) or ""
        )

    def each(self, path: str, name: str) -> list[Any]:
        """`name` of each object in the list at `path`."""
        value = self.get(path)
        rows = value[:50] if isinstance(value, list) else []
        return [row.get(name) for row in rows if isinstance(row, dict)]

    def place(self, *paths: str) -> str | None:
        """The parts of one place as "City, Region, Country"."""
        parts = [part for path in paths if (part := plain(self.get(path), limit=200))]
        return ", ".join(dict.fromkeys(parts)) or None

    def is_past(self, path: str) -> bool:
        """Whether the date at `path` lies before the as-of date."""
        closes = day(self.get(path))
        return closes is not None and closes < self.as_of


def board_request(board: Board) -> BoardRequest | None:
    """The request for a board's first page; None for a system that is recognised but not read."""
    pattern = _URLS.get(board.system)
    if pattern is None or not board.slug or ".." in board.slug:
        return None
    if pattern.startswith("https://{slug}") and not _HOST_LABEL.fullmatch(board.slug):
        return None
    region = "eu." if board.region == "eu" else ""
    return BoardRequest(pattern.format(slug=quote(board.slug, safe=""), region=region))


def next_request(board: Board, body: bytes, request: BoardRequest) -> BoardRequest | None:
    """The request for the page after `request`, whose answer was `body`; None behind the last one."""
    skipped = _SKIP.search(request.url)
    if skipped is None:
        return None
    answer = _json(body)
    size = len(_rows(board, answer) or ())
    start = int(skipped[2]) + size
    total = answer.get("totalFound") if isinstance(answer, dict) else None
    is_last = start >= total if isinstance(total, int) else size < PAGE
    if not size or is_last or start >= MAX_OPENINGS:
        return None
    return BoardRequest(_SKIP.sub(rf"\g<1>{start}", request.url), request.accept)


def read_board(board: Board, body: bytes, *, as_of: date) -> BoardAnswer:
    """The openings in one answer. Jobs closed before `as_of`, unlisted ones and talent pools are left out."""
    if board.system not in _LISTS:
        return BoardAnswer("failed", reason=f"boards of {board.system} are not read")
    rows = _rows(board, _json(body))
    if rows is None:
        return BoardAnswer("failed", reason=f"not an answer of {board.system}")
    if not rows and board.system == "smartrecruiters":
        return BoardAnswer("failed", reason="empty, which is also the answer to a name that does not exist")
    title = _TITLES.get(board.system, "title")
    readable = [
        _Row(row, board, as_of) for row in rows[:MAX_ROWS] if isinstance(row, dict) and row.get(title)
    ]
    if rows and not readable:
        return BoardAnswer("failed", reason=f"no row of the answer looks like a job of {board.system}")
    openings = merge_requisitions(_READERS[board.system](readable))
    return BoardAnswer("found" if openings else "none", openings)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body[:MAX_BODY])
    except (ValueError, RecursionError):
        return None


def _rows(board: Board, answer: Any) -> list[Any] | None:
    name = _LISTS.get(board.system, "")
    rows = answer.get(name) if name and isinstance(answer, dict) else answer
    return rows if isinstance(rows, list) and (not name or isinstance(answer, dict)) else None


_Found = tuple[str, FoundOpening]


def _kept(requisition: str, opening: FoundOpening | None) -> Iterator[_Found]:
    if opening is not None:
        yield requisition, opening


def _greenhouse(rows: list[_Row]) -> Iterator[_Found]:
    for row in rows:
        if row.value.get("internal_job_id", "") is None or row.is_past("application_deadline"):
            continue  # without a job behind it, a post is a talent pool
        opening = make_opening(
            row.get("title"),
            words=row.each("departments", "name"),
            location=row.place("location.name") or joined(row.each("offices", "name")),
            url=row.get("absolute_url"),
            posted_on=day(row.get("first_published")),
        )
        yield from _kept(row.ident("internal_job_id"), opening)


def _lever(rows: list[_Row]) -> Iterator[_Found]:
    for row in rows:
        places = row.get("categories.allLocations")
        opening = make_opening(
            row.get("text"),
            words=(row.get("categories.department"), row.get("categories.team")),
            location=(joined(places) if isinstance(places, list) else None)
            or row.place("categories.location"),
            url=row.get("hostedUrl") or row.get("applyUrl"),
            posted_on=day(row.get("createdAt")),
        )
        yield from _kept("", opening)


def _ashby(rows: list[_Row]) -> Iterator[_Found]:
    for row in rows:
        if row.get("isListed") is False:
            continue
        opening = make_opening(
            row.get("title"),
            words=(row.get("department"), row.get("team")),
            location=joined([row.get("location"), *row.each("secondaryLocations", "location")])
            or _remote(row),
            url=row.get("jobUrl") or row.get("applyUrl"),
            posted_on=day(row.get("publishedAt")),
        )
        yield from _kept("", opening)


def _remote(row: _Row, path: str = "isRemote") -> str | None:
    return "Remote" if row.get(path) is True else None


def _workable(rows: list[_Row]) -> Iterator[_Found]:
    for row in rows:
        opening = make_opening(
            row.get("title"),
            words=(row.get("department"), row.get("function")),
            location=row.place("city", "state", "country") or _remote(row, "telecommuting"),
            url=row.get("url") or row.get("application_url"),
            posted_on=day(row.get("published_on")) or day(row.get("created_at")),
        )
        yield from _kept(row.ident("shortcode"), opening)


def _smartrecruiters(rows: list[_Row]) -> Iterator[_Found]:
    for row in rows:
        ident = quote(row.ident("id"), safe="")
        opening = make_opening(
            row.get("name"),
            words=(row.get("department.label"), row.get("function.label")),
            location=row.place("location.fullLocation")
            or row.place("location.city", "location.region", "location.country")
            or _remote(row, "location.remote"),
            url=f"https://jobs.smartrecruiters.com/{quote(row.board.slug, safe='')}/{ident}"
            if ident
            else None,
            posted_on=day(row.get("releasedDate")),
        )
        yield from _kept("", opening)


def _recruitee(rows: list[_Row]) -> Iterator[_Found]:
    for row in rows:
        if row.is_past("close_at"):
            continue
        category = row.get("category_code")
        opening = make_opening(
            row.get("title"),
            words=(row.get("department"), category.replace("_", " ") if isinstance(category, str) else None),
            location=row.place("location") or row.place("city", "country_code") or _remote(row, "remote"),
            url=row.get("careers_url"),
            posted_on=day(row.get("published_at")) or day(row.get("created_at")),
        )
        yield from _kept("", opening)


def _breezy(rows: list[_Row]) -> Iterator[_Found]:
    for row in rows:
        opening = make_opening(
            row.get("name"),
            words=(row.get("department"),),
            location=row.place("location.name")
            or row.place("location.city", "location.country.name")
            or _remote(row, "location.is_remote"),
            url=row.get("url"),
            posted_on=day(row.get("published_date")),
        )
        yield from _kept("", opening)


def _pinpoint(rows: list[_Row]) -> Iterator[_Found]:
    for row in rows:
        if row.is_past("deadline_at"):
            continue
        opening = make_opening(
            row.get("title"),
            words=(row.get("job.department.name"), row.get("department.name"), row.get("job.division.name")),
            location=row.place("location.name")
            or row.place("location.city", "location.province")
            or ("Remote" if row.get("workplace_type") == "remote" else None),
            url=row.get("url"),
        )
        yield from _kept("", opening)


def _bamboohr(rows: list[_Row]) -> Iterator[_Found]:
    for row in rows:
        ident = quote(row.ident("id"), safe="")
        opening = make_opening(
            row.get("jobOpeningName"),
            words=(row.get("departmentLabel"),),
            location=row.place("location.city", "location.state")
            or row.place("atsLocation.city", "atsLocation.state", "atsLocation.country")
            or _remote(row),
            url=f"https://{row.board.slug}.bamboohr.com/careers/{ident}" if ident else None,
        )
        yield from _kept("", opening)


_READERS: dict[str, Callable[[list[_Row]], Iterator[_Found]]] = {
    "greenhouse": _greenhouse,
    "lever": _lever,
    "ashby": _ashby,
    "workable": _workable,
    "smartrecruiters": _smartrecruiters,
    "recruitee": _recruitee,
    "breezy": _breezy,
    "pinpoint": _pinpoint,
    "bamboohr": _bamboohr,
}
