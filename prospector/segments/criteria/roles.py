"""What a title states: a department and a seniority."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from prospector.normalise.roles import DEPARTMENTS, SENIORITIES, parse_role
from prospector.segments.criteria.context import BadValue
from prospector.segments.criteria.criterion import Criterion
from prospector.segments.criteria.narrowing import SomeWords
from prospector.segments.criteria.role_words import department_of, seniorities_of
from prospector.segments.sql.sql import both, either, is_known, one_of, three_way

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prospector.core.fields import FilterField
    from prospector.core.records import Prospect
    from prospector.segments.criteria.context import Asking
    from prospector.segments.criteria.criterion import Answer, Question
    from prospector.segments.criteria.narrowing import Left
    from prospector.segments.sql.sql import Binds
    from prospector.segments.sql.tree import Sql


@dataclass(frozen=True, slots=True)
class Role(Criterion):
    """The title states this department and this seniority. A title without a level is no match."""

    department: str | None
    seniorities: tuple[str, ...]

    form = "role"
    keys: ClassVar[tuple[str, ...]] = ("department", "seniority")

    @classmethod
    def read(cls, field: FilterField, text: str, asking: Asking) -> Question:
        """See `Criterion.read`."""
        role = parse_role(text.removesuffix("+"))
        if role.department is None and role.seniority is None:
            hint = 'write a title such as "HR manager" or "CFO"'
            raise BadValue(f'"{text}" says neither a department nor a level', hint)
        seniorities: tuple[str, ...] = ()
        if role.seniority:
            seniorities = seniorities_of(role.seniority + ("+" if text.endswith("+") else ""))
        return cls(field, role.department, seniorities)

    @classmethod
    def read_parts(cls, field: FilterField, value: Mapping[str, str], asking: Asking) -> Question:
        """See `Criterion.read_parts`."""
        department, seniority = value.get("department"), value.get("seniority")
        return cls(
            field,
            None if department is None else department_of(department),
            () if seniority is None else seniorities_of(seniority),
        )

    @property
    def looks_at(self) -> tuple[str, ...]:
        """See `Criterion.looks_at`."""
        return ("title", "department", "seniority")

    def sql(self, binds: Binds) -> Sql:
        """See `Question.sql`."""
        wanted = []
        if self.department:
            wanted.append(one_of(self.column("department"), (self.department,), binds))
        if self.seniorities:
            wanted.append(one_of(self.column("seniority"), self.seniorities, binds))
        stated = [is_known(self.column(name)) for name in ("title", "department", "seniority")]
        return three_way(both(*wanted), either(*stated))

    def answer(self, prospect: Prospect) -> Answer:
        """See `Question.answer`."""
        person = prospect.person
        right_department = not self.department or person.department == self.department
        right_level = not self.seniorities or person.seniority in self.seniorities
        if right_department and right_level:
            return True
        return None if not (person.title or person.department or person.seniority) else False

    def phrase(self, prospect: Prospect) -> str | None:
        """See `Criterion.phrase`."""
        return prospect.person.title or prospect.person.department or prospect.person.seniority

    def allows(self) -> dict[str, Left]:
        """See `Criterion.allows`."""
        found: dict[str, Left] = {}
        if self.department:
            found["department"] = SomeWords(frozenset([self.department]))
        if self.seniorities:
            found["seniority"] = SomeWords(frozenset(self.seniorities))
        return found


class Department(Role):
    """The title states this department."""

    __slots__ = ()
    form = "department"
    keys = ()

    @classmethod
    def read(cls, field: FilterField, text: str, asking: Asking) -> Question:
        """See `Criterion.read`."""
        return cls(field, department_of(text), ())

    @classmethod
    def known_values(cls, field: FilterField) -> list[str]:
        """See `Criterion.known_values`."""
        return list(DEPARTMENTS)


class Seniority(Role):
    """The title states this seniority, or at least this one."""

    __slots__ = ()
    form = "seniority"
    keys = ()

    @classmethod
    def read(cls, field: FilterField, text: str, asking: Asking) -> Question:
        """See `Criterion.read`."""
        return cls(field, None, seniorities_of(text))

    @classmethod
    def known_values(cls, field: FilterField) -> list[str]:
        """See `Criterion.known_values`."""
        return list(SENIORITIES)
