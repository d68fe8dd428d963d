"""Verifying the addresses that were guessed or looked up for a segment's people, some at a time.

What is answered is kept at once, so whoever is killed goes on where it stopped; what is fresh is not asked again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from prospector.segments.selection import possible_people
from prospector.store.found_addresses import found_emails

if TYPE_CHECKING:
    from prospector.contacts.verdicts import Verdict
    from prospector.segments.segment import Segment
    from prospector.store.database import Database

Check = Callable[[Sequence[str]], "Sequence[Verdict]"]
"""Asks what is not known fresh of some addresses, and keeps the answers."""
_PIECE = 1_000


def prove(db: Database, segment: Segment, check: Check) -> Counter[str]:
    """Verify the found addresses of those who match or still could; how many have each verdict."""
    emails = found_emails(db, possible_people(db, segment))
    verdicts: Counter[str] = Counter()
    for start in range(0, len(emails), _PIECE):
        verdicts.update(one.verdict for one in check(emails[start : start + _PIECE]))
    return verdicts
