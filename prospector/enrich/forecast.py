"""What `enrich` would cost, told before the first request is made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from prospector.core.sources import source_named
from prospector.enrich.calls import Calls
from prospector.enrich.people import people_in_question
from prospector.enrich.planner import Planner
from prospector.enrich.weighing import Weighing
from prospector.segments.lookups import sources_for
from prospector.segments.selection import funnel, undecided_companies
from prospector.sites.visit.reading import STEPS
from prospector.store.lookups import outcomes_of

if TYPE_CHECKING:
    from datetime import date

    from prospector.core.records import Prospect
    from prospector.core.sources import Source
    from prospector.enrich.shapes import CallShape, ForecastShape, SourceForecastShape
    from prospector.segments.segment import Segment
    from prospector.store.database import Database


_FEW = 10
"""With fewer answers than this nothing is known of how often a criterion says yes."""
_EVEN = 0.5


@dataclass(slots=True)
class SourceForecast:
    """What one source would cost. `companies` and `people` may need it; how many will is an estimate."""

    source: str
    companies: int = 0
    most: int = 0
    about: float = 0.0
    people: int = 0
    calls: float = 0.0
    cost: float = 0.0
    expected: float = 0.0

    def as_json(self) -> SourceForecastShape:
        """One row of `enrich --plan`."""
        return {
            "source": self.source,
            "companies": self.companies,
            "requests_at_most": self.most,
            "requests_about": round(self.about),
            "people": self.people,
            "cost": round(self.cost, 6),
            "expected": round(self.expected),
        }

    def expected_calls(self) -> CallShape:
        """The calls that are likely, in the shape of those that a run made."""
        return {
            "provider": self.source,
            "calls": round(self.calls),
            "hits": round(self.expected),
            "cost": round(self.cost, 6),
        }


@dataclass(slots=True)
class Forecast:
    """What `enrich` would do. Repeated attempts and redirects are not counted."""

    asked: int = 0
    """Companies that the stored facts leave undecided; all with a domain where there is no segment."""
    companies: int = 0
    """Those among them where a look-up is due and can change the list."""
    people: int = 0
    """People whom a source may be asked about, if their company's site says neither no nor nothing."""
    unpaid: int = 0
    """People for whom the budget does not suffice."""
    budget: float = 0.0
    sources: list[SourceForecast] = field(default_factory=lambda: [SourceForecast(step) for step in STEPS])

    @property
    def most(self) -> int:
        """Requests at most."""
        return sum(source.most for source in self.sources)

    @property
    def about(self) -> int:
        """Requests as a rule."""
        return round(sum(source.about for source in self.sources))

    @property
    def everything(self) -> int:
        """Requests, as a rule, to take every step at every company asked for."""
        return round(self.asked * sum(source_named(step).requests.about for step in STEPS))

    @property
    def cost(self) -> float:
        """What it would cost, as a rule."""
        return round(sum(source.cost for source in self.sources), 6)

    @property
    def cost_at_most(self) -> float:
        """What it would cost if everybody in question were asked about; never more than the budget."""
        full = sum(source.people * source_named(source.source).price for source in self.sources)
        return round(min(full, self.budget), 6)

    @property
    def expected(self) -> int:
        """How many answers the calls would bring, as a rule."""
        return round(sum(source.expected for source in self.sources))

    def as_json(self) -> ForecastShape:
        """What `enrich --plan --json` prints."""
        calls = sorted((source for source in self.sources if source.people), key=lambda one: one.source)
        return {
            "companies": {"asked": self.companies, "skipped": self.asked - self.companies},
            "requests_at_most": self.most,
            "requests_about": self.about,
            "requests_for_everything": self.everything,
            "sources": [source.as_json() for source in self.sources],
            "people": self.people,
            "cost": self.cost,
            "cost_at_most": self.cost_at_most,
            "expected": self.expected,
            "contacts": {
                "asked": self.people,
                "found": min(self.expected, self.people),
                "none": max(0, self.people - self.expected),
                "blocked": 0,
                "failed": 0,
            },
            "calls": [source.expected_calls() for source in calls],
            "spent": 0.0,
            "budget_left": self.budget,
        }


