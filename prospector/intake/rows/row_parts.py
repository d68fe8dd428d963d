"""The parts of a row: fields read from their columns in order, names, roles, places and phones.

What repeats in a file (titles, names, places, dates) is remembered; a file of 200,000 rows has few of each.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from operator import itemgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from prospector.core.spans import DateSpan
from prospector.intake.columns.mappings import DATE_TARGETS, custom_of
from prospector.intake.rows import cells
from prospector.intake.rows.further import further_steps
from prospector.normalise.dates import is_ambiguous_date, parse_date
from prospector.normalise.domains import company_domain, website_url
from prospector.normalise.legal_kinds import legal_kind
from prospector.normalise.place_cells import is_odd
from prospector.normalise.places import (
    city_name,
    country_code,
    is_address,
    region_name,
    split_location,
    time_zone,
)
from prospector.normalise.profile_urls import linkedin_company, linkedin_profile
from prospector.normalise.residue import without_residue
from prospector.normalise.roles import parse_role
from prospector.normalise.tenures import has_ended, parse_open_span, parse_tenure
from prospector.normalise.text import clean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from prospector.core.fields import Subject
    from prospector.intake.columns.mappings import ColumnMap

_OWN_SPAN = re.compile(r"\d{4}-\d\d-\d\d/\d{4}-\d\d-\d\d")
PROBLEM_TEXT = 200
"""Characters of a dropped value that are shown."""

Read = Callable[[str], "str | None"]


class Problem(NamedTuple):
    """A value that was dropped: the field it was meant for, its text (shortened), and a code of `REASONS`."""

    field: str
    value: str
    code: str


class Step(NamedTuple):
    """How one field is read: its columns in order, and the code if none of them can be read."""

    positions: tuple[int, ...]
    field: str
    target: str
    read: Read
    code: str


PERSON_STEPS: tuple[tuple[str, str, Read, str], ...] = (
    ("linkedin", "linkedin", linkedin_profile, "bad_url"),
    ("country", "country", country_code, "bad_country"),
    ("region", "region", region_name, "no_place"),
    ("city", "city", city_name, "no_place"),
    ("title", "title", cells.job_title, "too_long"),
    ("status", "crm_stage", cells.short_text(100), "too_long"),
    ("replied", "replied", cells.replied, ""),
    *further_steps("person"),
)
COMPANY_STEPS: tuple[tuple[str, str, Read, str], ...] = (
    ("website", "website", cells.own_website, "bad_url"),
    ("domain", "domain", cells.own_domain, "bad_url"),
    ("headcount", "headcount", cells.headcount, "bad_headcount"),
    ("company_country", "country", country_code, "bad_country"),
    ("company_region", "region", region_name, "no_place"),
    ("company_city", "city", city_name, "no_place"),
    ("company_address", "address", cells.address, "too_long"),
    ("company_linkedin", "linkedin", linkedin_company, "bad_url"),
    ("description", "description", cells.long_text, "too_long"),
    ("founded", "founded", cells.year, "bad_year"),
    ("legal_form", "legal_form", legal_kind, "bad_legal_form"),
    ("keywords", "keywords", cells.long_text, "too_long"),
    ("funding_stage", "funding_stage", cells.short_text(100), "too_long"),
    *further_steps("company"),
)
_LONGEST = cells.LONGEST_CELL
_LONG_FIELDS = frozenset({"description", "keywords"})
PLACE = frozenset({"country", "region", "city"})


def positions_of(mapping: ColumnMap) -> dict[str, tuple[int, ...]]:
    """The columns of each field, in the order to ask them."""
    found: dict[str, tuple[int, ...]] = {}
    for column in mapping.columns:
        found[column.field] = (*found.get(column.field, ()), column.position)
    return found


def dates_of(mapping: ColumnMap, forced: bool | None) -> dict[int, bool]:
    """How the date columns are written: as forced, else as settled for the file, else as their labels say."""
    if forced is not None:
        return {column.position: forced for column in mapping.columns if column.field in DATE_TARGETS}
    if mapping.dates is not None:
        return dict(mapping.dates.day_first)
    return dict.fromkeys(mapping.day_first_labels, True)


def steps_of(
    table: Sequence[tuple[str, str, Read, str]],
    at: Mapping[str, tuple[int, ...]],
    instead: Mapping[str, Read] = MappingProxyType({}),
) -> list[Step]:
    """The steps whose fields the file has; `instead` has readers that stand in for those of the table."""
    return [
        Step(at[field], field, target, instead.get(field, read), code)
        for field, target, read, code in table
        if field in at
    ]


def custom_steps(mapping: ColumnMap, subject: Subject) -> list[Step]:
    """The steps that read the custom fields of a person or a company."""
    found: dict[str, tuple[int, ...]] = {}
    for column in mapping.columns:
        custom = custom_of(column.field, mapping.kind)
        if custom and custom[0] == subject:
            found[custom[1]] = (*found.get(custom[1], ()), column.position)
    return [Step(positions, key, key, cells.custom_text, "too_long") for key, positions in found.items()]


def first_text(texts: Sequence[str], positions: Sequence[int]) -> str | None:
    """The first of these cells that is not blank."""
    for position in positions:
        text = texts[position]
        if text and len(text) <= cells.LONGEST_CELL and (found := clean(text)):
            return found
    return None


def code_of_date(text: str) -> str:
    """Why a date could not be read."""
    return "ambiguous_date" if is_ambiguous_date(text) else "bad_date"


def code_of_name(text: str) -> str:
    """Why a cell is no name: it holds a key, a link or a path, or something else."""
    return "no_name" if without_residue(text) is None else "bad_name"


def picker(positions: Sequence[int]) -> Callable[[Sequence[str]], tuple[str, ...]]:
    """Picks these cells as a tuple (itemgetter gives no tuple for one, and takes no none)."""
    if len(positions) > 1:
        return itemgetter(*positions)
    return lambda texts: tuple(texts[p] for p in positions)


def take(steps: Sequence[Step], texts: Sequence[str], into: dict[str, str], problems: list[Problem]) -> None:
    """Fill the fields of these steps: the first readable cell counts, the first bad one is listed if none is."""
    for positions, field, target, read, code in steps:
        bad = ""
        for position in positions:
            text = texts[position]
            if not text:
                continue
            if len(text) <= _LONGEST or field in _LONG_FIELDS:
                value = read(text)
                if value is not None:
                    into[target] = value
                    break
            bad = bad or text
        else:
            if bad and code and clean(bad[:_LONGEST]) is not None and not _read_elsewhere(field, bad):
                problems.append(Problem(field, bad[:PROBLEM_TEXT], _code_for(field, bad, code)))


def _read_elsewhere(field: str, text: str) -> bool:
    """A LinkedIn page among the websites is taken as the person's or the company's page, and an address among a
    company's cities as its address: neither is a bad value.
    """
    if field == "linkedin":
        return linkedin_company(text[: cells.LONGEST_CELL]) is not None
    if field in ("company_city", "company_region"):
        return is_address(text[: cells.LONGEST_CELL])
    return (
        field == "website" and "linkedin." in text and bool(linkedin_company(text) or linkedin_profile(text))
    )


def _code_for(field: str, text: str, code: str) -> str:
    if len(text) > cells.LONGEST_CELL:
        return "too_long"
    if field == "title" and without_residue(text[: cells.LONGEST_CELL]) is None:
        return "no_name"
    return "shared_page" if field in {"website", "domain"} and website_url(text) else code


def take_date(
    texts: Sequence[str],
    at: Mapping[str, tuple[int, ...]],
    orders: Mapping[int, bool],
    target: str,
    field: str,
    into: dict[str, str],
    problems: list[Problem],
) -> None:
    """Fill a date from the first cell of the target's columns that can be read; the others are listed."""
    for position in at.get(target, ()):
        text = texts[position][:PROBLEM_TEXT]
        if span := parse_date(text, day_first=orders.get(position)) if text else None:
            into[field] = str(span)
            return
        if shown := clean(text):
            problems.append(Problem(target, shown, code_of_date(shown)))


