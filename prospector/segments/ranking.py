"""The people of a segment in the order in which an SDR wants them: best score first unless told otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from prospector.core.errors import UsageError, near_miss
from prospector.normalise.roles import SENIORITIES
from prospector.segments.reasons import reasons
from prospector.segments.segment import KINDS
from prospector.segments.selection import people_who_match
from prospector.store.loading import load_prospects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prospector.core.records import Prospect
    from prospector.segments.segment import Segment
    from prospector.store.database import Database


@dataclass(frozen=True, slots=True)
class Found:
    """A person whom a segment and its policy let through. `answer` is match, unknown or review."""

    segment: Segment
    prospect: Prospect
    answer: str
    score: int
    score_reasons: tuple[str, ...]

    @property
    def points(self) -> dict[str, int]:
        """The score's parts: fit (who somebody is) and engagement (what somebody has done)."""
        parts: dict[str, int] = dict.fromkeys(KINDS, 0)
        for rule in self.segment.hits(self.prospect):
            parts[rule.kind] += rule.points
        return parts

    @property
    def because(self) -> list[str]:
        """What made the criteria match, and the score what it is."""
        return [*reasons(self.segment, self.prospect), *self.score_reasons]

    def as_json(self) -> dict[str, Any]:
        """One row of `find --json`."""
        person, company = self.prospect.person, self.prospect.company
        return {
            "person_id": person.id,
            "company_id": company.id if company else None,
            "first_name": person.first_name,
            "last_name": person.last_name,
            "email": person.email,
            "title": person.title,
            "department": person.department,
            "seniority": person.seniority,
            "company": company.name if company else None,
            "domain": company.domain if company else None,
            "industry": company.industry if company else None,
            "headcount": str(company.headcount) if company and company.headcount else None,
            "country": (company.country if company else None) or person.country,
            "company_country": company.country if company else None,
            "role_started": str(person.role_started) if person.role_started else None,
            "phone": person.phone,
            "linkedin": person.linkedin,
            "score": self.score,
            **self.points,
            "qualification": self.segment.qualification(self.score),
            "answer": self.answer,
            "because": self.because,
        }


def ranked(db: Database, segment: Segment, sort: str = "score") -> Iterator[Found]:
    """The people of the segment, at most `per_company` of each company where it has such a limit.

    The limit keeps those whom the segment's `rank` puts first; `sort` (see `SORTS`) only orders the rest.
    """
    order = SORTS[checked_sort(sort)]
    answers = dict(people_who_match(db, segment))
    found = [
        Found(segment, prospect, answers[prospect.person.id], points, tuple(why))
        for prospect in load_prospects(db, list(answers))
        for points, why in [segment.points(prospect)]
    ]
    found.sort(key=_by_score)
    kept = found if segment.per_company is None else _limited(found, segment, segment.per_company)
    yield from sorted(kept, key=order)


def checked_sort(sort: str) -> str:
    """The order's name; `UsageError` for one that is not in `SORTS`."""
    if sort not in SORTS:
        hint = near_miss(sort, SORTS) or f"one of {', '.join(SORTS)}"
        raise UsageError(f'--sort "{sort}" is not known', hint=hint)
    return sort


def _limited(found: list[Found], segment: Segment, most: int) -> Iterator[Found]:
    """At most so many of each company, in the order of `rank`. People under review take nobody's place."""
    taken: dict[int, int] = {}
    for one in sorted(found, key=lambda one: tuple(_RANKING[name](one) for name in segment.rank)):
        company = one.prospect.company
        if company is not None and one.answer != "review":
            taken[company.id] = taken.get(company.id, 0) + 1
            if taken[company.id] > most:
                continue
        yield one


def _by_score(one: Found) -> tuple[Any, ...]:
    return (-one.score, *_by_company(one))


def _by_company(one: Found) -> tuple[Any, ...]:
    company = one.prospect.company
    return ((company.name if company else None) or _LAST, *_by_name(one))


def _by_name(one: Found) -> tuple[Any, ...]:
    person = one.prospect.person
    return (person.last_name or _LAST, person.first_name or "", person.email or "", person.id)


_LAST = "\uffff"
"""Sorts behind every name."""

SORTS: dict[str, Callable[[Found], tuple[Any, ...]]] = {
    "score": _by_score,
    "name": _by_name,
    "company": _by_company,
}
"""The orders of `find`."""


def _seniority(one: Found) -> int:
    level = one.prospect.person.seniority
    return SENIORITIES.index(level) if level in SENIORITIES else len(SENIORITIES)


def _newest(one: Found) -> int:
    started = one.prospect.person.role_started
    return -started.latest.toordinal() if started else 0


_RANKING: dict[str, Callable[[Found], int]] = {
    "score": lambda one: -one.score,
    "seniority": _seniority,
    "tenure": _newest,
    "email": lambda one: one.prospect.person.email is None,
}
"""What `limit: {rank: ...}` can name; see `segment.RANKS`."""
