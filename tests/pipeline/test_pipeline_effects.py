"""What follows from answers: stops, pauses, opt-outs, proofs; the same in any order, and never twice."""

from __future__ import annotations

import json
import os
import pty
import random
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prospector.config import answer_defaults
from prospector.pipeline.events.incoming import Incoming, event_key, utc
from prospector.pipeline.events.kinds import BOUNCE_TYPES, CLASSES, INTENTS
from prospector.workspace import Workspace

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from mails import complaint, mail, report
from workspaces import AS_OF, CAMPAIGN, call_cli, environment, hr_people, import_people, make_workspace

LATER = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def handed_over(tmp_path: Path) -> Path:
    return _handed_over(tmp_path / "w")


def _handed_over(folder: Path, *, people: int = 3, **campaign: Any) -> Path:
    make_workspace(folder, campaigns={"hr": {**CAMPAIGN, "destination": "eml", **campaign}})
    import_people(folder, hr_people(people, companies=2))
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        workspace.run("hr")
    return folder


def event(number: int, kind: str, **more: Any) -> Incoming:
    """Something that came back from the person of a number."""
    more = {
        "at": utc(LATER),
        "recipient": f"p{number}@firm{number % 2}.example",
        "source": "instantly",
    } | more
    key = event_key(json.dumps([number, kind, more], default=str))
    return Incoming(key, way="webhook", kind=kind, **more)


def read(folder: Path, *events: Incoming, as_of: date = AS_OF) -> None:
    with Workspace.open(folder, as_of=as_of) as workspace:
        list(workspace.take_in(events))


