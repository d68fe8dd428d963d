"""A deal as it stands: its row, its letters, what it lacks, and every change."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from prospector.core.errors import UsageError, near_miss
from prospector.pipeline.deals.gates import lacking
from prospector.pipeline.deals.letters import letters_of, lowest, total
from prospector.store.who import Handle, handle_text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from prospector.pipeline.deals.letters import Letter
    from prospector.pipeline.deals.shapes import DealChangeShape, DealLineShape, DealShape
    from prospector.pipeline.stages.settings import Pipeline
    from prospector.store.database import Database

_ID = re.compile(r"(?:deal:)?(\d{1,18})")
STATES = ("open", "won", "lost", "dark", "all")


@dataclass(frozen=True, slots=True)
class Deal:
    """A deal as it stands on a day."""

    id: int
    row: sqlite3.Row
    company: str | None
    person: str | None
    days: int
    stale: bool
    dark: bool
    close_moves: int
    probability: float
    letters: Mapping[str, Letter]
    lacks: tuple[str, ...]

    @property
    def handle(self) -> str:
        """What can be typed again."""
        return f"deal:{self.id}"

    def line_json(self) -> DealLineShape:
        """One row of `deal list --json`."""
        row = self.row
        return {
            "deal": self.handle,
            "name": row["name"],
            "company": self.company,
            "person": self.person,
            "campaign": row["campaign"],
            "amount": row["amount"],
            "currency": row["currency"],
            "stage": row["stage"],
            "state": row["state"],
            "since": row["since"],
            "days": self.days,
            "stale": self.stale,
            "dark": self.dark,
            "heard_on": row["heard_on"] or row["opened_on"],
            "probability": self.probability,
            "opened_on": row["opened_on"],
            "close_on": row["close_on"],
            "close_moves": self.close_moves,
            "closed_on": row["closed_on"],
            "lost_reason": row["lost_reason"],
            "category": row["category"],
            "next_step": row["next_step"],
            "next_step_on": row["next_step_on"],
            "owner": row["owner"],
            "warm": bool(row["warm"]),
            "lowest": lowest(self.letters),
            "sum": total(self.letters),
            "lacks": list(self.lacks),
        }


@dataclass(frozen=True, slots=True)
class DealTold:
    """A deal with its changes."""

    deal: Deal
    changes: tuple[DealChangeShape, ...]
    changed: bool = False

    def as_json(self) -> DealShape:
        """What `deal show --json` prints."""
        return {
            **self.deal.line_json(),
            "letters": [one.as_json() for one in self.deal.letters.values()],
            "changes": list(self.changes),
            "changed": self.changed,
        }


def find_deal(db: Database, text: str) -> int:
    """The deal that is meant: by id, or by a name that only one has."""
    if (match := _ID.fullmatch(text.strip())) and db.one(
        "SELECT 1 FROM deals WHERE id = ?", (int(match[1]),)
    ):
        return int(match[1])
    rows = db.rows("SELECT id, name FROM deals WHERE name = ? COLLATE NOCASE ORDER BY id", (text.strip(),))
    if len(rows) == 1:
        return int(rows[0]["id"])
    if rows:
        hint = f"say which: {', '.join('deal:' + str(row['id']) for row in rows[:5])}"
        raise UsageError(f'{len(rows)} deals are called "{text[:80]}"', hint=hint)
    names = [row[0] for row in db.rows("SELECT DISTINCT name FROM deals ORDER BY id DESC LIMIT 1000")]
    raise UsageError(f'no deal "{text[:80]}"', hint=near_miss(text, names) or "see: prospector deal list")


def deals(
    db: Database, pipeline: Pipeline, as_of: date, *, state: str = "open", owner: str | None = None
) -> list[Deal]:
    """The deals of a state, the nearest close first; those without a date last."""
    cut = pipeline.deals.dark_after.before(as_of).isoformat()
    wanted = {"all": "1", "dark": "state = 'open' AND coalesce(heard_on, opened_on) < :cut"}.get(
        state, "state = :state"
    )
    rows = db.rows(
        f"SELECT * FROM deals WHERE {wanted} AND (:owner IS NULL OR owner = :owner) "
        "ORDER BY coalesce(close_on, '9'), id",
        {"state": state, "cut": cut, "owner": owner},
    )
    return [_deal(db, pipeline, row, as_of) for row in rows]


def deal(db: Database, pipeline: Pipeline, number: int, as_of: date, *, changed: bool = False) -> DealTold:
    """One deal with its changes."""
    row = db.one("SELECT * FROM deals WHERE id = ?", (number,))
    assert row is not None
    changes = db.rows(
        "SELECT at, field, was, became, by, reason FROM deal_changes WHERE deal_id = ? ORDER BY at, id",
        (number,),
    )
    told: list[DealChangeShape] = [
        {
            "at": one["at"],
            "field": one["field"],
            "was": one["was"],
            "became": one["became"],
            "by": one["by"],
            "reason": one["reason"],
        }
        for one in changes
    ]
    return DealTold(_deal(db, pipeline, row, as_of), tuple(told), changed)


def _deal(db: Database, pipeline: Pipeline, row: sqlite3.Row, as_of: date) -> Deal:
    letters = letters_of(db, row["id"], pipeline.deals.letters_stale, as_of)
    stage, open_ = pipeline.stages.get(row["stage"]), row["state"] == "open"
    until = date.fromisoformat(row["closed_on"]) if row["closed_on"] else as_of
    moves = db.value(
        "SELECT count(*) FROM deal_changes WHERE deal_id = ? AND field = 'close' AND was IS NOT NULL",
        (row["id"],),
    )
    return Deal(
        row["id"],
        row,
        _handle(db, "company", row["company_id"]),
        _handle(db, "person", row["person_id"]),
        (until - date.fromisoformat(row["since"])).days,
        bool(open_ and stage and stage.stale and row["since"] < stage.stale.before(as_of).isoformat()),
        open_ and (row["heard_on"] or row["opened_on"]) < pipeline.deals.dark_after.before(as_of).isoformat(),
        moves,
        stage.probability if stage else 0.0,
        letters,
        tuple(_lacks(pipeline, letters, row["stage"])) if open_ else (),
    )


def _handle(db: Database, subject: str, number: int | None) -> str | None:
    return None if number is None else handle_text(db, Handle(subject, number))  # type: ignore[arg-type]


def _lacks(pipeline: Pipeline, letters: Mapping[str, Letter], stage: str) -> list[str]:
    """What the next open stage asks for."""
    names = [name for name, one in pipeline.stages.items() if not one.end]
    place = names.index(stage) + 1 if stage in names else len(names)
    return lacking(pipeline, letters, stage, names[place]) if place < len(names) else []
