"""One person in one campaign: how they stand there, what stops them, and which criterion says what.

In: what the rooms say of the person. Out: one value, as JSON and as lines to be read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prospector.core.shapes import AnswersShape, LeftAloneShape, StageShape
    from prospector.pipeline.stages.shapes import InCampaignShape
    from prospector.segments.reasons import Explained


class InCampaign(NamedTuple):
    """What `why WHO --campaign NAME` tells."""

    person: str
    campaign: str
    standing: str
    suppressed: str | None
    stage: StageShape | None
    answers: AnswersShape | None
    left_alone: Sequence[LeftAloneShape]
    criteria: Sequence[Explained]

    def as_json(self) -> InCampaignShape:
        """The same for programs."""
        return {
            "person": self.person,
            "campaign": self.campaign,
            "standing": self.standing,
            "suppressed": self.suppressed,
            "stage": self.stage,
            "answers": self.answers,
            "left_alone": list(self.left_alone),
            "criteria": [one.as_json() for one in self.criteria],
        }

    def lines(self) -> Iterator[tuple[str, str]]:
        """What it is about, and what is to be said of it."""
        yield "campaign", self.standing
        if self.suppressed:
            yield "suppressed", self.suppressed
        for one in self.left_alone:
            yield "left alone", f"{one['reason'].replace('_', ' ')}, {one['detail']}"
        if self.stage:
            yield "stage", self.stage["said"]
        if self.answers:
            yield "answers", self.answers["said"]
        for asked in self.criteria:
            yield asked.criterion, asked.words
