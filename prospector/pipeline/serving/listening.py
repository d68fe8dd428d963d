"""The server: real HTTP on the standard library, with bounds on how many, how large and how slow.

One connection has one request. Whoever is too slow, too large or one too many is turned away; the others do not wait.
"""

from __future__ import annotations

import io
import socket
import threading
import time
from collections import deque
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from prospector.pipeline.serving.answering import Reply, Request

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from prospector.pipeline.serving.answering import Receiver

LARGEST = 1_000_000
"""Bytes of a body."""
_LARGEST_HEAD = 64_000
_MOST_CONNECTIONS = 64
_PATIENCE = 15.0
"""Seconds in which a whole request must have come, however its bytes drip."""
_LINGER, _LINGER_BYTES = 2.0, 4_000_000
_FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 30\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
)


class Limits:
    """How many, how slow; a test makes them small."""

    def __init__(
        self, connections: int = _MOST_CONNECTIONS, patience: float = _PATIENCE, forms_a_minute: int = 120
    ) -> None:
        self.connections, self.patience = connections, patience
        self._forms: deque[float] = deque(maxlen=forms_a_minute)
        self._lock = threading.Lock()

    def takes_a_form(self) -> bool:
        """Whether one more form may be taken in this minute."""
        now = time.monotonic()
        with self._lock:
            if len(self._forms) == self._forms.maxlen and now - self._forms[0] < 60:
                return False
            self._forms.append(now)
            return True


class ReceiverServer(ThreadingHTTPServer):
    """Listens as soon as it is made; `OSError` where the port is taken."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self,
        place: tuple[str, int],
        receiver: Receiver,
        log: Callable[[str], None],
        now: Callable[[], datetime],
        limits: Limits | None = None,
    ) -> None:
        self.receiver, self.log, self.now, self.limits = receiver, log, now, limits or Limits()
        self._free = threading.BoundedSemaphore(self.limits.connections)
        if ":" in place[0]:
            self.address_family = socket.AF_INET6
        super().__init__(place, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """In a thread of its own, if there are not too many."""
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)
            return
        with suppress(OSError):
            request.settimeout(0.5)
            request.sendall(_FULL)
        self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """See `process_request`."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """What breaks on a line is the other side's; it is not told, because a trace may hold what it sent."""
        self.log("a connection broke off")


class _Dripping(io.RawIOBase):
    """What comes on a line, up to a moment and a size."""

    def __init__(self, line: socket.socket, until: float, most: int) -> None:
        self._line, self._until, self._left = line, until, most

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Some bytes; `TimeoutError` behind the moment or the size."""
        rest = self._until - time.monotonic()
        if rest <= 0 or self._left <= 0:
            raise TimeoutError
        self._line.settimeout(rest)
        count = self._line.recv_into(memoryview(buffer)[: self._left])
        self._left -= count
        return count


class _Handler(BaseHTTPRequestHandler):
    server: ReceiverServer
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "prospector", ""

    def setup(self) -> None:
        super().setup()
        until = time.monotonic() + self.server.limits.patience
        raw = _Dripping(self.connection, until, _LARGEST_HEAD + LARGEST)
        self.rfile = io.BufferedReader(raw)

    def log_message(self, format: str, *args: Any) -> None:
        """What the standard library would say of a request holds its path, and so a secret or a token."""

    def _go(self) -> None:
        self.close_connection = True
        try:
            reply = self._refusal() or self._answer()
        except TimeoutError:
            reply = Reply(408, b"too slow\n")
        self._send(reply)
        where = self._path()[:1]
        room = where[0] if where and where[0] in ("hooks", "forms", "u", "health") else "other"
        more = f"/{self._path()[1]}" if room in ("hooks", "forms") and reply.status != 404 else ""
        self.server.log(
            f"{self.command} /{room}{more} {reply.status}" + (f": {reply.said}" if reply.said else "")
        )

    def _path(self) -> tuple[str, ...]:
        try:
            parts = urlsplit(self.path).path.split("/")
        except ValueError:
            return ()
        return tuple(unquote(one)[:500] for one in parts if one)

    def _refusal(self) -> Reply | None:
        """What is said to a request whose body is not even read."""
        if self.headers.get("Transfer-Encoding"):
            return Reply(411, b"say how long it is\n")
        told = self.headers.get("Content-Length", "" if self.command == "POST" else "0").strip()
        if not told:
            return Reply(411, b"say how long it is\n")
        if not (told.isascii() and told.isdigit()):
            return Reply(400, b"no length\n")
        if len(told) > 12 or int(told) > LARGEST:
            return Reply(413, b"too large\n")
        is_form = self.command == "POST" and self._path()[:1] == ("forms",)
        if is_form and not self.server.limits.takes_a_form():
            return Reply(429, b"later\n", {"Retry-After": "60", "Content-Type": "text/plain"})
        return None

    def _answer(self) -> Reply:
        length = int(self.headers.get("Content-Length", "0"))
        raw = self.rfile.read(length) if length else b""
        if len(raw) < length:
            return Reply(400, b"cut off\n")
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, self._path(), headers, raw, self.path)
        try:
            return self.server.receiver.answer(request, self.server.now())
        except Exception as error:  # whatever it is, the next request must be answered
            return Reply(500, b"not stored\n", said=f"failed ({type(error).__name__})")

    def _send(self, reply: Reply) -> None:
        with suppress(OSError):
            self.connection.settimeout(self.server.limits.patience)
            self.send_response(reply.status)
            told = {**reply.headers, "Content-Length": str(len(reply.body)), "Connection": "close"}
            for name, value in told.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply.body)
            self._linger()

    def _linger(self) -> None:
        """Let the rest come in for a moment: a line that is cut while the other side sends loses the answer."""
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_WR)
        until, left = time.monotonic() + _LINGER, _LINGER_BYTES
        while left > 0 and (rest := until - time.monotonic()) > 0:
            self.connection.settimeout(rest)
            if not (count := len(self.connection.recv(65_536))):
                return
            left -= count

    do_GET = do_HEAD = do_POST = _go
