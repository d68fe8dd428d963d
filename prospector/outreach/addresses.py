"""Whether an address may be written to: by what is known of it, and, of one that nobody stated, by `enrich.accept`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from prospector.contacts.checking import judge
from prospector.contacts.words import in_words
from prospector.normalise.addresses import is_undeliverable, known_status, send_of, send_of_verdict
from prospector.store.addresses import with_findings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from prospector.config import Settings
    from prospector.contacts.verdicts import Verdict
    from prospector.core.records import Person
    from prospector.store.database import Database

Accept = Literal["verified", "catch_all", "guessed"]
_ACCEPTED: dict[Accept, frozenset[str]] = {
    "verified": frozenset({"deliverable"}),
    "catch_all": frozenset({"deliverable", "catch_all"}),
    "guessed": frozenset({"deliverable", "catch_all", "risky", "unknown"}),
}
"""Verdicts with which a guessed or looked-up address leaves."""


def verdicts_on(
    db: Database, people: Iterable[Person], settings: Settings, as_of: date
) -> dict[str, Verdict]:
    """Verdicts on the addresses of these people, as far as anything was found out about them; asks nobody."""
    emails = list(dict.fromkeys(person.email for person in people if person.email))
    found = with_findings(db, emails)
    return judge(db, found, as_of, settings.enrich.max_age.before(as_of)) if found else {}


def bad_address(person: Person, verdicts: Mapping[str, Verdict], accept: Accept) -> tuple[str, str] | None:
    """Why not to write to somebody's address: a code and the particulars."""
    verdict = verdicts.get(person.email or "")
    return _said(person, verdict) or _judged(person, verdict) or _unproved(person, verdict, accept)


def _said(person: Person, verdict: Verdict | None) -> tuple[str, str] | None:
    """What a source says speaks against it. A known word is weighed in the verdict, too: a proof outweighs it."""
    status = person.email_status
    if verdict is None and send_of_verdict(person.email_verdict) == "never":
        return "undeliverable", f"verifying says {person.email_verdict}"
    proved = verdict is not None and (verdict.verdict, verdict.send) == ("deliverable", "ok")
    if (send := send_of(status)) == "ok" or (proved and known_status(status or "")):
        return None
    return ("undeliverable" if is_undeliverable(status) else f"send_{send}"), f"the source says {status}"


def _judged(person: Person, verdict: Verdict | None) -> tuple[str, str] | None:
    """The verdict says never, or not now. That an address was guessed is for `accept` to judge."""
    if verdict is None or verdict.send == "ok" or (person.found and verdict.reasons[0] == "guessed"):
        return None
    if verdict.send == "never":
        return ("undeliverable" if verdict.verdict == "undeliverable" else "send_never"), in_words(verdict)
    return "send_hold", in_words(verdict)


def _unproved(person: Person, verdict: Verdict | None, accept: Accept) -> tuple[str, str] | None:
    """Nobody stated the address, and less is proved of it than is asked for."""
    if person.found is None or not person.email:
        return None
    word = verdict.verdict if verdict else "unknown"
    if word in _ACCEPTED[accept]:
        return None
    return "unverified", f"{person.found.words}; {in_words(verdict) if verdict else 'not verified'}"
