"""When each touch leaves: business days and hours of the recipient, spread over the window, always the same.

A window is a set of weekdays and a span of wall-clock time, such as `Mon-Fri 09:00-17:00`. Public holidays are
not known here.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from prospector.core.errors import UsageError, near_miss

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SPARE_MINUTES = 5
"""Nothing is planned for the last minutes of a window: a tool that lags would send after it."""

SHORTEST_WINDOW = 30
"""The least length of a window, in minutes."""

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WINDOW = re.compile(r"(\D{2,80}?)\s*(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})", re.ASCII)
_EXAMPLE = 'write it like "Mon-Fri 09:00-17:00"'
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """When mails may leave. `days` are weekdays from 0 (Monday), `start` and `end` minutes after midnight."""

    days: tuple[int, ...]
    start: int
    end: int

    def __str__(self) -> str:
        days = ",".join(_WEEKDAYS[day].capitalize() for day in self.days)
        return f"{days} {_clock(self.start)}-{_clock(self.end)}"

    def holds(self, moment: datetime) -> bool:
        """Whether a local time lies inside: the start belongs to it, the end does not."""
        return moment.weekday() in self.days and self.start <= moment.hour * 60 + moment.minute < self.end


def parse_window(text: str) -> Window:
    """Read `Mon-Fri 09:00-17:00` or `Mon,Wed,Fri 8:30-12:00`; `ValueError` with a text for the user."""
    match = _WINDOW.fullmatch(text.strip()) if len(text) <= 120 else None
    if not match:
        raise ValueError(f"not a window: {text[:80]!r}; {_EXAMPLE}")
    start, end = _minutes_of(match[2], match[3]), _minutes_of(match[4], match[5])
    if end - start < SHORTEST_WINDOW:
        raise ValueError(
            f"the window {text[:80]!r} ends before it starts, or is under {SHORTEST_WINDOW} minutes"
        )
    return Window(_days_of(match[1]), start, end)


def first_day(as_of: date, start: date | None, window: Window) -> date:
    """The first day of the window's weekdays on or after both dates."""
    day = max(as_of, start) if start else as_of
    while day.weekday() not in window.days:
        day += _DAY
    return day


@lru_cache(maxsize=1024)
def find_zone(name: str) -> ZoneInfo:
    """The time zone by its name, such as `Europe/Berlin`; `ValueError` if there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"no time zone {name[:80]!r}; write it like Europe/Berlin") from None


def touch_times(
    days: Sequence[int],
    *,
    first: date,
    window: Window,
    zone: str,
    key: str,
    after: datetime | None = None,
) -> list[datetime]:
    """A local time, with its zone, for each touch; `days` count business days after the first one.

    The minute is taken from `key`, so that it is the same in every run and spread over many people. Touches
    of one day follow each other in the order given. The times rise strictly, and each lies in the window:
    minutes that a clock change skips are not used, and a day without any is not a business day. Nothing is dated at
    or before the moment `after`: what is left of that day's window is used, else the next day's.
    `ValueError` for days that fall, for an unknown zone, and for more touches on a day than minutes.
    """
    place = find_zone(zone)
    times = []
    for slot in _slots(tuple(days), first, window, zone, after):
        digest = hashlib.sha256(f"{key}|{slot.day}|{slot.nth}".encode("utf-8", "replace")).digest()
        minute = slot.minutes[int.from_bytes(digest[:8], "big") % len(slot.minutes)]
        times.append(_at(slot.date, minute, place))
    return times


class _Slot(NamedTuple):
    """Where a touch can be: the nth of a day has its own part of the day's minutes."""

    day: int
    nth: int
    date: date
    minutes: Sequence[int]


