"""What the data call things for which there is no taxonomy: places, rounds of funding, campaigns."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

from prospector.core.fields import TABLES, stored
from prospector.store.custom_values import custom_names

if TYPE_CHECKING:
    from collections.abc import Callable

    from prospector.core.fields import Subject
    from prospector.store.database import Database


def spellings_of(db: Database) -> Callable[[Subject, str], tuple[str, ...]]:
    """The texts that a stored field holds, read when first asked for."""

    @cache
    def texts(subject: Subject, field: str) -> tuple[str, ...]:
        (column,) = stored(subject)[field].columns
        query = f"SELECT DISTINCT {column} FROM {TABLES[subject]} WHERE {column} IS NOT NULL"  # noqa: S608  (ours)
        return tuple(row[0] for row in db.rows(query))

    return texts


def custom_of(db: Database) -> Callable[[Subject], tuple[str, ...]]:
    """The custom fields that there are, read when first asked for."""
    return cache(partial(custom_names, db))


def campaigns_of(db: Database) -> frozenset[str]:
    """The campaigns that have taken somebody."""
    return frozenset(row[0] for row in db.rows("SELECT DISTINCT campaign FROM enrolments"))


def technologies_of(db: Database) -> frozenset[str]:
    """The technologies that some company was seen to use, in the catalogue or not."""
    return frozenset(row[0] for row in db.rows("SELECT DISTINCT technology FROM company_technologies"))


def other_industries_of(db: Database) -> frozenset[str]:
    """The industries that are in no taxonomy. Asked by a range, which the index serves; LIKE would not be."""
    sql = "SELECT DISTINCT industry FROM companies WHERE industry >= 'other:' AND industry < 'other;'"
    return frozenset(row[0] for row in db.rows(sql))
