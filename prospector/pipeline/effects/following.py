"""Events to what follows from them: each once, whatever the order in which they come, and never again what somebody
took back.

In: the events that nothing has followed from yet, or whose reading has changed. Out: stops, pauses, entries of the
suppression list, tasks and proofs; what was done is kept in `effects`.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from prospector.contacts.checking import keep_judged
from prospector.outreach.taken_back import BY_HAND
from prospector.outreach.tool_stops import drop_unneeded, note_stopped, note_suppressed
from prospector.pipeline.effects.doing import Doing
from prospector.pipeline.effects.wanted import Effect, Event, Whose, wanted
from prospector.pipeline.events.suggesting import SUGGESTED
from prospector.store.suppressions import known_addresses

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from prospector.pipeline.effects.rules import Rules
    from prospector.pipeline.events.incoming import Incoming
    from prospector.store.database import Database

READ_ANEW = "reading"
"""Who took an effect back that may come again: a better reading."""
_BATCH = 500
_READ = (
    "SELECT id, key, at, class, coalesce(bounce_type, intent) AS word, source, review, until, person_id, enrolment_id, "
    "campaign, touch, recipient, details FROM events"
)
_TO_FOLLOW = f"{_READ} WHERE followed_on IS NULL ORDER BY id LIMIT ?"


class _Done(NamedTuple):
    """What an event has led to before."""

    is_undone: bool
    by: str | None


class Following:
    """What follows from events, in one workspace on one day."""

    def __init__(self, db: Database, rules: Rules, as_of: date, stale_before: date) -> None:
        self._db, self._rules = db, rules
        self._as_of, self._stale_before = as_of, stale_before
        self.done = Counter[str]()
        """How often each kind of effect was done."""
        self._stopped, self._listed = set[int](), set[str]()

    def follow(self) -> None:
        """Do all that is still to be done. Use inside a transaction."""
        while rows := self._db.rows(_TO_FOLLOW, (_BATCH,)):
            emails, self._stopped, self._listed = set[str](), set[int](), set[str]()
            for event in sorted(map(_event, rows), key=lambda one: (one.at, one.key)):
                emails |= self._follow(event)
            if emails:
                keep_judged(self._db, sorted(emails), self._as_of, self._stale_before)
            note_stopped(self._db, self._as_of, self._stopped)
            note_suppressed(self._db, self._as_of, self._listed)
            drop_unneeded(self._db, self._stopped)
            day = self._as_of.isoformat()
            self._db.many(
                "UPDATE events SET followed_on = ? WHERE id = ?", [(day, row["id"]) for row in rows]
            )

    def _follow(self, event: Event) -> set[str]:
        """One event; the addresses of which something new is known."""
        rule = self._rules.of(event.kind, event.word)
        doing = Doing(self._db, event, rule, self._as_of)
        to_do, known = wanted(event, rule, self._whose(event)), self._known(event.id)
        changed = []
        for effect in to_do:
            before = known.get(effect)
            if before is None or (before.is_undone and before.by != BY_HAND):
                self._note(event.id, effect)
                doing.do(*effect)
                self.done[effect.name] += 1
                changed.append(effect)
        for effect, before in known.items():
            if effect not in to_do and not before.is_undone:
                undone(self._db, event.id, effect, self._as_of, READ_ANEW)
                doing.undo(*effect)
                changed.append(effect)
        self._remember(event, changed)
        return {one.detail.partition(" ")[2] for one in changed if one.name == "evidence"}

    def _remember(self, event: Event, changed: Iterable[Effect]) -> None:
        """Whose touches have to be looked for in tools."""
        for one in changed:
            if one.name == "stop":
                colleague = one.detail.partition(" person:")[2]
                self._stopped.add(int(colleague) if colleague else event.person_id or 0)
            elif one.name == "suppress":
                self._listed.add(one.detail.removeprefix("email:"))

    def would_take_back(self, number: int, reading: Incoming) -> list[Effect]:
        """Stops and entries of the suppression list that would not follow from another reading of an event."""
        (row,) = self._db.rows(f"{_READ} WHERE id = ?", (number,))
        event = _event(row)._replace(
            kind=reading.kind,
            word=reading.bounce_type or reading.intent,
            waiting=reading.review,
            until=reading.until,
        )
        to_do = wanted(event, self._rules.of(event.kind, event.word), self._whose(event))
        known = self._known(number).items()
        return [
            one
            for one, done in known
            if one.name in ("stop", "suppress") and not done.is_undone and one not in to_do
        ]

    def _note(self, event: int, effect: Effect) -> None:
        self._db.execute(
            "INSERT INTO effects (event_id, effect, detail, done_on) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (event_id, effect, detail) DO UPDATE SET undone_on = NULL, undone_by = NULL",
            (event, *effect, self._as_of.isoformat()),
        )

    def _known(self, event: int) -> dict[Effect, _Done]:
        sql = "SELECT effect, detail, undone_on, undone_by FROM effects WHERE event_id = ? ORDER BY id"
        return {
            Effect(row[0], row[1]): _Done(row[2] is not None, row[3]) for row in self._db.rows(sql, (event,))
        }

    def _whose(self, event: Event) -> Whose:
        if event.person_id is None:
            return Whose()
        sql = "SELECT DISTINCT campaign, email FROM enrolments WHERE person_id = ? ORDER BY campaign, email"
        enrolments = self._db.rows(sql, (event.person_id,))
        emails = {*known_addresses(self._db, event.person_id), *(row["email"] for row in enrolments)}
        sql = (
            "SELECT c.id, p.linkedin FROM people p LEFT JOIN people c ON c.company_id = p.company_id AND c.id <> p.id "
            "WHERE p.id = ? ORDER BY c.id"
        )
        rows = self._db.rows(sql, (event.person_id,))
        return Whose(
            tuple(sorted(filter(None, emails))),
            rows[0]["linkedin"] if rows else None,
            tuple(dict.fromkeys(row["campaign"] for row in enrolments)),
            tuple(row["id"] for row in rows if row["id"] is not None),
        )


def undone(db: Database, event: int, effect: Effect, on: date, by: str) -> None:
    """Note that an effect was taken back."""
    db.execute(
        "UPDATE effects SET undone_on = ?, undone_by = ? WHERE event_id = ? AND effect = ? AND detail = ?",
        (on.isoformat(), by, event, *effect),
    )


def follow_again(db: Database, events: Iterable[int]) -> None:
    """Let what follows from some events be worked out anew: their reading, or their person, is another one."""
    db.execute(
        "UPDATE events SET followed_on = NULL WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(events)),),
    )


def _event(row: sqlite3.Row) -> Event:
    details = json.loads(row["details"]) if row["details"] else {}
    contact = details.get("contact")
    told = " ".join(filter(None, (contact.get("name"), contact.get("email")))) if contact else None
    return Event(
        row["id"],
        row["key"],
        row["at"],
        row["class"],
        row["word"],
        row["source"],
        row["review"] == "waiting",
        date.fromisoformat(row["until"]) if row["until"] else None,
        row["person_id"],
        row["enrolment_id"],
        row["campaign"],
        row["touch"],
        row["recipient"],
        told or None,
        tuple(details.get(SUGGESTED, ())),
    )
