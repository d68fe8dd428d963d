"""A campaign's mails to oneself through a tool: one lead with somebody's finished texts, in a test campaign there.

The ledger knows nothing of it, the lead has neither a token nor a mark of ours, and nothing of the person but the texts
goes along: the tool's own contact of the tester would be overwritten.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from prospector.core.errors import SourceUnreadable, UsageError
from prospector.destinations.registry import api_of
from prospector.destinations.tool_api import campaign_id
from prospector.fetch.api import ApiFailure
from prospector.outreach.campaign_files import destination_name, pushed_to

if TYPE_CHECKING:
    from prospector.destinations.handover import About, Lead
    from prospector.destinations.tool_api import Remote, ToolApi
    from prospector.outreach.campaign_files import CampaignFiles
    from prospector.outreach.tools import Tools


class _Test(NamedTuple):
    tool: ToolApi
    remote: Remote
    lead: Lead


def push_test(tools: Tools, files: CampaignFiles, lead: Lead, about: About, test_campaign: str) -> str:
    """Put a lead into a test campaign; the tool's name. An error in words for whom it does not take."""
    name = destination_name(files)
    tool, bare = api_of(name), _bare(lead)
    if why := tool.check(bare):
        raise UsageError(f"{name} cannot take the test ({why})", hint="see docs/reasons.md")
    with tools.reach(name, test_campaign, about) as remote:
        try:
            if campaign_id(tool, remote.api, pushed_to(files) or "") == remote.campaign:
                hint = "make a campaign of your own for tests, and write its id into test_campaign:"
                raise UsageError(f"the test campaign is the campaign itself in {name}", hint=hint)
            _offer(_Test(tool, remote, bare))
        except ApiFailure as failure:
            hint = (
                "look at test_campaign, the key's rights and base_url, then test again; the lead may be there"
            )
            raise SourceUnreadable(f"{name} did not take the test ({failure})", hint=hint) from failure
    return name


def _bare(lead: Lead) -> Lead:
    """The address and the texts alone."""
    lead = replace(lead, lead_id="", token="", first_name="", last_name="", company="", title="")
    return replace(lead, phone="", website="", linkedin="", custom={})


def _offer(test: _Test) -> None:
    """Push once, and look whether it is there where the answer does not say so."""
    name, email = test.tool.name, test.lead.email
    if not test.tool.can_repeat and _is_there(test):
        hint = f"delete the lead in the test campaign of {name}, then test again"
        raise UsageError(f"{email} is there with the texts of an earlier test", hint=hint)
    [receipt] = test.tool.push([test.lead], test.remote)
    taken = receipt.state == "accepted" or (receipt.state == "ambiguous" and _is_there(test))
    if not taken:
        why = f" ({receipt.reason})" if receipt.reason else ""
        hint = f"an address that is blocked in {name}, or is a lead of another campaign, is left out by it"
        raise SourceUnreadable(f"{name} did not take {email}{why}", hint=hint)


def _is_there(test: _Test) -> bool:
    return any(one.email == test.lead.email.lower() for one in test.tool.find(test.remote))
