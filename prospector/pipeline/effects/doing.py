"""The single effects: done, and taken back. Use inside a transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prospector.pipeline.effects.wanted import EVERYWHERE
from prospector.store.addresses import Proof, add_proofs

if TYPE_CHECKING:
    from datetime import date

    from prospector.pipeline.effects.rules import Rule
    from prospector.pipeline.effects.wanted import Event
    from prospector.store.database import Database

SOURCE = "events"
"""Of entries of the suppression list that follow from events."""
_PROOFS = {
    "human": ("reply", "human"),
    "automatic": ("reply", "automatic"),
    "hard": ("bounce", "hard"),
    "full": ("bounce", "full"),
    "complained": ("complaint", "complained"),
}
_FIRST = (
    "SELECT v.at, v.key, v.class, v.source FROM effects f JOIN events v ON v.id = f.event_id "
    "WHERE f.effect = 'suppress' AND f.detail = ? AND f.undone_on IS NULL ORDER BY v.at, v.key LIMIT 1"
)
_TASKS = {
    "answer": "answer",
    "contact": "write to {contact} instead",
    "again": "write again, as was asked for",
}


class Doing:
    """Does what follows from one event, and takes it back."""

    def __init__(self, db: Database, event: Event, rule: Rule, as_of: date) -> None:
        self._db, self._event, self._rule, self._as_of = db, event, rule, as_of
        self._day = event.day.isoformat()

    def do(self, effect: str, detail: str) -> None:
        """Do it; `detail` as `wanted` gives it."""
        getattr(self, f"_{effect}")(detail)

    def undo(self, effect: str, detail: str) -> None:
        """Take it back."""
        getattr(self, f"_no_{effect}")(detail)

    def _whom(self, detail: str) -> tuple[str | None, int | None, str]:
        """Campaign, person and reason of a stop."""
        campaign, _, colleague = detail.partition(" person:")
        person = int(colleague) if colleague else self._event.person_id
        reason = self._rule.reason
        if colleague:
            reason = "perhaps_answered" if self._event.suggested else "colleague"
        return (None if campaign == EVERYWHERE else campaign), person, reason

    def _stop(self, detail: str) -> None:
        campaign, person, reason = self._whom(detail)
        words = self._event.words + (" (somebody has to look)" if self._event.waiting else "")
        self._db.execute(
            "INSERT INTO stops (person_id, campaign, reason, detail, since, event_id) "
            "SELECT id, ?, ?, ?, ?, ? FROM people WHERE id = ?",
            (campaign, reason, words, self._day, self._event.id, person),
        )

    def _no_stop(self, detail: str) -> None:
        campaign, person, _ = self._whom(detail)
        self._db.execute(
            "UPDATE stops SET lifted_on = ? WHERE event_id = ? AND campaign IS ? AND person_id = ? "
            "AND lifted_on IS NULL",
            (self._as_of.isoformat(), self._event.id, campaign, person),
        )

    def _pause(self, detail: str) -> None:
        self._db.execute(
            "INSERT INTO pauses (person_id, since, through, event_id, reason) VALUES (?, ?, ?, ?, ?)",
            (self._event.person_id, self._day, detail, self._event.id, self._rule.reason),
        )

    def _no_pause(self, detail: str) -> None:
        self._db.execute(
            "UPDATE pauses SET until = ? WHERE event_id = ? AND through = ? AND until IS NULL",
            (self._as_of.isoformat(), self._event.id, detail),
        )

    def _suppress(self, detail: str) -> None:
        """An entry of somebody's own stays; of several events the earliest one is named, whichever was read first."""
        kind, _, value = detail.partition(":")
        first = self._db.one(_FIRST, (detail,))
        assert first is not None
        self._db.execute(
            "INSERT INTO suppressions (kind, value, reason, source, added_on, detail) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (kind, value) DO UPDATE SET reason = excluded.reason, added_on = excluded.added_on, "
            "detail = excluded.detail WHERE source = excluded.source",
            (kind, value, *_entry(first["class"], first["at"], first["source"])),
        )

    def _no_suppress(self, detail: str) -> None:
        kind, _, value = detail.partition(":")
        if self._db.one(_FIRST, (detail,)) is None:
            sql = "DELETE FROM suppressions WHERE kind = ? AND value = ? AND source = ?"
            self._db.execute(sql, (kind, value, SOURCE))

    def _task(self, detail: str) -> None:
        event = self._event
        due = max(event.until or event.day, event.day)
        if detail == "again" and self._rule.pause is not None:
            due = event.until or self._rule.pause.after(event.day)
        why = _TASKS[detail].format(contact=event.contact or "the new contact")
        self._db.execute(
            "INSERT INTO tasks (key, what, person_id, enrolment_id, touch, campaign, due, why, event_id) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING",
            (
                f"event:{event.key}:{detail}",
                detail,
                event.person_id,
                event.enrolment_id,
                event.touch,
                event.campaign,
                (due if detail == "again" else event.day).isoformat(),
                f"{event.words}: {why}",
                event.id,
            ),
        )

    def _no_task(self, detail: str) -> None:
        self._db.execute(
            "UPDATE tasks SET state = 'skipped', done_on = ? WHERE key = ? AND state = 'open'",
            (self._as_of.isoformat(), f"event:{self._event.key}:{detail}"),
        )

    def _evidence(self, detail: str) -> None:
        """A day that is still to come, by somebody's clock, is today."""
        word, _, email = detail.partition(" ")
        kind, seen = _PROOFS[word]
        day = min(self._event.day, self._as_of)
        proof = Proof(kind, seen, day, self._event.source, self._event.key)  # type: ignore[arg-type]
        add_proofs(self._db, [(email, proof)])

    def _no_evidence(self, detail: str) -> None:
        word, _, email = detail.partition(" ")
        kind, seen = _PROOFS[word]
        self._db.execute(
            "DELETE FROM address_proofs WHERE email = ? AND kind = ? AND word = ? AND detail = ?",
            (email, kind, seen, self._event.key),
        )

    def _stage(self, detail: str) -> None:
        """Stages are worked out from the events themselves."""

    _no_stage = _stage


def _entry(kind: str, at: str, source: str) -> tuple[str, str, str, str]:
    """Reason, source, day and detail of an entry that follows from an event."""
    reason = "complained" if kind == "complaint" else "unsubscribed"
    return reason, SOURCE, at[:10], f"{kind.replace('_', ' ')} of {at[:10]}, told by {source}"
