from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prospector.core.spans import DateSpan
from prospector.normalise.dates import column_day_first, is_ambiguous_date, parse_date


@pytest.mark.parametrize(
    ("cell", "canonical"),
    [
        ("2026-03-10", "2026-03-10"),
        ("2026-03", "2026-03"),
        ("2026", "2026"),
        ("2024-03-12 09:14", "2024-03-12"),
        ("2024-03-12T09:14:05.123Z", "2024-03-12"),
        ("2024-03-12T09:14:05+02:00", "2024-03-12"),
        ("3/15/2024 2:30 PM", "2024-03-15"),
        ("15.03.2024", "2024-03-15"),
        ("03.04.2024", "2024-04-03"),
        ("15 Mar 2024", "2024-03-15"),
        ("15-Mar-24", "2024-03-15"),
        ("Mar 15, 2024", "2024-03-15"),
        ("Monday, March 4, 2024", "2024-03-04"),
        ("March 2026", "2026-03"),
        ("Mar-26", "2026-03"),
        ("03/2026", "2026-03"),
        ("1er janvier 2024", "2024-01-01"),
        ("5. März 2024", "2024-03-05"),
        ("1 de enero de 2024", "2024-01-01"),
        ("20240312", "2024-03-12"),
        ("12/12/2026", "2026-12-12"),
        ("5 marzo 2026", "2026-03-05"),
        ("12 de fevereiro de 2026", "2026-02-12"),
        ("3 mei 2026", "2026-05-03"),
        ("7 stycznia 2026", "2026-01-07"),
        ("2 января 2026 г.", "2026-01-02"),
        ("2026. március 4.", "2026-03-04"),
        ("2026年3月4日", "2026-03-04"),
        ("2026년 3월", "2026-03"),
    ],
)
def test_dates_are_read_as_exactly_as_they_are_written(cell: str, canonical: str) -> None:
    assert str(parse_date(cell)) == canonical


@pytest.mark.parametrize(
    "cell",
    [
        None,
        "",
        "now",
        "Present",
        "1710000000000",
        "45000",
        "31/02/2024",
        "2026-13",
        "2026-00",
        "00/00/2000",
        "0/0/00",
        "1850",
        "Mar 15",
        "3/4",
        "listopad 2026",  # November in Czech, October in Croatian
        "Blursday 2026",
    ],
)
def test_what_is_no_date_is_none(cell: str | None) -> None:
    assert parse_date(cell) is None


def test_an_ambiguous_date_is_read_only_if_told_how() -> None:
    assert is_ambiguous_date("03/04/2026")
    assert parse_date("03/04/2026") is None
    assert str(parse_date("03/04/2026", day_first=True)) == "2026-04-03"
    assert str(parse_date("03/04/2026", day_first=False)) == "2026-03-04"
    assert not is_ambiguous_date("13/04/2026")
    assert not is_ambiguous_date("31/02/2026")
    assert not is_ambiguous_date(None)


def test_a_column_decides_by_the_cells_that_can_be_read_one_way_only() -> None:
    assert column_day_first(["03/04/2026", "13/04/2026", None]) is True
    assert column_day_first(["03/04/2026", "3/14/2026 2:30 PM"]) is False
    assert column_day_first(["03/04/2026"]) is None
    assert column_day_first(["13/04/2026", "3/14/2026"]) is None
    assert column_day_first(["2026-01-01", "15.03.2024"]) is None


@given(st.text(max_size=50))
def test_any_text_is_read_without_failing(text: str) -> None:
    found = parse_date(text, day_first=True)
    assert found is None or DateSpan.parse(str(found)) == found
    column_day_first([text])


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_every_day_is_read_from_its_usual_forms(day: date) -> None:
    exact = DateSpan(day, day)
    assert parse_date(day.isoformat()) == exact
    assert parse_date(day.strftime("%d.%m.%Y")) == exact
    assert parse_date(f"{day.day}/{day.month}/{day.year}", day_first=True) == exact
    assert parse_date(f"{day.month}/{day.day}/{day.year}", day_first=False) == exact
