"""More questions about people: the campaigns that took them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prospector.segments.criteria.criteria import Single
from prospector.segments.sql.sql import PEOPLE, at_least, at_most, col, either, equal, exists, three_way
from prospector.segments.sql.tree import TRUE

if TYPE_CHECKING:
    from datetime import date

    from prospector.core.records import Contact, Prospect
    from prospector.segments.criteria.groups import Answer
    from prospector.segments.sql.sql import Binds
    from prospector.segments.sql.tree import Sql


@dataclass(frozen=True, slots=True)
class Taken(Single):
    """A campaign (any one if None) took the person between two days. Always known: the ledger is ours."""

    campaign: str | None
    since: date
    until: date

    def sql(self, binds: Binds) -> Sql:
        """See `Question.sql`. By id, or by address where only a manifest knows the person."""
        return three_way(either(self._by("person_id", "id", binds), self._by("email", "email", binds)), TRUE)

    def _by(self, theirs: str, ours: str, binds: Binds) -> Sql:
        conditions = [
            equal(col("e", theirs), col(PEOPLE, ours)),
            at_least(col("e", "enrolled_on"), binds(self.since.isoformat())),
            at_most(col("e", "enrolled_on"), binds(self.until.isoformat())),
        ]
        if self.campaign is not None:
            conditions.append(equal(col("e", "campaign"), binds(self.campaign)))
        return exists("enrolments", "e", *conditions)

    def answer(self, prospect: Prospect) -> Answer:
        """See `Question.answer`."""
        return bool(self.contacts(prospect))

    def contacts(self, prospect: Prospect) -> list[Contact]:
        """The contacts that make this a match, the newest first."""
        return [
            contact
            for contact in reversed(prospect.contacts)
            if self.since <= contact.enrolled_on <= self.until and self.campaign in (None, contact.campaign)
        ]
