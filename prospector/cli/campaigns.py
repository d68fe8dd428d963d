"""`plan` and `run`: what would happen, and handing it over."""

from __future__ import annotations

import sys
from functools import partial
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
    from prospector.cli.running import Running
    from prospector.destinations.handover import Lead
    from prospector.outreach.held_back import HeldBack
    from prospector.outreach.plan import Plan
    from prospector.outreach.run import RunResult
    from prospector.outreach.run_folders import StoppedRun
    from prospector.workspace import Workspace

COLUMNS = ("person", "email", "touch", "channel", "variant", "send_at", "subject")
_NAMED = 5
"""How many of those whom a tool did not take are named."""


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
    waits = tally.people or tally.due
    say(f"Next: prospector run {campaign}" if waits else "Nothing new to hand over.", quiet=quiet)
    if exit_code and waits:
        raise typer.Exit(3)


def run(
    campaigns: Annotated[
        list[str] | None, typer.Argument(metavar="CAMPAIGN...", help="Campaigns of prospector.yaml.")
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="All campaigns of prospector.yaml.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="The same as plan.")] = False,
    test: Annotated[
        str | None, typer.Option(metavar="ME@...", help="Only one person's mails, to yourself.")
    ] = None,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Hand the new people of a campaign over, with all their touches; nobody twice.

    Safe to run every morning from cron (docs/cron.md): a second run finds nothing new, and a run that was stopped is
    finished by the next one. With --all a campaign that is refused does not stop the others, and the exit code is 1.

    \b
    Examples:
      prospector run finance-new-hr
      prospector run finance-new-hr --dry-run
      prospector run --all --quiet
      prospector run finance-new-hr --test ana@ourco.example
    """
    from prospector.cli.plan_output import print_spooled
    from prospector.cli.running import Running

    with open_workspace(workspace, as_of) as opened:
        names = opened.campaigns_to_run(campaigns or [], everything=all_)
        running = Running(opened, as_json=json_, quiet=quiet, alone=len(names) == 1 and not all_)
        step = partial(_test_in_run, test) if test else _plan_in_run if dry_run else _run
        for name in names:
            running.campaign(name, step)
    if json_:
        print_spooled(running.spooled, as_list=all_)
    if running.failed:
        raise typer.Exit(1)


def _test_in_run(to: str, running: Running, campaign: str, shown: PlanJson | None) -> bool:
    _test(running.opened, campaign, to, shown, quiet=running.quiet)
    return True


def _plan_in_run(running: Running, campaign: str, shown: PlanJson | None) -> bool:
    _plan(running.opened, campaign, shown, table=not running.as_json, quiet=running.quiet)
    return True


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
    _say_under_way(opened, planned, quiet=quiet)
    tally.due = len(planned.due)
    if tally.due:
        say(f"{tally.due} of those enrolled have touches that are due.", quiet=quiet)
    return tally


def _run(running: Running, campaign: str, shown: PlanJson | None) -> bool:
    """Hand a campaign's new people over and say what was done; whether all of it was."""
    from prospector.cli.plan_output import Tally

    tally, quiet = Tally(), running.quiet
    result = running.opened.run(campaign, _watching(tally, shown))
    if shown:
        shown.finish({**result.as_json(), "new": tally.people})
    for name in result.recovered:
        say(f"finished or learned an earlier run: {name}", quiet=quiet)
    _say_stopped(result.unfinished_elsewhere, running.told)
    if result.key_made:
        say("made the key of the opt-out links: keep the file .env", quiet=quiet)
    _say_plan(result.plan, tally, quiet=quiet)
    _say_refused(result)
    _say_under_way(running.opened, result.plan, quiet=quiet)
    _say_result(campaign, result, quiet=quiet)
    return not _say_breaker(running.opened, campaign) and result.stopped is None and not result.refused


def _say_breaker(opened: Workspace, campaign: str) -> bool:
    """Say that a campaign has stopped by itself, also with --quiet; whether it has."""
    trips = opened.breaker_trips(campaign)
    for one in trips:
        say(f"{'error' if one.scope == 'campaign' else 'warning'}: the breaker has stopped {one}")
    if trips:
        say(f"hint: look at the addresses, then let it go on: prospector resume {campaign}")
    return any(one.scope == "campaign" for one in trips)


def _say_result(campaign: str, result: RunResult, *, quiet: bool) -> None:
    """The line of the campaign, and what to do next."""
    if result.stopped is not None:
        people = "1 person is" if result.unsettled == 1 else f"{result.unsettled} people are"
        say(f"error: {campaign}: stopped half-way ({result.stopped}); {people} not settled yet")
        say(f"hint: nobody is sent twice; when it may work again: prospector run {campaign}")
        return
    if result.folder is None:
        enrolled = result.plan.already_enrolled
        say(f"{campaign}: nothing new to hand over ({enrolled} enrolled already).", quiet=quiet)
        return
    files = ", ".join(path.name for path in result.files) or "manifest.json"
    say(
        f"{campaign}: {counted(result.exported, 'person')} handed over in {result.folder} ({files}).",
        quiet=quiet,
    )
    if result.pushed_to:
        say(
            f"Next: look at the campaign in {result.pushed_to}; it is started there, never from here",
            quiet=quiet,
        )
    elif result.files:
        say(f"Next: upload {result.files[0]}", quiet=quiet)


def _say_refused(result: RunResult) -> None:
    """Whom the tool did not take, also with --quiet: the campaign does not offer them again."""
    for one in result.refused[:_NAMED]:
        say(f"not taken by the tool: {one.person} ({one.reason})")
    if (more := len(result.refused) - _NAMED) > 0:
        say(f"... and {more} more that the tool did not take: --json names all")


def _test(opened: Workspace, campaign: str, to: str, shown: PlanJson | None, *, quiet: bool) -> None:
    """Give the mails of one person to oneself and say where they are."""
    from prospector.cli.plan_output import Tally

    result = opened.test(campaign, to)
    for lead in result.plan.leads:
        _watching(Tally(), shown)(lead)
    if shown:
        shown.finish(result.as_json())
    if result.pushed_to:
        say(
            f"{campaign}: a test to {to} is in {result.pushed_to}; nothing counts as handed over.",
            quiet=quiet,
        )
        say("Next: start the test campaign there", quiet=quiet)
        return
    if not result.files:
        say(f"{campaign}: nobody is new, so there is nothing to test with.", quiet=quiet)
        return
    say(
        f"{campaign}: a test to {to} is in {result.files[0].parent}; nothing counts as handed over.",
        quiet=quiet,
    )
    say("Next: open the files of messages/ in a mail program", quiet=quiet)


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


def _say_under_way(opened: Workspace, planned: Plan, *, quiet: bool) -> None:
    """Name the campaigns that still write to some of these people: that is allowed, but seldom meant."""
    has_cooldown = opened.settings.campaigns[planned.campaign].cooldown is not None
    cooldown = "a longer cooldown:" if has_cooldown else "cooldown:"
    for other, people in planned.under_way:
        they = "1 of them is" if people == 1 else f"{people:,} of them are"
        say(
            f"{they} under way in {other}: set {cooldown} in the campaign to keep them apart",
            quiet=quiet,
        )


def _say_plan(planned: Plan, tally: Tally, *, quiet: bool) -> None:
    if planned.allowed:
        say(f"allowed by the campaign: {', '.join(planned.allowed)}", quiet=quiet)
    for line in tally.reasons():
        say(line, quiet=quiet)
    for line in planned.moved:
        say(line, quiet=quiet)
