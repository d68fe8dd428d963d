"""Months, units of time, and the words around them, in the languages that profiles and files are written in.

A word that `data/calendar_words.tsv` lacks means nothing here: what stands beside it is then no date and no length of
time, and the import says so.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from prospector.normalise.text import data_lines, fold

_LETTERS = r"[^\W\d_]+"
_GLUED = re.compile(r"[^\x00-\u2fff]")
"""Signs of scripts that put no blanks between words."""


class CalendarWords(NamedTuple):
    """The data file. Phrases are folded, with single blanks."""

    months: dict[str, int]
    units: dict[str, str]
    """The word of a unit, with `d`, `w`, `m` or `y`."""
    fillers: frozenset[str]
    ones: frozenset[str]
    now: frozenset[str]
    since: tuple[str, ...]
    to: tuple[str, ...]
    less: tuple[str, ...]


@cache
def calendar_words() -> CalendarWords:
    """The data file, parsed."""
    rows: dict[str, dict[str, str]] = {}
    for line in data_lines("calendar_words.tsv"):
        kind, value, words = line.split("\t")
        for word in words.split():
            rows.setdefault(kind, {}).setdefault(fold(word).replace("_", " "), value)
    phrases = {kind: sorted(rows[kind], key=len, reverse=True) for kind in ("since", "to", "less")}
    return CalendarWords(
        {word: int(number) for word, number in rows["month"].items()},
        rows["unit"],
        frozenset(rows["filler"]),
        frozenset(rows["one"]),
        frozenset(rows["now"]),
        tuple(phrases["since"]),
        tuple(phrases["to"]),
        tuple(phrases["less"]),
    )


def any_phrase(phrases: tuple[str, ...]) -> str:
    """A pattern for any of these phrases as whole words; in scripts without blanks they stand glued to others."""
    spelled = (re.escape(phrase) for phrase in phrases)
    return "(?:" + "|".join(one if _GLUED.search(one) else rf"(?<!\w){one}(?!\w)" for one in spelled) + ")"
