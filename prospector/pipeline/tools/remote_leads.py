"""Who is meant by a tool's own number of a lead: those whom we pushed have it in the ledger."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prospector.pipeline.events.incoming import Incoming
    from prospector.store.database import Database

_LEADS = (
    "SELECT d.remote_id, e.lead_id FROM deliveries d JOIN enrolments e ON e.id = d.enrolment_id "
    "WHERE d.destination = ? AND d.remote_id IN (SELECT value FROM json_each(?)) AND e.lead_id IS NOT NULL "
    "ORDER BY d.id"
)


def with_lead_ids(db: Database, tool: str, events: Sequence[Incoming]) -> list[Incoming]:
    """The events, those with the id of the lead that only have the tool's number; of several campaigns the latest."""
    told = {str(one.details["remote_lead"]) for one in events if _needs(one)}
    if not told:
        return list(events)
    known = {row[0]: row[1] for row in db.execute(_LEADS, (tool, json.dumps(sorted(told))))}
    return [
        replace(one, lead_id=known.get(str(one.details["remote_lead"]))) if _needs(one) else one
        for one in events
    ]


def _needs(event: Incoming) -> bool:
    return event.lead_id is None and bool(event.details.get("remote_lead"))
