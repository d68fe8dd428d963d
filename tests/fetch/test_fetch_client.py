"""The web client against real servers: the happy path, and everything that a remote side can do."""

from __future__ import annotations

import asyncio
import gzip
import zlib

import pytest

from prospector.core.errors import FileError
from prospector.fetch import Answer, Fetcher


def told(answer: Answer) -> tuple[str, str]:
    return answer.outcome, answer.reason


@pytest.fixture
def ask(serve, settings):
    """`ask(answer)`: one `get` of http://acme.example/ from a server that answers so, and the server."""

    def asking(answer, *, path="/", headers=None, accept_json=False, **changes):
        async def run():
            async with serve(answer) as site, Fetcher(settings(connect_http=site.at, **changes)) as fetcher:
                url = f"http://acme.example{path}"
                return await fetcher.get(url, headers=headers, accept_json=accept_json), site

        return asyncio.run(run())

    return asking


def test_a_page_is_found_with_its_headers_and_cookie_names(ask, http_page) -> None:
    raw = http_page(b"<html>hi</html>", headers={"X-Powered-By": "Acme", "Set-Cookie": "id=secret; Path=/"})
    answer, _ = ask(lambda seen: raw.replace(b"\r\n\r\n", b"\r\nSet-Cookie: lang=en\r\n\r\n", 1))
    assert told(answer) == ("found", "")
    assert (answer.status, answer.body, answer.requests) == (200, b"<html>hi</html>", 1)
    assert answer.headers["x-powered-by"] == "Acme"
    assert answer.cookies == ("id", "lang")
    assert "secret" not in repr(answer)
    assert answer.url == answer.final_url == "http://acme.example/"


def test_the_request_says_who_asks_and_for_what(ask, http_page) -> None:
    _, site = ask(lambda seen: http_page(), path="/a?b=c", headers={"X-Key": "k"}, accept_json=True)
    headers = site.seen[0].headers
    assert site.seen[0].path == "/a?b=c"
    assert headers["host"] == "acme.example"
    assert headers["user-agent"].startswith("prospector/")
    assert headers["accept"] == "application/json"
    assert headers["accept-encoding"] == "gzip, deflate"
    assert headers["x-key"] == "k"
    assert "cookie" not in headers


def test_https_needs_a_certificate_that_is_trusted_and_keeps_name_and_host(
    serve, settings, http_page, ca_file
) -> None:
    async def run() -> tuple[Answer, Answer, Answer]:
        async with serve(lambda seen: http_page(), tls="acme.example") as site:
            async with Fetcher(settings(connect_https=site.at, ca_file=ca_file)) as fetcher:
                good = await fetcher.get("https://acme.example/")
                wrong = await fetcher.get("https://other.example/")
            async with Fetcher(settings(connect_https=site.at)) as fetcher:
                unknown = await fetcher.get("https://acme.example/")
            assert site.server_names[0] == "acme.example"
            assert [seen.headers["host"] for seen in site.seen] == ["acme.example"]
        return good, wrong, unknown

    good, wrong, unknown = asyncio.run(run())
    assert told(good) == ("found", "")
    assert told(wrong) == told(unknown) == ("failed", "tls")


@pytest.mark.parametrize(("content", "said"), [(None, "cannot be read"), ("certificate", "no certificate")])
def test_an_authority_that_is_none_is_told_of_before_anything_is_asked(
    settings, tmp_path, content, said
) -> None:
    if content is not None:
        (tmp_path / "ca.pem").write_text(content)

    async def run() -> None:
        async with Fetcher(settings(ca_file=tmp_path / "ca.pem")):
            raise AssertionError("it was opened")

    with pytest.raises(FileError, match=said) as told_of:
        asyncio.run(run())
    assert "http.ca_file" in told_of.value.hint


def test_authorities_of_the_environment_that_are_none_are_told_of(settings, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))

    async def run() -> None:
        async with Fetcher(settings()):
            raise AssertionError("it was opened")

    with pytest.raises(FileError, match="cannot be read") as told_of:
        asyncio.run(run())
    assert "SSL_CERT_FILE" in told_of.value.hint


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (404, ("none", "http_404")),
        (410, ("none", "http_410")),
        (401, ("blocked", "http_401")),
        (403, ("blocked", "http_403")),
        (451, ("blocked", "http_451")),
        (999, ("blocked", "http_999")),
        (400, ("failed", "http_400")),
        (302, ("failed", "http_302")),
    ],
)
def test_a_status_has_one_outcome_and_is_not_asked_twice(ask, http_page, status, outcome) -> None:
    answer, site = ask(lambda seen: http_page(status=status))
    assert told(answer) == outcome
    assert (answer.status, len(site.seen)) == (status, 1)


