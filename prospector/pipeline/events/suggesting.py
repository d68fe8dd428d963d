"""Who may have written from an address that nobody is known for: people of that firm with the same name.

A person says whose it is; until then whoever is suggested gets nothing.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from prospector.normalise.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from prospector.pipeline.events.incoming import Incoming
    from prospector.store.database import Database

SUGGESTED = "suggested"
"""In an event's details: the numbers of those who are meant perhaps."""
_NOBODYS = frozenset({"sent", "opened", "clicked", "form", "other"})
"""Classes that hold nobody back, or that bring somebody new in."""
_ANSWERS = frozenset({"reply", "auto_reply"})
_PARTS = re.compile(r"[^\W\d_]+")
_MOST = 5
_AT_FIRM = (
    "SELECT j.value AS domain, p.id, p.first_name, p.last_name, p.email FROM json_each(?) j "
    "CROSS JOIN companies c ON c.domain = j.value JOIN people p ON p.company_id = c.id"
)
_AT_DOMAIN = (
    "SELECT substr(a.email, instr(a.email, '@') + 1) AS domain, p.id, p.first_name, p.last_name, p.email "
    "FROM person_addresses a JOIN people p ON p.id = a.person_id "
    "WHERE substr(a.email, instr(a.email, '@') + 1) IN (SELECT value FROM json_each(?))"
)


class _Known(NamedTuple):
    """Somebody at a domain."""

    id: int
    first: str
    last: str
    email: str | None

    @property
    def words(self) -> str:
        """As people read it."""
        name = " ".join(filter(None, (self.first.title(), self.last.title())))
        return f"{name} ({self.email})" if self.email else name


def suggested(db: Database, events: Sequence[Incoming]) -> list[Incoming]:
    """The same events of nobody who is known; where somebody may be meant, a person has to look, and sees who."""
    asked = {_domain(one.recipient) for one in events if _may_be_known(one)} - {""}
    people = _people(db, asked) if asked else {}
    return [_with(one, people.get(_domain(one.recipient), ())) for one in events]


def checked(event: Incoming, matched_by: str | None) -> Incoming:
    """The same event, seen with whose it is: colleagues of ours answer nothing, and no opt-out is lost without a name.

    What a colleague writes below a mail of ours may tell what somebody said on the phone: a person looks at it.
    """
    if event.from_us and matched_by is None:
        return replace(event, kind="other", intent=None, until=None, doubts=(), review=False)
    if event.from_us and matched_by == "message_id":
        return _to_look_at(event, "somebody of our own firm wrote it")
    opts_out = "unsubscribe" in (event.kind, event.intent)
    if opts_out and matched_by is None and event.recipient is None:
        return _to_look_at(event, "an opt-out that does not say whose it is")
    return event


def answered_for(event: Incoming, person: int, writer: int) -> Incoming:
    """An answer to a mail that went to one person, from the address of another: either may be meant."""
    if event.kind not in _ANSWERS:
        return event
    event = replace(event, details={**event.details, SUGGESTED: [person, writer]})
    return _to_look_at(event, f"the mail that it answers went to somebody else than {event.recipient}")


def _to_look_at(event: Incoming, doubt: str) -> Incoming:
    return replace(event, doubts=tuple(dict.fromkeys((*event.doubts, doubt))), review=True)


def _people(db: Database, domains: Iterable[str]) -> dict[str, dict[int, _Known]]:
    """Those of some domains, by the domain: a firm's own, and that of an address."""
    own = json.dumps(sorted(domains))
    found: dict[str, dict[int, _Known]] = {}
    for sql in (_AT_FIRM, _AT_DOMAIN):
        for row in db.execute(sql, (own,)):
            one = _Known(row[1], fold(row[2] or ""), fold(row[3] or ""), row[4])
            found.setdefault(row[0], {})[one.id] = one
    return found


def _with(event: Incoming, people: dict[int, _Known] | tuple[()]) -> Incoming:
    if not people or not _may_be_known(event):
        return event
    local = fold((event.recipient or "").partition("@")[0])
    told = set(_PARTS.findall(fold(event.sender_name or "")))
    meant = [one for _, one in sorted(people.items()) if _is_named(one, told) or _is_local(one, local)]
    if not meant or len(meant) > _MOST:
        return event
    names = ", ".join(one.words for one in meant)
    event = replace(event, details={**event.details, SUGGESTED: [one.id for one in meant]})
    return _to_look_at(event, f"nobody is known for {event.recipient}: perhaps {names}")


def _may_be_known(event: Incoming) -> bool:
    return event.recipient is not None and event.kind not in _NOBODYS and not event.from_us


def _is_named(person: _Known, told: set[str]) -> bool:
    """Whether both names stand in what the sender is called."""
    names = _PARTS.findall(f"{person.first} {person.last}")
    return bool(person.first and person.last) and told.issuperset(names)


def _is_local(person: _Known, local: str) -> bool:
    """Whether the part before the @ is made of the name, as firms make them: b.roth, bea.roth, rothb, roth, bea."""
    first, last = ("".join(_PARTS.findall(one)) for one in (person.first, person.last))
    bare = "".join(_PARTS.findall(local.partition("+")[0]))
    pairs = [(first, last), (first[:1], last), (first, last[:1])] if first and last else []
    made = {one + other for pair in pairs for one, other in (pair, pair[::-1])} | {first, last}
    return len(bare) > 1 and bare in made


def _domain(email: str | None) -> str:
    return (email or "").rpartition("@")[2]
