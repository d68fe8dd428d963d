"""One campaign from its settings to the hand-over.

In: the settings' entry with its segment and sequence. Out: the files, checked; a run. The order of a run's steps stands
here, each step in its own module.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prospector.config import FILE_NAME
from prospector.core.dotenv import TOKEN_KEY, kept_key
from prospector.core.errors import FileError, near_miss
from prospector.outreach.plan import build_plan
from prospector.outreach.refusals import refuse
from prospector.outreach.run import Runner, RunResult, destination_name
from prospector.segments.membership import keep
from prospector.store.lock import exclusive

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from prospector.config import Campaign, Settings
    from prospector.outreach.plan import CampaignFiles
    from prospector.store.database import Database


def known_campaign(settings: Settings, folder: Path, name: str) -> Campaign:
    """The settings of a campaign; `FileError` with a near miss if there is none of this name."""
    campaign = settings.campaigns.get(name)
    if campaign is None:
        known = list(settings.campaigns)
        listed = ", ".join(known) or "none; add one under campaigns:"
        hint = near_miss(name, known) or f"campaigns here: {listed}"
        raise FileError(folder / FILE_NAME, f'no campaign "{name}"', hint=hint)
    return campaign


def campaign_of(settings: Settings, sequence: str) -> tuple[str, Campaign | None]:
    """The campaign that uses a sequence: it decides variants and times. Without one the sequence's name stands in."""
    using = ((name, one) for name, one in settings.campaigns.items() if one.sequence == sequence)
    return next(using, (sequence, None))


def checked(files: CampaignFiles) -> CampaignFiles:
    """The same with what the campaign lets pass; an error with all that must not leave as it is."""
    destination_name(files)
    return replace(files, allowed=refuse(files))


def run_campaign(db: Database, folder: Path, files: CampaignFiles, as_of: date) -> RunResult:
    """Finish what an earlier run left undone, then hand the new people over; one run at a time."""
    with exclusive(db.path):
        runner = Runner(db, folder)
        recovered = tuple(runner.recover())
        key = kept_key(folder, TOKEN_KEY)
        files = replace(files, token_key=key.value)
        plan = build_plan(db, files, as_of)
        result = runner.hand_over(plan, files) if plan.leads else RunResult(plan, 0, None, ())
        keep(db, files.segment, as_of, result.run)
        return replace(
            result,
            recovered=recovered,
            unfinished_elsewhere=runner.unfinished_elsewhere(),
            key_made=key.made,
        )
