"""`hubspot`, pushed: contacts in batches with their texts as properties, then each into the sequence.

The properties (`subject_1`, `body_1`, `lead_id`...) must exist there. A contact is in one sequence at a time, so each
is asked for before it is enrolled; whoever is in another one is left there. Nothing lists the contacts of a sequence:
they are found by their property "last sequence enrolled", which a later sequence overwrites.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prospector.destinations.handover import Receipt
from prospector.destinations.tool_api import (
    Arrived,
    Pages,
    ToolApi,
    entries,
    filled,
    is_about_leads,
    one_by_one,
    text_of,
    variables,
)
from prospector.fetch.api import ApiFailure, ApiKey
from prospector.fetch.pace import Rate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prospector.destinations.handover import Lead
    from prospector.destinations.tool_api import Remote

_CONTACTS = "/crm/v3/objects/contacts/batch/upsert"
_SEARCH = "/crm/v3/objects/contacts/search"
_ENROLMENTS = "/automation/v4/sequences/enrollments"
_PAGE = 100
_BETWEEN_SEARCHES = 0.25
"""Seconds: a search may be asked five times a second, and other calls more often."""


def push(leads: Sequence[Lead], remote: Remote) -> Iterator[Receipt]:
    """One call with a batch, then two for each contact. A success may hold errors: who has no id was not taken."""
    inputs = [
        {"id": lead.email, "idProperty": "email", "properties": _properties(lead, remote)} for lead in leads
    ]
    said = remote.api.post(_CONTACTS, {"inputs": inputs}, is_repeatable=True).json()
    found: dict[str, str] = {}
    for one in entries(said, "results"):
        known = one.get("properties")
        email = text_of(known.get("email")) if isinstance(known, dict) else ""
        found[email.lower()] = text_of(one.get("id"))
    has_errors = isinstance(said, dict) and bool(said.get("numErrors") or said.get("errors"))
    return one_by_one(
        leads, lambda lead: _enrol(lead, found.get(lead.email.lower()), remote, has_errors=has_errors)
    )


def _enrol(lead: Lead, contact: str | None, remote: Remote, *, has_errors: bool) -> Receipt:
    if not contact:
        return Receipt(
            lead.key, "refused" if has_errors else "later", reason="invalid" if has_errors else "uncounted"
        )
    if current := _sequence_of(contact, remote):
        mine = current == remote.campaign
        return Receipt(lead.key, "accepted" if mine else "refused", contact, "" if mine else "duplicate")
    body = {"contactId": contact, "senderEmail": remote.sender, "sequenceId": remote.campaign}
    try:
        remote.api.request("POST", _ENROLMENTS, params={"userId": remote.user}, body=body)
    except ApiFailure as failure:
        if is_about_leads(failure) and _sequence_of(contact, remote) == remote.campaign:
            return Receipt(lead.key, "accepted", contact)
        raise
    return Receipt(lead.key, "accepted", contact)


def _sequence_of(contact: str, remote: Remote) -> str:
    """The sequence that a contact is in; blank if in none."""
    try:
        said: Any = remote.api.get(f"{_ENROLMENTS}/contact/{contact}").json()
    except ApiFailure as failure:
        if failure.status == 404:
            return ""
        raise
    return text_of(said.get("sequenceId")) if isinstance(said, dict) else ""


def find(remote: Remote) -> Iterator[Arrived]:
    """All contacts whose last sequence this is, by number: the pages of a search end at 10,000."""
    pages, last = Pages(remote), "0"
    while True:
        rows = entries(pages.post(_SEARCH, _asked(remote.campaign, last)).json(), "results")
        for one in rows:
            last = text_of(one.get("id"))
            known = one.get("properties")
            own = known if isinstance(known, dict) else {}
            yield Arrived(text_of(own.get("email")).lower(), text_of(own.get("lead_id")), last)
        if len(rows) < _PAGE:
            return
        remote.pause(_BETWEEN_SEARCHES)


def _asked(sequence: str, last: str) -> dict[str, Any]:
    """One page of contacts, behind the one of this number."""
    return {
        "filterGroups": [
            {
                "filters": [
                    {"propertyName": "hs_latest_sequence_enrolled", "operator": "EQ", "value": sequence},
                    {"propertyName": "hs_object_id", "operator": "GT", "value": last},
                ]
            }
        ],
        "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
        "properties": ["email", "lead_id"],
        "limit": _PAGE,
    }


def _properties(lead: Lead, remote: Remote) -> dict[str, str]:
    facts = {
        "email": lead.email,
        "firstname": lead.first_name,
        "lastname": lead.last_name,
        "company": lead.company,
        "jobtitle": lead.title,
        "phone": lead.phone,
        "website": lead.website,
    }
    return filled(facts) | variables(lead, remote.about)


API = ToolApi(
    "hubspot",
    "https://api.hubapi.com",
    ApiKey,
    batch=100,
    push=push,
    find=find,
    can_repeat=True,
    rates=(Rate(100, 10),),
    needs_user=True,
    tells="It answers for each contact. Nothing lists who is in a sequence: a search for "
    "`hs_latest_sequence_enrolled` does, until a later sequence takes its place.",
    stop="unenrol the contact from the sequence; calls and tasks are in tasks.csv",
)
