"""Rows as the importer takes them: what they say of a person and a company, ready to be matched and stored."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from prospector.intake.columns.mappings import HAND_MADE
from prospector.intake.records import records
from prospector.intake.rows.consent import NOTHING
from prospector.intake.rows.row_parts import PLACE
from prospector.intake.rows.rows import RowReader, is_company, is_person
from prospector.store.observations import DOMAIN, Said

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from prospector.intake.columns.mappings import ColumnMap
    from prospector.intake.files.tables import RawRow
    from prospector.intake.rows.consent import Consent
    from prospector.intake.rows.row_parts import Problem
    from prospector.intake.rows.rows import ParsedRow

    Place = tuple[str | None, ...]
    """Country, region and city."""


_COMPANY_PLACE = frozenset({"company_country", "company_region", "company_city", "company_location"})


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
    place: Place | None = None
    """Where the company seems to be: a hand-made list has one place in a row and does not say whose it is."""


class ReadyReader:
    """Reads the rows of one file. Rows of one company share what it says of the company."""

    def __init__(self, mapping: ColumnMap, seen: date, country: str | None = None) -> None:
        self._mapping, self._seen, self._country = mapping, seen, country
        self._read = RowReader(mapping, seen=seen, country=country)
        fields = {column.field for column in mapping.columns}
        self._infers = mapping.name == HAND_MADE and bool(PLACE & fields) and not fields & _COMPANY_PLACE

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
        # What is known by name alone is told from its namesakes by the country, which must not be a guess.
        known = self._infers and person is not None and company is not None and company.cells[DOMAIN]
        place = _place(row) if known else None
        return ReadyRow(row.number, person, company, *rejected, row.consent, row.problems, row.seen_on, place)

    def records(self, rows: Iterable[RawRow]) -> Iterable[RawRow]:
        """The rows, with those that go on with the record above put to it."""
        return records(rows, self._mapping.children)

    def batch(self, rows: Sequence[RawRow]) -> list[ReadyRow]:
        """Several rows."""
        return [self(raw) for raw in rows]


def _place(row: ParsedRow) -> Place | None:
    """The person's place, if nothing is said of the company's."""
    if row.company.keys() & PLACE:
        return None
    country, region, city = map(row.person.get, ("country", "region", "city"))
    return _once(country, region, city) if country or region or city else None


@lru_cache(maxsize=16_384)
def _once(*place: str | None) -> Place:
    """One object for each place: between processes it travels once a batch."""
    return place


def _why_nobody(row: ParsedRow) -> str:
    return "name_only" if row.person.get("first_name") or row.person.get("last_name") else "nobody"
