"""From the words of company fields to criteria."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from prospector.core.errors import near_miss
from prospector.core.fields import OTHER_INDUSTRY, stored
from prospector.core.records import BUYING_LEVELS
from prospector.core.spans import Period
from prospector.normalise.industries import industry_key, industry_with_children, industry_words
from prospector.normalise.places import country_code
from prospector.normalise.technologies import (
    ad_platforms,
    find_ad_platform,
    find_technology,
    technology_catalogue,
    technology_key,
)
from prospector.normalise.text import fold
from prospector.normalise.words import words_of
from prospector.segments.criteria.criteria import Choice, Headcount, Hiring, Technology
from prospector.segments.criteria.criteria_company import CHILDREN, Happened, Has, Listed, Number, Words
from prospector.segments.criteria.groups import AllOf, Not
from prospector.segments.language.context import BadValue, period_of, plain_number, range_of
from prospector.segments.language.levels import department_of
from prospector.segments.sql.sql import COMPANIES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prospector.normalise.technologies import Technology as Product
    from prospector.segments.criteria.groups import Question
    from prospector.segments.language.context import Asking

SIGNALS = ("funding", "news", "expansion")
_SIGNAL_AGE = Period(180, "d")
_MONEY = re.compile(r"([0-9]+(?:\.[0-9]{1,6})?)(k|m|mio|bn|b|)")
_UNITS = {"": 1, "k": 1_000, "m": 1_000_000, "mio": 1_000_000, "b": 1_000_000_000, "bn": 1_000_000_000}
_EXACTLY = re.compile(r"=|.*-")
_PERCENT = re.compile(r"(-?[0-9]{1,6})%?")


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
    hint = 'write "> 10", "<= 50", "11-50" or "50+"'
    return Headcount(*range_of(text, plain_number, "headcount", hint))


def _growth(text: str, asking: Asking) -> Question:
    return Number("headcount_growth", *range_of(text, _percent, "growth", 'write ">= 10%", "< 0%" or "= 0%"'))


def _percent(text: str) -> int:
    if not (match := _PERCENT.fullmatch(text)):
        raise ValueError(text)
    return int(match[1])


def _revenue(text: str, asking: Asking) -> Question:
    low, high = range_of(text, _money, "revenue", 'write "> 10m", "500k-2m" or "1bn+"')
    return Headcount(low, high, "revenue")


def _money(text: str) -> int:
    match = _MONEY.fullmatch(text.lower().replace(",", "").replace("_", "").replace(" ", "").lstrip("$"))
    if not match:
        raise ValueError(text)
    whole, _, part = match[1].partition(".")
    return int(whole + part) * _UNITS[match[2]] // int(10 ** len(part))


def _founded(text: str, asking: Asking) -> Question:
    return Number("founded", *range_of(text, plain_number, "year", 'write ">= 2015" or "2010-2015"'))


def _country(text: str, asking: Asking) -> Question:
    return Choice(COMPANIES, "country", (country_of(text),))


def country_of(text: str) -> str:
    """The code of a country in any usual spelling."""
    code = country_code(text)
    if code is None:
        raise BadValue(f'"{text}" is no country', "write its name or its two-letter code, such as DE")
    return code


def _spelled(field: str) -> Callable[[str, Asking], Question]:
    def parse(text: str, asking: Asking) -> Question:
        return Choice(COMPANIES, field, asking.spellings("companies", field, text))

    return parse


def _domains(text: str, asking: Asking) -> Question:
    from prospector.segments.language.lists import named_domain  # noqa: PLC0415  (see `_domain_lists`)

    return Listed(COMPANIES, "domain", frozenset([named_domain(text)]))


def _domain_lists(value: Mapping[str, str], asking: Asking) -> Question:
    # Imported here because few segments name domains, and the expressions that find one take time to compile.
    from prospector.segments.language.lists import read_domains  # noqa: PLC0415

    parts: list[Question] = []
    for key, name in value.items():
        listed = Listed(COMPANIES, "domain", read_domains(name, asking.folder))
        parts.append(Not(listed) if key == "not_in" else listed)
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts))


def phrase_of(text: str) -> str:
    """The folded words of a text between single blanks."""
    words = words_of(text)
    if not words:
        raise BadValue(f'"{text[:80]}" has no word in it', "write a word, or words in a row")
    return " ".join(words)


def _keywords(text: str, asking: Asking) -> Question:
    return Words(COMPANIES, "word_key", phrase_of(text), ("keywords", "description", "site_text"))


def _uses(text: str, asking: Asking) -> Question:
    known = find_technology(text)
    if known is not None:
        return Technology("technology", known.id, known.channels, known.absence == "no_match")
    key = technology_key(text)
    if key not in asking.technologies:
        names = [technology.name for technology in technology_catalogue()]
        raise BadValue(f'no technology "{text}"', near_miss(text, names) or "see: prospector fields uses")
    return Technology("technology", key, (), absence_says_no=False)


def categories() -> list[str]:
    """The categories of the catalogue's technologies."""
    return sorted({technology.category for technology in technology_catalogue()})


