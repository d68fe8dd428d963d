"""From a raw row to what it says of a person and a company, in canonical values.

A bad value is dropped and listed; the rest of its row stays. What a mapping means for each row is worked out
once (`RowReader`), and what a company's cells mean once per company: colleagues share their cells.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from prospector.core.custom import is_custom
from prospector.intake.columns.header_data import header_key
from prospector.intake.columns.mappings import OWN_PREFIX
from prospector.intake.consent.cells import tells_of_reply
from prospector.intake.consent.labels import CONSENT_TARGETS
from prospector.intake.rows import cells
from prospector.intake.rows.company_rows import CompanyFacts, CompanyReader
from prospector.intake.rows.consent import NOTHING, Consent, ConsentReader
from prospector.intake.rows.further import further_dates
from prospector.intake.rows.person_names import NameReader
from prospector.intake.rows.phones import NOWHERE, PhonePlace, place_in, take_phone
from prospector.intake.rows.row_parts import (
    PERSON_STEPS,
    PLACE,
    PROBLEM_TEXT,
    OddPlace,
    Problem,
    code_of_date,
    code_of_start,
    custom_steps,
    dates_of,
    first_text,
    mail_domain,
    odd_place,
    positions_of,
    role_of,
    role_start,
    steps_of,
    take,
    take_date,
    take_location,
    zone_of,
)
from prospector.intake.rows.unfit import UnfitCells
from prospector.normalise.addresses import email_status, worst_status
from prospector.normalise.company_names import company_key
from prospector.normalise.dates import parse_date
from prospector.normalise.emails import parse_email
from prospector.normalise.placeholder_addresses import is_placeholder
from prospector.normalise.places import city_name, country_code
from prospector.normalise.profile_urls import linkedin_company, linkedin_profile
from prospector.normalise.spreadsheet_cells import unguarded
from prospector.normalise.text import clean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from prospector.intake.columns.mappings import ColumnMap
    from prospector.intake.files.tables import RawRow

REASONS: dict[str, str] = {
    "ambiguous_date": "The date can be read day first or month first; say which with --dates dmy or --dates mdy.",
    "bad_legal_form": "The cell names no legal form that is known.",
    "bad_amount": "The cell is no amount of money, or no percentage.",
    "bad_country": "The cell names no country.",
    "bad_date": "The cell is no date and no length of time.",
    "bad_email": "The cell is no e-mail address.",
    "bad_headcount": "The cell is no number of employees and no band of them.",
    "bad_json": "The line is no JSON object, so nothing in it can be read.",
    "bad_list": "The cell names nothing: a number says how many, not which.",
    "bad_name": "The cell is no name.",
    "bad_phone": "The cell is no phone number, or a national one without a country.",
    "bad_url": "The cell is no web address, or one of the wrong kind.",
    "bad_year": "The cell is no year.",
    "ended": "The span of time has ended, so it says nothing of a current role.",
    "formula": "A spreadsheet would run the cell as a formula, so it does not come in.",
    "guessed_address": "The address was guessed when `find` printed it, so it does not come back as a stated one.",
    "half_name": "The name has one part and no address or profile beside it: nobody could be found again by it.",
    "long_row": "The row has more cells than the header, so its values may stand under the wrong labels.",
    "name_only": "The row has a name without an address, a profile or an employer, so nobody could be found again.",
    "no_name": "The cell holds the key of a record, a link, a path or markup where a name should be.",
    "no_place": "The cell is no city and no region: a street, a number, a link or what is left of a page.",
    "nobody": "The row has neither a person nor a company in it.",
    "not_a_person": "The name is that of a company, a team or a desk, so nobody is called by it.",
    "open_quote": "A quote is opened on this line and never closed, so the line cannot be taken apart.",
    "other_currency": "The amount is in another currency than US dollars, and none is converted.",
    "phone_country": "The number is kept as written: nothing says in which country it is (see --country).",
    "placeholder": "The cell holds a placeholder that another program never filled in, or alternatives in braces; "
    "or it is an address that people and tools write where there is none, such as noemail@.",
    "shared_page": "The web address is a page on a platform or a mail service, which names no company.",
    "too_deep": "The object has lists or objects inside each other at more than 50 levels.",
    "too_long": "The cell is longer than any real value of its field, or the whole record longer than 1,000,000 signs.",
    "too_wide": "The object has more than 2,000 keys.",
}
"""Every code of a rejected row or a dropped value, with its meaning."""

_ALL_TEXT = {str}
_NOTE = header_key("email_note")
"""The column in which `find` says of an address that it was guessed."""
_STARTS = (
    ("role_started", ("role_started", "tenure")),
    ("employed_since", ("employed_since", "time_at_company")),
)
"""What a date or a length of time in these columns is the start of."""
_LIST_TARGETS = ("technologies", "ads", "openings")
_PHONE_TARGETS = ("phone", "company_phone")


class ParsedRow(NamedTuple):
    """What one row says. Not to be changed: rows of one company share its facts.

    `person["more_emails"]` holds further addresses, parted by blanks. A row whose raw form is broken has only its
    problem.
    """

    number: int
    person: dict[str, str]
    facts: CompanyFacts
    consent: Consent = NOTHING
    problems: tuple[Problem, ...] = ()
    seen_on: date | None = None
    record_id: str | None = None

    @property
    def suppress(self) -> tuple[str, ...]:
        """The reasons not to write, each once."""
        return tuple(dict.fromkeys(one.reason for one in self.consent.opted_out))

    @property
    def company(self) -> dict[str, str]:
        """The company's values."""
        return self.facts.values


