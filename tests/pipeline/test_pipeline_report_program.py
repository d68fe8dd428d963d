"""The report of a log that the program itself has made: what was typed, handed over and answered is what is counted."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from workspaces import CAMPAIGN, TOUCHES, call_cli, hr_people, import_people, make_workspace

from prospector.pipeline.report.figures import figures, statements
from prospector.pipeline.report.numbers import NUMBERS, number
from prospector.workspace import Workspace
from tests.support.report_logs import GIVEN, key_database

LATER = date(2027, 1, 20)
ONE, TWO, THREE = (f"p{n}@firm{n}.example" for n in (1, 2, 3))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Six people, handed over on a Monday: a mail, LinkedIn on Tuesday, a mail on Thursday; and again in December."""
    touches = {**TOUCHES, "02-call.md": TOUCHES["02-call.md"].replace("channel: call", "channel: linkedin")}
    campaigns = {"hr": CAMPAIGN, "again": {**CAMPAIGN, "sequence": "duo"}}
    made = make_workspace(tmp_path, touches=touches, campaigns=campaigns)
    (made / "templates" / "duo").mkdir()
    (made / "templates" / "duo" / "01-new.md").write_text(TOUCHES["01-hello.md"], encoding="utf-8")
    import_people(made, hr_people(6))
    typed(made, "run hr", date(2026, 11, 23))
    return made


def typed(folder: Path, line: str, day: date = LATER) -> str:
    done = call_cli(*line.split(" "), "--as-of", day.isoformat(), cwd=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def report_of(folder: Path, day: date = LATER) -> Any:
    with Workspace.open(folder, as_of=day) as workspace:
        return workspace.report().as_json()


def touches_of(told: Any) -> dict[str, Any]:
    return {row["touch"]: row for row in told["touches"]}


def test_a_touch_that_nobody_made_gets_no_reply_and_is_told_apart(folder: Path) -> None:
    """A reply on Thursday before the second mail answers the first one, with the LinkedIn touch never made."""
    typed(folder, f"events add {ONE} reply --intent interested --at 2026-11-26T06:00")
    told = report_of(folder)
    rows = touches_of(told)
    assert [(one["got"], one["replied"], one["waiting"]) for one in rows.values()] == [
        (6, 1, 0),
        (0, 0, 6),
        (5, 0, 0),
    ]
    assert any(note.startswith("6 calls and other tasks are due") for note in told["notes"])
    assert [one["touches"] for one in told["touches_to_reply"]] == [1]


def test_a_touch_counts_once_somebody_says_that_it_was_made_or_left_out(folder: Path) -> None:
    typed(folder, f"events add {ONE} task_done --at 2026-11-24T18:00")
    typed(folder, f"events add {TWO} task_skipped --at 2026-11-24T18:00")
    typed(folder, f"events add {THREE} linkedin --at 2026-11-25T18:00")
    call = touches_of(report_of(folder))["02-call"]
    assert (call["got"], call["skipped"], call["waiting"]) == (2, 1, 3)


def test_a_reply_of_which_only_the_day_is_known_answers_the_mail_of_that_day(folder: Path) -> None:
    typed(folder, f"events add {ONE} reply --at 2026-11-26")
    again = touches_of(report_of(folder))["03-again"]
    assert (again["got"], again["replied"]) == (6, 1)


def test_a_report_of_an_earlier_day_loses_nobody(folder: Path) -> None:
    """On the day before the campaign nobody stands anywhere; afterwards everybody stands where they did."""
    typed(folder, f"events add {ONE} reply --intent interested --at 2026-11-26T06:00")
    before = report_of(folder)["funnel"]
    assert sum(row["entered"] for row in report_of(folder, date(2026, 11, 20))["funnel"]) == 0
    assert report_of(folder)["funnel"] == before
    assert before[0]["entered"] == 6


def test_moves_of_a_close_date_are_counted_and_an_earlier_day_has_its_own_deals(folder: Path) -> None:
    typed(folder, f"deal add Alpha --person {ONE} --close 2026-12-20", date(2026, 12, 1))
    typed(folder, "deal set Alpha amount 3000", date(2026, 12, 12))
    for day, close in ((5, "2027-01-10"), (9, "2027-01-31"), (14, "2027-02-15")):
        typed(folder, f"deal set Alpha close {close}", date(2026, 12, day))
    typed(folder, "deal lost Alpha --reason price", date(2027, 1, 15))
    typed(folder, "deal set Alpha stage sql --reason back", date(2027, 1, 18))
    on = {day: report_of(folder, day)["deals"] for day in (date(2026, 12, 10), date(2027, 1, 16), LATER)}
    early, lost, now = on.values()
    assert (early["open"], early["open_amount"], early["moved"], early["moved_3"]) == (1, 0, 1, 0)
    assert early["forecast"][0]["month"] == "2027-01"
    assert (lost["open"], lost["lost"], lost["lost_amount"]) == (0, 1, 3000)
    assert [row["reason"] for row in lost["losses"]] == ["all", "price"]
    assert [row["median_days"] for row in lost["losses"]] == [45, 45]
    assert (now["open"], now["open_amount"], now["moved_3"], now["lost"]) == (1, 3000, 1, 0)


def test_people_and_contacts_are_told_apart_and_tables_name_the_sequence(folder: Path) -> None:
    typed(folder, "run again", date(2026, 12, 14))
    text = typed(folder, "report")
    assert "The 12 contacted are 6 people" in text
    assert "sequence  touch" in text


def test_the_printed_statements_give_the_same_on_the_file_of_the_program(folder: Path) -> None:
    typed(folder, f"events add {ONE} reply --intent interested --at 2026-11-26T06:00")
    typed(folder, f"deal add Alpha --person {ONE} --amount 12000 --close 2026-12-20", date(2026, 12, 1))
    with Workspace.open(folder, as_of=LATER) as workspace:
        told = workspace.report().rows
        for name in NUMBERS:
            sql = workspace.report_statements(name)[name]
            assert [dict(row) for row in workspace.db.execute(sql)] == told[name], name


def test_a_bounce_that_two_sources_tell_is_one_bounce(tmp_path: Path) -> None:
    """One of them does not know the touch."""
    db = key_database(tmp_path / "log.db")
    with db.transaction():
        db.execute(
            "INSERT INTO events (key, at, read_on, source, way, person_id, enrolment_id, campaign, class, bounce_type) "
            "VALUES ('two', '2026-11-03T08:09:00Z', '2026-12-31', 'lemlist', 'pull', 4, 4, 'autumn', 'bounce', 'hard')"
        )
    row = db.one(statements(GIVEN, [number("groups")])["groups"])
    assert row is not None
    assert (row["name"], row["mails"], row["hard"]) == ("all", 21, 1)
    db.close()


def test_who_was_reached_before_the_mail_that_bounced_was_contacted(tmp_path: Path) -> None:
    db = key_database(tmp_path / "log.db")
    with db.transaction():  # a call before the first mail, made
        db.execute("UPDATE touches SET number = 0, send_at = '2026-11-02T10:00+01:00' WHERE id = 11")
        db.execute(
            "INSERT INTO events (key, at, read_on, source, way, person_id, enrolment_id, campaign, touch, class) "
            "VALUES ('c', '2026-11-02T10:00:00Z', '2026-12-31', 'hand', 'hand', 4, 4, 'autumn', '02-call', 'call')"
        )
    with figures(db, GIVEN) as found:
        (whole,) = (row for row in found.rows("groups") if row["grouped_by"] == "all")
    assert (whole["contacted"], whole["hard"]) == (13, 1)
    db.close()
