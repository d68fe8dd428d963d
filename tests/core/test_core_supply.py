"""What comes with the program: every direct dependency is explained, and the notices go where the program goes."""

from __future__ import annotations

import re
import tomllib
import zipfile
from importlib.metadata import metadata
from pathlib import Path

from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[2]


def listed() -> dict[str, list[str]]:
    rows = re.findall(
        r"^\| ([\w.-]+) \| (.+) \|$", (ROOT / "docs/dependencies.md").read_text(encoding="utf-8"), re.M
    )
    return {name: rest.split(" | ") for name, rest in rows if name not in {"package", "---"}}


def needed() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = (re.match(r"[\w.-]+", line) for line in project["dependencies"])
    return [one[0] for one in found if one]


def test_every_direct_dependency_is_explained_and_no_other() -> None:
    assert sorted(listed()) == sorted(needed())
    for name, cells in listed().items():
        assert len(cells) == 3, name
        assert all(len(cell) > 2 for cell in cells), name


def test_the_licences_are_those_that_the_packages_state() -> None:
    for name, (_, licence, _) in listed().items():
        head = metadata(name)
        stated = (
            head.get("License-Expression")
            or head.get("License")
            or " ".join(head.get_all("Classifier") or [])
        )
        plain = stated.replace(" License", "").replace("Apache 2.0", "Apache-2.0")
        assert licence in plain or licence.partition("-")[0] in plain, (
            f"{name}: {licence}, but it says {stated[:80]}"
        )


def test_the_wheel_carries_licence_and_notice(tmp_path: Path) -> None:
    wheel = next(WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"]))
    with zipfile.ZipFile(wheel) as file:
        names = {name.partition(".dist-info/")[2] for name in file.namelist() if ".dist-info/" in name}
    assert {"licenses/LICENSE", "licenses/NOTICE"} <= names
