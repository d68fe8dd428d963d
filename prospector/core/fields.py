"""The one table of fields: what is known of a person or a company, how it is stored, asked for and found.

The schema, the segment files, the flags of `find`, `prospector fields`, the docs, the targets of an import, the JSON of
`find` and `show`, and the names in templates are all read from here, so a new field is one new row, and one more where
it can be asked for. Who can answer it stands in `core.sources`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from prospector.core.spans import DateSpan, NumberSpan

if TYPE_CHECKING:
    from collections.abc import Sequence

OTHER_INDUSTRY = "other:"
"""Prefix of an industry that the taxonomy lacks: the source's own words, folded."""

Subject = Literal["person", "company"]
TABLES: dict[Subject, str] = {"person": "people", "company": "companies"}
"""Where the current values are stored."""
Type = Literal["text", "number", "date_span", "number_span"]
Cell = str | int | None


@dataclass(frozen=True, slots=True)
class Field:
    """A stored fact. `max_age` is how many days a stronger source outranks a newer one."""

    name: str
    subject: Subject
    help: str
    type: Type = "text"
    max_age: int = 365

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that hold the current value."""
        if self.type == "number_span":
            return (f"{self.name}_min", f"{self.name}_max")
        if self.type == "date_span":
            return (f"{self.name}_from", f"{self.name}_to")
        return (self.name,)

    @property
    def kind(self) -> str:
        """The SQL type of its columns."""
        return "INTEGER" if self.type in ("number", "number_span") else "TEXT"

    def cells(self, value: str | int | None) -> tuple[Cell, ...]:
        """The columns' cells for a value in its canonical text form (see `spans`)."""
        if value is None:
            return (None,) * len(self.columns)
        if self.type == "number_span":
            numbers = NumberSpan.parse(str(value))
            return (numbers.minimum, numbers.maximum)
        if self.type == "date_span":
            dates = DateSpan.parse(str(value))
            return (dates.earliest.isoformat(), dates.latest.isoformat())
        return (int(value) if self.type == "number" else str(value),)

    def value(self, cells: Sequence[Any]) -> Any:
        """The typed value of the columns' cells; None if it is not known."""
        if self.type == "number_span":
            return None if cells[0] is None and cells[1] is None else NumberSpan(cells[0], cells[1])
        if self.type == "date_span":
            days = [date.fromisoformat(cell) for cell in cells if cell]
            return DateSpan(days[0], days[1]) if len(days) > 1 else None
        return cells[0]


PERSON_FIELDS = (
    Field("first_name", "person", "Given name."),
    Field("last_name", "person", "Family name, particles included."),
    Field("greeting", "person", 'What to write after "Hi"; empty when unsure.'),
    Field("email", "person", "Business address.", max_age=180),
    Field("email_status", "person", "What the source says of the address, such as verified.", max_age=90),
    Field("email_verdict", "person", "What verifying the address found.", max_age=90),
    Field("email_send", "person", "What follows from it: ok, hold or never.", max_age=90),
    Field("title", "person", "Job title as given.", max_age=180),
    Field("department", "person", "Department that the title states.", max_age=180),
    Field("seniority", "person", "Level that the title states.", max_age=180),
    Field("role_started", "person", "When the current role began; may lack day or month.", "date_span", 180),
    Field(
        "employed_since", "person", "When the work for the company began; may lack day or month.", "date_span"
    ),
    Field("crm_stage", "person", "Stage or status that a source tells of, in its words.", max_age=90),
    Field("replied", "person", "A reply that a source tells of: its day, or yes."),
    Field("phone", "person", "Phone number, E.164; as written where its country is not known."),
    Field("linkedin", "person", "LinkedIn profile."),
    Field("country", "person", "Country, ISO 3166 alpha-2."),
    Field("region", "person", "State or region."),
    Field("city", "person", "City."),
    Field("time_zone", "person", "IANA time zone for the send times."),
    Field(
        "employment",
        "person",
        "What stands in place of an employer, such as freelance or retired.",
        max_age=180,
    ),
    Field("company_id", "person", "The employer, a row of `companies`.", "number", 180),
)

