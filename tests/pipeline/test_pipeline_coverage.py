"""Nobody is called silent whose answers were not read, in any command."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from imap_stub import ImapStub, imap_stub
from mails import mail
from test_pipeline_pulling import workspace_with
from workspaces import AS_OF, run_cli

from prospector.pipeline.mailboxes.coverage import Sources, coverage
from prospector.pipeline.mailboxes.spans import BEGINNING, Track, keep_span
from prospector.workspace import Workspace

TUESDAY = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
def stub() -> Iterator[ImapStub]:
    with imap_stub() as server:
        yield server


@pytest.fixture
def written(tmp_path: Path, stub: ImapStub) -> Path:
    """A workspace that wrote to three people on 23 and 26 November."""
    folder = workspace_with(tmp_path, stub.port)
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        workspace.run("hr")
    return folder


def share(folder: Path, day: str) -> tuple[int, int]:
    with Workspace.open(folder, as_of=date.fromisoformat(day)) as workspace:
        told = workspace.coverage()
    assert told.as_json()["value"] == told.total.value
    return told.total.covered, told.total.contacted


def pull(folder: Path, day: str, *, code: int = 0) -> None:
    done = run_cli("events", "pull", "--as-of", day, cwd=folder)
    assert done.returncode == code, done.stderr


def shown(folder: Path, day: str, who: str = "p1@firm1.example") -> Any:
    done = run_cli("show", who, "--json", "--as-of", day, cwd=folder)
    return json.loads(done.stdout)["answers"]


def test_before_a_mailbox_is_read_nobody_is_silent(written: Path) -> None:
    assert share(written, "2026-11-25") == (0, 3)
    (answers,) = shown(written, "2026-11-25")
    assert answers["not_read_since"].startswith("2026-11-23T")
    assert answers["said"].startswith("answers not read since 2026-11-23")
    listed = json.loads(run_cli("campaign", "list", "--json", "--as-of", "2026-11-25", cwd=written).stdout)
    assert (listed[0]["written_to"], listed[0]["answers"]) == (3, "not read")


def test_once_it_is_read_to_its_end_there_is_an_answer_or_none(written: Path, stub: ImapStub) -> None:
    stub.inbox.add(mail("Yes, gladly.", sender="p2@firm2.example"), TUESDAY)
    pull(written, "2026-11-25")
    assert share(written, "2026-11-25") == (3, 3)
    assert shown(written, "2026-11-25")[0]["said"] == "no answer, read until 2026-11-25 23:59 UTC"
    assert shown(written, "2026-11-25", "p2@firm2.example")[0]["said"] == "answered on 2026-11-24 09:00 UTC"
    done = run_cli("status", "--as-of", "2026-11-25", cwd=written)
    assert "answers to hr" in done.stdout
    assert "read until 2026-11-25 23:59 UTC" in done.stdout


def test_what_was_not_read_since_is_said_and_pulling_is_the_next_thing_to_do(written: Path) -> None:
    pull(written, "2026-11-25")
    assert share(written, "2026-12-01") == (0, 3)
    assert shown(written, "2026-12-01")[0]["said"] == "answers not read since 2026-11-25 23:59 UTC"
    told = json.loads(run_cli("status", "--json", "--as-of", "2026-12-01", cwd=written).stdout)
    assert told["next_action"]["command"] == "prospector events pull"
    pull(written, "2026-12-01")
    assert share(written, "2026-12-01") == (3, 3)


def test_a_mail_that_was_gone_before_it_was_read_lowers_coverage_for_its_time(
    written: Path, stub: ImapStub
) -> None:
    pull(written, "2026-11-23")
    for hour in (9, 10, 11):
        stub.inbox.add(mail("Yes.", sender=f"x{hour}@else.example"), TUESDAY.replace(hour=hour))
    stub.inbox.remove(2)
    pull(written, "2026-11-25")
    assert share(written, "2026-11-25") == (0, 3)
    assert shown(written, "2026-11-25")[0]["said"] == "answers not read since 2026-11-24 09:00 UTC"
    words = json.loads(run_cli("campaign", "list", "--json", "--as-of", "2026-11-25", cwd=written).stdout)[0][
        "answers"
    ]
    assert words == "read until 2026-11-25 23:59 UTC, without a gap for 0 of 3"


def test_a_folder_that_is_listed_and_was_never_read_is_a_gap(written: Path, stub: ImapStub) -> None:
    pull(written, "2026-11-25")
    settings = written / "prospector.yaml"
    settings.write_text(
        settings.read_text("utf-8").replace('"user": "ana"', '"user": "ana", "folders": ["INBOX", "Junk"]'),
        "utf-8",
    )
    assert share(written, "2026-11-25") == (0, 3)
    stub.folders["Junk"] = type(stub.inbox)()
    pull(written, "2026-11-25")
    assert share(written, "2026-11-25") == (3, 3)


def test_a_reading_that_was_broken_off_covers_nothing_yet(written: Path, stub: ImapStub) -> None:
    for number in range(300):
        stub.inbox.add(mail("Yes.", sender=f"x{number}@else.example"), TUESDAY)
    stub.fault, stub.fault_at = "disconnect", 2
    pull(written, "2026-11-25", code=1)
    assert share(written, "2026-11-25") == (0, 3)
    stub.fault = None
    pull(written, "2026-11-25")
    assert share(written, "2026-11-25") == (3, 3)


def test_a_tool_that_was_read_covers_those_who_were_handed_over_to_it(written: Path) -> None:
    with Workspace.open(written, as_of=date(2026, 12, 1)) as workspace:
        db = workspace.db
        with db.transaction():
            db.execute("UPDATE deliveries SET destination = 'instantly' WHERE enrolment_id = 1")
            keep_span(db, "instantly/other", BEGINNING, "2026-12-09T00:00:00Z", "2026-12-01")
        assert coverage(db, workspace.settings, workspace.as_of).total.covered == 0
        with db.transaction():
            keep_span(db, "instantly/hr", BEGINNING, "2026-12-02T00:00:00Z", "2026-12-01")
        told = coverage(db, workspace.settings, workspace.as_of)
        assert (told.total.covered, told.total.contacted) == (1, 3)


def test_who_bounced_for_good_is_not_counted(written: Path) -> None:
    with Workspace.open(written, as_of=date(2026, 11, 24)) as workspace:
        with workspace.db.transaction():
            workspace.db.execute(
                "INSERT INTO events (key, at, read_on, source, way, enrolment_id, class, bounce_type) "
                "VALUES ('k', '2026-11-23T10:00:00Z', '2026-11-23', 'hand', 'hand', 1, 'bounce', 'hard')"
            )
        assert workspace.coverage().total.contacted == 2


@given(
    present=st.lists(st.booleans(), min_size=1, max_size=12),
    stops=st.sets(st.integers(1, 12)),
)
def test_a_time_counts_as_read_only_if_no_mail_of_it_is_missing_wherever_reading_stopped(
    present: list[bool], stops: set[int]
) -> None:
    """Mail n came at minute n. A missing one lies in no span, one that has its neighbours does."""
    track = Track("box", 1)
    for uid, is_there in enumerate(present, 1):
        if is_there:
            track.mail(uid, f"2026-11-24T09:{uid:02}:00Z", f"2026-11-24T09:{uid:02}:30Z")
        if uid in stops:
            track.end(uid, f"2026-11-24T09:{uid:02}:30Z")
    track.end(len(present), "2026-11-24T10:00:00Z")
    beside = [True, *present, True]
    for uid, is_there in enumerate(present, 1):
        is_read = any(start <= f"2026-11-24T09:{uid:02}:00Z" <= to for start, to in track.gaps)
        assert is_read <= is_there
        assert is_read or not all(beside[uid - 1 : uid + 2])
    assert track.missing == present.count(False)


def test_saved_mails_cover_only_what_a_person_says_that_they_hold(written: Path) -> None:
    (written / "in.eml").write_bytes(mail("Yes.", sender="p2@firm2.example"))
    words = ("events", "import", "in.eml", "--as-of", "2026-11-30", "--mailbox", "ana")
    assert run_cli(*words, cwd=written).returncode == 0
    assert share(written, "2026-11-30") == (0, 3)
    done = run_cli(*words, "--covers", "2026-11-23..2026-11-30", cwd=written)
    assert done.returncode == 0, done.stderr
    assert share(written, "2026-11-30") == (3, 3)
    assert share(written, "2026-12-03") == (0, 3)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--covers", "2026-11-23..2026-11-30"), "add --mailbox NAME"),
        (("--mailbox", "anna", "--covers", "2026-11-23..2026-11-30"), 'did you mean "ana"?'),
        (("--mailbox", "ana", "--covers", "last week"), "no span of days"),
        (("--mailbox", "ana", "--covers", "2026-11-30..2026-11-23"), "comes after"),
    ],
)
def test_a_claim_that_makes_no_sense_is_refused(written: Path, words: tuple[str, ...], said: str) -> None:
    (written / "in.eml").write_bytes(mail("Yes."))
    done = run_cli("events", "import", "in.eml", *words, cwd=written)
    assert (done.returncode, said in done.stderr) == (2, True)


def test_a_claim_of_files_of_which_one_is_no_mail_does_not_count(written: Path) -> None:
    (written / "in.eml").write_bytes(mail("Yes."))
    (written / "bad.eml").write_bytes(b"nothing\n")
    words = ("--mailbox", "ana", "--covers", "2026-11-23..2026-11-30", "--as-of", "2026-11-30")
    done = run_cli("events", "import", "in.eml", "bad.eml", *words, cwd=written)
    assert (done.returncode, "does not count as read" in done.stderr) == (1, True)
    assert share(written, "2026-11-30") == (0, 3)


def test_the_report_is_told_of_a_tool_when_all_its_campaigns_were_read(written: Path) -> None:
    with Workspace.open(written, as_of=date(2026, 12, 1)) as workspace:
        with workspace.db.transaction():
            keep_span(workspace.db, "instantly/hr", BEGINNING, "2026-12-01T00:00:00Z", "2026-12-01")
            keep_span(workspace.db, "instantly/it", BEGINNING, "2026-11-30T00:00:00Z", "2026-12-01")
        told = list(Sources(workspace.db, workspace.settings).read())
    assert told == [("instantly", BEGINNING, "2026-11-30T00:00:00Z")]