def rows(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        return [tuple(row) for row in workspace.db.rows(sql)]


def held(folder: Path, campaign: str = "hr", *, as_of: date = AS_OF) -> dict[str, str]:
    with Workspace.open(folder, as_of=as_of) as workspace:
        return {one.email or "": one.reason for one in workspace.plan(campaign).held_back}


STATE = {
    "stops": "SELECT p.email, s.campaign, s.reason, s.detail, s.since, v.key, s.lifted_on IS NULL FROM stops s "
    "JOIN people p ON p.id = s.person_id JOIN events v ON v.id = s.event_id ORDER BY 1, 2, 3, 6",
    "pauses": "SELECT p.email, s.since, s.through, s.reason, v.key, s.until IS NULL FROM pauses s "
    "JOIN people p ON p.id = s.person_id JOIN events v ON v.id = s.event_id ORDER BY 1, 2, 3, 5",
    "suppressions": "SELECT * FROM suppressions ORDER BY kind, value",
    "tasks": "SELECT key, what, person_id, campaign, due, why, state FROM tasks ORDER BY key",
    "proofs": "SELECT email, kind, word, source, detail, seen_on FROM address_proofs ORDER BY 1, 2, 3, 5",
    "addresses": "SELECT email, verdict, send, reasons, flags FROM addresses ORDER BY email",
    "people": "SELECT email, email_verdict, email_send FROM people ORDER BY email",
    "tools": "SELECT k.enrolment_id, k.destination, k.reason, k.since, k.state, v.key FROM tool_stops k "
    "LEFT JOIN events v ON v.id = k.event_id ORDER BY 1",
    "effects": "SELECT v.key, f.effect, f.detail, f.undone_on IS NULL FROM effects f JOIN events v "
    "ON v.id = f.event_id ORDER BY 1, 2, 3",
}


def state(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    return {name: rows(folder, sql) for name, sql in STATE.items()}


def test_each_class_of_events_has_a_line_and_every_word_of_a_line_is_one() -> None:
    lines = answer_defaults()
    assert set(CLASSES) <= set(lines)
    for name in lines:
        kind, _, word = name.partition(" ")
        assert kind in CLASSES
        assert word in ("", *(BOUNCE_TYPES if kind == "bounce" else INTENTS))
    assert {f"reply {one}" for one in INTENTS} | {f"bounce {one}" for one in BOUNCE_TYPES} <= set(lines)
    assert all(one.because for one in lines.values())


def test_a_reply_stops_the_rest_of_the_sequence_and_proves_the_address(handed_over: Path) -> None:
    read(handed_over, event(1, "reply", intent="interested"))
    assert rows(handed_over, "SELECT campaign, reason FROM stops") == [("hr", "has_replied")]
    assert rows(handed_over, "SELECT verdict FROM addresses") == [("deliverable",)]
    assert rows(handed_over, "SELECT destination, state FROM tool_stops") == [("eml", "open")]


def test_touches_that_are_still_ours_do_not_leave_after_a_reply(tmp_path: Path) -> None:
    folder = _handed_over(tmp_path / "w", handover="due")
    read(folder, event(1, "reply", intent="interested"))
    friday = AS_OF + timedelta(days=4)
    assert held(folder, as_of=friday) == {"p1@firm1.example": "has_replied"}
    with Workspace.open(folder, as_of=friday) as workspace:
        assert workspace.run("hr").exported == 2
        left = workspace.db.rows(
            "SELECT t.left_on FROM touches t JOIN enrolments e ON e.id = t.enrolment_id "
            "WHERE e.email = 'p1@firm1.example' AND t.number > 1"
        )
    assert {row[0] for row in left} == {None}


def test_an_absence_holds_the_person_back_until_its_date_and_no_longer(tmp_path: Path) -> None:
    folder = _handed_over(tmp_path / "w", handover="due")
    read(folder, event(1, "auto_reply", until=date(2026, 11, 27)))
    assert held(folder, as_of=date(2026, 11, 27)) == {"p1@firm1.example": "away"}
    with Workspace.open(folder, as_of=date(2026, 11, 27)) as workspace:
        assert workspace.run("hr").exported == 2
    with Workspace.open(folder, as_of=date(2026, 11, 28)) as workspace:
        assert workspace.run("hr").exported == 1
    assert rows(folder, "SELECT count(*) FROM stops") == [(0,)]


def test_not_now_is_left_alone_until_the_date_that_was_named_with_a_task_for_it(handed_over: Path) -> None:
    read(handed_over, event(1, "reply", intent="not_now", until=date(2027, 3, 1)))
    assert rows(handed_over, "SELECT through, reason FROM pauses") == [("2027-03-01", "not_now")]
    assert rows(handed_over, "SELECT what, due FROM tasks") == [("again", "2027-03-01")]


def test_a_hard_bounce_stops_and_disproves_the_address_and_is_no_opt_out(handed_over: Path) -> None:
    read(handed_over, event(1, "bounce", bounce_type="hard"), event(2, "bounce", bounce_type="soft"))
    assert rows(handed_over, "SELECT campaign, reason FROM stops") == [("hr", "bounced")]
    assert rows(handed_over, "SELECT email, verdict, send FROM addresses") == [
        ("p1@firm1.example", "undeliverable", "never")
    ]
    assert rows(handed_over, "SELECT email_verdict FROM people WHERE email = 'p1@firm1.example'") == [
        ("undeliverable",)
    ]
    assert rows(handed_over, "SELECT count(*) FROM suppressions") == [(0,)]


@pytest.mark.parametrize("kind", ["complaint", "unsubscribe"])
def test_an_opt_out_stops_all_campaigns_and_goes_on_the_list(handed_over: Path, kind: str) -> None:
    read(handed_over, event(1, kind))
    assert rows(handed_over, "SELECT campaign FROM stops") == [(None,)]
    assert rows(handed_over, "SELECT kind, value, source FROM suppressions") == [
        ("email", "p1@firm1.example", "events")
    ]


def test_a_doubtful_opt_out_stops_everything_at_once_and_is_not_on_the_list_yet(handed_over: Path) -> None:
    read(handed_over, event(1, "reply", intent="unsubscribe", confidence=0.55, review=True))
    assert rows(handed_over, "SELECT campaign, reason FROM stops") == [(None, "unsubscribed")]
    assert rows(handed_over, "SELECT count(*) FROM suppressions") == [(0,)]
    assert rows(handed_over, "SELECT count(*) FROM tasks") == [(0,)]
    assert rows(handed_over, "SELECT count(*) FROM address_proofs") == [(0,)]


def test_words_that_nobody_understands_stop_everything_until_somebody_has_looked(handed_over: Path) -> None:
    """They may be an opt-out in a language that no rule knows."""
    read(handed_over, event(1, "reply", review=True, confidence=0.5))
    assert rows(handed_over, "SELECT campaign, reason FROM stops") == [(None, "has_replied")]
    with Workspace.open(handed_over, as_of=AS_OF) as workspace:
        workspace.decide_event(1, "interested")
    assert rows(handed_over, "SELECT campaign FROM stops WHERE lifted_on IS NULL") == [("hr",)]


@pytest.mark.parametrize("kind", [None, "soft", "blocked"])
def test_a_bounce_of_which_nobody_knows_the_kind_holds_the_person_until_somebody_has_said(
    handed_over: Path, kind: str | None
) -> None:
    read(handed_over, event(1, "bounce", bounce_type=kind, review=True, confidence=0.5))
    assert rows(handed_over, "SELECT campaign, reason FROM stops WHERE lifted_on IS NULL") == [
        ("hr", "bounced")
    ]
    with Workspace.open(handed_over, as_of=AS_OF) as workspace:
        workspace.decide_event(1, "bounce soft")
    assert rows(handed_over, "SELECT campaign FROM stops WHERE lifted_on IS NULL") == []


def test_a_tool_that_does_not_tell_the_kind_of_a_bounce_asks(handed_over: Path) -> None:
    payload = {
        "event_type": "email_bounced",
        "lead_email": "p1@firm1.example",
        "timestamp": "2026-11-24T09:00:00Z",
    }
    with Workspace.open(handed_over, as_of=AS_OF) as workspace:
        workspace.take_payload("instantly", payload)
    assert rows(handed_over, "SELECT class, bounce_type, review FROM events") == [("bounce", None, "waiting")]
    assert rows(handed_over, "SELECT campaign, reason FROM stops") == [("hr", "bounced")]


def test_an_opt_out_of_nobody_who_is_known_is_on_the_list_all_the_same(handed_over: Path) -> None:
    read(handed_over, event(1, "unsubscribe", recipient="nobody@else.test"))
    assert rows(handed_over, "SELECT value FROM suppressions") == [("nobody@else.test",)]


def test_a_referral_makes_a_task_with_the_new_contact(handed_over: Path) -> None:
    contact = {"contact": {"email": "carl@firm1.example", "name": "Carl Ott"}}
    read(handed_over, event(1, "reply", intent="referral", details=contact))
    ((what, why),) = rows(handed_over, "SELECT what, why FROM tasks")
    assert what == "contact"
    assert "Carl Ott carl@firm1.example" in why


def test_colleagues_are_untouched_unless_the_workspace_says_so(tmp_path: Path) -> None:
    folder = _handed_over(tmp_path / "w")
    read(folder, event(1, "reply", intent="not_interested"))
    assert len(rows(folder, "SELECT person_id FROM stops")) == 1
    other = _handed_over(tmp_path / "x")
    with (other / "prospector.yaml").open("a", encoding="utf-8") as file:
        file.write("answers:\n  reply not_interested: {stop: company}\n")
    read(other, event(1, "reply", intent="not_interested"))
    assert rows(
        other, "SELECT p.email, s.reason FROM stops s JOIN people p ON p.id = s.person_id ORDER BY 1"
    ) == [
        ("p1@firm1.example", "not_interested"),
        ("p3@firm1.example", "colleague"),
    ]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("replly: {stop: all}", 'did you mean "reply"?'),
        ("reply intrested: {stop: all}", 'did you mean "reply interested"?'),
        ("reply: {stopp: all}", 'did you mean "stop"?'),
        ("reply: {stop: some}", "must be"),
        ("complaint: {suppress: no}", "always suppresses"),
        ("reply unsubscribe: {suppress: false}", "always suppresses"),
    ],
)
def test_a_word_that_no_rule_knows_is_refused_with_its_line(tmp_path: Path, written: str, told: str) -> None:
    folder = make_workspace(tmp_path)
    with (folder / "prospector.yaml").open("a", encoding="utf-8") as file:
        file.write(f"answers:\n  {written}\n")
    done = call_cli("config", "show", cwd=folder)
    assert done.returncode == 2
    assert told in done.stderr
    assert "prospector.yaml:" in done.stderr


