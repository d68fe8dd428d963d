"""From stored evidence to a verdict: a pure function over a table of rules, and never stronger than its proof.

The order of proof: what DNS rules out, a human reply or a hard bounce (the later of them, whatever its age), the
mail server's own answer, a provider's word, a guess by pattern. Answers and words are worth something while they
are fresh; a verdict that rested on stale ones is `unknown` again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from prospector.contacts.mail_hosts import habit_of
from prospector.normalise.addresses import statuses, worst_status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from prospector.contacts.likelihoods import Likelihood
    from prospector.contacts.shapes import VerdictShape
    from prospector.core.spans import DateSpan
    from prospector.normalise.addresses import Send
    from prospector.normalise.addresses import Verdict as Word
    from prospector.store.addresses import MailDomain, Proof


class Ruling(NamedTuple):
    """What one piece of evidence amounts to, and why."""

    verdict: Word
    send: Send
    reason: str


_UNKNOWN = Ruling("unknown", "ok", "not_asked")
SYNTAX = Ruling("undeliverable", "never", "syntax")
STALE = Ruling("unknown", "ok", "stale")
STALE_NO = Ruling("unknown", "hold", "stale")
"""A no that is too old to be a proof still is a reason to ask first."""
TYPO = Ruling("risky", "hold", "typo_domain")
DISPOSABLE = Ruling("risky", "never", "disposable")
HABIT = Ruling("catch_all", "ok", "host_accepts_all")
DOMAIN_RULES: dict[str, Ruling] = {
    "no_domain": Ruling("undeliverable", "never", "no_such_domain"),
    "no_mail": Ruling("undeliverable", "never", "no_mail_host"),
    "null_mx": Ruling("undeliverable", "never", "null_mx"),
    "failed": Ruling("unknown", "ok", "dns_failed"),
    "not_asked": Ruling("unknown", "ok", "dns_not_asked"),
    "mx": _UNKNOWN,
    "no_mx": _UNKNOWN,
}
LASTING_RULES: dict[tuple[str, str], Ruling] = {
    ("reply", "human"): Ruling("deliverable", "ok", "replied"),
    ("bounce", "hard"): Ruling("undeliverable", "never", "bounced"),
}
"""They beat every verifier, whatever their age."""
SMTP_RULES: dict[str, Ruling] = {
    "accepted": Ruling("deliverable", "ok", "accepted"),
    "accepts_all": HABIT,
    "accepted_unproved": Ruling("unknown", "ok", "probe_failed"),
    "host_proves_nothing": Ruling("unknown", "ok", "host_proves_nothing"),
    "refused": Ruling("undeliverable", "never", "refused"),
    "disabled": Ruling("undeliverable", "never", "mailbox_disabled"),
    "full": Ruling("risky", "hold", "mailbox_full"),
    "needs_smtputf8": Ruling("undeliverable", "never", "needs_smtputf8"),
    "greylisted": Ruling("unknown", "ok", "greylisted"),
    "rate": Ruling("unknown", "ok", "host_slows_us"),
    "about_us": Ruling("unknown", "ok", "host_refuses_us"),
    "unclear": Ruling("unknown", "ok", "unclear_answer"),
    "timeout": Ruling("unknown", "ok", "timeout"),
    "closed": Ruling("unknown", "ok", "no_connection"),
    "private": Ruling("unknown", "ok", "private_address"),
}
_HABITS = {"accepts_all": ("may_accept_all",), "gateway": ("gateway",), "defers": ("host_defers",)}
"""What is known of the host beforehand: how much its answer would prove."""
GUESSED = Ruling("risky", "hold", "guessed")
_FLAGS: dict[tuple[str, str], str] = {
    ("complaint", "complained"): "complainer",
    ("reply", "automatic"): "automated",
    ("bounce", "full"): "full",
    ("smtp", "full"): "full",
    ("provider", "spamtrap"): "trap",
    ("provider", "complainer"): "complainer",
    ("provider", "disposable"): "disposable",
    ("provider", "full"): "full",
    ("provider", "role"): "role",
}
YOUNG = timedelta(days=90)
"""Mail from and to a domain that is not older is a risk."""
NEVER_FLAGS = frozenset({"trap", "complainer", "disposable"})
"""Whoever has one of these is not written to, whatever the verdict."""


@dataclass(frozen=True, slots=True)
class AddressFacts:
    """All that is known of an address. `email` is None where the text is none."""

    text: str
    email: str | None
    domain: MailDomain | None = None
    proofs: Sequence[Proof] = ()
    flags: frozenset[str] = frozenset()
    suggestion: str | None = None
    registered: DateSpan | None = None
    """When the domain was registered."""


class Verdict(NamedTuple):
    """What follows for an address, why, and from evidence of which day."""

    email: str
    verdict: Word
    send: Send
    reasons: tuple[str, ...]
    flags: tuple[str, ...]
    suggestion: str | None
    mx: tuple[str, ...]
    checked_on: date | None
    likelihood: Likelihood | None = None
    """Of one whose host takes any name: how likely it is there, by what came of our own mails."""

    def as_json(self) -> VerdictShape:
        """As `verify ADDRESS --json` prints it."""
        return {
            "email": self.email,
            "verdict": self.verdict,
            "send": self.send,
            "reasons": list(self.reasons),
            "flags": list(self.flags),
            "suggestion": self.suggestion,
            "mx": list(self.mx),
            "checked_on": self.checked_on.isoformat() if self.checked_on else None,
            "likelihood": self.likelihood.as_json() if self.likelihood else None,
        }


def verdict(facts: AddressFacts, as_of: date, stale_before: date) -> Verdict:
    """What the evidence up to `as_of` allows to be said; what is not newer than `stale_before` is stale."""
    seen = [one for one in facts.proofs if one.seen_on <= as_of]
    flags = facts.flags | {_FLAGS[one.kind, one.word] for one in seen if (one.kind, one.word) in _FLAGS}
    proved, checked_on = _proved(facts, seen, as_of, stale_before)
    ruling = _weighed(proved, facts, flags)
    reasons = list(dict.fromkeys((ruling.reason, proved.reason, *_beside(facts, ruling, as_of))))
    never = sorted(flags & NEVER_FLAGS - {*reasons})
    return Verdict(
        facts.email or facts.text,
        ruling.verdict,
        "never" if never else ruling.send,
        (*reasons, *never),
        tuple(sorted(flags)),
        facts.suggestion,
        facts.domain.mx if facts.domain else (),
        checked_on,
    )


def _weighed(proved: Ruling, facts: AddressFacts, flags: frozenset[str]) -> Ruling:
    """What was proved, in the light of what the address shows by itself."""
    ruling = proved
    if facts.suggestion and ruling.verdict == "unknown":
        ruling = TYPO
    if "disposable" in flags and ruling.verdict != "undeliverable" and ruling not in LASTING_RULES.values():
        ruling = DISPOSABLE
    if facts.email and not facts.email.isascii() and ruling.send == "ok":
        ruling = ruling._replace(send="hold")
    return ruling


def _beside(facts: AddressFacts, ruling: Ruling, as_of: date) -> Iterator[str]:
    """Reasons that decide nothing, and yet are worth knowing."""
    domain = facts.domain
    if domain and domain.outcome == "no_mx":
        yield "no_mx"
    if domain and domain.mx and ruling.verdict == "unknown":
        yield from _HABITS.get(habit_of(domain.mx[0]), ())
    if facts.email and not facts.email.isascii():
        yield "smtputf8"
    if facts.registered and as_of - YOUNG < facts.registered.earliest <= as_of:
        yield "young_domain"


def _proved(
    facts: AddressFacts, seen: Sequence[Proof], as_of: date, stale_before: date
) -> tuple[Ruling, date | None]:
    """The strongest proof's ruling, and the day of that proof."""
    if facts.email is None:
        return SYNTAX, as_of
    of_domain = DOMAIN_RULES[facts.domain.outcome if facts.domain else "not_asked"]
    checked_on = facts.domain.checked_on if facts.domain else None
    lasting = _newest([one for one in seen if (one.kind, one.word) in LASTING_RULES])
    gone = of_domain.verdict == "undeliverable" and checked_on is not None
    if lasting and not (gone and checked_on and checked_on >= lasting.seen_on):
        return LASTING_RULES[lasting.kind, lasting.word], lasting.seen_on
    if gone:
        return of_domain, checked_on
    fresh = [one for one in seen if one.seen_on > stale_before]
    if found := _answered(facts, fresh, as_of, stale_before) or _told(fresh):
        return found
    old = [one for one in seen if one.kind in ("smtp", "provider") and one.seen_on <= stale_before]
    if found := _asked(old) or _told(old):
        return (STALE_NO if found[0].send == "never" else STALE), found[1]
    return of_domain, checked_on


