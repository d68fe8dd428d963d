"""`undo`, `duplicates`, `merge`, `set`, `why`: what was brought in, put right."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from prospector.cli.options import (
    TABLE_ROWS,
    WHO,
    AsOfOption,
    CsvOption,
    JsonOption,
    OutputOption,
    QuietOption,
    WhoArgument,
    WorkspaceOption,
    open_workspace,
    say,
)
from prospector.cli.output import form_of, print_json, print_object, print_rows
from prospector.core.counts import counted
from prospector.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prospector.cli.output import Form
    from prospector.core.fields import Subject
    from prospector.pipeline.stages.in_campaign import InCampaign
    from prospector.store.corrections import Correction
    from prospector.store.shapes import KeptApartShape
    from prospector.store.undo import ToUndo, Undone


First = Annotated[str, typer.Argument(metavar="A", help=WHO)]
Companies = Annotated[bool, typer.Option("--companies", help="Bare numbers are ids of companies.")]


def undo(
    import_id: Annotated[
        int | None, typer.Argument(metavar="[IMPORT_ID]", help="Which import; else the last one.")
    ] = None,
    list_: Annotated[bool, typer.Option("--list", help="List all imports and change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask on a terminal.")] = False,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Take an import back, the last one or the one named.

    Says first what it will take back, and asks on a terminal. Values are worked out anew from what other sources
    say. People and companies that nothing else knows go; people who were contacted stay, and so do suppressions and
    what was set by hand. An import older than the last one is taken back only by its number.

    \b
    Examples:
      prospector undo --list
      prospector undo
    """
    if list_ and import_id is not None:
        raise UsageError("--list takes no import", hint="write prospector undo --list")
    with open_workspace(workspace, as_of) as opened:
        if list_:
            rows = [line.as_json() for line in opened.imports()]
            columns = ("import_id", "file", "preset", "imported_on", "rows", "undone_on")
            print_rows(rows, columns, as_json=json_)
            return
        planned = opened.to_undo(import_id)
        if planned is not None:
            _confirm(planned, asks=not yes and sys.stdin.isatty(), quiet=quiet)
        undone = opened.undo(planned.line.import_id if planned else None)
    if json_:
        print_json(undone.as_json())
    _say_undone(undone, quiet=quiet)


def _confirm(planned: ToUndo, *, asks: bool, quiet: bool) -> None:
    """Say what will be taken back; never an older import than the last one without being asked."""
    line, newer = planned.line, planned.newer
    what = f"import {line.import_id} ({line.file}, {line.imported_on})"
    if newer is not None:
        said = f"the last import ({newer.import_id}, {newer.file}) was undone on {newer.undone_on} already"
        if not asks:
            raise UsageError(said, hint=f"an older one is {what}: prospector undo {line.import_id}")
        say(said, quiet=quiet)
    say(
        f"to take back: {what}: {counted(planned.evidence, 'observation')} of {counted(planned.people, 'person')} and "
        f"{counted(planned.companies, 'company')}",
        quiet=quiet and not asks,
    )
    if asks and not typer.confirm("Take it back?", err=True):
        raise UsageError("nothing was taken back", hint="see: prospector undo --list")


def _say_undone(undone: Undone, *, quiet: bool) -> None:
    if undone.import_id is None:
        say("nothing to undo: no import counts. See: prospector undo --list", quiet=quiet)
        return
    for person in undone.kept[:20]:
        who = person.email or f"person:{person.person_id}"
        campaigns = f": contacted by {', '.join(person.campaigns)}" if person.campaigns else ""
        say(f"  {who} stays{campaigns}", quiet=quiet)
    if undone.kept:
        stay = "stays" if len(undone.kept) == 1 else "stay"
        say(f"{counted(len(undone.kept), 'person')} {stay}, because they were contacted", quiet=quiet)
    if undone.by_hand:
        stay = "stays" if undone.by_hand == 1 else "stay"
        say(f"{counted(undone.by_hand, 'record')} {stay} with nothing but what was set by hand", quiet=quiet)
    if undone.suppressions_kept:
        stay = "stays" if undone.suppressions_kept == 1 else "stay"
        say(f"{counted(undone.suppressions_kept, 'suppression')} from {undone.file} {stay}", quiet=quiet)
    people, companies = undone.people, undone.companies
    say(
        f"import {undone.import_id} ({undone.file}) undone: {counted(undone.evidence, 'observation')} taken back. "
        f"People: {people['deleted']} deleted, {people['changed']} changed. "
        f"Companies: {companies['deleted']} deleted, {companies['changed']} changed. "
        "Next: prospector import FILE",
        quiet=quiet,
    )


def duplicates(
    keep_apart: Annotated[
        tuple[str, str] | None,
        typer.Option("--keep-apart", metavar="A B", help="These two are not the same: list them no more."),
    ] = None,
    companies: Companies = False,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many rows.")] = None,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    csv_: CsvOption = False,
    output: OutputOption = None,
    quiet: QuietOption = False,
) -> None:
    """List likely duplicates of people and companies, with the reason; merges nothing.

    Decide with `merge A B`, or with --keep-apart A B.

    \b
    Examples:
      prospector duplicates
      prospector duplicates --csv -o pairs.csv
    """
    form = form_of(as_json=json_, as_csv=csv_, output=output)
    with open_workspace(workspace, as_of) as opened:
        if keep_apart is not None:
            new = opened.keep_apart(*keep_apart, numbers=_numbers(companies))
            if not form.is_table:
                done: KeptApartShape = {"a": keep_apart[0], "b": keep_apart[1], "new": new}
                print_object(done, form)
            say("kept apart" if new else "they were kept apart already", quiet=quiet)
            return
        rows = [pair.as_json() for pair in opened.duplicates()]
    most = limit or (len(rows) if json_ or csv_ or output else TABLE_ROWS)
    print_rows(
        rows[:most], ("a", "a_name", "b", "b_name", "reason"), as_json=json_, as_csv=csv_, output=output
    )
    if len(rows) > most:
        say(f"... and {len(rows) - most} more: --limit {len(rows)} shows all", quiet=quiet)
    pairs = [row for row in rows if row["b"] is not None]
    following = f"prospector merge {pairs[0]['a']} {pairs[0]['b']}" if pairs else "prospector find --help"
    people = sum(row["kind"] == "person" for row in pairs)
    say(f"{people} pairs of people, {len(pairs) - people} of companies. Next: {following}", quiet=quiet)


