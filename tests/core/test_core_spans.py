"""Values known in part: one canonical text each, and calendar arithmetic that stays on the calendar."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prospector.core.spans import DateSpan, NumberSpan, Period

_DATES = st.dates(min_value=date(1, 1, 1))


@given(_DATES, _DATES)
def test_a_date_span_survives_its_text(one: date, other: date) -> None:
    span = DateSpan(min(one, other), max(one, other))
    assert DateSpan.parse(str(span)) == span


@given(st.none() | st.integers(0, 10**9), st.none() | st.integers(0, 10**9))
def test_a_number_span_survives_its_text(one: int | None, other: int | None) -> None:
    if one is None and other is None:
        return
    low, high = (one, other) if one is None or other is None else (min(one, other), max(one, other))
    span = NumberSpan(low, high)
    assert NumberSpan.parse(str(span)) == span


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025-02", date(2025, 2, 1), date(2025, 2, 28)),
        ("2026-03-09", date(2026, 3, 9), date(2026, 3, 9)),
        ("2026-03-09/2026-04-10", date(2026, 3, 9), date(2026, 4, 10)),
        ("0001", date(1, 1, 1), date(1, 12, 31)),
        ("9999-12", date(9999, 12, 1), date(9999, 12, 31)),
    ],
)
def test_a_part_of_a_date_spans_all_its_days(text: str, earliest: date, latest: date) -> None:
    assert DateSpan.parse(text) == DateSpan(earliest, latest)


@pytest.mark.parametrize(
    "text",
    [
        "", "26", "2026-13", "2026-00", "2026-03-00", "2026-02-30", "2025-02-29", "0000", "2026-3", "2026-03-09 ",
        "2026-03-09\n", "٢٠٢٦", "2026-04-10/2026-03-09", "2026-03-09/", "2026-03/2026-04", "2026-03-09T00:00",
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        DateSpan.parse(text)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("120", 120, 120), ("11-50", 11, 50), ("50+", 50, None), ("-10", None, 10), ("0", 0, 0), ("7-7", 7, 7)],
)
def test_a_band_may_be_open_at_one_end(text: str, low: int | None, high: int | None) -> None:
    assert NumberSpan.parse(text) == NumberSpan(low, high)


@pytest.mark.parametrize(
    "text",
    ["", "-", "+", "5-", "+5", "50-11", "5+6", "1 - 2", "1.5", "1,000", "٣", "ten", "9" * 5000, "1-2-3"],
)
def test_what_is_no_band_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        NumberSpan.parse(text)


@pytest.mark.parametrize(
    ("period", "day", "before"),
    [
        ("1y", date(2024, 2, 29), date(2023, 2, 28)),
        ("4y", date(2024, 2, 29), date(2020, 2, 29)),
        ("1m", date(2025, 3, 31), date(2025, 2, 28)),
        ("1m", date(2024, 3, 31), date(2024, 2, 29)),
        ("3m", date(2026, 1, 15), date(2025, 10, 15)),
        ("12m", date(2026, 11, 22), date(2025, 11, 22)),
        ("13m", date(2026, 1, 31), date(2024, 12, 31)),
        ("2w", date(2026, 1, 1), date(2025, 12, 18)),
        ("30d", date(2026, 3, 1), date(2026, 1, 30)),
        ("0d", date(2026, 3, 1), date(2026, 3, 1)),
        (" 6 M ", date(2026, 8, 31), date(2026, 2, 28)),
    ],
)
def test_a_period_goes_back_by_the_calendar_and_stops_at_the_months_end(
    period: str, day: date, before: date
) -> None:
    assert Period.parse(period).before(day) == before


@given(st.integers(0, 36_500), st.sampled_from("dwmy"), _DATES)
def test_no_period_leaves_the_calendar(count: int, unit: str, day: date) -> None:
    period = Period.parse(f"{count}{unit}")
    assert str(period) == f"{count}{unit}"
    assert date.min <= period.before(day) <= day


@pytest.mark.parametrize(
    "text", ["", "d", "1", "1h", "-1d", "1.3y", "1y6d", "3 fortnights", "36501d", "9" * 5000 + "d", "٣d"]
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Period.parse(text)


def test_a_long_run_of_digits_is_refused_without_long_thought() -> None:
    """A pattern that goes back over each digit would take hours here."""
    with pytest.raises(ValueError):
        NumberSpan.parse("1" * 200_000 + "x")


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("12 months", "12m"),
        ("1 year", "1y"),
        ("1 year 6 months", "18m"),
        ("1y6m", "18m"),
        ("1.5 years", "18m"),
        ("6 Monate", "6m"),
        ("2 ans", "2y"),
        ("3 meses", "3m"),
        ("2 weken", "2w"),
        ("2 weeks and 3 days", "17d"),
    ],
)
def test_a_period_may_be_written_in_words(text: str, canonical: str) -> None:
    assert str(Period.parse(text)) == canonical


def test_a_span_without_a_beginning_reads_as_words_and_not_as_a_number_below_zero():
    assert NumberSpan.parse("-9").words == "at most 9"
    assert [NumberSpan.parse(text).words for text in ("9", "11-50", "50+")] == ["9", "11-50", "50+"]
