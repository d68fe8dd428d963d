"""Reads public job boards: what to ask for, and what the answers say. The asking itself is done elsewhere.

Three facts are kept apart: a board that is empty (nobody is sought), a name that the vendor does not know, and
a board that could not be read. `find_boards` and `Board` come from `board_links`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from prospector.normalise.domains import host_of, registrable_domain
from prospector.sites.hiring.board_feeds import feed_rows
from prospector.sites.hiring.board_rows import READERS, Row, personio_site, workday_site
from prospector.sites.hiring.openings import MAX_OPENINGS, merge_requisitions
from prospector.sites.page.board_links import Board, find_boards

if TYPE_CHECKING:
    from datetime import date

    from prospector.core.records import FoundOpening
    from prospector.fetch import Answer

__all__ = [
    "Board",
    "BoardAnswer",
    "BoardRequest",
    "BoardWalk",
    "board_request",
    "find_boards",
    "next_request",
    "read_board",
]

PAGE = 100
"""Rows asked for at once where a system pages."""
MAX_PAGES = 10
"""Requests to one board; what stands behind them is not read."""
MAX_BODY = 20_000_000
"""Bytes of an answer that are read: the texts of all jobs may come with it."""
MAX_ROWS = 5_000
EMPTY, MISSING, EITHER = "empty_board", "no_such_board", "empty_or_no_such_board"
"""Why a board shows no job: it says so; the vendor does not know its name; or one of the two."""

_HOST_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.I)
_SKIP = re.compile(r"([?&](?:skip|offset)=)(\d{1,6})")
_WORKDAY_PAGE = 20  # the most that it gives at once
_XML = "application/xml, text/xml;q=0.9, */*;q=0.5"

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
    "teamtailor": "https://{slug}.{area}teamtailor.com/jobs.rss",
    "personio": "https://{slug}.jobs.personio.{ending}/xml?language=en",
    "rippling": "https://ats.rippling.com/api/v2/board/{slug}/jobs",
}
# Greenhouse keeps only the pages of its European boards apart; their data comes from the one interface.
_LISTS = {
    "greenhouse": ("jobs",),
    "lever": ("",),
    "ashby": ("jobs",),
    "workable": ("jobs",),
    "smartrecruiters": ("content",),
    "recruitee": ("offers",),
    "breezy": ("",),
    "pinpoint": ("data",),
    "bamboohr": ("result",),
    "rippling": ("items", ""),
    "workday": ("jobPostings",),
}
"""Where an answer holds its rows; a blank means that it is a list itself."""
_FEEDS = {"teamtailor": ("rss", "item"), "personio": ("workzag-jobs", "position")}
"""The outermost element of a feed, and that of a job."""
_TITLES = {
    "lever": "text",
    "smartrecruiters": "name",
    "breezy": "name",
    "bamboohr": "jobOpeningName",
    "personio": "name",
    "rippling": "name",
}
"""What a row calls its title, where it is not `title`."""
_VENDORS = {"pinpoint": "pinpointhq", "ashby": "ashbyhq", "workday": "myworkdayjobs"}
"""A vendor's domain before its ending, where it is not the system's name."""


@dataclass(frozen=True, slots=True)
class BoardRequest:
    """What to ask: the address, the `Accept` header, and for a POST the JSON to send."""

    url: str
    accept: str = "application/json"
    method: Literal["GET", "POST"] = "GET"
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class BoardAnswer:
    """What an answer says: openings; none (and why); or the reason why it could not be read."""

    outcome: Literal["found", "none", "failed"]
    openings: tuple[FoundOpening, ...] = ()
    reason: str = ""


@dataclass(slots=True)
class BoardWalk:
    """One board, page by page: ask `request`, hand the answer to `take`, until `request` is None.

    Then `outcome` is found, none, blocked or failed, and `reason` says why nothing was found. Only if `whole`
    has everything been read, so that a job that is not among `openings` is not there.
    """

    board: Board
    as_of: date
    request: BoardRequest | None = None
    outcome: Literal["found", "none", "blocked", "failed"] = "none"
    reason: str = ""
    openings: list[FoundOpening] = field(default_factory=list)
    whole: bool = False
    requests: int = 0
    _pages: int = 0

    def __post_init__(self) -> None:
        self.request = board_request(self.board)

    def take(self, answer: Answer) -> None:
        """Read the answer to `request` and decide what comes next."""
        assert self.request is not None
        request, self.request = self.request, None
        self.requests += answer.requests
        self._pages += 1
        said = self._read(request, answer)
        if said is None:
            return
        self.openings += said.openings
        self.outcome, self.reason = ("found", "") if self.openings else (said.outcome, said.reason)
        following = next_request(self.board, answer.body, request)
        if following is not None and self._pages < MAX_PAGES:
            self.request = following
        else:
            self.whole = following is None and self.reason != EITHER and not _is_cut(self.openings)

    def _read(self, request: BoardRequest, answer: Answer) -> BoardAnswer | None:
        """The rows in an answer; None, with outcome and reason set, where it holds none."""
        self.outcome, self.reason = answer.outcome, answer.reason
        if answer.outcome == "found" and answer.truncated:
            self.outcome, self.reason = "failed", "too_large"
        elif answer.outcome == "found":
            said = read_board(self.board, answer.body, as_of=self.as_of)
            if said.outcome != "failed":
                return said
            self.outcome, self.reason = said.outcome, said.reason
        if answer.reason == "empty":
            self.outcome, self.reason = "failed", "empty"
        elif self._is_missing(request, answer):
            self.outcome, self.reason = "none", MISSING
        if self.openings:  # a later page went wrong: what the earlier ones showed stands
            self.outcome = "found"
        return None

    def _is_missing(self, request: BoardRequest, answer: Answer) -> bool:
        """Whether an answer without rows is the vendor's way to say that it knows no such board."""
        if answer.outcome == "none" or answer.reason.startswith("http_3"):
            return True
        if self.board.system == "workday" and answer.status in {400, 422}:
            return True
        # A redirect to the vendor's own site. One to a company's domain, which asks for a login, is none.
        host, asked = host_of(answer.final_url), host_of(request.url)
        vendor = (registrable_domain(answer.final_url) or "").partition(".")[0]
        return host != asked and vendor == _VENDORS.get(self.board.system, self.board.system)


