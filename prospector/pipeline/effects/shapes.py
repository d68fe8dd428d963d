"""The JSON of events and of what followed from them."""

from __future__ import annotations

from typing import Annotated, TypedDict

from prospector.core.json_shapes import Day, Moment
from prospector.pipeline.events.shapes import ContactShape

_Class = TypedDict("_Class", {"class": Annotated[str, "reply, bounce, auto_reply, complaint and so on."]})


class KnownEventShape(_Class):
    """An event as it is known now, with what followed from it."""

    event_id: Annotated[int, "The number that `events review` takes."]
    at: Annotated[Moment, "When it happened."]
    bounce_type: Annotated[str | None, "Of a bounce: hard, soft, blocked or full."]
    intent: Annotated[str | None, "What is wanted."]
    until: Annotated[Day | None, "The last day of an absence, or when somebody wants to hear from us again."]
    person: Annotated[str | None, "Whose it is, as `show` takes it; null where nobody is known."]
    who: Annotated[str, "The same for people to read: the address, or what is known instead."]
    recipient: Annotated[str | None, "The address that it is about."]
    campaign: Annotated[str | None, "The campaign that it answers."]
    touch: Annotated[str | None, "The touch that it answers."]
    matched_by: Annotated[str | None, "lead_id, message_id, address or hand."]
    suggested: Annotated[list[str], "Whose it is perhaps, where that is in doubt."]
    source: Annotated[str, "The mailbox, the tool, or `hand`."]
    confidence: Annotated[float, "How sure the reading is, up to 1."]
    review: Annotated[str | None, "waiting or done; null where nobody has to look."]
    doubts: Annotated[list[str], "Why somebody has to look, in words."]
    subject: Annotated[str | None, "The subject."]
    text: Annotated[str | None, "What was written, without quotes and signature."]
    contact: Annotated[ContactShape | None, "Whom to write to instead."]
    followed: Annotated[list[str], "What followed, and what of it was taken back."]


class RereadShape(TypedDict):
    """What became of mails that were read again."""

    read: Annotated[int, "Stored mails of older rules."]
    changed: Annotated[int, "Events whose reading is another one now."]
    review: Annotated[int, "Those that would take something back: somebody has to look."]
