"""Doubtful answers wait for a person, whose word counts; better rules take nothing back by themselves."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from prospector.pipeline.effects import rereading
from prospector.workspace import Workspace

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from mails import mail
from test_pipeline_effects import event, handed_over, read, rows
from workspaces import AS_OF, call_cli, environment

__all__ = ["handed_over"]


def answered(folder: Path, *texts: str) -> None:
    """Mails of the people in turn."""
    for number, text in enumerate(texts, start=1):
        raw = mail(text, sender=f"p{number}@firm{number % 2}.example")
        path = folder / f"{number}.eml"
        path.write_bytes(raw.replace(b"<1@firma.example>", f"<{number}@firma.example>".encode()))
        assert call_cli("events", "import", path, cwd=folder).returncode == 0


def decide(folder: Path, *words: str) -> dict[str, Any]:
    done = call_cli("events", "review", *words, "--json", cwd=folder)
    assert done.returncode == 0, done.stderr
    (told,) = json.loads(done.stdout)
    assert isinstance(told, dict)
    return told


def test_doubtful_opt_outs_are_listed_first_and_go_on_the_list_by_a_persons_word(handed_over: Path) -> None:
    read(
        handed_over,
        event(1, "reply", text="Hm", review=True, doubts=("no words",)),
        event(2, "reply", intent="unsubscribe", confidence=0.5, review=True),
    )
    waiting = json.loads(call_cli("events", "review", "--json", cwd=handed_over).stdout)
    assert [one["intent"] for one in waiting] == ["unsubscribe", None]
    told = decide(handed_over, str(waiting[0]["event_id"]), "unsubscribe")
    assert "suppress: email:p2@firm0.example" in told["followed"]
    assert rows(handed_over, "SELECT value FROM suppressions") == [("p2@firm0.example",)]
    assert len(json.loads(call_cli("events", "review", "--json", cwd=handed_over).stdout)) == 1


def test_a_stop_that_does_not_follow_any_more_is_lifted_and_the_earlier_reading_is_kept(
    handed_over: Path,
) -> None:
    read(handed_over, event(1, "reply", intent="unsubscribe", confidence=0.5, review=True))
    told = decide(handed_over, "1", "interested")
    assert (told["class"], told["intent"], told["review"]) == ("reply", "interested", "done")
    assert rows(handed_over, "SELECT campaign FROM stops WHERE lifted_on IS NULL") == [("hr",)]
    ((was, by),) = rows(handed_over, "SELECT was, by FROM event_readings")
    assert (json.loads(was)["intent"], by) == ("unsubscribe", "hand")
    decide(handed_over, "1", "unsubscribe")
    assert rows(handed_over, "SELECT count(*) FROM suppressions") == [(1,)]
    decide(handed_over, "1", "interested")
    assert rows(handed_over, "SELECT count(*) FROM suppressions") == [(0,)]


def test_nothing_is_left_to_stop_in_a_tool_once_somebody_has_said_that_nothing_is(handed_over: Path) -> None:
    read(handed_over, event(1, "reply", review=True, confidence=0.5))
    assert rows(handed_over, "SELECT count(*) FROM tool_stops") == [(1,)]
    decide(handed_over, "1", "other")
    assert rows(handed_over, "SELECT count(*) FROM tool_stops") == [(0,)]
    decide(handed_over, "1", "unsubscribe")
    assert rows(handed_over, "SELECT state FROM tool_stops") == [("open",)]


def test_an_event_of_nobody_gets_its_person_by_hand(handed_over: Path) -> None:
    read(handed_over, event(1, "complaint", recipient=None, review=True))
    told = decide(handed_over, "1", "complaint", "--who", "p1@firm1.example")
    assert told["person"] == "person:1"
    assert rows(handed_over, "SELECT value FROM suppressions") == [("p1@firm1.example",)]


def test_a_word_that_is_no_answer_is_refused_with_a_near_miss(handed_over: Path) -> None:
    read(handed_over, event(1, "reply", review=True))
    done = call_cli("events", "review", "1", "intrested", cwd=handed_over)
    assert done.returncode == 2
    assert 'did you mean "interested"?' in done.stderr
    assert call_cli("events", "review", "99", "interested", cwd=handed_over).returncode == 2
    assert call_cli("events", "review", "1", "not_now", "--until", "soon", cwd=handed_over).returncode == 2


def test_in_a_terminal_one_key_each_and_the_next_one_comes_up(handed_over: Path) -> None:
    answered(handed_over, "Hm, well.", "So so.", "Mm.")
    told = _typed(handed_over, ["i", "n", "2027-03-01\n", "s"])
    assert "Hm, well." in told
    assert "2 events decided" in told
    found = rows(handed_over, "SELECT intent, until, review FROM events ORDER BY id")
    assert found == [
        ("interested", None, "done"),
        ("not_now", "2027-03-01", "done"),
        (None, None, "waiting"),
    ]


def _typed(folder: Path, keys: list[str]) -> str:
    """The program in a terminal, with each key typed when it asks for one."""
    ours, theirs = pty.openpty()
    program = [sys.executable, "-m", "prospector", "events", "review"]
    done = subprocess.Popen(
        program, cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs, env=environment()
    )
    os.close(theirs)
    said, waiting, ends = "", list(keys), time.monotonic() + 60
    seen = 0
    while time.monotonic() < ends:
        if select.select([ours], [], [], 0.2)[0]:
            try:
                chunk = os.read(ours, 4096).decode("utf-8", "replace")
            except OSError:
                break
            if not chunk:
                break
            said += chunk
        elif done.poll() is not None:
            break
        asked = said.count("end > ") + said.count("as it is)")
        if waiting and asked > seen:
            time.sleep(0.2)  # until the terminal is ready for one key
            os.write(ours, waiting.pop(0).encode())
            seen += 1
    done.wait(timeout=20)
    os.close(ours)
    return said


def test_a_meeting_and_a_talk_by_hand_are_events_like_others(handed_over: Path) -> None:
    words = ("p1@firm1.example", "meeting_booked", "--at", "2026-11-26T10:00", "--note", "at theirs")
    for _ in range(2):
        assert call_cli("events", "add", *words, cwd=handed_over).returncode == 0
    assert rows(handed_over, "SELECT class, at, source, matched_by, campaign, text FROM events") == [
        ("meeting_booked", "2026-11-26T09:00:00Z", "hand", "hand", "hr", "at theirs")
    ]
    assert rows(handed_over, "SELECT reason FROM stops") == [("meeting",)]
    done = call_cli(
        "events", "add", "p2@firm0.example", "talk", "--intent", "unsubscribe", "--json", cwd=handed_over
    )
    assert "suppress: email:p2@firm0.example" in json.loads(done.stdout)[0]["followed"]
    assert rows(handed_over, "SELECT count(*) FROM address_proofs") == [(0,)]
    assert call_cli("events", "add", "p2@firm0.example", "meting_held", cwd=handed_over).returncode == 2
    assert (
        call_cli("events", "add", "p2@firm0.example", "reply", "--campaign", "rh", cwd=handed_over).returncode
        == 2
    )


def test_events_are_listed_with_what_followed(handed_over: Path) -> None:
    read(handed_over, event(1, "reply", intent="interested"), event(2, "opened"))
    listed = json.loads(call_cli("events", "list", "p1@firm1.example", "--json", cwd=handed_over).stdout)
    assert [one["who"] for one in listed] == ["p1@firm1.example"]
    assert "stop: hr" in listed[0]["followed"]
    assert len(json.loads(call_cli("events", "list", "--json", cwd=handed_over).stdout)) == 2


def test_mails_of_older_rules_are_read_again_and_what_a_person_said_stays(handed_over: Path) -> None:
    answered(
        handed_over, "Please remove me from your list.", "Yes, I am interested. Let us talk.", "Hm, well."
    )
    decide(handed_over, "3", "question")
    with Workspace.open(handed_over, as_of=AS_OF) as workspace:
        workspace.db.execute("UPDATE events SET version = 0, intent = 'question' WHERE id = 2")
        workspace.db.execute("UPDATE events SET version = 0 WHERE id IN (1, 3)")
    told = json.loads(call_cli("events", "reread", "--json", cwd=handed_over).stdout)
    assert told == {"read": 3, "changed": 1, "review": 0}
    assert rows(handed_over, "SELECT intent FROM events ORDER BY id") == [
        ("unsubscribe",),
        ("interested",),
        ("question",),
    ]
    assert rows(handed_over, "SELECT by FROM event_readings WHERE event_id = 2") == [("rules 0",)]
    again = json.loads(call_cli("events", "reread", "--json", cwd=handed_over).stdout)
    assert again == {"read": 0, "changed": 0, "review": 0}


def test_what_better_rules_would_take_back_waits_for_a_person(handed_over: Path) -> None:
    answered(handed_over, "Yes, I am interested. Let us talk.")
    with Workspace.open(handed_over, as_of=AS_OF) as workspace:
        workspace.db.execute(
            "UPDATE events SET version = 0, intent = 'unsubscribe', followed_on = NULL WHERE id = 1"
        )
        list(workspace.take_in([]))
    assert rows(handed_over, "SELECT value FROM suppressions") == [("p1@firm1.example",)]
    told = json.loads(call_cli("events", "reread", "--json", cwd=handed_over).stdout)
    assert told == {"read": 1, "changed": 0, "review": 1}
    assert rows(handed_over, "SELECT value FROM suppressions") == [("p1@firm1.example",)]
    (waiting,) = json.loads(call_cli("events", "review", "--json", cwd=handed_over).stdout)
    assert "better rules read it as reply interested" in waiting["doubts"]
    decide(handed_over, "1", "interested")
    assert rows(handed_over, "SELECT count(*) FROM suppressions") == [(0,)]


def test_there_is_something_to_read_again_only_where_older_rules_have_read(handed_over: Path) -> None:
    answered(handed_over, "Hm, well.")
    with Workspace.open(handed_over, as_of=AS_OF) as workspace:
        assert not rereading.is_outdated(workspace.db)
        workspace.db.execute("UPDATE events SET version = 0")
        assert rereading.is_outdated(workspace.db)
