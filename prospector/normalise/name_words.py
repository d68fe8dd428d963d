"""The words around people's names, and how a name is spelled that has lost its capitals."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from prospector.normalise.text import data_lines, fold

if TYPE_CHECKING:
    from collections.abc import Sequence

_LONGEST_PHRASE = 4
_PARTS = re.compile(r"([-'’.·‐ ]+)")
_NONE: frozenset[str] = frozenset()
_SPOKEN = re.compile(r"[aeiouyAEIOUY]|[^\x00-\x7f]")


@cache
def _kinds() -> dict[str, frozenset[str]]:
    """Every word (or phrase, with `_` for blanks) and its kinds."""
    kinds: dict[str, frozenset[str]] = {}
    for line in data_lines("name_words.tsv"):
        kind, _why, words = line.split("\t")
        for word in words.split():
            spelled = word if kind == "accented_particle" else word_key(word)
            kinds[spelled] = kinds.get(spelled, frozenset()) | {kind}
    return kinds


@cache
def _first_words() -> frozenset[str]:
    """The words with which a known word or phrase begins: all others are soon dismissed."""
    return frozenset(known.partition("_")[0] for known in _kinds())


@lru_cache(maxsize=65_536)
def word_key(word: str) -> str:
    """The word for looking it up: no case, accents, dots or commas."""
    return fold(word).replace(".", "").strip(",;-").replace("’", "'")


def kinds_of(word: str) -> frozenset[str]:
    """The kinds of a word of a name; none for an ordinary one."""
    key = word.lower() if word.isascii() and word.isalpha() else word_key(word)
    return _kinds().get(key, _NONE)


def is_particle(word: str) -> bool:
    """True for `van`, `de`, `al`... A single letter is an initial, unless it carries its Irish accent."""
    kinds = kinds_of(word)
    if "particle" in kinds:
        return True
    return ("small_particle" in kinds and word.islower()) or word.casefold() in ("ó", "ní")


def phrase_at(words: Sequence[str], start: int, kinds: frozenset[str]) -> int:
    """How many words from `start` make a known phrase of one of these kinds; 0 if none do."""
    if word_key(words[start]) not in _first_words():
        return 0
    known = _kinds()
    for count in range(min(_LONGEST_PHRASE, len(words) - start), 0, -1):
        joined = "_".join(word_key(word) for word in words[start : start + count])
        if known.get(joined, frozenset()) & kinds:
            return count
    return 0


def has_vowel(word: str) -> bool:
    """True if the word can be spoken, as far as its letters tell (other scripts always can)."""
    return _SPOKEN.search(word) is not None


def is_initials(word: str) -> bool:
    """True for `J`, `J.`, `J.R.R.` and unspeakable pairs of capitals such as `JW`."""
    letters = [c for c in word if c.isalpha()]
    if len(letters) <= 1:
        return bool(letters) and letters[0].isascii()
    return bool(re.fullmatch(r"(?:\w\.[ -]?)+\w?\.?", word)) or (len(letters) <= 3 and not has_vowel(word))


def has_mixed_case(text: str) -> bool:
    """True if the text has small and capital letters, so that its capitals mean something."""
    letters = [c for c in text if c.isalpha()]
    return not all(c.isupper() for c in letters) and not all(c.islower() for c in letters)


def shouted_words(words: Sequence[str]) -> list[bool]:
    """Which words are in capitals without being initials; `DE` and `LE` are if the word behind them is."""
    shouted = [is_shouted(word) for word in words]
    for index in range(len(words) - 2, -1, -1):
        shouted[index] = shouted[index] or (
            shouted[index + 1] and words[index].isupper() and is_particle(words[index])
        )
    return shouted


def is_shouted(word: str) -> bool:
    """True for a word in capitals that is no set of initials."""
    letters = "".join(c for c in word if c.isalpha())
    if not letters.isupper() or "." in word:
        return False
    return len(letters) >= 3 or (len(letters) == 2 and "short_family" in kinds_of(word))


@lru_cache(maxsize=65_536)
def respelled(name: str, *, after: str = "") -> str:
    """A word of a name in small and capital letters as it should be (`MCDONALD` -> `McDonald`, `DE` -> `de`).

    `after` is the word before it, on which the spelling of `la` and `los` depends.
    """
    kinds = kinds_of(name)
    if "small" in kinds or ("after_particle" in kinds and "small" in kinds_of(after)):
        return name.lower()
    if name.isupper() and _are_spoken_initials(name) and "short_family" not in kinds:
        return name
    return "".join(_capitalised(part) for part in _PARTS.split(name))


def _are_spoken_initials(name: str) -> bool:
    """True for `AJ`, `JP`, `TJ`: two or three letters that stay capitals."""
    return name.isalpha() and len(name) <= 3 and name.isascii() and (not has_vowel(name) or name[1:] == "J")


def _capitalised(part: str) -> str:
    if not part[:1].isalpha():
        return part
    low = part.replace("İ", "i").lower()
    folded = fold(low)
    if folded.startswith("mc") and len(low) > 3:
        return "Mc" + low[2].upper() + low[3:]
    if "mac_name" in kinds_of(folded):
        return "Mac" + low[3].upper() + low[4:]
    if low in ("ii", "iii", "iv", "vi", "vii", "viii"):
        return low.upper()
    return part[0].upper() + low[1:] if len(part[0].upper()) == 1 else part[0] + low[1:]
