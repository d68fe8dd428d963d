"""The JSON of events."""

from __future__ import annotations

from typing import Annotated, TypedDict

from prospector.core.json_shapes import Day, Moment


class ContactShape(TypedDict):
    """Somebody to write to instead."""

    email: Annotated[str, "The address."]
    name: Annotated[str | None, "The name, where the text gives one."]


_Class = TypedDict(
    "_Class",
    {"class": Annotated[str, "reply, bounce, auto_reply, complaint, unsubscribe, opened and so on."]},
)


class EventShape(_Class):
    """One thing that came back."""

    event_id: Annotated[int, "Its number."]
    new: Annotated[bool, "Whether it was read for the first time."]
    message_id: Annotated[str | None, "The mail's own id."]
    bounce_type: Annotated[str | None, "Of a bounce: hard, soft, blocked or full."]
    intent: Annotated[
        str | None, "interested, referral, not_now, not_interested, unsubscribe, question or left_company."
    ]
    until: Annotated[Day | None, "The last day of an absence, or when somebody wants to hear from us again."]
    recipient: Annotated[str | None, "The address that it is about."]
    person: Annotated[str | None, "Who that is, as `show` takes it; null where nobody is known."]
    campaign: Annotated[str | None, "The campaign that it answers."]
    touch: Annotated[str | None, "The touch that it answers."]
    matched_by: Annotated[str | None, "lead_id, message_id, address or hand."]
    confidence: Annotated[float, "How sure the reading is, up to 1."]
    review: Annotated[bool, "Whether somebody has to look first."]
    doubts: Annotated[list[str], "Why, in words."]
    at: Annotated[Moment, "When it happened."]
    source: Annotated[str, "The mailbox, the tool, or `hand`."]
    text: Annotated[str | None, "What was written, without quotes and signature."]
    contact: Annotated[ContactShape | None, "Whom to write to instead."]


class EventsShape(TypedDict):
    """What was read. The list comes first and is written as it comes."""

    events: Annotated[list[EventShape], "One for each mail, payload or row, matched or not."]
    read: Annotated[int, "How many were read."]
    new: Annotated[int, "Read for the first time."]
    known: Annotated[int, "Read before."]
    unmatched: Annotated[int, "About nobody who is known; they are kept and looked for again."]
    review: Annotated[int, "Somebody has to look."]
