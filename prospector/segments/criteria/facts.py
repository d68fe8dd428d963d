"""Facts that must be there, whatever they say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prospector.core.custom import PREFIX, custom_key, is_custom
from prospector.core.errors import near_miss
from prospector.core.fields import stored
from prospector.segments.criteria.context import BadValue
from prospector.segments.criteria.criterion import Criterion
from prospector.segments.criteria.custom import has_custom
from prospector.segments.criteria.narrowing import MET
from prospector.segments.sql.sql import COMPANIES, col, either, equal, exists, is_known, is_null, three_way
from prospector.segments.sql.tree import TRUE

if TYPE_CHECKING:
    from prospector.core.fields import FilterField, Subject
    from prospector.core.records import Prospect
    from prospector.segments.criteria.context import Asking
    from prospector.segments.criteria.criterion import Answer, Question
    from prospector.segments.criteria.narrowing import Left
    from prospector.segments.sql.sql import Binds
    from prospector.segments.sql.tree import Sql

CHILDREN = {"technologies": "company_technologies", "openings": "openings", "signals": "signals"}
"""What a company can have several of, and the table that holds it."""
ENDS = {"technologies": "gone_on", "openings": "closed_on"}
"""The column that says that one of them is over."""


@dataclass(frozen=True, slots=True)
class Has(Criterion):
    """A fact is there. Always known: what is not there is missing."""

    fact: str

    form = "fact"

    @classmethod
    def read(cls, field: FilterField, text: str, asking: Asking) -> Question:
        """See `Criterion.read`."""
        known, subject = cls.known_values(field), field.subject
        if custom_key(text):
            return cls(field, asking.custom_field(subject, text))
        other: Subject = "company" if subject == "person" else "person"
        if text not in known and text in _facts(other):
            raise BadValue(f'"{text}" is a fact of the {other}', f"write {other}: {{has: {text}}}")
        if text not in known:
            hint = near_miss(text, known) or f"known: {', '.join(known)}"
            raise BadValue(f'no fact "{text[:80]}" of a {subject}', hint)
        return cls(field, "company_id" if text == "company" else text)

    @classmethod
    def known_values(cls, field: FilterField) -> list[str]:
        """See `Criterion.known_values`."""
        return _facts(field.subject)

    @property
    def looks_at(self) -> tuple[str, ...]:
        """See `Criterion.looks_at`."""
        return (self.fact,)

    def sql(self, binds: Binds) -> Sql:
        """See `Question.sql`."""
        if is_custom(self.fact):
            return three_way(has_custom(self.field.subject, self.fact.removeprefix(PREFIX), binds), TRUE)
        if self.fact in CHILDREN:
            conditions: list[Sql] = [equal(col("k", "company_id"), col(COMPANIES, "id"))]
            if self.fact in ENDS:
                conditions.append(is_null(col("k", ENDS[self.fact])))
            return three_way(exists(CHILDREN[self.fact], "k", *conditions), TRUE)
        columns = stored(self.field.subject)[self.fact].columns
        there = either(*(is_known(self.column(column)) for column in columns))
        return three_way(there, TRUE)

    def answer(self, prospect: Prospect) -> Answer:
        """See `Question.answer`."""
        if self.fact == "company_id":
            return prospect.company is not None
        record = self.record(prospect)
        if record is not None and is_custom(self.fact):
            return self.fact.removeprefix(PREFIX) in record.custom
        return record is not None and record.value(self.fact) not in (None, ())

    def phrase(self, prospect: Prospect) -> str | None:
        """See `Criterion.phrase`."""
        return (
            self.field.because.format(self.fact.removeprefix(PREFIX).replace("_", " "))
            if self.answer(prospect)
            else None
        )

    def allows(self) -> dict[str, Left]:
        """See `Criterion.allows`."""
        return {f"has:{self.table}:{self.fact}": MET}


def _facts(subject: Subject) -> list[str]:
    """What `has` can name."""
    if subject == "person":
        return ["company" if name == "company_id" else name for name in stored(subject)]
    return [*stored(subject), *CHILDREN]
