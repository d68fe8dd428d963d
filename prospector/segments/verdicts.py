"""From one three-valued expression to plain conditions that an index can serve.

Every question is built as `CASE WHEN match THEN 1 WHEN no match THEN 0 END` under AND, OR and NOT, and has a
pair of plain answers: does it match, and is a match possible (a match or unknown)? Kleene's logic maps to such
pairs exactly: AND and OR join matches with matches and possibles with possibles; NOT gives (not possible, not
match). A plain condition holds or it does not, whatever is NULL inside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from sqlglot import exp

from prospector.segments.sql import both, either, grouped, is_null, opposite

if TYPE_CHECKING:
    from prospector.segments.sql import Sql

_OPPOSITE_SIGNS: dict[type[Sql], type[exp.Binary]] = {
    exp.EQ: exp.NEQ,
    exp.NEQ: exp.EQ,
    exp.LT: exp.GTE,
    exp.LTE: exp.GT,
    exp.GT: exp.LTE,
    exp.GTE: exp.LT,
}
_VALUES = (exp.Literal, exp.Placeholder)

Face = Callable[["Sql"], "Sql"]
"""From a question's three-valued tree, which is left as it is, to one of its plain conditions."""


def matches(tree: Sql) -> Sql:
    """Holds where the question matches."""
    return _joined(tree, matches, matches_not, lambda case: _branch(case, 0))


def possible(tree: Sql) -> Sql:
    """Holds where the question matches or is unknown."""
    return _joined(tree, possible, does_not_match, _open)


def does_not_match(tree: Sql) -> Sql:
    """Holds where the question is unknown or does not match: the opposite of `matches`."""
    return _dual(tree, does_not_match, possible, lambda case: not_true(_branch(case, 0)))


def matches_not(tree: Sql) -> Sql:
    """Holds where the question is known not to match: the opposite of `possible`."""
    return _dual(tree, matches_not, matches, lambda case: both(not_true(_branch(case, 0)), *_no_match(case)))


def _joined(tree: Sql, same: Face, negated: Face, leaf: Face) -> Sql:
    if isinstance(tree, exp.Paren | exp.Not):
        return (same if isinstance(tree, exp.Paren) else negated)(tree.this)
    if isinstance(tree, exp.And | exp.Or):
        join = both if isinstance(tree, exp.And) else any_of
        return grouped(join(*(same(part) for part in tree.flatten())))
    return leaf(tree)


def _dual(tree: Sql, same: Face, negated: Face, leaf: Face) -> Sql:
    """As `_joined`, with AND and OR changing places (De Morgan)."""
    if isinstance(tree, exp.And | exp.Or):
        join = any_of if isinstance(tree, exp.And) else both
        return grouped(join(*(same(part) for part in tree.flatten())))
    return _joined(tree, same, negated, leaf)


def _open(case: Sql) -> Sql:
    """A leaf that matches, or is not known not to."""
    no_match = _no_match(case)
    match = _branch(case, 0)
    return grouped(any_of(not_true(both(*no_match)), match)) if no_match else exp.true()


def _branch(case: Sql, number: int) -> Sql:
    """The condition of a WHEN. A leaf that is no CASE is a condition itself (the empty AND is TRUE)."""
    if isinstance(case, exp.Case):
        return grouped(case.args["ifs"][number].this.copy())
    return case.copy()


def _no_match(case: Sql) -> list[Sql]:
    if not isinstance(case, exp.Case):
        return [opposite(grouped(case.copy()))]
    return [_branch(case, number) for number in range(1, len(case.args["ifs"]))]


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
    if type(one) is not type(other):
        return None
    if one == other:
        return one
    if (
        isinstance(one, exp.In)
        and one.this == other.this
        and not (one.args.get("query") or other.args.get("query"))
    ):
        known = set(one.expressions)
        one.set(
            "expressions", [*one.expressions, *(value for value in other.expressions if value not in known)]
        )
        return one
    return _one_search(one, other) if isinstance(one, exp.Exists) else None


def _one_search(one: Sql, other: Sql) -> Sql | None:
    """Two searches in the same rows as one: (a and x) or (a and y) is a and (x or y)."""
    rows, others = one.this, other.this
    if rows.args["from_"] != others.args["from_"]:
        return None
    parts, their_parts = (list(select.args["where"].this.flatten()) for select in (rows, others))
    common = [part for part in parts if part in their_parts]
    if not common:
        return None
    own, theirs = (
        grouped(both(*(part for part in found if part not in common))) for found in (parts, their_parts)
    )
    return exp.Exists(
        this=rows.copy().where(both(*common, grouped(any_of(own, theirs))), append=False, copy=False)
    )


