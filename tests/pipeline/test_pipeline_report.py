"""The report: a log with answers that were worked out by hand, and what holds of every log."""

from __future__ import annotations

import json
import math
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from prospector.core.json_shapes import lines_of, mismatches
from prospector.pipeline.report.figures import figures, statements
from prospector.pipeline.report.numbers import NUMBERS, number
from prospector.pipeline.report.report import make_report
from prospector.pipeline.report.shapes import ReportShape
from prospector.pipeline.report.target import Target
from prospector.store.database import Database
from tests.support.report_logs import GIVEN, KEY, key_database

ANSWERS = json.loads((KEY / "key.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Any:
    opened = key_database(tmp_path_factory.mktemp("key") / "key.db")
    yield opened
    opened.close()


def _rounded(value: object) -> object:
    return round(value, 6) if isinstance(value, float) else value


@pytest.mark.parametrize("name", [name for name in NUMBERS if name != "rates"])
def test_the_log_gives_the_numbers_that_were_worked_out_by_hand(db: Database, name: str) -> None:
    names, *expected = ANSWERS[name]
    with figures(db, GIVEN) as found:
        rows = found.rows(name)
    assert [[_rounded(row[one]) for one in names] for row in rows] == expected


def test_rates_are_the_counts_divided_as_their_definitions_say(db: Database) -> None:
    with figures(db, GIVEN) as found:
        groups = {(row["grouped_by"], row["name"]): row for row in found.rows("groups")}
        rates = found.rows("rates")
    parts = {
        "reply": ("replied", "closed"),
        "positive": ("positive", "closed"),
        "positive share": ("positive", "replied"),
        "bounce": ("hard", "mails"),
        "soft bounce": ("soft", "mails"),
        "unsubscribe": ("unsubscribed", "contacted"),
        "complaint": ("complained", "contacted"),
        "meeting booked": ("booked", "contacted"),
        "show": ("held", "booked"),
    }
    for row in rates:
        hits, of = (groups[row["grouped_by"], row["name"]][one] for one in parts[row["rate"]])
        assert (row["numerator"], row["denominator"]) == (hits, of)
        assert row["value"] == (round(hits / of, 6) if of else None)
        assert bool(row["enough"]) == (of >= 30)
    assert len(rates) == len(groups) * len(parts)


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"), [(0, 30, 0, 0.113513), (3, 9, 0.120555, 0.645795), (0, 189, 0, 0.01992)]
)
def test_intervals_are_wilsons(tmp_path: Path, hits: int, of: int, low: float, high: float) -> None:
    z, p = 1.959963984540054, hits / of
    middle, spread = p + z * z / (2 * of), z * math.sqrt(p * (1 - p) / of + z * z / (4 * of * of))
    assert ((middle - spread) / (1 + z * z / of), (middle + spread) / (1 + z * z / of)) == pytest.approx(
        (low, high), abs=3e-5
    )
    made = number("others")._replace(sql=f"SELECT {hits} AS numerator, {of} AS denominator")
    db = Database(tmp_path / "any.db")
    row = db.one(statements(GIVEN, [made])["others"])
    assert row is not None
    assert (row["low"], row["high"]) == pytest.approx((low, high), abs=3e-5)
    db.close()


@pytest.mark.parametrize("name", NUMBERS)
def test_the_statement_that_is_printed_gives_the_number_by_itself(db: Database, name: str) -> None:
    with figures(db, GIVEN) as found:
        told = found.rows(name)
    by_hand = [dict(row) for row in db.execute(statements(GIVEN, [number(name)])[name])]
    assert by_hand == told


def test_parts_add_up_to_the_whole(db: Database) -> None:
    with figures(db, GIVEN) as found:
        groups = found.rows("groups")
    kinds = {row["grouped_by"] for row in groups}
    (whole,) = (row for row in groups if row["grouped_by"] == "all")
    for kind in kinds - {"all"}:
        rows = [row for row in groups if row["grouped_by"] == kind]
        for name, value in whole.items():
            if isinstance(value, int):
                assert sum(row[name] for row in rows) == value, (kind, name)


def test_the_report_leaves_nothing_behind(db: Database) -> None:
    before = db.rows("SELECT name FROM sqlite_temp_master")
    make_report(db, GIVEN)
    assert db.rows("SELECT name FROM sqlite_temp_master") == before
    assert not db.connection.in_transaction


def test_the_report_is_as_declared(db: Database) -> None:
    told = make_report(db, GIVEN, Target(50_000)).as_json()
    assert list(mismatches(told, ReportShape)) == []
    keys = {path.partition(".")[0].removesuffix("[]") for path, _, _ in lines_of(ReportShape)}
    empty = {key for key in keys if not told.get(key)}
    assert empty == {"criteria", "facts"}


def test_a_target_is_worked_out_backwards(db: Database) -> None:
    """2,400 of 6,000 are to be expected, 47,600 are missing, and a win brings 10,000: 4.76 wins, each step divides."""
    report = make_report(db, GIVEN, Target(50_000))
    told = report.as_json()["target"]
    assert (told["usual"], told["expected"], told["missing"], told["reached"]) == (2400, None, 47_600, False)
    assert told["wins_needed"] == 5
    assert [(row["step"], row["needed"], row["may_cost"]) for row in told["steps"]] == [
        ("contacted", 35, 1363.64),
        ("replied", 13, 3750),
        ("booked", 10, 5000),
        ("deals", 10, 5000),
        ("won", 5, 10_000),
    ]
    assert any("is a guess" in note for note in report.notes)
    early = make_report(db, GIVEN, Target(50_000, date(2027, 1, 15))).as_json()["target"]
    assert (early["open_amount"], early["usual"]) == (0, 0)
    assert make_report(db, GIVEN, Target(2400)).as_json()["target"]["reached"]


def test_an_empty_workspace_has_a_report(tmp_path: Path) -> None:
    db = Database(tmp_path / "empty.db")
    told = make_report(db, GIVEN, Target(1000)).as_json()
    assert list(mismatches(told, ReportShape)) == []
    assert told["people"]["people"] == 0
    assert told["velocity"]["per_day"] is None
    db.close()


@pytest.mark.parametrize("name", NUMBERS)
def test_every_number_says_what_it_means_how_it_is_made_and_where_that_is_from(name: str) -> None:
    one = number(name)
    assert one.title
    assert one.means.endswith(".")
    assert one.formula
    assert one.source
    page = (Path(__file__).parents[2] / "docs" / "pipeline.md").read_text(encoding="utf-8")
    assert one.means in page
    assert one.formula in page


def test_every_share_has_numerator_and_denominator_in_its_statement(db: Database) -> None:
    with figures(db, GIVEN) as found:
        for name in NUMBERS:
            for row in found.rows(name):
                for rate in number(name).rates:
                    assert {rate.numerator, rate.denominator} <= row.keys()
