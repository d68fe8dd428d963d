"""What the values of a column show: addresses, links, phones, countries, titles, industries, names.

Looked at once a file, on its first rows: labels come first, and values help where labels do not.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from prospector.normalise.domains import company_domain, website_url
from prospector.normalise.emails import parse_email
from prospector.normalise.headcounts import parse_headcount
from prospector.normalise.industries import industry_key
from prospector.normalise.name_words import kinds_of
from prospector.normalise.organisations import organisation_name
from prospector.normalise.phones import parse_phone, phone_as_written
from prospector.normalise.places import country_code
from prospector.normalise.profile_urls import linkedin_company, linkedin_profile
from prospector.normalise.roles import parse_role

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SAMPLE_ROWS = 200
"""Rows whose values are looked at."""

_LONGEST = 200
_MOST_WORDS = 4
_GIVEN = frozenset({"given", "only_given", "short_given"})
_PHONE_SIGNS = re.compile(r"\+|[\d)] ?[-/. ] ?\d|\(\d")
_LETTER = re.compile(r"[^\W\d_]")


class Sample:
    """The first rows of a file, column by column, as text."""

    def __init__(self, rows: Sequence[Sequence[str]], width: int) -> None:
        self.rows = rows
        self.columns = [ColumnValues([row[at] for row in rows]) for at in range(width)]


class ColumnValues:
    """The values of one column, in the order of the rows."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = [text[:_LONGEST].strip() for text in texts]

    @cached_property
    def filled(self) -> list[str]:
        """The values that are there, each once."""
        return list(dict.fromkeys(text for text in self.texts if any(map(str.isalnum, text))))

    def share(self, holds: Callable[[str], object]) -> float:
        """The share of the different values for which something holds."""
        return sum(bool(holds(text)) for text in self.filled) / len(self.filled) if self.filled else 0.0


class Form(NamedTuple):
    """What the values of a column may be: for people and for companies, and how sure that must be."""

    people: str
    companies: str
    words: str
    """What the terminal says."""
    holds: Callable[[str], object]
    share: float
    fewest: int
    """Different values from which that can be told."""


def _is_phone(text: str) -> bool:
    return bool(_PHONE_SIGNS.search(text) and (parse_phone(text) or phone_as_written(text)))


def _is_country(text: str) -> bool:
    return len(text) > 3 and country_code(text) is not None


def _is_band(text: str) -> bool:
    """A size in words: a number alone may count anything."""
    return bool(_LETTER.search(text) and re.search(r"\d", text) and parse_headcount(text))


def _is_title(text: str) -> bool:
    return len(text) > 2 and parse_role(text).seniority is not None


def _is_person(text: str) -> bool:
    words = text.split()
    named = any(kinds_of(word) & _GIVEN for word in words[:2])
    return named and 2 <= len(words) <= _MOST_WORDS and organisation_name(text) is None


def own_site(text: str) -> bool:
    return (
        "." in text and " " not in text and website_url(text) is not None and bool(company_domain(text, None))
    )


def _is_industry(text: str) -> bool:
    return bool(_LETTER.search(text)) and industry_key(text) is not None


FORMS: tuple[Form, ...] = (
    Form("email", "email", "e-mail addresses", parse_email, 0.8, 1),
    Form("linkedin", "linkedin", "profiles of people", linkedin_profile, 0.8, 1),
    Form("company_linkedin", "company_linkedin", "pages of companies", linkedin_company, 0.8, 1),
    Form("website", "website", "websites", own_site, 0.8, 2),
    Form("headcount", "headcount", "numbers of employees", _is_band, 0.8, 2),
    Form("phone", "company_phone", "phone numbers", _is_phone, 0.8, 2),
    Form("country", "company_country", "countries", _is_country, 0.8, 1),
    Form("title", "title", "job titles", _is_title, 0.6, 2),
    Form("full_name", "full_name", "names of people", _is_person, 0.5, 2),
    Form("company", "company", "names of companies", organisation_name, 0.5, 2),
    Form("industry", "industry", "industries", _is_industry, 0.7, 2),
)
"""The surest first."""


def form_of(values: ColumnValues) -> Form | None:
    """What the values of a column are; None where that cannot be told."""
    known = (form for form in FORMS if len(values.filled) >= form.fewest)
    return next((form for form in known if values.share(form.holds) >= form.share), None)
