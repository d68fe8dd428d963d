"""Deliveries to tools: what was about to be sent, what was answered, what has been found out.

A delivery is `ambiguous` from the moment before it is sent until the answer is written down: a kill in between leaves
it so, and the next run reads the tool back before it sends anything.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from prospector.destinations.handover import Receipt
    from prospector.destinations.tool_api import Arrived
    from prospector.outreach.shapes import RefusedShape
    from prospector.store.database import Database

_EXPLAINED = ("blocked", "duplicate", "invalid", "left_out")
"""What a tool says of a batch of which it did not take all. Counters have been seen to err: it is asked twice."""
_OFFERS = 2
_BATCH = 500


class Refused(NamedTuple):
    """Somebody whom the tool did not take."""

    person: str
    reason: str

    def as_json(self) -> RefusedShape:
        """One entry of `refused`."""
        return {"person": self.person, "reason": self.reason}


class Deliveries:
    """The deliveries of one run."""

    def __init__(self, db: Database, run: str) -> None:
        self._db, self._run = db, run

    def about_to_send(self, enrolments: Sequence[int], batch: int) -> None:
        """The intent of one call, before anything is on its way."""
        with self._db.transaction():
            self._db.execute(
                "UPDATE deliveries SET state = 'ambiguous', batch = ?, attempt = attempt + 1 WHERE run = ? "
                "AND state = 'intended' AND enrolment_id IN (SELECT value FROM json_each(?))",
                (batch, self._run, json.dumps(list(enrolments))),
            )

    def note(self, receipts: Iterable[Receipt], enrolments: Mapping[str, int]) -> None:
        """What became of the leads of a call; of whom there is no receipt nothing is known."""
        with self._db.transaction():
            for receipt in receipts:
                enrolment = enrolments.get(receipt.lead_key)
                if enrolment is not None:
                    self._note(receipt, enrolment)

    def _note(self, receipt: Receipt, enrolment: int) -> None:
        states = {"later": "intended"}
        state = states.get(receipt.state, receipt.state)
        if receipt.reason == "duplicate" and self._said_before(enrolment) == "added":
            state = "accepted"  # the tool has it, though its list does not show it yet
        reason = None if state == "accepted" else receipt.reason or None
        self._db.execute(
            "UPDATE deliveries SET state = ?, reason = ?, remote_id = coalesce(?, remote_id), "
            "attempt = attempt - (? = 'later') WHERE run = ? AND enrolment_id = ? AND state = 'ambiguous'",
            (state, reason, receipt.remote_id, receipt.state, self._run, enrolment),
        )
        self._finish([enrolment], state)

    def _said_before(self, enrolment: int) -> str | None:
        sql = "SELECT reason FROM deliveries WHERE run = ? AND enrolment_id = ?"
        said = self._db.value(sql, (self._run, enrolment))
        return None if said is None else str(said)

    def _finish(self, enrolments: Sequence[int], state: str) -> None:
        """What follows for the touches: they have left, or they never will."""
        ids = json.dumps(list(enrolments))
        if state in ("accepted", "settled"):
            self._db.execute(
                "UPDATE touches SET left_on = (SELECT as_of FROM runs WHERE name = ?) WHERE enrolment_id IN "
                "(SELECT value FROM json_each(?))",
                (self._run, ids),
            )
        elif state == "refused":
            sql = "DELETE FROM touches WHERE enrolment_id IN (SELECT value FROM json_each(?))"
            self._db.execute(sql, (ids,))

    def counts(self) -> dict[str, int]:
        """How many deliveries of the run are in each state."""
        sql = "SELECT state, count(*) FROM deliveries WHERE run = ? GROUP BY state"
        return {row[0]: row[1] for row in self._db.rows(sql, (self._run,))}

    def count(self, *states: str) -> int:
        """How many are in one of these states."""
        found = self.counts()
        return sum(found.get(state, 0) for state in states)

    def refused(self) -> list[Refused]:
        """Whom the tool did not take, in their order."""
        rows = self._db.rows(
            "SELECT e.lead_key, d.reason FROM deliveries d JOIN enrolments e ON e.id = d.enrolment_id "
            "WHERE d.run = ? AND d.state = 'refused' "
            "AND d.reason NOT IN ('suppressed', 'stopped', 'paused') ORDER BY e.id",
            (self._run,),
        )
        return [Refused(row[0], row[1]) for row in rows]

    def settle(self, arrived: Iterable[Arrived], *, ours_only: bool = False) -> None:
        """Decide on whom no answer is known, now that the tool has said whom it has.

        `ours_only`: whoever is there without the texts of this run is offered again, which changes nothing for others.
        """
        seen: list[tuple[str, str, str | None]] = []
        self._db.execute("CREATE TEMP TABLE seen (email TEXT PRIMARY KEY, lead_id TEXT, remote_id TEXT)")
        try:
            for one in arrived:
                seen.append((one.email, one.lead_id, one.remote_id))
                if len(seen) >= _BATCH:
                    self._keep(seen)
            self._keep(seen)
            with self._db.transaction():
                self._decide(ours_only=ours_only)
        finally:
            self._db.execute("DROP TABLE temp.seen")

    def _keep(self, seen: list[tuple[str, str, str | None]]) -> None:
        self._db.many("INSERT OR IGNORE INTO temp.seen VALUES (?, ?, ?)", seen)
        seen.clear()

    def _decide(self, *, ours_only: bool) -> None:
        address = "(SELECT lower(email) FROM enrolments WHERE id = enrolment_id)"
        is_there = f"{address} IN (SELECT email FROM temp.seen)"  # noqa: S608  (names are ours)
        if ours_only:
            is_there = (
                "EXISTS (SELECT 1 FROM temp.seen s JOIN enrolments e ON lower(e.email) = s.email "
                "AND e.lead_id = s.lead_id WHERE e.id = enrolment_id)"
            )
        self._db.execute(
            f"UPDATE deliveries SET remote_id = (SELECT remote_id FROM temp.seen WHERE email = {address}) "  # noqa: S608
            f"WHERE run = ? AND state = 'ambiguous' AND {is_there}",
            (self._run,),
        )
        self._set(f"state = 'ambiguous' AND {is_there}", "settled")
        explained = ", ".join(f"'{why}'" for why in _EXPLAINED)
        self._set(f"state = 'ambiguous' AND reason IN ({explained}) AND attempt > {_OFFERS}", "refused")
        self._set("state = 'ambiguous'", "intended")

    def _set(self, which: str, state: str) -> None:
        """Give some deliveries of the run their state. `which` is ours."""
        rows = self._db.rows(f"SELECT enrolment_id FROM deliveries WHERE run = ? AND {which}", (self._run,))  # noqa: S608
        enrolments = [row[0] for row in rows]
        self._db.execute(
            "UPDATE deliveries SET state = ?, reason = iif(? = 'settled', NULL, reason) WHERE run = ? "
            "AND enrolment_id IN (SELECT value FROM json_each(?))",
            (state, state, self._run, json.dumps(enrolments)),
        )
        self._finish(enrolments, state)
