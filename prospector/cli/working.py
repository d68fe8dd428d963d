"""`next`: today's tasks, and what became of them."""

from __future__ import annotations

from itertools import chain, islice
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
from prospector.cli.output import check_format, print_explained, print_json, print_rows
from prospector.core.counts import counted

if TYPE_CHECKING:
    from pathlib import Path

    from prospector.pipeline.next.items import Task
    from prospector.pipeline.next.marking import Marked, State
    from prospector.pipeline.next.today import Day

app = typer.Typer(
    invoke_without_command=True,
    **{**PLAIN, "no_args_is_help": False},
)
COLUMNS = ("id", "what", "who", "due", "value", "why")
ID = "A task of the list, such as touch:12; or a person or a company who has only one."
IdArgument = Annotated[str, typer.Argument(metavar="ID|WHO", help=ID)]
OutcomeOption = Annotated[
    str | None,
    typer.Option(
        "--outcome", metavar="TEXT", help="What came of it; of a call: talked, no answer, wrong number."
    ),
]


@app.callback()
def next_(
    context: typer.Context,
    owner: Annotated[
        str | None,
        typer.Option("--owner", metavar="NAME", help="One person's tasks alone; nobody: those of no one."),
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="At most so many.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Also what is due and waits for a later day.")] = False,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    csv_: CsvOption = False,
    quiet: QuietOption = False,
) -> None:
    """List today's tasks, the most valuable first: replies, calls, LinkedIn touches, deals that stand still.

    What a tool still sends to somebody who wants no more stands before all else. Where more touches are due than a day
    takes, the best are today's, and the others get a later day.

    \b
    Examples:
      prospector next
      prospector next --owner ana --json
    """
    if context.invoked_subcommand is not None:
        return
    check_format(as_json=json_, as_csv=csv_)
    with open_workspace(workspace, as_of) as opened:
        day = opened.next(owner=owner)
        most = limit if limit is not None else None if json_ or csv_ else TABLE_ROWS
        wanted = chain(day.today, day.later() if all_ else ())
        tasks = opened.shown_tasks(list(islice(wanted, most)))
    if json_ or csv_:
        print_rows([_row(one, table=False) for one in tasks], COLUMNS, as_json=json_, as_csv=csv_)
    else:
        print_explained([_row(one, table=True) for one in tasks], COLUMNS)
    say(_summary(day, tasks, all_=all_), quiet=quiet)


@app.command()
def done(
    task: IdArgument,
    outcome: OutcomeOption = None,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Say that a task is done.

    It does not come up again, and a call or touch counts as made.

    \b
    Examples:
      prospector next done task:1
      prospector next done task:2 --outcome "no answer"
    """
    _mark(task, "done", workspace, as_of, as_json=json_, quiet=quiet, outcome=outcome)


@app.command()
def later(
    task: IdArgument,
    on: Annotated[str, typer.Option("--on", metavar="DATE", help="The day on which it comes up again.")],
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Put a task off to another day.

    \b
    Examples:
      prospector next later task:4 --on 2026-12-14
    """
    _mark(task, "later", workspace, as_of, as_json=json_, quiet=quiet, on=on)


@app.command()
def skip(
    task: IdArgument,
    outcome: Annotated[str | None, typer.Option("--outcome", metavar="TEXT", help="Why.")] = None,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Leave a task out for good.

    \b
    Examples:
      prospector next skip task:3
    """
    _mark(task, "skipped", workspace, as_of, as_json=json_, quiet=quiet, outcome=outcome)


def _mark(
    text: str,
    state: State,
    workspace: Path | None,
    as_of: str | None,
    *,
    as_json: bool,
    quiet: bool,
    outcome: str | None = None,
    on: str | None = None,
) -> None:
    from prospector.workspace import parse_day

    due = parse_day(on, "--on") if on else None
    with open_workspace(workspace, as_of) as opened:
        marked = opened.mark_task(text, state, outcome=outcome, due=due)
    if as_json:
        print_json(marked.as_json())
    say(_told(marked), quiet=quiet)


def _told(marked: Marked) -> str:
    task = marked.task
    who = f" ({task.what}, {task.who})" if task.who else f" ({task.what})"
    if not marked.changed:
        return f"{task.id}{who}: was {marked.state} before. Next: prospector next"
    words = f"comes up again on {marked.due}" if marked.due else marked.state
    outcome = f": {marked.outcome}" if marked.outcome else ""
    return f"{task.id}{who}: {words}{outcome}. Next: {_after(marked)}"


def _after(marked: Marked) -> str:
    if marked.outcome and "wrong number" in marked.outcome.lower() and marked.task.who:
        return f"prospector set {marked.task.who} phone ''"
    return "prospector next"


def _row(task: Task, *, table: bool) -> dict[str, object]:
    row: dict[str, object] = dict(task.as_json())
    if table:
        row["value"] = round(task.value) if task.value else None
        row["who"] = task.who or task.name
    return row


def _summary(day: Day, tasks: list[Task], *, all_: bool) -> str:
    if not day.today:
        return "Nothing is to be done today. Next: prospector status"
    text = f"{counted(len(day.today), 'task')} today"
    if len(tasks) < len(day.today):
        text += f", {len(tasks)} shown"
    if day.waiting and not all_:
        text += (
            f"; {counted(len(day.waiting), 'more touch')} due, spread by value over the next "
            f"{counted(day.days_later, 'working day')} (--all lists them)"
        )
    if day.in_points:
        text += ". Values are points: no deal has an amount yet"
    return f"{text}. Next: {day.today[0].command}"
