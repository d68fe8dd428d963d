"""The thirteen job boards that are read, each over real HTTP: jobs, pages, empty, no such board, blocked.

Answers have the true shape of each system; companies and jobs are invented.
"""

from __future__ import annotations

import asyncio
import json
from datetime import date
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import pytest
from sites import Sites, html, json_answer

from prospector.fetch import Fetcher, HttpSettings
from prospector.sites.hiring.boards import Board, BoardWalk, board_request, read_board

if TYPE_CHECKING:
    from sites import Play

AS_OF = date(2026, 11, 22)
DAY = date(2026, 10, 20)


class Case(NamedTuple):
    """One system: a board of it, its answer with one job, what that says, and its answer without a job."""

    board: Board
    payload: object
    job: tuple[str, str | None, str | None, date | None, str | None]
    empty: object


def xml(text: str) -> bytes:
    data = f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml; charset=utf-8\r\nContent-Length: {len(data)}\r\n\r\n"
    return head.encode() + data


GREENHOUSE = {"jobs": [{"id": 51, "internal_job_id": 77, "title": "Growth Marketing Manager",
    "updated_at": "2026-11-03T10:00:00-05:00", "first_published": "2026-10-20T09:00:00-04:00",
    "location": {"name": "Rotterdam"}, "absolute_url": "https://job-boards.greenhouse.io/harborline/jobs/51",
    "departments": [{"id": 3, "name": "Marketing", "parent_id": None, "child_ids": []}], "offices": [],
    "content": "&lt;p&gt;Words&lt;/p&gt;"}], "meta": {"total": 1}}  # fmt: skip
LEVER = [{"id": "9b1c", "text": "Growth Marketing Manager", "country": "NL", "workplaceType": "hybrid",
    "categories": {"department": "Marketing", "team": "Demand", "location": "Rotterdam", "commitment": "Full-time",
                   "allLocations": ["Rotterdam", "Gent"]},
    "createdAt": 1792482000000, "hostedUrl": "https://jobs.lever.co/harborline/9b1c"}]  # fmt: skip
ASHBY = {"apiVersion": "1", "jobs": [{"id": "5f0d", "title": "Growth Marketing Manager", "department": "Marketing",
    "team": "Demand", "location": "Rotterdam", "secondaryLocations": [], "isListed": True, "isRemote": False,
    "employmentType": "FullTime", "publishedAt": "2026-10-20T07:00:00.000+00:00",
    "jobUrl": "https://jobs.ashbyhq.com/harborline/5f0d"}]}  # fmt: skip
WORKABLE = {"name": "Harborline", "description": None, "jobs": [{"title": "Growth Marketing Manager",
    "shortcode": "19A1B2C3D4", "code": "", "employment_type": "Full-time", "telecommuting": False,
    "department": "Marketing", "url": "https://apply.workable.com/j/19A1B2C3D4", "published_on": "2026-10-20",
    "created_at": "2026-10-01", "country": "Netherlands", "city": "Rotterdam", "state": "South Holland"}]}  # fmt: skip
SMART = {"offset": 0, "limit": 100, "totalFound": 1, "content": [{"id": "7439", "name": "Growth Marketing Manager",
    "department": {"label": "Marketing"}, "function": {"id": "marketing", "label": "Marketing"},
    "location": {"city": "Rotterdam", "region": "ZH", "country": "nl", "remote": False},
    "releasedDate": "2026-10-20T07:00:00.000Z"}]}  # fmt: skip
RECRUITEE = {"offers": [{"id": 3, "slug": "growth", "title": "Growth Marketing Manager", "department": "Marketing",
    "category_code": "marketing", "location": "Rotterdam, Netherlands", "city": "Rotterdam", "country_code": "NL",
    "remote": False, "published_at": "2026-10-20 07:00:00 UTC", "created_at": "2026-10-01 07:00:00 UTC",
    "careers_url": "https://harborline.recruitee.com/o/growth"}]}  # fmt: skip
