"""People and companies that must never be written to. Asked when planning, when enrolling and when handing over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from prospector.errors import UsageError
from prospector.normalise.domains import registrable_domain
from prospector.normalise.emails import parse_email
from prospector.store.consents import Consents

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from prospector.store.database import Database

Kind = Literal["email", "domain", "profile"]


@dataclass(frozen=True, slots=True)
class Suppression:
    """An address, a domain or a profile, why, from where and since when. `detail` is what said so, such as a cell."""

    kind: Kind
    value: str
    reason: str
    source: str
    added_on: str
    detail: str | None = None


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

    def add(
        self, kind: Kind, value: str, *, reason: str, source: str, on: date, detail: str | None = None
    ) -> bool:
        """Add one; whether it was new. The first reason stays."""
        cursor = self._db.execute(
            "INSERT OR IGNORE INTO suppressions (kind, value, reason, source, added_on, detail) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (kind, value, reason, source, on.isoformat(), detail),
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
                "SELECT kind, value, reason, source, added_on, detail FROM suppressions ORDER BY kind, value"
            )
        ]

    def why(self, person_id: int | None, email: str, company_domain: str | None = None) -> str | None:
        """Why this person must not be written to, or None.

        An entry for any address the person was ever seen with counts, one for the profile, and one for a domain of
        an address or of the company; so does an opt-out of somebody without any of them.
        """
        addresses = {email, *self._known_addresses(person_id)}
        domains = {address.rpartition("@")[2] for address in addresses}
        domains |= {found for domain in domains if (found := registrable_domain(domain))}
        if company_domain:
            domains.add(company_domain)
        return (
            self._first("email", addresses)
            or self._first("domain", domains)
            or self._first("profile", self._profiles(person_id))
            or Consents(self._db).opted_out(person_id or 0)
        )

    def _known_addresses(self, person_id: int | None) -> list[str]:
        rows = self._db.rows("SELECT email FROM person_addresses WHERE person_id = ?", (person_id,))
        return [row["email"] for row in rows]

    def _profiles(self, person_id: int | None) -> list[str]:
        profile = self._db.value("SELECT linkedin FROM people WHERE id = ?", (person_id,))
        return [profile] if profile else []

    def _first(self, kind: Kind, values: Iterable[str]) -> str | None:
        for value in sorted(values):
            row = self._db.one(
                "SELECT reason, detail FROM suppressions WHERE kind = ? AND value = ?", (kind, value)
            )
            if row is not None:
                told = f" ({row['detail']})" if row["detail"] else ""
                return f"{value}: {row['reason']}{told}"
        return None
