"""Rows as the importer takes them: what they say of a person and a company, ready to be matched and stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from prospector.intake.records import records
from prospector.intake.rows.consent import NOTHING
from prospector.intake.rows.rows import RowReader, is_company, is_person
from prospector.store.observations import Said

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from prospector.intake.columns.mappings import ColumnMap
    from prospector.intake.files.tables import RawRow
    from prospector.intake.rows.consent import Consent
    from prospector.intake.rows.row_parts import Problem
    from prospector.intake.rows.rows import ParsedRow


class ReadyRow(NamedTuple):
    """What a row says of its person and its company; if of neither, the code why and the cells, to be listed.

    `consent` is what the row says about writing to the person, `seen_on` the row's own date.
    """

    number: int
    person: Said | None
    company: Said | None
    reject: str = ""
    cells: Sequence[Any] = ()
    consent: Consent = NOTHING
    problems: tuple[Problem, ...] = ()
    seen_on: date | None = None


class ReadyReader:
    """Reads the rows of one file. Rows of one company share what it says of the company."""

    def __init__(self, mapping: ColumnMap, seen: date, country: str | None = None) -> None:
        self._mapping, self._seen, self._country = mapping, seen, country
        self._read = RowReader(mapping, seen=seen, country=country)

    def __reduce__(self) -> tuple[type[ReadyReader], tuple[ColumnMap, date, str | None]]:
        return type(self), (self._mapping, self._seen, self._country)

    def __call__(self, raw: RawRow) -> ReadyRow:
        """The row. Never raises for what a cell holds; a row whose raw form is broken says nothing."""
        if raw.problem:
            return ReadyRow(raw.number, None, None, raw.problem, raw.values)
        row = self._read(raw)
        person = Said.of("person", row.person) if is_person(row.person, row.company) else None
        company = row.facts.said if is_company(row.company) else None
        rejected = ("", ()) if person or company else (_why_nobody(row), raw.values)
        return ReadyRow(row.number, person, company, *rejected, row.consent, row.problems, row.seen_on)

    def records(self, rows: Iterable[RawRow]) -> Iterable[RawRow]:
        """The rows, with those that go on with the record above put to it."""
        return records(rows, self._mapping.children)

    def batch(self, rows: Sequence[RawRow]) -> list[ReadyRow]:
        """Several rows."""
        return [self(raw) for raw in rows]


def _why_nobody(row: ParsedRow) -> str:
    return "name_only" if row.person.get("first_name") or row.person.get("last_name") else "nobody"
