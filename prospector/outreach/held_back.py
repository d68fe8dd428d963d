"""Who matches and is not taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prospector.outreach.shapes import held_back_json

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

    def as_json(self) -> HeldBackShape:
        """One entry of `held_back`."""
        return held_back_json(self)
