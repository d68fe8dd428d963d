"""listmonk: bounces of its API, subscribers with their status. It calls nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prospector.pipeline.tools.reader import ToolReader

if TYPE_CHECKING:
    from collections.abc import Iterable

_KINDS = ("hard", "soft", "complaint")


def _named(payload: dict[str, object]) -> Iterable[dict[str, object]]:
    """A bounce has only its type."""
    kind = str(payload.get("type") or "").strip().lower()
    bounce = kind in _KINDS and "event" not in payload
    named = "complaint" if kind == "complaint" else f"{kind} bounce"
    yield {**payload, "event": named} if bounce else payload


READER = ToolReader(
    "listmonk",
    "listmonk",
    tells="Bounces and complaints that it has read, and subscribers who left or are on its block list.",
    webhook="",
    silent="It sends no webhooks and reads no replies: read the mailbox here.",
    places={"event": ("event", "status"), "at": ("createdat",), "campaign": ("campaign.id",)},
    lists=("results",),
    marks=("subscriberuuid", "campaign.uuid", "subscriptionstatus", "attribs.leadid"),
    columns={"status": "", "subscriptionstatus": ""},
    mend=_named,
)
