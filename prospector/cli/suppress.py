"""`suppress add|list|remove|import`: who must never be written to."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

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
from prospector.cli.output import print_json, print_rows, without_controls

app = typer.Typer(
    help="Keep people and companies from being written to.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Targets = Annotated[list[str], typer.Argument(metavar="EMAIL|DOMAIN...", help="Addresses or domains.")]


TargetsOrLinks = Annotated[
    list[str], typer.Argument(metavar="EMAIL|DOMAIN|LINK...", help="Addresses, domains or opt-out links.")
]


@app.command()
def add(
    targets: TargetsOrLinks,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why.")] = "asked",
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    quiet: QuietOption = False,
) -> None:
    """Add addresses or whole domains. An opt-out link, or the token in it, stands for the person's address.

    \b
    Examples:
      prospector suppress add ana@banco.example --reason 'asked by phone'
      prospector suppress add rival.example
    """
    from prospector.store.suppressions import parse_target

    with open_workspace(workspace, as_of) as opened, opened.db.transaction():
        parsed = [parse_target(opened.address_behind(target) or target) for target in targets]
        new = sum(
            opened.suppressions.add(
                kind, value, reason=without_controls(reason), source="by hand", on=opened.as_of
            )
            for kind, value in parsed
        )
    say(f"{new} added, {len(parsed) - new} were on the list already.", quiet=quiet)


@app.command("list")
def list_(
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    csv_: CsvOption = False,
) -> None:
    """List all entries.

    \b
    Examples:
      prospector suppress list
    """
    with open_workspace(workspace, as_of) as opened:
        rows = [
            {
                "kind": one.kind,
                "value": one.value,
                "reason": one.reason,
                "source": one.source,
                "added_on": one.added_on,
            }
            for one in opened.suppressions.all()
        ]
    print_rows(rows, ("kind", "value", "reason", "source", "added_on"), as_json=json_, as_csv=csv_)


@app.command()
def remove(
    targets: Targets, workspace: WorkspaceOption = None, as_of: AsOfOption = None, quiet: QuietOption = False
) -> None:
    """Take entries off the list.

    \b
    Examples:
      prospector suppress remove rival.example
    """
    from prospector.store.suppressions import parse_target

    parsed = [parse_target(target) for target in targets]
    with open_workspace(workspace, as_of) as opened, opened.db.transaction():
        gone = sum(opened.suppressions.remove(kind, value) for kind, value in parsed)
    say(f"{gone} removed, {len(parsed) - gone} were not on the list.", quiet=quiet)


@app.command("import")
def import_(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="One address or domain a line, or a CSV; - is stdin.")
    ],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why.")] = "imported",
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Add every address and domain of a file.

    \b
    Examples:
      prospector suppress import opted-out.csv
    """
    from prospector.intake.suppression_list import read_targets

    source = "stdin" if file == "-" else without_controls(Path(file).name)
    found, unread = read_targets(file, stdin=sys.stdin.buffer if file == "-" else None)
    with open_workspace(workspace, as_of) as opened, opened.db.transaction():
        new = sum(
            opened.suppressions.add(
                kind, value, reason=without_controls(reason), source=f"file:{source}", on=opened.as_of
            )
            for kind, value in found
        )
    if json_:
        print_json({"added": new, "known": len(found) - new, "rejected": len(unread)})
    for number, text in unread[:5]:
        say(f"line {number}: neither an address nor a domain: {text[:60]!r}", quiet=quiet)
    say(
        f"{new} added, {len(found) - new} were on the list already, {len(unread)} lines not understood.",
        quiet=quiet,
    )
    if unread:
        raise typer.Exit(1)
