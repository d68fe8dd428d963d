"""`forget`: all that is known of a person, deleted."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from prospector.cli.options import (
    AsOfOption,
    JsonOption,
    QuietOption,
    WhoArgument,
    WorkspaceOption,
    open_workspace,
    say,
)
from prospector.cli.output import print_json
from prospector.core.counts import counted
from prospector.core.errors import UsageError

if TYPE_CHECKING:
    from prospector.store.forgetting import ToForget
    from prospector.workspace.forgetting import ForgottenPerson


def forget(
    who: WhoArgument,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    allow_again: Annotated[
        bool,
        typer.Option("--allow-again", help="Take the addresses off the suppression list, too."),
    ] = False,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Delete all that is known of a person: facts, history, addresses, texts of mails and answers.

    Counts of the past stay, under a number that names nobody. The addresses stay on the suppression list, or go
    there, so that a later import leads to no mail; --allow-again takes them off. It cannot be taken back.

    \b
    Examples:
      prospector forget lea@ott.example --yes
      prospector forget leo@ott.example --yes --allow-again
    """
    with open_workspace(workspace, as_of) as opened:
        told = opened.to_forget(who)
        _confirm(told, yes=yes, allow_again=allow_again, quiet=quiet)
        done = opened.forget(told, keep_suppressed=not allow_again)
    if json_:
        print_json(done.as_json())
    _say(done, quiet=quiet)


def _confirm(told: ToForget, *, yes: bool, allow_again: bool, quiet: bool) -> None:
    names = ", ".join(told.addresses) or f"person:{told.person_id}"
    campaigns = f", taken by {', '.join(told.campaigns)}" if told.campaigns else ""
    listed = (
        "go off the suppression list"
        if allow_again
        else "stay on the suppression list, and nothing else stays"
    )
    say(
        f"to forget: {names}{campaigns}, {counted(told.events, 'event')}. The addresses {listed}.",
        quiet=quiet,
    )
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError("this cannot be taken back, and nobody is there to be asked", hint="add --yes")
    if not typer.confirm("Delete it all for good?", err=True):
        raise UsageError("nothing was deleted", hint=f"see: prospector show {names.partition(',')[0]}")


def _say(done: ForgottenPerson, *, quiet: bool) -> None:
    for one in done.still_there:
        say(f"warning: {one.who}: a tool still has touches: {one.to_do}")
    if done.told.folders:
        say(
            f"warning: files that were handed over are not changed: {', '.join(done.told.folders[:5])}; so are backups "
            "of the database, imported files and what a tool knows",
        )
    what = done.done
    say(
        f"forgotten: {counted(what.enrolments, 'enrolment')}, {counted(what.touches, 'touch')} and "
        f"{counted(what.events, 'event')} are counted on as number {what.number}; "
        f"{counted(what.suppressed, 'address')} on the suppression list. Next: prospector status",
        quiet=quiet,
    )
