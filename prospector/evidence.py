"""One observation, and the pure function from observations to current values.

An observation is what one row of one source said of one person or company. It is never changed. The
current value of a field is decided from all observations of its subject by the rule of `current_values`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from prospector.fields import Field

Method = Literal["manual", "verified", "stated", "inferred"]

RANKS: dict[Method, int] = {"manual": 4, "verified": 3, "stated": 2, "inferred": 1}
"""How much a way of knowing weighs. `stated` is what an import or the company's own site says."""


@dataclass(frozen=True, slots=True)
class Observation:
    """What one row of a source said. `place` is a row number or a URL; `cost` is in the budget's currency."""

    source: str
    method: Method
    seen_on: date
    values: Mapping[str, str | int]
    row: int = 0
    url: str | None = None
    confidence: float | None = None
    cost: float = 0.0


def current_values(
    observations: Iterable[Observation], fields: Mapping[str, Field], as_of: date
) -> dict[str, Observation]:
    """Which observation is current for each field.

    The higher method wins until its observation is older than the field's `max_age`; among equals the
    newest wins, then the source that sorts first, then the earlier row; what the same row of the same source
    says on the same day once more counts as a correction. Blank values are no observations.
    """
    current: dict[str, Observation] = {}
    for seen in observations:
        for name, value in seen.values.items():
            field = fields.get(name)
            if field is None or value is None or value == "":
                continue
            held = current.get(name)
            if held is None or _beats(seen, held, field.max_age, as_of):
                current[name] = seen
    return current


def _beats(one: Observation, other: Observation, max_age: int, as_of: date) -> bool:
    """Whether `one` is the better witness, or the correction of an equal one."""
    return not _weight(other, max_age, as_of) > _weight(one, max_age, as_of)


def _weight(seen: Observation, max_age: int, as_of: date) -> tuple[int, int, _Reversed, int]:
    fresh = (as_of - seen.seen_on).days <= max_age
    rank = RANKS[seen.method] if fresh else 0
    return (rank, seen.seen_on.toordinal(), _Reversed(seen.source), -seen.row)


class _Reversed(str):
    """A text that sorts the other way round, so that the first source name weighs most."""

    __slots__ = ()

    def __lt__(self, other: str) -> bool:
        return str.__gt__(self, other)

    def __gt__(self, other: str) -> bool:
        return str.__lt__(self, other)