@lru_cache(maxsize=1024)
def _slots(
    days: tuple[int, ...], first: date, window: Window, zone: str, after: datetime | None
) -> tuple[_Slot, ...]:
    """The slots of a sequence: the same for everybody who starts on one day in one zone."""
    if list(days) != sorted(days) or any(day < 0 for day in days):
        raise ValueError("the days of touches must not fall")
    on_day: Counter[int] = Counter(days)
    open_days = _open_days(first, window, zone, after, least=max(1, on_day[0]))
    dates = list(islice(open_days, max(days, default=-1) + 1))
    nth: Counter[int] = Counter()
    slots = []
    for day in days:
        part = _part(_minutes_left(dates[day], window, zone, after), nth[day], on_day[day])
        slots.append(_Slot(day, nth[day], dates[day], part))
        nth[day] += 1
    return tuple(slots)


def _part(minutes: Sequence[int], nth: int, count: int) -> Sequence[int]:
    """The minutes of the nth of `count` touches of a day."""
    if count > len(minutes):
        raise ValueError(f"{count} touches on a day whose window has {len(minutes)} minutes")
    return minutes[nth * len(minutes) // count : (nth + 1) * len(minutes) // count]


def _open_days(
    first: date, window: Window, zone: str, after: datetime | None, *, least: int
) -> Iterator[date]:
    """The days that have minutes; one that has begun needs as many as its touches, or it is left out."""
    day = first
    while True:
        if day.weekday() in window.days and (whole := _minutes(day, window, zone)):
            left = _minutes_left(day, window, zone, after)
            if len(left) == len(whole) or len(left) >= least:
                yield day
        try:
            day += _DAY
        except OverflowError:
            hint = "choose an earlier day: --as-of, or start: in the campaign"
            raise UsageError("the calendar ends before the sequence does", hint=hint) from None


@lru_cache(maxsize=4096)
def _minutes(day: date, window: Window, zone: str) -> Sequence[int]:
    """The minutes of a day that lie in the window and exist in the zone."""
    found = range(window.start, window.end - SPARE_MINUTES)
    place = ZoneInfo(zone)
    start, end = _at(day, found[0], place), _at(day, found[-1], place)
    if start.utcoffset() == end.utcoffset() and _exists(start) and _exists(end):
        return found
    return tuple(minute for minute in found if _exists(_at(day, minute, place)))


def _minutes_left(day: date, window: Window, zone: str, after: datetime | None) -> Sequence[int]:
    """Those of a day's minutes that come after a moment."""
    minutes, place = _minutes(day, window, zone), ZoneInfo(zone)
    if after is None or _at(day, minutes[0], place) > after:
        return minutes
    return [minute for minute in minutes if _at(day, minute, place) > after]


def _at(day: date, minute: int, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone)


def _exists(moment: datetime) -> bool:
    """Whether clocks show this time at all: one that they skip comes back changed from UTC."""
    back = moment.astimezone(UTC).astimezone(moment.tzinfo)
    return back.replace(tzinfo=None) == moment.replace(tzinfo=None)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _minutes_of(hour: str, minute: str) -> int:
    minutes = int(hour) * 60 + int(minute)
    if int(minute) > 59 or minutes > 24 * 60:
        raise ValueError(f"not a time of day: {hour}:{minute}; {_EXAMPLE}")
    return minutes


def _days_of(text: str) -> tuple[int, ...]:
    days: set[int] = set()
    for part in text.replace("–", "-").split(","):
        ends = [_weekday(word.strip()) for word in part.split("-")]
        if len(ends) > 2:
            raise ValueError(f"not a span of days: {part.strip()!r}; {_EXAMPLE}")
        # Fri-Mon runs over the end of the week.
        days.update((ends[0] + step) % 7 for step in range((ends[-1] - ends[0]) % 7 + 1))
    return tuple(sorted(days))


def _weekday(word: str) -> int:
    short = word[:3].lower()
    full = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    if short in _WEEKDAYS and full[_WEEKDAYS.index(short)].startswith(word.lower()):
        return _WEEKDAYS.index(short)
    hint = near_miss(word[:20], (*_WEEKDAYS, *full)) or _EXAMPLE
    raise ValueError(f"not a weekday: {word[:20]!r}; {hint}")
