"""`events stops` and `events done`: what has to be stopped inside a tool, until somebody says that it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from prospector.cli.options import (
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
    from prospector.outreach.tool_stops import ToolStop
    from prospector.workspace import Workspace

STOP_COLUMNS = ("id", "person", "campaign", "destination", "reason", "since", "state", "to_do")
All = Annotated[bool, typer.Option("--all", help="Also what was stopped already.")]
IdOrWho = Annotated[str, typer.Argument(metavar="ID|WHO", help="A number of `events stops`, or a person.")]


def stops(
    all_: All = False,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    csv_: CsvOption = False,
    quiet: QuietOption = False,
) -> None:
    """List what has to be stopped inside a tool, with the steps: touches that have left, of people who are stopped.

    What the tool's API can stop is stopped by itself, where the campaign is pushed and there is a key.

    \b
    Examples:
      prospector events stops
      prospector events stops --all --json
    """
    check_format(as_json=json_, as_csv=csv_)
    with open_workspace(workspace, as_of) as opened:
        found = opened.tool_stops(everything=all_)
    print_rows([one.as_json() for one in found], STOP_COLUMNS, as_json=json_, as_csv=csv_)
    open_ = [one for one in found if one.state == "open"]
    following = f"prospector events done {open_[0].id}" if open_ else "prospector status"
    say(f"{counted(len(open_), 'person')} to be stopped in a tool. Next: {following}", quiet=quiet)


def done(
    which: IdOrWho,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Say that somebody has stopped it inside the tool.

    \b
    Examples:
      prospector events done 1
      prospector events done lou@ott.example
    """
    with open_workspace(workspace, as_of) as opened:
        told = opened.tool_stop_done(which)
    if json_:
        print_json([one.as_json() for one in told])
    for one in told:
        say(f"{one.who}: stopped in {one.destination}", quiet=quiet)
    say("Next: prospector events stops", quiet=quiet)


def say_tool_stops(people: list[ToolStop], most: int = 20) -> None:
    """Name whom a mail may still reach, also with --quiet: only a hand in the tool can stop it."""
    for one in people[:most]:
        say(f"warning: {one.who}: stop it {one.to_do}")
    if len(people) > most:
        say(f"warning: ... and {len(people) - most} more: prospector events stops")


def say_followed(opened: Workspace) -> None:
    """What is left to do by hand of what follows from the events that were read."""
    say_tool_stops(opened.tool_stops())
