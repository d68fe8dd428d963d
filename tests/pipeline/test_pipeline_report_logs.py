"""What holds of the report of any log: sums, forgetting, merging, order, days, and who is said to have won."""

from __future__ import annotations

import random
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from prospector.pipeline.report.figures import CampaignSetting, Given, figures
from prospector.pipeline.report.report import NAMED, make_report
from prospector.pipeline.report.winners import chance, corrected, judged
from prospector.store.database import Database

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
from report_data import AS_OF, CAMPAIGNS, ROAD, fill

GIVEN = Given(AS_OF, [CampaignSetting(name, name, "intro", 100) for name in CAMPAIGNS], ROAD)
OF_TODAY = {"facts", "dark", "goals", "owners"}
"""Numbers that ask what is known of people today."""


@pytest.fixture(scope="module", params=[1, 2])
def db(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    opened = Database(tmp_path_factory.mktemp("log") / "log.db")
    fill(opened, 900, seed=request.param, tells=request.param == 1)
    yield opened
    opened.close()


def _numbers(db: Database, given: Given = GIVEN) -> dict[str, list[dict[str, Any]]]:
    with figures(db, given) as found:
        return {name: found.rows(name) for name in NAMED}


def test_parts_add_up_to_the_whole_in_every_kind_of_group(db: Database) -> None:
    rows = _numbers(db)["groups"]
    (whole,) = (row for row in rows if row["grouped_by"] == "all")
    for kind in {row["grouped_by"] for row in rows} - {"all"}:
        for name in set(whole) - {"grouped_by", "name"}:
            assert sum(row[name] for row in rows if row["grouped_by"] == kind) == whole[name], (kind, name)
    assert whole["contacted"] == whole["closed"] + whole["open"] <= whole["started"] <= whole["people"] == 900


def test_touches_variants_and_stages_add_up(db: Database) -> None:
    told = _numbers(db)
    whole = next(row for row in told["groups"] if row["grouped_by"] == "all")
    assert sum(row["replied"] for row in told["touches"]) == whole["replied"] + whole["replied_so_far"]
    assert (
        sum(row["replied"] for row in told["touches_to_reply"]) == whole["replied"] + whole["replied_so_far"]
    )
    for row in told["funnel"]:
        assert row["entered"] == row["went_on"] + row["open"] + row["dropped"]
        if row["grouped_by"] == "all":
            parts = [
                one for one in told["funnel"] if one["stage"] == row["stage"] and one["grouped_by"] != "all"
            ]
            assert row["entered"] == sum(one["entered"] for one in parts)
    deals = told["deals"]
    assert sum(row["deals"] for row in told["forecast"]) == sum(row["open"] for row in deals)


def test_forgetting_people_changes_no_total(tmp_path: Path) -> None:
    """Their rows lose the person and keep a number, and what was known of the person is gone."""
    db = Database(tmp_path / "log.db")
    fill(db, 600)
    before = _numbers(db)
    with db.transaction():
        for number, person in enumerate(range(1, 600, 7), start=1):
            db.execute("INSERT INTO forgotten (id, forgotten_on) VALUES (?, ?)", (number, "2026-12-30"))
            for table in ("events", "enrolments", "stage_moves", "deals"):
                db.execute(
                    f"UPDATE {table} SET person_id = NULL, forgotten = ? WHERE person_id = ?",
                    (number, person),
                )
            db.execute(
                "UPDATE enrolments SET lead_key = 'forgotten:' || id, email = NULL WHERE forgotten = ?",
                (number,),
            )
            db.execute("DELETE FROM stages WHERE person_id = ?", (person,))
            db.execute("DELETE FROM people WHERE id = ?", (person,))
    after = _numbers(db)
    db.close()
    for name in set(NAMED) - OF_TODAY:
        kept = [
            row for row in after[name] if row.get("grouped_by") not in ("owner", "warmth", "warm", "cold")
        ]
        was = [
            row for row in before[name] if row.get("grouped_by") not in ("owner", "warmth", "warm", "cold")
        ]
        assert kept == was, name


def test_two_entries_of_one_person_that_were_merged_count_once(tmp_path: Path) -> None:
    db = Database(tmp_path / "log.db")
    fill(db, 200)
    before = next(row for row in _numbers(db)["groups"] if row["grouped_by"] == "all")
    with db.transaction():  # the persons 4 and 8 were in the same campaign
        for table in ("events", "enrolments"):
            db.execute(f"UPDATE {table} SET person_id = 4 WHERE person_id = 8")
    merged = next(row for row in _numbers(db)["groups"] if row["grouped_by"] == "all")
    assert (merged["people"], merged["mails"]) == (before["people"] - 1, before["mails"])
    with db.transaction():  # and stay one when they are forgotten
        db.execute("INSERT INTO forgotten (id, forgotten_on) VALUES (1, '2026-12-30')")
        for table in ("events", "enrolments"):
            db.execute(f"UPDATE {table} SET person_id = NULL, forgotten = 1 WHERE person_id = 4")
    assert next(row for row in _numbers(db)["groups"] if row["grouped_by"] == "all") == merged
    db.close()


def test_the_order_in_which_events_came_changes_nothing(tmp_path: Path) -> None:
    told = []
    for seed in (None, 7):
        db = Database(tmp_path / f"{seed}.db")
        fill(db, 300)
        if seed:
            rows = [tuple(row) for row in db.rows("SELECT * FROM events")]
            random.Random(seed).shuffle(rows)
            with db.transaction():
                db.execute("DELETE FROM events")
                db.many(
                    f"INSERT INTO events VALUES ({', '.join('?' * len(rows[0]))})",
                    [(place, *row[1:]) for place, row in enumerate(rows, start=1)],
                )
        told.append(_numbers(db))
        db.close()
    assert told[0] == told[1]


def test_an_earlier_day_knows_nothing_of_what_came_later(tmp_path: Path) -> None:
    db = Database(tmp_path / "log.db")
    fill(db, 300)
    early = GIVEN._replace(as_of=date(2026, 10, 1))
    before = _numbers(db, early)
    with db.transaction():
        db.execute("DELETE FROM events WHERE at >= '2026-10-02'")
        db.execute(
            "DELETE FROM touches WHERE enrolment_id IN (SELECT id FROM enrolments WHERE enrolled_on > '2026-10-01')"
        )
        db.execute("DELETE FROM stage_moves WHERE substr(at, 1, 10) > '2026-10-01'")
    after = _numbers(db, early)
    db.close()
    assert {name for name in NAMED if before[name] != after[name]} == set()


def _variants(a: int, b: int, *, tried: int = 654, least: int = 654) -> list[dict[str, Any]]:
    row = {"campaign": "c", "touch": "t", "tried": tried, "winner_at": least}
    return [{**row, "variant": "a", "tried_replied": a}, {**row, "variant": "b", "tried_replied": b}]


def test_a_winner_is_named_at_the_size_that_was_fixed_and_only_for_more_than_chance() -> None:
    assert [row["winner"] for row in judged(_variants(60, 20))] == [True, False]
    assert [row["winner"] for row in judged(_variants(30, 20))] == [False, False]
    early = judged(_variants(60, 20, tried=653))
    assert not any(row["winner"] for row in early)
    assert early[0]["verdict"].startswith("not enough data: 653 of 654")


def test_looking_at_no_difference_often_seldom_names_a_winner() -> None:
    """Only the first people of each variant count, so that later looks see what the first one saw."""
    dice, named = random.Random(3), 0
    for _ in range(300):
        hits = [sum(dice.random() < 0.034 for _ in range(654)) for _ in range(2)]
        named += any(row["winner"] for row in judged(_variants(*hits)))
    assert named <= 300 * 0.09


def test_many_looks_are_corrected_for() -> None:
    assert corrected([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert chance(0, 40, 0, 40) == 1.0
    assert chance(30, 300, 10, 300) == pytest.approx(0.0011, abs=3e-4)


def test_a_report_can_be_made_while_another_command_writes(tmp_path: Path) -> None:
    db = Database(tmp_path / "log.db")
    fill(db, 100)
    writer = Database(tmp_path / "log.db")
    with writer.transaction():
        writer.execute("DELETE FROM events")
        assert make_report(db, GIVEN).as_json()["people"]["people"] == 100
    writer.close()
    db.close()
