"""Values set by hand: read with the same rules as imported ones, and stronger than those."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from prospector.core.custom import LONGEST_VALUE, PREFIX, custom_field, custom_key, is_custom
from prospector.core.errors import UsageError, near_miss
from prospector.core.evidence import Observation
from prospector.core.fields import stored
from prospector.core.spans import NumberSpan
from prospector.normalise.addresses import known_status, statuses
from prospector.normalise.company_names import company_name
from prospector.normalise.dates import parse_date
from prospector.normalise.domains import company_domain, website_url
from prospector.normalise.emails import parse_email
from prospector.normalise.headcounts import parse_headcount
from prospector.normalise.industries import industry_key, industry_words
from prospector.normalise.legal_kinds import LEGAL_KINDS, legal_kind
from prospector.normalise.people import parse_name
from prospector.normalise.phones import parse_phone
from prospector.normalise.places import country_code, time_zone
from prospector.normalise.profile_urls import linkedin_company, linkedin_profile
from prospector.normalise.roles import DEPARTMENTS, SENIORITIES, parse_role
from prospector.normalise.text import clean, fold
from prospector.normalise.unfit_texts import unfit_code
from prospector.store.aliases import Aliases
from prospector.store.custom_values import custom_names, refuse_too_many, values_of
from prospector.store.history import History
from prospector.store.references import TABLES
from prospector.store.who import Handle, at_domain, find_handle, handle_text, no_field

if TYPE_CHECKING:
    from datetime import date

    from prospector.core.fields import Field, Subject
    from prospector.store.database import Database
    from prospector.store.shapes import CorrectionShape

BY_HAND = "by hand"
"""The source of what somebody set."""

LONGEST = {"description": 10_000, "keywords": 10_000, "site_text": 10_000}
_LONGEST_TEXT = 500
_YEAR = re.compile(r"1[4-9]\d\d|20\d\d")

_TOLD_BY_FORM = frozenset({"email", "phone", "linkedin", "website", "domain"})
"""Fields whose readers let only one form pass."""
_UNFIT = {"formula": "a formula to a spreadsheet", "placeholder": "a placeholder of another program"}

Values = dict[str, str | int]
Row = Mapping[str, Any]
Reader = Callable[[str, Row], Values]
"""What a text says, given the record's current values; empty where it cannot be read."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What was set. `values` are all fields that follow from the text; `previous` and `now` are of `field`."""

    kind: Subject
    id: int
    who: str
    field: str
    values: Values
    previous: str | int | None
    now: str | int | None
    changed: bool

    def as_json(self) -> CorrectionShape:
        """What `set --json` prints."""
        return {
            "kind": self.kind,
            "id": self.id,
            "who": self.who,
            "field": self.field,
            "values": dict(self.values),
            "previous": self.previous,
            "now": self.now,
            "changed": self.changed,
        }


def set_value(db: Database, handle: Handle, field: str, text: str, as_of: date) -> Correction:
    """Record what somebody knows better; an empty text says that there is nothing.

    `UsageError` for an unknown field, or what cannot be read.
    """
    custom = custom_key(field.strip())
    name = custom or field.strip().lower().replace("-", "_").replace(" ", "_")
    known = settable(handle.subject)
    if custom:
        _check_custom(db, handle.subject, custom)
    elif name not in known:
        others = settable("company" if handle.subject == "person" else "person")
        raise no_field(db, handle, field, known, others)
    if text and clean(text) is None:
        raise UsageError("a blank is no value", hint="write '' to say that there is nothing")
    with db.transaction():
        before = _row(db, handle)
        previous = _shown(db, handle, name, before)
        history = History(db, as_of)
        seen = Observation(BY_HAND, "manual", as_of, {})
        if text == "":
            values: Values = _blank(handle.subject, name)
        elif name == "company":
            values = {"company_id": _employer(db, history, seen, text)}
        else:
            values = _read(handle.subject, name, text, before)
            _refuse_taken(db, handle, values)
        history.record(handle.subject, handle.id, seen._replace(values=values))
        history.flush()
        after = _row(db, handle)
        now = _shown(db, handle, name, after)
        if tuple(before) != tuple(after):
            Aliases(db).remember(handle.subject, before, handle.id)
    return Correction(
        handle.subject,
        handle.id,
        handle_text(db, handle),
        name,
        values,
        previous,
        now,
        tuple(before) != tuple(after) or previous != now,
    )


def _check_custom(db: Database, subject: Subject, key: str) -> None:
    """A custom field that nobody has yet is made by being set, unless it looks like a slip of the pen."""
    name, known = key.removeprefix(PREFIX), custom_names(db, subject)
    if name not in known and (hint := near_miss(name, known)):
        raise UsageError(f'no custom field "{name}" of a {subject}', hint=hint)
    refuse_too_many(db, name)


def settable(subject: Subject) -> tuple[str, ...]:
    """The names of the fields that can be set, in the order of the field table."""
    names = [name for name in stored(subject) if name not in ("company_id", "email_verdict", "email_send")]
    return ("name", *names, "company") if subject == "person" else tuple(names)


