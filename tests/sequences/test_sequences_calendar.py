"""The calendar: every touch in the recipient's window, in order, and the same in every run."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prospector.sequences.calendar import (
    SPARE_MINUTES,
    Window,
    first_day,
    parse_window,
    touch_times,
)

OFFICE = Window((0, 1, 2, 3, 4), 9 * 60, 17 * 60)
ZONES = st.sampled_from(
    [
        "Europe/Berlin",
        "America/New_York",
        "America/Sao_Paulo",
        "Asia/Kolkata",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "Africa/Casablanca",
        "America/St_Johns",
        "Asia/Kathmandu",
        "Atlantic/Azores",
        "Asia/Tehran",
        "UTC",
    ]
)
DATES = st.dates(date(2005, 1, 1), date(2037, 12, 31))
DAYS = st.lists(st.integers(0, 30), min_size=1, max_size=10).map(sorted)


@st.composite
def windows(draw: st.DrawFn) -> Window:
    start = draw(st.integers(0, 24 * 60 - 30))
    end = draw(st.integers(start + 30, 24 * 60))
    return Window(tuple(sorted(draw(st.sets(st.integers(0, 6), min_size=1)))), start, end)


@settings(max_examples=150, deadline=None)
@given(days=DAYS, first=DATES, window=windows(), zone=ZONES, key=st.text(max_size=20))
def test_times_rise_exist_and_lie_in_the_window(
    days: list[int], first: date, window: Window, zone: str, key: str
) -> None:
    times = touch_times(days, first=first, window=window, zone=zone, key=key)
    instants = [time.astimezone(UTC) for time in times]
    assert instants == sorted(set(instants))
    for time, instant in zip(times, instants, strict=True):
        assert instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == time.replace(tzinfo=None)
        assert window.holds(time)
        assert time.hour * 60 + time.minute < window.end - SPARE_MINUTES
        assert time.date() >= first


@settings(max_examples=100, deadline=None)
@given(days=DAYS, first=DATES, key=st.text(max_size=20))
def test_days_count_business_days_after_the_first(days: list[int], first: date, key: str) -> None:
    times = touch_times(days, first=first, window=OFFICE, zone="UTC", key=key)
    start = first_day(first, None, OFFICE)
    for day, time in zip(days, times, strict=True):
        between = (start + timedelta(days=n) for n in range((time.date() - start).days))
        assert sum(one.weekday() < 5 for one in between) == day


def test_the_same_key_gives_the_same_times_and_keys_spread_over_the_window() -> None:
    def minute(key: str) -> int:
        (time,) = touch_times([0], first=date(2026, 11, 23), window=OFFICE, zone="Europe/Berlin", key=key)
        return time.hour * 60 + time.minute

    assert minute("a") == minute("a")
    hours = Counter(minute(f"{n}@x.example") // 60 for n in range(2000))
    assert set(hours) == set(range(9, 17))
    assert max(hours.values()) < 1.5 * min(hours.values())


def test_minutes_that_the_clock_skips_are_not_used() -> None:
    sunday = date(2026, 3, 29)
    window = Window((6,), 90, 150)  # 01:30-02:30; 02:00 to 03:00 does not exist in Berlin
    for n in range(60):
        (time,) = touch_times([0], first=sunday, window=window, zone="Europe/Berlin", key=str(n))
        assert time.date() == sunday
        assert (time.hour, time.minute >= 30) == (1, True)


def test_a_day_whose_window_the_clock_skips_is_no_business_day() -> None:
    window = Window((6,), 120, 180)
    (time,) = touch_times([0], first=date(2026, 3, 29), window=window, zone="Europe/Berlin", key="x")
    assert time.date() == date(2026, 4, 5)


def test_a_day_that_a_zone_leaves_out_is_no_business_day() -> None:
    (time,) = touch_times([0], first=date(2011, 12, 30), window=OFFICE, zone="Pacific/Apia", key="x")
    assert time.date() == date(2012, 1, 2)


def test_the_first_day_is_on_or_after_both_dates_and_a_working_day() -> None:
    saturday = date(2026, 11, 28)
    assert first_day(saturday, None, OFFICE) == date(2026, 11, 30)
    assert first_day(saturday, date(2026, 12, 1), OFFICE) == date(2026, 12, 1)
    assert first_day(date(2026, 12, 2), date(2026, 12, 1), OFFICE) == date(2026, 12, 2)


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("Mon-Fri 09:00-17:00", OFFICE),
        (" mon - fri  9:00 – 17:00 ", OFFICE),
        ("Mon,Wed,Friday 08:30-12:00", Window((0, 2, 4), 510, 720)),
        ("Sat-Mon 00:00-24:00", Window((0, 5, 6), 0, 1440)),
        ("Tues 10:00-11:00", Window((1,), 600, 660)),
    ],
)
def test_a_window_is_read_as_people_write_it(text: str, window: Window) -> None:
    assert parse_window(text) == window
    assert parse_window(str(window)) == window


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Mon-Fri",
        "09:00-17:00",
        "Mon-Fri 17:00-09:00",
        "Mon-Fri 09:00-09:20",
        "Mon-Fri 09:60-17:00",
        "Mon-Fri 09:00-25:00",
        "Moo-Fri 09:00-17:00",
        "Mon-Wed-Fri 09:00-17:00",
        "x" * 10_000,
    ],
)
def test_what_is_no_window_is_refused_with_a_text(text: str) -> None:
    with pytest.raises(ValueError, match=r"window|time of day|weekday|span of days"):
        parse_window(text)


def test_an_unknown_zone_falling_days_and_crowded_days_are_refused() -> None:
    def times(days: list[int], zone: str = "UTC") -> list[datetime]:
        return touch_times(days, first=date(2026, 1, 5), window=Window((0,), 0, 30), zone=zone, key="x")

    with pytest.raises(ValueError, match="no time zone"):
        times([0], "../../etc/passwd")
    with pytest.raises(ValueError, match="must not fall"):
        times([3, 1])
    with pytest.raises(ValueError, match="26 touches"):
        times([0] * 26)
    assert len(set(times([0] * 25))) == 25
