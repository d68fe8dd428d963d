"""One URL asked politely: in turn, within limits, again if that may help. Redirects are not followed here."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from tenacity import AsyncRetrying, retry_if_result, stop_after_attempt, stop_before_delay

from prospector.fetch.answers import judge, plain_headers, retry_after, worth_repeating
from prospector.fetch.body import UnreadableBody, decode_body
from prospector.fetch.exchange import WireError, WireRequest
from prospector.fetch.hosts import Gate
from prospector.fetch.transport import Wire

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenacity import RetryCallState

    from prospector.fetch.addresses import Target
    from prospector.fetch.answers import Outcome
    from prospector.fetch.exchange import WireAnswer
    from prospector.fetch.hosts import Host, Hosts
    from prospector.fetch.resolver import Names
    from prospector.fetch.settings import HttpSettings

CONNECTION_TROUBLE = frozenset({"refused", "unreachable", "timeout", "tls", "reset", "protocol", "not_http"})
"""Reasons that say that a host does not speak HTTP at this door, so that the other scheme is worth a try."""
_NAME_TROUBLE = frozenset({"dns", "private_address"})
_LONGEST_WAIT = 30.0
"""A site that asks for more patience than this is left alone instead."""
_RETRY_TIME = 90.0
"""No attempt starts later than this many seconds after the first."""
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SILENT = frozenset({"refused", "unreachable", "timeout"})


@dataclass(slots=True)
class Reply:
    """The end of one request: an HTTP answer with a status, or a reason why there is none."""

    outcome: Outcome = "failed"
    reason: str = ""
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    cookies: tuple[str, ...] = ()
    body: bytes = b""
    truncated: bool = False
    requests: int = 0

    @property
    def location(self) -> str | None:
        """Where a redirect leads, if this is one."""
        return self.headers.get("location") if self.status in _REDIRECTS else None


@dataclass(slots=True)
class _Errand:
    """A page to get, and how often it was asked for so far."""

    target: Target
    host: Host
    headers: list[tuple[str, str]]
    limit: int
    body: bytes | None = None
    requests: int = 0


class Sender:
    """Sends requests within all limits. Made with the event loop running."""

    def __init__(self, settings: HttpSettings, names: Names, hosts: Hosts) -> None:
        self._settings = settings
        self._hosts = hosts
        self._gate = Gate(settings.concurrency)
        self._wire = Wire(settings, names)
        self._random = random.Random(0)

    async def send(
        self, target: Target, headers: list[tuple[str, str]], limit: int, body: bytes | None = None
    ) -> Reply:
        """Ask for a page, keeping at most `limit` bytes of it; a failure is a value too. A `body` is posted."""
        errand = _Errand(target, self._hosts[target.host], headers, limit, body)
        reply = await self._take_turn(errand)
        if _may_pass(errand, reply):
            reply = await self._insist(errand, reply)
        reply.requests = errand.requests
        if reply.reason in CONNECTION_TROUBLE or reply.reason in _NAME_TROUBLE:
            errand.host.give_up(target.door, reply.reason)
        return reply

    async def _insist(self, errand: _Errand, reply: Reply) -> Reply:
        """Ask again, with waits between. Set up only after a first trouble: it costs as much as a request."""
        first = [reply]

        async def attempt() -> Reply:
            return first.pop() if first else await self._take_turn(errand)

        patience = AsyncRetrying(
            retry=retry_if_result(partial(_may_pass, errand)),
            stop=stop_after_attempt(self._settings.attempts) | stop_before_delay(_RETRY_TIME),
            wait=self._wait,
            sleep=asyncio.sleep,
            retry_error_callback=_last_reply,
        )
        return await patience(attempt)

    async def close(self) -> None:
        """Close all connections."""
        await self._wire.close()

    async def _take_turn(self, errand: _Errand) -> Reply:
        host, door = errand.host, errand.target.door
        if self._settings.closed(door[0]):
            return Reply(reason="refused")
        await host.turn()
        async with host.slots:
            # Looked at only now: while this one waited its turn, another may have found the host dead.
            if (trouble := host.dead.get(door)) is not None and not errand.requests:
                return Reply(reason=trouble)
            await self._gate.enter(warm=bool(host.answered))
            try:
                reply = await self._exchange(errand)
            finally:
                self._gate.leave()
        if reply.reason not in _NAME_TROUBLE:
            errand.requests += 1
        if reply.status is not None:
            host.answers(door)
            host.pause(min(_wish(reply), _LONGEST_WAIT))
        return reply

    async def _exchange(self, errand: _Errand) -> Reply:
        reply = Reply()
        request = WireRequest(errand.target.url, errand.headers, errand.body, errand.limit)
        try:
            _read(await self._wire.send(request), reply, errand.limit)
        except WireError as error:
            if error.answer is not None:
                _read_head(error.answer, reply)
            reply.outcome, reply.reason = "failed", error.reason
        except UnreadableBody as error:
            reply.outcome, reply.reason = "failed", error.reason
        return reply

    def _wait(self, state: RetryCallState) -> float:
        """Seconds until the next attempt: what the site asks for, or twice as long each time, with jitter."""
        doubled = self._settings.retry_wait * (1 << (state.attempt_number - 1))
        return max(_wish(_last_reply(state)), doubled * (0.5 + self._random.random()))


def _read(answer: WireAnswer, reply: Reply, limit: int) -> None:
    """Fill the reply from an HTTP answer."""
    _read_head(answer, reply)
    body = decode_body(answer.body, answer.status, reply.headers.get("content-encoding", ""), limit)
    reply.body, reply.truncated = body.content, body.truncated
    reply.outcome, reply.reason = judge(answer.status, reply.headers, reply.body)


def _read_head(answer: WireAnswer, reply: Reply) -> None:
    """What stands whatever becomes of the body."""
    reply.status = answer.status
    reply.headers, reply.cookies = plain_headers(answer.fields)


def _may_pass(errand: _Errand, reply: Reply) -> bool:
    """Whether a trouble may be gone at the next attempt."""
    if reply.outcome == "found" or not errand.requests or reply.reason == "bot_wall":
        return False
    if reply.reason == "reset":
        return True
    if reply.status is None:
        # Silence from a door that never spoke is an answer; asking again would cost three timeouts.
        return reply.reason in _SILENT and errand.target.door in errand.host.answered
    repeatable = worth_repeating(reply.status) and reply.reason == f"http_{reply.status}"
    return repeatable and _wish(reply) <= _LONGEST_WAIT


def _wish(reply: Reply) -> float:
    """Seconds that an overloaded site asks us to stay away."""
    return (retry_after(reply.headers) or 0.0) if reply.status in {429, 503} else 0.0


def _last_reply(state: RetryCallState) -> Reply:
    assert state.outcome is not None
    reply: Reply = state.outcome.result()
    return reply