def _row(db: Database, handle: Handle) -> Any:
    return db.one(f"SELECT * FROM {TABLES[handle.subject]} WHERE id = ?", (handle.id,))


def _shown(db: Database, handle: Handle, name: str, row: Row) -> str | int | None:
    """The current value as text; the company by name, a whole name in one."""
    subject = handle.subject
    if is_custom(name):
        held = values_of(db, subject, (handle.id,)).get(handle.id, {})
        return held.get(name.removeprefix(PREFIX))
    if name == "company":
        sql = "SELECT coalesce(name, domain) FROM companies WHERE id = ?"
        found: str | None = db.value(sql, (row["company_id"],))
        return found
    if subject == "person" and name == "name":
        return " ".join(filter(None, (row["first_name"], row["last_name"]))) or None
    cells = [row[column] for column in stored(subject)[name].columns]
    if len(set(cells)) == 1:
        value: str | int | None = cells[0]
        return value
    if stored(subject)[name].type == "number_span":
        return str(NumberSpan(cells[0], cells[1]))
    return f"{cells[0]}/{cells[1]}"


def _read(subject: Subject, name: str, text: str, row: Row) -> Values:
    readers = _PERSON if subject == "person" else _COMPANY
    field = custom_field(subject, name) if is_custom(name) else stored(subject).get(name)
    reader, form = readers.get(name) or _plain_reader(field)
    is_name = name not in LONGEST and not is_custom(name)
    if name not in _TOLD_BY_FORM and (code := unfit_code(text, is_name=is_name)):
        raise UsageError(
            f'{name}: "{text[:100]}" is {_UNFIT[code]}', hint="write the value as people read it"
        )
    values = reader(text, row)
    if not values:
        raise UsageError(f'{name}: "{text[:100]}" cannot be read', hint=_hint(name, text, form))
    return values


def _hint(name: str, text: str, form: str) -> str:
    if name == "industry":
        return near_miss(text, industry_words()) or form
    return form


def _refuse_taken(db: Database, handle: Handle, values: Values) -> None:
    """An address or a domain that finds somebody else would make two records of one."""
    owner: int | None = None
    if handle.subject == "person" and "email" in values:
        owner = db.value("SELECT person_id FROM person_addresses WHERE email = ?", (values["email"],))
    elif handle.subject == "company" and "domain" in values:
        sql = "SELECT id FROM companies WHERE domain = ? ORDER BY id = ? DESC, id"
        owner = db.value(sql, (values["domain"], handle.id))
    if owner is not None and owner != handle.id:
        mine, other = f"{handle.subject}:{handle.id}", f"{handle.subject}:{owner}"
        raise UsageError(
            f"{next(iter(values.values()))} belongs to another {handle.subject} ({other})",
            hint=f"if they are the same: prospector merge {mine} {other}",
        )


def _employer(db: Database, history: History, seen: Observation, text: str) -> int:
    """The company that is meant, made if nothing is known by its domain yet."""
    domain = company_domain(text, None)
    if domain and not at_domain(db, domain):
        return history.record("company", None, seen._replace(values={"domain": domain}))[0]
    return find_handle(db, domain or text, of="company", numbers=None).id


_FOLLOWS: dict[str, tuple[str, ...]] = {
    "name": ("first_name", "last_name", "greeting"),
    "first_name": ("first_name", "greeting"),
    "title": ("title", "department", "seniority"),
    "company": ("company_id",),
    "industry": ("industry", "industry_text"),
    "country": ("country", "time_zone"),
}
"""What is blank together with a field, because it only follows from it."""


def _blank(subject: Subject, name: str) -> Values:
    """There is nothing in this field, and somebody knows it."""
    names = _FOLLOWS.get(name, (name,)) if subject == "person" or name == "industry" else (name,)
    return dict.fromkeys(names, "")


# Readers


def _one(name: str, parse: Callable[[str], str | int | None]) -> Reader:
    """A reader of one field."""

    def read(text: str, row: Row) -> Values:
        value = parse(text)
        return {} if value is None or value == "" else {name: value}

    return read


def _tidy(limit: int = _LONGEST_TEXT) -> Callable[[str], str | None]:
    def parse(text: str) -> str | None:
        found = clean(text)
        return found if found and len(found) <= limit else None

    return parse


def _word(words: tuple[str, ...]) -> Callable[[str], str | None]:
    def parse(text: str) -> str | None:
        word = fold(text).strip().replace(" ", "_").replace("-", "_")
        return word if word in words else None

    return parse


def _day(text: str) -> str | None:
    span = parse_date(text)
    return str(span) if span else None


def _band(text: str) -> str | None:
    span = parse_headcount(text)
    return str(span) if span else None


def _number_span(text: str) -> str | None:
    try:
        return str(NumberSpan.parse(text.strip()))
    except ValueError:
        return None


def _whole_number(text: str) -> int | None:
    found = re.fullmatch(r"[+-]?\d{1,12}", text.strip().removesuffix("%").strip())
    return int(found[0]) if found else None


