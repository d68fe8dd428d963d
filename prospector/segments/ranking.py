"""The people of a segment in the order in which an SDR wants them: best score first, then by company and name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from prospector.segments.reasons import reasons
from prospector.segments.selection import people_who_match
from prospector.store.loading import load_prospects

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prospector.records import Prospect
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
            "role_started": str(person.role_started) if person.role_started else None,
            "phone": person.phone,
            "linkedin": person.linkedin,
            "score": self.score,
            "qualification": self.segment.qualification(self.score),
            "answer": self.answer,
            "because": self.because,
        }


def ranked(db: Database, segment: Segment) -> Iterator[Found]:
    """The people of the segment, at most `per_company` of each company where it has such a limit."""
    answers = dict(people_who_match(db, segment))
    found = [
        Found(segment, prospect, answers[prospect.person.id], points, tuple(why))
        for prospect in load_prospects(db, list(answers))
        for points, why in [segment.points(prospect)]
    ]
    found.sort(key=lambda one: (-one.score, *_by_name(one.prospect)))
    taken: dict[int, int] = {}
    for one in found:
        company = one.prospect.company
        if company is not None and segment.per_company is not None and one.answer != "review":
            taken[company.id] = taken.get(company.id, 0) + 1
            if taken[company.id] > segment.per_company:
                continue
        yield one


def _by_name(prospect: Prospect) -> tuple[str, str, str, str, int]:
    person, company = prospect.person, prospect.company
    return (
        (company.name if company else None) or "\uffff",
        person.last_name or "\uffff",
        person.first_name or "",
        person.email or "",
        person.id,
    )
