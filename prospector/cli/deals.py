"""`deal`: what may be bought, what is known of it, and what it lacks."""

from __future__ import annotations

from pathlib import Path
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
from prospector.cli.output import form_of, print_explained, print_json, print_rows
from prospector.core.counts import counted

if TYPE_CHECKING:
    from datetime import date

    from prospector.pipeline.deals.records import DealTold

app = typer.Typer(help="Open, change, win and lose deals.", **PLAIN)
Which = Annotated[
    str, typer.Argument(metavar="DEAL", help="deal:ID, its number, or the name that only one has.")
]
ReasonOption = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why.")]
OnOption = Annotated[
    str | None, typer.Option("--on", metavar="DATE", help="The day of it; else the day of work.")
]
_COLUMNS = (
    "deal",
    "name",
    "company",
    "amount",
    "currency",
    "stage",
    "days",
    "close_on",
    "next_step",
    "lowest",
    "sum",
)
_SHOWN = ("deal", "name", "company", "amount", "stage", "days", "close_on", "lowest", "note")
_LETTERS = ("letter", "counts", "level", "means", "value", "said_by", "said_on", "note")


@app.callback()
def _deals() -> None:
    """Open, change, win and lose deals."""


def _day(text: str | None, what: str = "--on") -> date | None:
    from prospector.workspace import parse_day

    return None if text is None else parse_day(text, what)


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is called.")],
    person: Annotated[str | None, typer.Option("--person", metavar="WHO", help="Whose deal it is.")] = None,
    company: Annotated[
        str | None, typer.Option("--company", metavar="WHO", help="The company, if it is no one's.")
    ] = None,
    amount: Annotated[
        str, typer.Option("--amount", metavar="NUMBER", help="What it comes to: 12000 or 12k.")
    ] = "",
    currency: Annotated[
        str, typer.Option("--currency", metavar="CODE", help="EUR; else that of pipeline.yaml.")
    ] = "",
    close: Annotated[
        str, typer.Option("--close", metavar="DATE", help="When it is expected to be won.")
    ] = "",
    stage: Annotated[str | None, typer.Option("--stage", metavar="STAGE", help="Where it begins.")] = None,
    owner: Annotated[str, typer.Option("--owner", metavar="NAME", help="Who looks after it.")] = "",
    on: OnOption = None,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Open a deal of a person or of a company.

    \b
    Examples:
      prospector deal add "Payroll for Banco" --person ana@banco.example --amount 12000 --close 2027-01-31
    """
    with open_workspace(workspace, as_of) as opened:
        done = opened.open_deal(
            name,
            company=company,
            person=person,
            amount=amount,
            currency=currency,
            close=close,
            stage=stage,
            owner=owner,
            on=_day(on),
        )
    _tell(done, "opened", as_json=json_, quiet=quiet)


@app.command("set")
def set_(
    which: Which,
    field: Annotated[
        str, typer.Argument(metavar="FIELD", help="name, amount, currency, close, stage, owner or category.")
    ],
    value: Annotated[str, typer.Argument(metavar="VALUE", help="The new value; '' for none.")],
    reason: ReasonOption = "",
    force: Annotated[bool, typer.Option("--force", help="Through a closed gate, with a --reason.")] = False,
    on: OnOption = None,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Change a field of a deal; each change is kept. A stage whose gate is closed is refused, with what is missing.

    \b
    Examples:
      prospector deal set deal:1 close 2027-02-28
      prospector deal set deal:1 amount 15k
    """
    with open_workspace(workspace, as_of) as opened:
        done = opened.set_deal(which, field, value, reason=reason, force=force, on=_day(on))
    _tell(done, "changed", as_json=json_, quiet=quiet)


