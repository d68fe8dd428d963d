"""The breaker: too many hard bounces or complaints stop a campaign, a source of addresses or a recipient's domain by
itself, before the next hand-over, until a person says that it goes on.

Counted is whom a mail has reached or should have, and of these who bounced for good or complained; a bounce of which no
kind is told counts as hard. After a `resume` only who was enrolled since counts. Sources and domains are
counted over all campaigns.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from prospector.config import Breaker
    from prospector.store.database import Database

Scope = Literal["campaign", "source", "domain"]
SCOPES: tuple[Scope, ...] = ("campaign", "source", "domain")
_WRITTEN_TO = (
    "EXISTS (SELECT 1 FROM touches t WHERE t.enrolment_id = e.id AND t.channel = 'email' AND t.left_on IS NOT NULL "
    "AND substr(t.send_at, 1, 10) <= :day)"
)
_COLUMNS = "e.id, e.campaign, e.person_id, e.email"
_BAD = (
    f"SELECT DISTINCT {_COLUMNS}, v.class FROM events v JOIN enrolments e ON e.id = v.enrolment_id "  # noqa: S608  (ours)
    "WHERE (v.class = 'bounce' AND coalesce(v.bounce_type, 'hard') = 'hard') OR v.class = 'complaint' ORDER BY e.id"
)
_REACHED = f"SELECT {_COLUMNS} FROM enrolments e WHERE {_WRITTEN_TO}"  # noqa: S608  (ours)
_SOURCES = (
    "SELECT j.key, coalesce((SELECT f.source FROM found_addresses f WHERE f.person_id = j.value ->> 0 "
    "AND f.email = j.value ->> 1), (SELECT o.source FROM evidence o WHERE o.person_id = j.value ->> 0 "
    "AND json_extract(o.person_values, '$.email') = j.value ->> 1 ORDER BY o.id LIMIT 1), '') FROM json_each(?) j"
)
_WORDS = {"bounce": "bounced", "complaint": "complained"}
_BATCH = 5_000


class Trip(NamedTuple):
    """Why something is stopped."""

    scope: Scope
    name: str
    kind: str
    bad: int
    reached: int
    limit: float

    def __str__(self) -> str:
        """As people read it."""
        where = {
            "campaign": f"campaign {self.name}",
            "source": f"addresses from {self.name}",
            "domain": f"addresses at {self.name}",
        }[self.scope]
        share = f"{100 * self.bad / self.reached:.1f}%"
        return (
            f"{where}: {self.bad} of {self.reached} people {_WORDS[self.kind]} ({share}, the limit is "
            f"{100 * self.limit:g}%)"
        )


class Enrolled(NamedTuple):
    """Somebody who was written to."""

    id: int
    campaign: str
    person_id: int | None
    email: str | None


class Breakers:
    """All that is stopped by itself, in one database on one day."""

    def __init__(self, db: Database, limits: Breaker, as_of: date) -> None:
        self._db, self._limits, self._day = db, limits, as_of.isoformat()

    @cached_property
    def trips(self) -> dict[tuple[Scope, str], Trip]:
        """By scope and name. Quick where nothing has bounced: then nobody is counted."""
        bad = [(row[4], Enrolled(*tuple(row)[:4])) for row in self._db.execute(_BAD)]
        found: dict[tuple[Scope, str], Trip] = {}
        for scope in SCOPES if bad else ():
            found |= {(scope, one.name): one for one in self._of(scope, bad)}
        return found

    def of_campaign(self, campaign: str) -> Trip | None:
        """Why a campaign is stopped."""
        return self.trips.get(("campaign", campaign))

    def of_addresses(self, addresses: Mapping[int, str]) -> dict[int, Trip]:
        """Those of some people whose address is from a source, or at a domain, that is stopped."""
        if not any(scope != "campaign" for scope, _ in self.trips):
            return {}
        sources = self._sources(addresses.items())
        found = {}
        for (person, email), source in zip(addresses.items(), sources, strict=True):
            trip = self.trips.get(("source", source)) or self.trips.get(("domain", _domain(email)))
            if trip:
                found[person] = trip
        return found

    def _of(self, scope: Scope, bad: list[tuple[str, Enrolled]]) -> list[Trip]:
        """What is over a limit. The people behind a name are counted only where enough of them are bad."""
        names = self._names(scope, [one for _, one in bad])
        after = self._resumed(scope)
        counts = Counter(
            (kind, name)
            for (kind, one), name in zip(bad, names, strict=True)
            if name and one.id > after.get(name, 0)
        )
        near = {
            name for (kind, name), number in counts.items() if number > self._limit(kind) * self._limits.after
        }
        reached = self._reached(scope, near, after) if near else Counter[str]()
        return [
            Trip(scope, name, kind, number, reached[name], self._limit(kind))
            for (kind, name), number in sorted(counts.items())
            if name in near
            and reached[name] >= self._limits.after
            and number > self._limit(kind) * reached[name]
        ]

    def _limit(self, kind: str) -> float:
        return self._limits.hard_bounces if kind == "bounce" else self._limits.complaints

    def _reached(self, scope: Scope, names: set[str], after: Mapping[str, int]) -> Counter[str]:
        """How many people of each name were written to."""
        found, batch = Counter[str](), list[Enrolled]()
        for row in self._db.execute(_REACHED, {"day": self._day}):
            batch.append(Enrolled(*row))
            if len(batch) >= _BATCH:
                self._count(scope, batch, names, after, found)
        self._count(scope, batch, names, after, found)
        return found

    def _count(
        self,
        scope: Scope,
        batch: list[Enrolled],
        names: set[str],
        after: Mapping[str, int],
        found: Counter[str],
    ) -> None:
        told = zip(batch, self._names(scope, batch), strict=True)
        found.update(name for one, name in told if name in names and one.id > after.get(name, 0))
        batch.clear()

    def _names(self, scope: Scope, people: list[Enrolled]) -> list[str]:
        """To which campaign, source or domain each belongs."""
        if scope == "source":
            return self._sources([(one.person_id, one.email) for one in people])
        if scope == "domain":
            return [_domain(one.email or "") for one in people]
        return [one.campaign for one in people]

    def _sources(self, people: Iterable[tuple[int | None, str | None]]) -> list[str]:
        """Where each address came from; blank where nothing tells."""
        asked = json.dumps([list(one) for one in people])
        return [source for _, source in sorted(map(tuple, self._db.execute(_SOURCES, (asked,))))]

    def _resumed(self, scope: Scope) -> dict[str, int]:
        sql = "SELECT name, max(after_enrolment) FROM breaker_resumes WHERE scope = ? GROUP BY 1"
        return {row[0]: row[1] for row in self._db.execute(sql, (scope,))}


def let_go_on(db: Database, trips: Iterable[Trip], as_of: date) -> None:
    """A person says that it goes on: what was counted until now does not count any more. Use inside a transaction."""
    last = int(db.value("SELECT coalesce(max(id), 0) FROM enrolments"))
    db.many(
        "INSERT INTO breaker_resumes (scope, name, resumed_on, after_enrolment) VALUES (?, ?, ?, ?)",
        [(one.scope, one.name, as_of.isoformat(), last) for one in trips],
    )


def _domain(email: str) -> str:
    return email.rpartition("@")[2].lower()
