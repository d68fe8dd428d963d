"""The campaigns that took a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from prospector.core.errors import near_miss
from prospector.segments.criteria.context import BadValue, period_of
from prospector.segments.criteria.criterion import Criterion
from prospector.segments.criteria.groups import Not, together
from prospector.segments.criteria.narrowing import MET
from prospector.segments.sql.sql import at_least, at_most, col, either, equal, exists, three_way
from prospector.segments.sql.tree import TRUE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prospector.core.fields import FilterField
    from prospector.core.records import Contact, Prospect
    from prospector.segments.criteria.context import Asking
    from prospector.segments.criteria.criterion import Answer, Question
    from prospector.segments.criteria.narrowing import Left
    from prospector.segments.sql.sql import Binds
    from prospector.segments.sql.tree import Sql


@dataclass(frozen=True, slots=True)
class Taken(Criterion):
    """A campaign took the person between two days, any one if None. Always known: the ledger is ours."""

    campaign: str | None
    since: date
    until: date

    form = "campaign"
    keys = ("in", "not_in")
    origin = "ledger"

    @classmethod
    def read(cls, field: FilterField, text: str, asking: Asking) -> Question:
        """See `Criterion.read`."""
        known = asking.campaigns
        if known is not None and text not in known:
            hint = near_miss(text, sorted(known)) or f"campaigns: {', '.join(sorted(known)) or 'none'}"
            raise BadValue(f'no campaign "{text[:80]}"', hint)
        return cls(field, text, date.min, asking.as_of)

    @classmethod
    def read_parts(cls, field: FilterField, value: Mapping[str, str], asking: Asking) -> Question:
        """See `Criterion.read_parts`."""
        taken = [(key, cls.read_part(field, text, asking)) for key, text in value.items()]
        return together([Not(one) if key.startswith("not_") else one for key, one in taken])

    @classmethod
    def read_part(cls, field: FilterField, text: str, asking: Asking) -> Question:
        """The criterion of one key."""
        return cls.read(field, text, asking)

    def sql(self, binds: Binds) -> Sql:
        """See `Question.sql`. By id, or by address where only a manifest knows the person."""
        return three_way(either(self._by("person_id", "id", binds), self._by("email", "email", binds)), TRUE)

    def _by(self, theirs: str, ours: str, binds: Binds) -> Sql:
        conditions = [
            equal(col("e", theirs), self.column(ours)),
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

    def phrase(self, prospect: Prospect) -> str | None:
        """See `Criterion.phrase`."""
        for contact in self.contacts(prospect):
            return self.field.because.format(f"{contact.campaign} since {contact.enrolled_on}")
        return None

    def allows(self) -> dict[str, Left]:
        """See `Criterion.allows`."""
        return {f"campaign:{self.campaign}:{self.since}": MET}


class Contacted(Taken):
    """Any campaign took the person, ever or within some time."""

    __slots__ = ()
    form = "contact"
    keys = ("within", "not_within")

    @classmethod
    def read(cls, field: FilterField, text: str, asking: Asking) -> Question:
        """See `Criterion.read`."""
        if text not in cls.known_values(field):
            raise BadValue(f'"{text[:80]}" says nothing of contacts', "write ever, never or {within: 30d}")
        ever = cls(field, None, date.min, asking.as_of)
        return Not(ever) if text == "never" else ever

    @classmethod
    def read_part(cls, field: FilterField, text: str, asking: Asking) -> Question:
        """See `Taken.read_part`."""
        return cls(field, None, period_of(text).before(asking.as_of), asking.as_of)

    @classmethod
    def known_values(cls, field: FilterField) -> list[str]:
        """See `Criterion.known_values`."""
        return ["ever", "never"]
