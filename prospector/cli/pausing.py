"""`pause` and `resume`: leaving a person or a campaign alone for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from prospector.cli.options import AsOfOption, JsonOption, QuietOption, WorkspaceOption, open_workspace, say
from prospector.cli.output import print_json

if TYPE_CHECKING:
    from prospector.outreach.pauses import Paused

Who = Annotated[
    str,
    typer.Argument(
        metavar="WHO|CAMPAIGN", help="A campaign of prospector.yaml, a person, or a company's people."
    ),
]


def pause(
    who: Who,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Hold a person back in all campaigns, or a whole campaign, until `resume`.

    What has left before is not called back by it: the touches that are still on their way are named.

    \b
    Examples:
      prospector pause ana@banco.example
      prospector pause finance-new-hr
    """
    with open_workspace(workspace, as_of) as opened:
        done = opened.pause(who)
    _say(done, as_json=json_, quiet=quiet, following=f"prospector resume {who}")


def resume(
    who: Who,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Take a pause back, and what an answer has stopped: the next run hands over whoever waits.

    \b
    Examples:
      prospector resume ana@banco.example
    """
    with open_workspace(workspace, as_of) as opened:
        done = opened.resume(who)
    _say(done, as_json=json_, quiet=quiet, following="prospector run --all")


def _say(done: Paused, *, as_json: bool, quiet: bool, following: str) -> None:
    if as_json:
        print_json(done.as_json())
    for one in done.on_their_way if done.paused else ():
        say(f"warning: {one.advice}")
    for there in done.stopped_there:
        say(f"warning: {there.who}: was stopped in {there.destination}: let it go on there, too")
    word = "paused" if done.paused else "resumed"
    state = word if done.changed else "was paused already" if done.paused else "was not paused"
    if done.what == "campaign" and done.paused:
        say("What was handed over before goes on in the tool: pause the campaign there, too.", quiet=quiet)
    people = f", {done.people} people" if done.what == "company" else ""
    say(f"{done.what} {done.name}{people}: {state}. Next: {following}", quiet=quiet)
