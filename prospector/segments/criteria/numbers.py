"""Numbers: exact ones, and those of which a band is known, such as the headcount and the revenue."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from prospector.segments.criteria.context import plain_number, range_of
from prospector.segments.criteria.criterion import Criterion
from prospector.segments.criteria.narrowing import SomeNumbers
from prospector.segments.sql.sql import (
    ZERO,
    at_least,
    at_most,
    both,
    either,
    is_known,
    is_null,
    less,
    more,
    opposite,
    or_else,
    three_way,
)

if TYPE_CHECKING:
    from prospector.core.fields import FilterField
    from prospector.core.records import Prospect
    from prospector.core.spans import NumberSpan
    from prospector.segments.criteria.context import Asking
    from prospector.segments.criteria.criterion import Answer, Question
    from prospector.segments.criteria.narrowing import Left
    from prospector.segments.sql.sql import Binds
    from prospector.segments.sql.tree import Sql

_MONEY = re.compile(r"([0-9]+(?:\.[0-9]{1,6})?)(k|m|mio|bn|b|)")
_UNITS = {"": 1, "k": 1_000, "m": 1_000_000, "mio": 1_000_000, "b": 1_000_000_000, "bn": 1_000_000_000}
_PERCENT = re.compile(r"(-?[0-9]{1,6})%?")


def percent(text: str) -> int:
    """A percentage, with its sign or without."""
    if not (match := _PERCENT.fullmatch(text)):
        raise ValueError(text)
    return int(match[1])


def money(text: str) -> int:
    """An amount such as 500k, 10m or 1.5bn."""
    match = _MONEY.fullmatch(text.lower().replace(",", "").replace("_", "").replace(" ", "").lstrip("$"))
    if not match:
        raise ValueError(text)
    whole, _, part = match[1].partition(".")
    return int(whole + part) * _UNITS[match[2]] // int(10 ** len(part))


@dataclass(frozen=True, slots=True)
class Number(Criterion):
    """A number lies between `low` and `high` (None = open)."""

    low: int | None
    high: int | None

    form = "number"
    noun: ClassVar[str] = ""
    """What a value is called; without one as the field's last word says."""
    hint: ClassVar[str] = 'write ">= 5", "5-10" or "5+"'

    @staticmethod
    def number(text: str) -> int:
        """One number; `ValueError` for anything else."""
        return plain_number(text)

    @classmethod
    def read(cls, field: FilterField, text: str, asking: Asking) -> Question:
        """See `Criterion.read`."""
        noun = cls.noun or field.name.rpartition("_")[2]
        return cls(field, *range_of(text, cls.number, noun, cls.hint))

    def sql(self, binds: Binds) -> Sql:
        """See `Question.sql`."""
        column = self.column(self.field.stored)
        inside = [is_known(column)]
        if self.low is not None:
            inside.append(at_least(column, binds(self.low)))
        if self.high is not None:
            inside.append(at_most(column, binds(self.high)))
        return three_way(both(*inside), is_known(column))

    def answer(self, prospect: Prospect) -> Answer:
        """See `Question.answer`."""
        value = self.value(prospect)
        if value is None:
            return None
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def allows(self) -> dict[str, Left]:
        """See `Criterion.allows`."""
        return {f"{self.field.stored}:{self.table}": SomeNumbers.between(self.low, self.high)}


class Year(Number):
    """A year."""

    __slots__ = ()
    form = "year"
    noun = "year"
    hint = 'write ">= 2015" or "2010-2015"'


class Percent(Number):
    """A change in percent."""

    __slots__ = ()
    form = "percent"
    hint = 'write ">= 10%", "< 0%" or "= 0%"'
    number = staticmethod(percent)


class Band(Number):
    """The whole band lies between `low` and `high` (None = open); a band only partly inside is unknown."""

    __slots__ = ()
    form = "band"
    hint = 'write "> 10", "<= 50", "11-50" or "50+"'

    def sql(self, binds: Binds) -> Sql:
        """See `Question.sql`."""
        lowest, most = (self.column(f"{self.field.stored}_{end}") for end in ("min", "max"))
        least = or_else(lowest, ZERO)
        known = opposite(both(is_null(lowest), is_null(most)))
        inside: list[Sql] = [known]
        outside: list[Sql] = []
        if self.low is not None:
            inside.append(at_least(least, binds(self.low)))
            outside.append(less(most, binds(self.low)))
        if self.high is not None:
            inside.append(at_most(most, binds(self.high)))
            outside.append(more(least, binds(self.high)))
        return three_way(both(*inside), both(known, either(*outside)))

    def answer(self, prospect: Prospect) -> Answer:
        """See `Question.answer`."""
        band: NumberSpan | None = self.value(prospect)
        if band is None:
            return None
        least, most = band.minimum or 0, band.maximum
        above = self.low is None or least >= self.low
        below = self.high is None or (most is not None and most <= self.high)
        if above and below:
            return True
        short = self.low is not None and most is not None and most < self.low
        tall = self.high is not None and least > self.high
        return False if short or tall else None


class MoneyBand(Band):
    """A band of money."""

    __slots__ = ()
    form = "money"
    hint = 'write "> 10m", "500k-2m" or "1bn+"'
    number = staticmethod(money)
