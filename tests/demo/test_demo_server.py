"""The sample web on loopback: each host answers with its own page, and nothing is left behind."""

from __future__ import annotations

import asyncio
import http.client
import json
import re
import socket
import threading
from datetime import date
from typing import TYPE_CHECKING

import httpx
import pytest

from prospector.demo.companies import companies, company_by_key
from prospector.demo.server import SiteServer
from prospector.demo.sites import GREENHOUSE, LEVER, TAG_MANAGER, DemoSites

if TYPE_CHECKING:
    from collections.abc import Iterator

AS_OF = date(2026, 11, 22)


@pytest.fixture(scope="module")
def server() -> Iterator[SiteServer]:
    with SiteServer(DemoSites(AS_OF)) as running:
        yield running


@pytest.fixture(scope="module")
def client(server: SiteServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"http://{server.address}", trust_env=False) as running:
        yield running


def get(client: httpx.Client, host: str, path: str = "/") -> httpx.Response:
    return client.get(path, headers={"Host": host})


def test_every_living_company_answers_with_its_own_home_page(client: httpx.Client):
    for company in companies():
        if company.site in {"ok", "robots"}:
            answer = get(client, company.domain)
            assert answer.status_code == 200
            title = company.name.replace("&", "&amp;")
            assert f"<title>{title}</title>" in answer.text
            assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_www_in_front_and_a_port_behind_make_no_difference(client: httpx.Client):
    plain = get(client, "nordhafen-bank.example").text
    assert get(client, "www.nordhafen-bank.example").text == plain
    assert get(client, "NORDHAFEN-BANK.example:80").text == plain


def test_every_link_of_a_site_to_itself_leads_to_a_page(client: httpx.Client):
    for company in companies():
        if company.site != "ok":
            continue
        links = {"/"}
        for path in ("/", company.careers_path or "/"):
            links.update(re.findall(r'<a href="(/[^"#]*)', get(client, company.domain, path).text))
        for link in links:
            assert get(client, company.domain, link).status_code == 200, (company.key, link)


def test_open_jobs_stand_on_the_careers_page_or_on_its_board(client: httpx.Client):
    for company in companies():
        if company.careers_kind in {"html", "jsonld", "lever"} and company.site == "ok":
            text = get(client, company.domain, company.careers_path).text
            assert all((f">{job.title}</a>" in text) == (job.closed is None) for job in company.jobs)


def test_a_page_that_does_not_exist_is_404_and_so_are_favicons(client: httpx.Client):
    assert get(client, "nordhafen-bank.example", "/nowhere").status_code == 404
    assert get(client, "nordhafen-bank.example", "/favicon.ico").status_code == 404


def test_the_broken_site_answers_500_on_every_page_but_not_for_robots(client: httpx.Client):
    broken = company_by_key()["stellhaven"]
    assert get(client, broken.domain).status_code == 500
    assert get(client, broken.domain, broken.careers_path).status_code == 500
    assert get(client, broken.domain, "/robots.txt").status_code == 404


def test_one_site_forbids_robots_everything_and_the_others_do_not(client: httpx.Client):
    forbidding = []
    for company in companies():
        if company.site in {"ok", "robots"}:
            text = get(client, company.domain, "/robots.txt").text
            assert text.startswith("User-agent: *\n")
            forbidding += [company.key] if "Disallow: /\n" in text else []
    assert forbidding == ["wolfsgrund"]


@pytest.mark.parametrize("host", ["oak-and-ledger.example", "unheard-of.example", "boards.greenhouse.io"])
def test_a_host_that_does_not_exist_gets_the_connection_closed(server: SiteServer, host: str):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", "/", headers={"Host": host})
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        connection.getresponse()
    connection.close()


def test_the_greenhouse_boards_answer_in_their_published_shape(client: httpx.Client):
    answer = get(client, GREENHOUSE, "/v1/boards/kestrelvane-example/jobs?content=true").json()
    assert answer["meta"] == {"total": 2}
    assert answer["jobs"][0]["title"] == "Growth Marketing Manager"
    assert answer["jobs"][0]["departments"][0]["name"] == "Marketing"
    assert answer["jobs"][0]["first_published"].startswith("2026-11-06T")


def test_an_empty_board_is_not_a_missing_one(client: httpx.Client):
    empty = get(client, GREENHOUSE, "/v1/boards/copperleaf-example/jobs?content=true")
    assert (empty.status_code, empty.json()) == (200, {"jobs": [], "meta": {"total": 0}})
    assert get(client, GREENHOUSE, "/v1/boards/nobody-example/jobs?content=true").status_code == 404
    assert get(client, LEVER, "/v0/postings/copperleaf-example?mode=json").status_code == 404


