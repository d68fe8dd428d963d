"""`listmonk`, pushed: subscribers with their texts as attributes, onto the list that the campaign names.

Whoever is a subscriber already is put onto the list beside the others that they are on; who is blocked stays out.
Read back by the subscribers of the list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
    variables,
)
from prospector.fetch.api import ApiFailure, ApiKey

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from prospector.destinations.handover import Lead
    from prospector.destinations.tool_api import Remote
    from prospector.fetch.api import ApiClient

_PAGE = 100


def push(leads: Sequence[Lead], remote: Remote) -> Iterator[Receipt]:
    """Subscriber by subscriber."""
    return one_by_one(leads, lambda lead: _add(lead, remote))


def _add(lead: Lead, remote: Remote) -> Receipt:
    body = {
        "email": lead.email,
        "name": " ".join(filter(None, (lead.first_name, lead.last_name))) or lead.email.partition("@")[0],
        "status": "enabled",
        "lists": [int(remote.campaign)],
        "attribs": _attributes(lead, remote),
    }
    try:
        said = remote.api.post("/subscribers", body).json()
    except ApiFailure as failure:
        if failure.status != 409:
            raise
        return _join(lead, remote)
    data = said.get("data") if isinstance(said, dict) else None
    return Receipt(lead.key, "accepted", text_of(data.get("id")) if isinstance(data, dict) else None)


def _join(lead: Lead, remote: Remote) -> Receipt:
    """Onto the list, for somebody whom the server knows; on it already, or off it by their own wish, stays as it is."""
    known = _known(lead.email, remote)
    if known is None:
        return Receipt(lead.key, "later", reason="uncounted")
    number, mine = int(known["id"]), _on_list(known, remote.campaign)
    if known.get("status") == "blocklisted" or mine == "unsubscribed":
        return Receipt(lead.key, "refused", reason="blocked")
    attributes = known.get("attribs") if isinstance(known.get("attribs"), dict) else {}
    wanted = {**(attributes or {}), **_attributes(lead, remote)}
    if wanted != attributes:
        remote.api.request("PATCH", f"/subscribers/{number}", body={"attribs": wanted}, is_repeatable=True)
    if mine is None:
        body = {
            "ids": [number],
            "action": "add",
            "target_list_ids": [int(remote.campaign)],
            "status": "unconfirmed",
        }
        remote.api.request("PUT", "/subscribers/lists", body=body, is_repeatable=True)
    return Receipt(lead.key, "accepted", str(number))


def _known(email: str, remote: Remote) -> Mapping[str, Any] | None:
    query = "subscribers.email = '" + email.lower().replace("'", "''") + "'"
    said = remote.api.get("/subscribers", {"query": query, "per_page": 1}).json()
    found = entries(said.get("data") if isinstance(said, dict) else None, "results")
    return next((one for one in found if text_of(one.get("email")).lower() == email.lower()), None)


def _on_list(known: Mapping[str, Any], campaign: str) -> str | None:
    """How somebody stands on the list; None for who is not on it."""
    lists = {
        text_of(one.get("id")): text_of(one.get("subscription_status")) for one in entries(known, "lists")
    }
    return lists.get(campaign)


def _attributes(lead: Lead, remote: Remote) -> dict[str, str]:
    facts = {
        "company": lead.company,
        "title": lead.title,
        "phone": lead.phone,
        "website": lead.website,
        "linkedin": lead.linkedin,
    }
    return filled(facts) | variables(lead, remote.about)


def find(remote: Remote) -> Iterator[Arrived]:
    """All subscribers of the list, page by page, oldest first; so too those who have left it since."""
    page: dict[str, str | int] = {
        "list_id": remote.campaign,
        "order_by": "created_at",
        "order": "ASC",
        "per_page": _PAGE,
    }
    pages, number = Pages(remote), 1
    while True:
        said = pages.get("/subscribers", {**page, "page": number}).json()
        rows = entries(said.get("data") if isinstance(said, dict) else None, "results")
        for one in rows:
            own = one.get("attribs")
            lead_id = text_of(own.get("lead_id")) if isinstance(own, dict) else ""
            yield Arrived(text_of(one.get("email")).lower(), lead_id, text_of(one.get("id")) or None)
        if len(rows) < _PAGE:
            return
        number += 1


def halt(remote: Remote, email: str, remote_id: str | None) -> None:
    """Off the list by their own wish: nobody is put onto it again."""
    known = _known(email, remote)
    if known is not None:
        body = {
            "ids": [int(known["id"])],
            "action": "unsubscribe",
            "target_list_ids": [int(remote.campaign)],
        }
        remote.api.request("PUT", "/subscribers/lists", body=body, is_repeatable=True)


def campaigns(api: ApiClient) -> Iterator[RemoteCampaign]:
    """The lists: a campaign there is sent to one."""
    said = api.get("/lists", {"page": 1, "per_page": "all"}).json()
    for one in entries(said.get("data") if isinstance(said, dict) else None, "results"):
        yield RemoteCampaign(text_of(one.get("id")), text_of(one.get("name")))


API = ToolApi(
    "listmonk",
    None,
    lambda secret: ApiKey(secret, prefix="token "),
    batch=20,
    push=push,
    halt=halt,
    find=find,
    can_repeat=True,
    campaigns=campaigns,
    path="/api",
    tells="It answers for each subscriber, and the subscribers of the list say who has arrived.",
    stop="block the subscriber, or take them off the list; calls and tasks are in tasks.csv",
)
