"""What is told of stages and deals, as JSON: declarations only."""

from __future__ import annotations

from typing import Annotated, TypedDict

from prospector.core.shapes import AnswersShape, LeftAloneShape, StageShape
from prospector.segments.shapes import ExplainedShape


class MoveShape(TypedDict):
    """A move of a person from one stage to another."""

    at: Annotated[str, "When, in UTC."]
    stage: Annotated[str, "The stage that was entered."]
    came_from: Annotated[str | None, "The stage before; null for the first one."]
    by: Annotated[
        str, "What moved the person: `hand`, `event`, or `rule:NAME` (a stage, `first`, `clock`, `deal`)."
    ]
    reason: Annotated[str, "Why; a way back always has a reason."]
    campaign: Annotated[str | None, "The campaign that the person was in."]
    event: Annotated[int | None, "The event that it followed from."]


class StandingShape(TypedDict):
    """Where a person stands."""

    person: Annotated[str, "Address, or `person:ID`."]
    stage: Annotated[str | None, "The stage; null for somebody who is on no road yet."]
    since: Annotated[str | None, "The day on which it was entered."]
    days: Annotated[int | None, "Days in it."]
    warm: Annotated[bool, "Whether the person came to us."]
    fit: Annotated[int | None, "Points for who it is; null where no segment of a campaign says."]
    engagement: Annotated[int | None, "Points for what was done, as far as they have not faded."]
    accepted_until: Annotated[str | None, "The last day on which the stage's clock lets the person stay."]
    last_answer: Annotated[str | None, "The day of the last reply, talk or meeting."]
    last_two_way: Annotated[str | None, "The day on which both sides spoke last."]
    owner: Annotated[str | None, "Who of the team looks after the person."]
    moves: Annotated[list[MoveShape], "Every move up to the day, the oldest first."]
    changed: Annotated[bool, "Whether this command has changed anything."]


class InCampaignShape(TypedDict):
    """How a person stands in a campaign, and why."""

    person: Annotated[str, "Address, or `person:ID`."]
    campaign: Annotated[str, "The campaign."]
    standing: Annotated[str, "In words: taken, held back and why, not in the segment, or to be taken today."]
    suppressed: Annotated[str | None, "Why nobody may write to the person; null if one may."]
    stage: Annotated[StageShape | None, "Where the person stands; null for somebody who is on no road yet."]
    answers: Annotated[AnswersShape | None, "What came back; null where the campaign has not written yet."]
    left_alone: Annotated[list[LeftAloneShape], "What stops the person in this campaign, or in all."]
    criteria: Annotated[list[ExplainedShape], "The criteria of the campaign's segment, each with its answer."]


class StageLineShape(TypedDict):
    """A stage, and who stands there."""

    stage: Annotated[str, "Its name in `pipeline.yaml`."]
    group: Annotated[str | None, "The larger stage that it is a part of."]
    people: Annotated[int, "People in it."]
    warm: Annotated[int, "Those of them who came to us."]
    cold: Annotated[int, "Those of them to whom we came."]
    stale: Annotated[int, "Those who are in it for longer than its `stale` says."]
    median_days: Annotated[
        int | None, "Days that the middle one of them is in it by now; null without anybody."
    ]
    deals: Annotated[int, "Open deals in it; of an end those that ended there."]
    amounts: Annotated[dict[str, float], "What these deals come to, by currency."]
    unpriced: Annotated[int, "Those of the deals of which no amount is known."]
