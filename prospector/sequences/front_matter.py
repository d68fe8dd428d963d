"""The settings between the two `---` of a touch; a tag of another program that YAML stumbles over is told of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from prospector.core.errors import FileError
from prospector.core.yaml_text import YamlList, YamlMap, read_yaml
from prospector.sequences.tag_words import told_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ONE_IN_BRACKETS = re.compile(r":\s*\[[^\[\]\"',]*\]\s*$")
"""A list of one text without quotes: `subject: [First Name]`."""


def read_front(lines: list[str], path: Path) -> YamlMap:
    """The settings of a touch. YAML stumbles over many a tag of another program, which is the fault then."""
    try:
        settings = read_yaml("".join(lines), path=path, first_line=2)
    except FileError as error:
        _raise_tag(path, error.line or 2, lines[(error.line or 2) - 2] if error.line else "".join(lines))
        raise
    for line, value in _subject_lines(settings):
        if not isinstance(value, str | None) or _ONE_IN_BRACKETS.search(lines[line - 2]):
            _raise_tag(path, line, lines[line - 2])
    return settings


def _subject_lines(settings: YamlMap) -> Iterator[tuple[int, object]]:
    """The values of `subject:` and `title:` with their lines."""
    for key in ("subject", "title"):
        value = settings.get(key)
        if isinstance(value, YamlList):
            yield from zip(value.lines, value, strict=True)
        elif value is not None:
            yield settings.line_of(key), value


def _raise_tag(path: Path, line: int, text: str) -> None:
    if told := told_in(text.partition(":")[2] or text):
        raise FileError(path, told[0], line=line, hint=f"{told[1]}; and put the text in quotes")
