"""Who was in a segment at each run: every run keeps its members, of which only the changes are stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from prospector.segments.selection import people_who_match

if TYPE_CHECKING:
    import sqlite3

    from prospector.segments.segment import Segment
    from prospector.store.database import Database


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The members of a segment on a day, kept by a run or, where nobody left, by its day alone."""

    id: int
    as_of: date
    run: str | None


def members_now(db: Database, segment: Segment) -> set[int]:
    """Ids of the people whom the segment lets through now; people under review are not members."""
    return {person for person, answer in people_who_match(db, segment) if answer != "review"}


def keep(db: Database, segment: Segment, as_of: date, run: str | None = None) -> None:
    """Keep the segment's members under this day and run. Writes nothing where nothing is new."""
    members, held = members_now(db, segment), _held(db, segment.name)
    last = last_snapshot(db, segment.name)
    if last is not None and last.as_of == as_of and members == held and run in (None, last.run):
        return
    with db.transaction():
        new = db.execute(
            "INSERT INTO snapshots (segment, as_of, run, members) VALUES (?, ?, ?, ?)",
            (segment.name, as_of.isoformat(), run, len(members)),
        ).lastrowid
        db.many(
            "UPDATE memberships SET went = ? WHERE segment = ? AND person_id = ? AND went IS NULL",
            [(new, segment.name, person) for person in sorted(held - members)],
        )
        db.many(
            "INSERT INTO memberships (segment, person_id, came) VALUES (?, ?, ?)",
            [(segment.name, person, new) for person in sorted(members - held)],
        )


def _held(db: Database, segment: str) -> set[int]:
    rows = db.rows("SELECT person_id FROM memberships WHERE segment = ? AND went IS NULL", (segment,))
    return {row["person_id"] for row in rows}


def members_at(db: Database, segment: str, snapshot: Snapshot) -> set[int]:
    """Ids of the people who were members then, as far as they are still known."""
    rows = db.rows(
        "SELECT person_id FROM memberships WHERE segment = ? AND came <= ? AND coalesce(went > ?, 1)",
        (segment, snapshot.id, snapshot.id),
    )
    return {row["person_id"] for row in rows}


def last_snapshot(db: Database, segment: str, *, until: date | None = None) -> Snapshot | None:
    """The last snapshot of a segment, on or before a day if one is given."""
    row = db.one(
        "SELECT id, as_of, run FROM snapshots WHERE segment = ? AND as_of <= ? ORDER BY as_of DESC, id DESC",
        (segment, until.isoformat() if until else "9999-12-31"),
    )
    return None if row is None else _snapshot(row)


def snapshot_of_run(db: Database, segment: str, run: str) -> Snapshot | None:
    """The snapshot that a run kept."""
    row = db.one("SELECT id, as_of, run FROM snapshots WHERE segment = ? AND run = ?", (segment, run))
    return None if row is None else _snapshot(row)


def runs_of(db: Database, segment: str) -> list[str]:
    """The runs that have kept members of this segment, oldest first."""
    rows = db.rows("SELECT run FROM snapshots WHERE segment = ? AND run IS NOT NULL ORDER BY id", (segment,))
    return [row["run"] for row in rows]


def _snapshot(row: sqlite3.Row) -> Snapshot:
    return Snapshot(row["id"], date.fromisoformat(row["as_of"]), row["run"])
