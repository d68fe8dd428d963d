"""A payload of a tool as events: class, whose, which mail, when, what was written. Nothing is dropped or guessed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from prospector.normalise.emails import parse_email
from prospector.pipeline.events.incoming import Incoming, Received, event_key, utc
from prospector.pipeline.mail.intents import intent
from prospector.pipeline.tools.answers import WRITTEN, bounced, written
from prospector.pipeline.tools.facts import Facts, folded
from prospector.pipeline.tools.reader import each_of
from prospector.pipeline.tools.times import moment_of
from prospector.pipeline.tools.words import Meaning, channel_of, meaning

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from prospector.pipeline.events.incoming import ReceivedKind, Way
    from prospector.pipeline.tools.reader import ToolReader

_MACHINES = ("isbot", "bot", "ismachine", "machine", "machineopen", "isapplempp", "applempp", "isprefetch")
_BARE_AGENT = "Mozilla/5.0"
"""What fetches pictures for Apple's mail says of itself, and nothing more."""
_AT_ONCE = 5.0
"""Seconds after the sending in which no person has opened a mail."""
_OTHER = Meaning("other")
_ASKS_TO_STOP = ("unsubscribe", "not_interested")


@dataclass(frozen=True, slots=True)
class Reading:
    """How payloads are read: by which way they came, when, and what we call the tool's campaigns."""

    reader: ToolReader
    way: Way
    arrived: datetime
    campaigns: Mapping[str, str] = field(default_factory=dict)
    """Our campaigns by the tool's id or name of them."""
    own: frozenset[str] = frozenset()
    """The addresses that we write from."""
    day_first: bool | None = None


class Happened(NamedTuple):
    """One thing that happened: its name as the tool has it, what that means, and when it was if it is told."""

    name: str
    meaning: Meaning | None
    at: datetime | None
    key_at: str = ""
    """What stands for the time in the key, where the time itself is not told."""
    is_lead: bool = False
    """Whether it is told of a lead, of whom ids and texts are no event's."""


def events_of_payload(payload: object, how: Reading, *, kind: ReceivedKind = "payload") -> Iterator[Incoming]:
    """All events of one payload, in its order."""
    for one in each_of(how.reader, payload):
        facts = Facts(one)
        raw = json.dumps(one, ensure_ascii=False, sort_keys=True, default=str).encode(
            "utf-8", "surrogatepass"
        )
        name, known = _named(facts, how.reader)
        at = moment_of(facts.first(how.reader.where("at")), day_first=how.day_first)
        digest = "" if at else hashlib.sha256(raw).hexdigest()
        yield event_of(facts, Happened(name, known, at, digest), how, Received(kind, raw))


def _named(facts: Facts, reader: ToolReader) -> tuple[str, Meaning | None]:
    """What the event is called. A category that was set says more than that one was set."""
    name = facts.first(reader.where("event"))
    if folded(name) in ("leadcategoryupdated", "leadlabelupdated", "replycategorized"):
        category = facts.first(reader.where("category"))
        return (category or name), (meaning(reader.name, category) if category else None)
    return name, meaning(reader.name, name)


def event_of(facts: Facts, happened: Happened, how: Reading, received: Received) -> Incoming:
    """The event: as the tool names it, then as its text reads."""
    known = happened.meaning or _OTHER
    if known.kind == "-":
        known = _OTHER
    event = _told(facts, happened, known, how, received)
    if known.kind == "bounce":
        return bounced(event, facts, how.reader, known.bounce_type)
    if known.kind in WRITTEN:
        return written(event, facts, how.reader, how.own)
    if happened.meaning is None:
        return _unknown(event, happened.name)
    if known.review:
        return replace(event, confidence=0.6, review=True, doubts=(f'the tool only says "{happened.name}"',))
    return event


