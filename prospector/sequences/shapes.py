"""The JSON of sequences and of what is wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, TypedDict

if TYPE_CHECKING:
    from prospector.sequences.check import Finding
    from prospector.sequences.folder import Sequence


class SequenceLineShape(TypedDict):
    """A sequence of the workspace."""

    sequence: Annotated[str, "Name of its folder."]
    title: Annotated[str, "Its `name`."]
    touches: Annotated[int, "How many touches it has."]
    steps: Annotated[str, "Day and channel of each."]


class FindingShape(TypedDict):
    """A remark on a sequence."""

    level: Annotated[Literal["error", "warning", "hint"], "An error stops every run."]
    file: Annotated[str, "The file."]
    line: Annotated[int | None, "Line of the file."]
    what: Annotated[str, "What is wrong, or could be better."]
    hint: Annotated[str | None, "What to do."]


def sequence_line_json(name: str, sequence: Sequence) -> SequenceLineShape:
    """A row of `sequence list`."""
    return {
        "sequence": name,
        "title": sequence.title,
        "touches": len(sequence.touches),
        "steps": ", ".join(f"day {touch.day} {touch.channel}" for touch in sequence.touches),
    }


def finding_json(one: Finding) -> FindingShape:
    """A row of `sequence check`."""
    return {
        "level": one.level,
        "file": str(one.file),
        "line": one.line,
        "what": one.what,
        "hint": one.hint or None,
    }
