"""`init`, `demo`, `config`: the workspace itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from prospector.cli.options import (
    PLAIN,
    AsOfOption,
    JsonOption,
    QuietOption,
    WorkspaceOption,
    chosen_day,
    open_workspace,
    say,
)
from prospector.cli.output import print_json, print_rows
from prospector.core.counts import counted

config_app = typer.Typer(help="Show the settings that are in force.", **PLAIN)


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The new workspace's folder.")],
    quiet: QuietOption = False,
) -> None:
    """Make a new workspace: settings, segments and templates to start from.

    \b
    Examples:
      prospector init outbound
    """
    from prospector.workspace import make_workspace

    written = make_workspace(folder)
    key = ", and in .env the key of the opt-out links" if (folder / ".env").exists() else ""
    say(
        f"{counted(len(written), 'file')} in {folder}{key}. "
        f"Next: fill in `sender:` in {folder / 'prospector.yaml'}, then prospector import FILE --workspace {folder}",
        quiet=quiet,
    )


def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the sample workspace goes.")] = Path(
        "demo"
    ),
    serve: Annotated[
        bool, typer.Option("--serve", help="Open the sites of the demo in DIR again, until Ctrl-C.")
    ] = False,
    as_of: AsOfOption = None,
    quiet: QuietOption = False,
) -> None:
    """Show the whole road on a sample workspace: no network, about ten seconds.

    It leaves a file to import, a site to read and people to hand over; for the site, open the demo's own sites again
    with --serve in a second terminal.

    \b
    Examples:
      prospector demo
      prospector demo --serve
      prospector demo trial --as-of 2026-12-01
    """
    if serve:
        from prospector.demo.open_sites import serve_sites

        serve_sites(folder, lambda text: say(text, quiet=quiet))
        return
    from prospector.demo.walk import walk_through
    from prospector.workspace import default_as_of, default_now

    chosen = chosen_day(as_of)
    now = None if chosen else default_now()
    walk_through(
        folder,
        chosen or default_as_of(now),
        now=now,
        say=lambda text: say(text, quiet=quiet),
        show=lambda text: print(text, flush=True),
    )


@config_app.callback()
def config() -> None:
    """Show the settings that are in force."""


@config_app.command("show")
def config_show(
    workspace: WorkspaceOption = None, as_of: AsOfOption = None, json_: JsonOption = False
) -> None:
    """Print each setting with its value and where it comes from.

    \b
    Examples:
      prospector config show
      prospector config show --json
    """
    with open_workspace(workspace, as_of) as opened:
        rows = [row.as_json() for row in opened.settings_in_force()]
        if json_:
            print_json(rows)
        else:
            print_rows(rows, ("setting", "value", "origin"))
        if opened.keys_readable_by_others():
            say("warning: others can read .env, which holds keys. Next: chmod 600 .env")
