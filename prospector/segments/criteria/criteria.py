"""The criteria: one question each, with an SQL face for a million people and a Python face for one.

Both faces give match (1, True), no match (0, False) or unknown (NULL, None); a property test holds them
together. Dates are worked out once, when the criterion is made, and bound into both faces.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prospector.core.fields import OTHER_INDUSTRY
from prospector.core.records import WEAKEST_GRADE
from prospector.segments.sql.sql import (
    COMPANIES,
    ONE,
    PEOPLE,
    ZERO,
    at_least,
    at_most,
    both,
    col,
    contains,
    count_all,
    either,
    equal,
    exists,
    is_known,
    is_null,
    less,
    more,
    one_of,
    opposite,
    or_else,
    rows_of,
    three_way,
)
from prospector.segments.sql.tree import FALSE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from prospector.core.records import Company, Opening, Prospect, TechnologyUse
    from prospector.core.spans import DateSpan
    from prospector.segments.criteria.groups import Answer, Question
    from prospector.segments.sql.sql import Binds
    from prospector.segments.sql.tree import Sql


_USE = {"technology": "key"}
"""Columns of `company_technologies` that the record calls otherwise."""


class Single:
    """A criterion is its own only part."""

    __slots__ = ()

    def parts(self: Question) -> Iterator[Question]:
        """The criterion itself."""
        yield self


@dataclass(frozen=True, slots=True)
class Choice(Single):
    """A text field holds one of `values`. With `closed` false, words outside the taxonomy stay unknown,
    and so do the `vague` ones."""

    table: str
    field: str
    values: tuple[str, ...]
    closed: bool = True
    vague: tuple[str, ...] = ()

    def sql(self, binds: Binds) -> Sql:
        """See `Question.sql`."""
        column = col(self.table, self.field)
        known = is_known(column)
        if not self.closed:
            # A range, which an index can serve; the last sign of the prefix gives way to the next one.
            after = OTHER_INDUSTRY[:-1] + chr(ord(OTHER_INDUSTRY[-1]) + 1)
            other = both(
                at_least(column, binds(OTHER_INDUSTRY)),
                less(column, binds(after)),
            )
            known = both(known, opposite(other))
        if self.vague:
            known = both(known, opposite(one_of(column, self.vague, binds)))
        return three_way(one_of(column, self.values, binds), known)

    def answer(self, prospect: Prospect) -> Answer:
        """See `Question.answer`."""
        record = prospect.person if self.table == PEOPLE else prospect.company
        value = getattr(record, self.field, None)
        if value in self.values:
            return True
        if value is None or value in self.vague or (not self.closed and value.startswith(OTHER_INDUSTRY)):
            return None
        return False


@dataclass(frozen=True, slots=True)
class Headcount(Single):
    """The whole band lies between `low` and `high` (None = open); a band only partly inside is unknown.

    `field` may be another field of companies that holds a band, such as the revenue.
    """

    low: int | None
    high: int | None
    field: str = "headcount"

    def sql(self, binds: Binds) -> Sql:
        """See `Question.sql`."""
        lowest, most = col(COMPANIES, f"{self.field}_min"), col(COMPANIES, f"{self.field}_max")
        least = or_else(lowest, ZERO)
        known = opposite(both(is_null(lowest), is_null(most)))
        inside: list[Sql] = [known]
        outside: list[Sql] = []
        if self.low is not None:
            inside.append(at_least(least, binds(self.low)))
            outside.append(less(most, binds(self.low)))
        if self.high is not None:
            inside.append(at_most(most, binds(self.high)))
            outside.append(more(least, binds(self.high)))
        return three_way(both(*inside), both(known, either(*outside)))

    def answer(self, prospect: Prospect) -> Answer:
        """See `Question.answer`."""
        band = getattr(prospect.company, self.field, None)
        if band is None:
            return None
        least, most = band.minimum or 0, band.maximum
        above = self.low is None or least >= self.low
        below = self.high is None or (most is not None and most <= self.high)
        if above and below:
            return True
        short = self.low is not None and most is not None and most < self.low
        tall = self.high is not None and least > self.high
        return False if short or tall else None


@dataclass(frozen=True, slots=True)
class Technology(Single):
    """The company uses a technology (or one of a category), or buys on an ad platform.

    Not finding it means no only where `absence_says_no` and every one of `channels` has been read.
    """

    column: str
    value: str
    channels: tuple[str, ...]
    absence_says_no: bool
    levels: tuple[str, ...] = ()

    def sql(self, binds: Binds) -> Sql:
        """See `Question.sql`."""
        company = col(COMPANIES, "id")
        conditions = [
            equal(col("t", "company_id"), company),
            equal(col("t", self.column), binds(self.value)),
            is_null(col("t", "gone_on")),
            at_most(or_else(col("t", "grade"), ONE), binds(WEAKEST_GRADE)),
        ]
        if self.levels:
            conditions.append(one_of(col("t", "level"), self.levels, binds))
        used = exists("company_technologies", "t", *conditions)
        if not self.absence_says_no:
            return three_way(used, FALSE)
        read = [
            exists(
                "readings",
                "r",
                equal(col("r", "company_id"), company),
                equal(col("r", "channel"), binds(channel)),
            )
            for channel in self.channels
        ]
        return three_way(used, both(is_known(company), *read))

    def answer(self, prospect: Prospect) -> Answer:
        """See `Question.answer`."""
        company = prospect.company
        if company is None:
            return None
        if self.uses(company):
            return True
        read = {channel for channel, _ in company.read}
        return False if self.absence_says_no and read.issuperset(self.channels) else None

    def uses(self, company: Company) -> list[TechnologyUse]:
        """The observations that make this a match, the best evidence first."""
        found = [
            use
            for use in company.technologies
            if getattr(use, _USE.get(self.column, self.column)) == self.value
            and (use.grade is None or use.grade <= WEAKEST_GRADE)
            and (not self.levels or use.level in self.levels)
        ]
        return sorted(found, key=lambda use: use.grade or WEAKEST_GRADE + 1)


@dataclass(frozen=True, slots=True)
class Hiring(Single):
    """At least so many open jobs of a department, or with certain title words, seen since `seen_from`.

    `posted_from` asks for a posting date, too: jobs without one then leave the answer open.
    """

    department: str | None
    words: tuple[str, ...]
    seen_from: date
    posted_from: date | None = None
    at_least: int = 1

    def sql(self, binds: Binds) -> Sql:
        """See `Question.sql`."""
        company, fresh = col(COMPANIES, "id"), binds(self.seen_from.isoformat())
        wanted = [
            equal(col("o", "company_id"), company),
            is_null(col("o", "closed_on")),
            at_least(col("o", "last_seen"), fresh),
        ]
        if self.department:
            wanted.append(equal(col("o", "department"), binds(self.department)))
        wanted += [contains(col("o", "title_key"), binds(f" {word} ")) for word in self.words]
        read = exists(
            "readings",
            "r",
            equal(col("r", "company_id"), company),
            equal(col("r", "channel"), binds("jobs")),
            at_least(col("r", "read_on"), fresh),
        )
        if self.posted_from is None:
            return three_way(self._enough(wanted, binds), read)
        posted = col("o", "posted_on")
        recent = at_least(posted, binds(self.posted_from.isoformat()))
        possible = either(is_null(posted), recent)
        enough = self._enough([*wanted, possible], binds)
        return three_way(self._enough([*wanted, recent], binds), both(read, opposite(enough)))

    def _enough(self, conditions: list[Sql], binds: Binds) -> Sql:
        """Whether at least so many openings fulfil the conditions."""
        if self.at_least == 1:
            return exists("openings", "o", *conditions)
        count = rows_of("openings", "o", *conditions, columns=(count_all(),))
        return at_least(count, binds(self.at_least))

    def answer(self, prospect: Prospect) -> Answer:
        """See `Question.answer`."""
        company = prospect.company
        if company is None:
            return None
        wanted = self.jobs(company)
        if self.posted_from is None:
            sure = possible = len(wanted)
        else:
            dated = [job.posted_on for job in wanted if job.posted_on]
            sure = sum(posted >= self.posted_from for posted in dated)
            possible = sure + len(wanted) - len(dated)
        if sure >= self.at_least:
            return True
        read_on = dict(company.read).get("jobs")
        read = read_on is not None and read_on >= self.seen_from
        return False if read and possible < self.at_least else None

    def jobs(self, company: Company) -> list[Opening]:
        """The fresh openings of this department and with these words, whatever their posting date."""
        return [
            job
            for job in company.openings
            if job.seen_on >= self.seen_from
            and (not self.department or job.department == self.department)
            and all(f" {word} " in job.title_key for word in self.words)
        ]


@dataclass(frozen=True, slots=True)
class Role(Single):
    """The title states this department and this seniority. A title without a level is no match."""

    department: str | None
    seniorities: tuple[str, ...]

    def sql(self, binds: Binds) -> Sql:
        """See `Question.sql`."""
        wanted = []
        if self.department:
            wanted.append(one_of(col(PEOPLE, "department"), (self.department,), binds))
        if self.seniorities:
            wanted.append(one_of(col(PEOPLE, "seniority"), self.seniorities, binds))
        stated = [is_known(col(PEOPLE, name)) for name in ("title", "department", "seniority")]
        return three_way(both(*wanted), either(*stated))

    def answer(self, prospect: Prospect) -> Answer:
        """See `Question.answer`."""
        person = prospect.person
        right_department = not self.department or person.department == self.department
        right_level = not self.seniorities or person.seniority in self.seniorities
        if right_department and right_level:
            return True
        return None if not (person.title or person.department or person.seniority) else False


@dataclass(frozen=True, slots=True)
class Tenure(Single):
    """What `field` dates began between `earliest` and `latest`: the role, or the work for the company.

    A start after `as_of` is unknown.
    """

    earliest: date
    latest: date
    as_of: date
    field: str = "role_started"

    def sql(self, binds: Binds) -> Sql:
        """See `Question.sql`."""
        start, end = col(PEOPLE, f"{self.field}_from"), col(PEOPLE, f"{self.field}_to")
        first, last = binds(self.earliest.isoformat()), binds(self.latest.isoformat())
        past = at_most(start, binds(self.as_of.isoformat()))
        inside = both(at_least(start, first), at_most(end, last))
        outside = either(
            less(end, first),
            more(start, last),
        )
        return three_way(both(past, inside), both(past, outside))

    def answer(self, prospect: Prospect) -> Answer:
        """See `Question.answer`."""
        started: DateSpan | None = getattr(prospect.person, self.field)
        if started is None or started.earliest > self.as_of:
            return None
        if started.earliest >= self.earliest and started.latest <= self.latest:
            return True
        return False if started.latest < self.earliest or started.earliest > self.latest else None
