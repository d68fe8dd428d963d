"""Two sequences are laid side by side: what only one has, and what both have in other words."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import copytree

import pytest
from workspaces import TOUCHES, call_cli, make_workspace

from prospector.sequences.diff import differences
from prospector.sequences.folder import load_sequence


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = make_workspace(tmp_path / "ws")
    copytree(folder / "templates" / "trio", folder / "templates" / "other")
    return folder


def change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / "templates" / "other" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def told(folder: Path) -> list[tuple[str | None, str, str]]:
    done = call_cli("sequence", "diff", "trio", "other", "--json", cwd=folder)
    assert done.returncode == 0
    return [(one["touch"], one["variant"], one["what"]) for one in json.loads(done.stdout)]


def test_a_copy_says_the_same(folder: Path) -> None:
    done = call_cli("sequence", "diff", "trio", "other", cwd=folder)
    assert (done.returncode, done.stdout) == (0, "")
    assert "trio and other say the same." in done.stderr


def test_days_channels_subjects_texts_and_settings_are_told(folder: Path) -> None:
    change(folder, "01-hello.md", "a word about", "some words about")
    change(folder, "01-hello.md", "'Hello ", "'Hi ")
    change(folder, "02-call.md", "day: 1\nchannel: call", "day: 2\nchannel: task")
    (folder / "templates" / "other" / "03-again.b.md").write_text("Or not?\n", encoding="utf-8")
    (folder / "templates" / "other" / "sequence.yaml").write_text("opt_out: reply\n", encoding="utf-8")
    assert told(folder) == [
        (None, "", "opt_out"),
        ("01-hello", "", "subject"),
        ("01-hello", "", "text"),
        ("02-call", "", "day"),
        ("02-call", "", "channel"),
        ("03-again", "b", "text"),
    ]
    text = call_cli("sequence", "diff", "trio", "other", cwd=folder).stdout
    assert "02-call: day 1 -> 2" in text
    assert '  -a word about {{ company.name | fallback("you") }}.' in text
    assert '  +some words about {{ company.name | fallback("you") }}.' in text


def test_touches_of_one_side_stand_where_their_day_puts_them_and_numbers_do_not_part(folder: Path) -> None:
    other = folder / "templates" / "other"
    (other / "03-again.md").rename(other / "04-again.md")
    (other / "02-call.md").unlink()
    (other / "03-note.md").write_text("---\nday: 2\nchannel: linkedin\n---\nHi\n", encoding="utf-8")
    assert told(folder) == [
        ("02-call", "", "touch"),
        ("03-note", "", "touch"),
        ("04-again", "", "name"),
    ]
    text = call_cli("sequence", "diff", "trio", "other", cwd=folder).stdout
    assert text.splitlines() == [
        "02-call: not in the second: day 1 call",
        "03-note: new: day 2 linkedin",
        "04-again: name 03-again -> 04-again",
    ]


def test_names_that_only_numbers_keep_apart_are_not_taken_for_each_other(folder: Path) -> None:
    (folder / "templates" / "other" / "05-hello.md").write_text(
        TOUCHES["03-again.md"].replace("day: 3", "day: 9"), encoding="utf-8"
    )
    first, second = (load_sequence(folder / "templates" / name) for name in ("trio", "other"))
    assert [(one.touch, one.what) for one in differences(first, second)] == [("05-hello", "touch")]
    assert [(one.touch, one.what) for one in differences(second, first)] == [("05-hello", "touch")]


def test_a_sequence_that_is_not_there_is_an_error_with_a_near_miss(folder: Path) -> None:
    done = call_cli("sequence", "diff", "trio", "othr", cwd=folder)
    assert done.returncode == 2
    assert 'did you mean "other"?' in done.stderr
