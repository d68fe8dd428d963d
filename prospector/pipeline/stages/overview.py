"""Every stage with the people and deals in it: a snapshot, warm beside cold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prospector.pipeline.stages.settings import Pipeline, Stage
    from prospector.pipeline.stages.shapes import StageLineShape
    from prospector.store.database import Database


@dataclass(frozen=True, slots=True)
class StageLine:
    """A stage, and who stands there."""

    stage: str
    group: str | None
    people: int
    warm: int
    stale: int
    median_days: int | None
    deals: int
    amounts: Mapping[str, float]
    unpriced: int

    def as_json(self) -> StageLineShape:
        """One row of `stage --json`."""
        return {
            "stage": self.stage,
            "group": self.group,
            "people": self.people,
            "warm": self.warm,
            "cold": self.people - self.warm,
            "stale": self.stale,
            "median_days": self.median_days,
            "deals": self.deals,
            "amounts": dict(self.amounts),
            "unpriced": self.unpriced,
        }


def stage_lines(db: Database, pipeline: Pipeline, as_of: date) -> list[StageLine]:
    """The stages in their order; behind them those that people are still in though the file has them no more."""
    sql = "SELECT stage FROM stages UNION SELECT stage FROM deals"
    gone = sorted({row[0] for row in db.rows(sql)} - set(pipeline.stages))
    return [_line(db, name, pipeline.stages.get(name), as_of) for name in (*pipeline.stages, *gone)]


def _line(db: Database, name: str, stage: Stage | None, as_of: date) -> StageLine:
    cut = stage.stale.before(as_of).isoformat() if stage and stage.stale else ""
    people, warm, stale = db.one(
        "SELECT count(*), coalesce(sum(warm), 0), coalesce(sum(since < ?), 0) FROM stages WHERE stage = ?",
        (cut, name),
    ) or (0, 0, 0)
    state = (stage.end if stage else None) or "open"
    rows = db.rows(
        "SELECT currency, count(*), count(amount), coalesce(sum(amount), 0) FROM deals WHERE stage = ? AND state = ? "
        "GROUP BY currency ORDER BY currency",
        (name, state),
    )
    amounts = {row[0]: row[3] for row in rows if row[2]}
    deals, priced = (sum(row[place] for row in rows) for place in (1, 2))
    group = stage.group if stage else None
    days = _median_days(db, name, people, as_of)
    return StageLine(name, group, people, warm, stale, days, deals, amounts, deals - priced)


def _median_days(db: Database, name: str, people: int, as_of: date) -> int | None:
    if not people:
        return None
    sql = "SELECT since FROM stages WHERE stage = ? ORDER BY since LIMIT 1 OFFSET ?"
    return (as_of - date.fromisoformat(db.value(sql, (name, people // 2)))).days
