"""Who is the same: a company by domain, then by name and country; a person by address, profile, then name
and company. Never a person by name alone, and nothing fuzzy makes one of two.

Several companies may share a domain and several people an address: there the names tell them apart.

An import asks for many rows at once: `Identity.prefetch` reads what the database knows of a batch in a few
queries, and what the batch itself adds is known from then on.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from prospector.normalise.emails import is_role_address
from prospector.store.aliases import Aliases
from prospector.store.known_keys import Strangers
from prospector.store.observations import COUNTRY, DOMAIN, EMAIL, EMPLOYER_AT, LINKEDIN, Said
from prospector.store.shared_addresses import Sharers
from prospector.store.shared_domains import AtDomain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from prospector.store.database import Database

    Values = Mapping[str, Any]

_IN = "IN (SELECT value FROM json_each(?))"


class _Firm(NamedTuple):
    id: int
    domain: str | None
    country: str | None


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
        self._domains: defaultdict[str, dict[int, str | None]] = defaultdict(dict)
        self._shared: dict[str, AtDomain] = {}
        self._sharers = Sharers(db, flush)
        self._firms: defaultdict[str, dict[int, _Firm]] = defaultdict(dict)
        self._colleagues: defaultdict[tuple[int, str], dict[int, str | None]] = defaultdict(dict)
        self._namesakes: defaultdict[tuple[str, str], dict[int, str | None]] = defaultdict(dict)
        self._employers: dict[int, tuple[int, str | None, str | None]] = {}
        # Nobody can work at a company that this import has made, unless this import has said so.
        self._first_new = int(db.value("SELECT coalesce(max(id), 0) + 1 FROM companies"))
        self._strangers = Strangers()
        # Where the tables were empty, the same holds for every address, profile, domain and name.
        self._knows_all = self._first_new == 1 and db.value("SELECT max(id) FROM people") is None
        # A row asks twice for the people of its name at its company; the second time nothing is read.
        self._last_asked: tuple[tuple[int, str], dict[int, str | None]] = ((0, ""), {})

    def prefetch(self, people: Iterable[Said], companies: Iterable[Said]) -> None:
        """Forget the last batch and read what the database knows of the next."""
        for known in (self._emails, self._profiles, self._domains, self._firms, self._colleagues):
            known.clear()
        self._namesakes.clear()
        self._employers.clear()
        self._sharers.next_batch()
        self._prefetch_people(list(people))
        # Rows of one company share one object.
        self._prefetch_companies(list({id(said): said for said in companies}.values()))

    def _prefetch_people(self, people: list[Said]) -> None:
        sql = (
            "SELECT a.email, p.id, p.first_name, p.last_name FROM person_addresses a "
            f"JOIN people p ON p.id = a.person_id WHERE a.email {_IN}"
        )
        emails = [address for said in people for address in said.addresses]
        for email, person_id, first_name, last_name in self._stored(sql, emails):
            self._emails[email] = person_id
            self._sharers.called[person_id] = (first_name, last_name)
        profiles = [profile for said in people if (profile := said.cells[LINKEDIN])]
        sql = f"SELECT linkedin, id, first_name, last_name FROM people WHERE linkedin {_IN}"
        for profile, person_id, first_name, last_name in self._stored(sql, profiles):
            self._profiles[profile].add(person_id)
            self._sharers.called[person_id] = (first_name, last_name)

    def _prefetch_companies(self, companies: list[Said]) -> None:
        domains = list({domain for said in companies if (domain := said.cells[DOMAIN])} - self._shared.keys())
        sql = f"SELECT domain, id, name_key FROM companies WHERE domain {_IN} ORDER BY id"
        for domain, company_id, key in self._stored(sql, domains):
            self._domains[domain][company_id] = key
        names = list({said.key for said in companies if said.key})
        sql = f"SELECT name_key, id, domain, country FROM companies WHERE name_key {_IN}"
        for row in self._stored(sql, names):
            self._firms[row[0]][row[1]] = _Firm(row[1], row[2], row[3])

    def _stored(self, sql: str, keys: list[str]) -> Iterable[Any]:
        """The rows of these keys; no question about those that cannot be there."""
        if self._knows_all:
            keys = [key for key in keys if key not in self._strangers]
        return self._db.execute(sql, (json.dumps(keys),)) if keys else ()

    def company(self, said: Said, source: str) -> int | None:
        """The company that is described.

        By domain, and by name where several share it; then by name and country; by name alone only where neither
        side has a domain or a country.
        """
        domain, country, key = said.cells[DOMAIN], said.cells[COUNTRY], said.key
        if domain and ((there := self._domains.get(domain)) or domain in self._shared):
            return self._at_domain(domain, key, there)
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
        return found if found is not None else self._of_old(firms, said, source)

    def _at_domain(self, domain: str, key: str | None, there: dict[int, str | None] | None) -> int | None:
        """The company of this name among those at a domain."""
        if there and len(there) == 1 and domain not in self._shared:
            ((only, name),) = there.items()
            if key is None or name is None or name == key:
                return only
        if (known := self._aliases.company_at(domain, key)) is not None:
            return known
        if domain not in self._shared:
            self._flush()  # what was said may be in this batch
            self._shared[domain] = AtDomain.stored(self._db, domain)
        return self._shared[domain].find(key)

    def crowded(self, company_id: int, said: Said) -> tuple[int, int | None] | None:
        """The company that stood for a domain until this new one came, and who gets what was said of the domain
        alone: None for a company of its own. None if nothing changes.
        """
        shared = self._shared.get(said.cells[DOMAIN])
        return shared.crowded_by(company_id, said.key) if shared else None

    def parted(self, domain: str, moved: list[tuple[int, str | None]]) -> None:
        """Know a company that was made of what was said of the domain alone, and its people."""
        (company_id, _), *people = moved
        self._shared[domain] = AtDomain.stored(self._db, domain)
        for known in (self._employers, self._colleagues, self._namesakes):
            known.clear()
        self._last_asked = ((0, ""), {})
        for _, key in people:
            self._strangers.discard((company_id, key))

    def person(self, said: Said) -> int | None:
        """The person with this address or one of the further ones, else with this profile.

        A mailbox that several share (`info@`) says who is meant only where it is the main address. People of unlike
        names at one address are different people.
        """
        main, profile = said.cells[EMAIL], said.cells[LINKEDIN]
        owner = _only(self._profiles.get(profile, ())) if profile else None
        for email in said.addresses:
            known = self._emails.get(email)
            if known is not None and (email == main or not is_role_address(email)):
                known = self._sharers.named(known, email, said, owner)
                if known is not None:
                    return known
        if not profile:
            return None
        return owner if owner is not None else self._aliases.person(profile, None, None)

    def colleague(self, person: Said, company: Said | None, company_id: int | None) -> int | None:
        """The person of this name at this company.

        A row that knows only the company's name also finds people of the one company of that name. Two
        different profiles are two people.
        """
        key = person.key
        if not key:
            return None
        profile = person.cells[LINKEDIN]
        if company_id is not None:
            there = self._at_company(company_id, key)
            if there and (found := _only(_same_profile(there, profile))) is not None:
                return found
        if (known := self._aliases.person(None, key, company_id)) is not None:
            return known
        if company is None or not company.key or company.cells[DOMAIN]:
            return None
        return _only(_same_profile(self._at_firm(company.key, key), profile))

    def person_of_old(self, said: Said, source: str) -> int | None:
        """Of several people with this profile, or of this name at this company, the one whom the source meant
        when it said exactly this before. What is said has the employer, too.
        """
        candidates = set(self._profiles.get(said.cells[LINKEDIN], ()))
        company_id = said.cells[EMPLOYER_AT]
        if said.key and company_id is not None:
            candidates.update(self._at_company(company_id, said.key))
        return self._of_old(candidates, said, source)

    def _of_old(self, candidates: Iterable[int], said: Said, source: str) -> int | None:
        """The first candidate of whom this source has said exactly this before."""
        ids = sorted(candidates)
        if not ids:
            return None
        self._flush()  # what was said may be in this batch
        subject = said.subject
        sql = (
            f"SELECT min({subject}_id) FROM evidence WHERE {subject}_id {_IN} AND source = ? "
            f"AND {subject}_values = ?"
        )
        found: int | None = self._db.value(sql, (json.dumps(ids), source, said.text))
        return found

    def employer(self, person_id: int, company: Said) -> int | None:
        """The person's company if these values describe it: by domain, or by name without a domain."""
        known = self._employers.get(person_id) or self._stored_employer(person_id)
        if known is None:
            return None
        company_id, domain, key = known
        if stated := company.cells[DOMAIN]:
            return company_id if stated == domain and company.key and company.key == key else None
        return company_id if key is not None and company.key == key else None

    def add_company(self, company_id: int, said: Said) -> None:
        """Know a company that this batch has created."""
        self._know_company(company_id, said.cells[DOMAIN], said.key, said.cells[COUNTRY])

    def changed_company(self, company_id: int, said: Said) -> None:
        """Know the current values of a company that was known: not all of what a row says of it becomes current."""
        if shared := self._shared.get(said.cells[DOMAIN]):
            shared.add(company_id, said.key)
        row = self._db.one("SELECT name_key, domain, country FROM companies WHERE id = ?", (company_id,))
        if row is not None:
            self._know_company(company_id, row["domain"], row["name_key"], row["country"])

    def _know_company(
        self, company_id: int, domain: str | None, key: str | None, country: str | None
    ) -> None:
        if domain:
            self._strangers.discard(domain)
            if shared := self._shared.get(domain):
                shared.add(company_id, key)
            else:
                self._domains[domain][company_id] = key
        if key:
            self._strangers.discard(key)
            self._firms[key][company_id] = _Firm(company_id, domain, country)

    def add_person(self, person_id: int, said: Said, company_id: int | None, company: Said | None) -> None:
        """Know a person that this batch has created."""
        self._add_addresses(person_id, said)
        self._sharers.add(person_id, said)
        profile = said.cells[LINKEDIN]
        if profile:
            self._know_profile(person_id, profile)
        self._last_asked = ((0, ""), {})
        if company_id is None or company is None:
            return
        key, firm = said.key, company.key
        self._employers[person_id] = (company_id, company.cells[DOMAIN], firm)
        if key:
            self._strangers.discard((company_id, key))
            self._colleagues[company_id, key][person_id] = profile
            if firm:
                self._namesakes[firm, key][person_id] = profile

    def changed_person(self, person_id: int, said: Said) -> None:
        """Know what is current of a person who was known: not all of what a row says becomes current."""
        self._last_asked = ((0, ""), {})
        self._add_addresses(person_id, said)
        self._employers.pop(person_id, None)
        row = self._db.one(
            "SELECT linkedin, company_id, name_key, first_name, last_name FROM people WHERE id = ?",
            (person_id,),
        )
        if row is not None:
            self._sharers.called[person_id] = (row["first_name"], row["last_name"])
            self._strangers.discard((row["company_id"], row["name_key"]))
            if row["linkedin"]:
                self._know_profile(person_id, row["linkedin"])

    def _know_profile(self, person_id: int, profile: str) -> None:
        self._strangers.discard(profile)
        self._profiles[profile].add(person_id)

    def _add_addresses(self, person_id: int, said: Said) -> None:
        for email in said.addresses:
            self._strangers.discard(email)
            self._emails.setdefault(email, person_id)

    def _at_company(self, company_id: int, key: str) -> dict[int, str | None]:
        asked = (company_id, key)
        if company_id >= self._first_new and asked in self._strangers:
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
