"""What follows from an answer by default: `data/answer_rules.tsv`, a line for each, with its reason."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from prospector.core.errors import near_miss
from prospector.core.spans import Period
from prospector.normalise.text import data_lines

STOPS = ("no", "campaign", "under_way", "company", "all")
"""Whom a stop is for, from nobody to everybody that it can be about; a later one holds back more."""
TASKS = ("no", "answer", "contact", "again")
OPT_OUT = "unsubscribe"
ALWAYS_SUPPRESSED = ("complaint", OPT_OUT)


class AnswerDefault(NamedTuple):
    """A line of the table. `pause` None: none."""

    answer: str
    stop: str
    pause: Period | None
    suppress: bool
    task: str
    evidence: str | None
    stage: bool
    reason: str
    because: str


@cache
def answer_defaults() -> dict[str, AnswerDefault]:
    """The lines by their answer, in the order of the file."""
    return {one.answer: one for one in map(_line, data_lines("answer_rules.tsv"))}


def _line(text: str) -> AnswerDefault:
    answer, stop, pause, suppress, task, evidence, stage, reason, because = text.split("\t")
    return AnswerDefault(
        answer,
        stop,
        None if pause == "no" else Period.parse(pause),
        suppress == "yes",
        task,
        None if evidence == "no" else evidence,
        stage == "yes",
        reason,
        because,
    )


def answer_name(text: str) -> str:
    """An answer as the table spells it; `ValueError` with a near miss for one that no event can be."""
    name = " ".join(text.split())
    kind, _, word = name.partition(" ")
    classes = {one.partition(" ")[0] for one in answer_defaults()}
    words = _bounces() if kind == "bounce" else _intents()
    if kind in classes and (not word or word in words):
        return name
    known = [*answer_defaults(), *(f"{kind} {one}" for one in words if kind in classes)]
    hint = near_miss(name, known) or f"known: {', '.join(answer_defaults())}"
    raise ValueError(f'no answer "{text[:80]}"; {hint}')


def _intents() -> list[str]:
    found = (one.partition(" ")[2] for one in answer_defaults() if one.startswith("reply "))
    return list(found)


def _bounces() -> list[str]:
    return [one.partition(" ")[2] for one in answer_defaults() if one.startswith("bounce ")]


def line_for(answer: str) -> str:
    """Which line counts for an answer: its own, the opt-out's, or that of its class."""
    kind, _, word = answer.partition(" ")
    if answer in answer_defaults():
        return answer
    return OPT_OUT if word == OPT_OUT and kind != "complaint" else kind


def always_suppressed(answer: str) -> bool:
    """Whether an answer is an opt-out, which no setting takes back."""
    kind, _, word = answer.partition(" ")
    return kind in ALWAYS_SUPPRESSED or word == OPT_OUT
