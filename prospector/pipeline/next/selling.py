"""Deals and stages that stand still: no next step, a step or a close date that has passed, no move for too long."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from prospector.core.counts import counted
from prospector.pipeline.next.answers import score_of
from prospector.pipeline.next.items import Task, said
from prospector.pipeline.next.worth import AT_STAKE

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping

    from prospector.pipeline.next.items import Looking

STALE = 21
"""Days in a stage after which it stands still, where the workspace does not say."""
_SOON = 2
"""Days before the end of a clock on which it is told."""


def deals(at: Looking) -> Iterator[Task]:
    """Open deals that need something, one task each."""
    sql = "SELECT * FROM deals WHERE state = 'open' AND opened_on <= ? ORDER BY id"
    for row in at.db.execute(sql, (at.day,)):
        problems = dict(_problems(row, at))
        if problems:
            yield _deal(at, row, problems)


def accepted(at: Looking) -> Iterator[Task]:
    """Prospects whose stage has a clock: to be accepted, or reached, before a day."""
    sql = (
        "SELECT * FROM stages WHERE accepted_until IS NOT NULL AND accepted_until <= ? AND since <= ? "
        "ORDER BY accepted_until, person_id"
    )
    until = at.as_of + timedelta(days=_SOON)
    for row in at.db.execute(sql, (until.isoformat(), at.end)):
        left = (date.fromisoformat(row["accepted_until"][:10]) - at.as_of).days
        clock = (
            f"{counted(left, 'day')} left"
            if left > 0
            else "today is the last day"
            if left == 0
            else "too late"
        )
        value = at.worth.of_chance("accepted", score=score_of(row))
        why = (f"in {row['stage']}: {clock} to move them on", at.worth.words(value))
        yield _person(row, "accepted", row["accepted_until"][:10], why, value)


def stages(at: Looking) -> Iterator[Task]:
    """People who talked with us and have not moved since; whoever has an open deal is told of by that."""
    sql = (
        "SELECT s.* FROM stages s WHERE s.stage = ? AND s.since < ? AND s.last_two_way IS NOT NULL "
        "AND s.accepted_until IS NULL AND NOT EXISTS "
        "(SELECT 1 FROM deals d WHERE d.person_id = s.person_id AND d.state = 'open') ORDER BY s.person_id"
    )
    names = {row[0] for row in at.db.execute("SELECT DISTINCT stage FROM stages")}
    for name in sorted(names - at.worth.road.ends):
        before = _stale_before(at, name)
        for row in at.db.execute(sql, (name, before.isoformat())):
            value = at.worth.of_chance("stage", score=score_of(row))
            passed = (at.as_of - date.fromisoformat(row["since"][:10])).days
            why = (f"in {name} for {passed} days", at.worth.words(value))
            yield _person(row, "stage", before.isoformat(), why, value)


def _person(row: sqlite3.Row, what: str, due: str, why: tuple[str, ...], value: float) -> Task:
    name = f"{what}:{row['person_id']}"
    return Task(
        name,
        f"{name}:{row['stage']}:{row['since']}",
        what,
        due,
        why,
        value,
        f"prospector show person:{row['person_id']}",
        person_id=row["person_id"],
        owner=row["owner"],
    )


def _deal(at: Looking, row: sqlite3.Row, problems: Mapping[str, tuple[str, str]]) -> Task:
    worst = max(problems, key=lambda one: (AT_STAKE[one], one == "no_step"))
    value = at.worth.of_deal(row["stage"], row["amount"], worst)
    name = f"deal:{row['id']}"
    return Task(
        name,
        # The same trouble comes up once; another one, or the same after a change, is new.
        f"{name}:" + ",".join(f"{one}={problems[one][1]}" for one in sorted(problems)),
        "deal",
        min(one[1] for one in problems.values()),
        said((*(one[0] for one in problems.values()), at.worth.words(value, row["amount"]))),
        value,
        f"prospector deal show {name}",
        person_id=row["person_id"],
        company_id=row["company_id"],
        deal_id=row["id"],
        campaign=row["campaign"],
        owner=row["owner"],
        name=row["name"],
    )


def _problems(row: sqlite3.Row, at: Looking) -> Iterator[tuple[str, tuple[str, str]]]:
    """What is wrong with a deal, by a code: in words, and since when."""
    step, on, close = row["next_step"], row["next_step_on"], row["close_on"]
    if not step:
        yield "no_step", ("no next step", row["since"][:10])
    elif on and on <= at.day:
        yield "step_due", (f"next step: {step}", on)
    since, before = date.fromisoformat(row["since"][:10]), _stale_before(at, row["stage"])
    if since < before and not (on and on > at.day):
        words = f"in {row['stage']} for {(at.as_of - since).days} days"
        yield "stalled", (words, row["since"][:10])
    heard, dark = row["heard_on"] or row["opened_on"], at.worth.road.dark_before
    if dark and heard[:10] < dark.isoformat():
        yield "dark", (f"dark: both sides spoke last on {heard[:10]}", heard[:10])
    if close and close < at.day:
        yield "close_date", (f"the close date {close} has passed", close)


def _stale_before(at: Looking, stage: str) -> date:
    """Who entered a stage before this day stands still there."""
    return at.worth.road.stale_before.get(stage, at.as_of - timedelta(days=STALE))
