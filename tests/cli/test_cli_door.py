"""The command line asks the library's door, and the door asks the rooms."""

from __future__ import annotations

import ast
from pathlib import Path

import prospector

ROOT = Path(prospector.__file__).parent
DOORS = ("cli", "demo", "workspace", "core")
VALUES = {
    "config": "the shape of a setting",
    "intake.importer": "ImportOptions, which the flags of `import` fill",
    "normalise.domains": "whether a word of `inspect` is a host",
    "normalise.phones": "what is said of a number whose country is not known",
    "normalise.spreadsheet_cells": "how a cell of a CSV file is written",
    "normalise.places": "whether a word of `import --country` is a country",
    "outreach.json_text": "how a list too long to hold is written as JSON",
    "outreach.held_back": "who is held back",
    "pipeline.mailboxes.files": "PassedOver, which `events import` fills",
    "pipeline.events.telling": "an event as JSON, and counts of events",
    "pipeline.report.parts": "parts of a report that is there, as rows",
    "pipeline.report.tables": "a report that is there, as tables",
    "pipeline.report.target": "Target, which --target and --by fill",
    "segments.language.parsing": "the words that a field can take, for completion and `fields`",
}
"""What the command line takes from other rooms: values and words, nothing that does anything."""


def _imported(path: Path) -> set[str]:
    """The modules of the package that a file imports when it runs, not only for its types."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing = [
        node for node in ast.walk(tree) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
    ]
    left_out = {id(node) for one in typing for node in ast.walk(one)}
    found = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and id(node) not in left_out]
    names = {node.module or "" for node in found}
    return {name.removeprefix("prospector.") for name in names if name.startswith("prospector.")}


def test_the_command_line_goes_through_the_door() -> None:
    beside = {
        f"{path.name}: {name}"
        for path in sorted((ROOT / "cli").glob("*.py"))
        for name in _imported(path)
        # How a thing is written as JSON is a value, too: the `shapes` of its room say it.
        if name.partition(".")[0] not in DOORS and name not in VALUES and not name.endswith(".shapes")
    }
    assert beside == set()


def test_the_door_asks_the_database_nothing_itself() -> None:
    for path in sorted((ROOT / "workspace").glob("*.py")):
        text = path.read_text(encoding="utf-8")
        assert not any(word in text for word in ("SELECT ", ".rows(", ".execute(", ".value(")), path.name


def test_the_door_loads_no_room_before_it_is_asked() -> None:
    for path in sorted((ROOT / "workspace").glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = [node.module or "" for node in tree.body if isinstance(node, ast.ImportFrom)]
        rooms = {name for name in names if name.startswith("prospector.")}
        assert {name.split(".")[1] for name in rooms} <= {"config", "core", "workspace"}, path.name
