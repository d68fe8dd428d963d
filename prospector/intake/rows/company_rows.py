"""What a row says of its company. The facts are remembered by the company's cells: colleagues share them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from prospector.core.fields import OTHER_INDUSTRY
from prospector.intake.columns.mappings import COMPANY_TARGETS, OWN_PREFIX
from prospector.intake.rows import cells
from prospector.intake.rows.currencies import Currencies
from prospector.intake.rows.further import further_dates
from prospector.intake.rows.money import amount, amounts, percent
from prospector.intake.rows.phones import NOWHERE, PhonePlace, take_phone
from prospector.intake.rows.row_parts import (
    COMPANY_STEPS,
    PROBLEM_TEXT,
    Problem,
    Read,
    code_of_name,
    custom_steps,
    dates_of,
    first_text,
    odd_place,
    picker,
    positions_of,
    steps_of,
    take,
    take_address,
    take_date,
    take_location,
)
from prospector.normalise.company_names import company_name
from prospector.normalise.industries import industry_key
from prospector.normalise.no_employer import employment_told
from prospector.normalise.profile_urls import linkedin_company
from prospector.normalise.technologies import find_technology
from prospector.normalise.text import clean, fold
from prospector.store.observations import Said
from prospector.store.projections import LISTS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from prospector.intake.columns.mappings import ColumnMap

_MEMO_SIZE = 50_000
_MEMO_TEXT = 600
"""Companies remembered, and the characters that their cells may have: some 80 MB at most."""
_AMOUNTS = (("revenue", amounts), ("funding_total", amount), ("funding_amount", amount))
_DATES = (("funded_on", "funded_on"), *further_dates("company"))
_LISTS = (
    ("technologies", cells.names_in_list),
    ("ads", cells.names_in_list),
    ("openings", cells.titles_in_list),
)


@dataclass(frozen=True)
class CompanyFacts:
    """A company's values, its lists, and the values that were dropped."""

    values: dict[str, str]
    technologies: tuple[str, ...] = ()
    ads: tuple[str, ...] = ()
    openings: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    employment: str | None = None
    """What the cells of the company's name say in place of one, such as `freelance`."""

    def with_value(self, field: str, value: str) -> CompanyFacts:
        """The same with a value that stood elsewhere in the row."""
        return replace(self, values={**self.values, field: value})

    @cached_property
    def said(self) -> Said:
        """All this as the store takes it; an industry that the taxonomy lacks stays in the source's words."""
        values: dict[str, Any] = dict(self.values)
        if "industry_text" in values and "industry" not in values:
            values["industry"] = OTHER_INDUSTRY + fold(values["industry_text"])
        for name in LISTS:
            if found := getattr(self, name):
                values[name] = list(found)
        return Said.of("company", values)


def _says_no_more_than(name: str, ads: Sequence[str]) -> bool:
    """In our own lists the platforms on which a company buys ads stand apart. The name of an ad platform's tag
    alone, read back as a statement, would claim more than the tag showed.
    """
    entry = find_technology(name)
    return entry is None or not entry.advertises_on or (entry.advertises_on in ads and entry.name == name)


