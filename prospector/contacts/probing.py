"""Asking mail hosts for boxes: politely, one conversation at a time with each host, and again when it asks for that.

When to ask again is stored, not waited for: after 6 minutes, 35 minutes and 4 hours, which outlasts what greylists
usually take. The made-up name goes with the retry, because a greylist knows sender and recipient.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from prospector.contacts.replies import word_of
from prospector.normalise.domains import registrable_domain
from prospector.store.addresses import Proof, Retry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from prospector.fetch.smtp import MailHosts
    from prospector.store.addresses import MailDomain

RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (6, 35, 250))
"""Between one question and the next; then it is left unknown until the evidence is stale."""
TO_ASK_AGAIN = frozenset({"greylisted", "rate", "about_us", "timeout", "closed", "accepted_unproved"})
"""What may be different in a while."""
TELLS_HABIT = {"accepted": False, "accepts_all": True}
"""What a conversation shows of the domain: whether any name is taken."""

_PAUSE, _LONGEST_PAUSE = 0.2, 30.0
"""Seconds between two conversations."""
_PUTS_US_OFF = frozenset({"rate", "about_us", "timeout", "closed"})
_PATIENCE = 5
"""So many times in a row, and a host is left alone for the rest of the run."""
_AT_ONCE = 50


class Question(NamedTuple):
    """A box to ask for. `retry` is the earlier attempt that asked to come again."""

    email: str
    domain: MailDomain
    retry: Retry | None = None


class Answer(NamedTuple):
    """What came of a question; `retry` says when to ask again, `accepts_all` what it shows of the domain."""

    email: str
    proof: Proof
    accepts_all: bool | None
    retry: Retry | None


@dataclass
class _Lane:
    """The one conversation with the hosts of a provider, and how it has been going.

    `put_off`: how often in a row each host has put us off; `take_all`: domains that have taken a made-up name.
    """

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0
    put_off: Counter[str] = field(default_factory=Counter)
    take_all: set[str] = field(default_factory=set)

    def is_idle(self, domain: MailDomain) -> bool:
        """Whether nothing more can be learned there in this run."""
        return domain.domain in self.take_all or self.put_off[_host_of(domain)] >= _PATIENCE

    def note(self, answer: Answer, domain: MailDomain) -> None:
        """Keep what an answer shows of the domain and of its host."""
        if answer.accepts_all:
            self.take_all.add(domain.domain)
        if answer.proof.word in _PUTS_US_OFF:
            self.put_off[_host_of(domain)] += 1
        else:
            del self.put_off[_host_of(domain)]

    def pause(self, domain: MailDomain) -> float:
        """Seconds before the next conversation; they double while the host puts us off."""
        return min(_PAUSE * (1 << self.put_off[_host_of(domain)]), _LONGEST_PAUSE)


class Prober:
    """Asks for boxes. `now` is the moment by which retries are due. One for each event loop."""

    def __init__(self, hosts: MailHosts, as_of: date, now: datetime) -> None:
        self._hosts = hosts
        self._as_of = as_of
        self._now = now
        self._lanes: dict[str, _Lane] = defaultdict(_Lane)
        self._gate = asyncio.Semaphore(_AT_ONCE)

    def is_due(
        self, email: str, proofs: Sequence[Proof], retries: Mapping[str, Retry], stale_before: date
    ) -> bool:
        """Whether a box is to be asked now: never asked freshly, or its host asked to come again by now."""
        if retry := retries.get(email):
            return retry.ask_at <= self._now
        answers = (one for one in proofs if one.kind == "smtp" and one.word != "private")
        return not any(stale_before < one.seen_on <= self._as_of for one in answers)

    async def ask(self, question: Question) -> Answer | None:
        """Ask for the box, then for one that nobody has.

        None where nothing can be learned: the domain has taken a made-up name by now, or its host is left alone.
        """
        provider = _provider_of(question.domain)
        lane = self._lanes[provider]
        lane.waiting += 1
        try:
            async with lane.turn:
                if lane.is_idle(question.domain):
                    return None
                async with self._gate:
                    answer = await self._asked(question)
                lane.note(answer, question.domain)
                if not lane.is_idle(question.domain):
                    await asyncio.sleep(lane.pause(question.domain))
        finally:
            lane.waiting -= 1
            if not lane.waiting and not lane.put_off:
                del self._lanes[provider]  # Of a long list most hosts are met once.
        return answer

    async def _asked(self, question: Question) -> Answer:
        email, domain, earlier = question
        made_up = earlier.made_up if earlier else made_up_name(email, self._as_of)
        recipients = (email, f"{made_up}@{domain.domain}")
        talk = await self._hosts.ask(domain.mx or (domain.domain,), recipients)
        word, detail = word_of(talk)
        proof = Proof("smtp", word, self._as_of, "smtp", detail)
        return Answer(email, proof, TELLS_HABIT.get(word), self._retry(email, word, made_up, earlier))

    def _retry(self, email: str, word: str, made_up: str, earlier: Retry | None) -> Retry | None:
        asked = earlier.asked + 1 if earlier else 1
        if word not in TO_ASK_AGAIN or asked > len(RETRY_AFTER):
            return None
        return Retry(email, asked, self._now + RETRY_AFTER[asked - 1], made_up)


def made_up_name(email: str, on: date) -> str:
    """A name that nobody has, another for each address and day; the same inputs give the same name."""
    digest = hashlib.sha256(f"{email} {on.isoformat()}".encode()).hexdigest()
    letters = digest.translate(str.maketrans("0123456789", "ghjkmnpqrs"))
    return f"{letters[:6]}.{letters[6:15]}"


def _host_of(domain: MailDomain) -> str:
    """The host that is asked first: the one whose patience counts."""
    return domain.mx[0] if domain.mx else domain.domain


def _provider_of(domain: MailDomain) -> str:
    """Who runs it: all hosts of one provider share a lane."""
    host = _host_of(domain)
    return registrable_domain(host) or host