def test_an_empty_page_is_none(ask, http_page) -> None:
    assert told(ask(lambda seen: http_page(b""))[0]) == ("none", "empty")
    assert told(ask(lambda seen: b"HTTP/1.1 204 No\r\n\r\n")[0]) == ("none", "empty")


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_server_error_is_tried_a_bounded_number_of_times(ask, http_page, status) -> None:
    answer, site = ask(lambda seen: http_page(status=status), attempts=4)
    assert told(answer) == ("failed", f"http_{status}")
    assert len(site.seen) == answer.requests == 4


def test_a_server_error_that_passes_is_forgotten(ask, http_page) -> None:
    statuses = iter([500, 503, 200])
    answer, _ = ask(lambda seen: http_page(status=next(statuses)))
    assert told(answer) == ("found", "")
    assert answer.requests == 3


def test_too_many_requests_waits_as_long_as_asked(serve, settings, http_page) -> None:
    async def run() -> tuple[Answer, float]:
        loop = asyncio.get_running_loop()
        times: list[float] = []

        def answer(seen: object) -> bytes:
            times.append(loop.time())
            return http_page() if times[1:] else http_page(status=429, headers={"Retry-After": "1"})

        async with serve(answer) as site, Fetcher(settings(connect_http=site.at)) as fetcher:
            return await fetcher.get("http://acme.example/"), times[1] - times[0]

    answer, waited = asyncio.run(run())
    assert told(answer) == ("found", "")
    assert waited >= 0.99


def test_too_many_requests_to_the_end_is_blocked(ask, http_page) -> None:
    answer, site = ask(lambda seen: http_page(status=429))
    assert told(answer) == ("blocked", "http_429")
    assert len(site.seen) == 3


def test_a_site_that_asks_for_an_hour_is_left_alone(ask, http_page) -> None:
    dates = {"Date": "Mon, 02 Mar 2026 10:00:00 GMT", "Retry-After": "Mon, 02 Mar 2026 11:00:00 GMT"}
    for headers in ({"Retry-After": "3600"}, dates):
        answer, site = ask(lambda seen, headers=headers: http_page(status=429, headers=headers))
        assert told(answer) == ("blocked", "http_429")
        assert len(site.seen) == 1


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"SSH-2.0-OpenSSH_9.0\r\n\r\n", "not_http"),
        (b"\x00\xff\x13garbage" * 50, "not_http"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "protocol"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 5000 + b"\r\n", "protocol"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 300_000 + b"\r\n\r\n", "protocol"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: lots\r\n\r\n", "protocol"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\npage", "protocol"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 500, "protocol"),
        (b"HTTP/1.1 two hundred\r\n\r\n", "not_http"),
    ],
)
def test_what_is_no_http_fails_by_its_name(ask, raw, reason) -> None:
    answer, site = ask(lambda seen: raw)
    assert told(answer) == ("failed", reason)
    assert len(site.seen) == 1


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\nX-A: b\r\n\r\npage",
        b"HTTP/1.1 200\r\nContent-Length: 4\r\nx-a:b\r\n\r\npage",
        b"HTTP/1.1 200 OK\nX-A: b\nContent-Length: 4\n\npage",
        b"HTTP/1.0 200 OK\r\nX-A: b\r\nConnection: close\r\n\r\npage",
        b"HTTP/1.1 200 OK\r\nX-A: b\r\nTransfer-Encoding: chunked\r\n\r\n2\r\npa\r\n2\r\nge\r\n0\r\nX-Late: 1\r\n\r\n",
    ],
)
def test_a_page_is_understood_in_all_forms_that_servers_send(ask, raw) -> None:
    answer, _ = ask(lambda seen: raw)
    assert told(answer) == ("found", "")
    assert (answer.status, answer.body, answer.headers["x-a"]) == (200, b"page", "b")
    assert not {"x-early", "x-late"} & answer.headers.keys()


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nX-Evil: 1", "a\0b", "a\rb"])
def test_no_line_end_gets_into_a_header(ask, http_page, value) -> None:
    answer, site = ask(lambda seen: http_page(), headers={"X-Key": value})
    assert told(answer) == ("failed", "bad_header")
    assert site.seen == []


