"""The JSON of looking up: what a run brought, what one would cost, what a site shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, NotRequired, TypedDict

from prospector.core.records import BUYING_LEVELS
from prospector.core.shapes import (
    FoundOpeningShape,
    SeenTechnologyShape,
    found_opening_json,
    seen_technology_json,
)
from prospector.enrich.recording import site_values
from prospector.normalise.technologies import ad_platforms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prospector.core.records import Hit
    from prospector.enrich.crawl import EnrichReport
    from prospector.enrich.forecast import Forecast, SourceForecast
    from prospector.enrich.people import ContactReport
    from prospector.sites.hiring.boards import Board
    from prospector.sites.visit.reading import SiteReading


class ContactsShape(TypedDict):
    """People asked about, by what came of it."""

    asked: Annotated[int, "People asked about."]
    found: Annotated[int, "Something was found."]
    none: Annotated[int, "The sources know nothing."]
    blocked: Annotated[int, "A source refused."]
    failed: Annotated[int, "A source failed."]


class CallShape(TypedDict):
    """The calls of one source."""

    provider: Annotated[str, "The source."]
    calls: Annotated[int, "Calls."]
    hits: Annotated[int, "Calls that found something."]
    cost: Annotated[float, "What they cost."]


class EnrichShape(TypedDict):
    """What a run looked up."""

    companies: Annotated[int, "Companies whose site was read."]
    found: Annotated[int, "Of those: the site could be read."]
    none: Annotated[int, "Of those: there is no site."]
    blocked: Annotated[int, "Of those: the site refused, in robots.txt or otherwise."]
    failed: Annotated[int, "Of those: the site could not be reached; the next run tries again."]
    skipped: Annotated[int, "Companies left alone, because nothing is due there."]
    requests: Annotated[int, "Requests made."]
    technologies: Annotated[int, "Technologies found."]
    openings: Annotated[int, "Open jobs found."]
    reasons: Annotated[dict[str, int], "Why something was not found, with counts."]
    contacts: Annotated[ContactsShape, "People asked about."]
    calls: Annotated[list[CallShape], "Calls about people, by source."]
    spent: Annotated[float, "What all calls cost."]
    budget_left: Annotated[float, "What is left of the run's budget."]


class SourceForecastShape(TypedDict):
    """What one source would cost."""

    source: Annotated[str, "The source."]
    companies: Annotated[int, "Companies that may need it."]
    requests_at_most: Annotated[int, "Requests at most."]
    requests_about: Annotated[int, "Requests as a rule."]
    people: Annotated[int, "People who may need it."]
    cost: Annotated[float, "What it would cost, as a rule."]
    expected: Annotated[int, "How many answers it would bring, as a rule."]


class ForecastShape(TypedDict):
    """What a run would look up. Repeated attempts and redirects are not counted."""

    asked: Annotated[
        int, "Companies that the stored facts leave undecided; without a segment all with a domain."
    ]
    companies: Annotated[int, "Those among them where a look-up is due and can change the list."]
    requests_at_most: Annotated[int, "Requests at most."]
    requests_about: Annotated[int, "Requests as a rule."]
    requests_for_everything: Annotated[int, "Requests, as a rule, to look everything up everywhere."]
    sources: Annotated[list[SourceForecastShape], "The same by source."]
    people: Annotated[int, "People whom a source may be asked about."]
    cost: Annotated[float, "What it would cost, as a rule."]
    cost_at_most: Annotated[float, "What it would cost at most; never more than the budget."]
    expected: Annotated[int, "How many answers the calls would bring, as a rule."]
    contacts: Annotated[ContactsShape, "People to ask about, by what is likely to come of it."]
    calls: Annotated[list[CallShape], "Likely calls about people, by source."]
    spent: Annotated[float, "Nothing: a plan spends nothing."]
    budget_left: Annotated[float, "The run's budget."]


class InspectedBoardShape(TypedDict):
    """A job board that the site leads to."""

    system: Annotated[str, "Whose board it is."]
    slug: Annotated[str, "The company's name there."]
    outcome: Annotated[str | None, "found, none, blocked or failed; null if it was not read."]
    reason: Annotated[str | None, "Why, where it was not found."]


class InspectedCompanyShape(TypedDict):
    """What the site says of the company."""

    name: NotRequired[Annotated[str, "Its name."]]
    description: NotRequired[Annotated[str, "What it says of itself."]]
    site_text: NotRequired[Annotated[str, "What its home page says, from the top."]]
    headcount: NotRequired[Annotated[str, "Employees: a number or a band."]]
    country: NotRequired[Annotated[str, "Country, ISO 3166 alpha-2."]]
    region: NotRequired[Annotated[str, "State or region."]]
    city: NotRequired[Annotated[str, "City."]]
    address: NotRequired[Annotated[str, "Postal address in one line."]]
    phone: NotRequired[Annotated[str, "Phone number, E.164."]]
    linkedin: NotRequired[Annotated[str, "LinkedIn page."]]
    founded: NotRequired[Annotated[int, "Year of foundation."]]
    address_parts: Annotated[dict[str, str | None], "The postal address in parts."]


class SiteLookupShape(TypedDict):
    """One attempt to read something."""

    source: Annotated[str, "What was read, such as the home page."]
    url: Annotated[str | None, "Where."]
    outcome: Annotated[str, "found, none, blocked or failed."]
    reason: Annotated[str | None, "Why, where it was not found."]


class InspectionShape(TypedDict):
    """What a site, or a saved page, says of its company."""

    domain: Annotated[str | None, "Registrable domain."]
    url: Annotated[str | None, "The page."]
    name: Annotated[str | None, "Name of the company."]
    language: Annotated[str | None, "Language of the page."]
    technologies: Annotated[list[SeenTechnologyShape], "What it uses."]
    advertises_on: Annotated[list[str], "The ad platforms on which it buys."]
    ads: Annotated[
        dict[str, str | None],
        "By ad platform: none_seen, tag_seen or active_tag; null where the page could not be read.",
    ]
    openings: Annotated[list[FoundOpeningShape], "Its open jobs."]
    boards: Annotated[list[InspectedBoardShape], "The job boards that it leads to."]
    emails: Annotated[list[str], "Addresses on it."]
    phones: Annotated[list[str], "Phone numbers on it, E.164."]
    social: Annotated[dict[str, str], "Its profiles, by network."]
    mail_host: Annotated[str | None, "Who takes its mail."]
    mail_provider: Annotated[str | None, "The same by name, where it is known."]
    mx: Annotated[list[str], "Hosts of its MX records."]
    company: Annotated[InspectedCompanyShape, "What would be stored of the company."]
    state: Annotated[
        str | None, "page, shell (scripts have to run first) or parked; null if it was not read."
    ]
    lookups: Annotated[list[SiteLookupShape], "What was read, and what came of it; empty for a saved page."]


def enrich_json(report: EnrichReport) -> EnrichShape:
    """What `enrich` did."""
    outcomes, people = report.outcomes, report.people
    return {
        "companies": report.companies,
        "found": outcomes["found"],
        "none": outcomes["none"],
        "blocked": outcomes["blocked"],
        "failed": outcomes["failed"],
        "skipped": report.skipped,
        "requests": report.requests,
        "technologies": report.technologies,
        "openings": report.openings,
        "reasons": dict(sorted((report.reasons + people.reasons).items())),
        "contacts": _contacts(people),
        "calls": [
            {"provider": name, "calls": one.calls, "hits": one.hits, "cost": round(one.cost, 6)}
            for name, one in sorted(people.calls.items())
        ],
        "spent": people.spent,
        "budget_left": people.budget_left,
    }


def _contacts(people: ContactReport) -> ContactsShape:
    return {
        "asked": people.asked,
        "found": people.outcomes["found"],
        "none": people.outcomes["none"],
        "blocked": people.outcomes["blocked"],
        "failed": people.outcomes["failed"],
    }


def forecast_json(told: Forecast) -> ForecastShape:
    """What `enrich --plan` tells: what would be asked, and how many would be found."""
    calls = sorted((source for source in told.sources if source.people), key=lambda one: one.source)
    return {
        "asked": told.asked,
        "companies": told.companies,
        "requests_at_most": told.most,
        "requests_about": told.about,
        "requests_for_everything": told.everything,
        "sources": [source_forecast_json(source) for source in told.sources],
        "people": told.people,
        "cost": told.cost,
        "cost_at_most": told.cost_at_most,
        "expected": told.expected,
        "contacts": {
            "asked": told.people,
            "found": min(told.expected, told.people),
            "none": max(0, told.people - told.expected),
            "blocked": 0,
            "failed": 0,
        },
        "calls": [_expected_calls(source) for source in calls],
        "spent": 0.0,
        "budget_left": told.budget,
    }


def source_forecast_json(source: SourceForecast) -> SourceForecastShape:
    """What one source would cost."""
    return {
        "source": source.source,
        "companies": source.companies,
        "requests_at_most": source.most,
        "requests_about": round(source.about),
        "people": source.people,
        "cost": round(source.cost, 6),
        "expected": round(source.expected),
    }


def _expected_calls(source: SourceForecast) -> CallShape:
    return {
        "provider": source.source,
        "calls": round(source.calls),
        "hits": round(source.expected),
        "cost": round(source.cost, 6),
    }


def inspection_json(reading: SiteReading) -> InspectionShape:
    """What `inspect` shows."""
    facts, mail = reading.facts, reading.mail
    stated, inferred = site_values(reading)
    hits = sorted(_all_hits(reading), key=lambda hit: hit.name.casefold())
    company: Any = {**inferred, **stated, "address_parts": dict(facts.address or {}) if facts else {}}
    return {
        "domain": reading.domain or None,
        "url": reading.url or None,
        "name": facts.name if facts else None,
        "language": facts.language if facts else None,
        "technologies": [seen_technology_json(hit) for hit in hits],
        "advertises_on": sorted(
            {hit.advertises_on for hit in hits if hit.advertises_on and hit.level in BUYING_LEVELS}
        ),
        "ads": _ads(hits, reading),
        "openings": [found_opening_json(job) for found in reading.openings.values() for job in found],
        "boards": [_board(board, reading) for board in reading.boards],
        "emails": list(facts.emails) if facts else [],
        "phones": list(facts.phones) if facts else [],
        "social": dict(facts.social) if facts else {},
        "mail_host": mail.host if mail else None,
        "mail_provider": mail.provider if mail else None,
        "mx": [record.split()[-1].rstrip(".") for record in mail.records.get("MX", ())] if mail else [],
        "company": company,
        "state": _state(reading),
        "lookups": [
            {"source": one.source, "url": one.url, "outcome": one.outcome, "reason": one.reason or None}
            for one in reading.lookups
        ],
    }


def _all_hits(reading: SiteReading) -> list[Hit]:
    """The strongest evidence of each technology over the home page, other pages and DNS."""
    best = dict(reading.hits)
    for hit in (hit for hits in reading.deeper.values() for hit in hits):
        if hit.id not in best or hit.grade < best[hit.id].grade:
            best[hit.id] = hit
    return list(best.values())


def _ads(hits: Sequence[Hit], reading: SiteReading) -> dict[str, str | None]:
    """Each platform's level: none_seen, tag_seen or active_tag; None where the page could not be read."""
    levels: dict[str, str | None] = dict.fromkeys(
        ad_platforms(), "none_seen" if "html" in reading.channels else None
    )
    for hit in hits:
        if hit.advertises_on:
            active = hit.level in BUYING_LEVELS
            if active or levels[hit.advertises_on] != "active_tag":
                levels[hit.advertises_on] = "active_tag" if active else "tag_seen"
    return levels


def _state(reading: SiteReading) -> str | None:
    """Whether the page says anything at all: `page`, `shell` (scripts have to run first) or `parked`."""
    facts = reading.facts
    return None if facts is None else "parked" if facts.parked else "shell" if facts.shell else "page"


def _board(board: Board, reading: SiteReading) -> InspectedBoardShape:
    """A board with what became of reading it: `none` with `empty_board` is a fact, the other reasons are not."""
    look = next((one for one in reading.lookups if one.source == f"board:{board.system}"), None)
    return {
        "system": board.system,
        "slug": board.slug,
        "outcome": look.outcome if look else None,
        "reason": (look.reason or None) if look else None,
    }
