"""Reading an event anew: by a person's word, or by better rules. Earlier readings are kept."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from prospector.core.errors import UsageError, near_miss
from prospector.outreach.tool_stops import drop_unneeded
from prospector.pipeline.effects.following import READ_ANEW, follow_again
from prospector.pipeline.events.kinds import BOUNCE_TYPES, CLASSES, INTENTS
from prospector.pipeline.events.suggesting import SUGGESTED

if TYPE_CHECKING:
    import sqlite3
    from datetime import date

    from prospector.store.database import Database

READING = (
    "class",
    "bounce_type",
    "intent",
    "until",
    "subject",
    "text",
    "details",
    "confidence",
    "doubts",
    "version",
)
"""The columns that are an interpretation."""


class Decision(NamedTuple):
    """What an event is, by a person's word."""

    kind: str
    word: str | None
    until: date | None = None
    person: int | None = None


def parse_answer(text: str, before: str = "reply") -> tuple[str, str | None]:
    """A class and what it says, from `interested`, `bounce hard` or `auto_reply`; an intent alone keeps the class.

    `UsageError` with a near miss for a word that is none.
    """
    name = " ".join(text.lower().replace("-", "_").split())
    kind, _, word = name.partition(" ")
    if kind in INTENTS and kind not in CLASSES and not word:
        return (before if before in ("reply", "status", "talk", "auto_reply") else "reply"), kind
    if kind == "unsubscribe" and not word:
        return ("reply", "unsubscribe") if before in ("reply", "auto_reply", "other") else (kind, None)
    if kind in BOUNCE_TYPES and not word:
        return "bounce", kind
    words = BOUNCE_TYPES if kind == "bounce" else INTENTS
    if kind in CLASSES and (not word or word in words):
        return kind, word or None
    known = [*INTENTS, *CLASSES, *(f"bounce {one}" for one in BOUNCE_TYPES)]
    hint = near_miss(name, known) or f"known: {', '.join(dict.fromkeys(known))}"
    raise UsageError(f'no answer "{text[:80]}"', hint=hint)


def decide(db: Database, event: int, decision: Decision, as_of: date) -> None:
    """A person says what an event is. What follows is worked out anew, and what does not follow any more taken back.

    Use inside a transaction.
    """
    row = db.one("SELECT * FROM events WHERE id = ?", (event,))
    if row is None or row["forgotten"] is not None:
        raise UsageError(f"there is no event {event}", hint="see: prospector events list")
    values = _decided(row, decision)
    keep_reading(db, row, values, "hand", as_of)
    write_reading(db, event, values | {"review": "done"})
    if decision.person is not None and decision.person != row["person_id"]:
        _let_go(db, row, as_of)
        _match(db, row, decision.person)
    follow_again(db, [event])


def _decided(row: sqlite3.Row, decision: Decision) -> dict[str, Any]:
    bounce = decision.kind == "bounce"
    same = (decision.kind, decision.word) == (row["class"], row["bounce_type"] or row["intent"])
    until = decision.until.isoformat() if decision.until else row["until"] if same else None
    told = json.loads(row["details"] or "{}").items()
    details = {name: one for name, one in told if name not in ("proposed", SUGGESTED)}
    return {
        "class": decision.kind,
        "bounce_type": decision.word if bounce else None,
        "intent": None if bounce else decision.word,
        "until": until,
        "details": json.dumps(details, ensure_ascii=False, sort_keys=True) if details else None,
        "confidence": 1.0,
        "doubts": None,
    }


def keep_reading(db: Database, row: sqlite3.Row, values: dict[str, Any], by: str, as_of: date) -> None:
    """Keep what was read before, as far as it is another."""
    was = {name: row[name] for name in READING if name in values and row[name] != values[name]}
    if was:
        db.execute(
            "INSERT INTO event_readings (event_id, was, until, by) VALUES (?, ?, ?, ?)",
            (row["id"], json.dumps(was, ensure_ascii=False, sort_keys=True), as_of.isoformat(), by),
        )


def write_reading(db: Database, event: int, values: dict[str, Any]) -> None:
    """Put a reading in the place of the one before. The names are columns of ours."""
    columns = ", ".join(f"{name} = ?" for name in values)
    db.execute(f"UPDATE events SET {columns} WHERE id = ?", (*values.values(), event))  # noqa: S608


def _let_go(db: Database, row: sqlite3.Row, as_of: date) -> None:
    """Whoever it was taken for is held back by it no longer; the same is done for whose it is."""
    if row["person_id"] is None:
        return
    asked = {"event": row["id"], "day": as_of.isoformat(), "by": READ_ANEW}
    for table, column in (("stops", "lifted_on"), ("pauses", "until")):
        db.execute(f"UPDATE {table} SET {column} = :day WHERE event_id = :event AND {column} IS NULL", asked)  # noqa: S608
    db.execute(
        "UPDATE effects SET undone_on = :day, undone_by = :by WHERE event_id = :event AND undone_on IS NULL "
        "AND effect IN ('stop', 'pause', 'task')",
        asked,
    )
    db.execute("DELETE FROM tasks WHERE event_id = :event AND state = 'open'", asked)
    drop_unneeded(db, [row["person_id"]])


def _match(db: Database, row: sqlite3.Row, person: int) -> None:
    """A person says whose it is: the latest enrolment before it, if there is one."""
    enrolment = db.one(
        "SELECT id, campaign FROM enrolments WHERE person_id = ? AND enrolled_on <= date(?, '+1 day') "
        "ORDER BY campaign IS ? DESC, enrolled_on DESC, id DESC",
        (person, row["at"], row["campaign"]),
    )
    db.execute(
        "UPDATE events SET person_id = ?, enrolment_id = ?, campaign = ?, matched_by = 'hand' WHERE id = ?",
        (
            person,
            enrolment["id"] if enrolment else None,
            enrolment["campaign"] if enrolment else None,
            row["id"],
        ),
    )
