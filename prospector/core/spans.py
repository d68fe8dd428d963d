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
_PERIOD_PART = re.compile(r"([0-9]{1,6})(?:\.([0-9]))?[ -]?([a-zäéèíñûü]+)\.?")
_PERIOD_SIGNS = re.compile(r"[\s,&]+|\s+(?:and|und|et|y|e|en)\s+")
_LONGEST_PERIOD = 36_500
_UNITS = {
    "d": "d day days tag tage tagen jour jours dia dias día días giorno giorni dag dagen",
    "w": "w wk wks week weeks woche wochen semaine semaines semana semanas settimana settimane weken",
    "m": "m mo mos mth mths month months monat monate monaten mois mes meses mese mesi mês maand maanden",
    "y": "y yr yrs year years jahr jahre jahren an ans année années año años ano anos anno anni jaar jaren",
}
_UNIT_WORDS = {word: unit for unit, words in _UNITS.items() for word in words.split()}
"""Units in the languages that people write segments in. Any other word is an error, which says what to write."""


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

    @property
    def words(self) -> str:
        """As a person reads it: `-9` would be a number below zero."""
        return str(self) if self.minimum is not None else f"at most {self.maximum}"


@dataclass(frozen=True, slots=True)
class Period:
    """A length of calendar time: days, weeks, months or years (`30d`, `3m`, `12 months`, `1 year 6 months`)."""

    count: int
    unit: str

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read `30d`, `2w`, `3m`, `1y`, also in words and added up; `ValueError` for anything else."""
        words = " ".join(text.lower().split())
        counts: dict[str, int] = {}
        place = 0
        for part in _PERIOD_PART.finditer(words):
            unit = _UNIT_WORDS.get(part[3])
            gap = words[place : part.start()]
            if unit is None or unit in counts or (gap and (not counts or not _PERIOD_SIGNS.fullmatch(gap))):
                break
            counts.update(_counted(part, unit))
            place = part.end()
        if place < len(words) or not counts:
            raise ValueError(f"not a period such as 30d, 2w, 3m or 1y: {text!r}")
        return cls._of(counts, text)

    @classmethod
    def _of(cls, counts: dict[str, int], text: str) -> Period:
        """The sum in one unit: years are months, and weeks days."""
        for small, large, times in (("m", "y", 12), ("d", "w", 7)):
            if small in counts and large in counts:
                counts[small] += counts.pop(large) * times
        unit, count = next(iter(counts.items()))
        if len(counts) > 1 or count > _LONGEST_PERIOD:
            raise ValueError(f"not a period such as 30d, 2w, 3m or 1y: {text!r}")
        return cls(count, unit)

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

    def after(self, day: date) -> date:
        """The day this period after `day`, by the calendar, clamped to the month's end."""
        if self.unit in "dw":
            days = self.count * (7 if self.unit == "w" else 1)
            return day + timedelta(days=min(days, (date.max - day).days))
        months = self.count * (12 if self.unit == "y" else 1)
        year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
        if year > date.max.year:
            return date.max
        return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))

    def __str__(self) -> str:
        return f"{self.count}{self.unit}"


def _counted(part: re.Match[str], unit: str) -> dict[str, int]:
    """What one number with its unit counts; half a year is six months, and other fractions are no whole numbers."""
    count, fraction = int(part[1]), part[2]
    if fraction is None:
        return {unit: count}
    months, rest = divmod(12 * (10 * count + int(fraction)), 10)
    if unit != "y" or rest:
        raise ValueError(f"not a whole number of months: {part[0]!r}")
    return {"m": months}


def plain_value(value: Any) -> Any:
    """The value as JSON holds it: spans and days by their text."""
    if isinstance(value, DateSpan | NumberSpan):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value
