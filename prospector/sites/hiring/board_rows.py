"""The rows of job boards' answers, system by system, as openings. JSON and feeds come in the same shape: dicts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from prospector.core.records import FoundOpening
from prospector.sites.hiring.openings import day, joined, make_opening, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from prospector.sites.page.board_links import Board

Found = tuple[str, FoundOpening]
"""A requisition's id, blank where there is none, and the opening."""

_AGO = re.compile(r"posted (?:(today)|(yesterday)|(\d{1,3}) days? ago)", re.I)
_ROLL_UP = re.compile(r"\d{1,4} locations?", re.I)
_EXTERNAL = re.compile(r"/job/([^/?#]{1,150})/")


@dataclass(frozen=True, slots=True)
class Row:
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


def _kept(requisition: str, opening: FoundOpening | None) -> Iterator[Found]:
    if opening is not None:
        yield requisition, opening


def _greenhouse(rows: list[Row]) -> Iterator[Found]:
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


def _lever(rows: list[Row]) -> Iterator[Found]:
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


def _ashby(rows: list[Row]) -> Iterator[Found]:
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


def _remote(row: Row, path: str = "isRemote") -> str | None:
    return "Remote" if row.get(path) is True else None


def _workable(rows: list[Row]) -> Iterator[Found]:
    for row in rows:
        opening = make_opening(
            row.get("title"),
            words=(row.get("department"), row.get("function")),
            location=row.place("city", "state", "country") or _remote(row, "telecommuting"),
            url=row.get("url") or row.get("application_url"),
            posted_on=day(row.get("published_on")) or day(row.get("created_at")),
        )
        yield from _kept(row.ident("shortcode"), opening)


def _smartrecruiters(rows: list[Row]) -> Iterator[Found]:
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


def _recruitee(rows: list[Row]) -> Iterator[Found]:
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


def _breezy(rows: list[Row]) -> Iterator[Found]:
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


def _pinpoint(rows: list[Row]) -> Iterator[Found]:
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


def _bamboohr(rows: list[Row]) -> Iterator[Found]:
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


def _each(value: object) -> list[Any]:
    """A feed's element that may stand once, several times or not at all."""
    return value[:50] if isinstance(value, list) else [] if value in (None, "") else [value]


def _teamtailor(rows: list[Row]) -> Iterator[Found]:
    for row in rows:
        places = [place for place in _each(row.get("tt:locations.tt:location")) if isinstance(place, dict)]
        opening = make_opening(
            row.get("title"),
            words=(row.get("tt:department"), row.get("tt:role")),
            location=joined([_town(place) or place.get("tt:name") for place in places])
            or ("Remote" if row.get("remoteStatus") == "fully" else None),
            url=row.get("link"),
            posted_on=day(row.get("pubDate")),
        )
        yield from _kept("", opening)


def _town(place: dict[str, Any]) -> str | None:
    parts = [place.get("tt:city"), place.get("tt:country")]
    return ", ".join(part for part in parts if isinstance(part, str) and part) or None


def _personio(rows: list[Row]) -> Iterator[Found]:
    for row in rows:
        ident = quote(row.ident("id"), safe="")
        others = row.get("additionalOffices")
        more = _each(others.get("office")) if isinstance(others, dict) else []
        opening = make_opening(
            row.get("name"),
            words=(row.get("department"), row.get("occupationCategory"), row.get("recruitingCategory")),
            location=joined([*_each(row.get("office")), *more]),
            url=f"{personio_site(row.board)}/job/{ident}" if ident else None,
            posted_on=day(row.get("createdAt")),
        )
        yield from _kept(row.ident("id"), opening)


def personio_site(board: Board) -> str:
    """Where a board of Personio stands."""
    return f"https://{board.slug}.jobs.personio.{'com' if board.region == 'com' else 'de'}"


def _rippling(rows: list[Row]) -> Iterator[Found]:
    for row in rows:
        opening = make_opening(
            row.get("name"),
            words=(row.get("department.name"), row.get("department.label"), row.get("department")),
            location=joined(row.each("locations", "name")) or row.place("workLocation.label"),
            url=row.get("url"),
            posted_on=day(row.get("createdOn")) or day(row.get("created")),
        )
        # A job in several places is a row for each of them under one id.
        yield from _kept(row.ident("id") or row.ident("uuid"), opening)


def _workday(rows: list[Row]) -> Iterator[Found]:
    for row in rows:
        path = plain(row.get("externalPath"), limit=1_000) or ""
        bullets = row.get("bulletFields")
        opening = make_opening(
            row.get("title"),
            location=_workday_place(plain(row.get("locationsText"), limit=200), path),
            url=f"{workday_site(row.board)}{path}" if path.startswith("/") else None,
            posted_on=_days_ago(row.get("postedOn"), row.as_of),
        )
        named = isinstance(bullets, list) and bullets and isinstance(bullets[0], str)
        yield from _kept(str(bullets[0])[:100] if named else "", opening)


def workday_site(board: Board) -> str:
    """Where a board of Workday stands; its slug is `tenant/site`."""
    tenant, _, site = board.slug.partition("/")
    host = f"{tenant}.{board.region}" if board.region else tenant
    return f"https://{host}.myworkdayjobs.com/{quote(site, safe='')}"


def _workday_place(text: str | None, path: str) -> str | None:
    """The place; "3 Locations" names none, but the job's address has the first of them."""
    found = _EXTERNAL.match(path)
    if text is None or _ROLL_UP.fullmatch(text):
        return unquote(found[1]).replace("-", " ") if found else None
    return text


def _days_ago(value: object, as_of: date) -> date | None:
    """The day behind "Posted 4 Days Ago". "30+ Days Ago" is only a bound, so no day."""
    found = _AGO.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        return None
    return as_of - timedelta(days=0 if found[1] else 1 if found[2] else int(found[3]))


READERS: dict[str, Callable[[list[Row]], Iterator[Found]]] = {
    "greenhouse": _greenhouse,
    "lever": _lever,
    "ashby": _ashby,
    "workable": _workable,
    "smartrecruiters": _smartrecruiters,
    "recruitee": _recruitee,
    "breezy": _breezy,
    "pinpoint": _pinpoint,
    "bamboohr": _bamboohr,
    "teamtailor": _teamtailor,
    "personio": _personio,
    "rippling": _rippling,
    "workday": _workday,
}
"""The reader of each system's rows."""
