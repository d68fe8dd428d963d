"""Words as they are compared: one tokeniser for every place that looks for words in a text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from prospector.normalise.text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

_WORD = re.compile(r"[^\W_]+")
_ASCII_WORDS = "".join(sign.lower() if sign.isalnum() else " " for sign in map(chr, range(128)))
"""What each ASCII sign becomes: most texts have no other, and this takes a third of the time."""


def words_of(text: str) -> list[str]:
    """The folded words (letters and digits) of a text, in order."""
    if text.isascii():
        return text.translate(_ASCII_WORDS).split()
    return _WORD.findall(fold(text))


def word_key(text: str) -> str:
    """The folded words between single blanks, so that ` word ` is found by plain text search."""
    return f" {' '.join(words_of(text))} "


def company_words(values: Mapping[str, Any]) -> str | None:
    """The searchable words of a company's current values; None if there are none.

    Each text is a line of its own, so that no phrase is found across two of them.
    """
    texts = (values.get(name) for name in ("name", "keywords", "description", "site_text"))
    keys = [word_key(str(text)) for text in texts if text]
    return "\n".join(keys) or None
