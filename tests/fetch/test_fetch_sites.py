"""Sites: https before http, robots.txt, pace and limits."""

from __future__ import annotations

import asyncio
import os
import resource
from itertools import pairwise

import pytest

from prospector.fetch import Answer, Fetcher
from prospector.fetch.hosts import Gate
from prospector.fetch.robots import RobotsFile, read_rules


def told(answer: Answer) -> tuple[str, str]:
    return answer.outcome, answer.reason


@pytest.fixture
def crawl(serve, settings):
    """`crawl(answer, path...)`: pages of http://acme.example at once, with robots.txt, and the server."""

    def crawling(answer, *paths, **changes):
        async def run():
            made = {"robots": True, **changes}
            async with serve(answer) as site, Fetcher(settings(connect_http=site.at, **made)) as fetcher:
                urls = [path if "://" in path else f"http://acme.example{path}" for path in paths]
                return await asyncio.gather(*map(fetcher.get, urls)), site

        return asyncio.run(run())

    return crawling


def test_a_site_is_asked_by_https_and_then_not_by_http(serve, settings, http_page, ca_file) -> None:
    async def run() -> tuple[Answer, int]:
        gone = serve(lambda seen: http_page(status=404), tls="acme.example")
        async with gone as secure, serve(lambda seen: http_page()) as plain:
            made = settings(connect_http=plain.at, connect_https=secure.at, ca_file=ca_file)
            async with Fetcher(made) as fetcher:
                return await fetcher.get_site("http://acme.example/x"), plain.connections

    answer, plain_connections = asyncio.run(run())
    assert told(answer) == ("none", "http_404")
    assert answer.final_url == "https://acme.example/x"
    assert plain_connections == 0


@pytest.mark.parametrize("trouble", ["certificate", "no tls", "reset", "scheme refused"])
def test_a_site_without_good_https_is_asked_by_http(serve, settings, http_page, ca_file, trouble) -> None:
    async def run() -> list[Answer]:
        name = {"certificate": "other.example", "reset": "acme.example"}.get(trouble)
        async with serve(lambda seen: None, tls=name) as secure, serve(lambda seen: http_page()) as plain:
            https = None if trouble == "scheme refused" else secure.at
            made = settings(connect_http=plain.at, connect_https=https, ca_file=ca_file)
            async with Fetcher(made) as fetcher:
                answers = [await fetcher.get_site(f"https://acme.example/{n}") for n in range(3)]
            tries = {"certificate": 1, "no tls": 1, "reset": 3, "scheme refused": 0}
            assert max(secure.connections, len(secure.server_names)) == tries[trouble]
            return answers

    answers = asyncio.run(run())
    assert [told(answer) for answer in answers] == [("found", "")] * 3
    assert {answer.insecure for answer in answers} == {trouble in {"certificate", "no tls"}}
    assert answers[2].final_url == "http://acme.example/2"


def test_a_dead_site_costs_nothing_the_second_time(settings, connected) -> None:
    async def run() -> list[Answer]:
        async with Fetcher(
            settings(connect_http=("127.0.0.1", 1), connect_https=("127.0.0.1", 1))
        ) as fetcher:
            return [await fetcher.get_site(f"https://acme.example/{n}") for n in range(3)]

    answers = asyncio.run(run())
    assert {told(answer) for answer in answers} == {("failed", "refused")}
    assert [answer.requests for answer in answers] == [2, 0, 0]
    assert len(connected) == 2


@pytest.mark.parametrize(("open_scheme", "closed_scheme"), [("http", "https"), ("https", "http")])
def test_with_one_scheme_routed_the_other_is_refused_without_a_connection(
    settings, connected, open_scheme, closed_scheme
) -> None:
    async def run() -> Answer:
        async with Fetcher(settings(**{f"connect_{open_scheme}": ("127.0.0.1", 1)})) as fetcher:
            return await fetcher.get(f"{closed_scheme}://acme.example/")

    answer = asyncio.run(run())
    assert (*told(answer), answer.requests) == ("failed", "refused", 0)
    assert connected == []


def test_a_site_without_a_scheme_is_understood(serve, settings, http_page) -> None:
    async def run() -> Answer:
        async with (
            serve(lambda seen: http_page()) as site,
            Fetcher(settings(connect_http=site.at)) as fetcher,
        ):
            return await fetcher.get_site("acme.example/jobs")

    answer = asyncio.run(run())
    assert (answer.outcome, answer.url, answer.final_url) == (
        "found",
        "acme.example/jobs",
        "http://acme.example/jobs",
    )


ROBOTS = (
    b"User-agent: *\nDisallow: /\n\nUser-agent: Prospector/2.0\nDisallow: /private\nAllow: /private/open\n"
)


