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
