"""The JSON of what is known: people, companies, technologies, openings, signals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, TypedDict

from prospector.core.fields import Subject, joint_name, stored
from prospector.core.json_shapes import Day, Moment, field_keys, subject_keys
from prospector.core.records import further_fields
from prospector.core.sources import found_by
from prospector.core.spans import plain_value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prospector.core.fields import FilterField
    from prospector.core.records import (
        Company,
        FoundOpening,
        Hit,
        Opening,
        Person,
        Prospect,
        Signal,
        TechnologyUse,
    )


class SeenTechnologyShape(TypedDict):
    """A technology as a page shows it."""

    name: Annotated[str, "Name, as the catalogue has it."]
    category: Annotated[str, "What kind of product it is."]
    evidence: Annotated[str, "The best sign of it."]
    url: Annotated[str, "The page, or what it loads, that shows it; empty for DNS."]
    grade: Annotated[int, "Strength of the evidence: 1 is confirmed, 4 a hint."]
    channel: Annotated[str, "Where it was seen: script, inline, html, meta, header, cookie, dns-mx..."]
    level: Annotated[str | None, "Of an ad platform: conversion, remarketing or tag."]


class TechnologyShape(TypedDict):
    """A technology that a company is known to use."""

    key: Annotated[str, "What the catalogue calls it; what a list says, folded, if it does not know it."]
    name: Annotated[str, "Name."]
    category: Annotated[str | None, "What kind of product it is."]
    level: Annotated[str | None, "Of an ad platform: conversion, remarketing or tag."]
    advertises_on: Annotated[str | None, "The ad platform that it buys on."]
    source: Annotated[str, "Who says so."]
    seen_on: Annotated[Day, "When it was seen last."]
    grade: Annotated[
        int | None, "Strength of the evidence: 1 is confirmed, 4 a hint; null where it is stated."
    ]
    url: Annotated[str | None, "Where it was seen."]
    evidence: Annotated[str | None, "The best sign of it."]


class GoneTechnologyShape(TypedDict):
    """A technology that no source sees any more."""

    name: Annotated[str, "Name."]
    first_seen: Annotated[Day, "When it was seen first."]
    last_seen: Annotated[Day, "When it was seen last."]
    gone_on: Annotated[Day, "When it was missed."]
    source: Annotated[str, "Who saw it."]


class FoundOpeningShape(TypedDict):
    """An open job as a page shows it."""

    title: Annotated[str, "Title as it is advertised."]
    department: Annotated[str | None, "Department that the title or the page states."]
    seniority: Annotated[str | None, "Level that the title states."]
    location: Annotated[str | None, "Where the work is."]
    url: Annotated[str | None, "Where the job is described."]
    posted_on: Annotated[Day | None, "When it was posted."]


class OpeningShape(FoundOpeningShape):
    """An open job of a company."""

    seen_on: Annotated[Day, "When it was seen last."]
    source: Annotated[str, "Who says so."]


class SignalShape(TypedDict):
    """Something dated that happened to a company."""

    kind: Annotated[str, "funding, news, expansion or asked."]
    happened_on: Annotated[Day, "When it happened."]
    detail: Annotated[str | None, "What happened, in the source's words."]
    source: Annotated[str, "Who says so."]
    seen_on: Annotated[Day, "When the source said so."]
    url: Annotated[str | None, "Where it is told."]


EmailNote = Annotated[
    str | None,
    "What a reader has to know of an address that nobody stated: guessed, and how likely it is, or looked up.",
]
PhoneNote = Annotated[str | None, "What a reader has to know of the phone number beside its digits."]
CustomFields = Annotated[dict[str, str], "Columns of the user's own, by name."]

if TYPE_CHECKING:
    PersonShape: TypeAlias = dict[str, Any]
    CompanyShape: TypeAlias = dict[str, Any]
else:
    # A new row of the table of fields is a new key, with the help that stands there.
    PersonShape = TypedDict(
        "PersonShape",
        {
            "id": Annotated[int, "The person's number; `person:ID` names it."],
            **subject_keys("person"),
            "email_note": EmailNote,
            "phone_note": PhoneNote,
            "custom": CustomFields,
        },
    )
    CompanyShape = TypedDict(
        "CompanyShape",
        {
            "id": Annotated[int, "The company's number; `company:ID` names it."],
            **subject_keys("company"),
            "phone_note": PhoneNote,
            "custom": CustomFields,
            "technologies": Annotated[list[TechnologyShape], "What it is known to use."],
            "openings": Annotated[list[OpeningShape], "Its open jobs."],
            "signals": Annotated[list[SignalShape], "What happened to it."],
            "read": Annotated[
                dict[str, Day],
                "The last good reading of each channel, such as html or jobs; bad_certificate: when the site was "
                "read over plain http, because its certificate is wrong.",
            ],
        },
    )


class FilterFieldShape(TypedDict):
    """A field that segments and `find` can ask for."""

    field: Annotated[str, "Its word in segment files."]
    key: Annotated[str, "The same with its subject, as `company.industry`."]
    of: Annotated[Subject, "What it is a fact of."]
    flag: Annotated[str, "Its flag of `find`."]
    example: Annotated[str, "A value."]
    found_by: Annotated[str | None, "The sources that can tell; null if only an import or `set` can."]
    help: Annotated[str, "What it asks."]
    count: Annotated[int | None, "How many have it, of a column of the user's own; null for the others."]


class OutcomesShape(TypedDict):
    """What came of mails to some addresses."""

    replied: Annotated[int, "Addresses that somebody answered from."]
    bounced: Annotated[int, "Addresses of which a mail came back for good."]
    delivered: Annotated[int, "Addresses of which no mail came back, as far as that was read."]


class LikelihoodShape(TypedDict):
    """How likely an address is there whose host takes any name."""

    probability: Annotated[float, "From 0 to 1; it ranks addresses and proves none."]
    domain: Annotated[OutcomesShape, "At its domain."]
    pattern: Annotated[OutcomesShape, "Those among them that are made in the same way."]


class AddressShape(TypedDict):
    """What is known of an address."""

    verdict: Annotated[str, "deliverable, undeliverable, catch_all, risky or unknown."]
    send: Annotated[str, "What follows: ok, hold or never."]
    reasons: Annotated[list[str], "Why, as codes."]
    in_words: Annotated[str, "The same in words."]
    flags: Annotated[list[str], "What kind of address it is."]
    likelihood: Annotated[LikelihoodShape | None, "Of a catch_all, how likely it is there."]
    published_at: Annotated[
        list[str], "Pages of the company that show it; marked where they say not to write to it."
    ]
    checked_on: Annotated[Day | None, "Of which day the evidence is."]


class AnswersShape(TypedDict):
    """What a campaign that wrote to a person got back."""

    campaign: Annotated[str, "The campaign."]
    answered_at: Annotated[Moment | None, "When the first answer came; null where none was read."]
    read_until: Annotated[
        Moment | None, "Until when answers were read, without a gap from the first mail on."
    ]
    not_read_since: Annotated[
        Moment | None, "From when on nobody has read whether there is an answer; null where all was read."
    ]
    said: Annotated[str, "The same in words."]


class LeftAloneShape(TypedDict):
    """Why somebody gets nothing now."""

    campaign: Annotated[str | None, "Of which campaign; null for all."]
    reason: Annotated[str, "A code of the held back."]
    detail: Annotated[str, "Since when, by what, and until when."]


class StageShape(TypedDict):
    """Where a person stands."""

    stage: Annotated[str, "The stage."]
    since: Annotated[Day, "The day on which it was entered."]
    days: Annotated[int, "Days in it."]
    owner: Annotated[str | None, "Who of the team looks after the person."]
    said: Annotated[str, "The same in words."]


class HappenedShape(TypedDict):
    """An event of a person."""

    event_id: Annotated[int, "The number that `events review` takes."]
    at: Annotated[Moment, "When it happened."]
    what: Annotated[str, "What it was, in words."]
    campaign: Annotated[str | None, "The campaign that it is about."]
    text: Annotated[str | None, "What was written."]
    followed: Annotated[list[str], "What followed, and what of it was taken back."]


class ShownPersonShape(TypedDict):
    """What `show` knows of a person."""

    suppressed: Annotated[str | None, "Why nobody may write to the person; null if one may."]
    person: Annotated[PersonShape, "The person's current values."]
    address: Annotated[AddressShape | None, "What is known of the person's address; null if there is none."]
    company: Annotated[CompanyShape | None, "The employer's current values."]
    stage: Annotated[StageShape | None, "Where the person stands; null for somebody who is on no road yet."]
    answers: Annotated[list[AnswersShape], "What came back, for each campaign that wrote to the person."]
    left_alone: Annotated[
        list[LeftAloneShape], "What stops the person now, or pauses them: `resume` lifts it."
    ]
    events: Annotated[list[HappenedShape], "What happened, the latest first, with what followed; at most 20."]


class ShownCompanyShape(TypedDict):
    """What `show` knows of a company."""

    company: Annotated[CompanyShape, "The company's current values."]
    people: Annotated[list[PersonShape], "Who works there."]
    no_longer_seen: Annotated[list[GoneTechnologyShape], "What it was seen to use and is not any more."]


def person_json(person: Person) -> PersonShape:
    """A person; partial dates and unknown values as they are stored."""
    return {
        "id": person.id,
        **_values("person", person),
        "email_note": email_note(person),
        "phone_note": phone_note(person.phone),
        "custom": dict(person.custom),
    }


def email_note(person: Person) -> str | None:
    """What a reader has to know of a person's address; None for one that a source states."""
    return person.found.words if person.found and person.email else None


