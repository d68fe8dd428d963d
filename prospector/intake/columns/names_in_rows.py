"""Whose names a column holds, people's or companies', where its label (`name`, `nom`) may mean either."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from prospector.normalise.domains import is_free_mail
from prospector.normalise.emails import is_role_address, parse_email
from prospector.normalise.industries import industry_key
from prospector.normalise.name_words import kinds_of
from prospector.normalise.organisations import is_desk, may_be_organisation, organisation_name
from prospector.normalise.text import fold

if TYPE_CHECKING:
    from prospector.intake.columns.values import Sample

_GIVEN = frozenset({"given", "only_given"})
_NO_PERSONS = re.compile(r"[\d&|/@#+]|[^\W\d_]{2}\.[^\W\d_]{2}")
_ARTICLES = frozenset(
    {"the", "la", "le", "les", "el", "los", "las", "il", "lo", "das", "der", "die", "het", "o", "os"}
)
_MOST_WORDS = 4
_SHORTEST_TOLD = 4


def vote(sample: Sample, names: int, emails: int | None, sites: int | None) -> float:
    """Above nought where the names of a column are people's, below where they are companies'."""
    values = sample.columns[names]
    total = 0.0
    for at, name in enumerate(values.texts):
        if name:
            email = parse_email(sample.columns[emails].texts[at]) if emails is not None else None
            site = sample.columns[sites].texts[at] if sites is not None else ""
            total += _of_name(name) + _of_email(name, email) + _of_host(name, email, site)
    return total / max(1, sum(map(bool, values.texts)))


def _of_name(name: str) -> float:
    """What the words say: a known given name, or what only companies have."""
    words = name.split()
    if not words:
        return 0.0
    if organisation_name(name) or may_be_organisation(name) or _NO_PERSONS.search(name) or is_desk(name):
        return -2.0
    if any(kinds_of(word) & _GIVEN for word in words[:2]) and 2 <= len(words) <= _MOST_WORDS:
        return 2.0
    if len(words) > _MOST_WORDS or fold(words[0]) in _ARTICLES:
        return -1.0
    if any("firm_word" in kinds_of(word) or industry_key(word) for word in words):
        return -1.0
    return -0.5 if len(words) == 1 and name.isascii() else 0.0


def _of_email(name: str, email: str | None) -> float:
    """An address that is made of the name is its owner's; `info@` beside it is a company's."""
    if email is None:
        return 0.0
    local, _, domain = email.partition("@")
    if is_role_address(email):
        return -0.5
    if is_free_mail(domain):
        return 0.0
    words = [word for word in re.findall(r"[^\W\d_]+", fold(name)) if len(word) > 1]
    made = sum(word in local or word[0] + words[-1] in local for word in words)
    return 1.5 if made and made >= len(words) / 2 else -0.5


def _of_host(name: str, email: str | None, site: str) -> float:
    """A company's host bears its name; a person's bears the family name at most."""
    host = fold(site) or (
        "" if email is None or is_free_mail(email.partition("@")[2]) else email.partition("@")[2]
    )
    words = [word for word in re.findall(r"[^\W\d_]+", fold(name)) if len(word) >= _SHORTEST_TOLD]
    return -1.0 if host and words and words[0] in host else 0.0
