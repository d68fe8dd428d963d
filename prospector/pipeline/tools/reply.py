"""Reply.io: webhooks of opt-outs, opens, replies and mails sent."""

from __future__ import annotations

from prospector.pipeline.tools.reader import ToolReader

READER = ToolReader(
    "reply",
    "Reply.io",
    tells="Contacts who opted out, mails opened, replied to and sent.",
    webhook="Under `https://api.reply.io/api/v2/webhooks`, once for each event: the secret is the last part of "
    "the URL.",
    silent="The form of its payloads was not to be found out; they are read by the usual names. It is not pushed"
    " to.",
    places={
        "event": ("event.type", "eventtype", "event"),
        "email": ("contactfields.email", "contact.email"),
        "at": ("event.date", "eventdate", "timestamp"),
        "campaign": ("sequencefields.id",),
        "campaign_name": ("sequencefields.name",),
        "step": ("sequencestep.stepnumber", "sequencefields.stepnumber"),
        "text": ("replytext", "messagefields.body"),
    },
    marks=("contactfields.email", "sequencefields.id", "sequencefields.name"),
)
