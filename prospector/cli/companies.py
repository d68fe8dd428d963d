"""`inspect` and `enrich`: what companies' own sites show."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from prospector.cli.options import (
    AsOfOption,
    JsonOption,
    OutputOption,
    QuietOption,
    WorkspaceOption,
    chosen_day,
    open_workspace,
    say,
)
from prospector.cli.output import plain, print_json, print_rows
from prospector.cli.progress import progress
from prospector.errors import FileError, SourceUnreadable, UsageError

if TYPE_CHECKING:
    from datetime import date

    from prospector.enrich.site_reader import SiteReading

MAX_PAGE = 20_000_000


def inspect(
    what: Annotated[
        str, typer.Argument(metavar="DOMAIN|FILE.html", help="A company's domain, or a saved page.")
    ],
    url: Annotated[str | None, typer.Option(metavar="URL", help="Where a saved page comes from.")] = None,
    header: Annotated[
        list[str] | None, typer.Option(metavar="'Name: value'", help="A response header of a saved page.")
    ] = None,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    output: OutputOption = None,
    quiet: QuietOption = False,
) -> None:
    """Show what one site, or one saved page, says of its company. Stores nothing.

    A domain needs a workspace for the web client's settings; a saved page needs neither that nor a network.

    \b
    Examples:
      prospector inspect nordhafen-bank.example
      prospector inspect page.html --url https://banco.example/ --header 'Server: cloudflare' --json
    """
    from prospector.enrich.inspect import inspection

    path = Path(what)
    if path.suffix.lower() in {".html", ".htm"} or path.is_file():
        reading = _saved_page(path, url or "", header or [], _day(as_of))
    else:
        with open_workspace(workspace, as_of) as opened:
            reading = opened.inspect(_domain(what))
    shape = inspection(reading)
    if json_:
        print_json(shape, output)
    else:
        _print_inspection(shape, output)
    if reading.lookups and reading.outcome != "found":
        first = reading.lookups[0]
        raise SourceUnreadable(
            f"{reading.domain}: {first.outcome}: {first.reason}",
            hint="nothing is known from a site that cannot be read",
        )
    say(f"{len(shape['technologies'])} technologies, {len(shape['openings'])} open jobs", quiet=quiet)


def _day(as_of: str | None) -> date:
    from prospector.workspace import default_as_of

    return chosen_day(as_of) or default_as_of()


def _domain(text: str) -> str:
    from prospector.normalise.domains import host_of

    host = host_of(text)
    if not host:
        raise UsageError(
            f'"{text}" is neither a domain nor a file', hint="write company.example or page.html"
        )
    return host


def _saved_page(path: Path, url: str, headers: list[str], as_of: date) -> SiteReading:
    from prospector.enrich.inspect import inspect_page

    pairs = []
    for line in headers:
        name, colon, value = line.partition(":")
        if not colon or not name.strip():
            raise UsageError(f'--header "{line}" is not "Name: value"', hint="write --header 'Server: nginx'")
        pairs.append((name.strip(), value.strip()))
    try:
        with path.open("rb") as file:
            body = file.read(MAX_PAGE)
    except OSError as error:
        raise FileError(path, f"cannot be read: {error.strerror}") from error
    return inspect_page(body, url=url, headers=pairs, as_of=as_of)


def _print_inspection(shape: dict[str, Any], output: Path | None) -> None:
    rows = []
    for name, value in shape.items():
        entries = value if isinstance(value, list) and value and isinstance(value[0], dict) else [value]
        rows += [{"what": name, "value": plain(entry)} for entry in entries if entry not in (None, [], {})]
    print_rows(rows, ("what", "value"), output=output)


def enrich(
    segment: Annotated[
        str | None,
        typer.Option(
            "--segment", "-s", metavar="NAME", help="Only companies that this segment is unsure of."
        ),
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many companies.")] = None,
    older_than: Annotated[
        str | None, typer.Option(metavar="SPAN", help="Read again what is older, such as 7d.")
    ] = None,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Read companies' sites: technologies, ad tags, open jobs, contact facts.

    Politely (robots.txt, pace per site) and only what is missing or stale. Interrupted, it goes on where it
    stopped; sites that failed are tried again by the next run.

    \b
    Examples:
      prospector enrich --segment finance-new-hr
      prospector enrich --limit 100 --older-than 7d
    """
    with open_workspace(workspace, as_of) as opened:
        chosen = opened.segment(segment) if segment else None
        due, fresh = opened.companies_to_read(chosen, older_than=_period(older_than))
        due = due[:limit]
        done = 0
        with progress("reading sites", len(due), quiet=quiet) as update:

            def count(reading: SiteReading) -> None:
                nonlocal done
                done += 1
                update(done)

            report = opened.enrich(due, segment=chosen, progress=count)
        report.skipped = fresh
    if json_:
        print_json(report.as_json())
    outcomes = report.outcomes
    for reason, number in sorted(report.reasons.items()):
        say(f"  {number} {reason}", quiet=quiet)
    say(
        f"{report.companies} sites: {outcomes['found']} found, {outcomes['none']} none, {outcomes['blocked']} blocked, "
        f"{outcomes['failed']} failed; {fresh} fresh enough to be left alone. {report.requests} requests, "
        f"{report.technologies} technologies, {report.openings} open jobs. "
        f"Next: prospector find{f' --segment {segment}' if segment else ''}",
        quiet=quiet,
    )


def _period(text: str | None) -> Any:
    from prospector.spans import Period

    if text is None:
        return None
    try:
        return Period.parse(text)
    except ValueError:
        raise UsageError(f'--older-than "{text}" is no time span', hint="write 7d, 2w or 1m") from None
