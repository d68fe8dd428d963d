"""What has to be stopped inside a tool: touches that have left, of people who get nothing any more.

In: stops and opt-outs. Out: one entry for each enrolment with touches on their way, open until the tool's API has said
yes or somebody has said that it is done. A file of ours that nobody has picked up yet is such a place, too.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from prospector.outreach.under_way import steps_in

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date

    from prospector.outreach.shapes import ToolStopShape
    from prospector.outreach.under_way import UnderWay
    from prospector.store.database import Database

_PLACE = (
    "(SELECT d.destination FROM deliveries d WHERE d.enrolment_id = e.id ORDER BY d.id DESC LIMIT 1) AS destination, "
    "(SELECT r.folder FROM runs r WHERE r.name = e.run) AS folder"
)
_ON_THEIR_WAY = (
    "EXISTS (SELECT 1 FROM touches t WHERE t.enrolment_id = e.id AND t.left_on IS NOT NULL "
    "AND substr(t.send_at, 1, 10) >= :day)"
)
_BY_STOPS = (
    f"SELECT e.id, s.reason, s.since, s.event_id, {_PLACE} FROM stops s JOIN enrolments e ON e.person_id = s.person_id "  # noqa: S608  (ours)
    "AND (s.campaign IS NULL OR s.campaign = e.campaign) LEFT JOIN events v ON v.id = s.event_id "
    f"WHERE s.lifted_on IS NULL AND {_ON_THEIR_WAY} AND {{which}} "
    "ORDER BY coalesce(v.at, s.since) DESC, v.key DESC"
)
_BY_ADDRESS = (
    f"SELECT e.id, s.reason, s.added_on AS since, NULL AS event_id, {_PLACE} FROM json_each(:emails) j "  # noqa: S608
    "JOIN suppressions s ON s.kind = 'email' AND s.value = j.value JOIN enrolments e ON e.email = j.value "
    f"WHERE {_ON_THEIR_WAY}"
)
_OF_SOME = "s.person_id IN (SELECT value FROM json_each(:people))"
_NEW = "NOT EXISTS (SELECT 1 FROM tool_stops k WHERE k.enrolment_id = e.id)"
_WRITE = (
    "INSERT INTO tool_stops (enrolment_id, destination, reason, event_id, since, steps, state) "
    "VALUES (?, ?, ?, ?, ?, ?, 'open') ON CONFLICT (enrolment_id, destination) DO UPDATE SET "
    "reason = excluded.reason, event_id = excluded.event_id, since = excluded.since WHERE state = 'open'"
)
_READ = (
    "SELECT k.id, k.destination, k.reason, k.since, k.steps, k.state, k.answer, e.email, e.first_name, e.last_name, "
    "e.person_id, e.campaign FROM tool_stops k JOIN enrolments e ON e.id = k.enrolment_id"
)


class ToolStop(NamedTuple):
    """Something to stop, and how it stands."""

    id: int
    person_id: int | None
    who: str
    campaign: str
    destination: str
    reason: str
    since: str
    steps: str
    state: str
    answer: str | None

    @property
    def to_do(self) -> str:
        """What to do, and where."""
        return f"in {self.destination}: {self.steps}"

    def as_json(self) -> ToolStopShape:
        """One row of `events stops --json`."""
        return {
            "id": self.id,
            "person_id": self.person_id,
            "person": self.who,
            "campaign": self.campaign,
            "destination": self.destination,
            "reason": self.reason,
            "since": self.since,
            "to_do": self.to_do,
            "state": self.state,
            "answer": self.answer,
        }


def note_stopped(db: Database, as_of: date, people: Collection[int] | None = None) -> None:
    """An entry for whoever is stopped while touches are on their way: of some people, or of all who have none yet.

    The earliest stop is named, whichever was read first. Use inside a transaction.
    """
    which = _NEW if people is None else _OF_SOME
    asked = {"day": as_of.isoformat(), "people": json.dumps(sorted(people or ()))}
    _write(db, db.rows(_BY_STOPS.format(which=which), asked))


def note_suppressed(db: Database, as_of: date, emails: Collection[str]) -> None:
    """The same for addresses that are on the suppression list now. Use inside a transaction."""
    asked = {"day": as_of.isoformat(), "emails": json.dumps(sorted(emails))}
    rows = db.rows(_BY_ADDRESS, asked)
    known = {row[0] for row in db.execute("SELECT enrolment_id FROM tool_stops WHERE event_id IS NOT NULL")}
    _write(db, [row for row in rows if row["id"] not in known])


def drop_unneeded(db: Database, people: Collection[int]) -> None:
    """Nothing is to be stopped there any more of people whose stops were taken back. Use inside a transaction."""
    sql = (
        "DELETE FROM tool_stops WHERE state = 'open' AND event_id IS NOT NULL AND enrolment_id IN (SELECT e.id "
        "FROM json_each(?) j JOIN enrolments e ON e.person_id = j.value WHERE NOT EXISTS (SELECT 1 FROM stops s "
        "WHERE s.person_id = e.person_id AND s.lifted_on IS NULL AND (s.campaign IS NULL OR s.campaign = e.campaign)) "
        "AND NOT EXISTS (SELECT 1 FROM suppressions s WHERE s.kind = 'email' AND s.value = e.email))"
    )
    db.execute(sql, (json.dumps(sorted(people)),))


def note_under_way(db: Database, people: Iterable[UnderWay], reason: str, as_of: date) -> None:
    """The same for people whom somebody has put on the list by hand. Use inside a transaction."""
    db.many(
        "INSERT INTO tool_stops (enrolment_id, destination, reason, since, steps, state) "
        "VALUES (?, ?, ?, ?, ?, 'open') ON CONFLICT (enrolment_id, destination) DO NOTHING",
        [(one.enrolment_id, one.destination, reason, as_of.isoformat(), one.steps) for one in people],
    )


def _write(db: Database, rows: Sequence[sqlite3.Row]) -> None:
    """The last one of an enrolment counts."""
    found = {row["id"]: row for row in rows}
    db.many(
        _WRITE,
        [
            (
                number,
                row["destination"] or "the tool",
                row["reason"],
                row["event_id"],
                row["since"],
                steps_in(row["destination"] or "the tool", row["folder"]),
            )
            for number, row in sorted(found.items())
        ],
    )


def tool_stops(db: Database, *, everything: bool = False) -> list[ToolStop]:
    """What is to be stopped, in the order in which it came; `everything`: also what was."""
    which = "" if everything else " WHERE k.state = 'open'"
    return [_tool_stop(row) for row in db.rows(f"{_READ}{which} ORDER BY k.since, k.id")]


def count_open(db: Database) -> int:
    """How many are open."""
    return int(db.value("SELECT count(*) FROM tool_stops WHERE state = 'open'"))


def forget_stops(db: Database, people: Collection[int]) -> list[ToolStop]:
    """Whoever goes on by a person's word need not be stopped; those who were, in their tools. Use in a transaction."""
    ids = json.dumps(sorted(people))
    sql = f"{_READ} WHERE e.person_id IN (SELECT value FROM json_each(?)) ORDER BY k.id"  # noqa: S608  (ours)
    rows = db.rows(sql, (ids,))
    found = [_tool_stop(row) for row in rows]
    db.many("DELETE FROM tool_stops WHERE id = ?", [(one.id,) for one in found])
    return [one for one in found if one.state != "open"]


def _tool_stop(row: sqlite3.Row) -> ToolStop:
    name = " ".join(filter(None, (row["first_name"], row["last_name"])))
    return ToolStop(
        row["id"],
        row["person_id"],
        row["email"] or name or f"person:{row['person_id']}",
        row["campaign"],
        row["destination"],
        row["reason"],
        row["since"],
        row["steps"],
        row["state"],
        row["answer"],
    )
