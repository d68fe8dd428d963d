"""Whom a segment's limit leaves out, in words: "1 over the limit of 2 at Banco Ejemplo".

In: a segment with `limit: {per_company: N}`. Out: a line for `find` and `explain`; empty where nobody is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prospector.segments.ranking import over_limit, ranking

if TYPE_CHECKING:
    from prospector.core.records import Prospect
    from prospector.segments.segment import Segment
    from prospector.store.database import Database

_NAMED = 3
"""So many companies are named; the others are counted."""


def limit_in_words(db: Database, segment: Segment) -> str:
    """Who is over the limit, and of which companies."""
    if segment.per_company is None:
        return ""
    over = over_limit(db, ranking(db, segment))
    named = [f"{count} over the limit of {segment.per_company} at {name}" for name, count in over[:_NAMED]]
    rest = sum(count for _, count in over[_NAMED:])
    return ", ".join([*named, *([f"{rest} more at {len(over) - _NAMED} others"] if rest else [])])


def person_over_limit(db: Database, segment: Segment, prospect: Prospect) -> str:
    """The same for one person."""
    if segment.per_company is None or prospect.company is None:
        return ""
    if prospect.person.id not in ranking(db, segment).over:
        return ""
    name = prospect.company.name or prospect.company.domain
    return f"not listed: over the limit of {segment.per_company} at {name}"
