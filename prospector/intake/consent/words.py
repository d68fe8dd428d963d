"""The words about consent of `data/consent.tsv`, ready to be looked for in labels and in cells."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from prospector.normalise.text import data_lines, fold

ACTS = ("unsubscribed", "do_not_contact", "suppressed", "bounced", "complained")
"""Groups of acts that end writing to somebody; each is the reason of a suppression."""

_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SIGNS = re.compile(r"[^\w]+|_+")
_GLUED = re.compile(r"\bdonot(?=\w)")
"""Databases write `donotfax`: the word behind must be found as well."""
_NEAR = 3
"""Words within which a negation counts."""


class Match(NamedTuple):
    """Where a stem of a group stands in plain words."""

    group: str
    start: int
    end: int


@lru_cache(maxsize=16_384)
def plain_words(text: str) -> str:
    """The text's words in order: parted at signs and capitals, without case and accents, one blank between."""
    words = " ".join(_SIGNS.sub(" ", fold(_HUMPS.sub(" ", text[:400]))).split())
    return _GLUED.sub("do not ", words)


@cache
def groups() -> dict[str, tuple[str, ...]]:
    """The stems of each group as they stand in the data file."""
    found: dict[str, tuple[str, ...]] = {}
    for line in data_lines("consent.tsv"):
        name, _, stems = line.partition("\t")
        found[name] = (*found.get(name, ()), *(stem.strip() for stem in stems.split("|")))
    return found


@cache
def pattern(group: str, kind: str = "") -> re.Pattern[str]:
    """What finds the stems of a group in plain words; `kind` adds those for labels alone or cells alone."""
    stems = (*groups()[group], *groups().get(f"{group} {kind}", ()))
    return re.compile("|".join(_expression(stem) for stem in sorted(stems, key=len, reverse=True)))


def _expression(stem: str) -> str:
    inside, ended = stem.startswith("~"), stem.endswith("$")
    body = " ?".join(map(re.escape, stem.strip("~$").split()))
    return f"{'' if inside else chr(92) + 'b'}{body}{chr(92) + 'b' if ended else ''}"


def acts_in(words: str, kind: str) -> list[Match]:
    """Every act that is named, in the order of the text; `kind` is `label` or `cell`."""
    found = [
        Match(group, hit.start(), hit.end()) for group in ACTS for hit in pattern(group, kind).finditer(words)
    ]
    return sorted(found, key=lambda one: (one.start, -one.end))


def without(words: str, spans: list[Match]) -> str:
    """The words with those spans blanked out, so that what is a part of them is not found again."""
    for span in spans:
        words = words[: span.start] + "." * (span.end - span.start) + words[span.end :]
    return words


def is_negated(words: str, start: int) -> bool:
    """Whether a negation stands shortly before a place."""
    return has_negation(" ".join(words[:start].split()[-_NEAR:]))


def has_negation(words: str) -> bool:
    """Whether one of the words is a negation."""
    return any(pattern("not").fullmatch(word) for word in words.split())


def is_other_channel(words: str) -> bool:
    """Whether the words are about calls, letters or messages, and not about e-mails as well."""
    if not pattern("channel").search(words):
        return False
    return pattern("mail").search(pattern("letters").sub(" ", words)) is None


def smells(words: str, kind: str) -> bool:
    """Whether anything in the words has to do with consent."""
    return bool(
        acts_in(words, kind) or pattern("in", kind).search(words) or pattern("undecided", kind).search(words)
    )
