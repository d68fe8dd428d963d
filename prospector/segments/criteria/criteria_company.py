"""More questions about companies: plain numbers, words, lists of domains, signals, facts that must be there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prospector.core.fields import stored
from prospector.segments.criteria.criteria import Single
from prospector.segments.sql.sql import (
    COMPANIES,
    PEOPLE,
    at_least,
    at_most,
    both,
    col,
    contains,
    either,
    equal,
    exists,
    is_known,
    is_null,
    less,
    three_way,
    values_of,
)
from prospector.segments.sql.tree import TRUE, InQuery

if TYPE_CHECKING:
    from datetime import date

    from prospector.core.records import Company, Person, Prospect, Signal
    from prospector.segments.criteria.groups import Answer
    from prospector.segments.sql.sql import Binds
    from prospector.segments.sql.tree import Sql

FUNDING = "funding"
CHILDREN = {"technologies": "company_technologies", "openings": "openings", "signals": "signals"}
"""What a company can have several of, and the table that holds it."""
ENDS = {"technologies": "gone_on", "openings": "closed_on"}
"""The column that says that one of them is over."""


def record_of(table: str, prospect: Prospect) -> Person | Company | None:
    """The record that a table's criteria look at."""
    return prospect.person if table == PEOPLE else prospect.company


@dataclass(frozen=True, slots=True)
class Number(Single):
    """A number of a company lies between `low` and `high` (None = open)."""

    field: str
    low: int | None
    high: int | None

    def sql(self, binds: Binds) -> Sql:
        """See `Question.sql`."""
        column = col(COMPANIES, self.field)
        inside = [is_known(column)]
        if self.low is not None:
            inside.append(at_least(column, binds(self.low)))
        if self.high is not None:
            inside.append(at_most(column, binds(self.high)))
        return three_way(both(*inside), is_known(column))

    def answer(self, prospect: Prospect) -> Answer:
        """See `Question.answer`."""
        value = getattr(prospect.company, self.field, None)
        if value is None:
            return None
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


@dataclass(frozen=True, slots=True)
class Words(Single):
    """Words stand in a row in a text. Not finding them means no only where one of `told_by` is known."""

    table: str
    column: str
    phrase: str
    told_by: tuple[str, ...]

    def sql(self, binds: Binds) -> Sql:
        """See `Question.sql`."""
        text = col(self.table, self.column)
        told = either(*(is_known(col(self.table, name)) for name in self.told_by))
        found = contains(text, binds(f" {self.phrase} "))
        return three_way(found, both(is_known(text), told))

    def answer(self, prospect: Prospect) -> Answer:
        """See `Question.answer`."""
        record = record_of(self.table, prospect)
        text = getattr(record, self.column, None)
        if text is None:
            return None
        if f" {self.phrase} " in text:
            return True
        return False if any(getattr(record, name) is not None for name in self.told_by) else None


@dataclass(frozen=True, slots=True)
class Listed(Single):
    """A text field holds one of many values, such as the domains in a file."""

    table: str
    field: str
    values: frozenset[str]

    def sql(self, binds: Binds) -> Sql:
        """See `Question.sql`. All values are bound as one, so that no limit on their number is met."""
        column = col(self.table, self.field)
        text = binds(json.dumps(sorted(self.values), ensure_ascii=False))
        return three_way(InQuery(column, values_of(text)), is_known(column))

    def answer(self, prospect: Prospect) -> Answer:
        """See `Question.answer`."""
        value = getattr(record_of(self.table, prospect), self.field, None)
        return None if value is None else value in self.values


@dataclass(frozen=True, slots=True)
class Happened(Single):
    """A signal of this kind between `since` and `as_of`.

    None means no only where signals were read lately, or where the last round of funding is known to be older.
    """

    kind: str
    since: date
    read_since: date
    as_of: date

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
        if self.signals(company):
            return True
        round_ = company.funded_on if self.kind == FUNDING else None
        if round_ is not None:
            if round_.earliest >= self.since and round_.latest <= self.as_of:
                return True
            return False if round_.latest < self.since else None
        read_on = dict(company.read).get("signals")
        return False if read_on is not None and read_on >= self.read_since else None

    def signals(self, company: Company) -> list[Signal]:
        """The signals that make this a match, the newest first."""
        return [
            signal
            for signal in company.signals
            if signal.kind == self.kind and self.since <= signal.happened_on <= self.as_of
        ]


@dataclass(frozen=True, slots=True)
class Has(Single):
    """A fact is there, whatever it says. Always known: what is not there is missing."""

    table: str
    name: str

    def sql(self, binds: Binds) -> Sql:
        """See `Question.sql`."""
        if self.name in CHILDREN:
            conditions: list[Sql] = [equal(col("k", "company_id"), col(COMPANIES, "id"))]
            if self.name in ENDS:
                conditions.append(is_null(col("k", ENDS[self.name])))
            return three_way(exists(CHILDREN[self.name], "k", *conditions), TRUE)
        columns = stored("person" if self.table == PEOPLE else "company")[self.name].columns
        there = either(*(is_known(col(self.table, column)) for column in columns))
        return three_way(there, TRUE)

    def answer(self, prospect: Prospect) -> Answer:
        """See `Question.answer`."""
        record = record_of(self.table, prospect)
        if self.name == "company_id":
            return prospect.company is not None
        return getattr(record, self.name, None) not in (None, ())
