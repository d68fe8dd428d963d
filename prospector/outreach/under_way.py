"""Whose touches are on their way: handed over, and due today or later. A suppression cannot call those back by itself.

In: entries of the suppression list. Out: which campaign and tool holds whom, and what to do there now.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from prospector.destinations.registry import stop_of
from prospector.store.suppressions import Suppressions, Target

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator
    from datetime import date

    from prospector.outreach.shapes import UnderWayShape
    from prospector.store.database import Database
    from prospector.store.suppressions import Kind

_BATCH = 500
_STOP = "stop the lead there, or block the address"
_LEFT = (
    "SELECT e.id, e.person_id, e.email, e.first_name, e.last_name, e.campaign, c.domain, r.folder, "
    "(SELECT d.destination FROM deliveries d WHERE d.enrolment_id = e.id ORDER BY d.id DESC) AS destination, "
    "count(*) AS touches, min(t.send_at) AS next, max(t.send_at) AS last "
    "FROM touches t JOIN enrolments e ON e.id = t.enrolment_id LEFT JOIN runs r ON r.name = e.run "
    "LEFT JOIN people p ON p.id = e.person_id LEFT JOIN companies c ON c.id = p.company_id "
    "WHERE t.left_on IS NOT NULL AND substr(t.send_at, 1, 10) >= ?"
)
_NOT_STOPPED = "NOT EXISTS (SELECT 1 FROM tool_stops k WHERE k.enrolment_id = e.id AND k.state <> 'open')"
_STOPPED: dict[Kind, str] = {
    "email": "e.email = :it OR e.person_id IN (SELECT person_id FROM person_addresses WHERE email = :it)",
    "domain": "e.email LIKE '%@' || :it OR e.email LIKE '%@%.' || :it OR c.domain = :it OR e.person_id IN "
    "(SELECT person_id FROM person_addresses WHERE email LIKE '%@' || :it OR email LIKE '%@%.' || :it)",
    "profile": "p.linkedin = :it",
}
"""Which enrolments an entry of each kind stops."""


@dataclass(frozen=True, slots=True)
class UnderWay:
    """Somebody with touches that have left and are still to come."""

    enrolment_id: int
    person_id: int | None
    name: str
    email: str | None
    campaign: str
    destination: str
    folder: str | None
    """Where the files of the run are, as seen from the database's folder."""
    touches: int
    next: str
    last: str

    @property
    def who(self) -> str:
        """The address; else the name or the number."""
        return self.email or self.name or f"person:{self.person_id}"

    @property
    def to_do(self) -> str:
        """What to do now, where the touches are."""
        return f"in {self.destination}: {self.steps}"

    @property
    def steps(self) -> str:
        """The same without the name of the place."""
        return steps_in(self.destination, self.folder)

    @property
    def advice(self) -> str:
        """All of it in one line."""
        count = "1 touch is" if self.touches == 1 else f"{self.touches} touches are"
        return (
            f"{self.who}: {count} on their way in campaign {self.campaign}, until {self.last[:10]}. "
            f"Now, {self.to_do}"
        ).replace("1 touch is on their way", "1 touch is on its way")

    def as_json(self) -> UnderWayShape:
        """One entry of `on_their_way`."""
        return {
            "person_id": self.person_id,
            "person": self.who,
            "email": self.email,
            "campaign": self.campaign,
            "destination": self.destination,
            "folder": self.folder,
            "touches": self.touches,
            "next": self.next,
            "last": self.last,
            "to_do": self.to_do,
        }


def steps_in(destination: str, folder: str | None) -> str:
    """What to do in a destination about touches that have left."""
    what = stop_of(destination) or _STOP
    return what + (f" ({folder})" if folder else "")


def stopped_by(db: Database, entries: Iterable[tuple[Kind, str]], as_of: date) -> list[UnderWay]:
    """Those whom some entries stop while touches of theirs are on their way."""
    found: dict[int, UnderWay] = {}
    for kind, value in entries:
        sql = f"{_LEFT.replace('?', ':day')} AND ({_STOPPED[kind]}) GROUP BY e.id ORDER BY e.id"
        rows = db.execute(sql, {"day": as_of.isoformat(), "it": value})
        found.update((row["id"], _under_way(row)) for row in rows)
    return [found[key] for key in sorted(found)]


def suppressed_under_way(db: Database, as_of: date) -> Iterator[UnderWay]:
    """Everybody on the suppression list with touches on their way, in the order in which they were enrolled.

    Whose touches were stopped in the tool, as its API or somebody said, is not named again.
    """
    rows = db.execute(f"{_LEFT} AND {_NOT_STOPPED} GROUP BY e.id ORDER BY e.id", (as_of.isoformat(),))
    suppressions = Suppressions(db)
    while batch := list(islice(rows, _BATCH)):
        targets = {row["id"]: Target(row["person_id"], row["email"] or "", row["domain"]) for row in batch}
        stopped = suppressions.why_each(targets)
        yield from (_under_way(row) for row in batch if row["id"] in stopped)


def waiting(db: Database, campaign: str, as_of: date) -> int:
    """How many people of a campaign have touches on their way."""
    sql = (
        "SELECT count(DISTINCT e.id) FROM enrolments e JOIN touches t ON t.enrolment_id = e.id "
        "WHERE e.campaign = ? AND t.left_on IS NOT NULL AND substr(t.send_at, 1, 10) >= ?"
    )
    return int(db.value(sql, (campaign, as_of.isoformat())))


def _under_way(row: sqlite3.Row) -> UnderWay:
    name = " ".join(filter(None, (row["first_name"], row["last_name"])))
    return UnderWay(
        row["id"],
        row["person_id"],
        name,
        row["email"],
        row["campaign"],
        row["destination"] or "the tool",
        row["folder"],
        row["touches"],
        row["next"],
        row["last"],
    )
