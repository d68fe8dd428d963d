"""Regular expressions that mean the same in every Python that the program runs on."""

from __future__ import annotations

import importlib
import pkgutil
import re
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import TYPE_CHECKING, Any

import prospector
from prospector.normalise.technologies import technology_catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator

SINGLE = (codes.IN, codes.LITERAL, codes.NOT_LITERAL, codes.ANY)


def _parts(value: Any) -> Iterator[Any]:
    """The sub-patterns in the arguments of an operation, however deep."""
    if isinstance(value, parser.SubPattern):
        yield value
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _parts(one)


def has_possessive_group(tree: Any) -> bool:
    """Whether anything but a single sign is repeated possessively, or stands in an atomic group."""
    for operation, arguments in tree:
        if operation is codes.ATOMIC_GROUP:
            return True
        if operation is codes.POSSESSIVE_REPEAT:
            (*_, repeated) = arguments
            if len(repeated) != 1 or repeated[0][0] not in SINGLE:
                return True
        if any(has_possessive_group(part) for part in _parts(arguments)):
            return True
    return False


def _patterns_in(value: Any) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _patterns_in(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _patterns_in(one)


def test_no_pattern_repeats_a_group_possessively_which_old_versions_match_wrongly() -> None:
    """Python before 3.11.5 (Debian 12 has 3.11.2) forgets what such a group matched: gh-106052."""
    found = set()
    for module in pkgutil.walk_packages(prospector.__path__, "prospector."):
        if not module.name.endswith("__main__"):
            for value in vars(importlib.import_module(module.name)).values():
                found |= {(one.pattern, one.flags) for one in _patterns_in(value)}
    for technology in technology_catalogue():
        found |= {(text, 0) for one in technology.patterns for text in (one.match, one.host) if text}
    assert len(found) > 500
    wrong = [
        text
        for text, flags in found
        if isinstance(text, str) and has_possessive_group(parser.parse(text, flags))
    ]
    assert wrong == []


def test_the_search_for_such_groups_finds_them() -> None:
    for text in ("(?:ab|a)*+c", "x(?>ab?)", "(?:(?:ab|c)?+d)+", "(a{2}){1,3}+"):
        assert has_possessive_group(parser.parse(text))
    for text in ("[^>=]++", "a*+", "(?:ab)*c", r"\s?+x"):
        assert not has_possessive_group(parser.parse(text))
