"""Conditional requests: a page that has not changed is not sent again."""

from __future__ import annotations

import asyncio

import pytest

from prospector.fetch import Answer, Fetcher, Known

TAG = '"v1"'
DAY = "Wed, 21 Oct 2026 07:28:00 GMT"


def test_an_answer_tells_how_to_ask_again_and_unchanged_is_found_without_a_body(ask, http_page) -> None:
    def answer(seen):
        if seen.headers.get("if-none-match") == TAG and seen.headers["if-modified-since"] == DAY:
            return b"HTTP/1.1 304 Not Modified\r\nETag: " + TAG.encode() + b"\r\n\r\n"
        return http_page(headers={"ETag": TAG, "Last-Modified": DAY})

    def twice(port):
        async def run(fetcher) -> tuple[Answer, Answer]:
            url = f"http://127.0.0.1:{port}/"
            first = await fetcher.get_site(url)
            return first, await fetcher.get_site(url, known=first.known)

        return run

    first, second = ask(answer, twice)
    assert first.known == Known(first.final_url, TAG, DAY)
    assert not first.unchanged
    assert (second.outcome, second.reason, second.status) == ("found", "", 304)
    assert second.unchanged
    assert second.body == b""


def test_only_the_page_that_is_known_is_asked_for_its_changes(ask, http_page) -> None:
    asked = []

    def answer(seen):
        asked.append((seen.path, "if-none-match" in seen.headers))
        if seen.path == "/":
            return http_page(b"", 302, {"Location": "/home"})
        return http_page()

    def run(port):
        async def go(fetcher) -> Answer:
            base = f"http://127.0.0.1:{port}"
            return await fetcher.get_site(f"{base}/", known=Known(f"{base}/home", TAG))

        return go

    assert ask(answer, run).body
    assert asked == [("/", False), ("/home", True)]


def test_a_304_that_nobody_asked_for_is_a_failure(ask) -> None:
    def run(port):
        async def go(fetcher) -> Answer:
            return await fetcher.get_site(f"http://127.0.0.1:{port}/")

        return go

    answer = ask(lambda seen: b"HTTP/1.1 304 Not Modified\r\n\r\n", run)
    assert (answer.outcome, answer.reason, answer.unchanged) == ("failed", "http_304", False)


@pytest.mark.parametrize("tag", ['"a\x01"', "x" * 300, "\x7f", ""])
def test_a_validator_that_no_header_can_carry_is_not_kept(tag) -> None:
    answer = Answer("u", "https://acme.example/", "found", headers={"etag": tag})
    assert answer.known is None


@pytest.fixture
def ask(serve, settings):
    """Serve `answer` and run a coroutine with a fetcher against it."""

    def asking(answer, make):
        async def run():
            async with serve(answer) as site, Fetcher(settings(allow_private=True)) as fetcher:
                return await make(site.port)(fetcher)

        return asyncio.run(run())

    return asking
