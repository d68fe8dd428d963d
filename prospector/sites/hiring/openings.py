"""One opening as a board or a careers page shows it, and what counts as a vacancy at all."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from prospector.core.records import FoundOpening
from prospector.normalise.dates import parse_date
from prospector.normalise.roles import parse_role
from prospector.normalise.text import clean, fold

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_OPENINGS = 500
"""Openings that are kept of one page or one board."""
MAX_TITLE = 200
MAX_LOCATION = 200

_TALENT_POOL = re.compile(
    r"\b(?:talent (?:pool|community|network|pipeline)|talentpool|general (?:application|interest|submission)"
    r"|open application|spontaneous application|speculative (?:application|cv)|future (?:opportunit|opening)\w*"
    r"|expression of interest|don'?t see (?:your|a|the|what)|join our (?:talent|network)"
    r"|initiativ[\w-]{0,12}bewerbung|blindbewerbung|spontanbewerbung|talentepool"
    r"|candidatures? spontanees?|candidatura (?:espontanea|spontanea|libre|abierta)|vivier"
    r"|open sollicitatie|auto-?candidatura"
    r"|banco de talentos|bolsa de (?:trabajo|talento))\b"
)
_EPOCH_MS = (0, 4_102_444_800_000)  # 1970 to 2100


def make_opening(
    title: object,
    *,
    words: Iterable[object] = (),
    location: str | None = None,
    url: object = None,
    posted_on: date | None = None,
) -> FoundOpening | None:
    """An opening from a title and a board's own department or team `words`; None where it is no vacancy.

    The title decides the department; the words are asked in turn only if the title says none.
    """
    name = plain(title, limit=MAX_TITLE)
    if name is None or is_talent_pool(name):
        return None
    role = parse_role(name)
    return FoundOpening(
        title=name,
        department=role.department or _department(words),
        seniority=role.seniority,
        location=plain(location, limit=MAX_LOCATION),
        url=web_address(url),
        posted_on=posted_on,
    )


def is_talent_pool(title: str) -> bool:
    """Whether a title collects applications without a vacancy behind it ("Initiativbewerbung")."""
    return _TALENT_POOL.search(fold(title[:MAX_TITLE])) is not None


def merge_requisitions(rows: Iterable[tuple[str, FoundOpening]]) -> tuple[FoundOpening, ...]:
    """One opening for each requisition, not one for each city it is posted in.

    A row is (requisition id, opening); with a blank id, title and department say what is the same job.
    """
    found: dict[tuple[str, ...], FoundOpening] = {}
    for requisition, opening in rows:
        key = (requisition,) if requisition else (title_key(opening.title), opening.department or "")
        known = found.get(key)
        if known is not None:
            found[key] = _merged(known, opening)
        elif len(found) < MAX_OPENINGS:
            found[key] = opening
    return tuple(found.values())


def title_key(title: str) -> str:
    """What two spellings of one title have in common: no case, accents, marks or gender notes."""
    bare = re.sub(r"\([^()]{1,20}\)", " ", fold(title)) if len(title) <= MAX_TITLE else fold(title)
    return " ".join(re.findall(r"\w+", bare)) or fold(title)


def plain(value: object, *, limit: int) -> str | None:
    """A clean line of at most `limit` characters from a text with or without HTML entities, else None."""
    if not isinstance(value, str):
        return None
    text = clean(html.unescape(value[: limit * 20]))
    return text[:limit].rstrip() if text else None


def web_address(value: object) -> str | None:
    """`value` if it is an http(s) address without white space, of at most 2,000 characters."""
    if not isinstance(value, str) or len(value) > 2_000:
        return None
    address = value.strip()
    if not address.lower().startswith(("https://", "http://")) or re.search(
        r"[\s<>\"\x00-\x20\x7f]", address
    ):
        return None
    return address


def joined(places: Iterable[object], *, most: int = 5) -> str | None:
    """The distinct names of places as one text, at most `most` of them."""
    names = [name for place in places if (name := plain(place, limit=100))]
    distinct = list(dict.fromkeys(names))
    more = f" (+{len(distinct) - most})" if len(distinct) > most else ""
    return "; ".join(distinct[:most]) + more if distinct else None


def day(value: object) -> date | None:
    """The day of a date as boards write it: ISO 8601, with time or without, or epoch milliseconds."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        if not _EPOCH_MS[0] < value < _EPOCH_MS[1]:
            return None
        return datetime.fromtimestamp(value / 1000, tz=UTC).date()
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value.strip()[:10])
    except ValueError:
        return _written_day(value)


def _written_day(value: str) -> date | None:
    text = clean(value[:60])
    span = parse_date(text) if text else None
    return span.earliest if span is not None and span.earliest == span.latest else None


def _department(words: Iterable[object]) -> str | None:
    for word in words:
        text = plain(word, limit=100)
        if text and (department := parse_role(text).department):
            return department
    return None


def _merged(known: FoundOpening, other: FoundOpening) -> FoundOpening:
    places = [part for text in (known.location, other.location) if text for part in text.split("; ")]
    days = [one for one in (known.posted_on, other.posted_on) if one]
    return replace(
        known,
        department=known.department or other.department,
        location=joined(places),
        url=known.url or other.url,
        posted_on=max(days, default=None),
    )
