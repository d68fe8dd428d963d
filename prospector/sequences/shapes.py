"""The JSON of sequences and of what is wrong with them."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict


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


class DifferenceShape(TypedDict):
    """Something in which two sequences differ."""

    touch: Annotated[str | None, "Name of the touch's file; null for the sequence as a whole."]
    variant: Annotated[str, "The body of the touch; empty if there is one."]
    what: Annotated[
        str, "touch (that only one has), name, day, channel, subject (one a line), text, or a setting."
    ]
    before: Annotated[str | None, "What the first has; null for nothing."]
    after: Annotated[str | None, "What the second has; null for nothing."]
