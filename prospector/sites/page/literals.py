"""Many plain strings looked for in one pass over a text: a search for each takes ten times as long."""

from __future__ import annotations

from collections import deque
from functools import cache
from typing import TYPE_CHECKING

from ahocorasick_rs import AhoCorasick, BytesAhoCorasick, MatchKind

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST_AT_ONCE = 40
"""Up to about so many are looked for by comparing many bytes at once, five times as fast as more of them."""

_LATEST: deque[tuple[str, bytes]] = deque(maxlen=2)
"""Texts and the same in lower case. Found by identity: to compare or to hash a page takes as long as to search it."""


def word_set(text: str) -> frozenset[str]:
    """The words of a text, for tables that are easier to read and to extend as prose than as a list."""
    return frozenset(text.split())


def literals_in(text: str, literals: tuple[str, ...]) -> set[str]:
    """Those of the literals that a text holds in any case. They are ASCII in lower case, none a part of another.

    Bytes are searched: to lower the letters of a page that is not all ASCII takes six times as long.
    """
    page = _lowered(text)
    return {
        group[number]
        for group, searcher in _byte_searchers(literals)
        for number, _, _ in searcher.find_matches_as_indexes(page)
    }


def holds(text: str, word: str) -> bool:
    """Whether a text holds a word of ASCII letters, which is in lower case, in any case."""
    return word.encode() in _lowered(text)


def _lowered(text: str) -> bytes:
    """Remembered, as a page and its text are searched for one kind of literals after the other."""
    for known, lowered in _LATEST:
        if known is text:
            return lowered
    lowered = text.encode("utf-8", "surrogatepass").lower()
    _LATEST.append((text, lowered))
    return lowered


@cache
def _byte_searchers(literals: tuple[str, ...]) -> list[tuple[tuple[str, ...], BytesAhoCorasick]]:
    size = -(-len(literals) // -(-len(literals) // _MOST_AT_ONCE))
    groups = [literals[start : start + size] for start in range(0, len(literals), size)]
    return [(group, searcher(group)) for group in groups]


@cache
def searcher(literals: tuple[str, ...]) -> BytesAhoCorasick:
    """Finds where in UTF-8 one of the literals stands; of those that overlap, the first, and the longest of these.

    Twice as fast as finding all.
    """
    return BytesAhoCorasick([literal.encode() for literal in literals], matchkind=MatchKind.LeftmostLongest)


@cache
def _finder_of_all(literals: tuple[str, ...]) -> AhoCorasick:
    return AhoCorasick(literals)


def passages_with(text: str, literals: Iterable[str], *, before: int, after: int) -> list[str]:
    """The passages of a text, in lower case, around each of these literals; what overlaps is one passage."""
    lowered = text.lower()
    found = _finder_of_all(tuple(literals)).find_matches_as_indexes(lowered, overlapping=True)
    passages: list[tuple[int, int]] = []
    for place in sorted(start for _, start, _ in found):
        start, end = max(0, place - before), place + after
        if passages and start <= passages[-1][1]:
            passages[-1] = (passages[-1][0], max(end, passages[-1][1]))
        else:
            passages.append((start, end))
    return [lowered[start:end] for start, end in passages]
