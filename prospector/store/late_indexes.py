"""Filling empty tables: indexes that nothing asks meanwhile are made afterwards, which takes a fifth of the time."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prospector.store.database import Database

LATE = (
    "people_role",
    "people_email",
    "companies_industry",
    "custom_values_of_people",
    "custom_values_of_companies",
)
"""Indexes that finding who is the same does without (see `identity`)."""


@contextmanager
def late_indexes(db: Database) -> Iterator[None]:
    """Do without these indexes inside, if there are no people and no companies yet. Use inside a transaction,
    which takes all of it back where something fails.
    """
    if db.value("SELECT EXISTS (SELECT 1 FROM people) OR EXISTS (SELECT 1 FROM companies)"):
        yield
        return
    marks = ", ".join("?" * len(LATE))
    found = db.rows(f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND name IN ({marks})", LATE)
    for index in found:
        db.execute(f"DROP INDEX {index['name']}")
    yield
    for index in found:
        db.execute(index["sql"])
