"""Mautic: lists of payloads under the names of their events, some of them several at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prospector.pipeline.tools import proofs
from prospector.pipeline.tools.reader import ToolReader

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST = 10_000
_SUBSCRIPTION = "mautic.lead_channel_subscription_changed"


def _by_event(payload: dict[str, object]) -> Iterable[dict[str, object]]:
    """Each event alone, with its name; whoever left a channel says so by its new status."""
    named = {name: value for name, value in payload.items() if name.startswith("mautic.")}
    if not named:
        yield payload
        return
    for name, value in named.items():
        for one in (value if isinstance(value, list) else [value])[:_MOST]:
            told = dict(one) if isinstance(one, dict) else {"value": one}
            yield {**told, "event": _name(name, told)}


def _name(event: str, payload: dict[str, object]) -> str:
    status = str(payload.get("new_status") or "").strip().lower()
    mails = str(payload.get("channel") or "email").strip().lower() == "email"
    return status if event == _SUBSCRIPTION and mails and status not in ("", "contactable") else event


READER = ToolReader(
    "mautic",
    "Mautic",
    tells="Mails sent and opened, and channels that a contact left: unsubscribed, bounced or taken off by hand.",
    webhook="Add a webhook there with the events of e-mails and of the channel subscription; its secret is the "
    "secret here.",
    silent="Replies do not come this way unless it watches the mailbox itself: read the mailbox here.",
    places={
        "event": ("event",),
        "email": (
            *("contact.fields.core.email.value", "contact.email", "stat.lead.fields.core.email.value"),
            *("stat.email.emailaddress", "stat.emailaddress", "lead.fields.core.email.value"),
        ),
        "at": ("stat.dateread", "stat.datesent", "dateread", "datesent", "timestamp", "dateadded"),
        "sent_at": ("stat.datesent",),
        "campaign": ("stat.source.id",),
        "remote": ("contact.id", "lead.id"),
    },
    proof=proofs.mautic,
    marks=("mautic.", "donotemail", "dateread", "datesent", "isfailed", "dateidentified"),
    mend=_by_event,
)
