"""Stored mails read again by better rules: readings are kept, and what follows is worked out anew.

What would take something back, such as an opt-out or a stop, waits for a person instead.
"""

from __future__ import annotations

import json
import zlib
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from prospector.pipeline.effects.following import follow_again
from prospector.pipeline.effects.reviewing import READING, keep_reading, write_reading
from prospector.pipeline.events.from_mail import events_of_mail
from prospector.pipeline.events.matching import Match, Matching
from prospector.pipeline.events.storing import reading_of, seen
from prospector.pipeline.events.suggesting import suggested
from prospector.pipeline.mail.reading import CLASSIFIER_VERSION

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from datetime import date

    from prospector.pipeline.effects.following import Following
    from prospector.pipeline.effects.shapes import RereadShape
    from prospector.pipeline.events.incoming import Incoming
    from prospector.store.database import Database

_BATCH = 200
_OLD = (
    "SELECT r.id, r.raw, r.source, r.way FROM received r WHERE r.kind = 'mail' AND r.raw IS NOT NULL AND r.id > ? "
    "AND EXISTS (SELECT 1 FROM events v WHERE v.received_id = r.id AND v.version < ?) ORDER BY r.id LIMIT ?"
)


class Reread(NamedTuple):
    """What became of it."""

    read: int
    changed: int
    review: int

    def as_json(self) -> RereadShape:
        """What `events reread --json` prints."""
        return {"read": self.read, "changed": self.changed, "review": self.review}


def is_outdated(db: Database) -> bool:
    """Whether mails were read by older rules."""
    sql = "SELECT EXISTS (SELECT 1 FROM events WHERE version < ? AND received_id IS NOT NULL)"
    return bool(db.value(sql, (CLASSIFIER_VERSION,)))


class Rereading:
    """Reads the stored mails of one workspace again."""

    def __init__(self, db: Database, following: Following, own: frozenset[str], as_of: date) -> None:
        self._db, self._following, self._own, self._as_of = db, following, own, as_of
        self._read = self._changed = self._review = 0

    def run(self, progress: Callable[[int], None] = lambda mails: None) -> Reread:
        """Some mails at a time, each batch in a transaction: a kill loses nothing."""
        last = 0
        while rows := self._db.rows(_OLD, (last, CLASSIFIER_VERSION, _BATCH)):
            with self._db.transaction():
                for row in rows:
                    self._mail(row)
                self._following.follow()
            last = rows[-1]["id"]
            self._read += len(rows)
            progress(self._read)
        return Reread(self._read, self._changed, self._review)

    def _mail(self, row: sqlite3.Row) -> None:
        raw = zlib.decompress(row["raw"])
        known = self._db.rows("SELECT * FROM events WHERE received_id = ? ORDER BY id", (row["id"],))
        arrived = datetime.fromisoformat(known[0]["at"])
        _, events = events_of_mail(raw, row["source"], row["way"], arrived, own=self._own)
        by_key = {one.key: one for one in events}
        for event in known:
            if event["version"] is not None and event["version"] < CLASSIFIER_VERSION:
                self._event(event, by_key.get(event["key"]))

    def _event(self, row: sqlite3.Row, again: Incoming | None) -> None:
        """One event. What a person has said of it stays."""
        again = again and self._seen(again, Match(row["matched_by"], row["person_id"]))
        values = reading_of(again) if again else {}
        if again is None or row["review"] == "done" or not _differs(row, values):
            write_reading(self._db, row["id"], {"version": CLASSIFIER_VERSION})
        elif self._takes_back(row, again):
            self._ask(row, values)
        else:
            keep_reading(self._db, row, values, f"rules {row['version']}", self._as_of)
            write_reading(self._db, row["id"], values)
            follow_again(self._db, [row["id"]])
            self._changed += 1

    def _seen(self, again: Incoming, match: Match) -> Incoming:
        """With whose it is, as when it came."""
        return seen(
            Matching(self._db, [again]), suggested(self._db, [again])[0] if match.by is None else again, match
        )

    def _takes_back(self, row: sqlite3.Row, again: Incoming) -> bool:
        """Whether a stop or an entry of the suppression list would go."""
        return bool(self._following.would_take_back(row["id"], again))

    def _ask(self, row: sqlite3.Row, values: dict[str, Any]) -> None:
        """The reading stays as it was until somebody has decided; what the rules say now is told."""
        now = " ".join(filter(None, (values["class"], values["bounce_type"] or values["intent"])))
        details = json.loads(row["details"] or "{}") | {"proposed": now}
        doubts = [*json.loads(row["doubts"] or "[]"), f"better rules read it as {now.replace('_', ' ')}"]
        kept = {
            "details": json.dumps(details, ensure_ascii=False, sort_keys=True),
            "doubts": json.dumps(list(dict.fromkeys(doubts)), ensure_ascii=False),
            "review": "waiting",
            "version": CLASSIFIER_VERSION,
        }
        write_reading(self._db, row["id"], kept)
        self._review += 1


def _differs(row: sqlite3.Row, values: dict[str, Any]) -> bool:
    return any(row[name] != values[name] for name in READING if name != "version")
