"""Who is the same: a company by domain, then by name and country; a person by address, profile, then name
and company. Never a person by name alone, and nothing fuzzy.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from prospector.normalise.company_names import company_key
from prospector.normalise.emails import is_role_address
from prospector.normalise.text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prospector.store.database import Database

    Values = Mapping[str, str | int]


def person_key(first_name: str | int | None, last_name: str | int | None) -> str | None:
    """The comparing key of a person's name; None unless both parts are known."""
    return fold(f"{first_name} {last_name}") if first_name and last_name else None


def name_key(name: str | int | None) -> str | None:
    """The comparing key of a company's name."""
    return company_key(str(name)) or None if name else None


def values_text(values: Values) -> str:
    """An observation's values as the evidence stores them."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def find_company(db: Database, values: Values, source: str) -> int | None:
    """The id of the company that these values describe, or None.

    By domain; then by name and country; by name alone only where neither side has a domain or a country.
    Where that finds none or several, the one of which `source` has said exactly this before, so that a file
    that is imported again meets the companies that it made.
    """
    domain, key, country = values.get("domain"), name_key(values.get("name")), values.get("country")
    if domain and (known := _only(db, "SELECT id FROM companies WHERE domain = ? LIMIT 2", (domain,))):
        return known
    if not key:
        return None
    found = _company_by_name(db, key, country, domain)
    return found if found is not None else _company_of_old(db, key, values, source)


def _company_by_name(
    db: Database, key: str, country: str | int | None, domain: str | int | None
) -> int | None:
    if country:
        same = "SELECT id FROM companies WHERE name_key = ? AND country = ?"
        return _only(db, f"{same} AND domain IS NULL" if domain else same, (key, country))
    if domain:
        return None
    return _only(
        db, "SELECT id FROM companies WHERE name_key = ? AND domain IS NULL AND country IS NULL", (key,)
    )


def _company_of_old(db: Database, key: str, values: Values, source: str) -> int | None:
    sql = (
        "SELECT c.id FROM companies c JOIN evidence e ON e.company_id = c.id AND e.company_values IS NOT NULL "
        "WHERE c.name_key = ? AND e.source = ? AND e.company_values = ? ORDER BY c.id LIMIT 1"
    )
    found: int | None = db.value(sql, (key, source, values_text(values)))
    return found


def person_of_old(db: Database, values: Values, source: str) -> int | None:
    """Of people with the same profile, or of the same name at the same company, the one of whom `source` has
    said exactly this before: where two could be meant, a file that is imported again makes no third.
    """
    key = person_key(values.get("first_name"), values.get("last_name"))
    sql = (
        "SELECT p.id FROM people p JOIN evidence e ON e.person_id = p.id AND e.person_values IS NOT NULL "
        "WHERE {} AND e.source = ? AND e.person_values = ? ORDER BY p.id LIMIT 1"
    )
    said = (source, values_text(values))
    found: int | None = None
    if profile := values.get("linkedin"):
        found = db.value(sql.format("p.linkedin = ?"), (profile, *said))
    if found is None and key and "company_id" in values:
        same = (values["company_id"], key)
        found = db.value(sql.format("p.company_id = ? AND p.name_key = ?"), (*same, *said))
    return found


def find_person(db: Database, values: Values) -> int | None:
    """The id of the person with this address or one of the further ones, else with this profile, or None.

    A mailbox that several share (`info@`) says who is meant only where it is the main address.
    """
    more = [one for one in str(values.get("more_emails", "")).split() if not is_role_address(one)]
    for email in filter(None, (values.get("email"), *more)):
        known = db.value("SELECT person_id FROM person_addresses WHERE email = ?", (email,))
        if known is not None:
            return int(known)
    if profile := values.get("linkedin"):
        return _only(db, "SELECT id FROM people WHERE linkedin = ? LIMIT 2", (profile,))
    return None


def find_colleague(db: Database, person: Values, company: Values, company_id: int | None) -> int | None:
    """The id of the person of this name at this company, or None.

    A row that knows only the company's name also finds people of the one company of that name. Two
    different profiles are two people.
    """
    key = person_key(person.get("first_name"), person.get("last_name"))
    profile = person.get("linkedin")
    if not key:
        return None
    same_profile = "AND (p.linkedin IS NULL OR :profile IS NULL OR p.linkedin = :profile)"
    if company_id is not None:
        found = _only(
            db,
            f"SELECT p.id FROM people p WHERE p.company_id = :company AND p.name_key = :key {same_profile}",
            {"company": company_id, "key": key, "profile": profile},
        )
        if found is not None:
            return found
    firm = name_key(company.get("name"))
    if not firm or company.get("domain"):
        return None
    return _only(
        db,
        "SELECT p.id FROM companies c JOIN people p ON p.company_id = c.id "
        f"WHERE c.name_key = :firm AND p.name_key = :key {same_profile}",
        {"firm": firm, "key": key, "profile": profile},
    )


def same_employer(db: Database, person_id: int, company: Values) -> int | None:
    """The person's current company if these values describe it by domain, or by name without a domain."""
    row = db.one(
        "SELECT c.id, c.domain, c.name_key FROM people p JOIN companies c ON c.id = p.company_id WHERE p.id = ?",
        (person_id,),
    )
    if row is None:
        return None
    if company.get("domain"):
        return int(row["id"]) if company["domain"] == row["domain"] else None
    key = name_key(company.get("name"))
    return int(row["id"]) if key is not None and key == row["name_key"] else None


def _only(db: Database, sql: str, parameters: tuple[object, ...] | dict[str, object]) -> int | None:
    """The id if exactly one row answers: two candidates are for a person to decide."""
    rows = db.execute(sql, parameters).fetchmany(2)
    return int(rows[0][0]) if len(rows) == 1 else None
