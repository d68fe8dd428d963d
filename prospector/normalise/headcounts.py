"""Numbers of employees: an exact count, or a band as the sources print them."""

from __future__ import annotations

import re
from functools import lru_cache

from prospector.normalise.text import clean
from prospector.spans import NumberSpan

_MOST = 10_000_000
_LONGEST_CELL = 80

_WORDS = re.compile(
    r"\b(?:employees?|employes|employés|empleados|salariés|mitarbeitende|mitarbeiter(?:innen)?|people|persons?|staff"
    r"|team members|members?|ftes?|headcount|company size|size|approx(?:imately)?|about|around|circa|ca)\b[.:]?"
    r"|^employees\.|~",
)
_NUMBER = r"\d{1,3}(?:[.,'’ ]\d{3})+(?!\d)|\d+"
_COUNT = rf"({_NUMBER})(?:\.0+)?(k)?|(\d{{1,3}}[.,]\d)(k)"
_ONE = re.compile(rf"(?:{_COUNT})")
_BAND = re.compile(rf"({_NUMBER})(k)?(?:-|–|—|to|bis|until|,|\.\.\.?|/)({_NUMBER})(k)?")
_AT_LEAST = re.compile(
    rf"(?:>=|≥|at least|from|min(?:imum)?\.?|ab|mindestens)({_NUMBER})(k)?"
    rf"|({_NUMBER})(k)?(?:\+|plus|andmore|ormore|andabove|andover|andup|orabove)"
)
_MORE_THAN = re.compile(rf"(?:>|over|morethan|above|greaterthan|über|mehrals)({_NUMBER})(k)?(\+)?")
_AT_MOST = re.compile(
    rf"(?:<=|≤|upto|atmost|max(?:imum)?\.?|bis(?:zu)?)({_NUMBER})(k)?|({_NUMBER})(k)?(?:orless|orfewer|andunder|andbelow)"
)
_LESS_THAN = re.compile(rf"(?:<|under|below|fewerthan|lessthan|unter|wenigerals)({_NUMBER})(k)?")
_ALONE = frozenset(
    {
        "selfemployed",
        "self-employed",
        "myself",
        "myselfonly",
        "freelancer",
        "freelance",
        "soleproprietor",
        "justme",
        "onlyme",
        "solo",
    }
)

# What a spreadsheet makes of `1-10`, `2-10` and `11-50`: 10 January or 1 October, 10 February or 2 October,
# November 1950, as its country writes dates.
_DAMAGED = {
    "10-jan": (1, 10), "jan-10": (1, 10), "1-oct": (1, 10), "01-oct": (1, 10), "oct-01": (1, 10), "oct-1": (1, 10),
    "10-feb": (2, 10), "feb-10": (2, 10), "2-oct": (2, 10), "02-oct": (2, 10), "oct-02": (2, 10), "oct-2": (2, 10),
    "50-nov": (11, 50), "nov-50": (11, 50),
}  # fmt: skip
# The same dates as a workbook stores them, in the year in which somebody typed the band.
_DAMAGED_DAY = re.compile(r"(?:19|20)\d{2}-(?:01-10|10-01)(?:[ t]00:00:00)?")
_DAMAGED_SECOND = re.compile(r"(?:19|20)\d{2}-(?:02-10|10-02)(?:[ t]00:00:00)?")
_DAMAGED_MONTH = re.compile(r"(?:19|20)50-11-01(?:[ t]00:00:00)?")
_DAMAGED_DATE = re.compile(r"(\d{1,2})[-. ]?([a-zäéû]{3})\.?|([a-zäéû]{3})\.?[-. ](\d{1,2})")


def parse_headcount(text: str | int | None) -> NumberSpan | None:
    """The count or band in a cell; None for blanks, other dates, nought, negatives and more than ten million.

    Nought means "not counted" in every export that prints it: no company has nobody, so it is no observation.

    `51-200`, `1,001-5,000`, `10001+`, `Over 10,000`, `> 50`, `fewer than 50`, `self-employed` (1), and the bands that a
    spreadsheet turned into dates (`10-Jan` is 1-10, `Nov-50` is 11-50, and `2026-01-10` in a workbook 1-10).
    """
    if isinstance(text, bool):
        return None
    if isinstance(text, int):
        return _band(text, text)
    return _parse(text) if text else None


@lru_cache(maxsize=16_384)
def _parse(text: str) -> NumberSpan | None:
    cell = clean(text)
    if not cell or len(cell) > _LONGEST_CELL:
        return None
    if cell.isascii() and cell.isdigit():
        return _band(int(cell), int(cell)) if len(cell) <= 8 else None
    words = " ".join(_WORDS.sub(" ", cell.removeprefix("'").lower()).split())
    if band := _from_date(words):
        return _band(*band)
    return _read(words)


def _read(words: str) -> NumberSpan | None:
    # Blanks part thousands ("1 001") and surround signs ("51 - 200"), and mean nothing else here.
    dense = re.sub(r"\s", "", words)
    if dense in _ALONE:
        return NumberSpan(1, 1)
    if one := _ONE.fullmatch(dense):
        count = _value(one[1], one[2]) if one[1] else int(float(one[3].replace(",", ".")) * 1000)
        return _band(count, count)
    if band := _BAND.fullmatch(dense):
        low, high = _value(band[1], band[2] or band[4]), _value(band[3], band[4])
        return _band(low, high) if low == 0 or band[2] or not band[4] or low <= high else None
    return _open_band(dense)


def _open_band(dense: str) -> NumberSpan | None:
    if match := _AT_LEAST.fullmatch(dense):
        return _band(_value(match[1] or match[3], match[2] or match[4]), None)
    if match := _MORE_THAN.fullmatch(dense):
        # "10,000+" after "over" says the same thing twice
        return _band(_value(match[1], match[2]) + 1, None)
    if match := _AT_MOST.fullmatch(dense):
        return _band(None, _value(match[1] or match[3], match[2] or match[4]))
    if match := _LESS_THAN.fullmatch(dense):
        return _band(None, _value(match[1], match[2]) - 1)
    return None


def _from_date(words: str) -> tuple[int, int] | None:
    """The band that a spreadsheet made a date of, (0, 0) for a date that was no band; None for no date."""
    for pattern, band in ((_DAMAGED_DAY, (1, 10)), (_DAMAGED_SECOND, (2, 10)), (_DAMAGED_MONTH, (11, 50))):
        if pattern.fullmatch(words):
            return band
    dashed = words.replace(" ", "-")
    return _DAMAGED.get(dashed) or ((0, 0) if _DAMAGED_DATE.fullmatch(words) else None)


def _value(digits: str, thousands: str | None) -> int:
    return int(re.sub(r"\D", "", digits)) * (1000 if thousands else 1)


def _band(low: int | None, high: int | None) -> NumberSpan | None:
    """The band if it makes sense: at least one person in it, no more than ten million, the right way round."""
    low = 1 if low == 0 and high else low
    if (low is not None and not 1 <= low <= _MOST) or (high is not None and not 1 <= high <= _MOST):
        return None
    return None if low is not None and high is not None and low > high else NumberSpan(low, high)
