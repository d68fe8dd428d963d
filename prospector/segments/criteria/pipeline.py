"""Where a person stands on the road: stage, time in it, last answer, deals. Our own record, so mostly known.

Only silence may be unknown: of whoever was written to, "no answer since" needs answers that are read without a gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from prospector.core.errors import near_miss
from prospector.segments.criteria.context import BadValue, range_of
from prospector.segments.criteria.criterion import Criterion
from prospector.segments.criteria.groups import Not
from prospector.segments.criteria.narrowing import MET
from prospector.segments.criteria.numbers import money
from prospector.segments.criteria.tenure import days_of
from prospector.segments.sql.sql import (
    at_least,
    at_most,
    col,
    either,
    equal,
    is_known,
    is_null,
    less,
    more,
    one_of,
    opposite,
    rows_of,
    three_way,
)
from prospector.segments.sql.tree import TRUE, InQuery

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prospector.core.fields import FilterField
    from prospector.core.records import Deal, Prospect
    from prospector.segments.criteria.context import Asking
    from prospector.segments.criteria.criterion import Answer, Question
    from prospector.segments.criteria.narrowing import Left
    from prospector.segments.sql.sql import Binds
    from prospector.segments.sql.tree import Sql

ANY, NONE = "any", "none"
STATES = ("open", "won", "lost", "dark", ANY, NONE)


class _OfPeople(Criterion):
    """What is asked of the rows of `stages`: lists of people, from which a count can begin."""

    __slots__ = ()
    origin = "pipeline"

    def people(self, *conditions: Sql) -> Sql:
        """The person is one of those whose row fulfils these conditions."""
        rows = rows_of("stages", "s", *conditions, columns=(col("s", "person_id"),))
        return InQuery(self.column("id"), rows)


@dataclass(frozen=True, slots=True)
class InStage(_OfPeople):
    """The person is in one of these stages."""

    stages: tuple[str, ...]
    word: str

    form = "stage"

    @classmethod
    def read(cls, field: FilterField, text: str, asking: Asking) -> Question:
        """See `Criterion.read`."""
        word = text.casefold()
        if word in (ANY, NONE):
            anywhere = cls(field, (), ANY)
            return anywhere if word == ANY else Not(anywhere)
        known = asking.road().stages
        if known is None:
            return cls(field, (text,), text)
        for name, stages in known.items():
            if name.casefold() == word:
                return cls(field, stages, name)
        near = near_miss(text, (*known, NONE)) or f"stages: {', '.join(known)}"
        hint = f"{near}; what a source calls a stage is asked with crm_stage"
        raise BadValue(f'no stage "{text[:80]}" in pipeline.yaml', hint)

    def sql(self, binds: Binds) -> Sql:
        """See `Question.sql`."""
        asked = (one_of(col("s", "stage"), self.stages, binds),) if self.stages else ()
        return three_way(self.people(*asked), TRUE)

    def answer(self, prospect: Prospect) -> Answer:
        """See `Question.answer`."""
        now = prospect.standing
        return now is not None and (not self.stages or now.stage in self.stages)

    def phrase(self, prospect: Prospect) -> str | None:
        """See `Criterion.phrase`."""
        now = prospect.standing
        return self.field.because.format(f"{now.stage} since {now.since}") if now else None

    def allows(self) -> dict[str, Left]:
        """See `Criterion.allows`."""
        return {f"stage:{self.word}": MET}


@dataclass(frozen=True, slots=True)
class DaysInStage(_OfPeople):
    """The person came into the stage between two days. Who is in none is no match."""

    first: date
    last: date

    form = "days_in_stage"

    @classmethod
    def read(cls, field: FilterField, text: str, asking: Asking) -> Question:
        """See `Criterion.read`."""
        return cls(field, *days_of(text, asking.as_of, "time in a stage"))

    def sql(self, binds: Binds) -> Sql:
        """See `Question.sql`."""
        since, first, last = col("s", "since"), binds(self.first.isoformat()), binds(self.last.isoformat())
        return three_way(self.people(at_least(since, first), at_most(since, last)), TRUE)

    def answer(self, prospect: Prospect) -> Answer:
        """See `Question.answer`."""
        now = prospect.standing
        return now is not None and self.first <= now.since <= self.last

    def phrase(self, prospect: Prospect) -> str | None:
        """See `Criterion.phrase`."""
        now = prospect.standing
        return self.field.because.format(now.since) if now else None

    def allows(self) -> dict[str, Left]:
        """See `Criterion.allows`."""
        return {f"days_in_stage:{self.first}:{self.last}": MET}


@dataclass(frozen=True, slots=True)
class LastAnswer(_OfPeople):
    """The last answer came between two days; `first` is None for none at all.

    That there was none since counts only for whoever was never written to, or whose answers are read.
    """

    first: date | None
    last: date
    as_of: date
    read_since: date | None

    form = "last_answer"
    kept: ClassVar[str] = "last_answer"
    """The column, and what the record calls it."""

    @classmethod
    def read(cls, field: FilterField, text: str, asking: Asking) -> Question:
        """See `Criterion.read`."""
        word = text.casefold()
        if word in cls.known_values(field):
            never = cls(field, None, date.min, asking.as_of, asking.road().answers_read_since)
            return never if word == "never" else Not(never)
        days = days_of(text, asking.as_of, "time since an answer")
        return cls(field, *days, asking.as_of, asking.road().answers_read_since)

    @classmethod
    def known_values(cls, field: FilterField) -> list[str]:
        """See `Criterion.known_values`."""
        return ["ever", "never"]

    def sql(self, binds: Binds) -> Sql:
        """See `Question.sql`."""
        told, silent = col("s", self.kept), self._silent(binds)
        on_no_road = opposite(self.people())
        if self.first is None:
            return three_way(
                either(self.people(is_null(told), silent), on_no_road), self.people(is_known(told))
            )
        first, last = binds(self.first.isoformat()), binds(self.last.isoformat())
        sure = TRUE if self.last >= self.as_of else silent
        found = self.people(at_least(told, first), at_most(told, last), sure)
        older = self.people(either(is_null(told), less(told, first)), silent)
        return three_way(found, either(self.people(more(told, last)), older, on_no_road))

    def _silent(self, binds: Binds) -> Sql:
        """It is known that nothing came since."""
        contacted = col("s", "contacted_on")
        if self.read_since is None:
            return is_null(contacted)
        return either(is_null(contacted), at_least(contacted, binds(self.read_since.isoformat())))

    def answer(self, prospect: Prospect) -> Answer:
        """See `Question.answer`."""
        now = prospect.standing
        told: date | None = getattr(now, self.kept) if now else None
        contacted = now.contacted_on if now else None
        silent = contacted is None or (self.read_since is not None and contacted >= self.read_since)
        if told is None or (self.first is not None and told < self.first):
            return (self.first is None) if silent else None
        if self.first is None or told > self.last:
            return False
        return True if silent or self.last >= self.as_of else None

    def phrase(self, prospect: Prospect) -> str | None:
        """See `Criterion.phrase`."""
        now = prospect.standing
        told = getattr(now, self.kept) if now else None
        if told is None and self.answer(prospect) is None:
            return None
        return self.field.because.format("never" if told is None else told)

    def allows(self) -> dict[str, Left]:
        """See `Criterion.allows`."""
        return {f"{self.kept}:{self.first}:{self.last}": MET}


class TwoWay(LastAnswer):
    """The same of the last time when both sides spoke."""

    __slots__ = ()
    form = "two_way"
    kept = "last_two_way"


@dataclass(frozen=True, slots=True)
class HasDeal(Criterion):
    """The person, or the company, has such a deal. An open one is dark if nobody has spoken since `dark_before`."""

    state: str
    stages: tuple[str, ...]
    low: int | None
    high: int | None
    dark_before: date

    form = "deal"
    keys = ("state", "stage", "amount")
    origin = "pipeline"

    @classmethod
    def read(cls, field: FilterField, text: str, asking: Asking) -> Question:
        """See `Criterion.read`."""
        return cls.read_parts(field, {"state": text}, asking)

    @classmethod
    def read_parts(cls, field: FilterField, value: Mapping[str, str], asking: Asking) -> Question:
        """See `Criterion.read_parts`."""
        state = value.get("state", ANY).strip().casefold()
        if state not in STATES:
            raise BadValue(
                f'no state of deals "{state[:40]}"', near_miss(state, STATES) or f"known: {', '.join(STATES)}"
            )
        low = high = None
        if "amount" in value:
            low, high = range_of(value["amount"], money, "amount", 'write "> 10k", 5k-20k or 10k+')
        stages = cls._stages(field, value["stage"], asking) if "stage" in value else ()
        cut = asking.road().dark_after.before(asking.as_of)
        found = cls(field, ANY if state == NONE else state, stages, low, high, cut)
        return Not(found) if state == NONE else found

    @classmethod
    def _stages(cls, field: FilterField, text: str, asking: Asking) -> tuple[str, ...]:
        asked = InStage.read(field, text, asking)
        if not isinstance(asked, InStage):
            raise BadValue("a deal is always in a stage", "write state: none for people without a deal")
        return asked.stages

    @classmethod
    def known_values(cls, field: FilterField) -> list[str]:
        """See `Criterion.known_values`."""
        return list(STATES)

    def sql(self, binds: Binds) -> Sql:
        """See `Question.sql`."""
        whose = col("d", "person_id" if self.field.subject == "person" else "company_id")
        asked = [is_known(whose)]
        if self.state != ANY:
            asked.append(equal(col("d", "state"), binds("open" if self.state == "dark" else self.state)))
        if self.state == "dark":
            asked.append(less(col("d", "heard_on"), binds(self.dark_before.isoformat())))
        if self.stages:
            asked.append(one_of(col("d", "stage"), self.stages, binds))
        if self.low is not None:
            asked.append(at_least(col("d", "amount"), binds(self.low)))
        if self.high is not None:
            asked.append(at_most(col("d", "amount"), binds(self.high)))
        found = InQuery(self.column("id"), rows_of("deals", "d", *asked, columns=(whose,)))
        return three_way(found, TRUE if self.field.subject == "person" else is_known(self.column("id")))

    def answer(self, prospect: Prospect) -> Answer:
        """See `Question.answer`."""
        if self.record(prospect) is None:
            return None
        return bool(self.deals(prospect))

    def deals(self, prospect: Prospect) -> list[Deal]:
        """The deals that make this a match."""
        if self.field.subject == "company":
            known = prospect.company.deals if prospect.company else ()
        else:
            known = prospect.deals
        return [one for one in known if self._is_meant(one)]

    def _is_meant(self, deal: Deal) -> bool:
        if self.state == "dark":
            state = deal.state == "open" and deal.heard_on < self.dark_before
        else:
            state = self.state in (ANY, deal.state)
        if not state or (self.stages and deal.stage not in self.stages):
            return False
        if self.low is None and self.high is None:
            return True
        amount = deal.amount
        return amount is not None and (self.low or 0) <= amount and (self.high is None or amount <= self.high)

    def phrase(self, prospect: Prospect) -> str | None:
        """See `Criterion.phrase`."""
        told = [f"deal:{one.id} {one.state} in {one.stage}" for one in self.deals(prospect)]
        return ", ".join(told) or None

    def allows(self) -> dict[str, Left]:
        """See `Criterion.allows`."""
        return {f"deal:{self.table}:{self.state}:{self.stages}:{self.low}:{self.high}": MET}
