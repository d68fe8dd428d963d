"""People and companies as the rest of the program sees them: current values, typed, read-only.

`None` always means "not known". The same records feed the Python face of the criteria, the templates,
`show` and the destinations, so a fact has one shape everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from prospector.core.fields import stored

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from prospector.core.evidence import Method
    from prospector.core.fields import Field, Subject
    from prospector.core.spans import DateSpan, NumberSpan

BUYING_LEVELS = ("conversion", "remarketing", "stated")
"""Levels of an advertiser's tag that count as buying ads; a lone helper tag does not."""

WEAKEST_GRADE = 3
"""Evidence below this grade (a link, an old token) is a hint, not use."""


# What is found crosses into another process: with slots, pickling a frozen dataclass takes three times as long.
@dataclass(frozen=True)
class Hit:
    """A technology that was found, with its best sign.

    `grade` goes from 1 (confirmed) to 4 (a hint). `level` is set for ad platforms only: `conversion`,
    `remarketing` or `tag`. `channel` says where it was seen: script, inline, html, meta, header, cookie,
    dns-mx, dns-spf, dns-txt, dns-cname, dns-ns, gtm or implied. `url` is the page or the container.
    """

    id: str
    name: str
    category: str = ""
    evidence: str = ""
    url: str = ""
    grade: int = 1
    channel: str = ""
    level: str | None = None
    advertises_on: str | None = None


@dataclass(frozen=True)
class FoundOpening:
    """A job advertised, as found. `None` is "not said"; of several dates `posted_on` is the newest."""

    title: str
    department: str | None = None
    seniority: str | None = None
    location: str | None = None
    url: str | None = None
    posted_on: date | None = None


@dataclass(frozen=True, slots=True)
class TechnologyUse:
    """A technology that a company was seen to use, or that an imported list names."""

    key: str
    name: str
    category: str | None
    level: str | None
    """For ad platforms: `conversion`, `remarketing` or `tag`; otherwise None."""
    advertises_on: str | None
    """The ad platform that the technology buys on, such as `Google Ads`."""
    source: str
    seen_on: date
    grade: int | None = None
    """Strength of the evidence, 1 (confirmed) to 4 (hint); None for what a source states."""
    url: str | None = None
    evidence: str | None = None

    @classmethod
    def of(cls, hit: Hit, source: str, seen_on: date) -> TechnologyUse:
        """The technology that a source showed on a day."""
        return cls(
            key=hit.id,
            name=hit.name,
            category=hit.category,
            level=hit.level,
            advertises_on=hit.advertises_on,
            source=source,
            seen_on=seen_on,
            grade=hit.grade,
            url=hit.url,
            evidence=hit.evidence,
        )


@dataclass(frozen=True, slots=True)
class Opening:
    """An open job that a company advertises."""

    title: str
    title_key: str
    """The title's folded words between blanks, for word search."""
    department: str | None
    seniority: str | None
    location: str | None
    url: str | None
    posted_on: date | None
    seen_on: date
    source: str

    @classmethod
    def of(cls, found: FoundOpening, title_key: str, source: str, seen_on: date) -> Opening:
        """The job that a source showed on a day."""
        return cls(
            title=found.title,
            title_key=title_key,
            department=found.department,
            seniority=found.seniority,
            location=found.location,
            url=found.url,
            posted_on=found.posted_on,
            seen_on=seen_on,
            source=source,
        )


