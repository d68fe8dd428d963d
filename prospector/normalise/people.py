"""People's names: which part is which, how to spell a shouted one, and what to write after "Hi"."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from prospector.normalise.east_asian_names import without_honorifics
from prospector.normalise.greetings import can_greet, is_known_given, may_begin_with_family
from prospector.normalise.name_cells import SIGNS, bare_cell, login_name, without_advert, words_apart
from prospector.normalise.name_edges import CREDENTIALS, TITLES, NameWords
from prospector.normalise.name_order import DealtName, dealt_by_comma
from prospector.normalise.name_words import (
    has_mixed_case,
    is_particle,
    kinds_of,
    phrase_at,
    respelled,
    shouted_words,
    word_key,
)

_EDGES = SIGNS + '"“”‘,;'

_NO_NAME = re.compile(r"@|://|www\.|\d{3}|[=<>{}\\]")
_NICKNAME = re.compile(
    r"[(（\[]([^()（）\[\]]{0,80})[)）\]]|\"[^\"]{1,40}\"|[“”„][^“”„]{1,40}[“”]|«[^«»]{1,40}»|»[^«»]{1,40}«"
    r"|『[^』]{1,40}』|[｢「][^｣」]{1,40}[｣」]|''[^']{1,40}''|(?<!\S)['‘][^'‘’]{2,40}['’](?=\s|$)"
)
_HEADLINE = re.compile(r"\s+[|•·–—/-]+\s+.*|\s*[|•].*")
_COMMA = re.compile(r"\s*[,，、;]\s*")
_PLAIN = "[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]{2,30}"
PLAIN_NAME = re.compile(_PLAIN)
_TWOPLAIN_NAMES = re.compile(rf"({_PLAIN})(,?) ({_PLAIN})")
_TWO_LOUD_NAMES = re.compile(r"([A-Z]{3,30})(,?) ([A-Z]{3,30})")
# Kinds that say nothing about a name of two plain words.
HARMLESS = frozenset({"given", "only_given", "short_given", "korean_surname", "realm_title"})


class PersonName(NamedTuple):
    """The parts of a name, each None where the text does not say. Particles belong to the family name."""

    given: str | None = None
    family: str | None = None
    middle: str | None = None
    prefix: str | None = None
    suffix: str | None = None
    couple: bool = False
    """True if the text names two people ("Bill & Tracy Hosmer")."""

    doubtful: bool = False
    """True if the given name is a guess."""

    @property
    def greeting(self) -> str | None:
        """What to write after "Hi": the given name, or None if it is missing, an initial or doubtful."""
        given = self.given
        if given is None or self.couple or self.doubtful:
            return None
        if self.family is None and not is_known_given(given):
            return None  # a lone word may be a family name
        return given if can_greet(given) and not may_begin_with_family(given, self.family) else None


@lru_cache(maxsize=16_384)
def parse_name(text: str | None) -> PersonName:
    """The parts of a person's name in either order; an empty `PersonName` where the text is no name.

    Reads `Smith, John`, `LEFEVRE François`, titles, degrees, particles, nicknames and East Asian order.
    A name that is shouted or whispered as a whole gets its capitals back.
    """
    if text and (plain := _two_plain_words(text)):
        return plain
    cell = _whole_cell(text)
    if not cell:
        return PersonName()
    aside = [word for match in _NICKNAME.finditer(cell) if match[1] for word in match[1].split()]
    cell = _without_remarks(cell).strip(' "“”')
    shown = _without_maiden_name(cell)
    has_maiden_name = shown != cell or any(kinds_of(word) & {"maiden"} for word in aside)
    dealt = dealt_by_comma([part.split() for part in _COMMA.split(shown)], alone_is_family=has_maiden_name)
    if aside and all(kinds_of(word) & CREDENTIALS for word in aside):
        dealt.suffix += aside
    return _finished(dealt, lost_case=not has_mixed_case(cell))


def _whole_cell(text: str | None) -> str | None:
    """The cell with the words of a name apart, without what somebody says of themselves behind it."""
    cell = bare_cell(text, least=2)
    if not cell or _NO_NAME.search(cell):
        return None
    cell = login_name(cell)
    return words_apart(without_advert(cell, least=2)) if cell else None


def _two_plain_words(text: str) -> PersonName | None:
    """`Ana Ruiz`, `Ruiz, Ana`, `ANA RUIZ`: most names, at a tenth of the cost; None says nothing."""
    words = _TWOPLAIN_NAMES.fullmatch(text) or _TWO_LOUD_NAMES.fullmatch(text)
    if not words:
        return None
    first, comma, second = words.groups()
    if not (kinds_of(first) <= HARMLESS and kinds_of(second) <= HARMLESS):
        return None
    if first.isupper():
        first, second = respelled(first), respelled(second)
    return PersonName(second, first) if comma else PersonName(first, second)


@lru_cache(maxsize=16_384)
def tidy_name(text: str | None) -> str | None:
    """A cell that holds a given or a family name alone: titles, degrees, emoji and remarks go, capitals come back.

    None if no name is left. `de la Cruz`, `O'Neil` and other mixed spellings stay as they are.
    """
    if text and PLAIN_NAME.fullmatch(text) and kinds_of(text) <= HARMLESS:
        return text
    tidy = _tidied(text)
    # What was taken away can lay bare something else.
    for _ in range(3):
        if tidy is None or (again := _tidied(tidy)) == tidy:
            break
        tidy = again
    return tidy


def _tidied(text: str | None) -> str | None:
    cell = bare_cell(text, least=1)
    if not cell or _NO_NAME.search(cell) or (cell := login_name(cell) or "") == "":
        return None
    cell = _without_remarks(words_apart(without_advert(cell, least=1)))
    words = _first_part(cell)
    if not words or not any(c.isalpha() for word in words for c in word):
        return None
    if has_mixed_case(" ".join(words)):
        words = _respelled(words, lost_case=False, alone=True)
    if not has_mixed_case(" ".join(words)):
        words = _respelled(words, lost_case=True, alone=True)
    return " ".join(words)


def _first_part(cell: str) -> list[str]:
    """The words before the first comma, without titles and degrees."""
    parts = [part.split() for part in _COMMA.split(cell) if part.strip(" .\"“”'‘’")]
    bare = (word.strip(_EDGES) for word in (parts[0] if parts else []))
    words = [word for word in bare if any(c.isalnum() for c in word)]
    while len(words) > 1:
        shorter = NameWords(words)
        shorter.take_titles()
        shorter.take_suffixes(keep=1)
        left, _ = without_honorifics(shorter.words)
        if left == words:
            break
        words = left
    return without_honorifics(words)[0]


def _without_remarks(cell: str) -> str:
    """The cell without nicknames, pronouns in brackets and what follows a bar or a dash."""
    return _HEADLINE.sub("", " ".join(_NICKNAME.sub(" ", cell).split())).strip(SIGNS)


def _without_maiden_name(cell: str) -> str:
    """The name without `née Jones`, but with what follows it behind a comma or as a degree."""
    words = cell.split()
    for index in range(1, len(words) - 1):
        count = phrase_at(words, index, frozenset({"maiden"}))
        marked = count and not words[index].istitle() and not words[index].isupper()
        named = not all(kinds_of(word) & TITLES for word in words[:index])
        if marked and named and index + count < len(words):
            rest = words[index + count + 1 :]
            kinds = CREDENTIALS | TITLES if index > 1 else (CREDENTIALS | TITLES) - {"weak"}
            tail = [word for word in rest if kinds_of(word) & kinds]
            comma = "," if not tail and words[index + count].endswith(",") else ""
            kept = " ".join([*words[:index], *tail]) + comma
            return f"{kept} {' '.join(rest)}" if comma else kept
    return cell


def _finished(dealt: DealtName, *, lost_case: bool) -> PersonName:
    """The name with its parts spelled; a family name in capitals among small letters loses them."""
    parts = [dealt.given, dealt.middle, dealt.family]
    given, middle, family = (_joined(_respelled(part, lost_case=lost_case)) for part in parts)
    return PersonName(
        given, family, middle, _joined(dealt.prefix), _joined(dealt.suffix), dealt.couple, dealt.doubtful
    )


def _joined(words: list[str]) -> str | None:
    return " ".join(words).strip(" ,;") or None


def _respelled(words: list[str], *, lost_case: bool, alone: bool = False) -> list[str]:
    """The words with the capitals that they should have; `alone` for a cell that holds one part of a name."""
    if alone and lost_case and len(words) == 1:
        return [_alone(words[0])]
    loud = shouted_words(words)
    spelled: list[str] = []
    for index, word in enumerate(words):
        small = word.islower() and not is_particle(word) and not _is_joint(word)
        wrong = lost_case or loud[index] or small
        spelled.append(respelled(word, after=words[index - 1] if index else "") if wrong else word)
    return spelled


def _alone(word: str) -> str:
    """A lone word in one case: a particle that stands by itself is a name (`VAN` -> `Van`)."""
    return word.capitalize() if "small" in kinds_of(word) else respelled(word)


def _is_joint(word: str) -> bool:
    return len(word_key(word)) <= 1 or bool(kinds_of(word) & {"connector", "couple", "small"})
