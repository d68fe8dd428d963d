"""The receiver, over real HTTP: forged, replayed, oversized, slow and garbage is refused or stored once; it never ends."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pushes import push_until_done, push_workspace
from tool_payloads import BEA, WEBHOOKS
from tool_stub import TOOLS, QuickClock, serving
from workspaces import AS_OF, CAMPAIGN, TOKEN_KEY, environment, hr_people, import_people, make_workspace

from prospector.core.errors import CredentialError, FileError, UsageError
from prospector.outreach.opt_outs import opt_out_token
from prospector.pipeline.serving.listening import LARGEST, Limits
from prospector.pipeline.tools.registry import READERS
from prospector.workspace import Workspace

SECRET = "a secret that is long enough"
OPENED = {
    "event_type": "email_opened",
    "lead_email": BEA,
    "email_id": "e1",
    "timestamp": "2026-12-03T09:12:00Z",
}
PROVED = {"X-Prospector-Secret": SECRET}
SERVE: dict[str, Any] = {
    "url": "https://hooks.tidewater.test",
    "hooks": {name: {"secret_env": f"{name.upper()}_HOOK"} for name, one in READERS.items() if one.webhook},
    "forms": {
        "demo": {
            "fields": {
                "email": "your-email",
                "first_name": "given",
                "last_name": "family",
                "company": "firm",
                "title": "job",
            },
            "honeypot": "website",
            "signal": "demo request",
            "campaign": "hr",
        }
    },
}


class Line:
    """A receiver that is at work, and how it is asked."""

    def __init__(self, folder: Path, port: int, said: list[str]) -> None:
        self.folder, self.port, self.said = folder, port, said

    def ask(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[int, str]:
        raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            line.request(method, path, raw, {"Content-Type": "application/json", **(headers or {})})
            answer = line.getresponse()
            return answer.status, answer.read().decode()
        finally:
            line.close()

    def raw(self, data: bytes, *, wait: float = 5) -> bytes:
        with socket.create_connection(("127.0.0.1", self.port), timeout=wait) as line:
            line.sendall(data)
            return line.recv(4096)

    def count(self, sql: str = "SELECT count(*) FROM events") -> Any:
        with Workspace.open(self.folder, as_of=AS_OF) as workspace:
            return workspace.db.value(sql)


def served(folder: Path, serve: dict[str, Any] | None = None) -> Path:
    made = make_workspace(folder, campaigns={"hr": {**CAMPAIGN, "destination": "eml"}})
    with (made / "prospector.yaml").open("a", encoding="utf-8") as file:
        file.write(f"serve: {json.dumps(SERVE if serve is None else serve)}\n")
    with (made / ".env").open("a", encoding="utf-8") as file:
        file.writelines(f"{name.upper()}_HOOK={SECRET}\n" for name in SERVE["hooks"])
    return made


@contextmanager
def at_work(folder: Path, limits: Limits | None = None) -> Iterator[Line]:
    said: list[str] = []
    with (
        Workspace.open(folder, as_of=AS_OF) as opened,
        opened.listening(port=0, log=said.append, limits=limits) as server,
    ):
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield Line(folder, server.server_address[1], said)
        finally:
            server.shutdown()
            thread.join(10)


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    folder = served(tmp_path_factory.mktemp("served"))
    import_people(folder, hr_people(3))
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        workspace.run("hr")
    with at_work(folder, Limits(patience=1.0)) as line:
        yield line


def test_a_webhook_with_its_proof_is_stored_and_a_second_time_it_is_known(line: Line) -> None:
    before = line.count()
    assert line.ask("POST", "/hooks/instantly", OPENED, PROVED) == (200, '{"new": 1, "known": 0}')
    assert line.ask("POST", "/hooks/instantly", OPENED, PROVED) == (200, '{"new": 0, "known": 1}')
    assert line.count() == before + 1


def test_a_forged_webhook_is_refused_and_nothing_of_it_is_stored(line: Line) -> None:
    before = line.count()
    for headers in (
        {},
        {"X-Prospector-Secret": ""},
        {"X-Prospector-Secret": SECRET[:-1]},
        {"Authorization": "Bearer no"},
    ):
        assert line.ask("POST", "/hooks/instantly", {**OPENED, "email_id": "forged"}, headers)[0] == 401
    assert line.ask("POST", "/hooks/instantly/wrong", {**OPENED, "email_id": "forged"})[0] == 401
    assert line.count() == before


def test_a_tool_that_can_set_no_header_has_its_secret_in_the_path(line: Line) -> None:
    payload = {
        "_id": "act_path",
        "type": "emailsOpened",
        "leadEmail": BEA,
        "createdAt": "2026-12-03T09:12:00Z",
    }
    assert line.ask("POST", f"/hooks/lemlist/{SECRET.replace(' ', '%20')}", payload)[0] == 200
    assert line.ask("GET", "/hooks/lemlist/whatever")[0] == 200  # looking whether it is there proves nothing
    assert not any(SECRET in one or "secret" in one for one in line.said)


def test_signatures_of_the_body_are_checked_as_each_tool_makes_them(line: Line) -> None:
    raw = json.dumps(
        {"event_type": "EMAIL_OPEN", "sl_lead_email": BEA, "event_timestamp": "2026-12-03T09:12:00Z"}
    ).encode()
    signed = "sha256=" + hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
    assert line.ask("POST", "/hooks/smartlead", raw, {"X-Smartlead-Signature": signed})[0] == 200
    assert line.ask("POST", "/hooks/smartlead", raw + b" ", {"X-Smartlead-Signature": signed})[0] == 401
    assert line.ask("POST", "/hooks/smartlead", raw, PROVED)[0] == 401
    mautic = json.dumps({"mautic.email_on_send": []}).encode()
    proof = base64.b64encode(hmac.new(SECRET.encode(), mautic, hashlib.sha256).digest()).decode()
    assert line.ask("POST", "/hooks/mautic", mautic, {"Webhook-Signature": proof})[0] == 200
    assert line.ask("POST", "/hooks/mautic", mautic, {"Webhook-Signature": proof[:-2]})[0] == 401


def test_hubspots_signature_holds_for_its_address_and_for_five_minutes(line: Line) -> None:
    raw = json.dumps([{"eventId": 77, "subscriptionType": "contact.propertyChange", "objectId": 1}]).encode()

    def signed(when: float, url: str = "https://hooks.tidewater.test/hooks/hubspot") -> dict[str, str]:
        stamp = str(int(when * 1000))
        text = b"POST" + url.encode() + raw + stamp.encode()
        proof = base64.b64encode(hmac.new(SECRET.encode(), text, hashlib.sha256).digest()).decode()
        return {"X-HubSpot-Signature-v3": proof, "X-HubSpot-Request-Timestamp": stamp}

    assert line.ask("POST", "/hooks/hubspot", raw, signed(time.time()))[0] == 200
    assert line.ask("POST", "/hooks/hubspot", raw, signed(time.time() - 600))[0] == 401
    assert line.ask("POST", "/hooks/hubspot", raw, signed(time.time(), "https://else.test/"))[0] == 401
    first = {
        "X-HubSpot-Signature": hashlib.sha256(SECRET.encode() + raw).hexdigest(),
        "X-HubSpot-Signature-Version": "v1",
    }
    assert line.ask("POST", "/hooks/hubspot", raw, first)[0] == 200


def test_every_payload_of_every_tool_is_taken_and_known_when_it_comes_again(tmp_path: Path) -> None:
    with at_work(served(tmp_path)) as line:
        for tool, payload, _, _ in WEBHOOKS:
            if READERS[tool].webhook and READERS[tool].proof is None:
                assert line.ask("POST", f"/hooks/{tool}", payload, PROVED)[0] == 200
        first = line.count()
        for tool, payload, _, _ in reversed(WEBHOOKS):
            if READERS[tool].webhook and READERS[tool].proof is None:
                line.ask("POST", f"/hooks/{tool}", payload, PROVED)
        assert line.count() == first > 30


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\0\xff\xfe",
        b"{",
        b"null",
        b"7",
        b'"x"',
        b"[" * 100_000,
        b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
        b"9" * 9_000,
    ],
    ids=range(9),
)
def test_garbage_with_the_right_secret_is_refused_and_the_next_one_is_taken(line: Line, body: bytes) -> None:
    assert line.ask("POST", "/hooks/instantly", body, PROVED)[0] == 400
    assert line.ask("GET", "/health") == (200, "ok\n")


def test_an_object_that_says_nothing_is_kept_and_is_no_fault(line: Line) -> None:
    odd = {
        "event_type": "\ud800 odd \0",
        "lead_email": "\udfff@x.test",
        "campaign_name": "\ud800",
        "reply_text": "\ud800",
    }
    assert line.ask("POST", "/hooks/instantly", odd, PROVED)[0] == 200
    for depth in (100, 400, 900, 1500, 3000):
        nested = b'{"x":' * depth + b"1" + b"}" * depth
        assert line.ask("POST", "/hooks/instantly", nested, PROVED)[0] in (200, 400)
    assert line.ask("POST", "/hooks/instantly", {"hello": ["\ud800", {"x": None}]}, PROVED)[0] == 200
    assert (
        line.ask(
            "POST", "/hooks/instantly", {"event_type": "email_opened", "lead_email": "a" * 5000}, PROVED
        )[0]
        == 200
    )


def test_what_is_too_large_is_refused_before_it_is_read(line: Line) -> None:
    assert line.ask("POST", "/hooks/instantly", b"x" * (LARGEST + 1), PROVED)[0] == 413
    told = line.raw(b"POST /hooks/instantly HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999\r\n\r\n")
    assert b" 413 " in told.splitlines()[0]
    assert line.ask("POST", "/hooks/instantly", {"pad": "x" * (LARGEST - 100)}, PROVED)[0] == 200


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"POST /hooks/instantly HTTP/1.1\r\nHost: x\r\n\r\n", b"411"),
        (b"POST /hooks/instantly HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"411"),
        (b"POST /hooks/instantly HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n", b"400"),
        (b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n", b"414"),
        (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 500 + b"\r\n", b"431"),
        (b"BREW /hooks/instantly HTTP/1.1\r\nHost: x\r\n\r\n", b"501"),
        (b"GET //[ HTTP/1.1\r\nHost: x\r\n\r\n", b"404"),
        (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", b"<!DOCTYPE"),
    ],
    ids=range(8),
)
def test_broken_requests_get_an_answer_and_no_more(line: Line, head: bytes, status: bytes) -> None:
    assert status in line.raw(head).splitlines()[0]
    assert line.ask("GET", "/health")[0] == 200


def test_who_drips_is_turned_away_in_time_while_others_are_answered(line: Line) -> None:
    start = time.monotonic()
    with socket.create_connection(("127.0.0.1", line.port), timeout=10) as slow:
        slow.sendall(b"POST /hooks/instantly HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n{")
        assert line.ask("GET", "/health")[0] == 200
        ended = b""
        while time.monotonic() - start < 8:
            try:
                slow.sendall(b" ")
                slow.settimeout(0.2)
                ended = slow.recv(100)
                break
            except TimeoutError:
                continue
            except OSError:
                break
    assert time.monotonic() - start < 6
    assert ended == b"" or b"408" in ended


def test_too_many_at_once_are_told_to_come_again_and_the_receiver_recovers(tmp_path: Path) -> None:
    with at_work(served(tmp_path), Limits(connections=3, patience=1.0)) as line:
        idle = [socket.create_connection(("127.0.0.1", line.port), timeout=5) for _ in range(3)]
        time.sleep(0.2)
        assert b" 503 " in line.raw(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n").splitlines()[0]
        time.sleep(1.5)
        assert line.ask("GET", "/health")[0] == 200
        for one in idle:
            one.close()


def test_many_at_once_are_each_stored_once(tmp_path: Path) -> None:
    with at_work(served(tmp_path)) as line:
        answers: Counter[int] = Counter()

        def post(number: int) -> None:
            status, _ = line.ask(
                "POST", "/hooks/instantly", {**OPENED, "email_id": f"p{number % 20}"}, PROVED
            )
            answers[status] += 1

        threads = [threading.Thread(target=post, args=(number,)) for number in range(40)]
        for one in threads:
            one.start()
        for one in threads:
            one.join(60)
        assert answers == {200: 40}
        assert line.count() == 20


def test_while_another_command_writes_a_tool_is_told_to_come_again(tmp_path: Path) -> None:
    folder = served(tmp_path)
    with at_work(folder) as line, Workspace.open(folder, as_of=AS_OF) as other:
        with other.db.transaction():
            assert line.ask("POST", "/hooks/instantly", OPENED, PROVED)[0] == 503
        assert line.ask("POST", "/hooks/instantly", OPENED, PROVED)[0] == 200


def test_the_opt_out_link_asks_first_and_one_click_stops_at_once(line: Line) -> None:
    email = hr_people(1)[0][2]
    token = opt_out_token(email, TOKEN_KEY)
    status, page = line.ask("GET", f"/u/{token}")
    assert (status, page.count("<button>")) == (200, 1)
    assert line.count("SELECT count(*) FROM suppressions") == 0
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    status, page = line.ask("POST", f"/u/{token}", b"List-Unsubscribe=One-Click", form)
    assert (status, email in page) == (200, False)
    assert line.count("SELECT value || ' ' || source FROM suppressions") == f"{email} link"
    event = line.count("SELECT class || ' ' || source || ' ' || matched_by FROM events WHERE source = 'link'")
    assert event == "unsubscribe link hand"
    assert line.ask("POST", f"/u/{token}", b"", form)[0] == 200
    assert line.count("SELECT count(*) FROM events WHERE source = 'link'") == 1
    assert not any(token in one or email in one for one in line.said)


def test_a_token_that_is_nobodys_gets_the_same_pages(line: Line) -> None:
    known = opt_out_token(hr_people(2)[1][2], TOKEN_KEY)
    for token in ("0" * 32, "no-token", "%00%ff", "x" * 400, "..%2f..%2fetc"):
        assert line.ask("GET", f"/u/{token}") == line.ask("GET", f"/u/{known}")
        assert line.ask("POST", f"/u/{token}", b"")[0] == 200
    nobody = line.ask("POST", f"/u/{'0' * 32}", b"")
    assert nobody == line.ask("POST", f"/u/{known}", b"")


def test_a_token_that_a_restored_database_has_lost_still_opts_out(tmp_path: Path) -> None:
    folder = served(tmp_path)
    import_people(folder, hr_people(2))
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        workspace.run("hr")
        workspace.db.execute("DELETE FROM opt_out_tokens")
    with at_work(folder) as line:
        line.ask("POST", f"/u/{opt_out_token(hr_people(2)[1][2], TOKEN_KEY)}", b"")
        assert line.count("SELECT value FROM suppressions") == hr_people(2)[1][2]


ASKED = {
    "your-email": "Ida.Beck@werk.example",
    "given": "Ida",
    "family": "Beck",
    "firm": "Werk",
    "message": "Next week?",
}


def test_somebody_who_fills_in_a_form_is_a_prospect_with_a_dated_signal(tmp_path: Path) -> None:
    with at_work(served(tmp_path)) as line:
        body = "&".join(f"{name}={value}" for name, value in ASKED.items()).replace(" ", "+").encode()
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        status, page = line.ask("POST", "/forms/demo", body, form)
        assert (status, "Ida" in page) == (200, False)
        assert line.ask("POST", "/forms/demo", ASKED)[0] == 200  # the same as JSON
        assert line.count("SELECT count(*) FROM events") == 1
        assert line.count("SELECT first_name || ' ' || email FROM people") == "Ida ida.beck@werk.example"
        assert line.count("SELECT source FROM evidence WHERE person_id IS NOT NULL LIMIT 1") == "form:demo"
        assert line.count("SELECT kind || ' ' || detail FROM signals") == "asked demo request"
        assert "Next week?" in line.count("SELECT details FROM events")
        assert (
            line.count("SELECT class || ' ' || source || ' ' || matched_by FROM events")
            == "form form:demo address"
        )
        with Workspace.open(line.folder, as_of=AS_OF) as workspace:
            marks = workspace.db.rows("SELECT name, value FROM custom_values ORDER BY name")
        assert [tuple(one) for one in marks] == [
            ("asked_for", "demo request"),
            ("asked_on", AS_OF.isoformat()),
            ("for_campaign", "hr"),
        ]


def test_a_form_overwrites_nothing_that_is_known_and_fills_what_is_blank(tmp_path: Path) -> None:
    folder = served(tmp_path)
    import_people(folder, [("Ida", "", "ida.beck@werk.example", "Head of HR", "Werk AG", "werk.example")])
    with at_work(folder) as line:
        told = {**ASKED, "given": "Mallory", "family": "Beck", "firm": "Evil Ltd", "job": "Intern"}
        assert line.ask("POST", "/forms/demo", told)[0] == 200
        assert line.count("SELECT count(*) FROM people") == 1
        assert line.count("SELECT count(*) FROM companies") == 1
        assert line.count("SELECT first_name || ' ' || title FROM people") == "Ida Head of HR"
        assert line.count("SELECT name FROM companies") == "Werk"
        assert line.count("SELECT last_name FROM people") == "Beck"


def test_a_form_without_an_address_a_program_in_the_trap_and_a_flood_are_turned_away(tmp_path: Path) -> None:
    with at_work(served(tmp_path), Limits(forms_a_minute=4)) as line:
        assert line.ask("POST", "/forms/demo", {"your-email": "nobody"})[0] == 422
        assert line.ask("POST", "/forms/demo", {**ASKED, "website": "http://spam.test"})[0] == 200
        assert (
            line.ask(
                "POST", "/forms/demo", b"\xff=\xff", {"Content-Type": "application/x-www-form-urlencoded"}
            )[0]
            == 400
        )
        assert line.ask("POST", "/forms/demo", {"your-email": "=cmd()@x.test\r\nBcc: a@b.test"})[0] in (
            200,
            422,
        )
        assert line.ask("POST", "/forms/demo", ASKED)[0] == 429
        assert line.ask("GET", "/forms/demo")[0] == 405
        assert line.ask("GET", "/forms/other")[0] == 404
        assert line.count("SELECT count(*) FROM people WHERE email LIKE '%werk.example'") == 0


@pytest.mark.parametrize(
    ("serve", "said"),
    [
        ({"hooks": {"instantely": {"secret_env": "INSTANTLY_HOOK"}}}, "instantly"),
        ({"hooks": {"apollo": {"secret_env": "INSTANTLY_HOOK"}}}, "apollo"),
        ({"forms": {"demo": {"fields": {"emial": "x"}}}}, "email"),
        ({"forms": {"demo": {"fields": {"first_name": "x"}}}}, "email"),
        ({"forms": {"demo": {"campaign": "hrr"}}}, "hr"),
    ],
)
def test_settings_that_cannot_work_are_told_with_their_line(tmp_path: Path, serve: Any, said: str) -> None:
    folder = served(tmp_path, serve)
    with (
        Workspace.open(folder, as_of=AS_OF) as opened,
        pytest.raises(FileError) as told,
        opened.listening(port=0),
    ):
        pass
    assert told.value.line
    assert said in f"{told.value.what} {told.value.hint}"


def test_a_secret_that_is_missing_or_short_and_an_open_address_are_refused(tmp_path: Path) -> None:
    folder = served(tmp_path, {"hooks": {"instantly": {"secret_env": "NOT_SET"}}})
    with Workspace.open(folder, as_of=AS_OF) as opened:
        with pytest.raises(CredentialError), opened.listening(port=0):
            pass
        assert [one.state for one in opened.doctor() if one.check == "webhook instantly"] == ["fail"]
        with (folder / ".env").open("a", encoding="utf-8") as file:
            file.write("NOT_SET=short\n")
        with pytest.raises(CredentialError), opened.listening(port=0):
            pass
        with (folder / ".env").open("a", encoding="utf-8") as file:
            file.write(f"NOT_SET={SECRET}\n")
        for host in ("0.0.0.0", "::", "192.0.2.1", "example.test"):
            with pytest.raises(UsageError, match="reached by others"), opened.listening(host, 0):
                pass
        with (
            opened.listening("localhost", 0) as server,
            pytest.raises(UsageError, match="cannot listen"),
            opened.listening("localhost", server.server_address[1]),
        ):
            pass


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_the_command_listens_until_it_is_ended_and_says_nothing_of_anybody(
    tmp_path: Path, number: int, code: int
) -> None:
    folder = served(tmp_path)
    words = [sys.executable, "-m", "prospector", "events", "serve", "--port", "0"]
    process = subprocess.Popen(words, cwd=folder, env=environment(), stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        first = process.stderr.readline()
        line = Line(folder, int(first.partition(";")[0].rpartition(":")[2]), [])
        assert line.ask("POST", "/hooks/instantly", OPENED, PROVED)[0] == 200
        os.kill(process.pid, number)
        rest = process.communicate(timeout=20)[1]
    finally:
        if process.poll() is None:
            process.kill()
    assert process.returncode == code, rest
    assert "POST /hooks/instantly 200: 1 new, 0 known" in rest
    assert not any(word in rest for word in (BEA, SECRET, "Traceback"))
    assert line.count() == 1


def test_a_contact_that_a_tool_names_by_its_number_is_the_one_that_was_pushed(tmp_path: Path) -> None:
    change = {"eventId": 9, "subscriptionType": "contact.propertyChange", "occurredAt": 1796289120000}
    with serving(TOOLS["hubspot"]()) as tool:
        folder = push_workspace(tmp_path, "hubspot", tool, timeout=2)
        import_people(folder, hr_people(3))
        push_until_done(folder, QuickClock())
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        row = workspace.db.one("SELECT remote_id, enrolment_id FROM deliveries ORDER BY id DESC LIMIT 1")
        assert row is not None
        left = {
            **change,
            "objectId": int(row["remote_id"]),
            "propertyName": "hs_email_optout",
            "propertyValue": "true",
        }
        assert workspace.take_payload("hubspot", [left]) == (1, 0)
        event = workspace.db.one("SELECT class, enrolment_id, matched_by FROM events")
    assert event is not None
    assert tuple(event) == ("unsubscribe", row["enrolment_id"], "lead_id")
