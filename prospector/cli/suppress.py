"""`suppress add|list|remove|import`: who must never be written to."""

from __future__ import annotations

import sys
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from prospector.cli.options import (
    PLAIN,
    TABLE_ROWS,
    AsOfOption,
    CsvOption,
    JsonOption,
    QuietOption,
    WorkspaceOption,
    open_workspace,
    say,
)
from prospector.cli.output import check_format, print_json, print_stream, without_controls
from prospector.cli.progress import progress
from prospector.core.counts import counted
from prospector.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prospector.intake.suppressions.importer import ListReport
    from prospector.outreach.under_way import UnderWay

app = typer.Typer(help="Keep people and companies from being written to.", **PLAIN)

UNREAD = {
    "no_target": "neither an address nor a domain",
    "platform_page": "a page on a platform, which names no address",
    "unread_cell": "something with an @ that is no address",
}
"""Why a line is among those that were not understood."""
LIST_SUFFIXES = (".csv", ".tsv", ".txt", ".json", ".jsonl", ".xlsx", ".xls", ".ods", ".gz")
"""No public domain ends like these, but the names of lists do."""
Targets = Annotated[
    list[str],
    typer.Argument(
        metavar="WHO|LINK...",
        help="Addresses, domains, opt-out links, or people and companies by id, profile or name.",
    ),
]


@app.command()
def add(
    targets: Targets,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why.")] = "asked",
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Add addresses or whole domains. An opt-out link, or the token in it, stands for the person's address.

    A person by id, profile or name stands for every address known of them, a company for its domain. Whose touches
    are on their way is named, with the campaign, the tool, and what to do there now.

    \b
    Examples:
      prospector suppress add ana@banco.example --reason 'asked by phone'
      prospector suppress add rival.example
    """
    _refuse_files(targets)
    with open_workspace(workspace, as_of) as opened:
        done = opened.suppress(targets, reason=without_controls(reason))
    if json_:
        print_json(done.as_json())
    for warning in done.warnings:
        say(f"warning: {warning}", quiet=quiet)
    say_under_way(done.on_their_way)
    told = without_controls("".join(f"; {one}" for one in done.stand_for))
    say(
        f"{done.added.new} added, {done.added.known} were on the list already{told}. Next: prospector suppress list",
        quiet=quiet,
    )


def say_under_way(people: Iterable[UnderWay]) -> None:
    """Name whom a mail may still reach, also with --quiet: only a hand in the tool can stop it."""
    waiting = iter(people)
    for one in islice(waiting, TABLE_ROWS):
        say(f"warning: {one.advice}")
    if more := sum(1 for _ in waiting):
        say(f"warning: ... and {more} more people who are suppressed have touches on their way")


def _refuse_files(targets: list[str]) -> None:
    """`UsageError` for a file's name: its ending would be taken for a domain's."""
    for target in targets:
        if "@" not in target and (Path(target).is_file() or target.lower().endswith(LIST_SUFFIXES)):
            raise UsageError(
                f'"{target}" is a file, not a domain',
                hint=f"for its content: prospector suppress import {target}",
            )


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
    check_format(as_json=json_, as_csv=csv_)
    with open_workspace(workspace, as_of) as opened:
        rows = (one.as_json() for one in opened.suppressions.each())
        print_stream(
            rows, ("kind", "value", "reason", "source", "added_on", "detail"), as_json=json_, as_csv=csv_
        )


@app.command()
def remove(
    targets: Targets, workspace: WorkspaceOption = None, as_of: AsOfOption = None, quiet: QuietOption = False
) -> None:
    """Take entries off the list.

    \b
    Examples:
      prospector suppress remove rival.example
    """
    with open_workspace(workspace, as_of) as opened:
        gone, others = opened.unsuppress(targets)
    say(f"{gone} removed, {others} were not on the list.", quiet=quiet)


@app.command("import")
def import_(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="Any list or table: text, CSV, JSON, Excel, also in .gz and .zip; - is stdin.",
        ),
    ],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why.")] = "imported",
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Add every address and domain of a file, whatever cell it is in.

    A domain has to be a cell of its own, and it stops everybody at that company. Beside an address, the domain
    of a mail service or platform is left out. Rows that are not understood are listed in a file.

    \b
    Examples:
      prospector suppress import opted-out.csv
      prospector suppress import opted-out.csv --reason 'opted out in the CRM' --json
    """
    with open_workspace(workspace, as_of) as opened:
        with progress(f"reading {file}", None, quiet=quiet) as update:
            report = opened.suppress_list(
                file,
                reason=without_controls(reason),
                stdin=sys.stdin.buffer if file == "-" else None,
                progress=update,
            )
        say_under_way(opened.suppressed_under_way())
    if json_:
        print_json(report.as_json())
    _say_report(report, quiet=quiet)
    if report.rejected:
        raise typer.Exit(1)


def _say_report(report: ListReport, *, quiet: bool) -> None:
    added = report.added
    assert added is not None
    for warning in report.warnings:
        say(f"warning: {report.file}: {warning}", quiet=quiet)
    for number, code, text in report.unread:
        say(f"line {number}: {UNREAD[code]}: {text[:60]!r}", quiet=quiet)
    if report.rejected > len(report.unread):
        say(f"... and {report.rejected - len(report.unread)} more", quiet=quiet)
    if added.domains:
        more = ", ..." if added.domains > len(added.some_domains) else ""
        names = ", ".join(added.some_domains)
        say(f"Domains stop everybody at the company: {names}{more}", quiet=quiet)
    where = f" -> {report.rejects_file}" if report.rejects_file else ""
    following = (
        "correct those lines and import the file again" if report.rejected else "prospector suppress list"
    )
    say(
        f"{counted(added.addresses, 'address')} and {counted(added.domains, 'domain')} added, "
        f"{added.known} were on the list already, "
        f"{counted(report.rejected, 'line')} not understood{where}. Next: {following}",
        quiet=quiet,
    )
