from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prospector.sites.hiring.boards import (
    Board,
    BoardAnswer,
    BoardRequest,
    board_request,
    find_boards,
    next_request,
    read_board,
)

AS_OF = date(2026, 11, 5)
SHARED = Path(__file__).parents[2].parent / "shared" / "data"
READ = [
    "greenhouse",
    "lever",
    "ashby",
    "workable",
    "smartrecruiters",
    "recruitee",
    "breezy",
    "pinpoint",
    "bamboohr",
    "teamtailor",
    "personio",
    "rippling",
]
"""Systems whose board is asked for by GET; Workday is the thirteenth."""


def found(text: str) -> list[tuple[str, str, str | None]]:
    return [(board.system, board.slug, board.region) for board in find_boards(text)]


def answer(system: str, payload: object) -> BoardAnswer:
    return read_board(Board(system, "harborline"), json.dumps(payload).encode(), as_of=AS_OF)


# --- finding boards


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://boards.greenhouse.io/harborline/jobs/51", ("greenhouse", "harborline", None)),
        ("https://job-boards.eu.greenhouse.io/harborline", ("greenhouse", "harborline", "eu")),
        (
            "https://boards.greenhouse.io/embed/job_board/js?for=harborline",
            ("greenhouse", "harborline", None),
        ),
        (
            "https://boards.greenhouse.io/embed/job_app?token=1&for=harborline",
            ("greenhouse", "harborline", None),
        ),
        ("https://boards-api.greenhouse.io/v1/boards/harborline/jobs", ("greenhouse", "harborline", None)),
        ("https://jobs.lever.co/harborline/9b1c", ("lever", "harborline", None)),
        ("https://jobs.eu.lever.co/harborline", ("lever", "harborline", "eu")),
        ("https://api.lever.co/v0/postings/harborline?mode=json", ("lever", "harborline", None)),
        ("https://jobs.ashbyhq.com/harborline/embed?version=2", ("ashby", "harborline", None)),
        ("https://jobs.ashbyhq.com/harbor%20line", ("ashby", "harbor line", None)),
        ("https://apply.workable.com/harborline/j/19A1/", ("workable", "harborline", None)),
        ("https://harborline.workable.com/", ("workable", "harborline", None)),
        ("https://careers.smartrecruiters.com/Harborline1", ("smartrecruiters", "Harborline1", None)),
        ("https://jobs.smartrecruiters.com/Harborline1/743-cook", ("smartrecruiters", "Harborline1", None)),
        ("https://harborline.recruitee.com/o/cook", ("recruitee", "harborline", None)),
        ("https://harborline.teamtailor.com/jobs", ("teamtailor", "harborline", None)),
        ("https://harborline.na.teamtailor.com/jobs", ("teamtailor", "harborline", "na")),
        ("https://harborline.jobs.personio.de/job/41", ("personio", "harborline", None)),
        ("https://harborline.jobs.personio.com/", ("personio", "harborline", "com")),
        ("https://harborline.bamboohr.com/careers/7", ("bamboohr", "harborline", None)),
        ("https://harborline.breezy.hr/p/18df", ("breezy", "harborline", None)),
        (
            "https://harborline.wd5.myworkdayjobs.com/en-US/External",
            ("workday", "harborline/External", "wd5"),
        ),
        (
            "https://harborline.wd5.myworkdayjobs.com/wday/cxs/harborline/Ext/jobs",
            ("workday", "harborline/Ext", "wd5"),
        ),
        (
            "https://wd3.myworkdaysite.com/en-US/recruiting/harborline/Ext",
            ("workday", "harborline/Ext", "wd3"),
        ),
        ("https://harborline.pinpointhq.com/en/postings/1", ("pinpoint", "harborline", None)),
        ("https://ats.rippling.com/en-GB/harborline/jobs", ("rippling", "harborline", None)),
        ("https://jobs.gem.com/harborline", ("gem", "harborline", None)),
    ],
)
def test_every_system_is_known_by_its_links(link: str, expected: tuple[str, str, str | None]) -> None:
    assert found(link) == [expected]
    assert found(f'<p>Jobs: <iframe src="{link}"></iframe></p>') == [expected]
    assert found('{"url": "' + link.replace("/", "\\/") + '"}') == [expected]
    assert find_boards([SITE_LINK, link]) == [Board(*expected)]


SITE_LINK = "https://harborline.example/careers"