class CompanyReader:
    """Reads the company's columns of one file. `forced` settles the order of day and month for all of them."""

    def __init__(self, mapping: ColumnMap, *, forced: bool | None = None) -> None:
        self._at = positions_of(mapping)
        self._dates = dates_of(mapping, forced)
        self._dated = [one for one in _DATES if one[0] in self._at]
        self._is_own = mapping.name.startswith(OWN_PREFIX)
        own = {"headcount": cells.own_headcount} if self._is_own else {}
        custom = custom_steps(mapping, "company")
        self._steps = [*steps_of(COMPANY_STEPS, self._at, own), *custom]
        own_cells = [p for name in COMPANY_TARGETS for p in self._at.get(name, ())]
        own_cells += [p for step in custom for p in step.positions]
        self._in_thousands = {c.position for c in mapping.columns if "000s" in c.header}
        self._money = Currencies(mapping)
        self._cells = picker([*own_cells, *self._money.columns])
        self._memo: dict[tuple[str, ...], CompanyFacts] = {}
        self._names = [p for name in ("company_short", "company") for p in self._at.get(name, ())]

    def __call__(self, texts: Sequence[str], near: PhonePlace = NOWHERE) -> CompanyFacts:
        """The company's facts, remembered by its cells; `near` is where its phone is if its cells do not tell."""
        key = self._cells(texts) if near is NOWHERE else (*self._cells(texts), *(one or "" for one in near))
        if (facts := self._memo.get(key)) is not None:
            return facts
        facts = self._read(texts, near)
        if sum(map(len, key)) <= _MEMO_TEXT:
            if len(self._memo) >= _MEMO_SIZE:
                self._memo.clear()
            self._memo[key] = facts
        return facts

    def _read(self, texts: Sequence[str], near: PhonePlace) -> CompanyFacts:
        company: dict[str, str] = {}
        problems: list[Problem] = []
        at = self._at
        take(self._steps, texts, company, problems)
        if "linkedin" not in company and (page := self.in_website(texts, linkedin_company)):
            company["linkedin"] = page
        employment = self._name(texts, company, problems)
        if "website" in company and "domain" not in company:
            # From the cells as they stand, which have been looked at a moment ago and are remembered.
            domains = (cells.own_domain(texts[p]) for p in at["website"] if texts[p])
            if domain := next(filter(None, domains), None):
                company["domain"] = domain
        self._industry(texts, company)
        self._numbers(texts, company, problems)
        for target, field in self._dated:
            take_date(texts, at, self._dates, target, field, company, problems)
        self._place(texts, company)
        if "company_phone" in at:
            place = PhonePlace.of(company, near=near)
            take_phone(texts, at["company_phone"], "company_phone", place, company, problems)
        technologies, ads, openings = (self._list(texts, field, read, problems) for field, read in _LISTS)
        if self._is_own:
            technologies = tuple(name for name in technologies if _says_no_more_than(name, ads))
        return CompanyFacts(company, technologies, ads, openings, tuple(problems), employment)

    def _place(self, texts: Sequence[str], company: dict[str, str]) -> None:
        """What the columns of the place leave open, out of a location or a whole address, wherever it stands."""
        if "company_location" in self._at:
            take_location(first_text(texts, self._at["company_location"]), company)
        for field in ("company_city", "company_region", "company_location"):
            for position in self._at.get(field, ()):
                if texts[position] and (odd := odd_place(texts[position])):
                    for name, value in (*odd.parts, *((("address", odd.address),) if odd.address else ())):
                        company.setdefault(name, value)
        take_address(company.get("address"), company)

    def _name(self, texts: Sequence[str], company: dict[str, str], problems: list[Problem]) -> str | None:
        """Fill the name from the first cell that has one; what the cells say in place of an employer."""
        employment = bad = None
        for position in self._names:
            text = texts[position]
            if not text or len(text) > cells.LONGEST_CELL or (shown := clean(text)) is None:
                continue
            if told := employment_told(shown):
                employment = employment or told
            elif name := company_name(shown):
                company["name"] = name
                return None
            else:
                bad = bad or shown
        if bad and not employment:
            problems.append(Problem("company", bad[:PROBLEM_TEXT], code_of_name(bad)))
        return employment

    def _numbers(self, texts: Sequence[str], company: dict[str, str], problems: list[Problem]) -> None:
        """Amounts of money, in thousands where the label says so, and the growth in percent."""
        for field, read in _AMOUNTS:
            for position in self._at.get(field, ()):
                text = texts[position][:PROBLEM_TEXT]
                told = self._money.told(position, text, texts) if text else ""
                if text and not told and (value := read(text, thousands=position in self._in_thousands)):
                    company[field] = value
                    break
                if (shown := clean(text)) and shown != "0":
                    problems.append(Problem(field, shown, told or "bad_amount"))
        for position in self._at.get("headcount_growth", ()):
            shown = clean(texts[position][:PROBLEM_TEXT])
            if shown and (value := percent(shown)):
                company["headcount_growth"] = value
                break
            if shown:
                problems.append(Problem("headcount_growth", shown, "bad_amount"))

    def _list(
        self,
        texts: Sequence[str],
        field: str,
        read: Callable[[str], tuple[str, ...]],
        problems: list[Problem],
    ) -> tuple[str, ...]:
        """The names of all columns of a list; a cell in which there is none is listed."""
        found: dict[str, None] = {}
        for position in self._at.get(field, ()):
            names = read(texts[position]) if texts[position] else ()
            found.update(dict.fromkeys(names))
            if not names and (shown := clean(texts[position][:PROBLEM_TEXT])):
                problems.append(Problem(field, shown, "bad_list"))
        return tuple(found)

    def in_website(self, texts: Sequence[str], read: Read) -> str | None:
        """A LinkedIn page that somebody put into the column of websites."""
        text = first_text(texts, self._at["website"]) if "website" in self._at else None
        return read(text) if text and "linkedin." in text else None

    def _industry(self, texts: Sequence[str], company: dict[str, str]) -> None:
        """The words of the first column; the key of the first column whose words are known."""
        for position in self._at.get("industry", ()):
            text = clean(texts[position][:PROBLEM_TEXT].removeprefix(OTHER_INDUSTRY))
            if text:
                company.setdefault("industry_text", text)
                if key := industry_key(text):
                    company["industry"] = key
                    return
