"""Stages worked out again of whom something has changed, and of whom a clock has run out; idempotent, in batches.

In: the database, in which triggers note whose facts have changed. Out: the tables `stages` and `stage_moves`.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from prospector.pipeline.stages.facts import facts_of, warm_by_column
from prospector.pipeline.stages.history import Move, Road, standing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from prospector.pipeline.stages.history import Standing
    from prospector.pipeline.stages.settings import Pipeline
    from prospector.store.database import Database

    FitOf = Callable[[Sequence[int]], Mapping[int, int]]
    """The fit of some people as their segments see it today; nobody for whom no segment is known."""

_BATCH = 2_000
_DUE = (
    "SELECT person_id FROM stages WHERE due_on <= :day "
    "UNION ALL SELECT person_id FROM stages WHERE worked_on > :day"
)
_CURSOR = ("stages", "rules")
_MOVE = "stage, came_from, at, by, reason, event_id, campaign"


def refresh(db: Database, pipeline: Pipeline, as_of: date, fit_of: FitOf | None = None) -> int:
    """Work out the stages of everybody of whom they are not known; of how many.

    A file that may only be read stays as it is.
    """
    if db.read_only:
        return 0
    _rules_changed(db, pipeline)
    _clocks_run_out(db, as_of)
    done, last = 0, 0
    while batch := _waiting(db, last):
        with db.transaction():
            _Working(db, pipeline, as_of, fit_of).work_out(batch)
        done, last = done + len(batch), batch[-1]
    return done


def is_fresh(db: Database, pipeline: Pipeline, as_of: date) -> bool:
    """Whether there is nothing to work out."""
    is_due = db.value(f"SELECT EXISTS ({_DUE})", {"day": as_of.isoformat()})
    return not is_due and not _waiting(db, 0) and _known_rules(db) == _digest(pipeline)


def _clocks_run_out(db: Database, as_of: date) -> None:
    """Note of whom the day alone changes the stage, in either direction."""
    day = {"day": as_of.isoformat()}
    if db.value(f"SELECT EXISTS ({_DUE})", day):
        with db.transaction():
            db.execute(f"INSERT OR IGNORE INTO stages_stale {_DUE}", day)


def _waiting(db: Database, last: int) -> list[int]:
    """The next people to look at, by their ids."""
    sql = "SELECT person_id FROM stages_stale WHERE person_id > ? ORDER BY person_id LIMIT ?"
    return [row[0] for row in db.rows(sql, (last, _BATCH))]


def _digest(pipeline: Pipeline) -> str:
    return hashlib.sha256(pipeline.model_dump_json(exclude={"target"}).encode()).hexdigest()[:20]


def _known_rules(db: Database) -> str | None:
    found: str | None = db.value("SELECT value FROM cursors WHERE source = ? AND name = ?", _CURSOR)
    return found


def _rules_changed(db: Database, pipeline: Pipeline) -> None:
    """By other rules everybody stands elsewhere."""
    digest = _digest(pipeline)
    if _known_rules(db) == digest:
        return
    with db.transaction():
        db.execute("INSERT OR IGNORE INTO stages_stale SELECT person_id FROM stages")
        db.execute(
            "INSERT OR REPLACE INTO cursors (source, name, value) VALUES (?, ?, ?)", (*_CURSOR, digest)
        )


class _Working:
    """One batch. Use inside a transaction."""

    def __init__(self, db: Database, pipeline: Pipeline, as_of: date, fit_of: FitOf | None) -> None:
        self._db = db
        self._pipeline = pipeline
        self._road = Road(pipeline)
        self._as_of = as_of
        self._fit_of = fit_of

    def work_out(self, people: Sequence[int]) -> None:
        """Stages and moves of these people, as the facts have them."""
        known = self._existing(people)
        self._note_fits(known)
        facts, warm = (
            facts_of(self._db, known, self._pipeline),
            warm_by_column(self._db, known, self._pipeline),
        )
        found = {
            one: standing(facts.get(one, ()), self._road, self._as_of, warm=one in warm) for one in known
        }
        self._write_stages(found)
        self._write_moves(found)
        waits = {one for one, now in found.items() if now.stage is None and now.due_on is not None}
        self._db.many(
            "DELETE FROM stages_stale WHERE person_id = ?", [(one,) for one in people if one not in waits]
        )
        # Who is on no road yet on this day, but on a later one, has no row that would tell of it.
        self._db.many("INSERT OR IGNORE INTO stages_stale VALUES (?)", [(one,) for one in waits])
        hear_of_deals(self._db, known)

    def _existing(self, people: Sequence[int]) -> list[int]:
        sql = "SELECT p.id FROM json_each(?) j CROSS JOIN people p ON p.id = j.value ORDER BY 1"
        return [row[0] for row in self._db.rows(sql, (json.dumps(list(people)),))]

    def _note_fits(self, people: Sequence[int]) -> None:
        """Note each fit that is another than the last one that was noted."""
        if self._fit_of is None or not people:
            return
        rows = self._db.rows(
            "SELECT f.person_id, f.fit FROM json_each(?) j CROSS JOIN fits f ON f.person_id = j.value "
            "WHERE f.noted_on <= ? ORDER BY f.noted_on",
            (json.dumps(list(people)), self._as_of.isoformat()),
        )
        noted = {row[0]: row[1] for row in rows}
        fresh = [(one, fit) for one, fit in self._fit_of(people).items() if noted.get(one) != fit]
        day = self._as_of.isoformat()
        self._db.many(
            "INSERT OR REPLACE INTO fits (person_id, noted_on, fit) VALUES (?, ?, ?)",
            [(one, day, fit) for one, fit in fresh],
        )

    def _write_stages(self, found: Mapping[int, Standing]) -> None:
        self._db.many("DELETE FROM stages WHERE person_id = ?", [(one,) for one in found])
        owners = self._owners(found)
        self._db.many(
            "INSERT INTO stages (person_id, stage, since, warm, fit, engagement, accepted_until, last_answer, "
            "last_two_way, contacted_on, owner, due_on, worked_on) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [self._row(one, now, owners.get(one)) for one, now in found.items() if now.stage is not None],
        )

    def _row(self, person: int, now: Standing, owner: str | None) -> tuple[object, ...]:
        days = (now.until, now.last_answer, now.last_two_way, now.contacted_on)
        return (
            person, now.stage, now.since.isoformat(), int(now.warm), now.fit, now.engagement,
            *(day.isoformat() if day else None for day in days),
            owner or self._pipeline.owner_of(now.campaign),
            now.due_on.isoformat() if now.due_on else None, self._as_of.isoformat(),
        )  # fmt: skip

    def _owners(self, people: Mapping[int, Standing]) -> dict[int, str]:
        sql = "SELECT o.person_id, o.owner FROM json_each(?) j CROSS JOIN person_owners o ON o.person_id = j.value"
        return {row[0]: row[1] for row in self._db.rows(sql, (json.dumps(list(people)),))}

    def _write_moves(self, found: Mapping[int, Standing]) -> None:
        """Moves by rules are written anew where they are others; those by hand only learn where they came from."""
        noted: dict[int, dict[Move, str]] = {one: {} for one in found}
        rows = self._db.execute(
            f"SELECT m.person_id, {_MOVE}, noted_on FROM json_each(?) j CROSS JOIN stage_moves m "
            "ON m.person_id = j.value WHERE m.by <> 'hand' ORDER BY m.id",
            (json.dumps(list(found)),),
        )
        for row in rows:
            noted[row[0]][Move(*row[1:-1])] = row[-1]
        derived = {one: [move for move in now.moves if move.by != "hand"] for one, now in found.items()}
        self._rewrite({one: moves for one, moves in derived.items() if moves != list(noted[one])}, noted)
        by_hand = [(one, move) for one, now in found.items() for move in now.moves if move.by == "hand"]
        self._db.many(
            "UPDATE stage_moves SET came_from = ? WHERE person_id = ? AND by = 'hand' AND at = ? AND stage = ?",
            [(move.came_from, one, move.at, move.stage) for one, move in by_hand],
        )

    def _rewrite(self, derived: Mapping[int, list[Move]], noted: Mapping[int, Mapping[Move, str]]) -> None:
        """Write the moves of some people anew; what was known before keeps the day on which it was noted."""
        self._db.many(
            "DELETE FROM stage_moves WHERE person_id = ? AND by <> 'hand'",
            [(one,) for one in derived if noted[one]],
        )
        today = self._as_of.isoformat()
        self._db.many(
            f"INSERT INTO stage_moves (person_id, {_MOVE}, noted_on) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(one, *move, noted[one].get(move, today)) for one, moves in derived.items() for move in moves],
        )


def hear_of_deals(db: Database, people: Sequence[int]) -> None:
    """Note when both sides of the deals of these people, or of their companies, spoke last."""
    text = json.dumps(list(people))
    db.execute(
        "UPDATE deals SET heard_on = max(opened_on, coalesce((SELECT max(s.last_two_way) FROM stages s "
        "WHERE s.person_id = deals.person_id OR s.person_id IN "
        "(SELECT q.id FROM people q WHERE q.company_id = deals.company_id)), '')) "
        "WHERE person_id IN (SELECT value FROM json_each(?)) OR company_id IN "
        "(SELECT p.company_id FROM json_each(?) j JOIN people p ON p.id = j.value)",
        (text, text),
    )
