"""What a user writes about a deal: amounts, currencies, categories, short texts."""

from __future__ import annotations

import re

from prospector.core.errors import UsageError, near_miss
from prospector.normalise.spreadsheet_cells import is_formula

CATEGORIES = ("commit", "best case", "pipeline", "omitted")
"""What a forecast makes of a deal, in the words of the usual CRMs."""
_AMOUNT = re.compile(r"(\d{1,15}(?:\.\d{1,2})?)\s*(k|m|)", re.I)
_TIMES = {"": 1, "k": 1_000, "m": 1_000_000}
_CURRENCY = re.compile(r"[A-Z]{3}")
_LONGEST = 500


def amount_of(text: str) -> float | None:
    """An amount such as 12000, 12000.50, 12k; None for a blank. A comma could be either sign, so it is refused."""
    if not text.strip():
        return None
    match = _AMOUNT.fullmatch(text.strip().replace("_", "").replace(" ", ""))
    if match is None:
        raise UsageError(f'"{text[:40]}" is no amount', hint="write it as 12000, 12000.50 or 12k")
    amount = round(float(match[1]) * _TIMES[match[2].lower()], 2)
    if amount > 1e15:
        raise UsageError(f'"{text[:40]}" is too large', hint="write it as 12000, 12000.50 or 12k")
    return amount


def currency_of(text: str) -> str:
    """A currency by its three letters."""
    code = text.strip().upper()
    if not _CURRENCY.fullmatch(code):
        raise UsageError(f'"{text[:40]}" is no currency', hint="write its three letters, such as EUR")
    return code


def category_of(text: str) -> str | None:
    """A category of the forecast."""
    return one_of(text, CATEGORIES, "category") if text.strip() else None


def one_of(text: str, known: tuple[str, ...], what: str) -> str:
    """One of some words; `UsageError` with the nearest otherwise."""
    word = " ".join(text.casefold().replace("_", " ").split())
    for one in known:
        if one.casefold() == word:
            return one
    hint = near_miss(word, known) or f"known: {', '.join(known)}"
    raise UsageError(f'no {what} "{text[:80]}"', hint=hint)


def short_text(text: str, what: str) -> str:
    """A text of one line."""
    line = " ".join(text.split())
    if len(line) > _LONGEST or not line.isprintable():
        raise UsageError(f"this is no {what}", hint=f"write it in one line of at most {_LONGEST} signs")
    if is_formula(line):
        raise UsageError(f"a spreadsheet would run this {what} as a formula", hint="begin it with a letter")
    return line
