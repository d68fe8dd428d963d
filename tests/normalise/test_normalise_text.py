from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prospector.normalise.text import _folded, _tidy, clean, data_lines, fold


@pytest.mark.parametrize(
    ("dirty", "tidy"),
    [
        ("  Ana\u00a0 Ruiz\t\n", "Ana Ruiz"),
        ("Jo\u0301se", "J\u00f3se"),
        ("\ufeffAcme\u200b \u202eGmbH\u202c", "Acme GmbH"),
        ("Ana\x00Ruiz\x07", "AnaRuiz"),
        ("a\ud800b", "ab"),
        ("line\u2028break", "line break"),
        ("'+49 30 23125000", "'+49 30 23125000"),
        ("Na", "Na"),
        ("Nan", "Nan"),
        ("Müller", "Müller"),
    ],
)
def test_a_cell_becomes_one_tidy_line(dirty: str, tidy: str) -> None:
    assert clean(dirty) == tidy


@pytest.mark.parametrize(
    "cell",
    [
        None,
        "",
        "   ",
        "\u200b\u00a0",
        "N/A",
        "n/a",
        " - ",
        "null",
        "None",
        "#N/A",
        "unknown",
        "Unknown",
        "NaN",
        "—",
        "#REF!",
    ],
)
def test_blank_and_placeholder_cells_say_nothing(cell: str | None) -> None:
    assert clean(cell) is None


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("MÜLLER", "muller"),
        ("Straße", "strasse"),
        ("Łódź", "lodz"),
        ("Ørsted", "orsted"),
        ("İzmir", "izmir"),
        ("O’Neil", "o'neil"),
    ],
)
def test_case_and_accents_do_not_matter_when_comparing(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_cleaning_and_folding_twice_change_nothing_more(text: str) -> None:
    tidy = clean(text)
    assert clean(tidy) == tidy
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_a_clean_cell_can_be_stored_and_printed_on_one_line(text: str) -> None:
    tidy = clean(text)
    if tidy is not None:
        assert tidy.encode("utf-8")
        assert tidy.splitlines() == [tidy]
        assert tidy == tidy.strip()


def test_data_files_are_read_without_comments() -> None:
    lines = data_lines("free_mail_domains.txt")
    assert "gmail.com" in lines
    assert not [line for line in lines if line.startswith("#") or not line.strip()]


def test_long_texts_are_tidied_but_not_remembered() -> None:
    before = _tidy.cache_info().currsize
    assert clean("  long  " * 100) == " ".join(["long"] * 100)
    assert _tidy.cache_info().currsize == before


@given(st.text(alphabet="aZÀßÜéıİſŉ’“—´¨½ -9", max_size=20))
def test_latin_text_folds_as_any_text_does(text: str) -> None:
    assert fold(text) == _folded(text)
