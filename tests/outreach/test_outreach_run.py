"""Handing over: nobody twice, nobody lost, whatever happens in between."""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sites import Sites, html
from workspaces import (
    AS_OF,
    CAMPAIGN,
    TOUCHES,
    exported_people,
    folder_bytes,
    hr_people,
    import_people,
    make_workspace,
    run_cli,
)

from prospector.core.errors import FileError, LockedError
from prospector.outreach import drafts, ledger
from prospector.outreach import run as run_module
from prospector.outreach.drafts import Draft
from prospector.outreach.ledger import Ledger
from prospector.outreach.run import Runner, RunResult
from prospector.store.lock import exclusive
from prospector.workspace import Workspace

TOMORROW = AS_OF + timedelta(days=1)


class Stopped(BaseException):
    """The run ends here, as if the machine had been switched off."""


def run(folder: Path, name: str = "hr", *, as_of: Any = AS_OF) -> RunResult:
    with Workspace.open(folder, as_of=as_of) as workspace:
        return workspace.run(name)


def each_once(folder: Path, count: int) -> bool:
    found = Counter(exported_people(folder))
    return len(found) == count and set(found.values()) <= {1}


def states(folder: Path) -> list[str]:
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        assert workspace.db.value("PRAGMA integrity_check") == "ok"
        return [row["state"] for row in workspace.db.rows("SELECT state FROM runs ORDER BY id")]


