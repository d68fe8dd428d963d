"""A campaign's mails to oneself: those of one person, as they would leave, in a folder or a tool's test campaign.

Both count for nothing: the ledger knows nothing of it, and the opt-out link has no token, so nobody could take the
person off the list by it.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

from prospector.core.errors import UsageError
from prospector.core.private_files import make_folder
from prospector.destinations.handover import Lead
from prospector.destinations.mail_files import EML
from prospector.destinations.messages import plain_address
from prospector.outreach.campaign_files import test_campaign_of
from prospector.outreach.manifests import about_head, about_of
from prospector.outreach.plan import Plan, Planning
from prospector.outreach.run import RunResult, settle
from prospector.outreach.run_folders import EXPORTS

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path

    from prospector.destinations.handover import About
    from prospector.outreach.campaign_files import CampaignFiles
    from prospector.outreach.tools import Tools
    from prospector.store.database import Database


def give_test(
    db: Database, tools: Tools, files: CampaignFiles, as_of: date, to: str, now: datetime | None = None
) -> RunResult:
    """The mails of the first person who is new, to the address `to`; the result's plan is empty where nobody is.

    They go where the campaign's destination has a test campaign, else into a folder.
    """
    if not plain_address(to):
        raise UsageError(
            f'"{to[:80]}" is no address to send a test to', hint="write it like --test me@ourco.com"
        )
    about = about_of({**about_head(files), "as_of": as_of.isoformat()})
    test_campaign = test_campaign_of(files)
    if test_campaign is None and (why := EML.fits(about)):
        raise UsageError(why, hint="set sender.email in prospector.yaml")
    planning = Planning(db, replace(files, token_key=None), as_of, now=now)
    lead = next((one for one in planning if isinstance(one, Lead)), None)
    if lead is None:
        return RunResult(Plan.of(planning), 0, None, ())
    lead = replace(lead, email=to)
    result = RunResult(Plan.of(planning, [lead]), 0, None, ())
    if test_campaign is None:
        return replace(result, files=_write(tools.folder / EXPORTS / files.name / "test", lead, about))
    from prospector.outreach.trial_push import push_test  # noqa: PLC0415  (the web client takes a while to load)

    return replace(result, pushed_to=push_test(tools, files, lead, about, test_campaign))


def _write(target: Path, lead: Lead, about: About) -> tuple[Path, ...]:
    """The mails as files, in place of those of an earlier test."""
    shutil.rmtree(target, ignore_errors=True)
    make_folder(target)
    names = EML.write([lead], target, about)
    settle(target)
    return tuple(target / name for name in names)
