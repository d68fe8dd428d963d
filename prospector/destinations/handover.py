"""What is handed over: leads with all their touches, finished and dated; and what a destination is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Delays = Literal["dates", "calendar_days", "sending_days", "business_days"]


@dataclass(frozen=True, slots=True)
class PlannedTouch:
    """One step for one person. `send_at` is an ISO time with offset; an empty subject means the same thread."""

    touch: str
    number: int
    day: int
    channel: str
    variant: str
    send_at: str
    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Lead:
    """A person with the facts that tools ask for and the touches in their order."""

    person_id: int
    company_id: int | None
    email: str
    first_name: str
    last_name: str
    company: str
    title: str
    phone: str
    website: str
    linkedin: str
    touches: tuple[PlannedTouch, ...]
    token: str = ""
    """What stands for the person in the opt-out link; empty while there is no key."""
    lead_id: str = ""
    """What comes back is told by: the person in this campaign, opaque, always the same; empty while there is no key."""
    reason: str = ""
    """Why this person, in one line."""
    custom: Mapping[str, str] = field(default_factory=dict, hash=False)
    """The user's own columns, as `About.custom` names them; those without a value are left out."""
    earlier: tuple[PlannedTouch, ...] = ()
    """Touches that left before, where a campaign hands over only what is due: a thread goes on from them."""

    @property
    def key(self) -> str:
        """What the ledger knows the person by: the address, or the number of somebody without one."""
        return lead_key(self.email, self.person_id)


def lead_key(email: str | None, person_id: int) -> str:
    """See `Lead.key`."""
    return email or f"person:{person_id}"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a destination answered for one lead. `later`: not taken now, and it may be offered again."""

    lead_key: str
    state: Literal["accepted", "refused", "ambiguous", "later"]
    remote_id: str | None = None
    reason: str = ""
    """Why it was not taken, or what the answer's counters said of the whole batch: a short stable code."""


@dataclass(frozen=True, slots=True)
class About:
    """What a hand-over says besides its leads."""

    custom: tuple[str, ...] = ()
    """The user's own columns that the files have: `custom.NAME` of people, `company.custom.NAME` of companies."""
    window: str = ""
    """When mails may leave, as the campaign has it."""
    timezone: str = ""
    """Of people of whom no place is known."""
    campaign: str = ""
    as_of: str = ""
    """The day for which the run was worked out, as an ISO date."""
    sender_name: str = ""
    sender_email: str = ""
    unsubscribe: str = ""
    """The opt-out link with `{token}` where a lead's token goes."""
    opt_out: str = "link"
    """How one opts out: link, reply or tool, as the sequence has it."""
    delays: Delays | None = None
    """How the tool counts days, where the campaign says so."""


Check = Callable[[Lead], str | None]
Fit = Callable[[About], str | None]
Write = Callable[[Iterable[Lead], Path, About], list[str]]


def takes_all(lead: Lead) -> str | None:
    """The check of a destination that takes every lead."""
    return None


def fits_all(about: About) -> str | None:
    """The check of a destination that takes every campaign."""
    return None


@dataclass(frozen=True, slots=True)
class Destination:
    """A file format or a tool. Each is complete in one file; `registry` has them all."""

    name: str
    takes: frozenset[str]
    """The channels that it takes by itself; touches of others stand beside it, in `tasks.csv`."""
    write: Write
    """Write leads, read once, into an empty folder: the names of the files, in a fixed order."""
    limits: Mapping[str, int] = field(default_factory=dict)
    """The most that it takes, such as characters of a field."""
    delays: Delays = "dates"
    """How it counts time: by the date of each touch, or by days of some kind after the one before."""
    check: Check = takes_all
    """Why it cannot take a lead, as a code of `reasons.REASONS`; None if it can."""
    stop: str = "stop the lead in its campaign there, or block the address"
    """What to do there, so that touches which have left do not reach somebody after all."""
    fits: Fit = fits_all
    """What about a campaign it cannot take, in words; None if it can."""
    title: str = ""
    """What it is, in a line."""
    gives: str = ""
    """What it writes, in a sentence or two."""
    silent: str = ""
    """What it does not tell, or what is not known of it."""
