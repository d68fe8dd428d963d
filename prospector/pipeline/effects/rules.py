"""Which answer leads to what: the lines of `data/answer_rules.tsv` as the workspace's `answers:` have them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from prospector.config import answer_defaults, line_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prospector.config import AnswerRule
    from prospector.core.spans import Period


class Rule(NamedTuple):
    """What follows from one kind of answer. See the table for the words."""

    answer: str
    stop: str
    pause: Period | None
    suppress: bool
    task: str
    evidence: str | None
    stage: bool
    reason: str


class Rules:
    """The table of a workspace."""

    def __init__(self, answers: Mapping[str, AnswerRule]) -> None:
        self._rules = {name: _rule(name, one) for name, one in answers.items()}

    def of(self, kind: str, word: str | None) -> Rule:
        """The rule for a class of events and what it says; a class that the table does not know leads to nothing."""
        name = f"{kind} {word}" if word else kind
        return self._rules.get(name) or self._rules.get(line_for(name)) or self._rules["other"]


def _rule(name: str, written: AnswerRule) -> Rule:
    default = answer_defaults()[line_for(name)]
    return Rule(
        name,
        written.stop or default.stop,
        None if written.pause in ("no", None) else written.pause,  # type: ignore[arg-type]
        bool(written.suppress),
        written.task or default.task,
        default.evidence,
        default.stage,
        _reason(name, default.reason),
    )


def _reason(name: str, told: str) -> str:
    """Where the workspace stops what by default stops nobody, there is no reason in the table."""
    return told if told != "-" else "stopped"
