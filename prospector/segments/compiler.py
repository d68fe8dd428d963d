"""One statement for many people: the rarest conditions first, and company questions once per company.

Conditions are plain (see `verdicts`) and stand under AND. Those about companies alone are answered in a list of
companies, or, where few people are left to ask, person by person. People without a company are a part of their own, in
which every fact of the company is NULL: no LEFT JOIN then keeps SQLite from choosing where to begin.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from prospector.segments.sql import COMPANIES, PEOPLE, Binds, both, col, either, grouped, is_null, render
from prospector.segments.verdicts import alternatives, matches, possible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from prospector.segments.groups import Question
    from prospector.segments.sql import Sql
    from prospector.store.database import Database

    Columns = Callable[[], list[Sql]]

_TABLES = {PEOPLE: "people", COMPANIES: "companies"}
_INDEXED = frozenset({"department", "email", "linkedin", "company_id"})
"""Columns of people with which an index begins."""
_SAMPLE = 128
_MANY = 0.05
"""Where fewer companies than this share are left, each is asked by itself, however rare what it is asked for."""
_ASKED_OF_A_SAMPLE = 2_000
"""Fewer people than this are asked all, whatever the order."""


@dataclass(slots=True)
class Condition:
    """A plain condition, the tables that it speaks of, and the share of people for whom it holds (1 until asked)."""

    tree: Sql
    tables: frozenset[str]
    has_subquery: bool
    share: float = 1.0


def conditions(trees: Iterable[Sql]) -> list[Condition]:
    """The conditions that must all hold, each on its own, so that each can be asked where it is cheapest."""
    found = []
    for tree in trees:
        parts = list(tree.unnest().flatten()) if isinstance(tree.unnest(), exp.And) else [tree]
        found += [_condition(part) for part in parts if not _is_true(part)]
    return found


def _condition(tree: Sql) -> Condition:
    tables = frozenset(column.table for column in tree.find_all(exp.Column)) & {PEOPLE, COMPANIES}
    return Condition(grouped(tree), tables, tree.find(exp.Select) is not None)


def _is_true(tree: Sql) -> bool:
    return isinstance(tree, exp.Boolean) and bool(tree.this)


class Compiled:
    """The questions of a segment as conditions: `matching` and `possible` have one list for each question."""

    def __init__(self, db: Database, questions: Sequence[Question]) -> None:
        self.binds = Binds()
        self.trees = [question.sql(self.binds) for question in questions]
        self.matching = [conditions([matches(tree)]) for tree in self.trees]
        self.possible = [conditions([possible(tree)]) for tree in self.trees]
        measure(db, self.binds, [one for group in (*self.matching, *self.possible) for one in group])
        # An id says near enough how many rows there are; counting them takes longer than many an answer.
        self._people = db.value("SELECT max(id) FROM people") or 0
        self._companies = db.value("SELECT max(id) FROM companies") or 0

    def people(self, groups: Iterable[Sequence[Condition]]) -> People:
        """The people for whom all conditions of these groups hold."""
        return People([one for group in groups for one in group], self._people, self._companies)


def measure(db: Database, binds: Binds, asked: Sequence[Condition]) -> None:
    """Ask some people, spread over the table, for how many each condition holds."""
    last = db.value("SELECT max(id) FROM people") or 0
    if last < _ASKED_OF_A_SAMPLE or not asked:
        return
    some = json.dumps(list(range(1, last + 1, last // _SAMPLE)))
    chosen = exp.In(this=col(PEOPLE, "id"), query=exp.Subquery(this=_values_of(binds(some))))
    counted = [exp.Sum(this=condition.tree) for condition in asked]
    query = _from_people(_count_all(), *counted).where(chosen, copy=False)
    query = _with_companies(query, "LEFT", on=_employer())
    number, *holding = db.one(render(query), binds.values) or (0,)
    for condition, count in zip(asked, holding, strict=True):
        condition.share = ((count or 0) + 0.5) / (number + 1)


class People:
    """The people for whom all conditions hold."""

    def __init__(self, asked: Sequence[Condition], people: int, companies: int) -> None:
        by_cost = sorted(asked, key=lambda one: (one.has_subquery, one.share))
        self._people = [one for one in by_cost if COMPANIES not in one.tables]
        self._companies = _factored([one for one in by_cost if one.tables == {COMPANIES}])
        self._both = [one for one in by_cost if one.tables == {PEOPLE, COMPANIES}]
        cheap = [one for one in self._companies if not one.has_subquery]
        fewer = _left(people, self._people) <= _left(companies, cheap)
        self.companies_first = not (fewer and any(_is_indexed(one.tree) for one in self._people))
        share = _left(1, cheap)
        rare = [one.share < share and share > _MANY for one in self._companies]
        self._listed = [
            _as_list(one) if listed else one for one, listed in zip(self._companies, rare, strict=True)
        ]

    def parts(self, columns: Columns) -> list[exp.Select]:
        """Queries without a person in common that together give all of them."""
        if not self._companies and not self._both:
            return [_where(_from_people(*columns()), self._people)]
        return [self._employed(columns), self._without_company(columns)]

    def count(self) -> Sql:
        """How many they are."""
        first, *others = (exp.Subquery(this=part) for part in self.parts(lambda: [_count_all()]))
        total: Sql = first
        for other in others:
            total = exp.Add(this=total, expression=other)
        return total

    def each(self, column: str, alias: str = "found") -> exp.Subquery:
        """A column of `people` for each of them, as a table; without an alias as a list for IN."""
        first, *others = self.parts(lambda: [col(PEOPLE, column).as_(column)])
        query: exp.Query = first
        for other in others:
            query = exp.Union(this=query, expression=other, distinct=False)
        return query.subquery(alias or None, copy=False)

    def _employed(self, columns: Columns) -> exp.Select:
        query = _from_people(*columns())
        if not self.companies_first or not self._companies:
            query = _with_companies(query, "CROSS").where(_employer(), copy=False)
            return _where(query, [*self._people, *self._companies, *self._both])
        listed = exp.select(col(COMPANIES, "id")).from_(_table(COMPANIES), copy=False)
        inside = exp.Subquery(this=_where(listed, self._listed))
        if self._both:
            query = _with_companies(query, "CROSS").where(_employer(), copy=False)
        query = query.where(exp.In(this=col(PEOPLE, "company_id"), query=inside), copy=False)
        return _where(query, [*self._people, *self._both])

    def _without_company(self, columns: Columns) -> exp.Select:
        query = _from_people(*columns()).where(is_null(col(PEOPLE, "company_id")), copy=False)
        query = _where(query, self._people)
        return query.where(*(_of_no_company(one.tree) for one in [*self._companies, *self._both]), copy=False)


def _factored(asked: Sequence[Condition]) -> list[Condition]:
    """(A or X) and (A or Y) as A or (X and Y), where A is looked up: most often that a site was not read."""
    found: list[Condition] = []
    for condition in asked:
        for place, earlier in enumerate(found):
            if joined := _with_common_part(earlier, condition):
                found[place] = joined
                break
        else:
            found.append(condition)
    return found


def _with_common_part(one: Condition, other: Condition) -> Condition | None:
    if not (one.has_subquery and other.has_subquery):
        return None
    mine, theirs = (list(alternatives(condition.tree)) for condition in (one, other))
    common = [part for part in mine if part in theirs]
    if not any(part.find(exp.Select) for part in common):
        return None
    rest = [grouped(either(*(part for part in parts if part not in common))) for parts in (mine, theirs)]
    tree = either(*common, grouped(both(*rest)))
    return Condition(grouped(tree), one.tables, has_subquery=True, share=min(one.share, other.share))


def _as_list(condition: Condition) -> Condition:
    """`EXISTS (a row of this company)` as `id IN (companies with such a row)`, from which SQLite can begin.

    Left as it is where something must not exist: such a list would hold nearly all companies.
    """
    if condition.tree.find(exp.Not) or not condition.has_subquery:
        return condition
    tree = condition.tree.copy()
    for found in list(tree.find_all(exp.Exists)):
        if (listed := _companies_with(found.this)) is not None:
            found.replace(exp.In(this=col(COMPANIES, "id"), query=exp.Subquery(this=listed)))
    return Condition(tree, condition.tables, has_subquery=True, share=condition.share)


def _companies_with(rows: exp.Select) -> exp.Select | None:
    """The companies of the rows that an EXISTS looks for, if nothing but their company ties it to the outer query."""
    own: list[Sql] = []
    ties: list[Sql] = []
    for part in rows.args["where"].this.flatten():
        outer = [column for column in part.find_all(exp.Column) if column.table in _TABLES]
        (ties if outer else own).append(part)
    if len(ties) != 1 or not isinstance(ties[0], exp.EQ) or ties[0].expression != col(COMPANIES, "id"):
        return None
    listed = rows.copy().select(ties[0].this.copy(), append=False, copy=False)
    return listed.where(both(*(part.copy() for part in own)), append=False, copy=False)


def _is_indexed(tree: Sql) -> bool:
    """Whether an index leads to the people for whom this condition holds."""
    if isinstance(tree, exp.Paren):
        return _is_indexed(tree.this)
    if isinstance(tree, exp.And | exp.Or):
        each = (_is_indexed(part) for part in tree.flatten())
        return any(each) if isinstance(tree, exp.And) else all(each)
    known = isinstance(tree, exp.In | exp.EQ | exp.Is) and isinstance(tree.this, exp.Column)
    return known and tree.this.name in _INDEXED


def _left(number: int, asked: Iterable[Condition]) -> float:
    left = float(number)
    for condition in asked:
        left *= condition.share
    return left


def _of_no_company(tree: Sql) -> Sql:
    bare = tree.copy()
    for column in list(bare.find_all(exp.Column)):
        if column.table == COMPANIES:
            column.replace(exp.Null())
    return bare


def _where(query: exp.Select, asked: Iterable[Condition]) -> exp.Select:
    trees = [one.tree for one in asked]
    return query.where(both(*trees), copy=False) if trees else query


def _table(alias: str) -> Sql:
    return exp.alias_(exp.Table(this=exp.to_identifier(_TABLES[alias])), alias, table=True, copy=False)


def _from_people(*columns: Sql) -> exp.Select:
    return exp.Select().select(*columns, copy=False).from_(_table(PEOPLE), copy=False)


def _with_companies(query: exp.Select, kind: str, on: Sql | None = None) -> exp.Select:
    return query.join(_table(COMPANIES), on=on, join_type=kind, copy=False)


def _employer() -> Sql:
    return exp.EQ(this=col(COMPANIES, "id"), expression=col(PEOPLE, "company_id"))


def _count_all() -> Sql:
    return exp.Count(this=exp.Star())


def _values_of(array: Sql) -> exp.Select:
    each = exp.Table(this=exp.Anonymous(this="json_each", expressions=[array]))
    return exp.Select().select(exp.column("value"), copy=False).from_(each, copy=False)
