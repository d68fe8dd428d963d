"""`prospector demo`: the whole road on the sample, with the known answers."""

from __future__ import annotations

import csv
import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from datetime import date, datetime

import pytest

from prospector.demo.files import sample_files
from prospector.demo.people import EXPECTED_LATER, EXPECTED_MATCHES
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


@pytest.mark.parametrize("as_of", ["2026-11-22", pytest.param("2028-02-29", marks=pytest.mark.slow)])
def test_the_known_people_are_listed_and_handed_over_on_any_day(tmp_path, as_of):
    folder = tmp_path / "demo"
    done = demo(folder, as_of)
    (exported,) = folder.glob("exports/*/*/instantly.csv")
    with exported.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    taken = [row["email"] for row in rows]
    firms = {email.partition("@")[2] for email in EXPECTED_MATCHES}
    # Colleagues wait for the next days: no two people of a bank read the same mail on one morning.
    assert set(taken) <= set(EXPECTED_MATCHES)
    assert sorted(email.partition("@")[2] for email in taken) == sorted(firms)
    assert done.stderr.count("a colleague is written to") == len(EXPECTED_MATCHES) - len(firms)
    assert "1 address guessed by the pattern" in done.stderr
    (guessed,) = re.findall(
        "(.+): the address was guessed or looked up, and is not proved: guessed, 77%", done.stderr
    )
    assert guessed.strip() == "Shanice Boudreaux"
    assert "run again: 0" in done.stderr
    assert "What is left to do" in done.stderr
    assert " more: prospector find --segment finance-new-hr" in done.stderr
    assert len(f"{done.stdout}{done.stderr}".splitlines()) < 80
    assert (folder / "preview.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert set(sample_files(date.fromisoformat(as_of))) <= {path.name for path in folder.iterdir()}


def test_without_a_pinned_day_nothing_is_dated_before_the_demo_began(tmp_path):
    began = datetime.now().astimezone()
    free = {name: value for name, value in os.environ.items() if name != "PROSPECTOR_AS_OF"}
    command = [sys.executable, "-m", "prospector", "demo", str(tmp_path / "demo"), "--quiet"]
    assert subprocess.run(command, capture_output=True, timeout=100, env=free).returncode == 0
    (exported,) = (tmp_path / "demo").glob("exports/*/*/instantly.csv")
    with exported.open(encoding="utf-8", newline="") as file:
        times = [datetime.fromisoformat(row["send_at_1"]) for row in csv.DictReader(file)]
    assert times
    assert min(times) > began


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


@contextmanager
def open_sites(folder):
    """The sites of a demo, open while the block runs; gives the address that is told."""
    process = subprocess.Popen(
        [sys.executable, "-m", "prospector", "demo", str(folder), "--serve"],
        stderr=subprocess.PIPE,
        text=True,
        # Whatever started the tests may have told its children not to listen to Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    try:
        told = process.stderr.readline()
        yield re.search(r"127\.0\.0\.1:(\d+)", told)
        process.send_signal(signal.SIGINT)
        assert "closed" in process.communicate(timeout=20)[1]
        assert process.returncode == 0
    finally:
        process.kill()
        process.wait()


def prospector(folder, *arguments):
    done = subprocess.run(
        [sys.executable, "-m", "prospector", *arguments, "--workspace", str(folder), "--as-of", "2026-11-22"],
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


def test_the_demo_leaves_a_file_to_import_a_site_to_read_and_people_to_hand_over(tmp_path):
    folder = tmp_path / "demo"
    demo(folder, "2026-11-22")
    with open_sites(folder):
        prospector(folder, "import", str(folder / "webinar-signups.csv"))
        assert "1 found" in prospector(folder, "enrich", "--segment", "finance-new-hr")
    prospector(folder, "run", "finance-new-hr")
    _, later = sorted(folder.glob("exports/*/*/instantly.csv"))
    with later.open(encoding="utf-8", newline="") as file:
        taken = [row["email"] for row in csv.DictReader(file)]
    # The others have a colleague who starts on the same day, and wait.
    assert taken
    assert set(taken) < set(EXPECTED_LATER)


def test_the_sites_open_where_the_settings_say_or_the_settings_follow(tmp_path):
    folder = tmp_path / "demo"
    demo(folder, "2026-11-22")
    settings = folder / "prospector.yaml"
    with open_sites(folder) as first:
        assert first[0] in settings.read_text("utf-8")
    with socket.create_server(("127.0.0.1", int(first[1]))), open_sites(folder) as second:
        assert second[0] != first[0]
        assert second[0] in settings.read_text("utf-8")


def test_sites_open_only_in_a_demo(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "prospector", "demo", str(tmp_path), "--serve"], capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "there is no demo in this folder" in done.stderr
    assert f"prospector demo {tmp_path}" in done.stderr
