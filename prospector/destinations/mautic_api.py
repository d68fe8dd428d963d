"""`mautic`, pushed: contacts in batches, then each into the campaign. Both can be done again without any change.

The fields for the texts (`subject_1`, `body_1`...) must exist there; the server tells of those that do not.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from prospector.destinations.handover import Receipt
from prospector.destinations.tool_api import (
    RemoteCampaign,
    ToolApi,
    entries,
    filled,
    one_by_one,
    text_of,
    variables,
)
from prospector.fetch.api import ApiKey

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from prospector.destinations.handover import Lead
    from prospector.destinations.tool_api import Remote
    from prospector.fetch.api import ApiClient

_PAGE = 100


def push(leads: Sequence[Lead], remote: Remote) -> Iterator[Receipt]:
    """One call with a batch, then one for each contact."""
    body = [_contact(lead, remote) for lead in leads]
    said = remote.api.post("/contacts/batch/new", body, is_repeatable=True).json()
    found = _by_address(said)
    return one_by_one(
        leads, lambda lead: _enrol(lead, found.get(lead.email.lower(), ""), said, remote, leads)
    )


def _by_address(said: Any) -> dict[str, str]:
    """The ids of contacts; the list is an object in some versions."""
    contacts = said.get("contacts") if isinstance(said, dict) else None
    rows = list(contacts.values()) if isinstance(contacts, dict) else contacts
    return {_address(one): text_of(one.get("id")) for one in entries(rows)}


def _address(contact: Mapping[str, Any]) -> str:
    """Where the address stands depends on how much of the contact is told."""
    fields = contact.get("fields")
    known = fields.get("all") if isinstance(fields, dict) else None
    value = known.get("email") if isinstance(known, dict) else contact.get("email")
    return text_of(value).lower()


def _enrol(lead: Lead, contact: str, said: Any, remote: Remote, leads: Sequence[Lead]) -> Receipt:
    if not contact:
        if _status(said, leads.index(lead)).startswith("4"):
            return Receipt(lead.key, "refused", reason="invalid")
        return Receipt(lead.key, "later", reason="uncounted")
    remote.api.post(f"/campaigns/{remote.campaign}/contact/{contact}/add", {}, is_repeatable=True)
    return Receipt(lead.key, "accepted", contact)


def _status(said: Any, position: int) -> str:
    """What the answer says of a contact by its place in the batch."""
    codes = said.get("statusCodes") if isinstance(said, dict) else None
    if isinstance(codes, list):
        return text_of(codes[position]) if position < len(codes) else ""
    return text_of(codes.get(str(position))) if isinstance(codes, dict) else ""


def _contact(lead: Lead, remote: Remote) -> dict[str, Any]:
    facts = {
        "email": lead.email,
        "firstname": lead.first_name,
        "lastname": lead.last_name,
        "company": lead.company,
        "position": lead.title,
        "phone": lead.phone,
        "website": lead.website,
        "linkedin": lead.linkedin,
    }
    return {**filled(facts), **variables(lead, remote.about)}


def campaigns(api: ApiClient) -> Iterator[RemoteCampaign]:
    """All campaigns, page by page."""
    start = 0
    while True:
        said = api.get("/campaigns", {"start": start, "limit": _PAGE}).json()
        found = said.get("campaigns") if isinstance(said, dict) else None
        rows = entries(list(found.values()) if isinstance(found, dict) else found)
        yield from (RemoteCampaign(text_of(one.get("id")), text_of(one.get("name"))) for one in rows)
        if len(rows) < _PAGE:
            return
        start += len(rows)


def _key(secret: str) -> ApiKey:
    """`user:password`, as the server's own basic authentication wants it."""
    return ApiKey(base64.b64encode(secret.encode()).decode(), prefix="Basic ")


API = ToolApi(
    "mautic",
    None,
    _key,
    batch=200,
    push=push,
    campaigns=campaigns,
    path="/api",
    stop="take the contact out of the campaign, or set do-not-contact; calls and tasks are in tasks.csv",
)
