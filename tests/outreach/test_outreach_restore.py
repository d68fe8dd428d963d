"""A restored backup, a new database, folders moved by hand: the exported folders know who has left."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from workspaces import (
    AS_OF,
    CAMPAIGN,
    TOUCHES,
    call_cli,
    exported_people,
    hr_people,
    import_people,
    make_workspace,
)

from prospector.core.errors import FileError
from prospector.outreach.run import RunResult
from prospector.workspace import Workspace

TOMORROW = AS_OF + timedelta(days=1)


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


def test_a_restored_backup_exports_nobody_twice(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    import_people(folder, hr_people(3))
    shutil.copy(folder / "prospector.db", tmp_path / "backup")
    run(folder)
    shutil.copy(tmp_path / "backup", folder / "prospector.db")
    assert (run(folder).exported, states(folder)) == (0, ["left"])
    shutil.copy(tmp_path / "backup", folder / "prospector.db")
    import_people(folder, hr_people(2, start=4))
    again = run(folder)
    assert (again.recovered, again.exported) == (("hr/2026-11-23-1",), 2)
    assert again.folder == folder / "exports" / "hr" / "2026-11-23-2"
    assert each_once(folder, 5)


def test_a_restored_backup_keeps_the_limits(tmp_path: Path) -> None:
    campaigns = {"hr": {**CAMPAIGN, "daily_cap": 2, "per_company": 2}}
    folder = make_workspace(tmp_path, campaigns=campaigns)
    import_people(folder, hr_people(4, companies=1))
    shutil.copy(folder / "prospector.db", tmp_path / "backup")
    run(folder)
    shutil.copy(tmp_path / "backup", folder / "prospector.db")
    assert run(folder).exported == 0
    assert run(folder, as_of=TOMORROW).exported == 0


def test_a_restored_backup_knows_people_without_an_address(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path, touches={"01-call.md": TOUCHES["02-call.md"]})
    import_people(folder, [["Ana", "Ruiz", "", "HR Manager", "Banco", "https://banco.example"]])
    shutil.copy(folder / "prospector.db", tmp_path / "backup")
    assert run(folder).exported == 1
    shutil.copy(tmp_path / "backup", folder / "prospector.db")
    assert run(folder).exported == 0


def test_a_plan_on_a_restored_backup_is_what_the_run_does_and_writes_nothing(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path, campaigns={"hr": {**CAMPAIGN, "daily_cap": 3}})
    import_people(folder, hr_people(5))
    shutil.copy(folder / "prospector.db", tmp_path / "backup")
    run(folder)
    shutil.copy(tmp_path / "backup", folder / "prospector.db")
    with Workspace.open(folder, as_of=TOMORROW) as workspace:
        before = list(workspace.db.connection.iterdump())
        planned = workspace.plan("hr")
        assert list(workspace.db.connection.iterdump()) == before
        again = workspace.plan("hr")
    assert (len(planned.leads), planned.already_enrolled) == (2, 3)
    done = run(folder, as_of=TOMORROW)
    assert planned == again == done.plan


def test_a_new_database_learns_from_the_folders_of_the_old_one(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    import_people(folder, hr_people(3))
    run(folder)
    (folder / "prospector.db").unlink()
    import_people(folder, hr_people(4))
    assert run(folder).exported == 1
    assert each_once(folder, 4)


def test_a_restored_backup_with_a_folder_missing_takes_no_name_twice(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    import_people(folder, hr_people(1))
    shutil.copy(folder / "prospector.db", tmp_path / "backup")
    for start in (2, 3):
        run(folder)
        import_people(folder, hr_people(1, start=start))
    run(folder)
    shutil.rmtree(folder / "exports" / "hr" / "2026-11-23-2")
    shutil.copy(tmp_path / "backup", folder / "prospector.db")
    import_people(folder, hr_people(4))
    result = run(folder)
    assert result.folder == folder / "exports" / "hr" / "2026-11-23-4"
    assert each_once(folder, 4)


def test_a_folder_that_was_renamed_after_the_upload_still_counts(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    import_people(folder, hr_people(2))
    shutil.copy(folder / "prospector.db", tmp_path / "backup")
    run(folder)
    left = folder / "exports" / "hr" / "2026-11-23-1"
    shutil.copytree(left, left.with_name("2026-11-23-1 copy"))
    left.rename(left.with_name("uploaded"))
    assert run(folder).exported == 0
    shutil.copy(tmp_path / "backup", folder / "prospector.db")
    assert run(folder).exported == 0


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"{",
        b"\xff\xfe{}",
        b"null",
        b"[]",
        b"{}",
        b'{"run": 1, "campaign": "hr", "as_of": "2026-11-23", "enrolled": [], "files": []}',
        b'{"run": "x", "campaign": "hr", "as_of": "2026-11-23", "enrolled": [], "files": []}',
        b'{"run": "hr/2026-11-23-1", "campaign": "hr", "as_of": "23.11.", "enrolled": [], "files": []}',
        b'{"run": "hr/2026-11-23-1", "campaign": "hr", "as_of": "2026-11-23", "enrolled": [{}], "files": []}',
        b'{"run": "hr/2026-11-23-1", "campaign": "hr", "as_of": "2026-11-23", "enrolled": ["a"], "files": []}',
    ],
)
def test_a_damaged_manifest_stops_the_run_with_a_hint(tmp_path: Path, damaged: bytes) -> None:
    folder = make_workspace(tmp_path)
    import_people(folder, hr_people(2))
    result = run(folder)
    assert result.folder is not None
    manifest = result.folder / "manifest.json"
    manifest.write_bytes(damaged)
    told = call_cli("run", "hr", "--dry-run", cwd=folder)
    assert (told.returncode, "restore the file" in told.stderr) == (2, True)
    assert call_cli("plan", "hr", cwd=folder).returncode == 2
    with pytest.raises(FileError) as caught:
        run(folder)
    assert (caught.value.path, caught.value.exit_code) == (manifest, 2)
    assert "not a readable manifest (" in caught.value.what
    assert "restore the file" in caught.value.hint
    assert states(folder) == ["left"]
