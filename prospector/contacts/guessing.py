"""Addresses of a company's people that nobody states: made by its pattern, if enough is known of that.

The pattern is learned from the addresses that are known of its own people; what was only guessed proves nothing, unless
the box turned out to be there. A guess that does not exist speaks for the other patterns, and the next likely address
takes its place; it is not guessed again. Other addresses that do not exist prove nothing: their owners may have left.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from prospector.contacts.candidates import Forms, family_forms, given_forms
from prospector.contacts.patterns import OTHER, from_counts, learn, readings
from prospector.contacts.verdicts import DOMAIN_RULES, does_not_exist
from prospector.normalise.domains import is_free_mail
from prospector.normalise.emails import email_domain, is_role_address, parse_email
from prospector.store.addresses import domains_of, proofs_at, replies_at
from prospector.store.found_addresses import guesses_made, holders_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from prospector.contacts.patterns import AddressPattern, Guess
    from prospector.store.database import Database

_REPLY = ("reply", "human")
_NONE: frozenset[str] = frozenset()
_COMPANIES = 2_000
"""So many companies' guesses are kept: people of one company are asked about one after the other, or nearly."""


class Colleague(NamedTuple):
    """Somebody of a company. `email` is a confirmed address, None where none is known.

    `refused` are addresses that turned out not to exist, `missed` those among them that were guessed.
    """

    id: int
    first_name: str | None
    last_name: str | None
    email: str | None = None
    refused: frozenset[str] = frozenset()
    missed: frozenset[str] = frozenset()


class GuessedAddress(NamedTuple):
    """An address that somebody may have, how likely that is, and from what."""

    email: str
    probability: float
    reason: str


class Guesser:
    """Guesses from one database; each company's pattern is learned once. What DNS said by `stale_before` is stale."""

    def __init__(self, db: Database, stale_before: date) -> None:
        self._db = db
        self._stale = stale_before
        self._of_company = lru_cache(maxsize=_COMPANIES)(self._guessed)

    def guess(self, company_id: int, person_id: int) -> GuessedAddress | None:
        """An address that this person of a company may have; None where the evidence is too thin."""
        return self._of_company(company_id).get(person_id)

    def _guessed(self, company_id: int) -> Mapping[int, GuessedAddress]:
        guesses = guesses_of(self._colleagues(company_id), self._domain(company_id))
        taken = holders_of(self._db, [one.email for one in guesses.values()])
        dead = self._without_mail({email_domain(one.email) for one in guesses.values()})
        return {
            person: one
            for person, one in guesses.items()
            if taken.get(one.email, person) == person and email_domain(one.email) not in dead
        }

    def _without_mail(self, domains: Iterable[str]) -> set[str]:
        """Those of these domains that take no mail, as far as that is known freshly."""
        known = domains_of(self._db, sorted(domains)).values()
        return {
            one.domain
            for one in known
            if DOMAIN_RULES[one.outcome].verdict == "undeliverable" and one.checked_on > self._stale
        }

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
        people = self._with_outcomes(company_id, [Colleague(*row) for row in rows])
        return _with_published(people, [row[0] for row in published])

    def _with_outcomes(self, company_id: int, people: list[Colleague]) -> list[Colleague]:
        """The people with what came of mails and questions: who answers from an address has it."""
        proofs = proofs_at(self._db, company_id)
        replied = dict(reversed(replies_at(self._db, company_id)))
        replied |= {key[0]: key[1] for key, some in proofs.items() if any(one[:2] == _REPLY for one in some)}
        refused = {key for key, some in proofs.items() if does_not_exist(some)}
        if not (replied or refused):
            return people
        missed = refused & guesses_made(self._db, {person for person, _ in refused})
        gone, wrong = _by_person(refused), _by_person(missed)
        return [
            one._replace(
                email=_own(one, replied.get(one.id), gone.get(one.id, _NONE)),
                refused=gone.get(one.id, _NONE),
                missed=wrong.get(one.id, _NONE),
            )
            for one in people
        ]

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
    misses = Counter(pattern for one in people if one.missed for pattern in _misses(one, host))
    pattern = learn(examples, misses)
    without = [one for one in people if not one.email]
    guesses = {one.id: guess for one in without if (guess := _guess(one, pattern, host))}
    times = Counter([guess.email for guess in guesses.values()] + [one.email for one in known if one.email])
    return {person: guess for person, guess in guesses.items() if times[guess.email] == 1}


def _misses(one: Colleague, host: str) -> list[str]:
    """The patterns by which addresses of somebody were guessed that do not exist."""
    forms = _forms(one)
    missed = [email.partition("@")[0] for email in sorted(one.missed) if email_domain(email) == host]
    found = [readings(forms, local)[0].pattern for local in missed] if forms else []
    return [pattern for pattern in found if pattern != OTHER]


def _guess(one: Colleague, pattern: AddressPattern, host: str) -> GuessedAddress | None:
    refused = {email.partition("@")[0] for email in one.refused if email_domain(email) == host}
    if refused:
        return _next_guess(one, pattern, host, refused)
    forms = _forms(one) if pattern.pattern else None
    best = pattern.best(forms) if forms else None
    seen = pattern.counts.get(pattern.pattern or "", 0)
    reason = f"{pattern.pattern}, as {seen} of {pattern.examples} known addresses at {host}"
    return _address(best, host, reason)


def _next_guess(
    one: Colleague, pattern: AddressPattern, host: str, refused: set[str]
) -> GuessedAddress | None:
    """What is likeliest now. What was guessed of the person counts once: as what the address is not."""
    others = Counter(pattern.misses) - Counter(_misses(one, host))
    learned, forms = from_counts(pattern.counts, pattern.habits, others), _forms(one)
    best = learned.next_best(forms, refused) if forms else None
    count = len(refused)
    tried = "one that was likelier does not" if count == 1 else f"{count} that were likelier do not"
    return _address(best, host, f"the next likely one at {host}: {tried} exist")


def _address(guess: Guess | None, host: str, reason: str) -> GuessedAddress | None:
    email = parse_email(f"{guess.local}@{host}") if guess else None
    if guess is None or email is None or is_role_address(email):
        return None
    return GuessedAddress(email, round(guess.probability, 4), reason)


def _by_person(pairs: Iterable[tuple[int, str]]) -> dict[int, frozenset[str]]:
    found: defaultdict[int, set[str]] = defaultdict(set)
    for person, email in pairs:
        found[person].add(email)
    return {person: frozenset(emails) for person, emails in found.items()}


def _own(one: Colleague, replied: str | None, refused: frozenset[str]) -> str | None:
    """The address that somebody is known to have: the one that was answered from, unless it is anybody's."""
    if replied and not is_free_mail(email_domain(replied)) and not is_role_address(replied):
        return replied
    return None if one.email in refused else one.email


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
