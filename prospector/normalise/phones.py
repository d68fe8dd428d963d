"""Phone numbers in the one international spelling (E.164)."""

from __future__ import annotations

import re
from functools import lru_cache

from prospector.normalise.text import clean

# What spreadsheets make of long numbers: the last digits are gone for good.
_SCIENTIFIC = re.compile(r"[\d.,]+e\+?\d+", re.IGNORECASE)
_INTERNATIONAL = re.compile(r"\(?\s*(?:\+|00\s?[1-9])")
_LABEL = re.compile(
    r"^(?:tel|phone|mobile|mob|cell|office|fax|direct|t|m|p|telefon|tlf)\b\s*[.:]*\s*(?=[+(\d])",
    re.IGNORECASE,
)
_LONGEST_CELL = 60
_SHORTEST = len("+29022222")


@lru_cache(maxsize=65_536)
def parse_phone(text: str | None, *, country: str | None = None) -> str | None:
    """The number as `+4930231250000`, or None if it cannot be told.

    `country` (ISO alpha-2) reads national numbers; without it only `+` and `00` numbers are read. One leading
    apostrophe and labels such as `Tel:` go, as do extensions. Numbers of fiction pass: only the length is judged.
    """
    cell = clean(text)
    number = _LABEL.sub("", cell.removeprefix("'").removeprefix("tel:").strip()) if cell else ""
    if not number or len(number) > _LONGEST_CELL or _SCIENTIFIC.fullmatch(number):
        return None
    international = _INTERNATIONAL.match(number) is not None
    if not international and not country:
        return None
    return _e164(number, country)


def _e164(number: str, country: str | None) -> str | None:
    # Imported here because the package takes long to load, and most commands need no phone numbers.
    import phonenumbers  # noqa: PLC0415

    number = (
        re.sub(r"^\(?\s*00\s?(?=[1-9])", "+", number) if not country or number.startswith("00") else number
    )
    try:
        parsed = phonenumbers.parse(number, country.upper() if country else None)
    except phonenumbers.NumberParseException:
        return None
    # "0000000" is what forms make people type
    if not phonenumbers.is_possible_number(parsed) or (parsed.number_of_leading_zeros or 1) > 1:
        return None
    parsed.extension = None
    number = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    # Some countries have emergency and service numbers of two digits; nobody is called by them.
    return number if len(number) >= _SHORTEST else None
