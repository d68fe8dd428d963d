"""What was read on a site, into the store. Use inside a transaction: one visit is recorded whole."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from prospector.core.evidence import Observation
from prospector.core.records import Opening, TechnologyUse
from prospector.enrich.remembering import SOURCE, remember
from prospector.normalise.domains import registrable_domain
from prospector.normalise.emails import email_domain
from prospector.normalise.profile_urls import linkedin_company
from prospector.normalise.words import company_words, word_key
from prospector.sites.visit.reading import BAD_CERTIFICATE, WITHOUT_TLS
from prospector.store.company_facts import (
    add_technologies,
    mark_read,
    replace_openings,
    replace_technologies,
    unmark_read,
)
from prospector.store.history import History
from prospector.store.lookups import add_lookup
from prospector.store.published import Published, published_by, replace_published

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from prospector.core.records import Company, Hit
    from prospector.sites.facts.company import SiteFacts
    from prospector.sites.visit.reading import SiteReading
    from prospector.store.database import Database

_INSECURE = 0.5
WHOLE_PAGE = frozenset({"html", "tag_manager"})
"""Only where all of this was read can a tag that was not seen be gone."""


def record_reading(
    db: Database, company_id: int, reading: SiteReading, as_of: date, *, run: int | None = None
) -> None:
    """Store look-ups, technologies, openings, readings and facts of one visit."""
    for lookup in reading.lookups:
        add_lookup(db, company_id, lookup, as_of, run=run)
    keep = replace_technologies if reading.channels >= WHOLE_PAGE else add_technologies
    keep(db, company_id, SOURCE, _best(reading.hits.values()), as_of)
    for source, hits in reading.deeper.items():
        keep = replace_technologies if source in reading.channels else add_technologies
        keep(db, company_id, source, _best(hit for hit in hits if hit.id not in reading.hits), as_of)
    for source, found in reading.openings.items():
        replace_openings(db, company_id, source, found, as_of)
    mark_read(db, company_id, sorted(reading.channels), as_of)
    if reading.channels and not reading.insecure and reading.url:
        unmark_read(db, company_id, BAD_CERTIFICATE)
    remember(db, company_id, reading, as_of)
    _record_facts(db, company_id, reading, as_of)


def _best(hits: Iterable[Hit]) -> list[Hit]:
    """One hit of each technology, that with the strongest sign."""
    return list({hit.id: hit for hit in sorted(hits, key=lambda hit: -hit.grade)}.values())


def _record_facts(db: Database, company_id: int, reading: SiteReading, as_of: date) -> None:
    stated, inferred = site_values(reading)
    # What anybody on the way may have written says so, and stands behind what others say on the same day.
    place, sure = (f"{reading.url} {WITHOUT_TLS}", _INSECURE) if reading.insecure else (reading.url, None)
    said = [
        Observation(SOURCE, "stated", as_of, stated, url=place, confidence=sure),
        Observation(SOURCE, "inferred", as_of, inferred, url=place, confidence=sure),
    ]
    if reading.facts and not reading.facts.parked:
        if reading.facts.legal_form:
            form, url = reading.facts.legal_form
            said.append(Observation(SOURCE, "stated", as_of, {"legal_form": form}, url=url, confidence=sure))
        _record_published(db, company_id, reading, reading.facts, as_of)
    History(db, as_of).record_known("company", company_id, [one for one in said if one.values])


def _record_published(
    db: Database, company_id: int, reading: SiteReading, facts: SiteFacts, as_of: date
) -> None:
    """Keep which addresses the pages show: those of the company, not those of its host or its lawyers.

    A note against mails that an earlier visit saw holds until the pages behind the home page are read again.
    """
    domain = db.value("SELECT domain FROM companies WHERE id = ?", (company_id,))
    noted = "pages" not in reading.steps and any(one.no_mail for one in published_by(db, company_id))
    own = [
        Published(email, url, no_mail or noted, as_of)
        for email, url, no_mail in facts.published
        if registrable_domain(email_domain(email)) == domain
    ]
    pages = {lookup.url for lookup in reading.lookups if lookup.url and lookup.outcome == "found"}
    replace_published(db, company_id, own, pages)


def site_values(reading: SiteReading) -> tuple[dict[str, str | int], dict[str, str | int]]:
    """Field values that the site states, and weaker ones that are only likely (its name, description and text)."""
    facts = reading.facts
    if facts is None or facts.parked:
        return {}, {}
    address = facts.address or {}
    stated: dict[str, str | int | None] = {
        "headcount": str(facts.headcount) if facts.headcount else None,
        "country": address.get("country"),
        "region": address.get("region"),
        "city": address.get("city"),
        "address": facts.address_text,
        "phone": facts.phones[0] if facts.phones else None,
        "linkedin": linkedin_company(facts.social.get("linkedin", "")),
        "founded": facts.founded,
    }
    inferred = {"name": facts.name, "description": facts.description, "site_text": facts.text}
    return (
        {name: value for name, value in stated.items() if value},
        {name: value for name, value in inferred.items() if value},
    )


def with_reading(company: Company, reading: SiteReading, as_of: date) -> Company:
    """The company as it will be once this visit is recorded, for asking its criteria before that."""
    found = {SOURCE: list(reading.hits.values()), **reading.deeper}
    replaced = {source for source in reading.deeper if source in reading.channels}
    if reading.channels >= WHOLE_PAGE:
        replaced.add(SOURCE)
    kept = tuple(use for use in company.technologies if use.source not in replaced)
    return replace(
        company,
        technologies=kept
        + tuple(TechnologyUse.of(hit, source, as_of) for source in found for hit in found[source]),
        openings=_openings(company, reading, as_of),
        read=tuple(sorted({**dict(company.read), **dict.fromkeys(reading.channels, as_of)}.items())),
        **_missing_values(company, reading),
    )


def _openings(company: Company, reading: SiteReading, as_of: date) -> tuple[Opening, ...]:
    kept = tuple(job for job in company.openings if job.source not in reading.openings)
    return kept + tuple(
        Opening.of(job, word_key(job.title), source, as_of)
        for source, found in reading.openings.items()
        for job in found
    )


def _missing_values(company: Company, reading: SiteReading) -> dict[str, Any]:
    """What the site states of fields that are asked for and were unknown. What was known may outrank it."""
    facts = reading.facts
    if facts is None or facts.parked:
        return {}
    address = facts.address or {}
    values = {
        "headcount": facts.headcount,
        **{name: address.get(name) for name in ("country", "region", "city")},
        "founded": facts.founded,
        "description": facts.description,
        "site_text": facts.text,
    }
    missing = {name: value for name, value in values.items() if value and getattr(company, name) is None}
    words = {name: getattr(company, name) for name in ("name", "keywords", "description", "site_text")}
    return {**missing, "word_key": company_words({**words, **missing})}
