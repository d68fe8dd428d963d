"""The row of a touch, as `csv` and `jsonl` have it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypedDict

from prospector.core.custom import PREFIX
from prospector.core.json_shapes import Moment
from prospector.core.shapes import CustomFields

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from prospector.destinations.handover import Lead


class TouchRowShape(TypedDict):
    """A touch; what is not known is an empty text, as in a table."""

    email: Annotated[str, "The person's address."]
    first_name: Annotated[str, "Given name."]
    last_name: Annotated[str, "Family name."]
    company: Annotated[str, "The employer's name."]
    touch: Annotated[str, "Name of the touch's file."]
    channel: Annotated[str, "email, call, linkedin or task."]
    variant: Annotated[str, "The variant that the person gets."]
    send_at: Annotated[Moment, "When it is due, in the person's time."]
    subject: Annotated[str, "Subject or title; empty for a mail in the same thread."]
    body: Annotated[str, "The text."]
    body_html: Annotated[str, "The same as HTML."]
    number: Annotated[int, "Which touch of the sequence it is, from 1."]
    title: Annotated[str, "Job title."]
    phone: Annotated[str, "The person's number, else the company's."]
    linkedin: Annotated[str, "The person's profile."]
    website: Annotated[str, "The company's web address or domain."]
    reason: Annotated[str, "Why this person, in one line."]
    lead_id: Annotated[str, "The person in this campaign: opaque, always the same, for what comes back."]
    custom: CustomFields
    company_custom: CustomFields


def touch_rows(lead: Lead, *, skip: Container[str] = ()) -> Iterator[TouchRowShape]:
    """One row a touch; `skip` leaves channels out."""
    for touch in lead.touches:
        if touch.channel in skip:
            continue
        yield {
            "email": lead.email,
            "first_name": lead.first_name,
            "last_name": lead.last_name,
            "company": lead.company,
            "touch": touch.touch,
            "channel": touch.channel,
            "variant": touch.variant,
            "send_at": touch.send_at,
            "subject": touch.subject,
            "body": touch.text,
            "body_html": touch.html,
            "number": touch.number,
            "title": lead.title,
            "phone": lead.phone,
            "linkedin": lead.linkedin,
            "website": lead.website,
            "reason": lead.reason,
            "lead_id": lead.lead_id,
            "custom": _without(PREFIX, lead.custom),
            "company_custom": _without(f"company.{PREFIX}", lead.custom),
        }


def _without(prefix: str, values: Mapping[str, str]) -> dict[str, str]:
    """The values whose names begin so, by the rest of the name."""
    return {name.removeprefix(prefix): value for name, value in values.items() if name.startswith(prefix)}
