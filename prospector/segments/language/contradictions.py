"""Segments that can match nobody, whatever the data say.

Every criterion narrows what a field may hold: to some words, or to some ranges. Where nothing is left, nobody can
match. Groups of alternatives are taken by each field on its own, which may miss a contradiction but never makes
one up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prospector.segments.criteria.criteria import Choice, Headcount, Role, Technology, Tenure
from prospector.segments.criteria.criteria_company import Has, Listed, Number, Words
from prospector.segments.criteria.criteria_person import Taken
from prospector.segments.criteria.groups import AllOf, AnyOf, Not
from prospector.segments.segment import Asked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prospector.segments.criteria.groups import Question
    from prospector.segments.segment import Segment

Ends = tuple[float, float]
_ENDLESS = float("inf")


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that is left with nothing, and the line of the criterion after which it is."""

    field: str
    what: str
    line: int


@dataclass(frozen=True, slots=True)
class _Words:
    """Some words, or all but some."""

    words: frozenset[str]
    but: bool = False

    def meet(self, other: _Words) -> _Words:
        if self.but and other.but:
            return _Words(self.words | other.words, but=True)
        if self.but or other.but:
            some, without = (other, self) if self.but else (self, other)
            return _Words(some.words - without.words)
        return _Words(self.words & other.words)

    def join(self, other: _Words) -> _Words:
        if self.but and other.but:
            return _Words(self.words & other.words, but=True)
        if self.but or other.but:
            without, some = (self, other) if self.but else (other, self)
            return _Words(without.words - some.words, but=True)
        return _Words(self.words | other.words)

    def opposite(self) -> _Words:
        return _Words(self.words, not self.but)

    @property
    def empty(self) -> bool:
        return not self.but and not self.words


@dataclass(frozen=True, slots=True)
class _Ranges:
    """Whole numbers (or days) in some ranges, both ends included."""

    ranges: tuple[Ends, ...]

    def meet(self, other: _Ranges) -> _Ranges:
        pairs = ((max(a[0], b[0]), min(a[1], b[1])) for a in self.ranges for b in other.ranges)
        return _Ranges(tuple(sorted({pair for pair in pairs if pair[0] <= pair[1]})))

    def join(self, other: _Ranges) -> _Ranges:
        return _Ranges(tuple(sorted({*self.ranges, *other.ranges})))

    def opposite(self) -> _Ranges:
        left = _Ranges(((-_ENDLESS, _ENDLESS),))
        for low, high in self.ranges:
            left = left.meet(_Ranges(((-_ENDLESS, low - 1), (high + 1, _ENDLESS))))
        return left

    @property
    def empty(self) -> bool:
        return not self.ranges


Left = _Words | _Ranges
"""What a field may still hold."""


def clashes(segment: Segment) -> list[Clash]:
    """The fields for which the segment asks what cannot be, each once."""
    left: dict[str, Left] = {}
    found: dict[str, Clash] = {}
    for asked, question in _conjuncts(segment):
        for field, allowed in _allowed(question).items():
            left[field] = _meet(left[field], allowed) if field in left else allowed
            if left[field].empty and field not in found:
                what = f"{field.partition(':')[0]} can hold nothing that all criteria allow: {asked.text}"
                found[field] = Clash(field, what, asked.line)
    return list(found.values())


def _conjuncts(segment: Segment) -> Iterator[tuple[Asked, Question]]:
    """What must hold all at once, with the criterion that says so."""
    for entry in segment.entries:
        for question in _all_at_once(entry.question):
            asked = question if isinstance(question, Asked) else entry.asked[-1]
            inner = question.question if isinstance(question, Asked) else question
            for one in _all_at_once(inner):
                yield asked, one


def _all_at_once(question: Question) -> Iterator[Question]:
    if isinstance(question, AllOf):
        for one in question.questions:
            yield from _all_at_once(one)
    else:
        yield question