def test_robots_txt_is_read_once_and_obeyed_by_our_name(crawl, http_page) -> None:
    answer = lambda seen: http_page(ROBOTS if seen.path == "/robots.txt" else b"page")  # noqa: E731
    answers, site = crawl(answer, "/", "/private", "/private/x?y", "/private/open", per_host=4)
    assert [told(answer) for answer in answers] == [
        ("found", ""),
        ("blocked", "robots"),
        ("blocked", "robots"),
        ("found", ""),
    ]
    assert [seen.path for seen in site.seen].count("/robots.txt") == 1
    assert {seen.path for seen in site.pages} == {"/", "/private/open"}
    assert answers[0].requests == 1
    assert answers[1].requests == 0


@pytest.mark.parametrize("status", [404, 401, 403, 400, 410, 204])
def test_a_site_without_robots_txt_may_be_asked(crawl, http_page, status) -> None:
    def answer(seen):
        return http_page(b"" if status == 204 else b"no", status) if "robots" in seen.path else http_page()

    answers, _ = crawl(answer, "/")
    assert told(answers[0]) == ("found", "")


def test_a_site_whose_robots_txt_is_broken_is_not_asked(crawl, http_page) -> None:
    answers, site = crawl(lambda seen: http_page(status=500), "/")
    assert told(answers[0]) == ("blocked", "robots_unavailable")
    assert site.pages == []


def test_a_host_that_cannot_be_reached_is_not_called_blocked(crawl) -> None:
    answers, site = crawl(lambda seen: b"220 mail.acme.example ESMTP\r\n\r\n", "/", "/b")
    assert {told(answer) for answer in answers} == {("failed", "not_http")}
    assert site.connections == 1


def test_the_robots_txt_of_a_new_host_on_the_way_counts(crawl, http_page) -> None:
    def answer(seen):
        if seen.path == "/robots.txt":
            rules = b"User-agent: *\nDisallow: /" if seen.headers["host"] == "other.example" else b"#"
            return http_page(rules)
        return http_page(b"", 302, {"Location": "http://other.example/"})

    answers, _ = crawl(answer, "/")
    assert told(answers[0]) == ("blocked", "robots")
    assert answers[0].final_url == "http://other.example/"


def test_a_robots_txt_that_moved_is_followed(crawl, http_page) -> None:
    def answer(seen):
        if seen.path == "/robots.txt":
            return http_page(b"", 301, {"Location": "/rules.txt"})
        return http_page(b"User-agent: *\nDisallow: /secret" if seen.path == "/rules.txt" else b"page")

    answers, _ = crawl(answer, "/secret", "/open")
    assert [told(answer) for answer in answers] == [("blocked", "robots"), ("found", "")]


def test_robots_txt_can_be_left_out_for_one_request(serve, settings, http_page) -> None:
    async def run() -> list[str]:
        async with serve(lambda seen: http_page()) as site:
            async with Fetcher(settings(connect_http=site.at, robots=True)) as fetcher:
                await fetcher.get("http://api.example/v1", robots=False)
            return [seen.path for seen in site.seen]

    assert asyncio.run(run()) == ["/v1"]


def test_crawl_delay_spaces_the_requests_of_a_host(serve, settings, http_page) -> None:
    async def run() -> list[float]:
        loop = asyncio.get_running_loop()
        times: list[float] = []

        def answer(seen) -> bytes:
            if seen.path == "/robots.txt":
                return http_page(b"User-agent: *\nCrawl-delay: 0.3")
            times.append(loop.time())
            return http_page()

        made = {"robots": True, "per_host": 4}
        async with serve(answer) as site, Fetcher(settings(connect_http=site.at, **made)) as fetcher:
            await asyncio.gather(*(fetcher.get(f"http://acme.example/{n}") for n in range(4)))
        return times

    times = asyncio.run(run())
    assert all(later - earlier >= 0.1 for earlier, later in pairwise(times))


def test_a_crawl_delay_has_a_limit() -> None:
    assert read_rules(RobotsFile(200, b"User-agent: *\nCrawl-delay: 86400"), "prospector").delay == 10.0


def test_a_robots_txt_of_thousands_of_robots_is_read_in_linear_time() -> None:
    agents = b"".join(b"User-agent: r%d\n" % number for number in range(12_000))
    sneaky = b"x\x0c" + agents.replace(b"\n", b"\x0c")
    rules = b"".join(b"Disallow: /%d\n" % number for number in range(10_000))
    file = RobotsFile(200, (agents + sneaky + b"\nUser-agent: *\n" + rules)[:500_000])
    assert read_rules(file, "prospector").file is not None


def test_no_more_requests_are_under_way_than_allowed(crawl, http_page) -> None:
    async def slow(seen):
        await asyncio.sleep(0.03)
        return http_page()

    _, site = crawl(slow, *(f"/{n}" for n in range(8)), robots=False)
    assert site.busiest == 2
    hosts = [f"http://h{n}.example/" for n in range(12)]
    _, site = crawl(slow, *hosts, robots=False, concurrency=5)
    assert site.busiest == 5


