"""A text field that holds one of some values: of a taxonomy, of a fixed list, or as the sources spell them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar
from zoneinfo import available_timezones

from prospector.core.errors import near_miss
from prospector.core.fields import OTHER_INDUSTRY
from prospector.normalise.addresses import SENDS, VERDICTS
from prospector.normalise.industries import (
    industry_key,
    industry_keys,
    industry_label,
    industry_with_children,
    industry_words,
)
from prospector.normalise.legal_kinds import LEGAL_KINDS, legal_kind
from prospector.normalise.places import country_code
from prospector.normalise.text import fold
from prospector.segments.criteria.context import BadValue
from prospector.segments.criteria.criterion import Criterion
from prospector.segments.criteria.narrowing import SomeWords
from prospector.segments.sql.sql import at_least, both, is_known, less, one_of, opposite, three_way

if TYPE_CHECKING:
    from prospector.core.fields import FilterField
    from prospector.core.records import Prospect
    from prospector.segments.criteria.context import Asking
    from prospector.segments.criteria.criterion import Answer, Question
    from prospector.segments.criteria.narrowing import Left
    from prospector.segments.sql.sql import Binds
    from prospector.segments.sql.tree import Sql

_OPEN = "unknown"
"""What a source says of an address of which it knows nothing."""


@dataclass(frozen=True, slots=True)
class Choice(Criterion):
    """A text field holds one of `values`, which are asked for in any spelling.

    With `closed` false, words outside the taxonomy stay unknown, and so do the `vague` ones.
    """

    values: tuple[str, ...]
    closed: bool = True

    form = "list"
    vague: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def read(cls, field: FilterField, text: str, asking: Asking) -> Question:
        """See `Criterion.read`."""
        return cls(field, asking.spellings(field, text))

    def sql(self, binds: Binds) -> Sql:
        """See `Question.sql`."""
        column = self.column(self.field.stored)
        known = is_known(column)
        if not self.closed:
            # A range, which an index can serve; the last sign of the prefix gives way to the next one.
            after = OTHER_INDUSTRY[:-1] + chr(ord(OTHER_INDUSTRY[-1]) + 1)
            other = both(
                at_least(column, binds(OTHER_INDUSTRY)),
                less(column, binds(after)),
            )
            known = both(known, opposite(other))
        if self.vague:
            known = both(known, opposite(one_of(column, self.vague, binds)))
        return three_way(one_of(column, self.values, binds), known)

    def answer(self, prospect: Prospect) -> Answer:
        """See `Question.answer`."""
        value = self.value(prospect)
        if value in self.values:
            return True
        if value is None or value in self.vague or (not self.closed and value.startswith(OTHER_INDUSTRY)):
            return None
        return False

    def allows(self) -> dict[str, Left]:
        """See `Criterion.allows`."""
        return {f"{self.field.stored}:{self.table}": SomeWords(frozenset(self.values))}


class Industry(Choice):
    """An industry of the taxonomy with those below it, or one that it lacks in the words of a source."""

    __slots__ = ()
    form = "industry"

    @classmethod
    def read(cls, field: FilterField, text: str, asking: Asking) -> Question:
        """See `Criterion.read`."""
        key = industry_key(text)
        if key is not None:
            return cls(field, tuple(sorted(industry_with_children(key))), closed=False)
        own = OTHER_INDUSTRY + fold(text)
        if own not in asking.industries:
            hint = near_miss(text, industry_words()) or "see: prospector fields industry"
            raise BadValue(f'no industry "{text}"', hint)
        return cls(field, (own,))

    @classmethod
    def known_values(cls, field: FilterField) -> list[str]:
        """See `Criterion.known_values`."""
        return [industry_label(key) for key in industry_keys()]

    def phrase(self, prospect: Prospect) -> str | None:
        """See `Criterion.phrase`."""
        value: str | None = self.value(prospect)
        if value is None or value.startswith(OTHER_INDUSTRY):
            return value and value.removeprefix(OTHER_INDUSTRY)
        return industry_label(value)


class Country(Choice):
    """A country in any usual spelling."""

    __slots__ = ()
    form = "country"

    @classmethod
    def read(cls, field: FilterField, text: str, asking: Asking) -> Question:
        """See `Criterion.read`."""
        code = country_code(text)
        if code is None:
            hint = "write its name or its two-letter code, such as DE"
            raise BadValue(f'"{text}" is no country', hint)
        return cls(field, (code,))


class TimeZone(Choice):
    """A time zone by its IANA name."""

    __slots__ = ()
    form = "time_zone"

    @classmethod
    def read(cls, field: FilterField, text: str, asking: Asking) -> Question:
        """See `Criterion.read`."""
        known = {zone.casefold(): zone for zone in available_timezones()}
        zone = known.get(text.casefold().replace(" ", "_"))
        if zone is None:
            hint = near_miss(text, sorted(known.values())) or "write an IANA name such as Europe/Berlin"
            raise BadValue(f'no time zone "{text[:80]}"', hint)
        return cls(field, (zone,))


class Status(Choice):
    """What a source says of an address, in its own words; that it does not know is no answer."""

    __slots__ = ()
    form = "status"
    vague = (_OPEN,)


class Send(Choice):
    """What follows from the verdict on an address."""

    __slots__ = ()
    form = "send"

    @classmethod
    def read(cls, field: FilterField, text: str, asking: Asking) -> Question:
        """See `Criterion.read`."""
        key = text.strip().casefold()
        if key not in SENDS:
            hint = near_miss(text, SENDS) or f"known: {', '.join(SENDS)}"
            raise BadValue(f'"{text[:80]}" does not say whether to write', hint)
        return cls(field, (key,))

    @classmethod
    def known_values(cls, field: FilterField) -> list[str]:
        """See `Criterion.known_values`."""
        return list(SENDS)


class LegalForm(Choice):
    """Who runs a company: a kind, or a legal form of that kind."""

    __slots__ = ()
    form = "legal_form"

    @classmethod
    def read(cls, field: FilterField, text: str, asking: Asking) -> Question:
        """See `Criterion.read`."""
        kind = legal_kind(text)
        if kind is None:
            hint = near_miss(text, LEGAL_KINDS) or f"known: {', '.join(LEGAL_KINDS)}"
            raise BadValue(f'no legal form "{text[:80]}"', hint)
        return cls(field, (kind,))

    @classmethod
    def known_values(cls, field: FilterField) -> list[str]:
        """See `Criterion.known_values`."""
        return list(LEGAL_KINDS)

    def phrase(self, prospect: Prospect) -> str | None:
        """See `Criterion.phrase`."""
        value: str | None = self.value(prospect)
        return value and value.replace("_", " ")


class Verdict(Status):
    """The verdict on an address."""

    __slots__ = ()
    form = "verdict"

    @classmethod
    def read(cls, field: FilterField, text: str, asking: Asking) -> Question:
        """See `Criterion.read`."""
        key, known = text.casefold().replace("-", "_").replace(" ", "_"), cls.known_values(field)
        if key not in known:
            hint = near_miss(text, known) or f"known: {', '.join(known)}"
            raise BadValue(f'no verdict "{text[:80]}"', hint)
        return cls(field, (key,))

    @classmethod
    def known_values(cls, field: FilterField) -> list[str]:
        """See `Criterion.known_values`."""
        return [verdict for verdict in VERDICTS if verdict != _OPEN]
