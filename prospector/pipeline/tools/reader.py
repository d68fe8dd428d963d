"""What a tool is for those who read it: where a payload has which fact, how a webhook is proved, what it tells.

Each tool is a `ToolReader` in a file of its own; `registry.READERS` has them all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from prospector.pipeline.tools.proofs import Proof

_WHO = (
    "lead",
    "contact",
    "prospect",
    "recipient",
    "person",
    "subscriber",
    "candidate",
    "contactfields",
    "to",
)

USUAL: Mapping[str, tuple[str, ...]] = {
    "event": ("eventtype", "event", "type", "activitytype", "eventname", "method", "status"),
    "email": (
        "leademail",
        "email",
        "emailaddress",
        *(f"{who}.{name}" for who in _WHO for name in ("email", "emailaddress", "workemail")),
        *(f"{who}email" for who in _WHO if who != "lead"),
        "recipient",
        "workemail",
        "primaryemail",
    ),
    "at": (
        "timestamp",
        "eventtimestamp",
        "occurredat",
        "eventtime",
        "firedat",
        "eventdate",
        "actiondate",
        "createdat",
        "activitydate",
        "datetime",
        "date",
        "time",
        "ts",
    ),
    "campaign": ("campaignid", "campaign.id", "sequenceid", "sequence.id", "cadenceid", "cadence.id"),
    "campaign_name": (
        *("campaignname", "campaign.name", "campaign.title", "campaign", "sequencename", "sequence.name"),
        *("sequence", "cadencename", "cadence.name", "cadence"),
    ),
    "step": ("step", "stepnumber", "sequencenumber", "sequencestepnumber", "emailsequencenumber"),
    "sent_id": ("sentmessage.messageid", "messageid", "sentmessageid"),
    "reply_id": ("replymessage.messageid", "replymessageid"),
    "answered_id": (
        "inreplyto",
        "replymessage.inreplyto",
        "originalmessageid",
        "parent.externalrawmessageid",
    ),
    "subject": ("replysubject", "replymessage.subject", "emailsubject", "subject"),
    "text": (
        "replytext",
        "replymessage.text",
        "plaintextbody",
        "replybody",
        "emailtext",
        "body",
        "text",
        "message",
    ),
    "html": ("replyhtml", "replymessage.html", "emailhtml", "rawbody", "html"),
    "snippet": ("replytextsnippet", "snippet", "previewtext"),
    "bounce": (
        "bouncemessage.text",
        "bouncereason",
        "bouncemessage",
        "reason",
        "description",
        "meta.reason",
        "meta",
    ),
    "bounce_type": ("bouncetype", "bounce.type", "bounceclass", "type"),
    "category": ("category", "leadcategory", "leadcategory.newname", "newcategory", "labelname", "label"),
    "mailbox": ("emailaccount", "fromemail", "senduseremail", "mailbox", "campaignemail"),
    "agent": ("useragent", "agent"),
    "sent_at": ("sentat", "datesent", "sentmessage.time", "emailsentat"),
    "until": ("returndate", "backon", "outofofficeuntil"),
    "url": ("link", "url", "clickedurl", "linkclicked"),
}
"""Where a fact stands, in folded names, the likeliest first; a tool's own places come before them."""


@dataclass(frozen=True, slots=True)
class ToolReader:
    """A tool whose answers can be read."""

    name: str
    title: str
    tells: str
    """What it tells, in a sentence or two."""
    webhook: str
    """How to set its webhook up; blank where it has none."""
    silent: str
    """What it does not tell, or what is not known of it."""
    places: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    event_id: tuple[str, ...] = ()
    """Where its own id of an event stands."""
    lists: tuple[str, ...] = ()
    """Under which names several events stand in one payload."""
    proof: Proof | None = None
    """How a webhook proves that it is from there; None: by the secret that we gave."""
    marks: tuple[str, ...] = ()
    """Names that its payloads and exports have and no other tool's: they tell it. One that ends in a dot is a box."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Columns of its exports of leads, folded, whose names say only to it what happened: the name of the event."""
    values: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Column and value that have a meaning only there, such as a number: the name of the event."""
    mend: Callable[[dict[str, object]], Iterable[dict[str, object]]] | None = None
    """Bring a payload of a form of its own into the usual one; one may be several."""

    def where(self, fact: str) -> tuple[str, ...]:
        """The places of a fact."""
        return (*self.places.get(fact, ()), *USUAL.get(fact, ()))


def each_of(reader: ToolReader, payload: object) -> Iterator[dict[str, object]]:
    """The single events of a payload."""
    inner = payload
    if isinstance(payload, dict):
        found = (payload.get(name) for name in reader.lists)
        inner = next((one for one in found if isinstance(one, list)), payload)
    for one in inner if isinstance(inner, list) else [inner]:
        told = one if isinstance(one, dict) else {"value": one}
        yield from reader.mend(told) if reader.mend else (told,)
