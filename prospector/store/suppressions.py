"""People and companies that must never be written to. Asked when planning, when enrolling and when handing over."""

from __future__ import annotations

import json
import re
import sqlite3
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Literal, NamedTuple

from prospector.core.errors import FileError, UsageError
from prospector.normalise.domains import registrable_domain
from prospector.normalise.emails import parse_email
from prospector.normalise.profile_urls import linkedin_profile
from prospector.store.consents import Consents

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from prospector.store.database import Database
    from prospector.store.shapes import SuppressionShape

Kind = Literal["email", "domain", "profile"]
_EVERYBODY_AT = re.compile(r"^(?:[*%]*@+(?:\*\.)?|\*\.)")
_BATCH = 10_000
_FEW = 50_000
"""Up to so many people are looked up one by one; beyond, the whole table is read."""
_STOPPED = (
    "SELECT a.person_id FROM suppressions s JOIN person_addresses a ON a.email = s.value WHERE s.kind = 'email'",
    "SELECT p.id FROM suppressions s JOIN people p ON p.email = s.value WHERE s.kind = 'email'",
    "SELECT p.id FROM suppressions s JOIN people p ON p.linkedin = s.value WHERE s.kind = 'profile'",
    "SELECT p.id FROM suppressions s JOIN companies c ON c.domain = s.value "
    "JOIN people p ON p.company_id = c.id WHERE s.kind = 'domain'",
)
"""Whom entries stop that name an address, a profile or an employer."""