TEAMTAILOR = """<rss version="2.0" xmlns:tt="https://teamtailor.com/locations"><channel><title>Jobs</title>
<link>https://harborline.teamtailor.com</link><item><title>Growth Marketing Manager</title>
<description><![CDATA[<p>Words &amp; more</p>]]></description><pubDate>Tue, 20 Oct 2026 09:00:00 +0200</pubDate>
<link>https://harborline.teamtailor.com/jobs/41-growth</link><remoteStatus>hybrid</remoteStatus><guid>41</guid>
<tt:locations><tt:location><tt:name>Office</tt:name><tt:city>Rotterdam</tt:city><tt:country>Netherlands</tt:country>
</tt:location><tt:location><tt:city>Gent</tt:city><tt:country>Belgium</tt:country></tt:location></tt:locations>
<tt:department>Marketing</tt:department><tt:role>Demand</tt:role></item></channel></rss>"""
PERSONIO = """<workzag-jobs><position><id>41</id><subcompany>Harborline BV</subcompany><office>Rotterdam</office>
<additionalOffices><office>Gent</office></additionalOffices><department>Marketing</department>
<recruitingCategory>Commercial</recruitingCategory><name>Growth Marketing Manager</name><jobDescriptions>
<jobDescription><name>Your role</name><value><![CDATA[<p>Words</p>]]></value></jobDescription></jobDescriptions>
<employmentType>permanent</employmentType><seniority>experienced</seniority><schedule>full-time</schedule>
<createdAt>2026-10-20T07:00:00+0000</createdAt></position></workzag-jobs>"""
BAMBOO = {"result": [{"id": "7", "jobOpeningName": "Growth Marketing Manager", "departmentId": "9",
    "departmentLabel": "Marketing", "employmentStatusLabel": "Full-Time", "isRemote": None, "locationType": "0",
    "location": {"city": "Rotterdam", "state": "Zuid-Holland"}, "atsLocation": {"country": None}}],
    "meta": {"totalCount": 1}}  # fmt: skip
BREEZY = [{"id": "18df", "friendly_id": "18df-growth", "name": "Growth Marketing Manager", "department": "Marketing",
    "url": "https://harborline.breezy.hr/p/18df-growth", "published_date": "2026-10-20T07:00:00.000Z",
    "type": {"id": "fullTime", "name": "Full-Time"},
    "location": {"name": "Rotterdam, NL", "city": "Rotterdam", "country": {"name": "Netherlands", "id": "NL"}}}]  # fmt: skip
WORKDAY = {"total": 1, "jobPostings": [{"title": "Growth Marketing Manager", "locationsText": "2 Locations",
    "externalPath": "/job/Rotterdam-Netherlands/Growth-Marketing-Manager_JR77", "postedOn": "Posted 4 Days Ago",
    "bulletFields": ["JR77"]}], "facets": [], "userAuthenticated": False}  # fmt: skip
PINPOINT = {"data": [{"id": "5", "title": "Growth Marketing Manager", "url": "https://harborline.pinpointhq.com/postings/5",
    "workplace_type": "hybrid", "employment_type": "full_time", "deadline_at": None,
    "location": {"city": "Rotterdam", "name": "Rotterdam office", "province": "Zuid-Holland"},
    "job": {"department": {"name": "Marketing"}, "division": {"name": "Commercial"}}}]}  # fmt: skip
RIPPLING = {"items": [{"id": "u1", "name": "Growth Marketing Manager", "language": "en-US",
    "url": "https://ats.rippling.com/harborline/jobs/u1", "department": {"name": "Marketing"},
    "locations": [{"name": "Rotterdam, NL", "country": "Netherlands", "city": "Rotterdam", "workplaceType": "ON_SITE"}]}],
    "page": 0, "pageSize": 20, "totalItems": 1, "totalPages": 1}  # fmt: skip

