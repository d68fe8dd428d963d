"""The same questions for DuckDB and polars, over the same rows, both wholly in memory.

DuckDB gets the plain statement (`segment explain --sql`) in its own dialect. polars has no such statement, so the
questions are put together here from its expressions, each with a column for "matches" and one for "is possible".
"""

from __future__ import annotations

import csv
import sqlite3
from contextlib import closing
from functools import reduce
from typing import TYPE_CHECKING, Any

import sqlglot

from prospector.core.fields import OTHER_INDUSTRY
from prospector.core.records import WEAKEST_GRADE
from prospector.segments.criteria.choices import Choice
from prospector.segments.criteria.facts import Has
from prospector.segments.criteria.groups import AllOf, AnyOf, Not
from prospector.segments.criteria.numbers import Band
from prospector.segments.criteria.openings import Hiring
from prospector.segments.criteria.roles import Role
from prospector.segments.criteria.technologies import Uses
from prospector.segments.criteria.tenure import Tenure
from prospector.segments.criteria.texts import Words
from prospector.segments.segment import Asked
from prospector.segments.selection import selection_sql

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from prospector.segments.criteria.criterion import Question
    from prospector.segments.segment import Segment

    Counts = tuple[int, int, int]

COLUMNS = {
    "companies": ("id", "industry", "headcount_min", "headcount_max", "country"),
    "people": (
        "id", "company_id", "title", "title_key", "department", "seniority", "role_started_from", "role_started_to",
        "email",
    ),
    "company_technologies": ("company_id", "technology", "category", "advertises_on", "level", "grade", "gone_on"),
    "openings": ("company_id", "title_key", "department", "posted_on", "last_seen", "closed_on"),
    "readings": ("company_id", "channel", "read_on"),
}  # fmt: skip
NUMBERS = ("id", "company_id", "headcount_min", "headcount_max", "grade")


def write_tables(database: Path, folder: Path) -> None:
    """The columns that the questions need, as CSV files that both engines read."""
    folder.mkdir(exist_ok=True)
    with closing(sqlite3.connect(database)) as source:
        for table, columns in COLUMNS.items():
            with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(columns)
                writer.writerows(source.execute(f"SELECT {', '.join(columns)} FROM {table}"))


class DuckDb:
    """DuckDB with its own copy of the tables."""

    name = "DuckDB"

    def __init__(self, folder: Path) -> None:
        import duckdb  # noqa: PLC0415  (only for the benchmark)

        self._db = duckdb.connect()
        for table, columns in COLUMNS.items():
            types = {name: "BIGINT" if name in NUMBERS else "VARCHAR" for name in columns}
            self._db.execute(
                f"CREATE TABLE {table} AS SELECT * FROM read_csv(?, header = true, columns = {types})",
                [str(folder / f"{table}.csv")],
            )

    def question(self, segment: Segment) -> Callable[[], Counts]:
        """A function that counts."""
        plain, values = selection_sql(segment)
        (inner,) = sqlglot.transpile(plain, read="sqlite", write="duckdb")
        counted = "count(*) FILTER (answer), count(*) FILTER (NOT answer), count(*) FILTER (answer IS NULL)"
        query = f"SELECT {counted} FROM ({inner})"

        def count() -> Counts:
            match, no_match, unknown = self._db.execute(query, values).fetchone() or (0, 0, 0)
            return match, no_match, unknown

        return count


class Polars:
    """polars, eager tables and lazy questions."""

    name = "polars"

    def __init__(self, folder: Path) -> None:
        import polars  # noqa: PLC0415  (only for the benchmark)

        self.pl = polars
        self.tables = {
            table: polars.read_csv(
                folder / f"{table}.csv",
                schema={name: polars.Int64 if name in NUMBERS else polars.String for name in columns},
            )
            for table, columns in COLUMNS.items()
        }

    def question(self, segment: Segment) -> Callable[[], Counts]:
        """A function that counts."""
        builder = _Builder(self)
        pairs = [builder.pair(entry.question) for entry in segment.entries]
        match, possible = (reduce(lambda one, other: one & other, face) for face in zip(*pairs, strict=True))
        people = builder.people.select(
            match.sum().alias("match"), possible.sum().alias("possible"), self.pl.len()
        )

        def count() -> Counts:
            match, possible, total = people.collect().row(0)
            return match, total - possible, possible - match

        return count


