"""The people of a segment in the order in which an SDR wants them: best score first unless told otherwise."""

from __future__ import annotations

import json
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from prospector.core.errors import UsageError, near_miss
from prospector.core.shapes import email_note, further_json, phone_note
from prospector.normalise.roles import SENIORITIES
from prospector.segments.criteria.plain_conditions import matches
from prospector.segments.reasons import reasons
from prospector.segments.segment import KINDS
from prospector.segments.selection import people_who_match
from prospector.segments.sql.rendering import render
from prospector.segments.sql.sql import Binds
from prospector.store.loading import load_prospects
from prospector.store.suppressions import Suppressions

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence

    from prospector.core.records import Prospect
    from prospector.segments.segment import Segment
    from prospector.segments.shapes import FoundPersonShape
    from prospector.store.database import Database


@dataclass(frozen=True, slots=True)
class Found:
    """A person whom a segment and its policy let through. `answer` is match, unknown or review."""

    segment: Segment
    prospect: Prospect
    answer: str
    score: int
    score_reasons: tuple[str, ...]
    suppressed: bool = False
    """Whether nobody may write to the person."""

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

    def as_json(self) -> FoundPersonShape:
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
            "email_note": email_note(person),
            "phone_note": phone_note(person.phone),
            "linkedin": person.linkedin,
            **further_json("person", person),
            **further_json("company", company),
            "custom": dict(person.custom),
            "company_custom": dict(company.custom) if company else {},
            **self.rank_json(),
            "suppressed": self.suppressed,
        }

    def rank_json(self) -> dict[str, Any]:
        """What a row of people and one of companies have alike: the score and what it is made of."""
        return {
            "score": self.score,
            **self.points,
            "qualification": self.segment.qualification(self.score),
            "answer": self.answer,
            "because": self.because,
        }


@dataclass(frozen=True, slots=True)
class Ranking:
    """Who is let through, in order: numbers alone, so that a million people are not held at once."""

    segment: Segment
    people: Sequence[int]
    answers: Mapping[int, str]
    """Of those who do not plainly match."""
    over: Sequence[int] = ()
    """Who matches and is left out: the company has as many as the segment's limit allows. In the same order."""

    def found(
        self, db: Database, people: Sequence[int], suppressed: Container[int] = frozenset()
    ) -> Iterator[Found]:
        """Some of the people with all that is known of them."""
        for prospect in load_prospects(db, people):
            points, why = self.segment.points(prospect)
            key = prospect.person.id
            answer = self.answers.get(key, "match")
            yield Found(self.segment, prospect, answer, points, tuple(why), key in suppressed)


class Listing:
    """The people of a segment in order, each loaded when it is their turn; those who are suppressed are known."""

    def __init__(self, db: Database, chosen: Ranking) -> None:
        self._db = db
        self._chosen = chosen
        self._suppressed = Suppressions(db).among(chosen.people)
        self._people = chosen.people

    def __len__(self) -> int:
        return len(self._people)

    def __iter__(self) -> Iterator[Found]:
        return self._chosen.found(self._db, self._people, self._suppressed)

    @property
    def suppressed(self) -> int:
        """How many of the people whom the segment lets through are suppressed."""
        return len(self._suppressed)

    def leave_out_suppressed(self) -> None:
        """List only whom one may write to."""
        self._people = array("q", (one for one in self._people if one not in self._suppressed))

    def cut(self, most: int | None) -> None:
        """List so many at most."""
        self._people = self._people[:most]


def listing(db: Database, segment: Segment, sort: str = "score") -> Listing:
    """The people of the segment, at most `per_company` of each company where it has such a limit.

    The limit keeps those whom the segment's `rank` puts first; `sort` (see `SORTS`) only orders the rest.
    """
    return Listing(db, ranking(db, segment, sort))


def ranked(db: Database, segment: Segment, sort: str = "score") -> Iterator[Found]:
    """The same, one after the other."""
    yield from listing(db, segment, sort)


