"""A mailbox is read by IMAP from where it was read to, without a mark in it, and what was not read is known."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme
from imap_stub import PASSWORD, Folder, ImapStub, imap_stub
from mails import mail
from workspaces import CAMPAIGN, hr_people, import_people, make_workspace, run_cli

from prospector.core.errors import FileError
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


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("silence", "no answer in time"),
        ("garbage", "broken off"),
        ("huge_literal", "sends more than it was asked for"),
        ("endless_line", "a line without an end"),
        ("endless_answers", "sends more than it was asked for"),
        ("disconnect", "closed the connection"),
        ("count", "does not give them all"),
    ],
)
def test_a_server_that_breaks_off_ends_in_words_and_what_was_read_is_kept(
    tmp_path: Path, stub: ImapStub, fault: str, said: str
) -> None:
    folder = workspace_with(tmp_path, stub.port)
    fill(stub, 450)
    stub.fault, stub.fault_at = fault, 2
    done = run_cli("events", "pull", "--json", cwd=folder)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    told = json.loads(done.stdout)
    assert told["read"] == told["new"] == (450 if fault == "count" else 200)
    assert told["sources"][0]["read_until"] is None
    assert spans(folder) == []
    stub.fault = None
    rest = pull(folder)
    assert rest["read"] == rest["new"] == (0 if fault == "count" else 250)
    assert len(spans(folder)) == 1


def test_numbers_of_mails_that_do_not_rise_are_refused(tmp_path: Path, stub: ImapStub) -> None:
    folder = workspace_with(tmp_path, stub.port)
    fill(stub, 3)
    stub.fault = "falling"
    done = run_cli("events", "pull", cwd=folder)
    assert (done.returncode, "do not rise" in done.stderr) == (1, True)


@pytest.mark.slow
def test_a_server_that_drips_is_left_after_a_while(tmp_path: Path, stub: ImapStub) -> None:
    folder = workspace_with(tmp_path, stub.port, timeout=0.5)
    fill(stub, 3)
    stub.fault = "drip"
    done = run_cli("events", "pull", cwd=folder)
    assert (done.returncode, "no answer in time" in done.stderr) == (1, True)


@pytest.mark.parametrize("plain_login", [False, True])
def test_a_refused_password_is_told_without_it(tmp_path: Path, plain_login: bool) -> None:
    with imap_stub(plain_login=plain_login) as server:
        folder = workspace_with(tmp_path, server.port)
        (folder / ".env").write_text("ANA_IMAP=not-the-one\n", encoding="utf-8")
        done = run_cli("events", "pull", cwd=folder)
    assert done.returncode == 4
    assert "the password was refused" in done.stderr
    assert "not-the-one" not in done.stderr + done.stdout


def test_a_password_that_is_not_set_is_told_before_anything_is_asked(tmp_path: Path, stub: ImapStub) -> None:
    folder = workspace_with(tmp_path, stub.port)
    (folder / ".env").unlink()
    done = run_cli("events", "pull", cwd=folder)
    assert (done.returncode, "ANA_IMAP is not set" in done.stderr) == (4, True)
    assert stub.commands == []


def test_a_folder_that_is_not_there_is_told_with_the_nearest_name(tmp_path: Path, stub: ImapStub) -> None:
    folder = workspace_with(tmp_path, stub.port, folders=["INBOX", "Junc"])
    stub.folders["Junk"] = Folder()
    fill(stub, 1)
    done = run_cli("events", "pull", cwd=folder)
    assert done.returncode == 1
    assert 'no folder "Junc"' in done.stderr
    assert 'did you mean "Junk"?' in done.stderr
    assert "1 new" in done.stderr


def test_a_private_address_is_refused_unless_it_is_allowed(tmp_path: Path, stub: ImapStub) -> None:
    folder = workspace_with(tmp_path, stub.port)
    settings = folder / "prospector.yaml"
    settings.write_text(settings.read_text("utf-8").replace("true", "false"), encoding="utf-8")
    done = run_cli("events", "pull", cwd=folder)
    assert (done.returncode, "a private address" in done.stderr) == (1, True)
    assert stub.commands == []


def test_plain_text_is_refused_where_tls_was_asked_for(tmp_path: Path, stub: ImapStub) -> None:
    folder = workspace_with(tmp_path, stub.port, tls=True)
    done = run_cli("events", "pull", cwd=folder)
    assert (done.returncode, "speaks no TLS" in done.stderr) == (1, True)
    assert stub.logins == 0


def test_a_certificate_is_checked_and_ca_file_adds_an_authority(tmp_path: Path) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with imap_stub(tls=context) as server:
        folder = workspace_with(tmp_path, server.port)
        fill(server, 1)
        done = run_cli("events", "pull", cwd=folder)
        assert (done.returncode, "its certificate is not trusted" in done.stderr) == (1, True)
        assert server.logins == 0
        authority.cert_pem.write_to_path(str(folder / "ca.pem"))
        settings = folder / "prospector.yaml"
        text = settings.read_text("utf-8").replace('"timeout"', '"ca_file": "ca.pem", "timeout"')
        settings.write_text(text, encoding="utf-8")
        assert pull(folder)["new"] == 1


def test_of_a_long_mail_only_the_beginning_is_read_and_that_is_said(tmp_path: Path, stub: ImapStub) -> None:
    folder = workspace_with(tmp_path, stub.port)
    raw = mail("Yes.", sender="p1@firm1.example") + b"x" * 3_000_000
    stub.inbox.add(raw, MONDAY)
    fill(stub, 1)
    told = pull(folder)
    assert told["sources"][0]["cut"] == 1
    assert told["read"] == 2


def test_two_pulls_at_once_do_not_read_the_same_mailbox(tmp_path: Path, stub: ImapStub) -> None:
    folder = workspace_with(tmp_path, stub.port)
    with Workspace.open(folder) as workspace, workspace.pull_events():
        done = run_cli("events", "pull", cwd=folder)
    assert done.returncode == 5


def test_a_mail_of_ours_in_a_folder_of_all_mails_is_no_answer(tmp_path: Path, stub: ImapStub) -> None:
    folder = workspace_with(tmp_path, stub.port)
    stub.inbox.add(mail("Hello", sender="Nora <nora@tidewater.test>"), MONDAY)
    (event,) = pull(folder)["events"]
    assert (event["class"], event["review"]) == ("other", False)


def test_an_unknown_word_of_a_mailbox_is_refused_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="pasword_env") as refused:
        workspace_with(tmp_path, 143, pasword_env="X")
    assert refused.value.hint == 'did you mean "password_env"?'


def test_a_password_in_the_file_is_refused_without_being_repeated(tmp_path: Path) -> None:
    with pytest.raises(FileError) as refused:
        workspace_with(tmp_path, 143, password_env="hunter2!")
    assert "hunter2" not in refused.value.message


def test_one_mailbox_that_cannot_be_read_does_not_stop_the_others(tmp_path: Path, stub: ImapStub) -> None:
    folder = workspace_with(tmp_path, stub.port)
    settings = folder / "prospector.yaml"
    text = settings.read_text("utf-8")
    box = json.loads(text.partition("mailboxes: ")[2])
    gone = {
        "email": "eva@tidewater.test",
        "imap": {**box["ana"]["imap"], "port": 9, "password_env": "ANA_IMAP"},
    }
    other = {"email": "bo@tidewater.test", "imap": {**box["ana"]["imap"], "folders": ["Bo"]}}
    text = text.partition("mailboxes: ")[0] + f"mailboxes: {json.dumps({**box, 'eva': gone, 'bo': other})}\n"
    settings.write_text(text, encoding="utf-8")
    stub.folders["Bo"] = Folder()
    fill(stub, 3)
    fill(stub, 2, start=10, folder="Bo")
    done = run_cli("events", "pull", "--json", cwd=folder)
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert told["new"] == 5
    assert [(one["source"], one["messages"], one["read_until"] is None) for one in told["sources"]] == [
        ("mailbox:ana", 3, False),
        ("mailbox:eva", 0, True),
        ("mailbox:bo", 2, False),
    ]
    assert len(spans(folder)) == 2
