"""Small helpers to build SQL as an expression tree; every value from outside becomes a bound parameter.

Trees are built once and only printed, so nothing is copied: sqlglot's own copies would cost more than all the
rest of a count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Iterable

    Sql = exp.Expr

PEOPLE, COMPANIES = "p", "c"
"""Aliases of the two tables that every criterion may speak about."""


class Binds:
    """Collects the values of one statement."""

    def __init__(self) -> None:
        self.values: dict[str, str | int] = {}

    def __call__(self, value: str | int) -> Sql:
        """A placeholder for `value`."""
        for name, bound in self.values.items():
            if bound == value and type(bound) is type(value):
                return exp.Placeholder(this=name)
        name = f"v{len(self.values)}"
        self.values[name] = value
        return exp.Placeholder(this=name)


def col(table: str, name: str) -> Sql:
    """A column."""
    return exp.column(name, table=table)


def one_of(column: Sql, values: Iterable[str], binds: Binds) -> Sql:
    """`column IN (...)`."""
    return exp.In(this=column, expressions=[binds(value) for value in values])


def is_null(expression: Sql) -> Sql:
    """`... IS NULL`."""
    return exp.Is(this=expression, expression=exp.Null())


def both(*parts: Sql) -> Sql:
    """Parts joined by AND; true where there are none."""
    return exp.and_(*parts, copy=False) if parts else exp.true()


def either(*parts: Sql) -> Sql:
    """Parts joined by OR; false where there are none."""
    return exp.or_(*parts, copy=False) if parts else exp.false()


def opposite(expression: Sql) -> Sql:
    """`NOT ...`; unknown stays unknown."""
    return exp.not_(expression, copy=False)


def grouped(expression: Sql) -> Sql:
    """The expression in brackets."""
    return exp.paren(expression, copy=False)


def named(expression: Sql, alias: str) -> Sql:
    """`... AS alias`."""
    return exp.alias_(expression, alias, copy=False)


def case(*branches: tuple[Sql, Sql], default: Sql | None = None) -> Sql:
    """`CASE WHEN ... THEN ... ELSE default END`."""
    ifs = [exp.If(this=condition, true=result) for condition, result in branches]
    return exp.Case(ifs=ifs, default=default)


def three_way(match: Sql, no_match: Sql) -> Sql:
    """1 where `match` holds, 0 where `no_match` holds, NULL (unknown) otherwise."""
    return case((match, exp.Literal.number(1)), (no_match, exp.Literal.number(0)))


def exists(table: str, alias: str, *conditions: Sql) -> Sql:
    """`EXISTS (SELECT 1 FROM table AS alias WHERE ...)`."""
    source = exp.alias_(exp.Table(this=exp.to_identifier(table)), alias, table=True, copy=False)
    inner = exp.Select().select(exp.Literal.number(1), copy=False).from_(source, copy=False)
    return exp.Exists(this=inner.where(both(*conditions), copy=False))


def render(expression: Sql) -> str:
    """The expression as SQL for SQLite."""
    return expression.sql(dialect="sqlite", copy=False)
