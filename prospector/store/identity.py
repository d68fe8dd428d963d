"""Who is the same: a company by domain, then by name and country; a person by address, profile, then name
and company. Never a person by name alone, and nothing fuzzy.

An import asks for many rows at once: `Identity.prefetch` reads what the database knows of a batch in a few
queries, and what the batch itself adds is known from then on.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from prospector.normalise.company_names import company_key
from prospector.normalise.emails import is_role_address
from prospector.normalise.text import fold
from prospector.store.aliases import Aliases

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from prospector.fields import Subject
    from prospector.store.database import Database

    Values = Mapping[str, Any]

# Field names are plain; quoting their texts one by one takes half the time of encoding the mapping.
_quoted = json.encoder.encode_basestring
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_FILTER_MASK = (1 << 23) - 1
_IN = "IN (SELECT value FROM json_each(?))"


class _Firm(NamedTuple):
    id: int
    domain: str | None
    country: str | None


def person_key(first_name: str | int | None, last_name: str | int | None) -> str | None:
    """The comparing key of a person's name; None unless both parts are known."""
    return fold(f"{first_name} {last_name}") if first_name and last_name else None


def name_key(name: str | int | None) -> str | None:
    """The comparing key of a company's name."""
    return company_key(str(name)) or None if name else None


def values_text(values: Values) -> str:
    """An observation's values as the evidence stores them."""
    cells = [
        f'"{name}":{_quoted(value) if type(value) is str else _plain(value)}'
        for name, value in values.items()
    ]
    return "{" + ",".join(cells) + "}"


def _plain(value: object) -> str:
    return str(value) if type(value) is int else _ENCODER.encode(value)


