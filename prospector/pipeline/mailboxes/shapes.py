"""The JSON of what was read, and how far."""

from __future__ import annotations

from typing import Annotated, TypedDict

from prospector.core.json_shapes import Moment
from prospector.pipeline.events.shapes import EventsShape


class SourceReadShape(TypedDict):
    """A folder of a mailbox, or a tool, that was asked what is new."""

    source: Annotated[str, "`mailbox:NAME`, or the name of a tool."]
    folder: Annotated[str | None, "The folder of the mailbox."]
    messages: Annotated[int, "New in it, as the mailbox or the tool numbers them."]
    cut: Annotated[int, "Of them too long to be read whole: only the beginning was."]
    missing: Annotated[int, "Were deleted or moved before they were read."]
    anew: Annotated[bool, "The server numbers the folder anew, so all of it was read again."]
    read_until: Annotated[
        Moment | None, "It was read to its end at this moment; null where its end was not reached."
    ]
    fault: Annotated[str | None, "Why not."]


class PulledShape(EventsShape):
    """What was new."""

    sources: Annotated[list[SourceReadShape], "Each folder and tool that was asked."]


_Gap = TypedDict(
    "_Gap",
    {
        "from": Annotated[Moment | None, "Its beginning; null: from the beginning of time."],
        "to": Annotated[Moment, "Its end."],
    },
)


class SourceCoverageShape(TypedDict):
    """When a mailbox or a tool was read."""

    source: Annotated[str, "`mailbox:NAME`, or the name of a tool."]
    read_until: Annotated[Moment | None, "Until when; null where it never was."]
    gaps: Annotated[list[_Gap], "The times before that which were not."]


class CoverageShape(TypedDict):
    """The share of people whose answers were read."""

    value: Annotated[float | None, "The share; null where nobody was written to."]
    numerator: Annotated[int, "People whose answers were read without a gap."]
    denominator: Annotated[int, "People to whom a mail had gone before the as-of day."]
    window_days: Annotated[int, "So many days after the last mail an answer counts."]
    sources: Annotated[list[SourceCoverageShape], "Mailboxes and tools."]


class HeldShape(TypedDict):
    """A folder of a mailbox, or a file, beside what was read of it."""

    source: Annotated[str, "`mailbox:NAME`, or the file."]
    folder: Annotated[str | None, "The folder of the mailbox."]
    held: Annotated[int, "Mails that it holds now."]
    missing: Annotated[int, "Of them those that were not read."]


class MissingShape(TypedDict):
    """A mail that is held and was not read."""

    source: Annotated[str, "Where it is."]
    folder: Annotated[str | None, "The folder of the mailbox."]
    message_id: Annotated[str | None, "Its id."]
    sender: Annotated[str | None, "Whom it is about."]
    subject: Annotated[str | None, "Its subject."]
    at: Annotated[Moment, "When it came."]
    why: Annotated[str, "`not pulled yet`, or `never stored`."]


class ReconciledShape(TypedDict):
    """What is held beside what was read. The list comes first and is written as it comes."""

    which: Annotated[list[MissingShape], "The mails that were not read."]
    held: Annotated[int, "Mails that are held, in all."]
    missing: Annotated[int, "Of them those that were not read; 0 is what one wants."]
    sources: Annotated[list[HeldShape], "Each folder and file."]
