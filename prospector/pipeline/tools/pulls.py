"""What each tool is asked, list by list: in comes a campaign within reach, out go pages of payloads or of leads.

Only what their pages tell of is asked. None of it changes anything there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from prospector.destinations.tool_api import entries, text_of

if TYPE_CHECKING:
    from prospector.destinations.tool_api import Remote

_PAGE = 100


class Page(NamedTuple):
    """Some rows: events of their own, or leads with what has happened to them."""

    rows: list[dict[str, Any]]
    are_leads: bool = False


Pull = Callable[["Remote"], Iterator[Page]]
"""One list of a tool, page by page."""


def instantly_mails(remote: Remote) -> Iterator[Page]:
    """Mails that came in, with their texts; the tool allows twenty such calls a minute."""
    asked: dict[str, str | int] = {"campaign_id": remote.campaign, "email_type": "received", "limit": _PAGE}
    while True:
        said = remote.api.get("/emails", asked).json()
        rows = [_mail(one) for one in entries(said, "items")]
        yield Page([one for one in rows if one])
        cursor = said.get("next_starting_after") if isinstance(said, dict) else None
        if not rows or not cursor or cursor == asked.get("starting_after"):
            return
        asked["starting_after"] = cursor
        remote.pause(3.1)


def _mail(one: Mapping[str, Any]) -> dict[str, Any]:
    """A mail as its webhook would tell of it; nothing for one of ours."""
    sender, own = text_of(one.get("from_address_email")).lower(), text_of(one.get("eaccount")).lower()
    if sender and sender == own:
        return {}
    body = one.get("body") if isinstance(one.get("body"), dict) else {}
    return {
        "event_type": "auto_reply_received" if one.get("is_auto_reply") in (1, True) else "reply_received",
        "email_id": one.get("id"),
        "timestamp": one.get("timestamp_email") or one.get("timestamp_created"),
        "campaign_id": one.get("campaign_id"),
        "lead_email": one.get("lead") or sender,
        "email_account": own,
        "reply_subject": one.get("subject"),
        "reply_text": (body or {}).get("text"),
        "reply_html": (body or {}).get("html"),
        "reply_text_snippet": one.get("content_preview"),
    }


def instantly_leads(remote: Remote) -> Iterator[Page]:
    """All leads of the campaign, with counts, status and mark."""
    asked: dict[str, Any] = {"campaign": remote.campaign, "limit": _PAGE}
    while True:
        said = remote.api.post("/leads/list", asked, is_repeatable=True).json()
        rows = [dict(one) for one in entries(said, "items")]
        mine = [one for one in rows if text_of(one.get("campaign")) in ("", remote.campaign)]
        yield Page(mine, are_leads=True)
        cursor = said.get("next_starting_after") if isinstance(said, dict) else None
        if not rows or not cursor or cursor == asked.get("starting_after"):
            return
        asked["starting_after"] = cursor


def smartlead_statistics(remote: Remote) -> Iterator[Page]:
    """A row for each mail of each lead, with the times of what happened to it."""
    path = f"/campaigns/{quote(remote.campaign, safe='')}/statistics"
    for rows in _by_offset(remote, path, {}, "data"):
        yield Page([{**one, "campaign_id": remote.campaign} for one in rows], are_leads=True)


def lemlist_activities(remote: Remote) -> Iterator[Page]:
    """All activities of the campaign; each is what its webhook would tell."""
    for rows in _by_offset(remote, "/activities", {"campaignId": remote.campaign}, "activities"):
        yield Page(rows)


def lemlist_unsubscribes(remote: Remote) -> Iterator[Page]:
    """Everybody who must not be written to there, from whatever campaign."""
    for rows in _by_offset(remote, "/unsubscribes", {}, "unsubscribes"):
        told = [{**one, "email": one.get("value") or one.get("email") or one.get("address")} for one in rows]
        yield Page([{"createdAt": "", **one, "type": "unsubscribed"} for one in told])


def _by_offset(
    remote: Remote, path: str, asked: Mapping[str, str | int], name: str
) -> Iterator[list[dict[str, Any]]]:
    start = 0
    while True:
        said = remote.api.get(path, {**asked, "offset": start, "limit": _PAGE}).json()
        rows = [dict(one) for one in entries(said, name)]
        yield rows
        if len(rows) < _PAGE:
            return
        start += len(rows)


def woodpecker_prospects(remote: Remote) -> Iterator[Page]:
    """All prospects of the campaign, with their status."""
    page = 1
    while True:
        asked: dict[str, str | int] = {"campaigns_id": remote.campaign, "per_page": _PAGE, "page": page}
        rows = [
            dict(one)
            for one in entries(remote.api.get("/v1/prospects", asked).json(), "prospects", "content")
        ]
        yield Page([{**one, "campaign_id": remote.campaign} for one in rows], are_leads=True)
        if len(rows) < _PAGE:
            return
        page += 1


_HUBSPOT = (
    *("email", "lead_id", "hs_email_optout", "hs_email_bounce"),
    *("hs_sales_email_last_replied", "hs_sales_email_last_opened", "hs_sales_email_last_clicked"),
)


def hubspot_contacts(remote: Remote) -> Iterator[Page]:
    """Contacts whose last sequence this is, with the properties that say what happened, by number."""
    last = "0"
    while True:
        said = remote.api.post(
            "/crm/v3/objects/contacts/search", _hubspot_page(remote.campaign, last), is_repeatable=True
        ).json()
        rows = entries(said, "results")
        told = [one.get("properties") for one in rows]
        yield Page([{**one} for one in told if isinstance(one, dict)], are_leads=True)
        if len(rows) < _PAGE:
            return
        last = text_of(rows[-1].get("id"))
        remote.pause(0.25)


def _hubspot_page(sequence: str, last: str) -> dict[str, Any]:
    wanted = [
        {"propertyName": "hs_latest_sequence_enrolled", "operator": "EQ", "value": sequence},
        {"propertyName": "hs_object_id", "operator": "GT", "value": last},
    ]
    return {
        "filterGroups": [{"filters": wanted}],
        "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
        "properties": list(_HUBSPOT),
        "limit": _PAGE,
    }


_MAUTIC_ORDER = {"order[0][col]": "lead_id", "order[0][dir]": "ASC"}


def mautic_contacts(remote: Remote) -> Iterator[Page]:
    """Contacts of the campaign, with why they get no more mails."""
    start = 0
    path = f"/campaigns/{quote(remote.campaign, safe='')}/contacts"
    while True:
        page: dict[str, str | int] = {"start": start, "limit": _PAGE, **_MAUTIC_ORDER}
        rows = _listed(remote.api.get(path, page).json())
        ids = ",".join(filter(None, (text_of(one.get("lead_id")) for one in rows)))
        said = remote.api.get("/contacts", {"search": f"ids:{ids}", "limit": _PAGE}).json() if ids else {}
        yield Page([told for one in _listed(said) for told in _left(one)])
        if len(rows) < _PAGE:
            return
        start += len(rows)


def _listed(said: Any) -> list[Mapping[str, Any]]:
    found = said.get("contacts") if isinstance(said, dict) else None
    return entries(list(found.values()) if isinstance(found, dict) else found)


_REASONS = {"1": "unsubscribed", "2": "bounced", "3": "do not contact"}
"""Why a contact gets no more mails, by the numbers of Mautic's source."""


