"""What is to follow from one event: a function of its reading, of the rules and of whom it is about.

Nothing here looks at other events or at the order in which they came, so the same events lead to the same state.
While somebody has to look first, only what protects is done: stops and pauses; what may be an opt-out stops everything.
An address that nobody is known for goes on the list at once: that keeps nobody else back.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from prospector.config import OPT_OUT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prospector.pipeline.effects.rules import Rule

EVERYWHERE = "*"
"""In the place of a campaign: all of them, also those to come."""


class Event(NamedTuple):
    """An event as its effects need it."""

    id: int
    key: str
    at: str
    kind: str
    word: str | None
    """The intent, or the kind of a bounce."""
    source: str
    waiting: bool
    until: date | None
    person_id: int | None
    enrolment_id: int | None
    campaign: str | None
    touch: str | None
    recipient: str | None
    contact: str | None
    """Whom to write to instead, in words."""
    suggested: tuple[int, ...] = ()
    """Who is meant perhaps, where nobody is known."""

    @property
    def day(self) -> date:
        """The day on which it happened, in UTC."""
        return date.fromisoformat(self.at[:10])

    @property
    def words(self) -> str:
        """What it is, as people read it."""
        told = f"{self.kind}, {self.word}" if self.word else self.kind
        return told.replace("_", " ")


class Whose(NamedTuple):
    """What the database knows of whom an event is about."""

    addresses: tuple[str, ...] = ()
    """Every address that finds the person, and the one that was written to."""
    profile: str | None = None
    campaigns: tuple[str, ...] = ()
    """Those that have taken the person."""
    colleagues: tuple[int, ...] = ()


class Effect(NamedTuple):
    """One thing to do. `detail` tells it from others of its kind of the same event."""

    name: str
    detail: str = ""


def wanted(event: Event, rule: Rule, whose: Whose) -> list[Effect]:
    """All that is to follow, in a fixed order."""
    return list(dict.fromkeys(_effects(event, rule, whose)))


def _effects(event: Event, rule: Rule, whose: Whose) -> Iterator[Effect]:
    if event.person_id is not None:
        yield from (Effect("stop", one) for one in _stops(event, rule, whose))
        if rule.pause is not None:
            yield Effect("pause", through(event, rule).isoformat())
    if event.waiting:
        others = (one for one in event.suggested if one != event.person_id)
        yield from (Effect("stop", f"{EVERYWHERE} person:{one}") for one in others)
    if rule.suppress:
        yield from (Effect("suppress", one) for one in _suppressed(event, whose))
    if event.waiting:
        return
    if rule.task != "no" and event.person_id is not None:
        yield Effect("task", rule.task)
    if rule.evidence and (email := _proved(event, whose)):
        yield Effect("evidence", f"{rule.evidence} {email}")
    if rule.stage and event.person_id is not None:
        yield Effect("stage", event.kind)


def through(event: Event, rule: Rule) -> date:
    """The last day of a pause: what was told, else as long as the rule says."""
    assert rule.pause is not None
    return event.until or rule.pause.after(event.day)


def _stops(event: Event, rule: Rule, whose: Whose) -> Iterator[str]:
    scope = rule.stop
    if _may_opt_out(event) and scope != "company":
        scope = "all"
    elif event.waiting and event.kind == "bounce" and scope == "no":
        scope = "under_way"  # the address may be dead
    if scope in ("all", "company"):
        yield EVERYWHERE
        yield from (f"{EVERYWHERE} person:{one}" for one in whose.colleagues if scope == "company")
    elif scope == "campaign" and event.campaign:
        yield event.campaign
    elif scope != "no":
        yield from sorted({*whose.campaigns, *([event.campaign] if event.campaign else ())})


def _may_opt_out(event: Event) -> bool:
    """True for a doubtful opt-out, and for words that nobody has understood yet: they may be one in any language."""
    is_unread = event.kind == "reply" and event.word is None
    return event.waiting and (is_unread or OPT_OUT in (event.kind, event.word))


def _suppressed(event: Event, whose: Whose) -> Iterator[str]:
    """While somebody has to look, only the address itself, where it is not known whose it is."""
    if not event.waiting or event.kind == "complaint":
        yield from _targets(event, whose)
    elif event.person_id is None or event.suggested:
        yield from _targets(event, Whose())


def _targets(event: Event, whose: Whose) -> Iterator[str]:
    addresses = sorted({*whose.addresses, *([event.recipient] if event.recipient else ())})
    yield from (f"email:{one}" for one in addresses if "@" in one)
    if not addresses and whose.profile:
        yield f"profile:{whose.profile}"


def _proved(event: Event, whose: Whose) -> str | None:
    """The address that the event is about."""
    return event.recipient or next(iter(whose.addresses), None)
