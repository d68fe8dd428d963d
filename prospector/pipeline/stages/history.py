"""The way of one person through the stages: a pure function of what happened, of moves by hand, and of the day.

In: facts in any order. Out: every move, with who or what moved the person, and where they stand now.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from prospector.pipeline.events.incoming import utc
from prospector.pipeline.events.kinds import HUMAN, TWO_WAY
from prospector.pipeline.stages.scoring import Score

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prospector.pipeline.stages.settings import Pipeline, Rule

What = Literal["enrolled", "fit", "event", "deal", "hand"]
_RANKS: dict[What, int] = {"enrolled": 0, "fit": 1, "event": 2, "deal": 3, "hand": 4}
ANSWERS = frozenset({"reply", "talk", "meeting_booked", "meeting_held"})
"""Classes of events by which somebody has answered us."""
_BRINGS_IN = HUMAN | {"sent", "call"}
"""Classes of events by which somebody is on the road at all."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing from which stages follow."""

    what: What
    at: str
    key: str
    word: str = ""
    """The class of an event; the stage of a move by hand or of a deal."""
    intent: str | None = None
    sure: bool = True
    """Whether an event can move anybody: doubtful ones wait for somebody to look."""
    event_id: int | None = None
    campaign: str | None = None
    fit: int | None = None
    reason: str = ""
    deal: int = 0

    @property
    def order(self) -> tuple[str, int, str]:
        """What comes first, whichever way it was read."""
        return self.at, _RANKS[self.what], self.key

    @property
    def day(self) -> date:
        """The day on which it was."""
        return _day(self.at[:10])


@lru_cache(8192)
def _day(text: str) -> date:
    """Many things happen on the same day."""
    return date.fromisoformat(text)


class Move(NamedTuple):
    """A move to a stage. `by` is `rule:NAME`, `event` or `hand`."""

    stage: str
    came_from: str | None
    at: str
    by: str
    reason: str = ""
    event_id: int | None = None
    campaign: str | None = None


@dataclass(slots=True)
class Standing:
    """Where a person stands on a day, and how they came there."""

    stage: str | None = None
    since: date = date.min
    warm: bool = False
    fit: int | None = None
    engagement: int = 0
    until: date | None = None
    """The last day on which the stage's clock lets them stay."""
    last_answer: date | None = None
    last_two_way: date | None = None
    contacted_on: date | None = None
    campaign: str | None = None
    due_on: date | None = None
    """The day on which time alone changes something."""
    moves: list[Move] = field(default_factory=list)


