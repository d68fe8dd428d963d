"""`import --dry-run`: the real import, into a copy of the database that is thrown away afterwards."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from prospector.core.errors import FileError, NothingImportable
from prospector.intake.files.readers import open_table
from prospector.intake.importer import REASONS_IN, import_file, on_disk
from prospector.intake.records import records
from prospector.intake.rows.phones import PHONE_COUNTRY
from prospector.intake.rows.rows import read_row
from prospector.store.database import Database
from prospector.store.whose import refuse_others

if TYPE_CHECKING:
    from collections.abc import Callable

    from prospector.intake.columns.mappings import ColumnMap
    from prospector.intake.importer import ImportOptions, ImportReport
    from prospector.intake.rows.rows import ParsedRow
    from prospector.intake.shapes import SampleShape, TrialShape

SAMPLES = 3


@dataclass(frozen=True, slots=True)
class Trial:
    """What an import would do: how the columns are read, the first rows as they would be stored, the counts."""

    columns: tuple[tuple[str, str], ...]
    """Header and field of each column that is read, in the order of the file."""
    samples: tuple[SampleShape, ...]
    report: ImportReport

    def as_json(self) -> TrialShape:
        """What `import --dry-run --json` prints."""
        return {
            "preset": self.report.preset,
            "columns": [{"header": header, "field": field} for header, field in self.columns],
            "ignored": self.report.as_json()["ignored_columns"],
            "samples": list(self.samples),
            "report": self.report.as_json(),
        }


def try_import(
    database: Path,
    path: Path | str,
    options: ImportOptions,
    *,
    stdin: BinaryIO | None = None,
    progress: Callable[[int], None] = lambda rows: None,
) -> Trial:
    """Try the import of one file. Neither the database nor the workspace is written to.

    Raises what the import would raise.
    """
    with tempfile.TemporaryDirectory(prefix="prospector-") as folder, on_disk(path, stdin) as (place, name):
        copy = Path(folder) / "trial.db"
        _copy(database, copy)
        with closing(Database(copy)) as db:
            try:
                report = import_file(db, place, options, rejects_folder=Path(folder), progress=progress)
            except NothingImportable as error:
                # The hint of the real import leads to a file that is gone by now.
                hint = error.hint.partition(REASONS_IN)[0]
                raise NothingImportable(name, error.what, line=error.line, hint=hint) from error
        report.rejects_file = None
        mapping = report.mapping
        assert mapping is not None
        blank = set(mapping.leftovers).difference(report.custom.kept)
        in_order = sorted((one for one in mapping.columns if one not in blank), key=lambda one: one.position)
        columns = tuple((column.header, column.field) for column in in_order)
        return Trial(columns, _samples(place, mapping, options), report)


def _copy(database: Path, target: Path) -> None:
    """Copy what has been committed; a workspace without a database yet is tried with an empty one."""
    if not database.is_file():
        return
    try:
        refuse_others(database)
        with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
    except sqlite3.DatabaseError as error:
        raise FileError(database, f"not a usable database ({error})") from error


def _samples(place: Path, mapping: ColumnMap, options: ImportOptions) -> tuple[SampleShape, ...]:
    """The first rows that say something of a person or a company."""
    seen = options.seen or options.as_of
    with open_table(place, sheet=options.sheet) as table:
        parsed = (
            read_row(raw, mapping, seen=seen, country=options.country)
            for raw in records(table.rows, mapping.children)
            if not raw.problem
        )
        filled = (row for row in parsed if row.person or row.company)
        return tuple(_sample(row) for row in islice(filled, SAMPLES))


def _sample(row: ParsedRow) -> SampleShape:
    """A row as it would be stored."""
    lists: dict[str, Any] = {
        "technologies": row.facts.technologies,
        "ads": row.facts.ads,
        "openings": row.facts.openings,
    }
    return {
        "row": row.number,
        "person": dict(row.person),
        "company": {**row.company, **{name: list(names) for name, names in lists.items() if names}},
        "suppress": list(row.suppress),
        "dropped": [
            {"field": problem.field, "value": problem.value, "reason": problem.code}
            for problem in row.problems
            if problem.code != PHONE_COUNTRY
        ],
    }