@pytest.mark.parametrize(
    "text",
    [
        "https://boards.greenhouse.io/",
        "https://boards.greenhouse.io/embed/job_board",
        "https://www.greenhouse.io/harborline",
        "https://jobs.lever.co/search",
        "https://evil-lever.co/harborline",
        "https://jobs.lever.co.evil.example/harborline",
        "https://jobs.lever.co@evil.example/harborline",
        "https://apply.workable.com/j/19A136F8E2",
        "https://www.workable.com/pricing",
        "https://images7.bamboohr.com/logo.png",
        "https://app.recruitee.com/login",
        "https://www.rippling.com/careers",
        "`https://api.lever.co/v0/postings/${slug}`",
        "https://boards-api.greenhouse.io/v1/boards/{token}/jobs",
        "https://jobs.lever.co/" + "x" * 200,
        "https://jobs.lever.co/../admin",
    ],
)
def test_vendors_own_pages_look_alikes_and_patterns_are_no_boards(text: str) -> None:
    assert find_boards(text) == []


def test_widgets_name_their_board_by_a_number_or_a_code() -> None:
    assert found("<script>whr_embed(98765, {detail: 'titles'})</script>") == [("workable", "98765", None)]
    widget = '<script src="https://static.smartrecruiters.com/w.js"></script>'
    widget += '<script>x({"company_code": "Harbor1"})</script>'
    assert found(widget) == [("smartrecruiters", "Harbor1", None)]


def test_addresses_inside_other_addresses_are_read() -> None:
    assert found("https://t.example/?u=https%3A%2F%2Fjobs.lever.co%2Fharborline%2F1") == [
        ("lever", "harborline", None)
    ]


def test_boards_come_once_and_in_the_order_of_the_page() -> None:
    html = (
        '<a href="https://harborline.breezy.hr">a</a><a href="https://jobs.lever.co/Harborline/1">b</a>'
        '<a href="https://jobs.lever.co/harborline/2">c</a><a href="https://harborline.breezy.hr/p/1">d</a>'
    )
    assert found(html) == [("breezy", "harborline", None), ("lever", "Harborline", None)]


def test_a_workday_language_page_yields_to_the_named_site() -> None:
    vague, exact = (
        "https://harborline.wd1.myworkdayjobs.com/en-US",
        "https://harborline.wd1.myworkdayjobs.com/Ext",
    )
    assert [board.slug for board in find_boards([vague, exact])] == ["harborline/Ext"]
    assert [board.slug for board in find_boards([vague])] == ["harborline/en-US"]


def test_the_urls_of_five_thousand_real_boards_are_read() -> None:
    path = SHARED / "ats_boards" / "ats_urls.csv"
    if not path.exists():
        pytest.skip("the list of real board addresses is not here")
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    wrong = [row["url"] for row in rows if found(row["url"])[:1] != [_expected(row)]]
    # One row is the vendor's embed page, three name a language instead of a company.
    assert len(wrong) <= 4, wrong[:10]
    assert len(rows) > 5_000


def _expected(row: dict[str, str]) -> tuple[str, str, str | None]:
    address = urlsplit(row["url"])
    slug = unquote(address.path.split("/")[1]).strip()
    if row["ats"] != "workday":
        return row["ats"], slug, None
    tenant, region = (address.hostname or "").split(".")[:2]
    return "workday", f"{tenant}/{slug}", region


# --- asking


def test_each_readable_board_has_a_request() -> None:
    urls = {system: board_request(Board(system, "harborline")) for system in READ}
    assert urls["greenhouse"] == BoardRequest(
        "https://boards-api.greenhouse.io/v1/boards/harborline/jobs?content=true", "application/json"
    )
    assert urls["bamboohr"] == BoardRequest(
        "https://harborline.bamboohr.com/careers/list", "application/json"
    )
    assert all(request and request.url.startswith("https://") for request in urls.values())


def test_a_european_lever_board_is_asked_for_in_europe() -> None:
    request = board_request(Board("lever", "harborline", "eu"))
    assert request
    assert request.url.startswith("https://api.eu.lever.co/v0/postings/harborline?mode=json")


def test_boards_that_are_only_recognised_have_no_request() -> None:
    assert board_request(Board("gem", "harborline")) is None
    assert board_request(Board("workday", "harborline", "wd5")) is None, "no site is named"


def test_a_workday_board_is_asked_for_by_post() -> None:
    request = board_request(Board("workday", "harborline/Ext", "wd5"))
    assert request
    assert request.url == "https://harborline.wd5.myworkdayjobs.com/wday/cxs/harborline/Ext/jobs"
    assert request.method == "POST"
    assert json.loads(request.body) == {"appliedFacets": {}, "limit": 20, "offset": 0, "searchText": ""}


@pytest.mark.parametrize(
    "slug", ["evil.example/x", "a@b/x", "harborline/../x", "harborline/a/b", "/x", "har borline/x"]
)
def test_no_workday_slug_can_send_a_request_elsewhere(slug: str) -> None:
    assert board_request(Board("workday", slug, "wd5")) is None
    assert board_request(Board("workday", "harborline/Ext", "evil.example/")) is None


def test_boards_kept_elsewhere_are_asked_for_there() -> None:
    urls = [
        board_request(Board("personio", "harborline", "com")),
        board_request(Board("personio", "harborline")),
        board_request(Board("teamtailor", "harborline", "na")),
    ]
    assert [one.url if one else None for one in urls] == [
        "https://harborline.jobs.personio.com/xml?language=en",
        "https://harborline.jobs.personio.de/xml?language=en",
        "https://harborline.na.teamtailor.com/jobs.rss",
    ]


@pytest.mark.parametrize(
    "slug", ["evil.example/x?", "a@evil.example", "x.evil", "-x", "..", "a/../b", "127.0.0.1#", ""]
)
@pytest.mark.parametrize("system", READ)
def test_no_slug_can_send_a_request_elsewhere(system: str, slug: str) -> None:
    request = board_request(Board(system, slug))
    if request is None:
        return
    vendor = {
        "lever": "lever.co",
        "ashby": "ashbyhq.com",
        "breezy": "breezy.hr",
        "greenhouse": "greenhouse.io",
        "personio": "jobs.personio.de",
    }
    host = urlsplit(request.url).hostname or ""
    assert host.endswith("." + vendor.get(system, f"{system}.com"))
    assert ".." not in request.url


# --- reading


def test_greenhouse_jobs_are_read_once_a_requisition_and_without_talent_pools() -> None:
    def job(number: int | None, city: str, posted: str) -> dict[str, Any]:
        return {
            "id": 51,
            "internal_job_id": number,
            "title": "Growth Marketing Manager",
            "updated_at": "2026-11-03T10:00:00-05:00",
            "first_published": posted,
            "location": {"name": city},
            "absolute_url": "https://job-boards.greenhouse.io/harborline/jobs/51",
            "departments": [{"id": 3, "name": "Marketing"}],
            "offices": [],
        }

    said = answer(
        "greenhouse",
        {
            "jobs": [
                job(77, "Rotterdam", "2026-10-20T09:00:00-04:00"),
                job(77, "Antwerp", "2026-10-21T09:00:00-04:00"),
                job(None, "Anywhere", "2026-10-20T09:00:00-04:00"),
            ],
            "meta": {"total": 3},
        },
    )
    (one,) = said.openings
    assert said.outcome == "found"
    assert (one.title, one.department, one.seniority) == ("Growth Marketing Manager", "marketing", "manager")
    assert (one.location, one.posted_on) == ("Rotterdam; Antwerp", date(2026, 10, 21))
    assert one.url == "https://job-boards.greenhouse.io/harborline/jobs/51"


def test_an_edit_is_no_publication() -> None:
    job = {"internal_job_id": 1, "title": "Accountant", "updated_at": "2026-11-03T10:00:00-05:00"}
    assert answer("greenhouse", {"jobs": [job]}).openings[0].posted_on is None


def test_lever_dates_are_milliseconds() -> None:
    said = answer(
        "lever",
        [
            {
                "id": "9b1c",
                "text": "Growth Hacker",
                "categories": {"department": "Marketing", "team": "Demand", "location": "Rotterdam"},
                "createdAt": 1792482000000,
                "hostedUrl": "https://jobs.lever.co/harborline/9b1c",
            }
        ],
    )
    (one,) = said.openings
    assert (one.department, one.location, one.posted_on) == ("marketing", "Rotterdam", date(2026, 10, 20))


