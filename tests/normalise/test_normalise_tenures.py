from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prospector.core.spans import DateSpan, Period
from prospector.normalise.tenures import has_ended, parse_open_span, parse_tenure

SEEN = date(2026, 3, 31)


@pytest.mark.parametrize(
    ("cell", "earliest", "latest"),
    [
        ("10 months in role", "2025-05-01", "2025-05-31"),
        ("1 year 2 months in role", "2025-01-01", "2025-01-31"),
        ("1 yr 2 mos", "2025-01-01", "2025-01-31"),
        ("2 years", "2024-03-01", "2024-03-31"),
        ("Less than a year", "2025-04-01", "2026-03-31"),
        ("less than a month in role", "2026-03-01", "2026-03-31"),
        ("0 months", "2026-03-01", "2026-03-31"),
        ("45 days", "2026-02-14", "2026-02-14"),
        ("3 weeks", "2026-03-04", "2026-03-10"),
        ("2 ans et 3 mois", "2023-12-01", "2023-12-31"),
        ("vor 10 Monaten", "2025-05-01", "2025-05-31"),
        ("il y a 10 mois", "2025-05-01", "2025-05-31"),
        ("hace 10 meses", "2025-05-01", "2025-05-31"),
        ("10 mesi fa", "2025-05-01", "2025-05-31"),
        ("há 10 meses", "2025-05-01", "2025-05-31"),
        ("10 maanden geleden", "2025-05-01", "2025-05-31"),
        ("10 mies. temu", "2025-05-01", "2025-05-31"),
        ("10个月前", "2025-05-01", "2025-05-31"),
        ("1年2か月", "2025-01-01", "2025-01-31"),
        ("vor einem Jahr", "2025-03-01", "2025-03-31"),
        ("1.5 years", "2024-09-01", "2024-09-30"),
        ("moins d'un an", "2025-04-01", "2026-03-31"),
        ("weniger als 3 Monate", "2026-01-01", "2026-03-31"),
    ],
)
def test_a_tenure_says_when_the_role_began(cell: str, earliest: str, latest: str) -> None:
    assert parse_tenure(cell, seen=SEEN) == DateSpan(date.fromisoformat(earliest), date.fromisoformat(latest))


@pytest.mark.parametrize(
    "cell",
    [None, "", "in role", "10 reports", "2+ years", "2024", "300 years", "1 year in sales and 3 in HR"],
)
def test_a_text_without_a_clear_length_is_no_tenure(cell: str | None) -> None:
    assert parse_tenure(cell, seen=SEEN) is None


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 400))
def test_the_spans_of_following_months_touch_without_overlap(seen: date, months: int) -> None:
    this, older = (parse_tenure(f"{n} months", seen=seen) for n in (months, months + 1))
    assert this is not None
    assert older is not None
    assert (this.earliest - older.latest).days == 1
    assert this.latest == Period(months, "m").before(seen)


TODAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    "cell",
    [
        "Jan 2026 – Present",
        "Jan 2026 - Present · 11 mos",
        "Jan 2026 - Present (11 months)",
        "01/2026 - now",
        "Jan 2026 to date",
        "since January 2026",
        "Jan. 2026 – Heute · 11 Monate",
        "seit 01/2026",
        "janv. 2026 - aujourd’hui · 11 mois",
        "depuis janvier 2026 (11 mois)",
        "ene. de 2026 - actualidad",
        "jan de 2026 - o momento · 11 meses",
        "dal gennaio 2026 ad oggi",
        "jan. 2026 - heden",
        "sty 2026 – obecnie",
        "январь 2026 г. – по настоящее время",
        "Oca 2026 - Halen",
        "2026年1月 - 現在",
        "2026年1月至今",
        "2026-01 -",
        "2026/01 - 2026/11",
        "Present – Jan 2026",
    ],
)
def test_an_open_span_says_when_it_began(cell: str) -> None:
    assert str(parse_open_span(cell, seen=TODAY)) == "2026-01"
    assert not has_ended(cell, seen=TODAY)


def test_an_unknown_word_for_now_counts_where_the_length_beside_it_agrees() -> None:
    assert str(parse_open_span("Jan 2026 – Blurp · 11 mos", seen=TODAY)) == "2026-01"
    assert parse_open_span("Jan 2026 – Blurp · 3 mos", seen=TODAY) is None
    assert parse_open_span("Jan 2026 – Blurp", seen=TODAY) is None


@pytest.mark.parametrize(
    "cell",
    [
        "Jan 2020 – Dec 2024",
        "2018 - 2020",
        "2018-2020 · 3 yrs",
        "von 01/2020 bis 03/2021",
        "from 2019 to 2022",
    ],
)
def test_a_span_that_has_ended_is_no_current_role(cell: str) -> None:
    assert has_ended(cell, seen=TODAY)
    assert parse_open_span(cell, seen=TODAY) is None


@pytest.mark.parametrize(
    "cell", [None, "", "Present", "until 2024", "bis 2024", "2024 jobs", "Jan 2020 - 6 mos", "2026"]
)
def test_what_does_not_say_that_it_goes_on_is_no_open_span(cell: str | None) -> None:
    assert parse_open_span(cell, seen=TODAY) is None


@given(st.text(max_size=60))
def test_any_text_is_read_without_failing(text: str) -> None:
    parse_tenure(text, seen=SEEN)
    parse_open_span(text, seen=SEEN)
    has_ended(text, seen=SEEN)
