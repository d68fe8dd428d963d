"""Two invented people to try a sequence on: one about whom everything is known, one about whom nothing is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from prospector.core.records import (
    Company,
    Opening,
    Person,
    Prospect,
    Signal,
    TechnologyUse,
    further_fields,
)
from prospector.core.spans import DateSpan, NumberSpan
from prospector.sequences.render import RenderContext, render_touch
from prospector.sequences.values import BlankValue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prospector.core.fields import Subject, Type
    from prospector.sequences.folder import Sequence, Touch, Variant
    from prospector.sequences.render import RenderedTouch
    from prospector.sequences.views import SenderFields

AS_OF = date(2026, 1, 15)


@dataclass(frozen=True, slots=True)
class SampleSender:
    """An invented sender."""

    name: str = "Ana Ruiz"
    email: str = "ana@ourco.example"
    company: str = "OurCo"
    postal_address: str = "Hauptstr. 1, 10115 Berlin"


_SAMPLE_VALUES: dict[Type, str] = {
    "text": "Example",
    "number": "10",
    "number_span": "11-50",
    "date_span": "2025-07-01",
}


class _AnyColumn(dict[str, str]):
    """The user's own columns, of which each has a value, however it is called."""

    def get(self, name: str, default: object = None) -> str:
        """The value of a column."""
        return _SAMPLE_VALUES["text"]


SAMPLE_TOKEN = "0123456789abcdef"  # noqa: S105  (stands for nobody)


def sample_context(sender: SenderFields | None = None, link: str | None = None) -> RenderContext:
    """A context in which every name has a value: the given sender's, and invented ones for those left blank."""
    made = SampleSender()
    given = sender or made
    filled = SampleSender(
        name=given.name or made.name,
        email=given.email or made.email,
        company=given.company or made.company,
        postal_address=given.postal_address or made.postal_address,
    )
    return RenderContext(filled, "sample", AS_OF, link or f"https://ourco.example/u/{SAMPLE_TOKEN}")


def rendered_samples(
    sequence: Sequence, touch: Touch, context: RenderContext
) -> Iterator[tuple[Variant, RenderedTouch | BlankValue]]:
    """Every variant of a touch, for somebody well known and for somebody unknown."""
    for prospect in (known_prospect(), unknown_prospect()):
        for variant in touch.variants:
            try:
                yield variant, render_touch(sequence, touch, prospect, context, variant=variant.label)
            except BlankValue as blank:
                yield variant, blank


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
        extra=_further("person"),
        custom=_AnyColumn(),
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
        signals=(
            Signal(
                "news", AS_OF, "Sample Company opens an office", "sample", AS_OF, "https://sample.example"
            ),
        ),
        extra=_further("company"),
        custom=_AnyColumn(),
    )


def _further(subject: Subject) -> dict[str, Any]:
    """A value for every field of the table that the record has no attribute for."""
    fields = further_fields(subject)
    return {one.name: one.value(one.cells(_SAMPLE_VALUES[one.type])) for one in fields}


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
