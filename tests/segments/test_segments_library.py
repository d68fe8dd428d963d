"""The ready segments: each can be read, says whom it finds and why, and finds somebody made for it."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from prospector.segments.criteria.context import Asking
from prospector.segments.language.checking import check_segment
from prospector.segments.language.contradictions import clashes
from prospector.segments.language.files import load_segment
from prospector.segments.selection import count_people, funnel
from prospector.store.database import Database

FOLDER = Path(__file__).parents[2] / "segments"
PATHS = sorted(FOLDER.glob("*.yaml"))
NAMES = [path.stem for path in PATHS]
AS_OF = date(2026, 11, 22)


def test_there_are_at_least_ten_and_no_two_have_one_title() -> None:
    titles = [load_segment(path, Asking(AS_OF)).title for path in PATHS]
    assert len(titles) >= 10
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("path", PATHS, ids=NAMES)
def test_each_can_be_asked_scores_and_qualifies_and_contradicts_nothing(path: Path, tmp_path: Path) -> None:
    segment = load_segment(path, Asking(AS_OF))
    assert segment.title != path.stem
    assert clashes(segment) == []
    assert segment.score
    best = sum(rule.points for rule in segment.score if rule.points > 0)
    assert 0 < segment.qualify["mql"] < segment.qualify["sql"] <= best
    assert segment.per_company
    db = Database(tmp_path / "prospector.db")
    db.execute("INSERT INTO people (id) VALUES (1)")
    counts = count_people(db, segment)
    assert counts.match + counts.no_match + counts.unknown == 1
    assert len(funnel(db, segment)) == len(segment.entries)
    assert all(problem.severity == "warning" for problem in check_segment(db, segment))
    db.close()


@pytest.mark.parametrize("path", PATHS, ids=NAMES)
def test_each_says_whom_it_finds_and_why_in_plain_words(path: Path) -> None:
    head = path.read_text(encoding="utf-8").partition("\nname:")[0]
    assert re.match(r"# Finds ", head)
    assert "# Why them: " in head
    assert all(line.startswith("#") for line in head.splitlines())
    assert 40 <= len(head.split()) <= 140
