"""A tiny workspace of invented people, and every command with `--json` run in it: for docs/json.md and its tests."""

import io
import json
import os
import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests" / "support"))

from imap_stub import PASSWORD, ImapStub, imap_stub

from prospector.cli.main import main
from prospector.cli.shapes import FILES, OUTPUTS, Output
from prospector.core.records import FoundOpening
from prospector.store.addresses import MailDomain, keep_domains, keep_habit
from prospector.store.company_facts import replace_openings
from prospector.workspace import Workspace

AS_OF = date(2026, 11, 23)
BEFORE = date(2026, 9, 1)
SEEN = date(2026, 10, 12)
FOLDER = "/home/ana/outbound"
"""Stands for the folder in which the examples run."""

_FILES = {
    "prospector.yaml": """sender: {name: Nora Feld, email: nora@tidewater.test, company: Tidewater Tools,
         postal_address: "7 Harbour Lane, Testhaven", unsubscribe: "https://tidewater.test/u/{token}"}
timezone: Europe/Berlin
http: {allow_private: true, connect_to: {http: "HOST"}}
mailboxes:
  nora: {email: nora@tidewater.test, imap: {host: 127.0.0.1, port: PORT, user: nora, password_env: NORA_IMAP}}
campaigns:
  hr: {segment: hr, sequence: welcome, destination: jsonl}
""",
    ".env": f"PROSPECTOR_TOKEN_KEY=a key for examples\nNORA_IMAP={PASSWORD}\n",
    "segments/hr.yaml": """name: People in HR
company: {country: ES, uses: HubSpot}
person: {department: hr}
unknown: review
expect: 5-10
score: [{points: 20, when: {company: {headcount: 50-500}}, because: mid-market}]
qualify: {mql: 10}
""",
    "segments/broken.yaml": "name: Broken\ncompany: {industri: banking}\n",
    "templates/welcome/01-hello.md": """---
day: 0
channel: email
subject: "Hello {{ person.first_name }}"
---
Hi {{ person.first_name }},

a word about {{ company.name }}.

{{ sender.name }}, {{ sender.postal_address }}

[Leave]({{ unsubscribe_url }})
""",
    "templates/hello/01-hello.md": "---\nday: 0\nchannel: task\ntitle: Say hello\n---\nSay hello.\n",
    "templates/welcome/02-call.md": "---\nday: 2\nchannel: call\n---\nAsk what they need.\n",
    "people.csv": """First Name,Last Name,Email,Title,Company,Website,# Employees,Company Country,Technologies
Ana,Ruiz,ana@banco.example,HR Manager,Banco Ejemplo,https://banco.example,120,Spain,HubSpot; WordPress
Anna,Ruiz,anna@banco.example,HR Manager,Banco Ejemplo,https://banco.example,120,Spain,
Jo,Kraft,jo@kraft.example,Head of People,Kraft Werke,https://kraft.example,51-200,Germany,
Leo,Mar,leo@naviera.example,HR Manager,Naviera Mar,https://naviera.example,20,Spain,
Lia,Sol,,HR Manager,Banco Ejemplo,https://banco.example,120,Spain,
""",
    "before.csv": """First Name,Last Name,Email,Title,Company,Website
Ana,Ruiz,ana@banco.example,Accountant,Banco Ejemplo,https://banco.example
""",
    "contacts.csv": """First Name,Last Name,Email,Title,Company,Website,Newsletter consent,Notes
Ben,Alt,ben@alt.example,CFO,Alt Bau,https://alt.example,perhaps,
Eva,Neu,eva@neu.example,HR Director,Neu Medien,https://neu.example,yes,please do not contact her again
Ida,Lang,ida@,HR Manager,Lang Handel,https://lang.example,yes,
,,,,,,,
,,,HR Manager,,,yes,
""",
    "inbox.mbox": "From - Tue Nov 24 09:00:00 2026\nFrom: Ana Ruiz <ana@banco.example>\nTo: nora@tidewater.test\n"
    "Date: Tue, 24 Nov 2026 10:00:00 +0100\nSubject: Re: Hello Ana\nMessage-ID: <1@banco.example>\n\n"
    "Not my topic any more. Please write to Eva Sanz <eva@banco.example>.\n\n"
    "From - Tue Nov 24 09:10:00 2026\nFrom: Anna Ruiz <anna@banco.example>\nTo: nora@tidewater.test\n"
    "Date: Tue, 24 Nov 2026 10:10:00 +0100\nSubject: Re: Hello Anna\nMessage-ID: <2@banco.example>\n\nHm, well.\n",
    "saved.eml": "From: Jo Kraft <jo@kraft.example>\nDate: Wed, 25 Nov 2026 09:00:00 +0100\nSubject: Re: Hello Jo\n"
    "Message-ID: <1@kraft.example>\n\nNot now.\n",
    "opted-out.csv": "email\nnever@kraft.example\nnobody\n",
}
_PAGE = """<html lang="es"><title>Banco Ejemplo</title><meta name="description" content="A bank.">
<script src="https://js.hs-scripts.com/123456.js"></script>
<script src="https://www.googletagmanager.com/gtag/js?id=AW-123456789"></script>
<script type="application/ld+json">{"@context": "https://schema.org", "@type": "Organization",
"name": "Banco Ejemplo", "telephone": "+34 910 000 000", "foundingDate": "1994", "numberOfEmployees": 120,
"address": {"@type": "PostalAddress", "streetAddress": "Calle Mayor 1", "postalCode": "28013",
"addressLocality": "Madrid", "addressRegion": "Madrid", "addressCountry": "ES"}}</script>
<p>Write to hola@banco.example or call +34 910 000 000. Calle Mayor 1, Madrid.</p>
<a href="https://www.linkedin.com/company/banco-ejemplo">LinkedIn</a>
"""
_BOARD = '<a href="https://boards.greenhouse.io/bancoejemplo">Jobs</a>\n'
_JOB = """<script type="application/ld+json">{"@context": "https://schema.org", "@type": "JobPosting",
"title": "Marketing Manager", "datePosted": "2026-11-02", "url": "https://banco.example/jobs/1",
"hiringOrganization": {"@type": "Organization", "name": "Banco Ejemplo"},
"jobLocation": {"@type": "Place", "address": {"addressLocality": "Madrid", "addressCountry": "ES"}}}</script>
"""


