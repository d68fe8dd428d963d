"""The fictional companies of the sample workspace, read from `data/companies.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from datetime import date

DATA = Path(__file__).parent / "data"

COUNTRIES = {
    "DE": ("Germany", "de"),
    "ES": ("Spain", "es"),
    "FR": ("France", "fr"),
    "GB": ("United Kingdom", "en"),
    "IT": ("Italy", "it"),
    "NL": ("Netherlands", "nl"),
    "PL": ("Poland", "pl"),
    "US": ("United States", "en"),
}
"""Country code -> English name, language of the site."""


@dataclass(frozen=True, slots=True)
class DemoJob:
    """A job that a company advertises; `posted` and `closed` are days before the as-of date."""

    id: int
    title: str
    department: str
    posted: int
    closed: int | None = None

    def posted_on(self, as_of: date) -> date:
        """The day the job was posted."""
        return as_of - timedelta(days=self.posted)

    def valid_through(self, as_of: date) -> date:
        """The last day to apply: in the past where the job is closed."""
        return as_of + timedelta(days=30) if self.closed is None else as_of - timedelta(days=self.closed)


@dataclass(frozen=True, slots=True)
class DemoCompany:
    """A fictional company: what the import files tell about it, and what its site shows."""

    number: int
    """Counts from 1 in the order of the file; invented account ids are made of it."""
    key: str
    name: str
    legal: str
    domain: str
    country: str
    city: str
    street: str
    postcode: str
    industry: str
    headcount: str
    """A number, a band, or empty where no file tells it."""
    founded: int
    mail: str
    """How addresses are made: first.last, f.last, flast or first."""
    tagline: str
    tags: tuple[str, ...]
    story: str
    """`match`, or the one criterion that the company misses by design (`site`: its site cannot be read); `later`: it
    matches, and is known from the file that is left to import."""
    jobs: tuple[DemoJob, ...] = ()
    careers_path: str = ""
    careers_kind: str = ""
    """html, jsonld, greenhouse, lever or empty; blank where there is no careers page."""
    site: str = "ok"
    """ok, error (answers 500), robots (forbidden by robots.txt) or gone (never answers)."""
    phone: str = ""
    files: str = "azc"
    note: str = ""

    @property
    def country_name(self) -> str:
        """The country in English."""
        return COUNTRIES[self.country][0]

    @property
    def language(self) -> str:
        """Language of the site, two letters."""
        return COUNTRIES[self.country][1]

    @property
    def linkedin(self) -> str:
        """An invented LinkedIn page."""
        return f"https://www.linkedin.com/company/{self.key}-example"

    @property
    def board(self) -> str:
        """Slug of the company's board at its applicant tracking system."""
        return f"{self.key}-example"

    @property
    def container(self) -> str:
        """Invented id of the tag-manager container."""
        return f"GTM-DX{self.number:02d}KQ"

    def account(self, prefix: int, digits: int) -> str:
        """An invented account id of `digits` digits that no other company shares."""
        return str(prefix * 10 ** (digits - len(str(prefix))) + self.number * 7919)


@cache
def companies() -> tuple[DemoCompany, ...]:
    """All companies, in the order of the file."""
    # CSafeLoader needs a tenth of the time, but some platforms' wheels lack it.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with (DATA / "companies.yaml").open(encoding="utf-8") as file:
        entries = yaml.load(file, loader)  # noqa: S506 (both loaders are safe ones)
    return tuple(_company(number, entry) for number, entry in enumerate(entries, start=1))


@cache
def company_by_key() -> dict[str, DemoCompany]:
    """Companies by their key."""
    return {company.key: company for company in companies()}


def _company(number: int, entry: dict[str, Any]) -> DemoCompany:
    fields = dict(entry)
    path, kind = fields.pop("careers", ("", ""))
    jobs = fields.pop("jobs", ())
    fields["tags"] = tuple(fields["tags"])
    return DemoCompany(
        number=number,
        jobs=tuple(DemoJob(number * 1000 + place, *job) for place, job in enumerate(jobs, start=1)),
        careers_path=path,
        careers_kind=kind,
        **fields,
    )
