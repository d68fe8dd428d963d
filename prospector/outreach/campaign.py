"""One campaign from its settings to the hand-over.

In: the settings' entry with its segment and sequence. Out: the files, checked; a run. The order of a run's steps stands
here, each step in its own module.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prospector.config import FILE_NAME, setting_line
from prospector.core.dotenv import TOKEN_KEY, kept_key
from prospector.core.errors import FileError, near_miss
from prospector.destinations.messages import refuses_sender
from prospector.destinations.registry import DESTINATIONS
from prospector.outreach.breaker import Breakers
from prospector.outreach.campaign_files import destination_name, pushed_to
from prospector.outreach.ledger import Ledger
from prospector.outreach.mailboxes import refuse_several
from prospector.outreach.manifests import about_head, about_of
from prospector.outreach.pauses import Pauses
from prospector.outreach.plan import Plan, Planning
from prospector.outreach.refusals import refuse
from prospector.outreach.run import Runner, RunResult
from prospector.segments.membership import keep
from prospector.segments.ranking import ranking
from prospector.store.lock import exclusive

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime
    from pathlib import Path

    from prospector.config import Campaign, Settings
    from prospector.destinations.handover import Lead
    from prospector.outreach.campaign_files import CampaignFiles
    from prospector.outreach.held_back import HeldBack
    from prospector.outreach.run import Recovered
    from prospector.outreach.tools import Tools
    from prospector.store.database import Database

    Watch = Callable[[Lead | HeldBack], None]
    """Is told of each person of a plan as it is made."""


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
    _check_destination(files)
    return replace(files, allowed=refuse(files))


def _check_destination(files: CampaignFiles) -> None:
    """The destination is one that is known, and takes this campaign."""
    name = destination_name(files)
    if files.campaign.handover == "due" and DESTINATIONS[name].delays != "dates":
        raise FileError(
            files.settings_file,
            f'campaign "{files.name}": {name} waits by itself, so it cannot be given only what is due',
            line=setting_line(files.settings_file, "campaigns", files.name, "handover"),
            hint="leave `handover: due` out, or hand over to csv, jsonl, eml or another that goes by dates",
        )
    if DESTINATIONS[name].fits is refuses_sender:
        several = refuse_several(
            files.settings_file, files.name, files.campaign, DESTINATIONS[name].title or name
        )
        if several:
            raise several
    if why := DESTINATIONS[name].fits(about_of(about_head(files))):
        raise FileError(
            files.settings_file,
            f'campaign "{files.name}": {why}',
            line=setting_line(files.settings_file, "campaigns", files.name, "destination"),
            hint=f"see what {name} takes: docs/destinations.md",
        )


def plan_campaign(
    db: Database,
    folder: Path,
    files: CampaignFiles,
    as_of: date,
    watch: Watch | None = None,
    now: datetime | None = None,
) -> Plan:
    """What a run would do; writes nothing. Who watches is told of each person, and then the plan keeps nobody.

    Whoever has left by the folders of `exports/` is enrolled, as a run would learn. Nothing is dated before `now`,
    which is None where the day is pinned.
    """
    people: list[Lead | HeldBack] = []
    planning = Planning(db, files, as_of, watch or people.append, now)
    with db.long_work(), Runner(db, folder).as_if_learned():
        for _ in planning:
            pass
    return Plan.of(planning, people)


def run_campaign(
    db: Database,
    folder: Path,
    files: CampaignFiles,
    as_of: date,
    watch: Watch | None = None,
    now: datetime | None = None,
    tools: Tools | None = None,
) -> RunResult:
    """Finish what an earlier run left undone, then hand the new people over; one run at a time.

    Who watches is told of each person, and then the result's plan keeps nobody: memory stays flat. `tools` says how
    a tool is reached. While it is unclear what a tool has, nobody new is planned.
    """
    people: list[Lead | HeldBack] = []
    with exclusive(db.path) as lock, db.long_work():
        runner = Runner(db, folder, still_alone=lock.check, tools=tools)
        paused = Pauses(db).campaign_since(files.name) is not None or _is_tripped(db, files, as_of)
        recovered = runner.recover(None if paused else files.name)
        if recovered.stopped is not None:
            return _half_way(files, as_of, recovered)
        key = kept_key(folder, TOKEN_KEY)
        files = replace(files, token_key=key.value)
        learned = () if paused else _what_the_tool_knows(db, runner, files, as_of, key.value)
        planning = Planning(db, files, as_of, watch or people.append, now)
        result = runner.hand_over(planning, files)
        keep(db, files.segment, as_of, result.run)
        return replace(
            result,
            plan=Plan.of(planning, people),
            recovered=(*recovered.names, *learned),
            refused=(*recovered.refused, *result.refused),
            unfinished_elsewhere=runner.unfinished_elsewhere(),
            key_made=key.made,
        )


def _is_tripped(db: Database, files: CampaignFiles, as_of: date) -> bool:
    """Whether the breaker holds the campaign: then a push that has stopped half-way does not go on either."""
    return Breakers(db, files.settings.breaker, as_of).of_campaign(files.name) is not None


def _half_way(files: CampaignFiles, as_of: date, recovered: Recovered) -> RunResult:
    """A run that still cannot be finished: nothing else is done."""
    return RunResult(
        Plan(files.name, as_of, (), (), 0),
        0,
        None,
        (),
        recovered=tuple(recovered.names),
        refused=tuple(recovered.refused),
        unsettled=recovered.unsettled,
        stopped=recovered.stopped,
    )


def _what_the_tool_knows(
    db: Database, runner: Runner, files: CampaignFiles, as_of: date, key: str
) -> tuple[str, ...]:
    """Before anybody new is pushed, the tool is asked whom it has: a restored database has forgotten some."""
    if pushed_to(files) is None or not Ledger(db).not_enrolled(files.name, ranking(db, files.segment).people):
        return ()
    learned = runner.learn_from_tool(files, as_of, key)
    return (learned,) if learned else ()
