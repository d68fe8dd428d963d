"""From the words of person fields to criteria."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from prospector.core.errors import near_miss
from prospector.core.fields import stored
from prospector.normalise.addresses import VERDICTS as KNOWN_VERDICTS
from prospector.normalise.roles import parse_role
from prospector.segments.criteria.criteria import Choice, Role, Tenure
from prospector.segments.criteria.criteria_company import Has, Listed, Words
from prospector.segments.criteria.criteria_person import Taken
from prospector.segments.criteria.groups import AllOf, Not
from prospector.segments.language.context import COMPARISON, BadValue, period_of
from prospector.segments.language.levels import department_of, seniorities_of
from prospector.segments.language.parsing_company import company_facts, country_of, phrase_of
from prospector.segments.sql.sql import PEOPLE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prospector.segments.criteria.groups import Question
    from prospector.segments.language.context import Asking

_OPEN_VERDICT = "unknown"
VERDICTS: tuple[str, ...] = tuple(verdict for verdict in KNOWN_VERDICTS if verdict != _OPEN_VERDICT)
_SPAN = re.compile(r"(\d+\s*[dwmy])\s*-\s*(\d+\s*[dwmy])", re.I)


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


def _tenure(text: str, asking: Asking) -> Question:
    return _began(text, asking, "role_started")


def _company_tenure(text: str, asking: Asking) -> Question:
    return _began(text, asking, "employed_since")


def _began(text: str, asking: Asking, field: str) -> Question:
    day, as_of = timedelta(days=1), asking.as_of
    if span := _SPAN.fullmatch(text):
        first, last = period_of(span[2]).before(as_of), period_of(span[1]).before(as_of)
        if first > last:
            raise BadValue(f'"{text}" runs backwards', "write the shorter span first: 3m-18m")
        return Tenure(first, last, as_of, field)
    compared = COMPARISON.fullmatch(text)
    if not compared:
        raise BadValue(f'"{text}" is no tenure', 'write "< 1y", ">= 90d" or "3m-18m"')
    cut = period_of(compared[2]).before(as_of)
    early = date.min if cut == date.min else cut - day
    earliest, latest = {
        "<": (cut + day, as_of),
        "<=": (cut, as_of),
        ">": (date.min, early),
        ">=": (date.min, cut),
        "=": (cut, cut),
    }[compared[1]]
    return Tenure(earliest, latest, as_of, field)


def _title(text: str, asking: Asking) -> Question:
    return Words(PEOPLE, "title_key", phrase_of(text), ("title",))


def _country(text: str, asking: Asking) -> Question:
    return Choice(PEOPLE, "country", (country_of(text),))


def _time_zone(text: str, asking: Asking) -> Question:
    known = {zone.casefold(): zone for zone in available_timezones()}
    zone = known.get(text.casefold().replace(" ", "_"))
    if zone is None:
        hint = near_miss(text, sorted(known.values())) or "write an IANA name such as Europe/Berlin"
        raise BadValue(f'no time zone "{text[:80]}"', hint)
    return Choice(PEOPLE, "time_zone", (zone,))


def _emails(text: str, asking: Asking) -> Question:
    from prospector.segments.language.lists import named_address  # noqa: PLC0415  (see parsing_company._domain_lists)

    return Listed(PEOPLE, "email", frozenset([named_address(text)]))


def _address_lists(value: Mapping[str, str], asking: Asking) -> Question:
    from prospector.segments.language.lists import read_addresses  # noqa: PLC0415  (see parsing_company._domain_lists)

    parts: list[Question] = []
    for key, name in value.items():
        listed = Listed(PEOPLE, "email", read_addresses(name, asking.folder))
        parts.append(Not(listed) if key == "not_in" else listed)
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts))


def _email_status(text: str, asking: Asking) -> Question:
    return Choice(
        PEOPLE, "email_status", asking.spellings("people", "email_status", text), vague=(_OPEN_VERDICT,)
    )


def _stage(text: str, asking: Asking) -> Question:
    return Choice(PEOPLE, "stage", asking.spellings("people", "stage", text))


def _verdict(text: str, asking: Asking) -> Question:
    key = text.casefold().replace("-", "_").replace(" ", "_")
    if key not in VERDICTS:
        raise BadValue(
            f'no verdict "{text[:80]}"', near_miss(text, VERDICTS) or f"known: {', '.join(VERDICTS)}"
        )
    return Choice(PEOPLE, "email_verdict", (key,), vague=(_OPEN_VERDICT,))


def _campaign(text: str, asking: Asking) -> Question:
    known = asking.campaigns
    if known is not None and text not in known:
        hint = near_miss(text, sorted(known)) or f"campaigns: {', '.join(sorted(known)) or 'none'}"
        raise BadValue(f'no campaign "{text[:80]}"', hint)
    return Taken(text, date.min, asking.as_of)


def _campaign_parts(value: Mapping[str, str], asking: Asking) -> Question:
    parts: list[Question] = []
    for key, name in value.items():
        taken = _campaign(name, asking)
        parts.append(Not(taken) if key == "not_in" else taken)
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts))


def _contacted(text: str, asking: Asking) -> Question:
    ever = Taken(None, date.min, asking.as_of)
    if text not in ("ever", "never"):
        raise BadValue(f'"{text[:80]}" says nothing of contacts', "write ever, never or {within: 30d}")
    return Not(ever) if text == "never" else ever


def _contacted_parts(value: Mapping[str, str], asking: Asking) -> Question:
    parts: list[Question] = []
    for key, text in value.items():
        taken = Taken(None, period_of(text).before(asking.as_of), asking.as_of)
        parts.append(Not(taken) if key == "not_within" else taken)
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts))


def _has(text: str, asking: Asking) -> Question:
    known = person_facts()
    if text in company_facts() and text not in known:
        raise BadValue(f'"{text}" is a fact of the company', f"write company: {{has: {text}}}")
    if text not in known:
        hint = near_miss(text, known) or f"known: {', '.join(known)}"
        raise BadValue(f'no fact "{text[:80]}" of a person', hint)
    return Has(PEOPLE, "company_id" if text == "company" else text)


def person_facts() -> list[str]:
    """What `has` of a person can name."""
    return ["company" if name == "company_id" else name for name in stored("person")]


PLAIN: dict[str, Callable[[str, Asking], Question]] = {
    "role": _role,
    "title": _title,
    "department": _department,
    "seniority": _seniority,
    "tenure": _tenure,
    "company_tenure": _company_tenure,
    "person_keywords": _title,
    "person_country": _country,
    "time_zone": _time_zone,
    "emails": _emails,
    "email_status": _email_status,
    "email_verdict": _verdict,
    "stage": _stage,
    "campaign": _campaign,
    "contacted": _contacted,
    "has": _has,
}
STRUCTURED: dict[str, Callable[[Mapping[str, str], Asking], Question]] = {
    "role": _role_parts,
    "emails": _address_lists,
    "campaign": _campaign_parts,
    "contacted": _contacted_parts,
}
KEYS: dict[str, tuple[str, ...]] = {
    "role": ("department", "seniority"),
    "emails": ("in", "not_in"),
    "campaign": ("in", "not_in"),
    "contacted": ("within", "not_within"),
}
"""The keys of the long form of a field."""