def _left(contact: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for one in entries(contact.get("doNotContact")):
        if text_of(one.get("channel")) in ("", "email"):
            reason = text_of(one.get("reason"))
            yield {
                "contact": contact,
                "event": _REASONS.get(reason, f"do not contact, reason {reason}"),
                **one,
            }


def listmonk_bounces(remote: Remote) -> Iterator[Page]:
    """All bounces that the server has read."""
    yield from (Page(rows) for rows in _by_number(remote, "/bounces", {}))


def listmonk_subscribers(remote: Remote) -> Iterator[Page]:
    """Who has left the list, or is on the block list."""
    asked: dict[str, str | int] = {"list_id": remote.campaign, "order_by": "created_at", "order": "ASC"}
    for rows in _by_number(remote, "/subscribers", asked):
        yield Page([_subscriber(one, remote.campaign) for one in rows], are_leads=True)


def _subscriber(one: Mapping[str, Any], number: str) -> dict[str, Any]:
    mine = [row for row in entries(one.get("lists")) if text_of(row.get("id")) == number]
    state = text_of(mine[0].get("subscription_status")) if mine else ""
    kept = {name: one.get(name) for name in ("email", "status", "attribs")}
    return {**kept, "subscription_status": state}


def _by_number(remote: Remote, path: str, asked: Mapping[str, str | int]) -> Iterator[list[dict[str, Any]]]:
    number = 1
    while True:
        said = remote.api.get(path, {**asked, "per_page": _PAGE, "page": number}).json()
        rows = [dict(one) for one in entries(said.get("data") if isinstance(said, dict) else None, "results")]
        yield rows
        if len(rows) < _PAGE:
            return
        number += 1


PULLS: dict[str, tuple[Pull, ...]] = {
    "instantly": (instantly_mails, instantly_leads),
    "smartlead": (smartlead_statistics,),
    "lemlist": (lemlist_activities, lemlist_unsubscribes),
    "woodpecker": (woodpecker_prospects,),
    "hubspot": (hubspot_contacts,),
    "mautic": (mautic_contacts,),
    "listmonk": (listmonk_bounces, listmonk_subscribers),
}
"""Tools that can be asked, by their names."""
WITHOUT_REPLIES = frozenset({"mautic", "listmonk"})
"""Tools that do not tell whether somebody has answered: to have read them says nothing of silence."""
