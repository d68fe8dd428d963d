"""Look-ups that are made by a function: which of them are left for whom."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from prospector.enrich.sources import PATTERN, Sources
from prospector.store.loading import load_prospects
from prospector.store.lookups import answered
from prospector.store.references import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from prospector.core.fields import Subject
    from prospector.core.records import Prospect
    from prospector.core.sources import Source
    from prospector.store.database import Database

_CHUNK = 500


def id_of(prospect: Prospect, subject: Subject) -> int | None:
    """The id of the person, or of the person's company."""
    if subject == "person":
        return prospect.person.id
    return prospect.company.id if prospect.company else None


class Calls:
    """The sources that are asked by a function, and who has had their answer since the data went stale."""

    def __init__(self, db: Database, stale_before: date) -> None:
        self.asking = Sources(db, stale_before)
        self.sources = self.asking.rows
        self._db = db
        self._stale = stale_before

    def load(self, people: Sequence[int]) -> Iterator[Prospect]:
        """These people as sources are asked about them: a guess that does not exist is no address."""
        for prospect in load_prospects(self._db, people):
            person = prospect.person
            wrong = (
                person.email_verdict == "undeliverable" and person.found and person.found.method == "inferred"
            )
            yield replace(prospect, person=replace(person, email=None)) if wrong else prospect

    def affordable(self, money: float) -> frozenset[str]:
        """The sources whose price is within this."""
        return frozenset(source.name for source in self.sources if within(source.price, money))

    def left(self, prospects: Iterable[Prospect]) -> Iterator[tuple[Prospect, frozenset[str]]]:
        """Each of these people with the sources that can be asked and have not answered."""
        if not self.sources:
            yield from ((one, frozenset()) for one in prospects)
            return
        waiting = iter(prospects)
        while chunk := list(islice(waiting, _CHUNK)):
            done = {subject: self._answered(subject, chunk) for subject in TABLES}
            for one in chunk:
                yield one, frozenset(self._left(one, done))

    def was_answered(self, source: Source, prospect: Prospect) -> bool:
        """Whether the source has answered by now, such as for a colleague or to another run."""
        known = id_of(prospect, source.subject)
        if known is None or _may_guess_again(source, prospect):
            return False
        return source.name in self._answered(source.subject, [prospect]).get(known, ())

    def _answered(self, subject: Subject, prospects: Sequence[Prospect]) -> dict[int, set[str]]:
        ids = {known for one in prospects if (known := id_of(one, subject)) is not None}
        return answered(self._db, subject, sorted(ids), self._stale)

    def _left(self, prospect: Prospect, done: dict[Subject, dict[int, set[str]]]) -> Iterator[str]:
        for source in self.sources:
            known = id_of(prospect, source.subject)
            answered_by = done[source.subject].get(known, ()) if known is not None else (source.name,)
            if source.name in answered_by and not _may_guess_again(source, prospect):
                continue
            if self.asking.can_tell(source, prospect):
                yield source.name


def _may_guess_again(source: Source, prospect: Prospect) -> bool:
    """Whether what the pattern told of somebody turned out to be wrong (see `Calls.load`)."""
    return source.name == PATTERN and prospect.person.email is None and prospect.person.found is not None


def within(price: float, money: float) -> bool:
    """Whether there is money enough; sums of cents are not exact."""
    return price <= money + 1e-9
