"""Each destination by `run`: its files are private and in the manifest, and a run that stopped writes the same again."""

from __future__ import annotations

import json
import stat
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from workspaces import AS_OF, CAMPAIGN, call_cli, folder_bytes, hr_people, import_people, make_workspace

from prospector.destinations.registry import DESTINATIONS
from prospector.workspace import Workspace


def handed_over(folder: Path, name: str, **more: Any) -> dict[str, Any]:
    make_workspace(folder, campaigns={"hr": {**CAMPAIGN, "destination": name, **more}})
    import_people(folder, hr_people(3))
    done = call_cli("run", "hr", "--json", cwd=folder)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("name", list(DESTINATIONS))
def test_a_run_hands_over_files_that_are_ours_alone_and_in_the_manifest(tmp_path: Path, name: str) -> None:
    found = handed_over(tmp_path, name)
    assert found["exported"] == 3
    run = Path(found["manifest"]).parent
    manifest = json.loads(Path(found["manifest"]).read_text(encoding="utf-8"))
    assert [one["name"] for one in manifest["files"]] == [Path(one).name for one in found["files"]]
    for path in run.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    assert {path.name for path in run.iterdir()} == {Path(one).name for one in found["files"]} | {
        "manifest.json"
    }


@pytest.mark.parametrize("name", list(DESTINATIONS))
def test_a_run_that_stopped_before_its_files_writes_the_same_bytes(tmp_path: Path, name: str) -> None:
    folder = make_workspace(tmp_path / "a", campaigns={"hr": {**CAMPAIGN, "destination": name}})
    import_people(folder, hr_people(3))
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        workspace.run("hr")
    whole = folder_bytes(folder / "exports")
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        workspace.db.execute("UPDATE runs SET state = 'intended', manifest_sha256 = NULL")
        workspace.db.execute("UPDATE deliveries SET state = 'intended'")
    for path in sorted((folder / "exports").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        assert workspace.run("hr").recovered
    assert folder_bytes(folder / "exports") == whole


def test_mails_carry_the_persons_own_one_click_link_and_follow_ups_answer_the_first(tmp_path: Path) -> None:
    found = handed_over(tmp_path, "eml")
    mails = [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in sorted(Path(found["manifest"]).parent.rglob("*.eml"))
    ]
    links = {str(one["List-Unsubscribe"]) for one in mails}
    assert len(links) == 3
    for one in mails:
        assert one["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        text = one.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        assert one["In-Reply-To"] or str(one["List-Unsubscribe"])[1:-1] in text
    by_id = {str(one["Message-ID"]): one for one in mails}
    replies = [one for one in mails if one["In-Reply-To"]]
    assert replies
    assert all(str(one["Subject"]) == f"Re: {by_id[one['In-Reply-To']]['Subject']}" for one in replies)


@pytest.mark.parametrize("name", ["eml", "instantly"])
def test_a_test_gives_one_persons_mails_to_oneself_and_counts_for_nothing(tmp_path: Path, name: str) -> None:
    folder = make_workspace(tmp_path, campaigns={"hr": {**CAMPAIGN, "destination": name}})
    import_people(folder, hr_people(3))
    for _ in range(2):
        done = call_cli("run", "hr", "--test", "me@tidewater.test", cwd=folder)
        assert done.returncode == 0, done.stderr
    paths = sorted((folder / "exports" / "hr" / "test").rglob("*.eml"))
    mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]
    assert [one["To"].addresses[0].addr_spec for one in mails] == ["me@tidewater.test"] * 2
    assert mails[1]["In-Reply-To"] == mails[0]["Message-ID"]
    assert [one["List-Unsubscribe"] for one in mails] == [None, None]
    assert "/TOKEN" in mails[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in paths)
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        assert workspace.db.value("SELECT count(*) FROM enrolments") == 0
        assert workspace.run("hr").exported == 3


def test_a_test_says_what_is_no_address_and_when_nobody_is_new(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    done = call_cli("run", "hr", "--test", "me", cwd=folder)
    assert (done.returncode, "no address" in done.stderr) == (2, True)
    done = call_cli("run", "hr", "--test", "me@tidewater.test", "--json", cwd=folder)
    assert (done.returncode, json.loads(done.stdout)["files"]) == (0, [])
    assert "nobody is new" in done.stderr


def test_a_sender_whom_mails_cannot_come_from_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    sender = {"email": "ñora@tidewater.test"}
    folder = make_workspace(tmp_path, campaigns={"hr": {**CAMPAIGN, "destination": "eml"}}, sender=sender)
    import_people(folder, hr_people(1))
    done = call_cli("plan", "hr", cwd=folder)
    assert (done.returncode, "ñora@tidewater.test" in done.stderr) == (2, True)