def test_a_page_comes_over_the_connection_of_its_robots_txt(crawl, http_page) -> None:
    hosts = [f"http://h{n}.example/" for n in range(30)]
    answers, site = crawl(lambda seen: http_page(b"ok"), *hosts, concurrency=3)
    assert {told(answer) for answer in answers} == {("found", "")}
    assert site.connections == 30


def test_new_hosts_come_in_by_and_by_and_after_those_that_are_spoken_to() -> None:
    async def run() -> tuple[list[int], list[str], list[str]]:
        gate, passed, widths = Gate(50), [], []

        async def ask(name: str, warm: bool) -> None:
            await gate.enter(warm=warm)
            passed.append(name)

        tasks = [asyncio.create_task(ask(f"new {n}", False)) for n in range(30)]
        while len(passed) < 30:
            before = len(passed)
            await asyncio.sleep(0)
            widths.append(len(passed) - before)
        first = list(passed)
        tasks += [asyncio.create_task(ask(f"late {n}", n % 2 == 1)) for n in range(40)]
        for _ in range(20):
            await asyncio.sleep(0)
        tasks[-2].cancel()
        for _ in range(60):
            gate.leave()
            await asyncio.sleep(0)
        await asyncio.gather(*tasks, return_exceptions=True)
        return widths, first, passed[30:]

    widths, first, later = asyncio.run(run())
    assert first == [f"new {n}" for n in range(30)]
    assert max(widths) <= 8
    assert sum(1 for name in later if int(name.split()[1]) % 2) == 20
    assert len(later) == 39


def test_giving_up_one_request_leaves_the_others_alone(serve, settings, http_page) -> None:
    async def run() -> list[str]:
        async def slow(seen):
            await asyncio.sleep(0.1)
            return http_page()

        made = {"robots": True, "concurrency": 1, "per_host": 1}
        async with serve(slow) as site, Fetcher(settings(connect_http=site.at, **made)) as fetcher:
            tasks = [asyncio.create_task(fetcher.get(f"http://acme.example/{n}")) for n in range(4)]
            await asyncio.sleep(0.02)
            tasks[0].cancel()
            tasks[2].cancel()
            done = await asyncio.gather(*tasks, return_exceptions=True)
        return [done[1].outcome, done[3].outcome]  # type: ignore[union-attr]

    assert asyncio.run(run()) == ["found", "found"]


def test_a_closed_port_is_refused_and_not_asked_again(settings, connected) -> None:
    async def run() -> list[Answer]:
        server = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
        at = server.sockets[0].getsockname()
        server.close()
        await server.wait_closed()
        async with Fetcher(settings(connect_http=at)) as fetcher:
            return [await fetcher.get(f"http://acme.example/{number}") for number in range(5)]

    answers = asyncio.run(run())
    assert {told(answer) for answer in answers} == {("failed", "refused")}
    assert len(connected) == 1


def test_running_out_of_files_here_is_not_held_against_the_host(serve, settings, http_page) -> None:
    async def run() -> list[Answer]:
        async with (
            serve(lambda seen: http_page()) as site,
            Fetcher(settings(connect_http=site.at)) as fetcher,
        ):
            before = resource.getrlimit(resource.RLIMIT_NOFILE)
            resource.setrlimit(resource.RLIMIT_NOFILE, (3, before[1]))
            try:
                without = await fetcher.get("http://acme.example/")
            finally:
                resource.setrlimit(resource.RLIMIT_NOFILE, before)
            return [without, await fetcher.get("http://acme.example/")]

    without, later = asyncio.run(run())
    assert told(without) == ("failed", "local_limit")
    assert told(later) == ("found", "")


def test_no_request_is_repeated_unseen_where_a_used_connection_breaks(serve, settings, http_page) -> None:
    async def run() -> tuple[list[Answer], list[str]]:
        broken = {"/b", "/c"}

        def answer(seen):
            if seen.path in broken:
                broken.remove(seen.path)
                return None
            return http_page()

        async with serve(answer) as site, Fetcher(settings(connect_http=site.at)) as fetcher:
            answers = [await fetcher.get(f"http://acme.example/{page}") for page in "abc"]
            return answers, [seen.path for seen in site.seen]

    answers, seen = asyncio.run(run())
    assert [told(answer) for answer in answers] == [("found", "")] * 3
    assert [answer.requests for answer in answers] == [1, 2, 2]
    assert seen == ["/a", "/b", "/b", "/c", "/c"]


@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
def test_connections_are_closed_in_the_end(serve, settings, http_page) -> None:
    async def run() -> tuple[set[str], set[str]]:
        async with serve(lambda seen: http_page()) as site:
            before = set(os.listdir("/dev/fd"))
            for _ in range(3):
                async with Fetcher(settings(connect_http=site.at)) as fetcher:
                    urls = [f"http://h{n}.example/" for n in range(20)]
                    await asyncio.gather(*map(fetcher.get, urls))
            while site.open:
                await asyncio.sleep(0.01)
            return before, set(os.listdir("/dev/fd"))

    before, after = asyncio.run(run())
    assert len(after) <= len(before)