def read_row(
    raw: RawRow, mapping: ColumnMap, *, seen: date, day_first: bool | None = None, country: str | None = None
) -> ParsedRow:
    """What a row says, by what its columns mean; `seen` is the day on which its tenures were true.

    `day_first` forces how all dates are read; without it `mapping.dates` says so, else the labels.
    """
    return _reader(mapping, seen, day_first, country)(raw)


@lru_cache(maxsize=2)
def _reader(mapping: ColumnMap, seen: date, day_first: bool | None, country: str | None) -> RowReader:
    return RowReader(mapping, seen=seen, day_first=day_first, country=country)


def is_person(person: Mapping[str, str], company: Mapping[str, str]) -> bool:
    """Somebody who can be found again: by address, by profile, or by full name at a company."""
    if person.get("email") or person.get("linkedin"):
        return True
    return bool(person.get("first_name") and person.get("last_name")) and is_company(company)


def is_company(company: Mapping[str, str]) -> bool:
    """A company that can be told from others."""
    return bool(company.get("domain") or company.get("name"))


class RowReader:
    """Reads the rows of one file. `day_first` settles dates such as 03/04/2025 for all columns, and `country` says
    where national phone numbers are of which the row does not tell.
    """

    def __init__(
        self, mapping: ColumnMap, *, seen: date, day_first: bool | None = None, country: str | None = None
    ) -> None:
        self._seen, self._usual = seen, PhonePlace(usual=country)
        self._at = positions_of(mapping)
        self._dates = dates_of(mapping, day_first)
        self._labels = {column.position: column.header for column in mapping.columns}
        self._steps = [*steps_of(PERSON_STEPS, self._at), *custom_steps(mapping, "person")]
        self._company = CompanyReader(mapping, forced=day_first)
        self._names = NameReader(self._at, mapping)
        self._addresses = [(name, p) for name in ("email", "more_emails") for p in self._at.get(name, ())]
        self._place_columns = [p for name in ("city", "region", "location") for p in self._at.get(name, ())]
        self._consent = ConsentReader(mapping)
        self._unfit = UnfitCells(mapping)
        self._is_own = mapping.name.startswith(OWN_PREFIX)
        notes = [position for position, label in mapping.free_texts if header_key(label) == _NOTE]
        self._notes = notes if self._is_own else []
        about = (*CONSENT_TARGETS, "status", "email_status")
        self._states = (
            *(position for name in about for position in self._at.get(name, ())),
            *(position for position, _ in mapping.free_texts),
        )
        self._dated = [one for one in further_dates("person") if one[0] in self._at]
        self._starts = [
            (target, fields) for target, fields in _STARTS if any(field in self._at for field in fields)
        ]

    def __call__(self, raw: RawRow) -> ParsedRow:
        """The parsed row. Never raises for what a cell holds."""
        if raw.problem:
            shown = cells.cell_text(list(raw.values))[:PROBLEM_TEXT]
            return ParsedRow(raw.number, {}, CompanyFacts({}), problems=(Problem("", shown, raw.problem),))
        problems: list[Problem] = []
        told = self._texts(raw.values)
        texts = self._unfit(told, problems)
        if self._notes:
            texts = self._without_guess(texts, problems)
        seen_on = self._seen_on(texts, problems)
        facts = self._company(texts, self._phone_place(texts) if "company_phone" in self._at else NOWHERE)
        person = self._person(texts, facts.values, seen_on or self._seen, problems)
        if organisation := self._names(texts, person, problems):
            facts = self._of_company(organisation, facts, problems)
        if "linkedin" in self._at and "linkedin" not in person and "linkedin" not in facts.values:
            facts = self._page(texts, facts)
        if facts.employment:
            person["employment"] = facts.employment
        if "domain" not in facts.values and (email := person.get("email")) and (domain := mail_domain(email)):
            facts = facts.with_value("domain", domain)
        if "prospect_country" in self._at:
            facts = self._country(texts, person, facts)
        for position in self._place_columns:
            if (text := texts[position]) and (odd := odd_place(text)):
                facts = _with_place(odd, person, facts)
        if "email" not in person and not is_person(person, facts.values) and is_company(facts.values):
            facts = _kept_for_the_company(person, facts)
            if name := person.get("first_name") or person.get("last_name"):
                problems.append(Problem("name", name[:PROBLEM_TEXT], "half_name"))
        return ParsedRow(
            raw.number,
            person,
            facts,
            self._consent(told),
            (*problems, *facts.problems) if problems else facts.problems,
            seen_on,
            self._first(texts, "record_id"),
        )

    def _without_guess(self, texts: Sequence[str], problems: list[Problem]) -> Sequence[str]:
        """Our own output, read back: a guess must not come in as a fact."""
        if not any(texts[position].startswith("guessed") for position in self._notes):
            return texts
        kept = list(texts)
        for position in self._at.get("email", ()):
            problems.append(Problem("email", kept[position][:PROBLEM_TEXT], "guessed_address"))
            kept[position] = ""
        return kept

    def _page(self, texts: Sequence[str], facts: CompanyFacts) -> CompanyFacts:
        """A company's page in the column of the person's profile is the company's."""
        pages = (linkedin_company(texts[position]) for position in self._at["linkedin"] if texts[position])
        page = next(filter(None, pages), None)
        return facts.with_value("linkedin", page) if page else facts

    def _phone_place(self, texts: Sequence[str]) -> PhonePlace:
        """Where a company's number is of which the company's own cells do not tell: where its person is."""
        place = place_in(texts, self._place_columns)
        if (cell := self._first(texts, "country")) and (code := country_code(cell)):
            place["country"] = code
        if (cell := self._first(texts, "city")) and (city := city_name(cell)):
            place.setdefault("city", city)
        take_location(self._first(texts, "location"), place)
        return PhonePlace.of(place, near=self._usual)

    def _texts(self, values: Sequence[Any]) -> Sequence[str]:
        """The cells as text: lists by their parts, damaged phone numbers as what they are."""
        if {*map(type, values)} == _ALL_TEXT:
            return [unguarded(text) for text in values] if self._is_own else values
        texts = [cells.cell_text(value) for value in values]
        for targets, read in ((_LIST_TARGETS, cells.list_text), (_PHONE_TARGETS, cells.phone_text)):
            for position in (p for name in targets for p in self._at.get(name, ())):
                texts[position] = read(values[position])
        for position in self._states:
            texts[position] = cells.states_text(values[position])
        return texts

    def _country(self, texts: Sequence[str], person: dict[str, str], facts: CompanyFacts) -> CompanyFacts:
        """The country that `find` prints is the company's, or the person's where the company's is not known."""
        text = self._first(texts, "prospect_country")
        code = country_code(text) if text else None
        company = facts.values
        if code is None or "country" in company:
            return facts
        if "company_country" not in self._at and (company.get("domain") or company.get("name")):
            return facts.with_value("country", code)
        person.setdefault("country", code)
        if zone := zone_of(person):
            person.setdefault("time_zone", zone)
        return facts

    def _first(self, texts: Sequence[str], field: str) -> str | None:
        """The first of the field's cells that is not blank."""
        return first_text(texts, self._at[field]) if field in self._at else None

    def _seen_on(self, texts: Sequence[str], problems: list[Problem]) -> date | None:
        """The row's own date. Of a month its first day: a fact must not look fresher than it is."""
        for position in self._at.get("seen_at", ()):
            text = texts[position][:PROBLEM_TEXT]
            if not text or (shown := clean(text)) is None:
                continue
            span = parse_date(text, day_first=self._dates.get(position))
            if span is None:
                problems.append(Problem("seen_at", shown, code_of_date(shown)))
            return span.earliest if span else None
        return None

    def _of_company(self, name: str, facts: CompanyFacts, problems: list[Problem]) -> CompanyFacts:
        """A row whose name is a company's: the company bears it, unless the row calls the company otherwise."""
        if "name" not in facts.values:
            return facts.with_value("name", name)
        if company_key(facts.values["name"]) != company_key(name):
            problems.append(Problem("name", name[:PROBLEM_TEXT], "not_a_person"))
        return facts

    # The person

    def _person(
        self, texts: Sequence[str], company: dict[str, str], seen: date, problems: list[Problem]
    ) -> dict[str, str]:
        person: dict[str, str] = {}
        at = self._at
        take(self._steps, texts, person, problems)
        if "linkedin" not in person and (profile := self._company.in_website(texts, linkedin_profile)):
            person["linkedin"] = profile
        if self._addresses:
            self._emails(texts, person, problems)
        if "email_status" in at:
            self._email_status(texts, person)
        if "status" in at and "replied" not in person and tells_of_reply(self._first(texts, "status")):
            person["replied"] = "yes"
        self._role(texts, person)
        for target, fields in self._starts:
            self._start(texts, seen, target, fields, person, problems)
        for target, field in self._dated:
            take_date(texts, at, self._dates, target, field, person, problems)
        if "location" in at:
            take_location(self._first(texts, "location"), person)
        if "phone" in at:
            odd = place_in(texts, self._place_columns)
            place = PhonePlace.of(person, odd, company, near=self._usual)
            take_phone(texts, at["phone"], "phone", place, person, problems)
        if person.keys() & PLACE and (zone := zone_of(person)):
            person["time_zone"] = zone
        return person

    def _emails(self, texts: Sequence[str], person: dict[str, str], problems: list[Problem]) -> None:
        """The first address is the person's; the others are kept, so that a suppression of any of them holds."""
        found: list[str] = [person["email"]] if "email" in person else []
        for field, position in self._addresses:
            text = texts[position]
            if not text:
                continue
            if text.count("@") == 1 and (one := parse_email(text)):
                several = [one]
            else:
                several = cells.addresses_in(text[: cells.LONGEST_CELL])
            before = len(found)
            found += [one for one in several if not is_placeholder(one)]
            if len(found) > before:
                continue
            if several:
                problems.append(Problem(field, text[:PROBLEM_TEXT], "placeholder"))
            elif field == "email" and clean(text[: cells.LONGEST_CELL]):
                problems.append(Problem("email", text[:PROBLEM_TEXT], "bad_email"))
        if len(found) == 1:
            person["email"] = found[0]
        elif found:
            person["email"], *others = dict.fromkeys(found)
            if others:
                person["more_emails"] = " ".join(others[:20])

    def _email_status(self, texts: Sequence[str], person: dict[str, str]) -> None:
        """Status and sub-status stand in columns of their own; the one that says least for the address counts."""
        said = [word for p in self._at["email_status"] if texts[p] and (word := email_status(texts[p]))]
        if said:
            person["email_status"] = worst_status(said)

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
        self,
        texts: Sequence[str],
        seen: date,
        target: str,
        fields: Sequence[str],
        person: dict[str, str],
        problems: list[Problem],
    ) -> None:
        """The start of a role or of a job: a date, or a length of time that was true on the day the row was seen."""
        for field in fields:
            for position in self._at.get(field, ()):
                text = texts[position][:PROBLEM_TEXT]
                order = self._dates.get(position)
                started = role_start(text, self._labels[position], order, seen) if text else None
                if started:
                    person[target] = started
                    return
                if shown := clean(text):
                    problems.append(Problem(field, shown, code_of_start(shown, order, seen)))


def _with_place(odd: OddPlace, person: dict[str, str], facts: CompanyFacts) -> CompanyFacts:
    """What a cell of the person's place says beside its own field; an address is kept as the company's."""
    for name, value in odd.parts:
        person.setdefault(name, value)
    if "time_zone" not in person and (zone := zone_of(person)):
        person["time_zone"] = zone
    return (
        facts.with_value("address", odd.address) if odd.address and "address" not in facts.values else facts
    )


def _kept_for_the_company(person: dict[str, str], facts: CompanyFacts) -> CompanyFacts:
    """What a row without a person says of one is the company's, as far as it can be: else it would be lost."""
    own = {name: value for name, value in person.items() if is_custom(name) and name not in facts.values}
    if own:
        facts = replace(facts, values={**facts.values, **own})
    company = facts.values
    if "country" in company and person.get("country", company["country"]) != company["country"]:
        return facts
    for name in ("phone", "country", "region", "city"):
        if name in person:
            value = person.pop(name)
            facts = facts if name in company else facts.with_value(name, value)
    return facts
