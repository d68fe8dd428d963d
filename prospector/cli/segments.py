"""`segment list|new|check|diff|explain`: ideal customers in files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from prospector.cli.options import (
    PLAIN,
    TABLE_ROWS,
    AsOfOption,
    CsvOption,
    JsonOption,
    OutputOption,
    QuietOption,
    WorkspaceOption,
    open_workspace,
    say,
)
from prospector.cli.output import Form, emit, form_of, print_json, print_rows
from prospector.core.counts import counted
from prospector.core.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from prospector.segments.language.checking import Problem
    from prospector.segments.segment import Segment
    from prospector.segments.selection import Counts
    from prospector.segments.shapes import ProblemShape, SegmentReportShape
    from prospector.workspace import Workspace

DIFF_COLUMNS = ("change", "first_name", "last_name", "company", "email", "because")

app = typer.Typer(help="List, start, check, explain and compare segments.", **PLAIN)

Name = Annotated[str, typer.Argument(metavar="NAME", help="A file of segments/, without .yaml.")]


@app.command("list")
def list_(
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    csv_: CsvOption = False,
) -> None:
    """List the segments of the workspace.

    \b
    Examples:
      prospector segment list
    """
    rows, faults = [], []
    with open_workspace(workspace, as_of) as opened:
        for name in opened.segment_names():
            try:
                segment = opened.segment(name)
            except FileError as error:
                faults.append(error)
                continue
            rows.append(segment.as_json())
    print_rows(rows, ("segment", "title", "asks"), as_json=json_, as_csv=csv_)
    for fault in faults:
        _say_fault(fault)
    if faults:
        raise typer.Exit(2)


@app.command()
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the new file is called, without .yaml.")],
    workspace: WorkspaceOption = None,
    quiet: QuietOption = False,
) -> None:
    """Write a commented segment to start from.

    Every line in it can be changed.

    \b
    Examples:
      prospector segment new retail-buyers
    """
    with open_workspace(workspace, None) as opened:
        (path,) = opened.new_segment(name)
    say(f"wrote {path}. Next: edit it, then prospector segment explain {name}", quiet=quiet)


def _say_fault(fault: FileError) -> None:
    say(f"error: {fault.message}")
    say(f"hint: {fault.hint or 'see: prospector fields'}")


@app.command()
def check(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME...]", help="Segments; all if none.")
    ] = None,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Check segments for errors and contradictions.

    What no data can answer is a warning. A segment that says `expect: 50-200` is warned about when another number of
    people match.

    \b
    Examples:
      prospector segment check
      prospector segment check finance-new-hr
    """
    with open_workspace(workspace, as_of) as opened:
        reports = [
            _check(opened, name, brief=not names, quiet=quiet) for name in names or opened.segment_names()
        ]
    if json_:
        print_json(reports)
    if any(report["errors"] for report in reports):
        raise typer.Exit(2)


def _check(opened: Workspace, name: str, *, brief: bool, quiet: bool) -> SegmentReportShape:
    """One segment's report. Errors are said even when quiet; of many segments the warnings are only counted."""
    try:
        segment = opened.segment(name)
    except FileError as error:
        faults = opened.segment_faults(name) if error.line else [error]
        for fault in faults:
            _say_fault(fault)
        return _unread(name, faults)
    problems = opened.check_segment(segment)
    warnings = sum(problem.severity != "error" for problem in problems)
    brief = brief and warnings > 1
    if brief:
        say(f"{name}: {counted(warnings, 'warning')}. See: prospector segment check {name}", quiet=quiet)
    for problem in problems:
        is_error = problem.severity == "error"
        if brief and not is_error:
            continue
        say(f"{problem.severity}: {problem.message}", quiet=quiet and not is_error)
        say(f"hint: {problem.hint}", quiet=quiet and not is_error)
    if not problems:
        say(
            f"{name}: {counted(len(segment.asked), 'criterion')}, fine. Next: prospector segment explain {name}",
            quiet=quiet,
        )
    return _report(name, segment, problems)


def _report(name: str, segment: Segment, problems: Iterable[Problem]) -> SegmentReportShape:
    """A row of `segment check`."""
    by_severity: dict[str, list[ProblemShape]] = {"error": [], "warning": []}
    for one in problems:
        by_severity[one.severity].append(one.as_json())
    return {
        "segment": name,
        "criteria": len(segment.asked),
        "errors": by_severity["error"],
        "warnings": by_severity["warning"],
    }


def _unread(name: str, faults: Iterable[FileError]) -> SegmentReportShape:
    """The same of a file that cannot be read."""
    errors: list[ProblemShape] = [{"line": one.line, "what": one.what, "hint": one.hint} for one in faults]
    return {"segment": name, "criteria": None, "errors": errors, "warnings": []}


