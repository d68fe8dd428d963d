"""What came back and waits for somebody: tools to stop, answers to look at, replies to answer, and what was noted."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from prospector.pipeline.next.items import BY_VALUE, NEVER_AGAIN, STOP, Task, said, shortened
from prospector.pipeline.next.worth import CHANCES

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from prospector.pipeline.next.items import Looking

_NOT_ANSWERED = ("not_interested", "unsubscribe", "left_company")
"""Intents after which nobody writes back. Any other one, also one that no rule knows, asks for an answer."""
_ANSWERED = (
    "SELECT 1 FROM events a WHERE a.person_id = v.person_id AND a.at >= v.at AND a.at <= :end AND a.id <> v.id AND "
    "(a.class IN ('meeting_booked', 'meeting_held', 'talk') "
    "OR (a.class = 'sent' AND a.touch IS NULL AND a.channel = 'email'))"
)
"""That somebody has answered since: a date was agreed on, both sides talked, or a mail went out that is no touch."""
_OPTED_OUT = ("unsubscribed", "complained", "suppressed")
_OURS = ("reply:", "touch:", "deal:", "stage:", "accepted:", "change:", "stop:")
"""How keys begin of tasks that are worked out anew each time; others were noted once and stay until they are done."""
_NOTED = " AND ".join(f"k.key NOT LIKE '{one}%'" for one in _OURS)
_WORDS = {
    "interested": "is interested",
    "question": "asks something",
    "referral": "names somebody else",
    "not_now": "not now, later",
}


def stops(at: Looking) -> Iterator[Task]:
    """What has to be stopped inside a tool: each mail that it still sends is one too many."""
    sql = (
        "SELECT s.id, s.destination, s.reason, s.since, s.steps, s.event_id, s.enrolment_id, e.person_id, e.campaign, "
        "e.email FROM tool_stops s JOIN enrolments e ON e.id = s.enrolment_id "
        "WHERE s.state = 'open' AND s.since <= ? ORDER BY s.id"
    )
    # Times are in UTC, where it may be tomorrow already.
    until = (at.as_of + timedelta(days=1)).isoformat()
    for row in at.db.execute(sql, (until,)):
        name = f"stop:{row['id']}"
        yield Task(
            name,
            name,
            "stop",
            min(row["since"][:10], at.day),
            said((row["reason"].replace("_", " "), f"in {row['destination']}: {row['steps']}")),
            0.0,
            f"prospector next done {name}",
            rank=NEVER_AGAIN if row["reason"] in _OPTED_OUT else STOP,
            person_id=row["person_id"],
            enrolment_id=row["enrolment_id"],
            event_id=row["event_id"],
            campaign=row["campaign"],
            who=row["email"],
        )


def reviews(at: Looking) -> Iterator[Task]:
    """Answers whose meaning is in doubt."""
    sql = "SELECT * FROM events WHERE review = 'waiting' AND at <= ? AND forgotten IS NULL ORDER BY id"
    for row in at.db.execute(sql, (at.end,)):
        doubts = json.loads(row["doubts"] or "[]")
        value = at.worth.of_chance("review" if row["intent"] is None else row["intent"])
        name = f"review:{row['id']}"
        yield _of_event(
            row,
            name,
            "review",
            said((_quoted(row), f"in doubt: {', '.join(map(str, doubts))}" if doubts else "in doubt")),
            value,
            "prospector events review",
        )


def replies(at: Looking) -> Iterator[Task]:
    """Replies that nobody has answered yet, the latest of each person alone."""
    sql = (
        "SELECT v.*, s.fit, s.engagement, s.owner FROM events v LEFT JOIN stages s ON s.person_id = v.person_id "  # noqa: S608
        "WHERE v.class = 'reply' AND v.at <= :end AND v.person_id IS NOT NULL AND v.review IS NOT 'waiting' "
        "AND (v.intent IS NULL OR v.intent NOT IN (SELECT value FROM json_each(:closed))) "
        f"AND NOT EXISTS ({_ANSWERED}) AND NOT EXISTS (SELECT 1 FROM events n WHERE n.person_id = v.person_id "
        "AND n.class = 'reply' AND n.at <= :end AND (n.at, n.id) > (v.at, v.id)) "
        f"AND NOT EXISTS (SELECT 1 FROM tasks k WHERE k.event_id = v.id AND {_NOTED}) ORDER BY v.id"
    )
    for row in at.db.execute(sql, {"end": at.end, "closed": json.dumps(_NOT_ANSWERED)}):
        yield _reply(at, row)


def noted(at: Looking) -> Iterator[Task]:
    """What was written down once: after an event, or by hand. An answer that was given meanwhile is none to give."""
    sql = (
        "SELECT k.*, v.subject, v.text, v.intent, v.class, s.fit, s.engagement FROM tasks k "  # noqa: S608
        "LEFT JOIN events v ON v.id = k.event_id LEFT JOIN stages s ON s.person_id = k.person_id "
        "WHERE k.state = 'open' AND (k.due <= :day OR :put_off) "
        f"AND {_NOTED} AND NOT (k.what = 'answer' AND EXISTS ({_ANSWERED})) ORDER BY k.id"
    )
    for row in at.db.execute(sql, {"day": at.day, "end": at.end, "put_off": at.put_off}):
        yield _noted(at, row)


def _noted(at: Looking, row: sqlite3.Row) -> Task:
    known = (one for one in (row["intent"], row["class"]) if one in CHANCES)
    chance = next(known, "noted")
    value, name = at.worth.of_chance(chance, score=score_of(row)), f"task:{row['id']}"
    return Task(
        name,
        row["key"],
        "reply" if row["what"] == "answer" and row["class"] == "reply" else row["what"],
        row["due"],
        said((row["why"], _quoted(row), at.worth.words(value))),
        value,
        f"prospector next done {name}",
        person_id=row["person_id"],
        deal_id=row["deal_id"],
        enrolment_id=row["enrolment_id"],
        event_id=row["event_id"],
        touch=row["touch"],
        campaign=row["campaign"],
        owner=row["owner"],
    )


def _reply(at: Looking, row: sqlite3.Row) -> Task:
    chance = row["intent"] if row["intent"] in CHANCES else "reply"
    score = score_of(row)
    value = at.worth.of_chance(chance, score=score)
    words = _WORDS.get(row["intent"] or "", CHANCES["reply"].because)
    due = max(row["until"] or "", row["at"][:10]) if row["intent"] == "not_now" else row["at"][:10]
    name = f"reply:{row['id']}"
    why = said((words, _quoted(row), _contact(row), at.worth.words(value)))
    return _of_event(
        row, name, "reply", why, value, f"prospector next done {name}", due=due, owner=row["owner"]
    )


def _of_event(
    row: sqlite3.Row,
    name: str,
    what: str,
    why: tuple[str, ...],
    value: float,
    command: str,
    *,
    due: str | None = None,
    owner: str | None = None,
) -> Task:
    return Task(
        name,
        name,
        what,
        due or row["at"][:10],
        why,
        value,
        command,
        rank=BY_VALUE,
        person_id=row["person_id"],
        enrolment_id=row["enrolment_id"],
        event_id=row["id"],
        touch=row["touch"],
        campaign=row["campaign"],
        owner=owner,
        who=row["recipient"],
    )


def score_of(row: sqlite3.Row) -> int | None:
    """The higher one of both scores of a person: either raises the chance."""
    known = [one for one in (row["fit"], row["engagement"]) if one is not None]
    return max(known, default=None)


def _quoted(row: sqlite3.Row) -> str | None:
    text = row["text"] or row["subject"]
    return f'"{shortened(text)}"' if text and text.strip() else None


def _contact(row: sqlite3.Row) -> str | None:
    details: dict[str, Any] = json.loads(row["details"] or "{}")
    contact = details.get("contact") or {}
    told = " ".join(filter(None, (contact.get("name"), contact.get("email"))))
    return f"write to {told}" if told else None
