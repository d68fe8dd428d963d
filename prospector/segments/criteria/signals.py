"""What happened to a company: a round of funding, news, an expansion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prospector.core.errors import near_miss
from prospector.core.spans import Period
from prospector.segments.criteria.context import BadValue, period_of
from prospector.segments.criteria.criterion import Criterion
from prospector.segments.sql.sql import (
    COMPANIES,
    at_least,
    at_most,
    both,
    col,
    either,
    equal,
    exists,
    is_null,
    less,
    three_way,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from prospector.core.fields import FilterField
    from prospector.core.records import Company, Prospect, Signal
    from prospector.segments.criteria.context import Asking
    from prospector.segments.criteria.criterion import Answer, Question
    from prospector.segments.sql.sql import Binds
    from prospector.segments.sql.tree import Sql

FUNDING = "funding"
SIGNALS = (FUNDING, "news", "expansion", "asked")
"""`asked`: somebody there has filled in a form of ours."""
_SIGNAL_AGE = Period(180, "d")


@dataclass(frozen=True, slots=True)
class Happened(Criterion):
    """A signal of this kind between `since` and `as_of`.

    None means no only where signals were read lately, or where the last round of funding is known to be older.
    """

    kind: str
    since: date
    read_since: date
    as_of: date

    form = "signal"
    keys = ("kind", "within")

    @classmethod
    def read(cls, field: FilterField, text: str, asking: Asking) -> Question:
        """See `Criterion.read`."""
        return cls.read_parts(field, {"kind": text}, asking)

    @classmethod
    def read_parts(cls, field: FilterField, value: Mapping[str, str], asking: Asking) -> Question:
        """See `Criterion.read_parts`."""
        kind = value.get("kind")
        if kind not in SIGNALS:
            hint = near_miss(kind or "", SIGNALS) or f"known: {', '.join(SIGNALS)}"
            raise BadValue(f'no kind of signal "{kind}"' if kind else "says no kind of signal", hint)
        within = period_of(value["within"]) if "within" in value else _SIGNAL_AGE
        since, read_since = within.before(asking.as_of), asking.fresh.before(asking.as_of)
        return cls(field, kind, since, read_since, asking.as_of)

    @classmethod
    def known_values(cls, field: FilterField) -> list[str]:
        """See `Criterion.known_values`."""
        return list(SIGNALS)

    @property
    def looks_at(self) -> tuple[str, ...]:
        """See `Criterion.looks_at`."""
        return ("funded_on", "funding_stage")

    def sql(self, binds: Binds) -> Sql:
        """See `Question.sql`."""
        company, since, today = (
            col(COMPANIES, "id"),
            binds(self.since.isoformat()),
            binds(self.as_of.isoformat()),
        )
        day, start, end = (
            col("s", "happened_on"),
            col(COMPANIES, "funded_on_from"),
            col(COMPANIES, "funded_on_to"),
        )
        found = exists(
            "signals",
            "s",
            equal(col("s", "company_id"), company),
            equal(col("s", "kind"), binds(self.kind)),
            at_least(day, since),
            at_most(day, today),
        )
        read = exists(
            "readings",
            "r",
            equal(col("r", "company_id"), company),
            equal(col("r", "channel"), binds("signals")),
            at_least(col("r", "read_on"), binds(self.read_since.isoformat())),
        )
        if self.kind != FUNDING:
            return three_way(found, read)
        recent = both(at_least(start, since), at_most(end, today))
        older = less(end, since)
        return three_way(either(found, recent), either(older, both(read, is_null(end))))

    def answer(self, prospect: Prospect) -> Answer:
        """See `Question.answer`."""
        company = prospect.company
        if company is None:
            return None
        if self.seen(company):
            return True
        round_ = company.funded_on if self.kind == FUNDING else None
        if round_ is not None:
            if round_.earliest >= self.since and round_.latest <= self.as_of:
                return True
            return False if round_.latest < self.since else None
        read_on = dict(company.read).get("signals")
        return False if read_on is not None and read_on >= self.read_since else None

    def seen(self, company: Company) -> list[Signal]:
        """See `Criterion.seen`: the newest first."""
        return [
            signal
            for signal in company.signals
            if signal.kind == self.kind and self.since <= signal.happened_on <= self.as_of
        ]

    def phrase(self, prospect: Prospect) -> str | None:
        """See `Criterion.phrase`."""
        company = prospect.company
        for signal in self.seen(company) if company else ():
            return f"{signal.kind} on {signal.happened_on}" + (f": {signal.detail}" if signal.detail else "")
        if company is None or self.kind != FUNDING or company.funded_on is None:
            return None
        return f"{company.funding_stage or FUNDING} {company.funded_on}"