class Identity:
    """Matches the rows of a batch with what is known.

    Two candidates are none: a person has to decide. Only the one of whom the same source has said exactly
    this before is taken, so that a file that is imported again meets the records that it made.
    """

    def __init__(self, db: Database, flush: Callable[[], None]) -> None:
        self._db = db
        self._aliases = Aliases(db)
        self._flush = flush
        self._emails: dict[str, int] = {}
        self._profiles: defaultdict[str, set[int]] = defaultdict(set)
        self._domains: dict[str, int] = {}
        self._firms: defaultdict[str, dict[int, _Firm]] = defaultdict(dict)
        self._colleagues: defaultdict[tuple[int, str], dict[int, str | None]] = defaultdict(dict)
        self._namesakes: defaultdict[tuple[str, str], dict[int, str | None]] = defaultdict(dict)
        self._employers: dict[int, tuple[int, str | None, str | None]] = {}
        # Nobody can work at a company that this import has made, unless this import has said so. A table of
        # hashes knows that without a query; where two share a place, the query is made for nothing.
        self._first_new = int(db.value("SELECT coalesce(max(id), 0) + 1 FROM companies"))
        self._filter = bytearray(_FILTER_MASK + 1)
        # A row asks twice for the people of its name at its company; the second time nothing is read.
        self._last_asked: tuple[tuple[int, str], dict[int, str | None]] = ((0, ""), {})

    def prefetch(self, people: Iterable[Values], companies: Iterable[Values]) -> None:
        """Forget the last batch and read what the database knows of the next."""
        for known in (self._emails, self._profiles, self._domains, self._firms, self._colleagues):
            known.clear()
        self._namesakes.clear()
        self._employers.clear()
        self._prefetch_people(list(people))
        # Rows of one company share one object.
        self._prefetch_companies(list({id(values): values for values in companies}.values()))

    def _prefetch_people(self, people: list[Values]) -> None:
        emails = [values["email"] for values in people if "email" in values]
        emails += [
            one for values in people if "more_emails" in values for one in values["more_emails"].split()
        ]
        sql = f"SELECT email, person_id FROM person_addresses WHERE email {_IN}"
        self._emails.update((row[0], row[1]) for row in self._db.execute(sql, (json.dumps(emails),)))
        profiles = [values["linkedin"] for values in people if "linkedin" in values]
        for row in self._db.execute(
            f"SELECT linkedin, id FROM people WHERE linkedin {_IN}", (json.dumps(profiles),)
        ):
            self._profiles[row[0]].add(row[1])

    def _prefetch_companies(self, companies: list[Values]) -> None:
        domains = list({values["domain"] for values in companies if "domain" in values})
        sql = f"SELECT domain, id FROM companies WHERE domain {_IN} ORDER BY id DESC"
        self._domains.update((row[0], row[1]) for row in self._db.execute(sql, (json.dumps(domains),)))
        names = list({key for values in companies if (key := name_key(values.get("name")))})
        sql = f"SELECT name_key, id, domain, country FROM companies WHERE name_key {_IN}"
        for row in self._db.execute(sql, (json.dumps(names),)):
            self._firms[row[0]][row[1]] = _Firm(row[1], row[2], row[3])

    def company(self, values: Values, source: str) -> int | None:
        """The company that these values describe.

        By domain; then by name and country; by name alone only where neither side has a domain or a country.
        """
        domain, country = values.get("domain"), values.get("country")
        if domain and (known := self._domains.get(domain)) is not None:
            return known
        key = name_key(values.get("name"))
        if (known := self._aliases.company(domain, key, country)) is not None:
            return known
        firms = self._firms.get(key) if key else None
        if not firms:
            return None
        found = None
        if country:
            found = _only(
                one.id for one in firms.values() if one.country == country and not (domain and one.domain)
            )
        elif not domain:
            found = _only(one.id for one in firms.values() if one.domain is None and one.country is None)
        return found if found is not None else self._of_old("company", firms, values, source)

    def person(self, values: Values) -> int | None:
        """The person with this address or one of the further ones, else with this profile.

        A mailbox that several share (`info@`) says who is meant only where it is the main address.
        """
        if (email := values.get("email")) and (known := self._emails.get(email)) is not None:
            return known
        for email in str(values["more_emails"]).split() if "more_emails" in values else ():
            if not is_role_address(email) and (known := self._emails.get(email)) is not None:
                return known
        profile = values.get("linkedin")
        if not profile:
            return None
        found = _only(self._profiles.get(profile, ()))
        return found if found is not None else self._aliases.person(profile, None, None)

    def colleague(self, person: Values, company: Values, company_id: int | None) -> int | None:
        """The person of this name at this company.

        A row that knows only the company's name also finds people of the one company of that name. Two
        different profiles are two people.
        """
        key = person_key(person.get("first_name"), person.get("last_name"))
        if not key:
            return None
        profile = person.get("linkedin")
        if company_id is not None:
            found = _only(_same_profile(self._at_company(company_id, key), profile))
            if found is not None:
                return found
        if (known := self._aliases.person(None, key, company_id)) is not None:
            return known
        firm = name_key(company.get("name"))
        if not firm or company.get("domain"):
            return None
        return _only(_same_profile(self._at_firm(firm, key), profile))

    def person_of_old(self, values: Values, source: str) -> int | None:
        """Of several people with this profile, or of this name at this company, the one whom the source meant
        when it said exactly this before. `values` have the employer, too.
        """
        candidates = set(self._profiles.get(values.get("linkedin", ""), ()))
        key = person_key(values.get("first_name"), values.get("last_name"))
        if key and "company_id" in values:
            candidates.update(self._at_company(values["company_id"], key))
        return self._of_old("person", candidates, values, source)

    def _of_old(self, subject: Subject, candidates: Iterable[int], values: Values, source: str) -> int | None:
        """The first candidate of whom this source has said exactly this before."""
        ids = sorted(candidates)
        if not ids:
            return None
        self._flush()  # what was said may be in this batch
        sql = (
            f"SELECT min({subject}_id) FROM evidence WHERE {subject}_id {_IN} AND source = ? "
            f"AND {subject}_values = ?"
        )
        found: int | None = self._db.value(sql, (json.dumps(ids), source, values_text(values)))
        return found

    def employer(self, person_id: int, company: Values) -> int | None:
        """The person's company if these values describe it: by domain, or by name without a domain."""
        known = self._employers.get(person_id) or self._stored_employer(person_id)
        if known is None:
            return None
        company_id, domain, key = known
        if company.get("domain"):
            return company_id if company["domain"] == domain else None
        return company_id if key is not None and name_key(company.get("name")) == key else None

    def add_company(self, company_id: int, values: Values) -> None:
        """Know a company that this batch has created."""
        domain = values.get("domain")
        if domain:
            self._domains.setdefault(domain, company_id)
        if key := name_key(values.get("name")):
            self._firms[key][company_id] = _Firm(company_id, domain, values.get("country"))

    def changed_company(self, company_id: int) -> None:
        """Know the current values of a company that was known: not all of what a row says of it becomes current."""
        row = self._db.one("SELECT name_key, domain, country FROM companies WHERE id = ?", (company_id,))
        if row is None:
            return
        if row["domain"]:
            self._domains.setdefault(row["domain"], company_id)
        if row["name_key"]:
            self._firms[row["name_key"]][company_id] = _Firm(company_id, row["domain"], row["country"])

    def add_person(self, person_id: int, values: Values, company_id: int | None, company: Values) -> None:
        """Know a person that this batch has created."""
        self._add_addresses(person_id, values)
        profile = values.get("linkedin")
        if profile:
            self._profiles[profile].add(person_id)
        self._last_asked = ((0, ""), {})
        key = person_key(values.get("first_name"), values.get("last_name"))
        if company_id is None:
            return
        firm = name_key(company.get("name"))
        self._employers[person_id] = (company_id, company.get("domain"), firm)
        if key:
            self._filter[hash((company_id, key)) & _FILTER_MASK] = 1
            self._colleagues[company_id, key][person_id] = profile
            if firm:
                self._namesakes[firm, key][person_id] = profile

    def changed_person(self, person_id: int, values: Values) -> None:
        """Know what is current of a person who was known."""
        self._last_asked = ((0, ""), {})
        self._add_addresses(person_id, values)
        self._employers.pop(person_id, None)
        if "linkedin" in values:
            profile = self._db.value("SELECT linkedin FROM people WHERE id = ?", (person_id,))
            self._profiles[profile].add(person_id)

    def _add_addresses(self, person_id: int, values: Values) -> None:
        for email in (values.get("email"), *str(values.get("more_emails", "")).split()):
            if email:
                self._emails.setdefault(email, person_id)

    def _at_company(self, company_id: int, key: str) -> dict[int, str | None]:
        asked = (company_id, key)
        if company_id >= self._first_new and not self._filter[hash(asked) & _FILTER_MASK]:
            return self._colleagues.get(asked, {})
        if self._last_asked[0] != asked:
            sql = "SELECT id, linkedin FROM people WHERE company_id = ? AND name_key = ? LIMIT 100"
            self._last_asked = (asked, {row[0]: row[1] for row in self._db.execute(sql, asked)})
        batch = self._colleagues.get(asked)
        return {**batch, **self._last_asked[1]} if batch else self._last_asked[1]

    def _at_firm(self, firm: str, key: str) -> dict[int, str | None]:
        sql = (
            "SELECT p.id, p.linkedin FROM companies c JOIN people p ON p.company_id = c.id "
            "WHERE c.name_key = ? AND p.name_key = ? LIMIT 100"
        )
        stored = {row[0]: row[1] for row in self._db.execute(sql, (firm, key))}
        return {**self._namesakes.get((firm, key), {}), **stored}

    def _stored_employer(self, person_id: int) -> tuple[int, str | None, str | None] | None:
        sql = (
            "SELECT c.id, c.domain, c.name_key FROM people p JOIN companies c ON c.id = p.company_id "
            "WHERE p.id = ?"
        )
        row = self._db.one(sql, (person_id,))
        return None if row is None else (row[0], row[1], row[2])


def _same_profile(candidates: dict[int, str | None], profile: str | None) -> list[int]:
    return [one for one, other in candidates.items() if not profile or not other or other == profile]


def _only(candidates: Iterable[int]) -> int | None:
    """The id if there is exactly one candidate."""
    found = set(candidates)
    return found.pop() if len(found) == 1 else None
