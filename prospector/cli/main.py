"""The program: all commands in funnel order, and the one place that turns errors into exit codes."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from prospector.cli import (
    campaigns,
    companies,
    history,
    importing,
    people,
    segments,
    sequences,
    setup,
    suppress,
)
from prospector.cli.options import BEFORE, say
from prospector.errors import FileError, ProspectorError

PLAIN = {
    "no_args_is_help": True,
    "rich_markup_mode": None,
    "context_settings": {"help_option_names": ["-h", "--help"]},
}

FUNNEL = (
    "init", "demo", "import", "undo", "duplicates", "merge", "set", "show", "why", "fields", "find", "segment",
    "inspect", "enrich", "sequence", "plan", "run",
    "suppress", "config",
)  # fmt: skip
"""The commands in the order in which a list is worked."""


INTERRUPTED = 130
_FILE_HINT = "check the file's name, its folder and its permissions"


class ReaderGone(Exception):
    """Nobody reads stdout any more (`| head`). Typer would make it an error."""


class InFunnelOrder(TyperGroup):
    """Lists commands and groups of commands together, in funnel order."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; a closed pipe is `ReaderGone`."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise ReaderGone from error

    def list_commands(self, ctx: Any) -> list[str]:
        """See `FUNNEL`."""
        return sorted(super().list_commands(ctx), key=FUNNEL.index)


app = typer.Typer(
    cls=InFunnelOrder,
    help="From an ideal customer in a text file to a personal sequence in the e-mail tool.",
    pretty_exceptions_enable=False,
    add_completion=True,
    **PLAIN,  # type: ignore[arg-type]
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"prospector {version('prospector-outbound')}")
        raise typer.Exit


@app.callback()
def before(
    workspace: Annotated[
        Path | None,
        typer.Option("--workspace", metavar="DIR", help="Workspace folder; else this one or a parent."),
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="The day to work for; else today.")
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show a traceback when something fails.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """From an ideal customer in a text file to a personal sequence in the e-mail tool.

    \b
    Examples:
      prospector demo
      prospector import contacts.csv
      prospector find --segment finance-new-hr
      prospector run finance-new-hr
    """
    BEFORE.workspace, BEFORE.as_of, BEFORE.debug = workspace, as_of, debug


app.command()(setup.init)
app.command()(setup.demo)
app.command("import")(importing.import_)
app.command()(history.undo)
app.command()(history.duplicates)
app.command()(history.merge)
app.command("set")(history.set_)
app.command()(people.show)
app.command()(history.why)
app.command()(people.fields)
app.command()(people.find)
app.add_typer(segments.app, name="segment")
app.command()(companies.inspect)
app.command()(companies.enrich)
app.add_typer(sequences.app, name="sequence")
app.command()(campaigns.plan)
app.command()(campaigns.run)
app.add_typer(suppress.app, name="suppress")
app.add_typer(setup.config_app, name="config")


def main() -> None:
    """Run the program; every error becomes two lines and its exit code."""
    # Else pydantic looks through every installed package for plugins each time that it is loaded.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        code = app(prog_name="prospector", standalone_mode=False)
    except ReaderGone:
        # Nothing more may be written, not even what is left in the buffer at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        if BEFORE.debug:
            raise
        _fail(error)
    if code == INTERRUPTED:
        say("interrupted: nothing is left half done; run the command again to go on")
    sys.exit(code if isinstance(code, int) else 0)


def _fail(error: Exception) -> NoReturn:
    """Say what is wrong and what to do, and end the program."""
    code = 2
    if isinstance(error, ProspectorError):
        usual = _FILE_HINT if isinstance(error, FileError) else "see: prospector --help"
        what, hint, code = error.message, error.hint or usual, error.exit_code
    elif isinstance(error, TyperException):
        what, hint = error.format_message(), f"see: {_command_of(error)} --help"
        if what.startswith("Usage: "):  # a command group without a command
            print(what, file=sys.stderr)
            sys.exit(code)
    elif isinstance(error, OSError):
        what = f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror or error)
        hint = "check that the disk is not full and that you may write there"
    else:
        what = f"unexpected {type(error).__name__}: {error}"
        hint = "this is a fault of the program: `prospector --debug COMMAND` shows where; please report it"
    say(f"error: {what}")
    say(f"hint: {hint}")
    sys.exit(code)


def _command_of(error: TyperException) -> str:
    context = getattr(error, "ctx", None)
    return str(context.command_path) if context else "prospector"