TITLE = "Growth Marketing Manager"
CASES = [
    Case(Board("greenhouse", "harborline"), GREENHOUSE,
         (TITLE, "marketing", "Rotterdam", DAY, "https://job-boards.greenhouse.io/harborline/jobs/51"),
         {"jobs": [], "meta": {"total": 0}}),
    Case(Board("lever", "harborline"), LEVER,
         (TITLE, "marketing", "Rotterdam; Gent", DAY, "https://jobs.lever.co/harborline/9b1c"), []),
    Case(Board("ashby", "harborline"), ASHBY,
         (TITLE, "marketing", "Rotterdam", DAY, "https://jobs.ashbyhq.com/harborline/5f0d"),
         {"apiVersion": "1", "jobs": []}),
    Case(Board("workable", "harborline"), WORKABLE,
         (TITLE, "marketing", "Rotterdam, South Holland, Netherlands", DAY, "https://apply.workable.com/j/19A1B2C3D4"),
         {"name": "Harborline", "description": None, "jobs": []}),
    Case(Board("smartrecruiters", "Harborline1"), SMART,
         (TITLE, "marketing", "Rotterdam, ZH, nl", DAY, "https://jobs.smartrecruiters.com/Harborline1/7439"),
         {"offset": 0, "limit": 100, "totalFound": 0, "content": []}),
    Case(Board("recruitee", "harborline"), RECRUITEE,
         (TITLE, "marketing", "Rotterdam, Netherlands", DAY, "https://harborline.recruitee.com/o/growth"),
         {"offers": []}),
    Case(Board("teamtailor", "harborline"), TEAMTAILOR,
         (TITLE, "marketing", "Rotterdam, Netherlands; Gent, Belgium", DAY,
          "https://harborline.teamtailor.com/jobs/41-growth"),
         '<rss version="2.0"><channel><title>Jobs</title></channel></rss>'),
    Case(Board("personio", "harborline"), PERSONIO,
         (TITLE, "marketing", "Rotterdam; Gent", DAY, "https://harborline.jobs.personio.de/job/41"),
         "<workzag-jobs></workzag-jobs>"),
    Case(Board("bamboohr", "harborline"), BAMBOO,
         (TITLE, "marketing", "Rotterdam, Zuid-Holland", None, "https://harborline.bamboohr.com/careers/7"),
         {"result": [], "meta": {"totalCount": 0}}),
    Case(Board("breezy", "harborline"), BREEZY,
         (TITLE, "marketing", "Rotterdam, NL", DAY, "https://harborline.breezy.hr/p/18df-growth"), []),
    Case(Board("workday", "harborline/Ext", "wd5"), WORKDAY,
         (TITLE, "marketing", "Rotterdam Netherlands", date(2026, 11, 18),
          "https://harborline.wd5.myworkdayjobs.com/Ext/job/Rotterdam-Netherlands/Growth-Marketing-Manager_JR77"),
         {"total": 0, "jobPostings": []}),
    Case(Board("pinpoint", "harborline"), PINPOINT,
         (TITLE, "marketing", "Rotterdam office", None, "https://harborline.pinpointhq.com/postings/5"), {"data": []}),
    Case(Board("rippling", "harborline"), RIPPLING,
         (TITLE, "marketing", "Rotterdam, NL", None, "https://ats.rippling.com/harborline/jobs/u1"),
         {"items": [], "page": 0, "pageSize": 20, "totalItems": 0, "totalPages": 0}),
]  # fmt: skip
SYSTEMS = [case.board.system for case in CASES]
every_system = pytest.mark.parametrize("case", CASES, ids=SYSTEMS)


def answered(payload: object) -> bytes:
    return xml(payload) if isinstance(payload, str) else json_answer(json.dumps(payload))


def place(board: Board) -> tuple[str, str]:
    request = board_request(board)
    assert request is not None
    address = urlsplit(request.url)
    return address.hostname or "", f"{address.path}?{address.query}" if address.query else address.path


def walked(board: Board, pages: dict[tuple[str, str], bytes | Play]) -> BoardWalk:
    """A board read from a server that plays these pages."""
    with Sites(pages) as sites:
        return asyncio.run(walk_through(board, sites))


async def walk_through(board: Board, sites: Sites) -> BoardWalk:
    settings = HttpSettings(connect_http=("127.0.0.1", sites.port), timeout=5, retry_wait=0)
    walk = BoardWalk(board, AS_OF)
    async with Fetcher(settings) as fetcher:
        while (request := walk.request) is not None:
            body = request.body if request.method == "POST" else None
            walk.take(await fetcher.call(request.url, accept=request.accept, body=body))
    return walk


def test_thirteen_systems_are_read() -> None:
    assert len(set(SYSTEMS)) == 13


