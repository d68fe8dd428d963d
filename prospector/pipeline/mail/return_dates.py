"""Until when somebody is away, or when to come back: the days that a text names, from its own day on."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple

from prospector.normalise.calendar_words import calendar_words
from prospector.normalise.text import fold

_LONGEST = 4_000
_FARTHEST = timedelta(days=400)
_NUMERIC = re.compile(r"(?<![\d./-])(\d{1,2})([./-])(\d{1,2})(?:\2(\d{4}|\d{2}))?(?![\d/-])")
_ISO = re.compile(r"(?<!\d)(20\d\d)-(\d{1,2})-(\d{1,2})(?!\d)")
_DAY_MONTH = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|\.|º|ª|o|°)?,?\s+(?:of |de |di |d')?"
    r"([^\W\d_]{3,12})\.?,?(?:\s+(?:de |del )?(20\d\d))?"
)
_MONTH_DAY = re.compile(r"(?<!\w)([^\W\d_]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?(?![\d:])(?:,?\s+(20\d\d))?")
_ENDS = re.compile(
    r"\b(?:until|till|til|through|back|return\w*|bis|zuruck|wieder|jusqu\w*|retour|hasta|regres\w*|vuelv\w*|vuelta|ate|volt\w*|"
    r"regress\w*|retorn\w*|fino|rientr\w*|ritorn\w*|tot|terug|t/m|do|wrac\w*|wroc\w*|pana|revin\w*|intor\w*|до|по|верн\w*)\b"
)
_NAMES = (
    "monday montag lundi lunes segunda lunedi maandag poniedzialek poniedzialku luni понедельник понедельника",
    "tuesday dienstag mardi martes terca martedi dinsdag wtorek wtorku marti вторник вторника",
    "wednesday mittwoch mercredi miercoles quarta mercoledi woensdag sroda srode srody miercuri среду среды среда",
    "thursday donnerstag jeudi jueves quinta giovedi donderdag czwartek czwartku joi четверг четверга",
    "friday freitag vendredi viernes sexta venerdi vrijdag piatek piatku vineri пятницу пятницы пятница",
    "saturday samstag sonnabend samedi sabado sabato zaterdag sobota sobote soboty sambata субботу субботы суббота",
    "sunday sonntag dimanche domingo domenica zondag niedziela niedziele niedzieli duminica воскресенье воскресенья",
)
WEEKDAYS = {word: number for number, words in enumerate(_NAMES) for word in words.split()}
"""The names of the days in ten languages, folded, with their number from Monday = 0."""
_TOMORROW = re.compile(r"\b(?:tomorrow|morgen|demain|manana|amanha|domani|jutro|maine|завтра)\b")
_ENGLISH = re.compile(r"\b(?:the|and|will|am|until|back|return)\b")


class Return(NamedTuple):
    """The day, and whether the text leaves no other reading of it."""

    day: date
    sure: bool


def return_date(text: str, written: date | None) -> Return | None:
    """The last day that a text names after it was written, those after a word such as "until" before others."""
    if written is None:
        return None
    words = fold(" ".join(text[:_LONGEST].split()))
    found = [
        (place, one) for place, one in _days(words, written) if written <= one.day <= written + _FARTHEST
    ]
    ends = [one for place, one in found if _ENDS.search(words[max(0, place - 40) : place])]
    return max(ends or [one for _, one in found], key=lambda one: one.day, default=None)


def _days(words: str, written: date) -> list[tuple[int, Return]]:
    return [*_numeric(words, written), *_named(words, written), *_weekday(words, written)]


def _numeric(words: str, written: date) -> list[tuple[int, Return]]:
    whole = (
        (match.start(), _day(int(match[1]), int(match[2]), int(match[3]))) for match in _ISO.finditer(words)
    )
    english = bool(_ENGLISH.search(words))
    short = (
        (match.start(), _of_numbers(match, written, english=english)) for match in _NUMERIC.finditer(words)
    )
    found = [(place, Return(day, True)) for place, day in whole if day]
    return found + [(place, one) for place, one in short if one]


def _of_numbers(match: re.Match[str], written: date, *, english: bool) -> Return | None:
    """`03/04` is a day of April or of March where English is written: the later one, and not sure."""
    first, second = int(match[1]), int(match[3])
    if match[2] == "." and not match[4] and second > 12:
        return None
    readings = [(second, first)]
    if english and match[2] != "." and first != second:
        readings.append((first, second))
    days = [day for month, number in readings if (day := _next(match[4], month, number, written))]
    return Return(max(days), len(days) == 1) if days else None


def _named(words: str, written: date) -> list[tuple[int, Return]]:
    months = calendar_words().months
    found = []
    for pattern, number, name in ((_DAY_MONTH, 1, 2), (_MONTH_DAY, 2, 1)):
        for match in pattern.finditer(words):
            month = months.get(match[name])
            if month and (day := _next(match[3], month, int(match[number]), written)):
                found.append((match.start(), Return(day, True)))
    return found


def _weekday(words: str, written: date) -> list[tuple[int, Return]]:
    """The next day of that name, or tomorrow. A date beside a weekday is later, and so it counts."""
    found = []
    for match in re.finditer(r"[^\W\d_]+", words):
        number = WEEKDAYS.get(match[0])
        if number is not None:
            ahead = (number - written.weekday() - 1) % 7 + 1
            found.append((match.start(), Return(written + timedelta(days=ahead), False)))
    found += [
        (match.start(), Return(written + timedelta(days=1), False)) for match in _TOMORROW.finditer(words)
    ]
    return found


def _next(year: str | None, month: int, number: int, written: date) -> date | None:
    """That day of the year it names, else the next one that comes."""
    if year:
        return _day(int(year) + (2000 if len(year) == 2 else 0), month, number)
    this = _day(written.year, month, number)
    return this if this and this >= written else _day(written.year + 1, month, number)


def _day(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None
