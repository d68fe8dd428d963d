"""What is handed over: leads with all their touches, finished and dated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


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

    @property
    def key(self) -> str:
        """What the ledger knows the person by: the address, or the number of somebody without one."""
        return self.email or f"person:{self.person_id}"


class Destination(Protocol):
    """Writes leads into an empty folder and returns the names of its files, in a fixed order."""

    def __call__(self, leads: Sequence[Lead], folder: Path) -> list[str]:
        """Write all files."""
        ...
