"""Day first or month first: settled for each date column of a file before its first row is taken.

A column's own unmistakable dates decide, then the language of its label, then `--dates`. Where nothing decides, its
ambiguous dates are left out, and the report says so: a guess would be wrong for half of the world, and nobody would
notice; and one such column is no reason to refuse the rest of the file.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from prospector.intake.columns.mappings import DATE_TARGETS, DateOrders
from prospector.intake.files.readers import open_table
from prospector.intake.rows.cells import cell_text
from prospector.normalise.dates import column_day_first, is_ambiguous_date

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from prospector.intake.columns.mappings import Column, ColumnMap
    from prospector.intake.files.tables import RawRow

_SAMPLE_ROWS = 2000
_LONGEST_DATE = 60


@dataclass(slots=True)
class _Seen:
    """What the cells of one column have shown so far."""

    column: Column
    orders: set[bool]
    example: str = ""
    """The first cell that can be read both ways."""

    def take(self, text: str) -> None:
        """Look at one cell."""
        if (order := column_day_first([text])) is not None:
            self.orders.add(order)
        elif not self.example and is_ambiguous_date(text):
            self.example = text.strip()


def settle_dates(
    mapping: ColumnMap, place: Path, name: str, *, forced: bool | None = None, sheet: str | None = None
) -> tuple[ColumnMap, list[str]]:
    """The mapping with the order of day and month of each date column; `forced` is what `--dates` says.

    The second of the pair tells of each column with ambiguous dates that neither its other cells nor its label
    decide: those dates are dropped and listed when their rows are read.
    """
    columns = [column for column in mapping.columns if column.field in DATE_TARGETS]
    if forced is not None:
        return replace(mapping, dates=DateOrders(name, {column.position: forced for column in columns})), []
    orders: dict[int, bool] = {}
    unclear: list[_Seen] = []
    for seen in _look(columns, place, sheet):
        position = seen.column.position
        if len(seen.orders) == 1:
            orders[position] = next(iter(seen.orders))
        elif position in mapping.day_first_labels:
            orders[position] = True
        elif seen.example:
            unclear.append(seen)
    return replace(mapping, dates=DateOrders(name, orders)), [_told(seen) for seen in unclear]


def _told(seen: _Seen) -> str:
    why = (
        "the others in the column are written both ways"
        if seen.orders
        else "no other one in the column tells which"
    )
    return (
        f'column "{seen.column.header}": {seen.example[:_LONGEST_DATE]} can be read day first or month first, and '
        f"{why}; "
        "such dates are left out: say which with --dates dmy (day first) or --dates mdy (month first)"
    )


def _look(columns: list[Column], place: Path, sheet: str | None) -> list[_Seen]:
    """Look at the first rows, and at the rest of the file only if a column there has dates in figures."""
    found = [_Seen(column, set()) for column in columns]
    if not found:
        return []
    distinct: list[set[str]] = [set() for _ in found]
    with open_table(place, sheet=sheet) as table:
        _take(found, distinct, islice(table.rows, _SAMPLE_ROWS))
        if any(seen.orders or seen.example for seen in found):
            _take(found, distinct, table.rows)
    return found


def _take(found: list[_Seen], distinct: list[set[str]], rows: Iterable[RawRow]) -> None:
    """Look at each different cell once: a file of 200,000 rows has a few thousand dates."""
    for raw in rows:
        if raw.problem:
            continue
        for seen, known in zip(found, distinct, strict=True):
            value: Any = raw.values[seen.column.position]
            text = value if isinstance(value, str) else cell_text(value)
            if text and text not in known:
                if len(known) < 50_000:
                    known.add(text)
                seen.take(text[:_LONGEST_DATE])
