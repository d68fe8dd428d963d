"""Segments that begin from a stage, a deal or silence; silence counts only where answers are read."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from test_pipeline_stages import happened
from workspaces import AS_OF, call_cli, hr_people, import_people, make_workspace

from prospector.workspace import Workspace


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = make_workspace(tmp_path)
    import_people(made, hr_people(4))
    with Workspace.open(made, as_of=AS_OF) as workspace:
        workspace.run("hr")
        happened(workspace, 1, 1, "reply", "interested")
        happened(workspace, 2, 1, "form")
        workspace.open_deal("Payroll", person="person:1", amount="12k")
    return made


def count(folder: Path, *flags: str, days: int = 0) -> list[int]:
    day = (AS_OF + timedelta(days=days)).isoformat()
    done = call_cli("find", *flags, "--count", "--json", "--as-of", day, cwd=folder)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return [told["match"], told["no_match"], told["unknown"]]


def test_stages_are_worked_out_for_the_day_of_the_question(folder: Path) -> None:
    assert count(folder, "--stage", "prospecting", days=0) == [3, 1, 0]
    assert count(folder, "--stage", "qualified", days=2) == [2, 2, 0]
    assert count(folder, "--stage", "mql", "--days-in-stage", "> 3d", days=5) == [1, 3, 0]
    assert count(folder, "--stage", "mql", days=30) == [0, 4, 0], "the clock has run out"
    assert count(folder, "--stage", "none", days=2) == [0, 4, 0]


def test_silence_is_unknown_until_answers_are_read(folder: Path) -> None:
    assert count(folder, "--last-answer", "never", days=2) == [0, 1, 3]
    assert count(folder, "--last-answer", "> 30d", days=60) == [0, 0, 4]
    with Workspace.open(folder, as_of=AS_OF) as workspace, workspace.db.transaction():
        workspace.db.execute(
            "INSERT INTO spans_read (source, from_at, to_at, read_on) "
            "VALUES ('mailbox:ana', '2026-11-01T00:00:00Z', '2027-01-21T00:00:00Z', '2027-01-21')"
        )
    assert count(folder, "--last-answer", "never", days=2) == [3, 1, 0]
    assert count(folder, "--last-answer", "> 30d", days=60) == [1, 3, 0]
    assert count(folder, "--last-answer", "< 30d", days=60) == [0, 4, 0]
    assert count(folder, "--last-answer", "> 30d", days=80) == [0, 0, 4], "not read of late"


def test_a_deal_that_went_dark_begins_the_segment_that_ships(folder: Path) -> None:
    root = Path(__file__).parents[2]
    text = (root / "segments" / "gone-dark.yaml").read_text(encoding="utf-8")
    (folder / "segments" / "gone-dark.yaml").write_text(text, encoding="utf-8")
    assert count(folder, "--segment", "gone-dark", days=20) == [0, 4, 0]
    assert count(folder, "--segment", "gone-dark", days=40) == [1, 3, 0]
    assert count(folder, "--deal", "{state: open, amount: '> 12k'}") == [0, 4, 0]
    assert count(folder, "--deal", "{state: open, amount: 12k+, stage: sql}") == [1, 3, 0]
    assert count(folder, "--company-deal", "open") == [1, 3, 0]
    done = call_cli("find", "--segment", "gone-dark", "--json", "--as-of", "2027-01-20", cwd=folder)
    (row,) = json.loads(done.stdout)
    assert "deal:1 open in sql" in str(row)


def test_the_old_word_of_a_source_is_told_where_it_is_now(folder: Path) -> None:
    done = call_cli("find", "--stage", "Working", cwd=folder)
    assert (done.returncode, "asked with crm_stage" in done.stderr) == (2, True)
    assert count(folder, "--crm-stage", "Working") == [0, 0, 4]


def test_a_stage_of_a_source_comes_in_as_its_own_word(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    import_people(
        folder,
        [["Ana", "Ruiz", "ana@banco.example", "Working"]],
        ["First name", "Last name", "Email", "Status"],
    )
    done = call_cli("show", "ana@banco.example", "--json", cwd=folder)
    assert json.loads(done.stdout)["person"]["crm_stage"] == "Working"
    assert count(folder, "--stage", "none") == [1, 0, 0]


def test_a_pipeline_that_cannot_be_read_is_told_by_doctor_and_stops_only_what_needs_it(folder: Path) -> None:
    (folder / "pipeline.yaml").write_text("stages: {prospecting: {withn: 3d}}\n", encoding="utf-8")
    done = call_cli("doctor", "--json", cwd=folder)
    (row,) = (one for one in json.loads(done.stdout) if one["check"] == "pipeline")
    assert (row["state"], 'no setting "withn"' in row["detail"]) == ("fail", True)
    assert call_cli("find", "--role", "HR manager", "--count", cwd=folder).returncode == 0
    done = call_cli("find", "--stage", "sql", "--count", cwd=folder)
    assert (done.returncode, "pipeline.yaml:1" in done.stderr) == (2, True)
