"""Names: every answer is checked, asked once, and the connection uses exactly what was checked."""

from __future__ import annotations

import asyncio

import pytest

from prospector.fetch import Fetcher, transport
from prospector.fetch.exchange import Place
from prospector.fetch.resolver import Names

PRIVATE_ANSWERS = [
    ["127.0.0.1"],
    ["10.0.0.1"],
    ["169.254.169.254"],
    ["192.168.0.1"],
    ["100.64.3.4"],
    ["0.0.0.0"],
    ["224.0.0.1"],
    ["::1"],
    ["fe80::1"],
    ["fd00::1"],
    ["::ffff:127.0.0.1"],
    ["64:ff9b::a00:1"],
    ["2002:7f00:1::1"],
    ["8.8.8.8", "127.0.0.1"],
    ["8.8.8.8", "::1"],
]


@pytest.mark.parametrize("addresses", PRIVATE_ANSWERS, ids=",".join)
def test_a_name_that_leads_to_a_private_address_is_refused(
    addresses, settings, nameserver, connected
) -> None:
    async def ask() -> tuple[str, str, int]:
        names = {"evil.example.": addresses}
        async with nameserver(names) as (server, _), Fetcher(settings(nameservers=(server,))) as fetcher:
            answer = await fetcher.get("http://evil.example/")
        return answer.outcome, answer.reason, answer.requests

    assert asyncio.run(ask()) == ("failed", "private_address", 0)
    assert connected == []


def test_a_redirect_to_a_name_with_a_private_address_is_refused(
    settings, serve, http_page, nameserver, connected
) -> None:
    async def ask() -> tuple[str, str]:
        names = {"good.example.": ["8.8.8.8"], "evil.example.": ["169.254.169.254"]}
        async with nameserver(names) as (server, _), Fetcher(settings(nameservers=(server,))) as fetcher:
            answer = await fetcher.get("http://good.example/")
            other = await fetcher.get("http://evil.example/")
        return answer.reason, other.reason

    assert asyncio.run(ask()) == ("refused", "private_address")
    assert {address[0] for address in connected} == {"8.8.8.8"}


def test_a_name_is_asked_once_and_a_missing_one_too(settings, serve, http_page, nameserver) -> None:
    async def ask() -> tuple[list[str], list[str]]:
        async with (
            serve(lambda seen: http_page()) as site,
            nameserver({"acme.example.": ["127.0.0.1"]}) as dns,
        ):
            server, questions = dns
            made = settings(nameservers=(server,), allow_private=True)
            async with Fetcher(made) as fetcher:
                urls = [f"http://acme.example:{site.port}/{n}" for n in range(4)]
                answers = await asyncio.gather(*map(fetcher.get, urls))
                answers += [await fetcher.get_site("https://missing.example/") for _ in range(3)]
        return [f"{answer.outcome} {answer.reason}" for answer in answers], questions

    outcomes, questions = asyncio.run(ask())
    assert outcomes == ["found "] * 4 + ["failed dns"] * 3
    assert sorted(questions) == ["acme.example."] * 2 + ["missing.example."] * 2


def test_an_answer_that_changes_later_changes_nothing(
    settings, serve, http_page, nameserver, connected
) -> None:
    async def ask() -> list[str]:
        names = {"acme.example.": ["8.8.8.8"]}
        async with nameserver(names) as (server, _), Fetcher(settings(nameservers=(server,))) as fetcher:
            first = await fetcher.get("http://acme.example/")
            names["acme.example."] = ["127.0.0.1"]
            second = await fetcher.get("http://acme.example:8080/")
        return [first.reason, second.reason]

    assert asyncio.run(ask()) == ["refused", "refused"]
    assert {address[0] for address in connected} == {"8.8.8.8"}


def test_the_systems_resolver_is_used_by_default(settings, serve, http_page) -> None:
    async def ask() -> str:
        async with serve(lambda seen: http_page()) as site, Fetcher(settings(allow_private=True)) as fetcher:
            return (await fetcher.get(f"http://localhost:{site.port}/")).outcome

    assert asyncio.run(ask()) == "found"


def test_a_name_server_that_is_silent_ends_as_a_failure(settings) -> None:
    async def ask() -> tuple[str, str]:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(
            asyncio.DatagramProtocol, local_addr=("127.0.0.1", 0)
        )
        server = transport.get_extra_info("sockname")
        async with Fetcher(settings(nameservers=(server,), timeout=0.2)) as fetcher:
            answer = await fetcher.get("http://acme.example/")
        transport.close()
        return answer.outcome, answer.reason

    assert asyncio.run(ask()) == ("failed", "dns")


def test_a_literal_address_goes_where_all_connections_go(settings, serve, http_page, connected) -> None:
    async def ask() -> str:
        async with (
            serve(lambda seen: http_page()) as site,
            Fetcher(settings(connect_http=site.at)) as fetcher,
        ):
            answer = await fetcher.get("http://8.8.8.8/")
            assert site.seen[0].headers["host"] == "8.8.8.8"
            assert connected == [site.at]
        return answer.outcome

    assert asyncio.run(ask()) == "found"


def test_no_socket_is_made_for_another_address_than_the_one_that_is_meant(
    settings, serve, http_page, connected, monkeypatch
) -> None:
    meant = transport._place_on

    def astray(route: tuple[str, int], name: str | None) -> Place:
        return meant(route, name)._replace(addresses=[f"+{name}:{route[1]}:127.0.0.2"])

    monkeypatch.setattr(transport, "_place_on", astray)

    async def ask() -> tuple[str, str]:
        async with (
            serve(lambda seen: http_page()) as site,
            Fetcher(settings(connect_http=site.at)) as fetcher,
        ):
            answer = await fetcher.get("http://acme.example/")
        return answer.outcome, answer.reason

    assert asyncio.run(ask()) == ("failed", "refused")
    assert connected == []


def test_no_socket_is_made_for_a_private_address_even_if_a_check_before_fails(
    settings, connected, monkeypatch
) -> None:
    async def unchecked(self: Names, host: str) -> tuple[str, ...]:
        return ("127.0.0.1", "::1")

    monkeypatch.setattr(Names, "addresses", unchecked)

    async def ask() -> str:
        async with Fetcher(settings()) as fetcher:
            return (await fetcher.get("http://evil.example/")).outcome

    assert asyncio.run(ask()) == "failed"
    assert connected == []
