"""Which destination a name stands for: a file, or with `push: true` the API of a tool."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from prospector.destinations.instantly import INSTANTLY
from prospector.destinations.touch_files import CSV, JSONL

if TYPE_CHECKING:
    from prospector.destinations.handover import Destination
    from prospector.destinations.tool_api import ToolApi

DESTINATIONS: dict[str, Destination] = {one.name: one for one in (CSV, JSONL, INSTANTLY)}
"""Files by the name that a campaign gives."""

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
