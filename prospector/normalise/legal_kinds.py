"""Who stands behind a name, by its legal form: a company, a partnership, or one person; country rules ask for it."""

from __future__ import annotations

import re
from functools import cache

from prospector.normalise.text import data_lines, fold

LEGAL_KINDS = ("company", "partnership", "sole_trader")


def legal_kind(cell: str) -> str | None:
    """The kind that a cell names, by one of its own words or by a legal form (`GmbH`); None where it is not known."""
    word = fold(cell).replace(" ", "_").replace("-", "_").strip("_.:")
    if word in LEGAL_KINDS:
        return word
    return form_kinds().get(bare(cell)) or _folded().get(fold(bare(cell)))


@cache
def form_kinds() -> dict[str, str]:
    """The kind of each legal form, without dots and blanks."""
    found: dict[str, str] = {}
    for line in data_lines("legal_kinds.tsv"):
        kind, _why, words = line.split("\t")
        found |= {bare(word): kind for word in words.split("|")}
    return found


@cache
def _folded() -> dict[str, str]:
    """The same without capitals and accents, where all forms that are written alike are of one kind."""
    found: dict[str, set[str]] = {}
    for form, kind in form_kinds().items():
        found.setdefault(fold(form), set()).add(kind)
    return {form: kinds.pop() for form, kinds in found.items() if len(kinds) == 1}


def bare(form: str) -> str:
    """A form without blanks, dots and a colon behind it."""
    return re.sub(r"[\s.:]", "", form)
