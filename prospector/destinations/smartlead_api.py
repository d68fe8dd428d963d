"""`smartlead`, pushed: leads in batches with their texts as custom fields, read back campaign by campaign.

All of its checks stay on: block list, unsubscribes, duplicates in other campaigns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from prospector.destinations.handover import Receipt
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
from prospector.fetch.api import ApiFailure, ApiKey
from prospector.fetch.pace import Rate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from prospector.destinations.handover import Lead
    from prospector.destinations.tool_api import Remote
    from prospector.fetch.api import ApiClient

_PAGE = 100
_CHECKS = (
    "ignore_global_block_list",
    "ignore_unsubscribe_list",
    "ignore_duplicate_leads_in_other_campaign",
)
"""Each would switch a check off."""


def push(leads: Sequence[Lead], remote: Remote) -> list[Receipt]:
    """One call with a batch. That the leads are there already is no fault."""
    body = {
        "lead_list": [_lead(lead, remote) for lead in leads],
        "settings": dict.fromkeys(_CHECKS, False),
    }
    try:
        said = remote.api.post(f"/campaigns/{remote.campaign}/leads", body).json()
    except ApiFailure as failure:
        if failure.status != 409:
            raise
        return [Receipt(lead.key, "ambiguous", reason="duplicate") for lead in leads]
    return _counted(leads, said if isinstance(said, dict) else {})


def _counted(leads: Sequence[Lead], said: Mapping[str, Any]) -> list[Receipt]:
    """There are two shapes of the answer."""
    if "added_count" in said:
        return counted(leads, said["added_count"], {"left_out": said.get("skipped_count")})
    left_out = {
        "duplicate": said.get("already_added_to_campaign") or said.get("duplicate_count"),
        "invalid": said.get("invalid_email_count"),
        "blocked": _number(said.get("unsubscribed_leads")),
    }
    return counted(leads, said.get("upload_count"), left_out)


def _number(value: object) -> object:
    return len(value) if isinstance(value, list) else value


def _lead(lead: Lead, remote: Remote) -> dict[str, Any]:
    facts = {
        "email": lead.email,
        "first_name": lead.first_name,
        "last_name": lead.last_name,
        "company_name": lead.company,
        "phone_number": lead.phone,
        "website": lead.website,
        "linkedin_profile": lead.linkedin,
    }
    own = variables(lead, remote.about) | filled({"job_title": lead.title})
    return {**filled(facts), "custom_fields": own}


def find(remote: Remote) -> Iterator[Arrived]:
    """All leads of the campaign, page by page."""
    pages, start = Pages(remote), 0
    while True:
        page: dict[str, str | int] = {"offset": start, "limit": _PAGE}
        rows = entries(pages.get(f"/campaigns/{remote.campaign}/leads", page).json(), "data")
        for row in rows:
            one = row.get("lead") if isinstance(row.get("lead"), dict) else row
            own = one.get("custom_fields") if isinstance(one, dict) else None
            lead_id = text_of(own.get("lead_id")) if isinstance(own, dict) else ""
            remote_id = text_of(row.get("campaign_lead_map_id")) or None
            yield Arrived(text_of((one or {}).get("email")).lower(), lead_id, remote_id)
        if len(rows) < _PAGE:
            return
        start += len(rows)


def halt(remote: Remote, email: str, remote_id: str | None) -> None:
    """Pause the lead in the campaign. What was kept of it names the lead in the campaign, so its id is asked for."""
    said = remote.api.get("/leads/", {"email": email}).json()
    found = text_of(said.get("id")) if isinstance(said, dict) else ""
    if found:
        path = f"/campaigns/{remote.campaign}/leads/{quote(found, safe='')}/pause"
        unless_gone(lambda: remote.api.post(path, {}, is_repeatable=True))


def campaigns(api: ApiClient) -> Iterator[RemoteCampaign]:
    """All campaigns, in one answer."""
    for one in entries(api.get("/campaigns/").json(), "data"):
        yield RemoteCampaign(text_of(one.get("id")), text_of(one.get("name")))


API = ToolApi(
    "smartlead",
    "https://server.smartlead.ai",
    lambda secret: ApiKey(secret, parameter="api_key"),
    batch=100,
    push=push,
    halt=halt,
    find=find,
    campaigns=campaigns,
    path="/api/v1",
    rates=(Rate(10, 1), Rate(60, 60), Rate(1000, 3600)),
    tells="It answers with totals only, and its list of leads says who has arrived.",
    stop="pause or delete the lead in the campaign, or block the address; calls and tasks are in tasks.csv",
)
