"""`prospector demo`: the whole road on the sample, with the known answers."""

from __future__ import annotations

import csv
import subprocess
import sys
from datetime import date

import pytest

from prospector.demo.files import sample_files
from prospector.demo.people import EXPECTED_MATCHES
from prospector.workspace import Workspace


def demo(folder, as_of, code=0):
    done = subprocess.run(
        [sys.executable, "-m", "prospector", "demo", str(folder), "--as-of", as_of],
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == code, done.stderr
    return done


@pytest.mark.parametrize("as_of", ["2026-11-22", "2028-02-29"])
def test_the_known_people_are_listed_and_handed_over_on_any_day(tmp_path, as_of):
    folder = tmp_path / "demo"
    done = demo(folder, as_of)
    (exported,) = folder.glob("exports/*/*/instantly.csv")
    with exported.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert sorted(row["email"] for row in rows) == sorted(EXPECTED_MATCHES)
    assert "run again: 0" in done.stderr
    assert "Try next" in done.stderr
    assert (folder / "preview.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert set(sample_files(date.fromisoformat(as_of))) <= {path.name for path in folder.iterdir()}


def test_an_earlier_demo_is_replaced_and_any_other_folder_is_left_alone(tmp_path):
    folder = tmp_path / "demo"
    demo(folder, "2026-11-22")
    demo(folder, "2026-11-23")
    with Workspace.open(folder, as_of=date(2026, 11, 23)) as workspace:
        assert workspace.db.value("SELECT count(*) FROM runs") == 1
    other = tmp_path / "mine"
    other.mkdir()
    (other / "letter.txt").write_text("keep me", "utf-8")
    done = demo(other, "2026-11-22", code=2)
    assert "not empty" in done.stderr
    assert (other / "letter.txt").read_text("utf-8") == "keep me"
