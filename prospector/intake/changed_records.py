"""Which records an import has touched, and how: one entry for each that was known before, none for new ones."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prospector.store.history import Change


class Touched:
    """Counts records by change. New ones have ids from `first_new` on, so they are only counted."""

    def __init__(self, first_new: int) -> None:
        self._first_new = first_new
        self._next_new = first_new
        self._known: dict[int, Change] = {}

    def add(self, record_id: int, change: Change) -> bool:
        """Note a record; whether it was touched for the first time."""
        if record_id >= self._first_new:
            new = record_id >= self._next_new
            self._next_new = max(self._next_new, record_id + 1)
            return new
        held = self._known.get(record_id)
        if held is None or held == "unchanged":
            self._known[record_id] = change
        return held is None

    def counts(self) -> Counter[str]:
        """How many were created, updated and left unchanged."""
        counts: Counter[str] = Counter(self._known.values())
        if self._next_new > self._first_new:
            counts["created"] = self._next_new - self._first_new
        return counts

    def __bool__(self) -> bool:
        return bool(self._known) or self._next_new > self._first_new
