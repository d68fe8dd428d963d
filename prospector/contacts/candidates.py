"""How a name may be written in an address: each form of each part, with how usual it is.

A plain name has one form. Accents, particles, hyphens, two family names, two given names and short forms have
several, and a company has a habit for each of these kinds. The shares of a kind are estimates; what is seen at a
company takes their place (see `patterns`). Nothing is written of a name in letters that no address has.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from prospector.normalise.greetings import is_known_given
from prospector.normalise.name_words import is_initials, is_particle
from prospector.normalise.text import data_lines, fold

if TYPE_CHECKING:
    from collections.abc import Callable

    from prospector.normalise.people import PersonName

Kind = str
"""What makes a part of a name have several forms: `umlaut`, `particle`, `hyphen`, `several` and so on."""
Habit = tuple[Kind, str]
"""A kind and the way to write it, such as `("hyphen", "joined")`."""

_SHARES: dict[Kind, dict[str, float]] = {
    "umlaut": {"two letters": 0.55, "one letter": 0.45},
    "particle": {"joined": 0.64, "left out": 0.18, "dotted": 0.1, "hyphened": 0.08},
    "hyphen": {"hyphened": 0.6, "joined": 0.16, "first": 0.16, "last": 0.08},
    "several": {"first": 0.5, "joined": 0.24, "last": 0.1, "dotted": 0.08, "hyphened": 0.08},
    "two given": {"first": 0.6, "joined": 0.24, "hyphened": 0.06, "dotted": 0.04, "initials": 0.06},
    "given hyphen": {"hyphened": 0.5, "joined": 0.24, "first": 0.16, "initials": 0.1},
    "short": {"in full": 0.95, "short": 0.05},
    "middle": {"given": 0.6, "family": 0.4},
}
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_APART = re.compile(r"[\s‐–-]+")
_LEFT_OUT = re.compile(r"['’`´.·]")
_USABLE = re.compile(r"[a-z][a-z-.]*")


class Form(NamedTuple):
    """One way to write a part of a name. `initial` is what stands for it where it is cut short."""

    text: str
    initial: str
    habits: tuple[Habit, ...] = ()


class Forms(NamedTuple):
    """The forms of the parts of one name; a part that is not known has none."""

    given: tuple[Form, ...]
    family: tuple[Form, ...]
    middle: str = ""


def usual_share(habit: Habit) -> float:
    """How usual a way of writing is where nothing is known of the company."""
    return _SHARES[habit[0]][habit[1]]


def forms_of(name: PersonName) -> Forms | None:
    """The forms of a name; None where nobody can tell whose it is, or no address could have it."""
    if name.couple or not name.given:
        return None
    forms = Forms(given_forms(name.given), _families(name), _plain(name.middle or ""))
    return forms if forms.given else None


def _families(name: PersonName) -> tuple[Form, ...]:
    """The forms of the family name. A middle name that is no known given name may be the first of two."""
    alone = family_forms(name.family or "")
    if not name.middle or not name.family or is_initials(name.middle) or is_known_given(name.middle):
        return alone
    both = family_forms(f"{name.middle} {name.family}")
    return (
        *(one._replace(habits=(("middle", "given"), *one.habits)) for one in alone),
        # With dots it would be the pattern that has the middle name.
        *(one._replace(habits=(("middle", "family"), *one.habits)) for one in both if "." not in one.text),
    )


@lru_cache(maxsize=65_536)
def given_forms(given: str) -> tuple[Form, ...]:
    """The forms of a given name."""
    if given.isascii() and given.isalpha():
        return tuple(_with_short(_plain_form(given)))
    kind = "given hyphen" if "-" in given else "two given"
    written = _in_letters(given, lambda text: _of_words(kind, _words(text)))
    return tuple(form for one in written for form in _with_short(one))


@lru_cache(maxsize=65_536)
def family_forms(family: str) -> tuple[Form, ...]:
    """The forms of a family name, particles included."""
    if family.isascii() and family.isalpha():
        return (_plain_form(family),)
    return tuple(_in_letters(family, _family))


def _plain_form(word: str) -> Form:
    """The only form of a word of plain letters, as most names are."""
    low = word.lower()
    return Form(low, low[0])


def _family(text: str) -> list[Form]:
    words = _words(text)
    count = next((at for at, word in enumerate(words[:-1]) if not is_particle(word)), len(words) - 1)
    particles, names = words[:count], words[count:]
    found = _of_words("hyphen" if "-" in text else "several", names)
    return [form for one in found for form in _with_particles(particles, one)] if particles else found


def _words(text: str) -> list[str]:
    return [word for word in _APART.split(_LEFT_OUT.sub("", text)) if word]


def _of_words(kind: Kind, words: list[str]) -> list[Form]:
    """The ways to write several words; one word has one."""
    if len(words) < 2:
        return [Form(word, word[0]) for word in words]
    texts = {
        "joined": "".join(words), "hyphened": "-".join(words), "dotted": ".".join(words), "first": words[0],
        "last": words[-1], "initials": "".join(words),
    }  # fmt: skip
    initials = "".join(word[0] for word in words)
    return [
        Form(texts[way], initials if way == "initials" else texts[way][0], ((kind, way),))
        for way in _SHARES[kind]
    ]


def _with_particles(particles: list[str], name: Form) -> list[Form]:
    """The ways to write the particles before a family name."""
    joints = {"joined": "", "dotted": ".", "hyphened": "-"}
    found = [Form(name.text, name.initial, (("particle", "left out"), *name.habits))]
    for way, joint in joints.items():
        text = joint.join((*particles, name.text))
        found.append(Form(text, text[0], (("particle", way), *name.habits)))
    return found


def _in_letters(text: str, write: Callable[[str], list[Form]]) -> list[Form]:
    """The forms in plain letters; where there are umlauts, those with `ue` and those with `u`."""
    low = text.lower()
    long = low.translate(_UMLAUTS)
    if long == low:
        return [form for form in write(fold(low)) if _USABLE.fullmatch(form.text)]
    both = (("two letters", fold(long)), ("one letter", fold(low)))
    return [
        Form(form.text, form.initial, (*form.habits, ("umlaut", way)))
        for way, spelled in both
        for form in write(spelled)
        if _USABLE.fullmatch(form.text)
    ]


def _with_short(one: Form) -> list[Form]:
    """The given name and what its bearer may be called instead."""
    others = _short_forms().get(one.text)
    if not others or one.habits:
        return [one]
    short = [Form(other, other[0], (("short", "short"),)) for other in others]
    return [Form(one.text, one.initial, (("short", "in full"),)), *short]


@cache
def _short_forms() -> dict[str, tuple[str, ...]]:
    """What stands instead of a given name: its short forms, and the names that it is short for."""
    found: dict[str, list[str]] = defaultdict(list)
    for line in data_lines("nicknames.tsv"):
        name, short = line.split("\t")
        for one in short.split("|"):
            found[name].append(one)
            found[one].append(name)
    return {name: tuple(dict.fromkeys(others)) for name, others in found.items()}


def _plain(text: str) -> str:
    """A middle name in the letters of an address; nothing where it has others."""
    words = _words(fold(text.lower()))
    plain = words[0] if words else ""
    return plain if _USABLE.fullmatch(plain) else ""
