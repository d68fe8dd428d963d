"""Since when silence means that nobody answered: answers have to be read, of every mailbox and tool, without a gap."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prospector.store.database import Database

_BEHIND = timedelta(days=3)
"""Reading may be so far behind, over a weekend, and silence still counts."""


def answers_read_since(db: Database, as_of: date) -> date | None:
    """The day since when all that is read at all was read without a gap; None where some of it was not, of late."""
    spans: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in db.rows("SELECT source, from_at, to_at FROM spans_read ORDER BY source, from_at, to_at"):
        spans[row[0]].append((row[1], row[2]))
    if not spans:
        return None
    starts = []
    for of_source in spans.values():
        start, end = _last_chain(of_source)
        if date.fromisoformat(end[:10]) < as_of - _BEHIND:
            return None
        starts.append(date.fromisoformat(start[:10]))
    return max(starts)


def _last_chain(spans: list[tuple[str, str]]) -> tuple[str, str]:
    """The last stretch of time in which spans follow each other without a gap."""
    start, end = spans[0]
    for begins, ends in spans[1:]:
        if begins > end:
            start = begins
        end = max(end, ends)
    return start, end