def test_what_somebody_took_back_does_not_come_again(handed_over: Path) -> None:
    events = [event(1, "reply", intent="not_interested"), event(2, "unsubscribe")]
    read(handed_over, *events)
    assert call_cli("resume", "p1@firm1.example", cwd=handed_over).returncode == 0
    assert call_cli("suppress", "remove", "p2@firm0.example", cwd=handed_over).returncode == 0
    with Workspace.open(handed_over, as_of=AS_OF) as workspace:
        workspace.db.execute("UPDATE events SET followed_on = NULL")
    read(handed_over, *events)
    assert rows(handed_over, "SELECT lifted_on FROM stops WHERE person_id = 1") == [(AS_OF.isoformat(),)]
    assert rows(handed_over, "SELECT count(*) FROM suppressions") == [(0,)]


def test_what_is_in_a_tool_is_listed_until_somebody_says_that_it_is_done(handed_over: Path) -> None:
    read(handed_over, event(1, "reply", intent="interested"))
    told = json.loads(call_cli("events", "stops", "--json", cwd=handed_over).stdout)
    assert [(one["person"], one["destination"], one["state"]) for one in told] == [
        ("p1@firm1.example", "eml", "open")
    ]
    eve = date.fromisoformat(told[0]["since"]) - timedelta(days=1)  # of the event: its day is that of UTC
    done = ("next", "done", f"stop:{told[0]['id']}", "--as-of", str(eve))
    assert call_cli(*done, cwd=handed_over).returncode == 0
    assert json.loads(call_cli("events", "stops", "--json", cwd=handed_over).stdout) == []
    assert "was done before" in call_cli(*done, cwd=handed_over).stderr
    assert rows(handed_over, "SELECT state, done_by FROM tool_stops") == [("done", "hand")]


