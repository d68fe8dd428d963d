"""A world in which a third of all answers is broken, pages that break us, and runs that are killed."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import zlib
from datetime import date
from functools import cache
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from sites import Sites, garbage, hang_up, html
from workspaces import environment, make_workspace

from prospector.enrich.planner import Planner
from prospector.sites.visit import reader as site_reader
from prospector.sites.visit.faults import ReadingFault
from prospector.sites.visit.page_readings import read_home
from prospector.sites.visit.workers import ENOUGH_COMPANIES, Workers
from prospector.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

AS_OF = date(2026, 11, 23)
HUBSPOT = '<script id="hs-script-loader" async src="//js.hs-scripts.com/4455667.js"></script>'
HOME = html(f'<title>Firm</title>{HUBSPOT}<p>{"Words. " * 60}</p><a href="/careers">Careers</a>')
CAREERS = html(f"<title>Careers</title><p>There are currently no open positions.</p><p>{'Words. ' * 60}</p>")
HUBSPOT_USERS = "SELECT count(DISTINCT company_id) FROM company_technologies WHERE technology = 'hubspot'"
OUTCOMES = {"found", "none", "blocked", "failed"}


async def stall(writer: asyncio.StreamWriter) -> None:
    """A head, and then nothing more."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000\r\n\r\n<html>")
    await writer.drain()
    await asyncio.sleep(30)


@cache
def zeros(megabytes: int = 1024) -> bytes:
    """A gigabyte of zeros as one gzip stream: each block of a megabyte stands for itself."""
    squeeze = zlib.compressobj(9, wbits=31)
    head = squeeze.compress(bytes(1_000_000)) + squeeze.flush(zlib.Z_FULL_FLUSH)
    block = squeeze.compress(bytes(1_000_000)) + squeeze.flush(zlib.Z_FULL_FLUSH)
    return head + block * (megabytes - 1)


async def bomb(writer: asyncio.StreamWriter) -> None:
    """A small answer that is a gigabyte long."""
    data = zeros()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nContent-Length: {len(data)}\r\n\r\n"
    writer.write(head.encode() + data)
    await writer.drain()


async def header_flood(writer: asyncio.StreamWriter) -> None:
    """A head without an end."""
    writer.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(20_000):
        writer.write(b"X-Filler-%d: %s\r\n" % (number, b"x" * 100))
        if number % 100 == 0:
            await writer.drain()


FAULTS = [
    hang_up,
    stall,
    html("oops", status="500 Internal Server Error"),
    garbage,
    html("slow down", status="429 Too Many Requests", headers="Retry-After: 1\r\n"),
    html("", status="302 Found", headers="Location: /\r\n"),
    bomb,
    header_flood,
]


class BrokenSites(Sites):
    """Breaks a share of all answers, robots.txt included; which ones depends on host, path and how often asked."""

    share = 0.3

    def _answer(self, host, path):
        chance = random.Random(f"{host} {path} {self.asked[host, path]}")
        if chance.random() < self.share:
            return chance.choice(FAULTS)
        return super()._answer(host, path)


def prepare(folder: Path, sites: Sites, domains: list[str], **http: object) -> Path:
    make_workspace(folder, http={"connect_to": {"http": sites.address}, "timeout": 0.7, **http})
    rows = "".join(f"{domain.split('.')[0].title()},https://{domain}/\n" for domain in domains)
    (folder / "companies.csv").write_text("Company,Website\n" + rows, encoding="utf-8")
    with Workspace.open(folder, as_of=AS_OF) as opened:
        opened.import_file(folder / "companies.csv")
    return folder


def hosts(count: int) -> list[str]:
    return [f"host{number:03d}.example" for number in range(count)]


def pages(domains: list[str]) -> dict:
    good = {"/": HOME, "/careers": CAREERS, "/robots.txt": html("User-agent: *\nAllow: /\n")}
    return {(domain, path): page for domain in domains for path, page in good.items()}


def last_lookups(opened: Workspace) -> dict[str, dict[str, str]]:
    rows = opened.db.rows(
        "SELECT c.domain, l.source, l.outcome FROM companies c JOIN lookups l ON l.company_id = c.id ORDER BY l.id"
    )
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        found.setdefault(row["domain"], {})[row["source"]] = row["outcome"]
    return found


def test_with_three_in_ten_answers_broken_every_company_has_an_outcome_and_only_failures_are_repeated(
    tmp_path,
):
    domains = hosts(300)
    with BrokenSites(pages(domains)) as sites:
        folder = prepare(tmp_path / "w", sites, domains)
        with Workspace.open(folder, as_of=AS_OF) as opened:
            report = opened.enrich(opened.companies_to_read()[0])
            first = last_lookups(opened)
            read = {domain for domain, ends in first.items() if ends["website"] == "found"}
            kept = {domain: opened.company(domain).technologies for domain in read}
            every = [row["id"] for row in opened.db.rows("SELECT id FROM companies")]
            for deep in (False, True):
                planner = Planner(opened.db, AS_OF, date(2026, 10, 1), deep=deep)
                assert planner.order(every) == [job.company.id for job in planner.jobs(every)]
        assert report.companies == 300
        assert sum(report.outcomes.values()) == 300
        assert not [reason for reason in report.reasons if "fault" in reason]
        assert first.keys() == set(domains)
        assert {outcome for ends in first.values() for outcome in ends.values()} <= OUTCOMES
        assert all("HubSpot" in {use.name for use in uses} for uses in kept.values())
        failed = {domain for domain, ends in first.items() if "failed" in ends.values()}
        assert read
        assert 0 < len(failed) < 300
        sites.share, asked = 0.0, dict(sites.asked)
        with Workspace.open(folder, as_of=AS_OF) as opened:
            again = opened.enrich(opened.companies_to_read()[0])
            second = last_lookups(opened)
            assert opened.companies_to_read() == ([], 300)
        touched = {host for (host, path), count in sites.asked.items() if count > asked.get((host, path), 0)}
        homes = {
            host
            for host, path in sites.asked
            if path == "/" and sites.asked[host, path] > asked.get((host, path), 0)
        }
    assert again.companies == len(failed)
    assert touched == failed
    assert homes == {domain for domain in failed if first[domain]["website"] == "failed"}
    assert all(second[domain]["website"] == "found" for domain in failed)
    assert "failed" not in {outcome for ends in second.values() for outcome in ends.values()}


