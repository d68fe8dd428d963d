"""What a mailbox holds is compared with what was read, mail by mail."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from imap_stub import ImapStub, imap_stub
from mails import mail, report
from test_pipeline_pulling import MONDAY, fill, pull, workspace_with
from workspaces import run_cli

from prospector.workspace import Workspace


@pytest.fixture
def stub() -> Iterator[ImapStub]:
    with imap_stub() as server:
        yield server


def reconcile(folder: Path, *words: str, code: int) -> Any:
    done = run_cli("events", "reconcile", *words, "--json", cwd=folder)
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


def test_after_a_pull_nothing_is_missing_and_a_new_mail_is_named(tmp_path: Path, stub: ImapStub) -> None:
    folder = workspace_with(tmp_path, stub.port)
    fill(stub, 620)
    stub.inbox.add(
        mail("Without an id.", sender="x@else.example").replace(b"Message-ID: <1@firma.example>\n", b""),
        MONDAY,
    )
    two = report("550 5.1.1 no such user").replace(
        b"\n\n--b\nContent-Type: message/rfc822",
        b"\n\nFinal-Recipient: rfc822; eva@firma.example\nAction: failed\nStatus: 5.1.1\n\n--b\nContent-Type: message/rfc822",
    )
    stub.inbox.add(two, MONDAY)
    pull(folder)
    assert reconcile(folder, code=0) == {
        "which": [],
        "held": 622,
        "missing": 0,
        "sources": [{"source": "mailbox:ana", "folder": "INBOX", "held": 622, "missing": 0}],
    }
    fill(stub, 1, start=700)
    told = reconcile(folder, "ana", code=1)
    assert (told["held"], told["missing"]) == (623, 1)
    assert told["which"][0]["message_id"] == "<700@firma.example>"
    assert told["which"][0]["why"] == "not pulled yet"
    pull(folder)
    assert reconcile(folder, code=0)["missing"] == 0


def test_what_was_lost_behind_the_cursor_is_found_and_read_anew(tmp_path: Path, stub: ImapStub) -> None:
    folder = workspace_with(tmp_path, stub.port)
    fill(stub, 5)
    pull(folder)
    with Workspace.open(folder) as workspace, workspace.db.transaction():
        workspace.db.execute(
            "UPDATE events SET key = 'gone', message_id = NULL WHERE message_id = '<3@firma.example>'"
        )
    told = reconcile(folder, code=1)
    assert [(one["message_id"], one["why"]) for one in told["which"]] == [
        ("<3@firma.example>", "never stored")
    ]
    done = run_cli("events", "reconcile", cwd=folder)
    assert "5 mails held, 1 missing. Next: prospector events pull --anew" in done.stderr
    again = pull(folder, "--anew")
    assert (again["read"], again["new"]) == (5, 1)
    assert reconcile(folder, code=0)["missing"] == 0


def test_a_folder_of_saved_mails_is_compared_with_what_came_by_imap(tmp_path: Path, stub: ImapStub) -> None:
    folder = workspace_with(tmp_path, stub.port)
    fill(stub, 2)
    (folder / "saved").mkdir()
    for number, one in enumerate(stub.inbox.messages):
        (folder / "saved" / f"{number}.eml").write_bytes(one.raw)
    assert reconcile(folder, "saved", code=1)["missing"] == 2
    pull(folder)
    assert reconcile(folder, "saved", "ana", code=0)["held"] == 4


def test_a_name_that_is_neither_a_mailbox_nor_a_file_is_refused(tmp_path: Path, stub: ImapStub) -> None:
    folder = workspace_with(tmp_path, stub.port)
    done = run_cli("events", "reconcile", "anna", cwd=folder)
    assert (done.returncode, 'did you mean "ana"?' in done.stderr) == (2, True)
