"""`next`: today's tasks by value, over all campaigns; each comes once, and what is done or put off stays away."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from workspaces import AS_OF, CAMPAIGN, call_cli, hr_people, import_people, make_workspace

from prospector.config import Settings
from prospector.pipeline.events.incoming import Incoming, event_key, utc
from prospector.pipeline.next.worth import CHANCES
from prospector.workspace import Workspace

LATER = AS_OF + timedelta(days=2)


@pytest.fixture
def handed_over(tmp_path: Path) -> Path:
    """Four people with mails on their way and a call each, which was due yesterday on `LATER`."""
    return taken(tmp_path, 4)


def taken(folder: Path, people: int, **campaign: Any) -> Path:
    make_workspace(folder, campaigns={"hr": {**CAMPAIGN, **campaign}})
    import_people(folder, hr_people(people))
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        workspace.run("hr")
    return folder


def event(number: int, kind: str, on: date = LATER, *, key: str = "", **more: Any) -> Incoming:
    return Incoming(
        event_key(kind, str(number), key), utc(on), "mailbox:ana", "imap", kind, person_id=number, **more
    )


def read(folder: Path, *events: Incoming) -> None:
    with Workspace.open(folder, as_of=LATER) as workspace:
        list(workspace.take_in(events))


def sql(folder: Path, text: str, values: tuple[Any, ...] = ()) -> None:
    with Workspace.open(folder, as_of=LATER) as workspace, workspace.db.transaction():
        workspace.db.execute(text, values)


def listed(folder: Path, *words: str, on: date = LATER) -> list[dict[str, Any]]:
    done = call_cli("next", "--json", "--as-of", on.isoformat(), *words, cwd=folder)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def say(folder: Path, *words: str, on: date = LATER, code: int = 0) -> str:
    done = call_cli("next", *words, "--as-of", on.isoformat(), cwd=folder)
    assert done.returncode == code, done.stderr
    return done.stderr


def test_without_anything_to_do_it_says_so(tmp_path: Path) -> None:
    make_workspace(tmp_path)
    done = call_cli("next", "--json", cwd=tmp_path)
    assert (json.loads(done.stdout), done.stderr) == (
        [],
        "Nothing is to be done today. Next: prospector status\n",
    )
    assert not (tmp_path / "prospector.db").exists()


def test_calls_that_are_due_are_listed_with_number_title_and_command(handed_over: Path) -> None:
    assert listed(handed_over, on=AS_OF) == []
    tasks = listed(handed_over)
    assert [(one["what"], one["who"], one["campaign"], one["touch"]) for one in tasks] == [
        ("call", f"p{number}@firm{number}.example", "hr", "02-call") for number in range(1, 5)
    ]
    first = tasks[0]
    assert first["due"] == "2026-11-24"
    assert first["command"] == f"prospector next done {first['id']}"
    assert first["planned"] == LATER.isoformat()
    assert "Call Givenb" in first["why"]
    assert "overdue by 1 day" in first["why"]


def test_a_call_that_was_made_or_skipped_does_not_come_again_and_is_told_as_an_event(
    handed_over: Path,
) -> None:
    ids = [one["id"] for one in listed(handed_over)]
    assert f"{ids[0]} (call, p1@firm1.example): done: no answer" in say(
        handed_over, "done", ids[0], "--outcome", "no answer"
    )
    say(handed_over, "done", ids[1], "--outcome", "Talked")
    say(handed_over, "skip", "p3@firm3.example")
    assert [one["id"] for one in listed(handed_over) if one["what"] != "stop"] == ids[3:]
    for _ in range(2):
        assert "was done before" in say(handed_over, "done", ids[0], "--outcome", "talked")
    with Workspace.open(handed_over, as_of=LATER) as workspace:
        told = workspace.db.rows("SELECT class, campaign, touch, channel, details FROM events ORDER BY id")
        states = workspace.db.rows("SELECT state FROM tasks ORDER BY id")
    assert [tuple(row) for row in told] == [
        ("call", "hr", "02-call", "call", '{"outcome": "no answer"}'),
        ("talk", "hr", "02-call", "call", '{"outcome": "Talked"}'),
        ("task_skipped", "hr", "02-call", "call", None),
    ]
    assert [row[0] for row in states] == ["done", "done", "skipped"]


def test_what_somebody_else_told_of_a_touch_counts_too(handed_over: Path) -> None:
    read(handed_over, event(2, "task_done", campaign="hr", touch="02-call", channel="call"))
    assert [one["who"] for one in listed(handed_over)] == [f"p{n}@firm{n}.example" for n in (1, 3, 4)]


def test_a_task_that_was_put_off_comes_up_on_its_day(handed_over: Path) -> None:
    (first, *others) = [one["id"] for one in listed(handed_over)]
    say(handed_over, "later", first, "--on", "2026-11-30")
    assert [one["id"] for one in listed(handed_over)] == others
    assert first in {one["id"] for one in listed(handed_over, on=date(2026, 11, 30))}
    assert "done" in say(handed_over, "done", first)
    assert "still to come" in say(handed_over, "later", others[0], "--on", LATER.isoformat(), code=2)


def test_nobody_is_called_who_was_stopped_paused_or_suppressed_or_has_asked_not_to_be(
    handed_over: Path,
) -> None:
    sql(
        handed_over,
        "INSERT INTO stops (person_id, campaign, reason, since) VALUES (1, 'hr', 'replied', ?)",
        (str(LATER),),
    )
    sql(
        handed_over,
        "INSERT INTO pauses (person_id, since, through) VALUES (2, ?, '2026-12-01')",
        (str(LATER),),
    )
    with Workspace.open(handed_over, as_of=LATER) as workspace:
        workspace.suppress(["p3@firm3.example"], reason="asked")
    sql(
        handed_over,
        "INSERT INTO consents (person_id, label_key, label, value, answer, source, seen_on) "
        "VALUES (4, 'x', 'Calls', 'no', 'no_call', 'file:x', '2026-11-24')",
    )
    assert {(one["what"], one["who"]) for one in listed(handed_over)} == {
        ("stop", "p1@firm1.example"),
        ("stop", "p3@firm3.example"),
    }
    later = listed(handed_over, on=date(2026, 12, 2))
    assert [one["who"] for one in later if one["what"] != "stop"] == ["p2@firm2.example"]


def test_a_tool_to_stop_stands_first_then_replies_by_their_worth(handed_over: Path) -> None:
    read(
        handed_over,
        event(1, "reply", intent="not_interested", text="No."),
        event(2, "reply", intent="question", text="How much is it?"),
        event(3, "reply", text="Hm."),
        event(4, "reply", intent="interested", text="Yes, let us talk."),
    )
    sql(handed_over, "UPDATE tool_stops SET state = 'done' WHERE enrolment_id > 1")
    tasks = [one for one in listed(handed_over) if one["what"] != "call"]
    assert [(one["what"], one["who"]) for one in tasks] == [
        ("stop", "p1@firm1.example"),
        ("reply", "p4@firm4.example"),
        ("reply", "p2@firm2.example"),
        ("reply", "p3@firm3.example"),
    ]
    assert "Yes, let us talk." in tasks[1]["why"]
    assert "cannot wait" in say(handed_over, "later", tasks[0]["id"], "--on", "2026-12-01", code=2)
    say(handed_over, "done", tasks[0]["id"])
    say(handed_over, "done", tasks[1]["id"])
    assert [one["id"] for one in listed(handed_over) if one["what"] != "call"] == [
        tasks[2]["id"],
        tasks[3]["id"],
    ]


def test_a_reply_is_still_to_answer_when_its_touches_were_stopped_in_the_tool(handed_over: Path) -> None:
    read(handed_over, event(4, "reply", intent="interested", text="Yes, let us talk."))
    (stop,) = (one for one in listed(handed_over) if one["what"] == "stop")
    say(handed_over, "done", stop["id"])
    assert [one["what"] for one in listed(handed_over) if one["what"] != "call"] == ["reply"]


def test_a_question_of_somebody_on_the_suppression_list_comes_last_and_says_so(handed_over: Path) -> None:
    read(handed_over, event(1, "reply", intent="question", text="Where do you have my address from?"))
    with Workspace.open(handed_over, as_of=LATER) as workspace:
        workspace.suppress(["p1@firm1.example"], reason="asked")
    last = [one for one in listed(handed_over) if one["what"] != "stop"][-1]
    assert (last["what"], last["value"]) == ("reply", 0.0)
    assert last["why"].startswith("is on the suppression list: answer what was asked, and nothing else; ")


def test_a_list_can_be_cut_and_written_as_csv(handed_over: Path) -> None:
    assert len(listed(handed_over, "--limit", "2")) == 2
    done = call_cli("next", "--csv", "--limit", "1", "--as-of", LATER.isoformat(), cwd=handed_over)
    head, row = done.stdout.splitlines()
    assert head.startswith("id,what,who,name,company,campaign,touch,due,planned,why,value,owner,command")
    assert "prospector next done touch:2" in row
    assert "4 tasks today, 1 shown" in done.stderr


def test_a_reply_is_answered_by_a_later_talk_and_of_several_the_last_one_counts(handed_over: Path) -> None:
    read(handed_over, event(1, "reply", AS_OF, intent="interested"), event(1, "meeting_booked", LATER))
    read(
        handed_over,
        event(2, "reply", AS_OF, intent="interested"),
        event(2, "reply", LATER, key="b", intent="question"),
    )
    replies = [one for one in listed(handed_over) if one["what"] == "reply"]
    assert [one["due"] for one in replies] == [LATER.isoformat()]
    say(handed_over, "done", replies[0]["id"])
    assert [one for one in listed(handed_over) if one["what"] == "reply"] == []


def test_somebody_who_wants_to_hear_later_comes_up_on_that_day(handed_over: Path) -> None:
    read(handed_over, event(1, "reply", intent="not_now", until=date(2026, 12, 7)))
    assert "reply" not in {one["what"] for one in listed(handed_over)}
    assert "again" in {one["what"] for one in listed(handed_over, on=date(2026, 12, 7))}


def test_an_answer_in_doubt_is_decided_not_done(handed_over: Path) -> None:
    read(handed_over, event(1, "reply", text="Hm", review=True, doubts=("no rule knows it",)))
    (review,) = (one for one in listed(handed_over) if one["what"] == "review")
    assert "no rule knows it" in review["why"]
    assert "prospector events review" in say(handed_over, "done", review["id"], code=2)


def test_what_an_event_noted_takes_the_place_of_its_reply(handed_over: Path) -> None:
    read(
        handed_over,
        event(
            1,
            "reply",
            intent="referral",
            details={"contact": {"name": "Bo", "email": "bo@x.test"}},
        ),
    )
    (noted,) = (one for one in listed(handed_over) if one["what"] in ("reply", "contact"))
    assert (noted["id"], noted["what"]) == ("task:1", "contact")
    assert "write to Bo bo@x.test" in noted["why"]
    say(handed_over, "done", "task:1")
    assert {one["what"] for one in listed(handed_over)} == {"call", "stop"}


def deal(folder: Path, **values: Any) -> None:
    row = {
        "name": "Pilot",
        "person_id": 1,
        "amount": 12000,
        "stage": "decision",
        "since": "2026-11-20",
        "opened_on": "2026-11-20",
    }
    row |= values
    sql(
        folder,
        f"INSERT INTO deals ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",
        tuple(row.values()),
    )


def test_a_deal_is_listed_once_with_all_that_is_wrong_and_comes_again_after_a_change(
    handed_over: Path,
) -> None:
    deal(handed_over, close_on="2026-11-24")
    (first, *_) = listed(handed_over)
    assert (first["id"], first["what"], first["name"], first["value"]) == ("deal:1", "deal", "Pilot", 1800.0)
    assert "no next step; the close date 2026-11-24 has passed; worth 1,800: 15% of 12,000" in first["why"]
    say(handed_over, "done", "deal:1")
    assert "deal" not in {one["what"] for one in listed(handed_over)}
    sql(
        handed_over,
        "UPDATE deals SET next_step = 'send the offer', next_step_on = '2026-11-24', close_on = NULL",
    )
    assert "next step: send the offer" in listed(handed_over)[0]["why"]


def test_a_deal_with_a_step_to_come_needs_nothing_and_one_that_stands_still_does(handed_over: Path) -> None:
    deal(handed_over, next_step="meet", next_step_on="2026-12-20", since="2026-09-01")
    deal(handed_over, next_step="wait", since="2026-09-01")
    deals = [one for one in listed(handed_over) if one["what"] == "deal"]
    assert [one["id"] for one in deals] == ["deal:2"]
    assert "in decision for 85 days" in deals[0]["why"]


def test_a_deal_of_which_both_sides_have_long_been_silent_has_gone_dark(handed_over: Path) -> None:
    deal(handed_over, next_step="wait", next_step_on="2026-12-20", opened_on="2026-10-01", person_id=None)
    (dark,) = (one for one in listed(handed_over) if one["what"] == "deal")
    assert "dark: both sides spoke last on 2026-10-01" in dark["why"]


def test_a_clock_that_runs_out_and_a_stage_that_stands_still_are_told(handed_over: Path) -> None:
    read(handed_over, event(2, "talk", date(2026, 9, 1)))
    with Workspace.open(handed_over, as_of=date(2026, 11, 25)) as workspace:
        workspace.move("person:1", "mql", on=date(2026, 11, 19))
        workspace.move("person:2", "consideration", on=date(2026, 9, 1))
    told = {one["what"]: one for one in listed(handed_over) if one["what"] != "call"}
    assert "1 day left" in told["accepted"]["why"]
    assert "in consideration for 85 days" in told["stage"]["why"]


def test_a_pile_after_a_holiday_is_spread_over_days_with_the_best_first(tmp_path: Path) -> None:
    folder = taken(tmp_path, 70)
    back = date(2026, 12, 10)
    text = (Path(__file__).parents[2] / "pipeline.yaml").read_text(encoding="utf-8")
    text = text.replace("member: 50", "member: 0").replace("linkedin: 5", "linkedin: 90")
    (folder / "pipeline.yaml").write_text(text.replace("linkedin: 10", "linkedin: 90"), encoding="utf-8")
    read(folder, event(55, "linkedin", date(2026, 12, 1)))
    today = listed(folder, on=back)
    assert len(today) == 30
    assert today[0]["who"] == "p55@firm55.example"
    assert {one["planned"] for one in today} == {"2026-12-10"}
    everything = listed(folder, "--all", on=back)
    assert [one["planned"] for one in everything].count("2026-12-11") == 30
    assert [one["planned"] for one in everything].count("2026-12-14") == 10  # a weekend lies between
    assert "40 more touches due, spread by value over the next 2 working days" in say(folder, on=back)


def test_one_owners_tasks_alone_and_those_of_nobody(handed_over: Path) -> None:
    deal(handed_over, owner="Ana")
    deal(handed_over, owner="Bo")
    assert [one["id"] for one in listed(handed_over, "--owner", "ana")] == ["deal:1"]
    assert {one["what"] for one in listed(handed_over, "--owner", "nobody")} == {"call"}


def test_who_has_several_tasks_is_asked_which_one(handed_over: Path) -> None:
    read(handed_over, event(1, "reply", intent="interested"))
    told = say(handed_over, "done", "p1@firm1.example", code=2)
    assert "2 tasks for p1@firm1.example: stop:1 (stop), reply:1 (reply)" in told
    assert "no task touch:999 today" in say(handed_over, "done", "touch:999", code=2)


def test_a_touch_that_loses_people_is_named_with_its_numbers_once_there_are_enough(tmp_path: Path) -> None:
    folder = taken(tmp_path, 130)
    late = date(2026, 12, 20)
    events = [
        event(n, "unsubscribe", date(2026, 11, 27), campaign="hr", touch="03-again") for n in range(1, 31)
    ]
    read(folder, *events[:3])
    assert "change" not in {one["what"] for one in listed(folder, on=late)}
    read(folder, *events)
    (change,) = (one for one in listed(folder, on=late) if one["what"] == "change")
    assert (
        "03-again loses people: 30 of 130 people left after it (23.1%), 0.0% after the other touches"
        in change["why"]
    )
    assert change == listed(folder, on=late)[-1]
    assert change["command"] == "prospector sequence preview trio"
    say(folder, "skip", change["id"], on=late)
    assert "change" not in {one["what"] for one in listed(folder, on=late)}


def test_a_reason_that_never_converts_is_named_with_its_numbers(tmp_path: Path) -> None:
    folder = taken(tmp_path, 260)
    sql(
        folder,
        "UPDATE enrolments SET reason = CASE WHEN person_id % 2 THEN 'uses HubSpot; new' ELSE 'new' END",
    )
    read(folder, *(event(n, "meeting_booked", AS_OF, campaign="hr") for n in range(2, 62, 2)))
    (change,) = (one for one in listed(folder, on=date(2026, 12, 20)) if one["what"] == "change")
    assert (
        '"uses HubSpot" never converts: 0 of 130 people taken for it were won over, 30 of 130 of the others (23.1%)'
        in change["why"]
    )


def test_status_counts_the_tasks_and_names_next_where_somebody_waits(handed_over: Path) -> None:
    def status() -> dict[str, Any]:
        done = call_cli("status", "--json", "--as-of", LATER.isoformat(), cwd=handed_over)
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    assert (status()["tasks"], status()["next_action"]["command"]) == (4, "prospector next")
    import_people(handed_over, hr_people(1, start=9))
    assert status()["next_action"]["command"] == "prospector plan hr"
    read(handed_over, event(1, "reply", intent="interested"))
    assert (status()["tasks"], status()["next_action"]["command"]) == (5, "prospector next")
    shown = call_cli("status", "--as-of", LATER.isoformat(), cwd=handed_over)
    assert "tasks for today" in shown.stdout


def test_the_same_day_gives_the_same_list(handed_over: Path) -> None:
    read(handed_over, event(1, "reply", intent="interested"))
    deal(handed_over)
    assert listed(handed_over) == listed(handed_over)


def test_the_page_has_the_chances_that_the_program_takes() -> None:
    page = (Path(__file__).parents[2] / "docs" / "next.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| (\w+) \| ([\d.]+)% \|$", page, re.M))
    assert {name: float(share) / 100 for name, share in told.items()} == pytest.approx(
        {name: one.share for name, one in CHANCES.items()}
    )
    assert f"takes {Settings().next.per_day} touches" in page


def test_how_much_a_day_takes_stands_in_the_settings(handed_over: Path) -> None:
    settings = handed_over / "prospector.yaml"
    settings.write_text(settings.read_text("utf-8") + "next: {per_day: 1}\n", encoding="utf-8")
    assert len(listed(handed_over)) == 1
    assert "3 more touches due, spread by value over the next 3 working days" in say(handed_over)
