"""How a tool counts the days between mails, which wait that makes, and who gets a mail on another day than planned.

Every tool waits after a mail and then sends at the next time that its schedule allows; what differs is which days it
counts. The plan counts the days of the campaign's window.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from prospector.sequences.calendar import parse_window

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prospector.destinations.handover import Delays, Lead, PlannedTouch

WORDS: dict[str, str] = {
    "dates": "by the date of each touch",
    "calendar_days": "in calendar days",
    "sending_days": "in days on which it may send",
    "business_days": "in business days, Monday to Friday",
}
USUAL_WINDOW = "Mon-Fri 09:00-17:00"
_DAY = timedelta(days=1)
_WORKING = (0, 1, 2, 3, 4)


class _Moved(NamedTuple):
    touch: str
    days: int
    planned: int
    there: int


def wait_between(delays: Delays, window: str, before: PlannedTouch, after: PlannedTouch) -> int:
    """The wait to set between two mails, in days as the tool counts them."""
    open_days = _open_days(window)
    weeks, rest = divmod(after.day - before.day, len(open_days))
    if delays == "calendar_days":
        return weeks * 7 + rest
    if delays == "business_days":
        return weeks * len(_WORKING) + rest
    return after.day - before.day


class Moves:
    """Mails that the tool would send on another day than the plan has, counted while the leads pass."""

    def __init__(self, delays: Delays, window: str) -> None:
        self._delays, self._window = delays, window or USUAL_WINDOW
        self._found: Counter[_Moved] = Counter()

    def add(self, lead: Lead) -> None:
        """Follow a lead's mails as the tool would send them."""
        if self._delays == "dates":
            return
        mails = [touch for touch in lead.touches if touch.channel == "email"]
        for touch, there in zip(mails, self._dates(mails), strict=True):
            planned = date.fromisoformat(touch.send_at[:10])
            if there != planned:
                days = (there - planned).days
                self._found[_Moved(touch.touch, days, planned.weekday(), there.weekday())] += 1

    def _dates(self, mails: Sequence[PlannedTouch]) -> Iterator[date]:
        if not mails:
            return
        day = date.fromisoformat(mails[0].send_at[:10])
        yield day
        for before, after in pairwise(mails):
            day = _after(
                day, wait_between(self._delays, self._window, before, after), self._delays, self._window
            )
            yield day

    def lines(self, tool: str) -> list[str]:
        """What to tell about them, in a fixed order: one line a touch, days apart and weekdays."""
        return [
            f"{one.touch}: {_count(count)} on another day in {tool}: planned for {_WEEKDAYS[one.planned]}, there "
            f"{_WEEKDAYS[one.there]}, {_days(abs(one.days))} {'later' if one.days > 0 else 'earlier'}"
            for one, count in sorted(self._found.items())
        ]


def _count(people: int) -> str:
    return "1 person gets it" if people == 1 else f"{people} people get it"


def _days(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"


_WEEKDAYS = ("a Monday", "a Tuesday", "a Wednesday", "a Thursday", "a Friday", "a Saturday", "a Sunday")


@lru_cache(maxsize=4096)
def _after(day: date, wait: int, delays: Delays, window: str) -> date:
    """The day on which a tool sends what waits so long after a mail."""
    open_days = _open_days(window)
    counted = {"calendar_days": range(7), "business_days": _WORKING}.get(delays, open_days)
    while wait > 0:
        day += _DAY
        wait -= day.weekday() in counted
    while day.weekday() not in open_days:
        day += _DAY
    return day


@lru_cache(maxsize=64)
def _open_days(window: str) -> tuple[int, ...]:
    return parse_window(window or USUAL_WINDOW).days
