"""Dates as files write them, each as a span of days."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from prospector.core.spans import DateSpan
from prospector.normalise.calendar_words import calendar_words
from prospector.normalise.text import clean, fold

if TYPE_CHECKING:
    from collections.abc import Iterable

_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_LONGEST_CELL = 60

_CLOCK = re.compile(
    r"[T ,]+(?:at |um |à )?\d{1,2}[:.h]\d{2}(?:[:.]\d{2}(?:[.,]\d{1,9})?)?"
    r"\s?(?:[ap]\.?m\.?)?\s?(?:Z|UTC|GMT|[A-Z]{3,4}|[+-]\d{2}:?\d{2})?$",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(
    r"^(?:mon|tue|wed|thu|fri|sat|sun|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)[a-z]{0,6}[.,]? ",
    re.I,
)
_ISO = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_NUMERIC = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})")
_MONTH_YEAR = re.compile(r"(\d{1,2})[/.-](\d{4})")
_NAMED = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th|er|º)?\.?[ -])?(?:de |of |d')?([^\W\d_]{2,20})\.?(?:[ /-]|, )"
    r"(?:(?:de|del|of) )?(\d{4}|'?\d{2})(?: ?(?:г|р|m)\.?)?"
)
_SHORT_YEAR = re.compile(r" \d{2}$")
_NAMED_FIRST = re.compile(r"([^\W\d_]{2,20})\.?[ -](\d{1,2})(?:st|nd|rd|th)?(?:, ?| )(\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})(?:\.|,| e\.)?[ -]([^\W\d_]{2,20})\.?(?:[ -](\d{1,2})\.?)?")
_EAST_ASIAN = re.compile(r"(\d{4}) ?[年년](?: ?(\d{1,2}) ?[月월](?: ?(\d{1,2}) ?[日일])?)?")
"""Years, months and days with the sign of each behind it, in Chinese, Japanese and Korean."""


def parse_date(text: str | None, *, day_first: bool | None = None) -> DateSpan | None:
    """The date in a cell, as wide as the cell leaves it (`2026-03` is the whole month); None if unreadable.

    `03/04/2026` is read only if `day_first` says how (see `column_day_first`); with dots the day comes first anyway.
    The time of day is dropped. Spreadsheet serials and epochs are None, as are years outside 1900-2100.
    """
    return _parse(text, day_first) if text else None


@lru_cache(maxsize=65_536)
def _parse(text: str, day_first: bool | None) -> DateSpan | None:
    if _ISO_DAY.fullmatch(text):
        return _day(text)
    cell = clean(text)
    if not cell or len(cell) > _LONGEST_CELL:
        return None
    words = _WEEKDAY.sub("", _CLOCK.sub("", cell.removeprefix("'")))
    if match := _ISO.fullmatch(words) or _COMPACT.fullmatch(words):
        return _span(match[1], match[2], match[3])
    if match := _NUMERIC.fullmatch(words):
        return _numeric(match, day_first)
    if match := _MONTH_YEAR.fullmatch(words):
        return _span(match[2], match[1], None)
    if match := _EAST_ASIAN.fullmatch(words):
        return _span(match[1], match[2], match[3])
    return _named(fold(words))


def _day(text: str) -> DateSpan | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return DateSpan(day, day) if _FIRST_YEAR <= day.year <= _LAST_YEAR else None


def _numeric(match: re.Match[str], day_first: bool | None) -> DateSpan | None:
    first, sign, second, year = match.groups()
    one, two = int(first), int(second)
    if sign == "." or one > 12:
        day_first = True
    elif two > 12:
        day_first = False
    elif one == two:
        day_first = True
    if day_first is None:
        return None
    day, month = (first, second) if day_first else (second, first)
    return _span(_full_year(year), month, day)


def _named(words: str) -> DateSpan | None:
    if match := _NAMED_FIRST.fullmatch(words):
        month = calendar_words().months.get(match[1])
        return _span(match[3], str(month), match[2]) if month else None
    if match := _NAMED.fullmatch(words):
        month = calendar_words().months.get(match[2])
        # "Mar 15" is a day without a year; a spreadsheet's "Mar-15" is a month
        if not month or (not match[1] and _SHORT_YEAR.search(words)):
            return None
        return _span(_full_year(match[3]), str(month), match[1])
    if match := _YEAR_FIRST.fullmatch(words):
        month = calendar_words().months.get(match[2])
        return _span(match[1], str(month), match[3]) if month else None
    return None


def _full_year(year: str) -> str:
    digits = year.lstrip("'")
    if len(digits) == 4:
        return digits
    # Roles, openings and funding lie in the near past; 1969-style years do not occur here.
    return f"20{digits}" if int(digits) < 70 else f"19{digits}"


def _span(year: str, month: str | None, day: str | None) -> DateSpan | None:
    parts = [int(part) for part in (month, day) if part]
    # Nought is what spreadsheets write for "none"
    if not _FIRST_YEAR <= int(year) <= _LAST_YEAR or 0 in parts:
        return None
    text = "-".join([year, *(f"{part:02d}" for part in parts)])
    try:
        return DateSpan.parse(text)
    except ValueError:
        return None


def is_ambiguous_date(text: str | None) -> bool:
    """True if the cell is a date that can be read day first or month first, with different results."""
    return bool(text) and parse_date(text) is None and parse_date(text, day_first=True) is not None


def column_day_first(values: Iterable[str | None]) -> bool | None:
    """How a column writes its dates: True for day first, False for month first.

    None if no cell decides it, or if cells contradict each other (then nothing ambiguous should be read).
    """
    orders = {order for value in values if value and (order := _order(value)) is not None}
    return orders.pop() if len(orders) == 1 else None


def _order(value: str) -> bool | None:
    cell = clean(value) or ""
    match = _NUMERIC.match(cell) if len(cell) <= _LONGEST_CELL else None
    if not match or match[2] == "." or max(int(match[1]), int(match[3])) <= 12:
        return None
    return (
        True
        if int(match[1]) > 12 >= int(match[3])
        else False
        if int(match[3]) > 12 >= int(match[1])
        else None
    )
