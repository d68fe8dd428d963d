"""From one three-valued expression to plain conditions that an index can serve.

Every question is built as `CASE WHEN match THEN 1 WHEN no match THEN 0 END` under AND, OR and NOT, and has a
pair of plain answers: does it match, and is a match possible (a match or unknown)? Kleene's logic maps to such
pairs exactly: AND and OR join matches with matches and possibles with possibles; NOT gives (not possible, not
match). A plain condition holds or it does not, whatever is NULL inside.
"""

from __future__ import annotations

from collections.abc import Callable

from prospector.segments.sql.sql import both, either, is_null, opposite, or_else
from prospector.segments.sql.tree import (
    NULL,
    And,
    Binary,
    Bind,
    Call,
    Case,
    Column,
    Constant,
    Exists,
    In,
    Not,
    Or,
    Select,
    Sql,
)

_OPPOSITE_SIGNS = {"=": "<>", "<>": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}

Face = Callable[[Sql], Sql]
"""From a question's three-valued tree to one of its plain conditions."""


def matches(tree: Sql) -> Sql:
    """Holds where the question matches."""
    return _joined(tree, matches, matches_not, _match)


def possible(tree: Sql) -> Sql:
    """Holds where the question matches or is unknown."""
    return _joined(
        tree, possible, does_not_match, lambda leaf: any_of(not_true(_no_match(leaf)), _match(leaf))
    )


def does_not_match(tree: Sql) -> Sql:
    """Holds where the question is unknown or does not match: the opposite of `matches`."""
    return _dual(tree, does_not_match, possible, lambda leaf: not_true(_match(leaf)))


def matches_not(tree: Sql) -> Sql:
    """Holds where the question is known not to match: the opposite of `possible`."""
    return _dual(tree, matches_not, matches, lambda leaf: both(not_true(_match(leaf)), _no_match(leaf)))


def _joined(tree: Sql, same: Face, negated: Face, leaf: Face) -> Sql:
    if isinstance(tree, Not):
        return negated(tree.operand)
    if isinstance(tree, And | Or):
        join = both if isinstance(tree, And) else any_of
        return join(*(same(part) for part in tree.parts))
    return leaf(tree)


def _dual(tree: Sql, same: Face, negated: Face, leaf: Face) -> Sql:
    """As `_joined`, with AND and OR changing places (De Morgan)."""
    if isinstance(tree, And | Or):
        join = any_of if isinstance(tree, And) else both
        return join(*(same(part) for part in tree.parts))
    return _joined(tree, same, negated, leaf)


def _match(leaf: Sql) -> Sql:
    """The condition under which it matches. A leaf that is no CASE is a condition itself (the empty AND is TRUE)."""
    return leaf.branches[0][0] if isinstance(leaf, Case) else leaf


def _no_match(leaf: Sql) -> Sql:
    """The condition under which it does not match, unless it matches."""
    return leaf.branches[1][0] if isinstance(leaf, Case) else opposite(leaf)


def any_of(*conditions: Sql) -> Sql:
    """The conditions joined by OR, flat and each only once; lists for one column become one list.

    SQLite looks up each part of a flat OR by an index; of a nested or a repeated one it gives up or works twice.
    """
    found: list[Sql] = []
    for part in (inner for condition in conditions for inner in alternatives(condition)):
        for place, earlier in enumerate(found):
            if joined := _as_one(earlier, part):
                found[place] = joined
                break
        else:
            found.append(part)
    return either(*found)


def _as_one(one: Sql, other: Sql) -> Sql | None:
    """Both conditions as one that either fulfils, if they are alike; None if they are not."""
    if one == other:
        return one
    if isinstance(one, In) and isinstance(other, In) and one.operand == other.operand:
        return In(one.operand, tuple(dict.fromkeys((*one.values, *other.values))))
    if isinstance(one, Exists) and isinstance(other, Exists):
        return _one_search(one.rows, other.rows)
    return None


def _one_search(one: Select, other: Select) -> Sql | None:
    """Two searches in the same rows as one: (a and x) or (a and y) is a and (x or y)."""
    if one.source != other.source:
        return None
    common = [part for part in one.where if part in other.where]
    if not common:
        return None
    own, theirs = (both(*(part for part in rows.where if part not in common)) for rows in (one, other))
    return Exists(Select(one.columns, one.source, (), (*common, any_of(own, theirs)), False, ()))


def alternatives(condition: Sql) -> tuple[Sql, ...]:
    """The parts of an OR; the condition itself where it is none."""
    return condition.parts if isinstance(condition, Or) else (condition,)


def not_true(condition: Sql) -> Sql:
    """Holds exactly where `condition` does not: where it is false and where it is NULL."""
    return _not_true(condition, frozenset())


def _not_true(condition: Sql, known: frozenset[Sql]) -> Sql:
    """`known` are the columns that are not NULL wherever the result matters."""
    if isinstance(condition, And):
        # Where one of these is NULL the whole is open anyway, so the other parts need not look again.
        known = known.union(*(_known_by(part) for part in condition.parts))
        return either(*(_not_true(part, known) for part in condition.parts))
    if isinstance(condition, Or):
        return both(*(_not_true(part, known) for part in condition.parts))
    if isinstance(condition, Not):
        return _not_false(condition.operand, known)
    if isinstance(condition, Binary) and condition.sign in _OPPOSITE_SIGNS:
        sign = _OPPOSITE_SIGNS[condition.sign]
        return _or_null(
            Binary(sign, condition.left, condition.right), (condition.left, condition.right), known
        )
    if isinstance(condition, In):
        return _or_null(opposite(condition), (condition.operand,), known)
    return opposite(condition if _is_never_null(condition) else or_else(condition, Constant("0")))


def _not_false(condition: Sql, known: frozenset[Sql]) -> Sql:
    """Holds where `condition` is true or NULL."""
    if isinstance(condition, And | Or):
        join = both if isinstance(condition, And) else either
        return join(*(_not_false(part, known) for part in condition.parts))
    if isinstance(condition, Not):
        return _not_true(condition.operand, known)
    if isinstance(condition, Binary) and condition.sign in _OPPOSITE_SIGNS:
        return _or_null(condition, (condition.left, condition.right), known)
    if isinstance(condition, In):
        return _or_null(condition, (condition.operand,), known)
    return condition if _is_never_null(condition) else or_else(condition, Constant("1"))


def _or_null(turned: Sql, operands: tuple[Sql, ...], known: frozenset[Sql]) -> Sql:
    """`turned`, or one of its operands is NULL."""
    nullable = [one for one in operands if not _is_value(one) and one not in known]
    if any(not isinstance(one, Column) for one in nullable):
        return or_else(turned, Constant("1"))
    return either(turned, *(is_null(one) for one in nullable))


def _is_value(operand: Sql) -> bool:
    """Whether it is never NULL: nothing that is bound is NULL."""
    if isinstance(operand, Call) and operand.function == "coalesce":
        return any(_is_value(one) for one in operand.arguments)
    return isinstance(operand, Constant | Bind)


def _known_by(part: Sql) -> set[Sql]:
    """The columns of which `... IS NOT NULL` is said."""
    if isinstance(part, Not) and isinstance(part.operand, Binary) and part.operand.sign == "IS":
        return {part.operand.left} if part.operand.right == NULL else set()
    return set()


def _is_never_null(condition: Sql) -> bool:
    if isinstance(condition, Binary):
        return condition.sign == "IS"
    return isinstance(condition, Exists | Constant)
