"""One tokeniser: words are letters and digits, folded."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from prospector.normalise.text import fold
from prospector.normalise.words import company_words, word_key, words_of


@given(st.one_of(st.text(), st.text(st.characters(max_codepoint=127))))
def test_words_are_runs_of_letters_and_digits_folded(text: str) -> None:
    assert words_of(text) == re.findall(r"[^\W_]+", fold(text))


def test_a_phrase_is_found_between_blanks_and_never_across_two_texts() -> None:
    assert word_key("Head_of  Marketing (EMEA)") == " head of marketing emea "
    words = company_words({"name": "Acme Tools", "description": "Drills & saws"})
    assert words == " acme tools \n drills saws "
    assert company_words({"name": None}) is None
