"""What stands before and behind a name: titles, generations, degrees and credentials."""

from __future__ import annotations

import re

from prospector.normalise.east_asian_names import without_honorifics
from prospector.normalise.name_words import kinds_of, phrase_at, word_key

TITLES = frozenset({"title", "given_title"})
_JOINED = re.compile(r"(?:[^\W\d_]{2,}\.-)+[^\W\d_]{2,}\.?")
_FEMININE = re.compile(r"[^\W\d_ªº]{1,6}\.?[ªº]\.?")
_UNCASED_LETTER = re.compile(r"[\u0590-\u0fff]{1,2}\.")
_SMALL_DOTTED = re.compile(r"(?:[^\W\d_A-Z]{1,4}\.){1,3}[^\W\d_]{1,4}\.?")
SUFFIXES = frozenset({"generation", "degree"})
REMARKS = TITLES | SUFFIXES | {"honorific"}
CREDENTIALS = frozenset({"generation", "degree", "credential", "weak"})

_ABBREVIATION = re.compile(r"[A-Za-zÀ-ɏͰ-ϿЀ-ӿ]{2,8}\.")
_UNSPEAKABLE = re.compile(r"[b-df-hj-np-tv-xzB-DF-HJ-NP-TV-XZ]{4,8}")
_DOTTED_SUFFIX = re.compile(r"(?:[A-Za-z]{1,3}\.){3,6}")


class NameWords:
    """The words of a name while its parts are being taken from both ends."""

    def __init__(self, words: list[str]) -> None:
        self.words = list(words)
        self.prefix: list[str] = []
        self.suffix: list[str] = []
        self.lead: str | None = None
        """The last title in front, which tells what kind of name follows it."""

    def take_titles(self) -> None:
        """Titles in front (also `Mr. and Mrs.`) and, written small, behind; one word always stays."""
        while len(self.words) > 1 and (count := self._title_length()):
            if count >= len(self.words):
                break
            self.prefix += self.words[:count]
            self.lead = self.prefix[-1]
            self.words = self.words[count:]
        while len(self.words) > 1 and self._ends_in_title():
            self.prefix.append(self.words.pop())

    def _ends_in_title(self) -> bool:
        last = self.words[-1]
        kinds = kinds_of(last)
        return "title" in kinds or ("given_title" in kinds and last.endswith("."))

    def _title_length(self) -> int:
        first = self.words[0]
        if (
            self.prefix
            and "couple" in kinds_of(first)
            and len(self.words) > 2
            and kinds_of(self.words[1]) & TITLES
        ):
            return 2
        if self._is_lone_title(first):
            return 1
        count = phrase_at(self.words, 0, TITLES | {"realm_title"})
        if count and _is_of(self.words, count):
            return count + 2  # "Prince of Wales", "Mayor of London"
        if "realm_title" in kinds_of(first) and not kinds_of(first) & TITLES:
            return 0
        return count or int(_is_front_remark(first, behind=len(self.words) - 1))

    def _is_lone_title(self, first: str) -> bool:
        """Titles that other words tell: `Don` before a whole name, `The` before an office, `med.` behind `Dr.`."""
        kinds = kinds_of(first)
        if "dotted_title" in kinds and first.endswith("."):
            return True
        if "article" in kinds:
            return len(self.words) > 2
        if "maybe_title" in kinds:
            return len(self.words) > 2 and ("given" not in kinds or "given" in kinds_of(self.words[1]))
        if not self.prefix:
            return False
        return "after_title" in kinds or _is_small_abbreviation(first, self.words)

    def take_suffixes(self, *, keep: int) -> None:
        """Generations, degrees and credentials behind the name; `keep` words always stay."""
        while len(self.words) > keep:
            count = next((n for n in (3, 2) if len(self.words) - n >= keep and self._is_phrase(n)), 0)
            count = count or int(_is_suffix(self.words[-1], behind=len(self.words) - 1))
            if not count:
                return
            self.suffix = self.words[-count:] + self.suffix
            self.words = self.words[:-count]

    def _is_phrase(self, count: int) -> bool:
        return phrase_at(self.words[-count:], 0, frozenset({"degree", "credential"})) == count


def _is_of(words: list[str], start: int) -> bool:
    return len(words) > start + 2 and words[start] == "of"


def _is_small_abbreviation(word: str, words: list[str]) -> bool:
    """True for `n.` and `med.` behind a title in front of names that have capitals."""
    return word[:1].islower() and word.endswith(".") and not all(one[:1].islower() for one in words)


def _is_front_remark(first: str, *, behind: int) -> bool:
    """True for a degree in front of a whole name and for an abbreviation that is no given name (`Xyz. Smith`)."""
    kinds = kinds_of(first)
    if _JOINED.fullmatch(first) or (_FEMININE.fullmatch(first) and word_key(first) != "ma"):
        return True  # "Komm.-Rat", "Eng.ª"; but "Mª" is María
    if _UNCASED_LETTER.fullmatch(first):
        return True  # a letter of a script without capitals shortens no name
    if _SMALL_DOTTED.fullmatch(first) and behind > 1:
        return True  # "i.R.", "h.c."
    if kinds & {"given", "short_given"}:
        return False
    if "not_name" in kinds and first.isupper() and behind > 1:
        return True  # "CEO Ana Ruiz"
    # "Md" is short for Mohammad where it stands in front
    degree = "degree" in kinds and behind > 1 and word_key(first) != "md"
    return degree or _ABBREVIATION.fullmatch(first) is not None


def _is_suffix(word: str, *, behind: int) -> bool:
    """True if the word is no name; `behind` is the number of words before it."""
    kinds = kinds_of(word)
    if kinds & SUFFIXES:
        return True
    if _SMALL_DOTTED.fullmatch(word):
        return True
    bare = word.strip(".,")
    loud = bare.isupper() or "." in bare
    if ("credential" in kinds and loud) or (word == "i" and behind >= 2):
        return True
    return behind >= 2 and (
        ("weak" in kinds and bare.isupper())
        or ("not_name" in kinds and bare.isupper())
        or "trade" in kinds
        or _DOTTED_SUFFIX.fullmatch(word) is not None
        or _UNSPEAKABLE.fullmatch(word) is not None
        or (bare.isupper() and _are_credentials(re.split(r"[-/]", bare)))
    )


def _are_credentials(words: list[str]) -> bool:
    return len(words) > 1 and all(kinds_of(word) & CREDENTIALS for word in words)


def stripped(part: list[str]) -> NameWords:
    """A part of a name without its titles, suffixes and honorifics, which are kept apart."""
    words = NameWords(part)
    words.take_titles()
    words.take_suffixes(keep=1)
    words.take_titles()
    words.words, honorifics = without_honorifics(words.words)
    words.suffix = honorifics + words.suffix
    return words


def without_phrases(words: list[str]) -> list[str]:
    """The words that are no part of a title or a degree."""
    left: list[str] = []
    index = 0
    while index < len(words):
        word = words[index]
        count = phrase_at(words, index, REMARKS | {"credential"})
        name_when_small = count == 1 and not kinds_of(word) & REMARKS
        loud = word.strip(".").isupper() or "." in word
        joins = "couple" in kinds_of(word) and any(kinds_of(w) & TITLES for w in words)
        numeral = word in ("I", "V", "X") and index > 0 and not left
        if not (joins or numeral) and (not count or (name_when_small and not loud)):
            left.append(word)
        index += max(count, 1)
    return left
