"""Who is left alone because of what came back, or because somebody said so: stops, pauses and the breaker.

In: people of a campaign and a day. Out: those who get nothing, each with a code of the held back and the particulars.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from prospector.outreach.breaker import Breakers
from prospector.outreach.pauses import Pauses

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from prospector.config import Settings
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


def all_against(db: Database, person: int, on: date) -> list[tuple[str | None, str, str]]:
    """Everything that stops or pauses one person on a day: campaign (None for all), code and particulars."""
    stops = db.rows(
        "SELECT DISTINCT campaign, reason, since, detail FROM stops WHERE lifted_on IS NULL AND person_id = ? "
        "ORDER BY since, campaign, reason, detail",
        (person,),
    )
    found = [(row[0], row[1], f"since {row[2]}" + (f": {row[3]}" if row[3] else "")) for row in stops]
    paused = paused_people(db, [person], on).get(person)
    return [*found, *([(None, *paused)] if paused else [])]


class LeftAlone:
    """Who gets nothing of a campaign on a day."""

    def __init__(self, db: Database, campaign: str, settings: Settings, as_of: date) -> None:
        self._db, self._campaign, self._as_of = db, campaign, as_of
        self._breakers = Breakers(db, settings.breaker, as_of)
        self._all = self._of_campaign()

    def _of_campaign(self) -> tuple[str, str] | None:
        """Why nobody gets anything."""
        if since := Pauses(self._db).campaign_since(self._campaign):
            return "paused", f"the campaign, since {since}"
        trip = self._breakers.of_campaign(self._campaign)
        return ("breaker", str(trip)) if trip else None

    def of(self, addresses: Mapping[int, str | None]) -> dict[int, tuple[str, str]]:
        """Those of some people, with a code and the particulars: what is theirs before what is everybody's."""
        tripped = self._breakers.of_addresses({one: email for one, email in addresses.items() if email})
        found = {person: ("breaker", str(trip)) for person, trip in tripped.items()}
        if self._all:
            found |= dict.fromkeys(addresses, self._all)
        found |= paused_people(self._db, addresses, self._as_of)
        found |= stopped_people(self._db, self._campaign, addresses)
        return found
