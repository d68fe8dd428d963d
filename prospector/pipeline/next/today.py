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
from prospector.pipeline.next.selling import accepted, deals, stages
from prospector.pipeline.next.touches import touches, with_texts, words_of
from prospector.store.suppressions import Suppressions
from prospector.store.who import Handle, handle_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from prospector.pipeline.next.items import Looking, Task
    from prospector.pipeline.next.touches import Due
    from prospector.store.database import Database

NOBODY = "nobody"
"""As an owner: tasks that nobody was named for."""
_BATCH = 500
_ANSWERS = ("reply", "answer", "again")
_NO_MORE = "is on the suppression list: answer what was asked, and nothing else"


@dataclass(frozen=True, slots=True)
class Day:
    """Today's tasks, and what waits for another day."""

    as_of: date
    today: tuple[Task, ...] = ()
    waiting: tuple[Due, ...] = ()
    """Touches that are due and more than a day takes, in their order."""
    per_day: int = 1
    in_points: bool = False
    """Whether values are points, as no deal has an amount."""

    @property
    def days_later(self) -> int:
        """Over how many further days what waits is spread."""
        return -(-len(self.waiting) // self.per_day)

    def later(self) -> Iterator[Task]:
        """What waits, each with the working day proposed."""
        rest, day = iter(self.waiting), self.as_of
        while batch := list(islice(rest, self.per_day)):
            day = _working_day_after(day)
            yield from (one.as_task(day) for one in batch)


def day_of(at: Looking, owner: str | None = None) -> Day:
    """The tasks of a day: of one owner, or of all."""
    found = _warned(at, _not_put_off(at, [*_gathered(at), *changes(at)]))
    found = [replace(one, planned=at.day) for one in found if _is_of(one.owner, owner)]
    due = [one for one in touches(at) if _is_of(one.owner, owner)]
    today = [*found, *(one.as_task(at.as_of) for one in due[: at.per_day])]
    today.sort(key=lambda one: one.order)
    return Day(at.as_of, tuple(today), tuple(due[at.per_day :]), at.per_day, at.worth.in_points)


def counts_of(at: Looking) -> tuple[int, int]:
    """How many tasks there are today, and how many of them nobody should leave until tomorrow: answers, and stops."""
    found = _not_put_off(at, [*_gathered(at)])
    urgent = sum(one.what in ("stop", "reply", "review") for one in found)
    return len(found) + min(len(touches(at)), at.per_day), urgent


def markable(at: Looking, *, person: int | None, with_changes: bool) -> list[Task]:
    """All that could be marked, also what was put off: of touches only one person's, as there may be very many."""
    at = at._replace(put_off=True)
    found = _not_put_off(at, [*_gathered(at), *(changes(at) if with_changes else ())])
    return [*found, *(one.as_task(at.as_of) for one in (touches(at, person) if person is not None else ()))]


def shown(at: Looking, tasks: Sequence[Task]) -> list[Task]:
    """The same tasks with whom they are about, and with what is to be dialled or opened."""
    done: list[Task] = []
    rest = iter(tasks)
    while batch := list(islice(rest, _BATCH)):
        texts = dict(with_texts(at, [one for one in batch if one.id.startswith("touch:")]))
        people = _people(at.db, {one.person_id for one in batch if one.person_id})
        for one in batch:
            words = words_of(at, one, texts[one.id]) if one.id in texts else one.why
            done.append(_named(at.db, replace(one, why=words), people))
    return done


def _gathered(at: Looking) -> Iterable[Task]:
    yield from stops(at)
    yield from reviews(at)
    yield from replies(at)
    yield from noted(at)
    yield from deals(at)
    yield from accepted(at)
    yield from stages(at)


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


def _warned(at: Looking, tasks: list[Task]) -> list[Task]:
    """Answers to people on the suppression list come last, and say so: they may be owed an answer, and nothing else."""
    people = {one.person_id for one in tasks if one.what in _ANSWERS and one.person_id is not None}
    listed = Suppressions(at.db).among(people)
    return [
        replace(one, value=0.0, why=(_NO_MORE, *one.why))
        if one.what in _ANSWERS and one.person_id in listed
        else one
        for one in tasks
    ]


def _is_of(named: str | None, owner: str | None) -> bool:
    return owner is None or (named or NOBODY).casefold() == owner.casefold()


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
