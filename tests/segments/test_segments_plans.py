"""How segments are counted: never by looking at every person where an index serves, and always with the same result."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from prospector.segments import selection
from prospector.segments.compiler import People
from prospector.segments.criteria.context import Asking
from prospector.segments.criteria.plain_conditions import does_not_match, matches, matches_not, possible
from prospector.segments.language.files import load_segment
from prospector.segments.sql.rendering import render
from prospector.segments.sql.sql import Binds, is_null
from prospector.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prospector.segments.segment import Segment

ROOT = Path(__file__).parents[2]
LIBRARY = sorted(path.stem for path in (ROOT / "segments").glob("*.yaml"))
WITHOUT_INDEX = {"quiet-contacts"}
"""Segments that ask of everybody alike: who was contacted stands in another table, and most have an address."""
EVERYBODY = re.compile(r"SCAN (p|people)\b")

sys.path.insert(0, str(ROOT / "benchmarks"))
try:
    from segment_data import AS_OF, make_database
finally:
    sys.path.remove(str(ROOT / "benchmarks"))


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Twenty thousand people with the skew of real lists: enough to have them asked by sample."""
    path = tmp_path_factory.mktemp("plans") / "prospector.db"
    make_database(path, 20_000)
    opened = Database(path)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def plain(db: Database) -> dict[str, tuple[int, int, int]]:
    """Match, no match and unknown of each segment, from the plain statement, which asks everybody everything."""
    counts = {}
    for name in LIBRARY:
        sql, values = selection.selection_sql(_library(name))
        answers = Counter(row["answer"] for row in db.rows(sql, values))
        counts[name] = (answers[1], answers[0], answers[None])
    return counts


def _library(name: str) -> Segment:
    return load_segment(ROOT / "segments" / f"{name}.yaml", Asking(AS_OF))


def _plan(db: Database, sql: str, values: dict[str, Any]) -> list[str]:
    return [row["detail"] for row in db.rows(f"EXPLAIN QUERY PLAN {sql}", values)]


@pytest.mark.parametrize("name", [name for name in LIBRARY if name not in WITHOUT_INDEX])
def test_a_count_looks_at_every_person_only_to_know_how_many_there_are(db: Database, name: str) -> None:
    plan = _plan(db, *selection.counting_sql(db, _library(name)))
    scans = [line for line in plan if EVERYBODY.search(line)]
    assert len(scans) == 1, plan
    assert scans[0].startswith("SCAN people USING COVERING INDEX"), (
        "only the total, and of the shortest index"
    )
    assert any(line.startswith("SEARCH p USING") for line in plan)


@pytest.fixture
def managers(tmp_path: Path) -> Segment:
    """Few people and many companies match; many people are open."""
    asked = {"company": {"headcount": "> 10"}, "person": {"role": "HR manager"}}
    (tmp_path / "managers.yaml").write_text(json.dumps(asked), encoding="utf-8")
    return load_segment(tmp_path / "managers.yaml", Asking(AS_OF))


def test_the_people_of_a_role_come_from_the_index_of_roles(db: Database, managers: Segment) -> None:
    compiled = selection._compiled(db, managers)
    people = compiled.people(compiled.matching)
    assert not people.companies_first
    plan = _plan(db, render(people.each("id")), compiled.binds.values)
    first = next(line for line in plan if line.startswith(("SEARCH", "SCAN")))
    assert first.startswith("SEARCH p USING COVERING INDEX people_role (department=? AND seniority=?"), plan


def test_a_question_that_many_people_leave_open_is_asked_once_per_company(
    db: Database, managers: Segment
) -> None:
    compiled = selection._compiled(db, managers)
    people = compiled.people(compiled.possible)
    assert people.companies_first
    plan = _plan(db, render(people.each("id")), compiled.binds.values)
    assert any(line.startswith("LIST SUBQUERY") for line in plan), plan
    assert not any(line.startswith("SCAN p") for line in plan), plan


def test_a_condition_that_no_index_serves_is_asked_of_the_people_of_companies(db: Database) -> None:
    """Words of a title have no index: however few people have them, all would be looked at to find them."""
    compiled = selection._compiled(db, _library("hubspot-revenue-operations"))
    assert compiled.people(compiled.matching).companies_first


@pytest.mark.parametrize("name", LIBRARY)
@pytest.mark.parametrize("companies_first", [True, False, None])
def test_the_order_of_asking_does_not_change_the_counts(
    db: Database,
    plain: dict[str, tuple[int, int, int]],
    name: str,
    companies_first: bool | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """None leaves the order to what a sample of the people says."""
    if companies_first is not None:
        init = People.__init__

        def forced(self: People, *arguments: Any) -> None:
            init(self, *arguments)
            self.companies_first = companies_first

        monkeypatch.setattr(People, "__init__", forced)
    segment = _library(name)
    counts = selection.count_people(db, segment)
    assert (counts.match, counts.no_match, counts.unknown) == plain[name]
    assert len(selection.people_who_match(db, segment)) >= counts.match
    if companies_first is None:
        assert selection.funnel(db, segment)[-1].remaining == counts.match


def test_the_plain_conditions_of_a_question_part_the_people_into_three(db: Database) -> None:
    """For each criterion of the library: match, no match and unknown exclude each other and leave nobody out."""
    for name in LIBRARY:
        for entry in _library(name).entries:
            binds = Binds()
            tree = entry.question.sql(binds)
            faces = [matches(tree), possible(tree), does_not_match(tree), matches_not(tree)]
            texts = [f"total({render(face)})" for face in (*faces, tree, is_null(tree))]
            tables = "people AS p LEFT JOIN companies AS c ON c.id = p.company_id WHERE p.id % 20 = 1"
            row = db.one(f"SELECT {', '.join(texts)}, count(*) FROM {tables}", binds.values)
            assert row is not None
            match, open_, not_match, no_match, plain_match, unknown, everybody = row
            assert match == plain_match
            assert open_ == match + unknown
            assert not_match == everybody - match
            assert no_match == everybody - open_


def test_a_person_without_a_company_counts_as_one_of_whose_company_nothing_is_known(
    db: Database, tmp_path: Path
) -> None:
    path = tmp_path / "alone.yaml"
    path.write_text(json.dumps({"company": {"industry": "banking", "headcount": "> 10"}}), encoding="utf-8")
    counts = selection.count_people(db, load_segment(path, Asking(AS_OF)))
    alone = db.value("SELECT count(*) FROM people WHERE company_id IS NULL")
    with_one = db.value("SELECT count(*) FROM people p JOIN companies c ON c.id = p.company_id")
    assert alone > 0
    assert counts.match + counts.no_match + counts.unknown == alone + with_one
    assert counts.unknown >= alone
