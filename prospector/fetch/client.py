"""The one web client of the program: polite, bounded, and never surprised.

    async with Fetcher(settings) as fetcher:
        answer = await fetcher.get_site("https://company.example/careers")

Whatever a remote side does ends as an `Answer` with one of four outcomes; nothing is raised for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from prospector.fetch.addresses import DEFAULT_PORTS, RefusedUrl, Target, check_url, join_url
from prospector.fetch.answers import Answer, Known
from prospector.fetch.body import ACCEPTED_ENCODINGS
from prospector.fetch.hosts import Hosts
from prospector.fetch.resolver import Lookup, Names, SystemLookup
from prospector.fetch.robots import MAX_ROBOTS_BYTES, RobotsBook, RobotsFile
from prospector.fetch.sender import CONNECTION_TROUBLE, Reply, Sender
from prospector.fetch.settings import HttpSettings
from prospector.normalise.domains import registrable_domain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType
    from typing import Self

__all__ = ["Answer", "Fetcher", "HttpSettings"]

_ACCEPT_PAGE = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5"
_ACCEPT_JSON = "application/json"


@dataclass(slots=True)
class _Trip:
    """One `get` on its way through redirects."""

    url: str
    start: Target
    headers: list[tuple[str, str]]
    own_headers: list[tuple[str, str]]
    robots: bool
    limit: int
    body: bytes | None = None
    known: Known | None = None
    requests: int = 0
    seen: set[str] = field(default_factory=set)
    cookies: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def headers_for(self, target: Target) -> list[tuple[str, str]]:
        """The caller's own headers may hold keys: they go to the origin that was asked, and nowhere else."""
        headers = self.headers + self.own_headers if target.origin == self.start.origin else self.headers
        return headers + self.known.headers if self.known and self.known.url == target.url else headers

    def note(self, target: Target, reply: Reply) -> None:
        """Add a reply to the account."""
        self.requests += reply.requests
        if reply.cookies:
            self.cookies.append((target.host, reply.cookies))


