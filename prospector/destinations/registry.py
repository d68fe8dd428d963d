"""Which destination a name stands for: a file, or with `push: true` the API of a tool."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from prospector.core.errors import UsageError
from prospector.destinations.apollo import APOLLO
from prospector.destinations.handover import Destination
from prospector.destinations.hubspot import HUBSPOT
from prospector.destinations.ics import ICS
from prospector.destinations.instantly import INSTANTLY
from prospector.destinations.lemlist import LEMLIST
from prospector.destinations.listmonk import LISTMONK
from prospector.destinations.mail_files import EML, MBOX
from prospector.destinations.mailmerge import MAILMERGE
from prospector.destinations.mailshake import MAILSHAKE
from prospector.destinations.mautic import MAUTIC
from prospector.destinations.outreach import OUTREACH
from prospector.destinations.salesloft import SALESLOFT
from prospector.destinations.smartlead import SMARTLEAD
from prospector.destinations.touch_files import CSV, JSONL
from prospector.destinations.woodpecker import WOODPECKER
from prospector.destinations.xlsx import XLSX

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.metadata import EntryPoint

    from prospector.destinations.tool_api import ToolApi

GROUP = "prospector.destinations"
"""Where other packages name theirs: an entry point of the destination's name that leads to a `Destination`."""
_OURS = (
    *(CSV, JSONL, XLSX, EML, MBOX, ICS),
    *(INSTANTLY, SMARTLEAD, LEMLIST, WOODPECKER, HUBSPOT, OUTREACH, SALESLOFT, MAILSHAKE, APOLLO),
    *(MAUTIC, LISTMONK, MAILMERGE),
)


class Destinations(Mapping[str, Destination]):
    """Ours, and those of other packages that are installed: those are looked for only when one of them is named.

    A name of ours stays ours.
    """

    def __init__(self) -> None:
        self._loaded: dict[str, Destination] = {one.name: one for one in _OURS}

    def __getitem__(self, name: str) -> Destination:
        if name not in self._loaded:
            self._loaded[name] = _load(_others()[name])
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        ours = [one.name for one in _OURS]
        return iter([*ours, *sorted(_others().keys() - set(ours))])

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _others() -> dict[str, EntryPoint]:
    return {one.name: one for one in entry_points(group=GROUP)}


def _load(entry: EntryPoint) -> Destination:
    """The destination of another package; `UsageError` for one that is not what it says."""
    package = entry.dist.name if entry.dist else entry.value
    hint = f"mend or remove the package {package}, or name another destination"
    try:
        found = entry.load()
    except Exception as error:  # whatever another package's code does
        what = (
            f'the destination "{entry.name}" of {package} cannot be loaded ({type(error).__name__}: {error})'
        )
        raise UsageError(what, hint=hint) from error
    if not isinstance(found, Destination) or found.name != entry.name:
        raise UsageError(f'{entry.value} of {package} is no destination named "{entry.name}"', hint=hint)
    return found


DESTINATIONS = Destinations()
"""Destinations by the name that a campaign gives."""

APIS = ("instantly", "smartlead", "lemlist", "woodpecker", "hubspot", "mautic", "listmonk")
"""Tools that are pushed to, each in its `NAME_api.py`."""


@cache
def api_of(name: str) -> ToolApi:
    """A tool's API. Loaded when it is asked for: it brings the web client, which a plan for files can do without."""
    module = import_module(f"prospector.destinations.{name}_api")
    tool: ToolApi = module.API
    return tool


def stop_of(name: str) -> str | None:
    """What to do in a destination about touches that have left; None for a name that is not known."""
    known = DESTINATIONS.get(name) or (api_of(name) if name in APIS else None)
    return known.stop if known else None
