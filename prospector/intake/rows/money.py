"""Amounts of money as exports write them: `$1,200,000`, `1.2M`, `USD 3,5 Mio.`, `$10M - $50M`, thousands of dollars.

What is stored is dollars, and no currency is converted: an amount in another one is none, whether the cell, the label
or a column for the currency says so. A bare number is taken for dollars, as the exports mean it that print none.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

from prospector.core.spans import NumberSpan
from prospector.normalise.text import clean

_MOST = 10**15
_LONGEST_CELL = 80
_DOLLARS = re.compile(r"(?:\bus ?|\bu)?\$(?:s\b)?|\b(?:us|usd|us[- ]?dollars?|dollars?)\b", re.IGNORECASE)
_OTHER_DOLLARS = re.compile(
    r"\b(?!(?:us?|k|m|b|mio|mn|bn|mrd)\b)[a-z]{1,3}\$|\b(?:canadian|australian|singapore|hong kong|taiwan) dollars?",
    re.IGNORECASE,
)
_CODES = (
    "eur gbp chf cad aud nzd inr jpy cny rmb brl mxn ars clp cop pen sek nok dkk isk pln czk huf ron bgn try "
    "rub uah zar ils aed sar qar egp ngn kes sgd hkd twd krw thb idr myr php vnd pkr bdt hrk rsd"
)
_NAMES = (
    "euro euros pound pounds sterling franc francs franken yen yuan rupee rupees rupien lakh lakhs crore "
    "crores peso pesos real reais kr kronor kroner krona krone zł zloty złotych kč korun ft forint lei leu "
    "lira tl руб рубль рублей рубля грн грив гривень won rand teur tgbp tchf mioeur eurmio"
)
_OTHER_WORDS = frozenset(f"{_CODES} {_NAMES}".split())
_WORD = re.compile(r"[^\W\d_]+")
_DIGITS = r"\d{1,15}(?:[.,'’ ]\d{1,15}){0,5}"
_UNIT = r"[a-z]{0,10}"
_AMOUNT = re.compile(rf"({_DIGITS}) ?({_UNIT})\.?")
_BAND = re.compile(rf"({_DIGITS}) ?({_UNIT})\.? ?(?:-|–|—|to|bis|a|à) ?({_DIGITS}) ?({_UNIT})\.?")
_MORE = re.compile(rf"(?:>=?|≥|over|more than|above|ab|über) ?({_DIGITS}) ?({_UNIT})\.?\+?")
_PLUS = re.compile(rf"({_DIGITS}) ?({_UNIT})\.? ?(?:\+|or more|and above)")
_LESS = re.compile(rf"(?:<=?|≤|under|less than|below|up to|bis|unter) ?({_DIGITS}) ?({_UNIT})\.?")
_GROUPED = re.compile(r"\d{1,3}(?:([.,'’ ])\d{3})(?:\1\d{3})*(?:[.,]\d{1,2})?")
_PLAIN = re.compile(r"\d+(?:[.,]\d+)?")
_UNITS = {
    "": 1, "k": 1_000, "tsd": 1_000, "thousand": 1_000, "mille": 1_000,
    "m": 10**6, "mm": 10**6, "mn": 10**6, "mio": 10**6, "mil": 10**6, "mill": 10**6, "million": 10**6,
    "millions": 10**6, "millionen": 10**6, "millones": 10**6,
    "b": 10**9, "bn": 10**9, "mrd": 10**9, "md": 10**9, "mds": 10**9, "bil": 10**9, "billion": 10**9,
    "billions": 10**9, "milliarde": 10**9, "milliarden": 10**9, "milliards": 10**9, "milliard": 10**9,
}  # fmt: skip
_PERCENT = re.compile(r"([+-]?)(\d{1,5})(?:[.,](\d{1,9}))? ?%")
_WHOLE = re.compile(r"[+-]?\d{1,5}(?:\.0+)?")


@lru_cache(maxsize=16_384)
def amounts(text: str, *, thousands: bool = False) -> str | None:
    """The amount or band in its canonical form (`1200000`, `10000000-50000000`); None if the cell is none.

    `thousands` says that the column's label counts in thousands, as ZoomInfo's do.
    """
    cell = clean(text)
    if not cell or len(cell) > _LONGEST_CELL:
        return None
    if is_other_currency(cell):
        return None
    words = " ".join(_DOLLARS.sub(" ", cell.removeprefix("'").lower()).split())
    span = _span(words)
    if span is None:
        return None
    times = 1000 if thousands else 1
    low, high = (None if end is None else int(end * times) for end in span)
    if max(low or 0, high or 0) > _MOST or (low or high or 0) < 1 or (low and high and low > high):
        return None
    return str(NumberSpan(low, high))


def is_other_currency(text: str) -> bool:
    """True if a text names a currency that is not the US dollar: a sign, a code or a name."""
    if text.isascii() and not any(map(str.isalpha, text)):
        return False
    signs = any(unicodedata.category(sign) == "Sc" for sign in text if sign != "$")
    words = set(_WORD.findall(text.lower()))
    return signs or not words.isdisjoint(_OTHER_WORDS) or _OTHER_DOLLARS.search(text) is not None


def is_dollars(text: str) -> bool:
    """True if a text says that it speaks of US dollars."""
    return _DOLLARS.search(text) is not None and not is_other_currency(text)


def amount(text: str, *, thousands: bool = False) -> str | None:
    """A single amount; a band is none."""
    found = amounts(text, thousands=thousands)
    return found if found and found.isdecimal() else None


@lru_cache(maxsize=4096)
def percent(text: str) -> str | None:
    """A change in whole percent: `12.4%`, `-3 %`, `12`. A fraction such as `0.12` could be either, so it is None."""
    cell = (clean(text) or "").replace("−", "-")
    if match := _PERCENT.fullmatch(cell):
        return str(round(Decimal(f"{match[1]}{match[2]}.{match[3] or 0}")))
    return str(int(float(cell))) if _WHOLE.fullmatch(cell) else None


def _span(words: str) -> tuple[Decimal | None, Decimal | None] | None:
    if match := _AMOUNT.fullmatch(words):
        one = _value(match[1], match[2])
        return None if one is None else (one, one)
    if match := _BAND.fullmatch(words):
        low, high = _value(match[1], match[2] or match[4]), _value(match[3], match[4])
        return None if low is None or high is None else (low, high)
    if match := _MORE.fullmatch(words) or _PLUS.fullmatch(words):
        low = _value(match[1], match[2])
        return None if low is None else (low, None)
    if match := _LESS.fullmatch(words):
        high = _value(match[1], match[2])
        return None if high is None else (None, high)
    return None


def _value(digits: str, unit: str) -> Decimal | None:
    """With a unit, `1.234` is a fraction; without one it is a thousand and more."""
    times = _UNITS.get(unit)
    if times is None:
        return None
    grouped = _GROUPED.fullmatch(digits)
    if _PLAIN.fullmatch(digits) and (times > 1 or not grouped):
        return Decimal(digits.replace(",", ".")) * times
    if grouped:
        return Decimal(digits.replace(grouped[1], "").replace(",", ".")) * times
    return None
