"""Many companies at once. What is done is stored as it comes, so an interrupted run goes on where it stopped."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from prospector.enrich.recording import record_reading, with_reading
from prospector.enrich.site_reader import SiteReader
from prospector.fetch import Fetcher
from prospector.records import Person, Prospect
from prospector.store.loading import load_companies

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from prospector.enrich.site_reader import SiteReading
    from prospector.fetch import HttpSettings
    from prospector.records import Company
    from prospector.segments.segment import Segment
    from prospector.store.database import Database

_BATCH = 25


@dataclass(slots=True)
class EnrichReport:
    """What a run looked up. `outcomes` counts home pages: found, none, blocked, failed."""

    companies: int = 0
    skipped: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    technologies: int = 0
    openings: int = 0

    def add(self, reading: SiteReading) -> None:
        """Count one company."""
        self.companies += 1
        self.outcomes[reading.outcome] += 1
        if reading.outcome != "found" and reading.lookups:
            self.reasons[f"{reading.outcome}: {reading.lookups[0].reason}"] += 1
        self.requests += sum(lookup.requests for lookup in reading.lookups)
        self.technologies += len(reading.hits)
        self.openings += sum(len(found) for found in reading.openings.values())

    def as_json(self) -> dict[str, object]:
        """The documented shape of `enrich --json`."""
        return {
            "companies": self.companies,
            **{name: self.outcomes[name] for name in ("found", "none", "blocked", "failed")},
            "skipped": self.skipped,
            "requests": self.requests,
            "technologies": self.technologies,
            "openings": self.openings,
            "reasons": dict(sorted(self.reasons.items())),
        }


def companies_to_read(
    db: Database, *, stale_before: date, among: Sequence[int] | None = None
) -> tuple[list[int], int]:
    """Ids of the companies to look up, and how many are fresh enough to be left alone.

    A company is due if its site was not read since `stale_before`, or if the last attempt at one of its
    sources failed. Blocked and none are answers: they wait until they are stale.
    """
    rows = db.rows(
        """
        SELECT c.id,
          EXISTS (SELECT 1 FROM lookups l WHERE l.company_id = c.id AND l.source = 'website'
                  AND l.looked_on > :stale) AS fresh,
          EXISTS (SELECT 1 FROM lookups l WHERE l.company_id = c.id AND l.outcome = 'failed' AND l.id =
                  (SELECT max(m.id) FROM lookups m WHERE m.company_id = c.id AND m.source = l.source)) AS failed
        FROM companies c WHERE c.domain IS NOT NULL ORDER BY c.id
        """,
        {"stale": stale_before.isoformat()},
    )
    wanted = None if among is None else set(among)
    asked = [row for row in rows if wanted is None or row["id"] in wanted]
    due = [row["id"] for row in asked if not row["fresh"] or row["failed"]]
    return due, len(asked) - len(due)


class Crawl:
    """One run over a list of companies."""

    def __init__(
        self,
        db: Database,
        settings: HttpSettings,
        as_of: date,
        *,
        segment: Segment | None = None,
        progress: Callable[[SiteReading], None] = lambda reading: None,
    ) -> None:
        self._db = db
        self._settings = settings
        self._as_of = as_of
        self._segment = segment
        self._progress = progress
        self._done: list[tuple[int, SiteReading]] = []
        self.report = EnrichReport()

    def run(self, company_ids: Sequence[int]) -> EnrichReport:
        """Look all of them up. On Ctrl-C what is done is stored before the interrupt goes on."""
        try:
            asyncio.run(self._run(list(company_ids)))
        finally:
            self._store()
        return self.report

    async def _run(self, company_ids: list[int]) -> None:
        companies = iter(load_companies(self._db, company_ids).values())
        async with Fetcher(self._settings) as fetcher:
            reader = SiteReader(fetcher, self._as_of)

            async def work() -> None:
                for company in companies:
                    await self._one(reader, company)

            async with asyncio.TaskGroup() as group:
                for _ in range(min(self._settings.concurrency, len(company_ids))):
                    group.create_task(work())

    async def _one(self, reader: SiteReader, company: Company) -> None:
        assert company.domain
        reading = await reader.read(
            company.domain,
            country=company.country,
            jobs=self._asks_for_jobs(),
            go_on=lambda reading: self._still_open(company, reading),
        )
        self._done.append((company.id, reading))
        self.report.add(reading)
        self._progress(reading)
        if len(self._done) >= _BATCH:
            self._store()

    def _store(self) -> None:
        done, self._done = self._done, []
        if done:
            with self._db.transaction():
                for company_id, reading in done:
                    record_reading(self._db, company_id, reading, self._as_of)

    def _asks_for_jobs(self) -> bool:
        return self._segment is None or any(asked.field == "hiring" for asked in self._segment.asked)

    def _still_open(self, company: Company, reading: SiteReading) -> bool:
        """Whether nothing has said no yet: if the segment's answer is settled, jobs cannot change it."""
        if self._segment is None:
            return True
        now = Prospect(Person(0), with_reading(company, reading, self._as_of))
        return all(entry.question.answer(now) is not False for entry in self._segment.entries)
