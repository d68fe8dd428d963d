"""Columns that no field takes: each is kept as a custom field of the row's subject, under the name of its label.

A field of one number takes the first column that is filled; what stands in the others is kept in the same way.

What the user has left out stays out, and so do the columns of the program's own output that are answers, not facts.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prospector.core.custom import PREFIX, custom_target, names_for
from prospector.intake.columns.header_data import IGNORED, header_data, header_key
from prospector.intake.columns.mappings import OWN_PREFIX, Column

PHONES = ("phone", "company_phone")

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prospector.intake.columns.mappings import ColumnMap


def with_leftovers(mapping: ColumnMap, header: Sequence[str]) -> ColumnMap:
    """The mapping with a custom field for each column that nothing takes. Names that somebody has chosen come first."""
    filling = {column.position for column in mapping.columns}
    out = _out(mapping)
    chosen = [custom[1] for column in mapping.columns if (custom := custom_target(column.field))]
    further = {column.position for column in further_numbers(mapping)}
    left = [
        at for at, label in enumerate(header) if at in further or (at not in filling and label not in out)
    ]
    labels = {at + 1: _bare(header, at) for at in left}
    names = names_for(labels, [key.removeprefix(PREFIX) for key in chosen])
    kept = tuple(Column(at, header[at], PREFIX + names[at + 1]) for at in left)
    return replace(
        mapping,
        columns=(*mapping.columns, *kept),
        unmapped=tuple(label for at, label in enumerate(header) if at not in filling and label in out),
        leftovers=kept,
    )


def further_numbers(mapping: ColumnMap) -> list[Column]:
    """The columns of phones whose numbers count only where those before them are blank.

    In our own output the person's number stands before the company's, which is a fact of the company already.
    """
    if mapping.name.startswith(OWN_PREFIX):
        return []
    several = ([one for one in mapping.columns if one.field == field] for field in PHONES)
    return [column for columns in several for column in columns[1:]]


def told_of_numbers(mapping: ColumnMap, kept: Sequence[Column]) -> Iterator[str]:
    """What is said of columns that are all for one number, once a file, where there are further numbers."""
    for field in PHONES:
        columns = [one for one in mapping.columns if one.field == field]
        further = [one for one in kept if any(one.position == same.position for same in columns)]
        if further:
            named = ", ".join(f'"{one.header}"' for one in columns)
            also = ", ".join(f'"{one.header}" as {one.field}' for one in further)
            yield (
                f"several columns are for {field} ({named}): of each row the first that is filled counts, and "
                f"further numbers are kept, {also}; --map 'HEADER={field}' names the one to take"
            )


def _out(mapping: ColumnMap) -> frozenset[str]:
    """Labels of columns that are left out on purpose: by the user, or as answers among our own output."""
    presets = header_data().presets if mapping.name.startswith(OWN_PREFIX) else ()
    columns = next((one.columns for one in presets if one.name == mapping.name), {})
    answers = {key for key, known in columns.items() if known.field == IGNORED}
    own = (label for label in mapping.unmapped if header_key(label) in answers)
    return frozenset((*mapping.left_out, *own))


def _bare(header: Sequence[str], position: int) -> str:
    """The label without the mark that a reader puts behind a repeated one."""
    base = header[position].removesuffix(f" ({position + 1})")
    return base if base in header[:position] else header[position]
