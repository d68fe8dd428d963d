"""Whether a mail says, in words, that a reply stops it.

The words stand in `data/opt_out_words.tsv`. A sentence that they do not know counts as not saying so: the campaign
is refused and its author told, while a mail without a way out would only be noticed by its recipients.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from prospector.normalise.text import data_lines, fold

_URL = re.compile(r"\bhttps?://\S+")
_BLANK_LINES = re.compile(r"\n\s*\n")
# A wrapped line goes on in small letters; a question and its answer ("No interest? Just reply.") are one sentence.
_WRAP = re.compile(r"[ \t]*\n[ \t]*(?=[^\W\d_A-Z])")
_SENTENCE_END = re.compile(r"(?<=\w\w\w[.!])[\"'»”’)]*\s+|\n")
_GAP = r"(?:\W+\w+){0,5}?\W+"


def says_reply_stops(text: str) -> bool:
    """True if a sentence of the text asks for a reply and says that nothing more will come."""
    return any(_is_offer(sentence) for sentence in _sentences(text))


@lru_cache(maxsize=4096)
def _is_offer(sentence: str) -> bool:
    words = _patterns("no_reply").sub(" ", _URL.sub(" ", fold(sentence)))
    return bool(_patterns("reply").search(words) and _patterns("stop").search(words))


def _sentences(text: str) -> list[str]:
    found = []
    for paragraph in _BLANK_LINES.split(text):
        found += _SENTENCE_END.split(_unwrapped(paragraph))
    return [sentence for sentence in found if sentence.strip()]


def _unwrapped(paragraph: str) -> str:
    return _WRAP.sub(lambda wrap: " " if paragraph[wrap.end()].islower() else "\n", paragraph)


@cache
def _patterns(kind: str) -> re.Pattern[str]:
    """All phrases of a kind in one pattern. What takes a reply back must stand beside it, with no comma between."""
    between = r"[\s-]+" if kind == "no_reply" else r"\W+"
    rows = (line.split("\t") for line in data_lines("opt_out_words.tsv"))
    phrases = [phrase for row in rows if row[0] == kind for phrase in row[3].split("; ")]
    return re.compile("|".join(rf"(?<!\w)(?:{_phrase(one, between)})(?!\w)" for one in phrases))


def _phrase(phrase: str, between: str) -> str:
    pieces = [between.join(_word(word) for word in piece.split()) for piece in phrase.split(" ... ")]
    return _GAP.join(pieces)


def _word(word: str) -> str:
    """One word, or several of which one is there: `*` is any beginning or ending, a hyphen may be missing."""
    spelt = (re.escape(one).replace(r"\*", r"\w*").replace(r"\-", r"\W?") for one in word.split("/"))
    return f"(?:{'|'.join(spelt)})"
