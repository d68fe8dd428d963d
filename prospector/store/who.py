"""Who is meant: a person or a company by what a user writes. No other place decides it, whatever the command.

An id (`person:12`, `company:12`, or a bare number), an address, a profile, a domain or a URL of it; else a name, where
only one record has it.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

from prospector.core.errors import UsageError, near_miss
from prospector.normalise.company_names import company_key
from prospector.normalise.domains import registrable_domain
from prospector.normalise.emails import parse_email
from prospector.normalise.people import parse_name
from prospector.normalise.profile_urls import linkedin_company, linkedin_profile
from prospector.normalise.text import clean, fold
from prospector.store.aliases import domain_alias, profile_alias
from prospector.store.observations import person_key
from prospector.store.references import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prospector.core.fields import Subject
    from prospector.store.database import Database

LISTED = 5
"""So many records of one name are listed to choose from."""

_ID = re.compile(r"(?:(person|company):)?([0-9]{1,18})")
_LONGEST_NAME = 200
_HINTS: dict[Subject | None, str] = {
    "person": "give an address, a name, or an id from `prospector find`, such as person:12",
    "company": "give a domain, a name, or an id such as company:12",
    None: "give a person's address, name or id, or a company's domain or name (or person:ID, company:ID)",
}


class Handle(NamedTuple):
    """A person or a company that exists."""

    subject: Subject
    id: int

    def __str__(self) -> str:
        """What can be typed again."""
        return f"{self.subject}:{self.id}"


def find_handle(
    db: Database, who: str, *, of: Subject | None = None, numbers: Subject | None = "person"
) -> Handle:
    """The one record that is meant; `UsageError` if there is none, or several, or if it is not one `of` a kind.

    A bare number is an id of `numbers`; where that is None it is a name like any other.
    """
    found = find_handles(db, who, of=of, numbers=numbers)
    if len(found) > 1:
        raise _several(db, who, found)
    if not found:
        raise UsageError(f'{_nobody(who, of, numbers)} "{who[:100]}"', hint=_HINTS[of])
    if of is not None and found[0].subject != of:
        raise UsageError(f'"{who[:100]}" is no {of}', hint=_HINTS[of])
    return found[0]


def find_handles(
    db: Database, who: str, *, of: Subject | None = None, numbers: Subject | None = "person"
) -> list[Handle]:
    """All whom a text may mean: several only where they share a profile or a name. `of` limits whose names count."""
    if said := read_id(who, numbers):
        return _known(db, said)
    if (profile := linkedin_profile(who)) or (page := linkedin_company(who)):
        return _by_profile(db, "person", profile) if profile else _by_profile(db, "company", page)
    if _is_address(who):
        return _by_address(db, who)
    return at_domain(db, who) or _by_name(db, who, of)


def find_pair(db: Database, one: str, other: str, *, numbers: Subject = "person") -> tuple[Handle, Handle]:
    """Two records; a bare number is an id of the same kind as the record beside it, else of `numbers`."""
    for number, beside in ((one, other), (other, one)):
        if number.strip().isdecimal() and not beside.strip().isdecimal() and numbers == "person":
            numbers = find_handle(db, beside).subject
    return find_handle(db, one, numbers=numbers), find_handle(db, other, numbers=numbers)


def read_id(who: str, numbers: Subject | None = "person") -> Handle | None:
    """The id that is written: `person:12`, `company:12`, or a bare number where those of `numbers` are; else None."""
    written = _ID.fullmatch(who.strip())
    if written is None:
        return None
    subject = numbers if written[1] is None else "company" if written[1] == "company" else "person"
    return Handle(subject, int(written[2])) if subject else None


def at_domain(db: Database, who: str) -> list[Handle]:
    """The companies of a domain or a URL; mostly one. What has blanks in it is a name: `Node.js Ltd`."""
    domain = registrable_domain(who) if len(who.split()) == 1 else None
    if not domain:
        return []
    found = [row["id"] for row in db.rows("SELECT id FROM companies WHERE domain = ? ORDER BY id", (domain,))]
    known_by = None if found else domain_alias(db, domain)
    return [Handle("company", one) for one in found or ([] if known_by is None else [known_by])]


def handle_text(db: Database, handle: Handle) -> str:
    """What finds this person or company again and nobody else: address or domain, else `person:ID`, `company:ID`."""
    if handle.subject == "person":
        sql = (
            "SELECT p.email FROM people p JOIN person_addresses a ON a.email = p.email AND a.person_id = p.id "
            "WHERE p.id = ? AND NOT EXISTS (SELECT 1 FROM people o WHERE o.email = p.email AND o.id <> p.id)"
        )
    else:
        sql = (
            "SELECT domain FROM companies c WHERE id = ? AND NOT EXISTS "
            "(SELECT 1 FROM companies o WHERE o.domain = c.domain AND o.id <> c.id)"
        )
    return str(db.value(sql, (handle.id,)) or handle)


def _known(db: Database, handle: Handle) -> list[Handle]:
    """The record of an id, else the one that it was merged into."""
    asked = {handle.id}
    while not _exists(db, handle):
        sql = "SELECT kept FROM merges WHERE kind = ? AND gone = ? ORDER BY id DESC LIMIT 1"
        kept = db.value(sql, handle)
        if kept is None or kept in asked:
            return []
        asked.add(kept)
        handle = Handle(handle.subject, kept)
    return [handle]


def _exists(db: Database, handle: Handle) -> bool:
    found = db.value(f"SELECT 1 FROM {TABLES[handle.subject]} WHERE id = ?", (handle.id,))
    return found is not None


def _by_profile(db: Database, subject: Subject, profile: str | None) -> list[Handle]:
    rows = db.rows(f"SELECT id FROM {TABLES[subject]} WHERE linkedin = ? ORDER BY id", (profile,))
    found = [row["id"] for row in rows]
    known_by = profile_alias(db, profile) if subject == "person" and profile and not found else None
    return [Handle(subject, one) for one in found or ([known_by] if known_by is not None else [])]


def _is_address(who: str) -> bool:
    return "@" in who and "://" not in who


def _by_address(db: Database, who: str) -> list[Handle]:
    """Whoever has the address, or was seen with it; several where they share it."""
    sql = (
        "SELECT person_id AS id FROM person_addresses WHERE email = :email "
        "UNION SELECT id FROM people WHERE email = :email ORDER BY 1"
    )
    return [Handle("person", row["id"]) for row in db.rows(sql, {"email": parse_email(who)})]


def _by_name(db: Database, who: str, of: Subject | None) -> list[Handle]:
    name = clean(who)
    if not name or len(name) > _LONGEST_NAME:
        return []
    people = _people_called(db, name) if of != "company" else []
    firms: list[int] = []
    if of != "person" and (key := company_key(name)):
        rows = db.rows("SELECT id FROM companies WHERE name_key = ? ORDER BY id", (key,))
        firms = [row["id"] for row in rows]
    return [*(Handle("person", one) for one in people), *(Handle("company", one) for one in firms)]


def _people_called(db: Database, name: str) -> list[int]:
    """People of this name as it is written, else as an import would read it: `Dr. Ana M. Ruiz` is Ana Ruiz."""
    if found := _people_of_key(db, name) or _people_of_one_word(db, name):
        return found
    read = parse_name(name)
    parts = [part for part in (read.given, read.family) if part] if read else []
    return _people_of_key(db, " ".join(parts)) if parts else []


def _people_of_key(db: Database, name: str) -> list[int]:
    """People of this given and family name, in either order, with a comma or without."""
    words = name.replace(",", " ").split()
    turned = {" ".join(words[place:] + words[:place]) for place in range(len(words))}
    keys = {key for one in turned if (key := _folded(one))}
    sql = (
        "SELECT id, first_name, last_name FROM people WHERE id IN "
        "(SELECT id FROM people WHERE name_key IN (SELECT value FROM json_each(?))) ORDER BY id"
    )
    asked = _folded(" ".join(words))
    return [
        row["id"]
        for row in db.rows(sql, (json.dumps(sorted(keys)),))
        if asked in _both_orders(row["first_name"], row["last_name"])
    ]


def _people_of_one_word(db: Database, name: str) -> list[int]:
    """People of whom no other name is known than this one."""
    if len(name.split()) != 1:
        return []
    sql = "SELECT id, coalesce(first_name, last_name) AS name FROM people WHERE name_key IS NULL ORDER BY id"
    return [row["id"] for row in db.execute(sql) if row["name"] and fold(row["name"]) == fold(name)]


def _folded(name: str) -> str | None:
    """The comparing key of a whole name of two words or more."""
    first, _, last = name.partition(" ")
    return person_key(first, last)


def _both_orders(first: str, last: str) -> Iterator[str | None]:
    yield person_key(first, last)
    yield person_key(last, first)


def _nobody(who: str, of: Subject | None, numbers: Subject | None) -> str:
    """What is not known, as far as the text says of what it was to be."""
    if said := read_id(who, numbers):
        return f"no {said.subject} is known by"
    if linkedin_profile(who) or _is_address(who):
        return "no person is known by"
    if linkedin_company(who) or (len(who.split()) == 1 and registrable_domain(who)):
        return f"no {of or 'company'} is known by"
    return f"no {of} is called" if of else "no person and no company is known by"


def _several(db: Database, who: str, found: list[Handle]) -> UsageError:
    listed = ", ".join(f"{one} ({_particulars(db, one)})" for one in found[:LISTED])
    more = f" and {len(found) - LISTED} more" if len(found) > LISTED else ""
    return UsageError(f'{len(found)} are known by "{who[:100]}"', hint=f"say which: {listed}{more}")


def _particulars(db: Database, handle: Handle) -> str:
    """What tells a record from its namesakes."""
    if handle.subject == "person":
        sql = (
            "SELECT p.email, p.title, coalesce(c.name, c.domain) FROM people p "
            "LEFT JOIN companies c ON c.id = p.company_id WHERE p.id = ?"
        )
    else:
        sql = "SELECT name, domain, country FROM companies WHERE id = ?"
    row = db.one(sql, (handle.id,))
    return ", ".join(filter(None, row or ())) or "nothing else is known"


def no_field(
    db: Database, handle: Handle, field: str, known: Sequence[str], of_the_other: Sequence[str]
) -> UsageError:
    """The error for a field that a person or a company does not have: the other of the two may have it."""
    name = field.strip().lower().replace("-", "_").replace(" ", "_")
    if name in of_the_other and handle.subject == "person":
        employer = db.value("SELECT company_id FROM people WHERE id = ?", (handle.id,))
        who = f": say it of {handle_text(db, Handle('company', employer))}" if employer else ""
        hint = f"{name} is a field of the company{who}"
    elif name in of_the_other:
        hint = f"{name} is a field of the people: say it of one of them"
    else:
        hint = near_miss(name, known) or f"fields of a {handle.subject}: {', '.join(known)}"
    return UsageError(f'no field "{field[:100]}" of a {handle.subject}', hint=hint)
