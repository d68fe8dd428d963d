"""Custom fields: columns of the user's own, kept as text under a name made from the column's header.

A custom field has no row in the table of fields: it exists as soon as something was said of it. In an observation, in
`why` and in `set` it is called `custom.NAME`.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Any

from prospector.core.fields import Field, FilterField, Subject, filters

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PREFIX = "custom."
MOST = 500
"""Names of custom fields that a workspace may have; one of people may be one of companies, too."""
LONGEST_VALUE = 5_000
"""Characters of a value; a longer one is dropped and listed."""
FORM = "custom"
"""The form of the rows of the filter table that ask for custom fields."""

_LONGEST_NAME = 60
_NAMELESS = "column"
"""Stands for a header without a letter or digit in it."""


def custom_name(header: str) -> str:
    """The name for a header: in lower case, whatever cannot stand in a name as `_` (`Deal size (EUR)` ->
    `deal_size_eur`), so that a template can write it behind a dot.
    """
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", header[:1_000]).lower())
    signs = "".join(sign if _stands_in_name(sign) else " " for sign in text.replace("_", " "))
    name = "_".join(signs.split())[:_LONGEST_NAME].strip("_")
    # A digit or a mark cannot begin a name.
    return name if not name or name.isidentifier() else f"_{name}"[:_LONGEST_NAME]


def names_for(headers: Mapping[int, str], taken: Iterable[str] = ()) -> dict[int, str]:
    """A name for each header by its place, all different: a second one of a kind is `NAME_2`, and one for a header
    without a letter or digit `column_7`, by its place.
    """
    names, last = set(taken), dict[str, int]()
    found = {}
    for place, header in headers.items():
        first = name = custom_name(header) or f"{_NAMELESS}_{place}"
        while name in names:
            last[first] = last.get(first, 1) + 1
            name = _numbered(first, last[first])
        names.add(name)
        found[place] = name
    return found


def _numbered(name: str, number: int) -> str:
    mark = f"_{number}"
    return name[: _LONGEST_NAME - len(mark)].rstrip("_") + mark


def _stands_in_name(sign: str) -> bool:
    return f"a{sign}".isidentifier()


def custom_key(text: str) -> str | None:
    """`custom.NAME` with the name in its canonical form; None for a text that means no custom field."""
    if text[: len(PREFIX)].lower() != PREFIX:
        return None
    return PREFIX + (custom_name(text[len(PREFIX) :]) or _NAMELESS)


def custom_target(text: str) -> tuple[Subject | None, str] | None:
    """What `custom.NAME`, `person.custom.NAME` or `company.custom.NAME` means: the subject, if it is said, and the
    key; None for anything else.
    """
    subjects: tuple[Subject, ...] = ("person", "company")
    for subject in subjects:
        if text.lower().startswith(f"{subject}.{PREFIX}"):
            key = custom_key(text[len(subject) + 1 :])
            return (subject, key) if key else None
    key = custom_key(text)
    return (None, key) if key else None


def is_custom(name: str) -> bool:
    """Whether a field's name is that of a custom field."""
    return name.startswith(PREFIX)


def custom_parts(values: Mapping[str, Any]) -> dict[str, str]:
    """The custom fields among some values, without the prefix, by name."""
    return {name[len(PREFIX) :]: str(values[name]) for name in sorted(values) if is_custom(name)}


@cache
def custom_field(subject: Subject, key: str) -> Field:
    """A custom field as if it stood in the table of fields."""
    return Field(key, subject, "A column of the user's own.")


@cache
def custom_filter(subject: Subject, key: str) -> FilterField:
    """The row of the filter table that asks for one custom field."""
    row = next(one for one in filters(subject).values() if one.form == FORM)
    name = key.removeprefix(PREFIX)
    word = f"{row.word}.{name}" if row.word else ""
    return FilterField(
        key, subject, FORM, row.example, row.help, word=word, because=f"{name.replace('_', ' ')} {{}}"
    )


def filter_named(key: str) -> FilterField:
    """The row of the filter table with this key; for `custom.NAME` the row of that custom field."""
    word, dot, name = key.partition(".")
    if not dot:
        return filters()[key]
    return custom_filter(filters()[word].subject, f"{PREFIX}{name}")
