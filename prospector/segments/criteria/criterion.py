"""What every criterion is: one class a form of the table of fields, with all that is to be said of that form.

Both faces give match (1, True), no match (0, False) or unknown (NULL, None); a property test holds them together.
Dates are worked out once, when the criterion is made, and bound into both faces.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from prospector.core.spans import NumberSpan
from prospector.segments.criteria.context import BadValue
from prospector.segments.criteria.narrowing import opposites
from prospector.segments.sql.sql import COMPANIES, PEOPLE, col

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from prospector.core.fields import FilterField
    from prospector.core.records import Company, Opening, Person, Prospect, Signal, TechnologyUse
    from prospector.segments.criteria.context import Asking
    from prospector.segments.criteria.narrowing import Left
    from prospector.segments.sql.sql import Binds
    from prospector.segments.sql.tree import Sql

    Seen = TechnologyUse | Opening | Signal
    """What belongs to a company and says itself where it was seen."""


Answer = bool | None
"""True = match, False = no match, None = unknown."""


class Question(Protocol):
    """Anything that can be asked of a prospect."""

    def sql(self, binds: Binds) -> Sql:
        """1, 0 or NULL over the tables p (people) and c (companies)."""
        ...

    def answer(self, prospect: Prospect) -> Answer:
        """The same answer for one record."""
        ...

    def parts(self) -> Iterator[Criterion]:
        """The single criteria inside."""
        ...

    def narrows(self, wanted: bool) -> dict[str, Left]:
        """What this answer leaves of each field that it surely narrows."""
        ...


@dataclass(frozen=True, slots=True)
class Criterion(ABC):
    """One question about a prospect, asked by a row of the table of fields."""

    field: FilterField

    form: ClassVar[str]
    """The form of the rows that this class reads."""
    keys: ClassVar[tuple[str, ...]] = ()
    """The keys of the long form (`{title: ..., within: 30d}`)."""
    is_looked_up: ClassVar[bool] = False
    """Whether only look-ups tell of it: no stored field holds the answer."""
    origin: ClassVar[str | None] = None
    """Where the answer comes from, if it is neither a stored field nor a look-up."""

    # From words to a criterion

    @classmethod
    @abstractmethod
    def read(cls, field: FilterField, text: str, asking: Asking) -> Question:
        """The criterion that a word asks for; `BadValue` says what is wrong with it."""

    @classmethod
    def read_parts(cls, field: FilterField, value: Mapping[str, str], asking: Asking) -> Question:
        """The criterion that the long form asks for."""
        raise BadValue(f'"{field.key}" takes a word or a list of words')

    @classmethod
    def known_values(cls, field: FilterField) -> list[str]:
        """The values that it can take, where they are counted; empty for ranges and free words."""
        return []

    # The faces

    @abstractmethod
    def sql(self, binds: Binds) -> Sql:
        """See `Question.sql`."""

    @abstractmethod
    def answer(self, prospect: Prospect) -> Answer:
        """See `Question.answer`."""

    def parts(self) -> Iterator[Criterion]:
        """See `Question.parts`: a criterion is its own only part."""
        yield self

    # Why it matches

    def phrase(self, prospect: Prospect) -> str | None:
        """The value that it looks at, in words; None if nothing is known."""
        value = self.value(prospect)
        if isinstance(value, NumberSpan):
            value = value.words
        return None if value is None else self.field.because.format(value)

    def seen(self, company: Company) -> Sequence[Seen]:
        """What makes this a match and was seen by itself, the best evidence first."""
        return ()

    @property
    def looks_at(self) -> tuple[str, ...]:
        """The stored fields that it looks at."""
        return (self.field.stored,)

    # What it rules out

    def narrows(self, wanted: bool) -> dict[str, Left]:
        """See `Question.narrows`."""
        left = self.allows()
        return left if wanted else opposites(left)

    def allows(self) -> dict[str, Left]:
        """What a match leaves of each field that it surely narrows."""
        return {}

    # The record and the table behind the row

    @property
    def table(self) -> str:
        """The table that it asks, by its alias."""
        return PEOPLE if self.field.subject == "person" else COMPANIES

    def column(self, name: str) -> Sql:
        """A column of that table."""
        return col(self.table, name)

    def record(self, prospect: Prospect) -> Person | Company | None:
        """The record that it looks at."""
        return prospect.person if self.field.subject == "person" else prospect.company

    def value(self, prospect: Prospect) -> Any:
        """The current value of the stored field; None if it is not known."""
        # Not by way of `record` and its `value`: a list of thousands asks each of them this for every criterion.
        field = self.field
        record = prospect.person if field.subject == "person" else prospect.company
        if record is None:
            return None
        name = field.stored
        return record.extra[name] if name in record.extra else getattr(record, name)