COMPANY_FIELDS = (
    Field("name", "company", "Name without its legal form."),
    Field("domain", "company", "Registrable domain."),
    Field("website", "company", "Web address."),
    Field("industry", "company", "Industry, a key of the taxonomy."),
    Field("industry_text", "company", "Industry in the source's own words."),
    Field("headcount", "company", "Employees: a number or a band.", "number_span"),
    Field("country", "company", "Country, ISO 3166 alpha-2."),
    Field("region", "company", "State or region."),
    Field("city", "company", "City."),
    Field("address", "company", "Postal address in one line."),
    Field("phone", "company", "Phone number, E.164; as written where its country is not known."),
    Field("linkedin", "company", "LinkedIn page."),
    Field("description", "company", "What the company says of itself."),
    Field("site_text", "company", "What its home page says, from the top."),
    Field("founded", "company", "Year of foundation.", "number"),
    Field(
        "domain_registered", "company", "When the domain was registered; may lack day or month.", "date_span"
    ),
    Field("legal_form", "company", "Who runs it: company, partnership or sole_trader."),
    Field("revenue", "company", "Yearly revenue in US dollars: a number or a band.", "number_span"),
    Field("headcount_growth", "company", "Change of the headcount over a year, in percent.", "number", 180),
    Field("keywords", "company", "Words by which a source files the company."),
    Field("funding_stage", "company", "Last round of funding, in the source's words."),
    Field("funding_total", "company", "Money raised in all rounds, as the source has it.", "number"),
    Field("funding_amount", "company", "Money raised in the last round, as the source has it.", "number"),
    Field("funded_on", "company", "When the last round of funding was; may lack day or month.", "date_span"),
)


@dataclass(frozen=True, slots=True)
class FilterField:
    """A word of the segment files and a flag of `find`.

    `form` says how a value is written and what is asked with it: each form has one class in `segments/criteria`.
    `word` is the flag's word where people and companies share a name, `stored` the stored field that is asked, of the
    same name unless another is given, and `because` how the value reads as a reason.
    """

    name: str
    subject: Subject
    form: str
    example: str
    help: str
    word: str = ""
    stored: str = ""
    because: str = "{}"

    def __post_init__(self) -> None:
        if not self.stored:
            object.__setattr__(self, "stored", self.name)

    @property
    def key(self) -> str:
        """The field's word where both subjects are spoken of at once: unique in the table."""
        return self.word or self.name

    @property
    def flag(self) -> str:
        """The flag of `find`."""
        return "--" + self.key.partition(".")[0].replace("_", "-")


