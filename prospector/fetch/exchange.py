"""One HTTP exchange over a handle of libcurl: what is sent, what is taken of the answer, why it failed."""

from __future__ import annotations

import asyncio
import errno
import re
import socket
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import pycurl

from prospector.fetch.addresses import is_public
from prospector.fetch.body import UnreadableBody, bytes_to_read

if TYPE_CHECKING:
    from collections.abc import Sequence

    class SocketAddress(Protocol):
        """As libcurl names a place to connect to; `addr` begins with the address."""

        family: int
        socktype: int
        protocol: int
        addr: tuple[Any, ...]


_MAX_LINES = 256
"""Of all heads of one answer."""
_NO_SOCKET: int = pycurl.SOCKET_BAD
_GO: int = pycurl.PREREQFUNC_OK
_STOP: int = pycurl.PREREQFUNC_ABORT
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_HEAD_ENDS = (b"\r\n", b"\n")

_OUR_SHORTAGE = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
"""No open files left on this machine: says nothing about the host, and must not mark it dead."""
_UNREACHABLE = frozenset({errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})
_BROKEN_OFF = frozenset({errno.ECONNRESET, errno.EPIPE, errno.ECONNABORTED})
_REASONS = {
    pycurl.E_UNSUPPORTED_PROTOCOL: "not_http",
    pycurl.E_URL_MALFORMAT: "bad_url",
    pycurl.E_COULDNT_RESOLVE_HOST: "dns",
    pycurl.E_COULDNT_CONNECT: "refused",
    pycurl.E_OPERATION_TIMEDOUT: "timeout",
    pycurl.E_PARTIAL_FILE: "reset",
    pycurl.E_GOT_NOTHING: "reset",
    pycurl.E_SEND_ERROR: "reset",
    pycurl.E_OUT_OF_MEMORY: "local_limit",
    pycurl.E_SSL_CONNECT_ERROR: "tls",
    pycurl.E_PEER_FAILED_VERIFICATION: "tls",
}
"""What libcurl's errors mean; any other is one of the `protocol`."""


class WireRequest(NamedTuple):
    """A request for an address that has been checked. `limit` is for the answer's body, see `bytes_to_read`.

    With `content` it is a POST.
    """

    url: str
    headers: list[tuple[str, str]]
    content: bytes | None
    limit: int


class WireAnswer(NamedTuple):
    """What came in: the header's fields, the body as it came, or its beginning."""

    status: int
    fields: list[tuple[bytes, bytes]]
    body: bytes


