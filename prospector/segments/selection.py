"""The compiled question: how many match, who matches, and the funnel criterion by criterion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from prospector.segments.groups import AllOf
from prospector.segments.segment import POLICIES
from prospector.segments.sql import Binds, both, case, col, either, grouped, is_null, named, opposite, render

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from prospector.segments.segment import Segment
    from prospector.segments.sql import Sql
    from prospector.store.database import Database


@dataclass(frozen=True, slots=True)
class Counts:
    """People by answer, before the policy for unknown ones."""

    match: int
    no_match: int
    unknown: int


@dataclass(frozen=True, slots=True)
class FunnelLine:
    """One criterion of the funnel; `remaining` match this one and all above it."""

    criterion: str
    match: int
    no_match: int
    unknown: int
    remaining: int


def count_people(db: Database, segment: Segment) -> Counts:
    """How many people match, do not match, and are unknown."""
    binds = Binds()
    whole = AllOf(tuple(entry.question for entry in segment.entries)).sql(binds)
    inner = _everyone(named(whole, "answer")).subquery("answers", copy=False)
    query = exp.select(
        _count(exp.column("answer")),
        _count(opposite(exp.column("answer"))),
        _count(is_null(exp.column("answer"))),
    ).from_(inner, copy=False)
    row = db.one(render(query), binds.values)
    return Counts(*(row or (0, 0, 0)))


def people_who_match(db: Database, segment: Segment) -> list[tuple[int, str]]:
    """Ids of the people whom the segment and its policy let through: `match`, `unknown` or `review`."""
    binds = Binds()
    answers = [named(entry.question.sql(binds), f"e{number}") for number, entry in enumerate(segment.entries)]
    lenient = any(asked.policy != "exclude" for asked in segment.asked)
    columns = list(answers)
    if lenient:
        columns.append(named(_policy(segment, binds), "policy"))
    inner = _everyone(col("p", "id").as_("id"), *columns).subquery("answers", copy=False)
    whole = both(*(exp.column(f"e{number}") for number in range(len(answers))))
    wanted = whole
    query = exp.select("id", whole.as_("answer")).order_by("id")
    if lenient:
        open_ = both(is_null(grouped(whole)), exp.column("policy").neq("exclude"))
        query, wanted = query.select("policy"), either(whole, open_)
    query = query.where(wanted).from_(inner, copy=False)
    return [(row["id"], _answer(row)) for row in db.rows(render(query), binds.values)]


def funnel(db: Database, segment: Segment) -> list[FunnelLine]:
    """Match, no match and unknown of each criterion, and how many are left after it."""
    if not segment.entries:
        return []
    binds = Binds()
    names = [f"e{number}" for number in range(len(segment.entries))]
    inner = _everyone(
        *(named(entry.question.sql(binds), name) for entry, name in zip(segment.entries, names, strict=True))
    ).subquery("answers", copy=False)
    counted: list[Sql] = []
    for number, name in enumerate(names):
        above = both(*(exp.column(one) for one in names[: number + 1]))
        counted += [
            _count(exp.column(name)),
            _count(opposite(exp.column(name))),
            _count(is_null(exp.column(name))),
            _count(above),
        ]
    row = db.one(render(exp.select(*counted).from_(inner, copy=False)), binds.values)
    cells: Sequence[int] = tuple(row or (0,) * len(counted))
    return [
        FunnelLine(entry.label, *cells[4 * number : 4 * number + 4])
        for number, entry in enumerate(segment.entries)
    ]


def selection_sql(segment: Segment) -> tuple[str, dict[str, str | int]]:
    """The SQL that decides the whole segment, with its bound values, for people who want to read it."""
    binds = Binds()
    whole = AllOf(tuple(entry.question for entry in segment.entries)).sql(binds)
    return _everyone(col("p", "id"), named(whole, "answer")).sql(dialect="sqlite", pretty=True), binds.values


def _everyone(*columns: Sql) -> exp.Select:
    return (
        exp.Select()
        .select(*columns, copy=False)
        .from_(exp.to_table("people").as_("p"), copy=False)
        .join(
            exp.to_table("companies").as_("c"),
            on=exp.EQ(this=col("c", "id"), expression=col("p", "company_id")),
            join_type="left",
            copy=False,
        )
    )


def _count(condition: Sql) -> Sql:
    one, none = exp.Literal.number(1), exp.Literal.number(0)
    return exp.Coalesce(this=exp.Sum(this=case((condition, one), default=none)), expressions=[none.copy()])


def _policy(segment: Segment, binds: Binds) -> Sql:
    """The strictest policy among the criteria that are unknown."""
    branches = []
    for policy in POLICIES:
        unknown = [is_null(grouped(asked.sql(binds))) for asked in segment.asked if asked.policy == policy]
        if unknown:
            branches.append((either(*unknown), exp.Literal.string(policy)))
    return case(*branches, default=exp.Literal.string("exclude"))


def _answer(row: sqlite3.Row) -> str:
    if row["answer"]:
        return "match"
    return "review" if row["policy"] == "review" else "unknown"


def undecided_companies(db: Database, segment: Segment) -> list[int]:
    """Companies of people whose whole answer is unknown: only there can a look-up still change it."""
    binds = Binds()
    whole = AllOf(tuple(entry.question for entry in segment.entries)).sql(binds)
    inner = _everyone(col("p", "company_id").as_("company_id"), named(whole, "answer")).subquery(
        "answers", copy=False
    )
    query = exp.select("company_id").distinct().from_(inner, copy=False).where(is_null(exp.column("answer")))
    rows = db.rows(render(query.order_by("company_id")), binds.values)
    return [row["company_id"] for row in rows if row["company_id"] is not None]
