"""Companies' own sites: what is worth reading, and reading it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prospector.workspace.verifying import Verifying

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from prospector.core.spans import Period
    from prospector.enrich.crawl import EnrichReport
    from prospector.enrich.forecast import Forecast
    from prospector.segments.segment import Segment
    from prospector.sites.visit.reading import SiteReading


class Enriching(Verifying):
    """Look up what companies' sites say, and the addresses of people."""

    def companies_to_read(
        self, segment: Segment | None = None, *, older_than: Period | None = None, deep: bool = False
    ) -> tuple[list[int], int]:
        """Companies whose site is to be read, and how many are fresh enough.

        With a segment only those where a look-up can still change who is in its list.
        """
        from prospector.enrich.crawl import companies_to_read
        from prospector.segments.selection import undecided_companies

        among = undecided_companies(self.db, segment) if segment is not None else None
        stale = self._stale(older_than)
        budget = self.settings.enrich.budget
        return companies_to_read(
            self.db, self.as_of, stale, segment=segment, among=among, deep=deep, budget=budget
        )

    def enrich(
        self,
        company_ids: Sequence[int],
        *,
        segment: Segment | None = None,
        older_than: Period | None = None,
        limit: int | None = None,
        deep: bool = False,
        progress: Callable[[SiteReading], None] = lambda reading: None,
    ) -> EnrichReport:
        """Read the sites of these companies, as far as they are due, and keep what they show.

        With a segment only what can still change its list; then sources are asked about its people, about
        `limit` of them at most, within the budget, and addresses that were guessed or looked up are verified. `deep`
        adds the pages about the company (imprint, contact...) and its domain's DNS records.
        """
        from prospector.enrich.crawl import enrich
        from prospector.store.lock import exclusive

        with exclusive(self.db.path, "enrich"):
            return enrich(
                self.db,
                self.http_settings(),
                self.as_of,
                self._stale(older_than),
                company_ids,
                segment=segment,
                limit=limit,
                deep=deep,
                budget=self.settings.enrich.budget,
                progress=progress,
                check=self._check,
            )

    def enrichment_forecast(
        self,
        segment: Segment | None = None,
        *,
        older_than: Period | None = None,
        limit: int | None = None,
        deep: bool = False,
    ) -> Forecast:
        """How many requests `enrich` would make, and what it would spend; makes none."""
        from prospector.enrich.forecast import forecast

        stale, budget = self._stale(older_than), self.settings.enrich.budget
        return forecast(self.db, self.as_of, stale, segment, limit=limit, deep=deep, budget=budget)

    def _stale(self, older_than: Period | None) -> date:
        return (older_than or self.settings.enrich.max_age).before(self.as_of)

    def inspect(self, domain: str) -> SiteReading:
        """Read one company's site; stores nothing."""
        from prospector.enrich.inspect import inspect_site

        return inspect_site(domain, self.http_settings(), self.as_of)
