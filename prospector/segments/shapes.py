"""The JSON of who is found and why: rows of `find`, counts, the funnel, answers, changes, problems of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, NotRequired, TypeAlias, TypedDict

from prospector.core.json_shapes import Day
from prospector.core.shapes import CustomFields, EmailNote, PhoneNote, further_keys


class _PersonStart(TypedDict):
    person_id: Annotated[int, "The person's number; `person:ID` names it."]
    company_id: Annotated[int | None, "The employer's number; `company:ID` names it."]
    first_name: Annotated[str | None, "Given name."]
    last_name: Annotated[str | None, "Family name, particles included."]
    email: Annotated[str | None, "Business address."]
    title: Annotated[str | None, "Job title as given."]
    department: Annotated[str | None, "Department that the title states."]
    seniority: Annotated[str | None, "Level that the title states."]
    company: Annotated[str | None, "The employer's name without its legal form."]
    domain: Annotated[str | None, "The employer's registrable domain."]
    industry: Annotated[str | None, "The employer's industry, a key of the taxonomy."]
    headcount: Annotated[str | None, "The employer's headcount: a number or a band."]
    country: Annotated[str | None, "The employer's country, else the person's; ISO 3166 alpha-2."]
    company_country: Annotated[str | None, "The employer's country, ISO 3166 alpha-2."]
    role_started: Annotated[str | None, "When the current role began; may lack day or month."]
    phone: Annotated[str | None, "The person's phone number, E.164."]
    email_note: EmailNote
    phone_note: PhoneNote
    linkedin: Annotated[str | None, "The person's LinkedIn profile."]


class _Rank(TypedDict):
    score: Annotated[int, "The points of all rules that hold."]
    fit: Annotated[int, "Those of them for who somebody is."]
    engagement: Annotated[int, "Those of them for what somebody has done."]
    qualification: Annotated[str | None, "The highest threshold that the score reaches, such as sql."]
    answer: Annotated[str, "match; unknown or review where the policy lets such people through."]
    because: Annotated[list[str], "What made the criteria match, and the score what it is."]


class _CompanyStart(TypedDict):
    company_id: Annotated[int, "The company's number; `company:ID` names it."]
    name: Annotated[str | None, "Name without its legal form."]
    domain: Annotated[str | None, "Registrable domain."]
    industry: Annotated[str | None, "Industry, a key of the taxonomy."]
    headcount: Annotated[str | None, "Employees: a number or a band."]
    country: Annotated[str | None, "Country, ISO 3166 alpha-2."]


class _CompanyUse(TypedDict):
    technologies: Annotated[list[str], "What it is known to use."]
    advertises_on: Annotated[list[str], "The ad platforms on which it is known to buy."]


if TYPE_CHECKING:
    FoundPersonShape: TypeAlias = dict[str, Any]
    FoundCompanyShape: TypeAlias = dict[str, Any]
else:
    # Between them stand the fields of the table that have no place of their own.
    FoundPersonShape = TypedDict(
        "FoundPersonShape",
        {
            **_PersonStart.__annotations__,
            **further_keys("person"),
            **further_keys("company"),
            "custom": CustomFields,
            "company_custom": CustomFields,
            **_Rank.__annotations__,
            "suppressed": Annotated[bool, "Whether nobody may write to the person."],
        },
    )
    FoundCompanyShape = TypedDict(
        "FoundCompanyShape",
        {
            **_CompanyStart.__annotations__,
            **further_keys("company"),
            "custom": CustomFields,
            **_CompanyUse.__annotations__,
            **_Rank.__annotations__,
        },
    )


class CountsShape(TypedDict):
    """People, or companies, by answer, before the policy for unknown ones."""

    match: Annotated[int, "All criteria match."]
    no_match: Annotated[int, "One criterion at least says no."]
    unknown: Annotated[int, "Too little is known."]
    suppressed: NotRequired[Annotated[int, "Of the people who match: nobody may write to them."]]


class FunnelLineShape(TypedDict):
    """One criterion of the funnel."""

    criterion: Annotated[str, "The criterion."]
    match: Annotated[int, "People for whom it matches."]
    no_match: Annotated[int, "People for whom it does not."]
    unknown: Annotated[int, "People of whom too little is known."]
    remaining: Annotated[int, "People who match this one and all above it."]
    could_win: Annotated[int, "People who are unknown here while no other criterion says no."]
    lookup: Annotated[
        str | None, "What `enrich` would read for it; null if only an import or `set` can tell."
    ]


class ExplainedShape(TypedDict):
    """One criterion and its answer for one person."""

    criterion: Annotated[str, "The criterion."]
    asked: Annotated[str, "What is asked for."]
    answer: Annotated[str, "match, no_match or unknown."]
    value: Annotated[str | None, "What is known."]
    source: Annotated[str | None, "Who says so."]
    seen_at: Annotated[Day | None, "When it was seen."]
    note: Annotated[str | None, "Why nothing is known."]


class CauseShape(TypedDict):
    """A criterion whose answer is another than before."""

    criterion: Annotated[str, "The criterion."]
    was: Annotated[str, "The answer before."]
    now: Annotated[str, "The answer now."]
    value_was: Annotated[str | None, "What was known before."]
    value_now: Annotated[str | None, "What is known now."]


class MovedShape(TypedDict):
    """A person who came in or went out."""

    change: Annotated[str, "in or out."]
    person_id: Annotated[int, "The person's number."]
    first_name: Annotated[str | None, "Given name."]
    last_name: Annotated[str | None, "Family name."]
    email: Annotated[str | None, "Business address."]
    company: Annotated[str | None, "The employer's name."]
    causes: Annotated[list[CauseShape], "The criteria that moved the person."]
    note: Annotated[str | None, "What else did, where no criterion stands for it."]
    because: Annotated[list[str], "The same in words."]


class ProblemShape(TypedDict):
    """Something wrong in a segment's file."""

    line: Annotated[int | None, "Line of the file."]
    what: Annotated[str, "What is wrong."]
    hint: Annotated[str | None, "What to do."]


class SegmentLineShape(TypedDict):
    """A segment of the workspace."""

    segment: Annotated[str, "Name: the file without .yaml."]
    title: Annotated[str, "Its `name`."]
    asks: Annotated[str, "Its criteria."]


class SegmentReportShape(TypedDict):
    """What is wrong with one segment."""

    segment: Annotated[str, "Name: the file without .yaml."]
    criteria: Annotated[int | None, "How many it has; null if the file cannot be read."]
    errors: Annotated[list[ProblemShape], "What can never be right."]
    warnings: Annotated[list[ProblemShape], "What may be right, such as a field that no data answers."]
