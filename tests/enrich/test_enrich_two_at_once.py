"""Two commands at once on one database: no site at twice the pace, nothing paid twice, nothing lost."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sites import Sites, html
from workspaces import AS_OF, environment, hr_people, import_people, make_workspace, people_csv, run_cli

from prospector.core.errors import LockedError
from prospector.intake.rows.rejects import RejectsFile
from prospector.store.lock import exclusive
from prospector.workspace import Workspace


def start(folder: Path, *args: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "prospector", *args],
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = make_workspace(tmp_path / "ws", http={"connect_to": {"http": "127.0.0.1:9"}, "timeout": 2})
    import_people(folder, hr_people(2))
    return folder


def test_a_second_enrich_ends_with_5_and_asks_nobody(tmp_path: Path) -> None:
    asked, go_on = threading.Event(), threading.Event()

    async def slow(writer) -> None:  # type: ignore[no-untyped-def]
        import asyncio

        asked.set()
        while not go_on.is_set():
            await asyncio.sleep(0.02)
        writer.write(html("<p>hello</p>"))

    with Sites({("firm1.example", "/"): slow}) as sites:
        folder = make_workspace(
            tmp_path / "ws",
            http={"connect_to": {"http": sites.address}, "timeout": 30, "allow_private": True},
        )
        import_people(folder, hr_people(1))
        first = start(folder, "enrich", "--json")
        assert asked.wait(30)
        before = sites.asked.total()
        second = run_cli("enrich", cwd=folder)
        more = sites.asked.total() - before
        # What neither asks sites nor hands over goes on beside it.
        (folder / "more.csv").write_text(people_csv(hr_people(1, start=5)), encoding="utf-8")
        imported = run_cli("import", "more.csv", cwd=folder)
        ran = run_cli("run", "hr", cwd=folder)
        go_on.set()
        out, err = first.communicate(timeout=60)
    assert (second.returncode, more) == (5, 0), second.stderr
    assert "another `enrich` is at work" in second.stderr
    assert (imported.returncode, ran.returncode) == (0, 0), imported.stderr + ran.stderr
    assert (first.returncode, json.loads(out)["companies"]["asked"]) == (0, 1), err


def test_a_lock_of_look_ups_holds_for_every_path_to_the_database(folder: Path) -> None:
    with exclusive(folder / "prospector.db", "enrich"):
        assert run_cli("enrich", cwd=folder).returncode == 5
        with Workspace.open(folder) as opened, pytest.raises(LockedError):
            opened.enrich([1])
        assert run_cli("run", "hr", cwd=folder).returncode == 0


def test_look_ups_that_failed_are_a_result_and_counted(folder: Path) -> None:
    done = run_cli("enrich", "--json", cwd=folder)
    told = json.loads(done.stdout)["companies"]
    assert done.returncode == 0, done.stderr
    assert told == {"asked": 2, "found": 0, "none": 0, "blocked": 0, "failed": 2, "skipped": 0}
    planned = json.loads(run_cli("enrich", "--plan", "--json", cwd=folder).stdout)
    assert planned["companies"] == {"asked": 2, "skipped": 0}


def test_two_imports_at_once_both_go_in(folder: Path) -> None:
    for number in (1, 2):
        rows = people_csv(hr_people(3_000, start=10_000 * number))
        (folder / f"{number}.csv").write_text(rows, encoding="utf-8")
    both = [start(folder, "import", f"{number}.csv") for number in (1, 2)]
    errors = [one.communicate(timeout=100)[1] for one in both]
    assert [one.returncode for one in both] == [0, 0], errors
    with Workspace.open(folder) as opened:
        assert opened.db.value("SELECT count(*) FROM people") == 6_002


@pytest.mark.parametrize("ended", [False, True])
def test_two_imports_of_files_of_one_name_keep_a_rejects_file_each(tmp_path: Path, ended: bool) -> None:
    """Also where one of them begins when the other has written its lines and not yet put them in their place."""
    with RejectsFile(tmp_path, "list.csv", AS_OF) as first:
        first.value(2, "formula", "title", "one")
        if ended:
            first.settle()
        with RejectsFile(tmp_path, "list.csv", AS_OF) as second:
            second.value(2, "formula", "title", "two")
            first.value(3, "formula", "title", "one more") if not ended else None
            kept = [first.keep(), second.keep()]
    assert len(set(kept)) == 2
    assert ["one" in path.read_text() for path in kept if path] == [True, False]
    assert ["two" in path.read_text() for path in kept if path] == [False, True]
    assert sorted(tmp_path.iterdir()) == sorted(path for path in kept if path)


def test_what_a_kill_left_of_a_rejects_file_is_written_over(tmp_path: Path) -> None:
    code = "import os, sys, datetime, pathlib; from prospector.intake.rows.rejects import RejectsFile\n"
    code += (
        "one = RejectsFile(pathlib.Path(sys.argv[1]), 'list.csv', datetime.date(2026, 11, 23)).__enter__()\n"
    )
    code += "one.value(2, 'formula', 'title', 'killed'); one.settle(); os._exit(9)"
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert len(list(tmp_path.iterdir())) == 1
    with RejectsFile(tmp_path, "list.csv", AS_OF) as rejects:
        rejects.value(2, "formula", "title", "new")
        path = rejects.keep()
    assert path is not None
    assert "killed" not in path.read_text()
    assert list(tmp_path.iterdir()) == [path]


def test_whoever_cannot_write_for_long_ends_with_5_and_changes_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Workspace.open(folder) as busy, Workspace.open(folder) as other:
        other.db.patience = 0.1
        with busy.db.transaction():
            start_ = time.monotonic()
            with pytest.raises(LockedError) as caught:
                other.set_value("p1@firm1.example", "title", "CFO")
            assert time.monotonic() - start_ < 5
        assert caught.value.exit_code == 5
        assert other.person("p1@firm1.example").person.title == "HR Manager"
