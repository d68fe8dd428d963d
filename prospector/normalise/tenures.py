"""How long somebody has been in a role, as profiles and files write it: a length of time, or a span that is still open.

`11 months in role`, `vor 3 Monaten`, `Jan 2026 – Present · 11 mos`, `seit 03/2024`. All mean the day on which it began.
A span that has ended says nothing of a current role.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from prospector.core.spans import DateSpan, Period
from prospector.normalise.calendar_words import any_phrase, calendar_words
from prospector.normalise.dates import parse_date
from prospector.normalise.text import clean, fold

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST_CELL = 120
_MOST_MONTHS, _MOST_DAYS = 960, 29_200
_AMOUNT = re.compile(r"(?<![\d.,/-])(\d{1,4})(?:[.,](\d))? ?([^\W\d_]++)\.?")
_LETTER_WORDS = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_SIGNS = re.compile(r"['.,·•|&()\[\];:/–—-]")
_DASH = re.compile(r"\s*[-–—−‒―~〜～]+\s*|\s+/\s+")
_ENDS = re.compile(r"^[\s.,·•|()\[\];:]+|[\s.,·•|()\[\];:]+$")
_ROUNDED = timedelta(days=45)
"""Profiles count the first month as a whole one, and files are older than the day of their import."""

_Span = Literal["open", "ended", "unknown"]


@lru_cache(maxsize=16_384)
def parse_tenure(text: str | None, *, seen: date) -> DateSpan | None:
    """When a role began, from a length such as `1 year 2 months in role` or `vor 3 Monaten`, true on the day `seen`.

    The span holds every start for which that many whole years, months, weeks or days, and no more, had passed.
    """
    cell = clean(text)
    if not cell or len(cell) > _LONGEST_CELL:
        return None
    words = fold(cell)
    if less := _less().match(words):
        amounts, rest = _amounts(words[less.end() :])
        within = _period(amounts)
        return _started(within, seen) if within and not _unknown_words(rest) else None
    amounts, rest = _amounts(words)
    if not amounts or re.search(r"\d", rest) or _unknown_words(rest):
        return None
    return _passed(amounts, seen)


@lru_cache(maxsize=16_384)
def parse_open_span(text: str | None, *, seen: date, day_first: bool | None = None) -> DateSpan | None:
    """When a span began that is still open on the day `seen`: `Jan 2026 – Present`, `since 03/2024`, `2024-`."""
    return next((began for kind, began in _spans(text, seen, day_first) if kind == "open"), None)


def has_ended(text: str | None, *, seen: date, day_first: bool | None = None) -> bool:
    """True for a span of time that was over on the day `seen`, such as `Jan 2020 – Dec 2024`."""
    return any(kind == "ended" for kind, _ in _spans(text, seen, day_first))


def _spans(text: str | None, seen: date, day_first: bool | None) -> Iterator[tuple[_Span, DateSpan]]:
    """Every way to take the cell apart into a date and what follows it."""
    cell = clean(text)
    if not cell or len(cell) > _LONGEST_CELL:
        return
    words = fold(cell)
    amounts, bare = _amounts(words, with_ones=False)
    if since := _since().match(bare):
        bare = bare[since.end() :]
        if began := parse_date(_trimmed(bare), day_first=day_first):
            yield "open", began
            return
    elif amounts and (began := parse_date(_trimmed(bare), day_first=day_first)):
        yield ("open" if _agrees(began, amounts, seen) else "unknown"), began
        return
    for sign in _parting().finditer(bare):
        before, after = _trimmed(bare[: sign.start()]), _trimmed(bare[sign.end() :])
        if _is_now(before):
            before, after = after, before
        if began := parse_date(before, day_first=day_first):
            kind = _end_of(after, amounts, began, seen, day_first)
            if kind != "unknown":
                yield kind, began
                return


def _end_of(
    after: str, amounts: dict[str, int], began: DateSpan, seen: date, day_first: bool | None
) -> _Span:
    """What the second half of a span says. A word that nobody knows means now only if the length beside it agrees."""
    if _is_now(after) or (not after and not amounts):
        return "open"
    if end := parse_date(after, day_first=day_first):
        return "open" if end.latest >= seen else "ended"
    agrees = amounts and not re.search(r"\d", after) and _agrees(began, amounts, seen)
    return "open" if agrees else "unknown"


def _agrees(began: DateSpan, amounts: dict[str, int], seen: date) -> bool:
    """Whether so much time has passed since the date, give or take what is rounded."""
    passed = _passed(amounts, seen)
    if passed is None:
        return False
    slack = timedelta(days=366) if set(amounts) == {"y"} else _ROUNDED
    return passed.earliest - slack <= began.latest and began.earliest <= passed.latest + slack


def _is_now(words: str) -> bool:
    """A word for the present day, also behind a word for "until"."""
    now = calendar_words().now
    return words in now or (
        (found := _to().match(words)) is not None and _trimmed(words[found.end() :]) in now
    )


def _trimmed(words: str) -> str:
    return _ENDS.sub("", words)


@cache
def _to() -> re.Pattern[str]:
    return re.compile(rf"{any_phrase(calendar_words().to)}\s*")


@cache
def _since() -> re.Pattern[str]:
    return re.compile(rf"\s*{any_phrase(calendar_words().since)}\.?\s*")


@cache
def _less() -> re.Pattern[str]:
    return re.compile(rf"\s*(?:<|{any_phrase(calendar_words().less)})\s*")


@cache
def _parting() -> re.Pattern[str]:
    """What stands between the two ends of a span."""
    return re.compile(rf"{_DASH.pattern}|\s*{any_phrase(calendar_words().to)}\s*")


def _amounts(words: str, *, with_ones: bool = True) -> tuple[dict[str, int], str]:
    """The number of each unit, and the text without them."""
    amounts: dict[str, int] = {}

    def taken(match: re.Match[str]) -> str:
        unit = calendar_words().units.get(match[3])
        # "2026 г." is a year of the calendar
        if (
            unit is None
            or unit in amounts
            or (unit == "y" and len(match[1]) > 2)
            or (match[2] and unit != "y")
        ):
            return match[0]
        amounts[unit] = int(match[1])
        if match[2]:
            amounts["m"] = round(12 * int(match[2]) / 10)
        return " "

    rest = _AMOUNT.sub(taken, words)
    if not amounts and with_ones:
        rest = _one_unit(rest, amounts)
    return amounts, rest


def _one_unit(words: str, amounts: dict[str, int]) -> str:
    """ "A year", "einem Monat", "un an"."""
    known = calendar_words()
    found = list(_LETTER_WORDS.finditer(words))
    for one, unit in pairwise(found):
        article = one[0] in known.ones or one[0].rpartition("'")[2] in known.ones
        if article and (key := known.units.get(unit[0])):
            amounts[key] = 1
            return words[: one.start()] + words[unit.end() :]
    return words


def _unknown_words(rest: str) -> bool:
    fillers = calendar_words().fillers
    return any(word not in fillers for word in _SIGNS.sub(" ", rest).split())


def _period(amounts: dict[str, int]) -> Period | None:
    if amounts.keys() <= {"y", "m"} and amounts:
        return Period(amounts.get("m", 0) + 12 * amounts.get("y", 0), "m")
    if amounts.keys() <= {"w", "d"} and amounts:
        return Period(amounts.get("d", 0) + 7 * amounts.get("w", 0), "d")
    return None


def _passed(amounts: dict[str, int], seen: date) -> DateSpan | None:
    days = amounts.get("d", 0) + 7 * amounts.get("w", 0)
    months = amounts.get("m", 0) + 12 * amounts.get("y", 0)
    if months > _MOST_MONTHS or days > _MOST_DAYS:
        return None
    latest = Period(months, "m").before(seen) - timedelta(days=days)
    if "d" in amounts:
        return DateSpan(latest, latest)
    if "w" in amounts:
        return DateSpan(latest - timedelta(days=6), latest)
    # One day later than this, and one month fewer had passed. "2 years" is printed for 24 months sharp.
    return DateSpan(Period(months + 1, "m").before(seen) + timedelta(days=1), latest)


def _started(within: Period, seen: date) -> DateSpan:
    return DateSpan(within.before(seen) + timedelta(days=1), seen)
