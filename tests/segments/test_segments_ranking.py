"""The order of a segment is worked out in SQL; it is the one that the records themselves give."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from prospector.normalise.roles import SENIORITIES
from prospector.segments.criteria.context import Asking
from prospector.segments.language.files import load_segment
from prospector.segments.ranking import Found, ranked
from prospector.segments.segment import Segment
from prospector.store.database import Database
from prospector.store.loading import load_prospects

AS_OF = date(2026, 11, 23)
SEGMENT = """person: {department: hr, tenure: "< 1y"}
unknown: review
score:
  - {points: 30, when: {person: {tenure: "< 6m"}}, because: new}
  - {points: -7, when: {person: {seniority: director}}, because: senior}
  - {points: 20, when: {company: {headcount: 50-500}}, because: mid-market}
"""
NAMES = (None, "", "Ana", "Zoë", "ana", "\U0001f600", "\uffff", "Øst", "z")


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    chance = random.Random(20261130)
    opened = Database(tmp_path_factory.mktemp("ranking") / "prospector.db")
    with opened.transaction():
        opened.many(
            "INSERT INTO companies (name, headcount_min, headcount_max) VALUES (?, ?, ?)",
            [(chance.choice(NAMES), size, size) for size in chance.choices((None, 5, 60, 900), k=40)],
        )
        for number in range(400):
            start = chance.choice((None, "2026-08-01", "2026-03-04", "2025-12-31", "2019-01-01"))
            opened.execute(
                "INSERT INTO people (company_id, first_name, last_name, email, department, seniority, role_started_from, "
                "role_started_to) VALUES (?, ?, ?, ?, 'hr', ?, ?, ?)",
                (
                    chance.choice((None, *range(1, 41))),
                    chance.choice(NAMES),
                    chance.choice(NAMES),
                    chance.choice((None, f"p{number}@x.example")),
                    chance.choice((None, *SENIORITIES)),
                    start,
                    start,
                ),
            )
    yield opened
    opened.close()


def load(tmp_path: Path, limit: int | None, rank: tuple[str, ...] = ()) -> Segment:
    path = tmp_path / "asked.yaml"
    path.write_text(SEGMENT, encoding="utf-8")
    return replace(load_segment(path, Asking(AS_OF, folder=tmp_path)), per_company=limit, rank=rank)


def by_name(one: Found) -> tuple[object, ...]:
    person = one.prospect.person
    return (person.last_name or "\uffff", person.first_name or "", person.email or "", person.id)


def by_company(one: Found) -> tuple[object, ...]:
    company = one.prospect.company
    return ((company.name if company else None) or "\uffff", *by_name(one))


def by_score(one: Found) -> tuple[object, ...]:
    return (-one.score, *by_company(one))


def by_rank(name: str, one: Found) -> object:
    person = one.prospect.person
    level = SENIORITIES.index(person.seniority) if person.seniority else len(SENIORITIES)
    newest = -person.role_started.latest.toordinal() if person.role_started else 0
    return {"score": -one.score, "seniority": level, "tenure": newest, "email": person.email is None}[name]


@pytest.mark.parametrize(("sort", "order"), [("score", by_score), ("name", by_name), ("company", by_company)])
def test_people_come_in_the_order_of_their_records(
    db: Database, tmp_path: Path, sort: str, order: object
) -> None:
    found = list(ranked(db, load(tmp_path, None), sort))
    assert len({one.score for one in found}) > 4
    assert len({one.answer for one in found}) == 2
    assert [one.prospect.person.id for one in found] == [
        one.prospect.person.id
        for one in sorted(found, key=order)  # type: ignore[arg-type]
    ]


@pytest.mark.parametrize("rank", [(), ("score",), ("seniority", "tenure"), ("email", "tenure", "score")])
@pytest.mark.parametrize("most", [1, 2])
def test_a_limit_keeps_the_first_of_each_company(
    db: Database, tmp_path: Path, rank: tuple[str, ...], most: int
) -> None:
    everybody = sorted(ranked(db, load(tmp_path, None)), key=by_score)
    taken: Counter[int] = Counter()
    expected = set()
    for one in sorted(everybody, key=lambda one: tuple(by_rank(name, one) for name in rank)):
        company = one.prospect.company
        if company and one.answer != "review":
            taken[company.id] += 1
            if taken[company.id] > most:
                continue
        expected.add(one.prospect.person.id)
    found = [one.prospect.person.id for one in ranked(db, load(tmp_path, most, rank))]
    assert found == [one.prospect.person.id for one in everybody if one.prospect.person.id in expected]
    assert len(found) < len(everybody)


def test_every_person_is_scored_by_the_rules_of_the_segment(db: Database, tmp_path: Path) -> None:
    segment = load(tmp_path, None)
    for one in ranked(db, segment):
        assert one.score == segment.points(next(load_prospects(db, [one.prospect.person.id])))[0]
