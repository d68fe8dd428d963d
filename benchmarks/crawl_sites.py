"""A local TLS server that plays thousands of company sites, run in a process of its own.

Run as `python benchmarks/crawl_sites.py HOSTS FOLDER DELAY`: writes `ca.pem` into the folder, prints the port
and the number of the process that serves, and does so until its input ends. Pages are made from words and numbers; nothing in them is anybody's.
"""

from __future__ import annotations

import asyncio
import os
import random
import ssl
import sys
from pathlib import Path

import trustme

NAMES_PER_CERTIFICATE = 25
ROBOTS = b"User-agent: *\nDisallow: /admin/\nDisallow: /cart\nSitemap: https://www.site.example/sitemap.xml\n"
WORDS = (
    *("quality", "energy", "software", "finance", "growth", "safety", "market", "region", "future", "value"),
    *("clear", "simple", "water", "metal", "garden", "harbour", "bridge", "silver", "winter", "morning"),
    *("machine", "carrier", "timber", "signal", "window", "cable", "engine", "planet", "forest", "summer"),
    *("insurance", "logistics", "delivery", "customers", "team", "project", "service", "support", "network"),
)
JOBS = (
    "Marketing Manager",
    "Sales Engineer",
    "Head of People",
    "Accountant",
    "Data Analyst",
    "Office Manager",
)


def host_name(number: int) -> str:
    """The name of a host."""
    return f"site{number:05d}.example"


def home_page(number: int) -> bytes:
    """A home page of 8 to 90 kB, with the scripts, links and data that such pages carry."""
    chance = random.Random(number)
    head = [
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width">',
        f"<title>Site {number} | {' '.join(chance.choices(WORDS, k=3))}</title>",
        f'<meta name="description" content="{" ".join(chance.choices(WORDS, k=18))}.">',
        *(f'<link rel="stylesheet" href="/assets/css/{name}.css">' for name in chance.choices(WORDS, k=6)),
        *(f'<script src="/assets/js/{name}.js" defer></script>' for name in chance.choices(WORDS, k=8)),
        '<script type="application/ld+json">{"@context":"https://schema.org","@type":"Organization","name":'
        f'"Site {number}","telephone":"+49 30 23125{number % 1000:03d}","address":{{"@type":"PostalAddress",'
        '"streetAddress":"Hauptstr. 1","postalCode":"10115","addressLocality":"Berlin","addressCountry":"DE"}}}',
        "</script>",
    ]
    if number % 3 == 0:
        head.append(
            f'<script id="hs-script-loader" async src="//js.hs-scripts.com/{number + 100000}.js"></script>'
        )
    if number % 2 == 0:
        tag = f"G-{number:08d}"
        head.append(f'<script async src="https://www.googletagmanager.com/gtag/js?id={tag}"></script>')
        head.append(f"<script>window.dataLayer=[];function gtag(){{}}gtag('config','{tag}');</script>")
    menu = "".join(f'<li><a href="/{a}/{b}">{a} {b}</a></li>' for a, b in _pairs(chance, 40))
    menu += (
        '<li><a href="/careers">Careers</a></li><li><a href="mailto:info@'
        + host_name(number)
        + '">Mail</a></li>'
    )
    parts = [_section(chance) for _ in range(chance.choice((6, 20, 20, 30, 40, 80)))]
    body = f"<nav><ul>{menu}</ul></nav><main>{''.join(parts)}</main><footer><ul>{menu}</ul></footer>"
    return f"<!doctype html><html lang=en><head>{''.join(head)}</head><body>{body}</body></html>".encode()


def careers_page(number: int) -> bytes:
    """A careers page with a plain list of jobs."""
    chance = random.Random(-number)
    jobs = "".join(
        f'<li class="job"><a href="/careers/{index}"><h3>{job}</h3><span>Berlin</span></a></li>'
        for index, job in enumerate(chance.sample(JOBS, 4))
    )
    text = " ".join(chance.choices(WORDS, k=150))
    menu = "".join(f'<li><a href="/{a}/{b}">{a} {b}</a></li>' for a, b in _pairs(chance, 40))
    body = f"<nav><ul>{menu}</ul></nav><p>{text}</p><h1>Open positions</h1><ul>{jobs}</ul>"
    return f"<html><head><title>Careers</title></head><body>{body}</body></html>".encode()


