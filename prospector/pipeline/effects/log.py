"""Events as they are known now, each with what followed from it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from prospector.pipeline.events.suggesting import SUGGESTED

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator

    from prospector.core.shapes import HappenedShape
    from prospector.pipeline.effects.shapes import KnownEventShape
    from prospector.store.database import Database

_READ = (
    "SELECT v.*, p.email AS person_email, e.lead_key FROM events v LEFT JOIN people p ON p.id = v.person_id "
    "LEFT JOIN enrolments e ON e.id = v.enrolment_id"
)
_EFFECTS = "SELECT effect, detail, done_on, undone_on, undone_by FROM effects WHERE event_id = ? ORDER BY id"


def _stopped(detail: str) -> str:
    scope, _, colleague = detail.partition(" ")
    campaign = "any campaign" if scope == "*" else scope
    return f"nothing more from {campaign}" + (f" to the colleague {colleague}" if colleague else "")


_TASKS = {
    "answer": "answer",
    "contact": "write to somebody else",
    "again": "write again when the pause is over",
}
_WORDS: dict[str, Callable[[str], str]] = {
    "stop": _stopped,
    "pause": lambda detail: f"paused through {detail}",
    "suppress": lambda detail: f"on the suppression list: {detail.partition(':')[2] or detail}",
    "task": lambda detail: f"a task: {_TASKS.get(detail, detail)}",
}


class Followed(NamedTuple):
    """Something that followed from an event; `undone_on` where it was taken back."""

    effect: str
    detail: str
    done_on: str
    undone_on: str | None
    undone_by: str | None

    def __str__(self) -> str:
        """As people read it, such as `stop: hr`."""
        text = f"{self.effect}: {self.detail}" if self.detail else self.effect
        return f"{text} (taken back {self.undone_on})" if self.undone_on else text

    @property
    def words(self) -> str:
        """The same in words; blank for what only other parts of the program read, such as a proof of the address."""
        text = _WORDS[self.effect](self.detail) if self.effect in _WORDS else ""
        return f"{text} (taken back {self.undone_on})" if text and self.undone_on else text


class KnownEvent(NamedTuple):
    """One event. `row` has its columns."""

    row: sqlite3.Row
    followed: tuple[Followed, ...]

    @property
    def id(self) -> int:
        """Its number."""
        return int(self.row["id"])

    @property
    def words(self) -> str:
        """What it is, such as `reply, interested`."""
        word = self.row["bounce_type"] or self.row["intent"]
        return str(self.row["class"] + (f", {word}" if word else "")).replace("_", " ")

    @property
    def who(self) -> str:
        """Whose it is, as `show` takes it; else the address that it is about."""
        row = self.row
        known = row["person_email"] or (f"person:{row['person_id']}" if row["person_id"] else None)
        return str(known or row["recipient"] or ("forgotten" if row["forgotten"] else "nobody who is known"))

    @property
    def details(self) -> dict[str, Any]:
        """What else was told."""
        found: dict[str, Any] = json.loads(self.row["details"]) if self.row["details"] else {}
        return found

    @property
    def suggested(self) -> list[str]:
        """Whose it is perhaps, as `show` takes it, where nobody is known."""
        meant = self.details.get(SUGGESTED, []) if self.row["review"] == "waiting" else []
        return [f"person:{one}" for one in meant]

    @property
    def doubts(self) -> list[str]:
        """Why somebody has to look."""
        found: list[str] = json.loads(self.row["doubts"]) if self.row["doubts"] else []
        return found

    def as_happened(self) -> HappenedShape:
        """One of the events that `show` lists of a person."""
        row = self.row
        return {
            "event_id": row["id"],
            "at": row["at"],
            "what": self.words,
            "campaign": row["campaign"],
            "text": row["text"],
            "followed": [one.words for one in self.followed if one.words],
        }

    def as_json(self) -> KnownEventShape:
        """One row of `events list --json` and `events review --json`."""
        row = self.row
        return {
            "event_id": row["id"],
            "at": row["at"],
            "class": row["class"],
            "bounce_type": row["bounce_type"],
            "intent": row["intent"],
            "until": row["until"],
            "person": f"person:{row['person_id']}" if row["person_id"] else None,
            "who": self.who,
            "recipient": row["recipient"],
            "campaign": row["campaign"],
            "touch": row["touch"],
            "matched_by": row["matched_by"],
            "suggested": self.suggested,
            "source": row["source"],
            "confidence": row["confidence"],
            "review": row["review"],
            "doubts": self.doubts,
            "subject": row["subject"],
            "text": row["text"],
            "contact": self.details.get("contact"),
            "followed": [str(one) for one in self.followed],
        }


def events_of(db: Database, *, person: int | None = None, limit: int | None = None) -> Iterator[KnownEvent]:
    """Events, the latest first; of one person, where one is named."""
    which = "" if person is None else " WHERE v.person_id = ?"
    sql = f"{_READ}{which} ORDER BY v.at DESC, v.id DESC LIMIT ?"
    values = (() if person is None else (person,)) + (-1 if limit is None else limit,)
    return _known(db, sql, values)


def waiting_events(db: Database) -> Iterator[KnownEvent]:
    """Those that somebody has to look at: opt-outs first, then the oldest."""
    sql = (
        f"{_READ} WHERE v.review = 'waiting' ORDER BY coalesce(v.intent, v.class) <> 'unsubscribe', "
        "v.class <> 'complaint', v.at, v.id"
    )
    return _known(db, sql, ())


def event_of(db: Database, number: int) -> KnownEvent | None:
    """The event of a number."""
    return next(_known(db, f"{_READ} WHERE v.id = ?", (number,)), None)


def count_waiting(db: Database) -> int:
    """How many events somebody has to look at."""
    return int(db.value("SELECT count(*) FROM events WHERE review = 'waiting'"))


def _known(db: Database, sql: str, values: tuple[int, ...]) -> Iterator[KnownEvent]:
    for row in db.rows(sql, values):
        yield KnownEvent(row, tuple(Followed(*one) for one in db.rows(_EFFECTS, (row["id"],))))
