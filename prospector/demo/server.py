"""Serves the sample web on one port of 127.0.0.1, by Host header, from threads of its own."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import TracebackType

    from prospector.demo.sites import DemoSites

_PATIENCE = 10.0


class SiteServer:
    """Serves from `start` (or the head of a `with` block) to `stop` (or its end)."""

    def __init__(self, sites: DemoSites, port: int = 0) -> None:
        # Bound and listening at once, so that the port is known before the thread runs; `OSError` if it is taken.
        self._server = _Server(sites, port)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="demo-sites", daemon=True
        )

    @property
    def address(self) -> str:
        """`127.0.0.1:PORT`, as `http.connect_to` wants it."""
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Close the door and wait for the thread's end; harmless if it never started or has ended."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join(_PATIENCE)
        self._server.server_close()

    def __enter__(self) -> SiteServer:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Server(ThreadingHTTPServer):
    request_queue_size = 512
    daemon_threads = False  # their end is waited for, when their connections have been closed

    def __init__(self, sites: DemoSites, port: int) -> None:
        self.sites = sites
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), _Visit)

    def server_bind(self) -> None:
        """Without the look-up of this machine's name that the base class makes."""
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Keep account of the connections."""
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """One visitor is served."""
        self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        """Close everything; a visitor that has more to ask is not waited for."""
        for connection in tuple(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        super().server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """A visitor that hangs up is nothing to speak of."""


class _Visit(BaseHTTPRequestHandler):
    """One connection."""

    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = 30
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body go out together

    def do_GET(self) -> None:
        """Answer with the page of the host that was asked."""
        answer = self.server.sites.answer(self.headers.get("host", ""), self.path)
        if answer is None:  # A host that does not exist: hang up without a word.
            self.close_connection = True
            return
        self._reply(answer.status, dict(answer.headers), answer.body)

    do_HEAD = do_GET

    def do_POST(self) -> None:
        """Only reading is allowed."""
        self.close_connection = True  # What comes along is not read.
        self._reply(405, {"allow": "GET, HEAD", "connection": "close"}, b"")

    do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_POST

    def _reply(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in {"server": "nginx", **headers, "content-length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nobody wants to read of each request."""
