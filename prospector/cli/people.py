"""`import`, `show`, `fields`, `find`: people and companies coming in and being looked for."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from prospector.cli.options import (
    AsOfOption,
    CsvOption,
    JsonOption,
    OutputOption,
    QuietOption,
    WorkspaceOption,
    open_workspace,
    say,
)
from prospector.cli.output import check_format, plain, print_json, print_rows
from prospector.cli.progress import progress
from prospector.errors import UsageError, near_miss

if TYPE_CHECKING:
    from prospector.intake.importer import ImportReport
    from prospector.workspace import Workspace

FIND_COLUMNS = ("first_name", "last_name", "title", "company", "email", "score", "answer", "because")
TABLE_ROWS = 50

Many = list[str] | None


def import_(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="CSV, JSON or JSON Lines; - is stdin.")
    ],
    seen: Annotated[
        str | None, typer.Option(metavar="DATE", help="When the data was seen, if the rows do not say.")
    ] = None,
    map_: Annotated[
        Many, typer.Option("--map", metavar="HEADER=FIELD", help="What a column is; - leaves it out.")
    ] = None,
    dates: Annotated[
        str | None, typer.Option(metavar="dmy|mdy", help="How dates such as 03/04/2026 are read.")
    ] = None,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Bring people and companies in from spreadsheets and exports.

    Apollo, HubSpot, LinkedIn, Salesforce, ZoomInfo, Google and Outlook files are recognised by their headers,
    hand-made ones by their column names. Rejected rows and dropped values are listed in a file with reasons.

    \b
    Examples:
      prospector import apollo-contacts.csv
      prospector import list.csv --map 'Firma / Org=company' --dates dmy
      cat people.jsonl | prospector import -
    """
    from prospector.workspace import parse_day

    if dates not in (None, "dmy", "mdy"):
        raise UsageError(f'--dates "{dates}" is not known', hint="write dmy (day first) or mdy (month first)")
    reports: list[ImportReport] = []
    with open_workspace(workspace, as_of) as opened:
        for name in files:
            with progress(f"importing {name}", None, quiet=quiet) as update:
                report = opened.import_file(
                    name,
                    seen=parse_day(seen, "--seen") if seen else None,
                    columns=_columns(map_ or []),
                    day_first=None if dates is None else dates == "dmy",
                    stdin=sys.stdin.buffer if name == "-" else None,
                    progress=update,
                )
            reports.append(report)
            _say_report(report, quiet=quiet)
    if json_:
        found = [report.as_json() for report in reports]
        print_json(found[0] if len(found) == 1 else found)
    say("Next: prospector find --help, or prospector find --segment NAME", quiet=quiet)
    if any(report.rejected for report in reports):
        raise typer.Exit(1)


def _columns(pairs: list[str]) -> dict[str, str]:
    chosen = {}
    for pair in pairs:
        header, sign, field = pair.rpartition("=")
        if not sign or not header:
            raise UsageError(f'--map "{pair}" is not HEADER=FIELD', hint="write --map 'Job=title'")
        chosen[header] = field
    return chosen


def _say_report(report: ImportReport, *, quiet: bool) -> None:
    for warning in report.warnings:
        say(f"warning: {report.file}: {warning}", quiet=quiet)
    people, companies = report.people, report.companies
    say(
        f"{report.file} ({report.preset}): {report.rows} rows. "
        f"People: {people['created']} new, {people['updated']} updated, {people['unchanged']} unchanged. "
        f"Companies: {companies['created']} new, {companies['updated']} updated. "
        f"{report.duplicates} duplicates, {report.company_only} companies without a person, "
        f"{report.rejected} rejected.",
        quiet=quiet,
    )
    if report.suppressed:
        say(f"{report.suppressed} addresses put on the suppression list", quiet=quiet)
    if report.problems:
        codes = ", ".join(f"{count} {code}" for code, count in sorted(report.problems.items()))
        say(f"values dropped: {codes} -> {report.rejects_file}", quiet=quiet)
    elif report.rejects_file:
        say(f"rejected rows -> {report.rejects_file}", quiet=quiet)


def show(
    who: Annotated[
        str, typer.Argument(metavar="EMAIL|DOMAIN", help="A person's address or id, or a company's domain.")
    ],
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
) -> None:
    """Show all that is known of one person or one company.

    \b
    Examples:
      prospector show ana@banco.example
      prospector show banco.example
    """
    with open_workspace(workspace, as_of) as opened:
        value = _person(opened, who) if "@" in who or who.isdecimal() else _company(opened, who)
    if json_:
        print_json(value)
        return
    rows = [{"field": name, "value": plain(one)} for name, one in _flat(value)]
    print_rows(rows, ("field", "value"))


def _person(opened: Workspace, who: str) -> dict[str, Any]:
    from prospector.cli.shapes import company_json, person_json

    prospect = opened.person(who)
    company = company_json(prospect.company) if prospect.company else None
    return {"person": person_json(prospect.person), "company": company}


def _company(opened: Workspace, who: str) -> dict[str, Any]:
    from prospector.cli.shapes import company_json, person_json

    company = opened.company(who)
    people = [person_json(prospect.person) for prospect in opened.colleagues(company.id)]
    return {"company": company_json(company), "people": people}


def _flat(value: dict[str, Any]) -> list[tuple[str, Any]]:
    rows: list[tuple[str, Any]] = []
    for part, cells in value.items():
        for item in cells if isinstance(cells, list) else [cells or {}]:
            for name, one in item.items():
                entries = one if isinstance(one, list) else [one]
                rows += [(f"{part}.{name}", _phrase(name, entry)) for entry in entries]
    return [(name, one) for name, one in rows if one is not None]


