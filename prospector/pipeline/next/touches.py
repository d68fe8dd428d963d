"""Calls, LinkedIn touches and other tasks of sequences that are due, over all campaigns.

Whom nobody is to touch now (stopped, paused, on the suppression list, not to be called) is left out. Of each person and
channel only the first one that is undone comes up: two calls of one day would be one too many.
"""

from __future__ import annotations

import json
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING

from prospector.pipeline.next.answers import score_of
from prospector.pipeline.next.items import Task, said, shortened
from prospector.pipeline.next.worth import CHANCES, aged
from prospector.store.consents import Consents
from prospector.store.suppressions import Suppressions

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    from prospector.pipeline.next.items import Looking

DONE = ("task_done", "task_skipped", "call", "talk")
"""Events by which a touch is done, whoever tells of them."""
_BATCH = 5_000
_STOPPED = (
    "SELECT 1 FROM stops s WHERE s.person_id = e.person_id AND s.lifted_on IS NULL AND s.since <= :day "
    "AND (s.campaign IS NULL OR s.campaign = e.campaign)"
)
_PAUSED = (
    "SELECT 1 FROM pauses p WHERE p.until IS NULL AND p.since <= :day "
    "AND (p.through IS NULL OR p.through >= :day)"
)
_SQL = (
    "SELECT t.id, t.touch, t.number, t.channel, t.send_at, t.enrolment_id, e.person_id, e.campaign, e.email, "  # noqa: S608  (ours)
    "s.fit, s.engagement, s.owner FROM touches t JOIN enrolments e ON e.id = t.enrolment_id "
    "LEFT JOIN stages s ON s.person_id = e.person_id "
    "WHERE t.channel <> 'email' AND t.send_at < date(:day, '+1 day') AND e.person_id IS NOT NULL "
    # What has not left is due all the same where the run that planned it has: `handover: due`.
    "AND (t.left_on IS NOT NULL OR EXISTS (SELECT 1 FROM runs r WHERE r.name = e.run AND r.state = 'left')) "
    f"AND NOT EXISTS ({_STOPPED}) AND NOT EXISTS ({_PAUSED} AND p.person_id = e.person_id) "
    f"AND NOT EXISTS ({_PAUSED} AND p.campaign = e.campaign) "
    "AND NOT EXISTS (SELECT 1 FROM people r WHERE r.id = e.person_id AND r.replied IS NOT NULL) "
    "AND NOT EXISTS (SELECT 1 FROM events d WHERE d.enrolment_id = t.enrolment_id AND d.touch = t.touch "
    "AND d.class IN (SELECT value FROM json_each(:done))) "
    "AND NOT EXISTS (SELECT 1 FROM tasks k WHERE k.key = 'touch:' || t.id "
    "AND (k.state <> 'open' OR (k.due > :day AND NOT :put_off))) "
    "ORDER BY t.enrolment_id, t.number"
)


def touches(at: Looking) -> list[Task]:
    """All that is due, in order of value."""
    rows = at.db.execute(_SQL, {"day": at.day, "done": json.dumps(DONE), "put_off": at.put_off})
    found = [_task(at, row) for row in _first_of_each(rows)]
    left_alone = Suppressions(at.db).among({one.person_id for one in found if one.person_id})
    unclear, silent = _answers(at, found)
    return sorted(
        (
            one
            for one in found
            if one.person_id not in left_alone | unclear
            and not (one.what == "call" and one.person_id in silent)
        ),
        key=lambda one: one.order,
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
        at.worth.words(task.value, CHANCES.get(row["channel"], CHANCES["task"]).share),
    ))  # fmt: skip


def _first_of_each(rows: Iterable[sqlite3.Row]) -> Iterator[sqlite3.Row]:
    """Of each enrolment and channel the first one. The rows come in the order of enrolments."""
    seen, enrolment = set[str](), None
    for row in rows:
        if row["enrolment_id"] != enrolment:
            seen, enrolment = set(), row["enrolment_id"]
        if row["channel"] not in seen:
            seen.add(row["channel"])
            yield row


def _task(at: Looking, row: sqlite3.Row) -> Task:
    due, name = row["send_at"][:10], f"touch:{row['id']}"
    late = (at.as_of - date.fromisoformat(due)).days
    value = aged(at.worth.of_chance(row["channel"], score=score_of(row)), late)
    return Task(
        name,
        name,
        row["channel"],
        due,
        (),
        value,
        f"prospector next done {name}",
        person_id=row["person_id"],
        enrolment_id=row["enrolment_id"],
        touch=row["touch"],
        campaign=row["campaign"],
        owner=row["owner"],
        who=row["email"],
    )


def _answers(at: Looking, found: Iterable[Task]) -> tuple[set[int], set[int]]:
    """Whose consent is unclear by now, and who is not to be called."""
    if not at.db.value("SELECT EXISTS (SELECT 1 FROM consents WHERE answer IN ('unclear', 'no_call'))"):
        return set(), set()
    unclear, silent = set[int](), set[int]()
    people = iter(sorted({one.person_id for one in found if one.person_id}))
    consents = Consents(at.db)
    while batch := list(islice(people, _BATCH)):
        for person, told in consents.current(batch).items():
            unclear |= {person} if "unclear" in told else set()
            silent |= {person} if "no_call" in told else set()
    return unclear, silent
