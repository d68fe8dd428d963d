"""`woodpecker`, pushed: prospects in batches with their texts as snippets, of which there are fifteen.

Existing prospects are updated, or they would keep the texts of an earlier campaign; nobody is ever forced in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prospector.destinations.handover import Receipt
from prospector.destinations.tool_api import (
    Arrived,
    Pages,
    RemoteCampaign,
    ToolApi,
    body_of,
    emails_of,
    entries,
    filled,
    no_address,
    text_of,
)
from prospector.fetch.api import ApiFailure, ApiKey

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from prospector.destinations.handover import Lead
    from prospector.destinations.tool_api import Remote
    from prospector.fetch.api import ApiClient

SNIPPETS = 15
_PAGE = 100
_TAKEN = ("", "ACTIVE", "OK", "DUPLICATE", "SUCCESS", "ADDED", "UPDATED")


def snippets(lead: Lead) -> list[str]:
    """What stands in the slots: whose it is, why, then subject and body of each mail; a blank subject takes no slot."""
    found = [lead.lead_id, lead.reason]
    for touch in emails_of(lead):
        found += [touch.subject, body_of(touch)] if touch.subject else [body_of(touch)]
    return found


def check(lead: Lead) -> str | None:
    """There is no sixteenth slot."""
    return no_address(lead) or ("too_many_fields" if len(snippets(lead)) > SNIPPETS else None)


def push(leads: Sequence[Lead], remote: Remote) -> Iterator[Receipt]:
    """One call with a batch; the answer names each."""
    campaign = int(remote.campaign) if remote.campaign.isdigit() else remote.campaign
    body = {
        "campaign": {"campaign_id": campaign},
        "update": True,
        "prospects": [_prospect(lead) for lead in leads],
    }
    try:
        said = remote.api.post("/v1/add_prospects_campaign", body).json()
    except ApiFailure as failure:
        if failure.status == 409 and "TOO_MANY" in failure.detail.upper():
            raise ApiFailure("http_429", 429, detail=failure.detail) from failure
        raise
    answers = {text_of(one.get("email")).lower(): one for one in entries(said, "prospects")}
    for lead in leads:
        yield _receipt(lead, answers.get(lead.email.lower()))


def _receipt(lead: Lead, answer: Mapping[str, Any] | None) -> Receipt:
    if answer is None:
        return Receipt(lead.key, "ambiguous", reason="uncounted")
    status = text_of(answer.get("status")).upper()
    there = text_of(answer.get("prospect_campaign")).upper()
    if there == "DUPLICATE" or status in _TAKEN:
        return Receipt(lead.key, "accepted", text_of(answer.get("id")) or None)
    # A word that is not known is looked into: the list of the campaign tells whether the lead is there.
    return Receipt(lead.key, "ambiguous", reason="left_out")


def _prospect(lead: Lead) -> dict[str, str]:
    facts = {
        "email": lead.email,
        "first_name": lead.first_name,
        "last_name": lead.last_name,
        "company": lead.company,
        "title": lead.title,
        "phone": lead.phone,
        "website": lead.website,
        "linkedin_url": lead.linkedin,
    }
    slots = {f"snippet{number}": text for number, text in enumerate(snippets(lead), 1)}
    return filled(facts) | slots


def find(remote: Remote) -> Iterator[Arrived]:
    """All prospects of the campaign, page by page."""
    pages, page = Pages(remote), 1
    while True:
        asked: dict[str, str | int] = {"campaigns_id": remote.campaign, "per_page": _PAGE, "page": page}
        rows = entries(pages.get("/v1/prospects", asked).json(), "prospects", "content")
        for one in rows:
            own = text_of(one.get("snippet1") or one.get("snipet1"))
            yield Arrived(text_of(one.get("email")).lower(), own, text_of(one.get("id")) or None)
        if len(rows) < _PAGE:
            return
        page += 1


def campaigns(api: ApiClient) -> Iterator[RemoteCampaign]:
    """All campaigns, in one answer."""
    for one in entries(api.get("/v1/campaign_list").json(), "campaigns", "content"):
        yield RemoteCampaign(text_of(one.get("id")), text_of(one.get("name")))


API = ToolApi(
    "woodpecker",
    "https://api.woodpecker.co",
    lambda secret: ApiKey(secret, header="x-api-key", prefix=""),
    batch=500,
    push=push,
    find=find,
    campaigns=campaigns,
    path="/rest",
    check=check,
    tells="It answers for each prospect, and its list of prospects says who has arrived. It takes "
    "one call at a time.",
    stop="pause the prospect in the campaign, or add the address to the blacklist; calls and tasks are in tasks.csv",
)
