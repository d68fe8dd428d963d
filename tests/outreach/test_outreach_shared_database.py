"""Workspaces that share a database share its lock; each finishes its own runs and nobody else's."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from workspaces import (
    AS_OF,
    TOUCHES,
    call_cli,
    exported_people,
    folder_bytes,
    hr_people,
    import_people,
    make_workspace,
    run_cli,
    share,
)

from prospector.core.errors import FileError, LockedError
from prospector.outreach.run import RunResult
from prospector.store.lock import exclusive
from prospector.workspace import Workspace

TOMORROW = AS_OF + timedelta(days=1)
FIRST = "hr/2026-11-23-1"


def run(folder: Path, *, as_of: Any = AS_OF) -> RunResult:
    with Workspace.open(folder, as_of=as_of) as workspace:
        return workspace.run("hr")


def stop(folder: Path, *, begun: bool = False) -> None:
    """A run that stops after its intent; `begun`: after it has begun to write, too."""
    exports = folder / "exports"
    kept = exports.rename(folder / "kept") if exports.exists() else None
    exports.write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(FileError):
        run(folder)
    exports.unlink()
    if kept:
        kept.rename(exports)
    if begun:
        (exports / "hr" / ".2026-11-23-1.part").mkdir(parents=True)


def sql(folder: Path, statement: str) -> list[tuple[Any, ...]]:
    with Workspace.open(folder, as_of=AS_OF) as workspace, workspace.db.transaction():
        return [tuple(row) for row in workspace.db.rows(statement)]


def each_once(count: int, *folders: Path) -> bool:
    found = Counter(person for folder in folders for person in exported_people(folder))
    return len(found) == count and set(found.values()) <= {1}


# The lock


@pytest.mark.parametrize(
    "database", ["../shared.db", "../link.db", "{}/b/../shared.db", "../b/link/shared.db"]
)
def test_every_path_to_a_database_takes_the_same_lock(tmp_path: Path, database: str) -> None:
    (tmp_path / "link.db").symlink_to("shared.db")
    folder, other = share(tmp_path / "a"), share(tmp_path / "b", database.format(tmp_path))
    (other / "link").symlink_to(tmp_path, target_is_directory=True)
    import_people(folder, hr_people(2))
    with exclusive(folder / "../shared.db"):
        done = run_cli("run", "hr", cwd=other)
        with pytest.raises(LockedError):
            run(other)
    assert done.returncode == 5
    assert f"another run is at work on this database ({tmp_path / 'shared.db'})" in done.stderr
    assert [path.name for path in tmp_path.rglob("*.lock")] == ["shared.db.lock"]
    assert (run(other).exported, run(folder).exported) == (2, 0)


def test_workspaces_with_a_database_each_do_not_wait_for_each_other(tmp_path: Path) -> None:
    folder, other = make_workspace(tmp_path / "a"), make_workspace(tmp_path / "b")
    import_people(folder, hr_people(2))
    with exclusive(other / "prospector.db"):
        assert run(folder).exported == 2


def test_who_may_use_the_database_may_use_its_lock(tmp_path: Path) -> None:
    folder = share(tmp_path / "a")
    import_people(folder, hr_people(1))
    (tmp_path / "shared.db").chmod(0o660)
    run(folder)
    assert stat.S_IMODE((tmp_path / "shared.db.lock").stat().st_mode) == 0o660


# Stopped half-way


def test_a_run_that_stopped_is_finished_by_its_own_workspace_alone(tmp_path: Path) -> None:
    folder, other, straight = share(tmp_path / "a"), share(tmp_path / "b"), make_workspace(tmp_path / "c")
    for one in (folder, straight):
        import_people(one, hr_people(3))
    stop(folder)
    import_people(other, hr_people(2, start=4))
    result = run(other)
    assert (result.recovered, result.exported) == ((), 2)
    assert exported_people(folder) == []
    assert run(folder, as_of=TOMORROW).recovered == (FIRST,)
    run(straight)
    assert folder_bytes(folder / "exports") == folder_bytes(straight / "exports")
    assert each_once(5, folder, other)
    assert run(other).unfinished_elsewhere == ()


def test_a_run_that_another_workspace_must_finish_is_said(tmp_path: Path) -> None:
    folder, other = share(tmp_path / "a b"), share(tmp_path / "c")
    import_people(folder, hr_people(3))
    stop(folder)
    done = call_cli("run", "hr", "hr", "--json", "--quiet", cwd=other)
    assert done.returncode == 0
    assert done.stderr == (
        f"a run of another workspace ({folder}) has stopped half-way (3 people wait); "
        f"finish it there: prospector run hr --workspace '{folder}'\n"
    )
    waits = {"run": FIRST, "campaign": "hr", "people": 3, "workspace": str(folder)}
    assert [shape["unfinished_elsewhere"] for shape in json.loads(done.stdout)] == [[waits], [waits]]
    there = call_cli("run", "hr", "--workspace", str(folder), cwd=other)
    assert f"finished or learned an earlier run: {FIRST}" in there.stderr
    assert each_once(3, folder, other)


def test_a_database_and_its_workspaces_can_be_moved_together(tmp_path: Path) -> None:
    folder, other = share(tmp_path / "old" / "a"), share(tmp_path / "old" / "b")
    import_people(folder, hr_people(3))
    stop(folder)
    (tmp_path / "old").rename(tmp_path / "new")
    folder, other = tmp_path / "new" / "a", tmp_path / "new" / "b"
    assert [one.workspace for one in run(other).unfinished_elsewhere] == [folder]
    assert run(folder).recovered == (FIRST,)
    assert each_once(3, folder, other)


@pytest.mark.parametrize("begun", [False, True])
def test_a_workspace_that_vanished_blocks_nobody(tmp_path: Path, begun: bool) -> None:
    folder, other = share(tmp_path / "a"), share(tmp_path / "b")
    import_people(folder, hr_people(3))
    stop(folder, begun=begun)
    shutil.rmtree(folder)
    import_people(other, hr_people(5))
    done = call_cli("run", "hr", cwd=other)
    assert done.returncode == 0
    assert f"({folder}) has stopped half-way (3 people wait) and is not to be seen" in done.stderr
    assert exported_people(other) == ["p4@firm4.example", "p5@firm5.example"]


def test_a_workspace_that_was_moved_finishes_what_it_had_begun(tmp_path: Path) -> None:
    folder, other = share(tmp_path / "a"), share(tmp_path / "b")
    import_people(folder, hr_people(3))
    stop(folder, begun=True)
    moved = folder.rename(tmp_path / "c")
    assert run(other).recovered == ()
    assert run(moved).recovered == (FIRST,)
    assert each_once(3, moved, other)


def test_the_hint_for_a_workspace_that_was_moved_works(tmp_path: Path) -> None:
    folder = share(tmp_path / "a")
    import_people(folder, hr_people(3))
    stop(folder)
    moved = folder.rename(tmp_path / "c")
    said = call_cli("run", "hr", cwd=moved).stderr
    command = said.partition("where it stands now: ")[2].partition(", then")[0]
    subprocess.run(command, shell=True, cwd=moved, check=True)
    assert run(moved).recovered == (FIRST,)
    assert each_once(3, moved)


def test_a_copy_of_a_workspace_does_not_finish_the_runs_of_the_original(tmp_path: Path) -> None:
    folder = share(tmp_path / "a")
    import_people(folder, hr_people(3))
    stop(folder, begun=True)
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    assert run(copy).recovered == ()
    assert run(folder).recovered == (FIRST,)
    assert each_once(3, folder, copy)


# Runs of the version before, which did not record their folders


def stop_before_folders_were_recorded(folder: Path, *, begun: bool = False) -> None:
    stop(folder, begun=begun)
    sql(folder, "UPDATE runs SET folder = NULL")


@pytest.mark.parametrize("database", ["prospector.db", "data/people.db", "../elsewhere/p.db"])
def test_an_old_run_is_finished_where_the_database_lies_or_where_it_began(
    tmp_path: Path, database: str
) -> None:
    folder = share(tmp_path / "a", database)
    (folder / database).parent.mkdir(exist_ok=True)
    import_people(folder, hr_people(3))
    stop_before_folders_were_recorded(folder, begun=database.startswith(".."))
    other = share(tmp_path / "b", str((folder / database).resolve()))
    assert (run(other).recovered, exported_people(other)) == ((), [])
    assert run(folder).recovered == (FIRST,)
    assert each_once(3, folder, other)


def test_an_old_run_that_left_without_being_written_down_is_not_handed_over_again(tmp_path: Path) -> None:
    folder, other = share(tmp_path / "a"), share(tmp_path / "b")
    import_people(folder, hr_people(3))
    run(folder)
    sql(folder, "UPDATE runs SET folder = NULL, state = 'intended'")
    before = folder_bytes(folder / "exports")
    assert run(other).recovered == ()
    assert run(folder).recovered == (FIRST,)
    assert folder_bytes(folder / "exports") == before


def test_an_old_run_of_nobody_knows_where_is_left_and_said_with_a_way_out(tmp_path: Path) -> None:
    folder, other = share(tmp_path / "a"), share(tmp_path / "b")
    import_people(folder, hr_people(3))
    stop_before_folders_were_recorded(folder)
    for one in (folder, other):
        done = call_cli("run", "hr", "--json", cwd=one)
        [waits] = json.loads(done.stdout)["unfinished_elsewhere"]
        assert (done.returncode, waits["workspace"]) == (0, None)
    assert f"the run {FIRST} has stopped half-way in a workspace that is not recorded" in done.stderr
    command = done.stderr.partition("where it began: ")[2].partition(", then")[0]
    subprocess.run(command, shell=True, cwd=folder, check=True)
    assert run(other).recovered == ()
    assert run(folder).recovered == (FIRST,)
    assert each_once(3, folder, other)


# The same name twice


def test_a_campaign_of_the_same_name_gives_each_run_its_own(tmp_path: Path) -> None:
    folder, other = (share(tmp_path / name, daily_cap=count) for name, count in (("a", 2), ("b", 4)))
    import_people(folder, hr_people(4))
    assert [run(one).run for one in (folder, other)] == [FIRST, "hr/2026-11-23-2"]
    assert each_once(4, folder, other)


def test_a_workspace_that_comes_to_share_a_database_brings_its_runs_along(tmp_path: Path) -> None:
    folder, other = share(tmp_path / "a"), make_workspace(tmp_path / "b")
    import_people(folder, hr_people(2))
    import_people(other, hr_people(2, start=3))
    run(folder)
    run(other)
    share(other)
    import_people(other, hr_people(6))
    result = run(other)
    assert (result.recovered, result.run) == (("hr/2026-11-23-2",), "hr/2026-11-23-3")
    assert each_once(6, folder, other)
    for one in (folder, other):
        again = run(one)
        assert (again.recovered, again.exported) == ((), 0)


def test_a_folder_of_the_same_name_does_not_stand_for_a_stopped_run(tmp_path: Path) -> None:
    folder, other = share(tmp_path / "a"), make_workspace(tmp_path / "b")
    import_people(folder, hr_people(3))
    import_people(other, hr_people(2, start=4))
    run(other)
    stop_before_folders_were_recorded(folder, begun=True)
    share(other)
    result = run(other)
    assert result.recovered == ("hr/2026-11-23-2",)
    assert [one.run for one in result.unfinished_elsewhere] == [FIRST]
    assert run(folder).recovered == (FIRST,)
    assert each_once(5, folder, other)


def test_a_known_run_whose_people_were_merged_is_not_learned_again(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path, touches={"01-call.md": TOUCHES["02-call.md"]})
    rows = [["Ana", "Ruiz", "", "HR Manager", "Banco", "https://banco.example"]]
    import_people(folder, [*rows, ["Anna", "Ruiz", "", "HR Manager", "Banco", "https://banco.example"]])
    assert run(folder).exported == 2
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        workspace.merge("person:1", "person:2")
    assert run(folder).recovered == ()
    assert sql(folder, "SELECT name FROM runs") == [(FIRST,)]


@pytest.mark.parametrize("first", [0, 1])
def test_a_restored_backup_learns_from_every_workspace_that_it_knows(tmp_path: Path, first: int) -> None:
    pair = [share(tmp_path / name, daily_cap=3 * (n + 1)) for n, name in enumerate("ab")]
    import_people(pair[0], hr_people(4))
    for one in pair:
        run(one)
    shutil.copy(tmp_path / "shared.db", tmp_path / "backup")
    import_people(pair[0], hr_people(9))
    for one in pair:
        run(one, as_of=TOMORROW)
    shutil.copy(tmp_path / "backup", tmp_path / "shared.db")
    import_people(pair[0], hr_people(9))
    after = AS_OF + timedelta(days=2)
    for one in (pair[first], pair[1 - first]):
        run(one, as_of=after)
    assert each_once(9, *pair)


def test_a_workspace_that_went_to_a_database_of_its_own_is_left_to_itself(tmp_path: Path) -> None:
    folder, other = share(tmp_path / "a"), share(tmp_path / "b")
    import_people(folder, hr_people(2))
    run(other)
    make_workspace(other)
    import_people(other, hr_people(4))
    run(other)
    import_people(folder, hr_people(4))
    assert (run(folder).recovered, exported_people(folder)) == (
        (),
        ["p3@firm3.example", "p4@firm4.example"],
    )


@pytest.mark.parametrize("settings", ["database: [", "nonsense: 1"])
def test_a_slip_in_the_settings_of_another_workspace_neither_blocks_nor_doubles(
    tmp_path: Path, settings: str
) -> None:
    folder, other = share(tmp_path / "a"), share(tmp_path / "b", daily_cap=1)
    import_people(folder, hr_people(1))
    run(other)
    shutil.copy(tmp_path / "shared.db", tmp_path / "backup")
    import_people(folder, hr_people(2))
    run(other, as_of=TOMORROW)
    shutil.copy(tmp_path / "backup", tmp_path / "shared.db")
    (other / "prospector.yaml").write_text(settings, encoding="utf-8")
    import_people(folder, hr_people(3))
    assert run(folder, as_of=TOMORROW).exported == 1
    assert each_once(3, folder, other)
