"""LinkedIn addresses of people and companies in one spelling, so that two exports can be matched by them."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote

from prospector.normalise.text import clean

_PROFILE = re.compile(
    r"(?:https?:/{0,3}|//)?(?:[a-z]{2,3}\.)?linkedin\.com/(?:mwlite/|m/)?(in|company|school|showcase)/([^/?#\s]{1,400})",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"https?://(?:www\.|[a-z]{2}\.)?linkedin\.com/(in|company)/([a-z0-9][a-z0-9-]{0,99})/?")
_FORBIDDEN = re.compile(r"[^\w.~'&()+*!,-]")


@lru_cache(maxsize=4_096)
def linkedin_profile(text: str | None) -> str | None:
    """A person's public profile, `https://www.linkedin.com/in/<slug>`; None for anything else.

    Country hosts, queries and trailing parts go; the slug is percent-decoded and in lower case, except for the
    internal ids (`ACwAA...`), where case counts. Sales Navigator addresses (`/sales/lead/...`) are None.
    """
    found = _parts(text)
    return f"https://www.linkedin.com/in/{found[1]}" if found and found[0] == "in" else None


@lru_cache(maxsize=4_096)
def linkedin_company(text: str | None) -> str | None:
    """A company's page, `https://www.linkedin.com/company/<slug or id>`; None for anything else."""
    found = _parts(text)
    return f"https://www.linkedin.com/company/{found[1]}" if found and found[0] == "company" else None


def _parts(text: str | None) -> tuple[str, str] | None:
    """The kind of page and its slug."""
    if text and (plain := _PLAIN.fullmatch(text)):
        return (plain[1], plain[2]) if clean(plain[2]) else None
    cell = clean(text)
    match = _PROFILE.match(cell.strip("<>\"' ")) if cell else None
    slug = _slug(match[2]) if match else None
    return (match[1].lower(), slug) if match and slug else None


def _slug(raw: str) -> str | None:
    decoded = raw
    for _ in range(3):  # exports of exports are encoded twice
        decoded = unquote(decoded)
    readable = clean(decoded)
    if not readable or _FORBIDDEN.search(readable) or not re.search(r"\w", readable):
        return None
    # Two internal ids may differ in case alone; readable names never do.
    return readable if re.fullmatch(r"AC[ow]AA\w{10,}[\w-]*", readable) else readable.lower()
