"""`instantly`, pushed: leads in bulk with their texts as custom variables, read back campaign by campaign.

Its answer has totals only. Leads that are in the workspace already, and those on the block list, are left out by it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from prospector.destinations.tool_api import (
    Arrived,
    Pages,
    RemoteCampaign,
    ToolApi,
    counted,
    entries,
    filled,
    text_of,
    unless_gone,
    variables,
)
from prospector.fetch.api import ApiKey
from prospector.fetch.pace import Rate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prospector.destinations.handover import Lead, Receipt
    from prospector.destinations.tool_api import Remote
    from prospector.fetch.api import ApiClient

_PAGE = 100
_UUID = re.compile(r"(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def push(leads: Sequence[Lead], remote: Remote) -> list[Receipt]:
    """One call of `leads/add`."""
    body = {
        "campaign_id": remote.campaign,
        "skip_if_in_workspace": True,
        "skip_if_in_campaign": True,
        "leads": [_lead(lead, remote) for lead in leads],
    }
    said = remote.api.post("/leads/add", body).json()
    told = said if isinstance(said, dict) else {}
    return counted(
        leads,
        told.get("leads_uploaded"),
        {
            "blocked": told.get("in_blocklist"),
            "duplicate": told.get("skipped_count")
            or told.get("duplicated_leads")
            or told.get("already_in_campaign"),
            "invalid": told.get("invalid_email_count") or told.get("incomplete_count"),
        },
    )


def _lead(lead: Lead, remote: Remote) -> dict[str, Any]:
    facts = {
        "email": lead.email,
        "first_name": lead.first_name,
        "last_name": lead.last_name,
        "company_name": lead.company,
        "job_title": lead.title,
        "phone": lead.phone,
        "website": lead.website,
    }
    own = variables(lead, remote.about) | filled({"linkedin": lead.linkedin})
    return {**filled(facts), "custom_variables": own}


def find(remote: Remote) -> Iterator[Arrived]:
    """All leads of the campaign, page by page; the list is asked for by a POST that changes nothing."""
    asked: dict[str, Any] = {"campaign": remote.campaign, "limit": _PAGE}
    pages = Pages(remote)
    while True:
        said = pages.post("/leads/list", asked).json()
        items = entries(said, "items")
        for one in items:
            if text_of(one.get("campaign")) in ("", remote.campaign):
                own = one.get("payload") or one.get("custom_variables") or {}
                lead_id = text_of(own.get("lead_id")) if isinstance(own, dict) else ""
                yield Arrived(text_of(one.get("email")).lower(), lead_id, text_of(one.get("id")) or None)
        cursor = said.get("next_starting_after") if isinstance(said, dict) else None
        if not items or not cursor or cursor == asked.get("starting_after"):
            return
        asked["starting_after"] = cursor


def halt(remote: Remote, email: str, remote_id: str | None) -> None:
    """Take the lead out of the campaign; one that is gone already is well."""
    asked = {"campaign": remote.campaign, "search": email, "limit": _PAGE}
    said = remote.api.post("/leads/list", asked, is_repeatable=True).json() if not remote_id else {}
    known = [one for one in entries(said, "items") if text_of(one.get("email")).lower() == email.lower()]
    found = remote_id or next((text_of(one.get("id")) for one in known), "")
    if found:
        unless_gone(
            lambda: remote.api.request("DELETE", f"/leads/{quote(found, safe='')}", is_repeatable=True)
        )


def campaigns(api: ApiClient) -> Iterator[RemoteCampaign]:
    """All campaigns. The last full page may still have a cursor, so an empty page ends them."""
    asked: dict[str, str | int] = {"limit": _PAGE}
    while True:
        said = api.get("/campaigns", asked).json()
        items = entries(said, "items")
        yield from (RemoteCampaign(text_of(one.get("id")), text_of(one.get("name"))) for one in items)
        cursor = said.get("next_starting_after") if isinstance(said, dict) else None
        if not items or not cursor or cursor == asked.get("starting_after"):
            return
        asked["starting_after"] = cursor


API = ToolApi(
    "instantly",
    "https://api.instantly.ai",
    ApiKey,
    batch=1000,
    push=push,
    halt=halt,
    find=find,
    campaigns=campaigns,
    path="/api/v2",
    rates=(Rate(100, 1), Rate(6000, 60)),
    is_id=lambda text: _UUID.fullmatch(text) is not None,
    tells="It answers with totals only, and its list of leads says who has arrived.",
    stop="delete the lead from the campaign, or put the address on the block list; calls and tasks are in tasks.csv",
)