def alternatives(condition: Sql) -> Iterator[Sql]:
    """The parts of a flat OR; the condition itself where it is none."""
    while isinstance(condition, exp.Paren):
        condition = condition.this
    if isinstance(condition, exp.Or):
        for part in condition.flatten():
            yield from alternatives(part)
    else:
        yield grouped(condition) if isinstance(condition, exp.And) else condition


def not_true(condition: Sql) -> Sql:
    """Holds exactly where `condition` does not: where it is false and where it is NULL."""
    return _not_true(condition, frozenset())


def _not_true(condition: Sql, known: frozenset[Sql]) -> Sql:
    """`known` are the columns that are not NULL wherever the result matters."""
    if isinstance(condition, exp.Paren):
        return _not_true(condition.this, known)
    if isinstance(condition, exp.And):
        parts = list(condition.flatten())
        # Where one of these is NULL the whole is open anyway, so the other parts need not look again.
        known = known.union(*(_known_by(part) for part in parts))
        return grouped(either(*(_not_true(part, known) for part in parts)))
    if isinstance(condition, exp.Or):
        return grouped(both(*(_not_true(part, known) for part in condition.flatten())))
    if isinstance(condition, exp.Not):
        return _not_false(condition.this, known)
    if type(condition) in _OPPOSITE_SIGNS:
        sign = _OPPOSITE_SIGNS[type(condition)]
        turned = sign(this=condition.this.copy(), expression=condition.expression.copy())
        return _or_null(turned, condition, known)
    if isinstance(condition, exp.In) and not condition.args.get("query"):
        return _or_null(opposite(condition.copy()), condition, known)
    if _is_never_null(condition):
        return opposite(condition.copy())
    return opposite(_certainly(condition, 0))


def _not_false(condition: Sql, known: frozenset[Sql]) -> Sql:
    """Holds where `condition` is true or NULL."""
    if isinstance(condition, exp.Paren):
        return _not_false(condition.this, known)
    if isinstance(condition, exp.And | exp.Or):
        join = both if isinstance(condition, exp.And) else either
        return grouped(join(*(_not_false(part, known) for part in condition.flatten())))
    if isinstance(condition, exp.Not):
        return _not_true(condition.this, known)
    if type(condition) in _OPPOSITE_SIGNS or (
        isinstance(condition, exp.In) and not condition.args.get("query")
    ):
        return _or_null(condition.copy(), condition, known)
    return condition.copy() if _is_never_null(condition) else _certainly(condition, 1)


def _or_null(turned: Sql, original: Sql, known: frozenset[Sql]) -> Sql:
    """`turned`, or one of its operands is NULL."""
    operands = [original.this] if isinstance(original, exp.In) else [original.this, original.expression]
    nullable = [one for one in operands if not _is_value(one) and one not in known]
    if any(not isinstance(one, exp.Column) for one in nullable):
        return _certainly(turned, 1)
    return grouped(either(turned, *(is_null(one.copy()) for one in nullable))) if nullable else turned


def _is_value(operand: Sql) -> bool:
    return isinstance(operand, _VALUES) or (
        isinstance(operand, exp.Coalesce) and any(isinstance(one, _VALUES) for one in operand.expressions)
    )


def _known_by(part: Sql) -> set[Sql]:
    """The column that `... IS NOT NULL` speaks of."""
    if isinstance(part, exp.Paren):
        return _known_by(part.this)
    if isinstance(part, exp.And):
        return set().union(*(_known_by(one) for one in part.flatten()))
    inner = part.this if isinstance(part, exp.Not) else None
    return {inner.this} if isinstance(inner, exp.Is) and isinstance(inner.expression, exp.Null) else set()


def _is_never_null(condition: Sql) -> bool:
    return isinstance(condition, exp.Exists | exp.Is | exp.Boolean)


def _certainly(condition: Sql, otherwise: int) -> Sql:
    """The condition, with `otherwise` for NULL."""
    return exp.Coalesce(this=grouped(condition.copy()), expressions=[exp.Literal.number(otherwise)])
