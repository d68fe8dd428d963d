"""`events`: what came back, and from where."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from prospector.cli.event_output import finish_json, summary, tell
from prospector.cli.options import (
    PLAIN,
    AsOfOption,
    JsonOption,
    QuietOption,
    WorkspaceOption,
    open_workspace,
    say,
)
from prospector.cli.pulling import pull
from prospector.cli.reviewing import add, list_, reread, review
from prospector.cli.tool_stops import done, say_followed, stops

app = typer.Typer(help="Read what came back: replies, bounces, opt-outs.", **PLAIN)
Files = Annotated[
    list[Path], typer.Argument(metavar="FILE...", help="An .eml or .mbox file, or a folder of them.")
]


@app.callback()
def _events() -> None:
    """Read what came back: replies, bounces, opt-outs."""


@app.command("import")
def import_(
    files: Files,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Read mails that came back, out of files: each once, however often it is given.

    \b
    Examples:
      prospector events import inbox.mbox
      prospector events import saved-mails/ --json
    """
    with open_workspace(workspace, as_of) as opened:
        counts = tell(opened.import_events(files), as_json=json_)
        if json_:
            finish_json(counts)
        say_followed(opened)
    say(summary(counts), quiet=quiet)


app.command("pull")(pull)
app.command("review")(review)
app.command("reread")(reread)
app.command("add")(add)
app.command("list")(list_)
app.command("stops")(stops)
app.command("done")(done)
