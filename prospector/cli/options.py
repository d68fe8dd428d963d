"""Options that many commands share, and the settings that stand before the command."""

from __future__ import annotations

import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from prospector.cli.output import without_controls

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from prospector.workspace import Workspace

WHO = (
    "A person's address, a company's domain, either's profile or name (where it is the only one), person:ID or "
    "company:ID; a number alone is a person's id."
)
WhoArgument = Annotated[str, typer.Argument(metavar="WHO", help=WHO)]
PLAIN: dict[str, Any] = {
    "no_args_is_help": True,
    "rich_markup_mode": None,  # Boxes would flatten the examples of a help page.
    "context_settings": {"help_option_names": ["-h", "--help"]},
}
"""What all groups of commands have in common."""

TABLE_ROWS = 50
"""Rows of a table for people to read; `--json` and `--csv` have all."""

WorkspaceOption = Annotated[
    Path | None,
    typer.Option("--workspace", metavar="DIR", help="Workspace folder; else this one or a parent."),
]
AsOfOption = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="The day to work for, such as 2026-12-01; else today."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
CsvOption = Annotated[bool, typer.Option("--csv", help="Print CSV.")]
OutputOption = Annotated[
    Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write the result to a file.")
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing beside the result.")]


@dataclass
class Before:
    """What was said before the command's name."""

    workspace: Path | None = None
    as_of: str | None = None
    debug: bool = False


BEFORE = Before()
"""Filled once, when the program starts; the options behind a command's name beat it."""


def chosen_day(as_of: str | None) -> date | None:
    """The day that `--as-of` names, behind the command's name or before it."""
    from prospector.workspace import parse_day

    day = BEFORE.as_of if as_of is None else as_of
    return None if day is None else parse_day(day, "--as-of")


@contextmanager
def open_workspace(workspace: Path | None, as_of: str | None) -> Iterator[Workspace]:
    """The workspace that the options name, closed at the end."""
    from prospector.workspace import Workspace

    with Workspace.open(workspace or BEFORE.workspace, as_of=chosen_day(as_of)) as opened:
        yield opened


def say(text: str, *, quiet: bool = False) -> None:
    """Talk to the user, one line on stderr. Where nobody can hear it, the work goes on."""
    if not quiet:
        with suppress(OSError):
            print(without_controls(text), file=sys.stderr, flush=True)
