"""What a lead takes along besides its touches: the facts that tools ask for, the user's own columns, and the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from prospector.core.custom import PREFIX
from prospector.normalise.text import clean, fold
from prospector.sequences.values import unfit
from prospector.store.custom_values import custom_names

if TYPE_CHECKING:
    from prospector.core.records import Prospect
    from prospector.segments.ranking import Found
    from prospector.store.database import Database

_COMPANY_PREFIX = f"company.{PREFIX}"
_LONGEST_REASON = 500


class LeadFacts(NamedTuple):
    """The facts by the names that a lead has for them, and the values of the user's own columns."""

    by_name: dict[str, str]
    custom: dict[str, str]


def custom_columns(db: Database) -> tuple[str, ...]:
    """The user's own columns that a run's files have: all that anybody has a value for when it starts, by name,
    those of people first. So a file's width is known before its first row.
    """
    people, companies = custom_names(db, "person"), custom_names(db, "company")
    return (*(PREFIX + name for name in people), *(_COMPANY_PREFIX + name for name in companies))


def lead_facts(prospect: Prospect) -> LeadFacts:
    """What is known of a person, as it leaves."""
    person, company = prospect.person, prospect.company
    facts = {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "company": company.name if company else None,
        "title": person.title,
        "phone": person.phone or (company.phone if company else None),
        "website": (company.website or company.domain) if company else None,
        "linkedin": person.linkedin,
    }
    custom = {PREFIX + name: person.custom[name] for name in sorted(person.custom)}
    if company:
        custom |= {_COMPANY_PREFIX + name: company.custom[name] for name in sorted(company.custom)}
    return LeadFacts({name: value or "" for name, value in facts.items()}, custom)


def unfit_value(facts: LeadFacts) -> str | None:
    """The first value that no file may hold as it is, and what it is."""
    for name, text in (*facts.by_name.items(), *facts.custom.items()):
        field = "company.name" if name == "company" else name if name in facts.custom else f"person.{name}"
        if text and (what := unfit(text, field)):
            return f"{field} is {what}: {text[:60]}"
    return None


def why_in_a_line(found: Found) -> str:
    """Why somebody is on the list, without what the title beside it says already."""
    title = fold(found.prospect.person.title or "")
    phrases = [clean(phrase) or "" for phrase in dict.fromkeys(found.because)]
    said = [one for one in phrases if one and fold(one) != title and not unfit(one, "reason")]
    return "; ".join(said)[:_LONGEST_REASON] or f"in the segment {found.segment.name}"
