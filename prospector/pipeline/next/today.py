"""The list of the day: every source asked, what is done or put off left out, the most valuable first.

Where more touches are due than a day takes, as after a holiday, the best stay on today's list and the others get a
later day; answers, tools to stop and deals never wait.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from prospector.pipeline.next.advice import changes
from prospector.pipeline.next.answers import noted, replies, reviews, stops
from prospector.pipeline.next.items import Looking, Task
from prospector.pipeline.next.selling import accepted, deals, stages
from prospector.pipeline.next.touches import touches, with_texts, words_of
from prospector.pipeline.next.worth import STAGES, known_worth
from prospector.store.who import Handle, handle_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from prospector.config import Campaign
    from prospector.store.database import Database

PER_DAY = 30
"""Calls, LinkedIn touches and tasks that one person does on one day."""
NOBODY = "nobody"
"""As an owner: tasks that nobody was named for."""
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Day:
    """Today's tasks, and what waits for another day."""

    as_of: date
    today: tuple[Task, ...]
    later: tuple[Task, ...] = ()
    """Touches that are due and more than a day takes, each with the day proposed."""
    in_points: bool = True

    @property
    def days_later(self) -> int:
        """Over how many further days what waits is spread."""
        return len({one.planned for one in self.later})


def day_of(
    db: Database,
    as_of: date,
    campaigns: Mapping[str, Campaign] | None = None,
    *,
    owner: str | None = None,
    shares: Mapping[str, float] = STAGES,
    stale: Mapping[str, int] | None = None,
    per_day: int = PER_DAY,
) -> Day:
    """The tasks of a day: of one owner, or of all."""
    at = Looking(db, as_of, known_worth(db, tuple(shares.items())), campaigns or {})
    found = _not_put_off(at, [*_gathered(at, stale or {}), *changes(at)])
    due = [one for one in touches(at) if _is_of(one, owner)]
    found = [replace(one, planned=as_of.isoformat()) for one in found if _is_of(one, owner)]
    now, later = _spread(due, as_of, per_day)
    today = sorted([*found, *now], key=lambda one: one.order)
    return Day(as_of, tuple(today), tuple(later), at.worth.in_points)


def counts_of(db: Database, as_of: date) -> tuple[int, int]:
    """How many tasks there are today, and how many of them nobody should leave until tomorrow: answers, and stops."""
    at = Looking(db, as_of, known_worth(db))
    found = _not_put_off(at, [*_gathered(at, {})])
    now, _ = _spread(touches(at), as_of, PER_DAY)
    return len(found) + len(now), sum(one.what in ("stop", "reply", "review") for one in found)


def everything(db: Database, as_of: date) -> list[Task]:
    """All that could be marked, also what was put off or would have another day."""
    at = Looking(db, as_of, known_worth(db), put_off=True)
    return [*_not_put_off(at, [*_gathered(at, {}), *changes(at)]), *touches(at)]


def shown(db: Database, as_of: date, tasks: Sequence[Task]) -> list[Task]:
    """The same tasks with whom they are about, and with what is to be dialled or opened."""
    at = Looking(db, as_of, known_worth(db))
    done: list[Task] = []
    rest = iter(tasks)
    while batch := list(islice(rest, _BATCH)):
        texts = dict(with_texts(at, [one for one in batch if one.id.startswith("touch:")]))
        people = _people(db, {one.person_id for one in batch if one.person_id})
        for one in batch:
            words = words_of(at, one, texts[one.id]) if one.id in texts else one.why
            done.append(_named(db, replace(one, why=words), people))
    return done


def _gathered(at: Looking, stale: Mapping[str, int]) -> Iterable[Task]:
    yield from stops(at)
    yield from reviews(at)
    yield from replies(at)
    yield from noted(at)
    yield from deals(at, stale)
    yield from accepted(at)
    yield from stages(at, stale)


def _not_put_off(at: Looking, tasks: list[Task]) -> list[Task]:
    """Without what is done, skipped, or to come up later."""
    keys = json.dumps([one.key for one in tasks])
    sql = "SELECT k.key, k.state, k.due FROM json_each(?) j CROSS JOIN tasks k ON k.key = j.value"
    marked = {row["key"]: row for row in at.db.execute(sql, (keys,))}
    left = []
    for one in tasks:
        row = marked.get(one.key)
        if row is not None and (row["state"] != "open" or (row["due"] > at.day and not at.put_off)):
            continue
        if one.due <= at.day or one.what in ("accepted", "review"):
            left.append(one)
    return left


def _is_of(task: Task, owner: str | None) -> bool:
    if owner is None:
        return True
    return (task.owner or NOBODY).casefold() == owner.casefold()


def _spread(due: Sequence[Task], as_of: date, per_day: int) -> tuple[list[Task], list[Task]]:
    """Today's share of the touches, and the others on the working days after it."""
    day, now, later = as_of, list[Task](), list[Task]()
    for number, one in enumerate(due):
        if number and number % per_day == 0:
            day = _working_day_after(day)
        (now if day == as_of else later).append(replace(one, planned=day.isoformat()))
    return now, later


def _working_day_after(day: date) -> date:
    day += timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day


def _people(db: Database, ids: set[int]) -> dict[int, tuple[str, str, str]]:
    """Of some people what can be typed to mean them, their name and where they work."""
    sql = (
        "SELECT p.id, p.first_name, p.last_name, c.name AS company, CASE WHEN a.person_id = p.id AND NOT EXISTS "
        "(SELECT 1 FROM people o WHERE o.email = p.email AND o.id <> p.id) THEN p.email END AS email "
        "FROM json_each(?) j CROSS JOIN people p ON p.id = j.value LEFT JOIN person_addresses a ON a.email = p.email "
        "LEFT JOIN companies c ON c.id = p.company_id"
    )
    found = {}
    for row in db.execute(sql, (json.dumps(sorted(ids)),)):
        name = " ".join(filter(None, (row["first_name"], row["last_name"])))
        found[row["id"]] = (row["email"] or f"person:{row['id']}", name, row["company"] or "")
    return found


def _named(db: Database, task: Task, people: Mapping[int, tuple[str, str, str]]) -> Task:
    if task.person_id is not None and task.person_id in people:
        who, name, company = people[task.person_id]
        return replace(task, who=who, name=task.name or name, company=company)
    if task.company_id is not None:
        return replace(task, who=handle_text(db, Handle("company", task.company_id)))
    return task