class Example(NamedTuple):
    """What a command printed, or what a file holds."""

    command: str
    output: Output
    code: int
    value: Any


def examples(folder: Path) -> Iterator[Example]:
    """Every command with `--json`, one after the other in a new workspace in an empty folder."""
    with sample_workspace(folder) as run:
        for command, outputs in OUTPUTS.items():
            for output in outputs:
                text, code = run(output.example)
                yield Example(command, output, code, json.loads(text))
        for name, output in FILES.items():
            (path,) = (folder / "exports").rglob(name)
            text = path.read_text(encoding="utf-8")
            value = json.loads(text.partition("\n")[0] if path.suffix == ".jsonl" else text)
            yield Example(name, output, 0, value)


@contextmanager
def sample_workspace(folder: Path) -> Iterator[Callable[[str], tuple[str, int]]]:
    """What runs a command line in a new workspace: its output, the same wherever the folder is, and its exit code."""

    def run(line: str) -> tuple[str, int]:
        text, code = _printed(shlex.split(line))
        text = text.replace(place, "127.0.0.1:8080").replace(str(box.port), "993")
        return text.replace(str(folder), FOLDER), code

    with _site() as place, imap_stub() as box, chdir(folder), _environment():
        _deliver(box)
        _fill(folder, place, box.port)
        yield run


def _deliver(box: ImapStub) -> None:
    """An answer that waits in the mailbox."""
    raw = (
        b"From: Leo Mar <leo@naviera.example>\r\nTo: nora@tidewater.test\r\nSubject: Re: Hello Leo\r\n"
        b"Message-ID: <1@naviera.example>\r\n\r\nNot my topic. Please write to Mia Port <mia@naviera.example>.\r\n"
    )
    box.inbox.add(raw, datetime(2026, 11, 24, 8, 30, tzinfo=UTC))


def _fill(folder: Path, place: str, port: int) -> None:
    for name, text in _FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            text.replace("HOST", place).replace("PORT", str(port)), encoding="utf-8", newline="\n"
        )
    (folder / "page.html").write_text(_PAGE + _JOB + _BOARD, encoding="utf-8", newline="\n")
    with Workspace.open(folder, as_of=BEFORE) as workspace:
        workspace.import_file("before.csv")
    with Workspace.open(folder, as_of=SEEN) as workspace:
        workspace.import_file("people.csv")
        workspace.suppress(["rival.example"], reason="a rival")
        _company_facts(workspace)


def _company_facts(workspace: Workspace) -> None:
    """What only sites and sources of signals tell: it is put in here as they would."""
    db = workspace.db
    (company,) = db.rows("SELECT id FROM companies WHERE domain = 'banco.example'")
    job = FoundOpening("HR Assistant", "hr", "entry", "Madrid", "https://banco.example/jobs/2", SEEN)
    with db.transaction():
        keep_domains(db, [MailDomain("banco.example", "mx", ("mx.banco.example",), AS_OF)])
        keep_habit(db, "banco.example", True, AS_OF)
        replace_openings(db, company["id"], "careers", [job], SEEN)
        db.execute(
            "UPDATE company_technologies SET gone_on = ? WHERE technology LIKE 'wordpress%'",
            (AS_OF.isoformat(),),
        )
        db.execute(
            "INSERT INTO signals (company_id, kind, happened_on, detail, source, seen_on) VALUES (?, ?, ?, ?, ?, ?)",
            (company["id"], "news", "2026-09-01", "A branch in Lisbon", "file:news.csv", SEEN.isoformat()),
        )


def _printed(words: list[str]) -> tuple[str, int]:
    out, code, before = io.StringIO(), 0, sys.argv
    sys.argv = ["prospector", *words]
    try:
        with redirect_stdout(out), redirect_stderr(io.StringIO()):
            main()
    except SystemExit as end:
        code = int(end.code or 0)
    finally:
        sys.argv = before
    return out.getvalue(), code


@contextmanager
def _environment() -> Iterator[None]:
    """The day pinned, and nothing else of the user's settings."""
    before = dict(os.environ)
    for name in [name for name in before if name.startswith("PROSPECTOR_")]:
        del os.environ[name]
    os.environ["PROSPECTOR_AS_OF"] = AS_OF.isoformat()
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


class _Site(BaseHTTPRequestHandler):
    """The home page of whoever is asked for, and nothing else."""

    def do_GET(self) -> None:
        body = _PAGE.encode() if self.path == "/" else b""
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def _site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
