"""From the words of a segment file, or of the flags of `find`, to criteria.

Everything here raises `BadValue`; the caller knows the file and line, or the flag, and says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from prospector.errors import near_miss
from prospector.fields import OTHER_INDUSTRY
from prospector.normalise.industries import (
    industry_key,
    industry_keys,
    industry_label,
    industry_with_children,
    industry_words,
)
from prospector.normalise.places import country_code
from prospector.normalise.roles import DEPARTMENTS, SENIORITIES, parse_role
from prospector.normalise.technologies import (
    ad_platforms,
    find_ad_platform,
    find_technology,
    technology_catalogue,
    technology_key,
)
from prospector.normalise.text import fold
from prospector.normalise.words import words_of
from prospector.records import BUYING_LEVELS
from prospector.segments.criteria import (
    Choice,
    Headcount,
    Hiring,
    Role,
    Technology,
    Tenure,
)
from prospector.segments.sql import COMPANIES
from prospector.spans import NumberSpan, Period

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prospector.segments.groups import Question

_COMPARISON = re.compile(r"(>=|<=|>|<|=)\s*(.+)")
_SPAN = re.compile(r"(\d+\s*[dwmy])\s*-\s*(\d+\s*[dwmy])", re.I)


_MONTH = Period(30, "d")
_MOST_EMPLOYEES = 1_000_000_000


class BadValue(ValueError):
    """A value that a criterion cannot take, with a hint."""

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Asking:
    """What answers depend on besides the data: the day, how long a job counts as open, imported names."""

    as_of: date
    fresh: Period = _MONTH
    technologies: frozenset[str] = frozenset()
    """Keys of technologies outside the catalogue that imported lists have brought."""
    industries: frozenset[str] = frozenset()
    """Industries outside the taxonomy, in the words of the sources that have brought them."""


def parse_value(field: str, value: str | Mapping[str, str], asking: Asking) -> Question:
    """The criterion for one value of one filter field."""
    if isinstance(value, str):
        if not value.strip():
            raise BadValue("there is no value", 'quote it if it starts with >: "> 10"')
        return _PLAIN[field](value.strip(), asking)
    if field in _STRUCTURED:
        return _STRUCTURED[field](value, asking)
    raise BadValue(f'"{field}" takes a word or a list of words')


def known_values(field: str) -> list[str]:
    """The values that a field's list can take, where they are counted; empty for ranges and free words."""
    return {
        "industry": lambda: [industry_label(key) for key in industry_keys()],
        "uses": lambda: sorted((one.name for one in technology_catalogue()), key=str.casefold),
        "advertises_on": lambda: list(ad_platforms()),
        "department": lambda: list(DEPARTMENTS),
        "hiring": lambda: list(DEPARTMENTS),
        "seniority": lambda: list(SENIORITIES),
    }.get(field, list)()


def structured_keys(field: str) -> tuple[str, ...]:
    """The keys of the long form of a field (`hiring: {title: ..., within: 30d}`)."""
    return {"hiring": ("department", "title", "within"), "role": ("department", "seniority")}.get(field, ())


def _industry(text: str, asking: Asking) -> Question:
    key = industry_key(text)
    if key is not None:
        return Choice(COMPANIES, "industry", tuple(sorted(industry_with_children(key))), closed=False)
    own = OTHER_INDUSTRY + fold(text)
    if own not in asking.industries:
        raise BadValue(
            f'no industry "{text}"', near_miss(text, industry_words()) or "see: prospector fields industry"
        )
    return Choice(COMPANIES, "industry", (own,))


def _headcount(text: str, asking: Asking) -> Question:
    try:
        if compared := _COMPARISON.fullmatch(text):
            low, high = _bounds(compared[1], int(compared[2].replace(",", "").replace("_", "")))
        else:
            band = NumberSpan.parse(text.replace(",", "").replace(" ", ""))
            low, high = band.minimum, band.maximum
        if any(number is not None and not 0 <= number <= _MOST_EMPLOYEES for number in (low, high)):
            raise ValueError
    except ValueError:
        raise BadValue(f'"{text[:80]}" is no headcount', 'write "> 10", "<= 50", "11-50" or "50+"') from None
    return Headcount(low, high)


def _bounds(sign: str, number: int) -> tuple[int | None, int | None]:
    return {
        ">": (number + 1, None),
        ">=": (number, None),
        "<": (None, number - 1),
        "<=": (None, number),
        "=": (number, number),
    }[sign]


def _country(text: str, asking: Asking) -> Question:
    code = country_code(text)
    if code is None:
        raise BadValue(f'"{text}" is no country', "write its name or its two-letter code, such as DE")
    return Choice(COMPANIES, "country", (code,))


def _uses(text: str, asking: Asking) -> Question:
    known = find_technology(text)
    if known is not None:
        return Technology("technology", known.id, known.channels, known.absence == "no_match")
    key = technology_key(text)
    if key not in asking.technologies:
        names = [technology.name for technology in technology_catalogue()]
        raise BadValue(f'no technology "{text}"', near_miss(text, names) or "see: prospector fields uses")
    return Technology("technology", key, (), absence_says_no=False)


