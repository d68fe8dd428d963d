"""Moves of people by hand, and where one person stands, with every move and who or what made it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prospector.core.counts import counted
from prospector.core.errors import UsageError, near_miss
from prospector.store.who import Handle, handle_text

if TYPE_CHECKING:
    from datetime import date

    from prospector.core.shapes import StageShape
    from prospector.pipeline.stages.settings import Pipeline
    from prospector.pipeline.stages.shapes import MoveShape, StandingShape
    from prospector.store.database import Database


@dataclass(frozen=True, slots=True)
class MoveLine:
    """A move as it is kept."""

    at: str
    stage: str
    came_from: str | None
    by: str
    reason: str
    campaign: str | None
    event_id: int | None

    def as_json(self) -> MoveShape:
        """One entry of `moves`."""
        return {
            "at": self.at,
            "stage": self.stage,
            "came_from": self.came_from,
            "by": self.by,
            "reason": self.reason,
            "campaign": self.campaign,
            "event": self.event_id,
        }


@dataclass(frozen=True, slots=True)
class PersonStanding:
    """Where a person stands; `stage` is None for somebody who is on no road yet."""

    person: str
    stage: str | None
    since: str | None
    days: int | None
    warm: bool
    fit: int | None
    engagement: int | None
    accepted_until: str | None
    last_answer: str | None
    last_two_way: str | None
    owner: str | None
    moves: tuple[MoveLine, ...]
    changed: bool = False
    """Whether the command has moved the person, or given them another owner."""

    def in_short(self) -> StageShape | None:
        """The stage alone, for somebody who is on the road."""
        if self.stage is None or self.since is None or self.days is None:
            return None
        by = f", looked after by {self.owner}" if self.owner else ""
        said = f"{self.stage} since {self.since} ({counted(self.days, 'day')}){by}"
        return {
            "stage": self.stage,
            "since": self.since,
            "days": self.days,
            "owner": self.owner,
            "said": said,
        }

    def as_json(self) -> StandingShape:
        """What `stage WHO --json` prints."""
        return {
            "person": self.person,
            "stage": self.stage,
            "since": self.since,
            "days": self.days,
            "warm": self.warm,
            "fit": self.fit,
            "engagement": self.engagement,
            "accepted_until": self.accepted_until,
            "last_answer": self.last_answer,
            "last_two_way": self.last_two_way,
            "owner": self.owner,
            "moves": [one.as_json() for one in self.moves],
            "changed": self.changed,
        }


def person_standing(db: Database, person: int, as_of: date, *, changed: bool = False) -> PersonStanding:
    """Where a person stands, as it was worked out last."""
    row = db.one("SELECT * FROM stages WHERE person_id = ?", (person,))
    rows = db.rows(
        "SELECT at, stage, came_from, by, reason, campaign, event_id FROM stage_moves WHERE person_id = ? "
        "AND substr(at, 1, 10) <= ? ORDER BY at, id",
        (person, as_of.isoformat()),
    )
    owner = db.value("SELECT owner FROM person_owners WHERE person_id = ?", (person,))
    name, moves = handle_text(db, Handle("person", person)), tuple(MoveLine(*one) for one in rows)
    if row is None:
        nothing = (None, None, None, None, None)
        return PersonStanding(name, None, None, None, False, *nothing, owner, moves, changed)
    days = (as_of - type(as_of).fromisoformat(row["since"])).days
    told = (row["fit"], row["engagement"], row["accepted_until"], row["last_answer"], row["last_two_way"])
    warm = bool(row["warm"])
    return PersonStanding(name, row["stage"], row["since"], days, warm, *told, row["owner"], moves, changed)


def known_stage(pipeline: Pipeline, text: str) -> str:
    """The stage that a text names; `UsageError` for one that there is not."""
    wanted = text.strip().casefold()
    for name in pipeline.stages:
        if name.casefold() == wanted:
            return name
    if wanted in pipeline.groups:
        inside = ", ".join(pipeline.groups[wanted])
        raise UsageError(f'"{text}" is a group of stages', hint=f"say which: {inside}")
    hint = near_miss(text, pipeline.stages) or f"stages: {', '.join(pipeline.stages)}"
    raise UsageError(f'no stage "{text[:80]}"', hint=hint)


def move_person(
    db: Database, pipeline: Pipeline, person: int, stage: str, *, at: str, reason: str, as_of: date
) -> bool:
    """Move a person by hand; whether they were elsewhere. A way back, or out of an end, needs a reason.

    Use inside a transaction, then work the stages out again.
    """
    here = db.value("SELECT stage FROM stages WHERE person_id = ?", (person,))
    if here == stage:
        return False
    order = pipeline.order
    if here in order and order[here] > order[stage] and not reason:
        hint = f'say why: prospector stage WHO {stage} --reason "..."'
        raise UsageError(f"from {here} to {stage} is a way back, and needs a reason", hint=hint)
    db.execute(
        "INSERT INTO stage_moves (person_id, stage, came_from, at, by, reason, noted_on) "
        "VALUES (?, ?, ?, ?, 'hand', ?, ?)",
        (person, stage, here, at, reason, as_of.isoformat()),
    )
    return True


def set_owner(db: Database, pipeline: Pipeline, person: int, owner: str, as_of: date) -> bool:
    """Say who looks after a person; whether that was somebody else. Blank goes back to whoever the campaign has."""
    owner = known_owner(pipeline, owner)
    before = db.value("SELECT owner FROM person_owners WHERE person_id = ?", (person,))
    if (before or "") == owner:
        return False
    db.execute("DELETE FROM person_owners WHERE person_id = ?", (person,))
    if owner:
        db.execute("INSERT INTO person_owners VALUES (?, ?, ?)", (person, owner, as_of.isoformat()))
    db.execute("INSERT OR IGNORE INTO stages_stale VALUES (?)", (person,))
    return True


def known_owner(pipeline: Pipeline, text: str) -> str:
    """The owner that a text names; where the file has no owners any name is one."""
    name = text.strip()
    if name and pipeline.owners and name not in pipeline.owners:
        hint = near_miss(name, pipeline.owners) or f"owners: {', '.join(pipeline.owners)}"
        raise UsageError(f'no owner "{name[:80]}" in pipeline.yaml', hint=hint)
    if len(name) > 80 or not name.isprintable():
        raise UsageError("this is no name of an owner", hint="write a short name, such as ana")
    return name