@app.command()
def explain(
    name: Name,
    person: Annotated[
        str | None,
        typer.Option(metavar="WHO", help="Every answer for one person: address, id, profile or name."),
    ] = None,
    sql: Annotated[bool, typer.Option("--sql", help="Print the SQL instead.")] = False,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    csv_: CsvOption = False,
    output: OutputOption = None,
    quiet: QuietOption = False,
) -> None:
    """Show the funnel, criterion by criterion.

    Each has its match, no match and unknown, and what remains. could_win counts people who are unknown on this
    criterion while no other one says no; lookup names what `enrich` would read for it. Without one, only an import or
    `set` can tell.

    \b
    Examples:
      prospector segment explain finance-new-hr
      prospector segment explain finance-new-hr --person ana@banco.example
    """
    with open_workspace(workspace, as_of) as opened:
        segment = opened.segment(name)
        if sql:
            text, values = opened.segment_sql(segment)
            emit("\n".join([text, *(f"-- :{key} = {value!r}" for key, value in values.items()), ""]), output)
            return
        if person:
            rows = [one.as_json() for one in opened.explain(segment, person)]
            print_rows(rows, tuple(rows[0]), as_json=json_, as_csv=csv_, output=output)
            if why := opened.why_suppressed(opened.person(person)):
                say(f"suppressed, whatever the answers: {why}", quiet=quiet)
            for campaign, standing in opened.standings(name, person):
                say(f"{campaign}: {standing}", quiet=quiet)
            if over := opened.over_limit(segment, person):
                say(over, quiet=quiet)
            return
        lines = [line.as_json() for line in opened.funnel(segment)]
        print_rows(lines, tuple(lines[0]), as_json=json_, as_csv=csv_, output=output)
        counts = opened.count(segment)
        if over := opened.over_limit(segment):
            say(over, quiet=quiet)
        say(
            f"{counts.match} match{_suppressed(counts)}, {counts.no_match} do not, {counts.unknown} unknown. "
            f"Next: prospector {'enrich' if counts.unknown else 'find'} --segment {name}",
            quiet=quiet,
        )


def _suppressed(counts: Counts) -> str:
    return f" ({counts.suppressed} of them suppressed)" if counts.suppressed else ""


@app.command()
def diff(
    name: Name,
    since: Annotated[
        str | None, typer.Option(metavar="RUN|DATE", help="A run or a day; else the last run.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many rows.")] = None,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    csv_: CsvOption = False,
    output: OutputOption = None,
    quiet: QuietOption = False,
) -> None:
    """Show who came into a segment and who went out.

    Each with the value that caused it. Every run keeps the members of its segment. For a day without a run they are
    worked out from the evidence up to that day.

    \b
    Examples:
      prospector segment diff finance-new-hr --since 2026-10-01
    """
    form = form_of(as_json=json_, as_csv=csv_, output=output)
    with open_workspace(workspace, as_of) as opened:
        changes = opened.segment_changes(name, since)
    rows: list[Mapping[str, Any]] = [one.as_json() for one in changes.moved]
    most = limit or (TABLE_ROWS if form == Form("table") else len(rows))
    flat = (
        rows
        if form.kind in ("json", "jsonl")
        else [{key: one[key] for key in one if key not in ("causes", "note")} for one in rows]
    )
    print_rows(flat[:most], DIFF_COLUMNS, as_json=json_, as_csv=csv_, output=output)
    if len(rows) > most:
        say(f"... and {len(rows) - most} more: --limit {len(rows)} shows all", quiet=quiet)
    came = sum(one.change == "in" for one in changes.moved)
    say(
        f"{came} came in, {len(rows) - came} went out since {changes.since} ({changes.source}): "
        f"{changes.before} then, {changes.now} now. Next: prospector find --segment {name}",
        quiet=quiet,
    )


@app.command()
def backtest(
    name: Name,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    csv_: CsvOption = False,
    quiet: QuietOption = False,
) -> None:
    """Compare a segment with what became of its people.

    Its answers and scores stand beside what came of those who were contacted. They are judged by what was known on
    the day on which they were enrolled, whichever campaign that was; only those count whose time to answer is over.

    \b
    Examples:
      prospector segment backtest finance-new-hr
    """
    from prospector.pipeline.report.tables import backtest_rows

    form = form_of(as_json=json_, as_csv=csv_)
    with open_workspace(workspace, as_of) as opened:
        found = opened.backtest(name)
    told = found.as_json()
    if json_:
        print_json(told)
    elif found.people:
        rows = backtest_rows(told)
        print_rows(rows, tuple(rows[0]), as_csv=form.kind == "csv")
    order = told["order"]
    words = "" if order is None else f", who replied had more points in {order:.0%} of pairs (50% is chance)"
    say(
        f"{counted(told['people'], 'person')} with an outcome{words}. Next: prospector report --by segment",
        quiet=quiet,
    )
