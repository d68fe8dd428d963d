"""`segment list|check|explain`: ideal customers in files."""

from __future__ import annotations

from typing import Annotated

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
from prospector.cli.output import emit, print_rows

app = typer.Typer(
    help="List, check and explain segments.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

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
    with open_workspace(workspace, as_of) as opened:
        rows = []
        for name in opened.segment_names():
            segment = opened.segment(name)
            asks = ", ".join(f"{asked.field} {asked.text}" for asked in segment.asked)
            rows.append({"segment": name, "title": segment.title, "asks": asks})
    print_rows(rows, ("segment", "title", "asks"), as_json=json_, as_csv=csv_)


@app.command()
def check(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME...]", help="Segments; all if none.")
    ] = None,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    quiet: QuietOption = False,
) -> None:
    """Check segment files: unknown fields and values are errors with file, line and near miss.

    \b
    Examples:
      prospector segment check
      prospector segment check finance-new-hr
    """
    with open_workspace(workspace, as_of) as opened:
        for name in names or opened.segment_names():
            segment = opened.segment(name)
            say(
                f"{name}: {len(segment.asked)} criteria, fine. Next: prospector segment explain {name}",
                quiet=quiet,
            )


@app.command()
def explain(
    name: Name,
    person: Annotated[
        str | None, typer.Option(metavar="EMAIL", help="Every criterion's answer for one person.")
    ] = None,
    sql: Annotated[bool, typer.Option("--sql", help="Print the SQL instead.")] = False,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    csv_: CsvOption = False,
    output: OutputOption = None,
    quiet: QuietOption = False,
) -> None:
    """Show the funnel criterion by criterion: match, no match, unknown, and what remains.

    \b
    Examples:
      prospector segment explain finance-new-hr
      prospector segment explain finance-new-hr --person ana@banco.example
    """
    with open_workspace(workspace, as_of) as opened:
        segment = opened.segment(name)
        if sql:
            from prospector.segments.selection import selection_sql

            text, values = selection_sql(segment)
            emit("\n".join([text, *(f"-- :{key} = {value!r}" for key, value in values.items()), ""]), output)
            return
        if person:
            rows = [
                {
                    "criterion": one.criterion,
                    "asked": one.asked,
                    "answer": one.answer,
                    "value": one.finding.value,
                    "source": one.finding.source,
                    "seen_at": one.finding.seen_at.isoformat() if one.finding.seen_at else None,
                    "note": one.finding.note,
                }
                for one in opened.explain(segment, person)
            ]
            print_rows(rows, tuple(rows[0]), as_json=json_, as_csv=csv_, output=output)
            return
        lines = [
            {
                "criterion": line.criterion,
                "match": line.match,
                "no_match": line.no_match,
                "unknown": line.unknown,
                "remaining": line.remaining,
            }
            for line in opened.funnel(segment)
        ]
        print_rows(lines, tuple(lines[0]), as_json=json_, as_csv=csv_, output=output)
        counts = opened.count(segment)
        say(
            f"{counts.match} match, {counts.no_match} do not, {counts.unknown} unknown. "
            f"Next: prospector {'enrich' if counts.unknown else 'find'} --segment {name}",
            quiet=quiet,
        )
