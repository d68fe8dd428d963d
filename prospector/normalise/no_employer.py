"""What stands in a company cell where there is no employer, or none is told: `Self-employed`, `im Ruhestand`."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from prospector.normalise.residue import without_residue
from prospector.normalise.roles import parse_role
from prospector.normalise.text import data_lines, fold

_WORD = re.compile(r"[^\W_]+")
_APART = re.compile(r"\s+[-–—|·/]\s+|\s*[,(|/:]\s*")
_LONGEST_CELL = 80
_LONGEST_PHRASE = 8
_BESIDE: dict[str, frozenset[str]] = {
    "beside": frozenset(),
    "beside_work": frozenset({"self_employed", "freelance"}),
    "beside_firm": frozenset({"confidential"}),
}
"""Words that tell nothing by themselves, and the kinds beside which they may stand (`beside`: all)."""
_STEALTH = re.compile(r"(?:in )?stealth(?: \w+){0,3} (?:startup|start up)")


@cache
def _phrases() -> dict[str, str]:
    """Each phrase, as its folded words, and the employment that it tells; the first that lists it counts."""
    phrases: dict[str, str] = {}
    for line in data_lines("no_employer.tsv"):
        employment, _language, words = line.split("\t")
        for phrase in words.split("|"):
            phrases.setdefault(_spelled(phrase), employment)
    return phrases


@cache
def employments() -> tuple[str, ...]:
    """Every kind of employment that a cell can tell."""
    return tuple(dict.fromkeys(kind for kind in _phrases().values() if kind not in _BESIDE))


def _spelled(text: str) -> str:
    return " ".join(_WORD.findall(fold(text)))


@cache
def _first_words() -> frozenset[str]:
    """The words with which a phrase begins: a cell that begins with any other names a company."""
    return frozenset(phrase.partition(" ")[0] for phrase in _phrases())


@lru_cache(maxsize=16_384)
def employment_told(text: str) -> str | None:
    """The kind of employment that a company cell tells instead of an employer; None if it may name a company.

    The whole cell has to be made of such words, or of them and, apart, a job: `Freelance Partners` is a company,
    `Freelance - HR consultant` none.
    """
    if len(text) > _LONGEST_CELL:
        return None
    first = _WORD.search(fold(text))
    if first is None or first[0] not in _first_words():
        return None
    spelled = _spelled(text)
    if _STEALTH.fullmatch(spelled):
        return "confidential"
    told = _told(spelled.split())
    if told or not _APART.search(text):
        return told
    front, _, rest = _parted(text)
    if told := _told(_spelled(without_residue(text) or "").split()):
        return told
    return _told(_spelled(front).split()) if parse_role(rest).department else None


def _parted(text: str) -> tuple[str, str, str]:
    found = _APART.search(text)
    return (text[: found.start()], found[0], text[found.end() :]) if found else (text, "", "")


def _told(words: list[str]) -> str | None:
    """The employment that the words tell if they say nothing else."""
    told: list[str] = []
    index = 0
    while index < len(words):
        count = _phrase_length(words, index)
        if not count:
            return None
        told.append(_phrases()[" ".join(words[index : index + count])])
        index += count
    kinds = [kind for kind in told if kind not in _BESIDE]
    fits = (
        all(kind in kinds or kind == "beside" or kinds[0] in _BESIDE[kind] for kind in told)
        if kinds
        else False
    )
    return kinds[0] if fits else None


def _phrase_length(words: list[str], start: int) -> int:
    """How many words from `start` make the longest known phrase."""
    phrases = _phrases()
    longest = min(_LONGEST_PHRASE, len(words) - start)
    return next((n for n in range(longest, 0, -1) if " ".join(words[start : start + n]) in phrases), 0)