def _numbers(companies: bool) -> Subject:
    return "company" if companies else "person"


def merge(
    kept: First,
    gone: Annotated[str, typer.Argument(metavar="B", help="What is the same as A; it goes.")],
    companies: Companies = False,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Make one of two people or companies: all that is known of B moves to A, and B goes.

    Values are worked out anew from the evidence of both. All addresses of B find A from now on.

    \b
    Examples:
      prospector merge ana@banco.example a.ruiz@banco.example
      prospector merge banco.example banco-grupo.example
    """
    with open_workspace(workspace, as_of) as opened:
        merged = opened.merge(kept, gone, numbers=_numbers(companies))
    if json_:
        print_json(merged.as_json())
    say(
        f"{merged.gone_handle} is now {merged.kept_handle}: "
        f"{counted(merged.moved.get('evidence', 0), 'observation')} moved. "
        f"Next: prospector why {merged.kept_handle}",
        quiet=quiet,
    )


def set_(
    who: WhoArgument,
    field: Annotated[str, typer.Argument(metavar="FIELD", help="What to correct: title, email, company...")],
    value: Annotated[str, typer.Argument(metavar="VALUE", help="The right value; '' for none.")],
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Correct a value by hand; it outweighs every other source while it is fresh.

    A title also sets department and seniority. A person's company is set by its domain. A blank value says that
    there is nothing, so that no source fills it again.

    \b
    Examples:
      prospector set ana@banco.example title 'Head of People'
      prospector set banco.example headcount 180
      prospector set ana@banco.example phone ''
    """
    with open_workspace(workspace, as_of) as opened:
        done = opened.set_value(who, field, value)
    if json_:
        print_json(done.as_json())
    _say_correction(done, quiet=quiet)


def _say_correction(done: Correction, *, quiet: bool) -> None:
    told = {name: value for name, value in done.values.items() if value != ""}
    more = {name: value for name, value in told.items() if name not in (done.field, "company_id")}
    also = f" ({', '.join(f'{name}: {value}' for name, value in more.items())})" if more else ""
    before = "nothing" if done.previous is None else f'"{done.previous}"'
    now = "blank" if done.now is None else f'"{done.now}"'
    change = f"{before} -> {now}" if done.previous != done.now else f"stays {now}, now by hand"
    say(
        f"{done.who}: {done.field}: {change}{also}. Next: prospector why {done.who} {done.field}", quiet=quiet
    )
    if done.field == "company" and done.changed:
        say("title, phone and address that came with another employer no longer count", quiet=quiet)


def why(
    who: WhoArgument,
    field: Annotated[
        str | None, typer.Argument(metavar="[FIELD]", help="Only this field, such as title or company.")
    ] = None,
    campaign: Annotated[
        str | None, typer.Option(metavar="NAME", help="How the person stands in this campaign, instead.")
    ] = None,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    csv_: CsvOption = False,
    output: OutputOption = None,
) -> None:
    """Show where each value comes from, or why a campaign takes somebody.

    Every observation is listed, with which one is current, and why. With --campaign: whether the campaign has taken
    the person, what holds them back, what came back, and what each criterion of its segment says.

    \b
    Examples:
      prospector why ana@banco.example
      prospector why ana@banco.example title
      prospector why ana@banco.example --campaign finance-new-hr
    """
    form = form_of(as_json=json_, as_csv=csv_, output=output)
    if campaign is not None and field is not None:
        raise UsageError("a field and --campaign exclude each other", hint="leave one of them out")
    with open_workspace(workspace, as_of) as opened:
        if campaign is not None:
            _print_in_campaign(opened.in_campaign(who, campaign), form)
            return
        rows = [told.as_json() for told in opened.why(who, field)]
    if not form.is_table:
        print_rows(rows, tuple(_table_row({})), as_json=json_, as_csv=csv_, output=output)
        return
    shown = [_table_row(row) for row in rows]
    said = {name for row in shown for name, cell in row.items() if cell is not None}
    columns = [name for name in _table_row({}) if name in said or name not in ("confidence", "cost")]
    print_rows(shown, columns, output=output)
    if not rows:
        say(f"no source says anything of this about {who}")


def _print_in_campaign(told: InCampaign, form: Form) -> None:
    if form.kind in ("json", "jsonl"):
        print_object(told.as_json(), form)
    else:
        rows = [{"what": name, "value": value} for name, value in told.lines()]
        print_rows(rows, ("what", "value"), as_csv=form.kind == "csv", output=form.output)


def _table_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """An observation as a line of the table; the current value is marked with a star."""
    place = row.get("url") or (f"row {row['row']}" if row.get("row") else None)
    return {
        "field": row.get("field"),
        "": "*" if row.get("current") else "",
        "value": row.get("value"),
        "because": row.get("because"),
        "seen": row.get("seen_at"),
        "method": row.get("method"),
        "source": row.get("source"),
        "place": place,
        "confidence": row.get("confidence"),
        "cost": row.get("cost") or None,
    }
