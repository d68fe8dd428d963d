"""URLs and addresses: what is refused, in all its spellings."""

from __future__ import annotations

import asyncio

import pytest

from prospector.fetch import Fetcher
from prospector.fetch.addresses import RefusedUrl, check_url, is_public, join_url

PRIVATE_HOSTS = [
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "2130706433",
    "017700000001",
    "0177.0.0.1",
    "0x7f.1",
    "0x7f000001",
    "0X7F.0x0.0x0.0x1",
    "127.0.0.1.",
    "127.0.0.1...",
    "%31%32%37.0.0.1",
    "127%2e0%2e0%2e1",
    "\uff11\uff12\uff17.\uff10.\uff10.\uff11",
    "127\u30020\u30020\u30021",
    "127\uff0e0\uff0e0\uff0e1",
    "\u2460\u2461\u2466.0.0.1",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "loc%61lhost",
    "some.localhost",
    "0.0.0.0",
    "0",
    "10.1.2.3",
    "100.64.0.1",
    "169.254.169.254",
    "2852039166",
    "0xA9FEA9FE",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "192.168.257",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b::169.254.169.254]",
    "[64:ff9b:1::1]",
    "[2002:7f00:1::]",
    "[2002:c0a8:101::1]",
    "[fe80::1]",
    "[fe80::1%25eth0]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[ff02::1]",
    "[2001:db8::1]",
    "[2001::1]",
]


@pytest.mark.parametrize("host", PRIVATE_HOSTS)
@pytest.mark.parametrize("rest", ["/", ":8080/x?y", ""])
def test_a_private_host_is_refused_in_every_spelling(host: str, rest: str) -> None:
    with pytest.raises(RefusedUrl) as refused:
        check_url(f"http://{host}{rest}")
    assert refused.value.reason == "private_address"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://acme.example/", "unsupported_scheme"),
        ("file:///etc/passwd", "unsupported_scheme"),
        ("javascript:alert(1)", "unsupported_scheme"),
        ("gopher://acme.example/", "unsupported_scheme"),
        ("http:/acme.example", "bad_url"),
        ("http:acme.example", "bad_url"),
        ("acme.example", "bad_url"),
        ("", "bad_url"),
        ("http://", "bad_url"),
        ("http:///path", "bad_url"),
        ("http://user:word@acme.example/", "credentials"),
        ("http://user@acme.example/", "credentials"),
        ("http://acme.example@127.0.0.1/", "credentials"),
        ("http://acme.example\\@127.0.0.1/", "credentials"),
        ("http://acme.example\\.evil.example/", "bad_url"),
        ("http://acme.example/a\r\nHost: evil", "bad_url"),
        ("http://acme.example/\x00", "bad_url"),
        ("http://ac me.example/", "bad_url"),
        ("http://acme.example:22/", "port"),
        ("http://acme.example:6379/", "port"),
        ("http://acme.example:99999/", "bad_url"),
        ("http://acme.example:0/", "bad_url"),
        ("http://acme.example:80:80/", "bad_url"),
        ("http://256.256.256.256/", "bad_url"),
        ("http://1.2.3.4.5/", "bad_url"),
        ("http://08.1.1.1/", "bad_url"),
        ("http://[::1/", "bad_url"),
        ("http://::1/", "bad_url"),
        ("http://[v1.x]/", "bad_url"),
        ("http://%ff.example/", "bad_url"),
        ("http://a..b.example/", "bad_url"),
        ("http://" + "a" * 64 + ".example/", "bad_url"),
        ("http://acme.example/" + "a" * 5000, "bad_url"),
        ("http://127.0.0\u200b.1/", "bad_url"),
    ],
)
def test_a_url_that_is_not_asked_says_why(url: str, reason: str) -> None:
    with pytest.raises(RefusedUrl) as refused:
        check_url(url)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("HTTPS://WWW.Acme.Example", "https://www.acme.example/"),
        ("http://acme.example:80/a", "http://acme.example/a"),
        ("https://acme.example:8443?q=1#part", "https://acme.example:8443/?q=1"),
        ("http://b\u00fccher.example/\u00e4 b", "http://xn--bcher-kva.example/%C3%A4%20b"),
        ("https://acme.example./", "https://acme.example/"),
        ("http://0x08.8.8.8/", "http://8.8.8.8/"),
        ("http://[2606:4700:0::1111]/", "http://[2606:4700::1111]/"),
        ("  https://acme.example/a%20b ", "https://acme.example/a%20b"),
        ("https://_dmarc.acme.example/", "https://_dmarc.acme.example/"),
    ],
)
def test_a_good_url_has_one_spelling(url: str, plain: str) -> None:
    assert check_url(url).url == plain


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_open_addresses_are_public(address: str) -> None:
    assert is_public(address)


def test_private_places_are_open_when_the_workspace_says_so() -> None:
    assert check_url("http://127.1:9999/", allow_private=True).url == "http://127.0.0.1:9999/"


@pytest.mark.parametrize(
    ("reference", "absolute"),
    [
        ("/b", "https://acme.example/b"),
        ("c", "https://acme.example/a/c"),
        ("//other.example/x", "https://other.example/x"),
        ("?q", "https://acme.example/a/?q"),
    ],
)
def test_a_location_is_read_against_its_page(reference: str, absolute: str) -> None:
    assert join_url("https://acme.example/a/", reference) == absolute


@pytest.mark.parametrize("host", PRIVATE_HOSTS)
def test_asking_a_private_host_opens_no_connection(host: str, settings, connected) -> None:
    async def ask() -> list[str]:
        async with Fetcher(settings()) as fetcher:
            answers = [await fetcher.get(f"http://{host}/"), await fetcher.get_site(f"https://{host}/")]
        return [f"{answer.outcome} {answer.reason} {answer.requests}" for answer in answers]

    assert asyncio.run(ask()) == ["failed private_address 0"] * 2
    assert connected == []


def test_a_redirect_to_a_private_host_is_not_followed_in_any_spelling(
    settings, serve, http_page, connected
) -> None:
    hosts = [host for host in PRIVATE_HOSTS if host.isascii()]

    async def ask() -> list[str]:
        def answer(seen):
            return http_page(b"", 302, {"Location": f"http://{hosts[int(seen.path[1:])]}/secret"})

        async with serve(answer) as site, Fetcher(settings(connect_http=site.at)) as fetcher:
            answers = [await fetcher.get(f"http://acme.example/{n}") for n in range(len(hosts))]
            assert set(connected) == {site.at}
        return [f"{answer.outcome} {answer.reason} {answer.status} {answer.requests}" for answer in answers]

    assert asyncio.run(ask()) == ["failed private_address 302 1"] * len(hosts)
