"""The quick copies of data files never decide anything: they are of the present file, or they are not read."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from prospector.normalise import industries, quick_copies, roles, technologies

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))
try:
    from make_quick_copies import MADE
finally:
    sys.path.pop(0)

READERS = {
    "technologies.yaml": technologies._file.__wrapped__,
    "role_words.tsv": roles._words.__wrapped__,
    "industries.tsv": industries._tree.__wrapped__,
}


@pytest.mark.parametrize("name", MADE)
def test_each_copy_is_of_the_present_file_and_the_present_program(name: str) -> None:
    copy = (quick_copies.COPIES / f"{name}.json").read_text(encoding="utf-8")
    assert copy == quick_copies.copy_text(name, MADE[name]), "run: python tools/make_quick_copies.py"


@pytest.mark.parametrize("name", MADE)
@pytest.mark.parametrize("content", [None, b"{", b"[]", b"{}", b'{"of": "another", "content": {}}'])
def test_without_a_copy_that_can_be_used_the_file_says_the_same(
    name: str, content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_copy: Any = READERS[name]()
    if content is not None:
        (tmp_path / f"{name}.json").write_bytes(content)
    monkeypatch.setattr(quick_copies, "COPIES", tmp_path)
    assert READERS[name]() == with_copy


def test_a_file_changed_by_hand_is_read_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = tmp_path / "technologies.yaml"
    changed.write_text("ad_platforms: {}\ntechnologies: []\n", encoding="utf-8")
    for module in (quick_copies, technologies):
        monkeypatch.setattr(module, "DATA", tmp_path)
    assert technologies._file.__wrapped__() == {"ad_platforms": {}, "technologies": [], "numbers": {}}


def test_there_is_no_copy_that_nobody_reads() -> None:
    for path in quick_copies.COPIES.glob("*"):
        assert path.stem in MADE
        assert set(json.loads(path.read_bytes())) == {"of", "content"}
