"""The JSON of looking up: what a run brought, what one would cost, what a site shows."""

from __future__ import annotations

from typing import Annotated, NotRequired, TypedDict

from prospector.core.shapes import FoundOpeningShape, SeenTechnologyShape


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


class CompaniesShape(TypedDict):
    """Companies looked up, by what came of it."""

    asked: Annotated[int, "Companies whose site was to be read."]
    found: Annotated[int, "Of those: the site could be read."]
    none: Annotated[int, "Of those: there is no site."]
    blocked: Annotated[int, "Of those: the site refused, in robots.txt or otherwise."]
    failed: Annotated[int, "Of those: the site could not be reached; the next run tries again."]
    skipped: Annotated[int, "Companies left alone, because nothing is due there."]


class EnrichShape(TypedDict):
    """What a run looked up."""

    companies: Annotated[CompaniesShape, "Companies looked up."]
    requests: Annotated[int, "Requests made."]
    technologies: Annotated[int, "Technologies found."]
    openings: Annotated[int, "Open jobs found."]
    reasons: Annotated[dict[str, int], "Why something was not found, with counts."]
    contacts: Annotated[ContactsShape, "People asked about."]
    calls: Annotated[list[CallShape], "Calls about people, by source."]
    verdicts: Annotated[
        dict[str, int], "Addresses that were guessed or looked up for the segment's people, by verdict."
    ]
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


class CompaniesForecastShape(TypedDict):
    """Companies that the stored facts leave undecided; without a segment all with a domain."""

    asked: Annotated[int, "Those among them where a look-up is due and can change the list."]
    skipped: Annotated[int, "The others."]


class ForecastShape(TypedDict):
    """What a run would look up. Repeated attempts and redirects are not counted."""

    companies: Annotated[CompaniesForecastShape, "Companies to look up."]
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
