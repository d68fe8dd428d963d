"""Salesloft: activities and cadence memberships, with counts of what happened."""

from __future__ import annotations

from prospector.pipeline.tools.reader import ToolReader

READER = ToolReader(
    "salesloft",
    "Salesloft",
    tells="Of each mail whether it was sent, viewed, clicked, replied to and bounced; of people the same as "
    "counts, and that nobody may write to them.",
    webhook="",
    silent="Counts do not say when: such events have the day on which they were read.",
    places={
        "email": ("recipientemailaddress", "recipient.emailaddress", "person.emailaddress"),
        "campaign": ("cadence.id",),
        "at": ("sentat",),
    },
    lists=("data",),
    marks=(
        *("currentlyoncadence", "currentstate", "counts.views", "counts.sentemails", "personcompanyname"),
        *("counts.emailssent", "counts.emailsviewed", "bouncing", "donotcontact"),
    ),
    columns={
        "counts.views": "opened",
        "counts.sentemails": "sent",
        "counts.emailssent": "sent",
        "counts.emailsviewed": "opened",
        "counts.emailsclicked": "clicked",
        "counts.emailsrepliedto": "replied",
        "counts.emailsbounced": "bounced",
        "counts.calls": "call completed",
        "bouncing": "bounced",
        "currentstate": "",
        "status": "",
    },
)
