"""Evidence about addresses and the domains that take their mail, as it is stored."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from prospector.core.spans import DateSpan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from prospector.store.database import Database

ProofKind = Literal["reply", "bounce", "complaint", "smtp", "provider", "pattern"]
DomainOutcome = Literal["mx", "no_mx", "null_mx", "no_mail", "no_domain", "failed", "not_asked"]

_PIECE = 500
"""Addresses of one question: SQLite takes no more than so many values safely."""


class Proof(NamedTuple):
    """One observation of a mailbox. `word` is what was seen, in the vocabulary of its kind."""

    kind: ProofKind
    word: str
    seen_on: date
    source: str = ""
    detail: str = ""


class MailDomain(NamedTuple):
    """What DNS says of a domain's mail, and whether its host takes any name.

    `mx` are the hosts that take its mail, best first; for `no_mx` the domain's own host.
    """

    domain: str
    outcome: DomainOutcome
    mx: tuple[str, ...]
    checked_on: date
    accepts_all: bool | None = None
    accepts_all_on: date | None = None


class Retry(NamedTuple):
    """When a box is asked again, how often it has been asked, and the made-up name that goes with it."""

    email: str
    asked: int
    ask_at: datetime
    made_up: str


class StoredVerdict(NamedTuple):
    """A row of `addresses`."""

    email: str
    verdict: str
    send: str
    reasons: tuple[str, ...]
    flags: tuple[str, ...]
    suggestion: str | None
    checked_on: date | None


def add_proofs(db: Database, proofs: Iterable[tuple[str, Proof]]) -> None:
    """Note what was seen of addresses, each with the address in its one spelling."""
    db.many(
        "INSERT INTO address_proofs (email, kind, word, seen_on, source, detail) VALUES (?, ?, ?, ?, ?, ?)",
        [
            (email, one.kind, one.word, one.seen_on.isoformat(), one.source, one.detail)
            for email, one in proofs
        ],
    )


def proofs_of(db: Database, emails: Sequence[str]) -> dict[str, list[Proof]]:
    """The evidence of these addresses, in the order in which it came."""
    found: dict[str, list[Proof]] = defaultdict(list)
    sql = "SELECT email, kind, word, seen_on, source, detail FROM address_proofs WHERE email IN ({}) ORDER BY id"
    for email, kind, word, seen_on, source, detail in _each(db, sql, emails):
        found[email].append(Proof(kind, word, date.fromisoformat(seen_on), source, detail))
    return found


def proofs_at(db: Database, company_id: int) -> dict[tuple[int, str], list[Proof]]:
    """The evidence of all addresses that the people of a company have or had, by person and address."""
    rows = db.execute(
        "SELECT a.person_id, p.email, p.kind, p.word, p.seen_on, p.source, p.detail FROM people o "
        "CROSS JOIN person_addresses a ON a.person_id = o.id CROSS JOIN address_proofs p ON p.email = a.email "
        "WHERE o.company_id = ? ORDER BY p.id",
        (company_id,),
    )
    found: dict[tuple[int, str], list[Proof]] = defaultdict(list)
    for person, email, kind, word, seen_on, source, detail in rows:
        found[person, email].append(Proof(kind, word, date.fromisoformat(seen_on), source, detail))
    return found


def replies_at(db: Database, company_id: int) -> list[tuple[int, str]]:
    """From which addresses the people of a company answered, each with the person, the first answer first."""
    rows = db.execute(
        "SELECT v.person_id, v.recipient FROM people o CROSS JOIN events v ON v.person_id = o.id "
        "WHERE o.company_id = ? AND v.class = 'reply' AND v.recipient IS NOT NULL ORDER BY v.at, v.key",
        (company_id,),
    )
    return [(row[0], row[1]) for row in rows]


def told_of(db: Database, emails: Sequence[str]) -> dict[str, list[Proof]]:
    """What the evidence about people says of these addresses: words of imported lists and of providers, guesses."""
    found: dict[str, list[Proof]] = defaultdict(list)
    for email, source, seen_on, word in _each(db, _STATUSES, emails):
        found[email].append(Proof("provider", word, date.fromisoformat(seen_on), source))
    for email, source, found_on in _each(db, _GUESSES, emails):
        found[email].append(Proof("pattern", "guess", date.fromisoformat(found_on), source))
    return found


_STATUSES = (
    "SELECT p.email, e.source, e.seen_on, json_extract(e.person_values, '$.email_status') AS word FROM people p "
    "JOIN evidence e ON e.person_id = p.id WHERE p.email IN ({}) AND instr(e.person_values, '\"email_status\"') "
    "AND coalesce(json_extract(e.person_values, '$.email'), p.email) = p.email AND word <> '' ORDER BY e.id"
)
_GUESSES = (
    "SELECT email, source, found_on FROM found_addresses WHERE method = 'inferred' AND email IN ({}) "
    "ORDER BY person_id"
)


def with_findings(db: Database, emails: Sequence[str]) -> list[str]:
    """Those of these addresses of which anything was found out beside what was imported."""
    tables = ("address_proofs", "addresses", "found_addresses")
    known = {
        row[0]
        for table in tables
        for row in _each(db, f"SELECT email FROM {table} WHERE email IN ({{}})", emails)
    }
    return [email for email in emails if email in known]


def keep_domains(db: Database, domains: Iterable[MailDomain]) -> None:
    """Note what DNS says; what is known of a domain's habits stays."""
    db.many(
        "INSERT INTO mail_domains (domain, outcome, mx, checked_on) VALUES (?, ?, ?, ?) ON CONFLICT (domain) "
        "DO UPDATE SET outcome = excluded.outcome, mx = excluded.mx, checked_on = excluded.checked_on",
        [(one.domain, one.outcome, json.dumps(one.mx), one.checked_on.isoformat()) for one in domains],
    )