def test_proxies_and_cookies_of_the_environment_play_no_part(ask, http_page, monkeypatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    answer, _ = ask(lambda seen: http_page())
    assert told(answer) == ("found", "")


def test_a_connection_cut_without_an_answer_is_tried_again(ask, http_page) -> None:
    answers = iter([None, http_page()])
    answer, site = ask(lambda seen: next(answers))
    assert told(answer) == ("found", "")
    assert len(site.seen) == 2
    answer, site = ask(lambda seen: None)
    assert told(answer) == ("failed", "reset")
    assert len(site.seen) == 3


def test_a_head_that_breaks_off_is_no_answer(ask) -> None:
    answer, _ = ask(lambda seen: b"HTTP/1.1 200 OK\r\nX-A: b\r\nConnection: close\r\n")
    assert (told(answer), answer.status) == (("failed", "reset"), None)


def test_a_body_that_breaks_off_is_no_page(ask) -> None:
    answer, _ = ask(lambda seen: b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\nConnection: close\r\n\r\nhalf")
    assert told(answer) == ("failed", "reset")
    assert answer.body == b""


def test_a_server_that_never_answers_times_out_once(ask) -> None:
    async def stall(seen: object) -> None:
        await asyncio.sleep(30)

    answer, site = ask(stall, timeout=0.2)
    assert told(answer) == ("failed", "timeout")
    assert len(site.seen) == 1


def test_a_server_that_drips_for_ever_times_out(settings) -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        try:
            while True:
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(0.05)
        except ConnectionError:
            writer.transport.abort()

    async def run() -> Answer:
        server = await asyncio.start_server(drip, "127.0.0.1", 0)
        made = settings(connect_http=server.sockets[0].getsockname(), timeout=0.2)
        async with Fetcher(made) as fetcher:
            answer = await fetcher.get("http://acme.example/")
        server.close()
        return answer

    answer = asyncio.run(run())
    assert told(answer) == ("failed", "timeout")
    assert (answer.status, answer.requests) == (200, 1)


def test_a_page_that_announces_far_too_much_is_not_begun(ask) -> None:
    answer, _ = ask(lambda seen: b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n" + b"x" * 99)
    assert told(answer) == ("failed", "too_large")
    assert answer.body == b""


def test_an_endless_page_is_cut_at_the_limit_and_the_connection_closed(settings) -> None:
    sent = 0

    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        try:
            while sent < 100_000_000:
                writer.write(b"y" * 65_536)
                await writer.drain()
                sent += 65_536
        except ConnectionError:
            writer.transport.abort()

    async def run() -> Answer:
        server = await asyncio.start_server(flood, "127.0.0.1", 0)
        made = settings(connect_http=server.sockets[0].getsockname(), max_bytes=200_000)
        async with Fetcher(made) as fetcher:
            answer = await fetcher.get("http://acme.example/")
        server.close()
        return answer

    answer = asyncio.run(run())
    assert told(answer) == ("found", "")
    assert answer.truncated
    assert answer.body == b"y" * 200_000
    assert sent < 50_000_000


def test_a_body_of_just_the_limit_is_whole(ask, http_page) -> None:
    answer, _ = ask(lambda seen: http_page(b"z" * 1000), max_bytes=1000)
    assert (len(answer.body), answer.truncated) == (1000, False)
    answer, _ = ask(lambda seen: http_page(b"z" * 1001), max_bytes=1000)
    assert (len(answer.body), answer.truncated) == (1000, True)


TEXT = b"".join(b"<p>line %d of a page</p>" % number for number in range(3000))


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(TEXT)),
        ("GZIP", gzip.compress(TEXT)),
        ("x-gzip", gzip.compress(TEXT)),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", zlib.compress(TEXT)[2:-4]),
        ("identity", TEXT),
        ("utf-8", TEXT),
    ],
)
def test_a_body_is_decoded_as_servers_name_it(ask, http_page, encoding, body) -> None:
    answer, _ = ask(lambda seen: http_page(body, headers={"Content-Encoding": encoding}))
    assert told(answer) == ("found", "")
    assert answer.body == TEXT
    assert not answer.truncated


@pytest.mark.parametrize(
    ("encoding", "body"),
    [("gzip", b"no gzip at all"), ("br", b"x"), ("gzip, gzip", gzip.compress(gzip.compress(TEXT)))],
)
def test_a_body_that_cannot_be_decoded_fails(ask, http_page, encoding, body) -> None:
    answer, _ = ask(lambda seen: http_page(body, headers={"Content-Encoding": encoding}))
    assert told(answer) == ("failed", "encoding")
    assert answer.body == b""


@pytest.mark.parametrize("compress", [gzip.compress, zlib.compress])
def test_a_bomb_is_neither_kept_nor_unpacked(ask, http_page, compress) -> None:
    name = "gzip" if compress is gzip.compress else "deflate"
    bomb = compress(bytes(50_000_000))
    answer, _ = ask(lambda seen: http_page(bomb, headers={"Content-Encoding": name}))
    assert told(answer) == ("failed", "too_large")
    assert answer.body == b""