def _told(facts: Facts, happened: Happened, known: Meaning, how: Reading, received: Received) -> Incoming:
    reader = how.reader
    email = parse_email(facts.first(reader.where("email")))
    step = facts.first(reader.where("step"))
    number = int(step) if step.isdigit() and 0 < int(step[:6]) < 1000 else None
    campaign, lead_id = _campaign(facts, how), facts.lead_id()
    sent = _message_id(facts.first(reader.where("sent_id")))
    own_id = _message_id(facts.first(reader.where("reply_id"))) if known.kind in WRITTEN else sent
    answered = _message_id(facts.first(reader.where("answered_id")))
    answers = tuple(dict.fromkeys(one for one in (answered, sent) if one and one != own_id))
    return Incoming(
        key=_key(facts, happened, known, how, (own_id if known.kind in (*WRITTEN, "sent") else None, email)),
        at=utc(happened.at or how.arrived),
        source=reader.name,
        way=how.way,
        kind=known.kind,
        lead_id=lead_id,
        answers=(sent,) if known.kind != "sent" and own_id == sent and sent else answers,
        recipient=email,
        campaign=campaign,
        touch_number=number,
        message_id=own_id if known.kind in (*WRITTEN, "sent") else None,
        channel=channel_of(happened.name) or _channel(known.kind),
        intent=known.intent,
        subject=facts.first(reader.where("subject"))[:500] or None,
        details=_details(facts, happened, known, reader),
        received=received,
    )


def _channel(kind: str) -> str | None:
    if kind in ("linkedin", "call"):
        return kind
    return (
        None if kind in ("other", "task_done", "task_skipped", "meeting_booked", "meeting_held") else "email"
    )


def _key(
    facts: Facts, happened: Happened, known: Meaning, how: Reading, own: tuple[str | None, str | None]
) -> str:
    """The tool's id of the event, else the id of the mail that it is, else all that tells it from others."""
    own_id, email = own
    named = known.kind in ("other", "status")
    kind = f"{known.kind}:{folded(happened.name) if named else known.intent or ''}"
    told = "" if happened.is_lead else facts.first(how.reader.event_id)
    if told:
        return event_key(how.reader.name, kind, "id", told)
    if own_id:
        return event_key(how.reader.name, kind, "mail", own_id.lower())
    campaign = facts.first(how.reader.where("campaign")) or facts.first(how.reader.where("campaign_name"))
    whose = facts.lead_id() or email or ""
    when = utc(happened.at) if happened.at else happened.key_at
    step = facts.first(how.reader.where("step"))
    return event_key(how.reader.name, kind, campaign, whose, step, when)


def _campaign(facts: Facts, how: Reading) -> str | None:
    told = (facts.first(how.reader.where(one)) for one in ("campaign", "campaign_name"))
    return next((ours for one in told if one and (ours := how.campaigns.get(one.casefold()))), None)


def _message_id(text: str) -> str | None:
    """An id as mails have it; a tool's own number is none."""
    bare = text.strip().strip("<>")
    return (
        f"<{bare}>"
        if "@" in bare and bare.isascii() and bare.isprintable() and " " not in bare and len(bare) < 500
        else None
    )


def _details(facts: Facts, happened: Happened, known: Meaning, reader: ToolReader) -> dict[str, object]:
    wanted = {
        "event": happened.name[:200],
        "remote_campaign": facts.first(reader.where("campaign"))
        or facts.first(reader.where("campaign_name")),
        "url": facts.first(reader.where("url")) if known.kind in ("clicked", "other") else "",
        "remote_lead": facts.first(reader.where("remote")),
        "mailbox": facts.first(reader.where("mailbox")).lower(),
    }
    found: dict[str, object] = {name: value[:500] for name, value in wanted.items() if value}
    if happened.at is None:
        found["undated"] = True
    if known.kind in ("opened", "clicked") and (known.machine or _by_machine(facts, reader, happened)):
        found["machine"] = True
    return found


def _by_machine(facts: Facts, reader: ToolReader, happened: Happened) -> bool:
    """Whether the tool says so, the program that fetched it has no name, or it came as soon as the mail was sent."""
    said = facts.first(_MACHINES).lower() in ("true", "1", "yes")
    sent = moment_of(facts.first(reader.where("sent_at")))
    at_once = bool(sent and happened.at and 0 <= (happened.at - sent).total_seconds() <= _AT_ONCE)
    return said or facts.first(reader.where("agent")) == _BARE_AGENT or at_once


def _unknown(event: Incoming, name: str) -> Incoming:
    """Kept with its name; where the name itself speaks of stopping, a person looks at it."""
    asks = intent(name.replace("_", " ")).name in _ASKS_TO_STOP
    doubts = (f'a name that is not known: "{name[:100]}"',) if asks else ()
    return replace(event, details={**event.details, "unknown": name[:200]}, review=asks, doubts=doubts)
