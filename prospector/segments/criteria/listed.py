"""Many values at once, such as the domains in a file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prospector.segments.criteria.criterion import Criterion
from prospector.segments.criteria.groups import Not, together
from prospector.segments.criteria.narrowing import SomeWords
from prospector.segments.sql.sql import is_known, three_way, values_of
from prospector.segments.sql.tree import InQuery

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from prospector.core.fields import FilterField
    from prospector.core.records import Prospect
    from prospector.segments.criteria.context import Asking
    from prospector.segments.criteria.criterion import Answer, Question
    from prospector.segments.criteria.narrowing import Left
    from prospector.segments.sql.sql import Binds
    from prospector.segments.sql.tree import Sql


@dataclass(frozen=True, slots=True)
class Listed(Criterion):
    """A text field holds one of many values. Subclasses say what a value is."""

    values: frozenset[str]

    keys = ("in", "not_in")

    @classmethod
    def named(cls, text: str) -> str:
        """The value that a text names; `BadValue` where it names none."""
        raise NotImplementedError

    @classmethod
    def read_list(cls, name: str, folder: Path | None) -> frozenset[str]:
        """The values in a list file of the workspace."""
        raise NotImplementedError

    @classmethod
    def read(cls, field: FilterField, text: str, asking: Asking) -> Question:
        """See `Criterion.read`."""
        return cls(field, frozenset([cls.named(text)]))

    @classmethod
    def read_parts(cls, field: FilterField, value: Mapping[str, str], asking: Asking) -> Question:
        """See `Criterion.read_parts`."""
        parts: list[Question] = []
        for key, name in value.items():
            listed = cls(field, cls.read_list(name, asking.folder))
            parts.append(Not(listed) if key == "not_in" else listed)
        return together(parts)

    def sql(self, binds: Binds) -> Sql:
        """See `Question.sql`. All values are bound as one, so that no limit on their number is met."""
        column = self.column(self.field.stored)
        text = binds(json.dumps(sorted(self.values), ensure_ascii=False))
        return three_way(InQuery(column, values_of(text)), is_known(column))

    def answer(self, prospect: Prospect) -> Answer:
        """See `Question.answer`."""
        value = self.value(prospect)
        return None if value is None else value in self.values

    def allows(self) -> dict[str, Left]:
        """See `Criterion.allows`."""
        return {f"{self.field.stored}:{self.table}": SomeWords(self.values)}


# `lists` is imported where it is used: few segments name domains, and the expressions that find one take time to
# compile.


class Domains(Listed):
    """Registrable domains."""

    __slots__ = ()
    form = "domains"

    @classmethod
    def named(cls, text: str) -> str:
        """See `Listed.named`."""
        from prospector.segments.criteria.lists import named_domain  # noqa: PLC0415

        return named_domain(text)

    @classmethod
    def read_list(cls, name: str, folder: Path | None) -> frozenset[str]:
        """See `Listed.read_list`."""
        from prospector.segments.criteria.lists import read_domains  # noqa: PLC0415

        return read_domains(name, folder)


class Addresses(Listed):
    """E-mail addresses."""

    __slots__ = ()
    form = "addresses"

    @classmethod
    def named(cls, text: str) -> str:
        """See `Listed.named`."""
        from prospector.segments.criteria.lists import named_address  # noqa: PLC0415

        return named_address(text)

    @classmethod
    def read_list(cls, name: str, folder: Path | None) -> frozenset[str]:
        """See `Listed.read_list`."""
        from prospector.segments.criteria.lists import read_addresses  # noqa: PLC0415

        return read_addresses(name, folder)