def test_many_headers_are_kept_in_part(ask, http_page) -> None:
    headers = {f"X-{number}": "v" * 6000 for number in range(40)}
    headers |= {f"Y-{number}": "v" for number in range(80)}
    answer, _ = ask(lambda seen: http_page(headers=headers))
    assert told(answer) == ("found", "")
    assert len(answer.headers) <= 100
    assert max(map(len, answer.headers.values())) <= 4096


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (200, {}, b"<html><head><title>Just a moment...</title></head></html>"),
        (503, {}, b"<title>Just a moment...</title>"),
        (403, {"cf-mitigated": "challenge"}, b"x"),
        (202, {"x-amzn-waf-action": "challenge"}, b""),
        (200, {}, b"<html><script src='/_Incapsula_Resource?SWJIYLWA=1'></script></html>"),
        (200, {}, b"<html>Reference 18.1 https://errors.edgesuite.net/18.1</html>"),
    ],
)
def test_a_wall_for_humans_is_blocked_whatever_its_status(ask, http_page, status, headers, body) -> None:
    answer, site = ask(lambda seen: http_page(body, status, headers))
    assert told(answer) == ("blocked", "bot_wall")
    assert len(site.seen) == 1


def test_a_page_that_writes_about_walls_is_a_page(ask, http_page) -> None:
    body = b"<title>Blog</title><h1>What does Just a moment... mean?</h1><script src='/_Incapsula_Resource'>"
    answer, _ = ask(lambda seen: http_page(body + b" word" * 5000))
    assert told(answer) == ("found", "")


def test_redirects_are_followed_and_counted(ask, http_page) -> None:
    def answer(seen):
        hops = {"/": "/a", "/a": "//www.acme.example/b", "/b": "http://acme.example/c"}
        if to := hops.get(seen.path):
            return http_page(b"", 302, {"Location": to, "Set-Cookie": f"at{seen.path[1:]}=1"})
        return http_page(headers={"Set-Cookie": "end=1"})

    found, site = ask(answer)
    assert told(found) == ("found", "")
    assert (found.final_url, found.requests) == ("http://acme.example/c", 4)
    assert found.cookies == ("at", "ata", "atb", "end")
    assert [seen.headers["host"] for seen in site.seen][2] == "www.acme.example"
    assert all("cookie" not in seen.headers for seen in site.seen)


def test_cookies_of_another_site_on_the_way_are_not_the_sites(ask, http_page) -> None:
    def answer(seen):
        if seen.headers["host"] == "acme.example":
            return http_page(b"", 301, {"Location": "http://other.example/", "Set-Cookie": "acme=1"})
        return http_page(headers={"Set-Cookie": "other=1"})

    assert ask(answer)[0].cookies == ("other",)


def test_the_callers_headers_stay_with_the_origin_they_were_for(ask, http_page) -> None:
    def answer(seen):
        if seen.path == "/":
            return http_page(b"", 302, {"Location": "/again"})
        if seen.path == "/again":
            return http_page(b"", 302, {"Location": "http://other.example/end"})
        return http_page()

    _, site = ask(answer, headers={"Authorization": "Bearer key"})
    assert ["authorization" in seen.headers for seen in site.seen] == [True, True, False]


@pytest.mark.parametrize(
    ("location", "reason", "requests"),
    [
        ("/", "redirect_loop", 1),
        ("/next?{n}", "too_many_redirects", 6),
        ("file:///etc/passwd", "unsupported_scheme", 1),
        ("http://user:word@acme.example/", "credentials", 1),
        ("http://acme.example:22/", "port", 1),
        ("http://[broken/", "bad_url", 1),
        ("https://acme.example/", "refused", 1),
    ],
)
def test_a_redirect_that_leads_nowhere_fails_by_its_name(ask, http_page, location, reason, requests) -> None:
    count = iter(range(99))
    answer, site = ask(lambda seen: http_page(b"", 302, {"Location": location.format(n=next(count))}))
    assert told(answer) == ("failed", reason)
    assert len(site.seen) == answer.requests == requests


def test_a_redirect_between_two_pages_is_a_loop(ask, http_page) -> None:
    to = {"/": "/b", "/b": "/"}
    answer, site = ask(lambda seen: http_page(b"", 302, {"Location": to[seen.path]}))
    assert told(answer) == ("failed", "redirect_loop")
    assert len(site.seen) == 2
