"""A mailbox is read by IMAP from where it was read to, without a mark in it, and what was not read is known."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from imap_stub import PASSWORD, ImapStub, imap_stub
from mails import mail
from workspaces import CAMPAIGN, hr_people, import_people, make_workspace, run_cli

from prospector.workspace import Workspace

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def stub() -> Iterator[ImapStub]:
    with imap_stub() as server:
        yield server


def workspace_with(folder: Path, port: int, *, timeout: float = 2, **imap: Any) -> Path:
    """A workspace whose mailbox `ana` is read at a port of this machine; three people are in it."""
    make_workspace(
        folder,
        campaigns={"hr": {**CAMPAIGN, "destination": "eml"}},
        http={"allow_private": True, "timeout": timeout},
    )
    told = {"host": "127.0.0.1", "port": port, "user": "ana", "password_env": "ANA_IMAP", **imap}
    settings = folder / "prospector.yaml"
    mailboxes = {"ana": {"email": "nora@tidewater.test", "imap": told}}
    settings.write_text(
        f"{settings.read_text('utf-8')}mailboxes: {json.dumps(mailboxes)}\n", encoding="utf-8"
    )
    (folder / ".env").write_text(f"PROSPECTOR_TOKEN_KEY=k\nANA_IMAP={PASSWORD}\n", encoding="utf-8")
    import_people(folder, hr_people(3))
    return folder


def fill(stub: ImapStub, count: int, *, start: int = 0, folder: str = "INBOX") -> None:
    """Deliver replies, one a minute."""
    for number in range(start, start + count):
        raw = mail("Yes, gladly.", sender=f"p{number}@firm{number}.example", X_Number=str(number))
        raw = raw.replace(b"<1@firma.example>", b"<%d@firma.example>" % number)
        stub.folders[folder].add(raw.replace(b"\n", b"\r\n"), MONDAY + timedelta(minutes=number))


def pull(folder: Path, *arguments: str, code: int = 0) -> Any:
    done = run_cli("events", "pull", *arguments, "--json", cwd=folder)
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout) if done.stdout else done.stderr


def spans(folder: Path) -> list[tuple[str, str, str]]:
    with Workspace.open(folder) as workspace:
        return [
            tuple(row)
            for row in workspace.db.rows("SELECT source, from_at, to_at FROM spans_read ORDER BY id")
        ]


def test_what_is_new_is_read_once_with_its_arrival_as_time_and_nothing_is_marked(
    tmp_path: Path, stub: ImapStub
) -> None:
    folder = workspace_with(tmp_path, stub.port)
    fill(stub, 5)
    first = pull(folder)
    assert (first["read"], first["new"]) == (5, 5)
    assert first["events"][1]["at"] == "2026-11-23T09:01:00Z"
    assert first["events"][1]["source"] == "mailbox:ana"
    fill(stub, 2, start=5)
    assert (again := pull(folder, "ana"))["read"] == again["new"] == 2
    assert pull(folder)["read"] == 0
    told = " ".join(stub.commands)
    assert "EXAMINE" in told
    assert not any(word in told for word in ("SELECT", "STORE", "EXPUNGE", " BODY["))


def test_a_folder_in_which_nothing_is_missing_was_read_from_the_beginning_to_now(
    tmp_path: Path, stub: ImapStub
) -> None:
    folder = workspace_with(tmp_path, stub.port)
    fill(stub, 3)
    told = pull(folder)
    assert spans(folder) == [("mailbox:ana/INBOX", "0001-01-01T00:00:00Z", "2026-11-23T23:59:59Z")]
    assert told["sources"][0]["read_until"] == "2026-11-23T23:59:59Z"
    assert told["sources"][0]["missing"] == 0


def test_a_mail_that_was_deleted_before_it_was_read_is_a_gap_between_its_neighbours(
    tmp_path: Path, stub: ImapStub
) -> None:
    folder = workspace_with(tmp_path, stub.port)
    fill(stub, 6)
    stub.inbox.remove(3, 4)
    told = pull(folder)
    assert told["sources"][0]["missing"] == 2
    assert spans(folder) == [
        ("mailbox:ana/INBOX", "0001-01-01T00:00:00Z", "2026-11-23T09:01:00Z"),
        ("mailbox:ana/INBOX", "2026-11-23T09:04:00Z", "2026-11-23T23:59:59Z"),
    ]


def test_numbers_that_begin_anew_are_read_again_and_nothing_is_twice_but_the_time_between_is_unsure(
    tmp_path: Path, stub: ImapStub
) -> None:
    folder = workspace_with(tmp_path, stub.port)
    fill(stub, 3)
    pull(folder)
    stub.inbox.begin_anew(7)
    fill(stub, 1, start=3)
    done = run_cli("events", "pull", "--json", "--as-of", "2026-11-25", cwd=folder)
    told = json.loads(done.stdout)
    assert (told["read"], told["new"]) == (4, 1)
    assert told["sources"][0]["anew"]
    assert "numbers it anew" in done.stderr
    assert spans(folder) == [("mailbox:ana/INBOX", "0001-01-01T00:00:00Z", "2026-11-23T23:59:59Z")]
    run_cli("events", "pull", "--as-of", "2026-11-27", cwd=folder)
    assert spans(folder)[1:] == [("mailbox:ana/INBOX", "2026-11-25T23:59:59Z", "2026-11-27T23:59:59Z")]
