"""Korean, Chinese and Japanese names: the family name stands first, and honorifics are part of the last word."""

from __future__ import annotations

import re

from prospector.normalise.name_words import kinds_of

_HANGUL = re.compile(r"[가-힣]+")
_HAN = re.compile(r"[\u3005-\u3007\u3400-\u9fff\uf900-\ufaff\u3040-\u30ff\uff66-\uff9f]+")
_KATAKANA = re.compile(r"[\u30a0-\u30ff\uff66-\uff9f\u3099-\u309c]+")
_FOREIGN = re.compile(r"[\u30a0-\u30ff]+[A-Z]{0,3}[\u30a0-\u30ff]+")
_MIDDLE_DOTS = re.compile(r"[·・•‧･]")
_LONGEST_HONORIFIC = 4
_ALSO_NAMES = frozenset("양군")


def without_honorifics(words: list[str]) -> tuple[list[str], list[str]]:
    """The words, and the honorifics behind them (`田中さん` -> `田中`, `さん`); one word always stays."""
    if not words or words[-1].isascii():
        return words, []
    words = list(words)
    honorifics: list[str] = []
    while len(words) > 1 and kinds_of(words[-1]) & {"honorific", "post"}:
        honorifics.insert(0, words.pop())
    last = words[-1].rstrip(".")
    for size in range(min(_LONGEST_HONORIFIC, len(last) - 1), 0, -1):
        if _is_attached(last, size):
            return [*words[:-1], last[:-size]], [last[-size:], *honorifics]
    return words, honorifics


def _is_attached(word: str, size: int) -> bool:
    """True if the last signs of the word are an honorific. Some are also the end of many names."""
    ending = word[-size:]
    is_one = ending.isalpha() and ending not in _ALSO_NAMES and "honorific" in kinds_of(ending)
    return is_one and "honorific" not in kinds_of(word)


def east_asian_parts(words: list[str]) -> tuple[str | None, str | None] | None:
    """Family name and given name, or None if the words are of another script."""
    words = [bare for word in words if (bare := word.strip("."))]
    if not words or not all(
        _HANGUL.fullmatch(bare) or _is_han(bare) for w in words for bare in [_MIDDLE_DOTS.sub("", w)]
    ):
        return None
    if len(words) == 1:
        return _lone_word(words[0])
    if _HANGUL.fullmatch(words[0]) and len(words[0]) >= 3:
        return _lone_word(words[0])  # a whole name, and a post or a second name behind it
    # foreign names, which katakana spells, are written in their own order
    foreign = all(_KATAKANA.fullmatch(word) for word in words)
    return (words[-1], words[0]) if foreign else (words[0], words[1])


def _is_han(word: str) -> bool:
    """Han signs or kana; a foreign name in katakana may have Latin initials (`ジョン・F・ケネディ`)."""
    return _HAN.fullmatch(word) is not None or _FOREIGN.fullmatch(word) is not None


def _lone_word(word: str) -> tuple[str | None, str | None]:
    if _MIDDLE_DOTS.search(word):
        first, *rest = _MIDDLE_DOTS.split(word)
        if len(first) == 1 and not _KATAKANA.fullmatch(first):
            return first, "".join(rest) or None  # a family name of one sign, and not a foreign name
        return rest[-1] or None, first or None
    if _HANGUL.fullmatch(word) and 2 <= len(word) <= 5:
        size = 2 if "han_surname" in kinds_of(word[:2]) else 1
        return word[:size], word[size:] or None
    # Without a blank nobody can tell how many signs of a Chinese or Japanese name are the family's.
    return word, None