@dataclass(frozen=True, slots=True)
class Suppression:
    """An address, a domain or a profile, why, from where and since when. `detail` is what said so, such as a cell."""

    kind: Kind
    value: str
    reason: str
    source: str
    added_on: str
    detail: str | None = None

    def as_json(self) -> SuppressionShape:
        """One row of `suppress list --json`."""
        return {
            "kind": self.kind,
            "value": self.value,
            "reason": self.reason,
            "source": self.source,
            "added_on": self.added_on,
            "detail": self.detail,
        }


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
        """Why this person must not be written to, or None. See `why_each`."""
        return self.why_each({0: Target(person_id, email, company_domain)}).get(0)

    def why_each(self, targets: Mapping[int, Target]) -> dict[int, str]:
        """Why some people must not be written to, with those alone of whom that is so.

        An entry for any address the person was ever seen with counts, one for the profile, and one for a domain of
        an address or of the company; so does an opt-out of somebody without any of them.
        """
        people = [one.person_id for one in targets.values() if one.person_id is not None]
        wanted = {key: dict(self._values(one)) for key, one in self._known(people, targets).items()}
        listed = self._listed(wanted.values())
        opted_out = Consents(self._db).opted_out(people)
        found = {}
        for key, one in targets.items():
            why = _first(wanted[key], listed) or opted_out.get(one.person_id or 0)
            if why is not None:
                found[key] = why
        return found

    def among(self, people: Iterable[int]) -> set[int]:
        """Those of any number of people who must not be written to: as `why_each`, without the reason.

        Quick for a million people, who are asked for by what is on the list wherever that is the shorter way.
        """
        chosen = set(people)
        if not chosen or self.stop_nobody():
            return set()
        found = {row[0] for sql in _STOPPED for row in self._db.execute(sql)} & chosen
        found |= self._at_listed_domains(chosen - found)
        if self._db.value("SELECT EXISTS (SELECT 1 FROM consents WHERE answer = 'out')"):
            found |= Consents(self._db).opted_out(sorted(chosen - found)).keys()
        return found

    def stop_nobody(self) -> bool:
        """Whether there is no entry and no opt-out at all."""
        sql = "SELECT EXISTS (SELECT 1 FROM suppressions) OR EXISTS (SELECT 1 FROM consents WHERE answer = 'out')"
        return not self._db.value(sql)

    def companies_among(self, companies: Iterable[int]) -> set[int]:
        """Those of some companies whose domain is on the list."""
        sql = "SELECT c.id FROM suppressions s JOIN companies c ON c.domain = s.value WHERE s.kind = 'domain'"
        return {row[0] for row in self._db.execute(sql)} & set(companies)

    def _at_listed_domains(self, people: set[int]) -> set[int]:
        """Those with an address at a domain that is listed, or at a host below it."""
        listed = {row[0] for row in self._db.execute("SELECT value FROM suppressions WHERE kind = 'domain'")}
        hosts: dict[str, bool] = {}
        found = set()
        for person_id, email in self._addresses(people) if listed else ():
            host = email.rpartition("@")[2]
            if host not in hosts:
                hosts[host] = host in listed or registrable_domain(host) in listed
            if hosts[host] and person_id in people:
                found.add(person_id)
        return found

    def _addresses(self, people: set[int]) -> sqlite3.Cursor:
        sql = "SELECT person_id, email FROM person_addresses"
        if len(people) > _FEW:
            return self._db.execute(sql)
        some = f"{sql} WHERE person_id IN (SELECT value FROM json_each(?))"
        return self._db.execute(some, (json.dumps(sorted(people)),))

    def _known(self, people: list[int], targets: Mapping[int, Target]) -> dict[int, _Known]:
        """All addresses and the profile of each person."""
        chosen = (json.dumps(people),)
        sql = "SELECT person_id, email FROM person_addresses WHERE person_id IN (SELECT value FROM json_each(?))"
        addresses: dict[int | None, set[str]] = {}
        for person_id, email in self._db.execute(sql, chosen):
            addresses.setdefault(person_id, set()).add(email)
        sql = "SELECT id, linkedin FROM people WHERE linkedin IS NOT NULL AND id IN (SELECT value FROM json_each(?))"
        profiles = dict(self._db.execute(sql, chosen).fetchall())
        return {
            key: _Known(
                {one.email, *addresses.get(one.person_id, ())},
                profiles.get(one.person_id),
                one.company_domain,
            )
            for key, one in targets.items()
        }

    def _values(self, known: _Known) -> Iterator[tuple[Kind, set[str]]]:
        """What an entry of each kind would have to name."""
        yield "email", known.addresses
        domains = {address.rpartition("@")[2] for address in known.addresses}
        domains |= {found for domain in domains if (found := registrable_domain(domain))}
        yield "domain", domains | ({known.company_domain} if known.company_domain else set())
        yield "profile", {known.profile} if known.profile else set()

    def _listed(self, wanted: Iterable[Mapping[Kind, set[str]]]) -> dict[tuple[str, str], str]:
        """The entries among all these, and what each says."""
        values = [[kind, value] for one in wanted for kind, some in one.items() for value in some]
        rows = self._db.execute(
            "SELECT s.kind, s.value, s.reason, s.detail FROM json_each(?) j CROSS JOIN suppressions s "
            "ON s.kind = j.value ->> 0 AND s.value = j.value ->> 1",
            (json.dumps(values),),
        )
        return {
            (kind, value): f"{value}: {reason}" + (f" ({detail})" if detail else "")
            for kind, value, reason, detail in rows
        }


class Target(NamedTuple):
    """Somebody who may be about to be written to."""

    person_id: int | None
    email: str
    company_domain: str | None = None


class _Known(NamedTuple):
    addresses: set[str]
    profile: str | None
    company_domain: str | None


def _first(wanted: Mapping[Kind, set[str]], listed: Mapping[tuple[str, str], str]) -> str | None:
    """What the first entry says: addresses before domains before profiles."""
    for kind, values in wanted.items():
        found = [value for value in values if (kind, value) in listed] if listed else []
        if found:
            return listed[kind, min(found)]
    return None


def known_addresses(db: Database, person_id: int | None) -> list[str]:
    """Every address that finds this person."""
    rows = db.rows("SELECT email FROM person_addresses WHERE person_id = ? ORDER BY email", (person_id,))
    return [row["email"] for row in rows]


def _batches(targets: Iterable[tuple[Kind, str]]) -> Iterator[list[tuple[Kind, str]]]:
    rest = iter(targets)
    while batch := list(islice(rest, _BATCH)):
        yield batch
