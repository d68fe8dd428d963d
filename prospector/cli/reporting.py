"""`report`: how campaigns, stages and deals do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from prospector.cli.options import (
    AsOfOption,
    CsvOption,
    JsonOption,
    OutputOption,
    QuietOption,
    WorkspaceOption,
    chosen_day,
    open_workspace,
    say,
)
from prospector.cli.output import emit, form_of, print_object, print_rows, table_text
from prospector.core.errors import UsageError

if TYPE_CHECKING:
    from prospector.cli.output import Form
    from prospector.pipeline.report.report import Report
    from prospector.pipeline.report.target import Target

COLUMNS = ("number", "of", "measure", "value")


def report(
    target: Annotated[
        float | None,
        typer.Option("--target", metavar="AMOUNT", help="Say whether the open deals reach this amount."),
    ] = None,
    by: Annotated[
        list[str] | None,
        typer.Option(
            "--by",
            metavar="GROUP|DATE",
            help="One table by campaign, segment, sequence, source, verdict, owner, warmth, touch, variant, criterion, "
            "field or stage; or the day of the target.",
        ),
    ] = None,
    as_: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="TOOL",
            help="The same log as instantly, smartlead, reply, mixmax, lemlist or interseller count.",
        ),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Win rates alone, with deals that are late counted as not won.")
    ] = False,
    sql: Annotated[
        bool, typer.Option("--sql", help="Print the SQL of every number, or of the one that is named.")
    ] = False,
    name: Annotated[
        str | None, typer.Argument(metavar="[NUMBER]", help="With --sql: one number alone.")
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="Write the report as one page, without a script."),
    ] = None,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    csv_: CsvOption = False,
    output: OutputOption = None,
    quiet: QuietOption = False,
) -> None:
    """Show how campaigns, stages and deals do: each share with its counts, and with its interval where it has one.

    What each number means stands in docs/pipeline.md, and how it is worked out in --sql.

    \b
    Examples:
      prospector report
      prospector report --by campaign
      prospector report --target 50000 --by 2027-03-31
      prospector report --as instantly
      prospector report --sql rates
      prospector report --html report.html
    """
    form = form_of(as_json=json_, as_csv=csv_, output=output)
    if name and not sql:
        raise UsageError(
            f'nothing to do with "{name[:40]}"',
            hint=f"to see the SQL of a number: prospector report --sql {name[:40]}",
        )
    group, wanted = _asked(by or [], target)
    with open_workspace(workspace, as_of) as opened:
        if sql:
            emit("\n".join(opened.report_statements(name).values()), output)
            return
        told = opened.report(wanted)
        if html:
            emit(opened.report_page(told), html)
            say(f"wrote {html}. Next: open it in a browser", quiet=quiet)
            return
        _print(told, form, group, as_, strict=strict)
    say(_summary(told), quiet=quiet)


def _asked(by: list[str], amount: float | None) -> tuple[str | None, Target | None]:
    """The group to show, and the target: `--by` takes either a group or a day."""
    from prospector.pipeline.report.target import Target

    days = [one for one in by if re.match(r"\d", one)]
    groups = [one for one in by if one not in days]
    if len(days) > 1 or len(groups) > 1:
        raise UsageError("--by can name one group and one day", hint="leave the others out")
    if days and amount is None:
        raise UsageError(f"--by {days[0][:20]} is the day of a target", hint="add --target AMOUNT")
    if amount is not None and not 0 < amount < 1e15:
        raise UsageError(f"--target {amount:g} is no amount", hint="write it as 50000")
    day = chosen_day(days[0]) if days else None
    return (groups[0] if groups else None), (None if amount is None else Target(amount, day))


def _print(told: Report, form: Form, group: str | None, tool: str | None, *, strict: bool) -> None:
    """JSON has the whole report, whatever part a table or CSV would show."""
    from prospector.pipeline.report.parts import part_of
    from prospector.pipeline.report.tables import terminal

    part = part_of(told, group, tool, strict=strict)
    if form.kind in ("json", "jsonl"):
        print_object(told.as_json(), form)
    elif not form.is_table:
        print_rows(part.long, COLUMNS, as_csv=form.kind == "csv", output=form.output)
    else:
        tables = [("", part.rows)] if part.is_part else list(terminal(told))
        emit("".join(_table(title, rows) for title, rows in tables if rows), form.output)


def _table(title: str, rows: list[dict[str, Any]]) -> str:
    head = f"{title}\n" if title else ""
    return f"{head}{table_text(rows, tuple(rows[0]))}\n"


def _summary(told: Report) -> str:
    if not told.coverage["denominator"]:
        return "Nobody has been written to yet. Next: prospector run --all"
    first = " ".join(told.notes) or "Every answer was read, and all windows are over."
    return f"{first} Next: prospector report --html report.html"
