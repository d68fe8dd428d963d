"""`stage`: where prospects stand, and moving one of them by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from prospector.cli.options import (
    WHO,
    AsOfOption,
    CsvOption,
    JsonOption,
    QuietOption,
    WorkspaceOption,
    open_workspace,
    say,
)
from prospector.cli.output import check_format, print_json, print_rows
from prospector.core.counts import counted

if TYPE_CHECKING:
    from prospector.pipeline.stages.moves import PersonStanding
    from prospector.pipeline.stages.overview import StageLine
    from prospector.pipeline.stages.shapes import MoveShape

_COLUMNS = ("stage", "group", "people", "warm", "cold", "stale", "median_days", "deals", "worth")
_MOVES = ("at", "stage", "came_from", "by", "reason", "campaign")


def stage(
    who: Annotated[
        str | None, typer.Argument(metavar="[WHO]", help=f"{WHO} Without one: all stages.")
    ] = None,
    to: Annotated[
        str | None, typer.Argument(metavar="[STAGE]", help="The stage to move the person to.")
    ] = None,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; a way back needs one.")] = "",
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help="The day of the move; else the day of work.")
    ] = None,
    owner: Annotated[
        str | None,
        typer.Option("--owner", metavar="NAME", help="Who looks after the person; '' for the campaign's."),
    ] = None,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    csv_: CsvOption = False,
    quiet: QuietOption = False,
) -> None:
    """Show who stands where, one person's way through the stages, or move a person by hand.

    Stages follow from what happened by the rules of pipeline.yaml; a move by hand stands beside them, with its day.

    \b
    Examples:
      prospector stage
      prospector stage ana@banco.example
      prospector stage ana@banco.example sql --reason "called back"
    """
    from prospector.workspace import parse_day

    check_format(as_json=json_, as_csv=csv_)
    day = None if on is None else parse_day(on, "--on")
    with open_workspace(workspace, as_of) as opened:
        if who is None:
            _say_all(opened.stages(), as_json=json_, as_csv=csv_, quiet=quiet)
            return
        done = opened.move(who, to, reason=reason, on=day, owner=owner)
    _say_one(done, asked=to is not None or owner is not None, as_json=json_, as_csv=csv_, quiet=quiet)


def _say_all(lines: list[StageLine], *, as_json: bool, as_csv: bool, quiet: bool) -> None:
    rows = [one.as_json() for one in lines]
    if as_json:
        print_json(rows)
    else:
        shown = [{**one, "worth": worth(one["amounts"])} for one in rows]
        print_rows([{name: one[name] for name in _COLUMNS} for one in shown], _COLUMNS, as_csv=as_csv)
    people = sum(one.people for one in lines)
    stale = sum(one.stale for one in lines)
    told = f"{counted(people, 'person')} on the road" + (
        f", {stale} for too long in one stage" if stale else ""
    )
    say(
        f"{told}. Next: prospector {'find --stage ' + lines[0].stage if people else 'run --all'}", quiet=quiet
    )


def worth(amounts: dict[str, float]) -> str:
    """Sums of several currencies, none of them converted."""
    return ", ".join(f"{amount:,.0f} {currency}" for currency, amount in amounts.items())


def _row(move: MoveShape) -> dict[str, Any]:
    """A move as people read it."""
    by = {"hand": "hand", "event": "what happened"}.get(move["by"], "a rule")
    return {**move, "at": move["at"][:16].replace("T", " "), "by": by}


def _say_one(done: PersonStanding, *, asked: bool, as_json: bool, as_csv: bool, quiet: bool) -> None:
    if as_json:
        print_json(done.as_json())
    else:
        moves = [one.as_json() for one in done.moves]
        print_rows(moves if as_csv else [_row(one) for one in moves], _MOVES, as_csv=as_csv)
    if done.stage is None:
        say(f"{done.person}: on no road yet. Next: prospector run --all", quiet=quiet)
        return
    state = f"{done.stage} since {done.since} ({counted(done.days or 0, 'day')})"
    word = "has been" if not asked else "is now" if done.changed else "was already"
    more = [
        "warm" if done.warm else "cold",
        "" if done.fit is None else f"fit {done.fit}",
        f"engagement {done.engagement}",
        f"last answer {done.last_answer}" if done.last_answer else "",
        f"to move on by {done.accepted_until}" if done.accepted_until else "",
        f"looked after by {done.owner}" if done.owner else "",
    ]
    told = ", ".join(filter(None, more))
    say(f"{done.person} {word} in {state}; {told}. Next: prospector why {done.person}", quiet=quiet)
