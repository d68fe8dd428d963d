"""How many real people a blank value would hold back, place by place."""

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
    from prospector.sequences.folder import Sequence
    from prospector.sequences.views import RenderContext


class BlankPlace(NamedTuple):
    """Where a template prints a value that may be blank, and which one."""

    file: Path
    line: int | None
    field: str


def blanks_of(
    sequence: Sequence, people: Iterable[Prospect], context: RenderContext
) -> tuple[int, Counter[BlankPlace]]:
    """How many people there are, and how many of them each place holds back."""
    total, blanks = 0, Counter[BlankPlace]()
    for prospect in people:
        total += 1
        blanks.update(set(_places(sequence, prospect, context)))
    return total, blanks


def _places(sequence: Sequence, prospect: Prospect, context: RenderContext) -> Iterator[BlankPlace]:
    for touch in sequence.touches:
        try:
            render_touch(sequence, touch, prospect, context)
        except BlankValue as blank:
            yield BlankPlace(blank.file or touch.file, blank.line, blank.field)
        except FileError:  # in a branch that no sample takes; `plan` names the person
            return
