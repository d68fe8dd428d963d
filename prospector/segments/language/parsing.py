"""From the words of a segment file, or of the flags of `find`, to criteria."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prospector.normalise.industries import industry_keys, industry_label
from prospector.normalise.roles import DEPARTMENTS, SENIORITIES
from prospector.normalise.technologies import ad_platforms, technology_catalogue
from prospector.segments.language import parsing_company, parsing_person
from prospector.segments.language.context import Asking, BadValue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prospector.segments.criteria.groups import Question

__all__ = ["Asking", "BadValue", "known_values", "parse_value", "structured_keys"]

_PLAIN = {**parsing_company.PLAIN, **parsing_person.PLAIN}
_STRUCTURED = {**parsing_company.STRUCTURED, **parsing_person.STRUCTURED}
_KEYS = {**parsing_company.KEYS, **parsing_person.KEYS}


def parse_value(key: str, value: str | Mapping[str, str], asking: Asking) -> Question:
    """The criterion for one value of a filter field, named by its key; `BadValue` says what is wrong with it."""
    if isinstance(value, str):
        if not value.strip():
            raise BadValue("there is no value", 'quote it if it starts with >: "> 10"')
        return _PLAIN[key](value.strip(), asking)
    if key in _STRUCTURED:
        return _STRUCTURED[key](value, asking)
    raise BadValue(f'"{key}" takes a word or a list of words')


def known_values(key: str) -> list[str]:
    """The values that a field's list can take, where they are counted; empty for ranges and free words."""
    return {
        "industry": lambda: [industry_label(key) for key in industry_keys()],
        "uses": lambda: sorted((one.name for one in technology_catalogue()), key=str.casefold),
        "technology_category": parsing_company.categories,
        "advertises_on": lambda: list(ad_platforms()),
        "department": lambda: list(DEPARTMENTS),
        "hiring": lambda: list(DEPARTMENTS),
        "signal": lambda: list(parsing_company.SIGNALS),
        "company_has": parsing_company.company_facts,
        "seniority": lambda: list(SENIORITIES),
        "email_verdict": lambda: list(parsing_person.VERDICTS),
        "contacted": lambda: ["ever", "never"],
        "has": parsing_person.person_facts,
    }.get(key, list)()


def structured_keys(key: str) -> tuple[str, ...]:
    """The keys of the long form of a field (`hiring: {title: ..., within: 30d}`)."""
    return _KEYS.get(key, ())
