"""Import files for a CRM: only what has changed, in a folder that is there whole or not at all."""

from __future__ import annotations

import csv
import io
import shutil
from typing import TYPE_CHECKING

from prospector.core.errors import UsageError, cannot_be_written
from prospector.core.private_files import open_private
from prospector.pipeline.crm.changes import note_told

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from prospector.pipeline.crm.changes import Change, Changes
    from prospector.pipeline.crm.names import Crm
    from prospector.store.database import Database


def write_files(db: Database, crm: Crm, found: Changes, folder: Path, as_of: date) -> list[Path]:
    """Write the files, and keep what they tell; their paths. Nothing is written where nothing has changed."""
    named = [(crm.people_file, found.people), (crm.deals_file, found.deals)]
    wanted = [(name, rows) for name, rows in named if rows]
    if not wanted:
        return []
    if folder.exists():
        raise UsageError(f"{folder} is there already", hint="name a folder that is not: -o FOLDER")
    part = folder.with_name(f".{folder.name}.part")
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        for name, rows in wanted:
            with open_private(part / name, newline="") as file:
                file.write(_csv(rows))
        with db.transaction():
            note_told(db, crm, [*found.people, *found.deals], as_of)
            part.rename(folder)
    except OSError as error:
        raise cannot_be_written(folder, error) from error
    return [folder / name for name, _ in wanted]


def free_folder(above: Path, crm: Crm, as_of: date) -> Path:
    """A folder for today's files that is not there yet."""
    number = 1
    while (folder := above / f"{crm.name}-{as_of.isoformat()}-{number}").exists():
        number += 1
    return folder


def _csv(rows: Sequence[Change]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0].row), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(one.row for one in rows)
    return text.getvalue()
