"""The compiled question: how many match, who matches, and the funnel criterion by criterion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prospector.segments.compiler import Compiled, conditions
from prospector.segments.criteria.groups import AllOf
from prospector.segments.criteria.plain_conditions import does_not_match, matches, possible
from prospector.segments.lookups import lookup_names
from prospector.segments.segment import POLICIES
from prospector.segments.sql.rendering import render
from prospector.segments.sql.sql import (
    COMPANIES,
    PEOPLE,
    Binds,
    both,
    case,
    col,
    count_all,
    either,
    equal,
    opposite,
)
from prospector.segments.sql.tree import Column, InQuery, Join, Named, Select, Sql, Table, select
from prospector.store.suppressions import Suppressions

if TYPE_CHECKING:
    import sqlite3

    from prospector.segments.segment import Entry, Segment
    from prospector.segments.shapes import CountsShape, FunnelLineShape
    from prospector.store.database import Database


@dataclass(frozen=True, slots=True)
class Counts:
    """People by answer, before the policy for unknown ones."""

    match: int
    no_match: int
    unknown: int
    suppressed: int | None = None
    """Of the people who match, how many nobody may write to; None of companies."""

    def as_json(self) -> CountsShape:
        """What `find --count --json` prints."""
        counts: CountsShape = {"match": self.match, "no_match": self.no_match, "unknown": self.unknown}
        if self.suppressed is not None:
            counts["suppressed"] = self.suppressed
        return counts


@dataclass(frozen=True, slots=True)
class FunnelLine:
    """One criterion of the funnel.

    `remaining` match this one and all above it. `could_win` are unknown here while no other criterion says no:
    so many more can match at the most once it is known. `lookup` names the sources that can tell, if there are any.
    """

    criterion: str
    match: int
    no_match: int
    unknown: int
    remaining: int
    could_win: int
    lookup: str | None

    def as_json(self) -> FunnelLineShape:
        """One row of `segment explain --json`."""
        return {
            "criterion": self.criterion,
            "match": self.match,
            "no_match": self.no_match,
            "unknown": self.unknown,
            "remaining": self.remaining,
            "could_win": self.could_win,
            "lookup": self.lookup,
        }


def count_people(db: Database, segment: Segment) -> Counts:
    """How many people match, do not match, and are unknown."""
    row = db.one(*counting_sql(db, segment))
    return _counts(*(row or (0, 0, 0)))


def counting_sql(db: Database, segment: Segment) -> tuple[str, dict[str, str | int]]:
    """The statement that counts, with its values: who matches, who matches or is unknown, and all people."""
    compiled = _compiled(db, segment)
    matching, possible_ = compiled.people(compiled.matching), compiled.people(compiled.possible)
    query = select(matching.count(), possible_.count(), _all_people())
    return render(query), compiled.binds.values


def _compiled(db: Database, segment: Segment) -> Compiled:
    return Compiled(db, [entry.question for entry in segment.entries])


def _all_people() -> Sql:
    """How many people there are."""
    return select(count_all(), source=Table("people"))


def _counts(match: int, possible: int, total: int) -> Counts:
    return Counts(match, total - possible, possible - match)


def people_who_match(db: Database, segment: Segment) -> list[tuple[int, str]]:
    """Ids of the people whom the segment and its policy let through: `match`, `unknown` or `review`."""
    compiled = _compiled(db, segment)
    key, answer, policy = (Column("", name) for name in ("id", "answer", "policy"))
    if all(asked.policy == "exclude" for asked in segment.asked):
        found = compiled.people(compiled.matching).each("id")
        query = select(key, source=Named(found, "found"), order=(key,))
        return [(row[0], "match") for row in db.rows(render(query), compiled.binds.values)]
    inner = _everyone(
        Named(col(PEOPLE, "id"), "id"),
        Named(both(*(matches(tree) for tree in compiled.trees)), "answer"),
        Named(_policy(segment, compiled.binds), "policy"),
    ).asking(InQuery(col(PEOPLE, "id"), compiled.people(compiled.possible).each("id")))
    wanted = either(answer, opposite(equal(policy, compiled.binds("exclude"))))
    query = select(key, answer, policy, source=Named(inner, "answers"), where=(wanted,), order=(key,))
    rows = db.rows(render(query), compiled.binds.values)
    return [(row["id"], _answer(row)) for row in rows]


def count_suppressed(db: Database, segment: Segment) -> int:
    """How many of the people who match are suppressed."""
    suppressions = Suppressions(db)
    if suppressions.stop_nobody():
        return 0
    compiled = _compiled(db, segment)
    query = select(Column("", "id"), source=Named(compiled.people(compiled.matching).each("id"), "found"))
    return len(suppressions.among(row[0] for row in db.execute(render(query), compiled.binds.values)))


def funnel(db: Database, segment: Segment) -> list[FunnelLine]:
    """Match, no match and unknown of each criterion, and how many are left after it."""
    if not segment.entries:
        return []
    compiled = _compiled(db, segment)
    matching, possible_ = compiled.matching, compiled.possible
    counted: list[Sql] = [_all_people(), compiled.people(possible_).count()]
    for number in range(len(segment.entries)):
        known = [*possible_[:number], matching[number], *possible_[number + 1 :]]
        counted += [
            compiled.people(matching[number : number + 1]).count(),
            compiled.people(possible_[number : number + 1]).count(),
            compiled.people(matching[: number + 1]).count(),
            compiled.people(known).count(),
        ]
    row = db.one(render(select(*counted)), compiled.binds.values)
    total, open_, *cells = tuple(row or (0,) * len(counted))
    return [
        _funnel_line(entry, _counts(match, unclear, total), left, open_ - known)
        for entry, match, unclear, left, known in zip(
            segment.entries, cells[::4], cells[1::4], cells[2::4], cells[3::4], strict=True
        )
    ]


def _funnel_line(entry: Entry, counts: Counts, left: int, could_win: int) -> FunnelLine:
    lookup = lookup_names(entry.asked)
    return FunnelLine(entry.label, counts.match, counts.no_match, counts.unknown, left, could_win, lookup)


def undecided_companies(db: Database, segment: Segment) -> list[int]:
    """Companies of people whose whole answer is unknown: only there can a look-up still change it."""
    return _possible(db, segment, "company_id", undecided=True)


def undecided_people(db: Database, segment: Segment) -> list[int]:
    """People whose whole answer is unknown."""
    return _possible(db, segment, "id", undecided=True)


def possible_people(db: Database, segment: Segment) -> list[int]:
    """People who match or still could."""
    return _possible(db, segment, "id", undecided=False)


def _possible(db: Database, segment: Segment, column: str, *, undecided: bool) -> list[int]:
    """A column of the people to whom no criterion says no; of those only whom not every one lets through."""
    compiled = _compiled(db, segment)
    open_ = [conditions([does_not_match(both(*compiled.trees))])] if undecided else []
    people = compiled.people([*compiled.possible, *open_])
    query = select(Column("", column), source=Named(people.each(column), "found"), distinct=True)
    rows = db.rows(render(query), compiled.binds.values)
    return sorted(row[0] for row in rows if row[0] is not None)


def selection_sql(segment: Segment) -> tuple[str, dict[str, str | int]]:
    """The SQL that decides the whole segment, with its bound values, for people who want to read it."""
    binds = Binds()
    whole = AllOf(tuple(entry.question for entry in segment.entries)).sql(binds)
    query = _everyone(col(PEOPLE, "id"), Named(whole, "answer"))
    return render(query, pretty=True), binds.values


def _everyone(*columns: Sql) -> Select:
    employer = equal(col(COMPANIES, "id"), col(PEOPLE, "company_id"))
    everyone = select(*columns, source=Named(Table("people"), PEOPLE))
    return everyone.joined(Join("LEFT", Named(Table("companies"), COMPANIES), employer))


def _policy(segment: Segment, binds: Binds) -> Sql:
    """The strictest policy among the criteria that are unknown."""
    branches = []
    for policy in POLICIES:
        trees = [asked.sql(binds) for asked in segment.asked if asked.policy == policy]
        unknown = [both(possible(tree), does_not_match(tree)) for tree in trees]
        if unknown:
            branches.append((either(*unknown), binds(policy)))
    return case(*branches, default=binds("exclude"))


def _answer(row: sqlite3.Row) -> str:
    if row["answer"]:
        return "match"
    return "review" if row["policy"] == "review" else "unknown"
