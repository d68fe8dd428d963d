"""What is told of deals, as JSON: declarations only."""

from __future__ import annotations

from typing import Annotated, TypedDict


class LetterShape(TypedDict):
    """A letter of MEDDIC."""

    letter: Annotated[str, "metrics, economic_buyer, decision_criteria, decision_process, pain or champion."]
    level: Annotated[int, "0 to 3, as it was said last."]
    counts: Annotated[int, "The level today: what is old counts one less."]
    means: Annotated[str, "What the level means."]
    value: Annotated[str, "What is known."]
    said_by: Annotated[str, "Who said it."]
    said_on: Annotated[str | None, "When; null where nobody spoke of it."]
    link: Annotated[str, "Where that can be read."]
    stale: Annotated[bool, "Whether it is too old to count in full."]


class DealChangeShape(TypedDict):
    """A change of a deal."""

    at: Annotated[str, "When, in UTC."]
    field: Annotated[str, "What was changed."]
    was: Annotated[str | None, "The value before."]
    became: Annotated[str | None, "The value since then."]
    by: Annotated[str, "Who or what changed it."]
    reason: Annotated[str, "Why; a way back, and a gate that was forced, always have a reason."]


class DealLineShape(TypedDict):
    """A deal."""

    deal: Annotated[str, "`deal:ID`, by which every command finds it."]
    name: Annotated[str, "What it is called."]
    company: Annotated[str | None, "Domain, or `company:ID`."]
    person: Annotated[
        str | None, "Address, or `person:ID`; null for a deal of a company alone, or somebody forgotten."
    ]
    campaign: Annotated[str | None, "The campaign that it came out of."]
    amount: Annotated[float | None, "What it comes to; null where nobody has said."]
    currency: Annotated[str | None, "The currency of the amount."]
    stage: Annotated[str, "Its stage."]
    state: Annotated[str, "open, won or lost."]
    since: Annotated[str, "The day on which it came into the stage."]
    days: Annotated[int, "Days in the stage; of one that has ended until then."]
    stale: Annotated[bool, "Whether it is open and longer in the stage than `stale` says."]
    dark: Annotated[bool, "Whether it is open and both sides have not spoken for long."]
    heard_on: Annotated[str, "The day on which both sides spoke last, or it was opened."]
    probability: Annotated[float, "The usual share of deals in this stage that are won."]
    opened_on: Annotated[str, "When it was opened."]
    close_on: Annotated[str | None, "When it is expected to be won."]
    close_moves: Annotated[int, "How often that date was moved."]
    closed_on: Annotated[str | None, "When it was won or lost."]
    lost_reason: Annotated[str | None, "Why it was lost."]
    category: Annotated[str | None, "commit, best case, pipeline or omitted."]
    next_step: Annotated[str | None, "What is to be done next."]
    next_step_on: Annotated[str | None, "By when."]
    owner: Annotated[str | None, "Who of the team looks after it."]
    warm: Annotated[bool, "Whether the buyer came to us."]
    lowest: Annotated[int, "The level of its weakest letter: the score of the deal."]
    sum: Annotated[int, "The levels of all letters added up, of 18."]
    lacks: Annotated[list[str], "What the gate of the next stage asks for and is missing."]


class DealShape(DealLineShape):
    """A deal with all that is known of it."""

    letters: Annotated[list[LetterShape], "The letters of MEDDIC."]
    changes: Annotated[list[DealChangeShape], "Every change, the oldest first."]
    changed: Annotated[bool, "Whether this command has changed anything."]
