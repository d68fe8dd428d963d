"""One tokeniser: words are letters and digits, folded."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prospector.normalise.text import fold
from prospector.normalise.words import company_words, phrase_spellings, text_spellings, word_key, words_of


@given(st.one_of(st.text(), st.text(st.characters(max_codepoint=127))))
def test_words_are_runs_of_letters_and_digits_folded(text: str) -> None:
    assert words_of(text) == re.findall(r"[^\W_]+", fold(text))


def test_a_phrase_is_found_between_blanks_and_never_across_two_texts() -> None:
    assert word_key("Head_of  Marketing (EMEA)") == " head of marketing emea "
    words = company_words({"name": "Acme Tools", "description": "Drills & saws"})
    assert words == " acme tools \n drills saws "
    assert company_words({"name": None}) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("München", "Muenchen"), ("München", "Munchen"), ("Malmö", "Malmoe"), ("Tromsø", "Tromsoe"),
        ("Århus", "Aarhus"), ("Zürich", "ZUERICH"), ("Ærøskøbing", "Aeroeskoebing"), ("Straße", "Strasse"),
    ],
)  # fmt: skip
def test_an_accented_letter_and_its_two_letters_are_spellings_of_one_text(one: str, other: str) -> None:
    assert text_spellings(one) & text_spellings(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Blue", "Blu"), ("Mors", "Moers"), ("Bern", "Berne"), ("True", "Tru")]
)
def test_texts_that_no_accent_explains_are_no_spellings_of_one_another(one: str, other: str) -> None:
    assert not text_spellings(one) & text_spellings(other)


@pytest.mark.parametrize(
    ("asked", "stored"),
    [
        ("Geschäftsführer", "Geschaeftsfuehrer"), ("Geschaeftsfuehrer", "Geschäftsführer"),
        ("Leiter Einkäufe", "Leiter Einkaeufe"), ("Produktudvikling Raadgiver", "Produktudvikling Rådgiver"),
        ("Försäljning", "Foersaeljning"), ("Foersaeljning", "Försäljning"), ("Buero", "Büro"), ("Büro", "buero"),
    ],
)  # fmt: skip
def test_a_phrase_is_found_in_either_spelling(asked: str, stored: str) -> None:
    assert any(f" {phrase} " in word_key(stored) for phrase in phrase_spellings(asked))


def test_words_that_only_look_like_it_are_asked_for_as_they_are() -> None:
    for word in ("SaaS", "true", "blue", "Manager", "revenue", "Neue Medien", "Steuer"):
        assert phrase_spellings(word) == (" ".join(words_of(word)),)