def test_a_second_run_hands_nothing_over_and_the_next_day_only_the_new(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    import_people(folder, hr_people(3))
    first = run(folder)
    assert (first.exported, [path.name for path in first.files]) == (3, ["touches.csv"])
    before = folder_bytes(folder / "exports")
    again = run(folder)
    assert (again.exported, again.folder, again.plan.already_enrolled) == (0, None, 3)
    import_people(folder, hr_people(2, start=4), as_of=TOMORROW)
    assert run(folder, as_of=TOMORROW).exported == 2
    after = folder_bytes(folder / "exports")
    assert {name: after[name] for name in before} == before
    assert each_once(folder, 5)


def test_every_touch_of_a_run_is_in_the_ledger(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    import_people(folder, hr_people(2))
    result = run(folder)
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        rows = workspace.db.rows(
            "SELECT e.email, t.touch, t.send_at, t.subject, t.text, t.left_on FROM touches t "
            "JOIN enrolments e ON e.id = t.enrolment_id ORDER BY t.id"
        )
    assert [tuple(row) for row in rows] == [
        (lead.email, touch.touch, touch.send_at, touch.subject, touch.text, "2026-11-23")
        for lead in result.plan.leads
        for touch in lead.touches
    ]


def test_a_dry_run_equals_the_plan(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path, campaigns={"hr": {**CAMPAIGN, "daily_cap": 2}})
    import_people(folder, hr_people(3))
    before = folder_bytes(folder)
    dry = run_cli("run", "hr", "--dry-run", "--json", cwd=folder)
    planned = run_cli("plan", "hr", "--json", cwd=folder)
    assert (dry.returncode, planned.returncode) == (0, 0)
    assert json.loads(dry.stdout)["new"] == 2
    assert dry.stdout == planned.stdout
    assert folder_bytes(folder) == before


def test_what_run_says_is_what_plan_said(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    import_people(folder, hr_people(3))
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        planned = workspace.plan("hr").as_json()
        done = workspace.run("hr").as_json()
    assert {**done, "exported": 0, "files": [], "manifest": None} == {
        **planned,
        "recovered": [],
        "unfinished_elsewhere": [],
        "refused": [],
        "unsettled": 0,
        "stopped": None,
    }
    assert done["exported"] == 3
    assert [Path(path).is_file() for path in (*done["files"], done["manifest"])] == [True, True]


@pytest.mark.parametrize("destination", ["csv", "jsonl", "instantly"])
def test_the_same_inputs_give_the_same_bytes(tmp_path: Path, destination: str) -> None:
    exports = []
    for name in ("one", "another-place"):
        campaigns = {"hr": {**CAMPAIGN, "destination": destination, "daily_cap": 4}}
        folder = make_workspace(tmp_path / name, campaigns=campaigns)
        import_people(folder, hr_people(6))
        run(folder)
        exports.append(folder_bytes(folder / "exports"))
    assert exports[0] == exports[1]
    assert "hr/2026-11-23-1/manifest.json" in exports[0]


def test_the_manifest_says_what_left_without_a_clock(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path, campaigns={"hr": {**CAMPAIGN, "daily_cap": 1}})
    import_people(folder, hr_people(2))
    result = run(folder)
    assert result.folder is not None
    manifest = json.loads((result.folder / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["run"], manifest["as_of"]) == ("hr/2026-11-23-1", "2026-11-23")
    assert [one["email"] for one in manifest["enrolled"]] == ["p1@firm1.example"]
    assert [one["reason"] for one in manifest["held_back"]] == ["daily_cap"]
    body = (result.folder / "touches.csv").read_bytes()
    assert manifest["files"][0]["bytes"] == len(body)
    assert str(tmp_path) not in json.dumps(manifest)


def intend(folder: Path) -> None:
    """A run that stopped right after its intent."""
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        Runner(workspace.db, folder).intend(workspace.plan("hr"), workspace.campaign_files("hr"))


@pytest.mark.parametrize(("kind", "value"), [("email", "p2@firm2.example"), ("domain", "firm2.example")])
def test_a_suppression_between_intent_and_hand_over_is_honoured(
    tmp_path: Path, kind: Any, value: str
) -> None:
    folder = make_workspace(tmp_path)
    import_people(folder, hr_people(3))
    intend(folder)
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        workspace.suppressions.add(kind, value, reason="asked", source="by hand", on=AS_OF)
    result = run(folder, as_of=TOMORROW)
    assert (result.recovered, result.exported) == (("hr/2026-11-23-1",), 0)
    assert exported_people(folder) == ["p1@firm1.example", "p3@firm3.example"]
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        workspace.suppressions.remove(kind, value)
        left = workspace.db.rows(
            "SELECT DISTINCT e.email FROM touches t JOIN enrolments e ON e.id = t.enrolment_id"
        )
    assert sorted(row["email"] for row in left) == exported_people(folder)


def test_a_suppression_that_comes_while_the_run_works_is_not_counted_as_exported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_workspace(tmp_path)
    import_people(folder, hr_people(3))
    leave = Runner._leave

    def suppress_first(self: Runner, *args: Any) -> Any:
        self._suppressions.add("email", "p2@firm2.example", reason="asked", source="by hand", on=AS_OF)
        return leave(self, *args)

    monkeypatch.setattr(Runner, "_leave", suppress_first)
    assert run(folder).exported == 2
    assert len(exported_people(folder)) == 2


def stop_in(
    target: Any, name: str, nth: int = 1, *, after: bool = False
) -> Callable[[pytest.MonkeyPatch], None]:
    """Stop at the nth call of a function, before it works or after it."""

    def arrange(monkeypatch: pytest.MonkeyPatch) -> None:
        real, calls = getattr(target, name), []

        def stopping(*args: Any, **named: Any) -> Any:
            calls.append(1)
            if len(calls) == nth and not after:
                raise Stopped
            result = real(*args, **named)
            if len(calls) == nth:
                raise Stopped
            return result

        monkeypatch.setattr(target, name, stopping)

    return arrange


STOPS = {
    "while people are gathered": stop_in(Draft, "_keep", 2, after=True),
    "before the intent": stop_in(Ledger, "intend"),
    "while the intent is written": stop_in(Ledger, "_enrol", after=True),
    "before the intent is kept": stop_in(Ledger, "intend", after=True),
    "before the folder": stop_in(Runner, "_still_allowed"),
    "between two batches of the files": stop_in(Ledger, "_touches", 2),
    "after the last batch of the files": stop_in(Ledger, "_touches", 3, after=True),
    "before the files": stop_in(Path, "mkdir"),
    "before the manifest": stop_in(run_module, "_file_entry"),
    "while files are synced": stop_in(os, "fsync", 1),
    "before the rename": stop_in(Path, "rename"),
    "after the rename": stop_in(Path, "rename", after=True),
    "before the fact": stop_in(Ledger, "has_left"),
    "after the fact": stop_in(Ledger, "has_left", after=True),
    "when all is done": stop_in(Runner, "hand_over", after=True),
}


@pytest.mark.parametrize("at", STOPS)
def test_a_run_that_stops_anywhere_is_finished_by_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    folder = make_workspace(tmp_path)
    import_people(folder, hr_people(5))
    with monkeypatch.context() as patched:
        for module in (drafts, ledger):
            patched.setattr(module, "_BATCH", 2)
        STOPS[at](patched)
        with pytest.raises(Stopped):
            run(folder)
    import_people(folder, hr_people(1, start=6))
    run(folder, as_of=TOMORROW)
    assert each_once(folder, 6)
    assert set(states(folder)) == {"left"}
    assert run(folder, as_of=TOMORROW).exported == 0


def test_a_half_written_folder_of_a_stopped_run_is_written_anew(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    import_people(folder, hr_people(3))
    intend(folder)
    part = folder / "exports" / "hr" / ".2026-11-23-1.part"
    part.mkdir(parents=True)
    (part / "manifest.json").write_text('{"run": "hr/20', encoding="utf-8")
    (part / "touches.csv").write_text("email\r\nhalf", encoding="utf-8")
    assert run(folder).recovered == ("hr/2026-11-23-1",)
    assert each_once(folder, 3)
    assert not part.exists()


def test_a_folder_that_never_left_is_not_learned_after_a_restored_backup(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    import_people(folder, hr_people(3))
    shutil.copy(folder / "prospector.db", tmp_path / "backup")
    run(folder)
    left = folder / "exports" / "hr" / "2026-11-23-1"
    left.rename(left.with_name(".2026-11-23-1.part"))  # the rename is what makes it leave
    shutil.copy(tmp_path / "backup", folder / "prospector.db")
    assert run(folder).exported == 3
    assert each_once(folder, 3)


def test_the_finished_folder_has_the_bytes_that_the_stopped_run_would_have_written(tmp_path: Path) -> None:
    stopped, straight = make_workspace(tmp_path / "a"), make_workspace(tmp_path / "b")
    for folder in (stopped, straight):
        import_people(folder, hr_people(3))
    intend(stopped)
    (stopped / "templates" / "trio" / "01-hello.md").write_text(
        TOUCHES["01-hello.md"].replace("a word", "another word"), encoding="utf-8"
    )
    run(stopped, as_of=TOMORROW)
    run(straight)
    assert folder_bytes(stopped / "exports") == folder_bytes(straight / "exports")


def test_only_one_run_works_at_a_time(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    import_people(folder, hr_people(2))
    with exclusive(folder / "prospector.db"):
        done = run_cli("run", "hr", cwd=folder)
        with pytest.raises(LockedError):
            run(folder)
    assert (done.returncode, done.stdout) == (5, "")
    error, hint = done.stderr.splitlines()
    assert error == f"error: another run is at work on this database ({folder / 'prospector.db'})"
    assert hint.startswith("hint: wait until it is done")
    assert run(folder).exported == 2


def test_a_lock_that_cannot_be_opened_is_an_error_with_a_hint(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    (folder / "prospector.db.lock").mkdir()
    with pytest.raises(FileError) as caught:
        run(folder)
    assert caught.value.hint


def test_exports_that_cannot_be_written_lose_nothing(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    import_people(folder, hr_people(3))
    (folder / "exports").write_text("a file where the folder should be", encoding="utf-8")
    done = run_cli("run", "hr", cwd=folder)
    assert done.returncode == 2
    error, hint = done.stderr.splitlines()
    assert error.startswith(f"error: {folder / 'exports' / 'hr' / '2026-11-23-1'}: cannot be written")
    assert "run again" in hint
    assert states(folder) == ["intended"]
    (folder / "exports").unlink()
    again = run_cli("run", "hr", cwd=folder)
    assert again.returncode == 0
    assert "hr/2026-11-23-1" in again.stderr
    assert each_once(folder, 3)


def test_a_run_that_finishes_another_says_where_its_files_are(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    import_people(folder, hr_people(3))
    intend(folder)
    shape = json.loads(run_cli("run", "hr", "--json", cwd=folder).stdout)
    assert (shape["recovered"], shape["exported"]) == (["hr/2026-11-23-1"], 0)


def test_several_campaigns_are_checked_before_the_first_runs(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    import_people(folder, hr_people(2))
    done = run_cli("run", "hr", "hrr", cwd=folder)
    assert done.returncode == 2
    assert 'did you mean "hr"?' in done.stderr
    assert exported_people(folder) == []


def test_several_campaigns_give_a_list(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path, campaigns={"a": dict(CAMPAIGN), "b": dict(CAMPAIGN)})
    import_people(folder, hr_people(2))
    shapes = json.loads(run_cli("run", "a", "b", "--json", cwd=folder).stdout)
    assert [(shape["campaign"], shape["exported"]) for shape in shapes] == [("a", 2), ("b", 2)]


@pytest.mark.parametrize("enriches", [True, False])
def test_a_campaign_that_says_so_looks_up_first_what_can_still_change_its_segment(
    tmp_path: Path, enriches: bool
) -> None:
    script = '<script id="hs-script-loader" async src="//js.hs-scripts.com/4455667.js"></script>'
    page = html(f"<html><head>{script}</head><body><p>{'Words of the company. ' * 30}</p></body></html>")
    with Sites({("firm1.example", "/"): page}) as sites:
        folder = make_workspace(
            tmp_path,
            campaigns={"hr": {**CAMPAIGN, "enrich": enriches}},
            http={"connect_to": {"http": sites.address}, "timeout": 2},
            segment="person: {department: hr}\ncompany: {uses: HubSpot}\n",
        )
        import_people(folder, hr_people(1))
        assert run(folder).exported == (1 if enriches else 0)
        assert bool(sites.asked_for("/")) == enriches
