"""The same against a real server: Dovecot from Debian's packages, on loopback, with a folder of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme
from dovecot import PASSWORD, Dovecot, dovecot, why_not
from mails import mail
from workspaces import CAMPAIGN, environment, hr_people, import_people, make_workspace, run_cli

from prospector.workspace import Workspace

MONDAY = datetime(2026, 11, 2, tzinfo=UTC)
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    if reason := why_not():
        pytest.skip(reason)
    with dovecot() as running:
        yield running


def deliver(server: Dovecot, user: str, first: int, last: int, *, minutes: int = 3, folder: str = "") -> None:
    for number in range(first, last):
        raw = mail(f"Answer {number}: yes.", sender=f"p{number}@firm{number}.example")
        raw = raw.replace(b"<1@firma.example>", b"<%d@firma.example>" % number)
        server.deliver(number, raw, MONDAY + timedelta(minutes=minutes * number), user=user, folder=folder)
    server.own()


def workspace_with(folder: Path, port: int, user: str, **imap: Any) -> Path:
    make_workspace(folder, campaigns={"hr": {**CAMPAIGN, "destination": "eml"}}, http={"allow_private": True})
    told = {"host": "127.0.0.1", "port": port, "user": user, "password_env": "ANA_IMAP", **imap}
    settings = folder / "prospector.yaml"
    mailboxes = {"ana": {"email": "nora@tidewater.test", "imap": told}}
    settings.write_text(
        f"{settings.read_text('utf-8')}mailboxes: {json.dumps(mailboxes)}\n", encoding="utf-8"
    )
    (folder / ".env").write_text(f"PROSPECTOR_TOKEN_KEY=k\nANA_IMAP={PASSWORD}\n", encoding="utf-8")
    import_people(folder, hr_people(3))
    return folder


def stored(folder: Path) -> int:
    with Workspace.open(folder) as workspace:
        return int(workspace.db.value("SELECT count(*) FROM events"))


def test_ten_thousand_mails_through_kills_are_read_once_each_and_a_gap_is_known(
    server: Dovecot, tmp_path: Path
) -> None:
    deliver(server, "ana", 0, 10_000)
    folder = workspace_with(tmp_path, server.plain, "ana")
    for share in (1, 2, 3):
        _killed_at(folder, share * 2_000)
    before = stored(folder)
    assert 0 < before < 10_000
    words = [sys.executable, "-m", "prospector", "events", "pull", "--json"]
    done = subprocess.run(
        words, cwd=folder, env=environment(), capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["new"] + before == stored(folder) == 10_000
    assert told["known"] <= 700, "a kill costs no more than what was not committed yet"
    with Workspace.open(folder) as workspace:
        db = workspace.db
        assert db.value("SELECT count(DISTINCT message_id) FROM events") == 10_000
        wrong = "SELECT count(*) FROM events WHERE unixepoch(at) != unixepoch('2026-11-02') + 180 * "
        number = "CAST(substr(message_id, 2, instr(message_id, '@') - 2) AS INTEGER)"
        assert db.value(wrong + number) == 0
        assert [tuple(row) for row in db.rows("SELECT from_at, to_at FROM spans_read")] == [
            ("0001-01-01T00:00:00Z", "2026-11-23T23:59:59Z")
        ]
    deliver(server, "ana", 10_000, 10_010)
    _look(folder)  # the server has numbered them
    server.remove(10_004)
    server.remove(10_005)
    done = run_cli("events", "pull", "--json", "--as-of", "2026-11-25", cwd=folder)
    told = json.loads(done.stdout)
    assert (told["new"], told["sources"][0]["missing"]) == (8, 2)
    with Workspace.open(folder) as workspace:
        # Both came after the last reading, and no later mail says until when: nothing since then counts as read.
        assert [tuple(row) for row in workspace.db.rows("SELECT from_at, to_at FROM spans_read")] == [
            ("0001-01-01T00:00:00Z", "2026-11-23T23:59:59Z")
        ]


def _look(folder: Path) -> None:
    from prospector.fetch import HttpSettings
    from prospector.fetch.imap import Account, ImapMailbox

    with Workspace.open(folder) as workspace:
        told = workspace.settings.mailboxes["ana"].imap
    assert told is not None
    account = Account(told.host, told.user, PASSWORD, told.port)
    with ImapMailbox(account, HttpSettings(allow_private=True)) as box:
        box.examine("INBOX")


def _killed_at(folder: Path, count: int) -> None:
    program = subprocess.Popen(
        [sys.executable, "-m", "prospector", "events", "pull", "--quiet"], cwd=folder, env=environment()
    )
    try:
        while program.poll() is None and stored(folder) < count:
            time.sleep(0.2)
    finally:
        program.kill()
        program.wait()


def test_folders_with_other_letters_are_read_over_tls_and_nothing_is_marked(tmp_path: Path) -> None:
    if reason := why_not():
        pytest.skip(reason)
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    tmp_path.chmod(0o755)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    issued.private_key_pem.write_to_path(str(tmp_path / "key.pem"))
    (tmp_path / "cert.pem").write_bytes(b"".join(one.bytes() for one in issued.cert_chain_pems))
    with dovecot(certificate=tmp_path / "cert.pem", key=tmp_path / "key.pem") as server:
        deliver(server, "eva", 0, 3)
        deliver(server, "eva", 3, 5, folder="Gr&APwA3w-e")
        folder = workspace_with(tmp_path / "ws", server.tls, "eva", folders=["INBOX", "Grüße"])
        assert "not trusted" in run_cli("events", "pull", cwd=folder).stderr
        settings = folder / "prospector.yaml"
        settings.write_text(
            settings.read_text("utf-8").replace('"allow_private"', '"ca_file": "../ca.pem", "allow_private"'),
            "utf-8",
        )
        done = run_cli("events", "pull", "--json", cwd=folder)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["new"] == 5
        flagged = [
            path.name
            for path in (server.folder / "mail/eva").rglob("*,*")
            if "S" in path.name.rpartition(",")[2]
        ]
    assert flagged == []