@every_system
def test_a_job_is_read_with_all_that_the_board_says(case: Case) -> None:
    walk = walked(case.board, {place(case.board): answered(case.payload)})
    assert [(one.title, one.department, one.location, one.posted_on, one.url) for one in walk.openings] == [
        case.job
    ]
    assert (walk.outcome, walk.reason, walk.whole) == ("found", "", True)
    assert walk.requests >= 1


@every_system
def test_an_empty_board_is_a_fact(case: Case) -> None:
    walk = walked(case.board, {place(case.board): answered(case.empty)})
    if case.board.system == "smartrecruiters":  # its answer to any name that it does not know
        assert (walk.outcome, walk.reason, walk.whole) == ("none", "empty_or_no_such_board", False)
    else:
        assert (walk.outcome, walk.reason, walk.whole) == ("none", "empty_board", True)
    assert walk.openings == []


def away(status: str, url: str) -> bytes:
    return html("", status=status, headers=f"Location: {url}\r\n")


MISSING = {
    "bamboohr": away("302 Found", "http://www.bamboohr.com/"),
    "breezy": away("302 Found", "http://breezy.hr/"),
    "pinpoint": away("301 Moved Permanently", "http://www.pinpointhq.com/"),
    "personio": away("307 Temporary Redirect", "http://www.personio.com/"),
    "workday": html('{"errorCode":"S21"}', status="422 Unprocessable Entity"),
    "lever": html('{"ok":false,"error":"Document not found"}', status="404 Not Found"),
}


@every_system
def test_a_name_that_the_vendor_does_not_know_is_neither_empty_nor_blocked(case: Case) -> None:
    if case.board.system == "smartrecruiters":
        pytest.skip("it answers as to an empty board")
    answer = MISSING.get(case.board.system, html("no", status="404 Not Found"))
    pages = {place(case.board): answer, ("www.bamboohr.com", "*"): html("<h1>HR software</h1>")}
    walk = walked(case.board, pages)
    assert (walk.outcome, walk.reason, walk.whole) == ("none", "no_such_board", False)


@every_system
@pytest.mark.parametrize("status", ["403 Forbidden", "429 Too Many Requests"])
def test_a_board_that_refuses_is_blocked(case: Case, status: str) -> None:
    walk = walked(case.board, {place(case.board): html("no", status=status)})
    assert (walk.outcome, walk.reason, walk.whole) == ("blocked", f"http_{status[:3]}", False)


@every_system
@pytest.mark.parametrize("body", ["<html>Sign in</html>", "{}", "[1]", "<rss><channel>", "null"])
def test_an_answer_of_another_shape_is_a_failure(case: Case, body: str) -> None:
    walk = walked(case.board, {place(case.board): html(body)})
    assert (walk.outcome, walk.openings, walk.whole) == ("failed", [], False)
    assert walk.reason


@every_system
def test_a_broken_board_is_failed(case: Case) -> None:
    walk = walked(case.board, {place(case.board): html("oops", status="500 Internal Server Error")})
    assert (walk.outcome, walk.reason, walk.whole) == ("failed", "http_500", False)


# --- pages


def test_lever_is_read_page_by_page() -> None:
    first = [{"text": f"Sales Manager {number}"} for number in range(100)]
    host, path = place(Board("lever", "harborline"))
    walk = walked(
        Board("lever", "harborline"),
        {
            (host, path): answered(first),
            (host, path.replace("skip=0", "skip=100")): answered([{"text": "Cook"}]),
        },
    )
    assert (len(walk.openings), walk.whole, walk.openings[-1].title) == (101, True, "Cook")


def test_smartrecruiters_is_read_until_its_total() -> None:
    def page(start: int, size: int) -> bytes:
        rows = [{"id": str(number), "name": f"Cook {number}"} for number in range(start, start + size)]
        return answered({"offset": start, "limit": 100, "totalFound": 130, "content": rows})

    host, path = place(Board("smartrecruiters", "Harborline1"))
    pages = {(host, path): page(0, 100), (host, path.replace("offset=0", "offset=100")): page(100, 30)}
    walk = walked(Board("smartrecruiters", "Harborline1"), pages)
    assert (len(walk.openings), walk.whole) == (130, True)


