"""What a field may still hold once a criterion is met: some words, or numbers in some ranges.

Where nothing is left, nobody can match. Groups of alternatives are taken by each field on its own, which may miss
a contradiction but never makes one up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

Ends = tuple[float, float]
_ENDLESS = float("inf")


@dataclass(frozen=True, slots=True)
class SomeWords:
    """Some words, or all but some."""

    words: frozenset[str]
    but: bool = False

    def meet(self, other: Left) -> Left:
        """What both allow."""
        if not isinstance(other, SomeWords):
            return self
        if self.but and other.but:
            return SomeWords(self.words | other.words, but=True)
        if self.but or other.but:
            some, without = (other, self) if self.but else (self, other)
            return SomeWords(some.words - without.words)
        return SomeWords(self.words & other.words)

    def join(self, other: Left) -> Left:
        """What either allows."""
        if not isinstance(other, SomeWords):
            return self
        if self.but and other.but:
            return SomeWords(self.words & other.words, but=True)
        if self.but or other.but:
            without, some = (self, other) if self.but else (other, self)
            return SomeWords(without.words - some.words, but=True)
        return SomeWords(self.words | other.words)

    def opposite(self) -> Left:
        """What it rules out."""
        return SomeWords(self.words, not self.but)

    @property
    def empty(self) -> bool:
        """Whether nothing is left."""
        return not self.but and not self.words


@dataclass(frozen=True, slots=True)
class SomeNumbers:
    """Whole numbers (or days) in some ranges, both ends included."""

    ranges: tuple[Ends, ...]

    @classmethod
    def between(cls, low: int | None, high: int | None) -> SomeNumbers:
        """One range; None is open."""
        return cls(((-_ENDLESS if low is None else low, _ENDLESS if high is None else high),))

    def meet(self, other: Left) -> Left:
        """What both allow."""
        if not isinstance(other, SomeNumbers):
            return self
        pairs = ((max(a[0], b[0]), min(a[1], b[1])) for a in self.ranges for b in other.ranges)
        return SomeNumbers(tuple(sorted({pair for pair in pairs if pair[0] <= pair[1]})))

    def join(self, other: Left) -> Left:
        """What either allows."""
        if not isinstance(other, SomeNumbers):
            return self
        return SomeNumbers(tuple(sorted({*self.ranges, *other.ranges})))

    def opposite(self) -> Left:
        """What it rules out."""
        left: Left = SomeNumbers.between(None, None)
        for low, high in self.ranges:
            left = left.meet(SomeNumbers(((-_ENDLESS, low - 1), (high + 1, _ENDLESS))))
        return left

    @property
    def empty(self) -> bool:
        """Whether nothing is left."""
        return not self.ranges


Left = SomeWords | SomeNumbers
"""What a field may still hold."""

MET = SomeWords(frozenset(["yes"]))
"""What is left of criteria that are only met or not: asked for and ruled out at once they clash."""


def opposites(left: dict[str, Left]) -> dict[str, Left]:
    """What not matching leaves; nothing is said where several fields are asked at once."""
    return {field: one.opposite() for field, one in left.items()} if len(left) == 1 else {}


def meeting(branches: Iterable[dict[str, Left]]) -> dict[str, Left]:
    """What is left where all hold at once."""
    found: dict[str, Left] = {}
    for branch in branches:
        for field, left in branch.items():
            found[field] = found[field].meet(left) if field in found else left
    return found


def joining(branches: Iterable[dict[str, Left]]) -> dict[str, Left]:
    """A field is narrowed by alternatives only where each of them narrows it."""
    each = list(branches)
    shared = set.intersection(*(set(branch) for branch in each)) if each else set()
    found: dict[str, Left] = {}
    for field in sorted(shared):
        first, *others = (branch[field] for branch in each)
        for other in others:
            first = first.join(other)
        found[field] = first
    return found
