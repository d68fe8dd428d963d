"""How long something has been so: the time in the current role, or at the company."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from prospector.segments.criteria.context import COMPARISON, BadValue, period_of
from prospector.segments.criteria.criterion import Criterion
from prospector.segments.criteria.narrowing import SomeNumbers
from prospector.segments.sql.sql import at_least, at_most, both, either, less, more, three_way

if TYPE_CHECKING:
    from prospector.core.fields import FilterField
    from prospector.core.records import Prospect
    from prospector.core.spans import DateSpan
    from prospector.segments.criteria.context import Asking
    from prospector.segments.criteria.criterion import Answer, Question
    from prospector.segments.criteria.narrowing import Left
    from prospector.segments.sql.sql import Binds
    from prospector.segments.sql.tree import Sql

_SPAN = re.compile(r"(?:between )?(\d[^-–]*?)\s*(?:[-–]|to|and|bis|à|a)\s*(\d[^-–]*)", re.I)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Tenure(Criterion):
    """What the field dates began between `earliest` and `latest`. A start after `as_of` is unknown."""

    earliest: date
    latest: date
    as_of: date

    form = "period"

    @classmethod
    def read(cls, field: FilterField, text: str, asking: Asking) -> Question:
        """See `Criterion.read`."""
        noun = field.name.rpartition("_")[2]
        return cls(field, *days_of(text, asking.as_of, noun), asking.as_of)

    def sql(self, binds: Binds) -> Sql:
        """See `Question.sql`."""
        start, end = (self.column(f"{self.field.stored}_{end}") for end in ("from", "to"))
        first, last = binds(self.earliest.isoformat()), binds(self.latest.isoformat())
        past = at_most(start, binds(self.as_of.isoformat()))
        inside = both(at_least(start, first), at_most(end, last))
        outside = either(
            less(end, first),
            more(start, last),
        )
        return three_way(both(past, inside), both(past, outside))

    def answer(self, prospect: Prospect) -> Answer:
        """See `Question.answer`."""
        started: DateSpan | None = self.value(prospect)
        if started is None or started.earliest > self.as_of:
            return None
        if started.earliest >= self.earliest and started.latest <= self.latest:
            return True
        return False if started.latest < self.earliest or started.earliest > self.latest else None

    def phrase(self, prospect: Prospect) -> str | None:
        """See `Criterion.phrase`: a span that is no whole month or year is named by its last month."""
        started: DateSpan | None = self.value(prospect)
        if started is None:
            return None
        text = str(started)
        return self.field.because.format(f"about {started.latest:%Y-%m}" if "/" in text else text)

    def allows(self) -> dict[str, Left]:
        """See `Criterion.allows`."""
        days = SomeNumbers.between(self.earliest.toordinal(), self.latest.toordinal())
        return {f"{self.field.name}:{self.table}": days}


def days_of(text: str, as_of: date, noun: str) -> tuple[date, date]:
    """The first and the last day on which something can have begun that has lasted `< 1y`, `>= 90d`, `3m-18m`."""
    if span := _SPAN.fullmatch(text):
        shorter = f"{span[1]} {_unit_of(span[2])}" if span[1].isdigit() else span[1]
        first, last = period_of(span[2]).before(as_of), period_of(shorter).before(as_of)
        if first > last:
            raise BadValue(f'"{text}" runs backwards', "write the shorter span first: 3m-18m")
        return first, last
    compared = COMPARISON.fullmatch(text)
    if not compared:
        raise BadValue(f'"{text}" is no {noun}', 'write "< 1y", ">= 90d" or "3m-18m"')
    return _began(compared[1], period_of(compared[2]).before(as_of), as_of)


def _unit_of(text: str) -> str:
    """The unit of the longer end, which counts for both: "3-18 months"."""
    return text.lstrip("0123456789 ")


def _began(sign: str, cut: date, as_of: date) -> tuple[date, date]:
    """The first and the last day on which it can have begun, by the day that lies so long back."""
    early = date.min if cut == date.min else cut - _DAY
    return {
        "<": (cut + _DAY, as_of),
        "<=": (cut, as_of),
        ">": (date.min, early),
        ">=": (date.min, cut),
        "=": (cut, cut),
    }[sign]
