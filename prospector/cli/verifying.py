"""`verify`: what is proved of an address, or of each in a list."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from prospector.cli.options import (
    BEFORE,
    AsOfOption,
    JsonOption,
    OutputOption,
    QuietOption,
    WorkspaceOption,
    chosen_day,
    say,
)
from prospector.cli.output import form_of, print_json, print_object, print_rows
from prospector.cli.progress import progress
from prospector.core.errors import FileError

if TYPE_CHECKING:
    from prospector.contacts.files import ListVerified
    from prospector.workspace import Workspace


def verify(
    what: Annotated[
        str,
        typer.Argument(
            metavar="ADDRESS|FILE",
            help="An address, or a list: a table with a column of them, or lines; - is stdin.",
        ),
    ],
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    output: OutputOption = None,
    quiet: QuietOption = False,
) -> None:
    """Say what is proved of an address, or of each in a list: whether it takes mail.

    Answers are kept and not asked for again while they are fresh (enrich.max_age), so a list that was interrupted
    goes on where it stopped. Without a workspace they are kept beside the list of verdicts.

    \b
    Examples:
      prospector verify ana@banco.example
      prospector verify contacts.csv -o checked.csv
      cut -d, -f3 contacts.csv | prospector verify - --json
    """
    if what == "-" or Path(what).is_file() or "@" not in what:
        _verify_list(what, output, workspace, as_of, as_json=json_, quiet=quiet)
        return
    with TemporaryDirectory() as folder, _opened(workspace, as_of, Path(folder, "state.db")) as opened:
        found = opened.verify(what)
    shape = found.as_json()
    form = form_of(as_json=json_, output=output)
    if not form.is_table:
        print_object(shape, form)
    else:
        likely = found.likelihood.words if found.likelihood else None
        print_rows(
            [{"what": name, "value": value} for name, value in {**shape, "likelihood": likely}.items()],
            ("what", "value"),
            output=output,
        )
    say("What the words mean: docs/contacts.md", quiet=quiet)


def _opened(workspace: Path | None, as_of: str | None, state: Path) -> Workspace:
    from prospector.workspace import Workspace

    return Workspace.open_anywhere(workspace or BEFORE.workspace, state, as_of=chosen_day(as_of))


def _verify_list(
    file: str, output: Path | None, workspace: Path | None, as_of: str | None, *, as_json: bool, quiet: bool
) -> None:
    if file != "-" and not Path(file).exists():
        raise FileError(
            file, "no such file, and no address either", hint="write name@company.example, or a file"
        )
    target = output or _beside(file)
    state = target.with_name(f"{target.name}.state.db")
    with (
        _opened(workspace, as_of, state) as opened,
        progress(f"verifying {file}", None, quiet=quiet) as update,
    ):
        stdin = sys.stdin.buffer if file == "-" else None
        report = opened.verify_list(file, target, stdin=stdin, progress=update)
        kept = "" if opened.folder != state.parent or not state.exists() else f" Answers are kept in {state}."
    if as_json:
        print_json(report.as_json())
    _say_report(report, kept, quiet=quiet)
    if report.rejected:
        raise typer.Exit(1)


def _beside(file: str) -> Path:
    path = Path("stdin" if file == "-" else file)
    return path.with_name(f"{path.stem}.verified.csv")


def _say_report(report: ListVerified, kept: str, *, quiet: bool) -> None:
    if report.waiting and report.again_at:
        say(
            f"{report.waiting} are to be asked again: run the same command after "
            f"{report.again_at.astimezone():%Y-%m-%d %H:%M}",
            quiet=quiet,
        )
    counts = ", ".join(f"{count} {word}" for word, count in sorted(report.counts.items()))
    where = f" -> {report.rejects_file}" if report.rejects_file else ""
    say(
        f"{report.rows} rows: {counts or 'no verdicts'}, {report.rejected} rejected{where}.{kept} "
        f"Next: look into {report.file}",
        quiet=quiet,
    )
