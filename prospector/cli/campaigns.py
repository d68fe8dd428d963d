"""`plan` and `run`: what would happen, and handing it over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from prospector.cli.options import AsOfOption, JsonOption, QuietOption, WorkspaceOption, open_workspace, say
from prospector.cli.output import print_json, print_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prospector.outreach.plan import Plan
    from prospector.outreach.run_folders import StoppedRun

COLUMNS = ("person", "email", "touch", "channel", "variant", "send_at", "subject")
TABLE_ROWS = 60


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
    with open_workspace(workspace, as_of) as opened:
        planned = opened.plan(campaign)
    _print_plan(planned.as_json(), planned, json_=json_, quiet=quiet)
    say(f"Next: prospector run {campaign}" if planned.leads else "Nothing new to hand over.", quiet=quiet)
    if exit_code and planned.leads:
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
    shapes, told = [], set[str]()
    with open_workspace(workspace, as_of) as opened:
        for campaign in campaigns:
            opened.campaign_files(campaign)  # a misspelt name is an error before the first one runs
        for campaign in campaigns:
            if dry_run:
                planned = opened.plan(campaign)
                shapes.append(planned.as_json())
                _print_plan(shapes[-1], planned, json_=False, quiet=quiet, table=not json_)
                continue
            result = opened.run(campaign)
            shapes.append(result.as_json())
            for name in result.recovered:
                say(f"finished or learned an earlier run: {name}", quiet=quiet)
            _say_stopped(result.unfinished_elsewhere, told)
            if result.key_made:
                say("made the key of the opt-out links: keep the file .env", quiet=quiet)
            _say_allowed(result.plan, quiet=quiet)
            _say_held_back(result.plan, quiet=quiet)
            if result.folder is None:
                say(
                    f"{campaign}: nothing new to hand over ({result.plan.already_enrolled} enrolled already).",
                    quiet=quiet,
                )
            else:
                files = ", ".join(path.name for path in result.files)
                say(
                    f"{campaign}: {result.exported} people handed over in {result.folder} ({files}).",
                    quiet=quiet,
                )
                say(f"Next: upload {result.files[0]}", quiet=quiet)
    if json_:
        print_json(shapes[0] if len(shapes) == 1 else shapes)


def _print_plan(
    shape: dict[str, Any], planned: Plan, *, json_: bool, quiet: bool, table: bool = True
) -> None:
    if json_:
        print_json(shape)
    elif table:
        print_rows(shape["touches"], COLUMNS, limit=TABLE_ROWS)
        more = len(shape["touches"]) - TABLE_ROWS
        if more > 0:
            say(f"... and {more} more touches: --json shows all", quiet=quiet)
    _say_allowed(planned, quiet=quiet)
    _say_held_back(planned, quiet=quiet)
    say(
        f"{len(planned.leads)} new people, {len(shape['touches'])} touches, {len(planned.held_back)} held back, "
        f"{planned.already_enrolled} enrolled already.",
        quiet=quiet,
    )


def _say_stopped(runs: Sequence[StoppedRun], told: set[str]) -> None:
    """Name each run that only another workspace can finish, once, and also with --quiet: its people wait for it."""
    for stopped in runs:
        if stopped.run not in told:
            told.add(stopped.run)
            say(stopped.advice())


def _say_allowed(planned: Plan, *, quiet: bool) -> None:
    if planned.allowed:
        say(f"allowed by the campaign: {', '.join(planned.allowed)}", quiet=quiet)


def _say_held_back(planned: Plan, *, quiet: bool) -> None:
    """Many like reasons become one line with a count."""
    groups: dict[str, list[str]] = {}
    for held in planned.held_back:
        groups.setdefault(held.reason, []).append(f"{held.person} ({held.detail})")
    for reason, people in sorted(groups.items()):
        more = f" and {len(people) - 3} more" if len(people) > 3 else ""
        say(f"held back, {reason}: {'; '.join(people[:3])}{more}", quiet=quiet)
