"""What stands in `pipeline.yaml`: stages in the order of the road, the rules of entry, and what deals need."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from prospector.config import Section
from prospector.config.values import AnyPeriod, Day, OneLine, PlainName
from prospector.core.spans import Period

LETTERS = ("metrics", "economic_buyer", "decision_criteria", "decision_process", "pain", "champion")
"""The letters of MEDDIC, in its order."""
Letter = Literal["metrics", "economic_buyer", "decision_criteria", "decision_process", "pain", "champion"]
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,2})?)%")
_CURRENCY = re.compile(r"[A-Z]{3}")


def _several(value: object) -> object:
    """One word in the place of a list of words."""
    return (value,) if isinstance(value, str) else value


def _rule(value: object) -> object:
    """The name of a class of events in the place of a rule."""
    return {"event": value} if isinstance(value, str) else value


def _percent(value: object) -> object:
    if isinstance(value, float | int):
        return value
    match = _PERCENT.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or float(match[1]) > 100:
        raise ValueError("write a share such as 20%")
    return float(match[1]) / 100


def _currency(value: object) -> object:
    if not isinstance(value, str) or not _CURRENCY.fullmatch(value):
        raise ValueError("write the three letters of a currency, such as EUR")
    return value


Words = Annotated[tuple[OneLine, ...], BeforeValidator(_several)]
Percent = Annotated[float, BeforeValidator(_percent)]
Currency = Annotated[str, BeforeValidator(_currency)]
Points = Annotated[int, Field(ge=-1000, le=1000)]


class Rule(Section):
    """One way into a stage. All that it names has to hold; `event` names classes, or `two_way` and `human` for several.

    Without `out_of` it moves people forward only, and nobody out of an end.
    """

    event: Words = ()
    intent: Words = ()
    fit: int | None = Field(default=None, ge=0, le=1000)
    engagement: int | None = Field(default=None, ge=0, le=1000)
    out_of: Words = ()
    reason: OneLine = ""

    @model_validator(mode="after")
    def _says_when(self) -> Rule:
        if (self.fit is None) != (self.engagement is None):
            raise ValueError("name both fit and engagement: one score alone qualifies nobody")
        if not self.event and self.fit is None:
            raise ValueError("a rule needs an event, or fit and engagement")
        if self.intent and not self.event:
            raise ValueError("an intent needs the event that has it")
        return self


class CrmNames(Section):
    """What a CRM calls a stage, of a deal and of a person."""

    deal: OneLine = ""
    person: OneLine = ""


class Stage(Section):
    """A stage. `within` is its clock: who has not moved on by then goes back to `back_to`."""

    group: PlainName | None = None
    enter: tuple[Annotated[Rule, BeforeValidator(_rule)], ...] = ()
    within: AnyPeriod | None = None
    back_to: str | None = None
    stale: AnyPeriod | None = None
    probability: Percent = 0
    gate: dict[Letter, Annotated[int, Field(ge=1, le=3)]] = Field(default_factory=dict)
    end: Literal["won", "lost"] | None = None
    crm: dict[Literal["hubspot", "salesforce"], CrmNames] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _clock_is_whole(self) -> Stage:
        if (self.within is None) != (self.back_to is None):
            raise ValueError("a clock needs both within and back_to")
        if self.end and self.within:
            raise ValueError("an end has no clock")
        return self


class Fit(Section):
    """Points for who somebody is."""

    member: Points = 50


class Engagement(Section):
    """Points for what somebody has done; all are halved again and again as time goes by."""

    points: dict[str, Points] = Field(default_factory=dict)
    intents: dict[str, Points] = Field(default_factory=dict)
    at_most: dict[str, Points] = Field(default_factory=dict)
    halves_every: AnyPeriod | None = None


class Warm(Section):
    """Who came to us: by what they did, or by a column of the user's own."""

    events: Words = ("form",)
    custom: dict[str, Words] = Field(default_factory=dict)


class Deals(Section):
    """What holds for all deals."""

    opens_in: str | None = None
    dark_after: AnyPeriod = Period(30, "d")
    letters_stale: AnyPeriod = Period(60, "d")
    lost_reasons: Words = ()


class Owner(Section):
    """Somebody of the team: whose campaigns they look after, and what they aim at in a month."""

    campaigns: Words = ()
    goals: dict[str, Annotated[int, Field(ge=1, le=1_000_000)]] = Field(default_factory=dict)


class Target(Section):
    """The amount that is to be won, and by when."""

    amount: float = Field(gt=0, le=1e15)
    by: Day


class Pipeline(Section):
    """All of `pipeline.yaml`."""

    currency: Currency = "EUR"
    fit: Fit = Fit()
    engagement: Engagement = Engagement()
    warm: Warm = Warm()
    stages: dict[PlainName, Stage]
    deals: Deals = Deals()
    owners: dict[PlainName, Owner] = Field(default_factory=dict)
    target: Target | None = None

    @field_validator("stages")
    @classmethod
    def _has_a_road(cls, stages: dict[str, Stage]) -> dict[str, Stage]:
        ends = [one.end for one in stages.values()]
        if not stages or ends[0]:
            raise ValueError("the first stage has to be an open one")
        for end in ("won", "lost"):
            if ends.count(end) != 1:
                raise ValueError(f"exactly one stage has to say end: {end}")
        return stages

    @property
    def order(self) -> dict[str, int]:
        """The place of each stage on the road."""
        return {name: place for place, name in enumerate(self.stages)}

    @property
    def first(self) -> str:
        """The stage of whoever is known to have done anything, or was enrolled."""
        return next(iter(self.stages))

    @property
    def uses_fit(self) -> bool:
        """Whether any rule asks for the fit."""
        return any(rule.fit is not None for stage in self.stages.values() for rule in stage.enter)

    def end(self, how: Literal["won", "lost"]) -> str:
        """The name of the stage that is this end."""
        return next(name for name, stage in self.stages.items() if stage.end == how)

    def of_group(self, word: str) -> tuple[str, ...]:
        """The stages that a word stands for: one by its name, or those of a group."""
        return (word,) if word in self.stages else self.groups.get(word, ())

    @property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """The groups with their stages."""
        names = dict.fromkeys(one.group for one in self.stages.values() if one.group)
        return {
            group: tuple(name for name, one in self.stages.items() if one.group == group) for group in names
        }

    def owner_of(self, campaign: str | None) -> str | None:
        """Who looks after a campaign: the first owner that names it."""
        return next((name for name, one in self.owners.items() if campaign in one.campaigns), None)
