"""What is still worth a request: which steps of which companies can change an answer.

A step is taken if it is due (not done since the data went stale, or failed) and if somebody at the company
is undecided on a criterion that the step can answer, and undecided on nothing else that would keep the
person out of the list anyway. So the home page comes first, and a company is left as soon as one criterion
says no, or can no longer be answered.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from prospector.core.sources import source_of, sources
from prospector.enrich.calls import Calls
from prospector.enrich.recording import with_reading
from prospector.enrich.remembering import load_leads, load_remembered
from prospector.enrich.weighing import Weighing
from prospector.sites.visit.reading import LEADING, STEPS
from prospector.store.loading import load_companies, load_prospects

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from prospector.core.records import Company, Prospect
    from prospector.segments.segment import Segment
    from prospector.sites.visit.page_readings import Leads
    from prospector.sites.visit.reading import Remembered, SiteReading
    from prospector.store.database import Database

_CHUNK = 100


class OpenPerson(NamedTuple):
    """Somebody whose answer is open, with the sources beside the site that can still be asked."""

    prospect: Prospect
    left: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Job:
    """One company to look up. `people` are those whose answer is open, one for each way to be open."""

    company: Company
    due: frozenset[str]
    remembered: Remembered | None = None
    people: tuple[OpenPerson, ...] = ()
    undecided: int = 0
    """How many people's answers are open."""


class Planner:
    """Weighs steps for a segment, or for everything that is due where there is none."""

    def __init__(
        self,
        db: Database,
        as_of: date,
        stale_before: date,
        segment: Segment | None = None,
        *,
        deep: bool = False,
        budget: float = 0.0,
    ) -> None:
        self._db = db
        self._as_of = as_of
        self._stale = stale_before
        self._segment = segment
        self._deep = deep
        self._weighing = None if segment is None else Weighing(segment)
        self._calls = Calls(db, stale_before)
        self._payable = self._calls.affordable(budget)
        self._on_request = frozenset(source.name for source in sources() if source.on_request)

    def jobs(self, company_ids: Iterable[int]) -> Iterator[Job]:
        """What is to be done at these companies, loaded as it is needed; those without work are left out."""
        waiting = list(company_ids)
        for start in range(0, len(waiting), _CHUNK):
            chunk = waiting[start : start + _CHUNK]
            yield from (job for job in self._load(chunk) if self.steps(job))

    def order(self, company_ids: Iterable[int]) -> list[int]:
        """The companies with work to do, those with the most undecided people first."""
        if self._segment is None:
            return sorted(self._due_anyway(list(company_ids)))
        found = [(-job.undecided, job.company.id) for job in self.jobs(company_ids)]
        return [company_id for _, company_id in sorted(found)]

    def _due_anyway(self, company_ids: Sequence[int]) -> Iterator[int]:
        """The companies with work to do where nobody's answers matter: no company need be loaded for that."""
        for start in range(0, len(company_ids), _CHUNK):
            chunk = company_ids[start : start + _CHUNK]
            done, leads = self._done(chunk), load_leads(self._db, chunk)
            for company_id in chunk:
                due = _due(done[company_id], leads.get(company_id))
                if due if self._deep else due - self._on_request:
                    yield company_id

    def steps(self, job: Job) -> list[str]:
        """The steps that could be needed, by what is known before the first request."""
        wanted = [step for step in STEPS if self._can_change(job, job.company, step, job.due)]
        # What later steps read, the home page names; what it named long ago may have moved.
        if job.remembered is None or "website" in job.due:
            led = [step for step in wanted if step not in LEADING]
            if led and "website" not in wanted:
                wanted.insert(len(wanted) - len(led), "website")
        return wanted

    def worth(self, job: Job, reading: SiteReading, step: str) -> bool:
        """Whether a step is worth taking after what this visit has shown so far."""
        if not reading.steps:
            return step in self.steps(job)
        known = job.company if self._segment is None else with_reading(job.company, reading, self._as_of)
        return self._can_change(job, known, step, job.due.difference(reading.steps))

    def _can_change(self, job: Job, company: Company, step: str, left: frozenset[str]) -> bool:
        """Whether a step is still to be taken, and can bring somebody into the list or keep somebody out."""
        if step not in left:
            return False
        if self._weighing is None:
            return self._deep or step not in self._on_request
        return any(
            self._weighing.unknown(replace(person.prospect, company=company), step, left | person.left)
            for person in job.people
        )

    def _load(self, company_ids: Sequence[int]) -> Iterator[Job]:
        companies = load_companies(self._db, company_ids)
        remembered = load_remembered(self._db, companies)
        people = self._open_people(company_ids)
        done = self._done(company_ids)
        for company_id in company_ids:
            company = companies.get(company_id)
            if company is not None and company.domain:
                before = remembered.get(company_id)
                due = _due(done[company_id], before.leads if before else None)
                yield Job(company, due, before, *people.get(company_id, ((), 0)))

    def _open_people(self, company_ids: Sequence[int]) -> dict[int, tuple[tuple[OpenPerson, ...], int]]:
        """People whose answer is unknown: one for each set of own answers and sources, and how many there are."""
        if self._weighing is None:
            return {}
        marks = ",".join("?" * len(company_ids))
        sql = f"SELECT id FROM people WHERE company_id IN ({marks}) ORDER BY id"  # noqa: S608
        ids = [row["id"] for row in self._db.rows(sql, tuple(company_ids))]
        kinds: dict[int, dict[object, OpenPerson]] = defaultdict(dict)
        counts: dict[int, int] = defaultdict(int)
        prospects = load_prospects(self._db, ids)
        undecided = (one for one in prospects if self._weighing.whole(one) is None)
        for prospect, still in self._calls.left(undecided):
            left = still & self._payable
            assert prospect.company is not None
            alone = replace(prospect, company=None)
            own = (left, *(asked.answer(alone) for asked in self._weighing.segment.asked))
            kinds[prospect.company.id].setdefault(own, OpenPerson(alone, left))
            counts[prospect.company.id] += 1
        return {key: (tuple(some.values()), counts[key]) for key, some in kinds.items()}

    def _done(self, company_ids: Sequence[int]) -> dict[int, dict[str, bool]]:
        """The steps taken since the data went stale, with whether the last time went without a failure."""
        marks = ",".join("?" * len(company_ids))
        rows = self._db.rows(
            f"SELECT company_id, source, outcome, looked_on FROM lookups WHERE company_id IN ({marks}) "  # noqa: S608
            "AND looked_on > ? ORDER BY id",
            (*company_ids, self._stale.isoformat()),
        )
        last: dict[tuple[int, str], dict[str, bool]] = {}
        days: dict[tuple[int, str], str] = {}
        for row in rows:
            key = (row["company_id"], source_of(row["source"]))
            if days.get(key) != row["looked_on"]:
                days[key], last[key] = row["looked_on"], {}
            last[key][row["source"]] = row["outcome"] != "failed"
        done: dict[int, dict[str, bool]] = defaultdict(dict)
        for (company_id, step), went_well in last.items():
            done[company_id][step] = all(went_well.values())
        return done


def _due(done: dict[str, bool], leads: Leads | None) -> frozenset[str]:
    """The steps that are to be done. What the home page has to lead to waits for the home page."""
    due = {step for step in STEPS if not done.get(step, False)}
    if "website" in due:
        return frozenset(due | {"tag_manager"})
    if leads is None:
        due &= LEADING
    elif not leads.containers:
        due.discard("tag_manager")
    return frozenset(due)
