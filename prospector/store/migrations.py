"""The schema, as append-only named migrations. Never change one that has been released: add another."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from sqlite_utils import Migrations

if TYPE_CHECKING:
    from sqlite_utils import Database as SqliteUtils

migrations = Migrations("prospector")


@migrations()
def m001_tables(db: SqliteUtils) -> None:
    """The first schema."""
    schema = files("prospector.store").joinpath("m001_tables.sql").read_text(encoding="utf-8")
    for statement in schema.split(";\n"):
        if statement.strip():
            db.execute(statement)