def test_unlisted_ashby_jobs_are_left_out() -> None:
    rows = [
        {"title": "Payroll Lead", "isListed": True, "department": "People", "location": "Rotterdam",
         "secondaryLocations": [{"location": "Porto"}], "publishedAt": "2026-10-20T07:00:00.000+00:00",
         "jobUrl": "https://jobs.ashbyhq.com/harborline/5f0d"},
        {"title": "Secret Agent", "isListed": False},
    ]  # fmt: skip
    (one,) = answer("ashby", {"jobs": rows}).openings
    assert (one.title, one.location, one.posted_on) == (
        "Payroll Lead",
        "Rotterdam; Porto",
        date(2026, 10, 20),
    )


def test_workable_rows_of_one_shortcode_are_one_job() -> None:
    row = {"title": "Cook", "shortcode": "19A1", "department": "Kitchen", "function": "", "country": "Spain",
           "published_on": "2026-05-29", "url": "https://apply.workable.com/j/19A1"}  # fmt: skip
    said = answer(
        "workable", {"name": "Harborline", "jobs": [{**row, "city": "Bilbao"}, {**row, "city": "Vigo"}]}
    )
    assert [one.location for one in said.openings] == ["Bilbao, Spain; Vigo, Spain"]


def test_a_smartrecruiters_job_gets_its_address_built() -> None:
    row = {"id": "7439", "name": "Chief of Staff", "function": {"label": "Marketing"},
           "location": {"city": "Rotterdam", "country": "nl"}, "releasedDate": "2026-10-20T07:00:00.000Z"}  # fmt: skip
    (one,) = answer("smartrecruiters", {"totalFound": 1, "content": [row]}).openings
    assert one.url == "https://jobs.smartrecruiters.com/harborline/7439"
    assert (one.location, one.posted_on) == ("Rotterdam, nl", date(2026, 10, 20))


def test_the_smaller_systems_are_read() -> None:
    recruitee = {"offers": [{"title": "Controller", "department": "Finance", "location": "Gent, Belgium",
                             "careers_url": "https://harborline.recruitee.com/o/controller",
                             "published_at": "2026-10-20 07:00:00 UTC"}]}  # fmt: skip
    (one,) = answer("recruitee", recruitee).openings
    assert (one.department, one.location, one.posted_on) == ("finance", "Gent, Belgium", date(2026, 10, 20))
    breezy = [{"id": "18", "name": "Nurse", "url": "https://harborline.breezy.hr/p/18", "department": "Care",
               "published_date": "2026-10-19T00:00:00Z", "location": {"name": "Tampa, FL"}}]  # fmt: skip
    (one,) = answer("breezy", breezy).openings
    assert (one.title, one.location, one.posted_on) == ("Nurse", "Tampa, FL", date(2026, 10, 19))
    pinpoint = {"data": [{"title": "HR Advisor", "url": "https://harborline.pinpointhq.com/postings/1",
                          "location": {"city": "Leeds", "province": "West Yorkshire"}, "deadline_at": "2026-12-01"},
                         {"title": "HR Lead", "deadline_at": "2026-11-01"}]}  # fmt: skip
    assert [(one.title, one.location) for one in answer("pinpoint", pinpoint).openings] == [
        ("HR Advisor", "Leeds, West Yorkshire")
    ]
    bamboo = {"result": [{"id": "7", "jobOpeningName": "Buyer", "departmentLabel": "Procurement", "isRemote": None,
                          "location": {"city": "Boise", "state": "Idaho"}}], "meta": {"totalCount": 1}}  # fmt: skip
    (one,) = answer("bamboohr", bamboo).openings
    assert (one.department, one.location) == ("procurement", "Boise, Idaho")
    assert one.url == "https://harborline.bamboohr.com/careers/7"


@pytest.mark.parametrize(
    ("system", "empty"),
    [
        ("greenhouse", {"jobs": [], "meta": {"total": 0}}),
        ("lever", []),
        ("ashby", {"jobs": []}),
        ("breezy", []),
    ],
)
def test_an_empty_board_is_a_fact(system: str, empty: object) -> None:
    assert answer(system, empty) == BoardAnswer("none", reason="empty_board")


def test_a_board_of_talent_pools_only_seeks_nobody() -> None:
    assert answer("lever", [{"text": "General Application"}]).outcome == "none"


def test_an_empty_smartrecruiters_board_may_be_a_wrong_name() -> None:
    said = answer("smartrecruiters", {"totalFound": 0, "content": []})
    assert (said.outcome, said.reason) == ("none", "empty_or_no_such_board")