def _phrase(name: str, entry: Any) -> Any:
    """Technologies and openings on one readable line."""
    if name == "technologies":
        level = f", {entry['level']} tag" if entry["level"] else ""
        return f"{entry['name']}{level} ({entry['source']}, {entry['seen_on']})"
    if name == "openings":
        parts = (
            entry["department"],
            entry["location"],
            entry["posted_on"] and f"posted {entry['posted_on']}",
        )
        return ", ".join(filter(None, (entry["title"], *parts)))
    return entry


def fields(
    name: Annotated[
        str | None, typer.Argument(metavar="[FIELD]", help="List the values that this field can take.")
    ] = None,
    json_: JsonOption = False,
    csv_: CsvOption = False,
) -> None:
    """List the fields that segments and `find` can ask for, or the values that one of them can take.

    \b
    Examples:
      prospector fields
      prospector fields industry
    """
    from prospector.fields import FILTER_FIELDS, filters

    if name is not None:
        from prospector.segments.parsing import known_values

        if name not in filters():
            raise UsageError(
                f'no field "{name}"', hint=near_miss(name, filters()) or "see: prospector fields"
            )
        values = known_values(name) or [filters()[name].example]
        print_rows([{name: value} for value in values], (name,), as_json=json_, as_csv=csv_)
        return
    rows = [
        {
            "field": field.name,
            "of": field.subject,
            "flag": field.flag,
            "example": field.example,
            "found_by": field.lookup,
            "help": field.help,
        }
        for field in FILTER_FIELDS
    ]
    print_rows(rows, ("field", "of", "example", "found_by", "help"), as_json=json_, as_csv=csv_)


def find(
    segment: Annotated[
        str | None, typer.Option("--segment", "-s", metavar="NAME", help="A file of segments/.")
    ] = None,
    industry: Annotated[Many, typer.Option(help="Industry, with those below it.")] = None,
    headcount: Annotated[Many, typer.Option(help="'> 10', 11-50, 50+.")] = None,
    country: Annotated[Many, typer.Option(help="Country of the company.")] = None,
    uses: Annotated[Many, typer.Option(help="Technology in use.")] = None,
    advertises_on: Annotated[Many, typer.Option(help="Ad platform.")] = None,
    hiring: Annotated[Many, typer.Option(help="Department of an open job.")] = None,
    role: Annotated[Many, typer.Option(help="Department and level: 'HR manager'.")] = None,
    department: Annotated[Many, typer.Option(help="Department.")] = None,
    seniority: Annotated[Many, typer.Option(help="Level; manager+ is at least manager.")] = None,
    tenure: Annotated[Many, typer.Option(help="Time in the role: '< 1y', 3m-18m.")] = None,
    unknown: Annotated[
        str, typer.Option(metavar="POLICY", help="exclude, include or review people whose answer is unknown.")
    ] = "exclude",
    count: Annotated[bool, typer.Option("--count", help="Only count: match, no match, unknown.")] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many rows.")] = None,
    save: Annotated[
        str | None, typer.Option(metavar="NAME", help="Write the flags as a segment file.")
    ] = None,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    csv_: CsvOption = False,
    output: OutputOption = None,
    quiet: QuietOption = False,
) -> None:
    """Find people by a segment or by flags, best first, with the reason for each.

    Several values of one flag mean any of them; several flags mean all of them.

    \b
    Examples:
      prospector find --segment finance-new-hr
      prospector find --industry banking --headcount '> 10' --role 'HR manager' --tenure '< 1y'
      prospector find --uses HubSpot --count
    """
    asked = {
        "industry": industry,
        "headcount": headcount,
        "country": country,
        "uses": uses,
        "advertises_on": advertises_on,
        "hiring": hiring,
        "role": role,
        "department": department,
        "seniority": seniority,
        "tenure": tenure,
    }
    flags = {name: values for name, values in asked.items() if values}
    _check_find(segment, flags, save)
    check_format(as_json=json_, as_csv=csv_)
    show = partial(print_rows, as_json=json_, as_csv=csv_, output=output)
    with open_workspace(workspace, as_of) as opened:
        chosen = opened.segment(segment) if segment else opened.segment_from_flags(flags, unknown=unknown)
        if save:
            say(f"saved {opened.save_segment(save, flags, unknown)}", quiet=quiet)
        counts = opened.count(chosen)
        if count:
            answers = {"match": counts.match, "no_match": counts.no_match, "unknown": counts.unknown}
            print_json(answers, output) if json_ else show([answers], tuple(answers))
            return
        rows = [found.as_json() for found in opened.find(chosen)]
    most = limit or (len(rows) if json_ or csv_ or output else TABLE_ROWS)
    show(rows[:most], FIND_COLUMNS)
    if len(rows) > most:
        say(f"... and {len(rows) - most} more: --limit {len(rows)} shows all", quiet=quiet)
    _say_counts(len(rows), counts.match, counts.unknown, segment or save, quiet=quiet)


def _check_find(segment: str | None, flags: dict[str, list[str]], save: str | None) -> None:
    if segment and flags:
        raise UsageError(
            "--segment and filter flags exclude each other", hint="put the filter into the segment file"
        )
    if save and not flags:
        raise UsageError("--save needs filter flags", hint="such as --industry banking")


def _say_counts(listed: int, match: int, unknown: int, segment: str | None, *, quiet: bool) -> None:
    name = segment or "NAME"
    following = f"prospector enrich --segment {name}" if unknown else "prospector plan CAMPAIGN"
    say(f"{listed} listed. {match} match, {unknown} unknown. Next: {following}", quiet=quiet)
