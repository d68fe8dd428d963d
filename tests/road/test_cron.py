"""What docs/cron.md offers to copy works: the cron line is run, the units are verified, the workflow is read."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from workspaces import environment, exported_people, hr_people, import_people, make_workspace

PAGE = (Path(__file__).parents[2] / "docs" / "cron.md").read_text(encoding="utf-8")
PLACE = "/srv/outbound"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.S)


def workspace_with_program(folder: Path) -> Path:
    """A workspace with people, and the program where the page says that it is."""
    made = make_workspace(folder)
    import_people(made, hr_people(2))
    program = made / ".venv" / "bin" / "prospector"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m prospector "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return made


def run_in_shell(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """As cron does it: by sh, with a bare environment, from somewhere else."""
    kept = {
        name: value for name, value in environment().items() if name in ("PROSPECTOR_AS_OF", "PYTHONPATH")
    }
    env = {**kept, "HOME": str(folder), "PATH": "/usr/bin:/bin"}
    words = ["/bin/sh", "-c", command.replace(PLACE, str(folder))]
    return subprocess.run(words, cwd="/", env=env, capture_output=True, text=True, check=False)


UNREAD = "error: no mailbox can be read\n"


def test_the_cron_line_reads_answers_and_hands_over_also_where_none_can_be_read(tmp_path: Path) -> None:
    (line,) = blocks("cron")
    match = re.fullmatch(r"([\d*]+ [\d*]+ [\d*]+ [\d*]+ [\d*-]+)  (.+)\n", line)
    assert match is not None
    folder = workspace_with_program(tmp_path)
    for _ in range(2):
        done = run_in_shell(match[2], folder)
        assert (done.returncode, done.stdout) == (0, "")
        assert done.stderr.startswith(UNREAD)
        assert done.stderr.count("\n") == 2
        assert len(exported_people(folder)) == 2


def test_the_workflow_is_yaml_and_its_steps_run(tmp_path: Path) -> None:
    (text,) = blocks("yaml")
    flow = yaml.safe_load(text)
    job = flow["jobs"]["run"]
    assert flow["concurrency"] == {"group": "prospector", "cancel-in-progress": False}
    assert [one["cron"] for one in flow[True]["schedule"]] == ["15 6 * * 1-5"]  # YAML 1.1 reads `on` so
    read, hand_over = job["steps"]
    assert hand_over["if"] == "${{ !cancelled() }}"
    folder = workspace_with_program(tmp_path)
    for step, code in ((read, 2), (hand_over, 0)):
        done = run_in_shell(f"cd {step['working-directory']} && {step['run']}", folder)
        assert done.returncode == code, done.stderr
    assert len(exported_people(folder)) == 2


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
def test_the_units_are_verified_by_systemd(tmp_path: Path) -> None:
    service, timer = blocks("ini")
    folder = workspace_with_program(tmp_path / "w")
    (tmp_path / "prospector.service").write_text(service.replace(PLACE, str(folder)), encoding="utf-8")
    (tmp_path / "prospector.timer").write_text(timer, encoding="utf-8")
    units = [str(tmp_path / name) for name in ("prospector.service", "prospector.timer")]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, check=False
    )
    told = [line for line in done.stderr.splitlines() if "prospector." in line and "outbound" not in line]
    assert (done.returncode, told) == (0, []), done.stderr
