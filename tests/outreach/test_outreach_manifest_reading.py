"""A manifest is read entry by entry: the same as json reads it, bounded, and damaged ones are told in words."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prospector.core.errors import FileError
from prospector.outreach.manifest_reading import read_manifest

TOUCH = {"touch": "01-hello", "channel": "email", "variant": "a", "send_at": "2026-11-23T09:00+01:00"}
HEAD = {"run": "hr/2026-11-23-1", "campaign": "hr", "as_of": "2026-11-23", "destination": "csv", "push": None}


def manifest(count: int, **more: Any) -> dict[str, Any]:
    people = [
        {"email": f"p{one}@firm.example", "person_id": one, "touches": [TOUCH] * 3} for one in range(count)
    ]
    held = [{"person": 'Ana, [Ruiz] {\\"}', "email": None, "reason": "no_email", "detail": ""}]
    return {**HEAD, "enrolled": people, "held_back": held, "files": [{"name": "touches.csv"}], **more}


def write(folder: Path, value: Any, **how: Any) -> Path:
    path = folder / "manifest.json"
    path.write_text(value if isinstance(value, str) else json.dumps(value, **how), encoding="utf-8")
    return path


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("ascii_", [True, False])
def test_what_is_read_is_what_json_reads(tmp_path: Path, indent: int | None, ascii_: bool) -> None:
    whole = manifest(
        700, refused=[], sequence=[{"file": "ñ\U0001f600.md", "sha256": "0"}], already_enrolled=12
    )
    found = read_manifest(write(tmp_path, whole, indent=indent, ensure_ascii=ascii_, sort_keys=True))
    lists = ("enrolled", "held_back", "files", "refused")
    assert found.head == {**whole, **{name: [] for name in lists}}
    assert list(found.enrolled()) == whole["enrolled"]
    assert list(found.held_back()) == whole["held_back"]
    assert list(found.enrolled()) == whole["enrolled"]  # as often as they are asked for


@settings(deadline=None, max_examples=60)
@given(
    texts=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), max_size=6),
    size=st.integers(0, 70_000),
)
def test_any_text_in_any_place_of_a_block_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], size: int
) -> None:
    whole = manifest(2, window="x" * size, custom=texts, already_enrolled=10**20)
    found = read_manifest(write(tmp_path_factory.mktemp("m"), whole, ensure_ascii=False))
    assert found.head["custom"] == texts
    assert (found.head["window"], found.head["already_enrolled"]) == ("x" * size, 10**20)
    assert list(found.enrolled()) == whole["enrolled"]


BROKEN = {
    "cut": json.dumps(manifest(3))[:-40],
    "behind": json.dumps(manifest(3)) + "{}",
    "twice": json.dumps(manifest(1))[:-1] + ', "enrolled": []}',
    "an object for a list": json.dumps(manifest(1, held_back={})),
    "a comma too many": json.dumps(manifest(1)).replace("}]", "},]", 1),
    "no list": json.dumps({name: value for name, value in manifest(1).items() if name != "files"}),
    "half a sign": json.dumps(manifest(1, files=[{"name": "\ud800"}])),
    "digits": json.dumps(manifest(1))[:-1] + ', "number": ' + "1" * 5000 + "}",
    "deep": json.dumps(manifest(1))[:-1] + ', "x": ' + "[" * 200 + "]" * 200 + "}",
    "deeper": json.dumps(manifest(1))[:-1] + ', "x": ' + "[" * 400_000 + "]" * 400_000 + "}",
    "an entry too large": json.dumps(manifest(1, enrolled=[{"email": "a@b.example", "x": "y" * 1_000_001}])),
    "a name too large": '{"' + "y" * 1_000_001 + '": 1}',
    "too many names": "{" + ",".join(f'"{n}": 1' for n in range(2001)) + "}",
    "a control sign": json.dumps(manifest(1, enrolled=[{"email": "a\nb@c.example"}])),
}


@pytest.mark.parametrize("name", list(BROKEN))
def test_what_is_broken_or_beyond_the_limits_is_told(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, BROKEN[name])
    with pytest.raises(FileError, match="not a readable manifest") as caught:
        read_manifest(path)
    assert len(caught.value.what) < 300
    assert "restore the file" in caught.value.hint


def test_memory_does_not_grow_with_the_number_of_people(tmp_path: Path) -> None:
    path = write(tmp_path, manifest(20_000), indent=1)
    assert path.stat().st_size > 9_000_000
    tracemalloc.start()
    try:
        found = read_manifest(path)
        assert sum(1 for _ in found.enrolled()) == 20_000
        assert tracemalloc.get_traced_memory()[1] < 3_000_000
    finally:
        tracemalloc.stop()


def test_an_entry_without_an_end_is_given_up_early(tmp_path: Path) -> None:
    path = write(tmp_path, json.dumps(HEAD)[:-1] + ', "enrolled": [{"email": "' + "a" * 30_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(FileError, match="more than 1,000,000 characters"):
            read_manifest(path)
        assert tracemalloc.get_traced_memory()[1] < 12_000_000
    finally:
        tracemalloc.stop()