def _answered(
    facts: AddressFacts, fresh: Sequence[Proof], as_of: date, stale_before: date
) -> tuple[Ruling, date] | None:
    """What the mail host said of the box, unless it has begun to take any name since."""
    asked, habit = _asked(fresh), _habit(facts.domain, as_of, stale_before)
    if asked and habit and asked[0].verdict == "deliverable" and habit[1] > asked[1]:
        return habit
    return asked or habit


def does_not_exist(proofs: Sequence[Proof]) -> bool:
    """Whether the last proof of a box says that it is not there, whatever its age."""
    if lasting := _newest([one for one in proofs if (one.kind, one.word) in LASTING_RULES]):
        return lasting.kind == "bounce"
    asked = _asked(proofs)
    return asked is not None and asked[0].verdict == "undeliverable"


def _newest(proofs: Sequence[Proof]) -> Proof | None:
    """The latest one; of one day a reply, which nothing beats, else what came last."""
    ranked = enumerate(proofs)
    return max(ranked, key=lambda one: (one[1].seen_on, one[1].kind == "reply", one[0]), default=(0, None))[1]


def _asked(fresh: Sequence[Proof]) -> tuple[Ruling, date] | None:
    """What the mail server said last; an answer that says nothing takes no earlier one back."""
    answers = [one for one in fresh if one.kind == "smtp" and one.word in SMTP_RULES]
    clear = [one for one in answers if SMTP_RULES[one.word].verdict != "unknown"]
    newest = _newest(clear)
    return (SMTP_RULES[newest.word], newest.seen_on) if newest else None


def _habit(domain: MailDomain | None, as_of: date, stale_before: date) -> tuple[Ruling, date] | None:
    """A host that took a made-up name of this domain would take any."""
    on = domain.accepts_all_on if domain and domain.accepts_all else None
    return (HABIT, on) if on and stale_before < on <= as_of else None


def _told(fresh: Sequence[Proof]) -> tuple[Ruling, date] | None:
    """What providers say, the weakest word of all; else what a server left open; else a guess."""
    last = {one.source: one for one in fresh if one.kind == "provider"}
    if last:
        status = statuses().get(worst_status([one.word for one in last.values()]))
        day = max(one.seen_on for one in last.values())
        if status and (status.verdict, status.send) != ("unknown", "ok"):
            return Ruling(status.verdict, status.send, f"provider_{status.word}"), day
    if open_ := _newest([one for one in fresh if one.kind == "smtp" and one.word in SMTP_RULES]):
        return SMTP_RULES[open_.word], open_.seen_on
    guess = _newest([one for one in fresh if one.kind == "pattern"])
    return (GUESSED, guess.seen_on) if guess else None