def test_whoever_is_suppressed_by_hand_is_listed_too(handed_over: Path) -> None:
    call_cli("suppress", "add", "p1@firm1.example", cwd=handed_over)
    assert rows(handed_over, "SELECT reason, state FROM tool_stops") == [("suppressed", "open")]


def test_mails_of_each_kind_lead_to_what_the_table_says(handed_over: Path) -> None:
    ours = sorted(handed_over.glob("exports/**/*.eml"))
    said = {
        1: "Please remove me from your list.",
        2: "Merci de me désinscrire de votre liste.",
        3: "Bitte keine weiteren E-Mails.",
    }
    box = []
    for path in ours:
        parsed = message_from_bytes(path.read_bytes())
        number = int(str(parsed["To"]).partition("<p")[2].partition("@")[0] or str(parsed["To"])[1])
        if number in said:
            answer = mail(
                said.pop(number), sender=f"X <x{number}@else.test>", In_Reply_To=parsed["Message-ID"]
            )
            box.append(answer.replace(b"<1@firma.example>", f"<{number}@a.test>".encode()))
    for number, raw in enumerate(box):
        (handed_over / f"{number}.eml").write_bytes(raw)
    done = call_cli("events", "import", "0.eml", "1.eml", "2.eml", "--json", cwd=handed_over)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("stop it in eml") == 3
    assert len(rows(handed_over, "SELECT value FROM suppressions WHERE value LIKE 'p%'")) == 3
    (handed_over / "c.eml").write_bytes(complaint())
    (handed_over / "b.eml").write_bytes(report("550 5.1.1 no such user", recipient="p3@firm1.example"))
    assert call_cli("events", "import", "c.eml", "b.eml", cwd=handed_over).returncode == 0
    assert ("bea@isp.example",) in rows(handed_over, "SELECT value FROM suppressions")


