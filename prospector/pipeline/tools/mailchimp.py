"""Mailchimp: forms of a webhook, and exports of an audience with the time of leaving."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prospector.pipeline.tools.reader import ToolReader

if TYPE_CHECKING:
    from collections.abc import Iterable


def _named(payload: dict[str, object]) -> Iterable[dict[str, object]]:
    """Whoever was taken off the list: for bounces, or for a complaint."""
    reason = str(payload.get("data[reason]") or "").strip().lower()
    told = payload.get("data")
    if isinstance(told, dict):
        reason = reason or str(told.get("reason") or "").strip().lower()
    cleaned = str(payload.get("type") or "") == "cleaned" and reason in ("hard", "abuse")
    yield {**payload, "event": f"cleaned {reason}"} if cleaned else payload


READER = ToolReader(
    "mailchimp",
    "Mailchimp",
    tells="Who left an audience or was taken off it, for bounces or a complaint.",
    webhook="Add a webhook to the audience: the secret is the last part of the URL.",
    silent="It signs nothing. Replies, opens and clicks do not come this way. The form of its payloads is "
    "recalled, not checked against its pages.",
    places={"event": ("event", "type"), "at": ("firedat", "unsubtime", "cleantime")},
    marks=("memberrating", "leid", "euid", "unsubtime", "cleantime", "firedat"),
    columns={"unsubtime": "unsubscribed", "cleantime": "cleaned"},
    mend=_named,
)