@app.command("letter")
def letter(
    which: Which,
    letter: Annotated[str, typer.Argument(metavar="LETTER", help="A letter of MEDDIC, such as champion.")],
    level: Annotated[
        str,
        typer.Argument(
            metavar="LEVEL", help="0 unknown, 1 identified, 2 validated, 3 quantified by the buyer."
        ),
    ],
    value: Annotated[str, typer.Option("--value", metavar="TEXT", help="What is known.")] = "",
    said_by: Annotated[str, typer.Option("--said-by", metavar="NAME", help="Who said it.")] = "",
    link: Annotated[str, typer.Option("--link", metavar="TEXT", help="Where that can be read.")] = "",
    on: OnOption = None,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Note what is known of a letter of MEDDIC.

    Say how well it is known, and who said it. The letters: metrics, economic_buyer, decision_criteria,
    decision_process, pain, champion.

    \b
    Examples:
      prospector deal letter deal:1 champion 2 --value "Ana Ruiz" --said-by "Ana Ruiz"
    """
    with open_workspace(workspace, as_of) as opened:
        done = opened.say_letter(which, letter, level, value=value, said_by=said_by, link=link, on=_day(on))
    _tell(done, "changed", as_json=json_, quiet=quiet)


@app.command("next")
def next_(
    which: Which,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What is to be done; '' for nothing.")],
    on: Annotated[str | None, typer.Option("--on", metavar="DATE", help="By when.")] = None,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Say what is to be done next for a deal, and by when.

    \b
    Examples:
      prospector deal next deal:1 "send the offer" --on 2026-12-04
    """
    with open_workspace(workspace, as_of) as opened:
        done = opened.next_step(which, text, _day(on))
    _tell(done, "changed", as_json=json_, quiet=quiet)


@app.command("won")
def won(
    which: Which,
    on: OnOption = None,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Close a deal as won.

    \b
    Examples:
      prospector deal won deal:1
    """
    with open_workspace(workspace, as_of) as opened:
        done = opened.end_deal(which, "won", on=_day(on))
    _tell(done, "won", as_json=json_, quiet=quiet)


@app.command("lost")
def lost(
    which: Which,
    reason: ReasonOption = "",
    on: OnOption = None,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Close a deal as lost, with the reason.

    The reasons stand in pipeline.yaml.

    \b
    Examples:
      prospector deal lost deal:1 --reason price
    """
    with open_workspace(workspace, as_of) as opened:
        done = opened.end_deal(which, "lost", reason=reason, on=_day(on))
    _tell(done, "lost", as_json=json_, quiet=quiet)


@app.command("show")
def show(
    which: Which,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Show a deal: its letters, what it lacks, and every change.

    \b
    Examples:
      prospector deal show deal:1
    """
    with open_workspace(workspace, as_of) as opened:
        told = opened.deal(which)
    if not json_:
        rows = [
            {**one, "note": "too long ago: counts one less" if one["stale"] else ""}
            for one in told.as_json()["letters"]
        ]
        print_rows(rows, _LETTERS)
        print_rows(told.changes, ("at", "field", "was", "became", "reason"))
    _tell(told, "", as_json=json_, quiet=quiet)


@app.command("list")
def list_(
    state: Annotated[
        str, typer.Option("--state", metavar="STATE", help="open, won, lost, dark or all.")
    ] = "open",
    owner: Annotated[str | None, typer.Option("--owner", metavar="NAME", help="Whose deals.")] = None,
    limit: Annotated[int, typer.Option("--limit", help="Rows of the table.", min=1)] = TABLE_ROWS,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    csv_: CsvOption = False,
    output: OutputOption = None,
    quiet: QuietOption = False,
) -> None:
    """List the deals, the nearest close first.

    \b
    Examples:
      prospector deal list
      prospector deal list --state dark --json
    """
    form = form_of(as_json=json_, as_csv=csv_, output=output)
    with open_workspace(workspace, as_of) as opened:
        found = [one.line_json() for one in opened.deals(state, owner)]
    if form.is_table:
        shown = [_shown(one) for one in found[:limit]]
        if output is None:
            print_explained(shown, _SHOWN)
        else:
            print_rows(shown, _SHOWN, output=output)
    else:
        plain = form.kind in ("csv", "xlsx")
        rows = [{**one, "lacks": "; ".join(one["lacks"])} if plain else one for one in found]
        print_rows(rows, _COLUMNS, as_json=json_, as_csv=csv_, output=output)
    without = sum(one["state"] == "open" and not one["next_step"] for one in found)
    told = f"{counted(len(found), 'deal')}" + (f", {without} without a next step" if without else "")
    following = (
        f"prospector deal show {found[0]['deal']}" if found else 'prospector deal add "NAME" --person WHO'
    )
    say(f"{told}. Next: {following}", quiet=quiet)


@app.command("export")
def export(
    to: Annotated[str, typer.Option("--to", metavar="CRM", help="hubspot or salesforce.")],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FOLDER", help="Where the files go; else exports/crm/."),
    ] = None,
    push: Annotated[bool, typer.Option("--push", help="To the API instead of into files (hubspot).")] = False,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Tell a CRM what has changed since the last time.

    That is people's stages, and deals.

    \b
    Examples:
      prospector deal export --to hubspot
      prospector deal export --to salesforce -o for-salesforce
    """
    with open_workspace(workspace, as_of) as opened:
        told = opened.export_deals(to, output, push=push)
    if json_:
        print_json(told)
    for name in told["files"]:
        say(name, quiet=quiet)
    if told["unnamed"]:
        say(f"warning: {to} has no name of its own in pipeline.yaml for: {', '.join(told['unnamed'])}")
    for why, number in told["left_out"].items():
        say(f"warning: {number} left out: {why}")
    changed = f"{told['people']} people and {counted(told['deals'], 'deal')} changed since the last time"
    following = "prospector deal list" if told["pushed"] or not told["files"] else f"import them in {to}"
    if told["refused"]:
        say(f"error: {to} did not take {len(told['refused'])}: {', '.join(told['refused'][:5])}")
        say(f"hint: see that {to} has the properties and stages that pipeline.yaml names, then run it again")
    say(f"{changed}. Next: {following}", quiet=quiet)
    if told["refused"]:
        raise typer.Exit(1)


def _shown(one: Any) -> dict[str, Any]:
    """A deal as a line of the table."""
    return {**one, "amount": _value(one), "note": _note(one)}


def _value(one: Any) -> str:
    return "no amount" if one["amount"] is None else f"{one['amount']:,.0f} {one['currency']}"


def _note(one: Any) -> str:
    """What is to be done next, and what is wrong."""
    by = f" by {one['next_step_on']}" if one["next_step_on"] else ""
    step = f"next: {one['next_step']}{by}" if one["next_step"] else ""
    step = step or ("no next step" if one["state"] == "open" else "")
    marks = (step, "dark" if one["dark"] else "", "stale" if one["stale"] else "", one["lost_reason"] or "")
    moved = f"close moved {one['close_moves']}x" if one["close_moves"] else ""
    return ", ".join(filter(None, (*marks, moved)))


def _tell(done: DealTold, word: str, *, as_json: bool, quiet: bool) -> None:
    """The deal in one line, or as JSON; and what it lacks for the next stage."""
    told = done.as_json()
    if as_json:
        print_json(told)
    parts = [told["stage"], _value(told), f"lowest letter {told['lowest']}, sum {told['sum']} of 18"]
    if told["close_on"]:
        parts.append(f"to close on {told['close_on']}")
    if old := [one["letter"].replace("_", " ") for one in told["letters"] if one["stale"]]:
        say(f"warning: said too long ago, one level less: {', '.join(old)}")
    if told["lacks"]:
        say(f"For the next stage it lacks: {'; '.join(told['lacks'])}", quiet=quiet)
    state = f" {word}" if word and done.changed else " stays as it was" if word else ""
    following = (
        "prospector deal list"
        if told["next_step"] or told["state"] != "open"
        else (f'prospector deal next {told["deal"]} "..." --on DATE')
    )
    say(f"{told['deal']} {told['name']}{state}: {', '.join(parts)}. Next: {following}", quiet=quiet)