def ranking(
    db: Database, segment: Segment, sort: str = "score", likely: Mapping[int, float] | None = None
) -> Ranking:
    """The same as numbers. `likely`: whose address is there with what probability, where it is not sure.

    Among people of the same score the likelier ones come first.
    """
    db.connection.create_function("address_likelihood", 1, (likely or {}).get)
    order = SORTS[checked_sort(sort)]
    chosen = people_who_match(db, segment)
    answers = {person: answer for person, answer in chosen if answer != "match"}
    binds = Binds()
    people = json.dumps([person for person, _ in chosen])
    review = json.dumps([person for person, answer in answers.items() if answer == "review"])
    waits = f"p.id IN (SELECT value FROM json_each({render(binds(review))})) AS waits"  # noqa: S608
    sure = "coalesce(address_likelihood(p.id), 1)" if likely else "1"
    columns = (_score(segment, binds), waits, f"{sure} AS likely", *_COLUMNS)
    sql = (
        f"SELECT p.id, p.company_id, {', '.join(columns)} FROM json_each({render(binds(people))}) j "  # noqa: S608
        "CROSS JOIN people p ON p.id = j.value LEFT JOIN companies c ON c.id = p.company_id"
    )
    if segment.per_company is not None:
        sql = _limited(sql, segment, segment.per_company)
    listed, over = array("q"), array("q")
    left_out = "over" if segment.per_company is not None else "0"
    for row in db.execute(f"SELECT id, {left_out} FROM ({sql}) ORDER BY {order}", binds.values):  # noqa: S608
        (over if row[1] else listed).append(row[0])
    return Ranking(segment, listed, answers, over)


def over_limit(db: Database, chosen: Ranking) -> list[tuple[str, int]]:
    """The companies with more people than the segment's limit allows, with how many are left out, most first."""
    sql = (
        "SELECT coalesce(c.name, c.domain, 'company:' || c.id), count(*) FROM json_each(?) j "
        "JOIN people p ON p.id = j.value JOIN companies c ON c.id = p.company_id GROUP BY c.id ORDER BY 2 DESC, 1, c.id"
    )
    return (
        [(row[0], row[1]) for row in db.execute(sql, (json.dumps(list(chosen.over)),))] if chosen.over else []
    )


def checked_sort(sort: str) -> str:
    """The order's name; `UsageError` for one that is not in `SORTS`."""
    if sort not in SORTS:
        hint = near_miss(sort, SORTS) or f"one of {', '.join(SORTS)}"
        raise UsageError(f'--sort "{sort}" is not known', hint=hint)
    return sort


LAST = "\uffff"
"""Sorts behind every name."""

_COLUMNS = (
    "coalesce(nullif(c.name, ''), char(65535)) AS company",  # LAST
    "coalesce(nullif(p.last_name, ''), char(65535)) AS last_name",
    "coalesce(p.first_name, '') AS first_name",
    "coalesce(p.email, '') AS email",
    "p.seniority",
    "CASE WHEN p.role_started_from <> '' THEN p.role_started_to END AS started",
)
"""What people are ordered by."""
_BY_NAME = "last_name, first_name, email, id"
_BY_SCORE = f"score DESC, likely DESC, company, {_BY_NAME}"

SORTS: dict[str, str] = {"score": _BY_SCORE, "name": _BY_NAME, "company": f"company, {_BY_NAME}"}
"""The orders of `find`."""

_LEVELS = " ".join(f"WHEN '{level}' THEN {place}" for place, level in enumerate(SENIORITIES))
_RANKING = {
    "score": "score DESC",
    "seniority": f"CASE seniority {_LEVELS} ELSE {len(SENIORITIES)} END",
    "tenure": "coalesce(started, '') DESC",
    "email": "email = ''",
}
"""What `limit: {rank: ...}` can name; see `segment.RANKS`."""


def _score(segment: Segment, binds: Binds) -> str:
    """The points of a person: those of each rule whose question is answered with a match."""
    rules = [(render(matches(rule.when.sql(binds))), rule.points) for rule in segment.score]
    points = [f"CASE WHEN {condition} THEN {points:d} ELSE 0 END" for condition, points in rules]
    return f"{' + '.join(points) or '0'} AS score"


def _limited(sql: str, segment: Segment, most: int) -> str:
    """Marks who is over the limit of a company, in the order of `rank`. People under review take nobody's place."""
    order = ", ".join([*(_RANKING[name] for name in segment.rank), _BY_SCORE])
    taken = (
        f"SELECT *, sum(NOT waits) OVER (PARTITION BY company_id ORDER BY {order} ROWS UNBOUNDED PRECEDING) AS taken "  # noqa: S608
        f"FROM ({sql})"
    )
    return f"SELECT *, company_id IS NOT NULL AND NOT waits AND taken > {most:d} AS over FROM ({taken})"  # noqa: S608
