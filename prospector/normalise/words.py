"""Words as they are compared: one tokeniser for every place that looks for words in a text."""

from __future__ import annotations

import re
import unicodedata
from itertools import product
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


_TWO_LETTERS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "đ": "dj", "ő": "oe", "ű": "ue"}
)
"""What people type for a letter that their keyboard lacks. Folding takes the mark off: `ü` is `u` there."""
_DIGRAPH = re.compile(
    r"(?<![aeq])ue(?=[a-z])|(?<!a)oe(?=[a-z])|ae(?=[a-z])|aa(?=[a-z])|(?<=[a-z])dj(?=[a-z])"
)
_SHORTEST_COLLAPSED = 5
"""Letters of a word in which `ue` may be an `ü`: "true" and "SaaS" are words of their own."""
_MOST_SPELLINGS = 16


def text_spellings(text: str) -> frozenset[str]:
    """The folded text as its accents are left out and as they are written with two letters.

    Two texts are spellings of one another if they share one: `München` is `munchen` and `muenchen`.
    """
    return frozenset((fold(text), _with_two_letters(text)))


def phrase_spellings(text: str) -> tuple[str, ...]:
    """The folded words of a phrase in every spelling that a folded text may hold, the phrase itself first.

    A text keeps `u` for `ü`, so `Geschaeftsfuehrer` has to be asked for as `geschaftsfuhrer` as well.
    """
    plain, wide = words_of(text), words_of(_with_two_letters(text))
    ways = [_spellings_of_word(word) for word in plain]
    found = [" ".join(words) for words in product(*ways)] if _count(ways) <= _MOST_SPELLINGS else []
    every = [" ".join(plain), " ".join(wide), *found, " ".join(way[-1] for way in ways)]
    return tuple(dict.fromkeys(phrase for phrase in every if phrase))


def _with_two_letters(text: str) -> str:
    return fold(unicodedata.normalize("NFC", text).lower().translate(_TWO_LETTERS))


def _spellings_of_word(word: str) -> tuple[str, ...]:
    """The word, and the word with one letter for every two that may stand for an accent."""
    if len(word) < _SHORTEST_COLLAPSED:
        return (word,)
    return tuple(dict.fromkeys((word, _DIGRAPH.sub(lambda two: two[0][0], word))))


def _count(ways: list[tuple[str, ...]]) -> int:
    count = 1
    for way in ways:
        count *= len(way)
    return count
