"""Instantly: one flat payload for each event; a mail has an id, and an event is that id and what happened."""

from __future__ import annotations

from prospector.pipeline.tools.reader import ToolReader

READER = ToolReader(
    "instantly",
    "Instantly",
    tells="Mails sent, opened and clicked, replies with their text, bounces, opt-outs, and the marks that "
    "somebody sets.",
    webhook="`POST /api/v2/webhooks` with `target_hook_url`, `event_type: all_events` and `headers: "
    '{"X-Prospector-Secret": "..."}`, or the same in its settings. It switches a hook off that fails for '
    "long.",
    silent="It signs nothing: only the header that you set proves it. It does not tell what kind of bounce it "
    "was, and it names some events otherwise than they are subscribed. Marks of your own come under their"
    " label.",
    places={
        "at": ("timestampemail", "timestampcreated"),
        "event": ("eventtype",),
        "reply_id": ("messageid",),
    },
    columns={"ltintereststatus": "", "status": ""},
    values={
        ("status", "-1"): "bounced",
        ("status", "-2"): "unsubscribed",
        ("ltintereststatus", "0"): "out of office",
        ("ltintereststatus", "1"): "interested",
        ("ltintereststatus", "2"): "meeting booked",
        ("ltintereststatus", "3"): "meeting completed",
        ("ltintereststatus", "-1"): "not interested",
        ("ltintereststatus", "-2"): "wrong person",
    },
    event_id=("emailid",),
    lists=("items",),
    marks=(
        "uniboxurl",
        "workspace",
        "emailreplycount",
        "emailopencount",
        "ltintereststatus",
        "replytextsnippet",
        "emailaccount",
    ),
)
