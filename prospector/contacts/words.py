"""The reasons of verdicts in words, for whoever reads them in `show`, `why` or a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prospector.contacts.verdicts import Verdict
    from prospector.core.shapes import AddressShape
    from prospector.store.published import Published

_PROVIDER = "provider_"
REASONS: dict[str, str] = {
    "syntax": "the text is no address",
    "no_such_domain": "nobody has the domain",
    "no_mail_host": "the domain takes no mail",
    "null_mx": "the domain says that it takes no mail",
    "replied": "a person answered from it",
    "bounced": "a mail to it came back for good",
    "accepted": "its host takes it and refuses a made-up one",
    "host_accepts_all": "its host takes any name",
    "probe_failed": "its host takes it, and whether it takes any name is not known",
    "host_proves_nothing": "its host says yes to any name, or bounces later",
    "refused": "its host says that there is no such user",
    "mailbox_disabled": "its host says that the box is closed",
    "mailbox_full": "its host says that the box is full",
    "needs_smtputf8": "its host does not take names with such letters",
    "greylisted": "its host asks to come again later",
    "host_slows_us": "its host speaks of too many mails",
    "host_refuses_us": "its host refuses us, whoever is meant",
    "unclear_answer": "its host refuses in words that do not say whom they mean",
    "timeout": "its host did not answer in time",
    "no_connection": "its host lets nobody in from here",
    "private_address": "its host's name leads to a private network",
    "stale": "what was proved is too old",
    "not_asked": "there is a mail host, and the box was not asked for",
    "dns_failed": "no name server answered",
    "dns_not_asked": "no name server was asked",
    "guessed": "it is made by the company's pattern",
    "typo_domain": "its domain looks like a slip",
    "disposable": "boxes there are thrown away",
    "no_mx": "the domain's own host takes its mail",
    "may_accept_all": "hosts of that kind may take any name",
    "gateway": "a gateway answers for the box",
    "host_defers": "its host takes names and bounces later",
    "smtputf8": "its name has letters that not every host takes",
    "young_domain": "its domain is younger than 90 days",
    "trap": "a source says that it catches senders",
    "complainer": "its owner reports mails",
}


def reason_words(reason: str) -> str:
    """A reason in words; one of a provider by its word."""
    if reason.startswith(_PROVIDER):
        return f"a source says {reason.removeprefix(_PROVIDER).replace('_', ' ')}"
    return REASONS[reason]


def in_words(verdict: Verdict) -> str:
    """A verdict and why, in a line."""
    reasons = [reason_words(reason) for reason in verdict.reasons]
    likely = [verdict.likelihood.words] if verdict.likelihood and any(verdict.likelihood.domain) else []
    said = "; ".join(dict.fromkeys((*reasons, *likely)))
    return f"{verdict.verdict.replace('_', ' ')}: {said}" if said else verdict.verdict


def address_json(verdict: Verdict, pages: Iterable[Published]) -> AddressShape:
    """`address` of `show --json`."""
    return {
        "verdict": verdict.verdict,
        "send": verdict.send,
        "reasons": list(verdict.reasons),
        "in_words": in_words(verdict),
        "flags": list(verdict.flags),
        "likelihood": verdict.likelihood.as_json() if verdict.likelihood else None,
        "published_at": [page.words for page in pages],
        "checked_on": verdict.checked_on.isoformat() if verdict.checked_on else None,
    }
