"""What a task is worth: the chance that it leads to a won deal, times the amount, times what waiting would cost of it.

The shares are rules of thumb that put tasks in an order, no forecast: the report has that, from the team's own numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from prospector.store.database import Database

POINTS = 1000.0
"""Stands for the amount of a deal where none has one: values are points then."""
HALF_LIFE = 14
"""Days after which a touch that nobody made is worth half: its mails have gone on without it."""


class Road(NamedTuple):
    """What the workspace says of its stages: shares that are won, the day before which one stands still, the ends."""

    shares: Mapping[str, float] = {}
    stale_before: Mapping[str, date] = {}
    ends: frozenset[str] = frozenset({"won", "lost"})
    dark_before: date | None = None
    """A deal of which both sides spoke last before this day has gone dark."""


NO_ROAD = Road()


class Chance(NamedTuple):
    """A share and the words for it."""

    share: float
    because: str


CHANCES: dict[str, Chance] = {
    "interested": Chance(0.15, "interested"),
    "question": Chance(0.08, "asks a question"),
    "referral": Chance(0.06, "names somebody else"),
    "not_now": Chance(0.03, "not now"),
    "reply": Chance(0.05, "a reply that no rule knows"),
    "form": Chance(0.10, "came to us"),
    "meeting_missed": Chance(0.10, "a meeting that did not take place"),
    "review": Chance(0.05, "may want something, or not"),
    "noted": Chance(0.05, "noted by hand or after an event"),
    "accepted": Chance(0.06, "was accepted as worth a talk"),
    "stage": Chance(0.10, "has talked with us"),
    "call": Chance(0.01, "a call of a sequence"),
    "linkedin": Chance(0.005, "a LinkedIn touch of a sequence"),
    "task": Chance(0.005, "a task of a sequence"),
}
"""How many of such become a won deal. A word that is not here counts as `reply` if somebody wrote it, else `task`."""

UNKNOWN_STAGE = 0.20
"""The share of deals that are won from a stage of which the workspace does not say it."""

AT_STAKE = {"no_step": 0.25, "step_due": 0.25, "stalled": 0.25, "dark": 0.25, "close_date": 0.10}
"""What waiting costs of a deal's expected value."""


@dataclass(frozen=True, slots=True)
class Worth:
    """The amounts that are known, and the road of the workspace."""

    average: float | None = None
    """Of the won deals, else of the open ones; None where no deal has an amount."""
    of: str = ""
    """Which deals those are, in words."""
    road: Road = NO_ROAD

    @property
    def in_points(self) -> bool:
        """Whether values are points, as no deal has an amount."""
        return self.average is None

    def of_chance(self, name: str, *, score: int | None = None, amount: float | None = None) -> float:
        """What a task is worth by what happened; a score of 100 doubles the chance."""
        share = CHANCES.get(name, CHANCES["task"]).share
        raised = min(1.0, share * (1 + min(max(score or 0, 0), 100) / 100))
        return raised * (amount or self.average or POINTS)

    def of_deal(self, stage: str, amount: float | None, problem: str) -> float:
        """What a task about an open deal is worth."""
        return self.share_of(stage) * (amount or self.average or POINTS) * AT_STAKE[problem]

    def share_of(self, stage: str) -> float:
        """The share of deals that are won from a stage."""
        return self.road.shares.get(stage) or UNKNOWN_STAGE

    def words(self, value: float, amount: float | None = None) -> str:
        """The value with its parts."""
        percent = f"{100 * value / (amount or self.average or POINTS):.3g}%"
        if amount:
            return f"worth {value:,.0f}: {percent} of {amount:,.0f}"
        if self.average:
            return f"worth {value:,.0f}: {percent} of {self.average:,.0f}, {self.of}"
        return f"{value:,.0f} points: {percent}"


def aged(value: float, days: int) -> float:
    """The value of a touch that has been overdue for some days."""
    return value * float(0.5 ** (max(days, 0) / HALF_LIFE))


def known_worth(db: Database, road: Road = NO_ROAD) -> Worth:
    """What the deals in the database say of amounts."""
    for state, words in (("won", "the average of {} won"), ("open", "the average of {} open")):
        sql = "SELECT avg(amount), count(*) FROM deals WHERE state = ? AND amount > 0"
        row = db.one(sql, (state,))
        if row and row[1]:
            number = f"{row[1]} {'deal' if row[1] == 1 else 'deals'}"
            return Worth(float(row[0]), words.format(number), road)
    return Worth(road=road)
