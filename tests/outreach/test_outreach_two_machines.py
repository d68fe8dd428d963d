"""Two machines with one token key: other hash seeds, locales, time zones and folders, and the same bytes leave."""

from __future__ import annotations

import csv
import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pushes import KEY
from tool_stub import TOOLS, serving
from workspaces import CAMPAIGN, HEADER, environment, folder_bytes, hr_people, make_workspace

from prospector.destinations.registry import DESTINATIONS

HERE = {"PYTHONHASHSEED": "1", "LC_ALL": "C", "LANG": "C", "TZ": "America/Anchorage", "PYTHONUTF8": "0"}
THERE = {"PYTHONHASHSEED": "4242", "LC_ALL": "tr_TR.UTF-8", "LANG": "de_DE.UTF-8", "TZ": "Asia/Kathmandu"}
ODD = [
    ["@Zoë", "I\u0307ğne", "zoe@firm.example", "HR Manager", "Ünder & Söhne", "firm.example"],
    ["Wei", "Śan", "wei@münchen.example", "Head of HR", "Firm;2", "https://münchen.example"],
]


def do(folder: Path, env: dict[str, str], *words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "prospector", *words],
        cwd=folder,
        env=environment(PYTHONCOERCECLOCALE="0", **env),
        capture_output=True,
        timeout=110,
    )
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")


def filled(folder: Path, env: dict[str, str], campaigns: dict[str, Any], **more: Any) -> Path:
    made = make_workspace(folder, campaigns=campaigns, **more)
    with (made / "people.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *ODD, *hr_people(12)])
    do(made, env, "import", "people.csv")
    return made


def handed_over(folder: Path, env: dict[str, str]) -> dict[str, bytes]:
    campaigns = {name: {**CAMPAIGN, "destination": name} for name in DESTINATIONS}
    campaigns["due"] = {**CAMPAIGN, "destination": "eml", "handover": "due"}
    made = filled(folder, env, campaigns)
    do(made, env, "run", "--all")
    return folder_bytes(made / "exports")


def test_every_destination_gets_the_same_bytes_and_the_same_manifest(tmp_path: Path) -> None:
    one = handed_over(tmp_path / "a", HERE)
    other = handed_over(tmp_path / "a longer path, önother" / "b", THERE)
    assert {name.partition("/")[0] for name in one} == {*DESTINATIONS, "due"}
    assert list(one) == list(other)
    assert [name for name, data in one.items() if other[name] != data] == []
    manifests = [name for name in one if name.endswith("manifest.json")]
    assert len(manifests) == len(DESTINATIONS) + 1
    hashes = [{hashlib.sha256(found[name]).hexdigest() for name in manifests} for found in (one, other)]
    assert hashes[0] == hashes[1]


def pushed(folder: Path, name: str, env: dict[str, str]) -> tuple[list[Any], dict[str, bytes]]:
    with serving(TOOLS[name]()) as tool:
        to = {"tool": name, "push": True, "campaign": tool.campaign}
        campaigns = {"hr": {**CAMPAIGN, "destination": to}}
        made = filled(folder, env, campaigns, http={"allow_private": True, "timeout": 10})
        provider = {name: {"api_key_env": KEY, "base_url": tool.base, "user": "7"}}
        with (made / "prospector.yaml").open("a", encoding="utf-8") as file:
            file.write(f"providers: {json.dumps(provider)}\n")
        do(made, {**env, KEY: tool.key}, "run", "hr")
        return [*tool.calls, *tool.bodies, tool.campaigns], folder_bytes(made / "exports")


@pytest.mark.parametrize(
    "name",
    [one if one in ("instantly", "listmonk") else pytest.param(one, marks=pytest.mark.slow) for one in TOOLS],
)
def test_every_tool_gets_the_same_calls(tmp_path: Path, name: str) -> None:
    assert pushed(tmp_path / "a", name, HERE) == pushed(tmp_path / "b", name, THERE)
