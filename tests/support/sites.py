"""A real HTTP server on loopback that plays many hosts, some of them broken. Reached through `connect_to`."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Self

Play = Callable[[asyncio.StreamWriter], Awaitable[None]]
"""Writes raw bytes to the client, well-formed or not."""


def html(body: str, *, status: str = "200 OK", headers: str = "") -> bytes:
    """A whole HTTP answer with an HTML page."""
    data = body.encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n{headers}Content-Length: {len(data)}\r\n\r\n"
    return head.encode() + data


def json_answer(text: str) -> bytes:
    """A whole HTTP answer with JSON."""
    data = text.encode()
    return (
        f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n".encode()
        + data
    )


class Sites:
    """Pages by (host, path); `asked` counts requests, `heads` keeps the last of each. A path ending in `*` answers everything below it; what is missing is 404."""

    def __init__(self, pages: dict[tuple[str, str], bytes | Play]) -> None:
        self.pages = pages
        self.asked: Counter[tuple[str, str]] = Counter()
        self.heads: dict[tuple[str, str], str] = {}
        self.posted: list[tuple[str, str, bytes]] = []
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self.port = 0

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    @property
    def address(self) -> str:
        """HOST:PORT for `connect_to`."""
        return f"127.0.0.1:{self.port}"

    def asked_for(self, path: str) -> int:
        """How often a path was asked for, over all hosts."""
        return sum(count for (_, asked), count in self.asked.items() if asked == path)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._client, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        path = lines[0].split(" ")[1]
        host = next((line[5:].strip() for line in lines if line.lower().startswith("host:")), "").split(":")[
            0
        ]
        self.asked[host, path] += 1
        self.heads[host, path] = head.decode("latin-1")
        size = next((int(line[15:]) for line in lines if line.lower().startswith("content-length:")), 0)
        if size:
            self.posted.append((host, path, await reader.readexactly(size)))
        answer = self._answer(host, path)
        if isinstance(answer, bytes):
            writer.write(answer)
            await writer.drain()
            return True
        await answer(writer)
        return False

    def _answer(self, host: str, path: str) -> bytes | Play:
        for place in ((host, path), (host, "*"), ("*", path), ("*", "*")):
            if place in self.pages:
                return self.pages[place]
        return html("<h1>Not found</h1>", status="404 Not Found")


async def garbage(writer: asyncio.StreamWriter) -> None:
    """Bytes that are no HTTP."""
    writer.write(b"\x00\xff\x17SSH-2.0-what\r\n\r\n" * 20)
    await writer.drain()


async def hang_up(writer: asyncio.StreamWriter) -> None:
    """Close without a word."""
    writer.transport.abort()


async def hundred_megabytes(writer: asyncio.StreamWriter) -> None:
    """A page that never ends: 100 MB of text."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 104857600\r\n\r\n<html>")
    block = b"<p>more</p>" * 6000
    for _ in range(1600):
        writer.write(block)
        await writer.drain()
