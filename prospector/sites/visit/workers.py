"""Where pages are read: here, or in a process beside this one that leaves the network a core of its own.

The process pays for itself only where many pages are to be read. It also keeps a page that crashes the HTML
parser from taking the run along: the reading of that page fails, and another process goes on.
"""

from __future__ import annotations

import asyncio
import os
import pickle
from collections import deque
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, ParamSpec, TypeVar

from prospector.core.processes import framed, next_message, start_beside
from prospector.sites.visit.faults import ReadingFault

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Self

P = ParamSpec("P")
T = TypeVar("T")

ENOUGH_COMPANIES = 150
"""From so many companies on, a process of its own is started: that takes as long as reading some dozen pages."""

_ROOM = 4_000_000
"""Bytes that may have come from the process and not been looked at yet."""
_CRASHED = "fault: the process that reads pages died"


class _Gone(Exception):
    """There is no process that could read."""


class Workers:
    """Runs the reading of pages; an async context manager. `companies` is about how many are to come."""

    def __init__(self, companies: int = 1) -> None:
        beside = companies >= ENOUGH_COMPANIES and (os.cpu_count() or 1) > 1
        self._reader = _Reader() if beside else None

    async def __aenter__(self) -> Self:
        try:
            if self._reader is not None:
                await self._reader.start()
        except OSError:  # No more processes may be started: then without one.
            self._reader = None
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._reader is not None:
            self._reader.stop()

    async def run(self, read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `read` says, or raises. It must be a function of a module, with plain values."""
        if self._reader is not None:
            try:
                found: T = await self._reader.run((read, args, kwargs))
            except _Gone:
                self._reader = None
            else:
                return found
        return read(*args, **kwargs)


class _Work(NamedTuple):
    """A piece of work: a function with its arguments, and who waits for its result."""

    call: tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]
    done: asyncio.Future[Any]


class _Reader:
    """One process, asked and answering in order."""

    def __init__(self) -> None:
        self._asked: deque[_Work] = deque()
        self._sent = 0
        """So many of those asked are under way; none while there is nobody to speak to."""
        self._is_suspect = False
        """The first of those asked was being read when a process died: it goes alone."""
        self._has_answered = False

    async def start(self) -> None:
        """Start the process; the first pages wait until it is there."""
        self._beside = start_beside("prospector.sites.visit.page_process")
        incoming, self._outgoing = await asyncio.open_unix_connection(sock=self._beside.socket, limit=_ROOM)
        self._listening = asyncio.create_task(self._listen(incoming))

    def stop(self) -> None:
        """Let the process go; nothing that it still reads is wanted."""
        self._listening.cancel()
        self._end()

    async def run(self, call: tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]) -> Any:
        """Have a piece of work done."""
        work = _Work(call, asyncio.get_running_loop().create_future())
        self._asked.append(work)
        self._send()
        return await work.done

    def _send(self) -> None:
        if self._outgoing.is_closing():
            return
        most = 1 if self._is_suspect else len(self._asked)
        for work in islice(self._asked, self._sent, most):
            self._outgoing.write(framed(pickle.dumps(work.call, pickle.HIGHEST_PROTOCOL)))
            self._sent += 1

    async def _listen(self, incoming: asyncio.StreamReader) -> None:
        """Hand the answers on. When the process dies, another one goes on."""
        try:
            while True:
                good, said = pickle.loads(await next_message(incoming))  # noqa: S301  (from our own process)
                self._has_answered, self._is_suspect = True, False
                self._settle(said, good=good)
                self._send()
        except Exception:  # An answer that nobody can read is as good as none.
            await self._recover()

    def _settle(self, said: Any, *, good: bool) -> None:
        work = self._asked.popleft()
        self._sent -= 1
        if work.done.done():
            return
        if good:
            work.done.set_result(said)
        else:
            work.done.set_exception(said)

    async def _recover(self) -> None:
        """Go on without the page that killed the process; without any process if none ever came to life.

        Pages are read in order, so it was the first without an answer; but something else may have ended the
        process, so that page is tried again alone. A page that may have killed a process is never read here.
        """
        self._end()
        alone = self._sent == 1
        if alone and self._has_answered:
            self._settle(ReadingFault(_CRASHED), good=False)
        self._is_suspect = bool(self._sent)
        self._sent = 0
        try:
            if self._has_answered:
                await self.start()
                self._send()
            else:
                self._give_up(_Gone())
        except OSError:
            self._give_up(ReadingFault(_CRASHED))

    def _end(self) -> None:
        self._outgoing.transport.abort()
        self._beside.end()

    def _give_up(self, fault: Exception) -> None:
        while self._asked:
            self._settle(fault, good=False)
