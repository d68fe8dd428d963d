"""Small things that cost trust: broken neighbours, odd encodings, words in the wrong place, order of tasks."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest
from workspaces import CAMPAIGN, call_cli, environment, hr_people, import_people, make_workspace, run_cli


def test_a_broken_sequence_does_not_hide_the_others(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    (folder / "templates" / "broken").mkdir()
    (folder / "templates" / "broken" / "01.md").write_text("no front matter")
    listed = call_cli("sequence", "list", cwd=folder)
    assert (listed.returncode, "trio" in listed.stdout) == (2, True)
    assert "01.md:1: no front matter" in listed.stderr
    checked = call_cli("sequence", "check", cwd=folder)
    assert checked.returncode == 2
    assert "01.md:1: no front matter" in checked.stderr
    assert "trio: 3 touches" in checked.stderr


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "latin-1"])
def test_another_encoding_replaces_signs_instead_of_failing(tmp_path: Path, encoding: str) -> None:
    folder = make_workspace(tmp_path)
    import_people(folder, [["Łukasz", "Żak", "l@zak.example", "HR Manager", "会社", "https://zak.example"]])
    for command in (["find"], ["plan", "hr"], ["sequence", "preview", "trio"], ["show", "l@zak.example"]):
        done = run_cli(*command, cwd=folder, env={"PYTHONIOENCODING": encoding})
        assert (done.returncode, "Traceback" in done.stderr) == (0, False)
        assert "?ukasz" in done.stdout


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("person: {headcount: '> 10'}\n", "move it under company:"),
        ("company: {tenure: '< 1y'}\n", "move it under person:"),
        ("industry: banking\nperson: {role: HR manager}\n", "move it under company:"),
        ("person: {role: HR manager}\nlimit: 1\n", "write limit: {per_company: 1}"),
    ],
)
def test_a_word_in_the_wrong_place_is_told_the_right_one(tmp_path: Path, text: str, hint: str) -> None:
    folder = make_workspace(tmp_path)
    (folder / "segments" / "odd.yaml").write_text(text)
    done = call_cli("segment", "check", "odd", cwd=folder)
    assert (done.returncode, hint in done.stderr) == (2, True)


def test_groups_are_listed_as_they_are(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path, segment="not: {person: {crm_stage: Working}}\nany_of: [{company: {headcount: 50+}}, {company: {founded: 2010+}}]\n")  # fmt: skip
    assert (
        "not (crm_stage Working), (headcount 50+ or founded 2010+)"
        in call_cli("segment", "list", cwd=folder).stdout
    )


def test_the_reasons_do_not_repeat_the_title(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path, segment="person: {role: HR manager, department: hr, has: email}\n")
    import_people(folder, hr_people(1))
    listed = call_cli("find", "--segment", "hr", "--json", cwd=folder).stdout
    assert listed.count("HR Manager") == 1


def test_tasks_come_in_the_order_of_their_times(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path, campaigns={"hr": {**CAMPAIGN, "destination": "instantly"}})
    import_people(folder, hr_people(12))
    assert call_cli("run", "hr", cwd=folder).returncode == 0
    (path,) = folder.glob("exports/hr/*/tasks.csv")
    with path.open(encoding="utf-8", newline="") as file:
        times = [row["send_at"] for row in csv.DictReader(file)]
    assert len(times) == 12
    assert times == sorted(times)


def test_a_sender_whose_address_is_none_is_refused(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path, sender={"email": "ana"})
    done = call_cli("plan", "hr", cwd=folder)
    assert (done.returncode, "sender.email is no address: ana" in done.stderr) == (2, True)


def test_one_is_one(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path, touches={"01.md": "---\nday: 0\nchannel: call\n---\nCall"})
    import_people(folder, hr_people(1))
    assert "1 new person, 1 touch, 0 held back" in call_cli("plan", "hr", cwd=folder).stderr


def test_a_flag_that_is_wrong_for_one_of_several_files_names_that_file(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    for name, header in (("one.csv", "Email"), ("two.csv", "Email,Extra")):
        (folder / name).write_text(f"{header}\nanna@kranz.example,\n", encoding="utf-8")
    for more in ((), ("--dry-run",)):
        done = call_cli("import", "two.csv", "one.csv", "--map", "Extra=-", *more, cwd=folder)
        assert done.returncode == 2
        assert 'error: one.csv: no column "Extra" in the file' in done.stderr.splitlines()


def test_a_workspace_that_cannot_be_made_says_why_and_what_to_do(tmp_path: Path) -> None:
    done = call_cli("init", "x" * 300, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.splitlines()[1] == "hint: choose a shorter name"


def test_one_warning_is_one(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    assert ", 1 warning. Next: " in call_cli("doctor", cwd=folder).stderr


_IN_SO_MANY_BYTES = (
    "import resource, sys; limit = int(sys.argv.pop(1)); resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)); "
    "from prospector.cli.main import program; program()"
)


def test_an_import_whose_rejects_do_not_fit_on_the_disk_did_not_happen(tmp_path: Path) -> None:
    rows = "".join(f",,{'x' * 1_500}{n}\n" for n in range(3_000))
    text = f"First Name,Email,Notes\nAnna,anna@kranz.example,\n{rows}"
    sizes = []
    for name in ("whole", "full"):
        (tmp_path / name).mkdir()
        folder = make_workspace(tmp_path / name)
        (folder / "list.csv").write_text(text, encoding="utf-8")
        if name == "whole":
            assert call_cli("import", "list.csv", cwd=folder).returncode == 1
            sizes = [path.stat().st_size for path in (folder / "rejects").iterdir()]
    command = [sys.executable, "-c", _IN_SO_MANY_BYTES, str(sizes[0] - 1), "import", "list.csv"]
    done = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "rejects.csv.part: cannot be written" in done.stderr
    assert json.loads(call_cli("find", "--json", cwd=folder).stdout) == []
    assert list((folder / "rejects").iterdir()) == []


def test_a_preview_of_people_who_are_all_held_back_says_how_to_see_others(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    import_people(folder, hr_people(1))
    assert "--open shows it" in call_cli("sequence", "preview", "trio", cwd=folder).stderr
    call_cli("suppress", "add", "firm0.example", "firm1.example", cwd=folder)
    assert "all of these are held back" in call_cli("sequence", "preview", "trio", cwd=folder).stderr