class Road:
    """The rules of a pipeline by the stage that they lead out of; made once for many people."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline
        self.order = pipeline.order
        self._out_of: dict[tuple[str, str, str | None], list[tuple[str, Rule]]] = {}

    def out_of(self, here: str, event: str, intent: str | None) -> list[tuple[str, Rule]]:
        """The rules that can move somebody out of a stage when an event happens; a blank one is no event."""
        key = (here, event, intent)
        if key not in self._out_of:
            self._out_of[key] = [
                (name, rule) for name, rule in self._leading_out_of(here) if _is_about(rule, event, intent)
            ]
        return self._out_of[key]

    def is_end(self, stage: str) -> bool:
        """Whether it is won or lost."""
        known = self.pipeline.stages.get(stage)
        return known is not None and known.end is not None

    def _leading_out_of(self, here: str) -> Iterator[tuple[str, Rule]]:
        ended, place = self.is_end(here), self.order.get(here, 0)
        for name, stage in self.pipeline.stages.items():
            for rule in stage.enter:
                ahead = not ended and self.order[name] > place
                if name != here and (here in rule.out_of if rule.out_of else ahead):
                    yield name, rule


def standing(facts: Iterable[Fact], road: Road, as_of: date, *, warm: bool = False) -> Standing:
    """Where somebody stands at the end of a day. What is dated later is not known yet."""
    ordered = sorted(facts, key=lambda one: one.order)
    walk = _Walk(road, next((one.fit for one in ordered if one.fit is not None), None))
    walk.now.warm = warm
    later = [one.day for one in ordered if one.day > as_of]
    for fact in ordered:
        if fact.day <= as_of:
            walk.take(fact)
    return walk.end(as_of, later)


class _Walk:
    """One person's way, fact by fact."""

    def __init__(self, road: Road, fit: int | None) -> None:
        self._road = road
        self._pipeline = road.pipeline
        self._order = road.order
        self._score = Score(self._pipeline.engagement)
        self._deals: dict[int, str] = {}
        self.now = Standing(fit=fit)

    def take(self, fact: Fact) -> None:
        """What follows from one fact."""
        self._clock(fact.day)
        self.now.campaign = fact.campaign or self.now.campaign
        if fact.what == "hand":
            self._move(Move(fact.word, None, fact.at, "hand", fact.reason, campaign=fact.campaign))
        elif fact.what == "deal":
            self._follow(fact)
        elif fact.what == "fit":
            known, self.now.fit = self.now.fit, fact.fit
            if fact.fit != known:
                self._by_rules(fact)
        elif fact.what == "enrolled":
            self.now.contacted_on = self.now.contacted_on or fact.day
            self._bring_in(fact)
        else:
            self._happened(fact)

    def end(self, as_of: date, later: list[date]) -> Standing:
        """Where they stand in the end."""
        self._clock(as_of)
        self.now.engagement = self._score.on(as_of)
        clock = [self.now.until + _DAY] if self.now.until and self.now.until < date.max else []
        fading = self._score.next_change(as_of)
        self.now.due_on = min([*clock, *later, *([fading] if fading else [])], default=None)
        return self.now

    def _happened(self, fact: Fact) -> None:
        if fact.word in ANSWERS:
            self.now.last_answer = fact.day
        if fact.word in TWO_WAY:
            self.now.last_two_way = fact.day
        self.now.warm |= fact.word in self._pipeline.warm.events
        scored = fact.sure and self._score.add(fact.word, fact.intent, fact.day) > 0
        if fact.word in _BRINGS_IN:
            self._bring_in(fact)
        if fact.sure and self.now.stage is not None:
            self._by_rules(fact, scored=scored)

    def _bring_in(self, fact: Fact) -> None:
        if self.now.stage is None:
            reason = f"taken by {fact.campaign}" if fact.what == "enrolled" else fact.word.replace("_", " ")
            first = self._pipeline.first
            self._move(Move(first, None, fact.at, "rule:first", reason, fact.event_id, fact.campaign))

    def _by_rules(self, fact: Fact, *, scored: bool = True) -> None:
        """The furthest stage that a rule leads to; of several rules of one stage the first."""
        if self.now.stage is None:
            return
        rules = self._road.out_of(self.now.stage, fact.word if fact.what == "event" else "", fact.intent)
        found = [(name, rule) for name, rule in rules if self._holds(rule, fact, scored=scored)]
        if not found:
            return
        name = max((one for one, _ in found), key=lambda one: self._order[one])
        rule = next(one for stage, one in found if stage == name)
        by = "event" if rule.event else f"rule:{name}"
        reason = rule.reason or self._because(rule, fact)
        self._move(Move(name, None, fact.at, by, reason, fact.event_id, fact.campaign))

    def _holds(self, rule: Rule, fact: Fact, *, scored: bool) -> bool:
        """Whether both scores are high enough, where a rule asks for them."""
        if rule.fit is None or rule.engagement is None:
            return True
        fits = self.now.fit is not None and self.now.fit >= rule.fit
        return scored and fits and self._score.on(fact.day) >= rule.engagement

    def _because(self, rule: Rule, fact: Fact) -> str:
        if rule.event:
            return (
                f"{fact.word}: {fact.intent}".replace("_", " ")
                if fact.intent
                else fact.word.replace("_", " ")
            )
        return f"fit {self.now.fit}, engagement {self._score.on(fact.day)}"

    def _follow(self, fact: Fact) -> None:
        """A person goes with the furthest of their open deals, else to the end of the one that has ended."""
        if self._road.is_end(fact.word):
            self._deals.pop(fact.deal, None)
        else:
            self._deals[fact.deal] = fact.word
        open_ = sorted(self._deals.values(), key=lambda one: self._order.get(one, 0))
        stage = open_[-1] if open_ else fact.word
        self._move(Move(stage, None, fact.at, "rule:deal", fact.reason, campaign=fact.campaign))

    def _clock(self, day: date) -> None:
        """Back with whoever has stayed too long, as often as the clocks say so until this day."""
        while self.now.until is not None and self.now.until < day and self.now.stage is not None:
            stage = self._pipeline.stages[self.now.stage]
            assert stage.back_to is not None
            reason = f"not moved on within {stage.within}"
            self._move(Move(stage.back_to, None, utc(self.now.until + _DAY), "rule:clock", reason))

    def _move(self, move: Move) -> None:
        if move.stage == self.now.stage:
            return
        self.now.moves.append(
            move._replace(came_from=self.now.stage, campaign=move.campaign or self.now.campaign)
        )
        self.now.stage, self.now.since = move.stage, date.fromisoformat(move.at[:10])
        stage = self._pipeline.stages.get(move.stage)
        self.now.until = stage.within.after(self.now.since) if stage and stage.within else None


def _is_about(rule: Rule, event: str, intent: str | None) -> bool:
    """Whether a rule is about what has happened."""
    if rule.event and not (event and _is_meant(event, rule.event)):
        return False
    return not rule.intent or intent in rule.intent


def _is_meant(word: str, events: Iterable[str]) -> bool:
    """Whether a class of events is one of those that a rule names."""
    return any(
        word == one or (one == "two_way" and word in TWO_WAY) or (one == "human" and word in HUMAN)
        for one in events
    )
