"""The catalogue's quick copy never decides anything: it is the file itself, or it is not read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from prospector.normalise import technologies
from prospector.normalise.catalogue_file import read_catalogue

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_the_quick_copy_is_of_the_present_file() -> None:
    source = technologies.CATALOGUE.read_bytes()
    copy = json.loads(technologies.QUICK_COPY.read_bytes())
    assert copy == {"of": technologies.digest(source), "content": read_catalogue(source)}, (
        "run: python tools/make_catalogue.py"
    )


def test_a_file_changed_by_hand_is_read_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = tmp_path / "technologies.yaml"
    changed.write_text("ad_platforms: {}\ntechnologies: []\n", encoding="utf-8")
    monkeypatch.setattr(technologies, "CATALOGUE", changed)
    read = technologies._file.__wrapped__()
    assert read == {"ad_platforms": {}, "technologies": []}


def test_without_the_quick_copy_the_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_copy = technologies._file.__wrapped__()
    for name, content in (("missing.json", None), ("broken.json", b"{"), ("other.json", b"{}")):
        path = tmp_path / name
        if content is not None:
            path.write_bytes(content)
        monkeypatch.setattr(technologies, "QUICK_COPY", path)
        assert technologies._file.__wrapped__() == with_copy