def take_location(text: str | None, into: dict[str, str]) -> None:
    """Fill from a free text what the columns of the place have left open."""
    if not text or into.keys() >= PLACE:
        return
    place = split_location(text)
    for name, value in (("city", place.city), ("region", place.region), ("country", place.country)):
        if value:
            into.setdefault(name, value)


class OddPlace(NamedTuple):
    """What a cell of a city or region says beside its name: parts of the place, and the address if it is one."""

    parts: tuple[tuple[str, str], ...]
    address: str | None


@lru_cache(maxsize=16_384)
def odd_place(text: str) -> OddPlace | None:
    """What a cell says that is more than a plain name; None for nothing."""
    text = text[: cells.LONGEST_CELL]
    if not is_odd(text):
        return None
    address = cells.address(text) if is_address(text) else None
    place = split_location(text)
    told = (("city", place.city), ("region", place.region), ("country", place.country))
    parts = tuple((name, value) for name, value in told if value)
    return OddPlace(parts, address) if address or parts[1:] else None


def take_address(text: str | None, into: dict[str, str]) -> None:
    """Fill the place from a whole address. A street alone, or a name without a number, tells none."""
    if text and is_address(text):
        take_location(text, into)


def zone_of(person: dict[str, str]) -> str | None:
    """The time zone of the person's place."""
    return time_zone(person.get("country"), region=person.get("region"), city=person.get("city"))


@lru_cache(maxsize=16_384)
def role_of(title: str | None, departments: str | None, levels: str | None) -> tuple[str | None, str | None]:
    """Department and seniority: the title's, else the columns'."""
    role = parse_role(title) if title else None
    department = role.department if role else None
    seniority = role.seniority if role else None
    if department is None and departments:
        department = cells.department(departments)
    if seniority is None and levels:
        seniority = cells.seniority(levels)
    return department, seniority


def canonical_dates(text: str) -> str | None:
    """A span of days in its canonical form, if it is one."""
    try:
        return str(DateSpan.parse(text))
    except ValueError:
        return None


@lru_cache(maxsize=16_384)
def role_start(text: str, label: str, day_first: bool | None, seen: date) -> str | None:
    """The start of a role in its canonical form, from a date, a span of days as we print it, a length of time, or a
    span that is still open.
    """
    if _OWN_SPAN.fullmatch(text):
        return canonical_dates(text)
    dated = cells.tenure_with_unit(text, label)
    span = (
        parse_date(dated, day_first=day_first)
        or parse_tenure(dated, seen=seen)
        or parse_open_span(dated, seen=seen, day_first=day_first)
    )
    return str(span) if span else None


def code_of_start(text: str, day_first: bool | None, seen: date) -> str:
    """Why the start of a role could not be read."""
    if has_ended(text, seen=seen, day_first=day_first):
        return "ended"
    if parse_open_span(text, seen=seen, day_first=True):
        return "ambiguous_date"
    return code_of_date(text)


@lru_cache(maxsize=4_096)
def mail_domain(email: str) -> str | None:
    """The employer's domain that an address shows; None for a mail service's."""
    return company_domain(None, email)
