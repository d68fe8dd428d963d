"""Many plain strings looked for in one pass over a text: a search for each takes ten times as long."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from ahocorasick_rs import AhoCorasick, BytesAhoCorasick, MatchKind

if TYPE_CHECKING:
    from collections.abc import Iterable


def literals_in(text: str, literals: tuple[str, ...]) -> set[str]:
    """Those of the literals that a text holds in any case. They are ASCII in lower case, none a part of another.

    Bytes are searched: to lower the letters of a page that is not all ASCII takes six times as long.
    """
    page = _lowered(text)
    return {literals[number] for number, _, _ in _byte_searcher(literals).find_matches_as_indexes(page)}


def holds(text: str, word: str) -> bool:
    """Whether a text holds a word of ASCII letters, which is in lower case, in any case."""
    return word.encode() in _lowered(text)


@lru_cache(maxsize=2)
def _lowered(text: str) -> bytes:
    """Remembered, as a page and its text are searched for one kind of literals after the other."""
    return text.encode("utf-8", "surrogatepass").lower()


@cache
def _byte_searcher(literals: tuple[str, ...]) -> BytesAhoCorasick:
    known = [literal.encode("ascii") for literal in literals]
    return BytesAhoCorasick(known, matchkind=MatchKind.LeftmostLongest)


@cache
def searcher(literals: tuple[str, ...]) -> AhoCorasick:
    """Finds where one of the literals stands; of those that overlap, the first, and the longest of these.

    Twice as fast as finding all.
    """
    return AhoCorasick(literals, matchkind=MatchKind.LeftmostLongest)


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
