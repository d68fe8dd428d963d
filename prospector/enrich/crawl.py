"""Many companies at once. What is done is stored as it comes, so an interrupted run goes on where it stopped."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from prospector.core.errors import LockedError
from prospector.core.garbage import rare_collections
from prospector.enrich.people import ContactReport, PeopleRun
from prospector.enrich.planner import Planner
from prospector.enrich.proving import prove
from prospector.enrich.recording import record_reading
from prospector.fetch import Fetcher
from prospector.fetch.loop import run
from prospector.normalise.addresses import VERDICTS
from prospector.sites.facts.mail_domain import MailLookup
from prospector.sites.visit.further_pages import DeeperReader
from prospector.sites.visit.reader import SiteReader
from prospector.sites.visit.workers import Workers
from prospector.store.database import PATIENT
from prospector.store.lookups import next_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from prospector.enrich.planner import Job
    from prospector.enrich.proving import Check
    from prospector.enrich.shapes import EnrichShape
    from prospector.fetch import HttpSettings
    from prospector.segments.segment import Segment
    from prospector.sites.visit.reading import SiteReading
    from prospector.store.database import Database

_COMPANIES_PER_REQUEST = 2
"""Companies under way for each request that may be: while the page of one is read, another one is asked."""
_FURTHER_GUESSES = 3
"""So often a run goes on to the next address where a guess turned out to be wrong; the next run goes on from there."""
_BATCH = 100
_BATCH_SECONDS = 2.0
"""What is done waits at most about so long to be stored."""


@dataclass(slots=True)
class EnrichReport:
    """What a run looked up. `outcomes` counts companies by their first look-up: found, none, blocked, failed."""

    companies: int = 0
    skipped: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    technologies: int = 0
    openings: int = 0
    people: ContactReport = field(default_factory=ContactReport)
    verdicts: Counter[str] = field(default_factory=Counter)
    """What verifying says of the addresses that were guessed or looked up for the segment's people."""

    def add(self, reading: SiteReading) -> None:
        """Count one company."""
        self.companies += 1
        self.outcomes[reading.outcome] += 1
        for lookup in reading.lookups:
            if lookup.reason.startswith("fault") or (lookup is reading.main and lookup.outcome != "found"):
                self.reasons[f"{lookup.outcome}: {lookup.reason}"] += 1
        self.requests += sum(lookup.requests for lookup in reading.lookups)
        self.technologies += len(reading.hits)
        self.openings += sum(len(found) for found in reading.openings.values())

    def as_json(self) -> EnrichShape:
        """What `enrich --json` prints."""
        outcomes, people = self.outcomes, self.people
        return {
            "companies": {
                "asked": self.companies,
                "found": outcomes["found"],
                "none": outcomes["none"],
                "blocked": outcomes["blocked"],
                "failed": outcomes["failed"],
                "skipped": self.skipped,
            },
            "requests": self.requests,
            "technologies": self.technologies,
            "openings": self.openings,
            "reasons": dict(sorted((self.reasons + people.reasons).items())),
            "contacts": people.as_json(),
            "calls": [
                {"provider": name, "calls": one.calls, "hits": one.hits, "cost": round(one.cost, 6)}
                for name, one in sorted(people.calls.items())
            ],
            "verdicts": {word: self.verdicts[word] for word in VERDICTS},
            "spent": people.spent,
            "budget_left": people.budget_left,
        }


def companies_to_read(
    db: Database,
    as_of: date,
    stale_before: date,
    *,
    segment: Segment | None = None,
    among: Sequence[int] | None = None,
    deep: bool = False,
    budget: float = 0.0,
) -> tuple[list[int], int]:
    """Ids of the companies to look up, the most rewarding first, and how many are left alone.

    A company is due if one of its steps was not taken since `stale_before`, or failed the last time. Blocked
    and none are answers: they wait until they are stale. With a segment, only what can change its list.
    """
    rows = db.rows("SELECT id FROM companies WHERE domain IS NOT NULL ORDER BY id")
    wanted = None if among is None else set(among)
    asked = [row["id"] for row in rows if wanted is None or row["id"] in wanted]
    due = Planner(db, as_of, stale_before, segment, deep=deep, budget=budget).order(asked)
    return due, len(asked) - len(due)


