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

from prospector.core.processes import start_beside
from prospector.sites.visit.faults import ReadingFault
from prospector.sites.visit.idle_time import nothing

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from types import TracebackType
    from typing import Self

    from prospector.sites.visit.idle_time import IdleTime

P = ParamSpec("P")
T = TypeVar("T")

ENOUGH_COMPANIES = 150
"""From so many companies on, a process of its own is started: that takes as long as reading some dozen pages."""
MOST_SENT = 10
"""Pages that are sent there before their turn, and half as many as wait here: it goes on while nobody here has time to
send more. Those that wait are read wherever there is time first."""
LENGTH = 8
"""Bytes before each message that tell its length."""


_CRASHED = "fault: the process that reads pages died"


class _Gone(Exception):
    """There is no process that could read."""


class Workers:
    """Runs the reading of pages; an async context manager. `companies` is about how many are to come.

    Pages that wait for the process are read here in the loop's `idle` time, if it has such.
    """

    def __init__(self, companies: int = 1, idle: IdleTime | None = None) -> None:
        beside = companies >= ENOUGH_COMPANIES and (os.cpu_count() or 1) > 1
        self._beside = _Beside() if beside else None
        self._idle = idle

    async def __aenter__(self) -> Self:
        try:
            if self._beside is not None:
                await self._beside.start()
                if self._idle is not None:
                    self._idle.use = self._beside.read_one_here
        except OSError:  # No more processes may be started: then without one.
            self._beside = None
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._idle is not None:
            self._idle.use = nothing
        if self._beside is not None:
            self._beside.stop()

    async def run(self, read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `read` says, or raises. It must be a function of a module, with plain values."""
        if self._beside is not None:
            try:
                found: T = await self._beside.run((read, args, kwargs))
            except _Gone:
                self._beside = None
            else:
                return found
        return read(*args, **kwargs)


class _Work(NamedTuple):
    """A piece of work: a function with its arguments, and who waits for its result."""

    call: tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]
    done: asyncio.Future[Any]


class _Pipe(asyncio.Protocol):
    """Cuts what the process says into its messages."""

    def __init__(self, take: Callable[[bytes], None], lost: Callable[[], None]) -> None:
        self._take = take
        self._lost = lost
        self._said = bytearray()

    def data_received(self, data: bytes) -> None:
        self._said += data
        while len(self._said) >= LENGTH:
            end = LENGTH + int.from_bytes(self._said[:LENGTH], "big")
            if len(self._said) < end:
                return
            message = bytes(self._said[LENGTH:end])
            del self._said[:end]
            self._take(message)

    def connection_lost(self, error: Exception | None) -> None:
        self._lost()


class _Beside:
    """One process, asked and answering in order."""

    def __init__(self) -> None:
        self._queue: deque[_Work] = deque()
        self._asked: deque[_Work] = deque()
        self._suspects = 0
        """So many of the next pieces are sent one by one: one of them has killed a process."""
        self._process: subprocess.Popen[bytes] | None = None
        self._transport: asyncio.WriteTransport | None = None
        """None while there is nobody to speak to: what is sent then would never be answered."""
        self._has_answered = False
        self._is_stopped = False

    async def start(self) -> None:
        """Start the process; the first pages wait until it is there."""
        self._process, ours = start_beside("prospector.sites.visit.page_process")
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_unix_connection(
            lambda: _Pipe(self._settle, self._lost), sock=ours
        )

    def stop(self) -> None:
        """Let the process go; nothing that it still reads is wanted."""
        self._is_stopped = True
        self._end()

    async def run(self, call: tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]) -> Any:
        """Have a piece of work done."""
        done = asyncio.get_running_loop().create_future()
        self._queue.append(_Work(call, done))
        self._send()
        return await done

    def read_one_here(self) -> bool:
        """Do the next piece of work that was not sent yet; False where there is none that may be done here."""
        if self._suspects or not self._queue:
            return False
        work = self._queue.popleft()
        read, args, kwargs = work.call
        if not work.done.done():
            try:
                work.done.set_result(read(*args, **kwargs))
            except Exception as fault:  # It belongs to whoever asked.
                work.done.set_exception(fault)
        return True

    def _send(self) -> None:
        if self._transport is None:
            return
        while self._queue and len(self._asked) < self._most():
            work = self._queue.popleft()
            self._asked.append(work)
            message = pickle.dumps(work.call, pickle.HIGHEST_PROTOCOL)
            self._transport.write(len(message).to_bytes(LENGTH, "big") + message)

    def _most(self) -> int:
        return 1 if self._suspects else MOST_SENT + len(self._queue) // 2

    def _end(self) -> None:
        assert self._process is not None
        if self._transport is not None:
            self._transport.close()
            self._transport = None
        self._process.kill()
        self._process.wait()

    def _settle(self, message: bytes) -> None:
        good, said = pickle.loads(message)  # noqa: S301  (from our own process)
        self._has_answered = True
        work = self._asked.popleft()
        self._suspects = max(0, self._suspects - 1)
        if work.done.done():
            pass
        elif good:
            work.done.set_result(said)
        else:
            work.done.set_exception(said)
        self._send()

    def _lost(self) -> None:
        self._transport = None
        if not self._is_stopped:
            self._recovery = asyncio.create_task(self._recover())

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