def _year(text: str) -> int | None:
    return int(text) if _YEAR.fullmatch(text.strip()) else None


def _zone(text: str) -> str | None:
    try:
        return ZoneInfo(text.strip()).key if "/" in text else None
    except (ValueError, OSError, KeyError):
        return None


def _whole_name(text: str, row: Row) -> Values:
    name = parse_name(text)
    if not name.given or not name.family:
        return {}
    values: Values = {"first_name": name.given, "last_name": name.family}
    return {**values, "greeting": name.greeting or name.given}


def _first_name(text: str, row: Row) -> Values:
    name = _tidy(200)(text)
    return {"first_name": name, "greeting": name} if name else {}


def _title(text: str, row: Row) -> Values:
    title = _tidy(300)(text)
    if not title:
        return {}
    role = parse_role(title)
    parts = {"title": title, "department": role.department, "seniority": role.seniority}
    return {name: value for name, value in parts.items() if value}


def _phone(text: str, row: Row) -> Values:
    number = parse_phone(text, country=row["country"])
    return {"phone": number} if number else {}


def _email_status(text: str, row: Row) -> Values:
    """What is said of an address is said together with it, so that it does not pass on to the next one."""
    status = known_status(text)
    address: Values = {"email": row["email"]} if row["email"] else {}
    return {"email_status": status, **address} if status else {}


def _place(part: str) -> Reader:
    """A part of a person's place; the time zone follows from the place as a whole."""

    def read(text: str, row: Row) -> Values:
        value = country_code(text) if part == "country" else _tidy(200)(text)
        if not value:
            return {}
        place = {"country": row["country"], "region": row["region"], "city": row["city"], part: value}
        if part == "country" and value != row["country"]:
            place["region"] = place["city"] = None
        zone = time_zone(place["country"], region=place["region"], city=place["city"])
        return {part: value, **({"time_zone": zone} if zone else {})}

    return read


def _industry(text: str, row: Row) -> Values:
    key, words = industry_key(text), _tidy(200)(text)
    return {"industry": key, "industry_text": words} if key and words else {}


def _plain_reader(field: Field | None) -> tuple[Reader, str]:
    """How a field is read that needs no rule of its own."""
    assert field is not None
    if field.type == "date_span":
        return _one(field.name, _day), "write 2026-03 or 2026-03-09"
    if field.type == "number_span":
        return _one(field.name, _number_span), "write a number or a band, such as 120, 11-50 or 50+"
    if field.type == "number":
        return _one(field.name, _whole_number), "write a whole number"
    limit = LONGEST_VALUE if is_custom(field.name) else LONGEST.get(field.name, _LONGEST_TEXT)
    return _one(field.name, _tidy(limit)), f"at most {limit} characters"


_COUNTRY_FORM = "a country's name or code, such as Spain or ES"
_PHONE_FORM = "write it with the country's number, such as +49 30 23125000"
_PERSON: dict[str, tuple[Reader, str]] = {
    "name": (_whole_name, "write given and family name, or set first_name and last_name"),
    "first_name": (_first_name, "at most 200 characters"),
    "email": (_one("email", parse_email), "write ana@company.example"),
    "email_status": (_email_status, f"one of: {', '.join(statuses())}"),
    "title": (_title, "at most 300 characters"),
    "department": (_one("department", _word(DEPARTMENTS)), f"one of: {', '.join(DEPARTMENTS)}"),
    "seniority": (_one("seniority", _word(SENIORITIES)), f"one of: {', '.join(SENIORITIES)}"),
    "role_started": (_one("role_started", _day), "write 2026-03 or 2026-03-09"),
    "employed_since": (_one("employed_since", _day), "write 2026-03 or 2026-03-09"),
    "phone": (_phone, _PHONE_FORM),
    "linkedin": (_one("linkedin", linkedin_profile), "write https://www.linkedin.com/in/NAME"),
    "country": (_place("country"), _COUNTRY_FORM),
    "region": (_place("region"), "at most 200 characters"),
    "city": (_place("city"), "at most 200 characters"),
    "time_zone": (_one("time_zone", _zone), "an IANA zone, such as Europe/Berlin"),
}
_COMPANY: dict[str, tuple[Reader, str]] = {
    "name": (_one("name", company_name), "write the company's name"),
    "domain": (
        _one("domain", lambda text: company_domain(text, None)),
        "write company.example; a page on a platform names no company",
    ),
    "website": (_one("website", website_url), "write https://www.company.example"),
    "industry": (_industry, "see: prospector fields industry"),
    "headcount": (_one("headcount", _band), "write a number or a band, such as 120, 11-50 or 50+"),
    "country": (_one("country", country_code), _COUNTRY_FORM),
    "phone": (_phone, _PHONE_FORM),
    "linkedin": (_one("linkedin", linkedin_company), "write https://www.linkedin.com/company/NAME"),
    "legal_form": (_one("legal_form", legal_kind), f"one of: {', '.join(LEGAL_KINDS)}"),
    "founded": (_one("founded", _year), "write a year, such as 2009"),
}
