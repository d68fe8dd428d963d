"""A list written into one value, such as "Banking, Insurance", is refused: it could mean any of them, or one long name.

What is known by that very name is one value ("Oil & Gas", the city "Washington, D.C." of some source). The same rule
holds for every criterion, in files and in flags: nobody asks for the first of two things and thinks it was both.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from prospector.normalise.industries import names_industry
from prospector.normalise.places import country_code
from prospector.normalise.technologies import technology_key
from prospector.normalise.text import fold
from prospector.normalise.words import text_spellings
from prospector.segments.criteria.context import BadValue
from prospector.segments.criteria.forms import FORMS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prospector.core.fields import FilterField
    from prospector.segments.criteria.context import Asking

_SIGNS = re.compile(r"\s*[,;|/\n\r]\s*")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_OR = re.compile(r"\s*[,;|/\n\r]\s*|\s+(?:or|oder|ou)\s+", re.I)
_AND = re.compile(r"\s*[,;|/\n\r]\s*|\s+(?:and|or|und|oder|et|ou|y|e|&|\+)\s+", re.I)
_BESIDE_SLASHES = re.compile(r"\s*[,;|\n\r]\s*|\s+/\s+")
_PAGES = frozenset({"domains", "addresses"})
"""A slash belongs to a web address there."""
_NUMBERS = frozenset({"band", "money", "number", "percent", "year"})
_FREE_WORDS = frozenset({"words", "campaign"})
_SPELLED = frozenset({"list", "status"})
"""Forms whose values are words of the sources: what is stored by that very name is one value."""
_WORDS_INSIDE = ("title", "department", "seniority", "kind")
"""The keys of a long form that take a word; the others name files and campaigns, or are spans and numbers."""


def refuse_list(field: FilterField, text: str, asking: Asking) -> None:
    """`BadValue` for several values in one."""
    form = field.form
    parts = _parts(form, text)
    if len(parts) < 2 or _is_one(field, text, asking):
        return
    if fold(text) in map(fold, FORMS[form].known_values(field)):
        return
    if form == "industry" and len(_OR.split(text)) < 2 and not all(map(names_industry, parts)):
        return
    _refuse(form, text, parts)


def refuse_lists_in(values: Mapping[str, str]) -> None:
    """The same for the words in a long form, such as `{title: ..., within: 30d}`."""
    for key in _WORDS_INSIDE:
        text = values.get(key)
        if isinstance(text, str) and len(parts := _parts("words", text)) > 1:
            _refuse("words" if key == "title" else "", text, parts)


def _refuse(form: str, text: str, parts: Sequence[str]) -> None:
    shown = ", ".join(part.replace('"', "'") for part in parts)
    hint = f"write a list, [{shown}], or the flag once for each"
    if form in _FREE_WORDS:
        hint += f'; words in a row without the sign: "{" ".join(parts)}"'
    raise BadValue(f'"{text[:80]}" holds several values in one', hint)


def _parts(form: str, text: str) -> list[str]:
    if form in _NUMBERS:
        text = _THOUSANDS.sub("", text)
    return [part for part in _signs(form).split(text.strip("[]")) if part]


def _signs(form: str) -> re.Pattern[str]:
    """What stands between the values of a list: names of industries are also joined by "and", words never by "or"."""
    if form in _PAGES:
        return _BESIDE_SLASHES
    return _AND if form == "industry" else _SIGNS if form in _FREE_WORDS else _OR


def _is_one(field: FilterField, text: str, asking: Asking) -> bool:
    """Whether something is called exactly this."""
    form = field.form
    if form == "industry":
        own = {fold(one.partition(":")[2]) for one in asking.industries}
        return names_industry(text) or fold(text) in own
    if form == "technology":
        return technology_key(text) in asking.technologies
    if form == "country":
        return country_code(text) is not None
    if form == "time_zone":
        return text.casefold().replace(" ", "_") in map(str.casefold, available_timezones())
    if form == "campaign":
        return text in (asking.campaigns or ())
    if form in _SPELLED:
        wanted = text_spellings(text)
        kept = asking.texts(field.subject, field.stored)
        return any(not wanted.isdisjoint(text_spellings(one)) for one in kept)
    return False
