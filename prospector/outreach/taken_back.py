"""What a person takes back of what followed from answers: it is never done again by itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from prospector.store.database import Database
    from prospector.store.suppressions import Kind

BY_HAND = "hand"
"""In `effects.undone_by`: for good."""
_SOME = "(SELECT value FROM json_each(:people))"
_LIFTED = (
    "SELECT s.event_id, coalesce(s.campaign, '*') "  # noqa: S608  (ours)
    "|| iif(v.person_id IS s.person_id, '', ' person:' || s.person_id) "
    f"FROM stops s JOIN events v ON v.id = s.event_id WHERE s.lifted_on IS NULL AND s.person_id IN {_SOME}"
)
_ENDED = f"SELECT event_id, through FROM pauses WHERE until IS NULL AND event_id > 0 AND person_id IN {_SOME}"  # noqa: S608


def lift(db: Database, people: Collection[int], on: date) -> int:
    """End all stops and pauses of some people by a person's word; of how many. Use inside a transaction."""
    asked = {"people": json.dumps(sorted(people)), "day": on.isoformat()}
    undone = [("stop", *row) for row in db.rows(_LIFTED, asked)] + [
        ("pause", *row) for row in db.rows(_ENDED, asked)
    ]
    sql = (
        "SELECT person_id FROM stops WHERE lifted_on IS NULL UNION SELECT person_id FROM pauses "
        "WHERE until IS NULL AND person_id IS NOT NULL AND coalesce(through, '9999') >= :day"
    )
    held = db.rows(f"SELECT person_id FROM ({sql}) WHERE person_id IN {_SOME}", asked)  # noqa: S608  (ours)
    for table, column in (("stops", "lifted_on"), ("pauses", "until")):
        db.execute(
            f"UPDATE {table} SET {column} = :day WHERE {column} IS NULL AND person_id IN {_SOME}",  # noqa: S608
            asked,
        )
    _note(db, undone, on)
    return len(held)


def unlisted(db: Database, entries: Iterable[tuple[Kind, str]], on: date) -> None:
    """Entries that somebody takes off the suppression list do not come back by the same answers."""
    details = json.dumps([f"{kind}:{value}" for kind, value in entries])
    db.execute(
        "UPDATE effects SET undone_on = ?, undone_by = ? WHERE effect = 'suppress' AND undone_on IS NULL "
        "AND detail IN (SELECT value FROM json_each(?))",
        (on.isoformat(), BY_HAND, details),
    )


def _note(db: Database, undone: Iterable[tuple[str, int, str]], on: date) -> None:
    db.many(
        "UPDATE effects SET undone_on = ?, undone_by = ? WHERE effect = ? AND event_id = ? AND detail = ?",
        [(on.isoformat(), BY_HAND, *one) for one in undone],
    )
