"""`segment diff`: who came in, who went out, and which value caused it."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from workspaces import CAMPAIGN, call_cli, import_people, make_workspace

from prospector.core.records import FoundOpening, Hit
from prospector.segments.facts_at import prospects_on
from prospector.segments.membership import keep, last_snapshot, members_at, members_now
from prospector.store.company_facts import (
    mark_read,
    replace_openings,
    replace_technologies,
)
from prospector.store.loading import load_prospects
from prospector.store.lookups import LookupRow, add_lookup
from prospector.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

HEADER = (
    "First Name",
    "Last Name",
    "Email",
    "Title",
    "Company",
    "Website",
    "Industry",
    "Employees",
    "Role Started",
)
EARLY, LATE = date(2026, 9, 1), date(2026, 11, 2)
SEGMENT = 'company: {industry: banking}\nperson: {role: HR manager, tenure: "< 1y"}\n'


def row(name: str, title: str, industry: str, started: str, headcount: str = "50") -> list[str]:
    site = f"{name.lower()}.example"
    return [name, "Ruiz", f"{name.lower()}@{site}", title, f"{name} Co", site, industry, headcount, started]


BEFORE = [
    row("Ana", "HR Manager", "Banking", "2026-06-01"),
    row("Bo", "HR Manager", "Banking", "2025-10-15"),
    row("Cem", "HR Assistant", "Banking", "2026-06-01"),
    row("Dee", "HR Manager", "Software", "2026-06-01"),
]
AFTER = [
    row("Ana", "HR Manager", "Software", "2026-06-01"),
    row("Cem", "HR Manager", "Banking", "2026-06-01"),
    row("Dee", "HR Manager", "Software", "2026-06-01"),
    row("Eve", "HR Manager", "Banking", "2026-10-01"),
]
CHANGES = {
    "Cem": ("in", ["person.role: HR Assistant -> HR Manager"]),
    "Eve": ("in", ["not known before"]),
    "Ana": ("out", ["company.industry: Banking -> Software"]),
    "Bo": ("out", ["person.tenure: in role since 2025-10-15 (match) -> in role since 2025-10-15 (no match)"]),
}


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """Two imports of one list, two months apart."""
    folder = make_workspace(
        tmp_path / "w", segment=SEGMENT, campaigns={"hr": {**CAMPAIGN, "start": "2026-09-01"}}
    )
    import_people(folder, BEFORE, HEADER, as_of=EARLY)
    return folder


def later(folder: Path) -> None:
    import_people(folder, AFTER, HEADER, as_of=LATE)


def diff(folder: Path, *flags: str, as_of: date = LATE) -> Any:
    done = call_cli("segment", "diff", "hr", "--as-of", as_of.isoformat(), "--json", *flags, cwd=folder)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), done.stderr


def shown(rows: list[dict[str, Any]]) -> dict[str, tuple[str, list[str]]]:
    return {one["first_name"]: (one["change"], one["because"]) for one in rows}


@pytest.mark.parametrize("since", [(), ("--since", "2026-09-01"), ("--since", "hr/2026-09-01-1")])
def test_a_run_keeps_the_members_and_diff_names_who_moved_and_why(made: Path, since: tuple[str, ...]) -> None:
    assert call_cli("run", "hr", "--as-of", EARLY.isoformat(), cwd=made).returncode == 0
    later(made)
    rows, said = diff(made, *since)
    assert shown(rows) == CHANGES
    assert "2 came in, 2 went out since 2026-09-01 (run hr/2026-09-01-1): 2 then, 2 now" in said
    ana = next(one for one in rows if one["first_name"] == "Ana")
    assert ana["causes"] == [
        {
            "criterion": "company.industry", "was": "match", "now": "no_match", "value_was": "Banking",
            "value_now": "Software",
        }
    ]  # fmt: skip


@pytest.mark.parametrize("day", ["2026-09-01", "2026-10-01"])
def test_without_a_run_the_earlier_members_come_from_the_evidence(made: Path, day: str) -> None:
    later(made)
    rows, said = diff(made, "--since", day)
    assert shown(rows) == CHANGES
    assert f"the evidence up to {day}" in said


def test_a_table_and_csv_show_the_same_and_no_change_is_no_row(made: Path) -> None:
    later(made)
    table = call_cli("segment", "diff", "hr", "--since", "2026-09-01", "--as-of", "2026-11-02", cwd=made)
    assert "HR Assistant -> HR Manager" in table.stdout
    assert (
        call_cli("segment", "diff", "hr", "--since", "2026-11-02", "--as-of", "2026-11-02", cwd=made).stdout
        == ""
    )


def test_nothing_to_compare_with_and_an_unknown_run_are_wrong_usage(made: Path) -> None:
    done = call_cli("segment", "diff", "hr", cwd=made)
    assert (done.returncode, done.stdout) == (2, "")
    assert "no run has kept the members of hr yet" in done.stderr
    done = call_cli("segment", "diff", "hr", "--since", "hr/2026-09-01-7", cwd=made)
    assert done.returncode == 2
    assert "neither a day nor a run" in done.stderr


def test_each_snapshot_keeps_its_own_members_and_nothing_new_writes_nothing(made: Path) -> None:
    with Workspace.open(made, as_of=EARLY) as workspace:
        keep(workspace.db, workspace.segment("hr"), EARLY, "hr/1")
        first = last_snapshot(workspace.db, "hr")
        writes = workspace.db.connection.total_changes
        keep(workspace.db, workspace.segment("hr"), EARLY)
        assert workspace.db.connection.total_changes == writes
    later(made)
    with Workspace.open(made, as_of=LATE) as workspace:
        db, segment = workspace.db, workspace.segment("hr")
        keep(db, segment, LATE, "hr/2")
        second = last_snapshot(db, "hr")
        assert first is not None
        assert second is not None
        assert members_at(db, "hr", first) == {1, 2}
        assert members_at(db, "hr", second) == members_now(db, segment) == {3, 5}
        assert last_snapshot(db, "hr", until=date(2026, 10, 1)) == first
        assert db.value("SELECT count(*) FROM memberships") == 4


def test_a_second_run_keeps_nothing_new_and_changes_no_answer(made: Path) -> None:
    for _ in range(2):
        assert call_cli("run", "hr", "--as-of", EARLY.isoformat(), cwd=made).returncode == 0
    with Workspace.open(made, as_of=EARLY) as workspace:
        assert workspace.db.value("SELECT count(*) FROM snapshots") == 1


def test_people_under_review_are_no_members(made: Path) -> None:
    (made / "segments" / "hr.yaml").write_text(
        "company: {founded: '> 2000'}\nunknown: review\n", encoding="utf-8"
    )
    with Workspace.open(made, as_of=EARLY) as workspace:
        assert members_now(workspace.db, workspace.segment("hr")) == set()
    (made / "segments" / "hr.yaml").write_text(
        "company: {founded: '> 2000'}\nunknown: include\n", encoding="utf-8"
    )
    with Workspace.open(made, as_of=EARLY) as workspace:
        assert members_now(workspace.db, workspace.segment("hr")) == {1, 2, 3, 4}


# The past


def test_today_as_the_past_is_the_present(made: Path) -> None:
    later(made)
    with Workspace.open(made, as_of=LATE) as workspace:
        now = {one.person.id: one for one in load_prospects(workspace.db, [1, 2, 3, 4, 5])}
        then = dict(prospects_on(workspace.db, [1, 2, 3, 4, 5], LATE))
    for key, prospect in now.items():
        past = then[key]
        assert past is not None
        assert past.company is not None
        assert prospect.company is not None
        for name in ("title", "department", "seniority", "role_started", "email"):
            assert getattr(past.person, name) == getattr(prospect.person, name)
        for name in ("name", "domain", "industry", "headcount", "technologies", "openings"):
            assert getattr(past.company, name) == getattr(prospect.company, name)


def test_technologies_jobs_and_readings_are_those_of_the_day(made: Path) -> None:
    hubspot, salesforce = Hit("hubspot", "HubSpot"), Hit("salesforce", "Salesforce")
    job = FoundOpening("Recruiter", "hr", None, None, "https://x.example/1", None)
    with Workspace.open(made, as_of=LATE) as workspace:
        db = workspace.db
        with db.transaction():
            for day, tools, jobs in ((EARLY, [hubspot], [job]), (LATE, [salesforce], [])):
                replace_technologies(db, 1, "website", tools, day)
                replace_openings(db, 1, "careers", jobs, day)
                mark_read(db, 1, ["html", "jobs"], day)
                for source in ("website", "careers"):
                    add_lookup(db, 1, LookupRow(source, None, "found", "", 1), day)
        found = {}
        for day in (date(2026, 9, 2), LATE):
            ((_, prospect),) = prospects_on(db, [1], day)
            assert prospect is not None
            assert prospect.company is not None
            company = prospect.company
            found[day] = (
                [one.key for one in company.technologies],
                len(company.openings),
                dict(company.read),
            )
        ((_, unborn),) = prospects_on(db, [1], date(2026, 8, 1))
    assert found == {
        date(2026, 9, 2): (["hubspot"], 1, {"html": EARLY, "jobs": EARLY}),
        LATE: (["salesforce"], 0, {"html": LATE, "jobs": LATE}),
    }
    assert unborn is None
