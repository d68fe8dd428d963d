"""Woodpecker: a list of payloads, each with the prospect; our id stands in the first of the snippets."""

from __future__ import annotations

from prospector.pipeline.tools.reader import ToolReader

READER = ToolReader(
    "woodpecker",
    "Woodpecker",
    tells="Replies, auto-replies, opens, clicks, bounces, opt-outs and the marks of prospects.",
    webhook="`POST /rest/v1/webhooks/subscribe` with `target_url` and `event`, once for each event: the secret is"
    " the last part of the URL.",
    silent="It signs nothing. The full list of its events, and whether a reply comes with its text, was not to "
    "be found out: the mailbox tells.",
    places={
        "event": ("method", "status"),
        "email": ("prospect.email",),
        "campaign": ("prospect.campaignid", "campaignid"),
        "campaign_name": ("prospect.campaignname",),
        "text": ("email.message", "prospect.message", "response.message"),
        "subject": ("email.subject", "prospect.subject"),
        "at": ("timestamp", "lastreplied", "replied"),
    },
    lists=("prospects", "content"),
    marks=("prospect.email", "method", "snippet1", "snippet2", "snipet1", "lastreplied"),
    columns={"status": "", "interested": ""},
)
