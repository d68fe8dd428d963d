"""What to write after "Hi": a given name, or nothing where it may be something else.

A wrong greeting is worse than none, so every doubt counts: titles, offices, particles, initials, names that
stand first as family names in their countries, words in capitals, dots inside.
"""

from __future__ import annotations

import re
import unicodedata

from prospector.normalise.name_words import has_vowel, is_initials, kinds_of

_DOUBTS = frozenset(
    {
        "title", "given_title", "dotted_title", "realm_title", "maybe_title", "after_title", "article", "generation",
        "degree", "credential", "weak", "trade", "honorific", "particle", "small_particle", "connector", "couple",
        "maiden", "not_name", "organ", "family_first",
    }
)  # fmt: skip
_KNOWN = frozenset({"given", "only_given", "short_given"})
# A known given name that is spelled like one of these is a name after all: Al, Ben, Max, Ed.
_EXCUSED = frozenset({"particle", "weak", "credential", "small_particle", "trade"})
_VIETNAMESE = frozenset("ơưƠƯăĂ") | {chr(code) for code in range(0x1EA0, 0x1EFA)}


def can_greet(given: str) -> bool:
    """True if a given name, as it is spelled, can stand after "Hi"."""
    if given.isascii() and given.istitle() and given.isalpha() and not kinds_of(given):
        return len(given) > 1 and has_vowel(given)  # most names
    words = given.split()
    return bool(words) and all(map(_is_spoken_name, words)) and has_vowel(given)


def _is_spoken_name(word: str) -> bool:
    kinds = kinds_of(word)
    doubts = kinds & _DOUBTS
    excused = kinds & _KNOWN and doubts <= _EXCUSED and "bound_given" not in kinds
    if doubts and not excused:
        return False
    if is_initials(word) or word.endswith((".", "'s", "’s")) or _is_loud(word) or len(word) == 1:
        return False
    if not (word[0].isupper() or word[0].lower() == word[0].upper()) or _has_stray_capital(word):
        return False
    letters = word.replace("-", "").replace("'", "").replace("’", "")
    return letters[:1].isalpha() and all(c.isalpha() or unicodedata.category(c)[0] == "M" for c in letters)


def _has_stray_capital(word: str) -> bool:
    """True for `iDa`, `MoOr`; `DeShawn`, `O'Neil` and `Anne-Marie` have their capitals where names have them."""
    parts = [part for part in re.split(r"[-'’]", word) if part]
    return any(len(part) > 1 and not _has_names_shape(part, loud=False) for part in parts)


def _is_loud(word: str) -> bool:
    """Capitals alone are initials or letters of an office (`AJ`, `RA`, `CA`)."""
    return word.isupper() and len(word) > 1


def is_known_given(name: str | None) -> bool:
    """True if the first word is a known given name, or of a script whose names are told apart otherwise."""
    first = (name or "").partition(" ")[0]
    return bool(kinds_of(first) & _KNOWN) or (first[:1].isalpha() and first.lower() == first.upper())


def may_begin_with_family(given: str, family: str | None) -> bool:
    """True where the words of one cell may stand the other way round (`Glowacki Julie`, `Trần Văn Bình`, `Kim Oda`)."""
    if any(c in _VIETNAMESE for c in f"{given}{family or ''}") or kinds_of(given) & {"korean_surname"}:
        return True
    if family is None:
        return False
    last = kinds_of(family.rpartition(" ")[2])
    return "only_given" in last and "given" not in kinds_of(given)


_INITIALS = re.compile(r"(?:[^\W\d_a-zß-ÿ]\.?-?){1,3}")
_INNER_CAPITAL = re.compile(r"([^\W\d_]+?)([A-ZÀ-Þ][a-zß-ÿ'’]{2,})")
_LONGEST_DEGREE = 4


def can_be_given(word: str, *, loud: bool) -> bool:
    """True if a word behind a comma has the shape of a given name; `loud` if capitals mean nothing there.

    `MBChB`, `FRCPath`, `DipHE` and `Ing.` have not, whether or not a list knows them.
    """
    bare = word.strip(",;()")
    kinds = kinds_of(bare)
    if kinds & _KNOWN or (len(bare) <= 5 and _INITIALS.fullmatch(bare) and bare[:1].isupper()):
        return True
    if any(c.isdigit() for c in bare):
        return not any(c.isalpha() for c in bare)  # figures alone say nothing of what they are
    if bare.endswith("."):
        return False
    parts = [part for part in re.split(r"[-'’]", bare) if part]
    return bool(parts) and all(_has_names_shape(part, loud=loud) for part in parts)


def _has_names_shape(part: str, *, loud: bool) -> bool:
    if not part.isascii() and part.lower() == part.upper():
        return True
    if loud or part.istitle() or part.islower():
        return True
    if part.isupper():  # a degree is short and has no accents
        return has_vowel(part) and (len(part) > _LONGEST_DEGREE or not part.isascii())
    inner = _INNER_CAPITAL.fullmatch(part)
    return inner is not None and bool(kinds_of(inner[1]) & (_KNOWN | {"joined_head"}))
