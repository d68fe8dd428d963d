from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prospector.normalise.phones import _e164, parse_phone


@pytest.mark.parametrize(
    ("cell", "country", "number"),
    [
        ("+49 30 231250-00", None, "+493023125000"),
        ("0049 30 23125000", None, "+493023125000"),
        ("'+49 30 23125000", None, "+493023125000"),
        ("030 23125000", "DE", "+493023125000"),
        ("(555) 555-0100", "US", "+15555550100"),
        ("+1 (212) 555-0142 ext. 7", None, "+12125550142"),
        ("+1 202-555-0100", "DE", "+12025550100"),
        ("+44 (0)7700 900123", None, "+447700900123"),
        ("07700 900123", "GB", "+447700900123"),
        ("Tel: +49 30 23125000", None, "+493023125000"),
        ("tel:+493023125000", None, "+493023125000"),
        ("493023125000.0", "DE", "+493023125000"),
        ("+493023125000", None, "+493023125000"),
        ("+1.202.555.0100", None, "+12025550100"),
        ("202-555-0100", "US", "+12025550100"),
    ],
)
def test_numbers_get_their_international_spelling(cell: str, country: str | None, number: str) -> None:
    assert parse_phone(cell, country=country) == number


@pytest.mark.parametrize(
    ("cell", "country"),
    [
        (None, None),
        ("", "DE"),
        ("030 23125000", None),
        ("4.91512E+11", "DE"),
        ("4,91512E+11", None),
        ("4.91512E 11", "DE"),
        ("4.91512E+011", "DE"),
        ("'4.91512e11", "DE"),
        ("+4.9E+11", None),
        ("4.9 x 10^11", "DE"),
        ("12", "DE"),
        ("+1", None),
        ("call me", "US"),
        ("N/A", "US"),
        ("+49 30 2312500000000000000", None),
        ("030 23125000", "XX"),
    ],
)
def test_what_cannot_be_told_is_none(cell: str | None, country: str | None) -> None:
    assert parse_phone(cell, country=country) is None


@given(
    st.text(max_size=30) | st.from_regex(r"[+0-9 ()/.-]{3,20}", fullmatch=True),
    st.sampled_from([None, "DE", "US", "??"]),
)
def test_any_text_is_read_without_failing_and_a_number_stays_itself(text: str, country: str | None) -> None:
    number = parse_phone(text, country=country)
    assert number is None or parse_phone(number) == number


CALLING_CODES = [
    1,
    27,
    30,
    31,
    32,
    33,
    34,
    39,
    41,
    43,
    44,
    45,
    46,
    47,
    48,
    49,
    52,
    55,
    56,
    57,
    61,
    65,
    86,
    91,
]
CALLING_CODES += [351, 353, 358, 420, 971, 972]


@given(
    st.sampled_from(CALLING_CODES),
    st.from_regex(r"[0-9]{4,13}", fullmatch=True),
    st.sampled_from(["", " ", "-", ".", " (", ") "]),
)
def test_numbers_that_are_read_without_the_library_are_read_as_it_reads_them(
    code: int, digits: str, sign: str
) -> None:
    cell = f"+{code}{digits[:3]}{sign}{digits[3:]}"
    for country in (None, "US", "DE"):
        assert parse_phone(cell, country=country) == _e164(cell, country)
