"""`events pull`: what is new in mailboxes."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from prospector.cli.event_output import finish_json, summary, tell
from prospector.cli.options import AsOfOption, JsonOption, QuietOption, WorkspaceOption, open_workspace, say
from prospector.cli.output import escaped, without_controls
from prospector.cli.progress import progress
from prospector.cli.tool_stops import say_followed
from prospector.core.counts import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prospector.pipeline.mailboxes.reconciling import Missing
    from prospector.workspace.pulling import Pull

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="[NAME...]", help="Mailboxes or tools of prospector.yaml; else all."),
]
Sources = Annotated[
    list[str] | None,
    typer.Argument(metavar="[NAME|FILE...]", help="Mailboxes, or saved mails; else all mailboxes."),
]
AnewOption = Annotated[
    bool, typer.Option("--anew", help="Also what was read before; what is stored stays as it is.")
]
AllOption = Annotated[bool, typer.Option("--all", help="All of them, as without a name.")]


def pull(
    names: Names = None,
    all_: AllOption = False,
    anew: AnewOption = False,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Read what is new in mailboxes and tools.

    Mails are only looked at: nothing is marked or moved. Tools are asked over their API about the campaigns that are
    pushed to them.

    \b
    Examples:
      prospector events pull
      prospector events pull ana --json
      prospector events pull instantly
    """
    with (
        open_workspace(workspace, as_of) as opened,
        progress("mails", None, quiet=quiet) as update,
        opened.pull_events(
            () if all_ else names or (), lambda done, total: update(done), anew=anew
        ) as pulled,
    ):
        counts = tell(pulled, as_json=json_)
        if json_:
            finish_json(counts, sources=pulled.sources)
        say_sources(pulled, quiet=quiet)
        say_followed(opened)
        say(summary(counts), quiet=quiet)
        _refuse(pulled)


def reconcile(
    sources: Sources = None,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Check that nothing in the mailboxes was missed.

    What mailboxes or saved mails hold now is compared with what was read; each mail that was not is named. Ends with
    exit code 1 if something is missing. The mailbox is only looked at.

    \b
    Examples:
      prospector events reconcile
      prospector events reconcile ana --json
    """
    with (
        open_workspace(workspace, as_of) as opened,
        progress("mails", None, quiet=quiet) as update,
    ):
        missing, found = opened.reconcile_events(sources or (), lambda done, total: update(done))
        _tell_missing(missing, as_json=json_)
        held, count = sum(one.held for one in found.sources), sum(one.missing for one in found.sources)
        if json_:
            end = {"held": held, "missing": count, "sources": [one.as_json() for one in found.sources]}
            print(f"],{escaped(json.dumps(end, indent=2, ensure_ascii=False).removeprefix('{'))}")
    following = "prospector events pull" if count else "prospector status"
    following += " --anew" if found.lost else ""
    say(f"{counted(held, 'mail')} held, {count} missing. Next: {following}", quiet=quiet)
    if count:
        raise typer.Exit(1)


def _tell_missing(missing: Iterable[Missing], *, as_json: bool) -> None:
    """Each mail that was not read, as it is found."""
    begun = False
    if as_json:
        sys.stdout.write('{\n  "which": [')
    for one in missing:
        if as_json:
            text = json.dumps(one.as_json(), indent=2, ensure_ascii=False).replace("\n", "\n    ")
            sys.stdout.write(f"{',' if begun else ''}\n    {escaped(text)}")
            begun = True
        else:
            place = f"{one.source.removeprefix('mailbox:')}{'/' + one.folder if one.folder else ''}"
            told = f"{place}  {one.at}  {one.sender or 'nobody named'}  {one.subject or ''}  ({one.why})"
            print(without_controls(told))


def say_sources(pulled: Pull, *, quiet: bool) -> None:
    """What was not read, and how far."""
    for one in pulled.sources:
        name = f"{one['source'].removeprefix('mailbox:')}/{one['folder']}"
        if one["anew"]:
            say(
                f"{name}: the server numbers it anew, so it was read again; what came in between may be missing"
            )
        if one["missing"]:
            what = counted(one["missing"], "mail")
            say(
                f"{name}: {what} had been deleted or moved before the reading; coverage is lower for that time"
            )
        if one["cut"]:
            say(f"{name}: of {counted(one['cut'], 'long mail')} only the beginning was read", quiet=quiet)
        if one["read_until"]:
            say(f"{name}: read until {one['read_until']}", quiet=quiet)


def _refuse(pulled: Pull) -> None:
    """The error of the mailboxes that could not be read; of several each is told, and one stands for all."""
    failures = pulled.failures
    for name, error in failures[:-1]:
        say(f"error: {name}: {error.message}")
        if error.hint:
            say(f"hint: {error.hint}")
    if failures:
        raise failures[-1][1]
