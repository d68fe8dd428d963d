"""`sequence list|new|check|preview|diff`: what is written, before anything leaves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from prospector.cli.options import (
    PLAIN,
    AsOfOption,
    CsvOption,
    JsonOption,
    QuietOption,
    WorkspaceOption,
    open_workspace,
    say,
)
from prospector.cli.output import emit, print_json, print_rows
from prospector.core.counts import counted
from prospector.core.private_files import make_folder

if TYPE_CHECKING:
    from prospector.outreach.preview import Preview
    from prospector.sequences.shapes import SequenceLineShape

app = typer.Typer(help="List, start, check and preview sequences.", **PLAIN)

Name = Annotated[str, typer.Argument(metavar="NAME", help="A folder of templates/.")]


@app.command("list")
def list_(
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    csv_: CsvOption = False,
) -> None:
    """List the sequences of the workspace.

    \b
    Examples:
      prospector sequence list
    """
    from prospector.core.errors import FileError, SeveralErrors

    rows: list[SequenceLineShape] = []
    faults: list[FileError] = []
    with open_workspace(workspace, as_of) as opened:
        for name in opened.sequence_names():
            try:
                rows.append(opened.sequence(name).as_json())
            except FileError as fault:
                faults.append(fault)
    print_rows(rows, ("sequence", "title", "touches", "steps"), as_json=json_, as_csv=csv_)
    if faults:
        raise SeveralErrors(faults)


@app.command()
def new(name: Name, workspace: WorkspaceOption = None, quiet: QuietOption = False) -> None:
    """Write a commented sequence to start from: two mails and a call.

    \b
    Examples:
      prospector sequence new retail-buyers
    """
    with open_workspace(workspace, None) as opened:
        paths = opened.new_sequence(name)
    say(
        f"wrote {len(paths)} files in {paths[0].parent}. "
        f"Next: edit them, then prospector sequence preview {name} --open",
        quiet=quiet,
    )


@app.command()
def check(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME...]", help="Sequences; all if none.")
    ] = None,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Check templates for errors and style.

    An error stops every run, and has file, line and hint; style is a warning. Errors are names that do not exist, and
    a first mail without postal address or way to opt out.

    \b
    Examples:
      prospector sequence check
      prospector sequence check new-hr-manager
    """
    from prospector.core.errors import SeveralErrors

    findings = []
    with open_workspace(workspace, as_of) as opened:
        chosen = names or opened.sequence_names()
        for name in chosen:
            findings += opened.sequence_findings(name)
    if json_:
        print_json([one.as_json() for one in findings])
    errors = [one for one in findings if one.level == "error"]
    for one in findings:
        if one.level != "error":
            level = "note" if one.level == "hint" else one.level  # "hint:" is the second line of an error
            say(f"{level}: {one.file}{f':{one.line}' if one.line else ''}: {one.what}", quiet=quiet)
    if errors:
        raise SeveralErrors([one.as_error() for one in errors])
    say(
        f"{counted(len(chosen), 'sequence')}, no errors. "
        f"Next: prospector sequence preview {chosen[0] if chosen else 'NAME'}",
        quiet=quiet,
    )


@app.command()
def preview(
    name: Name,
    segment: Annotated[
        str | None,
        typer.Option(
            "--segment",
            "-s",
            metavar="NAME",
            help="Show people of this segment; else of its campaign's.",
        ),
    ] = None,
    person: Annotated[
        list[str] | None,
        typer.Option(metavar="WHO", help="Show it for these people: address, id, profile or name."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="At most so many people.")] = 5,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write one HTML page to a file.")
    ] = None,
    open_: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Show each touch as its recipient would see it.

    On one HTML page, or as text. Nothing is sent or stored.

    \b
    Examples:
      prospector sequence preview new-hr-manager --open
      prospector sequence preview new-hr-manager --person ana@banco.example
    """
    with open_workspace(workspace, as_of) as opened:
        shown = opened.preview(name, segment=segment, people=person or [], limit=limit)
        if json_:
            print_json(shown.as_json())
        elif output or open_:
            path = output or opened.folder / "exports" / f"preview-{name}.html"
            make_folder(path.parent)
            emit(shown.page(), path)
            say(
                f"{counted(len(shown.people), 'person')} in {path}. Next: prospector plan CAMPAIGN",
                quiet=quiet,
            )
            if open_:
                import webbrowser

                webbrowser.open(path.resolve().as_uri())
        else:
            emit(shown.text())
            say(f"Next: {_after(shown)}", quiet=quiet)


def _after(shown: Preview) -> str:
    """What to do behind a preview: where all are held back, nothing was to be seen."""
    if not shown.people:
        return "--segment NAME or --person WHO shows it for others, as nobody is in the segment"
    if all(one.held_back for one in shown.people):
        return "--segment NAME, --person WHO or a higher --limit shows others, as all of these are held back"
    return "--open shows it as the recipient would see it"


@app.command()
def diff(
    first: Annotated[str, typer.Argument(metavar="A", help="A folder of templates/.")],
    second: Annotated[str, typer.Argument(metavar="B", help="Another one.")],
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Show in what two sequences differ.

    In touches, days, channels, subjects, texts and settings. Touches belong together by their files' names, whatever
    the number in front.

    \b
    Examples:
      prospector sequence diff new-hr-manager new-marketing-lead
    """
    with open_workspace(workspace, as_of) as opened:
        found = opened.sequence_differences(first, second)
    if json_:
        print_json([one.as_json() for one in found])
    elif found:
        emit("\n".join(line for one in found for line in one.lines()) + "\n")
    touches = len({one.touch for one in found if one.touch})
    say(
        f"{counted(len(found), 'difference')} in {counted(touches, 'touch')}. Next: prospector sequence check {second}"
        if found
        else f"{first} and {second} say the same.",
        quiet=quiet,
    )
