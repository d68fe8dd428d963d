"""People and companies that must never be written to. Asked when planning, when enrolling and when handing over."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Literal

from prospector.core.errors import FileError, UsageError
from prospector.normalise.domains import registrable_domain
from prospector.normalise.emails import parse_email
from prospector.normalise.profile_urls import linkedin_profile
from prospector.store.consents import Consents

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from prospector.store.database import Database

Kind = Literal["email", "domain", "profile"]
_EVERYBODY_AT = re.compile(r"^(?:[*%]*@+(?:\*\.)?|\*\.)")
_BATCH = 10_000


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
    """An address, a domain or a profile from what a user writes; `UsageError` for anything else."""
    if profile := linkedin_profile(text.strip()):
        return "profile", profile
    bare = _EVERYBODY_AT.sub("", text.strip())
    if "@" in bare:
        address = parse_email(text)
        if address:
            return "email", address
    else:
        domain = registrable_domain(bare)
        if domain:
            return "domain", domain
    raise no_target(text)


def no_target(text: str) -> UsageError:
    """What to say of a text that is no target."""
    return UsageError(
        f'"{text[:100]}" is neither an address nor a domain',
        hint="write ana@company.example or company.example",
    )


@dataclass(frozen=True, slots=True)
class Added:
    """What many entries at once have changed."""

    @property
    def new(self) -> int:
        """All new entries."""
        return self.addresses + self.domains + self.profiles

    addresses: int
    domains: int
    profiles: int
    known: int
    """On the list before."""
    some_domains: tuple[str, ...]
    """The first of the new domains."""


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

    def add_all(
        self, targets: Iterable[tuple[Kind, str]], *, reason: str, source: str, on: date
    ) -> Added | None:
        """Add any number in one transaction, or None if there are none. The first reason stays.

        They are gathered beside the database first: memory stays flat, and no other command has to wait while a
        long file is read.
        """
        columns = "kind TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (kind, value)"
        self._db.execute(f"CREATE TEMP TABLE incoming ({columns}) WITHOUT ROWID")
        try:
            self._gather(targets)
            total = self._db.value("SELECT count(*) FROM incoming")
            if not total:
                return None
            with self._db.transaction():
                return self._take_incoming(total, (reason, source, on.isoformat()))
        finally:
            self._db.execute("DROP TABLE temp.incoming")

    def _gather(self, targets: Iterable[tuple[Kind, str]]) -> None:
        self._db.execute("BEGIN")
        try:
            for batch in _batches(targets):
                self._db.many("INSERT OR IGNORE INTO incoming (kind, value) VALUES (?, ?)", batch)
            self._db.execute("COMMIT")
        except sqlite3.OperationalError as error:
            self._db.connection.rollback()
            raise FileError(
                self._db.path, f"cannot gather the list ({error}); nothing was changed"
            ) from error
        except BaseException:
            self._db.connection.rollback()
            raise

    def _take_incoming(self, total: int, why: tuple[str, str, str]) -> Added:
        self._db.execute(
            "DELETE FROM incoming WHERE EXISTS (SELECT 1 FROM suppressions AS known"
            " WHERE known.kind = incoming.kind AND known.value = incoming.value)"
        )
        new = {row[0]: row[1] for row in self._db.rows("SELECT kind, count(*) FROM incoming GROUP BY kind")}
        domains = "SELECT value FROM incoming WHERE kind = 'domain' ORDER BY value LIMIT 5"
        some = tuple(row[0] for row in self._db.rows(domains))
        self._db.execute(
            "INSERT INTO suppressions (kind, value, reason, source, added_on)"
            " SELECT kind, value, ?, ?, ? FROM incoming ORDER BY kind, value",
            why,
        )
        return Added(
            new.get("email", 0), new.get("domain", 0), new.get("profile", 0), total - sum(new.values()), some
        )

    def people_at(self, domain: str) -> int:
        """How many people an entry for this domain stops."""
        # No sign of a pattern can be in a domain. An address at a host below the domain counts, too.
        return int(
            self._db.value(
                "SELECT count(*) FROM (SELECT person_id FROM person_addresses WHERE email LIKE ? OR email LIKE ?"
                " UNION SELECT people.id FROM people JOIN companies ON companies.id = people.company_id"
                " WHERE companies.domain = ?)",
                (f"%@{domain}", f"%@%.{domain}", domain),
            )
        )

    def remove(self, kind: Kind, value: str) -> bool:
        """Take one off; whether it was there."""
        cursor = self._db.execute("DELETE FROM suppressions WHERE kind = ? AND value = ?", (kind, value))
        return cursor.rowcount > 0

    def all(self) -> list[Suppression]:
        """The whole list, by kind and value."""
        return list(self.each())

    def each(self) -> Iterator[Suppression]:
        """The same, one after the other: a list may hold millions."""
        rows = self._db.execute(
            "SELECT kind, value, reason, source, added_on, detail FROM suppressions ORDER BY kind, value"
        )
        return (Suppression(*row) for row in rows)

    def why(self, person_id: int | None, email: str, company_domain: str | None = None) -> str | None:
        """Why this person must not be written to, or None.

        An entry for any address the person was ever seen with counts, one for the profile, and one for a domain of
        an address or of the company; so does an opt-out of somebody without any of them.
        """
        addresses = {email, *known_addresses(self._db, person_id)}
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


def known_addresses(db: Database, person_id: int | None) -> list[str]:
    """Every address that finds this person."""
    rows = db.rows("SELECT email FROM person_addresses WHERE person_id = ? ORDER BY email", (person_id,))
    return [row["email"] for row in rows]


def _batches(targets: Iterable[tuple[Kind, str]]) -> Iterator[list[tuple[Kind, str]]]:
    rest = iter(targets)
    while batch := list(islice(rest, _BATCH)):
        yield batch
