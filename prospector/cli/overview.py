"""`campaign list`, `status`, `doctor`: where everything stands, and whether it is sound."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

import typer

from prospector.cli.options import (
    PLAIN,
    AsOfOption,
    CsvOption,
    JsonOption,
    QuietOption,
    WorkspaceOption,
    open_workspace,
    say,
)
from prospector.cli.output import check_format, print_json, print_rows
from prospector.core.counts import counted

if TYPE_CHECKING:
    from prospector.outreach.overview import CampaignLine

app = typer.Typer(help="List the campaigns of the workspace.", **PLAIN)
COLUMNS = (
    "campaign",
    "segment",
    "sequence",
    "destination",
    "last_run_on",
    "enrolled",
    "waiting",
    "on_their_way",
    "answers",
)
_WIDE = 140
_ONLY_WHERE_WIDE = ("segment", "sequence")


@app.callback()
def campaign() -> None:
    """List the campaigns of the workspace."""


@app.command("list")
def list_(
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    csv_: CsvOption = False,
    quiet: QuietOption = False,
) -> None:
    """List the campaigns, with their last run and who waits.

    Also whose touches are on their way, and how far answers were read. Who waits matches the segment and has not been
    handed over; `plan` says who of them is held back, and why.

    \b
    Examples:
      prospector campaign list
    """
    check_format(as_json=json_, as_csv=csv_)
    with open_workspace(workspace, as_of) as opened:
        lines = opened.campaign_lines()
    narrow = sys.stdout.isatty() and shutil.get_terminal_size().columns < _WIDE
    columns = [name for name in COLUMNS if not (narrow and name in _ONLY_WHERE_WIDE)]
    print_rows([one.as_json() for one in lines], columns, as_json=json_, as_csv=csv_)
    _say_faults(lines)
    waiting = sum(one.waiting or 0 for one in lines)
    following = f"prospector plan {lines[0].name}" if lines else "add one under campaigns: in prospector.yaml"
    count = "1 campaign" if len(lines) == 1 else f"{len(lines)} campaigns"
    say(f"{count}, {waiting} waiting. Next: {following}", quiet=quiet)
    if any(one.fault for one in lines):
        raise typer.Exit(2)


def _say_faults(lines: list[CampaignLine]) -> None:
    for one in lines:
        if one.fault:
            say(f"error: campaign {one.name} cannot run: {one.fault}")
            say(f"hint: see: prospector plan {one.name}")


def status(
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Show where everything stands: people, companies, campaigns, who waits, and what to do next.

    \b
    Examples:
      prospector status
      prospector status --json
    """
    with open_workspace(workspace, as_of) as opened:
        told = opened.status()
    if json_:
        print_json(told.as_json())
    else:
        rows = [{"what": "people", "value": told.people}, {"what": "companies", "value": told.companies}]
        rows += [{"what": "stopped half-way", "value": told.unsettled}] if told.unsettled else []
        rows += [{"what": "tasks for today", "value": told.tasks}] if told.tasks else []
        rows += [{"what": f"waiting for {one.name}", "value": one.waiting} for one in told.campaigns]
        rows += [
            {"what": f"answers to {one.name}", "value": one.answers.words}
            for one in told.campaigns
            if one.answers.written_to
        ]
        print_rows(rows, ("what", "value"))
    for trip in told.breakers:
        say(f"stopped by the breaker: {trip}", quiet=quiet)
    for one in told.campaigns:
        if one.paused_since:
            say(
                f"campaign {one.name} is paused since {one.paused_since}: prospector resume {one.name}",
                quiet=quiet,
            )
        if one.fault:
            say(f"campaign {one.name} cannot run: {one.fault}", quiet=quiet)
    say(f"{told.next_action.why}. Next: {told.next_action.command}", quiet=quiet)


def doctor(
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Check the workspace: database, permissions, keys, sender, files, room on the disk.

    Ends with exit code 1 if a check failed; a warning is no failure.

    \b
    Examples:
      prospector doctor --json
    """
    with open_workspace(workspace, as_of) as opened:
        checks = list(opened.doctor())
    rows = [one.as_json() for one in checks]
    print_rows(rows, ("check", "state", "detail", "hint"), as_json=json_)
    failed = sum(one.state == "fail" for one in checks)
    warned = sum(one.state == "warn" for one in checks)
    first = next((one.hint for one in checks if one.state == "fail"), "")
    say(
        f"{len(checks)} checks: {failed} failed, {counted(warned, 'warning')}. Next: {first or 'prospector status'}",
        quiet=quiet,
    )
    if failed:
        raise typer.Exit(1)
