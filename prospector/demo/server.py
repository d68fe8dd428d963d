"""Serves the sample web on one port of 127.0.0.1, by Host header, from a thread of its own."""

from __future__ import annotations

import asyncio
import socket
import threading
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from types import TracebackType

    from prospector.demo.sites import DemoSites

_BACKLOG = 512
_PATIENCE = 10.0


class SiteServer:
    """Serves from `start` (or the head of a `with` block) to `stop` (or its end)."""

    def __init__(self, sites: DemoSites) -> None:
        self._sites = sites
        # Bound and listening at once, so that the port is known before the thread runs.
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=_BACKLOG)
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._serve()), name="demo-sites", daemon=True
        )
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ending: asyncio.Event | None = None

    @property
    def address(self) -> str:
        """`127.0.0.1:PORT`, as `http.connect_to` wants it."""
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()
        self._ready.wait(_PATIENCE)

    def stop(self) -> None:
        """Close all connections and wait for the thread's end; harmless if it never started or has ended."""
        if self._thread.is_alive() and self._loop is not None and self._ending is not None:
            self._loop.call_soon_threadsafe(self._ending.set)
            self._thread.join(_PATIENCE)
        self._socket.close()

    def __enter__(self) -> SiteServer:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    async def _serve(self) -> None:
        self._loop, self._ending = asyncio.get_running_loop(), asyncio.Event()
        runner = web.ServerRunner(web.Server(self._handle), shutdown_timeout=0)
        try:
            await runner.setup()
            await web.SockSite(runner, self._socket, backlog=_BACKLOG).start()
            self._ready.set()
            await self._ending.wait()
        finally:
            self._ready.set()
            await runner.cleanup()

    async def _handle(self, request: web.BaseRequest) -> web.Response:
        if request.method not in {"GET", "HEAD"}:
            return web.Response(status=405, headers={"allow": "GET, HEAD"})
        # Not `request.host`: without a Host header that would ask the system for this machine's name.
        answer = self._sites.answer(request.headers.get("host", ""), request.path_qs)
        if answer is None:
            # A host that does not exist: hang up without a word.
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=503)
        return web.Response(
            status=answer.status, headers={"server": "nginx", **dict(answer.headers)}, body=answer.body
        )
