"""Making one record of two, because a person said that they are the same. Nothing else merges by hand or by guess."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from prospector.core.errors import UsageError
from prospector.core.evidence import AT_COMPANY
from prospector.store.aliases import Aliases
from prospector.store.custom_values import values_of
from prospector.store.history import History
from prospector.store.observations import values_text
from prospector.store.references import TABLES, references
from prospector.store.who import Handle, handle_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from prospector.core.fields import Subject
    from prospector.store.database import Database
    from prospector.store.shapes import MergedShape

_COMBINED = {
    "company_technologies": ("technology", "source"),
    "openings": ("source", "key"),
}
"""Tables of sightings, with what makes two rows of one company the same sighting."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge did: who was kept, who is gone, and how many rows of each table moved."""

    kind: Subject
    kept: int
    kept_handle: str
    gone: int
    gone_handle: str
    moved: dict[str, int]

    def as_json(self) -> MergedShape:
        """What `merge --json` prints."""
        return {
            "kind": self.kind,
            "kept": self.kept,
            "kept_handle": self.kept_handle,
            "gone": self.gone,
            "gone_handle": self.gone_handle,
            "moved": self.moved,
        }


def merge(db: Database, kept: Handle, gone: Handle, as_of: date) -> Merged:
    """Move all that is known of `gone` to `kept`, work the current values out anew, and delete the empty record.

    `UsageError` if they are of different kinds or the same record.
    """
    check_pair(kept, gone)
    with db.transaction():
        names = handle_text(db, kept), handle_text(db, gone)
        moved = _Merge(db, kept.subject, kept.id, gone.id, as_of).run()
    return Merged(kept.subject, kept.id, names[0], gone.id, names[1], moved)


def check_pair(one: Handle, other: Handle) -> None:
    """`UsageError` unless these are two records of one kind."""
    if one.subject != other.subject:
        raise UsageError("one is a person, the other a company", hint="name two people or two companies")
    if one == other:
        raise UsageError("both are the same record", hint="see: prospector duplicates")