def _advertises_on(text: str, asking: Asking) -> Question:
    platform = find_ad_platform(text)
    if platform is None:
        raise BadValue(
            f'no ad platform "{text}"',
            near_miss(text, ad_platforms()) or f"known: {', '.join(ad_platforms())}",
        )
    tags = [one for one in technology_catalogue() if one.advertises_on == platform]
    channels = tuple(sorted({channel for tag in tags for channel in tag.channels}))
    says_no = all(tag.absence == "no_match" for tag in tags)
    return Technology("advertises_on", platform, channels, says_no, BUYING_LEVELS)


def department_of(text: str) -> str:
    """The department that a word means; `BadValue` with a near miss if it means none."""
    key = text.strip().lower().replace(" ", "_")
    found = key if key in DEPARTMENTS else parse_role(text).department
    if found is None:
        raise BadValue(
            f'no department "{text}"', near_miss(text, DEPARTMENTS) or f"known: {', '.join(DEPARTMENTS)}"
        )
    return found


def seniorities_of(text: str) -> tuple[str, ...]:
    """The levels that `manager` or `manager+` (at least manager) means."""
    word = text.removesuffix("+").strip()
    key = word.lower().replace(" ", "_").replace("-", "_")
    level = key if key in SENIORITIES else parse_role(word).seniority
    if level is None:
        raise BadValue(
            f'no seniority "{text}"', near_miss(word, SENIORITIES) or f"known: {', '.join(SENIORITIES)}"
        )
    return SENIORITIES[: SENIORITIES.index(level) + 1] if text.endswith("+") else (level,)


def _department(text: str, asking: Asking) -> Question:
    return Role(department_of(text), ())


def _seniority(text: str, asking: Asking) -> Question:
    return Role(None, seniorities_of(text))


def _role(text: str, asking: Asking) -> Question:
    role = parse_role(text.removesuffix("+"))
    if role.department is None and role.seniority is None:
        raise BadValue(
            f'"{text}" says neither a department nor a level', 'write a title such as "HR manager" or "CFO"'
        )
    levels: tuple[str, ...] = ()
    if role.seniority:
        levels = seniorities_of(role.seniority + ("+" if text.endswith("+") else ""))
    return Role(role.department, levels)


def _role_parts(value: Mapping[str, str], asking: Asking) -> Question:
    department, seniority = value.get("department"), value.get("seniority")
    return Role(
        None if department is None else department_of(department),
        () if seniority is None else seniorities_of(seniority),
    )


def _hiring(text: str, asking: Asking) -> Question:
    return Hiring(department_of(text), (), asking.fresh.before(asking.as_of))


def _hiring_parts(value: Mapping[str, str], asking: Asking) -> Question:
    department, title, within = value.get("department"), value.get("title"), value.get("within")
    words = tuple(words_of(title or ""))
    if title is not None and not words:
        raise BadValue(f'title "{title}" has no word in it', "write a word of the job's title")
    return Hiring(
        None if department is None else department_of(department),
        words,
        asking.fresh.before(asking.as_of),
        None if within is None else _period(within).before(asking.as_of),
    )


def _period(text: str) -> Period:
    try:
        return Period.parse(text)
    except ValueError:
        raise BadValue(f'"{text}" is no time span', "write 30d, 2w, 3m or 1y") from None


def _tenure(text: str, asking: Asking) -> Question:
    day, as_of = timedelta(days=1), asking.as_of
    if span := _SPAN.fullmatch(text):
        first, last = _period(span[2]).before(as_of), _period(span[1]).before(as_of)
        if first > last:
            raise BadValue(f'"{text}" runs backwards', "write the shorter span first: 3m-18m")
        return Tenure(first, last, as_of)
    compared = _COMPARISON.fullmatch(text)
    if not compared:
        raise BadValue(f'"{text}" is no tenure', 'write "< 1y", ">= 90d" or "3m-18m"')
    cut = _period(compared[2]).before(as_of)
    early = date.min if cut == date.min else cut - day
    earliest, latest = {
        "<": (cut + day, as_of),
        "<=": (cut, as_of),
        ">": (date.min, early),
        ">=": (date.min, cut),
        "=": (cut, cut),
    }[compared[1]]
    return Tenure(earliest, latest, as_of)


_PLAIN: dict[str, Callable[[str, Asking], Question]] = {
    "industry": _industry,
    "headcount": _headcount,
    "country": _country,
    "uses": _uses,
    "advertises_on": _advertises_on,
    "hiring": _hiring,
    "role": _role,
    "department": _department,
    "seniority": _seniority,
    "tenure": _tenure,
}
_STRUCTURED: dict[str, Callable[[Mapping[str, str], Asking], Question]] = {
    "hiring": _hiring_parts,
    "role": _role_parts,
}
