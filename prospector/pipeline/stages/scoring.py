"""Engagement: points for what somebody has done, halved as time goes by, each kind up to its limit. Whole numbers only,
so that every machine counts the same.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from prospector.core.spans import Period
    from prospector.pipeline.stages.settings import Engagement

_GONE = 10
"""After so many halvings nothing is left of any number of points."""


class Score:
    """The engagement of one person, as what happened is added in the order of time."""

    def __init__(self, rules: Engagement) -> None:
        self._rules = rules
        self._done: dict[tuple[str, date], int] = defaultdict(int)

    def add(self, kind: str, intent: str | None, day: date) -> int:
        """Count something that happened; how many points it brings by itself."""
        points = self._rules.points.get(kind, 0)
        more = self._rules.intents.get(intent or "", 0)
        if points:
            self._done[kind, day] += points
        if more:
            self._done[f"intent {intent}", day] += more
        return points + more

    def on(self, day: date) -> int:
        """The points on a day, none below zero."""
        sums: dict[str, int] = defaultdict(int)
        for (kind, since), points in self._done.items():
            sums[kind] += _halved(points, self._halvings(since, day))
        limits = self._rules.at_most
        return max(0, sum(min(one, limits.get(kind, one)) for kind, one in sums.items()))

    def next_change(self, day: date) -> date | None:
        """The first day after this one on which less is left; None if there is none."""
        return min(
            (step for _, since in self._done for step in self._steps(since) if step > day), default=None
        )

    def _halvings(self, since: date, day: date) -> int:
        return sum(step <= day for step in self._steps(since))

    def _steps(self, since: date) -> tuple[date, ...]:
        period = self._rules.halves_every
        return _halving_days(period, since) if period and period.count else ()


@lru_cache(4096)
def _halving_days(period: Period, since: date) -> tuple[date, ...]:
    """The days on which points of a day are halved. Many people have done something on the same day."""
    found = []
    for _ in range(_GONE):
        since = period.after(since)
        found.append(since)
    return tuple(found)


def _halved(points: int, times: int) -> int:
    """Towards zero, also for points that are taken off."""
    return points >> times if points >= 0 else -(-points >> times)
