"""The facts from which stages follow, read for some people at a time: enrolments, events, fit, deals, moves by hand."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING

from prospector.core.custom import PREFIX
from prospector.normalise.text import fold
from prospector.pipeline.events.kinds import CLASSES
from prospector.pipeline.stages.history import Fact

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prospector.pipeline.stages.settings import Pipeline
    from prospector.store.database import Database

_CHOSEN = "json_each(:people) j CROSS JOIN"
_IGNORED = frozenset(
    {"opened", "bounce", "auto_reply", "other", "task_skipped", "task_done", "meeting_missed"}
)
"""Classes of events that move nobody unless a rule names them."""


def facts_of(db: Database, people: Sequence[int], pipeline: Pipeline) -> dict[int, list[Fact]]:
    """The facts of each of these people, in no order."""
    found: dict[int, list[Fact]] = defaultdict(list)
    text = json.dumps(list(people))
    for read in (_enrolments, _fits, _deals, _moves):
        for person, fact in read(db, text):
            found[person].append(fact)
    for person, fact in _events(db, text, pipeline):
        found[person].append(fact)
    return found


def warm_by_column(db: Database, people: Sequence[int], pipeline: Pipeline) -> set[int]:
    """Who of these people came to us, as a column of the user's own says."""
    found: set[int] = set()
    for name, values in pipeline.warm.custom.items():
        rows = db.rows(
            f"SELECT v.person_id FROM {_CHOSEN} custom_values v ON v.person_id = j.value "
            "WHERE v.name = :name AND v.value_key IN (SELECT value FROM json_each(:values))",
            {
                "people": json.dumps(list(people)),
                "name": name.removeprefix(PREFIX),
                "values": json.dumps([fold(one) for one in values]),
            },
        )
        found.update(row[0] for row in rows)
    return found


def _enrolments(db: Database, people: str) -> Iterator[tuple[int, Fact]]:
    sql = (
        f"SELECT e.person_id, e.enrolled_on, e.id, e.campaign FROM {_CHOSEN} enrolments e ON e.person_id = j.value "
        "WHERE e.enrolled_on IS NOT NULL"
    )
    for row in db.execute(sql, {"people": people}):
        yield row[0], Fact("enrolled", f"{row[1]}T00:00:00Z", f"{row[2]:012d}", campaign=row[3])


def _events(db: Database, people: str, pipeline: Pipeline) -> Iterator[tuple[int, Fact]]:
    named = {word for stage in pipeline.stages.values() for rule in stage.enter for word in rule.event}
    classes = [one for one in CLASSES if one in named or one not in _IGNORED]
    sql = (
        "SELECT v.person_id, v.at, v.key, v.class, v.intent, v.review, v.id, v.campaign "
        f"FROM {_CHOSEN} events v ON v.person_id = j.value WHERE v.class IN (SELECT value FROM json_each(:classes))"
    )
    for row in db.execute(sql, {"people": people, "classes": json.dumps(classes)}):
        sure = row[5] != "waiting"
        yield row[0], Fact("event", row[1], row[2], row[3], row[4], sure, row[6], row[7])


def _fits(db: Database, people: str) -> Iterator[tuple[int, Fact]]:
    sql = f"SELECT f.person_id, f.noted_on, f.fit FROM {_CHOSEN} fits f ON f.person_id = j.value"
    for row in db.execute(sql, {"people": people}):
        yield row[0], Fact("fit", f"{row[1]}T00:00:00Z", "", fit=row[2])


def _moves(db: Database, people: str) -> Iterator[tuple[int, Fact]]:
    sql = (
        f"SELECT m.person_id, m.at, m.id, m.stage, m.campaign, m.reason FROM {_CHOSEN} stage_moves m "
        "ON m.person_id = j.value WHERE m.by = 'hand'"
    )
    for row in db.execute(sql, {"people": people}):
        yield row[0], Fact("hand", row[1], f"{row[2]:012d}", row[3], campaign=row[4], reason=row[5])


def _deals(db: Database, people: str) -> Iterator[tuple[int, Fact]]:
    """Every stage that deals of theirs were in; of a deal without changes where it began."""
    sql = (
        "SELECT d.person_id, coalesce(c.at, d.opened_on || 'T00:00:00Z'), coalesce(c.id, 0), "
        "coalesce(c.became, d.stage), "
        f"d.id, d.name, d.campaign, c.reason FROM {_CHOSEN} deals d ON d.person_id = j.value "
        "LEFT JOIN deal_changes c ON c.deal_id = d.id AND c.field = 'stage'"
    )
    for row in db.execute(sql, {"people": people}):
        reason = f"deal:{row[4]} {row[5]}" + (f": {row[7]}" if row[7] else "")
        key = f"{row[2]:012d}-{row[4]:012d}"
        yield row[0], Fact("deal", row[1], key, row[3], campaign=row[6], reason=reason, deal=row[4])