def keep_habit(db: Database, domain: str, accepts_all: bool, on: date) -> None:
    """Note whether a domain's host took a name that nobody has."""
    db.execute(
        "UPDATE mail_domains SET accepts_all = ?, accepts_all_on = ? WHERE domain = ?",
        (accepts_all, on.isoformat(), domain),
    )


def domains_of(db: Database, domains: Sequence[str]) -> dict[str, MailDomain]:
    """What is known of these domains."""
    sql = (
        "SELECT domain, outcome, mx, checked_on, accepts_all, accepts_all_on FROM mail_domains "
        "WHERE domain IN ({})"
    )
    found = {}
    for domain, outcome, mx, checked_on, accepts_all, on in _each(db, sql, domains):
        found[domain] = MailDomain(
            domain,
            outcome,
            tuple(json.loads(mx)),
            date.fromisoformat(checked_on),
            None if accepts_all is None else bool(accepts_all),
            date.fromisoformat(on) if on else None,
        )
    return found


def registered_of(db: Database, domains: Iterable[str]) -> dict[str, DateSpan]:
    """When those of these domains were registered of which a company's facts tell; of several days the first."""
    sql = (
        "SELECT domain, min(domain_registered_from), domain_registered_to FROM companies "
        "WHERE domain IN ({}) AND domain_registered_from <> '' GROUP BY domain"
    )
    rows = _each(db, sql, sorted(domains))
    return {row[0]: DateSpan(date.fromisoformat(row[1]), date.fromisoformat(row[2])) for row in rows}


def keep_retry(db: Database, retry: Retry) -> None:
    """Note when to ask a box again."""
    db.execute(
        "INSERT OR REPLACE INTO address_retries (email, asked, ask_at, made_up) VALUES (?, ?, ?, ?)",
        (retry.email, retry.asked, retry.ask_at.isoformat(), retry.made_up),
    )


def drop_retry(db: Database, email: str) -> None:
    """The box has answered, or has been asked often enough."""
    db.execute("DELETE FROM address_retries WHERE email = ?", (email,))


def retries_of(db: Database, emails: Sequence[str]) -> dict[str, Retry]:
    """Those of these boxes that are to be asked again."""
    sql = "SELECT email, asked, ask_at, made_up FROM address_retries WHERE email IN ({})"
    rows = _each(db, sql, emails)
    return {
        email: Retry(email, asked, datetime.fromisoformat(at), made_up) for email, asked, at, made_up in rows
    }


def keep_verdicts(db: Database, verdicts: Iterable[StoredVerdict]) -> None:
    """Put the verdicts where segments and `show` read them."""
    db.many(
        "INSERT OR REPLACE INTO addresses (email, verdict, send, reasons, flags, suggestion, checked_on) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (
                one.email,
                one.verdict,
                one.send,
                json.dumps(one.reasons),
                json.dumps(one.flags),
                one.suggestion,
                one.checked_on.isoformat() if one.checked_on else None,
            )
            for one in verdicts
        ],
    )


def _each(db: Database, sql: str, values: Sequence[str]) -> Iterator[Any]:
    """The rows of a question about many values, a piece at a time."""
    for start in range(0, len(values), _PIECE):
        piece = values[start : start + _PIECE]
        yield from db.execute(sql.format(",".join("?" * len(piece))), piece)