def test_the_lever_boards_answer_in_their_published_shape(client: httpx.Client):
    answer = get(client, LEVER, "/v0/postings/brumelle-example?mode=json").json()
    assert [job["text"] for job in answer] == [
        "Chef de projet marketing (H/F)",
        "Gestionnaire sinistres (H/F)",
    ]
    assert answer[0]["categories"]["department"] == "Marketing"
    assert isinstance(answer[0]["createdAt"], int)


def container(client: httpx.Client, key: str) -> httpx.Response:
    return get(client, TAG_MANAGER, f"/gtm.js?id={company_by_key()[key].container}")


def test_containers_hold_a_conversion_tag_analytics_only_or_a_paused_tag(client: httpx.Client):
    functions = {}
    for key in ("alameda", "lindenquai", "vallonne"):
        resource = container(client, key).text.split("var data = ", 1)[1].split(";\nwindow", 1)[0]
        functions[key] = [tag["function"] for tag in json.loads(resource)["resource"]["tags"]]
    assert functions == {
        "alameda": ["__googtag", "__gclidw", "__awct"],
        "lindenquai": ["__googtag"],
        "vallonne": ["__googtag", "__paused"],
    }
    assert container(client, "skarbonka").status_code == 404


def test_headers_tell_what_the_stories_need(client: httpx.Client):
    assert "js.hs-scripts.com" in get(client, "torrevela-seguros.example").headers["content-security-policy"]
    assert get(client, "maison-tournelune.example").headers["powered-by"] == "Shopify"
    assert get(client, "sparblick-ratgeber.example", "/ads.txt").text.startswith("google.com, pub-")


def test_what_a_page_says_is_escaped(client: httpx.Client):
    assert "<strong>Kestrel &amp; Vane Wealth</strong>" in get(client, "kestrelvane.example").text
    assert "Kestrel \\u0026 Vane Wealth" in get(client, "kestrelvane.example").text


def test_only_reading_is_allowed(client: httpx.Client):
    assert client.post("/", headers={"Host": "nordhafen-bank.example"}).status_code == 405
    head = client.head("/", headers={"Host": "nordhafen-bank.example"})
    assert (head.status_code, head.text) == (200, "")


def test_a_hundred_requests_at_once_each_get_their_own_site(
    server: SiteServer, capfd: pytest.CaptureFixture[str]
):
    hosts = [company.domain for company in companies() if company.site == "ok"]
    wanted = [hosts[number % len(hosts)] for number in range(100)]

    async def ask(host: str) -> str:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        answer = (await reader.read()).decode()
        writer.close()
        await writer.wait_closed()
        return answer

    async def ask_all() -> list[str]:
        return await asyncio.gather(*(ask(host) for host in wanted))

    answers = asyncio.run(ask_all())
    assert all(f'href="https://{host}/"' in answer for host, answer in zip(wanted, answers, strict=True))
    assert capfd.readouterr() == ("", "")


def test_stopping_frees_the_port_and_the_thread_even_with_connections_open(capfd: pytest.CaptureFixture[str]):
    before = set(threading.enumerate())
    running = SiteServer(DemoSites(AS_OF))
    running.start()
    idle = http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)
    idle.request("GET", "/", headers={"Host": "nordhafen-bank.example"})
    assert idle.getresponse().read()
    running.stop()
    running.stop()
    assert set(threading.enumerate()) <= before
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", running.port), timeout=5)
    idle.close()
    assert capfd.readouterr() == ("", "")


def test_a_server_that_never_started_can_be_stopped():
    never = SiteServer(DemoSites(AS_OF))
    never.stop()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", never.port), timeout=5)


def test_the_same_day_gives_the_same_pages():
    once, again = DemoSites(AS_OF), DemoSites(AS_OF)
    for company in companies():
        for path in ("/", company.careers_path or "/"):
            assert once.answer(company.domain, path) == again.answer(company.domain, path)


def test_strange_targets_and_hosts_are_answered_like_any_other():
    sites = DemoSites(AS_OF)
    for target in (
        "*",
        "//evil.example/x",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/" + "a" * 5000,
        "/?id=%00",
        "/[::",
    ):
        answer = sites.answer("nordhafen-bank.example", target)
        assert answer is not None
        assert answer.status in {200, 404}
    assert sites.answer("", "/") is None
    assert sites.answer("[::1]:80", "/") is None
