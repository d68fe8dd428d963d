"""A tree of SQL as the text of a statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prospector.segments.sql.tree import (
    And,
    Binary,
    Bind,
    Call,
    Case,
    Column,
    Constant,
    Exists,
    In,
    InQuery,
    Join,
    Named,
    Not,
    Or,
    Select,
    Table,
    UnionAll,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from prospector.segments.sql.tree import Query, Sql

_STRENGTH = {Or: 1, And: 2, Not: 3, Binary: 4, In: 4, InQuery: 4}
"""How strongly a piece holds its parts together; what is not here needs no brackets."""
_OPERAND = 5
_MARGIN = "  "


def render(tree: Sql, *, pretty: bool = False) -> str:
    """The tree as SQL for SQLite, on one line, or on many lines for people to read."""
    return _Writer(pretty).text(tree, 0)


class _Writer:
    def __init__(self, pretty: bool) -> None:
        self._pretty = pretty

    def text(self, tree: Sql, depth: int) -> str:
        """The text of a piece, which begins at this depth of indentation."""
        return _WAYS[type(tree)](self, tree, depth)

    def inside(self, tree: Sql, depth: int, strength: int) -> str:
        """The text of a part, in brackets where it holds together less strongly than what is around it."""
        if isinstance(tree, Select | UnionAll):
            return self.brackets(tree, depth)
        text = self.text(tree, depth)
        return f"({text})" if _STRENGTH.get(type(tree), _OPERAND) < strength else text

    def brackets(self, query: Query, depth: int) -> str:
        """A query inside another statement."""
        return f"({self.gap(depth + 1, '')}{self.text(query, depth + 1)}{self.gap(depth, '')})"

    def gap(self, depth: int, otherwise: str = " ") -> str:
        """Between two clauses: a new line, or a space."""
        return f"\n{_MARGIN * depth}" if self._pretty else otherwise

    def listed(self, pieces: Iterable[Sql], depth: int) -> str:
        return ", ".join(self.inside(piece, depth, 0) for piece in pieces)

    def constant(self, tree: Constant, _: int) -> str:
        return tree.text

    def bind(self, tree: Bind, _: int) -> str:
        return f":{tree.name}"

    def column(self, tree: Column, _: int) -> str:
        return f"{tree.table}.{tree.name}" if tree.table else tree.name

    def table(self, tree: Table, _: int) -> str:
        return tree.name

    def binary(self, tree: Binary, depth: int) -> str:
        left, right = (self.inside(part, depth, _OPERAND) for part in (tree.left, tree.right))
        return f"{left} {tree.sign} {right}"

    def is_in(self, tree: In, depth: int) -> str:
        return f"{self.inside(tree.operand, depth, _OPERAND)} IN ({self.listed(tree.values, depth)})"

    def is_in_query(self, tree: InQuery, depth: int) -> str:
        return f"{self.inside(tree.operand, depth, _OPERAND)} IN {self.brackets(tree.query, depth)}"

    def exists(self, tree: Exists, depth: int) -> str:
        return f"EXISTS {self.brackets(tree.rows, depth)}"

    def opposite(self, tree: Not, depth: int) -> str:
        return f"NOT {self.inside(tree.operand, depth, _STRENGTH[Not])}"

    def both(self, tree: And, depth: int) -> str:
        return self.connected("AND", tree.parts, depth, _STRENGTH[And])

    def either(self, tree: Or, depth: int) -> str:
        return self.connected("OR", tree.parts, depth, _STRENGTH[Or])

    def connected(self, word: str, parts: Iterable[Sql], depth: int, strength: int) -> str:
        texts = (self.inside(part, depth + 1, strength + 1) for part in parts)
        return f"{self.gap(depth)}{word} ".join(texts)

    def call(self, tree: Call, depth: int) -> str:
        return f"{tree.function}({self.listed(tree.arguments, depth)})"

    def case(self, tree: Case, depth: int) -> str:
        whens = [
            f"{self.gap(depth + 1)}WHEN {self.inside(condition, depth + 2, 0)} THEN {self.inside(result, depth, 0)}"
            for condition, result in tree.branches
        ]
        if tree.default is not None:
            whens.append(f"{self.gap(depth + 1)}ELSE {self.inside(tree.default, depth, 0)}")
        return f"CASE{''.join(whens)}{self.gap(depth)}END"

    def named(self, tree: Named, depth: int) -> str:
        return f"{self.inside(tree.what, depth, 0)} AS {tree.alias}"

    def join(self, tree: Join, depth: int) -> str:
        on = f" ON {self.inside(tree.on, depth, 0)}" if tree.on is not None else ""
        return f"{tree.kind} JOIN {self.inside(tree.source, depth, 0)}{on}"

    def select(self, tree: Select, depth: int) -> str:
        clauses = [f"SELECT {'DISTINCT ' if tree.distinct else ''}{self.listed(tree.columns, depth)}"]
        if tree.source is not None:
            clauses.append(f"FROM {self.inside(tree.source, depth, 0)}")
        clauses += [self.text(join, depth) for join in tree.joins]
        if tree.where:
            clauses.append(f"WHERE {self.connected('AND', tree.where, depth + 1, _STRENGTH[And])}")
        if tree.order:
            clauses.append(f"ORDER BY {self.listed(tree.order, depth)}")
        return self.gap(depth).join(clauses)

    def union(self, tree: UnionAll, depth: int) -> str:
        word = f"{self.gap(depth)}UNION ALL{self.gap(depth)}"
        return word.join(self.text(query, depth) for query in tree.queries)


_WAYS: dict[type[Sql], Callable[..., str]] = {
    Constant: _Writer.constant,
    Bind: _Writer.bind,
    Column: _Writer.column,
    Table: _Writer.table,
    Binary: _Writer.binary,
    In: _Writer.is_in,
    InQuery: _Writer.is_in_query,
    Exists: _Writer.exists,
    Not: _Writer.opposite,
    And: _Writer.both,
    Or: _Writer.either,
    Call: _Writer.call,
    Case: _Writer.case,
    Named: _Writer.named,
    Join: _Writer.join,
    Select: _Writer.select,
    UnionAll: _Writer.union,
}