class _Builder:
    """Joins what each question needs to the people, and says which expressions answer it."""

    def __init__(self, engine: Polars) -> None:
        self._pl = engine.pl
        self._lazy = {name: table.lazy() for name, table in engine.tables.items()}
        self._marked: dict[str, str] = {}
        self.companies = self._lazy["companies"]

    @property
    def people(self) -> Any:
        """People with the columns of their companies."""
        companies = self.companies.rename({"id": "company_id"})
        joined = self._lazy["people"].join(companies, on="company_id", how="left")
        return joined.with_columns(self._pl.col(name).fill_null(False) for name in self._marked.values())

    def pair(self, question: Question) -> tuple[Any, Any]:
        """Matches, and is possible."""
        if isinstance(question, Asked):
            return self.pair(question.question)
        if isinstance(question, Not):
            match, possible = self.pair(question.question)
            return ~possible, ~match
        if isinstance(question, AllOf | AnyOf):
            pairs = [self.pair(part) for part in question.questions]
            both = isinstance(question, AllOf)
            join = (lambda one, other: one & other) if both else (lambda one, other: one | other)
            return tuple(reduce(join, face) for face in zip(*pairs, strict=True))  # type: ignore[return-value]
        match, no_match = self._leaf(question)
        match, no_match = match.fill_null(False), no_match.fill_null(False)
        return match, match | ~no_match

    def _leaf(self, question: Question) -> tuple[Any, Any]:
        col, lit = self._pl.col, self._pl.lit
        if isinstance(question, Choice):
            known = col(question.field.stored).is_not_null()
            if not question.closed:
                known &= ~col(question.field.stored).str.starts_with(OTHER_INDUSTRY)
            if question.vague:
                known &= ~col(question.field.stored).is_in(question.vague)
            return col(question.field.stored).is_in(question.values), known
        if isinstance(question, Band):
            return self._headcount(question)
        if isinstance(question, Uses):
            used = self._mark("company_technologies", self._use(question))
            read = [self._mark("readings", col("channel") == channel) for channel in question.readings]
            return used, reduce(lambda one, other: one & other, read) if question.absence_says_no else lit(
                False
            )
        if isinstance(question, Hiring):
            return self._hiring(question)
        if isinstance(question, Role):
            return self._role(question)
        if isinstance(question, Tenure):
            past = col("role_started_from") <= question.as_of.isoformat()
            first, last = question.earliest.isoformat(), question.latest.isoformat()
            start, end = col("role_started_from"), col("role_started_to")
            return past & (start >= first) & (end <= last), past & ((end < first) | (start > last))
        if isinstance(question, Words):
            found = col(question.text).str.contains(f" {question.words} ", literal=True)
            return found, col(question.text).is_not_null()
        if isinstance(question, Has):
            return col(question.fact).is_not_null(), lit(True)
        raise NotImplementedError(type(question).__name__)

    def _headcount(self, question: Band) -> tuple[Any, Any]:
        low, high = self._pl.col("headcount_min"), self._pl.col("headcount_max")
        known = low.is_not_null() | high.is_not_null()
        inside, outside = known, self._pl.lit(False)
        if question.low is not None:
            inside &= low.fill_null(0) >= question.low
            outside |= (high < question.low).fill_null(False)
        if question.high is not None:
            inside &= (high <= question.high).fill_null(False)
            outside |= low.fill_null(0) > question.high
        return inside, known & outside

    def _use(self, question: Uses) -> Any:
        col = self._pl.col
        use = (col(question.told) == question.wanted) & col("gone_on").is_null()
        use &= col("grade").fill_null(1) <= WEAKEST_GRADE
        return use & col("level").is_in(question.tags) if question.tags else use

    def _hiring(self, question: Hiring) -> tuple[Any, Any]:
        col = self._pl.col
        if question.posted_from is not None:
            raise NotImplementedError("hiring within")
        wanted = col("closed_on").is_null() & (col("last_seen") >= question.seen_from.isoformat())
        if question.department:
            wanted &= col("department") == question.department
        for word in question.words:
            wanted &= col("title_key").str.contains(f" {word} ", literal=True)
        fresh = (col("channel") == "jobs") & (col("read_on") >= question.seen_from.isoformat())
        return self._mark("openings", wanted, question.at_least), self._mark("readings", fresh)

    def _role(self, question: Role) -> tuple[Any, Any]:
        col, lit = self._pl.col, self._pl.lit
        match = col("department") == question.department if question.department else lit(True)
        if question.seniorities:
            match &= col("seniority").is_in(question.seniorities)
        stated: Sequence[str] = ("title", "department", "seniority")
        return match, reduce(lambda one, other: one | other, [col(name).is_not_null() for name in stated])

    def _mark(self, table: str, wanted: Any, at_least: int = 1) -> Any:
        """A column of companies that says whether there are so many such rows."""
        key = f"{table} {wanted} {at_least}"
        if key not in self._marked:
            name = self._marked[key] = f"mark{len(self._marked)}"
            rows = self._lazy[table].filter(wanted).select("company_id")
            if at_least > 1:
                rows = rows.group_by("company_id").len().filter(self._pl.col("len") >= at_least)
            marks = rows.select("company_id").unique().with_columns(self._pl.lit(True).alias(name))
            self.companies = self.companies.join(marks, left_on="id", right_on="company_id", how="left")
        return self._pl.col(self._marked[key])
