"""Trees of SQL: their text means what they mean, and is read by other engines' parsers, too."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st

from prospector.segments.criteria.context import Asking
from prospector.segments.criteria.plain_conditions import any_of, not_true
from prospector.segments.language.files import load_segment
from prospector.segments.selection import selection_sql
from prospector.segments.sql.rendering import render
from prospector.segments.sql.sql import (
    Binds,
    both,
    case,
    col,
    either,
    is_null,
    one_of,
    opposite,
    or_else,
    rows_of,
)
from prospector.segments.sql.tree import And, Binary, Case, Column, Constant, In, Not, Or, Sql, Table, select

ROOT = Path(__file__).parents[2]
VALUES = (None, 0, 1, 2)
SIGNS = ("=", "<>", "<", "<=", ">", ">=")
columns = st.sampled_from([Column("t", "a"), Column("t", "b")])
numbers = st.integers(0, 2).map(lambda number: Constant(str(number)))
tests = st.one_of(
    st.builds(Binary, st.sampled_from(SIGNS), columns, st.one_of(columns, numbers)),
    st.builds(is_null, columns),
    st.builds(In, columns, st.lists(numbers, min_size=1, max_size=2).map(tuple)),
    st.sampled_from([Constant("TRUE"), Constant("FALSE")]),
)


def _deeper(inner: st.SearchStrategy[Sql]) -> st.SearchStrategy[Sql]:
    some = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        some.map(lambda parts: both(*parts)),
        some.map(lambda parts: either(*parts)),
        some.map(lambda parts: any_of(*parts)),
        inner.map(opposite),
        inner.map(Not),
        st.tuples(inner, inner).map(lambda two: case((two[0], Constant("1")), (two[1], Constant("0")))),
    )


conditions = st.recursive(tests, _deeper, max_leaves=8)
rows = st.tuples(st.sampled_from(VALUES), st.sampled_from(VALUES))


def meaning(tree: Sql, row: dict[str, int | None]) -> int | None:
    """What a tree says of a row: 1, 0 or None, by the rules of SQL written down a second time."""
    if isinstance(tree, Column):
        return row[tree.name]
    if isinstance(tree, Constant):
        return {"TRUE": 1, "FALSE": 0, "NULL": None}.get(
            tree.text, int(tree.text) if tree.text.isdigit() else 0
        )
    if isinstance(tree, Not):
        inner = meaning(tree.operand, row)
        return None if inner is None else int(not inner)
    if isinstance(tree, And | Or):
        decisive = 0 if isinstance(tree, And) else 1
        found = {
            None if one is None else int(bool(one)) for one in (meaning(part, row) for part in tree.parts)
        }
        return decisive if decisive in found else None if None in found else 1 - decisive
    if isinstance(tree, Case):
        return next((meaning(then, row) for when, then in tree.branches if meaning(when, row)), None)
    if isinstance(tree, In):
        value = meaning(tree.operand, row)
        return None if value is None else int(value in [meaning(one, row) for one in tree.values])
    assert isinstance(tree, Binary)
    left, right = meaning(tree.left, row), meaning(tree.right, row)
    if tree.sign == "IS":
        return int(left == right)
    if left is None or right is None:
        return None
    order = (left > right) - (left < right)
    return int(
        order in {"=": (0,), "<>": (-1, 1), "<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1)}[tree.sign]
    )


def _said(database: sqlite3.Connection, text: str) -> Any:
    return database.execute(f"SELECT {text} FROM t").fetchone()[0]


@pytest.fixture(scope="module")
def database() -> sqlite3.Connection:
    opened = sqlite3.connect(":memory:")
    opened.execute("CREATE TABLE t (a INTEGER, b INTEGER)")
    opened.execute("INSERT INTO t VALUES (NULL, NULL)")
    return opened


@given(tree=conditions, row=rows)
def test_the_text_of_a_tree_means_what_the_tree_means(
    database: sqlite3.Connection, tree: Sql, row: tuple[int | None, int | None]
) -> None:
    database.execute("UPDATE t SET a = ?, b = ?", row)
    expected = meaning(tree, dict(zip("ab", row, strict=True)))
    assert _said(database, render(tree)) == expected
    assert _said(database, render(tree, pretty=True)) == expected


@given(tree=conditions, row=rows)
def test_not_true_holds_exactly_where_the_condition_does_not(
    database: sqlite3.Connection, tree: Sql, row: tuple[int | None, int | None]
) -> None:
    database.execute("UPDATE t SET a = ?, b = ?", row)
    holds = bool(_said(database, render(tree)))
    assert bool(_said(database, render(not_true(tree)))) is not holds


@given(tree=conditions)
def test_a_tree_equals_another_of_the_same_text_and_its_own_copy(tree: Sql) -> None:
    copy = tree.replaced(lambda piece: Column(piece.table, piece.name) if isinstance(piece, Column) else None)
    assert copy == tree
    assert hash(copy) == hash(tree)
    assert Not(tree) != tree
    assert next(iter(tree.walk())) is tree


def test_what_differs_in_its_kind_alone_is_not_equal() -> None:
    one, other = Column("t", "a"), Column("t", "b")
    assert And((one, other)) != Or((one, other))
    assert Table("a") != Constant("a")


def test_a_query_inside_an_expression_stands_in_brackets() -> None:
    rows_ = rows_of("openings", "o", is_null(col("o", "closed_on")))
    assert render(Binary(">=", rows_, Constant("2"))) == (
        "(SELECT 1 FROM openings AS o WHERE o.closed_on IS NULL) >= 2"
    )


def test_values_are_bound_once_and_never_stand_in_the_text() -> None:
    binds = Binds()
    hostile = "x'; DROP TABLE people; --"
    tree = both(one_of(col("p", "title"), (hostile, "a", hostile), binds), or_else(col("p", "id"), binds(1)))
    assert render(tree) == "p.title IN (:v0, :v1, :v0) AND coalesce(p.id, :v2)"
    assert binds.values == {"v0": hostile, "v1": "a", "v2": 1}


def test_conditions_of_a_query_are_a_flat_list() -> None:
    a, b, c = (col("t", name) for name in "abc")
    query = select(a, source=Table("t"), where=(both(a, b),)).asking(both(b, c), Constant("TRUE"))
    assert query.where == (a, b, b, c)
    assert render(select(a, source=Table("t"))) == "SELECT t.a FROM t"


@pytest.mark.parametrize("engine", ["sqlite", "duckdb", "postgres", "spark"])
@pytest.mark.parametrize("path", sorted((ROOT / "segments").glob("*.yaml")), ids=lambda path: path.stem)
def test_the_statement_of_every_ready_segment_can_be_put_into_the_words_of_other_engines(
    path: Path, engine: str
) -> None:
    sql, values = selection_sql(load_segment(path, Asking(date(2026, 11, 22))))
    (tree,) = sqlglot.parse(sql, read="sqlite")
    assert tree is not None
    assert {found.name for found in tree.find_all(sqlglot.exp.Placeholder)} <= set(values)
    assert sqlglot.transpile(sql, read="sqlite", write=engine, unsupported_level=sqlglot.ErrorLevel.RAISE)
