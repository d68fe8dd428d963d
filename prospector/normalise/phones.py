"""Phone numbers in the one international spelling (E.164)."""

from __future__ import annotations

import re
from functools import lru_cache

from prospector.normalise.text import clean

# What spreadsheets make of long numbers: the last digits are gone for good.
_SCIENTIFIC = re.compile(r"\+?\d[\d.,]{0,20}\s?(?:e|[x×*]\s?10\s?\^)\s?\+?\s?\d+\W{0,3}", re.IGNORECASE)
_FLOAT = re.compile(r"(\d{6,15})\.0")
_INTERNATIONAL = re.compile(r"\(?\s*(?:\+|00\s?[1-9])")
_LABEL = re.compile(
    r"^(?:tel|phone|mobile|mob|cell|office|fax|direct|t|m|p|telefon|tlf)\b\s*[.:]*\s*(?=[+(\d])",
    re.IGNORECASE,
)
_LONGEST_CELL = 60
# A "+" and digits with single signs between them, and what is left when those are gone.
_CLEAN = re.compile(r"\+[0-9](?:[ ().-]{0,2}[0-9]){7,14}")
_SIGNS = str.maketrans("", "", " ().-")
# Numbers of these countries need no look-up where the digit behind the calling code is no nought:
# calling code, then the lengths that their numbers have. Everything else is judged by the library.
_LENGTHS = (
    r"1[2-9]\d{9}|(?:31|33|34|41|48|61|351|420|56)[1-9]\d{8}|(?:45|47|65)[1-9]\d{7}|(?:30|52|57|91)[1-9]\d{9}"
    r"|44[1-9]\d{8,9}|32[1-9]\d{7,8}|49[1-9]\d{6,10}|43[1-9]\d{6,10}|46[1-9]\d{6,9}|353[1-9]\d{6,8}"
    r"|358[1-9]\d{5,9}|97[12][1-9]\d{7,8}|27[1-9]\d{8}|86[1-9]\d{10}"
)
_KNOWN = re.compile(rf"\+(?:{_LENGTHS})")
_NATIONAL = re.compile(r"\(?[2-9]\d{2}(?:\) ?|[ .-]?)[2-9]\d{2}[ .-]?\d{4}")
_NORTH_AMERICA = frozenset({"US", "CA"})
_AS_WRITTEN = re.compile(
    r"[0-9(][0-9 ().,/–-]*(?:(?:ext|extension|x|app|int|dw)\.? ?[0-9]{1,6})?", re.IGNORECASE
)
_A_DATE = re.compile(r"\d{4}[-/.]\d\d?[-/.]\d\d?|\d\d?[-/.]\d\d?[-/.]\d{4}")
_FEWEST_DIGITS, _MOST_DIGITS = 5, 15
_ICONS = " \t\ue0b0\ue0cd\U0001f4de\u260e\ufe0f"
"""What pages put before a number."""
_SHORTEST = len("+29022222")


@lru_cache(maxsize=4_096)
def parse_phone(text: str | None, *, country: str | None = None) -> str | None:
    """The number as `+4930231250000`, or None if it cannot be told.

    `country` (ISO alpha-2) reads national numbers; without it only `+` and `00` numbers are read. One leading
    apostrophe and labels such as `Tel:` go, as do extensions. Numbers of fiction pass: only the length is judged.
    """
    if text and (plain := _without_look_up(text, country)):
        return plain
    if not (number := _bare(text)):
        return None
    international = _INTERNATIONAL.match(number) is not None
    if not international and not country:
        return None
    return _e164(number, country)


@lru_cache(maxsize=4_096)
def valid_phone(text: str, country: str) -> str | None:
    """The same for a country that is likely and not sure: only a number that is in use there.

    An international number is what it is, wherever its owner may be.
    """
    number = parse_phone(text, country=country)
    if number is None or _INTERNATIONAL.match(_bare(text)):
        return number
    import phonenumbers  # noqa: PLC0415  (see `_e164`)

    return number if phonenumbers.is_valid_number(phonenumbers.parse(number)) else None


@lru_cache(maxsize=4_096)
def phone_as_written(text: str | None) -> str | None:
    """A national number whose country nobody knows, as it stands; None for what is no such number.

    It never begins with a plus, which tells it from one that can be called from anywhere (see `is_international`).
    """
    number = _bare(text)
    digits = re.sub(r"\D", "", number)
    # "0000000" and "1111111" are what forms make people type
    if not _FEWEST_DIGITS <= len(digits) <= _MOST_DIGITS or len(set(digits)) == 1:
        return None
    if _INTERNATIONAL.match(number) or _A_DATE.fullmatch(number):
        return None
    return number if _AS_WRITTEN.fullmatch(number) else None


def is_international(number: str) -> bool:
    """False for a number that is kept as it was written, because its country is not known."""
    return number.startswith("+")


def _bare(text: str | None) -> str:
    """The number without its label; blank for what a spreadsheet has rounded, and for what is too long for one."""
    cell = clean(text)
    number = _LABEL.sub("", cell.removeprefix("'").removeprefix("tel:").strip(_ICONS)) if cell else ""
    if whole := _FLOAT.fullmatch(number):
        number = whole[1]  # a spreadsheet took it for a number, but kept all digits
    return "" if len(number) > _LONGEST_CELL or _SCIENTIFIC.fullmatch(number) else number


def _without_look_up(text: str, country: str | None) -> str | None:
    """The number, if its form alone tells that the library would leave its digits as they are."""
    if _CLEAN.fullmatch(text):
        number = text.translate(_SIGNS)
    elif country in _NORTH_AMERICA and _NATIONAL.fullmatch(text):
        number = f"+1{text.translate(_SIGNS)}"
    else:
        return None
    return number if _KNOWN.fullmatch(number) else None


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
