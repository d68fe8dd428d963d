"""The JSON of tasks."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

from prospector.core.json_shapes import Day


class TaskShape(TypedDict):
    """One thing to do."""

    id: Annotated[str, "What `next done`, `next skip` and `next later` take."]
    what: Annotated[
        str,
        "stop, review, reply, call, linkedin, task, deal, stage, accepted, change, or what somebody noted.",
    ]
    who: Annotated[str | None, "The person or the company, as every command takes it."]
    name: Annotated[str | None, "The person's name, or the deal's."]
    company: Annotated[str | None, "Where they work."]
    campaign: Annotated[str | None, "The campaign that it comes from."]
    touch: Annotated[str | None, "The touch of the sequence."]
    due: Annotated[Day, "When it is, or was, due."]
    planned: Annotated[Day, "The day proposed: a later one than today where too much is due at once."]
    why: Annotated[str, "What happened, and what makes it worth that much."]
    value: Annotated[float, "What it is worth: a chance times an amount; points where no deal has an amount."]
    owner: Annotated[str | None, "Whose task it is, where somebody said so."]
    command: Annotated[str, "What to type."]


class MarkedShape(TypedDict):
    """What became of a task."""

    id: Annotated[str, "The task."]
    what: Annotated[str, "What it was."]
    who: Annotated[str | None, "Whom it was about."]
    state: Annotated[Literal["done", "skipped", "later"], "What it is now."]
    changed: Annotated[bool, "False where it was so before."]
    outcome: Annotated[str | None, "What came of it, as it was said."]
    due: Annotated[Day | None, "When it comes up again."]
