"""What differs between two sequences: touches, days, channels, subjects, texts and settings.

Touches belong together by the names of their files, without the numbers in front where that leaves them apart.
"""

from __future__ import annotations

import re
from difflib import unified_diff
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Sequence as Items

    from prospector.sequences.folder import Body, Sequence, Touch
    from prospector.sequences.shapes import DifferenceShape

_NUMBER = re.compile(r"\d+[-_. ]*")


class Difference(NamedTuple):
    """One thing that differs. `touch` is blank for the sequence as a whole; None is what a side does not have."""

    touch: str
    variant: str
    what: str
    before: str | None
    after: str | None

    def as_json(self) -> DifferenceShape:
        """One row of `sequence diff --json`."""
        return {
            "touch": self.touch or None,
            "variant": self.variant,
            "what": self.what,
            "before": self.before,
            "after": self.after,
        }

    def lines(self) -> Iterator[str]:
        """The same for a reader: lines that went and lines that came."""
        name = f"{self.touch}{f' ({self.variant})' if self.variant else ''}" if self.touch else "sequence"
        if self.what == "touch":
            yield f"{name}: {f'not in the second: {self.before}' if self.after is None else f'new: {self.after}'}"
        elif self.what in ("day", "channel", "name"):
            yield f"{name}: {self.what} {self.before} -> {self.after}"
        else:
            yield f"{name}: {self.what}"
            sides = ((side or "").splitlines() for side in (self.before, self.after))
            yield from (f"  {line}" for line in _changed(*sides))


def differences(first: Sequence, second: Sequence) -> list[Difference]:
    """Everything that differs, the settings first, then in the order of the touches."""
    found = [Difference("", "", *one) for one in _differing(_settings(first), _settings(second))]
    for before, after in _pairs(first.touches, second.touches):
        found += _of_touches(before, after)
    return found


def _changed(before: list[str], after: list[str]) -> Iterator[str]:
    """Lines with - and +, one line around them, and ... between parts; the first three lines are a file's heading."""
    for line in islice(unified_diff(before, after, lineterm="", n=1), 3, None):
        yield "..." if line.startswith("@@") else line


def _settings(sequence: Sequence) -> dict[str, str]:
    return {
        "language": sequence.language,
        "stop_on": ", ".join(sequence.stop_on),
        "opt_out": sequence.opt_out,
        **{f"snippet {name}": text for name, text in sequence.snippets.items()},
        **{f"partial {name}": source.text for name, source in sequence.partials.items()},
    }


def _differing(before: dict[str, str], after: dict[str, str]) -> Iterator[tuple[str, str | None, str | None]]:
    for key in dict.fromkeys([*before, *after]):
        if before.get(key) != after.get(key):
            yield key, before.get(key), after.get(key)


def _keys(touches: Items[Touch], others: Items[Touch]) -> dict[str, Touch]:
    """Touches by their names; those whose name only one side has by it without the number, if that is theirs alone."""
    shared = {one.name for one in others}
    bare = {one.name: _NUMBER.sub("", one.name, count=1) for one in touches if one.name not in shared}
    alone = {name: key for name, key in bare.items() if key and list(bare.values()).count(key) == 1}
    # "/" stands in no file's name, so that the two kinds of keys never meet.
    return {f"/{alone[one.name]}" if one.name in alone else one.name: one for one in touches}


def _pairs(first: Items[Touch], second: Items[Touch]) -> list[tuple[Touch | None, Touch | None]]:
    """Touches that belong together; one that only one side has stands where its day puts it."""
    before, after = _keys(first, second), _keys(second, first)
    places = {key: (one.day, one.number) for key, one in (*before.items(), *after.items())}
    return [(before.get(key), after.get(key)) for key in sorted(places, key=lambda key: places[key])]


def _of_touches(before: Touch | None, after: Touch | None) -> Iterator[Difference]:
    one = after or before
    assert one is not None  # a pair has one side at least
    if before is None or after is None:
        was_there, is_there = (side and f"day {side.day} {side.channel}" for side in (before, after))
        yield Difference(one.name, "", "touch", was_there or None, is_there or None)
        return
    for what in ("name", "day", "channel"):
        was, now = str(getattr(before, what)), str(getattr(after, what))
        if was != now:
            yield Difference(one.name, "", what, was, now)
    bodies = [{body.variant: body for body in touch.bodies} for touch in (before, after)]
    for variant in sorted({*bodies[0], *bodies[1]}):
        was_so, is_so = (_texts(side.get(variant)) for side in bodies)
        label = variant if len(bodies[0]) > 1 or len(bodies[1]) > 1 else ""
        yield from (Difference(one.name, label, *each) for each in _differing(was_so, is_so))


def _texts(body: Body | None) -> dict[str, str]:
    if body is None:
        return {}
    subjects = "\n".join(one.text for one in body.subjects)
    return {**({"subject": subjects} if subjects else {}), "text": body.source}