def _allowed(question: Question) -> dict[str, Left]:
    """What a question leaves of each field that it surely narrows."""
    if isinstance(question, Asked):
        return _allowed(question.question)
    if isinstance(question, AllOf):
        narrowed: dict[str, Left] = {}
        for part in question.questions:
            for field, left in _allowed(part).items():
                narrowed[field] = _meet(narrowed[field], left) if field in narrowed else left
        return narrowed
    if isinstance(question, AnyOf):
        return _joined([_allowed(part) for part in question.questions])
    if isinstance(question, Not):
        return _opposite(question.question)
    return _single(question)


def _joined(branches: list[dict[str, Left]]) -> dict[str, Left]:
    """A field is narrowed by alternatives only where each of them narrows it."""
    shared = set.intersection(*(set(branch) for branch in branches)) if branches else set()
    found: dict[str, Left] = {}
    for field in sorted(shared):
        first, *others = (branch[field] for branch in branches)
        for other in others:
            first = _join(first, other)
        found[field] = first
    return found


def _opposite(question: Question) -> dict[str, Left]:
    """What not matching leaves; nothing is said where several fields are asked at once."""
    if isinstance(question, Asked):
        return _opposite(question.question)
    if isinstance(question, Not):
        return _allowed(question.question)
    if isinstance(question, AnyOf):
        return _allowed(AllOf(tuple(Not(part) for part in question.questions)))
    if isinstance(question, AllOf):
        if len(question.questions) == 1:
            return _opposite(question.questions[0])
        return _joined([_opposite(part) for part in question.questions])
    single = _single(question)
    return {field: left.opposite() for field, left in single.items()} if len(single) == 1 else {}


_TENURES = {"role_started": "tenure", "employed_since": "company_tenure"}


def _single(question: Question) -> dict[str, Left]:
    if isinstance(question, Choice):
        return {f"{question.field}:{question.table}": _Words(frozenset(question.values))}
    if isinstance(question, Listed):
        return {f"{question.field}:{question.table}": _Words(question.values)}
    if isinstance(question, Headcount | Number):
        return {question.field: _Ranges(((_low(question.low), _high(question.high)),))}
    if isinstance(question, Tenure):
        return {
            _TENURES[question.field]: _Ranges(((question.earliest.toordinal(), question.latest.toordinal()),))
        }
    if isinstance(question, Role):
        return _role(question)
    return _yes_or_no(question)


def _yes_or_no(question: Question) -> dict[str, Left]:
    """Criteria that are only met or not: asked for and ruled out at once they clash."""
    yes = _Words(frozenset(["yes"]))
    if isinstance(question, Technology):
        return {f"{question.column}:{question.value}": yes}
    if isinstance(question, Has):
        return {f"has:{question.table}:{question.name}": yes}
    if isinstance(question, Words):
        return {f"{question.column.removesuffix('_key')}:{question.phrase}": yes}
    if isinstance(question, Taken):
        return {f"campaign:{question.campaign}:{question.since}": yes}
    return {}


def _role(question: Role) -> dict[str, Left]:
    found: dict[str, Left] = {}
    if question.department:
        found["department"] = _Words(frozenset([question.department]))
    if question.seniorities:
        found["seniority"] = _Words(frozenset(question.seniorities))
    return found


def _low(number: int | None) -> float:
    return -_ENDLESS if number is None else number


def _high(number: int | None) -> float:
    return _ENDLESS if number is None else number


def _meet(one: Left, other: Left) -> Left:
    if isinstance(one, _Words) and isinstance(other, _Words):
        return one.meet(other)
    if isinstance(one, _Ranges) and isinstance(other, _Ranges):
        return one.meet(other)
    return one


def _join(one: Left, other: Left) -> Left:
    if isinstance(one, _Words) and isinstance(other, _Words):
        return one.join(other)
    if isinstance(one, _Ranges) and isinstance(other, _Ranges):
        return one.join(other)
    return one
