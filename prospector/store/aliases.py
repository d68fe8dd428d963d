"""Other names of a record: what it was known by before it was merged or corrected by hand.

Without them the next import of the same file would make the old record anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

    from prospector.core.fields import Subject
    from prospector.store.database import Database


class Aliases:
    """All aliases, read at once: there are only as many as decisions by hand."""

    def __init__(self, db: Database) -> None:
        self._db = db
        rows = db.rows("SELECT kind, key, id FROM aliases")
        self._ids: dict[tuple[str, str], int] = {(row["kind"], row["key"]): row["id"] for row in rows}

    def company_at(self, domain: str, name_key: str | None) -> int | None:
        """The company that was known by this name at this domain."""
        return self._ids.get(("company", f"domain:{domain}|{name_key}")) if self._ids and name_key else None

    def company(self, domain: str | None, name_key: str | None, country: str | None) -> int | None:
        """The company that was known by this domain, or by this name and no domain."""
        return self._first("company", company_aliases(domain, name_key, country)) if self._ids else None

    def person(self, profile: str | None, name_key: str | None, company_id: int | None) -> int | None:
        """The person who was known by this profile, else by this name at this company."""
        return self._first("person", person_aliases(profile, name_key, company_id)) if self._ids else None

    def remember(self, kind: Subject, known_by: sqlite3.Row, record_id: int) -> None:
        """Let what a row of `people` or `companies` is known by find a record from now on."""
        if kind == "person":
            keys = person_aliases(known_by["linkedin"], known_by["name_key"], known_by["company_id"])
        else:
            keys = company_aliases(known_by["domain"], known_by["name_key"], known_by["country"])
        self._db.many(
            "INSERT OR REPLACE INTO aliases (kind, key, id) VALUES (?, ?, ?)",
            [(kind, key, record_id) for key in keys],
        )
        self._ids.update({(kind, key): record_id for key in keys})

    def _first(self, kind: Subject, keys: list[str]) -> int | None:
        return next((found for key in keys if (found := self._ids.get((kind, key))) is not None), None)


def company_aliases(domain: str | None, name_key: str | None, country: str | None) -> list[str]:
    """The keys of a company: its domain, alone and with its name, or its name and country where it has none."""
    if domain:
        return [f"domain:{domain}", f"domain:{domain}|{name_key}"] if name_key else [f"domain:{domain}"]
    return [f"name:{name_key}|{country or ''}"] if name_key else []


def person_aliases(profile: str | None, name_key: str | None, company_id: int | None) -> list[str]:
    """The keys of a person: the profile, and the name at an employer. Addresses find people anyway."""
    keys = [f"profile:{profile}"] if profile else []
    return [*keys, f"name:{company_id}|{name_key}"] if name_key and company_id is not None else keys


def domain_alias(db: Database, domain: str) -> int | None:
    """The company that was known by this domain."""
    found: int | None = db.value(
        "SELECT id FROM aliases WHERE kind = 'company' AND key = ?", (f"domain:{domain}",)
    )
    return found


def profile_alias(db: Database, profile: str) -> int | None:
    """The person who was known by this profile."""
    found: int | None = db.value(
        "SELECT id FROM aliases WHERE kind = 'person' AND key = ?", (f"profile:{profile}",)
    )
    return found
