"""Who is meant: a person or a company by what a user writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from prospector.core.errors import UsageError
from prospector.normalise.domains import registrable_domain
from prospector.normalise.emails import parse_email
from prospector.store.aliases import domain_alias

if TYPE_CHECKING:
    from prospector.core.fields import Subject
    from prospector.store.database import Database

_TABLES: dict[Subject, str] = {"person": "people", "company": "companies"}
_LONGEST_ID = 18
_HINT = "give a person's address or id, or a company's domain (or company:ID)"


class Handle(NamedTuple):
    """A person or a company that exists."""

    subject: Subject
    id: int


def find_handle(db: Database, who: str, *, numbers: Subject = "person") -> Handle:
    """The person of an address or an id, or the company of a domain; `UsageError` if there is none.

    `person:12` and `company:12` say of what 12 is the id; a number alone is one of `numbers`.
    """
    kind, sign, number = who.strip().rpartition(":")
    if number.isdecimal() and len(number) <= _LONGEST_ID and (not sign or kind in _TABLES):
        subject: Subject = numbers if not sign else "person" if kind == "person" else "company"
        found = db.value(f"SELECT id FROM {_TABLES[subject]} WHERE id = ?", (int(number),))
    elif "@" in who:
        subject, found = "person", _by_address(db, who)
    else:
        subject, found = "company", _by_domain(db, who)
    if found is None:
        raise UsageError(f'no {subject} is known by "{who[:100]}"', hint=_HINT)
    return Handle(subject, int(found))


def handle_text(db: Database, handle: Handle) -> str:
    """What finds this person or company again: the address or the domain, else `person:ID` or `company:ID`."""
    if handle.subject == "person":
        sql = (
            "SELECT p.email FROM people p JOIN person_addresses a ON a.email = p.email AND a.person_id = p.id "
            "WHERE p.id = ?"
        )
    else:
        sql = (
            "SELECT domain FROM companies c WHERE id = ? AND NOT EXISTS "
            "(SELECT 1 FROM companies o WHERE o.domain = c.domain AND o.id < c.id)"
        )
    return str(db.value(sql, (handle.id,)) or f"{handle.subject}:{handle.id}")


def _by_address(db: Database, who: str) -> int | None:
    address = parse_email(who)
    found: int | None = db.value("SELECT person_id FROM person_addresses WHERE email = ?", (address,))
    return found


def _by_domain(db: Database, who: str) -> int | None:
    domain = registrable_domain(who)
    if not domain:
        return None
    found: int | None = db.value("SELECT id FROM companies WHERE domain = ? ORDER BY id", (domain,))
    return domain_alias(db, domain) if found is None else found
