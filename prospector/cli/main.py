"""The program: all commands in funnel order, and the one place that turns errors into exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import suppress
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any, NamedTuple, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException
from typer.main import get_command, get_group

from prospector.cli.once import OnceEach
from prospector.cli.options import BEFORE, PLAIN, say
from prospector.core.errors import FileError, ProspectorError


class Place(NamedTuple):
    """Where the code of a command is, and what the list of commands says of it."""

    code: str
    summary: str


FUNNEL = {
    "init": Place("setup:init", "Make a new workspace: settings, segments and templates."),
    "demo": Place("setup:demo", "Show the whole road on a sample workspace, without a network."),
    "import": Place("importing:import_", "Bring people and companies in from spreadsheets and exports."),
    "undo": Place("history:undo", "Take an import back, the last one or the one named."),
    "duplicates": Place(
        "history:duplicates", "List likely duplicates of people and companies, with the reason."
    ),
    "merge": Place("history:merge", "Make one of two people or companies: A is kept."),
    "set": Place("history:set_", "Correct a value by hand; it outweighs every other source."),
    "show": Place("people:show", "Show all that is known of one person or one company."),
    "why": Place("history:why", "Show where each value comes from, and which one is current."),
    "fields": Place("people:fields", "List the fields that segments and `find` can ask for."),
    "find": Place("people:find", "Find people or companies by a segment or by flags."),
    "segment": Place("segments:app", "List, start, check, explain and compare segments."),
    "inspect": Place("companies:inspect", "Show what one site, or one saved page, says of its company."),
    "enrich": Place("companies:enrich", "Read companies' sites: technologies, ad tags, open jobs."),
    "verify": Place("verifying:verify", "Say what is proved of addresses: whether they take mail."),
    "sequence": Place("sequences:app", "List, start, check and preview sequences."),
    "campaign": Place("overview:app", "List the campaigns, with their last run and who waits."),
    "plan": Place("campaigns:plan", "Show what a campaign would hand over, and who is held back."),
    "run": Place("campaigns:run", "Hand over whoever is new in a campaign, nobody twice."),
    "pause": Place("pausing:pause", "Hold a person or a campaign back for a while."),
    "resume": Place("pausing:resume", "Take a pause back."),
    "suppress": Place("suppress:app", "Keep people, domains and companies from being written to."),
    "forget": Place("forgetting:forget", "Delete all that is known of a person; counts stay."),
    "events": Place("events:app", "Read what came back: replies, bounces, opt-outs."),
    "stage": Place("stages:stage", "Show who stands where, or move somebody by hand."),
    "deal": Place("deals:app", "Open, change, win and lose deals; what each still lacks."),
    "next": Place("working:app", "List today's tasks, the most valuable first."),
    "report": Place("reporting:report", "Show how campaigns, stages and deals do, number by number."),
    "doctor": Place("overview:doctor", "Check the workspace: database, permissions, keys, files."),
    "status": Place("overview:status", "Show where everything stands, and what to do next."),
    "config": Place("setup:config_app", "Show the settings in force."),
}
"""The commands in the order in which a list is worked."""

INTERRUPTED = 130
_FILE_HINT = "check the file's name, its folder and its permissions"


class ReaderGone(Exception):
    """Nobody reads stdout any more (`| head`). Typer would make it an error."""


class OnDemand(MutableMapping[str, Any]):
    """The commands by name, each made when it is asked for: making all of them takes longer than most of them do."""

    def __init__(self) -> None:
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            module, _, attribute = FUNNEL[name].code.partition(":")
            found = getattr(import_module(f"prospector.cli.{module}"), attribute)
            self._made[name] = _command(name, found)
        return self._made[name]

    def __setitem__(self, name: str, command: Any) -> None:
        self._made[name] = command

    def __delitem__(self, name: str) -> None:
        del self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(FUNNEL)

    def __len__(self) -> int:
        return len(FUNNEL)


def _command(name: str, found: Any) -> TyperCommand | TyperGroup:
    """A function or a group of commands as a command of this name."""
    made: Any
    if isinstance(found, typer.Typer):
        for one in found.registered_commands:
            one.cls = OnceEach
        made = get_group(found)
    else:
        alone = typer.Typer(add_completion=False, **PLAIN)
        alone.command(name, cls=OnceEach)(found)
        made = get_command(alone)
    made.name = name
    return made  # type: ignore[no-any-return]


class InFunnelOrder(TyperGroup):
    """Lists commands and groups of commands together, in funnel order."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = OnDemand()

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """List the commands without making them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, place.summary) for name, place in FUNNEL.items()])

    def invoke(self, ctx: Any) -> Any:
        """Run the command; a closed pipe is `ReaderGone`."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise ReaderGone from error


app = typer.Typer(
    cls=InFunnelOrder,
    help="From an ideal customer in a text file to a personal sequence in the e-mail tool.",
    pretty_exceptions_enable=False,
    add_completion=True,
    **PLAIN,
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


def program() -> NoReturn:
    """Run the program as a process of its own.

    It is gone as soon as all is said: to take everything apart first, as Python does, takes a tenth of a short
    command's time. Files and databases are closed by whoever opened them.
    """
    try:
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):  # which `main` has told of, if anybody could be told
            stream.flush()
    os._exit(code)


def main() -> NoReturn:
    """Run the program, and raise `SystemExit`; every error becomes two lines and its exit code."""
    # Else pydantic looks through every installed package for plugins each time that it is loaded.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    _open_closed_streams()
    _replace_unknown_signs()
    try:
        code = app(prog_name="prospector", standalone_mode=False)
        sys.stdout.flush()
    except (ReaderGone, BrokenPipeError):
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


def _open_closed_streams() -> None:
    """Whoever started the program may have closed its output: then nobody hears what is said, and no file or
    database gets the number of one of these streams.
    """
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w", encoding="utf-8"))  # noqa: SIM115


def _replace_unknown_signs() -> None:
    """A terminal or a pipe of another encoding than UTF-8 (cp1252, ASCII) gets `?` for what it cannot show."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper) and "utf" not in stream.encoding.casefold():
            stream.reconfigure(errors="replace")


def _fail(error: Exception) -> NoReturn:
    """Say what is wrong and what to do, and end the program."""
    if isinstance(error, TyperException):
        what, hint = error.format_message(), f"see: {_command_of(error)} --help"
        if what.startswith("Usage: "):  # a command group without a command
            print(what, file=sys.stderr)
            sys.exit(2)
        _say_error(what, hint)
        sys.exit(2)
    from prospector.core.faults import told_of

    told = told_of(error)
    if told is None:
        hint = "this is a fault of the program: `prospector --debug COMMAND` shows where; please report it"
        _say_error(f"unexpected {type(error).__name__}: {error}", hint)
        sys.exit(2)
    for one in told.parts:
        _say_error(one.message, _hint_of(one))
    sys.exit(told.exit_code)


def _say_error(what: str, hint: str) -> None:
    say(f"error: {what}")
    say(f"hint: {hint}")


def _hint_of(error: ProspectorError) -> str:
    return error.hint or (_FILE_HINT if isinstance(error, FileError) else "see: prospector --help")


def _command_of(error: TyperException) -> str:
    context = getattr(error, "ctx", None)
    return str(context.command_path) if context else "prospector"
