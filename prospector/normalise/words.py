"""Words as they are compared: one tokeniser for every place that looks for words in a text."""

from __future__ import annotations

import re

from prospector.normalise.text import fold

_WORD = re.compile(r"[^\W_]+")


def words_of(text: str) -> list[str]:
    """The folded words (letters and digits) of a text, in order."""
    return _WORD.findall(fold(text))


def word_key(text: str) -> str:
    """The folded words between single blanks, so that ` word ` is found by plain text search."""
    return f" {' '.join(words_of(text))} "
