"""Stopping inside a tool what its API can stop: after everything else is written down, again until it says yes.

In: entries of `tool_stops` that are open. Out: those of campaigns that are pushed are `pushed`; the others, and those
whose key is missing or whose tool does not answer, stay open and are listed with the steps.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from prospector.core.errors import ProspectorError
from prospector.destinations.handover import About
from prospector.destinations.registry import APIS, api_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from prospector.destinations.tool_api import Remote, ToolApi
    from prospector.outreach.tools import Tools
    from prospector.store.database import Database

_IN_A_ROW = 3
"""So many people without an answer, and the tool is left for the next command."""
_OPEN = (
    "SELECT k.id, k.destination, e.email, r.manifest, (SELECT d.remote_id FROM deliveries d "
    "WHERE d.enrolment_id = e.id AND d.remote_id IS NOT NULL ORDER BY d.id DESC LIMIT 1) AS remote_id "
    "FROM tool_stops k JOIN enrolments e ON e.id = k.enrolment_id JOIN runs r ON r.name = e.run "
    "WHERE k.state = 'open' AND e.email IS NOT NULL ORDER BY k.id"
)


class _Open(NamedTuple):
    id: int
    email: str
    remote_id: str | None


def halt_open(db: Database, tools: Tools, as_of: date) -> int:
    """Stop what can be stopped; how many were."""
    stopped = 0
    for (name, campaign), people in _by_campaign(db).items():
        tool = api_of(name)
        if tool.halt is None or name not in tools.settings.providers:
            continue
        try:
            with tools.reach(name, campaign, About()) as remote:
                stopped += _halt(db, tool, remote, people, as_of)
        except ProspectorError as error:
            _note(db, [one.id for one in people], error.message)
    return stopped


def _by_campaign(db: Database) -> dict[tuple[str, str], list[_Open]]:
    """Whom to stop, by the tool and its campaign; only what was pushed tells which campaign it is."""
    found: dict[tuple[str, str], list[_Open]] = {}
    for row in db.rows(_OPEN):
        campaign = json.loads(row["manifest"]).get("push")
        if campaign and row["destination"] in APIS:
            key = (row["destination"], str(campaign))
            found.setdefault(key, []).append(_Open(row["id"], row["email"], row["remote_id"]))
    return found


def _halt(db: Database, tool: ToolApi, remote: Remote, people: Sequence[_Open], as_of: date) -> int:
    """One call each, the fact after it: a kill in between asks the tool once more, which changes nothing."""
    assert tool.halt is not None
    stopped = failed = 0
    for one in people:
        try:
            tool.halt(remote, one.email, one.remote_id)
        except ProspectorError as error:
            _note(db, [one.id], error.message)
            failed += 1
            if failed >= _IN_A_ROW or error.exit_code != 1:
                break
            continue
        failed = 0
        stopped += 1
        with db.transaction():
            db.execute(
                "UPDATE tool_stops SET state = 'pushed', answer = NULL, done_on = ?, done_by = ? WHERE id = ? "
                "AND state = 'open'",
                (as_of.isoformat(), tool.name, one.id),
            )
    return stopped


def _note(db: Database, numbers: Sequence[int], answer: str) -> None:
    with db.transaction():
        db.many("UPDATE tool_stops SET answer = ? WHERE id = ?", [(answer[:200], one) for one in numbers])
