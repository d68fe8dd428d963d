"""An event as it is told, before it is known whose it is; every reader makes these and nothing else."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Way = Literal["imap", "file", "export", "pull", "webhook", "hand"]
ReceivedKind = Literal["mail", "payload", "row", "hand"]


@dataclass(frozen=True, slots=True)
class Received:
    """What came in, as it came: the bytes of a mail, the JSON of a payload, a row of an export."""

    kind: ReceivedKind
    raw: bytes


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing that happened to one person. Blank texts are None."""

    key: str
    """The same thing has the same key, by whichever way it is read and however often. See `event_key`."""
    at: str
    """When it happened, as `utc` writes it."""
    source: str
    """`mailbox:NAME`, the name of a tool, `form:NAME`, `link` or `hand`."""
    way: Way
    kind: str
    """A name of `kinds.CLASSES`."""
    lead_id: str | None = None
    """The lead's own id, as it was handed over: it names person and campaign."""
    answers: tuple[str, ...] = ()
    """Message ids of ours that it answers or is about, the nearest first."""
    recipient: str | None = None
    """The address that it is about, in its one spelling."""
    campaign: str | None = None
    """Our campaign, where the source tells it."""
    touch: str | None = None
    touch_number: int | None = None
    """Which mail of the campaign it is about, counted from one, where a tool tells only that."""
    sender_name: str | None = None
    """What whoever wrote is called beside the address."""
    from_us: bool = False
    """Whether somebody of our own firm wrote it."""
    person_id: int | None = None
    """Where a user has named the person."""
    message_id: str | None = None
    channel: str | None = None
    bounce_type: str | None = None
    intent: str | None = None
    until: date | None = None
    subject: str | None = None
    text: str | None = None
    details: Mapping[str, object] = field(default_factory=dict, hash=False)
    """What else was told, as plain JSON values: `contact`, `outcome`, `url`, `remote_campaign`..."""
    confidence: float = 1.0
    doubts: tuple[str, ...] = ()
    review: bool = False
    """Whether somebody has to look before what it means is done."""
    version: int | None = None
    """Of the rules that read it."""
    received: Received | None = field(default=None, repr=False)


def event_key(*parts: str) -> str:
    """A key out of what makes an event the one it is, such as source, message id and address."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:40]


def utc(moment: datetime | date) -> str:
    """A moment as events have it: UTC, whole seconds. A day without a time is its beginning; so is a naive time UTC."""
    if not isinstance(moment, datetime):
        return f"{moment.isoformat()}T00:00:00Z"
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")
