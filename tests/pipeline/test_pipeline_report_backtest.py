"""`segment backtest`: a segment's scores beside what became of people, and `report` at the command line."""

from __future__ import annotations

import csv
import io
import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from prospector.core.json_shapes import mismatches
from prospector.pipeline.report.numbers import shares_of
from prospector.pipeline.report.shapes import BacktestShape, ReportShape
from prospector.workspace import Workspace
from tests.support.workspaces import call_cli, make_workspace, people_csv

LATER = date(2027, 1, 31)
SEGMENT = """name: People in HR
person: {department: hr}
score: [{points: 20, when: {company: {headcount: 50-500}}, because: mid-market}]
"""
HEADER = ("First Name", "Last Name", "Email", "Title", "Company", "Website", "# Employees")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """80 people who were mailed: 15 of the 40 at mid-market companies replied, 2 of the others."""
    folder = make_workspace(tmp_path_factory.mktemp("backtest"), segment=SEGMENT)
    rows = [
        [
            "P",
            f"N{n}",
            f"p{n}@firm{n}.test",
            "HR Manager",
            f"Firm {n}",
            f"https://firm{n}.test",
            "120" if n <= 40 else "10",
        ]
        for n in range(1, 81)
    ]
    (folder / "people.csv").write_text(people_csv(rows, HEADER), encoding="utf-8")
    with Workspace.open(folder, as_of=date(2026, 11, 2)) as workspace:
        workspace.import_file(folder / "people.csv")
    assert call_cli("run", "hr", "--as-of", "2026-11-02", cwd=folder).returncode == 0
    with Workspace.open(folder, as_of=LATER) as workspace, workspace.db.transaction():
        workspace.db.execute(
            "INSERT INTO events (key, at, read_on, source, way, person_id, enrolment_id, campaign, touch, class, intent) "
            "SELECT 'k' || e.id, '2026-11-04T09:00:00Z', '2026-11-04', 'hand', 'hand', e.person_id, e.id, e.campaign, "
            "'01-hello', 'reply', 'interested' FROM enrolments e WHERE e.id IN "
            "(SELECT id FROM enrolments WHERE CAST(substr(email, 2, instr(email, '@') - 2) AS INTEGER) <= 15) "
            "OR e.email IN ('p50@firm50.test', 'p60@firm60.test')"
        )
    return folder


def test_scores_are_compared_with_what_became_of_people(folder: Path) -> None:
    with Workspace.open(folder, as_of=LATER) as workspace:
        told = workspace.backtest("hr").as_json()
    assert list(mismatches(told, BacktestShape)) == []
    groups = {row["who"]: (row["reply"]["numerator"], row["people"]) for row in told["groups"]}
    assert groups == {"match": (17, 80), "0 to 0 points": (2, 40), "20 to 20 points": (15, 40)}
    (rule,) = told["rules"]
    assert (rule["rule"], rule["rate"]["numerator"], rule["rest"]["numerator"], rule["holds"]) == (
        "mid-market",
        15,
        2,
        True,
    )
    # 15 of 17 with points beside 38 of 63 without, ties by half.
    assert told["order"] == round((15 * 38 + 0.5 * (15 * 25 + 2 * 38)) / (17 * 63), 4)


def test_what_was_learned_after_the_enrolment_does_not_count(folder: Path) -> None:
    with Workspace.open(folder, as_of=date(2026, 12, 20)) as workspace:
        before = workspace.backtest("hr").as_json()
        workspace.set_value("firm1.test", "headcount", "10")
    with Workspace.open(folder, as_of=LATER) as workspace:
        assert workspace.backtest("hr").as_json() == before


def test_backtest_is_a_command(folder: Path) -> None:
    done = call_cli("segment", "backtest", "hr", "--as-of", str(LATER), cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "rule: mid-market" in done.stdout
    assert "80 people with an outcome" in done.stderr


def _report(folder: Path, *words: str) -> str:
    done = call_cli("report", "--as-of", str(LATER), *words, cwd=folder)
    assert done.returncode == 0, done.stderr
    return str(done.stdout)


def test_json_has_the_report_as_the_design_says(folder: Path) -> None:
    told = json.loads(_report(folder, "--json", "--target", "50000", "--by", "2027-03-31"))
    assert list(mismatches(told, ReportShape)) == []
    assert {
        "as_of",
        "coverage",
        "funnel",
        "campaigns",
        "touches",
        "variants",
        "velocity",
        "deals",
        "sources",
    } <= told.keys()
    value, low, high, enough = shares_of(17, 80)
    assert (value, enough) == (0.2125, True)
    assert told["rates"]["reply"] == {
        "value": value, "numerator": 17, "denominator": 80, "low": low, "high": high, "enough": enough,
    }  # fmt: skip
    assert told["coverage"]["numerator"] == 0
    assert "lower bound" in told["notes"][0]
    assert told["target"]["by"] == "2027-03-31"


def test_csv_has_every_number_in_a_row_of_its_own(folder: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(_report(folder, "--csv"))))
    found = {(row["number"], row["of"], row["measure"]): row["value"] for row in rows}
    assert found["rates", "all / all / reply", "numerator"] == "17"
    assert len(found) == len(rows)


@pytest.mark.parametrize(
    "words",
    [
        ["--by", group]
        for group in ("campaign", "verdict-age", "owner", "warmth", "touch", "criterion", "field", "stage")
    ]
    + [["--as", tool] for tool in ("instantly", "smartlead", "reply", "mixmax", "lemlist", "interseller")]
    + [["--strict"], ["--csv", "--by", "owner"], ["--csv", "--as", "lemlist"]],
    ids=" ".join,
)
def test_each_part_can_be_asked_for(folder: Path, words: list[str]) -> None:
    _report(folder, *words)


def test_the_printed_statement_works_in_any_shell(folder: Path) -> None:
    import sqlite3

    sql = _report(folder, "--sql", "rates")
    rows = sqlite3.connect(folder / "prospector.db").execute(sql).fetchall()
    assert ("all", "all", "reply", 17, 80, *shares_of(17, 80)) in rows


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--by", "campain"], 'did you mean "campaign"'),
        (["--as", "instantely"], 'did you mean "instantly"'),
        (["--sql", "rate"], 'did you mean "rates"'),
        (["--by", "2027-01-01"], "add --target AMOUNT"),
        (["--target", "-5"], "write it as 50000"),
        (["rates"], "prospector report --sql rates"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, list) else "",
)
def test_a_wrong_word_is_told_with_the_right_one(folder: Path, words: list[str], said: str) -> None:
    done = call_cli("report", *words, cwd=folder)
    assert done.returncode == 2
    assert said in done.stderr


def test_to_forget_somebody_changes_no_total_of_the_report(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    before = json.loads(_report(copy, "--json"))
    for number in (1, 50, 70):  # two who replied, one who did not
        done = call_cli("forget", f"p{number}@firm{number}.test", "--yes", "--as-of", str(LATER), cwd=copy)
        assert done.returncode == 0, done.stderr
    after = json.loads(_report(copy, "--json"))
    parts = (
        "people",
        "rates",
        "coverage",
        "funnel",
        "campaigns",
        "touches",
        "touches_to_reply",
        "variants",
        "time_in_stage",
    )
    assert {name for name in parts if before[name] != after[name]} == set()
    for kind in ("segment", "sequence", "source", "verdict"):
        both = ([row for row in told["groups"] if row["by"] == kind] for told in (before, after))
        assert next(both) == next(both)
