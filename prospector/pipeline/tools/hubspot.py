"""HubSpot: changes of a contact's properties, which name the contact by a number, and exports of contacts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prospector.pipeline.tools import proofs
from prospector.pipeline.tools.facts import folded
from prospector.pipeline.tools.reader import ToolReader

if TYPE_CHECKING:
    from collections.abc import Iterable

_PROPERTIES = {
    "hssalesemaillastreplied": "replied",
    "hsemaillastreplydate": "replied",
    "lastmarketingemailreplydate": "replied",
    "hssalesemaillastopened": "opened",
    "hsemaillastopendate": "opened",
    "lastmarketingemailopendate": "opened",
    "hssalesemaillastclicked": "clicked",
    "hsemaillastclickdate": "clicked",
    "lastmarketingemailclickdate": "clicked",
    "hsemailbounce": "bounced",
    "hsemailhardbouncereasonenum": "hard bounced",
    "hsemailoptout": "opted out",
    "unsubscribedfromallemail": "opted out",
    "hslatestmeetingactivity": "meeting booked",
    "engagementslastmeetingbooked": "meeting booked",
    "dateoflastmeetingbookedinmeetingstool": "meeting booked",
}
"""What a property says that has a value, by its name or its label."""
_NOT_SET = ("", "0", "false", "no", "null")


def _changes(payload: dict[str, object]) -> Iterable[dict[str, object]]:
    """A property that was set, as what happened."""
    named = _PROPERTIES.get(folded(str(payload.get("propertyName") or "")))
    value = str(payload.get("propertyValue") or "").strip().lower()
    if named and value not in _NOT_SET:
        yield {**payload, "eventType": named}
    else:
        yield {**payload, "eventType": payload.get("propertyName") or payload.get("subscriptionType") or ""}


READER = ToolReader(
    "hubspot",
    "HubSpot",
    tells="Changes of a contact: last reply, open, click, bounce, opt-out from all mail, a meeting booked.",
    webhook="In an app of your own, subscribe `contact.propertyChange` to the properties "
    "`hs_sales_email_last_replied`, `hs_email_optout` and `hs_email_bounce`; the secret is the app's "
    "client secret. With `serve: {url: ...}` its third signature is checked, else the first.",
    silent="A change names the contact by a number: it is matched where the contact was pushed from here. No "
    "text of a reply comes this way: the mailbox tells.",
    places={"at": ("occurredat",), "remote": ("objectid",), "event": ("eventtype", "subscriptiontype")},
    event_id=("eventid",),
    proof=proofs.hubspot,
    marks=("subscriptiontype", "portalid", "objectid", "recordid", *_PROPERTIES),
    columns=_PROPERTIES,
    mend=_changes,
)