def _category(text: str, asking: Asking) -> Question:
    known = {fold(category): category for category in categories()}
    category = known.get(fold(text))
    if category is None:
        hint = near_miss(text, categories()) or "see: prospector fields technology_category"
        raise BadValue(f'no category "{text}"', hint)
    return _any_product(
        "category", category, [one for one in technology_catalogue() if one.category == category]
    )


def _advertises_on(text: str, asking: Asking) -> Question:
    platform = find_ad_platform(text)
    if platform is None:
        raise BadValue(
            f'no ad platform "{text}"',
            near_miss(text, ad_platforms()) or f"known: {', '.join(ad_platforms())}",
        )
    tags = [one for one in technology_catalogue() if one.advertises_on == platform]
    return _any_product("advertises_on", platform, tags, BUYING_LEVELS)


def _any_product(
    column: str, value: str, products: list[Product], levels: tuple[str, ...] = ()
) -> Technology:
    channels = tuple(sorted({channel for product in products for channel in product.channels}))
    says_no = all(product.absence == "no_match" for product in products)
    return Technology(column, value, channels, says_no, levels)


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
        None if within is None else period_of(within).before(asking.as_of),
        _at_least(value.get("count", "1")),
    )


def _at_least(text: str) -> int:
    """How many jobs at least: nobody can tell how many there are at most."""
    hint = 'write "3", "3+" or ">= 3": at least three'
    low, high = range_of(text, plain_number, "count", hint)
    if low is None or low < 1 or (high is not None and _EXACTLY.match(text)):
        raise BadValue(f'count "{text[:80]}" does not say how many jobs at least', hint)
    return low


def _signal(text: str, asking: Asking) -> Question:
    return _signal_parts({"kind": text}, asking)


def _signal_parts(value: Mapping[str, str], asking: Asking) -> Question:
    kind = value.get("kind")
    if kind not in SIGNALS:
        hint = near_miss(kind or "", SIGNALS) or f"known: {', '.join(SIGNALS)}"
        raise BadValue(f'no kind of signal "{kind}"' if kind else "says no kind of signal", hint)
    within = period_of(value["within"]) if "within" in value else _SIGNAL_AGE
    return Happened(kind, within.before(asking.as_of), asking.fresh.before(asking.as_of), asking.as_of)


def _has(text: str, asking: Asking) -> Question:
    known = company_facts()
    if text in stored("person") and text not in known:
        raise BadValue(f'"{text}" is a fact of the person', f"write person: {{has: {text}}}")
    if text not in known:
        hint = near_miss(text, known) or f"known: {', '.join(known)}"
        raise BadValue(f'no fact "{text[:80]}" of a company', hint)
    return Has(COMPANIES, text)


def company_facts() -> list[str]:
    """What `has` of a company can name."""
    return [*stored("company"), *CHILDREN]


PLAIN: dict[str, Callable[[str, Asking], Question]] = {
    "industry": _industry,
    "headcount": _headcount,
    "headcount_growth": _growth,
    "revenue": _revenue,
    "founded": _founded,
    "country": _country,
    "region": _spelled("region"),
    "city": _spelled("city"),
    "domains": _domains,
    "keywords": _keywords,
    "uses": _uses,
    "technology_category": _category,
    "advertises_on": _advertises_on,
    "hiring": _hiring,
    "signal": _signal,
    "funding_stage": _spelled("funding_stage"),
    "company_has": _has,
}
STRUCTURED: dict[str, Callable[[Mapping[str, str], Asking], Question]] = {
    "domains": _domain_lists,
    "hiring": _hiring_parts,
    "signal": _signal_parts,
}
KEYS: dict[str, tuple[str, ...]] = {
    "domains": ("in", "not_in"),
    "hiring": ("department", "title", "within", "count"),
    "signal": ("kind", "within"),
}
"""The keys of the long form of a field."""
