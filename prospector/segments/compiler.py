"""One statement for many people: the rarest conditions first, and company questions once per company.

Conditions are plain (see `plain_conditions`) and stand under AND. Those about companies alone are answered in a list of
companies, or, where few people are left to ask, person by person. People without a company are a part of their own, in
which every fact of the company is NULL: no LEFT JOIN then keeps SQLite from choosing where to begin.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial, reduce
from typing import TYPE_CHECKING, cast

from prospector.segments.criteria.plain_conditions import alternatives, matches, possible
from prospector.segments.sql.rendering import render
from prospector.segments.sql.sql import (
    COMPANIES,
    PEOPLE,
    Binds,
    both,
    col,
    count_all,
    either,
    equal,
    is_null,
    values_of,
)
from prospector.segments.sql.tree import (
    NULL,
    TRUE,
    And,
    Binary,
    Call,
    Column,
    Exists,
    In,
    InQuery,
    Join,
    Named,
    Not,
    Or,
    Query,
    Select,
    Sql,
    Table,
    UnionAll,
    select,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from prospector.segments.criteria.criterion import Question
    from prospector.store.database import Database

_TABLES = {PEOPLE: "people", COMPANIES: "companies"}
_INDEXED = frozenset({"id", "department", "email", "linkedin", "company_id"})
"""Columns of people with which an index begins, or by which a row is found at once."""
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
    whole = both(*trees)
    parts = whole.parts if isinstance(whole, And) else (whole,)
    return [_condition(part) for part in parts if part != TRUE]


def _condition(tree: Sql) -> Condition:
    pieces = list(tree.walk())
    tables = {piece.table for piece in pieces if isinstance(piece, Column)} & _TABLES.keys()
    return Condition(tree, frozenset(tables), any(isinstance(piece, Select) for piece in pieces))


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
    chosen = InQuery(col(PEOPLE, "id"), values_of(binds(some)))
    counted = [Call("sum", (condition.tree,)) for condition in asked]
    query = _from_people(count_all(), *counted).joined(_companies("LEFT", _employer())).asking(chosen)
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

    def parts(self, column: Sql) -> list[Select]:
        """Queries without a person in common that together give all of them."""
        if not self._companies and not self._both:
            return [_from_people(column).asking(*_trees(self._people))]
        return [self._employed(column), self._without_company(column)]

    def count(self) -> Sql:
        """How many they are."""
        total, *others = self.parts(count_all())
        return reduce(partial(Binary, "+"), others, cast("Sql", total))

    def each(self, column: str) -> Query:
        """A column of `people` for each of them."""
        first, *others = self.parts(Named(col(PEOPLE, column), column))
        return UnionAll((first, *others)) if others else first

    def _employed(self, column: Sql) -> Select:
        query = _from_people(column)
        if not self.companies_first or not self._companies:
            query = query.joined(_companies("CROSS")).asking(_employer())
            return query.asking(*_trees(self._people), *_trees(self._companies), *_trees(self._both))
        listed = select(col(COMPANIES, "id"), source=_table(COMPANIES), where=_trees(self._listed))
        if self._both:
            query = query.joined(_companies("CROSS")).asking(_employer())
        query = query.asking(InQuery(col(PEOPLE, "company_id"), listed))
        return query.asking(*_trees(self._people), *_trees(self._both))

    def _without_company(self, column: Sql) -> Select:
        unknown = [_of_no_company(one.tree) for one in (*self._companies, *self._both)]
        alone = is_null(col(PEOPLE, "company_id"))
        return _from_people(column).asking(alone, *_trees(self._people), *unknown)


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
    mine, theirs = (alternatives(condition.tree) for condition in (one, other))
    common = [part for part in mine if part in theirs]
    if not any(isinstance(piece, Select) for part in common for piece in part.walk()):
        return None
    rest = (either(*(part for part in parts if part not in common)) for parts in (mine, theirs))
    tree = either(*common, both(*rest))
    return Condition(tree, one.tables, has_subquery=True, share=min(one.share, other.share))


def _as_list(condition: Condition) -> Condition:
    """`EXISTS (a row of this company)` as `id IN (companies with such a row)`, from which SQLite can begin.

    Left as it is where something must not exist: such a list would hold nearly all companies.
    """
    if not condition.has_subquery or any(isinstance(piece, Not) for piece in condition.tree.walk()):
        return condition
    tree = condition.tree.replaced(_in_list)
    return Condition(tree, condition.tables, has_subquery=True, share=condition.share)


def _in_list(piece: Sql) -> Sql | None:
    if not isinstance(piece, Exists):
        return None
    listed = _companies_with(piece.rows)
    return InQuery(col(COMPANIES, "id"), listed) if listed else piece


def _companies_with(rows: Select) -> Select | None:
    """The companies of the rows that an EXISTS looks for, if nothing but their company ties it to the outer query."""
    own: list[Sql] = []
    ties: list[Sql] = []
    for part in rows.where:
        outer = any(isinstance(piece, Column) and piece.table in _TABLES for piece in part.walk())
        (ties if outer else own).append(part)
    if len(ties) != 1 or not isinstance(ties[0], Binary):
        return None
    tie = ties[0]
    if tie != equal(tie.left, col(COMPANIES, "id")):
        return None
    return select(tie.left, source=rows.source, where=tuple(own))


def _is_indexed(tree: Sql) -> bool:
    """Whether an index leads to the people for whom this condition holds."""
    if isinstance(tree, And | Or):
        each = (_is_indexed(part) for part in tree.parts)
        return any(each) if isinstance(tree, And) else all(each)
    looked_up: Sql | None = None
    if isinstance(tree, In | InQuery):
        looked_up = tree.operand
    elif isinstance(tree, Binary) and tree.sign in ("=", "IS"):
        looked_up = tree.left
    return isinstance(looked_up, Column) and looked_up.name in _INDEXED


def _left(number: int, asked: Iterable[Condition]) -> float:
    left = float(number)
    for condition in asked:
        left *= condition.share
    return left


def _of_no_company(tree: Sql) -> Sql:
    return tree.replaced(
        lambda piece: NULL if isinstance(piece, Column) and piece.table == COMPANIES else None
    )


def _trees(asked: Iterable[Condition]) -> tuple[Sql, ...]:
    return tuple(one.tree for one in asked)


def _table(alias: str) -> Sql:
    return Named(Table(_TABLES[alias]), alias)


def _from_people(*columns: Sql) -> Select:
    return select(*columns, source=_table(PEOPLE))


def _companies(kind: str, on: Sql | None = None) -> Join:
    return Join(kind, _table(COMPANIES), on)


def _employer() -> Sql:
    return equal(col(COMPANIES, "id"), col(PEOPLE, "company_id"))
