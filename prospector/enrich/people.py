"""Asking about people, one at a time, after their companies' sites were read.

Asked about is who matches or still could, the cheapest source first, until one criterion says no or nothing is
unknown. Each answer is stored before the next question is asked: what was stored is never paid for twice.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from prospector.core.evidence import AT_COMPANY, Observation
from prospector.core.fields import stored
from prospector.enrich.calls import Calls, id_of
from prospector.enrich.sources import PATTERN, Reply
from prospector.enrich.weighing import Weighing
from prospector.segments.selection import possible_people, undecided_people
from prospector.sites.visit.faults import fault_name
from prospector.store.database import PATIENT
from prospector.store.history import History
from prospector.store.lookups import LookupRow, add_lookup

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from prospector.core.fields import Subject
    from prospector.core.records import Prospect
    from prospector.core.sources import Source
    from prospector.enrich.shapes import ContactsShape
    from prospector.segments.segment import Segment
    from prospector.store.database import Database

_CHUNK = 500
_TOLD_FIRST = ("found", "failed", "blocked", "none")
"""What several sources said of one person is told by the first of these among it."""


@dataclass(slots=True)
class Tally:
    """The calls of one source."""

    calls: int = 0
    hits: int = 0
    cost: float = 0.0


@dataclass(slots=True)
class ContactReport:
    """What asking about people brought. `outcomes` counts people; `unpaid` those whom the budget left out."""

    budget: float = 0.0
    outcomes: Counter[str] = field(default_factory=Counter)
    calls: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    reasons: Counter[str] = field(default_factory=Counter)
    unpaid: int = 0

    @property
    def asked(self) -> int:
        """How many people were asked about."""
        return self.outcomes.total()

    @property
    def spent(self) -> float:
        """What all calls cost."""
        return round(sum(tally.cost for tally in self.calls.values()), 6)

    @property
    def budget_left(self) -> float:
        """What is left of the budget of the run."""
        return round(max(0.0, self.budget - self.spent), 6)

    def as_json(self) -> ContactsShape:
        """`contacts` of `enrich --json`."""
        return {
            "asked": self.asked,
            "found": self.outcomes["found"],
            "none": self.outcomes["none"],
            "blocked": self.outcomes["blocked"],
            "failed": self.outcomes["failed"],
        }

    def add(self, source: Source, reply: Reply, cost: float) -> None:
        """Count one call."""
        tally = self.calls[source.name]
        tally.calls += 1
        tally.hits += reply.outcome == "found"
        tally.cost += cost
        if reply.outcome in ("blocked", "failed"):
            self.reasons[f"{source.name} {reply.outcome}: {reply.reason}"] += 1


def people_in_question(db: Database, segment: Segment, calls: Calls) -> list[int]:
    """Those of whom a source can still tell something: undecided ones, or all in the list where it brings more."""
    if not calls.sources:
        return []
    undecided = undecided_people(db, segment)
    further: defaultdict[Subject, list[str]] = defaultdict(list)
    for source in calls.sources:
        further[source.subject] += source.further
    if not any(further.values()):
        return undecided
    return sorted({*undecided, *_lacking(db, possible_people(db, segment), further)})


_WRONG_GUESS = (
    "p.email_verdict = 'undeliverable' AND EXISTS "
    "(SELECT 1 FROM found_addresses f WHERE f.person_id = p.id AND f.method = 'inferred')"
)


def _with_wrong_guess(db: Database, people: Sequence[int]) -> list[int]:
    """Those of these people whose address was guessed and does not exist."""
    sql = (
        "SELECT p.id FROM json_each(?) j CROSS JOIN people p ON p.id = j.value "  # noqa: S608
        f"WHERE {_WRONG_GUESS} ORDER BY p.id"
    )
    return [row[0] for row in db.execute(sql, (json.dumps(list(people)),))]


def _lacking(db: Database, people: Sequence[int], further: Mapping[Subject, Sequence[str]]) -> Iterator[int]:
    """Those of these people of whom, or of whose company, one of these facts is not known.

    An address that was guessed and does not exist is none.
    """
    letters: dict[Subject, str] = {"person": "p", "company": "c"}
    blank = " OR ".join(
        f"{letters[subject]}.{column} IS NULL"
        for subject, names in further.items()
        for name in names
        for column in stored(subject)[name].columns
    )
    if "email" in further.get("person", ()):
        blank += f" OR {_WRONG_GUESS}"
    sql = (
        "SELECT p.id FROM json_each(?) j CROSS JOIN people p ON p.id = j.value "  # noqa: S608
        f"LEFT JOIN companies c ON c.id = p.company_id WHERE {blank}"
    )
    yield from (row[0] for row in db.execute(sql, (json.dumps(people),)))


class PeopleRun:
    """One run over the people of a segment."""

    def __init__(
        self, db: Database, segment: Segment, as_of: date, stale_before: date, *, budget: float, run: int
    ) -> None:
        self._db = db
        self._as_of = as_of
        self._run = run
        self._segment = segment
        self._weighing = Weighing(segment)
        self._stale = stale_before
        self._calls = Calls(db, stale_before)
        self.report = ContactReport(budget)

    def run(self, limit: int | None = None) -> ContactReport:
        """Ask about everybody for whom it can change something, about `limit` people at most."""
        ids = people_in_question(self._db, self._segment, self._calls)
        for start in range(0, len(ids), _CHUNK):
            prospects = self._calls.load(ids[start : start + _CHUNK])
            for prospect, left in self._calls.left(prospects):
                if limit is not None and self.report.asked >= limit:
                    return self.report
                if outcomes := self._person(prospect, left):
                    self.report.outcomes[next(one for one in _TOLD_FIRST if one in outcomes)] += 1
        return self.report

    def guess_again(self) -> bool:
        """Whether anybody whose guess turned out to be wrong has another one now.

        These people were counted when they got the first.
        """
        self._calls = Calls(self._db, self._stale)  # what a company's pattern makes is another by now
        ids, found = _with_wrong_guess(self._db, possible_people(self._db, self._segment)), False
        for start in range(0, len(ids), _CHUNK):
            for prospect, left in self._calls.left(self._calls.load(ids[start : start + _CHUNK])):
                found |= "found" in self._person(prospect, left & {PATTERN})
        return found

    def _person(self, prospect: Prospect, left: frozenset[str]) -> set[str]:
        """Ask about somebody; what the sources said."""
        outcomes = set()
        while (choice := self._choice(prospect, left)) is not None:
            source, fields = choice
            left -= {source.name}
            if not self._calls.was_answered(source, prospect):
                outcomes.add(self._ask(source, fields, prospect))
            prospect = next(self._calls.load([prospect.person.id]))
        return outcomes

    def _choice(self, prospect: Prospect, left: frozenset[str]) -> tuple[Source, Sequence[str]] | None:
        """The next source to ask, and for which fields. A question that money would settle is counted."""
        payable = left & self._calls.affordable(self.report.budget_left)
        for source in self._calls.sources:
            if source.name in payable and (fields := self._weighing.wanted(prospect, source, payable)):
                return source, fields
        beyond = (source for source in self._calls.sources if source.name in left - payable)
        self.report.unpaid += any(self._weighing.wanted(prospect, source, left) for source in beyond)
        return None

    def _ask(self, source: Source, fields: Sequence[str], prospect: Prospect) -> str:
        try:
            reply = _usable(source.subject, self._calls.asking.ask(source, prospect))
        except Exception as fault:  # a source that breaks must not take the others along
            # Nobody knows whether it was charged: a budget must hold even so.
            reply = Reply("failed", reason=fault_name(fault))
        cost = source.price if reply.cost is None else reply.cost
        self._record(source, fields, prospect, reply, cost)
        self.report.add(source, reply, cost)
        return reply.outcome

    def _record(
        self, source: Source, fields: Sequence[str], prospect: Prospect, reply: Reply, cost: float
    ) -> None:
        known = id_of(prospect, source.subject)
        assert known is not None
        row = LookupRow(source.name, reply.url, reply.outcome, reply.reason, 1, cost, ", ".join(fields))
        with self._db.transaction(PATIENT):
            add_lookup(self._db, known, row, self._as_of, subject=source.subject, run=self._run)
            if reply.values:
                seen = Observation(
                    source.name,
                    source.method,
                    self._as_of,
                    reply.values,
                    url=reply.url,
                    confidence=reply.confidence,
                    cost=cost,
                )
                History(self._db, self._as_of).record_known(source.subject, known, [seen])


def _usable(subject: Subject, reply: Reply) -> Reply:
    """The reply with the values that can be stored; nothing found where there are none, or where it says so."""
    if reply.outcome != "found":
        return replace(reply, values={})
    values = {name: value for name, value in reply.values.items() if _is_readable(subject, name, value)}
    return (
        replace(
            reply,
            values={**values, **{name: reply.values[name] for name in (AT_COMPANY,) if name in reply.values}},
        )
        if values
        else replace(reply, outcome="none", values={}, reason="unreadable")
    )


def _is_readable(subject: Subject, name: str, value: str | int) -> bool:
    known = stored(subject).get(name)
    try:
        return known is not None and value != "" and known.cells(value) is not None
    except ValueError:
        return False
