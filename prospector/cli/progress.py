"""Progress on stderr: one moving line in a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from prospector.cli.options import say
from prospector.cli.output import without_controls

_PLAIN_EVERY = 10.0


@contextmanager
def progress(what: str, total: int | None, *, quiet: bool = False) -> Iterator[Callable[[int], None]]:
    """Call the value with how many are done. Without a terminal a line is printed every ten seconds."""
    if quiet:
        yield lambda done: None
    elif sys.stderr.isatty():
        with _bar(what, total) as update:
            yield update
    else:
        yield _plain(what, total)


@contextmanager
def _bar(what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    # A file's name may look like the marks of rich, or like a place for a value.
    label = TextColumn("{task.description}", markup=False)
    columns = (label, BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(without_controls(what), total=total)
        yield lambda done: bars.update(task, completed=done)


def _plain(what: str, total: int | None) -> Callable[[int], None]:
    last = time.monotonic()

    def update(done: int) -> None:
        nonlocal last
        if time.monotonic() - last >= _PLAIN_EVERY:
            last = time.monotonic()
            of = f" of {total}" if total else ""
            say(f"{what}: {done}{of}")

    return update