def phone_note(number: str | None) -> str | None:
    """What a reader has to know of a number; None for one that can be called from anywhere."""
    return None if not number or number.startswith("+") else "as written: its country is not known"


def company_json(company: Company) -> CompanyShape:
    """A company with its technologies, openings and signals."""
    return {
        "id": company.id,
        **_values("company", company),
        "phone_note": phone_note(company.phone),
        "custom": dict(company.custom),
        "technologies": [technology_json(one) for one in company.technologies],
        "openings": [opening_json(one) for one in company.openings],
        "signals": [signal_json(one) for one in company.signals],
        "read": {channel: day.isoformat() for channel, day in company.read},
    }


def shown_person_json(
    found: Prospect,
    suppressed: str | None,
    address: AddressShape | None,
    stage: StageShape | None,
    answers: list[AnswersShape],
    left_alone: list[LeftAloneShape],
    events: list[HappenedShape],
) -> ShownPersonShape:
    """What `show` prints of a person."""
    return {
        "suppressed": suppressed,
        "person": person_json(found.person),
        "address": address,
        "company": company_json(found.company) if found.company else None,
        "stage": stage,
        "answers": answers,
        "left_alone": left_alone,
        "events": events,
    }


def shown_company_json(
    company: Company, people: Iterable[Person], gone: list[GoneTechnologyShape]
) -> ShownCompanyShape:
    """What `show` prints of a company."""
    return {
        "company": company_json(company),
        "people": [person_json(one) for one in people],
        "no_longer_seen": gone,
    }


