"""Names that may mean the same: two of people at one address, and a company's beside its domain.

Nothing here says that two records are one. It says where a shared address or domain may still be nobody else's.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz.distance import JaroWinkler
from rapidfuzz.fuzz import ratio

from prospector.normalise.text import fold

_WORD = re.compile(r"[^\W\d_]+")
_SLIP = 0.88
_ALIKE = 80
_SHORTEST = 4
_SHORTEST_INITIALS = 2


@lru_cache(maxsize=16_384)
def is_called_like(key: str, domain: str) -> bool:
    """Whether a company of this comparing key goes by the name in its domain, so that it owns the domain.

    True for `kranz`, `kranz logistik` and `krantz` at kranz.example, and for `bayerische motoren werke` at bmw.example.
    """
    parts = domain.partition(".")[0].split("-")
    label, name, words = "".join(parts), key.replace(" ", ""), key.split()
    if label in words or name in parts or (len(label) >= _SHORTEST and label in name):
        return True
    if len(name) >= _SHORTEST and (name in label or ratio(name, label) >= _ALIKE):
        return True
    longest = max(words, key=len, default="")
    if len(longest) > _SHORTEST and longest in label:
        return True
    initials = "".join(word[0] for word in words)
    return len(initials) > _SHORTEST_INITIALS and label == initials


@lru_cache(maxsize=16_384)
def may_be_called(one: str, other: str, *, shared: bool) -> bool:
    """Whether two names at one address may be one person's.

    A mailbox that is `shared` (info@) is used by colleagues, and colleagues may have a name in common: there all
    words of the shorter name must be in the longer. Anywhere else one word in common is enough: people marry, and
    names are misspelled.
    """
    short, long = sorted((_words(one), _words(other)), key=len)
    if not short:
        return True
    found = [any(_is_alike(word, there) for there in long) for word in short]
    return all(found) if shared else any(found)


def _words(name: str) -> list[str]:
    return _WORD.findall(fold(name))


def _is_alike(one: str, other: str) -> bool:
    """The same word, a slip of the pen, or an initial."""
    short, long = sorted((one, other), key=len)
    if one == other or (len(short) == 1 and long.startswith(short)):
        return True
    return len(short) >= _SHORTEST and bool(JaroWinkler.similarity(one, other) >= _SLIP)
