"""Events once each: stored with what they were read from, matched, and matched again while nobody is known for them.

In: events as they were told. Out: what became of each. Memory does not grow with their number.
"""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Any, NamedTuple

from prospector.pipeline.events.matching import Match, Matching
from prospector.pipeline.events.message_ids import index_touches
from prospector.pipeline.events.suggesting import answered_for, checked, suggested

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from prospector.pipeline.events.incoming import Incoming
    from prospector.store.database import Database

_BATCH, _BATCH_BYTES = 500, 16_000_000
_COLUMNS = (
    "key", "received_id", "at", "read_on", "source", "way", "person_id", "enrolment_id", "campaign", "touch",
    "matched_by", "recipient", "message_id", "class", "channel", "bounce_type", "intent", "until", "subject", "text",
    "details", "confidence", "review", "doubts", "version",
)  # fmt: skip


class Stored(NamedTuple):
    """What became of an event: its id, whether it is new, and whose it is."""

    id: int
    is_new: bool
    event: Incoming
    match: Match


def take_in(
    db: Database, events: Iterable[Incoming], as_of: date, follow: Callable[[], object] = lambda: None
) -> Iterator[Stored]:
    """Store those that are new, some at a time, each batch in a transaction of its own, and say what became of each.

    `follow` does what follows from them in the same transaction. A batch that was stored stays stored whatever
    happens; the same events read again change nothing.
    """
    for batch in _batches(events):
        with db.transaction():
            done = _take(db, batch, as_of)
            follow()
        yield from done


def _batches(events: Iterable[Incoming]) -> Iterator[list[Incoming]]:
    """Some events at a time: few where their mails are long."""
    batch: list[Incoming] = []
    size = 0
    for event in events:
        batch.append(event)
        size += len(event.received.raw) if event.received else 0
        if len(batch) == _BATCH or size > _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def match_again(db: Database) -> int:
    """Look for the people of events that nobody was known for; they may have been imported since. How many were found.

    Use inside a transaction.
    """
    sql = (
        "SELECT v.id, a.person_id, e.id AS enrolment_id, e.campaign FROM events v "
        "JOIN person_addresses a ON a.email = v.recipient LEFT JOIN enrolments e ON e.id = "
        "(SELECT n.id FROM enrolments n WHERE n.person_id = a.person_id AND n.enrolled_on <= date(v.at, '+1 day') "
        "ORDER BY n.enrolled_on DESC, n.id DESC LIMIT 1) "
        "WHERE v.matched_by IS NULL AND v.recipient IS NOT NULL AND v.forgotten IS NULL ORDER BY v.id"
    )
    found = db.rows(sql)
    db.many(
        "UPDATE events SET person_id = ?, enrolment_id = ?, campaign = coalesce(campaign, ?), "
        "matched_by = 'address', followed_on = NULL WHERE id = ?",
        [(row["person_id"], row["enrolment_id"], row["campaign"], row["id"]) for row in found],
    )
    return len(found)


def _take(db: Database, batch: Sequence[Incoming], as_of: date) -> list[Stored]:
    index_touches(db)
    matching = Matching(db, batch)
    known = _known(db, [one.key for one in batch])
    done = []
    for event, match in _matched(db, matching, batch):
        if event.key in known:
            done.append(Stored(known[event.key], False, event, match))
            continue
        known[event.key] = number = _insert(db, event, match, as_of)
        done.append(Stored(number, True, event, match))
    return done


def _matched(db: Database, matching: Matching, batch: Sequence[Incoming]) -> Iterator[tuple[Incoming, Match]]:
    """Each event with whose it is; where nobody is known, with who it may be."""
    matches = [matching.of(event) for event in batch]
    unknown = [event for event, match in zip(batch, matches, strict=True) if match.by is None]
    perhaps = iter(suggested(db, unknown))
    for event, match in zip(batch, matches, strict=True):
        yield seen(matching, next(perhaps) if match.by is None else event, match), match


def seen(matching: Matching, event: Incoming, match: Match) -> Incoming:
    """The event as it is read once it is known whose it is."""
    if match.person_id is not None and (writer := matching.writer(event, match)) is not None:
        event = answered_for(event, match.person_id, writer)
    return event if matching.is_theirs(event, match) else checked(event, match.by)


def _known(db: Database, keys: Sequence[str]) -> dict[str, int]:
    sql = "SELECT v.key, v.id FROM json_each(?) j CROSS JOIN events v ON v.key = j.value"
    return {row[0]: row[1] for row in db.execute(sql, (json.dumps(list(keys)),))}


def _insert(db: Database, event: Incoming, match: Match, as_of: date) -> int:
    row = _row(event, match, as_of) | {"received_id": _keep(db, event, as_of)}
    marks = ", ".join("?" * len(_COLUMNS))
    cursor = db.execute(
        f"INSERT INTO events ({', '.join(_COLUMNS)}) VALUES ({marks})",  # noqa: S608  (names are ours)
        [row[name] for name in _COLUMNS],
    )
    return int(cursor.lastrowid or 0)


def _keep(db: Database, event: Incoming, as_of: date) -> int | None:
    """Where the raw text of an event is kept; several events of one mail share it."""
    if event.received is None:
        return None
    raw = event.received
    key = f"{raw.kind}:{zlib.crc32(raw.raw):08x}:{len(raw.raw)}:{event.key}"
    db.execute(
        "INSERT OR IGNORE INTO received (key, kind, source, way, raw, read_on) VALUES (?, ?, ?, ?, ?, ?)",
        (key, raw.kind, event.source, event.way, zlib.compress(raw.raw), as_of.isoformat()),
    )
    return int(db.value("SELECT id FROM received WHERE key = ?", (key,)))


def _row(event: Incoming, match: Match, as_of: date) -> dict[str, Any]:
    return reading_of(event) | {
        "key": event.key,
        "at": event.at,
        "read_on": as_of.isoformat(),
        "source": event.source,
        "way": event.way,
        "person_id": match.person_id,
        "enrolment_id": match.enrolment_id,
        "campaign": match.campaign or event.campaign,
        "touch": match.touch or event.touch,
        "matched_by": match.by,
        "recipient": event.recipient,
        "message_id": event.message_id,
    }


def reading_of(event: Incoming) -> dict[str, Any]:
    """The columns that are an interpretation: better rules may make others of the same mail."""
    return {
        "class": event.kind,
        "channel": event.channel,
        "bounce_type": event.bounce_type,
        "intent": event.intent,
        "until": event.until.isoformat() if event.until else None,
        "subject": event.subject,
        "text": event.text,
        "details": _json(event.details),
        "confidence": event.confidence,
        "review": "waiting" if event.review else None,
        "doubts": _json(list(event.doubts)),
        "version": event.version,
    }


def _json(value: Mapping[str, object] | list[str]) -> str | None:
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else None
