"""The wire of the crawler: libcurl (package pycurl), told where it connects.

No cookies, redirects, decompression or log lines are wanted here, and hundreds of hosts are asked at once; APIs,
which are few, are asked by `api` over httpx.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import tempfile
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import certifi
import pycurl

from prospector.core.errors import FileError
from prospector.core.inputs import open_regular
from prospector.fetch.addresses import DEFAULT_PORTS
from prospector.fetch.exchange import Exchange, Place, WireError
from prospector.fetch.resolver import NameNotFound, PrivateAddress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prospector.fetch.exchange import WireAnswer, WireRequest
    from prospector.fetch.resolver import Names
    from prospector.fetch.settings import HttpSettings

_KEEP_ALIVE = 15
_IDLE_HOSTS = 3
"""Hosts that an idle connection is kept to, for each request that may be under way: more than are being read at once,
since making a connection again costs more than a page. A long list of hosts must not use up the open files."""
_MOST_IDLE = 400
_DEADLINE = 3
"""One attempt lasts at most this many timeouts, however slowly the bytes drip."""
_LOOKS = 4
"""How often within a timeout it is looked who has been silent for that long."""
_CURVES = "X25519:P-256:P-384:P-521"
"""Without the post-quantum key that libcurl would offer as well: it takes a tenth of a connection, and what is asked
here anybody may read."""


class Wire:
    """Sends requests, while one and the same event loop is running; it must watch sockets by number.

    Connections are opened only to checked addresses, or to the one place that all are sent to.
    """

    def __init__(self, settings: HttpSettings, names: Names) -> None:
        self._settings = settings
        self._names = names
        self._ends = ExitStack()
        self._authorities = self._ends.enter_context(_authorities(settings.ca_file))
        self._idle: dict[str, list[Exchange]] = {scheme: [] for scheme in DEFAULT_PORTS}
        self._busy: dict[Exchange, asyncio.Future[pycurl.Curl]] = {}
        self._next_look: asyncio.TimerHandle | None = None
        self._multi = pycurl.AsyncCurlMulti()
        self._multi.setopt(pycurl.M_MAXCONNECTS, min(_MOST_IDLE, _IDLE_HOSTS * settings.concurrency))

    async def send(self, request: WireRequest) -> WireAnswer:
        """The answer to a request; raises `WireError`."""
        scheme, _, rest = request.url.partition("://")
        place = await self._place(scheme, rest.partition("/")[0])
        idle = self._idle[scheme]
        exchange = idle.pop() if idle and not request.content else self._open(scheme)
        exchange.begin(request, place)
        failure = None
        try:
            await self._perform(exchange)
        except pycurl.error as error:
            failure = None if exchange.is_cut else exchange.failure(*error.args)
        answer = exchange.answer()
        if request.content:
            exchange.curl.close()
        else:
            idle.append(exchange)
        if failure or answer is None:
            raise failure or WireError("reset")
        return answer

    async def close(self) -> None:
        """Close all connections."""
        if self._next_look is not None:
            self._next_look.cancel()
        await self._multi.aclose()
        for exchange in itertools.chain(*self._idle.values()):
            exchange.curl.close()
        self._ends.close()

    async def _place(self, scheme: str, authority: str) -> Place:
        host = "" if authority.startswith("[") else authority.partition(":")[0]
        is_name = not host.replace(".", "").isdigit() and host != ""
        if (route := self._settings.route(scheme)) is not None:
            return _place_on(route, host if is_name else None)
        if not is_name:
            return Place()
        try:
            found = await self._names.addresses(host)
        except PrivateAddress as error:
            raise WireError("private_address") from error
        except NameNotFound as error:
            raise WireError("dns") from error
        port = authority.partition(":")[2] or DEFAULT_PORTS[scheme]
        return Place(addresses=[f"+{host}:{port}:{','.join(map(_bracketed, found))}"], checked=found)

    async def _perform(self, exchange: Exchange) -> None:
        done = self._busy[exchange] = self._multi.add_handle(exchange.curl)
        if self._next_look is None:
            self._look_later()
        try:
            await done
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if exchange.reason != "timeout" or (task is not None and task.cancelling()):
                raise
            raise WireError("timeout", exchange.answer()) from None
        finally:
            del self._busy[exchange]
            exchange.let_go()

    def _look_later(self) -> None:
        wait = self._settings.timeout / _LOOKS
        self._next_look = asyncio.get_running_loop().call_later(wait, self._look)

    def _look(self) -> None:
        """End the exchanges in which the other side has been silent for too long."""
        limit = asyncio.get_running_loop().time() - self._settings.timeout
        for exchange, done in self._busy.items():
            if exchange.heard_at < limit and not done.done():
                exchange.reason = "timeout"
                done.cancel()
        self._next_look = None
        if self._busy:
            self._look_later()

    def _open(self, scheme: str) -> Exchange:
        curl = pycurl.Curl()
        options: dict[int, Any] = {
            pycurl.NOSIGNAL: 1,
            pycurl.PROXY: "",
            pycurl.HTTP_VERSION: pycurl.CURL_HTTP_VERSION_1_1,
            pycurl.PATH_AS_IS: 1,
            pycurl.SSL_SESSIONID_CACHE: 0,  # Connections are kept; to keep sessions as well takes time for nothing.
            pycurl.MAXAGE_CONN: _KEEP_ALIVE,
            pycurl.CONNECTTIMEOUT_MS: max(1, int(1000 * self._settings.timeout)),
            pycurl.TIMEOUT_MS: max(1, int(1000 * _DEADLINE * self._settings.timeout)),
            pycurl.CAINFO: str(self._authorities),
        }
        for option, value in options.items():
            curl.setopt(option, value)
        with suppress(pycurl.error):  # Only with some TLS libraries, and only to save time.
            curl.setopt(pycurl.SSL_EC_CURVES, _CURVES)
        if folder := os.environ.get("SSL_CERT_DIR"):
            curl.setopt(pycurl.CAPATH, folder)
        is_guarded = not self._settings.allow_private and self._settings.route(scheme) is None
        return Exchange(curl, is_guarded=is_guarded)


def _place_on(route: tuple[str, int], name: str | None) -> Place:
    """The one place that all is sent to, as if it were an address of the host that is asked.

    Else libcurl would take all hosts for one, and look through all its connections for one that fits.
    """
    address, port = route
    is_address = ":" in address or address.replace(".", "").isdigit()
    if name is None or not is_address:
        return Place([f"::{_bracketed(address)}:{port}"])
    return Place([f"::{name}:{port}"], [f"+{name}:{port}:{_bracketed(address)}"], [address])


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


@contextmanager
def _authorities(own: Path | None) -> Iterator[Path]:
    """The file of those whose certificates are trusted: the usual ones, and our user's own beside them."""
    usual = Path(certifi.where())
    if chosen := os.environ.get("SSL_CERT_FILE"):
        usual = Path(chosen)
        _certificates(usual, "the environment variable SSL_CERT_FILE")
    if own is None:
        yield usual
        return
    with tempfile.TemporaryDirectory(prefix="prospector-") as folder:
        both = Path(folder) / "authorities.pem"
        both.write_bytes(usual.read_bytes() + b"\n" + _certificates(own, "http.ca_file of prospector.yaml"))
        yield both


_MOST_CERTIFICATES = 10_000_000
"""Bytes of a file of certificates that are read."""


def _certificates(path: Path, named_by: str) -> bytes:
    hint = f"{named_by} names it; it must hold certificates as PEM"
    try:
        with open_regular(path) as file:
            written = file.read(_MOST_CERTIFICATES)
    except OSError as error:
        raise FileError(path, f"cannot be read: {error.strerror}", hint=hint) from error
    if b"-----BEGIN CERTIFICATE-----" not in written:
        raise FileError(path, "no certificate in it", hint=hint)
    return written
