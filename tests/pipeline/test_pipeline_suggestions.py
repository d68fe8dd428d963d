"""An answer from an address that nobody is known for: nobody who may have written it gets another mail."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from mails import complaint, mail, report
from test_pipeline_effects import read, rows, state
from workspaces import AS_OF, CAMPAIGN, call_cli, import_people, make_workspace

from prospector.destinations.messages import message_digits
from prospector.pipeline.events.incoming import Incoming, event_key, utc
from prospector.workspace import Workspace

WHO = "b.roth@firma.example"
PEOPLE = [
    ["Bea", "Roth", WHO, "HR Manager", "Firma", "https://firma.example"],
    ["Carl", "Maier", "carl@firma.example", "HR Manager", "Firma", "https://firma.example"],
    ["Bea", "Roth", "bea@else.example", "HR Manager", "Else", "https://else.example"],
]


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    campaigns = {
        "due": {**CAMPAIGN, "handover": "due"},
        "tool": {**CAMPAIGN, "destination": "instantly"},
    }
    folder = make_workspace(tmp_path / "w", campaigns=campaigns)
    import_people(folder, PEOPLE)
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        workspace.run("due")
        workspace.run("tool")
    return folder


def imported(folder: Path, raw: bytes) -> dict[str, object]:
    (folder / "a.eml").write_bytes(raw)
    done = call_cli("events", "import", "a.eml", "--json", cwd=folder)
    assert done.returncode == 0, done.stderr
    (told,) = json.loads(done.stdout)["events"]
    assert isinstance(told, dict)
    return told


def held(folder: Path) -> list[tuple[str | None, str]]:
    with Workspace.open(folder, as_of=AS_OF.replace(day=27)) as workspace:
        return [(one.email, one.reason) for one in workspace.plan("due").held_back]


@pytest.mark.parametrize(
    "sender",
    [
        "Bea Roth <bea.roth@firma.example>", "bea.roth@firma.example", "roth@firma.example", '"Roth, Bea" <hr7@firma.example>',
        "Béa ROTH <x@firma.example>", "rothb@firma.example", "bea@firma.example", "Bea.Roth+news@firma.example",
    ],
)  # fmt: skip
def test_an_opt_out_from_another_address_of_the_firm_holds_whoever_has_the_name(
    begun: Path, sender: str
) -> None:
    told = imported(begun, mail("Please unsubscribe me.", sender=sender))
    assert (told["person"], told["review"]) == (None, True)
    assert held(begun) == [(WHO, "perhaps_answered")]
    assert rows(begun, "SELECT value FROM suppressions") == [(told["recipient"],)]
    (waiting,) = json.loads(call_cli("events", "review", "--json", cwd=begun).stdout)
    assert waiting["suggested"] == ["person:1"]
    with Workspace.open(begun, as_of=AS_OF) as workspace:
        assert {one.who for one in workspace.tool_stops()} == {WHO}


def test_by_a_persons_word_it_is_theirs_or_nobodys(begun: Path) -> None:
    number = str(imported(begun, mail("Please unsubscribe me.", sender="bea.roth@firma.example"))["event_id"])
    assert call_cli("events", "review", number, "unsubscribe", cwd=begun).returncode == 0
    assert {row[0] for row in rows(begun, "SELECT value FROM suppressions")} == {
        WHO,
        "bea.roth@firma.example",
    }
    assert call_cli("events", "review", number, "other", "--who", "person:2", cwd=begun).returncode == 0
    assert held(begun) == []


def test_who_is_none_of_those_suggested_keeps_nobody_back(begun: Path) -> None:
    number = str(imported(begun, mail("Please unsubscribe me.", sender="bea.roth@firma.example"))["event_id"])
    done = call_cli("events", "review", number, "unsubscribe", "--who", "nobody", cwd=begun)
    assert done.returncode == 0, done.stderr
    assert rows(begun, "SELECT value FROM suppressions") == [("bea.roth@firma.example",)]
    assert held(begun) == []
    with Workspace.open(begun, as_of=AS_OF) as workspace:
        assert workspace.tool_stops() == []


def test_of_several_suggested_one_has_to_be_named(begun: Path) -> None:
    import_people(
        begun, [["Ben", "Roth", "ben@firma.example", "HR Manager", "Firma", "https://firma.example"]]
    )
    number = str(imported(begun, mail("Please unsubscribe me.", sender="roth@firma.example"))["event_id"])
    done = call_cli("events", "review", number, "unsubscribe", cwd=begun)
    assert done.returncode == 2
    assert "--who person:1 or --who person:4 or --who nobody" in done.stderr


@pytest.mark.parametrize("sender", ["Xaver Blau <xaver@firma.example>", "Bea Roth <bea.roth@third.example>"])
def test_a_stranger_keeps_nobody_back_and_goes_on_the_list(begun: Path, sender: str) -> None:
    told = imported(begun, mail("Please unsubscribe me.", sender=sender))
    assert rows(begun, "SELECT value FROM suppressions") == [(told["recipient"],)]
    assert held(begun) == []


@pytest.mark.parametrize("raw", [
    mail("Sounds good.", sender="bea.roth@firma.example"),
    mail("Nesnáším to.", sender="bea.roth@firma.example"),
    complaint().replace(b"bea@isp.example", b"bea.roth@firma.example").replace(b"<7@ourco.example>", b"<8@third.example>"),
    report("550 5.1.1 no such user", recipient="bea.roth@firma.example"),
    mail("I have left the company.", sender="bea.roth@firma.example", Auto_Submitted="auto-replied"),
], ids=["reply", "unknown words", "complaint", "bounce", "left"])  # fmt: skip
def test_any_answer_from_there_holds_them(begun: Path, raw: bytes) -> None:
    assert imported(begun, raw)["review"] is True
    assert held(begun) == [(WHO, "perhaps_answered")]


def test_a_doubtful_opt_out_of_nobody_is_on_the_list_until_somebody_says_that_it_is_none(begun: Path) -> None:
    number = str(imported(begun, mail("no more", sender="x@third.example"))["event_id"])
    assert rows(begun, "SELECT value FROM suppressions") == [("x@third.example",)]
    call_cli("events", "review", number, "question", cwd=begun)
    assert rows(begun, "SELECT value FROM suppressions") == []


def test_what_a_tool_tells_of_an_alias_holds_them_too(begun: Path) -> None:
    told = Incoming(
        event_key("x"), utc(AS_OF), "instantly", "webhook", "unsubscribe", recipient="bea.roth@firma.example"
    )
    read(begun, told)
    assert held(begun) == [(WHO, "perhaps_answered")]


def test_forgetting_takes_what_may_be_theirs_along(begun: Path) -> None:
    imported(begun, mail("Please unsubscribe me, Zyxwv.", sender="bea.roth@firma.example"))
    assert call_cli("forget", WHO, "--yes", cwd=begun).returncode == 0
    assert rows(begun, "SELECT text, recipient FROM events WHERE class = 'reply'") == [(None, None)]


def our_mail(folder: Path, who: str) -> str:
    """The id of the mail that somebody got."""
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        row = workspace.db.one(
            "SELECT e.campaign, coalesce(e.lead_id, e.lead_key), t.touch FROM enrolments e JOIN touches t ON t.enrolment_id = e.id "
            "WHERE e.email = ? AND e.campaign = 'due' AND t.channel = 'email'",
            (who,),
        )
    assert row is not None
    return f"<{message_digits(row[0], row[1], row[2])[:32]}@tidewater.test>"


def test_what_a_colleague_of_ours_forwards_holds_the_person_and_waits(begun: Path) -> None:
    raw = mail("Please remove them.", sender="Tom <tom@tidewater.test>", In_Reply_To=our_mail(begun, WHO))
    told = imported(begun, raw)
    assert (told["person"], told["review"]) == ("person:1", True)
    assert held(begun) == [(WHO, "unsubscribed")]
    assert rows(begun, "SELECT value FROM suppressions") == []


def test_a_colleague_of_ours_whom_a_campaign_writes_to_answers_like_everybody(begun: Path) -> None:
    """As whoever tries it out does."""
    row = ["Tom", "Own", "tom@tidewater.test", "HR Manager", "Tidewater", "https://tidewater.test"]
    import_people(begun, [row])
    with Workspace.open(begun, as_of=AS_OF) as workspace:
        workspace.run("due")
    mid = our_mail(begun, "tom@tidewater.test")
    told = imported(begun, mail("Yes, gladly. Call me.", sender="tom@tidewater.test", In_Reply_To=mid))
    assert (told["class"], told["matched_by"], told["review"]) == ("reply", "message_id", False)


@pytest.mark.parametrize(
    "sender", ["tom@tidewater.test", "nora@tidewater.test", "Nora <nora+crm@tidewater.test>"]
)
def test_what_is_written_inside_our_own_firm_is_no_answer(begun: Path, sender: str) -> None:
    told = imported(begun, mail("Lunch? Stop sending mails.", sender=sender))
    assert (told["class"], told["review"]) == ("other", False)
    assert rows(begun, "SELECT value FROM suppressions") == []


def test_an_opt_out_that_names_nobody_waits(begun: Path) -> None:
    told = imported(begun, b"Subject: hi\n\nremove me\n")
    assert (told["intent"], told["review"]) == ("unsubscribe", True)


def test_an_opt_out_by_way_of_a_groups_mailbox_counts_and_its_newsletter_does_not(begun: Path) -> None:
    group = {"List_Id": "<sales.tidewater.test>", "Precedence": "list"}
    told = imported(begun, mail("Unsubscribe me. Read our news: https://a.example", sender=WHO, **group))
    assert told["class"] == "other"
    raw = mail("Please unsubscribe me.", sender=WHO, **group).replace(b"<1@", b"<2@")
    assert imported(begun, raw)["intent"] == "unsubscribe"
    assert rows(begun, "SELECT value FROM suppressions") == [(WHO,)]


def test_whoever_is_forgotten_is_not_named_in_what_others_wrote(begun: Path) -> None:
    imported(begun, mail(f"Please write to Bea Roth <{WHO}> instead.", sender="carl@firma.example"))
    assert rows(begun, "SELECT count(*) FROM tasks WHERE why LIKE '%Bea Roth%'") == [(1,)]
    assert call_cli("forget", WHO, "--yes", cwd=begun).returncode == 0
    assert rows(begun, "SELECT text FROM events") == [("Please write to (forgotten) <(forgotten)> instead.",)]
    assert rows(begun, "SELECT raw FROM received") == [(None,)]
    call_cli("suppress", "remove", WHO, cwd=begun)
    held_in_file = b"".join(one.read_bytes() for one in begun.glob("prospector.db*")).lower()
    assert WHO.encode() not in held_in_file


def test_a_deal_of_somebody_who_is_forgotten_does_not_name_them(begun: Path) -> None:
    for words in (
        ["deal", "add", "Payroll for Bea Roth", "--person", WHO],
        ["stage", WHO, "sql", "--reason", "Bea Roth said so"],
    ):
        assert call_cli(*words, cwd=begun).returncode == 0, words
    assert call_cli("forget", WHO, "--yes", cwd=begun).returncode == 0
    assert rows(begun, "SELECT name FROM deals") == [("Payroll for (forgotten)",)]
    assert rows(begun, "SELECT count(*) FROM stage_moves WHERE reason LIKE '%Roth%'") == [(0,)]


def test_answers_of_addresses_that_nobody_has_lead_to_the_same_in_any_order(
    begun: Path, tmp_path: Path
) -> None:
    told = [
        Incoming(
            event_key(kind, who),
            utc(AS_OF),
            "instantly",
            "webhook",
            kind,
            recipient=f"{who}@firma.example",
            review=doubt,
        )
        for kind in ("unsubscribe", "reply", "complaint", "bounce")
        for who, doubt in (("bea.roth", False), ("xaver", True), ("maier", False))
    ]
    other = shutil.copytree(begun, tmp_path / "other")
    read(begun, *told)
    for one in [*told[::-1], *told[:4]]:
        read(other, one)
    assert state(other) == state(begun)


def test_reading_again_keeps_what_was_suggested_and_what_waits(begun: Path) -> None:
    imported(begun, mail("Please unsubscribe me.", sender="bea.roth@firma.example"))
    raw = mail(
        "Please remove them.", sender="tom@tidewater.test", In_Reply_To=our_mail(begun, "carl@firma.example")
    )
    imported(begun, raw.replace(b"<1@", b"<2@"))
    before = rows(begun, "SELECT class, intent, review, doubts, details FROM events ORDER BY id")
    with Workspace.open(begun, as_of=AS_OF) as workspace:
        workspace.db.execute("UPDATE events SET version = 0")
        told = workspace.reread_events()
    assert (told.read, told.changed, told.review) == (2, 0, 0)
    assert rows(begun, "SELECT class, intent, review, doubts, details FROM events ORDER BY id") == before


@pytest.mark.parametrize("text", ["Not interested here.", "Please unsubscribe me."])
def test_a_colleague_who_answers_for_somebody_holds_both_until_somebody_has_said_whose_it_is(
    begun: Path, text: str
) -> None:
    raw = mail(text, sender="Carl <carl@firma.example>", In_Reply_To=our_mail(begun, WHO))
    number = str(imported(begun, raw)["event_id"])
    assert {email for email, _ in held(begun)} == {WHO, "carl@firma.example"}
    listed = [("carl@firma.example",)] if "unsubscribe" in text else []
    assert rows(begun, "SELECT value FROM suppressions") == listed
    assert call_cli("events", "review", number, "not_interested", cwd=begun).returncode == 2
    done = call_cli("events", "review", number, "not_interested", "--who", "person:2", cwd=begun)
    assert done.returncode == 0, done.stderr
    assert held(begun) == [("carl@firma.example", "not_interested")]
    with Workspace.open(begun, as_of=AS_OF) as workspace:
        assert {one.who for one in workspace.tool_stops()} == {"carl@firma.example"}
