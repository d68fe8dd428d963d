"""Recording what was seen: evidence is appended, current values are worked out anew from all of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, cast

from prospector.evidence import Method, Observation, current_values
from prospector.fields import stored
from prospector.store.identity import name_key, person_key, values_text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from prospector.fields import Subject
    from prospector.store.database import Database

Change = Literal["created", "updated", "unchanged"]

_TABLES: dict[Subject, str] = {"person": "people", "company": "companies"}


@dataclass(frozen=True, slots=True)
class Seen:
    """What one row of a source says, before it is attached to a person or a company."""

    source: str
    method: Method
    seen_on: date
    row: int = 0
    url: str | None = None
    confidence: float | None = None
    cost: float = 0.0
    import_id: int | None = None


class History:
    """Writes observations and keeps the current values right. Use inside a transaction."""

    def __init__(self, db: Database, as_of: date) -> None:
        self._db = db
        self._as_of = as_of

    def record(
        self, subject: Subject, known: int | None, seen: Seen, values: Mapping[str, str | int]
    ) -> tuple[int, Change]:
        """Add one observation and return the subject's id and what it changed.

        An observation that the same source has already made (same values, not newer) is not stored again.
        """
        observations = [] if known is None else self.observations(subject, known)
        if known is None:
            known = self._insert(subject)
            change: Change = "created"
        else:
            change = "unchanged"
            if _already_said(observations, seen, values):
                return known, change
        self._append(subject, known, seen, values)
        observations.append(_observation(seen, values))
        if self._refresh(subject, known, observations) and change == "unchanged":
            change = "updated"
        return known, change

    def observations(self, subject: Subject, subject_id: int) -> list[Observation]:
        """All that was seen of one person or company, oldest row first."""
        cells = f"{subject}_values"
        rows = self._db.rows(
            f"SELECT source, row, url, method, seen_on, confidence, cost, {cells} AS cells FROM evidence "
            f"WHERE {subject}_id = ? AND {cells} IS NOT NULL ORDER BY id",
            (subject_id,),
        )
        return [read_observation(row) for row in rows]

    def _insert(self, subject: Subject) -> int:
        cursor = self._db.execute(f"INSERT INTO {_TABLES[subject]} DEFAULT VALUES")
        return int(cursor.lastrowid or 0)

    def _append(self, subject: Subject, known: int, seen: Seen, values: Mapping[str, str | int]) -> None:
        self._db.execute(
            f"INSERT INTO evidence ({subject}_id, source, row, url, method, seen_on, confidence, cost, import_id, "
            f"{subject}_values) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                known,
                seen.source,
                seen.row,
                seen.url,
                seen.method,
                seen.seen_on.isoformat(),
                seen.confidence,
                seen.cost,
                seen.import_id,
                values_text(values),
            ),
        )

    def _refresh(self, subject: Subject, known: int, observations: list[Observation]) -> bool:
        """Write the current values; whether any of them is another than before."""
        fields = stored(subject)
        current = current_values(observations, fields, self._as_of)
        cells: dict[str, Any] = {}
        for name, field in fields.items():
            holder = current.get(name)
            cells.update(
                zip(field.columns, field.cells(holder.values[name] if holder else None), strict=True)
            )
        if subject == "person":
            cells["name_key"] = person_key(cells["first_name"], cells["last_name"])
            self._remember_address(known, observations)
        else:
            cells["name_key"] = name_key(cells["name"])
        table = _TABLES[subject]
        before = self._db.one(f"SELECT {', '.join(cells)} FROM {table} WHERE id = ?", (known,))
        if before is not None and tuple(before) == tuple(cells.values()):
            return False
        assignments = ", ".join(f"{column} = ?" for column in cells)
        self._db.execute(f"UPDATE {table} SET {assignments} WHERE id = ?", (*cells.values(), known))
        return True

    def _remember_address(self, person_id: int, observations: list[Observation]) -> None:
        """Every address a person was ever seen with finds that person: an opt-out on any of them counts."""
        for seen in observations[-1:]:
            addresses = [seen.values.get("email"), *str(seen.values.get("more_emails", "")).split()]
            for address in filter(None, addresses):
                self._db.execute(
                    "INSERT OR IGNORE INTO person_addresses (email, person_id) VALUES (?, ?)",
                    (address, person_id),
                )


def read_observation(row: sqlite3.Row) -> Observation:
    """An observation from a row of `evidence` whose values stand in the column `cells`."""
    return Observation(
        source=row["source"],
        method=cast("Method", row["method"]),
        seen_on=date.fromisoformat(row["seen_on"]),
        values=json.loads(row["cells"]),
        row=row["row"],
        url=row["url"],
        confidence=row["confidence"],
        cost=row["cost"],
    )


def _observation(seen: Seen, values: Mapping[str, str | int]) -> Observation:
    return Observation(
        seen.source, seen.method, seen.seen_on, values, seen.row, seen.url, seen.confidence, seen.cost
    )


def _already_said(observations: list[Observation], seen: Seen, values: Mapping[str, str | int]) -> bool:
    """Whether this source has said all this in the same way, and has not corrected itself since."""
    for old in reversed(observations):
        if (old.source, old.method) != (seen.source, seen.method):
            continue
        if old.seen_on >= seen.seen_on and dict(old.values) == dict(values):
            return True
        if (old.row, old.seen_on) == (seen.row, seen.seen_on):
            return False
    return False