def _is_cut(openings: list[FoundOpening]) -> bool:
    return len(openings) >= MAX_OPENINGS


def board_request(board: Board) -> BoardRequest | None:
    """The request for a board's first page; None for a system that is recognised but not read."""
    if board.system == "workday":
        return _workday_request(board, 0)
    pattern = _URLS.get(board.system)
    if pattern is None or not board.slug or ".." in board.slug:
        return None
    if pattern.startswith("https://{slug}") and not _HOST_LABEL.fullmatch(board.slug):
        return None
    url = pattern.format(
        slug=quote(board.slug, safe=""),
        region="eu." if board.region == "eu" else "",
        area=f"{board.region}." if board.region in {"na", "eu"} else "",
        ending=personio_site(board).rpartition(".")[2],
    )
    return BoardRequest(url, _XML if board.system in _FEEDS else "application/json")


def _workday_request(board: Board, offset: int) -> BoardRequest | None:
    tenant, _, site = board.slug.partition("/")
    region = board.region or ""
    if not _HOST_LABEL.fullmatch(tenant) or not site or "/" in site or ".." in site:
        return None
    if region and not re.fullmatch(r"wd\d{1,4}(?:-\w{1,20})?", region):
        return None
    host = workday_site(board).rpartition("/")[0]
    asked = {"appliedFacets": {}, "limit": _WORKDAY_PAGE, "offset": offset, "searchText": ""}
    url = f"{host}/wday/cxs/{tenant}/{quote(site, safe='')}/jobs"
    return BoardRequest(url, method="POST", body=json.dumps(asked, separators=(",", ":")).encode())


def next_request(board: Board, body: bytes, request: BoardRequest) -> BoardRequest | None:
    """The request for the page after `request`, whose answer was `body`; None behind the last one."""
    if request.method == "POST":
        return _next_of_workday(board, body, request)
    if board.system == "rippling":
        return _next_of_rippling(body, request)
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


def _next_of_workday(board: Board, body: bytes, request: BoardRequest) -> BoardRequest | None:
    """Later pages may give 0 as the total, so only a page that is not full is the last one."""
    size = len(_rows(board, _json(body)) or ())
    start = int(json.loads(request.body)["offset"]) + size
    return _workday_request(board, start) if size >= _WORKDAY_PAGE and start < MAX_OPENINGS else None


def _next_of_rippling(body: bytes, request: BoardRequest) -> BoardRequest | None:
    answer = _json(body)
    if not isinstance(answer, dict):
        return None
    page, pages, size = (_count(answer.get(name)) for name in ("page", "totalPages", "pageSize"))
    if page + 1 >= pages or not size:
        return None
    asked = request.url.partition("?")[0]
    return BoardRequest(f"{asked}?page={page + 1}&pageSize={min(size, PAGE)}", request.accept)


def _count(value: object) -> int:
    return value if isinstance(value, int) and 0 <= value < 1_000_000 else 0


def read_board(board: Board, body: bytes, *, as_of: date) -> BoardAnswer:
    """The openings in one answer. Jobs closed before `as_of`, unlisted ones and talent pools are left out."""
    if board.system not in READERS:
        return BoardAnswer("failed", reason=f"boards of {board.system} are not read")
    if board.system in _FEEDS:
        root, name = _FEEDS[board.system]
        rows: list[Any] | None = feed_rows(body[:MAX_BODY], root=root, row=name)
    else:
        rows = _rows(board, _json(body))
    if rows is None:
        return BoardAnswer("failed", reason=f"not an answer of {board.system}")
    title = _TITLES.get(board.system, "title")
    readable = [Row(row, board, as_of) for row in rows[:MAX_ROWS] if isinstance(row, dict) and row.get(title)]
    if rows and not readable:
        return BoardAnswer("failed", reason=f"no row of the answer looks like a job of {board.system}")
    openings = merge_requisitions(READERS[board.system](readable))
    if openings:
        return BoardAnswer("found", openings)
    # SmartRecruiters answers a name that does not exist like an empty board.
    return BoardAnswer("none", reason=EITHER if not rows and board.system == "smartrecruiters" else EMPTY)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body[:MAX_BODY])
    except (ValueError, RecursionError):
        return None


def _rows(board: Board, answer: Any) -> list[Any] | None:
    for name in _LISTS.get(board.system, ()):
        if name and isinstance(answer, dict) and isinstance(answer.get(name), list):
            return list(answer[name])
        if not name and isinstance(answer, list):
            return answer
    return None
