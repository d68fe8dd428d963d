"""Private places, in every spelling, by every way: no connection to one is ever opened.

The opening of connections is watched. One address of loopback counts as public, and only connections to it are let
through. Nothing here has a route (`connect_to`), so names are really looked up and addresses really used.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from prospector.fetch import Fetcher, addresses, exchange, resolver
from prospector.fetch.addresses import is_public

if TYPE_CHECKING:
    import socket
    from collections.abc import AsyncIterator, Callable

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs more than one address of loopback")

PUBLIC = "127.99.88.77"
SPELLINGS = [
    *("127.0.0.1", "127.1", "127.0.1", "2130706433", "017700000001", "0177.0.0.1", "0x7f.1", "0x7f000001"),
    *("0X7F.0x0.0x0.0x1", "127.0.0.1.", "%31%32%37.0.0.1", "127%2e0%2e0%2e1", "localhost", "LOCALHOST."),
    *("loc%61lhost", "some.localhost", "0.0.0.0", "0", "00", "0x0", "10.1.2.3", "0xa010203", "012.1.2.3"),
    *("100.64.0.1", "169.254.169.254", "2852039166", "0xA9FEA9FE", "0251.0376.0251.0376", "172.16.0.1"),
    *("172.31.255.255", "192.168.1.1", "192.168.257", "3232235777", "192.0.2.1", "198.18.0.1", "224.0.0.1"),
    *("255.255.255.255", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"),
    *("[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b::169.254.169.254]", "[2002:7f00:1::]", "[fe80::1]"),
    *("[fe80::1%25eth0]", "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]", "[2001:db8::1]", "[2001::1]"),
    *("\uff11\uff12\uff17.\uff10.\uff10.\uff11", "127\u30020\u30020\u30021", "\u2460\u2461\u2466.0.0.1"),
]
ANSWERS = [
    *("0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.3.4", "100.127.255.254", "127.0.0.1"),
    *("127.255.255.254", "169.254.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1"),
    *("192.0.2.1", "192.88.99.1", "192.168.0.1", "192.168.255.255", "198.18.0.1", "198.19.255.255"),
    *("198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254"),
    *("64:ff9b::a00:1", "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1"),
    *("2002:7f00:1::1", "2002:c0a8:101::1", "3fff::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1"),
    *("ff02::1", "5f00::1"),
]


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """The addresses in `opened` were about to be connected to."""
    seen: dict[str, list[str]] = {"opened": []}
    socket_to = exchange.socket_to

    def watched(address: exchange.SocketAddress) -> socket.socket:
        seen["opened"].append(address.addr[0])
        if address.addr[0] != PUBLIC:
            raise ConnectionRefusedError("not from a test")
        return socket_to(address)

    monkeypatch.setattr(exchange, "socket_to", watched)
    for module in (exchange, resolver):
        monkeypatch.setattr(module, "is_public", lambda address: address == PUBLIC or is_public(address))
    return seen


@pytest.fixture
def public_site(
    serve: Callable[..., Any], nameserver: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Any]:
    """`async with public_site(answer, names) as (base, server)`: http://good.example, and who knows its address."""

    @asynccontextmanager
    async def serving(answer: object, names: dict[str, list[str]]) -> AsyncIterator[tuple[str, object]]:
        known = {"good.example.": [PUBLIC], **names}
        async with serve(answer, host=PUBLIC) as site, nameserver(known) as (server, _):
            monkeypatch.setattr(addresses, "_PUBLIC_PORTS", frozenset({80, 443, site.port}))
            yield f"http://good.example:{site.port}", server

    return serving


def test_there_are_forty_spellings_and_forty_answers() -> None:
    assert len(set(SPELLINGS)) >= 40
    assert len(set(ANSWERS)) >= 40


def test_no_spelling_in_a_url_opens_a_connection(settings, world) -> None:
    async def ask() -> set[str]:
        async with Fetcher(settings()) as fetcher:
            answers = [await fetcher.get(f"http://{host}/") for host in SPELLINGS]
            answers += [await fetcher.get_site(f"https://{host}/x") for host in SPELLINGS]
        return {f"{answer.outcome} {answer.reason} {answer.requests}" for answer in answers}

    assert asyncio.run(ask()) == {"failed private_address 0"}
    assert world["opened"] == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_spelling_in_a_redirect_opens_a_connection(
    status, settings, http_page, public_site, world
) -> None:
    async def ask() -> list[str]:
        def answer(seen):
            location = f"//{SPELLINGS[int(seen.path[1:])]}/secret"
            # Servers send what is no ASCII as UTF-8 bytes.
            return http_page(b"", status, {"Location": location.encode().decode("latin-1")})

        async with (
            public_site(answer, {}) as (base, server),
            Fetcher(settings(nameservers=(server,))) as fetcher,
        ):
            answers = [await fetcher.get(f"{base}/{n}") for n in range(len(SPELLINGS))]
        return [f"{one.outcome} {one.reason} {one.requests}" for one in answers]

    assert asyncio.run(ask()) == ["failed private_address 1"] * len(SPELLINGS)
    assert set(world["opened"]) == {PUBLIC}


def test_no_answer_of_a_name_server_opens_a_connection(settings, nameserver, world) -> None:
    async def ask() -> set[str]:
        names = {f"n{n}.example.": [address] for n, address in enumerate(ANSWERS)}
        names |= {f"m{n}.example.": [PUBLIC, address] for n, address in enumerate(ANSWERS)}
        async with nameserver(names) as (server, _), Fetcher(settings(nameservers=(server,))) as fetcher:
            answers = [await fetcher.get_site(name.rstrip(".")) for name in names]
        return {f"{one.outcome} {one.reason} {one.requests}" for one in answers}

    assert asyncio.run(ask()) == {"failed private_address 0"}
    assert world["opened"] == []


def test_no_redirect_to_a_name_with_such_an_answer_opens_a_connection(
    settings, http_page, public_site, world
) -> None:
    async def ask() -> list[str]:
        names = {f"n{n}.example.": [address] for n, address in enumerate(ANSWERS)}

        def answer(seen):
            return http_page(b"", 302, {"Location": f"http://n{seen.path[1:]}.example/secret"})

        async with (
            public_site(answer, names) as (base, server),
            Fetcher(settings(nameservers=(server,))) as fetcher,
        ):
            answers = [await fetcher.get(f"{base}/{n}") for n in range(len(ANSWERS))]
        return [f"{one.outcome} {one.reason}" for one in answers]

    assert asyncio.run(ask()) == ["failed private_address"] * len(ANSWERS)
    assert set(world["opened"]) == {PUBLIC}


def test_robots_txt_may_not_lead_there_either(settings, http_page, public_site, world) -> None:
    async def ask() -> str:
        def answer(seen):
            return http_page(b"", 302, {"Location": "http://169.254.169.254/robots.txt"})

        async with (
            public_site(answer, {}) as (base, server),
            Fetcher(settings(nameservers=(server,), robots=True)) as fetcher,
        ):
            return (await fetcher.get(f"{base}/")).outcome

    assert asyncio.run(ask()) == "failed"
    assert set(world["opened"]) == {PUBLIC}
