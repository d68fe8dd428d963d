"""The map of the house is true: rooms, files, and what each room says of itself."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import prospector

PACKAGE = Path(prospector.__file__).parent
ROOT = PACKAGE.parent
ROOMS = sorted(path.parent for path in PACKAGE.rglob("__init__.py") if path.parent != PACKAGE)


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: str(room.relative_to(PACKAGE)))
def test_every_room_says_what_comes_in_and_what_goes_out(room: Path) -> None:
    text = ast.get_docstring(ast.parse((room / "__init__.py").read_text(encoding="utf-8"))) or ""
    assert re.search(r"(?i)\bin\b.*?(?:comes?|:)|comes? in", text, re.S), text
    assert re.search(r"(?i)\bout\b.*?(?:go|:)|go(?:es)? out", text, re.S), text


def test_every_file_that_the_architecture_names_is_there() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    files = {str(path.relative_to(ROOT)) for path in [*PACKAGE.rglob("*"), *(ROOT / "tests").rglob("*.py")]}
    named = set(re.findall(r"`([a-z_/0-9]+(?:\.py|/))`", text))
    assert named
    missing = {
        name
        for name in named
        if not any(one == name or one.endswith(f"/{name.rstrip('/')}") for one in files)
    }
    assert missing == set()


def test_the_readme_has_every_room_on_its_map() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py")} - {"starter"}
    assert {room for room in rooms if f"`{room}/`" not in text and f"`{room}`" not in text} == set()
