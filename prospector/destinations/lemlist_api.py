"""`lemlist`, pushed: one lead a call with its texts as custom variables, read back by the export of the campaign.

None of the flags that would spend credits there is ever set.
"""

from __future__ import annotations

import base64
import csv
import io
from typing import TYPE_CHECKING
from urllib.parse import quote

from prospector.destinations.handover import Receipt
from prospector.destinations.tool_api import (
    Arrived,
    RemoteCampaign,
    ToolApi,
    entries,
    filled,
    one_by_one,
    says_already_there,
    text_of,
    unless_gone,
    variables,
)
from prospector.fetch.api import ApiFailure, ApiKey
from prospector.fetch.pace import Rate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prospector.destinations.handover import Lead
    from prospector.destinations.tool_api import Remote
    from prospector.fetch.api import ApiClient

_PAGE = 100


def push(leads: Sequence[Lead], remote: Remote) -> Iterator[Receipt]:
    """Lead by lead."""
    return one_by_one(leads, lambda lead: _add(lead, remote))


def _add(lead: Lead, remote: Remote) -> Receipt:
    path = f"/campaigns/{quote(remote.campaign, safe='')}/leads/{quote(lead.email, safe='')}"
    try:
        answer = remote.api.request("POST", path, params={"deduplicate": "true"}, body=_body(lead, remote))
        said = answer.json()
    except ApiFailure as failure:
        if says_already_there(failure):  # in this campaign or in another: the export tells
            return Receipt(lead.key, "ambiguous", reason="duplicate")
        raise
    return Receipt(lead.key, "accepted", text_of(said.get("_id")) if isinstance(said, dict) else None)


def _body(lead: Lead, remote: Remote) -> dict[str, str]:
    facts = {
        "firstName": lead.first_name,
        "lastName": lead.last_name,
        "companyName": lead.company,
        "companyDomain": lead.website,
        "jobTitle": lead.title,
        "phone": lead.phone,
        "linkedinUrl": lead.linkedin,
    }
    return filled(facts) | variables(lead, remote.about)


def find(remote: Remote) -> Iterator[Arrived]:
    """The whole campaign as a table."""
    path = f"/campaigns/{quote(remote.campaign, safe='')}/export/leads"
    table = remote.api.get(path, {"state": "all"}).body.decode("utf-8-sig", "replace")
    for row in csv.DictReader(io.StringIO(table, newline="")):
        yield Arrived((row.get("email") or "").strip().lower(), row.get("lead_id") or "", row.get("_id"))


def halt(remote: Remote, email: str, remote_id: str | None) -> None:
    """Pause the lead in the campaign: to delete it would unsubscribe it for good."""
    path, params = f"/leads/pause/{quote(email, safe='')}", {"campaignId": remote.campaign}
    unless_gone(lambda: remote.api.request("POST", path, params=params, is_repeatable=True))


def campaigns(api: ApiClient) -> Iterator[RemoteCampaign]:
    """All campaigns, page by page."""
    start = 0
    while True:
        rows = entries(api.get("/campaigns", {"offset": start, "limit": _PAGE}).json(), "campaigns")
        yield from (RemoteCampaign(text_of(one.get("_id")), text_of(one.get("name"))) for one in rows)
        if len(rows) < _PAGE:
            return
        start += len(rows)


def _key(secret: str) -> ApiKey:
    """An empty user with the key as the password."""
    return ApiKey(base64.b64encode(f":{secret}".encode()).decode(), prefix="Basic ")


API = ToolApi(
    "lemlist",
    "https://api.lemlist.com",
    _key,
    batch=20,
    push=push,
    halt=halt,
    find=find,
    campaigns=campaigns,
    path="/api",
    rates=(Rate(20, 2),),
    is_id=lambda text: text.startswith("cam_"),
    tells="It answers for each lead, and the export of the campaign says who has arrived.",
    stop="pause the lead in the campaign, or add the address to the unsubscribed; calls and tasks are in tasks.csv",
)
