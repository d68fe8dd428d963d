"""Cells of tables: what a spreadsheet would run, and how the rest leaves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prospector.normalise.spreadsheet_cells import guarded, guarded_row, is_formula, unguarded

RUN = [
    "=1+1", "  =1", "\t=1", "＝1+1", "﹦A1", "\u200b=x", "\ufeff =x", "\u00ad+SUM(1)", "+SUM(1,2)", "@SUM(1+1)",
    "-2+3+cmd|' /C calc'!A0", "-cmd |'/c x'!A1", "＋SUM(1)", "−SUM(A1)", "@SUM (1)", '+A1*HYPERLINK("a b")',
    "Kranz;=1", "Kranz; =1", "a\t=1", "a\n+SUM(A1)", "a\r=1", "a;b;@x(1)", "+'\\\\host\\[book.xls]S'!A1",
    "=\n1+1", "+\nSUM(A1)", '\r\n = \t1', 'Kranz;"=1+1"', 'a\t""=1',
]  # fmt: skip
HARMLESS = [
    "", "Ana", "+1", "@x", "-5%", "@Oda Bank", "- Team Lead (interim)", "@Work (Berlin)", "- Manager | Berlin", "=",
    "===", "A - B (C)", "a == b", "O'Neill", "C++; - D", "+Plus (Group)", "(+49) 30", "Kranz (HR); Oda (IT)", "1|2",
]  # fmt: skip


@pytest.mark.parametrize("text", RUN)
def test_what_a_spreadsheet_would_run_is_told_wherever_it_stands(text: str) -> None:
    assert is_formula(text)
    assert not is_formula(guarded(text))


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_looks_like_it_is_none_and_comes_back_from_a_table(text: str) -> None:
    assert not is_formula(text)
    assert unguarded(guarded(text)) == text


@given(st.text(max_size=20) | st.from_regex(r"[=+@;\t'-]{0,3}[A-Z]{0,4}[(|]?[ \w!']{0,5}", fullmatch=True))
def test_no_guarded_cell_runs(text: str) -> None:
    assert not is_formula(guarded(text))
    assert guarded(text)[:1] not in tuple("=-@\t\r\n")


@pytest.mark.parametrize("number", ["+49301234567", "+12025550143"])
def test_a_number_with_its_plus_is_no_formula_in_any_column(number: str) -> None:
    assert guarded(number) == number


def test_only_data_is_guarded() -> None:
    columns = ("first_name", "subject", "body", "phone", "growth", "company")
    cells = ("+1", "+20% faster", "- one list", "+49 30 1234567", -5, "@Oda")
    assert guarded_row(columns, cells) == [
        "'+1",
        "+20% faster",
        "- one list",
        "+49 30 1234567",
        "-5",
        "'@Oda",
    ]
