"""Real servers on loopback for the web client: HTTP in any condition, TLS, and a small name server."""

from __future__ import annotations

import asyncio
import socket
import ssl
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import dns.flags
import dns.message
import dns.rrset
import pytest
import trustme

from prospector.fetch import HttpSettings, exchange

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
    from pathlib import Path


@dataclass
class Seen:
    """One request as the server saw it."""

    path: str
    headers: dict[str, str]
    head: str


@dataclass
class Site:
    """A server on loopback that answers by a function and keeps what it saw."""

    answer: Callable[[Seen], Awaitable[bytes | None] | bytes | None]
    port: int = 0
    seen: list[Seen] = field(default_factory=list)
    connections: int = 0
    open: int = 0
    busiest: int = 0
    server_names: list[str | None] = field(default_factory=list)
    _busy: int = 0

    @property
    def at(self) -> tuple[str, int]:
        return "127.0.0.1", self.port

    @property
    def pages(self) -> list[Seen]:
        """The requests without those for robots.txt."""
        return [seen for seen in self.seen if seen.path != "/robots.txt"]

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open += 1
        try:
            while first := await reader.read(1):
                if first == b"\x16":  # a TLS greeting at a plain door
                    writer.write(page(status=400))
                    await writer.drain()
                    break
                rest = await reader.readuntil(b"\r\n\r\n")
                if not await self._reply((first + rest).decode("latin-1"), writer):
                    break
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            return
        finally:
            self.open -= 1
            writer.transport.abort()

    async def _reply(self, head: str, writer: asyncio.StreamWriter) -> bool:
        first, *lines = head.rstrip().split("\r\n")
        fields = dict(line.split(": ", 1) for line in lines)
        seen = Seen(first.split(" ")[1], {name.lower(): value for name, value in fields.items()}, head)
        self.seen.append(seen)
        self._busy += 1
        self.busiest = max(self.busiest, self._busy)
        try:
            answer = self.answer(seen)
            if asyncio.iscoroutine(answer):
                answer = await answer
        finally:
            self._busy -= 1
        if answer is None:
            return False
        writer.write(answer)
        await writer.drain()
        if b"connection: close" in answer[:2000].lower():
            writer.close()
            await writer.wait_closed()
            return False
        return True


def page(
    body: bytes = b"<html>hello</html>", status: int = 200, headers: Mapping[str, str] | None = None
) -> bytes:
    """An HTTP answer as bytes."""
    fields = {"Content-Type": "text/html", "Content-Length": str(len(body)), **(headers or {})}
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} Word\r\n{lines}\r\n".encode("latin-1") + body


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[trustme.CA, Path]:
    """A certificate authority of our own, and its file."""
    authority = trustme.CA()
    path = tmp_path_factory.mktemp("authority") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return authority, path


@pytest.fixture
def ca_file(authority: tuple[trustme.CA, Path]) -> Path:
    return authority[1]


@pytest.fixture
def http_page() -> Callable[..., bytes]:
    return page


@pytest.fixture
def serve(authority: tuple[trustme.CA, Path]) -> Callable[..., object]:
    """`async with serve(answer, tls="name") as site`: a server for the length of the block."""

    @asynccontextmanager
    async def serving(answer: object, tls: str | None = None, host: str = "127.0.0.1") -> AsyncIterator[Site]:
        site = Site(answer)  # type: ignore[arg-type]
        context = None
        if tls is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            authority[0].issue_cert(tls).configure_cert(context)
            context.sni_callback = lambda _, name, __: site.server_names.append(name)
        server = await asyncio.start_server(site.talk, host, 0, ssl=context)
        site.port = server.sockets[0].getsockname()[1]
        try:
            yield site
        finally:
            server.close()

    return serving


@pytest.fixture
def settings() -> Callable[..., HttpSettings]:
    """Settings for tests: short waits, and robots.txt only where a test is about it."""

    def made(**changes: object) -> HttpSettings:
        return HttpSettings(**{"robots": False, "timeout": 5.0, "retry_wait": 0.0, **changes})  # type: ignore[arg-type]

    return made


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """Every address that a connection is about to be opened to; only loopback gets through."""
    attempts: list[tuple[object, ...]] = []
    socket_to = exchange.socket_to

    def watched(address: exchange.SocketAddress) -> socket.socket:
        attempts.append(address.addr)
        if address.addr[0] != "127.0.0.1":
            raise ConnectionRefusedError("not from a test")
        return socket_to(address)

    monkeypatch.setattr(exchange, "socket_to", watched)
    return attempts


@pytest.fixture
def nameserver() -> Callable[..., object]:
    """`async with nameserver({"a.example.": ["192.0.2.1"]}) as (address, questions)`."""

    class Answers(asyncio.DatagramProtocol):
        def __init__(self, names: Mapping[str, list[str]]) -> None:
            self.names = names
            self.questions: list[str] = []

        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport = transport

        def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
            query = dns.message.from_wire(data)
            question = query.question[0]
            name, six = str(question.name), dns.rdatatype.to_text(question.rdtype) == "AAAA"
            self.questions.append(name)
            response = dns.message.make_response(query)
            response.flags |= dns.flags.RA
            found = [text for text in self.names.get(name, []) if (":" in text) == six]
            if found:
                kind = "AAAA" if six else "A"
                response.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *found))
            elif name not in self.names:
                response.set_rcode(dns.rcode.NXDOMAIN)
            self.transport.sendto(response.to_wire(), addr)  # type: ignore[attr-defined]

    @asynccontextmanager
    async def answering(names: Mapping[str, list[str]]) -> AsyncIterator[tuple[tuple[str, int], list[str]]]:
        loop = asyncio.get_running_loop()
        transport, protocol = await loop.create_datagram_endpoint(
            lambda: Answers(names), local_addr=("127.0.0.1", 0)
        )
        try:
            yield transport.get_extra_info("sockname"), protocol.questions
        finally:
            transport.close()

    return answering
