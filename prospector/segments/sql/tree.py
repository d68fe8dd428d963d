"""SQL as a tree: what a segment's statements are made of, before they are text.

A tree is never changed, so that parts of it can stand in several places; a new one is made instead. Two trees are
equal where they say the same. Brackets are no part of it: `rendering` sets them where they are needed. All is
standard SQL but for the names of functions, so that a statement can be put into the words of other engines.

Names and numbers in a tree are the program's own; what users and the database say is a `Bind`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, dataclass_transform

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass_transform(frozen_default=True)
class Sql:
    """A piece of SQL. Subclasses only name their parts: dataclasses would take longer to make than to use."""

    _names: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        cls._names = tuple(cls.__annotations__)

    def __init__(self, *parts: Any) -> None:
        self.__dict__.update(zip(self._names, parts, strict=True))

    def __eq__(self, other: object) -> bool:
        return self is other or (type(self) is type(other) and self.__dict__ == other.__dict__)

    def __hash__(self) -> int:
        return hash((type(self), *self.__dict__.values()))

    def __repr__(self) -> str:
        parts = ", ".join(repr(part) for part in self.__dict__.values())
        return f"{type(self).__name__}({parts})"

    def walk(self) -> Iterator[Sql]:
        """This piece and all inside it."""
        yield self
        for part in self.__dict__.values():
            for inner in _pieces(part):
                yield from inner.walk()

    def replaced(self, other: Callable[[Sql], Sql | None]) -> Sql:
        """The tree with some of its pieces changed for what `other` gives for them, which is not looked into."""
        found = other(self)
        if found is not None:
            return found
        parts = [_replaced(part, other) for part in self.__dict__.values()]
        return type(self)(*parts)


def _pieces(part: Any) -> Iterator[Sql]:
    if isinstance(part, Sql):
        yield part
    elif isinstance(part, tuple):
        for one in part:
            yield from _pieces(one)


def _replaced(part: Any, other: Callable[[Sql], Sql | None]) -> Any:
    if isinstance(part, Sql):
        return part.replaced(other)
    return tuple(_replaced(one, other) for one in part) if isinstance(part, tuple) else part


class Constant(Sql):
    """A word or a number of the program's own, such as NULL or 1."""

    text: str


class Bind(Sql):
    """A value that is given beside the statement, under this name."""

    name: str


class Column(Sql):
    """A column of the table with this alias; of any table where the alias is empty."""

    table: str
    name: str


class Binary(Sql):
    """Two operands with a sign between them, such as = or IS."""

    sign: str
    left: Sql
    right: Sql


class In(Sql):
    """`operand IN (value, ...)`."""

    operand: Sql
    values: tuple[Sql, ...]


class InQuery(Sql):
    """`operand IN (SELECT ...)`."""

    operand: Sql
    query: Query


class Exists(Sql):
    """`EXISTS (SELECT ...)`."""

    rows: Select


class Not(Sql):
    """`NOT operand`; unknown stays unknown."""

    operand: Sql


class And(Sql):
    """Two or more conditions, none of which is an AND itself: use `sql.both`."""

    parts: tuple[Sql, ...]


class Or(Sql):
    """Two or more conditions, none of which is an OR itself: use `sql.either`."""

    parts: tuple[Sql, ...]


class Call(Sql):
    """A function with its arguments."""

    function: str
    arguments: tuple[Sql, ...]


class Case(Sql):
    """`CASE WHEN condition THEN result ... ELSE default END`; a default of None leaves the ELSE out."""

    branches: tuple[tuple[Sql, Sql], ...]
    default: Sql | None


class Named(Sql):
    """`... AS alias`, of a column, a table, or a query in brackets."""

    what: Sql
    alias: str


class Table(Sql):
    """A table by its name."""

    name: str


class Join(Sql):
    """`kind JOIN source ON on`; a condition of None leaves the ON out."""

    kind: str
    source: Sql
    on: Sql | None


class Select(Sql):
    """A query. `where` are conditions that must all hold. Make one with `select`."""

    columns: tuple[Sql, ...]
    source: Sql | None
    joins: tuple[Join, ...]
    where: tuple[Sql, ...]
    distinct: bool
    order: tuple[Sql, ...]

    def asking(self, *conditions: Sql) -> Select:
        """The query with more conditions."""
        where = (*self.where, *(part for one in conditions for part in _conjuncts(one)))
        return Select(self.columns, self.source, self.joins, where, self.distinct, self.order)

    def joined(self, join: Join) -> Select:
        """The query with one more table."""
        return Select(self.columns, self.source, (*self.joins, join), self.where, self.distinct, self.order)


class UnionAll(Sql):
    """The rows of several queries, one after the other."""

    queries: tuple[Select, ...]


Query = Select | UnionAll
TRUE, FALSE, NULL = Constant("TRUE"), Constant("FALSE"), Constant("NULL")


def select(
    *columns: Sql,
    source: Sql | None = None,
    where: tuple[Sql, ...] = (),
    distinct: bool = False,
    order: tuple[Sql, ...] = (),
) -> Select:
    """A query of one source, or of none."""
    return Select(columns, source, (), (), distinct, order).asking(*where)


def _conjuncts(condition: Sql) -> tuple[Sql, ...]:
    if condition == TRUE:
        return ()
    return condition.parts if isinstance(condition, And) else (condition,)
