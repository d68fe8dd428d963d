"""The columns of the user's own in one file: how many a workspace may have, and which of them hold something."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prospector.core.custom import MOST, PREFIX
from prospector.intake.columns.mappings import custom_of
from prospector.intake.files.readers import open_table
from prospector.intake.rows.cells import cell_text
from prospector.store.custom_values import known_names

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from prospector.intake.columns.mappings import Column, ColumnMap
    from prospector.intake.ready import ReadyRow
    from prospector.store.database import Database

_SHOWN = 10


class CustomColumns:
    """The columns that no field takes, while the rows of their file pass by."""

    def __init__(self, columns: Sequence[Column] = (), further: Sequence[Column] = ()) -> None:
        """`further` are columns of numbers that a field takes, too, where those before them are blank."""
        self._columns = columns
        self._further = {column.position for column in further}
        self._blank = {column.field.removeprefix(PREFIX) for column in columns}

    def take(self, row: ReadyRow) -> None:
        """Note what the row has a value for; nothing to do once there was one for each."""
        if self._blank:
            for said in (row.person, row.company):
                if said is not None and said.custom:
                    self._blank.difference_update(name for name, _, _ in said.custom)

    @property
    def kept(self) -> list[Column]:
        """Those with a value, in the order of the file."""
        return [one for one in self._columns if one.field.removeprefix(PREFIX) not in self._blank]

    @property
    def blank(self) -> list[Column]:
        """Those without any: nothing is kept of them."""
        blank = (one for one in self._columns if one.field.removeprefix(PREFIX) in self._blank)
        return [one for one in blank if one.position not in self._further]

    @property
    def further(self) -> list[Column]:
        """Those with a value whose number a field takes, too, where the columns before them are blank."""
        return [one for one in self.kept if one.position in self._further]


def within_limit(
    db: Database, mapping: ColumnMap, place: Path, sheet: str | None = None
) -> tuple[ColumnMap, tuple[str, ...]]:
    """The mapping without the columns whose custom fields would be too many, and those columns' headers.

    What was mapped by hand goes first, then the order of the file, so that the same file always loses the same
    columns. A column without a single value takes nobody's place.
    """
    own = {one: one in mapping.leftovers for one in mapping.columns if custom_of(one.field, mapping.kind)}
    columns = sorted(own, key=lambda one: (own[one], one.position))
    over = _over(db, mapping, columns) if columns else []
    if over:
        filled = _filled(columns, place, sheet)
        blank = [one for one in columns if one not in filled]
        over = _over(db, mapping, filled)
        mapping = _without(mapping, [*over, *blank])
    return mapping, tuple(one.header for one in sorted(over))


def _over(db: Database, mapping: ColumnMap, columns: Sequence[Column]) -> list[Column]:
    known = known_names(db)
    over = []
    for column in columns:
        custom = custom_of(column.field, mapping.kind)
        assert custom is not None
        name = custom[1].removeprefix(PREFIX)
        if name not in known and len(known) >= MOST:
            over.append(column)
        else:
            known.add(name)
    return over


def _filled(columns: Sequence[Column], place: Path, sheet: str | None) -> list[Column]:
    """Those of the columns in which some row has something."""
    blank = {column.position for column in columns}
    with open_table(place, sheet=sheet) as table:
        for row in table.rows:
            if not blank:
                break
            if not row.problem:
                blank -= {at for at in blank if cell_text(row.values[at]).strip()}
    return [column for column in columns if column.position not in blank]


def _without(mapping: ColumnMap, out: Sequence[Column]) -> ColumnMap:
    kept = tuple(one for one in mapping.columns if one not in out)
    leftovers = tuple(one for one in mapping.leftovers if one not in out)
    headers = [one.header for one in sorted(out)]
    return replace(mapping, columns=kept, leftovers=leftovers, unmapped=(*mapping.unmapped, *headers))


def too_many_text(headers: tuple[str, ...]) -> str:
    """What became of columns that are too many."""
    named = ", ".join(f'"{header}"' for header in headers[:_SHOWN])
    more = f" and {len(headers) - _SHOWN} more" if len(headers) > _SHOWN else ""
    return f"a workspace has at most {MOST} custom fields; not kept: {named}{more}"
