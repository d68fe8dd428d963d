"""Organisations among people: told by a legal form, a desk or a team in the name, or a column for the type."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Literal

from prospector.normalise.company_names import company_name, legal_form
from prospector.normalise.name_words import has_mixed_case, kinds_of
from prospector.normalise.residue import without_residue
from prospector.normalise.roles import parse_role
from prospector.normalise.text import data_lines, fold

_WORD = re.compile(r"[^\W_]+")
_REMARK = re.compile(r"\s*[(（\[]([^()（）\[\]]*)[)）\]]\s*$")
_NOBODY_KNOWN = re.compile(r"[Nn]\. ?[Nn]\.")
_COMPOUND = re.compile(r"(?:^|[^\W\d_]{3})(?:team|teamet|abteilung|afdeling|avdelning|desk)$", re.IGNORECASE)
"""Ends of words for a team, which other languages write in one word: `Vertriebsteam`."""
_NOBODY = frozenset({"organ", "not_name"})
_NEUTRAL = frozenset({"article", "couple", "connector", "particle", "small_particle", "small"})
_GIVEN = frozenset({"given", "only_given", "short_given"})
_LONGEST_NAME = 200


@cache
def _short_forms() -> frozenset[str]:
    """Forms that are also names of people."""
    return frozenset(form for line in data_lines("short_legal_forms.txt") for form in line.split())


@lru_cache(maxsize=16_384)
def organisation_name(text: str, *, hinted: bool = False) -> str | None:
    """The company's name if the cell of a person holds one with its legal form (`Moor Ltd (reception)`).

    A short form that people bear as a name (`Maria Sa`, `Kai As`) needs a hint from elsewhere, such as a mailbox
    like info@.
    """
    name = without_residue(text)
    if name is None or len(name) > _LONGEST_NAME:
        return None
    name = _without_desk(name)
    found = legal_form(name)
    if found is None or (found in _short_forms() and not _is_meant(name, hinted=hinted)):
        return None
    return company_name(name)


@lru_cache(maxsize=16_384)
def may_be_organisation(text: str) -> bool:
    """True for `Sarcelle SAS` and `Moor Consulting`: words of companies' names, and no known given name."""
    words = text.split()
    if len(words) < 2 or any(kinds_of(word) & _GIVEN for word in words):
        return False
    return legal_form(text) is not None or any("firm_word" in kinds_of(word) for word in words)


def _without_desk(name: str) -> str:
    """`Moor Ltd (reception)` without the desk in brackets."""
    found = _REMARK.search(name)
    return name[: found.start()] if found and is_desk(found[1]) else name


def _is_meant(name: str, *, hinted: bool) -> bool:
    """Whether a short form is one: in capitals or with dots, behind words that are no given name."""
    words = name.split()
    first, last = words[0], words[-1]
    formal = last.isupper() or "." in last or "/" in last
    named = bool(kinds_of(first) & {"given", "only_given", "title", "given_title", "dotted_title"})
    return hinted and formal and not named and (has_mixed_case(" ".join(words[:-1])) or len(words) > 2)


@lru_cache(maxsize=16_384)
def is_desk(text: str) -> bool:
    """True for a team, a desk or a department (`Hiring Team`, `Empfang`, `Reception Desk`): no person is called so."""
    if _NOBODY_KNOWN.fullmatch(text) or _COMPOUND.search(text):
        return True
    kinds = [kinds_of(word) for word in re.split(r"[\s,;/&|]+", text) if any(map(str.isalnum, word))]
    if any("organ" in kind for kind in kinds):
        return True
    telling = [kind for kind in kinds if not kind or not kind & _NEUTRAL or kind & _NOBODY]
    return bool(telling) and all(kind & _NOBODY for kind in telling)


@lru_cache(maxsize=16_384)
def is_function(text: str) -> bool:
    """True for words that name a field of work and no known given name (`Talent Acquisition`, `Human Resources`)."""
    words = text.split()
    named = any(kinds_of(word) & _GIVEN for word in words)
    return len(words) > 1 and not named and parse_role(text).department is not None


RecordType = Literal["company", "person"]


@cache
def _types() -> dict[str, dict[str, str]]:
    words: dict[str, dict[str, str]] = {"label": {}, "company": {}, "person": {}}
    for line in data_lines("record_types.tsv"):
        kind, _why, cells = line.split("\t")
        words[kind].update({_spelled(cell): kind for cell in cells.split("|")})
    return words


@lru_cache(maxsize=4_096)
def _spelled(text: str) -> str:
    return " ".join(_WORD.findall(fold(text)))


def is_type_label(label: str) -> bool:
    """True for a column that may say whether a row is a person's or a company's."""
    return _spelled(label).replace(" ", "") in {known.replace(" ", "") for known in _types()["label"]}


def record_type(text: str) -> RecordType | None:
    """What a cell of such a column says; None for a word that says neither."""
    spelled = _spelled(text[:_LONGEST_NAME])
    if spelled in _types()["company"]:
        return "company"
    return "person" if spelled in _types()["person"] else None
