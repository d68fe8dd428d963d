"""Pauses: who is left alone for a while, a person in all campaigns or a whole campaign.

In: what `pause` and `resume` are told. Out: whom a plan holds back, and what is on its way all the same.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal, NamedTuple

from prospector.core.errors import UsageError
from prospector.outreach.breaker import let_go_on
from prospector.outreach.taken_back import lift
from prospector.outreach.tool_stops import forget_stops
from prospector.outreach.under_way import stopped_by
from prospector.store.suppressions import known_addresses
from prospector.store.who import find_handle, handle_text

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from prospector.outreach.breaker import Trip
    from prospector.outreach.shapes import PausedShape
    from prospector.outreach.tool_stops import ToolStop
    from prospector.outreach.under_way import UnderWay
    from prospector.store.database import Database


class Paused(NamedTuple):
    """What was paused or resumed. `changed` is False where it was so already."""

    what: Literal["campaign", "person", "company"]
    name: str
    paused: bool
    people: int
    changed: bool
    on_their_way: tuple[UnderWay, ...] = ()
    """Touches that have left before, which a pause here does not stop."""
    stopped_there: tuple[ToolStop, ...] = ()
    """What was stopped inside a tool and has to go on there by hand."""

    def as_json(self) -> PausedShape:
        """What `pause --json` and `resume --json` print."""
        return {
            "what": self.what,
            "name": self.name,
            "paused": self.paused,
            "people": self.people,
            "changed": self.changed,
            "on_their_way": [one.as_json() for one in self.on_their_way],
            "stopped_there": [one.as_json() for one in self.stopped_there],
        }


class Pauses:
    """The pauses in the database."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def campaign_since(self, campaign: str) -> str | None:
        """Since when a campaign is paused."""
        sql = "SELECT since FROM pauses WHERE campaign = ? AND until IS NULL"
        since = self._db.value(sql, (campaign,))
        return None if since is None else str(since)

    def people_since(self, people: Collection[int], on: date) -> dict[int, str]:
        """Those of some people who are paused on a day, with the day since when."""
        sql = (
            "SELECT person_id, min(since) FROM pauses WHERE until IS NULL AND coalesce(through, '9999') >= ? "
            "AND person_id IN (SELECT value FROM json_each(?)) GROUP BY 1"
        )
        return {row[0]: row[1] for row in self._db.execute(sql, (on.isoformat(), json.dumps(list(people))))}

    def set_campaign(self, campaign: str, on: date, *, paused: bool, trips: Sequence[Trip] = ()) -> Paused:
        """Pause a campaign, or let it go on, also where the breaker has stopped it: `trips` are what it goes past."""
        changed = (self.campaign_since(campaign) is None) == paused
        with self._db.transaction():
            if changed:
                self._write("campaign", [campaign], on, paused=paused)
            if not paused:
                let_go_on(self._db, trips, on)
        return Paused("campaign", campaign, paused, 0, changed or bool(trips))

    def set_people(self, text: str, on: date, *, paused: bool) -> Paused:
        """The same for a person, or for all people of a company."""
        handle = find_handle(self._db, text)
        people = [handle.id]
        if handle.subject == "company":
            people = [
                row[0]
                for row in self._db.rows(
                    "SELECT id FROM people WHERE company_id = ? ORDER BY id", (handle.id,)
                )
            ]
            if not people:
                raise UsageError(f"nobody is known at {handle_text(self._db, handle)}", hint="name a person")
        name = handle_text(self._db, handle)
        if not paused:
            return self._resumed(Paused(handle.subject, name, paused, len(people), False), people, on)
        known = self.people_since(people, on)
        others = [one for one in people if one not in known]
        with self._db.transaction():
            self._write("person_id", others, on, paused=True)
        left = self._on_their_way(people, on)
        return Paused(handle.subject, name, paused, len(people), bool(others), left)

    def _resumed(self, told: Paused, people: Sequence[int], on: date) -> Paused:
        """Pauses end, and so do stops; what was stopped inside a tool has to go on there."""
        with self._db.transaction():
            lifted = lift(self._db, people, on)
            there = forget_stops(self._db, people)
        left = self._on_their_way(people, on)
        return told._replace(changed=bool(lifted), on_their_way=left, stopped_there=tuple(there))

    def _write(self, column: str, values: Sequence[str | int], on: date, *, paused: bool) -> None:
        day = on.isoformat()
        sql = f"INSERT INTO pauses (since, {column}) VALUES (?, ?)"  # noqa: S608  (names are ours)
        if not paused:
            sql = f"UPDATE pauses SET until = ? WHERE until IS NULL AND {column} = ?"  # noqa: S608
        self._db.many(sql, [(day, value) for value in values])

    def _on_their_way(self, people: Sequence[int], on: date) -> tuple[UnderWay, ...]:
        addresses = [address for person in people for address in known_addresses(self._db, person)]
        return tuple(stopped_by(self._db, [("email", address) for address in addresses], on))
