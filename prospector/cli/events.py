"""`events`: what came back, and from where."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from prospector.cli.event_output import finish_json, summary, tell
from prospector.cli.importing import DatesOption, first_is_day
from prospector.cli.options import (
    PLAIN,
    AsOfOption,
    JsonOption,
    QuietOption,
    WorkspaceOption,
    open_workspace,
    say,
)
from prospector.cli.pulling import pull, reconcile
from prospector.cli.reviewing import add, list_, reread, review
from prospector.cli.serving import serve
from prospector.cli.tool_stops import say_followed, stops
from prospector.core.counts import counted

if TYPE_CHECKING:
    from prospector.pipeline.mailboxes.files import PassedOver
    from prospector.workspace.tool_answers import Rejected

_NAMED = 5
app = typer.Typer(help="Read what came back: replies, bounces, opt-outs.", **PLAIN)
Files = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE...",
        help="Saved mails: .eml, mbox, maildir, a folder or zip of them, - for stdin; an export of a tool.",
    ),
]
ToolOption = Annotated[
    str | None, typer.Option(metavar="NAME", help="The tool that wrote the export; else told by its columns.")
]
MailboxOption = Annotated[
    str | None, typer.Option(metavar="NAME", help="The mailbox of prospector.yaml that mails come from.")
]
CoversOption = Annotated[
    str | None,
    typer.Option(metavar="DAY..DAY", help="They are all that the mailbox took in on these days."),
]


@app.callback()
def _events() -> None:
    """Read what came back: replies, bounces, opt-outs."""


@app.command("import")
def import_(
    files: Files,
    tool: ToolOption = None,
    dates: DatesOption = None,
    mailbox: MailboxOption = None,
    covers: CoversOption = None,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Read what came back out of files: saved mails, tools' exports.

    Each event is stored once, however often it is given. Exports are CSV, Excel, JSON or JSON Lines, of events or of
    leads with what has happened to them. Rows that say nothing are listed in a file with reasons.

    \b
    Examples:
      prospector events import inbox.mbox
      prospector events import saved-mails/ --json
      prospector events import instantly-leads.csv
      prospector events import activity.json --tool mailshake
    """
    from prospector.pipeline.mailboxes.files import PassedOver
    from prospector.workspace.tool_answers import Rejected

    rejected, passed, first = Rejected(), PassedOver(), first_is_day(dates)
    with open_workspace(workspace, as_of) as opened:
        events = opened.import_events(
            files,
            tool=tool,
            day_first=first,
            rejected=rejected,
            passed=passed,
            mailbox=mailbox,
            covers=covers,
        )
        counts = tell(events, as_json=json_)
        if json_:
            finish_json(counts)
        say_followed(opened)
    tell_rejected(rejected, quiet=quiet)
    say_passed_over(passed, quiet=quiet)
    if covers and passed.broken:
        say(f"{covers} does not count as read: not all files are mails")
    say(summary(counts), quiet=quiet)
    if rejected.count or passed.broken:
        raise typer.Exit(1)


def say_passed_over(passed: PassedOver, *, quiet: bool) -> None:
    """What folders and archives hold beside mails."""
    if passed.others:
        say(f"{counted(passed.others, 'file')} beside the mails passed over", quiet=quiet)
    for one in passed.broken[:_NAMED]:
        say(f"not read: {one}")
    if len(passed.broken) > _NAMED:
        say(f"not read: {len(passed.broken) - _NAMED} more")


app.command("pull")(pull)
app.command()(serve)
app.command("reconcile")(reconcile)
app.command("review")(review)
app.command("reread")(reread)
app.command("add")(add)
app.command("list")(list_)
app.command("stops")(stops)


def tell_rejected(rejected: Rejected, *, quiet: bool) -> None:
    """How many rows say nothing, why, and where they are listed."""
    for file in rejected.files:
        why = ", ".join(f"{count} {reason}" for reason, count in sorted(rejected.reasons.items()))
        say(f"{counted(rejected.count, 'row')} could not be read: {why} -> {file}", quiet=quiet)
