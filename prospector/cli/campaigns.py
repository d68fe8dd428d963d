"""`plan` and `run`: what would happen, and handing it over."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from prospector.cli.options import (
    AsOfOption,
    JsonOption,
    QuietOption,
    WorkspaceOption,
    open_workspace,
    say,
)
from prospector.cli.output import print_rows
from prospector.core.counts import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from prospector.cli.plan_output import PlanJson, Tally
    from prospector.destinations.handover import Lead
    from prospector.outreach.held_back import HeldBack
    from prospector.outreach.plan import Plan
    from prospector.outreach.run_folders import StoppedRun
    from prospector.workspace import Workspace

COLUMNS = ("person", "email", "touch", "channel", "variant", "send_at", "subject")


def plan(
    campaign: Annotated[str, typer.Argument(metavar="CAMPAIGN", help="A campaign of prospector.yaml.")],
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit 3 if somebody new waits.")] = False,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Show what `run` would hand over: every touch with its time, and who is held back and why.

    Writes nothing.

    \b
    Examples:
      prospector plan finance-new-hr
      prospector plan finance-new-hr --json --as-of 2026-12-01
    """
    from prospector.cli.plan_output import PlanJson

    with open_workspace(workspace, as_of) as opened:
        shown = PlanJson(sys.stdout, campaign, opened.as_of) if json_ else None
        tally = _plan(opened, campaign, shown, table=not json_, quiet=quiet)
    say(f"Next: prospector run {campaign}" if tally.people else "Nothing new to hand over.", quiet=quiet)
    if exit_code and tally.people:
        raise typer.Exit(3)


def run(
    campaigns: Annotated[
        list[str], typer.Argument(metavar="CAMPAIGN...", help="Campaigns of prospector.yaml.")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="The same as plan.")] = False,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Hand the new people of a campaign over, with all their touches; nobody twice.

    Safe to run every morning from cron: a second run finds nothing new, and a run that was stopped is finished
    by the next one.

    \b
    Examples:
      prospector run finance-new-hr
      prospector run finance-new-hr --dry-run
    """
    from prospector.cli.plan_output import PlanJson, print_spooled, spool

    spooled, told = [], set[str]()
    with open_workspace(workspace, as_of) as opened:
        for campaign in campaigns:
            opened.campaign_files(campaign)  # a misspelt name is an error before the first one runs
        for campaign in campaigns:
            spooled += [spool()] if json_ else []
            shown = PlanJson(spooled[-1], campaign, opened.as_of) if json_ else None
            if dry_run:
                _plan(opened, campaign, shown, table=not json_, quiet=quiet)
            else:
                _run(opened, campaign, shown, told, quiet=quiet)
    if json_:
        print_spooled(spooled)


def _plan(opened: Workspace, campaign: str, shown: PlanJson | None, *, table: bool, quiet: bool) -> Tally:
    """Show a plan while it is made."""
    from prospector.cli.plan_output import Tally

    tally = Tally()
    planned = opened.plan(campaign, _watching(tally, shown))
    if shown:
        shown.finish({**planned.as_json(), "new": tally.people})
    elif table:
        print_rows(tally.rows, COLUMNS)
        if (more := tally.touches - len(tally.rows)) > 0:
            say(f"... and {counted(more, 'more touch')}: --json shows all", quiet=quiet)
    _say_plan(planned, tally, quiet=quiet)
    say(
        f"{counted(tally.people, 'new person')}, {counted(tally.touches, 'touch')}, {tally.held_back} held back, "
        f"{planned.already_enrolled} enrolled already.",
        quiet=quiet,
    )
    return tally


def _run(opened: Workspace, campaign: str, shown: PlanJson | None, told: set[str], *, quiet: bool) -> None:
    """Hand a campaign's new people over and say what was done."""
    from prospector.cli.plan_output import Tally

    tally = Tally()
    result = opened.run(campaign, _watching(tally, shown))
    if shown:
        shown.finish({**result.as_json(), "new": tally.people})
    for name in result.recovered:
        say(f"finished or learned an earlier run: {name}", quiet=quiet)
    _say_stopped(result.unfinished_elsewhere, told)
    if result.key_made:
        say("made the key of the opt-out links: keep the file .env", quiet=quiet)
    _say_plan(result.plan, tally, quiet=quiet)
    if result.folder is None:
        say(
            f"{campaign}: nothing new to hand over ({result.plan.already_enrolled} enrolled already).",
            quiet=quiet,
        )
        return
    files = ", ".join(path.name for path in result.files)
    say(
        f"{campaign}: {counted(result.exported, 'person')} handed over in {result.folder} ({files}).",
        quiet=quiet,
    )
    say(f"Next: upload {result.files[0]}", quiet=quiet)


def _watching(tally: Tally, shown: PlanJson | None) -> Callable[[Lead | HeldBack], None]:
    """What sees each person of a plan."""
    if shown is None:
        return tally.add

    def watch(one: Lead | HeldBack) -> None:
        tally.add(one)
        shown.add(one)

    return watch


def _say_stopped(runs: Sequence[StoppedRun], told: set[str]) -> None:
    """Name each run that only another workspace can finish, once, and also with --quiet: its people wait for it."""
    for stopped in runs:
        if stopped.run not in told:
            told.add(stopped.run)
            say(stopped.advice())


def _say_plan(planned: Plan, tally: Tally, *, quiet: bool) -> None:
    if planned.allowed:
        say(f"allowed by the campaign: {', '.join(planned.allowed)}", quiet=quiet)
    for line in tally.reasons():
        say(line, quiet=quiet)
