"""The order of a name's words: which are the given name, which the middle, which the family name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from prospector.normalise.east_asian_names import east_asian_parts
from prospector.normalise.greetings import can_be_given
from prospector.normalise.name_edges import (
    CREDENTIALS,
    SUFFIXES,
    TITLES,
    NameWords,
    stripped,
    without_phrases,
)
from prospector.normalise.name_words import (
    has_mixed_case,
    is_initials,
    is_particle,
    is_shouted,
    kinds_of,
    phrase_at,
    shouted_words,
    word_key,
)
from prospector.normalise.roles import parse_role

_ACRONYM = re.compile(r"[A-Z][A-Z®-]{1,9}®?")
_KOREAN_GIVEN = re.compile(r"[A-Z][a-z]{1,6}-[a-z]{2,6}")
_DOTTED = re.compile(r"(?:[A-Z]\.){2,}")


@dataclass
class DealtName:
    """The words of each part, not yet spelled."""

    given: list[str]
    middle: list[str]
    family: list[str]
    prefix: list[str]
    suffix: list[str]
    couple: bool = False
    doubtful: bool = False


def dealt_by_comma(parts: list[list[str]], *, alone_is_family: bool) -> DealtName:
    """Deals the words between commas to the parts: tells `Smith, John` from `John Smith, PhD`."""
    parts = [[word for word in part if any(c.isalnum() or c == "&" for c in word)] for part in parts]
    first, rest = parts[0], [part for part in parts[1:] if part]
    if not first and rest:
        return _without_front(rest)
    tail = stripped(first)
    if len(tail.words) == 1 and len(rest) > 1 and _are_suffixes(rest[0]) and without_phrases(rest[1]):
        rest.append(rest.pop(0))  # "Smith, Jr., John"
    if rest and _is_remark(rest[0], first=tail.words) and _are_remarks(rest, first=tail.words):
        if len(parts) > 2 and not parts[1]:  # "Smith,, MD": the place of the given name is empty
            return DealtName([], [], tail.words, tail.prefix, tail.suffix + _flat(rest))
        return _with_remarks(first, _flat(rest), alone_is_family=alone_is_family)
    if not rest:
        return _with_remarks(first, [], alone_is_family=alone_is_family)
    if _is_cut_in_two(tail.words, rest[0]):
        return _in_order([*first, *rest[0]], alone_is_family=False)
    dealt = _family_first(_with_loud_words(first), stripped(rest[0]), _flat(rest[1:]))
    dealt.doubtful = _is_perhaps_no_given(tail.words, rest[0])
    return dealt


def _is_perhaps_no_given(first: list[str], behind: list[str]) -> bool:
    """True for `Ana Ruiz, Berlin`, which may be a place, and for `Roe, XIMENA`, which may be a degree."""
    word = behind[0]
    if "given" in kinds_of(word):
        return False
    whole = len(first) == 2 and "given" in kinds_of(first[0])
    return whole or (word.isupper() and len(word) > 1 and has_mixed_case(" ".join(first)))


def _flat(parts: list[list[str]]) -> list[str]:
    return [word for part in parts for word in part]


def _without_front(rest: list[list[str]]) -> DealtName:
    """`, John`: the place of the family name is empty."""
    if not without_phrases(_flat(rest)):
        return DealtName([], [], [], [], _flat(rest))
    return _family_first(NameWords([]), stripped(rest[0]), _flat(rest[1:]))


def _are_suffixes(words: list[str]) -> bool:
    return all(kinds_of(word) & SUFFIXES for word in words)


def _are_remarks(rest: list[list[str]], *, first: list[str]) -> bool:
    """True if no part behind the first is a given name; behind `John Smith, Jr.,` or `, Recruiter,` nothing is."""
    says_job = _is_job(rest[0]) or all(kinds_of(word) & {"not_name"} for word in rest[0])
    settled = len(first) >= 2 and (_are_suffixes(rest[0]) or says_job)
    return settled or all(_is_remark(part, first=first) for part in rest[1:])


def _with_remarks(first: list[str], remarks: list[str], *, alone_is_family: bool) -> DealtName:
    dealt = _east_asian(first) or _in_order(first, alone_is_family=_lone_family(remarks, alone_is_family))
    dealt.suffix += [word for word in remarks if not kinds_of(word) & TITLES]
    dealt.prefix += [word for word in remarks if kinds_of(word) & TITLES]
    return dealt


def _is_cut_in_two(first: list[str], second: list[str]) -> bool:
    """True for "Carolyn E, Savage": nobody's family name ends in an initial."""
    ends_in_initial = len(first) > 1 and len(first[-1].strip(".")) == 1
    return ends_in_initial and len(second) == 1 and not is_initials(second[0])