def _pairs(chance: random.Random, count: int) -> list[tuple[str, str]]:
    return [(chance.choice(WORDS), chance.choice(WORDS)) for _ in range(count)]


def _section(chance: random.Random) -> str:
    links = "".join(
        f'<a class="btn btn-primary mt-4" href="/{a}/{b}">{a} {b}</a>' for a, b in _pairs(chance, 2)
    )
    text = " ".join(chance.choices(WORDS, k=70))
    kind = chance.choice(WORDS)
    return (
        f'<section class="container section-{kind}"><div class="row"><div class="col-md-6"><h2>{kind.title()}</h2>'
        f'<p class="lead text-muted">{text}.</p>{links}</div><div class="col-md-6"><img class="img-fluid" alt="{kind}" '
        f'src="/media/{kind}-{chance.randrange(999)}.jpg" loading="lazy"></div></div></section>'
    )


def _answer(host: str, path: str) -> bytes:
    number = int(host[4:9]) if host.startswith("site") else 0
    if path == "/robots.txt":
        return _http(ROBOTS, "text/plain")
    if path == "/":
        return _http(home_page(number), "text/html; charset=utf-8")
    if path == "/careers":
        return _http(careers_page(number), "text/html; charset=utf-8")
    return _http(b"<h1>Not found</h1>", "text/html", "404 Not Found")


def _http(body: bytes, kind: str, status: str = "200 OK") -> bytes:
    head = (
        f"HTTP/1.1 {status}\r\nServer: nginx\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Site(asyncio.Protocol):
    """One connection; answers are made beforehand, so that the server costs as little as it can."""

    def __init__(self, answers: dict[tuple[str, str], bytes], delay: float) -> None:
        self.answers, self.delay, self.buffer = answers, delay, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer each whole request."""
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head, self.buffer = self.buffer[:end].decode("latin-1"), self.buffer[end + 4 :]
            path = head.split(" ", 2)[1]
            host = head[head.lower().index("\r\nhost:") + 7 :].split("\r\n", 1)[0].strip()
            answer = self.answers.get((host, path)) or _answer(host, path)
            if self.delay:
                asyncio.get_running_loop().call_later(self.delay, self._write, answer)
            else:
                self._write(answer)

    def _write(self, answer: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(answer)  # type: ignore[attr-defined]


def _certificates(hosts: int, folder: Path) -> ssl.SSLContext:
    """A context that shows each host a certificate of its own group, as no real certificate has 1,000 names."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    contexts: dict[str, ssl.SSLContext] = {}
    first: ssl.SSLContext | None = None
    for start in range(0, hosts, NAMES_PER_CERTIFICATE):
        names = [host_name(number) for number in range(start, min(start + NAMES_PER_CERTIFICATE, hosts))]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(*names).configure_cert(context)
        contexts |= dict.fromkeys(names, context)
        first = first or context
    assert first is not None

    def choose(socket: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        if name in contexts:
            socket.context = contexts[name]

    first.sni_callback = choose
    return first


async def _serve(hosts: int, delay: float, folder: Path) -> None:
    # What is asked again and again is made once; beyond that, pages are made when they are asked for.
    answers = {
        (host_name(number), path): _answer(host_name(number), path)
        for number in range(min(hosts, 1_000))
        for path in ("/", "/robots.txt", "/careers")
    }
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Site(answers, delay), "127.0.0.1", 0, ssl=_certificates(hosts, folder), backlog=4096
    )
    print(server.sockets[0].getsockname()[1], os.getpid(), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), float(sys.argv[3]), Path(sys.argv[2])))
