"""Mailshake: records of its activity lists. Its push says only where a record lies, which is kept."""

from __future__ import annotations

from prospector.pipeline.tools.reader import ToolReader

READER = ToolReader(
    "mailshake",
    "Mailshake",
    tells="Opens, clicks, replies with their text, mails sent, and the status of leads, as records of its lists"
    " of activity.",
    webhook="`push/create` with the secret as the last part of the URL. The body has only a link to the record: "
    "it is kept as `other`, and what happened is read from an export.",
    silent="Bounces are in no list of activity. What its exports of a campaign look like was not to be found "
    "out.",
    places={
        "email": ("recipient.emailaddress",),
        "at": ("actiondate", "laststatuschangedate"),
        "event": ("action", "type", "status"),
        "reply_id": ("externalrawmessageid",),
        "sent_id": ("parent.externalrawmessageid",),
        "url": ("resourceurl",),
    },
    lists=("results",),
    marks=(
        *("externalrawmessageid", "externalconversationid", "recipient.emailaddress", "laststatuschangedate"),
        *("resourceurl", "actiondate", "openeddate"),
    ),
)
