"""A destination of another package: installed for real, named in a campaign, and an error in words where it is broken."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from workspaces import CAMPAIGN, environment, hr_people, import_people, make_workspace

import prospector

ROOT = Path(prospector.__file__).parent.parent
PROJECT = """[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "prospector-toy"
version = "1.0"

[project.entry-points."prospector.destinations"]
toy = "prospector_toy:TOY"
csv = "prospector_toy:TOY"
broken = "prospector_toy:NOBODY"
misnamed = "prospector_toy:TOY"
"""
CODE = '''"""Addresses, one a line."""

from prospector.destinations.handover import Destination


def write(leads, folder, about):
    lines = [f"{lead.email} {about.campaign}\\n" for lead in leads]
    (folder / "toy.txt").write_text("".join(lines))
    return ["toy.txt"]


TOY = Destination("toy", takes=frozenset({"email", "call"}), write=write, title="A toy")
'''


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package in it, as pip installs it."""
    project, target = tmp_path_factory.mktemp("project"), tmp_path_factory.mktemp("site")
    (project / "prospector_toy").mkdir()
    (project / "pyproject.toml").write_text(PROJECT)
    (project / "prospector_toy" / "__init__.py").write_text(CODE)
    words = ["install", "--quiet", "--no-deps", "--no-build-isolation", "--target", str(target), str(project)]
    done = subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", *words],
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert done.returncode == 0, done.stderr
    return target


def run(folder: Path, site: Path, name: str) -> subprocess.CompletedProcess[str]:
    make_workspace(folder, campaigns={"hr": {**CAMPAIGN, "destination": name}})
    import_people(folder, hr_people(2))
    env = environment(PYTHONPATH=os.pathsep.join([str(ROOT), str(site)]))
    words = [sys.executable, "-m", "prospector", "run", "hr"]
    return subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, timeout=60)


def test_a_campaign_hands_over_to_the_destination_of_an_installed_package(tmp_path: Path, site: Path) -> None:
    done = run(tmp_path, site, "toy")
    assert done.returncode == 0, done.stderr
    [file] = tmp_path.glob("exports/hr/*/toy.txt")
    assert file.read_text() == "p1@firm1.example hr\np2@firm2.example hr\n"


def test_a_name_of_ours_stays_ours(tmp_path: Path, site: Path) -> None:
    done = run(tmp_path, site, "csv")
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.glob("exports/hr/*/touches.csv"))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("broken", 'the destination "broken" of prospector-toy cannot be loaded (AttributeError'),
        ("misnamed", 'prospector_toy:TOY of prospector-toy is no destination named "misnamed"'),
        ("toi", 'did you mean "toy"'),
    ],
)
def test_what_is_no_destination_is_an_error_in_words(
    tmp_path: Path, site: Path, name: str, told: str
) -> None:
    done = run(tmp_path, site, name)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr
