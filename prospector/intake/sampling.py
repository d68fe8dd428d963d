"""What the columns of an open file mean, by its header and by its first rows."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, islice
from typing import TYPE_CHECKING

from prospector.core.errors import NothingImportable
from prospector.intake.columns.child_rows import child_rows
from prospector.intake.columns.saved_mappings import columns_of
from prospector.intake.columns.unknown import explain_unknown, is_data, names_nobody
from prospector.intake.columns.values import SAMPLE_ROWS, Sample
from prospector.intake.rows.cells import cell_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prospector.intake.columns.mappings import ColumnMap
    from prospector.intake.columns.saved_mappings import Profile
    from prospector.intake.files.tables import Table


def understood_columns(
    table: Table, name: str, overrides: Mapping[str, str], profile: Profile | None
) -> ColumnMap:
    """What the columns mean; `NothingImportable` where they tell of nobody."""
    sample = first_rows(table)
    columns = columns_of(table.header, overrides, profile, sample)
    if columns.columns and not is_data(table.header, columns) and not (sample.rows and names_nobody(columns)):
        fields = {column.position: column.field for column in columns.columns}
        return replace(columns, children=child_rows(table.header, fields, sample))
    known = bool(columns.columns) and not is_data(table.header, columns)
    what = "no column names a person or a company" if known else "no column is known"
    hint = explain_unknown(table.header, sample)
    raise NothingImportable(name, what, line=table.header_line, hint=hint)


def first_rows(table: Table) -> Sample:
    """The first rows as text. The table still has them: what is read ahead is put back."""
    rows = list(islice(table.rows, SAMPLE_ROWS))
    table.rows = chain(rows, table.rows)
    width = len(table.header)
    texts = [[cell_text(value) for value in row.values] for row in rows if not row.problem]
    return Sample([row for row in texts if len(row) >= width], width)