class _Merge:
    """One merge. Use inside a transaction."""

    def __init__(self, db: Database, subject: Subject, kept: int, gone: int, as_of: date) -> None:
        self._db = db
        self._subject: Subject = subject
        self._kept = kept
        self._gone = gone
        self._as_of = as_of
        self._history = History(db, as_of)

    def run(self) -> dict[str, int]:
        """Log, move, work out anew; how many rows of each table moved."""
        self._log()
        self._leave_aliases()
        self._decisions()
        addresses = self._addresses()
        employees = self._rename_employer() if self._subject == "company" else []
        moved = self._move()
        self._db.execute(f"DELETE FROM {TABLES[self._subject]} WHERE id = ?", (self._gone,))
        if self._history.observations(self._subject, self._kept):
            self._history.refresh(self._subject, self._kept)
        for person_id in employees:
            self._history.refresh("person", person_id)
        self._restore(addresses)
        return moved

    def _log(self) -> None:
        """What the record that goes held, so that the log tells what was lost."""
        row = self._db.one(f"SELECT * FROM {TABLES[self._subject]} WHERE id = ?", (self._gone,))
        assert row is not None
        held: dict[str, Any] = {name: row[name] for name in row.keys() if row[name] is not None}  # noqa: SIM118
        if self._subject == "person":
            held["addresses"] = [address for address, owner in self._addresses() if owner == self._gone]
        if custom := values_of(self._db, self._subject, (self._gone,)):
            held["custom"] = custom[self._gone]
        self._db.execute(
            "INSERT INTO merges (kind, kept, gone, merged_on, held) VALUES (?, ?, ?, ?, ?)",
            (
                self._subject,
                self._kept,
                self._gone,
                self._as_of.isoformat(),
                json.dumps(held, ensure_ascii=False),
            ),
        )

    def _addresses(self) -> list[tuple[str, int]]:
        if self._subject == "company":
            return []
        sql = "SELECT email, person_id FROM person_addresses WHERE person_id IN (?, ?) ORDER BY email"
        return [(row["email"], row["person_id"]) for row in self._db.rows(sql, (self._kept, self._gone))]

    def _restore(self, addresses: Iterable[tuple[str, int]]) -> None:
        """Every address goes on finding the person, also one whose evidence was taken back meanwhile."""
        self._db.many(
            "INSERT OR IGNORE INTO person_addresses (email, person_id) VALUES (?, ?)",
            [(address, self._kept) for address, _ in addresses],
        )

    def _leave_aliases(self) -> None:
        """The next import of the same rows finds the record that was kept."""
        self._db.execute(
            "UPDATE aliases SET id = ? WHERE kind = ? AND id = ?", (self._kept, self._subject, self._gone)
        )
        if self._subject == "company":
            self._move_colleagues()
        # Of both: values are worked out anew, and then the kept one may go by the other's name.
        sql = f"SELECT * FROM {TABLES[self._subject]} WHERE id IN (?, ?)"
        for row in self._db.rows(sql, (self._kept, self._gone)):
            Aliases(self._db).remember(self._subject, row, self._kept)

    def _move_colleagues(self) -> None:
        """People who are known by a name at the company that goes are known by it at the one that stays."""
        self._db.execute(
            "UPDATE OR REPLACE aliases SET key = 'name:' || ? || substr(key, instr(key, '|')) "
            "WHERE kind = 'person' AND key LIKE 'name:' || ? || '|%'",
            (self._kept, self._gone),
        )

    def _decisions(self) -> None:
        """Pairs that were kept apart stay so for the record that is kept."""
        rows = self._db.rows(
            "SELECT a, b, kept_on FROM kept_apart WHERE kind = ? AND ? IN (a, b)", (self._subject, self._gone)
        )
        self._db.execute("DELETE FROM kept_apart WHERE kind = ? AND ? IN (a, b)", (self._subject, self._gone))
        for row in rows:
            other = row["b"] if row["a"] == self._gone else row["a"]
            if other != self._kept:
                pair = sorted((other, self._kept))
                self._db.execute(
                    "INSERT OR IGNORE INTO kept_apart VALUES (?, ?, ?, ?)",
                    (self._subject, *pair, row["kept_on"]),
                )

    def _move(self) -> dict[str, int]:
        moved: dict[str, int] = {}
        if self._subject == "person":
            self._rename_enrolments()
        for table, column in references(self._db, self._subject):
            if table in _COMBINED:
                self._combine(table)
            if table == "readings":
                self._latest_readings()
            cursor = self._db.execute(
                f"UPDATE OR IGNORE {table} SET {column} = ? WHERE {column} = ?", (self._kept, self._gone)
            )
            # What would stand there twice stands there already.
            self._db.execute(f"DELETE FROM {table} WHERE {column} = ?", (self._gone,))
            if cursor.rowcount:
                moved[table] = moved.get(table, 0) + cursor.rowcount
        return moved

    def _rename_enrolments(self) -> None:
        """People without an address are enrolled under their id, which may be given again."""
        self._db.execute(
            "UPDATE OR IGNORE enrolments SET lead_key = ? WHERE lead_key = ?",
            (f"person:{self._kept}", f"person:{self._gone}"),
        )

    def _combine(self, table: str) -> None:
        """Of one thing seen at both: the first and the last sighting of either; gone only if gone at both."""
        end = "gone_on" if table == "company_technologies" else "closed_on"
        same = " AND ".join(f"o.{column} = {table}.{column}" for column in _COMBINED[table])
        other = f"FROM {table} o WHERE o.company_id = :gone AND {same}"
        self._db.execute(
            f"UPDATE {table} SET first_seen = min(first_seen, (SELECT o.first_seen {other})), "
            f"last_seen = max(last_seen, (SELECT o.last_seen {other})), "
            f"{end} = CASE WHEN {end} IS NULL THEN NULL ELSE (SELECT max({table}.{end}, o.{end}) {other}) END "
            f"WHERE company_id = :kept AND EXISTS (SELECT 1 {other})",
            {"kept": self._kept, "gone": self._gone},
        )

    def _latest_readings(self) -> None:
        self._db.execute(
            "UPDATE readings SET read_on = max(read_on, (SELECT o.read_on FROM readings o "
            "WHERE o.company_id = :gone AND o.channel = readings.channel)) WHERE company_id = :kept "
            "AND EXISTS (SELECT 1 FROM readings o WHERE o.company_id = :gone AND o.channel = readings.channel)",
            {"kept": self._kept, "gone": self._gone},
        )

    def _rename_employer(self) -> list[int]:
        """Let people's evidence name the company that stays; who was ever seen at the one that goes."""
        rows = self._db.rows(
            "SELECT id, person_id, person_values FROM evidence WHERE person_values IS NOT NULL "
            f"AND ? IN (json_extract(person_values, '$.company_id'), json_extract(person_values, '$.{AT_COMPANY}'))",
            (self._gone,),
        )
        renamed = [(values_text(self._renamed(json.loads(row["person_values"]))), row["id"]) for row in rows]
        self._db.many("UPDATE evidence SET person_values = ? WHERE id = ?", renamed)
        return sorted({row["person_id"] for row in rows})

    def _renamed(self, values: dict[str, Any]) -> dict[str, Any]:
        """The values with the company that stays in the place of the one that goes."""
        names = {name for name in ("company_id", AT_COMPANY) if values.get(name) == self._gone}
        return {**values, **dict.fromkeys(sorted(names), self._kept)}