KINDS = st.sampled_from([*CLASSES])
EVENTS = st.lists(
    st.builds(
        lambda number, kind, word, hours, until, review, source: event(
            number,
            kind,
            bounce_type=BOUNCE_TYPES[word % 4] if kind == "bounce" else None,
            intent=None if kind == "bounce" else (None, *INTENTS)[word],
            at=utc(LATER + timedelta(hours=hours)),
            until=AS_OF + timedelta(days=until) if until else None,
            review=review,
            source=source,
        ),
        st.integers(1, 4),
        KINDS,
        st.integers(0, 7),
        st.integers(-100, 100),
        st.sampled_from([0, 3, 40]),
        st.booleans(),
        st.sampled_from(["instantly", "mailbox:ana"]),
    ),
    min_size=1,
    max_size=14,
    unique_by=lambda one: one.key,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS, seed=st.integers(0, 1000), cut=st.integers(0, 14))
def test_the_same_events_in_any_order_with_gaps_and_repeats_lead_to_the_same_state(
    tmp_path_factory: pytest.TempPathFactory, events: list[Incoming], seed: int, cut: int
) -> None:
    sample = tmp_path_factory.getbasetemp() / "sample"
    if not sample.is_dir():
        _handed_over(sample)
    one, other = (_copy(sample, tmp_path_factory.mktemp("w")) for _ in range(2))
    read(one, *events)
    shuffled = [*events, *events[:3]]
    random.Random(seed).shuffle(shuffled)
    read(other, *shuffled[:cut])
    for single in shuffled[cut:]:
        read(other, single)
    assert state(other) == state(one)


def _copy(sample: Path, folder: Path) -> Path:
    for name in ("prospector.yaml", "prospector.db", ".env"):
        (folder / name).write_bytes((sample / name).read_bytes())
    return folder


def test_why_tells_how_somebody_stands_in_a_campaign(handed_over: Path) -> None:
    read(handed_over, event(1, "reply", intent="interested"))
    why = ("why", "p1@firm1.example", "--campaign", "hr", "--as-of", "2026-11-25", "--json")
    told = json.loads(call_cli(*why, cwd=handed_over).stdout)
    assert told["standing"].startswith("taken on ")
    assert "the next one" not in told["standing"]
    assert [one["reason"] for one in told["left_alone"]][:1] == ["has_replied"]
    assert (told["answers"]["campaign"], told["stage"]["stage"]) == ("hr", "sql")
    assert {one["answer"] for one in told["criteria"]} == {"match"}
    other = call_cli("why", "p2@firm0.example", "--campaign", "hr", cwd=handed_over).stdout
    assert "the next one comes on" in other
    shown = call_cli("show", "p1@firm1.example", "--as-of", "2026-11-25", cwd=handed_over).stdout
    assert "sql since " in shown
    assert "nothing more from hr; paused through" in shown
    for wrong in (("title", "--campaign", "hr"), ("--campaign", "no-such")):
        assert call_cli("why", "p1@firm1.example", *wrong, cwd=handed_over).returncode == 2


@pytest.mark.parametrize("columns", ["60", "100"])
def test_what_is_to_be_done_is_whole_in_a_narrow_terminal(handed_over: Path, columns: str) -> None:
    read(handed_over, event(1, "reply", intent="interested"))
    whole = json.loads(call_cli("events", "stops", "--json", cwd=handed_over).stdout)[0]["to_do"]
    ours, theirs = pty.openpty()
    words = [sys.executable, "-m", "prospector", "events", "stops"]
    subprocess.run(
        words,
        cwd=handed_over,
        env={**environment(), "COLUMNS": columns, "TERM": "dumb"},
        stdout=theirs,
        stderr=subprocess.PIPE,
        check=True,
    )
    printed = os.read(ours, 4096).decode()
    os.close(theirs)
    os.close(ours)
    assert whole in " ".join(printed.split())
    assert max(map(len, printed.splitlines())) <= int(columns)


def test_a_report_of_nobody_claims_nothing(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path / "nobody")
    import_people(folder, hr_people(1))
    done = call_cli("report", cwd=folder)
    assert (done.returncode, done.stderr.strip().splitlines()[-1]) == (
        0,
        "Nobody has been written to yet. Next: prospector run --all",
    )
