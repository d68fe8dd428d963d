"""SIGKILL at any moment of `verify FILE`: it goes on where it stopped, and writes what it would have written."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from mail_lab import OK, Host, Lab, mail_lab
from workspaces import environment

pytestmark = pytest.mark.slow


KILLS = int(os.environ.get("PROSPECTOR_KILLS", "10"))
HOSTS = 4
PEOPLE = 2 * KILLS


def workspace(folder: Path, lab: Lab) -> Path:
    folder.mkdir()
    text = "".join(f"{name}: {json.dumps(value)}\n" for name, value in lab.settings().items())
    (folder / "prospector.yaml").write_text(text, encoding="utf-8")
    people = (f"{'ana' if n % 3 else 'eva'}{n}@firm{n % HOSTS}.example\n" for n in range(PEOPLE * HOSTS))
    (folder / "list.txt").write_text("".join(people) + "hello\n", encoding="utf-8")
    return folder


def start(folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "prospector", "verify", "list.txt", "--quiet"],
        cwd=folder,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def finish(process: subprocess.Popen[bytes]) -> int:
    _, talk = process.communicate(timeout=100)
    assert b"Traceback" not in talk, talk.decode()
    return process.returncode


def asked(lab: Lab) -> int:
    return sum(host.asked.total() for host in lab.hosts.values())


def test_killed_at_any_moment_it_goes_on_and_asks_nobody_twice_but_those_it_was_asking(
    tmp_path: Path,
) -> None:
    chance = random.Random(20261123)
    boxes = {f"ana{n}": OK for n in range(PEOPLE * HOSTS)}
    hosts = {f"mx.firm{n}.example": Host(boxes) for n in range(HOSTS)}
    records = {(f"firm{n}.example.", "MX"): [f"10 mx.firm{n}.example."] for n in range(HOSTS)}
    with mail_lab(hosts, records) as lab:
        folder, killed = workspace(tmp_path / "killed", lab), 0
        for _ in range(KILLS):
            before, process = asked(lab), start(folder)
            more = chance.randint(1, HOSTS * 2)
            while process.poll() is None and asked(lab) < before + more:
                time.sleep(0.0005)
            time.sleep(chance.uniform(0, 0.05))
            process.kill()
            killed += finish(process) != 1
        assert finish(start(folder)) == 1, "one row is rejected"
        again = [
            n - 1
            for host in lab.hosts.values()
            for email, n in host.asked.items()
            if email.partition("@")[0][:3] in ("ana", "eva") and n > 1
        ]
        assert killed >= KILLS / 2
        assert sum(again) <= killed * HOSTS
        assert {n for (_, kind), n in lab.names.asked.items() if kind == "MX"} == {1}
        other = workspace(tmp_path / "whole", lab)
        assert finish(start(other)) == 1
    for name in ("list.verified.csv", "rejects/2026-11-23-verify-list.txt.rejects.csv"):
        assert (folder / name).read_bytes() == (other / name).read_bytes()