@pytest.mark.parametrize("system", [*READ, "workday"])
@pytest.mark.parametrize(
    "body", [b"", b"<html>", b'{"ok": false}', b"null", b"[1, 2]", b"\xff\xfe", b"[" * 100_000]
)
def test_an_answer_of_another_shape_is_a_failure_with_a_reason(system: str, body: bytes) -> None:
    said = read_board(Board(system, "harborline"), body, as_of=AS_OF)
    assert (said.outcome, said.openings) == ("failed", ())
    assert said.reason


# --- pages


def test_lever_is_asked_on_until_a_page_is_not_full() -> None:
    board = Board("lever", "harborline")
    first = board_request(board)
    assert first
    full = json.dumps([{"text": f"Sales Manager {n}"} for n in range(100)]).encode()
    second = next_request(board, full, first)
    assert second
    assert "skip=100" in second.url
    assert next_request(board, b'[{"text": "Cook"}]', second) is None


def test_smartrecruiters_is_asked_on_until_the_total_is_reached() -> None:
    board = Board("smartrecruiters", "Harborline1")
    first = board_request(board)
    assert first
    body = json.dumps({"totalFound": 150, "content": [{"name": "Cook"}] * 100}).encode()
    second = next_request(board, body, first)
    assert second
    assert second.url.endswith("offset=100")
    assert (
        next_request(
            board, json.dumps({"totalFound": 150, "content": [{"name": "Cook"}] * 50}).encode(), second
        )
        is None
    )


def test_asking_on_ends_even_if_a_board_never_does() -> None:
    board = Board("lever", "harborline")
    request, asked = board_request(board), 0
    full = json.dumps([{"text": "Cook"}] * 100).encode()
    while request:
        asked += 1
        request = next_request(board, full, request)
    assert asked == 5


def test_systems_without_pages_are_asked_once() -> None:
    board = Board("ashby", "harborline")
    request = board_request(board)
    assert request
    assert next_request(board, b'{"jobs": [{"title": "Cook"}]}', request) is None


# --- anything at all

_keys = st.sampled_from(
    ["jobs", "title", "text", "name", "content", "offers", "data", "result", "jobOpeningName",
     "location", "departments", "categories", "allLocations", "createdAt", "first_published",
     "internal_job_id", "secondaryLocations", "id", "department", "label", "absolute_url", "hostedUrl",
     "totalFound", "publishedAt", "deadline_at", "items", "jobPostings", "externalPath", "locationsText",
     "postedOn", "bulletFields", "locations", "workLocation"]
)  # fmt: skip
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_keys, inner, max_size=6),
    max_leaves=30,
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([*READ, "workday"]), json_values)
def test_no_json_breaks_a_reader(system: str, value: object) -> None:
    lists = {"lever": value, "breezy": value}
    body = json.dumps(lists.get(system, value)).encode()
    wrapped = json.dumps(
        {
            "jobs": [value],
            "content": [value],
            "offers": [value],
            "data": [value],
            "result": [value],
            "items": [value],
            "jobPostings": [value],
        }
    )
    board = Board(system, "harborline")
    for one in (body, wrapped.encode(), json.dumps([value]).encode()):
        said = read_board(board, one, as_of=AS_OF)
        assert said.outcome in {"found", "none", "failed"}
        assert (said.outcome == "found") == bool(said.openings)
        next_request(board, one, BoardRequest("https://x.example/?skip=0"))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["jobs.lever.co", "/", "acme", ".", "%2F", "&amp;", "?for=", "\\/", " ", '"', "İ", "boards."]
        )
    )
)
def test_no_text_breaks_the_search(parts: list[str]) -> None:
    assert all(board.slug and "/" not in board.slug for board in find_boards("".join(parts)))


@pytest.mark.parametrize(
    ("name", "system", "count"),
    [("greenhouse_vercel", "greenhouse", 2), ("lever_spotify", "lever", 2), ("ashby_ramp", "ashby", 1),
     ("smartrecruiters_servicenow", "smartrecruiters", 1), ("workable_huggingface", "workable", 1)],
)  # fmt: skip
def test_real_answers_are_read_in_full(name: str, system: str, count: int) -> None:
    path = SHARED / "ats_json" / f"{name}.json"
    if not path.exists():
        pytest.skip("the samples of real answers are not here")
    said = read_board(Board(system, "x"), path.read_bytes(), as_of=AS_OF)
    assert len(said.openings) == count
    assert all(one.title and one.url and one.location and one.posted_on for one in said.openings)
