"""Numbers of things in words: `1 touch`, `2 touches`, `1 person`, `1,000 people`."""

from __future__ import annotations

_PLURALS = {"person": "people", "criterion": "criteria"}


def counted(number: int, noun: str) -> str:
    """The number with its noun, which may have words in front of it (`new person`)."""
    before, _, last = noun.rpartition(" ")
    if number != 1:
        last = _plural(last)
    return f"{number:,} {before} {last}" if before else f"{number:,} {last}"


def _plural(noun: str) -> str:
    if noun in _PLURALS:
        return _PLURALS[noun]
    if noun.endswith(("ch", "sh", "s", "x", "z")):
        return f"{noun}es"
    return f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2] not in "aeiou" else f"{noun}s"
