"""How many columns of the user's own a workspace may have: each is a name that segments and templates know."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prospector.core.custom import MOST, PREFIX
from prospector.intake.columns.mappings import custom_of
from prospector.store.custom_values import custom_names

if TYPE_CHECKING:
    from prospector.intake.columns.mappings import Column, ColumnMap
    from prospector.store.database import Database

_SHOWN = 10


def within_limit(db: Database, mapping: ColumnMap) -> tuple[ColumnMap, tuple[str, ...]]:
    """The mapping without the columns whose custom fields would be too many, and those columns' headers.

    In the order of the file, so that the same file always loses the same columns.
    """
    columns = sorted(one for one in mapping.columns if custom_of(one.field, mapping.kind))
    if not columns:
        return mapping, ()
    known = {("person", PREFIX + name) for name in custom_names(db, "person")}
    known |= {("company", PREFIX + name) for name in custom_names(db, "company")}
    over: list[Column] = []
    for column in columns:
        custom = custom_of(column.field, mapping.kind)
        assert custom is not None
        if custom not in known and len(known) >= MOST:
            over.append(column)
        else:
            known.add(custom)
    if not over:
        return mapping, ()
    kept = tuple(one for one in mapping.columns if one not in over)
    headers = tuple(one.header for one in over)
    return replace(mapping, columns=kept, unmapped=(*mapping.unmapped, *headers)), headers


def too_many_text(headers: tuple[str, ...]) -> str:
    """What became of columns that are too many."""
    named = ", ".join(f'"{header}"' for header in headers[:_SHOWN])
    more = f" and {len(headers) - _SHOWN} more" if len(headers) > _SHOWN else ""
    return f"a workspace has at most {MOST} custom fields; not kept: {named}{more}"
