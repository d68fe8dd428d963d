"""People and companies that must never be written to. Asked when planning, when enrolling and when handing over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from prospector.errors import UsageError
from prospector.normalise.domains import registrable_domain
from prospector.normalise.emails import parse_email

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from prospector.store.database import Database

Kind = Literal["email", "domain"]


@dataclass(frozen=True, slots=True)
class Suppression:
    """An address or a domain, why, from where and since when."""

    kind: Kind
    value: str
    reason: str
    source: str
    added_on: str


def parse_target(text: str) -> tuple[Kind, str]:
    """An address or a domain from what a user writes; `UsageError` for anything else."""
    if "@" in text.strip().lstrip("@"):
        address = parse_email(text)
        if address:
            return "email", address
    else:
        domain = registrable_domain(text.strip().lstrip("@"))
        if domain:
            return "domain", domain
    raise UsageError(
        f'"{text[:100]}" is neither an address nor a domain',
        hint="write ana@company.example or company.example",
    )


class Suppressions:
    """The list in the database."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, kind: Kind, value: str, *, reason: str, source: str, on: date) -> bool:
        """Add one; whether it was new. The first reason stays."""
        cursor = self._db.execute(
            "INSERT OR IGNORE INTO suppressions (kind, value, reason, source, added_on) VALUES (?, ?, ?, ?, ?)",
            (kind, value, reason, source, on.isoformat()),
        )
        return cursor.rowcount > 0

    def remove(self, kind: Kind, value: str) -> bool:
        """Take one off; whether it was there."""
        cursor = self._db.execute("DELETE FROM suppressions WHERE kind = ? AND value = ?", (kind, value))
        return cursor.rowcount > 0

    def all(self) -> list[Suppression]:
        """The whole list, by kind and value."""
        return [
            Suppression(**dict(row))
            for row in self._db.rows(
                "SELECT kind, value, reason, source, added_on FROM suppressions ORDER BY kind, value"
            )
        ]

    def why(self, person_id: int | None, email: str, company_domain: str | None = None) -> str | None:
        """Why this person must not be written to, or None.

        An entry for any address the person was ever seen with counts, and one for a domain of an address or of
        the company.
        """
        addresses = {email, *self._known_addresses(person_id)}
        domains = {address.rpartition("@")[2] for address in addresses}
        domains |= {found for domain in domains if (found := registrable_domain(domain))}
        if company_domain:
            domains.add(company_domain)
        return self._first("email", addresses) or self._first("domain", domains)

    def _known_addresses(self, person_id: int | None) -> list[str]:
        rows = self._db.rows("SELECT email FROM person_addresses WHERE person_id = ?", (person_id,))
        return [row["email"] for row in rows]

    def _first(self, kind: Kind, values: Iterable[str]) -> str | None:
        for value in sorted(values):
            row = self._db.one("SELECT reason FROM suppressions WHERE kind = ? AND value = ?", (kind, value))
            if row is not None:
                return f"{value}: {row['reason']}"
        return None
