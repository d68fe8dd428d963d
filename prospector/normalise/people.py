"""People's names: which part is which, how to spell a shouted one, and what to write after "Hi"."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from prospector.normalise.east_asian_names import east_asian_parts
from prospector.normalise.name_edges import (
    CREDENTIALS,
    SUFFIXES,
    TITLES,
    NameWords,
    stripped,
    without_phrases,
)
from prospector.normalise.name_words import (
    has_vowel,
    is_initials,
    is_particle,
    kinds_of,
    phrase_at,
    respelled,
    word_key,
)
from prospector.normalise.text import clean

_LONGEST_NAME = 150
_SIGNS = " *~#_^!?"
_EDGES = _SIGNS + '"“”‘,;'

_NO_NAME = re.compile(r"@|://|www\.|\d{3}|[=<>{}\\]")
_NICKNAME = re.compile(
    r"[(（\[]([^()（）\[\]]{0,80})[)）\]]|\"[^\"]{1,40}\"|[“”„][^“”„]{1,40}[“”]|«[^«»]{1,40}»|»[^«»]{1,40}«"
    r"|『[^』]{1,40}』|[｢「][^｣」]{1,40}[｣」]|''[^']{1,40}''|(?<!\S)['‘][^'‘’]{2,40}['’](?=\s|$)"
)
_HEADLINE = re.compile(r"\s+[|•·–—/-]+\s+.*|\s*[|•].*")
_COMMA = re.compile(r"\s*[,，、;]\s*")
_ACRONYM = re.compile(r"[A-Z][A-Z®-]{1,9}®?")
_PLAIN_NAME = re.compile(r"[A-Z][a-z]{2,}")
_TWO_PLAIN_NAMES = re.compile(r"([A-Z][a-z]{2,}) ([A-Z][a-z]{2,})")


@dataclass(frozen=True, slots=True)
class PersonName:
    """The parts of a name, each None where the text does not say. Particles belong to the family name."""

    given: str | None = None
    family: str | None = None
    middle: str | None = None
    prefix: str | None = None
    suffix: str | None = None
    couple: bool = False
    """True if the text names two people ("Bill & Tracy Hosmer")."""

    @property
    def greeting(self) -> str | None:
        """What to write after "Hi": the given name, or None if it is missing, an initial or doubtful."""
        given = self.given
        if not given or self.couple or is_initials(given) or not has_vowel(given):
            return None
        letters = given.replace("-", "").replace("'", "").replace("’", "").replace(" ", "").replace(".", "")
        spoken = all(c.isalpha() or unicodedata.category(c)[0] == "M" for c in letters)
        doubtful = kinds_of(given) & (
            TITLES | SUFFIXES | {"not_name", "credential", "family_first"}
        ) or given.endswith(".")
        return None if doubtful or not spoken or (is_particle(given) and given.islower()) else given


@lru_cache(maxsize=65_536)
def parse_name(text: str | None) -> PersonName:
    """The parts of a person's name in either order; an empty `PersonName` where the text is no name.

    Reads `Smith, John`, `LEFEVRE François`, titles, degrees, particles, nicknames and East Asian order.
    A name that is shouted or whispered as a whole gets its capitals back.
    """
    plain = _TWO_PLAIN_NAMES.fullmatch(text) if text else None
    if plain and kinds_of(plain[1]) | kinds_of(plain[2]) <= {"given"}:
        return PersonName(plain[1], plain[2])  # most names, at a tenth of the cost
    cell = _bare(text)
    if not cell or _NO_NAME.search(cell):
        return PersonName()
    aside = [word for match in _NICKNAME.finditer(cell) if match[1] for word in match[1].split()]
    cell = _without_remarks(cell).strip(' "“”')
    shown = _without_maiden_name(cell)
    has_maiden_name = shown != cell or any(kinds_of(word) & {"maiden"} for word in aside)
    named = _by_comma([part.split() for part in _COMMA.split(shown)], alone_is_family=has_maiden_name)
    if aside and all(kinds_of(word) & CREDENTIALS for word in aside):
        named.suffix += aside
    return named.finished(lost_case=not _has_mixed_case(cell))


@lru_cache(maxsize=65_536)
def tidy_name(text: str | None) -> str | None:
    """A cell that holds a given or a family name alone: titles, degrees, emoji and remarks go, capitals come back.

    None if no name is left. `de la Cruz`, `O'Neil` and other mixed spellings stay as they are.
    """
    if text and _PLAIN_NAME.fullmatch(text) and not kinds_of(text):
        return text
    cell = _bare(text)
    if not cell or _NO_NAME.search(cell):
        return None
    cell = _without_remarks(cell)
    words = _first_part(cell)
    if not words or not any(c.isalpha() for word in words for c in word):
        return None
    return " ".join(_respelled(words, lost_case=not _has_mixed_case(" ".join(words)), alone=True))


def _first_part(cell: str) -> list[str]:
    """The words before the first comma, without titles and degrees."""
    parts = [part.split() for part in _COMMA.split(cell) if part.strip(" .\"“”'‘’")]
    bare = (word.strip(_EDGES) for word in (parts[0] if parts else []))
    words = [word for word in bare if any(c.isalnum() for c in word)]
    while len(words) > 1:
        shorter = NameWords(words)
        shorter.take_titles()
        shorter.take_suffixes(keep=1)
        if shorter.words == words:
            break
        words = shorter.words
    return words


def _bare(text: str | None) -> str | None:
    """The cleaned cell without emoji and other signs that are in no name; None if it is too long."""
    cell = clean(text)
    if cell is None or len(cell) > _LONGEST_NAME:
        return None
    kept = "".join(
        c for c in cell if c.isascii() or (unicodedata.category(c)[0] in "LMNPZ" and not _is_sign(c))
    )
    return clean(kept.strip(_SIGNS))


def _without_remarks(cell: str) -> str:
    """The cell without nicknames, pronouns in brackets and what follows a bar or a dash."""
    return _HEADLINE.sub("", " ".join(_NICKNAME.sub(" ", cell).split())).strip(_SIGNS)


def _is_sign(c: str) -> bool:
    # Keycaps and the selectors that turn a sign into an emoji count as marks.
    return "\ufe00" <= c <= "\ufe0f" or c == "\u20e3"


def _has_mixed_case(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return not all(c.isupper() for c in letters) and not all(c.islower() for c in letters)


def _without_maiden_name(cell: str) -> str:
    """The name without `née Jones`, but with what follows it behind a comma or as a degree."""
    words = cell.split()
    for index in range(1, len(words) - 1):
        count = phrase_at(words, index, frozenset({"maiden"}))
        if count and not words[index].istitle() and not words[index].isupper() and index + count < len(words):
            rest = words[index + count + 1 :]
            tail = [word for word in rest if kinds_of(word) & (CREDENTIALS | TITLES)]
            comma = "," if not tail and words[index + count].endswith(",") else ""
            kept = " ".join([*words[:index], *tail]) + comma
            return f"{kept} {' '.join(rest)}" if comma else kept
    return cell


@dataclass
class _Named:
    """The words of each part, not yet spelled."""

    given: list[str]
    middle: list[str]
    family: list[str]
    prefix: list[str]
    suffix: list[str]
    couple: bool = False

    def finished(self, *, lost_case: bool) -> PersonName:
        """The name with its parts spelled; a family name in capitals among small letters loses them."""
        parts = [self.given, self.middle, self.family]
        given, middle, family = (_joined(_respelled(part, lost_case=lost_case)) for part in parts)
        prefix, suffix = _joined(self.prefix), _joined(self.suffix)
        return PersonName(given, family, middle, prefix, suffix, self.couple)


def _joined(words: list[str]) -> str | None:
    return " ".join(words).strip(" ,;") or None


def _by_comma(parts: list[list[str]], *, alone_is_family: bool) -> _Named:
    """Tells `Smith, John` from `John Smith, PhD`."""
    parts = [[word for word in part if any(c.isalnum() or c == "&" for c in word)] for part in parts]
    first, rest = parts[0], [part for part in parts[1:] if part]
    remarks = [word for part in rest for word in part]
    if not first and rest:
        return _family_first(NameWords([]), stripped(rest[0]), [])
    tail = stripped(first)
    if all(_is_remark(part, first=tail.words) for part in rest):
        named = _east_asian(first) or _in_order(first, alone_is_family=_lone_family(remarks, alone_is_family))
        named.suffix += [word for word in remarks if not kinds_of(word) & TITLES]
        named.prefix += [word for word in remarks if kinds_of(word) & TITLES]
        return named
    if (
        len(tail.words) > 1
        and len(tail.words[-1].strip(".")) == 1
        and len(rest[0]) == 1
        and not is_initials(rest[0][0])
    ):
        return _in_order([*first, *rest[0]], alone_is_family=False)  # "Carolyn E, Savage"
    return _family_first(tail, stripped(rest[0]), [word for part in rest[1:] for word in part])


def _lone_family(remarks: list[str], maiden: bool) -> bool:
    """True if a single word before these remarks is a family name ("Smith, Dr.", but "John, Sir")."""
    if not remarks:
        return maiden
    return not any(kinds_of(word) & {"given_title"} for word in remarks)


def _family_first(family: NameWords, given: NameWords, late: list[str]) -> _Named:
    words = given.words
    particles: list[str] = []
    while len(words) > 1 and is_particle(words[-1]):
        particles.insert(0, words.pop())
    count = _given_length(words, at_least=2)
    return _Named(
        given=words[:count],
        middle=words[count:],
        family=particles + family.words,
        prefix=family.prefix + given.prefix,
        suffix=family.suffix + given.suffix + late,
    )


def _is_remark(words: list[str], *, first: list[str]) -> bool:
    """True if the words behind a comma are degrees or titles rather than given names."""
    full = len(first) >= 2 and not is_particle(first[0])
    left = without_phrases(words)
    if not left or (full and len(words) > 1 and kinds_of(words[0]) & SUFFIXES):
        return True
    if kinds_of(words[0]) & TITLES:  # "García Márquez, Ms G.J."
        return len(left) == 1 and bool(kinds_of(left[0]) & {"weak"})
    return full and all(_is_late_credential(word, first=first) for word in left)


def _is_late_credential(word: str, *, first: list[str]) -> bool:
    """True for a word behind a full name: "John Smith, XYZ" is a credential, "SMITH, AMY" a person."""
    kinds = kinds_of(word)
    acronym = _ACRONYM.fullmatch(word) and "given" not in kinds and _has_mixed_case(" ".join(first))
    return bool("weak" in kinds or acronym or re.fullmatch(r"(?:[A-Z]\.){2,}", word))


def _in_order(tokens: list[str], *, alone_is_family: bool = False) -> _Named:
    """A name without a comma that parts it: given names first, unless capitals say otherwise."""
    words = stripped(tokens)
    rest = words.words
    named = _Named([], [], [], words.prefix, words.suffix)
    if not rest or all(kinds_of(word) & {"couple", "title"} for word in rest):
        return named
    if len(rest) == 1:
        given_title = words.prefix and "given_title" in kinds_of(words.prefix[-1])
        is_family = (words.prefix and not given_title) or (
            alone_is_family and not given_title and not is_initials(rest[0])
        )
        named.family, named.given = (rest, []) if is_family else ([], rest)
        return named
    if (
        (words.prefix or (is_particle(rest[0]) and rest[0].islower()))
        and is_particle(rest[0])
        and len(rest) <= 4
    ):
        named.family = rest
        return named
    return _couple(named, rest) or _split(named, rest)


def _east_asian(tokens: list[str]) -> _Named | None:
    words = stripped(tokens)
    parts = east_asian_parts(words.words)
    if parts is None:
        return None
    family, given = ([part] if part else [] for part in parts)
    return _Named(given, [], family, words.prefix, words.suffix)


def _couple(named: _Named, words: list[str]) -> _Named | None:
    """`Bill & Tracy Hosmer`: two people, so nobody to greet."""
    joint = next((i for i, word in enumerate(words[1:-1], start=1) if "couple" in kinds_of(word)), None)
    if joint is None or any("particle" in kinds_of(word) for word in words[:joint]):
        return None
    named.given, named.middle = words[:1], words[1:joint]
    named.family = words[_family_start(words) :]
    named.couple = True
    return named


def _split(named: _Named, words: list[str]) -> _Named:
    shouted = _shouted(words)
    if any(shouted) and not all(shouted):
        lead = shouted.index(False)
        if (
            lead
            and not any(shouted[lead:])
            and not kinds_of(words[0]) & {"given"}
            and not is_initials(words[lead])
        ):
            named.family, words = words[:lead], words[lead:]
            count = _given_length(words, at_least=2)
            named.given, named.middle = words[:count], words[count:]
            return named
    start = _family_start(words)
    titled = bool(named.prefix) and "given_title" in kinds_of(named.prefix[0])
    count = _given_length(words, at_least=2 if titled else 3)
    start = max(start, count)
    named.given, named.middle, named.family = words[:count], words[count:start], words[start:]
    return named


def _shouted(words: list[str]) -> list[bool]:
    """Which words are in capitals without being initials; `DE` and `LE` are if the word behind them is."""
    shouted = [_is_shouted(word) for word in words]
    for index in range(len(words) - 2, -1, -1):
        shouted[index] = shouted[index] or (
            shouted[index + 1] and words[index].isupper() and is_particle(words[index])
        )
    return shouted


def _is_shouted(word: str) -> bool:
    """True for a word in capitals that is no set of initials."""
    letters = "".join(c for c in word if c.isalpha())
    if not letters.isupper() or "." in word:
        return False
    return len(letters) >= 3 or (len(letters) == 2 and "short_family" in kinds_of(word))


def _given_length(words: list[str], *, at_least: int) -> int:
    """1, or 2 where the first word makes a given name only with the next (`Abdul Rahman`)."""
    bound = len(words) >= at_least and bool(kinds_of(words[0]) & {"bound_given"})
    return 2 if bound else 1


def _family_start(words: list[str]) -> int:
    """Where the family name begins: at the last run of particles, at capitals at the end, or at the last word."""
    last = len(words) - 1
    if last > 1 and kinds_of(words[-1]) & {"connector", "couple"} and words[-1].islower():
        return last - 1  # half a double name
    start = next(
        (i for i in range(last - 1, 0, -1) if is_particle(words[i]) and not is_particle(words[i - 1])), None
    )
    if start is None and last > 1 and is_particle(words[1]) and is_particle(words[0]):
        start = 1
    if start is None and last >= 3 and words[-2].islower() and "connector" in kinds_of(words[-2]):
        start = last - 2
    if start is None:
        start = last
        while (
            start > 1
            and _is_shouted(words[last])
            and _is_shouted(words[start - 1])
            and not all(_is_shouted(word) or is_initials(word) for word in words)
        ):
            start -= 1
    return start


def _respelled(words: list[str], *, lost_case: bool, alone: bool = False) -> list[str]:
    """The words with the capitals that they should have; `alone` for a cell that holds one part of a name."""
    if alone and lost_case and len(words) == 1:
        return [_alone(words[0])]
    loud = _shouted(words)
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