def test_rippling_is_read_until_its_last_page() -> None:
    host, path = place(Board("rippling", "harborline"))

    def page(number: int) -> bytes:
        rows = [{"id": f"u{number}", "name": f"Cook {number}", "url": "https://ats.rippling.com/x/jobs/u"}]
        return answered({"items": rows, "page": number, "pageSize": 20, "totalItems": 2, "totalPages": 2})

    walk = walked(
        Board("rippling", "harborline"),
        {(host, path): page(0), (host, f"{path}?page=1&pageSize=20"): page(1)},
    )
    assert ([one.title for one in walk.openings], walk.whole) == (["Cook 0", "Cook 1"], True)


def test_rippling_s_older_list_is_read_as_well() -> None:
    rows = [{"uuid": "u1", "name": "Cook", "department": {"id": "K", "label": "Kitchen"},
             "url": "https://ats.rippling.com/harborline/jobs/u1", "workLocation": {"id": "R", "label": "Rotterdam"}}]  # fmt: skip
    (one,) = read_board(Board("rippling", "harborline"), json.dumps(rows).encode(), as_of=AS_OF).openings
    assert (one.title, one.location) == ("Cook", "Rotterdam")


def workday_server(count: int) -> tuple[Sites, list[int]]:
    """A Workday board with `count` jobs. As there, only the first page tells the total."""
    offsets: list[int] = []
    board = Board("workday", "harborline/Ext", "wd5")
    sites = Sites({})

    async def play(writer: asyncio.StreamWriter) -> None:
        asked = json.loads(sites.posted[-1][2])
        offsets.append(asked["offset"])
        numbers = range(asked["offset"], min(count, asked["offset"] + asked["limit"]))
        rows = [
            {"title": f"Cook {one}", "externalPath": f"/job/x/{one}", "bulletFields": [f"R{one}"]}
            for one in numbers
        ]
        writer.write(answered({"total": 0 if asked["offset"] else count, "jobPostings": rows}))
        await writer.drain()

    sites.pages[place(board)] = play
    return sites, offsets


def test_workday_is_read_by_offset_until_a_page_is_not_full() -> None:
    sites, offsets = workday_server(45)
    with sites:
        walk = asyncio.run(walk_through(Board("workday", "harborline/Ext", "wd5"), sites))
    assert (len(walk.openings), walk.whole, offsets) == (45, True, [0, 20, 40])


def test_a_board_longer_than_is_read_is_not_whole() -> None:
    sites, offsets = workday_server(2_000)
    with sites:
        walk = asyncio.run(walk_through(Board("workday", "harborline/Ext", "wd5"), sites))
    assert (walk.outcome, len(walk.openings), walk.whole, len(offsets)) == ("found", 200, False, 10)


def test_a_later_page_that_fails_leaves_what_was_found() -> None:
    host, path = place(Board("lever", "harborline"))
    first = [{"text": f"Sales Manager {number}"} for number in range(100)]
    later = (host, path.replace("skip=0", "skip=100"))
    walk = walked(
        Board("lever", "harborline"), {(host, path): answered(first), later: html("no", status="403 No")}
    )
    assert (walk.outcome, walk.reason, len(walk.openings), walk.whole) == ("found", "http_403", 100, False)


# --- hostile feeds

_BOMB = '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
_OUTSIDE = '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize(
    "feed",
    [
        f"{_BOMB}<rss><channel><item><title>&b;</title></item></channel></rss>",
        f"{_OUTSIDE}<rss><channel><item><title>&x;</title></item></channel></rss>",
        '<!DOCTYPE rss SYSTEM "http://127.0.0.1/x.dtd"><rss><channel></channel></rss>',
        "<rss>" + "<a>" * 5_000,
        "<rss><channel>" + "<a/>" * 400_000 + "</channel></rss>",
        "<rss><channel><item><title>Cook</title></item></channel>",
        '<?xml version="1.0" encoding="no-such"?><rss/>',
    ],
    ids=["entities", "outside", "dtd", "deep", "many", "cut", "encoding"],
)
@pytest.mark.timeout(20)
def test_a_hostile_feed_is_refused_whole(feed: str) -> None:
    assert read_board(Board("teamtailor", "x"), feed.encode(), as_of=AS_OF).outcome == "failed"
