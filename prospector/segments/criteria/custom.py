"""Columns of the user's own: the value is asked for in any spelling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prospector.core.custom import FORM, PREFIX, custom_filter, is_custom
from prospector.normalise.text import clean, fold
from prospector.segments.criteria.context import BadValue
from prospector.segments.criteria.criterion import Criterion
from prospector.segments.criteria.narrowing import SomeWords
from prospector.segments.sql.sql import (
    COMPANIES,
    PEOPLE,
    ZERO,
    col,
    equal,
    exists,
    more,
    one_of,
    rows_of,
    three_way,
)
from prospector.segments.sql.tree import InQuery

if TYPE_CHECKING:
    from prospector.core.fields import FilterField, Subject
    from prospector.core.records import Prospect
    from prospector.segments.criteria.context import Asking
    from prospector.segments.criteria.criterion import Answer, Question
    from prospector.segments.criteria.narrowing import Left
    from prospector.segments.sql.sql import Binds
    from prospector.segments.sql.tree import Sql


@dataclass(frozen=True, slots=True)
class Custom(Criterion):
    """A custom field holds this value, whatever its case and accents. Without a value it is unknown."""

    text: str
    """The value that is asked for, folded."""

    form = FORM

    @classmethod
    def read(cls, field: FilterField, text: str, asking: Asking) -> Question:
        """See `Criterion.read`."""
        if not is_custom(field.stored):
            name, sign, value = text.partition("=")
            if not sign:
                raise BadValue(f'"{text[:80]}" is not NAME=VALUE', f"such as {field.example}")
            key = asking.custom_field(field.subject, PREFIX + name.strip())
            return cls.read(custom_filter(field.subject, key), value.strip(), asking)
        asking.custom_field(field.subject, field.stored)
        return cls(field, fold(clean(text) or text))

    def sql(self, binds: Binds) -> Sql:
        """See `Question.sql`."""
        subject, name = self.field.subject, self.name
        found = has_custom(subject, name, binds, one_of(col("k", "value_key"), (self.text,), binds))
        return three_way(found, has_custom(subject, name, binds))

    @property
    def name(self) -> str:
        """The custom field's name."""
        return self.field.stored.removeprefix(PREFIX)

    def answer(self, prospect: Prospect) -> Answer:
        """See `Question.answer`."""
        value = self.value(prospect)
        return None if value is None else fold(value) == self.text

    def value(self, prospect: Prospect) -> str | None:
        """See `Criterion.value`."""
        record = self.record(prospect)
        return None if record is None else record.custom.get(self.name)

    def allows(self) -> dict[str, Left]:
        """See `Criterion.allows`."""
        return {f"{self.field.stored}:{self.table}": SomeWords(frozenset([self.text]))}


def has_custom(subject: Subject, name: str, binds: Binds, *further: Sql) -> Sql:
    """The custom field has a value, of which `further` holds.

    People are listed, so that SQLite can begin with the few that have it; who has no company is no row of a list.
    """
    named = equal(col("k", "name"), binds(name))
    if subject == "company":
        tie = equal(col("k", "company_id"), col(COMPANIES, "id"))
        return exists("custom_values", "k", tie, named, *further)
    column = col("k", "person_id")
    # As a comparison, from which SQLite sees that the index of people's values may be used.
    of_people = more(column, ZERO)
    listed = rows_of("custom_values", "k", of_people, named, *further, columns=(column,))
    return InQuery(col(PEOPLE, "id"), listed)
