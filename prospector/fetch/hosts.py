"""Whose turn it is: the limit over all hosts, and what is known of each host, its pace, its doors."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from dataclasses import dataclass, field

_NEW_IN_A_TURN = 4
_KEPT_HOSTS = 2_000
"""Far more than are being asked at once, so that no host in use is forgotten."""


class Gate:
    """Lets so many requests through at once; hosts that were spoken to go before new ones.

    First come, first served would fetch the robots.txt of a thousand hosts before the first page, by which
    time the connection to the first host is gone. Of new hosts only a few pass in one turn of the event loop:
    a hundred connections made together would keep everything else waiting, the reading of pages first of all.
    Made with the event loop running.
    """

    def __init__(self, size: int) -> None:
        self._free = size
        self._warm: deque[asyncio.Future[None]] = deque()
        self._cold: deque[asyncio.Future[None]] = deque()
        self._new = 0
        """New hosts let through in this turn of the loop."""
        self._loop = asyncio.get_running_loop()

    async def enter(self, *, warm: bool) -> None:
        """Wait for a place; `warm` is for hosts that a connection may still be open to."""
        place = self._loop.create_future()
        (self._warm if warm else self._cold).append(place)
        self._admit()
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self.leave()
            raise

    def leave(self) -> None:
        """Hand the place on to the next in line."""
        self._free += 1
        self._admit()

    def _admit(self) -> None:
        while self._free > 0 and (line := self._line()):
            self._free -= 1
            line.popleft().set_result(None)

    def _line(self) -> deque[asyncio.Future[None]] | None:
        """The line whose first is next, if anybody may pass in this turn."""
        for line in (self._warm, self._cold):
            while line and line[0].done():  # who gave up waiting
                line.popleft()
        if self._warm:
            return self._warm
        if not self._cold or self._new == _NEW_IN_A_TURN:
            return None
        if not self._new:
            self._loop.call_soon(self._turn)
        self._new += 1
        return self._cold

    def _turn(self) -> None:
        self._new = 0
        self._admit()


@dataclass(slots=True)
class Host:
    """One host name. Doors are (scheme, port)."""

    slots: asyncio.Semaphore
    answered: set[tuple[str, int]] = field(default_factory=set)
    """Doors that gave an HTTP answer of any kind."""
    dead: dict[tuple[str, int], str] = field(default_factory=dict)
    """Doors that are not tried again, with the reason."""
    delay: float = 0.0
    """Seconds between requests that the site asks for."""
    next_start: float = 0.0
    """The loop's time before which nothing is sent to this host."""

    def give_up(self, door: tuple[str, int], reason: str) -> None:
        """Give a door up, unless it ever answered: then it is only having a bad moment."""
        if door not in self.answered:
            self.dead[door] = reason

    def answers(self, door: tuple[str, int]) -> None:
        """Note that a door gave an HTTP answer."""
        self.answered.add(door)
        self.dead.pop(door, None)

    def pause(self, seconds: float) -> None:
        """Send nothing more to this host for a while."""
        if seconds <= 0:
            return
        self.next_start = max(self.next_start, asyncio.get_running_loop().time() + seconds)

    async def turn(self) -> None:
        """Wait until this host may be asked again."""
        loop = asyncio.get_running_loop()
        while (wait := self.next_start - loop.time()) > 0:
            await asyncio.sleep(wait)
        if self.delay:
            self.next_start = loop.time() + self.delay


class Hosts:
    """The hosts that were asked lately, by name. Those not seen for thousands of others are forgotten."""

    def __init__(self, per_host: int) -> None:
        self._per_host = per_host
        self._hosts: OrderedDict[str, Host] = OrderedDict()

    def __getitem__(self, name: str) -> Host:
        host = self._hosts.get(name)
        if host is None:
            host = self._hosts[name] = Host(asyncio.Semaphore(self._per_host))
            if len(self._hosts) > _KEPT_HOSTS:
                self._hosts.popitem(last=False)
        else:
            self._hosts.move_to_end(name)
        return host
