"""What all values of criteria are read with: the day, what the data hold, spans of time and of numbers.

Everything here raises `BadValue`; the caller knows the file and line, or the flag, and says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from prospector.core.custom import PREFIX, custom_key
from prospector.core.errors import near_miss
from prospector.core.spans import Period
from prospector.normalise.words import text_spellings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date
    from pathlib import Path

    from prospector.core.fields import FilterField, Subject

COMPARISON = re.compile(r"(>=|<=|>|<|=)\s*(.+)")
MOST = 1_000_000_000_000_000
"""The largest number that a criterion may name; a cell of the database holds more."""

_DIGITS = re.compile(r"[0-9]{1,18}")
_MONTH = Period(30, "d")


class BadValue(ValueError):
    """A value that a criterion cannot take, with a hint."""

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint


def _nothing(subject: Subject, field: str) -> tuple[str, ...]:
    return ()


def _no_custom(subject: Subject) -> tuple[str, ...]:
    return ()


class Road(NamedTuple):
    """What answers about our own stages and deals depend on."""

    stages: Mapping[str, tuple[str, ...]] | None = None
    """The stages that each word stands for: a stage for itself, a group for those in it; None takes any word."""
    dark_after: Period = _MONTH
    """After so long without a word from both sides an open deal is dark."""
    answers_read_since: date | None = None
    """Since when answers are read without a gap; None where they are not, so that silence says nothing."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What answers depend on besides the data: the day, how long a job counts as open, imported names."""

    as_of: date
    fresh: Period = _MONTH
    technologies: frozenset[str] = frozenset()
    """Keys of technologies outside the catalogue that imported lists have brought."""
    industries: frozenset[str] = frozenset()
    """Industries outside the taxonomy, in the words of the sources that have brought them."""
    folder: Path | None = None
    """The workspace: list files lie in it."""
    campaigns: frozenset[str] | None = None
    """Names of campaigns; None takes any name."""
    texts: Callable[[Subject, str], Iterable[str]] = _nothing
    """The texts that a stored field holds: places and rounds are asked for in any spelling."""

    custom: Callable[[Subject], tuple[str, ...]] = _no_custom
    """The custom fields that there are; where there are none, any name is taken."""

    road: Callable[[], Road] = Road
    """What is known of stages and answers; read only where a criterion asks for them."""

    def custom_field(self, subject: Subject, key: str) -> str:
        """The key of a custom field (`custom.NAME`) in its canonical form; `BadValue` for one that nobody has."""
        found = custom_key(key)
        assert found is not None
        name, known = found.removeprefix(PREFIX), self.custom(subject)
        if known and name not in known:
            hint = near_miss(name, known) or f"known: {', '.join(known[:30])}"
            raise BadValue(f'no custom field "{key.removeprefix(PREFIX)[:80]}" of a {subject}', hint)
        return found

    def spellings(self, field: FilterField, text: str) -> tuple[str, ...]:
        """Every stored spelling of a text (`Muenchen` for `München`); the text itself if there is none."""
        wanted = text_spellings(text)
        texts = self.texts(field.subject, field.stored)
        return tuple(sorted(one for one in texts if not wanted.isdisjoint(text_spellings(one)))) or (text,)


def period_of(text: str) -> Period:
    """A span of time such as 30d."""
    try:
        return Period.parse(text)
    except ValueError:
        raise BadValue(f'"{text[:80]}" is no time span', "write 30d, 2w, 3m or 1y") from None


def range_of(text: str, number: Callable[[str], int], what: str, hint: str) -> tuple[int | None, int | None]:
    """The lowest and the highest number (None = open) of `> 10`, `11-50`, `50+` or `7`.

    `number` reads one number and raises `ValueError` for anything else.
    """
    try:
        if compared := COMPARISON.fullmatch(text):
            low, high = _bounds(compared[1], number(compared[2].strip()))
        else:
            low, high = _band(text.replace(" ", ""), number)
        if any(one is not None and abs(one) > MOST for one in (low, high)):
            raise ValueError(text)
    except ValueError:
        raise BadValue(f'"{text[:80]}" is no {what}', hint) from None
    return low, high


def plain_number(text: str) -> int:
    """A whole number, with separators of thousands or without."""
    digits = text.replace(",", "").replace("_", "").replace(" ", "")
    if not _DIGITS.fullmatch(digits):
        raise ValueError(text)
    return int(digits)


def _band(text: str, number: Callable[[str], int]) -> tuple[int | None, int | None]:
    """The ends of `11-50`, `50+`, `-10` or `7`."""
    if text.endswith("+"):
        return number(text[:-1]), None
    low, sign, high = text.rpartition("-")
    if not sign:
        return number(text), number(text)
    ends = (number(low) if low else None, number(high))
    if ends[0] is not None and ends[0] > ends[1]:
        raise ValueError(text)
    return ends


def _bounds(sign: str, number: int) -> tuple[int | None, int | None]:
    return {
        ">": (number + 1, None),
        ">=": (number, None),
        "<": (None, number - 1),
        "<=": (None, number),
        "=": (number, number),
    }[sign]
