"""Segments that can match nobody, whatever the data say.

Every criterion says what it leaves of its field: some words, or some ranges (see `criteria.narrowing`). Where nothing
is left, nobody can match.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prospector.segments.criteria.groups import AllOf
from prospector.segments.segment import Asked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prospector.segments.criteria.criterion import Question
    from prospector.segments.criteria.narrowing import Left
    from prospector.segments.segment import Segment


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that is left with nothing, and the line of the criterion after which it is."""

    field: str
    what: str
    line: int


def clashes(segment: Segment) -> list[Clash]:
    """The fields for which the segment asks what cannot be, each once."""
    left: dict[str, Left] = {}
    found: dict[str, Clash] = {}
    for asked, question in _conjuncts(segment):
        for field, allowed in question.narrows(True).items():
            left[field] = left[field].meet(allowed) if field in left else allowed
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
