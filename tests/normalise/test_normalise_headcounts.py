from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prospector.core.spans import NumberSpan
from prospector.normalise.headcounts import parse_headcount


@pytest.mark.parametrize(
    ("cell", "canonical"),
    [
        (120, "120"),
        ("120", "120"),
        ("51-200", "51-200"),
        ("201 – 500 employees", "201-500"),
        ("1,001-5,000", "1001-5000"),
        ("1 001 - 5 000", "1001-5000"),
        ("51 to 200", "51-200"),
        ("Employees.20 - 50", "20-50"),
        ("1,10", "1-10"),
        ("10001+", "10001+"),
        ("10,000+ employees", "10000+"),
        ("Over 10,000", "10001+"),
        ("> 50", "51+"),
        (">= 50", "50+"),
        ("fewer than 50", "-49"),
        ("<50", "-49"),
        ("up to 10", "-10"),
        ("1.000", "1000"),
        ("1'500", "1500"),
        ("100.0", "100"),
        ("1.2k", "1200"),
        ("1k-5k", "1000-5000"),
        ("self-employed", "1"),
        ("Self employed", "1"),
        ("0-1", "1"),
        ("Myself only", "1"),
        ("10,001+", "10001+"),
        ("5,001-10,000", "5001-10000"),
        ("51 à 200", "51-200"),
        ("51 a 200", "51-200"),
        ("de 51 à 200 salariés", "51-200"),
        ("entre 51 y 200 empleados", "51-200"),
        ("von 51 bis 200 Mitarbeitern", "51-200"),
        ("51 tot 200 medewerkers", "51-200"),
        ("de 51 até 200 funcionários", "51-200"),
        ("da 51 a 200 dipendenti", "51-200"),
        ("51 do 200 osób", "51-200"),
        ("51–200人", "51-200"),
        ("1 ou 2 salariés", "1-2"),
        ("plus de 500", "501+"),
        ("más de 500 empleados", "501+"),
        ("oltre 500", "501+"),
        ("500 und mehr", "500+"),
        ("jusqu'à 50", "-50"),
        ("menos de 50", "-49"),
        ("120 (LinkedIn)", "120"),
        ("120 on LinkedIn", "120"),
        ("51-200 (LinkedIn, 2025)", "51-200"),
        ("51-200 employees · 34 associated members", "51-200"),
        ("Mitarbeiter: 120", "120"),
        ("'11-50", "11-50"),
    ],
)
def test_counts_and_bands_are_read(cell: str | int, canonical: str) -> None:
    assert str(parse_headcount(cell)) == canonical


@pytest.mark.parametrize(
    ("cell", "canonical"),
    [
        ("10-Jan", "1-10"),
        ("01.10.2026", "1-10"),
        ("10/1/2026", "1-10"),
        ("02. Okt", "2-10"),
        ("01.11.1950", "11-50"),
        ("Jan-10", "1-10"),
        ("01-Oct", "1-10"),
        ("10-Feb", "2-10"),
        ("Nov-50", "11-50"),
        ("50-Nov", "11-50"),
        ("Jan 10", "1-10"),
        ("2026-01-10", "1-10"),
        ("2024-01-10 00:00:00", "1-10"),
        ("2026-02-10", "2-10"),
        ("1950-11-01", "11-50"),
    ],
)
def test_bands_that_a_spreadsheet_took_for_dates_are_repaired(cell: str, canonical: str) -> None:
    assert str(parse_headcount(cell)) == canonical


@pytest.mark.parametrize(
    "cell",
    [
        None,
        "",
        "N/A",
        "-5",
        -5,
        0,
        "0",
        True,
        10_000_001,
        "99999999",
        "2026-03-10",
        "2026-11-01",
        "0 employees",
        "5-Jan",
        "03/05/2026",
        "12.5",
        "many",
        "500-200",
        "50 (200 worldwide)",
        "2 of 50",
        "3 sites, 200",
        "120 stores",
    ],
)
def test_what_is_no_headcount_is_none(cell: str | int | None) -> None:
    assert parse_headcount(cell) is None


@given(st.text(max_size=40))
def test_any_text_is_read_without_failing(text: str) -> None:
    found = parse_headcount(text)
    assert found is None or NumberSpan.parse(str(found)) == found


@given(st.integers(1, 9_999_999), st.integers(0, 9_999))
def test_a_canonical_form_reads_as_itself(low: int, width: int) -> None:
    span = NumberSpan(low, min(low + width, 10_000_000))
    assert parse_headcount(str(span)) == span
    assert parse_headcount(f"{span.minimum:,} - {span.maximum:,}") == span
