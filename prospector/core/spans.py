"""Values that are known only in part: a date that may lack its day, a headcount that may be a band.

A filter asks such a value for a range and gets one of three answers: all of it lies inside, none of it
does, or only a part (then nobody can tell). Both types have one canonical text form, which is what the
evidence stores: `2026`, `2026-03`, `2026-03-09`; `120`, `11-50`, `50+`, `-10` (up to ten).
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_DATES = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})/([0-9]{4}-[0-9]{2}-[0-9]{2})")
_NUMBERS = re.compile(r"([0-9]+)?(?:(-|\+)([0-9]+)?)?")
_PERIOD = re.compile(r"([0-9]+)\s*(d|w|m|y)")


@dataclass(frozen=True, slots=True)
class DateSpan:
    """A date between `earliest` and `latest`, both included."""

    earliest: date
    latest: date

    @classmethod
    def parse(cls, text: str) -> DateSpan:
        """Read the canonical form; `ValueError` for anything else, and for days that do not exist."""
        if both := _DATES.fullmatch(text):
            earliest, latest = date.fromisoformat(both[1]), date.fromisoformat(both[2])
            if earliest > latest:
                raise ValueError(f"runs backwards: {text!r}")
            return cls(earliest, latest)
        match = _DATE.fullmatch(text)
        if not match:
            raise ValueError(f"not a date: {text!r}")
        year, month, day = match.groups()
        if day is not None:
            exact = date(int(year), int(month), int(day))
            return cls(exact, exact)
        if month is not None:
            first = date(int(year), int(month), 1)
            return cls(first, first.replace(day=calendar.monthrange(first.year, first.month)[1]))
        return cls(date(int(year), 1, 1), date(int(year), 12, 31))

    def __str__(self) -> str:
        if self.earliest == self.latest:
            return self.earliest.isoformat()
        first, last = self.earliest, self.latest
        if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) and first.year == last.year:
            return f"{first.year:04d}"
        month_end = calendar.monthrange(first.year, first.month)[1]
        if first.day == 1 and last == first.replace(day=month_end):
            return f"{first.year:04d}-{first.month:02d}"
        return f"{first.isoformat()}/{last.isoformat()}"


@dataclass(frozen=True, slots=True)
class NumberSpan:
    """A whole number between `minimum` and `maximum`, both included; `None` is open."""

    minimum: int | None
    maximum: int | None

    @classmethod
    def parse(cls, text: str) -> NumberSpan:
        """Read the canonical form (`120`, `11-50`, `50+`, `-10`); `ValueError` for anything else."""
        match = _NUMBERS.fullmatch(text)
        if not match or not text:
            raise ValueError(f"not a number or a band: {text!r}")
        low, sign, high = match.groups()
        if sign is None and low and not high:
            return cls(int(low), int(low))
        if sign == "+" and low and not high:
            return cls(int(low), None)
        if sign == "-" and high and int(low or 0) <= int(high):
            return cls(int(low) if low else None, int(high))
        raise ValueError(f"not a number or a band: {text!r}")

    def __str__(self) -> str:
        if self.minimum == self.maximum:
            return str(self.minimum)
        if self.maximum is None:
            return f"{self.minimum}+"
        return f"{'' if self.minimum is None else self.minimum}-{self.maximum}"


@dataclass(frozen=True, slots=True)
class Period:
    """A length of calendar time: days, weeks, months or years (`30d`, `2w`, `3m`, `1y`)."""

    count: int
    unit: str

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read `30d`, `2w`, `3m`, `1y`; `ValueError` for anything else."""
        match = _PERIOD.fullmatch(text.strip().lower())
        if not match or int(match[1]) > 36_500:
            raise ValueError(f"not a period such as 30d, 2w, 3m or 1y: {text!r}")
        return cls(int(match[1]), match[2])

    def before(self, day: date) -> date:
        """The day this period before `day`, by the calendar, clamped to the month's end."""
        if self.unit in "dw":
            days = self.count * (7 if self.unit == "w" else 1)
            return day - timedelta(days=min(days, (day - date.min).days))
        months = self.count * (12 if self.unit == "y" else 1)
        index = day.year * 12 + day.month - 1 - months
        if index < 12:
            return date.min
        year, month = divmod(index, 12)
        return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))

    def __str__(self) -> str:
        return f"{self.count}{self.unit}"


def plain_value(value: Any) -> Any:
    """The value as JSON holds it: spans and days by their text."""
    if isinstance(value, DateSpan | NumberSpan):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value
