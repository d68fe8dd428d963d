"""Where pages are read: here, or in a process beside this one that leaves the network a core of its own.

The process pays for itself only where many pages are to be read. It also keeps a page that crashes the HTML
parser from taking the run along: the reading of that page fails, and another process goes on.
"""

from __future__ import annotations

import asyncio
import os
import pickle
from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple, ParamSpec, TypeVar

from prospector.beside import start_beside
from prospector.enrich.faults import ReadingFault

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from types import TracebackType
    from typing import Self

P = ParamSpec("P")
T = TypeVar("T")

ENOUGH_COMPANIES = 150
"""From so many companies on, a process of its own is started: that takes as long as reading some dozen pages."""
MOST_WAITING = 20
"""When so many pages wait there, one is read here now and then, between two looks at the network."""
LENGTH = 8
"""Bytes before each message that tell its length."""


_CRASHED = "fault: the process that reads pages died"


class _Gone(Exception):
    """There is no process that could read."""


class Workers:
    """Runs the reading of pages; an async context manager. `companies` is about how many are to come."""

    def __init__(self, companies: int = 1) -> None:
        beside = companies >= ENOUGH_COMPANIES and (os.cpu_count() or 1) > 1
        self._beside = _Beside() if beside else None
        self._has_helped = False

    async def __aenter__(self) -> Self:
        try:
            if self._beside is not None:
                await self._beside.start()
        except OSError:  # No more processes may be started: then without one.
            self._beside = None
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._beside is not None:
            await self._beside.stop()

    async def run(self, read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `read` says, or raises. It must be a function of a module, with plain values."""
        if self._beside is not None and not self._helps_out():
            try:
                found: T = await self._beside.run((read, args, kwargs))
            except _Gone:
                self._beside = None
            else:
                return found
        return read(*args, **kwargs)

    def _helps_out(self) -> bool:
        """Whether to read the next page here: at most one in each round of the event loop."""
        assert self._beside is not None
        if self._beside.waiting < MOST_WAITING or self._has_helped:
            return False
        self._has_helped = True
        asyncio.get_running_loop().call_soon(self._rest)
        return True

    def _rest(self) -> None:
        self._has_helped = False


class _Work(NamedTuple):
    """A piece of work as a message, and who waits for its result."""

    message: bytes
    done: asyncio.Future[Any]


class _Beside:
    """One process, asked and answering in order."""

    def __init__(self) -> None:
        self._queue: deque[_Work] = deque()
        self._asked: deque[_Work] = deque()
        self._suspects = 0
        """So many of the next pieces are sent one by one: one of them has killed a process."""
        self._process: subprocess.Popen[bytes] | None = None
        self._has_answered = False

    @property
    def waiting(self) -> int:
        """Pages that are being read there, or wait for it."""
        return len(self._asked) + len(self._queue)

    async def start(self) -> None:
        """Start the process; the first pages wait until it is there."""
        self._process, ours = start_beside("prospector.enrich.page_process")
        reader, self._writer = await asyncio.open_unix_connection(sock=ours)
        self._listener = asyncio.create_task(self._listen(reader))

    async def stop(self) -> None:
        """Let the process go; nothing that it still reads is wanted."""
        self._listener.cancel()
        self._end()

    async def run(self, work: tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]) -> Any:
        """Have a piece of work done."""
        done = asyncio.get_running_loop().create_future()
        self._queue.append(_Work(pickle.dumps(work, pickle.HIGHEST_PROTOCOL), done))
        self._send()
        return await done

    def _send(self) -> None:
        while self._queue and not (self._suspects and self._asked):
            work = self._queue.popleft()
            self._asked.append(work)
            self._writer.write(len(work.message).to_bytes(LENGTH, "big"))
            self._writer.write(work.message)

    def _end(self) -> None:
        assert self._process is not None
        self._writer.close()
        self._process.kill()
        self._process.wait()

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        try:
            while True:
                size = int.from_bytes(await reader.readexactly(LENGTH), "big")
                good, said = pickle.loads(await reader.readexactly(size))  # noqa: S301  (from our own process)
                self._has_answered = True
                self._settle(good, said)
        except (asyncio.IncompleteReadError, ConnectionError):
            await self._recover()

    def _settle(self, good: bool, said: Any) -> None:
        work = self._asked.popleft()
        self._suspects = max(0, self._suspects - 1)
        if work.done.cancelled():
            pass
        elif good:
            work.done.set_result(said)
        else:
            work.done.set_exception(said)
        self._send()

    async def _recover(self) -> None:
        """Go on without the page that killed the process; without any process if none ever came to life.

        Which page it was is sure only where one alone had been sent, so the others are tried again one by one.
        A page that may have killed a process is never read here.
        """
        self._end()
        if len(self._asked) == 1 and self._has_answered:
            guilty = self._asked.popleft()
            self._suspects = max(0, self._suspects - 1)
            if not guilty.done.done():
                guilty.done.set_exception(ReadingFault(_CRASHED))
        self._suspects = max(self._suspects, len(self._asked))
        self._queue.extendleft(reversed(self._asked))
        self._asked.clear()
        try:
            if self._has_answered:
                await self.start()
                self._send()
            else:
                self._give_up(_Gone())
        except OSError:
            self._give_up(ReadingFault(_CRASHED))

    def _give_up(self, fault: Exception) -> None:
        while self._queue:
            work = self._queue.popleft()
            if not work.done.done():
                work.done.set_exception(fault)
