"""Each attempt of a source for a company or a person: what became of it, for which field, at what price."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from prospector.core.fields import Subject
    from prospector.store.database import Database


class LookupRow(NamedTuple):
    """One attempt of a source. `outcome`: found, none, blocked or failed; `field`: what it was asked for, if told."""

    source: str
    url: str | None
    outcome: str
    reason: str
    requests: int
    cost: float = 0.0
    field: str | None = None


def add_lookup(
    db: Database,
    known: int,
    row: LookupRow,
    on: date,
    *,
    subject: Subject = "company",
    run: int | None = None,
) -> None:
    """Note one attempt, whatever came of it."""
    db.execute(
        f"INSERT INTO lookups ({subject}_id, source, url, outcome, reason, requests, cost, field, run, looked_on) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (known, *row, run, on.isoformat()),
    )


def next_run(db: Database) -> int:
    """The number of a run of look-ups that begins now."""
    return int(db.value("SELECT coalesce(max(run), 0) + 1 FROM lookups WHERE run IS NOT NULL"))


def answered(db: Database, subject: Subject, ids: Sequence[int], stale_before: date) -> dict[int, set[str]]:
    """The sources that answered since `stale_before`, by person or company. A failure is no answer."""
    marks = ",".join("?" * len(ids))
    rows = db.rows(
        f"SELECT {subject}_id, source FROM lookups WHERE {subject}_id IN ({marks}) "
        "AND looked_on > ? AND outcome <> 'failed'",
        (*ids, stale_before.isoformat()),
    )
    found: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        found[row[0]].add(row["source"])
    return found


def outcomes_of(db: Database, source: str) -> tuple[int, int]:
    """How often a source was asked so far without failing, and how often it found something."""
    row = db.one(
        "SELECT count(*), coalesce(sum(outcome = 'found'), 0) FROM lookups WHERE source = ? AND outcome <> 'failed'",
        (source,),
    )
    return (0, 0) if row is None else (row[0], row[1])
