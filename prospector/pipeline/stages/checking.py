"""Whether every word of `pipeline.yaml` is known: stages, classes of events, intents. What is not is refused, with its
line and the nearest word that is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prospector.config import setting_line
from prospector.core.errors import FileError, near_miss
from prospector.pipeline.events.kinds import CLASSES, INTENTS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from prospector.pipeline.stages.settings import Pipeline, Rule

Place = tuple[str | int, ...]
Word = tuple[Place, str, "Collection[str]", str]
"""Where a word stands, the word, the words that can stand there, and what they are."""

SEVERAL = ("two_way", "human")
"""Words of a rule for several classes at once: see `events.kinds`."""
RESERVED = ("none", "any")
"""Words of segments and flags that no stage may have as its name."""
_COUNTED = [name for name in CLASSES if name != "opened"]


def check_words(pipeline: Pipeline, path: Path) -> None:
    """`FileError` for the first word that nobody knows, or that cannot stand where it does."""
    for place, word, known, what in _words(pipeline):
        if word not in known:
            raise FileError(
                path, f'no {what} "{word[:80]}"', line=setting_line(path, *place), hint=_hint(word, known)
            )
    for place, what, hint in _faults(pipeline):
        raise FileError(path, what, line=setting_line(path, *place), hint=hint)


def _hint(word: str, known: Collection[str]) -> str:
    if word == "opened":
        return "opens are never counted: machines open mails, too"
    return near_miss(word, known) or f"known: {', '.join(known) or 'none'}"


def _words(pipeline: Pipeline) -> Iterator[Word]:
    """Every word of the file that names something."""
    for name, stage in pipeline.stages.items():
        for number, rule in enumerate(stage.enter):
            yield from _words_of_rule(("stages", name, "enter", number), rule, pipeline)
        if stage.back_to is not None:
            yield ("stages", name, "back_to"), stage.back_to, _before(pipeline, name), "stage before it"
    for place, words in (
        (("engagement", "points"), pipeline.engagement.points),
        (("warm", "events"), pipeline.warm.events),
    ):
        yield from ((place, word, _COUNTED, "class of events") for word in words)
    for word in pipeline.engagement.intents:
        yield ("engagement", "intents", word), word, INTENTS, "intent"
    for word in pipeline.engagement.at_most:
        yield ("engagement", "at_most", word), word, tuple(pipeline.engagement.points), "points for"
    if pipeline.deals.opens_in is not None:
        open_ = [name for name, stage in pipeline.stages.items() if not stage.end]
        yield ("deals", "opens_in"), pipeline.deals.opens_in, open_, "open stage"
    goals = (*pipeline.stages, *pipeline.groups, *_COUNTED)
    for name, owner in pipeline.owners.items():
        yield from ((("owners", name, "goals", word), word, goals, "stage or event") for word in owner.goals)


def _words_of_rule(place: Place, rule: Rule, pipeline: Pipeline) -> Iterator[Word]:
    for word in rule.event:
        yield (*place, "event"), word, (*SEVERAL, *_COUNTED), "class of events"
    for word in rule.intent:
        yield (*place, "intent"), word, INTENTS, "intent"
    for word in rule.out_of:
        yield (*place, "out_of"), word, tuple(pipeline.stages), "stage"


def _before(pipeline: Pipeline, name: str) -> list[str]:
    """The open stages before one."""
    names = list(pipeline.stages)
    return [one for one in names[: names.index(name)] if not pipeline.stages[one].end]


def _faults(pipeline: Pipeline) -> Iterator[tuple[Place, str, str]]:
    """What is wrong though every word is known."""
    for name in (*pipeline.stages, *pipeline.groups):
        if name in RESERVED:
            yield ("stages", name), f'"{name}" cannot be the name of a stage', "segments ask for it"
    for group in pipeline.groups:
        if group in pipeline.stages:
            yield ("stages", group), f'"{group}" is a stage and a group', "give one of them another name"
    order = pipeline.order
    for name, stage in pipeline.stages.items():
        for number, rule in enumerate(stage.enter):
            if not rule.reason and any(order[one] > order[name] for one in rule.out_of):
                place = ("stages", name, "enter", number)
                yield place, "a way back needs a reason", 'add reason: such as "not now"'
    yield from _campaigns_of_two(pipeline)


def _campaigns_of_two(pipeline: Pipeline) -> Iterator[tuple[Place, str, str]]:
    whose: dict[str, str] = {}
    for name, owner in pipeline.owners.items():
        for campaign in owner.campaigns:
            if whose.setdefault(campaign, name) != name:
                what = f'campaign "{campaign[:80]}" has two owners, {whose[campaign]} and {name}'
                yield ("owners", name, "campaigns"), what, "name it once"
