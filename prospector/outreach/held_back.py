"""Who matches and is not taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prospector.outreach.reasons import IN_WORDS

if TYPE_CHECKING:
    from prospector.outreach.shapes import HeldBackShape


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A person who matches and is not taken, with a code of `reasons.REASONS` and the particulars."""

    person: str
    person_id: int
    email: str | None
    reason: str
    detail: str

    @property
    def words(self) -> str:
        """The reason in a few words."""
        return IN_WORDS.get(self.reason, self.reason)

    def __str__(self) -> str:
        """The reason with its particulars, such as `cannot be written to: no address is known`."""
        return f"{self.words}: {self.detail}"

    def as_json(self) -> HeldBackShape:
        """One entry of `held_back`."""
        return {
            "person": self.person,
            "person_id": self.person_id,
            "email": self.email,
            "reason": self.reason,
            "detail": self.detail,
        }
