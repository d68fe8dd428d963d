"""`events stops`: what has to be stopped inside a tool, until somebody says that it is."""

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
from prospector.cli.output import check_format, print_explained, print_rows
from prospector.core.counts import counted

if TYPE_CHECKING:
    from prospector.outreach.tool_stops import ToolStop
    from prospector.workspace import Workspace

STOP_COLUMNS = ("id", "person", "campaign", "destination", "reason", "since", "state", "to_do")
_SHOWN = tuple(name for name in STOP_COLUMNS if name != "destination")
"""In the table: what to do names the tool."""
All = Annotated[bool, typer.Option("--all", help="Also what was stopped already.")]


def stops(
    all_: All = False,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    csv_: CsvOption = False,
    quiet: QuietOption = False,
) -> None:
    """List who has to be stopped inside a tool, with the steps.

    They want no more, or have answered, and the tool has touches for them already. What its API can stop is stopped by
    itself, where the campaign is pushed and there is a key.

    \b
    Examples:
      prospector events stops
      prospector events stops --all --json
    """
    check_format(as_json=json_, as_csv=csv_)
    with open_workspace(workspace, as_of) as opened:
        found = opened.tool_stops(everything=all_)
    rows = [one.as_json() for one in found]
    if not (json_ or csv_):
        shown = (
            {**row, "id": f"stop:{row['id']}", "reason": row["reason"].replace("_", " ")} for row in rows
        )
        print_explained(list(shown), _SHOWN)
    else:
        print_rows(rows, STOP_COLUMNS, as_json=json_, as_csv=csv_)
    open_ = [one for one in found if one.state == "open"]
    following = f"prospector next done stop:{open_[0].id}" if open_ else "prospector status"
    say(f"{counted(len(open_), 'person')} to be stopped in a tool. Next: {following}", quiet=quiet)


def say_tool_stops(people: list[ToolStop], most: int = 20) -> None:
    """Name whom a mail may still reach, also with --quiet: only a hand in the tool can stop it."""
    for one in people[:most]:
        say(f"warning: {one.who}: stop it {one.to_do}")
    if len(people) > most:
        say(f"warning: ... and {len(people) - most} more: prospector events stops")


def say_followed(opened: Workspace) -> None:
    """What is left to do by hand of what follows from the events that were read."""
    say_tool_stops(opened.tool_stops())
