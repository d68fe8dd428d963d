"""What one visit to a company's site found, step by step, and what an earlier visit left for the next."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from prospector.store.lookups import LookupRow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prospector.core.records import FoundOpening, Hit
    from prospector.fetch import Answer, Known
    from prospector.sites.facts.company import SiteFacts
    from prospector.sites.facts.mail_domain import MailDomain
    from prospector.sites.page.board_links import Board
    from prospector.sites.visit.page_readings import Leads

STEPS = ("dns", "website", "tag_manager", "careers", "pages")
"""In the order in which they are taken, the cheapest first. All behind the home page need its leads."""
LEADING = frozenset({"dns", "website"})
"""Steps that need no leads."""


BAD_CERTIFICATE = "bad_certificate"
"""Reason of a look-up: the page was read over plain http, because https there is broken."""
WITHOUT_TLS = "(over http: bad certificate)"
"""Stands behind evidence from such a page."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """What an earlier visit left: leads, the page's validators and what was seen on it."""

    leads: Leads
    page: Known | None = None
    hits: tuple[Hit, ...] = ()
    shell: bool = False


@dataclass(slots=True)
class SiteReading:
    """What one visit found. `channels` were read well enough that absence means something."""

    domain: str
    url: str = ""
    steps: list[str] = field(default_factory=list)
    lookups: list[LookupRow] = field(default_factory=list)
    channels: set[str] = field(default_factory=set)
    facts: SiteFacts | None = None
    hits: dict[str, Hit] = field(default_factory=dict)
    boards: list[Board] = field(default_factory=list)
    openings: dict[str, list[FoundOpening]] = field(default_factory=dict)
    leads: Leads | None = None
    deeper: dict[str, list[Hit]] = field(default_factory=dict)
    """What other pages and DNS show, by source; see `further_pages`."""
    mail: MailDomain | None = None
    insecure: bool = False
    """The home page was read over plain http because the site's certificate is wrong: anybody may have written it."""
    page: Known | None = None
    """Where the home page is and how to ask whether it changed."""

    def note(
        self, source: str, answer: Answer, outcome: str | None = None, reason: str | None = None
    ) -> None:
        """Keep one attempt, with the answer's outcome unless a better judgement is given."""
        self.lookups.append(
            LookupRow(
                source,
                answer.final_url,
                outcome or answer.outcome,
                _reason(answer, answer.reason if reason is None else reason),
                answer.requests,
            )
        )

    def note_fault(self, source: str, reason: str) -> None:
        """Keep a step that ended without an answer, by a fault of ours or for want of time."""
        self.lookups.append(LookupRow(source, self.url or None, "failed", reason, 0))

    def add_hits(self, hits: Iterable[Hit]) -> None:
        """Keep the strongest evidence of each technology."""
        for hit in hits:
            hit = replace(hit, evidence=f"{hit.evidence} {WITHOUT_TLS}") if self.insecure else hit
            held = self.hits.get(hit.id)
            if held is None or hit.grade < held.grade:
                self.hits[hit.id] = hit

    @property
    def outcome(self) -> str:
        """What became of the home page; of the first step where it was not asked for."""
        return self.main.outcome if self.lookups else "none"

    @property
    def main(self) -> LookupRow:
        """The look-up that stands for the visit; there must have been one."""
        return next((lookup for lookup in self.lookups if lookup.source == "website"), self.lookups[0])


def _reason(answer: Answer, reason: str) -> str:
    return f"{reason} {BAD_CERTIFICATE}".strip() if answer.insecure else reason


def all_steps(reading: SiteReading, step: str) -> bool:
    """Every step is worth taking: for looking everything up."""
    return True
