"""The one registry of sources: what answers which question, at what price, and what it needs to be asked.

In come rows, out go answers to "who can tell?": the planner and its forecast, `segment explain`, `segment check`,
`prospector fields` and the docs read them here, and nothing else says what answers what. A row is data alone;
`enrich.sources` binds it to the function that asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from prospector.core.fields import filters, stored

if TYPE_CHECKING:
    from prospector.core.evidence import Method
    from prospector.core.fields import FilterField, Subject
    from prospector.core.records import Prospect


class Requests(NamedTuple):
    """Requests of one look-up: at most (without repeated attempts and redirects), and as a rule."""

    most: int
    about: float


_ONE = Requests(1, 1)


@dataclass(frozen=True, slots=True)
class Source:
    """Whatever can answer a field.

    `answers` names filter words of the subject, or stored fields that nobody asks for in a segment (a phone).
    `needs` are stored facts without which it cannot be asked; `company.NAME` is one of a person's employer.
    `after` is the source that has to be read first; `records` and `channels` are how its look-ups and its
    readings are kept where that is not its own name. `on_request`: left out unless somebody asks for it.
    """

    name: str
    subject: Subject
    answers: tuple[str, ...]
    price: float = 0.0
    needs: tuple[str, ...] = ()
    method: Method = "stated"
    requests: Requests = _ONE
    after: str = ""
    records: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    on_request: bool = False

    @property
    def recorded_as(self) -> tuple[str, ...]:
        """The names of its look-ups; one that ends in a colon is the beginning of several."""
        return (self.name, *self.records)

    @property
    def further(self) -> tuple[str, ...]:
        """The stored fields that it brings and no segment asks about."""
        return tuple(name for name in self.answers if name not in filters(self.subject))

    def can_be_asked(self, prospect: Prospect) -> bool:
        """Whether all that it needs is known."""
        return all(_fact(need, self.subject, prospect) is not None for need in self.needs)


def _fact(need: str, subject: Subject, prospect: Prospect) -> object:
    of_company = subject == "company" or need.startswith("company.")
    record = prospect.company if of_company else prospect.person
    return getattr(record, need.removeprefix("company."), None)


_SITE = ("domain",)
_FACTS = ("headcount", "country")
_TAGS = ("uses", "technology_category", "advertises_on")
_ROWS: dict[str, Source] = {
    row.name: row
    # In the order in which a visit takes them, the cheapest first. robots.txt is included, questions to name
    # servers are not. A careers step may try three pages and read two boards of ten pages each; an antechamber
    # costs the home page one request more; the further pages may ask for the site's map.
    for row in (
        Source(
            "dns",
            "company",
            ("uses", "technology_category"),
            needs=_SITE,
            requests=Requests(0, 0),
            channels=("dns",),
            on_request=True,
        ),
        Source(
            "website",
            "company",
            (*_TAGS, *_FACTS, "keywords"),
            needs=_SITE,
            requests=Requests(3, 2),
            channels=("html", "headers", "cookies", "tag_manager"),
        ),
        Source("tag_manager", "company", _TAGS, needs=_SITE, requests=Requests(2, 0.5), after="website"),
        Source(
            "careers",
            "company",
            ("hiring",),
            needs=_SITE,
            requests=Requests(26, 2.5),
            after="website",
            records=("board:",),
            channels=("jobs",),
        ),
        Source(
            "pages",
            "company",
            (*_TAGS, *_FACTS, "legal_form"),
            needs=_SITE,
            requests=Requests(7, 5),
            after="website",
            records=("sitemap",),
            channels=("pages",),
            on_request=True,
        ),
        # Asks nobody: it works the address out from those of colleagues.
        Source(
            "pattern",
            "person",
            ("email",),
            needs=("first_name", "last_name", "company.id"),
            method="inferred",
            requests=Requests(0, 0),
        ),
    )
}


def sources(subject: Subject | None = None) -> tuple[Source, ...]:
    """All sources, or those of one subject, in the order in which they are asked."""
    return tuple(row for row in _ROWS.values() if subject in (None, row.subject))


def source_named(name: str) -> Source:
    """The source of this name."""
    return _ROWS[name]


def source_of(recorded: str) -> str:
    """The name of the source that a look-up of this name belongs to; its own where no row claims it."""
    for row in _ROWS.values():
        for name in row.recorded_as:
            if recorded == name or (name.endswith(":") and recorded.startswith(name)):
                return row.name
    return recorded


def channel_source(channel: str) -> str:
    """The name of the source that reads a channel; the channel's own where no row claims it."""
    return next((row.name for row in _ROWS.values() if channel in row.channels), channel)


def found_by(field: FilterField) -> tuple[str, ...]:
    """The names of the sources that may answer a filter word."""
    return tuple(row.name for row in sources(field.subject) if field.name in row.answers)


def add_source(row: Source) -> None:
    """Add a row; `ValueError` for a name that is taken or a field that does not exist."""
    known = filters(row.subject).keys() | stored(row.subject).keys()
    unknown = [name for name in row.answers if name not in known]
    if row.name in _ROWS or unknown:
        raise ValueError(
            f"source {row.name}: {f'no field {unknown[0]}' if unknown else 'there is one already'}"
        )
    _ROWS[row.name] = row


def drop_source(name: str) -> None:
    """Take a row out again."""
    del _ROWS[name]
