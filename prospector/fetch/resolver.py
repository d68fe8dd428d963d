"""Names to addresses, each name asked once, every answer checked before anything can connect to it.

The transport of the client asks here and connects to exactly what it is told, so an answer that changes
between a check and a connection (rebinding) has no effect: there is no second look-up.
"""

from __future__ import annotations

import asyncio
import socket
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Protocol

from prospector.fetch.addresses import is_public

if TYPE_CHECKING:
    from collections.abc import Sequence

_MAX_ADDRESSES = 8
_THREADS = 32
_KEPT_ANSWERS = 5_000
"""Far more than hosts are asked at once. A name that is asked again is checked again."""


class NameNotFound(OSError):
    """A host name has no address, or nobody could be asked."""


class PrivateAddress(OSError):
    """A host name leads to an address that is not part of the open internet."""


class Lookup(Protocol):
    """One way to turn a name into addresses."""

    async def addresses(self, host: str) -> Sequence[str]:
        """The addresses of a name; `NameNotFound` if there are none."""
        ...

    def close(self) -> None:
        """Let go of threads and sockets."""
        ...


class SystemLookup:
    """The operating system's resolver, in threads of its own: the loop's few are soon all waiting."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="prospector-dns")

    async def addresses(self, host: str) -> Sequence[str]:
        """The addresses of a name; `NameNotFound` if there are none."""
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(self._threads, system_addresses, host)
        except (OSError, UnicodeError) as error:
            raise NameNotFound(host) from error
        return found

    def close(self) -> None:
        """Stop the threads; a look-up under way ends on its own."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class Names:
    """Answers to the latest questions: addresses, refusals and failures alike."""

    def __init__(self, lookup: Lookup, *, timeout: float, allow_private: bool) -> None:
        self._lookup = lookup
        self._timeout = timeout
        self._allow_private = allow_private
        self._answers: OrderedDict[str, asyncio.Task[tuple[str, ...]]] = OrderedDict()

    async def addresses(self, host: str) -> tuple[str, ...]:
        """The checked addresses of a name; raises `NameNotFound` or `PrivateAddress`."""
        answer = self._answers.get(host)
        if answer is None:
            answer = self._answers[host] = asyncio.create_task(self._find(host))
            answer.add_done_callback(_seen)
            if len(self._answers) > _KEPT_ANSWERS:
                self._answers.popitem(last=False)
        # Shielded: whoever asked first may give up, the others still want the answer.
        return await asyncio.shield(answer)

    def close(self) -> None:
        """Stop what is still being looked up."""
        for answer in self._answers.values():
            answer.cancel()
        self._lookup.close()

    async def _find(self, host: str) -> tuple[str, ...]:
        try:
            async with asyncio.timeout(self._timeout):
                found = await self._lookup.addresses(host)
        except TimeoutError as error:
            raise NameNotFound(host) from error
        # One bad address spoils the name: a mixed answer is how rebinding starts.
        if not self._allow_private and not all(map(is_public, found)):
            raise PrivateAddress(host)
        return tuple(found[:_MAX_ADDRESSES])


def _seen(answer: asyncio.Task[tuple[str, ...]]) -> None:
    """Mark a failure as noticed, so that one nobody waited for is not reported by the loop."""
    if not answer.cancelled():
        answer.exception()


def system_addresses(host: str) -> list[str]:
    """The addresses of a name by the system's resolver; blocks, and raises `OSError`."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))
