"""Whether a company hires: its open jobs, by department or by words of the title."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prospector.normalise.roles import DEPARTMENTS
from prospector.normalise.words import phrase_spellings, words_of
from prospector.segments.criteria.context import BadValue, period_of, plain_number, range_of
from prospector.segments.criteria.criterion import Criterion
from prospector.segments.criteria.groups import AnyOf
from prospector.segments.criteria.role_words import department_of
from prospector.segments.sql.sql import (
    COMPANIES,
    at_least,
    both,
    col,
    contains,
    count_all,
    either,
    equal,
    exists,
    is_null,
    opposite,
    rows_of,
    three_way,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from prospector.core.fields import FilterField
    from prospector.core.records import Company, Opening, Prospect
    from prospector.segments.criteria.context import Asking
    from prospector.segments.criteria.criterion import Answer, Question
    from prospector.segments.sql.sql import Binds
    from prospector.segments.sql.tree import Sql

_EXACTLY = re.compile(r"=|.*-")


def _at_least(text: str) -> int:
    """How many jobs at least: nobody can tell how many there are at most."""
    hint = 'write "3", "3+" or ">= 3": at least three'
    low, high = range_of(text, plain_number, "count", hint)
    if low is None or low < 1 or (high is not None and _EXACTLY.match(text)):
        raise BadValue(f'count "{text[:80]}" does not say how many jobs at least', hint)
    return low


@dataclass(frozen=True, slots=True)
class Hiring(Criterion):
    """At least so many open jobs of a department, or with certain title words, seen since `seen_from`.

    `posted_from` asks for a posting date, too: jobs without one then leave the answer open.
    """

    department: str | None
    words: tuple[str, ...]
    seen_from: date
    posted_from: date | None = None
    at_least: int = 1

    form = "opening"
    keys = ("department", "title", "within", "count")
    is_looked_up = True

    @classmethod
    def read(cls, field: FilterField, text: str, asking: Asking) -> Question:
        """See `Criterion.read`."""
        return cls(field, department_of(text), (), asking.fresh.before(asking.as_of))

    @classmethod
    def read_parts(cls, field: FilterField, value: Mapping[str, str], asking: Asking) -> Question:
        """See `Criterion.read_parts`."""
        department, title, within = value.get("department"), value.get("title"), value.get("within")
        if title is not None and not words_of(title):
            raise BadValue(f'title "{title}" has no word in it', "write a word of the job's title")
        wanted = None if department is None else department_of(department)
        fresh = asking.fresh.before(asking.as_of)
        posted = None if within is None else period_of(within).before(asking.as_of)
        count = _at_least(value.get("count", "1"))
        phrases = phrase_spellings(title) if title else ("",)
        asked = tuple(cls(field, wanted, tuple(one.split()), fresh, posted, count) for one in phrases)
        return asked[0] if len(asked) == 1 else AnyOf(asked)

    @classmethod
    def known_values(cls, field: FilterField) -> list[str]:
        """See `Criterion.known_values`."""
        return list(DEPARTMENTS)

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
        wanted = self.seen(company)
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

    def seen(self, company: Company) -> list[Opening]:
        """See `Criterion.seen`: the fresh openings that are asked for, whatever their posting date."""
        return [
            job
            for job in company.openings
            if job.seen_on >= self.seen_from
            and (not self.department or job.department == self.department)
            and all(f" {word} " in job.title_key for word in self.words)
        ]

    def phrase(self, prospect: Prospect) -> str | None:
        """See `Criterion.phrase`."""
        jobs = self.seen(prospect.company) if prospect.company else []
        if not jobs:
            return None
        more = f" and {len(jobs) - 1} more" if self.at_least > 1 else ""
        return self.field.because.format(f'"{jobs[0].title}"{more}')
