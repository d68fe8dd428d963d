"""One HTTP request on the wire: where it connects, what may go wrong, how much of the answer is read.

httpx requests run on aiohttp's connections (package httpx-aiohttp). The transport is called directly
and not through `httpx.AsyncClient`: cookies, redirects, decompression and its log lines (which hold
whole URLs, keys included) are unwanted here, and it takes twice the time.
"""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
from typing import TYPE_CHECKING, Any

import aiohttp
import httpx
from aiohttp import http_exceptions
from httpx_aiohttp import AiohttpTransport

from prospector.fetch.addresses import is_public
from prospector.fetch.resolver import NameNotFound, Names, PrivateAddress

if TYPE_CHECKING:
    from aiohttp.abc import ResolveResult
    from aiohttp.client import ClientRequest
    from aiohttp.client_proto import ResponseHandler

    from prospector.fetch.settings import HttpSettings

_KEEP_ALIVE = 15.0
_IDLE_HOSTS = 3
"""Hosts that an idle connection is kept to, for each request that may be under way: more than are being read at once,
since making a connection again costs more than a page. A long list of hosts must not use up the open files."""
_MOST_IDLE = 400
_MAX_LINE = 16_384
_MAX_FIELD = 65_536
_MAX_FIELDS = 256

REMOTE_TROUBLE = (
    httpx.TransportError,
    httpx.InvalidURL,
    aiohttp.ClientError,
    http_exceptions.HttpProcessingError,
    OSError,
    EOFError,
    ValueError,
)
"""What a remote side can make the libraries raise; anything else is a fault of ours and is not caught."""

CONNECTION_TROUBLE = frozenset({"refused", "unreachable", "timeout", "tls", "reset", "protocol", "not_http"})
"""Reasons that say that a host does not speak HTTP at this door, so that the other scheme is worth a try."""

NAME_TROUBLE = frozenset({"dns", "private_address"})


class GuardedConnector(aiohttp.TCPConnector):
    """Opens connections only to checked addresses, or to the one place that all are sent to."""

    def __init__(self, names: Names, route: tuple[str, int] | None, idle: int, **options: Any) -> None:
        self._names = names
        self._route = route
        self._idle = idle
        super().__init__(limit=0, keepalive_timeout=_KEEP_ALIVE, **options)

    async def _resolve_host(self, host: str, port: int, traces: Any = None) -> list[ResolveResult]:
        """Where to connect. aiohttp asks its own resolver for names only; here literals pass as well."""
        if self._route is not None:
            return await _route_addresses(self._route)
        if ":" in host or host.replace(".", "").isdigit():
            return [_result(host, host, port)]
        return [_result(host, address, port) for address in await self._names.addresses(host)]

    async def _create_connection(self, req: ClientRequest, traces: Any, timeout: Any) -> ResponseHandler:
        while len(self._conns) >= self._idle:
            for protocol, _ in self._conns.pop(next(iter(self._conns))):
                protocol.close()
        return await super()._create_connection(req, traces, timeout)


def open_transport(settings: HttpSettings, scheme: str, names: Names) -> AiohttpTransport:
    """The connections of one scheme. Must be called with the event loop running."""
    route = settings.route(scheme)
    guard = None if settings.allow_private or route is not None else _open_public_socket
    context = _trust(settings) if scheme == "https" else True
    idle = min(_MOST_IDLE, _IDLE_HOSTS * settings.concurrency)
    session = aiohttp.ClientSession(
        connector=GuardedConnector(names, route, idle, ssl=context, socket_factory=guard),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        max_line_size=_MAX_LINE,
        max_field_size=_MAX_FIELD,
        max_headers=_MAX_FIELDS,
    )
    # aiohttp would repeat a broken request by itself, unseen: here every attempt is counted and paced.
    session._retry_connection = False
    # verify=False only keeps httpx from loading certificates for a context that nobody uses.
    return AiohttpTransport(verify=context if scheme == "https" else False, client=session)


class CheckedRequest(httpx.Request):
    """A request for an address that has been checked, with just what the transport reads of it.

    To make and complete a request from any parts takes a seventh of the time of getting a page.
    """

    def __init__(
        self,
        method: str,
        url: str,
        headers: list[tuple[str, str]],
        content: bytes | None,
        extensions: dict[str, Any],
    ) -> None:
        self.method = method
        self.url = url  # type: ignore[assignment]  # the transport asks for its text
        self.headers = headers  # type: ignore[assignment]  # as pairs, which aiohttp takes as well
        self.extensions = extensions
        self._content = content or b""


def time_limits(timeout: float) -> dict[str, dict[str, float]]:
    """The extensions of a request that limit its waits; `pool` is connecting as a whole, names included."""
    return {"timeout": {"connect": timeout, "read": timeout, "pool": timeout}}


def reason_for(error: BaseException) -> str:
    """The stable code of what went wrong, by the cause underneath.

    httpx-aiohttp calls a refused connection, a bad certificate and a reset alike a ConnectTimeout.
    """
    chain = list(_causes(error))
    for kinds, reason in _REASONS:
        if any(isinstance(cause, kinds) for cause in chain):
            return reason
    numbers = {cause.errno for cause in chain if isinstance(cause, OSError)}
    if numbers & _OUR_SHORTAGE:
        return "local_limit"
    if numbers & _UNREACHABLE:
        return "unreachable"
    if any(isinstance(cause, aiohttp.ClientConnectorError) for cause in chain):
        return "refused"
    if any(isinstance(cause, (aiohttp.ClientConnectionError, OSError)) for cause in chain):
        return "reset"
    return "protocol"


_REASONS: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    ((PrivateAddress,), "private_address"),
    ((NameNotFound,), "dns"),
    ((aiohttp.InvalidURL, httpx.InvalidURL, httpx.UnsupportedProtocol), "bad_url"),
    ((ssl.SSLError, ssl.CertificateError, aiohttp.ClientSSLError), "tls"),
    ((ConnectionRefusedError,), "refused"),
    ((http_exceptions.BadStatusLine,), "not_http"),
    ((http_exceptions.ContentLengthError,), "reset"),
    ((http_exceptions.HttpProcessingError,), "protocol"),
    ((ConnectionError, aiohttp.ServerDisconnectedError, EOFError), "reset"),
    ((asyncio.TimeoutError,), "timeout"),
)
_OUR_SHORTAGE = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
"""No open files left on this machine: says nothing about the host, and must not mark it dead."""
_UNREACHABLE = frozenset({errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})


def _causes(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and following not in found and len(found) < 12:
        found.append(following)
        following = following.__cause__ or following.__context__
    return found


def _open_public_socket(address: tuple[Any, ...]) -> socket.socket:
    """The last door: no socket is made for an address that is not public, whoever asked for it."""
    family, kind, protocol, _, place = address
    if not is_public(place[0]):
        raise PrivateAddress(place[0])
    return socket.socket(family=family, type=kind, proto=protocol)


async def _route_addresses(route: tuple[str, int]) -> list[ResolveResult]:
    host, port = route
    if ":" in host or host.replace(".", "").isdigit():
        return [_result(host, host, port)]
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [_result(host, str(place[0]), port) for *_, place in found]


def _result(name: str, address: str, port: int) -> ResolveResult:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return {"hostname": name, "host": address, "port": port, "family": family, "proto": 0, "flags": 0}


def _trust(settings: HttpSettings) -> ssl.SSLContext:
    context = httpx.create_ssl_context()
    context.set_alpn_protocols(["http/1.1"])
    if settings.ca_file is not None:
        context.load_verify_locations(cafile=settings.ca_file)
    return context
