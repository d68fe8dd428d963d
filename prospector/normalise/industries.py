"""One tree of industries, and the names that lead to it.

Files call one industry by many names: LinkedIn's list of before 2022 and the one since, HubSpot's upper-case
words, NAICS and SIC numbers, everyday words in four languages. All of them become one key of `data/industries.tsv`.
A question for a parent (`financial_services`) means all keys below it (`banking`, `insurance`...) too.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any, Literal, NamedTuple

from prospector.normalise.quick_copies import quick_copy
from prospector.normalise.text import data_lines, fold

_DATA_FILE = "industries.tsv"
_LONGEST_NAME = 200
_LETTERS = re.compile(r"[^\W_]+")
_STEPS = re.compile(r"\s*(?:->|>|›|»|→)\s*")
_FOOTNOTE = re.compile(r"(?<=[a-z)])T$")
_BRACKETS = re.compile(r"\([^()]{0,120}\)")
_FILLER = re.compile(r"^(?:all other|other|miscellaneous|all)\s+", re.IGNORECASE)
_LISTED = re.compile(r"\s*[,;|/]\s*")
_NUMBER = re.compile(r"(?:(naics|sic)(?:\s*codes?)?\s*:?\s*)?(\d{2,6})(?:-\d{2})?", re.ASCII)
_LONGEST_SIC = 4
_SAID_ANYWAY = frozenset({"and", "und", "et", "y", "the", "of"})
_TRAILING = frozenset({"industry", "sector", "branche", "industries", "companies"})


Scheme = Literal["naics", "sic"]


class _Industry(NamedTuple):
    label: str
    parent: str | None


class _Tree(NamedTuple):
    """The data file, sorted by question."""

    industries: dict[str, _Industry]
    names: dict[str, str]
    spellings: list[str]
    endings: dict[str, str]
    beginnings: dict[str, str]
    naics: dict[str, str]


@lru_cache(maxsize=16_384)
def industry_key(text: str, *, scheme: Scheme | None = None) -> str | None:
    """The key of an industry: from a key, a label, a synonym, a number, a path (`A > B`) or a list (`A, B`).

    A number is read by `scheme`; without one by the name in front of it (`SIC 7372`), else as NAICS if it is a
    number of NAICS, else as SIC. Of a list the first that is known counts, of a path the last. None where nothing
    is known: an unknown industry is no industry at all, never a guess. Never fails.
    """
    text = text[:_LONGEST_NAME]
    parts = [part for part in _LISTED.split(text) if part.strip()]
    if len(parts) > 1 and (listed := [_tree().names.get(_plain(part)) for part in parts]) and all(listed):
        return _tree().names.get(_plain(text)) or listed[0]
    if found := _by_name(text) or _by_number(text, scheme):
        return found
    steps = [step for step in _STEPS.split(text) if step]
    if len(steps) > 1:
        return next((key for step in reversed(steps) if (key := _by_name(step))), None)
    if len(parts) < 2:
        return None
    return next((key for part in parts if (key := _by_name(part) or _by_number(part, scheme))), None)


def _by_number(text: str, scheme: Scheme | None) -> str | None:
    match = _NUMBER.fullmatch(fold(text).strip())
    if not match:
        return None
    named, number = match[1], match[2]
    scheme = scheme or ("sic" if named == "sic" else "naics" if named else None)
    if scheme is None:
        scheme = "naics" if _is_naics(number) else "sic"
    return _by_prefix(_tree().naics, number) if scheme == "naics" else _by_sic(number)


def _is_naics(number: str) -> bool:
    """True if the scheme has such a number, as far as its first four digits tell."""
    start = number[:4]
    return (
        any(group.startswith(start) for group in _naics_groups())
        if len(start) < 4
        else start in _naics_groups()
    )


def _by_sic(number: str) -> str | None:
    return _by_prefix(_sic(), number) if len(number) <= _LONGEST_SIC else None


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


def names_industry(text: str) -> bool:
    """True if the text as a whole, not only a part of it, is a name of an industry."""
    return _plain(text) in _tree().names


def industry_parent(key: str) -> str | None:
    """The key one step up, None for a root; `KeyError` for a key that does not exist."""
    return _tree().industries[key].parent


def industry_words() -> tuple[str, ...]:
    """All labels and synonyms, sorted: what a near miss may have meant."""
    return tuple(_tree().spellings)


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
    words = _LETTERS.findall(fold(text))
    return " ".join(words if _SAID_ANYWAY.isdisjoint(words) else [w for w in words if w not in _SAID_ANYWAY])


def _by_name(text: str) -> str | None:
    for name in _barer(text):
        if found := _by_words(_plain(name).split()):
            return found
    return None


def _barer(text: str) -> list[str]:
    """The name as it is, then with less and less of what the Census prints around one: footnotes, exceptions."""
    first = _FOOTNOTE.sub("", text.strip())
    second = _BRACKETS.sub(" ", first)
    return list(dict.fromkeys([text, first, second, _FILLER.sub("", second)]))


def _by_words(words: list[str]) -> str | None:
    tree = _tree()
    if found := tree.names.get(" ".join(words)):
        return found
    if len(words) > 1 and words[-1] in _TRAILING and (found := tree.names.get(" ".join(words[:-1]))):
        return found
    return _by_pattern(words)


def _by_pattern(words: list[str]) -> str | None:
    """A name of a known kind (`Toy Manufacturing`, `Retail Toys`): the longest ending, then the longest beginning."""
    tree = _tree()
    for start in range(len(words)):
        if found := tree.endings.get(" ".join(words[start:])):
            return found
    for stop in range(len(words) - 1, 0, -1):
        if found := tree.beginnings.get(" ".join(words[:stop])):
            return found
    return None


def _by_prefix(numbers: dict[str, str], number: str) -> str | None:
    """The industry of the longest known beginning of a number."""
    return next((key for n in range(len(number), 1, -1) if (key := numbers.get(number[:n]))), None)


@cache
def _naics_groups() -> frozenset[str]:
    rows = (line.split("\t") for line in data_lines("naics_groups.tsv"))
    return frozenset(start + digit for start, digits in rows for digit in digits)


@cache
def _sic() -> dict[str, str]:
    rows = (line.split("\t") for line in data_lines("sic.tsv"))
    return {number: key for key, numbers in rows for number in numbers.split(";")}


@cache
def _tree() -> _Tree:
    """The data file, read once."""
    copy = quick_copy(_DATA_FILE, worked_out)
    return _Tree(**{**copy, "industries": {key: _Industry(*one) for key, one in copy["industries"].items()}})


def worked_out() -> dict[str, Any]:
    """The data file, sorted by question."""
    return _read_tree()._asdict()


def _read_tree() -> _Tree:
    """The data file. The first line that claims a name keeps it (the tests allow no second)."""
    tree = _Tree({}, {}, [], {}, {}, {})
    spellings: set[str] = set()
    for line in data_lines(_DATA_FILE):
        key, parent, label, numbers, synonyms = line.split("\t")
        tree.industries[key] = _Industry(label, None if parent == "-" else parent)
        spellings.add(label)
        for name in (key, label, *synonyms.split("; ")):
            spellings.update(_add_name(tree, name, key))
        for number in filter(None, numbers.split(";")):
            tree.naics.setdefault(number, key)
    return tree._replace(spellings=sorted(spellings))


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
