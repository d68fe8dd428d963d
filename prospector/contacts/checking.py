"""From addresses to verdicts: what is not known fresh is asked, each domain and each box once, and kept at once.

Every answer is in the database before the next ones are waited for: whoever is killed goes on where it stopped.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from prospector.contacts.kinds import flags_of, suggestion_for
from prospector.contacts.likelihoods import likelihoods
from prospector.contacts.probing import Question
from prospector.contacts.verdicts import LASTING_RULES, AddressFacts, Verdict, verdict
from prospector.normalise.domains import registrable_domain
from prospector.normalise.emails import email_domain, parse_email
from prospector.store.addresses import (
    MailDomain,
    StoredVerdict,
    add_proofs,
    domains_of,
    drop_retry,
    keep_domains,
    keep_habit,
    keep_retry,
    keep_verdicts,
    proofs_of,
    registered_of,
    retries_of,
    told_of,
)
from prospector.store.verdicts import record_verdicts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from prospector.contacts.probing import Answer, Prober
    from prospector.fetch.mail_names import MailNames
    from prospector.store.addresses import Proof, Retry
    from prospector.store.database import Database

_LONGEST_TEXT = 320
"""Of a text that is no address, so much is shown."""
_AT_ONCE = 100
"""Domains that are asked about at the same time."""
_KEPT_TOGETHER = 200
"""Answers in one transaction: the most that a kill can cost."""


@dataclass(frozen=True, slots=True)
class Checker:
    """Checks addresses against one database. `names` is None where no name server may be asked."""

    db: Database
    as_of: date
    stale_before: date
    names: MailNames | None
    prober: Prober | None = None
    """Asks for the boxes themselves, where that is switched on."""

    async def check(
        self, texts: Sequence[str], told: Callable[[int], None] = lambda answers: None
    ) -> list[Verdict]:
        """A verdict for each text, in their order; the verdicts are stored as well.

        `told` hears how many boxes have been asked for so far: that takes the longest by far.
        """
        read = {text: parse_email(text) for text in texts}
        emails = list(dict.fromkeys(email for email in read.values() if email))
        if self.names:
            await self._ask_names(self.names, list(dict.fromkeys(map(email_domain, emails))))
        if self.prober:
            await self._ask_hosts(self.prober, emails, told)
        with self.db.transaction():
            judged = keep_judged(self.db, emails, self.as_of, self.stale_before)
        return [judged[email] if (email := read[text]) else self._no_address(text) for text in texts]

    def retries(self, texts: Sequence[str]) -> list[Retry]:
        """Those of these addresses whose host is to be asked again."""
        emails = {email for text in texts if (email := parse_email(text))} if self.prober else ()
        return list(retries_of(self.db, sorted(emails)).values())

    async def _ask_names(self, names: MailNames, domains: list[str]) -> None:
        """Ask who takes the mail of those domains that are not known fresh; keep the answers as they come."""
        known = domains_of(self.db, domains)
        gate, found = asyncio.Semaphore(_AT_ONCE), list[MailDomain]()

        async def one(domain: str) -> None:
            async with gate:
                route = await names.route(domain)
            found.append(MailDomain(domain, route.outcome, route.hosts, self.as_of))
            if len(found) >= _KEPT_TOGETHER:
                keep()

        def keep() -> None:
            with self.db.transaction():
                keep_domains(self.db, found)
            found.clear()

        await asyncio.gather(*(one(domain) for domain in domains if self._is_due(known.get(domain))))
        keep()

    def _is_due(self, domain: MailDomain | None) -> bool:
        return (
            domain is None
            or domain.outcome == "failed"
            or not self.stale_before < domain.checked_on <= self.as_of
        )

    async def _ask_hosts(self, prober: Prober, emails: Sequence[str], told: Callable[[int], None]) -> None:
        """Ask for the boxes of which an answer can still change the verdict, and keep each answer at once."""
        answers = count(1)

        async def one(question: Question) -> None:
            if answer := await prober.ask(question):
                with self.db.transaction():
                    _keep(self.db, question, answer)
            told(next(answers))

        await asyncio.gather(*map(one, self._questions(prober, emails)))

    def _questions(self, prober: Prober, emails: Sequence[str]) -> list[Question]:
        domains = domains_of(self.db, list(dict.fromkeys(map(email_domain, emails))))
        proofs, retries = proofs_of(self.db, emails), retries_of(self.db, emails)
        return [
            Question(email, domain, retries.get(email))
            for email in emails
            if (domain := domains.get(email_domain(email)))
            and self._is_open(domain, proofs.get(email, ()))
            and prober.is_due(email, proofs.get(email, ()), retries, self.stale_before)
        ]

    def _is_open(self, domain: MailDomain, proofs: Sequence[Proof]) -> bool:
        """Whether a mail host could say anything that is not settled."""
        if domain.outcome not in ("mx", "no_mx") or any(one[:2] in LASTING_RULES for one in proofs):
            return False
        on = domain.accepts_all_on if domain.accepts_all else None
        return on is None or not self.stale_before < on <= self.as_of

    def _no_address(self, text: str) -> Verdict:
        return verdict(AddressFacts(text.strip()[:_LONGEST_TEXT], None), self.as_of, self.stale_before)


def keep_judged(db: Database, emails: Sequence[str], as_of: date, stale_before: date) -> dict[str, Verdict]:
    """Verdicts as `judge` gives them, stored where segments and `show` read them. Use inside a transaction."""
    judged = judge(db, emails, as_of, stale_before)
    keep_verdicts(db, map(_stored, judged.values()))
    record_verdicts(db, {one.email: (one.verdict, one.send) for one in judged.values()}, as_of)
    return judged


def judge(db: Database, emails: Sequence[str], as_of: date, stale_before: date) -> dict[str, Verdict]:
    """Verdicts from what is stored of these addresses, each in its one spelling; asks nobody and stores nothing."""
    hosts = {host: registrable_domain(host) or host for host in dict.fromkeys(map(email_domain, emails))}
    domains, registered = domains_of(db, list(hosts)), registered_of(db, set(hosts.values()))
    proofs, told = proofs_of(db, emails), told_of(db, emails)
    found = {}
    for email in emails:
        domain = domains.get(email_domain(email))
        if domain and not stale_before < domain.checked_on <= as_of:
            domain = None
        flags = flags_of(email, domain.mx if domain else ())
        known = (*told.get(email, ()), *proofs.get(email, ()))
        age = registered.get(hosts[email_domain(email)])
        facts = AddressFacts(email, email, domain, known, flags, suggestion_for(email), age)
        found[email] = verdict(facts, as_of, stale_before)
    doubtful = [email for email, one in found.items() if one.verdict == "catch_all"]
    if doubtful:
        for email, likely in likelihoods(db, doubtful, as_of).items():
            found[email] = found[email]._replace(likelihood=likely)
    return found


def _keep(db: Database, question: Question, answer: Answer) -> None:
    add_proofs(db, [(answer.email, answer.proof)])
    if answer.retry:
        keep_retry(db, answer.retry)
    else:
        drop_retry(db, answer.email)
    if answer.accepts_all is not None:
        keep_habit(db, question.domain.domain, answer.accepts_all, answer.proof.seen_on)


def _stored(one: Verdict) -> StoredVerdict:
    return StoredVerdict(
        one.email, one.verdict, one.send, one.reasons, one.flags, one.suggestion, one.checked_on
    )
