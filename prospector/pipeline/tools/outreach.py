"""Outreach: mailings and sequence states as JSON:API has them, with a time for each thing that happened."""

from __future__ import annotations

from prospector.pipeline.tools.reader import ToolReader

READER = ToolReader(
    "outreach",
    "Outreach",
    tells="Of each mailing when it was delivered, opened, clicked, replied to, bounced, unsubscribed from and "
    "marked as spam; of sequence states the counts.",
    webhook="",
    silent="A mailing names its prospect by a number, not by the address: ask for it with `include=prospect`, or"
    " it is matched by the mail's id. Whether a click was a person's is not told: its counts are of "
    "anybody.",
    places={
        "email": ("mailboxaddress", "toaddress", "emails", "prospect.emails"),
        "campaign": ("relationships.sequence.id",),
        "event": ("state",),
    },
    marks=(
        *("deliveredat", "markedasspamat", "statechangedat", "delivercount", "pausereason"),
        *("relationships.sequence.id", "relationships.prospect.id", "optoutcount"),
    ),
    columns={"state": ""},
)
