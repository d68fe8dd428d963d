"""What other programs leave in a cell goes, and names that only look like it stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prospector.normalise.company_names import company_name
from prospector.normalise.residue import is_key, without_residue


@pytest.mark.parametrize(
    "key",
    [
        "3c9d1e70-5b42-4f8a-9c11-7a60d2b8e4f5",
        "{3C9D1E70-5B42-4F8A-9C11-7A60D2B8E4F5}",
        "3c9d1e705b424f8a9c117a60d2b8e4f5",
        "CONT-00000000-0000-4000-8000-000000000000",
        "0015g00000XyZabAAB",
        "0015g00000XyZab",
        "001000000000ABC",
        "a0B5g000001xYzZEAU",
        "4711",
        "12,345.00",
        "1.23E+15",
        "#4711",
        "d446958d41ce74e87337aa05",
        "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "cus_NffrFeUfNV2Hib",
        "ACC-000123",
        "id: 4711",
        "res.partner,14",
        "2026-03-01",
        "/companies/acme",
        "crm/accounts/acme",
        "companies/4711",
        r"C:\exports\acme",
        "contacts.csv",
        "https://acme.example/about",
        "www.acme.example",
        "urn:li:company:4711",
        "[object Object]",
        '{"name": "Oda"}',
        "![logo](https://oda.example/logo.png)",
    ],
)
def test_a_key_a_link_or_a_path_is_no_name(key: str) -> None:
    assert without_residue(key) is None
    assert company_name(key) is None


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("Vik AS · Full-time", "Vik AS"),
        ("Vik AS · Vollzeit · 2 yrs 3 mos", "Vik AS"),
        ("Vik AS · Temps plein", "Vik AS"),
        ("Vik AS · Jornada completa", "Vik AS"),
        ("Vik AS · Tempo integral", "Vik AS"),
        ("Vik AS · Полный рабочий день", "Vik AS"),
        ("Vik AS · 正社員", "Vik AS"),
        ("Vik AS · 4 yrs 1 mo", "Vik AS"),
        ("Vik AS (Part-time)", "Vik AS"),
        ("Vik AS | Internship", "Vik AS"),
        ("Oda &amp; Sons", "Oda & Sons"),
        ("Oda &amp;amp; Sons", "Oda & Sons"),
        ("Oda &#38; S&ouml;hne", "Oda & Söhne"),
        ("<b>Oda</b> &amp; Sons", "Oda & Sons"),
        ('<a href="https://oda.example">Oda & Sons</a>', "Oda & Sons"),
        ("<script>alert(1)</script>Oda", "Oda"),
        ("[Oda & Sons](https://oda.example/a_(b))", "Oda & Sons"),
        ("[[oda|Oda & Sons]]", "Oda & Sons"),
        ("[Oda|https://oda.example]", "Oda"),
        ("**Oda** & Sons", "Oda & Sons"),
        ("`Oda`", "Oda"),
        ("# Oda", "Oda"),
        ("Oda (https://notes.example/oda-3c9d1e70)", "Oda"),
        ("Oda https://oda.example", "Oda"),
        ("Oda (0015g00000XyZabAAB)", "Oda"),
        ("12;#Oda", "Oda"),
    ],
)
def test_the_name_comes_out_of_what_a_page_left_around_it(cell: str, name: str) -> None:
    assert without_residue(cell) == name


@pytest.mark.parametrize(
    "name",
    [
        "3M", "7-Eleven", "23andMe", "1&1", "24/7", "A/C Mechanics Guild", "AC/DC", "37signals", "Studio 54",
        "Agenda 2030", "Fund-2000", "20th Century Oda", "Studio · Nord", "Müller | Partner", "Acme (Berlin)",
        "Ernst & Young (EY)", "Booking.com", "Yahoo!", "M*A*S*H", "E*Trade", "C# Corner", "Oda_Sons", "AT&T",
        "D.E. Shaw & Co.", 'Toys "R" Us', "Contract Pharma", "Seasonal · Foods", "Full-time", "Temps Plein Conseil",
        "Level 3 Communications", "Smith, Temp", "A+E Networks",
    ],
)  # fmt: skip
def test_names_with_signs_and_figures_of_their_own_stay_whole(name: str) -> None:
    assert without_residue(name) == name


@given(st.text(max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    assert without_residue(text) != ""
    assert isinstance(is_key(text), bool)
