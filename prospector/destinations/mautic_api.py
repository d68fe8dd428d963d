"""`mautic`, pushed: contacts in batches, then each into the campaign. Both can be done again without any change.

The fields for the texts (`subject_1`, `body_1`, `lead_id`...) must exist there; the server tells of those that do not.
Read back by the campaign's list of contacts, which has their numbers only: who they are is asked for by those.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from prospector.destinations.handover import Receipt
from prospector.destinations.tool_api import (
    Arrived,
    Pages,
    RemoteCampaign,
    ToolApi,
    entries,
    filled,
    one_by_one,
    text_of,
    unless_gone,
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
    """The ids of contacts."""
    return {_value(one, "email").lower(): text_of(one.get("id")) for one in _contacts(said)}


def _contacts(said: Any) -> list[Mapping[str, Any]]:
    """The contacts of an answer; they are an object by id, a list in some versions, and a list where there are none."""
    contacts = said.get("contacts") if isinstance(said, dict) else None
    return entries(list(contacts.values()) if isinstance(contacts, dict) else contacts)


def _value(contact: Mapping[str, Any], name: str) -> str:
    """Where a field stands depends on how much of the contact is told."""
    fields = contact.get("fields")
    known = fields.get("all") if isinstance(fields, dict) else None
    return text_of(known.get(name) if isinstance(known, dict) else contact.get(name))


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


def find(remote: Remote) -> Iterator[Arrived]:
    """All contacts of the campaign, page by page, but those who were taken out of it there."""
    page: dict[str, str | int] = {
        "start": 0,
        "limit": _PAGE,
        "order[0][col]": "lead_id",
        "order[0][dir]": "ASC",
    }
    pages = Pages(remote)
    while True:
        rows = _contacts(pages.get(f"/campaigns/{remote.campaign}/contacts", page).json())
        yield from _named([text_of(one.get("lead_id")) for one in rows], pages)
        if len(rows) < _PAGE:
            return
        page["start"] = int(page["start"]) + len(rows)


def _named(ids: Sequence[str], pages: Pages) -> Iterator[Arrived]:
    """The contacts of some ids; the list of a campaign does not tell who they are."""
    if not ids:
        return
    said = pages.get("/contacts", {"search": "ids:" + ",".join(ids), "limit": len(ids)}).json()
    for one in _contacts(said):
        yield Arrived(_value(one, "email").lower(), _value(one, "lead_id"), text_of(one.get("id")) or None)


def halt(remote: Remote, email: str, remote_id: str | None) -> None:
    """Take the contact out of the campaign."""
    found = remote_id or _contact_of(email, remote)
    if found:
        path = f"/campaigns/{remote.campaign}/contact/{quote(found, safe='')}/remove"
        unless_gone(lambda: remote.api.post(path, {}, is_repeatable=True))


def _contact_of(email: str, remote: Remote) -> str:
    said = remote.api.get("/contacts", {"search": f"email:{email}", "limit": _PAGE}).json()
    known = (one for one in _contacts(said) if _value(one, "email").lower() == email.lower())
    return next((text_of(one.get("id")) for one in known), "")


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
    halt=halt,
    find=find,
    can_repeat=True,
    campaigns=campaigns,
    path="/api",
    tells="It answers for each contact, and the campaign's contacts say who has arrived.",
    stop="take the contact out of the campaign, or set do-not-contact; calls and tasks are in tasks.csv",
)
