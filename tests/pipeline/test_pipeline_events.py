"""Events are stored once, whichever way they come, and find person, campaign and touch by what they carry."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

import pytest
from mails import mail, report
from workspaces import AS_OF, CAMPAIGN, call_cli, hr_people, import_people, make_workspace

from prospector.pipeline.events.from_mail import events_of_mail
from prospector.pipeline.events.incoming import Incoming, event_key, utc
from prospector.pipeline.events.storing import match_again, take_in
from prospector.workspace import Workspace

LATER = datetime(2026, 12, 3, 9, tzinfo=UTC)


@pytest.fixture
def handed_over(tmp_path: Path) -> Path:
    """A workspace whose three people have mails in a folder."""
    folder = make_workspace(tmp_path, campaigns={"hr": {**CAMPAIGN, "destination": "eml"}})
    import_people(folder, hr_people(3))
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        workspace.run("hr")
    return folder


def our_mails(folder: Path) -> list[Path]:
    return sorted(folder.glob("exports/**/*.eml"))


def answer_to(path: Path, *, sender: str, body: str = "Yes, gladly.") -> bytes:
    ours = message_from_bytes(path.read_bytes())
    return mail(body, sender=sender, In_Reply_To=ours["Message-ID"])


def test_a_reply_from_another_address_is_matched_by_the_mail_that_it_answers(handed_over: Path) -> None:
    mails = our_mails(handed_over)
    replies = [answer_to(one, sender=f"Somebody <assistant{n}@else.test>") for n, one in enumerate(mails)]
    with Workspace.open(handed_over, as_of=AS_OF) as workspace:
        events = [one for raw in replies for one in events_of_mail(raw, "mailbox:ana", "imap", LATER)[1]]
        stored = list(take_in(workspace.db, events, AS_OF))
        touches = {row[0] for row in workspace.db.rows("SELECT touch FROM events")}
    assert len(mails) == 6
    assert [one.match.by for one in stored] == ["message_id"] * 6
    assert touches == {"01-hello", "03-again"}


def test_a_lead_id_names_person_and_campaign(handed_over: Path) -> None:
    with Workspace.open(handed_over, as_of=AS_OF) as workspace:
        row = workspace.db.one("SELECT lead_id, id, person_id FROM enrolments ORDER BY id DESC LIMIT 1")
        assert row is not None
        event = Incoming(
            event_key("x"),
            utc(LATER),
            "instantly",
            "webhook",
            "opened",
            lead_id=row["lead_id"],
            touch_number=2,
        )
        (stored,) = take_in(workspace.db, [event], AS_OF)
    assert stored.match == ("lead_id", row["person_id"], row["id"], "hr", "03-again")


def test_a_bounce_that_names_only_an_address_is_matched_by_it(handed_over: Path) -> None:
    with Workspace.open(handed_over, as_of=AS_OF) as workspace:
        email = workspace.db.value("SELECT email FROM people ORDER BY id LIMIT 1")
        _, events = events_of_mail(
            report("550 5.1.1 no such user", recipient=email), "mailbox:ana", "imap", LATER
        )
        (stored,) = take_in(workspace.db, events, AS_OF)
    assert (stored.match.by, stored.match.campaign, stored.event.bounce_type) == ("address", "hr", "hard")


def test_a_mail_read_twice_by_two_ways_in_any_order_is_one_event(handed_over: Path) -> None:
    raw = [
        mail("Not now.", sender=f"p{n}@firma.test", Message_ID=f"<{n}@x.test>").replace(
            b"Message-ID: <1@firma.example>\n", b""
        )
        for n in range(20)
    ]
    read = [one for mail_ in raw for one in events_of_mail(mail_, "mailbox:ana", "imap", LATER)[1]]
    read += [
        one
        for mail_ in raw
        for one in events_of_mail(mail_.replace(b"\n", b"\r\n"), "mailbox:ana", "file", LATER)[1]
    ]
    random.Random(1).shuffle(read)
    with Workspace.open(handed_over, as_of=AS_OF) as workspace:
        assert sum(one.is_new for one in take_in(workspace.db, read, AS_OF)) == 20
        assert not any(one.is_new for one in take_in(workspace.db, read, AS_OF))
        assert workspace.db.value("SELECT count(*) FROM received") == 20


def test_who_was_unknown_is_found_once_imported(handed_over: Path) -> None:
    with Workspace.open(handed_over, as_of=AS_OF) as workspace:
        _, events = events_of_mail(mail("Hello", sender="new@late.test"), "mailbox:ana", "imap", LATER)
        (stored,) = take_in(workspace.db, events, AS_OF)
        assert stored.match.by is None
        assert match_again(workspace.db) == 0
    import_people(handed_over, [("Lu", "Late", "new@late.test", "HR Manager", "Late", "late.test")])
    with Workspace.open(handed_over, as_of=AS_OF) as workspace:
        assert match_again(workspace.db) == 1
        assert workspace.db.value("SELECT matched_by FROM events") == "address"


def test_all_mails_of_a_long_run_are_found_by_their_ids_and_worked_out_once(handed_over: Path) -> None:
    with Workspace.open(handed_over, as_of=AS_OF) as workspace:
        list(take_in(workspace.db, events_of_mail(mail("a"), "m", "imap", LATER)[1], AS_OF))
        assert workspace.db.value("SELECT count(*) FROM message_ids") == 6


def test_events_import_tells_of_each_mail_of_an_mbox_and_a_folder_and_the_second_time_nothing_is_new(
    handed_over: Path,
) -> None:
    ours = our_mails(handed_over)
    box = handed_over / "inbox.mbox"
    replies = [
        answer_to(one, sender=f"a{n}@else.test", body="From here on: yes.\n\nFrom me")
        for n, one in enumerate(ours[:2])
    ]
    box.write_bytes(b"".join(b"From - x\n" + raw.replace(b"\nFrom ", b"\n>From ") + b"\n" for raw in replies))
    (handed_over / "saved").mkdir()
    (handed_over / "saved/one.eml").write_bytes(
        report("550 5.1.1 no such user", recipient="nobody@else.test")
    )
    first = call_cli("events", "import", "inbox.mbox", "saved", "--json", cwd=handed_over)
    told = json.loads(first.stdout)
    assert first.returncode == 0, first.stderr
    assert {name: told[name] for name in ("read", "new", "known", "unmatched")} == {
        "read": 3,
        "new": 3,
        "known": 0,
        "unmatched": 1,
    }
    assert [one["class"] for one in told["events"]] == ["reply", "reply", "bounce"]
    assert told["events"][0]["text"] == "From here on: yes.\n\nFrom me"
    assert told["events"][0]["campaign"] == "hr"
    again = json.loads(call_cli("events", "import", "inbox.mbox", "saved", "--json", cwd=handed_over).stdout)
    assert (again["new"], again["known"]) == (0, 3)


def test_a_file_without_mails_is_refused_with_a_hint(handed_over: Path) -> None:
    (handed_over / "list.csv").write_text("email,name\na@b.test,A\n", encoding="utf-8")
    done = call_cli("events", "import", "list.csv", cwd=handed_over)
    assert done.returncode == 2
    assert "list.csv: no mail" in done.stderr
