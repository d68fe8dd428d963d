"""Two invented people to try a sequence on: one about whom everything is known, one about whom nothing is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from prospector.records import Company, Opening, Person, Prospect, TechnologyUse
from prospector.sequences.views import RenderContext
from prospector.spans import DateSpan, NumberSpan

AS_OF = date(2026, 1, 15)


@dataclass(frozen=True, slots=True)
class SampleSender:
    """An invented sender."""

    name: str = "Ana Ruiz"
    email: str = "ana@ourco.example"
    company: str = "OurCo"
    postal_address: str = "Hauptstr. 1, 10115 Berlin"


def sample_context() -> RenderContext:
    """A context in which every name has a value."""
    return RenderContext(SampleSender(), "sample", AS_OF, "https://ourco.example/u/0123456789abcdef")


def known_prospect() -> Prospect:
    """Somebody with a value for every name, and a company with a job, a CRM and ads to talk about."""
    person = Person(
        id=1,
        first_name="Alexandra",
        last_name="Example",
        greeting="Alexandra",
        email="alexandra@sample.example",
        title="Head of Department",
        department="operations",
        seniority="manager",
        role_started=DateSpan(date(2025, 7, 1), date(2025, 7, 1)),
        phone="+1 555 0100",
        linkedin="https://network.example/alexandra",
        country="DE",
        region="Berlin",
        city="Berlin",
        time_zone="Europe/Berlin",
    )
    return Prospect(person, _known_company())


def unknown_prospect() -> Prospect:
    """Somebody of whom only the address and the company's name are known."""
    return Prospect(Person(id=2, email="info@sample.example"), Company(id=2, name="Sample Company"))


def _known_company() -> Company:
    return Company(
        id=1,
        name="Sample Company",
        domain="sample.example",
        website="https://sample.example",
        industry="software",
        headcount=NumberSpan(51, 200),
        country="DE",
        region="Berlin",
        city="Berlin",
        phone="+1 555 0101",
        linkedin="https://network.example/sample",
        description="Makes samples.",
        founded=2010,
        technologies=(
            _technology("hubspot", "HubSpot", None, None),
            _technology("google_ads_conversion", "Google Ads", "conversion", "Google Ads"),
        ),
        openings=(_opening(),),
    )


def _technology(key: str, name: str, level: str | None, platform: str | None) -> TechnologyUse:
    return TechnologyUse(
        key=key,
        name=name,
        category=None,
        level=level,
        advertises_on=platform,
        source="sample",
        seen_on=AS_OF,
        url="https://sample.example",
    )


def _opening() -> Opening:
    return Opening(
        title="Marketing Manager",
        title_key=" marketing manager ",
        department="marketing",
        seniority="manager",
        location="Berlin",
        url="https://sample.example/jobs/1",
        posted_on=AS_OF,
        seen_on=AS_OF,
        source="sample",
    )
