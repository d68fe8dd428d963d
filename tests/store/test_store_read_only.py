"""A workspace that may only be read can be read, and says what it is when somebody wants to write."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from rights import run_as_anybody
from workspaces import folder_bytes, hr_people, import_people, make_workspace

READING = [
    ["find", "--segment", "hr", "--json"],
    ["find", "--segment", "hr", "--count"],
    ["show", "p1@firm1.example"],
    ["why", "p1@firm1.example"],
    ["segment", "explain", "hr"],
    ["segment", "explain", "hr", "--person", "p1@firm1.example"],
    ["segment", "list"],
    ["duplicates"],
    ["suppress", "list"],
    ["fields"],
    ["config", "show"],
    ["sequence", "preview", "trio"],
    ["plan", "hr"],
]


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Neither the folder nor anything in it may be written."""
    folder = make_workspace(tmp_path_factory.mktemp("locked") / "ws")
    import_people(folder, hr_people(3))
    paths = [folder, *folder.rglob("*")]
    for path in paths:
        path.chmod(0o500 if path.is_dir() else 0o400)
    yield folder
    for path in paths:
        path.chmod(0o700)


@pytest.mark.parametrize("args", READING, ids=" ".join)
def test_what_only_reads_needs_no_right_to_write(locked: Path, args: list[str]) -> None:
    before = folder_bytes(locked)
    done = run_as_anybody(*args, cwd=locked)
    assert done.returncode == 0, done.stderr
    assert "error" not in done.stderr
    assert folder_bytes(locked) == before


@pytest.mark.parametrize(
    "args",
    [
        ["suppress", "add", "p1@firm1.example"],
        ["set", "p1@firm1.example", "title", "CFO"],
        ["undo"],
        ["run", "hr"],
        ["enrich"],
        ["find", "--role", "HR manager", "--save", "new"],
    ],
    ids=" ".join,
)
def test_what_writes_says_that_it_may_not(locked: Path, args: list[str]) -> None:
    done = run_as_anybody(*args, cwd=locked)
    assert done.returncode == 2, done.stderr
    assert "unexpected" not in done.stderr
    assert "write to it" in done.stderr or "may write" in done.stderr or "written" in done.stderr, done.stderr


def test_an_open_journal_is_read_with_the_file(tmp_path: Path) -> None:
    """A copy of a database that is in use: what stands in the journal alone counts."""
    folder = make_workspace(tmp_path / "ws")
    import_people(folder, hr_people(3))
    from prospector.workspace import Workspace

    with Workspace.open(folder) as opened:
        opened.suppress(["firm1.example"])
        copy = shutil.copytree(folder, tmp_path / "copy")
    assert (copy / "prospector.db-wal").stat().st_size
    for path in [copy, *copy.rglob("*")]:
        path.chmod(0o500 if path.is_dir() else 0o400)
    done = run_as_anybody("suppress", "list", cwd=copy)
    for path in [copy, *copy.rglob("*")]:
        path.chmod(0o700)
    assert (done.returncode, "firm1.example" in done.stdout) == (0, True), done.stderr
