"""From a raw row to what it says of a person and a company, in canonical values.

A bad value is dropped and listed; the rest of its row stays. What a mapping means for each row is worked out
once (`RowReader`), and what a company's cells mean once per company: colleagues share their cells.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from prospector.intake import cells
from prospector.intake.mappings import COMPANY_TARGETS, SUPPRESSION_TARGETS
from prospector.intake.row_parts import (
    COMPANY_STEPS,
    PERSON_STEPS,
    PLACE,
    PROBLEM_TEXT,
    Problem,
    Read,
    Step,
    mail_domain,
    picker,
    role_of,
    role_start,
    take,
    take_location,
    take_phone,
    two_names,
    whole_name,
    zone_of,
)
from prospector.normalise.company_names import company_name
from prospector.normalise.dates import column_day_first, parse_date
from prospector.normalise.emails import parse_email
from prospector.normalise.industries import industry_key
from prospector.normalise.profiles import linkedin_company, linkedin_profile
from prospector.normalise.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from prospector.intake.mappings import ColumnMap
    from prospector.intake.tables import RawRow

REASONS: dict[str, str] = {
    "ambiguous_date": "The date can be read day first or month first; say which with --dates dmy or --dates mdy.",
    "bad_country": "The cell names no country.",
    "bad_date": "The cell is no date and no length of time.",
    "bad_email": "The cell is no e-mail address.",
    "bad_headcount": "The cell is no number of employees and no band of them.",
    "bad_json": "The line is no JSON object, so nothing in it can be read.",
    "bad_name": "The cell is no name.",
    "bad_phone": "The cell is no phone number, or a national one without a country.",
    "bad_url": "The cell is no web address, or one of the wrong kind.",
    "bad_year": "The cell is no year.",
    "long_row": "The row has more cells than the header, so its values may stand under the wrong labels.",
    "name_only": "The row has a name without an address, a profile or an employer, so nobody could be found again.",
    "nobody": "The row has neither a person nor a company in it.",
    "open_quote": "A quote is opened on this line and never closed, so the line cannot be taken apart.",
    "shared_page": "The web address is a page on a platform or a mail service, which names no company.",
    "too_long": "The cell is longer than any real value of its field.",
}
"""Every code of a rejected row or a dropped value, with its meaning."""

_ALL_TEXT = {str}
_MEMO_SIZE = 50_000
_MEMO_TEXT = 600
"""Companies remembered, and the characters that their cells may have: some 50 MB at most."""
_NAME_TEXT = 500
_DAY_ORDER_SAMPLE = 2000


class ParsedRow(NamedTuple):
    """What one row says. Not to be changed: rows of one company share its dictionary.

    `suppress` has the names of the flags that are set (see `SUPPRESSION_TARGETS`). `person["more_emails"]` holds
    further addresses, parted by blanks. A row whose raw form is broken has only its problem.
    """

    number: int
    person: dict[str, str]
    company: dict[str, str]
    technologies: tuple[str, ...] = ()
    suppress: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    seen_on: date | None = None
    record_id: str | None = None


class _CompanyFacts(NamedTuple):
    values: dict[str, str]
    technologies: tuple[str, ...]
    problems: tuple[Problem, ...]


def read_row(raw: RawRow, mapping: ColumnMap, *, seen: date, day_first: bool | None = None) -> ParsedRow:
    """What a row says, by what its columns mean; `seen` is the day on which its tenures were true."""
    return _reader(mapping, seen, day_first)(raw)


@lru_cache(maxsize=2)
def _reader(mapping: ColumnMap, seen: date, day_first: bool | None) -> RowReader:
    return RowReader(mapping, seen=seen, day_first=day_first)


def file_day_first(rows: Iterable[RawRow], mapping: ColumnMap) -> bool | None:
    """How the dates of a file are written: by its labels, else by the first 2,000 rows; None if unsettled."""
    if mapping.day_first is not None:
        return mapping.day_first
    positions = _positions(mapping).get("role_started", ()) + _positions(mapping).get("seen_at", ())
    if not positions:
        return None
    sample = (raw.values for raw in islice(rows, _DAY_ORDER_SAMPLE) if not raw.problem)
    return column_day_first([cells.cell_text(values[p])[:60] for values in sample for p in positions])


def _positions(mapping: ColumnMap) -> dict[str, tuple[int, ...]]:
    """The columns of each field, in the order to ask them."""
    found: dict[str, tuple[int, ...]] = {}
    for column in mapping.columns:
        found[column.field] = (*found.get(column.field, ()), column.position)
    return found


class RowReader:
    """Reads the rows of one file. `day_first` settles dates such as 03/04/2025; None leaves them out."""

    def __init__(self, mapping: ColumnMap, *, seen: date, day_first: bool | None = None) -> None:
        self._seen = seen
        self._day_first = mapping.day_first if day_first is None else day_first
        self._at = _positions(mapping)
        self._labels = {column.position: column.header for column in mapping.columns}
        self._person_steps = self._steps(PERSON_STEPS)
        self._company_steps = self._steps(COMPANY_STEPS)
        self._company_cells = picker([p for name in COMPANY_TARGETS for p in self._at.get(name, ())])
        self._two_name_cells = self._name_cells()
        self._addresses = [(name, p) for name in ("email", "more_emails") for p in self._at.get(name, ())]
        self._flags = [(name, p) for name in SUPPRESSION_TARGETS for p in self._at.get(name, ())]
        self._memo: dict[tuple[str, ...], _CompanyFacts] = {}

    def __call__(self, raw: RawRow) -> ParsedRow:
        """The parsed row. Never raises for what a cell holds."""
        if raw.problem:
            shown = cells.cell_text(list(raw.values))[:PROBLEM_TEXT]
            return ParsedRow(raw.number, {}, {}, problems=(Problem("", shown, raw.problem),))
        texts: Sequence[str] = raw.values
        if {*map(type, texts)} != _ALL_TEXT:
            texts = [cells.cell_text(value) for value in texts]
        problems: list[Problem] = []
        seen_on = self._seen_on(texts, problems)
        person = self._person(texts, seen_on or self._seen, problems)
        facts = self._company(texts)
        company = facts.values
        if "domain" not in company and (email := person.get("email")) and (domain := mail_domain(email)):
            company = {**company, "domain": domain}
        return ParsedRow(
            raw.number,
            person,
            company,
            facts.technologies,
            self._suppress(texts)
            if self._flags or "status" in self._at or "email_status" in self._at
            else (),
            (*problems, *facts.problems) if problems else facts.problems,
            seen_on,
            self._first(texts, "record_id"),
        )

    def _name_cells(self) -> tuple[int | None, int | None] | None:
        """The columns of the given and of the family name, or None if there is neither."""
        first, last = self._at.get("first_name"), self._at.get("last_name")
        return (first[0] if first else None, last[0] if last else None) if first or last else None

    def _steps(self, table: Sequence[tuple[str, str, Read, str]]) -> list[Step]:
        return [
            Step(self._at[field], field, target, read, code)
            for field, target, read, code in table
            if field in self._at
        ]

    def _first(self, texts: Sequence[str], field: str) -> str | None:
        """The first of the field's cells that is not blank."""
        if field not in self._at:
            return None
        for position in self._at[field]:
            text = texts[position]
            if text and len(text) <= cells.LONGEST_CELL and (found := clean(text)):
                return found
        return None

    def _seen_on(self, texts: Sequence[str], problems: list[Problem]) -> date | None:
        """The row's own date. Of a month its first day: a fact must not look fresher than it is."""
        text = self._first(texts, "seen_at")
        if text is None:
            return None
        span = parse_date(text, day_first=self._day_first)
        if span is None:
            problems.append(Problem("seen_at", text[:PROBLEM_TEXT], cells.date_problem(text)))
        return span.earliest if span else None

    # The person

    def _person(self, texts: Sequence[str], seen: date, problems: list[Problem]) -> dict[str, str]:
        person: dict[str, str] = {}
        at = self._at
        take(self._person_steps, texts, person, problems)
        if "linkedin" not in person and (profile := self._in_website(texts, linkedin_profile)):
            person["linkedin"] = profile
        self._names(texts, person, problems)
        if self._addresses:
            self._emails(texts, person, problems)
        self._role(texts, person)
        if "role_started" in at or "tenure" in at:
            self._start(texts, seen, person, problems)
        if "location" in at:
            take_location(self._first(texts, "location"), person)
        if "phone" in at:
            country = person.get("country") or self._company_country(texts)
            take_phone(texts, at["phone"], "phone", country, person, problems)
        if person.keys() & PLACE and (zone := zone_of(person)):
            person["time_zone"] = zone
        return person

    def _names(self, texts: Sequence[str], person: dict[str, str], problems: list[Problem]) -> None:
        whole = given = family = greeting = None
        if self._two_name_cells:
            first, last = (texts[p][:_NAME_TEXT] if p is not None else None for p in self._two_name_cells)
            given, family, greeting, whole = two_names(first, last)
        if whole is None:
            whole = self._first(texts, "full_name")
            if whole is None:
                return
            if "@" in whole and (address := parse_email(whole)):
                # Address books put the address where they know no name.
                person["email"] = address
                return
            given, family, greeting = whole_name(whole)
        if not given and not family:
            problems.append(Problem("name", whole[:PROBLEM_TEXT], "bad_name"))
        if given:
            person["first_name"] = given
        if family:
            person["last_name"] = family
        if greeting:
            person["greeting"] = greeting

    def _emails(self, texts: Sequence[str], person: dict[str, str], problems: list[Problem]) -> None:
        """The first address is the person's; the others are kept, so that a suppression of any of them holds."""
        found: list[str] = [person["email"]] if "email" in person else []
        for field, position in self._addresses:
            text = texts[position]
            if not text:
                continue
            if text.count("@") == 1 and (one := parse_email(text)):
                found.append(one)
            elif several := cells.addresses_in(text[: cells.LONGEST_CELL]):
                found.extend(several)
            elif field == "email" and clean(text[: cells.LONGEST_CELL]):
                problems.append(Problem("email", text[:PROBLEM_TEXT], "bad_email"))
        if len(found) == 1:
            person["email"] = found[0]
        elif found:
            person["email"], *others = dict.fromkeys(found)
            if others:
                person["more_emails"] = " ".join(others[:20])

    def _role(self, texts: Sequence[str], person: dict[str, str]) -> None:
        """The title decides; columns of departments and levels fill what it leaves open."""
        department, seniority = role_of(
            person.get("title"), self._first(texts, "department"), self._first(texts, "seniority")
        )
        if department:
            person["department"] = department
        if seniority:
            person["seniority"] = seniority

    def _start(
        self, texts: Sequence[str], seen: date, person: dict[str, str], problems: list[Problem]
    ) -> None:
        """The start of the role: a date, or a length of time that was true on the day the row was seen."""
        for field in ("role_started", "tenure"):
            for position in self._at.get(field, ()):
                text = texts[position][:PROBLEM_TEXT]
                started = role_start(text, self._labels[position], self._day_first, seen) if text else None
                if started:
                    person["role_started"] = started
                    return
                if shown := clean(text):
                    problems.append(Problem(field, shown, cells.date_problem(shown)))

    def _suppress(self, texts: Sequence[str]) -> tuple[str, ...]:
        reasons = [
            name for name, position in self._flags if texts[position] and cells.truthy(texts[position])
        ]
        for field in ("status", "email_status"):
            text = self._first(texts, field)
            if text and (reason := cells.suppressing_status(text)):
                reasons.append(reason)
        return tuple(dict.fromkeys(reasons))

    # The company

    def _company(self, texts: Sequence[str]) -> _CompanyFacts:
        """The company's facts, remembered by its cells."""
        key = self._company_cells(texts)
        if (facts := self._memo.get(key)) is not None:
            return facts
        facts = self._read_company(texts)
        if sum(map(len, key)) <= _MEMO_TEXT:
            if len(self._memo) >= _MEMO_SIZE:
                self._memo.clear()
            self._memo[key] = facts
        return facts

    def _read_company(self, texts: Sequence[str]) -> _CompanyFacts:
        company: dict[str, str] = {}
        problems: list[Problem] = []
        at = self._at
        take(self._company_steps, texts, company, problems)
        if "linkedin" not in company and (page := self._in_website(texts, linkedin_company)):
            company["linkedin"] = page
        if "name" not in company and (text := self._first(texts, "company")):
            name = company_name(text)
            if name:
                company["name"] = name
            else:
                problems.append(Problem("company", text[:PROBLEM_TEXT], "bad_name"))
        if "website" in company and "domain" not in company:
            # From the cells as they stand, which have been looked at a moment ago and are remembered.
            domains = (cells.own_domain(texts[p]) for p in at["website"] if texts[p])
            if domain := next(filter(None, domains), None):
                company["domain"] = domain
        self._industry(texts, company)
        if "company_location" in at:
            take_location(self._first(texts, "company_location"), company)
        if "company_phone" in at:
            take_phone(texts, at["company_phone"], "company_phone", company.get("country"), company, problems)
        technologies = tuple(
            dict.fromkeys(name for p in at.get("technologies", ()) for name in cells.names_in_list(texts[p]))
        )
        return _CompanyFacts(company, technologies, tuple(problems))

    def _in_website(self, texts: Sequence[str], read: Read) -> str | None:
        """A LinkedIn page that somebody put into the column of websites."""
        text = self._first(texts, "website") if "website" in self._at else None
        return read(text) if text and "linkedin." in text else None

    def _company_country(self, texts: Sequence[str]) -> str | None:
        return self._company(texts).values.get("country")

    def _industry(self, texts: Sequence[str], company: dict[str, str]) -> None:
        """The words of the first column; the key of the first column whose words are known."""
        for position in self._at.get("industry", ()):
            text = clean(texts[position][:PROBLEM_TEXT])
            if text:
                company.setdefault("industry_text", text)
                if key := industry_key(text):
                    company["industry"] = key
                    return
