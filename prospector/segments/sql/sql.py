"""Small helpers to build SQL as a tree; every value from outside becomes a bound parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prospector.segments.sql.tree import (
    FALSE,
    NULL,
    TRUE,
    And,
    Binary,
    Bind,
    Call,
    Case,
    Column,
    Constant,
    Exists,
    In,
    Named,
    Not,
    Or,
    Select,
    Sql,
    Table,
    select,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

PEOPLE, COMPANIES = "p", "c"
"""Aliases of the two tables that every criterion may speak about."""
ZERO, ONE = Constant("0"), Constant("1")


class Binds:
    """Collects the values of one statement."""

    def __init__(self) -> None:
        self.values: dict[str, str | int] = {}

    def __call__(self, value: str | int) -> Sql:
        """A placeholder for `value`."""
        for name, bound in self.values.items():
            if bound == value and type(bound) is type(value):
                return Bind(name)
        name = f"v{len(self.values)}"
        self.values[name] = value
        return Bind(name)


def col(table: str, name: str) -> Sql:
    """A column."""
    return Column(table, name)


def equal(one: Sql, other: Sql) -> Sql:
    """`one = other`."""
    return Binary("=", one, other)


def at_least(one: Sql, other: Sql) -> Sql:
    """`one >= other`."""
    return Binary(">=", one, other)


def at_most(one: Sql, other: Sql) -> Sql:
    """`one <= other`."""
    return Binary("<=", one, other)


def more(one: Sql, other: Sql) -> Sql:
    """`one > other`."""
    return Binary(">", one, other)


def less(one: Sql, other: Sql) -> Sql:
    """`one < other`."""
    return Binary("<", one, other)


def one_of(column: Sql, values: Iterable[str], binds: Binds) -> Sql:
    """`column IN (...)`."""
    return In(column, tuple(binds(value) for value in values))


def is_null(expression: Sql) -> Sql:
    """`... IS NULL`."""
    return Binary("IS", expression, NULL)


def is_known(expression: Sql) -> Sql:
    """`NOT ... IS NULL`."""
    return Not(is_null(expression))


def or_else(expression: Sql, default: Sql) -> Sql:
    """The expression, or `default` where it is NULL."""
    return Call("coalesce", (expression, default))


def contains(text: Sql, word: Sql) -> Sql:
    """`word` stands in `text`."""
    return more(Call("instr", (text, word)), ZERO)


def both(*parts: Sql) -> Sql:
    """Parts joined by AND; true where there are none."""
    return _connected(And, parts, nothing=TRUE, decisive=FALSE)


def either(*parts: Sql) -> Sql:
    """Parts joined by OR; false where there are none."""
    return _connected(Or, parts, nothing=FALSE, decisive=TRUE)


def _connected(kind: type[And | Or], parts: Iterable[Sql], *, nothing: Sql, decisive: Sql) -> Sql:
    """Flat, without parts that say `nothing`, and no more than `decisive` where one of them is that."""
    found: list[Sql] = []
    for part in parts:
        if part != nothing:
            found += part.parts if isinstance(part, kind) else (part,)
    if decisive in found:
        return decisive
    return kind(tuple(found)) if len(found) > 1 else found[0] if found else nothing


def opposite(expression: Sql) -> Sql:
    """`NOT ...`; unknown stays unknown."""
    if expression in (TRUE, FALSE):
        return FALSE if expression == TRUE else TRUE
    return Not(expression)


def case(*branches: tuple[Sql, Sql], default: Sql | None = None) -> Sql:
    """`CASE WHEN ... THEN ... ELSE default END`."""
    return Case(branches, default)


def three_way(match: Sql, no_match: Sql) -> Sql:
    """1 where `match` holds, 0 where `no_match` holds, NULL (unknown) otherwise."""
    return Case(((match, ONE), (no_match, ZERO)), None)


def rows_of(table: str, alias: str, *conditions: Sql, columns: tuple[Sql, ...] = (ONE,)) -> Select:
    """`SELECT columns FROM table AS alias WHERE ...`."""
    return select(*columns, source=Named(Table(table), alias), where=conditions)


def exists(table: str, alias: str, *conditions: Sql) -> Sql:
    """`EXISTS (SELECT 1 FROM table AS alias WHERE ...)`."""
    return Exists(rows_of(table, alias, *conditions))


def values_of(array: Sql) -> Select:
    """The values of a JSON array, one a row: a list of any length as a single bound value."""
    return select(Column("", "value"), source=Call("json_each", (array,)))


def count_all() -> Sql:
    """`count(*)`."""
    return Call("count", (Constant("*"),))
