"""Suppressing somebody whose touches are on their way says who holds them, and what to do there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from workspaces import CAMPAIGN, call_cli, hr_people, import_people, make_workspace

LATER = "2027-06-01"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    campaigns = {"hr": CAMPAIGN, "tool": {**CAMPAIGN, "destination": "instantly", "cooldown": "0d"}}
    folder = make_workspace(tmp_path / "ws", campaigns=campaigns)
    import_people(folder, hr_people(3))
    assert call_cli("run", "hr", "tool", cwd=folder).returncode == 0
    return folder


@pytest.mark.parametrize(
    "who", ["p2@firm2.example", "firm2.example", "person:2", "company:2", "Givenc Familyc"]
)
def test_every_campaign_and_tool_that_holds_the_person_is_named(folder: Path, who: str) -> None:
    done = call_cli("suppress", "add", who, "--json", cwd=folder)
    held = json.loads(done.stdout)["on_their_way"]
    assert [(one["email"], one["campaign"], one["destination"], one["touches"]) for one in held] == [
        ("p2@firm2.example", "hr", "csv", 3),
        ("p2@firm2.example", "tool", "instantly", 3),
    ]
    lines = [line for line in done.stderr.splitlines() if line.startswith("warning: ")]
    assert "campaign hr" in lines[0]
    assert "out of the file" in lines[0]
    assert "exports/hr/2026-11-23-1" in lines[0]
    assert "campaign tool" in lines[1]
    assert "delete the lead" in lines[1]


def test_whose_touches_are_over_or_never_left_is_not_named(folder: Path) -> None:
    done = call_cli("suppress", "add", "p2@firm2.example", "--as-of", LATER, "--json", cwd=folder)
    assert json.loads(done.stdout)["on_their_way"] == []
    done = call_cli("suppress", "add", "rival.example", "--json", cwd=folder)
    assert json.loads(done.stdout) == {"added": 1, "known": 0, "warnings": [], "on_their_way": []}


def test_a_list_and_an_import_name_them_too(folder: Path) -> None:
    (folder / "list.txt").write_text("p1@firm1.example\nnobody@x.example\n", encoding="utf-8")
    done = call_cli("suppress", "import", "list.txt", "--quiet", cwd=folder)
    assert done.stderr.count("warning: p1@firm1.example: 3 touches are on their way") == 2
    (folder / "out.csv").write_text("Email,Unsubscribed\np3@firm3.example,yes\n", encoding="utf-8")
    done = call_cli("import", "out.csv", cwd=folder)
    assert "warning: p3@firm3.example: 3 touches are on their way in campaign hr" in done.stderr


def test_whom_somebody_has_stopped_in_the_tool_is_not_named_again(folder: Path) -> None:
    call_cli("suppress", "add", "p1@firm1.example", cwd=folder)
    stops = [
        one for one in json.loads(call_cli("next", "--json", cwd=folder).stdout) if one["what"] == "stop"
    ]
    (in_tool,) = (one for one in stops if one["campaign"] == "tool")
    assert call_cli("next", "done", in_tool["id"], cwd=folder).returncode == 0
    (folder / "out.csv").write_text("Email,Unsubscribed\np3@firm3.example,yes\n", encoding="utf-8")
    told = call_cli("import", "out.csv", cwd=folder).stderr
    assert told.count("warning: p1@firm1.example") == 1
    assert "p1@firm1.example: 3 touches are on their way in campaign hr" in told


def test_plan_and_run_say_who_is_under_way_in_another_campaign(tmp_path: Path) -> None:
    tool = {**CAMPAIGN, "destination": "instantly"}
    folder = make_workspace(tmp_path / "ws", campaigns={"hr": CAMPAIGN, "tool": tool, "third": CAMPAIGN})
    import_people(folder, hr_people(2))
    first = call_cli("run", "hr", cwd=folder)
    assert "under way" not in first.stderr
    import_people(folder, hr_people(1, start=3))
    line = "2 of them are under way in hr: set cooldown: in the campaign to keep them apart"
    assert line in call_cli("plan", "tool", cwd=folder).stderr
    done = call_cli("run", "tool", cwd=folder)
    assert line in done.stderr.splitlines()[-3]
    assert line not in call_cli("run", "tool", "--quiet", cwd=folder).stderr
    planned = json.loads(call_cli("plan", "third", "--json", cwd=folder).stdout)
    assert planned["new"] == 3
    assert planned["under_way_elsewhere"] == [
        {"campaign": "hr", "people": 2},
        {"campaign": "tool", "people": 3},
    ]


def test_nobody_is_under_way_behind_the_last_touch_or_when_held_back(tmp_path: Path) -> None:
    kept = {**CAMPAIGN, "cooldown": "30d"}
    folder = make_workspace(tmp_path / "ws", campaigns={"hr": CAMPAIGN, "kept": kept, "third": CAMPAIGN})
    import_people(folder, hr_people(2))
    assert call_cli("run", "hr", cwd=folder).returncode == 0
    assert json.loads(call_cli("plan", "kept", "--json", cwd=folder).stdout)["under_way_elsewhere"] == []
    later = call_cli("plan", "third", "--json", "--as-of", LATER, cwd=folder)
    assert json.loads(later.stdout)["under_way_elsewhere"] == []


def test_a_cooldown_that_is_too_short_is_told_of_as_one(tmp_path: Path) -> None:
    campaigns = {"hr": CAMPAIGN, "soon": {**CAMPAIGN, "cooldown": "1d"}}
    folder = make_workspace(tmp_path / "ws", campaigns=campaigns)
    import_people(folder, hr_people(1))
    assert call_cli("run", "hr", cwd=folder).returncode == 0
    done = call_cli("plan", "soon", "--as-of", "2026-11-25", cwd=folder)
    assert "1 of them is under way in hr: set a longer cooldown: in the campaign" in done.stderr
