"""`events`: what came back, and from where."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from prospector.cli.options import (
    PLAIN,
    AsOfOption,
    JsonOption,
    QuietOption,
    WorkspaceOption,
    open_workspace,
    say,
)
from prospector.cli.output import escaped
from prospector.core.counts import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prospector.pipeline.events.storing import Stored
    from prospector.pipeline.events.telling import Counts

app = typer.Typer(help="Read what came back: replies, bounces, opt-outs.", **PLAIN)
Files = Annotated[
    list[Path], typer.Argument(metavar="FILE...", help="An .eml or .mbox file, or a folder of them.")
]


@app.callback()
def _events() -> None:
    """Read what came back: replies, bounces, opt-outs."""


@app.command("import")
def import_(
    files: Files,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Read mails that came back, out of files: each once, however often it is given.

    \b
    Examples:
      prospector events import inbox.mbox
      prospector events import saved-mails/ --json
    """
    with open_workspace(workspace, as_of) as opened:
        counts = tell(opened.import_events(files), as_json=json_)
    say(summary(counts), quiet=quiet)


def tell(events: Iterable[Stored], *, as_json: bool) -> Counts:
    """Print what was read as it comes, and count it."""
    from prospector.pipeline.events.telling import Counts, event_json

    counts = Counts()
    out = sys.stdout
    if as_json:
        out.write('{\n  "events": [')
    for stored in events:
        if as_json:
            text = json.dumps(event_json(stored), indent=2, ensure_ascii=False).replace("\n", "\n    ")
            out.write(f"{',' if counts.read else ''}\n    {escaped(text)}")
        counts.add(stored)
    if as_json:
        rest = json.dumps(counts.as_json(), indent=2).removeprefix("{")
        out.write(f"{chr(10) + '  ' if counts.read else ''}],{rest}\n")
    return counts


def summary(counts: Counts) -> str:
    """The last line."""
    told = ", ".join(f"{name.replace('_', ' ')} {number}" for name, number in sorted(counts.by_class.items()))
    text = f"{counted(counts.read, 'event')} read, {counts.new} new" + (f" ({told})" if told else "")
    if counts.unmatched:
        text += f". Of nobody who is known: {counts.unmatched}; they are kept"
    return f"{text}. Next: prospector status"