def enrich(
    db: Database,
    settings: HttpSettings,
    as_of: date,
    stale_before: date,
    company_ids: Sequence[int],
    *,
    segment: Segment | None = None,
    limit: int | None = None,
    deep: bool = False,
    budget: float = 0.0,
    progress: Callable[[SiteReading], None] = lambda reading: None,
    check: Check | None = None,
) -> EnrichReport:
    """Read these companies' sites, then ask about the segment's people who match or still could.

    `check` verifies the addresses that were guessed or looked up for them.

    Use while holding the database's lock for it: two at once would double the pace at a site, and pay twice.
    """
    run = next_run(db)
    planner = Planner(db, as_of, stale_before, segment, deep=deep, budget=budget)
    report = Crawl(db, settings, planner, as_of, run=run, progress=progress).run(company_ids)
    report.people.budget = budget
    if segment is not None:
        people = PeopleRun(db, segment, as_of, stale_before, budget=budget, run=run)
        report.people = people.run(limit)
        if check is not None:
            report.verdicts = prove(db, segment, check)
            for _ in range(_FURTHER_GUESSES):
                if not people.guess_again():
                    break
                report.verdicts = prove(db, segment, check)
    return report


class Crawl:
    """One run over a list of companies."""

    def __init__(
        self,
        db: Database,
        settings: HttpSettings,
        planner: Planner,
        as_of: date,
        *,
        run: int | None = None,
        progress: Callable[[SiteReading], None] = lambda reading: None,
    ) -> None:
        self._db = db
        self._settings = settings
        self._planner = planner
        self._as_of = as_of
        self._run_number = run
        self._progress = progress
        self._done: list[tuple[int, SiteReading]] = []
        self._stored_at = 0.0
        self.report = EnrichReport()

    def run(self, company_ids: Sequence[int]) -> EnrichReport:
        """Look all of them up. On Ctrl-C what is done is stored before the interrupt goes on."""
        try:
            with rare_collections():
                run(self._run(company_ids))
        finally:
            self._store()
        if self.report.technologies or self.report.openings:
            self._db.take_statistics()
        return self.report

    async def _run(self, company_ids: Sequence[int]) -> None:
        jobs = self._planner.jobs(company_ids)
        self._stored_at = asyncio.get_running_loop().time()
        async with Fetcher(self._settings) as fetcher, Workers(len(company_ids)) as workers:
            deeper = DeeperReader(fetcher, workers, MailLookup(self._settings))
            reader = SiteReader(fetcher, self._as_of, workers, deeper)
            async with asyncio.TaskGroup() as group:
                for _ in range(min(_COMPANIES_PER_REQUEST * self._settings.concurrency, len(company_ids))):
                    group.create_task(self._work(reader, jobs))

    async def _work(self, reader: SiteReader, jobs: Iterator[Job]) -> None:
        for job in jobs:
            assert job.company.domain
            reading = await reader.read(
                job.company.domain,
                country=job.company.country,
                remembered=job.remembered,
                worth=partial(self._planner.worth, job),
            )
            self._take(job.company.id, reading)

    def _take(self, company_id: int, reading: SiteReading) -> None:
        self._done.append((company_id, reading))
        self.report.add(reading)
        self._progress(reading)
        now = asyncio.get_running_loop().time()
        if len(self._done) >= _BATCH or now - self._stored_at > _BATCH_SECONDS:
            with suppress(LockedError):  # an import is at work: sites need not wait for it, what was read can
                self._store(wait=0.0)
            self._stored_at = now

    def _store(self, wait: float = PATIENT) -> None:
        if self._done:
            with self._db.transaction(wait):
                for company_id, reading in self._done:
                    record_reading(self._db, company_id, reading, self._as_of, run=self._run_number)
            self._done = []