def _with_loud_words(first: list[str]) -> NameWords:
    """The family name before a comma; in a shouted one capitals tell no degree from a name (`SMITH VD MA`)."""
    words = stripped(first)
    while (
        words.suffix and "weak" in kinds_of(words.suffix[0]) and all(word.isupper() for word in words.words)
    ):
        words.words.append(words.suffix.pop(0))
    return words


def _lone_family(remarks: list[str], maiden: bool) -> bool:
    """True if a single word before these remarks is a family name ("Smith, Dr.", but "John, Sir")."""
    if not remarks:
        return maiden
    return not any(kinds_of(word) & {"given_title"} for word in remarks)


def _family_first(family: NameWords, given: NameWords, late: list[str]) -> DealtName:
    words = given.words
    particles: list[str] = []
    while len(words) > 1 and is_particle(words[-1]):
        particles.insert(0, words.pop())
    count = _given_length(words, at_least=2)
    while count < len(words) and words[count - 1].islower() and is_particle(words[count - 1]):
        count += 1  # "Smith, von Berg": a particle is no name without the next word
    return DealtName(
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
    loud = not has_mixed_case(" ".join([*first, *left])) or any(map(is_shouted, first))
    if first and not any(is_particle(word) or can_be_given(word, loud=loud) for word in left):
        return True
    if not left or (full and len(words) > 1 and kinds_of(words[0]) & SUFFIXES):
        return True
    if kinds_of(words[0]) & TITLES:  # "García Márquez, Ms G.J."
        return len(left) == 1 and bool(kinds_of(left[0]) & {"weak"})
    if len(words) > 1 and kinds_of(words[0]) & {"degree"} and all(kinds_of(w) & CREDENTIALS for w in words):
        return True
    return full and (all(_is_late_credential(word, first=first) for word in left) or _is_job(words))


def _is_job(words: list[str]) -> bool:
    """True for "Ana Ruiz, Head of HR". One word alone can be a name ("Dean")."""
    if len(words) < 2:
        return False
    role = parse_role(" ".join(words))
    return role.department is not None or role.seniority is not None


def _is_late_credential(word: str, *, first: list[str]) -> bool:
    """True for a word behind a full name: "John Smith, XYZ" is a credential, "SMITH, AMY" a person."""
    kinds = kinds_of(word)
    acronym = _ACRONYM.fullmatch(word) and "given" not in kinds and has_mixed_case(" ".join(first))
    return bool(kinds & {"weak", "not_name"} or acronym or _DOTTED.fullmatch(word))


def _in_order(tokens: list[str], *, alone_is_family: bool = False) -> DealtName:
    """A name without a comma that parts it: given names first, unless capitals say otherwise."""
    words = stripped(tokens)
    rest = words.words
    dealt = DealtName([], [], [], words.prefix, words.suffix)
    if not rest or all(kinds_of(word) & {"couple", "title"} for word in rest):
        return dealt
    if len(rest) == 2 and not words.prefix and word_key(rest[0]) == "st":
        words.prefix.append(rest.pop(0))
    if len(rest) == 1:
        given_title = words.lead is not None and "given_title" in kinds_of(words.lead)
        lone_family = alone_is_family and not given_title and not is_initials(rest[0])
        is_family = (words.prefix and not given_title) or lone_family
        dealt.family, dealt.given = (rest, []) if is_family else ([], rest)
        return dealt
    opens_family = words.prefix or (is_particle(rest[0]) and rest[0].islower())
    if opens_family and is_particle(rest[0]) and len(rest) <= 4:
        dealt.family = rest
        return dealt
    return _couple(dealt, rest) or _split(dealt, rest)


def _east_asian(tokens: list[str]) -> DealtName | None:
    words = stripped(tokens)
    parts = east_asian_parts(words.words)
    if parts is None:
        return None
    family, given = ([part] if part else [] for part in parts)
    return DealtName(given, [], family, words.prefix, words.suffix)


def _couple(dealt: DealtName, words: list[str]) -> DealtName | None:
    """`Bill & Tracy Hosmer`, `José y María Santos`: two people, so nobody to greet."""
    if len(words) > 3 and words[1].islower() and word_key(words[1]) in ("y", "e", "и"):
        dealt.given, dealt.family, dealt.couple = words[:3], words[_family_start(words) :], True
        return dealt
    joint = next((i for i, word in enumerate(words[1:-1], start=1) if "couple" in kinds_of(word)), None)
    if joint is None or any("particle" in kinds_of(word) for word in words[:joint]):
        return None
    dealt.given, dealt.middle = words[:1], words[1:joint]
    dealt.family = words[_family_start(words) :]
    dealt.couple = True
    return dealt


def _split(dealt: DealtName, words: list[str]) -> DealtName:
    lead = _loud_lead(words) or int(_is_family_first(words))
    if lead:
        dealt.family, words = words[:lead], words[lead:]
        count = _given_length(words, at_least=2)
        dealt.given, dealt.middle = words[:count], words[count:]
        return dealt
    start = _family_start(words)
    titled = bool(dealt.prefix) and "given_title" in kinds_of(dealt.prefix[0])
    count = _given_length(words, at_least=2 if titled else 3)
    start = max(start, count)
    dealt.given, dealt.middle, dealt.family = words[:count], words[count:start], words[start:]
    dealt.doubtful = _is_perhaps_title(dealt)
    return dealt


def _is_perhaps_title(dealt: DealtName) -> bool:
    """True where a word that no list knows stands before a title or a known given name (`Xyz Jan Stone`), or before
    an initial alone (`Stone A.`): it may be an office, or the family name.
    """
    if any(kinds_of(word) & TITLES for word in dealt.middle):
        return True
    known = bool(
        kinds_of(dealt.given[0]) & {"given", "only_given", "short_given", "double_given", "bound_given"}
    )
    before_given = bool(dealt.middle) and "given" in kinds_of(dealt.middle[0])
    alone = len(dealt.family) == 1 and len(word_key(dealt.family[0])) == 1 and not dealt.middle
    return not known and not dealt.prefix and (before_given or alone)


def _loud_lead(words: list[str]) -> int:
    """How many words in capitals in front are the family name (`LEFEVRE François`); 0 if none are."""
    shouted = shouted_words(words)
    if not any(shouted) or all(shouted):
        return 0
    lead = shouted.index(False)
    loud_later = any(shouted[lead:]) or is_initials(words[lead])
    return 0 if loud_later or kinds_of(words[0]) & {"given"} else lead


def _is_family_first(words: list[str]) -> bool:
    """True for `Kim Min-jun`, and for `Brines Mark R`, where an initial ends the name behind a known given name."""
    if len(words) == 2:
        return bool(kinds_of(words[0]) & {"korean_surname"} and _KOREAN_GIVEN.fullmatch(words[1]))
    known = len(words) == 3 and "given" in kinds_of(words[1]) and "given" not in kinds_of(words[0])
    return known and len(words[2].strip(".")) == 1 and len(words[0].strip(".")) > 2


def _given_length(words: list[str], *, at_least: int) -> int:
    """1, or 2 where the first word makes a given name only with the next (`Abdul Rahman`, `Mary Jo`)."""
    if len(words) < at_least:
        return 1
    bound = kinds_of(words[0]) & {"bound_given"} and (word_key(words[0]) != "ma" or words[0].endswith("."))
    return 2 if bound or phrase_at(words[:2], 0, frozenset({"double_given"})) == 2 else 1


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
    joined = words[-2].islower() or (words[-2] == "Y" and all(map(str.isupper, words)))
    if start is None and last >= 3 and joined and "connector" in kinds_of(words[-2]):
        start = last - 2
    if start is not None:
        return start
    start = last
    while (
        start > 1
        and is_shouted(words[last])
        and is_shouted(words[start - 1])
        and not all(is_shouted(word) or is_initials(word) for word in words)
    ):
        start -= 1
    return start