class Fetcher:
    """Gets pages within all limits; an async context manager. One per run: it remembers hosts."""

    def __init__(self, settings: HttpSettings) -> None:
        self._settings = settings
        self._base_headers = [
            ("user-agent", settings.user_agent),
            ("accept-encoding", ACCEPTED_ENCODINGS),
            ("accept-language", "en;q=0.9, *;q=0.5"),
        ]

    async def __aenter__(self) -> Self:
        settings = self._settings
        # Less than the limit for connecting, which look-ups are a part of: else their silence has no name.
        patience = settings.timeout * 2 / 3
        self._names = Names(_lookup(settings), timeout=patience, allow_private=settings.allow_private)
        self._hosts = Hosts(settings.per_host)
        self._sender = Sender(settings, self._names, self._hosts)
        self._robots = RobotsBook(settings.robot_name, self._fetch_robots)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._sender.close()
        self._names.close()

    async def get(
        self,
        url: str,
        headers: Mapping[str, str] | None = None,
        accept_json: bool = False,
        *,
        robots: bool | None = None,
    ) -> Answer:
        """Get one URL by the scheme it names.

        `headers` are sent to that URL's origin only. `robots=False` is for APIs, which robots.txt is not
        about; None means as the settings say.
        """
        try:
            target = check_url(url, allow_private=self._settings.allow_private)
        except RefusedUrl as refusal:
            return Answer(url, url, "failed", refusal.reason)
        return await self._follow(self._trip(url, target, headers, accept_json, robots))

    async def get_site(
        self,
        url: str,
        headers: Mapping[str, str] | None = None,
        accept_json: bool = False,
        *,
        robots: bool | None = None,
        known: Known | None = None,
    ) -> Answer:
        """Get a page as a site is tried: by https, and by http if nothing answers there.

        The scheme may be missing. A URL with a port of its own is asked by its own scheme only. Where the way
        leads to the page that is `known`, it is asked for only if it has changed.
        """

        def trip(target: Target) -> _Trip:
            made = self._trip(url, target, headers, accept_json, robots)
            made.known = known
            return made

        return await self._by_either_door(url, trip)

    async def call(
        self, url: str, *, accept: str, body: bytes | None = None, max_bytes: int | None = None
    ) -> Answer:
        """Ask a public interface, which robots.txt is not about, by https or http as `get_site` does.

        With a `body` (JSON) it is a POST, which may be repeated and follows no redirect: for searches only.
        `max_bytes` replaces the limit for pages.
        """

        def trip(target: Target) -> _Trip:
            made = self._trip(url, target, None, False, False)
            made.headers[0] = ("accept", accept)
            made.body, made.limit = body, max_bytes or made.limit
            if body is not None:
                made.headers.append(("content-type", "application/json"))
            return made

        return await self._by_either_door(url, trip)

    async def _by_either_door(self, url: str, trip: Callable[[Target], _Trip]) -> Answer:
        try:
            written = url if "://" in url else f"https://{url}"
            target = check_url(written, allow_private=self._settings.allow_private)
        except RefusedUrl as refusal:
            return Answer(url, url, "failed", refusal.reason)
        if target.port != DEFAULT_PORTS[target.scheme]:
            return await self._follow(trip(target))
        secure = target.over("https")
        first = await self._follow(trip(secure))
        spoke = secure.door in self._hosts[secure.host].answered
        if spoke or first.reason not in CONNECTION_TROUBLE:
            return first
        second = await self._follow(trip(target.over("http")))
        # Where neither door opens, "refused" is the one that says less.
        told = first if second.reason == "refused" else second
        insecure = told is second and first.reason == "tls"
        return replace(told, requests=first.requests + second.requests, insecure=insecure)

    def _trip(
        self,
        url: str,
        target: Target,
        headers: Mapping[str, str] | None,
        accept_json: bool,
        robots: bool | None,
    ) -> _Trip:
        accept = _ACCEPT_JSON if accept_json else _ACCEPT_PAGE
        return _Trip(
            url=url,
            start=target,
            headers=[("accept", accept), *self._base_headers],
            own_headers=list((headers or {}).items()),
            robots=self._settings.robots if robots is None else robots,
            limit=self._settings.max_bytes,
        )

    async def _follow(self, trip: _Trip) -> Answer:
        """Ask, and follow redirects by hand: each hop is checked like a URL from a file."""
        target = trip.start
        for _ in range(self._settings.max_redirects + 1):
            trip.seen.add(target.url)
            reply = await self._hop(trip, target)
            trip.note(target, reply)
            if reply.status == _NOT_MODIFIED and trip.known and trip.known.url == target.url:
                return replace(_answer(trip, target, reply), outcome="found", reason="", unchanged=True)
            if reply.location is None or reply.reason == "bot_wall" or trip.body is not None:
                return _answer(trip, target, reply)
            try:
                target = self._next(trip, target, reply.location)
            except RefusedUrl as refusal:
                return _answer(trip, target, replace(reply, outcome="failed", reason=refusal.reason))
        return _answer(trip, target, replace(reply, outcome="failed", reason="too_many_redirects"))

    def _next(self, trip: _Trip, target: Target, location: str) -> Target:
        written = join_url(target.url, location)
        following = check_url(written, allow_private=self._settings.allow_private)
        if following.url in trip.seen:
            raise RefusedUrl("redirect_loop")
        return following

    async def _hop(self, trip: _Trip, target: Target) -> Reply:
        if trip.robots and (refusal := await self._refusal(target)) is not None:
            return refusal
        return await self._sender.send(target, trip.headers_for(target), trip.limit, trip.body)

    async def _refusal(self, target: Target) -> Reply | None:
        """Why robots.txt keeps us from a page; a host that cannot be reached is its own reason."""
        rules = await self._robots.rules(target)
        if rules.trouble:
            return Reply(reason=rules.trouble)
        self._hosts[target.host].delay = rules.delay
        if rules.allow(target, self._settings.robot_name):
            return None
        return Reply("blocked", "robots_unavailable" if rules.closed else "robots")

    async def _fetch_robots(self, target: Target) -> RobotsFile:
        trip = replace(self._trip(target.url, target, None, False, False), limit=MAX_ROBOTS_BYTES)
        answer = await self._follow(trip)
        if answer.status is None and answer.final_url == target.url:
            return RobotsFile(None, b"", trouble=answer.reason)
        if answer.reason == "bot_wall":
            # The page will meet the same wall, and that is the better answer.
            return RobotsFile(403, b"")
        broken = answer.outcome == "failed" and answer.reason in _BROKEN
        return RobotsFile(None if broken else answer.status, answer.body)


_NOT_MODIFIED = 304
_BROKEN = CONNECTION_TROUBLE | {"encoding", "too_large"}


def _lookup(settings: HttpSettings) -> Lookup:
    if settings.nameservers:
        # dnspython takes 60 ms to import, and most runs use the system's resolver.
        from prospector.fetch.nameservers import NameserverLookup  # noqa: PLC0415

        return NameserverLookup(settings.nameservers, settings.timeout)
    return SystemLookup()


def _answer(trip: _Trip, target: Target, reply: Reply) -> Answer:
    names = dict.fromkeys(
        name for host, cookies in trip.cookies if _same_site(host, target.host) for name in cookies
    )
    return Answer(
        url=trip.url,
        final_url=target.url,
        outcome=reply.outcome,
        reason=reply.reason,
        status=reply.status,
        headers=reply.headers,
        cookies=tuple(names),
        body=reply.body,
        requests=trip.requests,
        truncated=reply.truncated,
    )


def _same_site(one: str, other: str) -> bool:
    return one == other or (registrable_domain(one) or one) == (registrable_domain(other) or other)
