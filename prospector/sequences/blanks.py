"""How many real people a blank value would hold back, place by place, whichever variant they get."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from prospector.core.errors import FileError
from prospector.sequences.render import render_touch
from prospector.sequences.values import BlankValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from prospector.core.records import Prospect
    from prospector.sequences.folder import Sequence, Touch
    from prospector.sequences.views import RenderContext


class BlankPlace(NamedTuple):
    """Where a template prints a value that may be blank, and which one."""

    file: Path
    line: int | None
    field: str


class Blanks(NamedTuple):
    """How many people there are, and how many of them each place holds back."""

    total: int
    held: Counter[BlankPlace]
    by_variant: frozenset[BlankPlace]
    """The places of which a person may get another variant, and then is not held back there."""


def blanks_of(sequence: Sequence, people: Iterable[Prospect], context: RenderContext) -> Blanks:
    """Whom the blanks of a sequence hold back, in every variant: which one a person gets is the campaign's matter."""
    total, held, by_variant = 0, Counter[BlankPlace](), set[BlankPlace]()
    for prospect in people:
        total += 1
        met = set[BlankPlace]()
        for touch in sequence.touches:
            places = Counter(_places(sequence, touch, prospect, context))
            by_variant.update(place for place, ways in places.items() if ways < len(touch.variants))
            met.update(places)
        held.update(met)
    return Blanks(total, held, frozenset(by_variant))


def _places(
    sequence: Sequence, touch: Touch, prospect: Prospect, context: RenderContext
) -> Iterator[BlankPlace]:
    for variant in touch.variants:
        try:
            render_touch(sequence, touch, prospect, context, variant=variant.label)
        except BlankValue as blank:
            yield BlankPlace(blank.file or touch.file, blank.line, blank.field)
        except FileError:  # in a branch that no sample takes; `plan` names the person
            continue
