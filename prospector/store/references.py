"""Which rows of other tables belong to a person or a company, read from the schema itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from prospector.core.fields import Subject
    from prospector.store.database import Database

TABLES: dict[Subject, str] = {"person": "people", "company": "companies"}

FACTS: dict[Subject, frozenset[str]] = {
    "person": frozenset(
        {
            "evidence",
            "person_addresses",
            "memberships",
            "consents",
            "lookups",
            "custom_values",
            "found_addresses",
            "fits",
        }
    ),
    "company": frozenset(
        {
            "evidence",
            "people",
            "company_technologies",
            "openings",
            "signals",
            "readings",
            "lookups",
            "consents",
            "custom_values",
            "published_addresses",
        }
    ),
}
"""Tables whose rows go with their subject. What stands in any other one (an enrolment, an event) keeps it."""

_UNBOUND = {"company": (("enrolments", "company_id"),), "person": ()}
"""Columns that hold ids without a foreign key."""


class Reference(NamedTuple):
    """A column that holds the ids of people or of companies."""

    table: str
    column: str


def references(db: Database, subject: Subject) -> list[Reference]:
    """Every column of the schema that holds ids of this subject, in the order of the tables' names."""
    rows = db.rows(
        'SELECT m.name AS "table", f."from" AS "column" FROM sqlite_master m '
        "JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table' AND f.\"table\" = ? ORDER BY 1, 2",
        (TABLES[subject],),
    )
    found = [Reference(row["table"], row["column"]) for row in rows]
    return found + [Reference(*one) for one in _UNBOUND[subject]]


def keepers(db: Database, subject: Subject) -> list[Reference]:
    """The references that keep a person or a company though nothing is known of it any more."""
    return [one for one in references(db, subject) if one.table not in FACTS[subject]]


def forget_decisions(db: Database, subject: Subject, ids: str) -> None:
    """Drop what was decided about records that are gone, because their ids may be given again.

    `ids` is a query that selects the ids. People who were known by a name at a company that is gone are not known
    by it any more.
    """
    db.execute(f"DELETE FROM kept_apart WHERE kind = ? AND (a IN ({ids}) OR b IN ({ids}))", (subject,))
    db.execute(f"DELETE FROM aliases WHERE kind = ? AND id IN ({ids})", (subject,))
    if subject == "company":
        db.execute(
            "DELETE FROM aliases WHERE kind = 'person' AND key LIKE 'name:%' "
            f"AND CAST(substr(key, 6, instr(key, '|') - 6) AS INTEGER) IN ({ids})"
        )
