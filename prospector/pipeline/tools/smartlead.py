"""Smartlead: payloads in a flat form and in a nested one, with old names beside the new; both are read."""

from __future__ import annotations

from prospector.pipeline.tools import proofs
from prospector.pipeline.tools.reader import ToolReader

READER = ToolReader(
    "smartlead",
    "Smartlead",
    tells="Mails sent, opened and clicked, replies with their text, bounces with the host's words, opt-outs and"
    " categories.",
    webhook="Add a webhook in its settings, for a user, a client or a campaign, and switch its events on; give "
    "the key of the signature as the secret here. It sends again what was answered with 5xx.",
    silent="Of a campaign that changed its status and of an account that was cut off it names no person.",
    places={
        "email": ("slleademail", "leademail", "toemail"),
        "at": ("eventtimestamp", "timereplied", "sentmessage.time"),
        "sent_id": ("sentmessage.messageid",),
        "text": ("replymessage.text", "replybody"),
        "html": ("replymessage.html",),
        "bounce": ("bouncemessage.text", "bouncemessage.html"),
        "category": ("leadcategory.newname", "leadcategory", "category", "newcategory"),
    },
    proof=proofs.smartlead,
    marks=(
        *("slleademail", "slemailleadid", "slemailleadmapid", "sentmessage.messageid", "campaignleadmapid"),
        *("emailcampaignseqid", "seqvariantid", "eventtimestamp", "campaignstatus", "secretkey", "appurl"),
        *("uimasterinboxlink", "timereplied", "replybody"),
    ),
    columns={"leadcategory": ""},
)
