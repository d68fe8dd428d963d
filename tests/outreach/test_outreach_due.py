"""`handover: due`: each touch leaves on its day, once, and not to somebody who is to be left alone by then."""

from __future__ import annotations

import csv
import shutil
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from workspaces import AS_OF, CAMPAIGN, call_cli, folder_bytes, hr_people, import_people, make_workspace

from prospector.outreach import run as run_module
from prospector.outreach.run import RunResult
from prospector.workspace import Workspace

TUESDAY, WEDNESDAY, THURSDAY = (date(2026, 11, day) for day in (24, 25, 26))
ALL_DAYS = (AS_OF, TUESDAY, WEDNESDAY, THURSDAY)


def workspace(folder: Path, count: int = 2, **more: Any) -> Path:
    make_workspace(folder, campaigns={"hr": {**CAMPAIGN, "handover": "due", **more}})
    import_people(folder, hr_people(count))
    return folder


def run(folder: Path, day: date) -> RunResult:
    with Workspace.open(folder, as_of=day) as opened:
        return opened.run("hr")


def handed_over(folder: Path) -> list[tuple[str, str, str]]:
    """Run's day, address and touch of all that has left."""
    found = []
    for path in sorted((folder / "exports").glob("hr/*/touches.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found += [(path.parent.name[:10], row["email"], row["touch"]) for row in csv.DictReader(file)]
    return found


def test_each_touch_leaves_on_its_day_and_only_once(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    results = [run(folder, day) for day in (*ALL_DAYS, THURSDAY)]
    assert [result.exported for result in results] == [2, 2, 0, 2, 0]
    assert [len(result.plan.due) for result in results] == [0, 2, 0, 2, 0]
    people = ("p1@firm1.example", "p2@firm2.example")
    days = (("2026-11-23", "01-hello"), ("2026-11-24", "02-call"), ("2026-11-26", "03-again"))
    assert handed_over(folder) == [(day, who, touch) for day, touch in days for who in people]


def test_what_was_missed_leaves_with_the_next_run(tmp_path: Path) -> None:
    folder = workspace(tmp_path, 1)
    run(folder, AS_OF)
    run(folder, THURSDAY)
    assert [row[::2] for row in handed_over(folder)] == [
        ("2026-11-23", "01-hello"), ("2026-11-26", "02-call"), ("2026-11-26", "03-again"),
    ]  # fmt: skip


def test_a_follow_up_that_leaves_later_answers_the_first_mail(tmp_path: Path) -> None:
    folder = workspace(tmp_path, 1, destination="eml")
    for day in ALL_DAYS:
        run(folder, day)
    paths = sorted((folder / "exports").rglob("*.eml"))
    first, second = (message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths)
    assert second["In-Reply-To"] == first["Message-ID"]
    assert str(second["Subject"]) == f"Re: {first['Subject']}"
    assert first["List-Unsubscribe"] == second["List-Unsubscribe"] is not None


def test_whoever_replied_since_is_held_back_and_whoever_opted_out_gets_nothing_more(tmp_path: Path) -> None:
    folder = workspace(tmp_path, 3)
    run(folder, AS_OF)
    with Workspace.open(folder, as_of=TUESDAY) as opened:
        opened.db.execute("UPDATE people SET replied = '2026-11-23' WHERE email = 'p1@firm1.example'")
        opened.suppressions.add("email", "p2@firm2.example", reason="asked", source="by hand", on=TUESDAY)
    result = run(folder, TUESDAY)
    assert [(held.email, held.reason) for held in result.plan.held_back] == [
        ("p1@firm1.example", "has_replied")
    ]
    for day in (WEDNESDAY, THURSDAY):
        run(folder, day)
    assert [row[1:] for row in handed_over(folder) if row[0] != "2026-11-23"] == [
        ("p3@firm3.example", "02-call"),
        ("p3@firm3.example", "03-again"),
    ]


def test_a_run_that_stopped_before_its_files_is_finished_with_the_same_bytes(
    tmp_path: Path, monkeypatch: Any
) -> None:
    whole, stopped = workspace(tmp_path / "a"), workspace(tmp_path / "b")
    for folder in (whole, stopped):
        run(folder, AS_OF)
    run(whole, TUESDAY)

    class Stopped(BaseException):
        """As if the machine had been switched off."""

    def stop(*_: Any) -> None:
        raise Stopped

    with monkeypatch.context() as patched:
        patched.setattr(run_module.Runner, "_write", stop)
        with pytest.raises(Stopped):
            run(stopped, TUESDAY)
    result = run(stopped, WEDNESDAY)
    assert result.recovered
    assert result.exported == 0
    assert folder_bytes(stopped / "exports") == folder_bytes(whole / "exports")


def test_a_restored_older_database_hands_nothing_over_again(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    run(folder, AS_OF)
    shutil.copy(folder / "prospector.db", tmp_path / "older.db")
    run(folder, TUESDAY)
    before = handed_over(folder)
    for path in folder.glob("prospector.db*"):
        path.unlink()
    shutil.copy(tmp_path / "older.db", folder / "prospector.db")
    assert run(folder, TUESDAY).exported == 0
    assert handed_over(folder) == before
    assert run(folder, THURSDAY).exported == 2
    assert len(handed_over(folder)) == len({row[1:] for row in handed_over(folder)}) == 6


def test_plan_says_who_is_due_and_its_exit_code_too(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    run(folder, AS_OF)
    done = call_cli("plan", "hr", "--exit-code", "--as-of", "2026-11-24", cwd=folder)
    assert (done.returncode, "2 of those enrolled have touches that are due" in done.stderr) == (3, True)
    done = call_cli("plan", "hr", "--exit-code", "--as-of", "2026-11-23", cwd=folder)
    assert done.returncode == 0


def test_a_tool_that_waits_by_itself_cannot_be_given_only_what_is_due(tmp_path: Path) -> None:
    folder = workspace(tmp_path, destination="instantly")
    done = call_cli("run", "hr", cwd=folder)
    assert done.returncode == 2
    assert "instantly waits by itself" in done.stderr