FILTER_FIELDS = (
    FilterField(
        "industry",
        "company",
        "industry",
        "banking",
        "Industry, with the industries below it in the taxonomy.",
    ),
    FilterField(
        "headcount",
        "company",
        "band",
        "> 10",
        "Employees: > >= < <= =, 11-50 or 50+. Bands count as a whole.",
        because="{} employees",
    ),
    FilterField(
        "headcount_growth",
        "company",
        "percent",
        ">= 10%",
        "Change of the headcount over a year.",
        because="{:+d}% employees in a year",
    ),
    FilterField(
        "revenue",
        "company",
        "money",
        "> 10m",
        "Yearly revenue in US dollars: 500k, 10m-50m, > 1bn.",
        because="revenue {}",
    ),
    FilterField(
        "founded",
        "company",
        "year",
        ">= 2015",
        "Year of foundation: > >= < <= =, 2010-2015.",
        because="founded {}",
    ),
    FilterField(
        "legal_form",
        "company",
        "legal_form",
        "company",
        "Who runs the company: company, partnership or sole_trader.",
        because="run by a {}",
    ),
    FilterField(
        "domain_age",
        "company",
        "period",
        "> 90d",
        "Time since the domain was registered: < 90d, > 1y.",
        stored="domain_registered",
        because="domain registered {}",
    ),
    FilterField("country", "company", "country", "DE", "Country of the company, as a name or a code."),
    FilterField(
        "region", "company", "list", "Bavaria", "State or region of the company, as its sources write it."
    ),
    FilterField("city", "company", "list", "Berlin", "City of the company, as its sources write it."),
    FilterField(
        "domains",
        "company",
        "domains",
        "banco.example",
        "Domain; {in: FILE} or {not_in: FILE} for a list.",
        stored="domain",
    ),
    FilterField(
        "keywords",
        "company",
        "words",
        "payroll",
        "Words in a row in name, keywords, description or home page.",
        because='speaks of "{}"',
    ),
    FilterField(
        "uses",
        "company",
        "technology",
        "HubSpot",
        "Technology seen on the site or stated by a source.",
        because="uses {}",
    ),
    FilterField(
        "technology_category",
        "company",
        "category",
        "crm",
        "Any technology of this category.",
        because="uses {}",
    ),
    FilterField(
        "advertises_on",
        "company",
        "ad_platform",
        "Google Ads",
        "Ad platform with a conversion or remarketing tag. Publisher tags never count.",
        because="advertises with {}",
    ),
    FilterField(
        "hiring",
        "company",
        "opening",
        "marketing",
        "Department of an open job; {title:, within:, count:}.",
        because="hiring {}",
    ),
    FilterField(
        "signal",
        "company",
        "signal",
        "funding",
        "funding, news, expansion or asked of the last 180d; {kind:, within:}.",
    ),
    FilterField(
        "funding_stage",
        "company",
        "list",
        "Series A",
        "Last round of funding, as its sources write it.",
        because="funding {}",
    ),
    FilterField(
        "has",
        "company",
        "fact",
        "domain",
        "A fact of the company that must be there.",
        word="company_has",
        because="has {}",
    ),
    FilterField("role", "person", "role", "HR manager", "Department and seniority that the title states."),
    FilterField("title", "person", "words", "payroll", "Words in a row in the title."),
    FilterField("department", "person", "department", "hr", "Department that the title states."),
    FilterField("seniority", "person", "seniority", "manager+", "Level; manager+ means at least manager."),
    FilterField(
        "tenure",
        "person",
        "period",
        "< 1y",
        "Time in the current role: < 1y, > 90d, 3m-18m.",
        stored="role_started",
        because="in role since {}",
    ),
    FilterField(
        "company_tenure",
        "person",
        "period",
        "> 2y",
        "Time at the current company, in any role.",
        stored="employed_since",
        because="at the company since {}",
    ),
    FilterField(
        "keywords", "person", "words", "benefits", "Words in a row in the title.", word="person_keywords"
    ),
    FilterField(
        "country",
        "person",
        "country",
        "FR",
        "Country of the person, as a name or a code.",
        word="person_country",
    ),
    FilterField("region", "person", "list", "Bavaria", "Region of the person.", word="person_region"),
    FilterField("city", "person", "list", "Berlin", "City of the person.", word="person_city"),
    FilterField(
        "time_zone", "person", "time_zone", "Europe/Berlin", "IANA time zone of the person.", because="in {}"
    ),
    FilterField(
        "emails",
        "person",
        "addresses",
        "ana@banco.example",
        "Address; {in: FILE} or {not_in: FILE} for a list.",
        stored="email",
    ),
    FilterField(
        "email_status",
        "person",
        "status",
        "verified",
        "What a source says of the address.",
        because="address {}",
    ),
    FilterField(
        "email_verdict",
        "person",
        "verdict",
        "deliverable",
        "What verifying the address found.",
        because="address {}",
    ),
    FilterField(
        "send",
        "person",
        "send",
        "ok",
        "What follows from the verdict on the address: ok, hold or never.",
        stored="email_send",
        because="may be written to: {}",
    ),
    FilterField(
        "crm_stage",
        "person",
        "list",
        "Working",
        "Stage or status that a source tells of, as it writes it.",
        because="stage {}",
    ),
    FilterField(
        "stage",
        "person",
        "stage",
        "sql",
        "Stage on our road, or a group of stages of pipeline.yaml; none, any.",
        because="stage {}",
    ),
    FilterField(
        "days_in_stage",
        "person",
        "days_in_stage",
        "> 30d",
        "Time in the stage: < 7d, > 30d, 2w-8w.",
        because="in stage since {}",
    ),
    FilterField(
        "last_answer",
        "person",
        "last_answer",
        "> 60d",
        "Time since the last reply, talk or meeting; ever, never. Unknown where answers are not read.",
        because="last answer {}",
    ),
    FilterField(
        "two_way",
        "person",
        "two_way",
        "> 30d",
        "Time since both sides spoke last; ever, never.",
        because="spoke last {}",
    ),
    FilterField(
        "deal",
        "person",
        "deal",
        "dark",
        "The person's deal: open, won, lost, dark, any, none; {state:, stage:, amount:}.",
        because="deal {}",
    ),
    FilterField(
        "deal",
        "company",
        "deal",
        "open",
        "A deal of the company: open, won, lost, dark, any, none; {state:, stage:, amount:}.",
        word="company_deal",
        because="deal {}",
    ),
    FilterField(
        "campaign",
        "person",
        "campaign",
        "finance-new-hr",
        "Taken by this campaign; {not_in: NAME}.",
        because="in {}",
    ),
    FilterField(
        "contacted",
        "person",
        "contact",
        "never",
        "ever, never, {within: 30d} or {not_within: 90d}.",
        because="in {}",
    ),
    FilterField("custom", "person", "custom", "budget=10k", "Your own column of people: NAME=VALUE."),
    FilterField(
        "custom", "company", "custom", "tier=gold", "Your own column of companies.", word="company_custom"
    ),
    FilterField(
        "has", "person", "fact", "email", "A fact of the person that must be there.", because="has {}"
    ),
)
"""What can be asked for."""


@cache
def stored(subject: Subject) -> dict[str, Field]:
    """The stored fields of a subject by name."""
    return {field.name: field for field in (PERSON_FIELDS if subject == "person" else COMPANY_FIELDS)}


def joint_name(field: Field) -> str:
    """The field's word where both subjects are spoken of at once, as in a file of people with their companies."""
    other: Subject = "company" if field.subject == "person" else "person"
    return f"{field.subject}_{field.name}" if field.name in stored(other) else field.name


@cache
def filters(subject: Subject | None = None) -> dict[str, FilterField]:
    """The filter words of one subject by name, or those of both by key."""
    if subject is None:
        return {field.key: field for field in FILTER_FIELDS}
    return {field.name: field for field in FILTER_FIELDS if field.subject == subject}