def forecast(
    db: Database,
    as_of: date,
    stale_before: date,
    segment: Segment | None,
    *,
    limit: int | None = None,
    deep: bool = False,
    budget: float = 0.0,
) -> Forecast:
    """What looking up would cost; makes no request and writes nothing. `limit` as for `enrich`."""
    planner = Planner(db, as_of, stale_before, segment, deep=deep, budget=budget)
    asked = undecided_companies(db, segment) if segment else _all_companies(db)
    chances = _chances(db, segment) if segment else {}
    told = Forecast(asked=len(asked), budget=budget)
    visits: dict[int, Visit] = {}
    for job in planner.jobs(planner.order(asked)[:limit]):
        told.companies += 1
        reached = 1.0
        wanted = planner.steps(job)
        for source in told.sources:
            if source.source in wanted:
                cost = source_named(source.source).requests
                source.companies += 1
                source.most += cost.most
                source.about += cost.about * reached
                reached *= chances.get(source.source, 1.0)
        visits[job.company.id] = Visit(frozenset(wanted), reached)
    if segment is not None:
        _PeopleForecast(db, segment, Calls(db, stale_before), told, visits).run(limit)
    return told


class Visit(NamedTuple):
    """The steps of a company's visit, and how likely its people are still in question behind it."""

    steps: frozenset[str] = frozenset()
    reached: float = 1.0


class _PeopleForecast:
    """Adds the sources that are asked about people, one person at a time, to what is told of the companies."""

    def __init__(
        self, db: Database, segment: Segment, calls: Calls, told: Forecast, visits: dict[int, Visit]
    ) -> None:
        self._db = db
        self._segment = segment
        self._weighing = Weighing(segment)
        self._calls = calls
        self._told = told
        self._visits = visits
        self._rows = {source.name: SourceForecast(source.name) for source in calls.sources}
        self._rates = {source.name: _rate(db, source) for source in calls.sources}

    def run(self, limit: int | None) -> None:
        self._told.sources += self._rows.values()
        people = self._calls.load(people_in_question(self._db, self._segment, self._calls))
        for person, left in self._calls.left(people):
            if limit is not None and self._told.people >= limit:
                return
            self._person(person, left)

    def _person(self, person: Prospect, left: frozenset[str]) -> None:
        visit = self._visits.get(person.company.id, Visit()) if person.company else Visit()
        payable = left & self._calls.affordable(self._told.budget - self._told.cost)
        unanswered: dict[str, float] = {}
        for source in self._calls.sources:
            if source.name not in payable:
                continue
            if fields := self._weighing.wanted(person, source, payable | visit.steps):
                open_ = max(unanswered.get(name, 1.0) for name in fields)
                self._add(source, visit.reached * open_)
                unanswered |= dict.fromkeys(fields, open_ * (1 - self._rates[source.name]))
        self._told.people += bool(unanswered)
        self._told.unpaid += not unanswered and self._would_be_asked(person, left, visit)

    def _add(self, source: Source, chance: float) -> None:
        row = self._rows[source.name]
        row.people += 1
        row.calls += chance
        row.most += source.requests.most
        row.about += source.requests.about * chance
        row.cost += source.price * chance
        row.expected += self._rates[source.name] * chance

    def _would_be_asked(self, person: Prospect, left: frozenset[str], visit: Visit) -> bool:
        open_ = (source for source in self._calls.sources if source.name in left)
        return any(self._weighing.wanted(person, source, left | visit.steps) for source in open_)


def _rate(db: Database, source: Source) -> float:
    """How often a source finds something: as often as it did so far."""
    asked, found = outcomes_of(db, source.name)
    return found / asked if asked >= _FEW else _EVEN


def _all_companies(db: Database) -> list[int]:
    rows = db.rows("SELECT id FROM companies WHERE domain IS NOT NULL ORDER BY id")
    return [row["id"] for row in rows]


def _chances(db: Database, segment: Segment) -> dict[str, float]:
    """How likely a company is still open behind each step: as often as the criteria said yes so far.

    A criterion counts at the first step that can answer it.
    """
    chances = dict.fromkeys(STEPS, 1.0)
    for entry, line in zip(segment.entries, funnel(db, segment), strict=True):
        answering = {source.name for asked in entry.asked for source in sources_for(asked)}
        step = next((one for one in STEPS if one in answering), None)
        if step is not None:
            known = line.match + line.no_match
            chances[step] *= line.match / known if known >= _FEW else _EVEN
    return chances
