"""What one row of a source says of a person or a company, worked out as the store needs it.

That is the larger part of storing it and needs no database, so an import does it beside the process that
writes (see `intake.parsing`).
"""

from __future__ import annotations

import json
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from prospector.core.custom import PREFIX
from prospector.core.evidence import BY_DOMAIN
from prospector.core.fields import stored
from prospector.normalise.company_names import company_key
from prospector.normalise.text import fold
from prospector.normalise.words import company_words, word_key
from prospector.store.custom_values import custom_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prospector.core.fields import Cell, Subject
    from prospector.store.custom_values import CustomRow

    Values = Mapping[str, Any]

EMPLOYER = "company_id"
_BY_DOMAIN = f',"{BY_DOMAIN}":1'

_CUSTOM_MARK = f'"{PREFIX}'
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class Said(NamedTuple):
    """One statement about one person or company.

    `key` compares names; `cells` are those of `columns_of` as if nothing else were known of the subject; `text`
    is how the evidence stores the values; `addresses` are all of a person's, `custom` the rows of custom fields.
    """

    subject: Subject
    key: str | None
    cells: tuple[Any, ...]
    text: str
    addresses: tuple[str, ...] = ()
    custom: tuple[CustomRow, ...] = ()

    @classmethod
    def of(cls, subject: Subject, values: Values, *, by_hand: bool = False) -> Said:
        """The statement with these values, in canonical form; blank ones say nothing, unless somebody set them."""
        told, values = values, without_blanks(values)
        key = _key(subject, values)
        cells = _current_cells(subject, values, key)
        addresses = addresses_in(values) if subject == "person" else ()
        text = values_text(told if by_hand else values)
        # Most files have none: one look at the text is far cheaper than one at each name.
        custom = custom_rows(values) if _CUSTOM_MARK in text else ()
        return cls(subject, key, cells, text, addresses, custom)

    def at(self, company_id: int, *, by_domain: bool = False) -> Said:
        """The same of a person who works there; `by_domain` marks that the row did not name the employer."""
        before = "{" if self.text == "{}" else f"{self.text[:-1]},"
        text = f'{before}"{EMPLOYER}":{company_id}{_BY_DOMAIN if by_domain else ""}}}'
        return Said(self.subject, self.key, (*self.cells[:-1], company_id), text, self.addresses, self.custom)

    @property
    def values(self) -> Values:
        """All values, those without a cell included."""
        values: Values = json.loads(self.text)
        return values


@lru_cache(maxsize=16_384)
def said_of_place(place: tuple[str | None, ...]) -> Said:
    """The statement that a company is at this country, region and city."""
    named = zip(("country", "region", "city"), place, strict=True)
    return Said.of("company", {name: value for name, value in named if value})


def without_blanks(values: Values) -> Values:
    """The values but for those that are blank: they say nothing."""
    if "" not in values.values():
        return values
    return {name: value for name, value in values.items() if value != ""}


def addresses_in(values: Values) -> tuple[str, ...]:
    """Every address a person was ever seen with finds that person: an opt-out on any of them counts."""
    first = (values["email"],) if values.get("email") else ()
    return (*first, *values["more_emails"].split()) if "more_emails" in values else first


def person_key(first_name: str | int | None, last_name: str | int | None) -> str | None:
    """The comparing key of a person's name; None unless both parts are known."""
    return fold(f"{first_name} {last_name}") if first_name and last_name else None


def name_key(name: str | int | None) -> str | None:
    """The comparing key of a company's name."""
    return company_key(str(name)) or None if name else None


def values_text(values: Values) -> str:
    """An observation's values as the evidence stores them: JSON, an eighth of the time that `json` takes."""
    try:
        return orjson.dumps(values).decode()
    except TypeError:  # half of a pair of surrogates, or a number beyond 64 bits
        return _ENCODER.encode(values)


def _key(subject: Subject, values: Values) -> str | None:
    if subject == "person":
        return person_key(values.get("first_name"), values.get("last_name"))
    return name_key(values.get("name"))


@cache
def _texts(subject: Subject) -> tuple[str, ...]:
    """The fields that are stored as they are."""
    return tuple(name for name, field in stored(subject).items() if field.type == "text")


@cache
def _typed(subject: Subject) -> tuple[tuple[str, tuple[None, ...]], ...]:
    """The fields that have cells of their own, with their cells where nothing is known; but for the employer."""
    typed = (field for field in stored(subject).values() if field.type != "text" and field.name != EMPLOYER)
    return tuple((field.name, (None,) * len(field.columns)) for field in typed)


@cache
def columns_of(subject: Subject) -> tuple[str, ...]:
    """The columns of the current values: texts, then the others, then the keys for comparing and searching, and
    last a person's employer.
    """
    fields = stored(subject)
    typed = [column for name, _ in _typed(subject) for column in fields[name].columns]
    last = ("title_key", EMPLOYER) if subject == "person" else ("word_key",)
    return (*_texts(subject), *typed, "name_key", *last)


def current_cells(subject: Subject, values: Values) -> tuple[Cell, ...]:
    """The cells of `columns_of` for current values, whoever said them."""
    return _current_cells(subject, values, _key(subject, values))


def _current_cells(subject: Subject, values: Values, key: str | None) -> tuple[Cell, ...]:
    typed: list[Cell] = []
    for name, blank in _typed(subject):
        typed.extend(_cells(subject, name, values[name]) if name in values else blank)
    texts = map(values.get, _texts(subject))
    if subject == "person":
        title = values.get("title")
        return (*texts, *typed, key, _title_key(title) if title else None, values.get(EMPLOYER))
    return (*texts, *typed, key, company_words(values))


@lru_cache(maxsize=16_384)
def _title_key(title: str) -> str:
    return word_key(title)


@lru_cache(maxsize=16_384)
def _cells(subject: Subject, name: str, value: str | int) -> tuple[Cell, ...]:
    """The cells of one field. Remembered: dates, bands and numbers come again and again."""
    return stored(subject)[name].cells(value)


EMAIL, EMAIL_STATUS, LINKEDIN, EMPLOYER_AT, FIRST_NAME, LAST_NAME = map(
    columns_of("person").index, ("email", "email_status", "linkedin", EMPLOYER, "first_name", "last_name")
)
DOMAIN, COUNTRY, REGION, CITY = map(columns_of("company").index, ("domain", "country", "region", "city"))
"""Where a person's and a company's cells stand that tell who is the same."""