def filter_field_json(one: FilterField) -> FilterFieldShape:
    """A row of `fields`."""
    return {
        "field": one.name,
        "key": one.key,
        "of": one.subject,
        "flag": one.flag,
        "example": one.example,
        "found_by": ", ".join(found_by(one)) or None,
        "help": one.help,
        "count": None,
    }


def field_value_json(name: str, value: str) -> dict[str, str]:
    """A row of `fields NAME`."""
    return {name: value}


def _values(subject: Subject, record: Person | Company) -> dict[str, Any]:
    return {name: plain_value(record.value(name)) for name in stored(subject) if name != "company_id"}


def technology_json(use: TechnologyUse) -> TechnologyShape:
    """A technology of a company."""
    return {
        "key": use.key,
        "name": use.name,
        "category": use.category,
        "level": use.level,
        "advertises_on": use.advertises_on,
        "source": use.source,
        "seen_on": use.seen_on.isoformat(),
        "grade": use.grade,
        "url": use.url,
        "evidence": use.evidence,
    }


def seen_technology_json(hit: Hit) -> SeenTechnologyShape:
    """A technology of a page."""
    return {
        "name": hit.name,
        "category": hit.category,
        "evidence": hit.evidence,
        "url": hit.url,
        "grade": hit.grade,
        "channel": hit.channel,
        "level": hit.level,
    }


def found_opening_json(job: FoundOpening | Opening) -> FoundOpeningShape:
    """An open job of a page."""
    return {
        "title": job.title,
        "department": job.department,
        "seniority": job.seniority,
        "location": job.location,
        "url": job.url,
        "posted_on": job.posted_on.isoformat() if job.posted_on else None,
    }


def opening_json(job: Opening) -> OpeningShape:
    """An open job of a company."""
    return {**found_opening_json(job), "seen_on": job.seen_on.isoformat(), "source": job.source}


def signal_json(signal: Signal) -> SignalShape:
    """A signal of a company."""
    return {
        "kind": signal.kind,
        "happened_on": signal.happened_on.isoformat(),
        "detail": signal.detail,
        "source": signal.source,
        "seen_on": signal.seen_on.isoformat(),
        "url": signal.url,
    }


def further_json(subject: Subject, record: Person | Company | None) -> dict[str, Any]:
    """The fields of the table that have no place of their own in a row of people with their companies."""
    values = {joint_name(one): record and record.value(one.name) for one in further_fields(subject)}
    return {name: plain_value(value) for name, value in values.items()}


def further_keys(subject: Subject) -> dict[str, Any]:
    """What such a row declares for them."""
    fields = further_fields(subject)
    return field_keys(fields, [joint_name(one) for one in fields])
