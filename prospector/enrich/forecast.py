"""What `enrich` would cost, told before the first request is made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from prospector.enrich.planner import Planner, answers_to
from prospector.segments.selection import funnel, undecided_companies
from prospector.sites.visit.reading import STEPS

if TYPE_CHECKING:
    from datetime import date

    from prospector.segments.segment import Segment
    from prospector.store.database import Database


class Cost(NamedTuple):
    """Requests of a step at one company: at most (without repeated attempts and redirects), and as a rule."""

    most: int
    about: float


COSTS = {
    "dns": Cost(0, 0),
    "website": Cost(3, 2),
    "tag_manager": Cost(2, 0.5),
    "careers": Cost(26, 2.5),
    "pages": Cost(7, 5),
}
"""robots.txt included, questions to name servers not. A careers step may try three pages and read two boards of
ten pages each; an antechamber costs the website step one page more; the pages step may ask for the site's map."""

_FEW = 10
"""With fewer answers than this nothing is known of how often a criterion says yes."""
_EVEN = 0.5


@dataclass(slots=True)
class SourceForecast:
    """What one step would cost over all companies. `companies` may need it; how many will is an estimate."""

    source: str
    companies: int = 0
    most: int = 0
    about: float = 0.0

    def as_json(self) -> dict[str, object]:
        """One row of `enrich --plan --json`."""
        return {
            "source": self.source,
            "companies": self.companies,
            "requests_at_most": self.most,
            "requests_about": round(self.about),
        }


@dataclass(slots=True)
class Forecast:
    """What `enrich` would do. Repeated attempts and redirects are not counted."""

    asked: int = 0
    """Companies that the stored facts leave undecided; all with a domain where there is no segment."""
    companies: int = 0
    """Those among them where a look-up is due and can change the list."""
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
        return round(self.asked * sum(cost.about for cost in COSTS.values()))

    def as_json(self) -> dict[str, object]:
        """The documented shape of `enrich --plan --json`."""
        return {
            "asked": self.asked,
            "companies": self.companies,
            "requests_at_most": self.most,
            "requests_about": self.about,
            "requests_for_everything": self.everything,
            "sources": [source.as_json() for source in self.sources],
        }


def forecast(
    db: Database,
    as_of: date,
    stale_before: date,
    segment: Segment | None,
    *,
    limit: int | None = None,
    deep: bool = False,
) -> Forecast:
    """What looking up would cost; makes no request and writes nothing. `limit` as for `enrich`."""
    planner = Planner(db, as_of, stale_before, segment, deep=deep)
    asked = undecided_companies(db, segment) if segment else _all_companies(db)
    chances = _chances(db, segment) if segment else {}
    told = Forecast(asked=len(asked))
    for job in planner.jobs(planner.order(asked)[:limit]):
        told.companies += 1
        reached = 1.0
        wanted = planner.steps(job)
        for source in told.sources:
            if source.source in wanted:
                cost = COSTS[source.source]
                source.companies += 1
                source.most += cost.most
                source.about += cost.about * reached
                reached *= chances.get(source.source, 1.0)
    return told


def _all_companies(db: Database) -> list[int]:
    rows = db.rows("SELECT id FROM companies WHERE domain IS NOT NULL ORDER BY id")
    return [row["id"] for row in rows]


def _chances(db: Database, segment: Segment) -> dict[str, float]:
    """How likely a company is still open behind each step: as often as the criteria said yes so far.

    A criterion counts at the first step that can answer it.
    """
    chances = dict.fromkeys(STEPS, 1.0)
    for entry, line in zip(segment.entries, funnel(db, segment), strict=True):
        step = next((one for one in STEPS if any(answers_to(asked, one) for asked in entry.asked)), None)
        if step is not None:
            known = line.match + line.no_match
            chances[step] *= line.match / known if known >= _FEW else _EVEN
    return chances