class WireError(Exception):
    """An exchange without a whole answer. `reason` is a short stable code, `answer` what had come by then."""

    def __init__(self, reason: str, answer: WireAnswer | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.answer = answer


class Place(NamedTuple):
    """Where to connect, in libcurl's words (CONNECT_TO and RESOLVE); empty: where the URL says."""

    routes: Sequence[str] = ()
    addresses: Sequence[str] = ()
    checked: Sequence[str] = ()
    """The only addresses that a connection may then go to, whatever libcurl finds out by itself."""


class Exchange:
    """One request after the other over one handle. libcurl calls the `_take_...` as things happen."""

    def __init__(self, curl: pycurl.Curl, *, is_guarded: bool) -> None:
        self.curl = curl
        self.reason = ""
        """Why we ended it ourselves."""
        self.is_cut = False
        """The body goes on behind what may be read of it."""
        self.heard_at = float("inf")
        """The loop's time of the last sign of life. Infinite while connecting: libcurl limits that by itself."""
        self._clock = asyncio.get_running_loop().time
        self._is_guarded = is_guarded
        self._socket: socket.socket | None = None
        self._is_sent = False
        self._known: list[str] = []
        self._checked: Sequence[str] = ()
        self._head: list[bytes] = []
        self._lines = 0
        self._chunks: list[bytes] = []
        self._limit = 0
        self._room: int | None = None
        """Bytes that may still come; None before the first."""
        curl.setopt(pycurl.OPENSOCKETFUNCTION, self._open_socket)
        curl.setopt(pycurl.PREREQFUNCTION, self._take_turn)
        curl.setopt(pycurl.HEADERFUNCTION, self._take_line)
        curl.setopt(pycurl.WRITEFUNCTION, self._take_chunk)

    def begin(self, request: WireRequest, place: Place) -> None:
        """Prepare a request."""
        self.reason, self.is_cut, self._is_sent = "", False, False
        self.heard_at = float("inf")
        self._head, self._lines, self._chunks, self._room = [], 0, [], None
        self._limit, self._checked = request.limit, place.checked
        self.curl.setopt(pycurl.URL, request.url)
        self.curl.setopt(pycurl.HTTPHEADER, _header_lines(request.headers))
        self.curl.setopt(pycurl.CONNECT_TO, place.routes)
        # What was said for the request before is forgotten: libcurl goes through all that it knows at each request.
        self.curl.setopt(pycurl.RESOLVE, [*self._known, *place.addresses])
        self._known = ["-" + ":".join(entry[1:].split(":", 2)[:2]) for entry in place.addresses]
        if request.content:
            self.curl.setopt(pycurl.POSTFIELDS, request.content)

    def answer(self) -> WireAnswer | None:
        """What has come in of an answer; None before the end of its head."""
        if not self._head or self._head[-1] not in _HEAD_ENDS:
            return None
        return WireAnswer(_status(self._head), _fields(self._head), b"".join(self._chunks))

    def failure(self, code: int, message: str) -> WireError:
        """What an error of libcurl means."""
        reason = self.reason or _reason(code, message, self.curl.getinfo(pycurl.OS_ERRNO))
        if reason == "dns" and self._is_sent:  # It was about to repeat the request, unseen.
            reason = "reset"
        return WireError(reason, self.answer())

    def let_go(self) -> None:
        """Close our own hold on the connection; libcurl has one of its own."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _open_socket(self, _: int, address: SocketAddress) -> socket.socket | int:
        """The last door: no socket is made for an address that is not public, or not the one that was meant."""
        place = str(address.addr[0])
        if self._is_guarded and not is_public(place):
            self.reason = "private_address"
            return _NO_SOCKET
        if self._checked and ip_address(place) not in map(ip_address, self._checked):
            self.reason = "refused"
            return _NO_SOCKET
        try:
            self.let_go()
            self._socket = socket_to(address)
        except OSError as error:
            self.reason = _reason(pycurl.E_COULDNT_CONNECT, "", error.errno or 0)
            return _NO_SOCKET
        return self._socket

    def _take_turn(self, *_: object) -> int:
        """Just before the request is sent. libcurl would repeat it, unseen, where a used connection broke."""
        if self._is_sent:
            self.reason = "reset"
            return _STOP
        self._is_sent = True
        self.heard_at = self._clock()
        self.let_go()
        return _GO

    def _take_line(self, line: bytes) -> int | None:
        self.heard_at = self._clock()
        self._lines += 1
        if self._lines > _MAX_LINES:
            self.reason = "protocol"
            return -1
        if line.startswith(b"HTTP/"):
            self._head = [line]  # What came before was only to say that this will come.
        elif self._head[-1] not in _HEAD_ENDS:  # Else it comes behind the body.
            self._head.append(line)
        return None

    def _take_chunk(self, chunk: bytes) -> int | None:
        self.heard_at = self._clock()
        if self._room is None:
            try:
                self._room = bytes_to_read(_status(self._head), _announced(self._head), self._limit)
            except UnreadableBody as error:
                self.reason = error.reason
                return 0
        self._chunks.append(chunk)
        self._room -= len(chunk)
        if self._room < 0:
            self.is_cut = True
            return 0
        return None


def socket_to(address: SocketAddress) -> socket.socket:
    """A socket that libcurl then connects to this address. Every connection begins here."""
    return socket.socket(address.family, address.socktype, address.protocol)


def _header_lines(headers: list[tuple[str, str]]) -> list[bytes]:
    """Header lines for libcurl, which would send line ends in them as they are."""
    text = "\n".join([f"{name}: {value}" if value else f"{name};" for name, value in headers])
    lines = text.encode("utf-8").split(b"\n")
    if len(lines) != len(headers) or _CONTROL.search(text):
        raise WireError("bad_header")
    return lines


def _reason(code: int, message: str, number: int) -> str:
    """The stable code of what went wrong; `number` is the operating system's, 0 if it had no part in it."""
    if number in _OUR_SHORTAGE:
        return "local_limit"
    if number in _UNREACHABLE:
        return "unreachable"
    if number == errno.ETIMEDOUT:
        return "timeout"
    if number in _BROKEN_OFF or "unexpected eof" in message:
        return "reset"
    return _REASONS.get(code, "protocol")


def _status(head: list[bytes]) -> int:
    return int(head[0].split(None, 2)[1][:3])


def _fields(head: list[bytes]) -> list[tuple[bytes, bytes]]:
    parts = (line.partition(b":") for line in head[1:-1])
    return [(name, value.strip()) for name, _, value in parts]


def _announced(head: list[bytes]) -> int:
    """The length of the body, as far as it is said."""
    said = next((line[15:].strip() for line in head if line[:15].lower() == b"content-length:"), b"")
    return int(said[:18]) if said.isdigit() else 0
