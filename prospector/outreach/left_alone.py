"""Who is left alone because of what came back, or because somebody said so: stops and pauses.

In: people of a campaign and a day. Out: those who get nothing, each with a code of the held back and the particulars.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from prospector.store.database import Database

_STOPS = (
    "SELECT person_id, reason, since, detail FROM stops WHERE lifted_on IS NULL AND (campaign IS NULL OR campaign = ?) "
    "AND person_id IN (SELECT value FROM json_each(?)) ORDER BY since DESC, reason DESC, detail DESC"
)
_PAUSES = (
    "SELECT person_id, reason, since, through FROM pauses WHERE until IS NULL AND coalesce(through, '9999-12-31') >= ? "
    "AND person_id IN (SELECT value FROM json_each(?)) "
    "ORDER BY person_id, coalesce(through, '9999-12-31'), since DESC"
)


def stopped_people(db: Database, campaign: str, people: Collection[int]) -> dict[int, tuple[str, str]]:
    """Those of some people who get nothing more of a campaign: what stopped them first."""
    rows = db.execute(_STOPS, (campaign, json.dumps(list(people))))
    return {
        person: (reason, f"since {since}" + (f": {detail}" if detail else ""))
        for person, reason, since, detail in rows
    }


def paused_people(db: Database, people: Collection[int], on: date) -> dict[int, tuple[str, str]]:
    """Those of some people who are left alone on a day: of several pauses the one that ends last."""
    found = {}
    for person, reason, since, through in db.execute(_PAUSES, (on.isoformat(), json.dumps(list(people)))):
        until = f", through {through}" if through else ""
        found[person] = (reason or "paused", f"since {since}{until}")
    return found


def people_left_alone(
    db: Database, campaign: str, people: Collection[int], on: date
) -> dict[int, tuple[str, str]]:
    """Both: a stop counts before a pause."""
    return {**paused_people(db, people, on), **stopped_people(db, campaign, people)}
