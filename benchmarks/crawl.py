"""A crawl of local TLS hosts into a real workspace, side by side with bare aiohttp fetching the same pages.

Run as `python benchmarks/crawl.py [--hosts 1000] [--rounds 3] [--slow | --memory] [--python]`. `--slow`: every answer
takes 200 ms. `--memory`: 10,000 companies, with the memory in use as it goes. The sites are served by nginx where it is
installed, else (and with any of the three) by a server in Python, which takes three times as much of the two cores.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import resource
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from datetime import date
from importlib.metadata import version
from pathlib import Path

import aiohttp
from aiohttp.abc import AbstractResolver
from crawl_nginx import NGINX
from crawl_sites import host_name

from prospector.workspace import Workspace

AS_OF = date(2026, 11, 22)
CONCURRENCY = 100
PATHS = ("/robots.txt", "/", "/careers")
SLOW = 0.2


class Server:
    """The sites, in a process of their own."""

    def __init__(self, hosts: int, delay: float, folder: Path, *, nginx: bool = False) -> None:
        self.ca_file = folder / "ca.pem"
        program = Path(__file__).with_name("crawl_nginx.py" if nginx else "crawl_sites.py")
        self._process = subprocess.Popen(
            [sys.executable, str(program), str(hosts), str(folder), str(delay)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout
        self.port, self.pid = map(int, self._process.stdout.readline().split())

    def close(self) -> None:
        """Stop it."""
        self._process.communicate("")


def nginx_version() -> str:
    """What nginx calls itself; empty where there is none."""
    try:
        asked = subprocess.run([NGINX, "-v"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return asked.stderr.partition(":")[2].strip()


class ToServer(AbstractResolver):
    """Every name leads to the server."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def resolve(
        self, host: str, port: int = 0, family: int = socket.AF_INET
    ) -> list[dict[str, object]]:  # type: ignore[override]
        """The server's address and port."""
        place = {"hostname": host, "host": "127.0.0.1", "port": self._port}
        return [{**place, "family": socket.AF_INET, "proto": 0, "flags": 0}]

    async def close(self) -> None:
        """Nothing to close."""


async def bare(hosts: int, server: Server) -> tuple[int, int]:
    """Fetch all pages with aiohttp and nothing else: pages and bytes."""
    trust = ssl.create_default_context(cafile=str(server.ca_file))
    connector = aiohttp.TCPConnector(limit=CONCURRENCY, ssl=trust, resolver=ToServer(server.port))
    numbers = iter(range(hosts))
    pages = size = 0
    async with aiohttp.ClientSession(connector=connector) as session:

        async def work() -> None:
            nonlocal pages, size
            for number in numbers:
                for path in PATHS:
                    async with session.get(f"https://{host_name(number)}{path}") as answer:
                        size += len(await answer.read())
                        pages += 1

        await asyncio.gather(*(work() for _ in range(CONCURRENCY)))
    return pages, size


def make_workspace(folder: Path, hosts: int, server: Server) -> None:
    """A workspace that knows the hosts and nothing about them."""
    folder.mkdir()
    (folder / "prospector.yaml").write_text(
        f'http: {{concurrency: {CONCURRENCY}, connect_to: {{https: "127.0.0.1:{server.port}"}}, '
        f'ca_file: "{server.ca_file}", allow_private: true}}\n',
        encoding="utf-8",
    )
    rows = "\n".join(f"Site {number},https://{host_name(number)}/" for number in range(hosts))
    (folder / "companies.csv").write_text(f"Company,Website\n{rows}\n", encoding="utf-8")
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        workspace.import_file(folder / "companies.csv")


def cpu_seconds() -> float:
    """Processor time of this process and of its finished children."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def crawl(folder: Path, hosts: int, server: Server) -> tuple[float, float, int]:
    """Seconds, processor seconds and requests of `enrich` on a fresh workspace."""
    make_workspace(folder, hosts, server)
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        started, used = time.perf_counter(), cpu_seconds()
        due, _ = workspace.companies_to_read()
        report = workspace.enrich(due)
        took, used = time.perf_counter() - started, cpu_seconds() - used
        assert report.outcomes["found"] == hosts, report.as_json()
        assert report.openings == 4 * hosts, report.as_json()
    return took, used, report.requests


def compare(hosts: int, rounds: int, server: Server, folder: Path) -> None:
    """Both in turn, some times, and the ratio of their medians."""
    ours, theirs, pages = [], [], len(PATHS) * hosts
    for number in range(rounds):
        started, used = time.perf_counter(), cpu_seconds()
        _, size = asyncio.run(bare(hosts, server))
        theirs.append(time.perf_counter() - started)
        bare_cpu = cpu_seconds() - used
        took, cpu, _ = crawl(folder / f"w{number}", hosts, server)
        ours.append(took)
        print(
            f"  round {number + 1}: bare aiohttp {theirs[-1]:.2f} s ({bare_cpu / pages * 1000:.2f} ms CPU a page), "
            f"prospector {took:.2f} s ({cpu / pages * 1000:.2f} ms CPU a page)"
        )
    ratio = statistics.median(theirs) / statistics.median(ours)
    print(
        f"  {pages} pages, {size / 1e6:.0f} MB: {pages / statistics.median(theirs):.0f} pages/s bare, ",
        end="",
    )
    print(
        f"{pages / statistics.median(ours):.0f} pages/s read, detected and stored: {ratio:.2f}x of bare aiohttp"
    )


def resident() -> float:
    """Memory in MB of this process and of the one beside it that reads pages."""
    pages = 0
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = status.read_text().rpartition(")")[2].split()
            is_reader = "page_process" in status.with_name("cmdline").read_text()
            if status.parent.name == str(os.getpid()) or (is_reader and int(fields[1]) == os.getpid()):
                pages += int(fields[21])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def memory(hosts: int, server: Server, folder: Path) -> None:
    """Memory in use at each tenth of a long crawl."""
    make_workspace(folder / "w", hosts, server)
    with Workspace.open(folder / "w", as_of=AS_OF) as workspace:
        due, _ = workspace.companies_to_read()
        done = 0

        def note(_: object) -> None:
            nonlocal done
            done += 1
            if done % (hosts // 10) == 0:
                print(f"  {done:>6} companies: {resident():.0f} MB", flush=True)

        workspace.enrich(due, progress=note)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--hosts", type=int)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--slow", action="store_true")
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--python", action="store_true")
    asked = parser.parse_args()
    hosts = asked.hosts or (10_000 if asked.memory else 1_000)
    used = ("aiohttp", "httpx", "pycurl", "selectolax")
    print(f"Python {platform.python_version()}, {', '.join(f'{name} {version(name)}' for name in used)}")
    nginx = not (asked.slow or asked.memory or asked.python) and nginx_version()
    print(
        f"{hosts} local TLS hosts, served by {nginx or 'Python'}{', each answer after 200 ms' if asked.slow else ''}"
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = Server(hosts, SLOW if asked.slow else 0.0, folder, nginx=bool(nginx))
        try:
            if asked.memory:
                memory(hosts, server, folder)
            else:
                compare(hosts, asked.rounds, server, folder)
        finally:
            server.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
