"""What has people in it is its owner's alone, whatever the umask."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from workspaces import CAMPAIGN, call_cli, hr_people, make_workspace, people_csv

OPEN = ("segments", "templates", "prospector.yaml", "people.csv")
"""The user's own files, which others may read as the user says."""


@pytest.fixture(params=[0o000, 0o022, 0o077, 0o277], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


@pytest.mark.parametrize(
    "destination", ["csv", *(pytest.param(one, marks=pytest.mark.slow) for one in ("jsonl", "instantly"))]
)
def test_nobody_else_reads_what_is_written(tmp_path: Path, umask: int, destination: str) -> None:
    os.umask(0o022)
    campaigns = {"hr": {**CAMPAIGN, "destination": destination}}
    folder = make_workspace(tmp_path / "ws", campaigns=campaigns)
    bad = ["Bo", "Bad", "bo@", "HR Manager", "Bad", "https://bad.example"]
    (folder / "people.csv").write_text(people_csv([*hr_people(2), bad]), encoding="utf-8")
    (folder / ".env").unlink()
    with (folder / "prospector.yaml").open("a", encoding="utf-8") as file:
        file.write("dns: {nameservers: ['127.0.0.1:9']}\n")
    os.umask(umask)
    for line in (
        "import people.csv",
        "run hr",
        "sequence preview trio -o preview.html",
        "sequence preview trio --segment hr -o exports/more/preview.html",
        "find -o list.csv --csv",
        "find -o list.json --json",
        "verify people.csv -o checked.csv",
    ):
        done = call_cli(*line.split(), cwd=folder)
        assert done.returncode in (0, 1), done.stderr
    written = [path for path in folder.rglob("*") if path.relative_to(folder).parts[0] not in OPEN]
    names = {path.name for path in written}
    assert {
        "prospector.db",
        ".env",
        "manifest.json",
        "preview.html",
        "list.csv",
        "checked.csv",
        "rejects",
    } <= names
    modes = {
        str(path.relative_to(folder)): oct(stat.S_IMODE(path.stat().st_mode))
        for path in written
        if stat.S_IMODE(path.stat().st_mode) != (0o700 if path.is_dir() else 0o600)
    }
    assert modes == {}


def test_permissions_that_somebody_gave_stay(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path / "ws")
    (folder / "people.csv").write_text(people_csv(hr_people(2)), encoding="utf-8")
    assert call_cli("import", "people.csv", cwd=folder).returncode == 0
    (folder / "prospector.db").chmod(0o660)
    (folder / "list.csv").touch(0o644)
    assert call_cli("find", "--csv", "-o", "list.csv", cwd=folder).returncode == 0
    assert stat.S_IMODE((folder / "prospector.db").stat().st_mode) == 0o660
    assert stat.S_IMODE((folder / "list.csv").stat().st_mode) == 0o644
