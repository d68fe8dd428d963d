"""Brevo: one flat payload for each event of a mail."""

from __future__ import annotations

from prospector.pipeline.tools.reader import ToolReader

READER = ToolReader(
    "brevo",
    "Brevo",
    tells="Mails delivered, opened and clicked, bounces with their reason, opt-outs and complaints.",
    webhook="Add a webhook for transactional or marketing mails with a bearer token as its authentication: the "
    "token is the secret here.",
    silent="Replies do not come this way. Opens by a provider's proxy have a name of their own and are marked. "
    "The form of its payloads is recalled, not checked against its pages.",
    places={"event": ("event",), "at": ("tsevent", "tsepoch", "ts", "date"), "sent_id": ("messageid",)},
    marks=("tsevent", "tsepoch", "sendingip", "xmailincustom"),
)
