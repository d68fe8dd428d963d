"""Calls, LinkedIn touches and other tasks of sequences that are due, over all campaigns.

Whom nobody is to touch now (stopped, paused, on the suppression list, not to be called) is left out. Of each person and
channel only the first one that is undone comes up: two calls of one day would be one too many.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from prospector.pipeline.next.items import Task, said, shortened
from prospector.pipeline.next.left_alone import marked_touches, not_to_call, not_to_touch, told_touches
from prospector.pipeline.next.worth import aged

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Container, Iterable, Iterator

    from prospector.pipeline.next.items import Looking

GIVEN_UP = 60
"""Days after which a touch that nobody made is no task any more: its sequence has long ended."""
_DUE = (
    "WHERE t.channel <> 'email' AND t.send_at >= :from AND t.send_at < date(:day, '+1 day') "
    # What has not left is due all the same where the run that planned it has: `handover: due`.
    "AND e.person_id IS NOT NULL AND (t.left_on IS NOT NULL OR e.run NOT IN "
    "(SELECT r.name FROM runs r WHERE r.state <> 'left'))"
)
_COLUMNS = "t.id, t.enrolment_id, t.channel, t.touch, t.send_at, e.person_id, e.campaign, s.fit, s.engagement, s.owner"
_STAGES = "LEFT JOIN stages s ON s.person_id = e.person_id"
_OF_ALL = (
    f"SELECT {_COLUMNS} FROM touches t CROSS JOIN enrolments e "  # noqa: S608  (ours)
    f"ON e.id = t.enrolment_id {_STAGES} {_DUE}"
)
_OF_ONE = (
    f"SELECT {_COLUMNS} FROM enrolments e CROSS JOIN touches t ON t.enrolment_id = e.id {_STAGES} {_DUE} "  # noqa: S608  (ours)
    "AND e.person_id = :person"
)


class Due(NamedTuple):
    """A touch that is due, as light as can be: there may be a hundred thousand of them. The first one is worth most."""

    cost: float
    """The value, less than zero: so a list of them sorts by value."""
    day: str
    number: int
    enrolment_id: int
    channel: str
    touch: str
    person_id: int
    campaign: str
    owner: str | None

    def as_task(self, planned: date) -> Task:
        """The same as a task, without its words."""
        name = f"touch:{self.number}"
        return Task(
            name,
            name,
            self.channel,
            self.day,
            (),
            -self.cost,
            f"prospector next done {name}",
            person_id=self.person_id,
            enrolment_id=self.enrolment_id,
            touch=self.touch,
            campaign=self.campaign,
            owner=self.owner,
            planned=planned.isoformat(),
        )


def touches(at: Looking, person: int | None = None) -> list[Due]:
    """All that is due, of everybody or of one person, in order of value."""
    first = (at.as_of - timedelta(days=GIVEN_UP)).isoformat()
    sql = f"{_OF_ALL if person is None else _OF_ONE} ORDER BY t.enrolment_id, t.number"
    rows = at.db.execute(sql, {"day": at.day, "from": first, "person": person})
    found = list(_light(at, _first_of_each(rows, told_touches(at), marked_touches(at))))
    people: dict[str, set[int]] = {}
    for one in found:
        people.setdefault(one.campaign, set()).add(one.person_id)
    nobody = not_to_touch(at, people)
    silent = not_to_call(at, {one.person_id for one in found if one.channel == "call"})
    return sorted(
        one
        for one in found
        if (one.campaign, one.person_id) not in nobody
        and not (one.channel == "call" and one.person_id in silent)
    )


def with_texts(at: Looking, tasks: Iterable[Task]) -> Iterator[tuple[str, sqlite3.Row]]:
    """Title, number and profile of some touches, by the task's id."""
    ids = json.dumps([one.number for one in tasks])
    sql = (
        "SELECT t.id, t.subject, t.number, t.channel, t.send_at, coalesce(e.phone, p.phone) AS phone, "
        "coalesce(e.linkedin, p.linkedin) AS linkedin, (SELECT count(*) FROM touches o "
        "WHERE o.enrolment_id = t.enrolment_id) AS of FROM json_each(?) j CROSS JOIN touches t ON t.id = j.value "
        "JOIN enrolments e ON e.id = t.enrolment_id LEFT JOIN people p ON p.id = e.person_id"
    )
    for row in at.db.execute(sql, (ids,)):
        yield f"touch:{row['id']}", row


def words_of(at: Looking, task: Task, row: sqlite3.Row) -> tuple[str, ...]:
    """What to do, and what it is worth: number to dial or profile first."""
    late = (at.as_of - date.fromisoformat(task.due)).days
    where = {"call": row["phone"] or "no number is known", "linkedin": row["linkedin"]}.get(row["channel"])
    return said((
        where,
        shortened(row["subject"] or ""),
        f"step {row['number']} of {row['of']}",
        f"overdue by {late} {'day' if late == 1 else 'days'}" if late > 0 else None,
        at.worth.words(task.value),
    ))  # fmt: skip


def _first_of_each(
    rows: Iterable[sqlite3.Row], told: Container[tuple[int, str]], marked: Container[int]
) -> Iterator[sqlite3.Row]:
    """Of each enrolment and channel the first one that is undone. The rows come in the order of enrolments."""
    seen, enrolment = set[str](), None
    for row in rows:
        if row["enrolment_id"] != enrolment:
            seen, enrolment = set(), row["enrolment_id"]
        if row["channel"] in seen or row["id"] in marked or (enrolment, row["touch"]) in told:
            continue
        seen.add(row["channel"])
        yield row


def _light(at: Looking, rows: Iterable[sqlite3.Row]) -> Iterator[Due]:
    @cache
    def cost(channel: str, fit: int | None, engagement: int | None, day: str) -> float:
        score = max((one for one in (fit, engagement) if one is not None), default=None)
        late = (at.as_of - date.fromisoformat(day)).days
        return -aged(at.worth.of_chance(channel, score=score), late)

    for number, enrolment, channel, touch, send_at, person, campaign, fit, engagement, owner in rows:
        day = send_at[:10]
        yield Due(
            cost(channel, fit, engagement, day),
            day,
            number,
            enrolment,
            channel,
            touch,
            person,
            campaign,
            owner,
        )
