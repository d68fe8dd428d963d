"""The library's door: a workspace, and what the commands do as methods, a facet for each stage of the funnel.

In: what a user asks for. Out: what the rooms answer. Rooms are imported inside the methods that need them:
`find` must not wait for the web client, nor `plan` for the HTML parser.
"""

from __future__ import annotations

from prospector.workspace.anywhere import import_template, inspect_page, inspection, make_workspace
from prospector.workspace.deals import Deals
from prospector.workspace.decisions import Decisions
from prospector.workspace.forgetting import Forgetting
from prospector.workspace.opened import default_as_of, default_now, parse_day
from prospector.workspace.overview import Overview
from prospector.workspace.pausing import Pausing
from prospector.workspace.pulling import Pulling
from prospector.workspace.reporting import Reporting
from prospector.workspace.serving import Serving

__all__ = [
    "Workspace",
    "default_as_of",
    "default_now",
    "import_template",
    "inspect_page",
    "inspection",
    "make_workspace",
    "parse_day",
]


class Workspace(Serving, Decisions, Pausing, Forgetting, Pulling, Deals, Reporting, Overview):
    """A folder with `prospector.yaml`, a database, segments and templates. Close it, or use `with`."""
