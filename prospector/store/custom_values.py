"""The current values of custom fields, and which of them there are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from prospector.core.custom import MOST, PREFIX, custom_parts
from prospector.core.errors import UsageError
from prospector.normalise.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from prospector.core.fields import Subject
    from prospector.store.database import Database

    CustomRow = tuple[str, str, str]
    """Name, value and comparing key."""

_LONGEST_REMEMBERED = 100
INSERT = "INSERT INTO custom_values ({}_id, name, value, value_key) VALUES (?, ?, ?, ?)"

# From one name to the next by the index: reading them all would take as long as there are people.
_NAMES = """
WITH RECURSIVE names(name) AS (
  SELECT min(name) FROM custom_values WHERE {0}_id IS NOT NULL
  UNION ALL
  SELECT (SELECT min(name) FROM custom_values WHERE {0}_id IS NOT NULL AND name > names.name)
  FROM names WHERE name IS NOT NULL)
SELECT name FROM names WHERE name IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class CustomCount:
    """A custom field, and how many people or companies have a value for it."""

    subject: Subject
    name: str
    count: int


def custom_rows(values: Mapping[str, Any]) -> tuple[CustomRow, ...]:
    """The rows for some current values."""
    return tuple([_row(name, value) for name, value in values.items() if name.startswith(PREFIX)])


def _row(name: str, value: str) -> CustomRow:
    return _remembered(name, value) if len(value) <= _LONGEST_REMEMBERED else _made(name, value)


def _made(name: str, value: str) -> CustomRow:
    return name[len(PREFIX) :], value, fold(value)


_remembered = lru_cache(maxsize=16_384)(_made)
"""A file's own columns mostly hold few values: one row for all, which also makes batches of rows smaller."""


def custom_names(db: Database, subject: Subject) -> tuple[str, ...]:
    """The custom fields of which anybody's value is known, by name."""
    return tuple(row[0] for row in db.rows(_NAMES.format(subject)))


def known_names(db: Database) -> set[str]:
    """The names of all custom fields, whosever they are."""
    return {*custom_names(db, "person"), *custom_names(db, "company")}


def custom_counts(db: Database) -> list[CustomCount]:
    """All custom fields with the number of values, those of people first."""
    subjects: tuple[Subject, ...] = ("person", "company")
    sql = "SELECT name, count(*) FROM custom_values WHERE {}_id IS NOT NULL GROUP BY name ORDER BY name"
    return [
        CustomCount(subject, name, count)
        for subject in subjects
        for name, count in db.rows(sql.format(subject))
    ]


def custom_texts(db: Database, subject: Subject, name: str, most: int) -> list[str]:
    """Values of one custom field, the most frequent first."""
    sql = (
        f"SELECT value FROM custom_values WHERE {subject}_id IS NOT NULL AND name = ? "
        "GROUP BY value ORDER BY count(*) DESC, value LIMIT ?"
    )
    return [row[0] for row in db.rows(sql, (name, most))]


def values_of(db: Database, subject: Subject, ids: Iterable[int]) -> dict[int, dict[str, str]]:
    """The custom values of some people or companies, by id; those without any are left out."""
    some = tuple(ids)
    column, marks = f"{subject}_id", ",".join("?" * len(some))
    found: dict[int, dict[str, str]] = {}
    sql = (
        f"SELECT {column}, name, value FROM custom_values WHERE {column} IN ({marks}) ORDER BY {column}, name"
    )
    for key, name, value in db.rows(sql, some):
        found.setdefault(key, {})[name] = value
    return found


def replace_values(db: Database, subject: Subject, subject_id: int, values: Mapping[str, Any]) -> bool:
    """Let these be all custom values of a person or a company; whether anything is another than before."""
    held = values_of(db, subject, (subject_id,)).get(subject_id, {})
    if held == custom_parts(values):
        return False
    db.execute(f"DELETE FROM custom_values WHERE {subject}_id = ?", (subject_id,))
    db.many(INSERT.format(subject), [(subject_id, *row) for row in custom_rows(values)])
    return True


def refuse_too_many(db: Database, name: str) -> None:
    """`UsageError` if a new custom field would be one more than a workspace may have."""
    known = known_names(db)
    if name not in known and len(known) >= MOST:
        raise UsageError(
            f"{PREFIX}{name} would be one more than the {MOST} custom fields that a workspace may have",
            hint="see: prospector fields",
        )
