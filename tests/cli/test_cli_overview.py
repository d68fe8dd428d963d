"""`campaign list`, `status`, `doctor`, `segment new`, `sequence new`: where everything stands, and what to start from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from rights import run_as_anybody
from workspaces import CAMPAIGN, call_cli, hr_people, import_people, make_workspace, run_cli

from prospector.store.lock import exclusive


def told(folder: Path, *args: str, code: int = 0) -> Any:
    done = call_cli(*args, "--json", cwd=folder)
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    campaigns = {"hr": CAMPAIGN, "other": {**CAMPAIGN, "cooldown": "30d"}}
    return make_workspace(tmp_path / "ws", campaigns=campaigns)


def action(folder: Path) -> str:
    return str(told(folder, "status")["next_action"]["command"])


def test_the_next_action_leads_down_the_whole_road(folder: Path) -> None:
    assert action(folder) == "prospector import FILE"
    import_people(folder, hr_people(2))
    assert action(folder) == "prospector plan hr"
    assert call_cli("run", "hr", cwd=folder).returncode == 0
    status = told(folder, "status")
    assert (status["people"], status["companies"], status["waiting"]) == (2, 2, 2)
    assert status["next_action"] == {
        "command": "prospector plan other",
        "why": "2 people have not been handed over by other",
    }
    hr, other = status["campaigns"]
    assert (hr["last_run"], hr["last_run_on"], hr["enrolled"], hr["waiting"]) == (
        "hr/2026-11-23-1",
        "2026-11-23",
        2,
        0,
    )
    assert (hr["on_their_way"], other["last_run"], other["waiting"]) == (2, None, 2)
    assert told(folder, "campaign", "list") == status["campaigns"]


def test_a_campaign_that_cannot_run_is_named_and_the_others_are_shown(folder: Path) -> None:
    import_people(folder, hr_people(1))
    settings = folder / "prospector.yaml"
    settings.write_text(
        settings.read_text("utf-8").replace('"segment": "hr"', '"segment": "gone"', 1), "utf-8"
    )
    done = call_cli("campaign", "list", "--json", cwd=folder)
    gone, other = json.loads(done.stdout)
    assert done.returncode == 2
    assert "no such segment" in gone["fault"]
    assert (gone["waiting"], other["waiting"], other["fault"]) == (None, 1, None)
    assert action(folder) == "prospector plan hr"


def test_without_campaigns_something_to_start_from_is_named(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path / "ws", campaigns={})
    import_people(folder, hr_people(1))
    assert action(folder) == "prospector find --segment hr"
    (folder / "segments" / "hr.yaml").unlink()
    assert action(folder) == "prospector segment new NAME"


def states(folder: Path, code: int = 0) -> dict[str, str]:
    return {row["check"]: row["state"] for row in told(folder, "doctor", code=code)}


def test_a_sound_workspace_has_no_failures(folder: Path) -> None:
    (folder / ".env").chmod(0o600)
    assert set(states(folder).values()) == {"ok"}
    import_people(folder, hr_people(1))
    assert set(states(folder).values()) == {"ok"}


def test_what_is_wrong_is_found(folder: Path) -> None:
    import_people(folder, hr_people(1))
    (folder / ".env").chmod(0o644)
    (folder / "segments" / "bad.yaml").write_text("person: {colour: red}\n", "utf-8")
    (folder / "templates" / "trio" / "02-call.md").write_text("---\nday: x\n---\n", "utf-8")
    with exclusive(folder / "prospector.db"):
        found = states(folder, code=1)
    wrong = {name: state for name, state in found.items() if state != "ok"}
    assert wrong == {
        "permissions": "warn", "lock": "warn", "segments": "fail", "sequences": "fail", "campaigns": "fail"
    }  # fmt: skip
    rows = {row["check"]: row for row in told(folder, "doctor", code=1)}
    assert rows["permissions"]["hint"] == "chmod 600 .env"
    assert "bad.yaml:1" in rows["segments"]["detail"]
    shown = call_cli("config", "show", cwd=folder)
    assert "warning: others can read .env" in shown.stderr


def test_a_damaged_database_is_a_failure_not_a_crash(folder: Path) -> None:
    import_people(folder, hr_people(200))
    path = folder / "prospector.db"
    body = bytearray(path.read_bytes())
    body[8192:16384] = b"\xff" * 8192
    path.write_bytes(body)
    assert states(folder, code=1)["database"] == "fail"
    path.write_bytes(b"no database at all, but long enough")
    assert states(folder, code=1)["database"] == "fail"


def test_the_sample_sender_is_a_failure(tmp_path: Path) -> None:
    assert call_cli("init", "new", cwd=tmp_path).returncode == 0
    assert states(tmp_path / "new", code=1)["sender"] == "fail"


def test_a_segment_to_start_from_is_understood_and_left_alone(folder: Path) -> None:
    import_people(folder, hr_people(2))
    for name in ("retail-buyers", "Käufer_2"):
        assert call_cli("segment", "new", name, cwd=folder).returncode == 0
        assert call_cli("segment", "check", name, cwd=folder).returncode == 0
        assert call_cli("find", "-s", name, cwd=folder).returncode == 0
    before = (folder / "segments" / "retail-buyers.yaml").read_bytes()
    assert call_cli("segment", "new", "retail-buyers", cwd=folder).returncode == 2
    assert (folder / "segments" / "retail-buyers.yaml").read_bytes() == before
    for name in ("../x", "a b", "", "x" * 300):
        assert call_cli("segment", "new", name, cwd=folder).returncode == 2


def test_every_commented_line_of_it_may_be_taken_in(folder: Path) -> None:
    import_people(folder, hr_people(2))
    assert call_cli("segment", "new", "all", cwd=folder).returncode == 0
    path = folder / "segments" / "all.yaml"
    lines = path.read_text("utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("name:"))
    taken = [line.replace("# ", "", 1) if line.lstrip().startswith("# ") else line for line in lines[start:]]
    path.write_text("\n".join(taken) + "\n", "utf-8")
    done = call_cli("segment", "check", "all", "--json", cwd=folder)
    assert json.loads(done.stdout)[0]["errors"] == [], done.stdout


def test_a_sequence_to_start_from_has_no_errors_and_runs(folder: Path) -> None:
    import_people(folder, hr_people(1))
    assert call_cli("sequence", "new", "retail", cwd=folder).returncode == 0
    checked = call_cli("sequence", "check", "retail", cwd=folder)
    assert checked.returncode == 0, checked.stderr
    settings = folder / "prospector.yaml"
    settings.write_text(
        settings.read_text("utf-8").replace('"sequence": "trio"', '"sequence": "retail"'), "utf-8"
    )
    ran = call_cli("run", "hr", "--json", cwd=folder)
    assert (ran.returncode, json.loads(ran.stdout)["exported"]) == (0, 1), ran.stderr
    assert call_cli("sequence", "new", "retail", cwd=folder).returncode == 2


def test_where_everything_stands_can_be_seen_without_the_right_to_write(folder: Path) -> None:
    import_people(folder, hr_people(2))
    paths = [folder, *folder.rglob("*")]
    for path in paths:
        path.chmod(0o500 if path.is_dir() else 0o400)
    try:
        for args in (["status"], ["campaign", "list"], ["doctor"]):
            done = run_as_anybody(*args, cwd=folder)
            assert done.returncode == 0, done.stderr + done.stdout
    finally:
        for path in paths:
            path.chmod(0o700)
    assert run_cli("status", cwd=folder).returncode == 0


def test_a_campaign_that_is_paused_is_told_and_not_proposed(folder: Path) -> None:
    import_people(folder, hr_people(2))
    assert "prospector plan hr" in call_cli("status", cwd=folder).stderr
    call_cli("pause", "hr", cwd=folder)
    done = call_cli("status", cwd=folder)
    assert "campaign hr is paused since" in done.stderr
    assert "prospector plan hr" not in done.stderr
    told = json.loads(call_cli("status", "--json", cwd=folder).stdout)
    assert told["campaigns"][0]["paused_since"] is not None
