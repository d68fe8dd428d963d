"""Addresses of a company's people that nobody states: made by its pattern, if enough is known of that.

The pattern is learned from the addresses that are known of its own people; what was only guessed proves nothing, unless
the box turned out to be there, and what does not exist proves nothing either.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from prospector.contacts.candidates import Forms, family_forms, given_forms
from prospector.contacts.patterns import OTHER, learn, readings
from prospector.normalise.domains import is_free_mail
from prospector.normalise.emails import email_domain, is_role_address, parse_email
from prospector.store.found_addresses import holders_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from prospector.contacts.patterns import AddressPattern
    from prospector.store.database import Database

_COMPANIES = 2_000
"""So many companies' guesses are kept: people of one company are asked about one after the other, or nearly."""


class Colleague(NamedTuple):
    """Somebody of a company. `email` is a confirmed address, None where none is known."""

    id: int
    first_name: str | None
    last_name: str | None
    email: str | None = None


class GuessedAddress(NamedTuple):
    """An address that somebody may have, how likely that is, and from what."""

    email: str
    probability: float
    reason: str


class Guesser:
    """Guesses from one database; each company's pattern is learned once."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._of_company = lru_cache(maxsize=_COMPANIES)(self._guessed)

    def guess(self, company_id: int, person_id: int) -> GuessedAddress | None:
        """An address that this person of a company may have; None where the evidence is too thin."""
        return self._of_company(company_id).get(person_id)

    def _guessed(self, company_id: int) -> Mapping[int, GuessedAddress]:
        guesses = guesses_of(self._colleagues(company_id), self._domain(company_id))
        taken = holders_of(self._db, [one.email for one in guesses.values()])
        return {person: one for person, one in guesses.items() if taken.get(one.email, person) == person}

    def _colleagues(self, company_id: int) -> list[Colleague]:
        """The people of a company, with their addresses as far as these are confirmed."""
        rows = self._db.execute(
            "SELECT p.id, p.first_name, p.last_name, CASE WHEN coalesce(a.verdict, '') = 'undeliverable' "
            "OR (f.person_id IS NOT NULL AND coalesce(a.verdict, '') <> 'deliverable') THEN NULL ELSE p.email END "
            "FROM people p LEFT JOIN addresses a ON a.email = p.email "
            "LEFT JOIN found_addresses f ON f.person_id = p.id WHERE p.company_id = ? ORDER BY p.id",
            (company_id,),
        )
        published = self._db.execute(
            "SELECT DISTINCT email FROM published_addresses WHERE company_id = ? ORDER BY email",
            (company_id,),
        )
        return _with_published([Colleague(*row) for row in rows], [row[0] for row in published])

    def _domain(self, company_id: int) -> str | None:
        found: str | None = self._db.value("SELECT domain FROM companies WHERE id = ?", (company_id,))
        return found


def guesses_of(people: Sequence[Colleague], domain: str | None) -> dict[int, GuessedAddress]:
    """Addresses of those of a company's people who have none. Of namesakes nobody can tell who has which: none."""
    host = _host([one.email for one in people if one.email], domain)
    if host is None:
        return {}
    known = [one for one in people if one.email and _is_example(one.email, host)]
    examples = ((forms, str(one.email).partition("@")[0]) for one in known if (forms := _forms(one)))
    pattern = learn(examples)
    if pattern.pattern is None:
        return {}
    without = [one for one in people if not one.email]
    guesses = {one.id: guess for one in without if (guess := _guess(one, pattern, host))}
    times = Counter([guess.email for guess in guesses.values()] + [one.email for one in known if one.email])
    return {person: guess for person, guess in guesses.items() if times[guess.email] == 1}


def _guess(one: Colleague, pattern: AddressPattern, host: str) -> GuessedAddress | None:
    forms = _forms(one)
    best = pattern.best(forms) if forms else None
    email = parse_email(f"{best.local}@{host}") if best else None
    if best is None or email is None or is_role_address(email):
        return None
    seen = pattern.counts.get(pattern.pattern or "", 0)
    reason = f"{pattern.pattern}, as {seen} of {pattern.examples} known addresses at {host}"
    return GuessedAddress(email, round(best.probability, 4), reason)


def _forms(one: Colleague) -> Forms | None:
    if not one.first_name or not one.last_name:
        return None
    given, family = given_forms(one.first_name), family_forms(one.last_name)
    return Forms(given, family) if given and family else None


def _host(emails: Iterable[str], domain: str | None) -> str | None:
    """Where the company's people have their boxes: at most of the known addresses' domain."""
    hosts = Counter(host for email in emails if (host := email_domain(email)) and not is_free_mail(host))
    return max(hosts, key=lambda host: (hosts[host], host == domain, host), default=None)


def _is_example(email: str, host: str) -> bool:
    return email_domain(email) == host and not is_role_address(email)


def _with_published(people: list[Colleague], emails: Sequence[str]) -> list[Colleague]:
    """The people with the addresses that the company's own pages show and that can only be theirs."""
    owners: dict[int, str] = {}
    for email in emails:
        local = email.partition("@")[0]
        able = [
            one.id for one in people if (forms := _forms(one)) and readings(forms, local)[0].pattern != OTHER
        ]
        if len(able) == 1:
            owners.setdefault(able[0], email)
    return [one._replace(email=one.email or owners.get(one.id)) for one in people]
