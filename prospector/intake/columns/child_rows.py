"""Records that go on over several lines: which columns are those of a list, and which of its lines is the primary one.

Exports of records with lists write a line for each element, and the record's own cells on the first of them alone:
blank cells mean "as above". Labels tell the list: `Email ID (Email IDs)`, `contacts/email`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from prospector.intake.columns.header_data import header_key
from prospector.intake.columns.labels import label_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prospector.intake.columns.values import Sample

_BRACKET = re.compile(r"\S\s*[(\[]([^()\[\]]+)[)\]]\s*$")
_JOINED = re.compile(r"\s+[-–>|]\s+|\s*(?:::?|/|>|__)\s*|(?<=\w)\.(?=\w)")
_PRIMARY = frozenset(
    {"primary", "main", "default", "preferred", "principal", "principale", "haupt", "primar", "hauptadresse"}
)
_NAMES = frozenset({"first_name", "last_name", "full_name"})
_LISTS = frozenset(
    {"email", "more_emails", "phone", "company_phone", "technologies", "ads", "openings", "keywords"}
)
_PLURAL = re.compile(r"(?:[^s]s|_ids|list|liste|lista|lijst)$")


class ChildRows(NamedTuple):
    """The columns of a list; a row in which only they are filled belongs to the record above."""

    columns: frozenset[int]
    joined: frozenset[int]
    """Those whose values are joined; of the others the first counts."""
    primary: int | None
    """The column that marks the element that counts."""
    names: bool
    """Whether each element is a person, who shares the cells of the record."""


def child_rows(header: Sequence[str], fields: Mapping[int, str], sample: Sample) -> ChildRows | None:
    """The list whose elements have lines of their own in this file, if there is one; `fields` by position."""
    for columns in _groups(header):
        if fields.keys() - columns and _goes_on(sample, columns):
            return _plan(header, fields, columns)
    ids = _ids(header, fields, sample)
    return _plan(header, fields, ids) if ids and _goes_on(sample, ids) else None


def _groups(header: Sequence[str]) -> list[frozenset[int]]:
    """Columns that bear the name of one list."""
    found: dict[str, set[int]] = {}
    for at, label in enumerate(header):
        if group := _group_of(label):
            found.setdefault(group, set()).add(at)
    return [frozenset(columns) for columns in found.values()]


def _group_of(label: str) -> str | None:
    if bracket := _BRACKET.search(label):
        return header_key(bracket[1])
    parts = _JOINED.split(label)
    outer = " ".join(parts[:-1]).strip().lower()
    return header_key(outer) if outer and _PLURAL.search(outer) else None


def _goes_on(sample: Sample, columns: frozenset[int]) -> bool:
    """Whether some row has nothing but cells of these columns, and the first one has more."""
    lines = [{at for at, text in enumerate(row) if text.strip()} for row in sample.rows]
    return bool(lines) and not lines[0] <= columns and any(line and line <= columns for line in lines)


def _ids(header: Sequence[str], fields: Mapping[int, str], sample: Sample) -> frozenset[int]:
    """In a file whose records have an id, the columns of lists: a row without the id is no record of its own."""
    marked = {at for at, field in fields.items() if field == "record_id"}
    marked |= {at for at, label in enumerate(header) if header_key(label) == "id"}
    if not any(sample.rows and sample.rows[0][at].strip() for at in marked):
        return frozenset()
    return frozenset(at for at, field in fields.items() if field in _LISTS)


def _plan(header: Sequence[str], fields: Mapping[int, str], columns: frozenset[int]) -> ChildRows:
    primary = (at for at in sorted(columns) if at not in fields and _PRIMARY & set(label_words(header[at])))
    return ChildRows(
        columns,
        frozenset(at for at in columns if fields.get(at) in _LISTS),
        next(primary, None),
        any(fields.get(at) in _NAMES for at in columns),
    )
