"""When it happened, as tools write it: ISO, a day with a time, seconds or milliseconds since 1970, a mail's date.

A time without a zone is taken as UTC. Day and month in an order that could be either are not guessed.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from prospector.normalise.dates import is_ambiguous_date, parse_date

_NUMBER = re.compile(r"\d{9,13}(?:\.\d+)?|\d{16}")
_PARTS = re.compile(
    r"(?P<day>.*?\d)(?:[ T,]+(?:at )?)(?P<time>\d{1,2}:\d{2}(?::\d{2})?)(?:\.\d+)?\s*(?P<half>[ap]\.?m\.?)?\s*"
    r"(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_FIRST, _LAST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2999, 12, 31, tzinfo=UTC)


def moment_of(text: str, *, day_first: bool | None = None) -> datetime | None:
    """The moment, with its zone; None for what is none, or could be two days."""
    text = text.strip()[:80]
    try:
        found = _number(text) or _iso(text) or _written(text, day_first) or _mail_date(text)
    except (ValueError, OverflowError, OSError):
        return None
    if found is None:
        return None
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    return found if _FIRST <= found <= _LAST else None


def _number(text: str) -> datetime | None:
    if not _NUMBER.fullmatch(text):
        return None
    number = float(text)
    while number >= 100_000_000_000:  # milliseconds, microseconds
        number /= 1000
    return datetime.fromtimestamp(number, UTC)


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.replace(" UTC", "Z"))
    except ValueError:
        return None


def _written(text: str, day_first: bool | None) -> datetime | None:
    """A day in any form that imports know, with a time behind it or without."""
    match = _PARTS.fullmatch(text)
    told = match["day"] if match else text
    if day_first is None and is_ambiguous_date(told):
        return None
    span = parse_date(told, day_first=day_first)
    if span is None or span.earliest != span.latest:
        return None
    start = datetime(span.earliest.year, span.earliest.month, span.earliest.day)
    return start if match is None else _with_time(start, match)


def _with_time(day: datetime, match: re.Match[str]) -> datetime:
    hour, minute, *second = (int(one) for one in match["time"].split(":"))
    if half := (match["half"] or "").lower():
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    return day.replace(
        hour=hour, minute=minute, second=second[0] if second else 0, tzinfo=_zone(match["zone"])
    )


def _zone(text: str | None) -> timezone:
    if not text or text[0] not in "+-":
        return UTC
    away = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return timezone(-away if text[0] == "-" else away)


def _mail_date(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
