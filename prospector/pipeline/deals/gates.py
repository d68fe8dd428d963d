"""Gates: which letters a deal lacks for a stage. Those of the stages that it would leap over count, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prospector.pipeline.deals.letters import Letter
    from prospector.pipeline.stages.settings import Pipeline


def lacking(pipeline: Pipeline, letters: Mapping[str, Letter], came_from: str, stage: str) -> list[str]:
    """What is missing for the way from one stage to another, in words; back, and to an end, nothing is asked."""
    order = pipeline.order
    first, last = order.get(came_from, -1), order[stage]
    if pipeline.stages[stage].end:
        return []
    needed: dict[str, int] = {}
    for name, one in pipeline.stages.items():
        if first < order[name] <= last:
            for letter, level in one.gate.items():
                needed[letter] = max(level, needed.get(letter, 0))
    return [_told(letters[one], level) for one, level in needed.items() if letters[one].counts < level]


def _told(letter: Letter, level: int) -> str:
    name = letter.letter.replace("_", " ")
    if letter.stale:
        return f"{name} is {letter.counts} of {level} (it was {letter.level}, said on {letter.said_on}: too long ago)"
    return f"{name} is {letter.counts} of {level}"