def test_a_page_that_our_readers_stumble_over_costs_its_company_only(tmp_path):
    def read(fetched, country):
        if "host001" in fetched.url:
            raise KeyError("surprise")
        return read_home(fetched, country)

    domains = hosts(3)
    with (
        Sites(pages(domains)) as sites,
        patch.object(site_reader, "read_home", read),
        Workspace.open(prepare(tmp_path / "w", sites, domains), as_of=AS_OF) as opened,
    ):
        report = opened.enrich(opened.companies_to_read()[0])
        again, _ = opened.companies_to_read()
        (reason,) = opened.db.rows("SELECT reason FROM lookups WHERE outcome = 'failed'")
    assert report.outcomes == {"found": 2, "failed": 1}
    assert reason["reason"].startswith("fault: KeyError at test_sites_faults.py:")
    assert len(again) == 1
    assert [text for text in report.reasons if "fault: KeyError" in text]


def test_pages_read_in_another_process_say_the_same(tmp_path):
    domains = hosts(ENOUGH_COMPANIES + 10)
    with (
        Sites(pages(domains)) as sites,
        Workspace.open(prepare(tmp_path / "w", sites, domains, timeout=10), as_of=AS_OF) as opened,
    ):
        report = opened.enrich(opened.companies_to_read()[0])
        used = opened.db.value(HUBSPOT_USERS)
    assert report.outcomes == {"found": len(domains)}
    assert used == len(domains)


def test_a_page_that_kills_the_reading_process_fails_alone():
    async def run() -> list[object]:
        async with Workers(ENOUGH_COMPANIES) as workers:
            assert await workers.run(len, "abc") == 3
            return await asyncio.gather(
                workers.run(len, "abcd"),
                workers.run(os._exit, 3),
                *(workers.run(len, "x" * number) for number in range(5)),
                workers.run(int, "no number"),
                return_exceptions=True,
            )

    four, killed, *others, fault = asyncio.run(run())
    assert four == 4
    assert isinstance(killed, ReadingFault)
    assert "died" in str(killed)
    assert others == [0, 1, 2, 3, 4]
    assert isinstance(fault, ReadingFault)
    assert "ValueError" in str(fault)


def test_where_no_process_can_be_started_pages_are_read_here():
    async def run() -> int:
        with patch.object(sys, "executable", "/bin/false"):
            async with Workers(ENOUGH_COMPANIES) as workers:
                return await workers.run(len, "abc")

    assert asyncio.run(run()) == 3


def test_the_reading_process_ends_with_the_program():
    ours, theirs = socket.socketpair()
    with theirs:
        child = subprocess.Popen(
            [sys.executable, "-m", "prospector.sites.visit.page_process"], stdin=theirs.fileno()
        )
    ours.close()
    assert child.wait(timeout=30) == 0


@pytest.mark.parametrize("blow", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_is_stopped_keeps_what_was_stored_and_the_next_one_goes_on(tmp_path, blow):
    domains = hosts(ENOUGH_COMPANIES + 50)
    patience = threading.Event()

    async def slow(writer: asyncio.StreamWriter) -> None:
        while not patience.is_set():
            await asyncio.sleep(0.05)
        writer.write(HOME.replace(b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nConnection: close\r\n"))
        await writer.drain()

    played = pages(domains)
    for domain in domains[-50:]:
        played[domain, "/"] = slow
    with Sites(played) as sites:
        folder = prepare(tmp_path / "w", sites, domains, timeout=60)
        run = subprocess.Popen(
            [sys.executable, "-m", "prospector", "enrich"],
            cwd=folder,
            env=environment(),
            stderr=subprocess.PIPE,
        )
        before = _wait_for_stored(folder, 25)
        run.send_signal(blow)
        _, said = run.communicate(timeout=30)
        assert run.returncode == (130 if blow == signal.SIGINT else -signal.SIGKILL), said
        patience.set()
        with Workspace.open(folder, as_of=AS_OF) as opened:
            stored = set(last_lookups(opened))
            due, left = opened.companies_to_read()
            assert len(stored) >= before
            assert len(due) == len(domains) - len(stored)
            asked = sites.asked.copy()
            report = opened.enrich(due)
            assert report.outcomes == {"found": len(due)}
            assert all(sites.asked[domain, "/"] == asked[domain, "/"] for domain in stored)
            assert opened.companies_to_read()[0] == []
            uses = opened.db.value(HUBSPOT_USERS)
    assert left == len(stored)
    assert uses == len(domains)


def _wait_for_stored(folder: Path, least: int) -> int:
    end = time.monotonic() + 40
    while time.monotonic() < end:
        with sqlite3.connect(folder / "prospector.db") as db:
            (stored,) = db.execute("SELECT count(DISTINCT company_id) FROM lookups").fetchone()
        db.close()
        if stored >= least:
            return int(stored)
        time.sleep(0.1)
    raise AssertionError("nothing was stored")
