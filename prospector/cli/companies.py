"""`inspect` and `enrich`: what companies' own sites show."""

from __future__ import annotations

from itertools import count
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
from prospector.cli.output import form_of, plain, print_json, print_object, print_rows
from prospector.cli.progress import progress
from prospector.core.counts import counted
from prospector.core.errors import SourceUnreadable, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from prospector.enrich.crawl import EnrichReport
    from prospector.enrich.forecast import Forecast
    from prospector.enrich.people import ContactReport
    from prospector.sites.visit.reading import SiteReading

SAVED_AS = frozenset({".html", ".htm", ".xhtml", ".mhtml", ".mht", ".webarchive"})
"""Endings that no domain has: what is called so is a file, though it may be missing."""


def inspect(
    what: Annotated[
        str,
        typer.Argument(
            metavar="DOMAIN|FILE.html",
            help="A company's domain, or a saved page (.html, .mhtml, .webarchive).",
        ),
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
    from prospector.workspace import inspection

    form = form_of(as_json=json_, output=output)
    path = Path(what)
    if path.suffix.lower() in SAVED_AS or path.is_file():
        reading = _saved_page(path, url or "", header or [], _day(as_of))
    else:
        with open_workspace(workspace, as_of) as opened:
            reading = opened.inspect(_domain(what))
    shape = inspection(reading)
    if form.kind in ("json", "jsonl"):
        print_object(shape, form)
    else:
        _print_inspection(shape, output)
    if reading.lookups and reading.outcome != "found":
        raise SourceUnreadable(
            f"{reading.domain}: {reading.main.outcome}: {reading.main.reason}",
            hint="nothing is known from a site that cannot be read",
        )
    say(
        f"{counted(len(shape['technologies']), 'technology')}, {counted(len(shape['openings']), 'open job')}",
        quiet=quiet,
    )


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
    from prospector.workspace import inspect_page

    pairs = []
    for line in headers:
        name, colon, value = line.partition(":")
        if not colon or not name.strip():
            raise UsageError(f'--header "{line}" is not "Name: value"', hint="write --header 'Server: nginx'")
        pairs.append((name.strip(), value.strip()))
    return inspect_page(path, url=url, headers=pairs, as_of=as_of)


def _print_inspection(shape: Mapping[str, Any], output: Path | None) -> None:
    """Everything on one screen: one line for each thing that was found."""
    rows: list[dict[str, Any]] = []
    for name, value in shape.items():
        if name == "ads":
            rows += [{"what": name, "value": line} for line in _ad_lines(value)]
            continue
        entries = value if isinstance(value, list) and value and isinstance(value[0], dict) else [value]
        lines = (_inspected(name, entry) for entry in entries if entry not in (None, "", [], {}))
        rows += [{"what": name, "value": line} for line in lines]
    print_rows(rows, ("what", "value"), output=output)


def _ad_lines(levels: dict[str, str | None]) -> list[str]:
    words = {"active_tag": "active conversion or remarketing tag", "tag_seen": "tag seen, no sign of buying"}
    lines = [f"{platform}: {words[level]}" for platform, level in levels.items() if level in words]
    none = [platform for platform, level in levels.items() if level == "none_seen"]
    return [*lines, *([f"none seen: {', '.join(none)}"] if none else [])]


def _inspected(name: str, entry: Any) -> Any:
    """A technology, an opening, a board or a look-up on one line."""
    if name == "technologies":
        level = f", {entry['level']} tag" if entry["level"] else ""
        return f"{entry['name']} ({entry['category']}, grade {entry['grade']}{level}): {entry['evidence']}"
    if name in {"openings", "boards", "lookups"}:
        keys = (
            "title",
            "system",
            "source",
            "slug",
            "department",
            "location",
            "posted_on",
            "outcome",
            "reason",
            "url",
        )
        return ", ".join(str(entry[key]) for key in keys if entry.get(key))
    return plain(entry)


def enrich(
    segment: Annotated[
        str | None,
        typer.Option(
            "--segment", "-s", metavar="NAME", help="Only companies that this segment is unsure of."
        ),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="At most so many companies, and so many people.")
    ] = None,
    older_than: Annotated[
        str | None, typer.Option(metavar="SPAN", help="Read again what is older, such as 7d.")
    ] = None,
    deep: Annotated[
        bool,
        typer.Option(
            "--deep", help="Also the imprint, contact, about, pricing and blog pages, and DNS, of every site."
        ),
    ] = False,
    plan: Annotated[
        bool, typer.Option("--plan", help="Only show how many requests it would make; makes none.")
    ] = False,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Read companies' sites: technologies, ad tags, open jobs, contact facts.

    Politely (robots.txt, pace per site) and only what is missing or stale. With a segment only what can still
    change its list: the home page first, and a company is left as soon as one criterion says no. Interrupted,
    it goes on where it stopped; sites that failed are tried again by the next run. Then sources that know people
    are asked about those of the segment who match or still could; paid ones within `enrich.budget`. Addresses that
    nobody states are made by the company's own pattern, where enough is known of it, and verified.

    \b
    Examples:
      prospector enrich --segment finance-new-hr --plan
      prospector enrich --segment finance-new-hr
      prospector enrich --limit 100 --older-than 7d
    """
    with open_workspace(workspace, as_of) as opened:
        chosen = None if segment is None else opened.segment(segment)
        stale = _period(older_than)
        if plan:
            _print_forecast(
                opened.enrichment_forecast(chosen, older_than=stale, limit=limit, deep=deep),
                json_,
                quiet=quiet,
            )
            return
        due, fresh = opened.companies_to_read(chosen, older_than=stale, deep=deep)
        due = due[:limit]
        with progress("reading sites", len(due), quiet=quiet) as update:
            done = count(1)
            report = opened.enrich(
                due,
                segment=chosen,
                older_than=stale,
                limit=limit,
                deep=deep,
                progress=lambda _: update(next(done)),
            )
        report.skipped = fresh
    if json_:
        print_json(report.as_json())
    _say_outcome(report, segment, quiet=quiet)


def _say_outcome(report: EnrichReport, segment: str | None, *, quiet: bool) -> None:
    outcomes = report.outcomes
    people = report.people
    for reason, number in sorted((report.reasons + people.reasons).items()):
        say(f"  {number} {reason}", quiet=quiet)
    say(
        f"{counted(report.companies, 'site')}: {outcomes['found']} found, {outcomes['none']} none, "
        f"{outcomes['blocked']} blocked, {outcomes['failed']} failed; "
        f"{report.skipped} left alone, as nothing is due there. "
        f"{counted(report.requests, 'request')}, {counted(report.technologies, 'technology')}, "
        f"{counted(report.openings, 'open job')}. "
        f"{_people_said(people)}{_verdicts_said(report)}"
        f"Next: prospector find{f' --segment {segment}' if segment else ''}",
        quiet=quiet,
    )


def _verdicts_said(report: EnrichReport) -> str:
    """What verifying found of the addresses that nobody stated, if there are any."""
    counts = [f"{count} {word.replace('_', ' ')}" for word, count in sorted(report.verdicts.items())]
    return f"Addresses guessed or looked up: {', '.join(counts)}. " if counts else ""


def _people_said(people: ContactReport) -> str:
    """What asking about people brought, if anybody was to be asked."""
    said = ""
    if people.asked:
        outcomes = people.outcomes
        said = (
            f"{counted(people.asked, 'person')} asked about: {outcomes['found']} found, {outcomes['none']} none, "
            f"{outcomes['blocked']} blocked, {outcomes['failed']} failed; {people.spent:.2f} spent. "
        )
    return said + _unpaid(people.unpaid, people.budget)


def _unpaid(number: int, budget: float) -> str:
    return (
        f"{counted(number, 'person')} not asked about: enrich.budget is {budget:.2f} a run. "
        if number
        else ""
    )


def _print_forecast(told: Forecast, as_json: bool, *, quiet: bool) -> None:
    if as_json:
        print_json(told.as_json())
    else:
        columns = ("source", "companies", "requests_at_most", "requests_about")
        further = ("people", "cost", "expected") if told.people else ()
        print_rows([source.as_json() for source in told.sources], (*columns, *further))
    saved = max(0, told.everything - told.about)
    say(
        f"{told.companies} of {told.asked} companies to look up: about {counted(told.about, 'request')}, "
        f"at most {told.most}. "
        f"Everything about all of them: about {told.everything}; saved: {saved}. "
        f"{_people_planned(told)}Next: the same without --plan",
        quiet=quiet,
    )


def _people_planned(told: Forecast) -> str:
    """What asking about people would cost and bring, if anybody is in question."""
    said = ""
    if told.people:
        said = (
            f"{counted(told.people, 'person')} to ask about: about {told.cost:.2f} to spend, "
            f"at most {told.cost_at_most:.2f}, "
            f"for about {told.expected} answers. "
        )
    return said + _unpaid(told.unpaid, told.budget)


def _period(text: str | None) -> Any:
    from prospector.core.spans import Period

    if text is None:
        return None
    try:
        return Period.parse(text)
    except ValueError:
        raise UsageError(f'--older-than "{text}" is no time span', hint="write 7d, 2w or 1m") from None
