"""Addresses that are none: what a tool or a person writes where there is no address.

A placeholder that is not known here is an address like any other; people of unlike names at it stay apart all the same.
"""

from __future__ import annotations

import re
from functools import cache

from prospector.normalise.text import data_lines

_SIGNS = re.compile(r"[^a-z]+")
_ONE_LETTER = re.compile(r"([a-z])\1{2,}")
_NONE = re.compile(r"n/a|n\.a\.?|x{3,}")
_NOT_YET = re.compile(
    r"(?:e?mail)?not(?:yet)?(?:unlocked|available|found|provided|given|known|set|supplied|disclosed)(?:e?mail)?"
)


@cache
def _words() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for line in data_lines("placeholder_addresses.tsv"):
        kind, _why, words = line.split("\t")
        found[kind] = found.get(kind, frozenset()) | frozenset(words.split("|"))
    return found


@cache
def _mailboxes() -> frozenset[str]:
    words = _words()
    joined = {no + thing for no in words["negation"] for thing in words["thing"]}
    return words["local"] | joined


@cache
def _beginnings() -> frozenset[str]:
    """The first two signs of every mailbox that may be none: most addresses are told by them at once."""
    return frozenset(
        {word[:2] for word in _mailboxes()} | {"n/", "n.", "n_", "n-", "e-", "e_", "xx", "no", "em"}
    )


def is_placeholder(address: str) -> bool:
    """True for an address in its one spelling that stands for none, such as `email_not_unlocked@domain.com`."""
    local, _, host = address.rpartition("@")
    if host in _domains():
        return True
    if host[:2] == local[:2] and host.startswith(f"{local}.") and _is_typed(local):
        return True
    return address[:2] in _beginnings() and _says_none(local)


def _is_typed(local: str) -> bool:
    return local in _words()["twice"] or _ONE_LETTER.fullmatch(local) is not None


@cache
def _domains() -> frozenset[str]:
    return _words()["domain"]


def _says_none(local: str) -> bool:
    letters = _SIGNS.sub("", local)
    return letters in _mailboxes() or bool(_NONE.fullmatch(local) or _NOT_YET.fullmatch(letters))
