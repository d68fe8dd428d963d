"""A segment asked of companies alone: lists of companies, with people or without."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from prospector.core.errors import FileError, UsageError
from prospector.core.records import BUYING_LEVELS, WEAKEST_GRADE, Person, Prospect
from prospector.core.shapes import further_json
from prospector.segments.criteria.groups import AllOf
from prospector.segments.ranking import LAST, Found, checked_sort
from prospector.segments.selection import Counts
from prospector.segments.sql.rendering import render
from prospector.segments.sql.sql import COMPANIES, ONE, ZERO, Binds, case, col, equal, is_null, or_else
from prospector.segments.sql.tree import Call, Column, Named, Select, Sql, Table, select
from prospector.store.loading import load_companies

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prospector.core.records import Company, TechnologyUse
    from prospector.segments.segment import Segment
    from prospector.segments.shapes import FoundCompanyShape
    from prospector.store.database import Database

NOBODY = Person(0)
"""Stands in for the person where only the company is asked."""


@dataclass(frozen=True, slots=True)
class FoundCompany:
    """A company that a segment and its policy let through."""

    found: Found

    def as_json(self) -> FoundCompanyShape:
        """One row of `find --companies --json`."""
        company = self.found.prospect.company
        assert company is not None
        return {
            "company_id": company.id,
            "name": company.name,
            "domain": company.domain,
            "industry": company.industry,
            "headcount": str(company.headcount) if company.headcount else None,
            "country": company.country,
            **further_json("company", company),
            "custom": dict(company.custom),
            "technologies": sorted({use.name for use in company.technologies if _is_use(use)}),
            "advertises_on": sorted(_platforms(company)),
            **self.found.rank_json(),
        }


def check_companies_only(segment: Segment) -> None:
    """An error for the first criterion about people: of a company alone it has no answer."""
    for asked in segment.asked:
        if asked.subject == "person":
            what = f"{asked.field} asks about people, and only companies are looked for"
            hint = "leave --companies out, or take the person's criteria out"
            if segment.path is None:
                raise UsageError(what, hint=hint)
            raise FileError(segment.path, what, line=asked.line, hint=hint)


def count_companies(db: Database, segment: Segment) -> Counts:
    """How many companies match, do not match, and are unknown."""
    check_companies_only(segment)
    binds = Binds()
    answer = Column("", "answer")
    inner = _companies(Named(_whole(segment, binds), "answer"))
    counted = (_count(condition) for condition in (answer, equal(answer, ZERO), is_null(answer)))
    query = select(*counted, source=Named(inner, "answers"))
    return Counts(*(db.one(render(query), binds.values) or (0, 0, 0)))


def companies_who_match(db: Database, segment: Segment) -> list[tuple[int, str]]:
    """Ids of the companies whom the segment and its policy let through: `match`, `unknown` or `review`."""
    check_companies_only(segment)
    binds = Binds()
    key, answer = Column("", "id"), Column("", "answer")
    inner = _companies(Named(col(COMPANIES, "id"), "id"), Named(_whole(segment, binds), "answer"))
    lenient = any(asked.policy != "exclude" for asked in segment.asked)
    wanted = or_else(answer, ONE) if lenient else answer
    query = select(key, answer, source=Named(inner, "answers"), where=(wanted,), order=(key,))
    rows = db.rows(render(query), binds.values)
    found = [(row["id"], "match" if row["answer"] else "") for row in rows]
    open_ = [one for one, said in found if not said]
    policies = {key: segment.policy(prospect) for key, prospect in _prospects(db, open_)}
    names = {"review": "review", "include": "unknown", "exclude": ""}
    answers = [(one, said or names[policies[one]]) for one, said in found]
    return [(one, said) for one, said in answers if said]


def ranked_companies(db: Database, segment: Segment, sort: str = "score") -> Iterator[FoundCompany]:
    """The companies of the segment, the best score first unless `sort` is `name` or `company`."""
    answers = dict(companies_who_match(db, segment))
    segment = replace(segment, score=tuple(rule for rule in segment.score if not rule.asks_person))
    found = [
        Found(segment, prospect, answers[key], points, tuple(why))
        for key, prospect in _prospects(db, list(answers))
        for points, why in [segment.points(prospect)]
    ]
    best_first = checked_sort(sort) == "score"
    for one in sorted(found, key=lambda one: (-one.score if best_first else 0, *_by_name(one))):
        yield FoundCompany(one)


class CompanyListing:
    """The same as a list that can be cut, as `Listing` of people; a company is never left out of it."""

    suppressed = 0

    def __init__(self, companies: Iterable[FoundCompany]) -> None:
        self._companies = list(companies)

    def __len__(self) -> int:
        return len(self._companies)

    def __iter__(self) -> Iterator[FoundCompany]:
        return iter(self._companies)

    def leave_out_suppressed(self) -> None:
        """See the class."""

    def cut(self, most: int | None) -> None:
        """List so many at most."""
        self._companies = self._companies[:most]


def _by_name(one: Found) -> tuple[str, int]:
    company = one.prospect.company
    return ((company.name if company else None) or LAST, company.id if company else 0)


def _prospects(db: Database, ids: list[int]) -> Iterator[tuple[int, Prospect]]:
    companies = load_companies(db, ids)
    for key in ids:
        yield key, Prospect(NOBODY, companies[key])


def _whole(segment: Segment, binds: Binds) -> Sql:
    return AllOf(tuple(entry.question for entry in segment.entries)).sql(binds)


def _companies(*columns: Sql) -> Select:
    return select(*columns, source=Named(Table("companies"), COMPANIES))


def _count(condition: Sql) -> Sql:
    return or_else(Call("sum", (case((condition, ONE), default=ZERO),)), ZERO)


def _platforms(company: Company) -> set[str]:
    """The ad platforms on which the company is known to buy."""
    uses = company.technologies
    return {use.advertises_on for use in uses if use.advertises_on and use.level in BUYING_LEVELS}


def _is_use(use: TechnologyUse) -> bool:
    """A hint is no use, and a list of names could not tell the two apart."""
    return use.grade is None or use.grade <= WEAKEST_GRADE
