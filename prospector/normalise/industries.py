"""One tree of industries, and the names that lead to it.

Files call one industry by many names: LinkedIn's list of before 2022 and the one since, HubSpot's upper-case
words, NAICS numbers, everyday words in four languages. All of them become one key of `data/industries.tsv`.
A question for a parent (`financial_services`) means all keys below it (`banking`, `insurance`...) too.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from prospector.normalise.text import data_lines, fold

_LONGEST_NAME = 200
_LETTERS = re.compile(r"[^\W_]+")
_STEPS = re.compile(r"\s*(?:->|>|›|»|→)\s*")
_NAICS = re.compile(r"(?:naics\s*:?\s*)?(\d{2,6})(?:-\d{2})?")
_SAID_ANYWAY = frozenset({"and", "und", "et", "y", "the", "of"})
_TRAILING = frozenset({"industry", "sector", "branche", "industries", "companies"})


class _Industry(NamedTuple):
    label: str
    parent: str | None


class _Tree(NamedTuple):
    """The data file, sorted by question."""

    industries: dict[str, _Industry]
    names: dict[str, str]
    spellings: tuple[str, ...]
    endings: dict[str, str]
    beginnings: dict[str, str]
    naics: dict[str, str]


@lru_cache(maxsize=16_384)
def industry_key(text: str) -> str | None:
    """The key of an industry written as a key, a label, any known synonym, a NAICS number or a path (`A > B`).

    None where the name is not known: an unknown industry is no industry at all, never a guess. Never fails.
    """
    text = text[:_LONGEST_NAME]
    if number := _NAICS.fullmatch(fold(text).strip()):
        return _by_naics(number[1])
    if found := _by_name(text):
        return found
    steps = [step for step in _STEPS.split(text) if step]
    if len(steps) < 2:
        return None
    return next((key for step in reversed(steps) if (key := _by_name(step))), None)


def industry_label(key: str) -> str:
    """The label of a key, for people to read; `KeyError` for a key that does not exist."""
    return _tree().industries[key].label


@cache
def industry_with_children(key: str) -> frozenset[str]:
    """The key and all keys below it; `KeyError` for a key that does not exist."""
    industries = _tree().industries
    industries[key]
    return frozenset(name for name in industries if key in _with_parents(name))


def industry_keys() -> tuple[str, ...]:
    """All keys, in the order of the data file: every parent before its children."""
    return tuple(_tree().industries)


def industry_parent(key: str) -> str | None:
    """The key one step up, None for a root; `KeyError` for a key that does not exist."""
    return _tree().industries[key].parent


def industry_words() -> tuple[str, ...]:
    """All labels and synonyms, sorted: what a near miss may have meant."""
    return _tree().spellings


def _with_parents(key: str) -> set[str]:
    """The key and all keys above it (a key that is met twice ends the walk)."""
    seen: set[str] = set()
    step: str | None = key
    while step is not None and step not in seen:
        seen.add(step)
        step = _tree().industries[step].parent
    return seen


def _plain(text: str) -> str:
    """A name without case, accents, punctuation and the words that lists put in or leave out."""
    return " ".join(word for word in _LETTERS.findall(fold(text)) if word not in _SAID_ANYWAY)


def _by_name(text: str) -> str | None:
    tree = _tree()
    name = _plain(text)
    if found := tree.names.get(name):
        return found
    words = name.split()
    if len(words) < 2:
        return None
    if words[-1] in _TRAILING and (found := tree.names.get(" ".join(words[:-1]))):
        return found
    return _by_pattern(words)


def _by_pattern(words: list[str]) -> str | None:
    """A name of a known kind (`Toy Manufacturing`, `Retail Toys`): the longest ending, then the longest beginning."""
    tree = _tree()
    for start in range(1, len(words)):
        if found := tree.endings.get(" ".join(words[start:])):
            return found
    for stop in range(len(words) - 1, 0, -1):
        if found := tree.beginnings.get(" ".join(words[:stop])):
            return found
    return None


def _by_naics(number: str) -> str | None:
    """The industry of the longest known prefix of a NAICS number."""
    naics = _tree().naics
    return next((key for n in range(len(number), 1, -1) if (key := naics.get(number[:n]))), None)


@cache
def _tree() -> _Tree:
    """The data file, read once. The first line that claims a name keeps it (the tests allow no second)."""
    tree = _Tree({}, {}, (), {}, {}, {})
    spellings: set[str] = set()
    for line in data_lines("industries.tsv"):
        key, parent, label, numbers, synonyms = line.split("\t")
        tree.industries[key] = _Industry(label, None if parent == "-" else parent)
        spellings.add(label)
        for name in (key, label, *synonyms.split("; ")):
            spellings.update(_add_name(tree, name, key))
        for number in filter(None, numbers.split(";")):
            tree.naics.setdefault(number, key)
    return tree._replace(spellings=tuple(sorted(spellings)))


def _add_name(tree: _Tree, name: str, key: str) -> tuple[str, ...]:
    """Store one name; what of it is fit to be shown as a hint."""
    plain = _plain(name)
    if name.startswith("* "):
        tree.endings.setdefault(plain, key)
        return ()
    if name.endswith(" *"):
        tree.beginnings.setdefault(plain, key)
        return ()
    if plain:
        tree.names.setdefault(plain, key)
    return (name.replace("_", " "),) if plain else ()