@dataclass(frozen=True, slots=True)
class Signal:
    """Something dated that happened to a company: `funding`, `news` or `expansion`."""

    kind: str
    happened_on: date
    detail: str | None
    source: str
    seen_on: date
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Company:
    """A company's current values. `read` holds the last good reading of each channel (html, jobs...)."""

    id: int
    name: str | None = None
    domain: str | None = None
    website: str | None = None
    industry: str | None = None
    industry_text: str | None = None
    headcount: NumberSpan | None = None
    country: str | None = None
    region: str | None = None
    city: str | None = None
    address: str | None = None
    phone: str | None = None
    linkedin: str | None = None
    description: str | None = None
    site_text: str | None = None
    founded: int | None = None
    legal_form: str | None = None
    revenue: NumberSpan | None = None
    headcount_growth: int | None = None
    keywords: str | None = None
    funding_stage: str | None = None
    funding_total: int | None = None
    funding_amount: int | None = None
    funded_on: DateSpan | None = None
    word_key: str | None = None
    """The folded words of name, keywords, description and site text between blanks, for word search."""
    signals: tuple[Signal, ...] = ()
    technologies: tuple[TechnologyUse, ...] = ()
    openings: tuple[Opening, ...] = ()
    read: tuple[tuple[str, date], ...] = ()
    deals: tuple[Deal, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """The fields of the table that have no attribute here (see `further_fields`)."""
    custom: Mapping[str, str] = field(default_factory=dict, hash=False)
    """The user's own columns, by name."""

    def value(self, name: str) -> Any:
        """The value of any field of the table."""
        return self.extra[name] if name in self.extra else getattr(self, name, None)


@dataclass(frozen=True, slots=True)
class FoundAddress:
    """Where an address comes from that nobody stated: it was guessed, or looked up."""

    source: str
    method: Method
    probability: float | None = None

    @property
    def words(self) -> str:
        """What a reader has to know beside the address."""
        if self.method != "inferred":
            return f"looked up: {self.source}"
        return f"guessed, {self.probability:.0%}" if self.probability is not None else "guessed"


@dataclass(frozen=True, slots=True)
class Person:
    """A person's current values."""

    id: int
    first_name: str | None = None
    last_name: str | None = None
    greeting: str | None = None
    email: str | None = None
    email_status: str | None = None
    email_verdict: str | None = None
    email_send: str | None = None
    title: str | None = None
    department: str | None = None
    seniority: str | None = None
    role_started: DateSpan | None = None
    employed_since: DateSpan | None = None
    crm_stage: str | None = None
    replied: str | None = None
    phone: str | None = None
    linkedin: str | None = None
    country: str | None = None
    region: str | None = None
    city: str | None = None
    time_zone: str | None = None
    employment: str | None = None
    """What a source says in place of an employer: `self_employed`, `freelance`, `retired`..."""
    title_key: str | None = None
    """The title's folded words between blanks, for word search."""
    found: FoundAddress | None = None
    """Where the address comes from, unless it was stated."""
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """The fields of the table that have no attribute here (see `further_fields`)."""
    custom: Mapping[str, str] = field(default_factory=dict, hash=False)
    """The user's own columns, by name."""

    def value(self, name: str) -> Any:
        """The value of any field of the table."""
        return self.extra[name] if name in self.extra else getattr(self, name, None)


@dataclass(frozen=True, slots=True)
class Contact:
    """A campaign that took the person, and when."""

    campaign: str
    enrolled_on: date


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person stands on the road, and when they answered last; None is never."""

    stage: str
    since: date
    last_answer: date | None = None
    last_two_way: date | None = None
    contacted_on: date | None = None


@dataclass(frozen=True, slots=True)
class Deal:
    """What may be bought. `heard_on` is the day on which both sides spoke last, or it was opened."""

    id: int
    state: str
    stage: str
    amount: float | None
    heard_on: date


@dataclass(frozen=True, slots=True)
class Prospect:
    """A person with the company they work at, if it is known, and what has come of writing to them."""

    person: Person
    company: Company | None = None
    contacts: tuple[Contact, ...] = ()
    """The campaigns that took the person."""
    standing: Standing | None = None
    """None for somebody who is on no road yet."""
    deals: tuple[Deal, ...] = ()
    """The person's deals; those of the company are the company's."""


@cache
def further_fields(subject: Subject) -> tuple[Field, ...]:
    """The fields of the table that the record has no attribute for. Nothing in the code needs them by name: they are
    stored, asked for, imported, printed and put into mails by what the table says of them.
    """
    own = (Person if subject == "person" else Company).__dataclass_fields__
    return tuple(one for name, one in stored(subject).items() if name not in own and name != "company_id")


def with_extra(subject: Subject, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of the table's fields as the record takes them."""
    further = further_fields(subject)
    if not further:
        return dict(values)
    names = {one.name for one in further}
    own = {name: value for name, value in values.items() if name not in names}
    return {**own, "extra": {name: values.get(name) for name in names}}
