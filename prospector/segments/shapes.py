"""The JSON of who is found and why: rows of `find`, counts, the funnel, answers, changes, problems of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, TypedDict

from prospector.core.json_shapes import Day
from prospector.core.records import BUYING_LEVELS, WEAKEST_GRADE
from prospector.core.shapes import CustomFields, PhoneNote, further_json, further_keys, phone_note

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prospector.core.errors import FileError
    from prospector.core.records import Company, TechnologyUse
    from prospector.segments.changes import Cause, Moved
    from prospector.segments.language.checking import Problem
    from prospector.segments.ranking import Found
    from prospector.segments.reasons import Explained
    from prospector.segments.segment import Segment
    from prospector.segments.selection import Counts, FunnelLine


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


def found_person_json(found: Found) -> FoundPersonShape:
    """A row of `find`."""
    person, company = found.prospect.person, found.prospect.company
    return {
        "person_id": person.id,
        "company_id": company.id if company else None,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "email": person.email,
        "title": person.title,
        "department": person.department,
        "seniority": person.seniority,
        "company": company.name if company else None,
        "domain": company.domain if company else None,
        "industry": company.industry if company else None,
        "headcount": str(company.headcount) if company and company.headcount else None,
        "country": (company.country if company else None) or person.country,
        "company_country": company.country if company else None,
        "role_started": str(person.role_started) if person.role_started else None,
        "phone": person.phone,
        "phone_note": phone_note(person.phone),
        "linkedin": person.linkedin,
        **further_json("person", person),
        **further_json("company", company),
        "custom": dict(person.custom),
        "company_custom": dict(company.custom) if company else {},
        **_rank(found),
    }


def found_company_json(found: Found) -> FoundCompanyShape:
    """A row of `find --companies`; `found` is whoever stands for the company."""
    company = found.prospect.company
    assert company is not None
    return {
        "company_id": company.id,
        "name": company.name,
        "domain": company.domain,
        "industry": company.industry,
        "headcount": str(company.headcount) if company.headcount else None,
        "country": company.country,
        **further_json("company", company),
        "custom": dict(company.custom),
        "technologies": sorted({use.name for use in company.technologies if _is_use(use)}),
        "advertises_on": sorted(_platforms(company)),
        **_rank(found),
    }


def _rank(found: Found) -> dict[str, Any]:
    return {
        "score": found.score,
        **found.points,
        "qualification": found.segment.qualification(found.score),
        "answer": found.answer,
        "because": found.because,
    }


def counts_json(counts: Counts) -> CountsShape:
    """What `find --count` prints."""
    return {"match": counts.match, "no_match": counts.no_match, "unknown": counts.unknown}


def funnel_line_json(line: FunnelLine) -> FunnelLineShape:
    """A row of `segment explain`."""
    return {
        "criterion": line.criterion,
        "match": line.match,
        "no_match": line.no_match,
        "unknown": line.unknown,
        "remaining": line.remaining,
        "could_win": line.could_win,
        "lookup": line.lookup,
    }


def explained_json(one: Explained) -> ExplainedShape:
    """A row of `segment explain --person`."""
    return {
        "criterion": one.criterion,
        "asked": one.asked,
        "answer": one.answer,
        "value": one.evidence.value,
        "source": one.evidence.source,
        "seen_at": one.evidence.seen_at.isoformat() if one.evidence.seen_at else None,
        "note": one.evidence.note,
    }


def moved_json(moved: Moved) -> MovedShape:
    """A row of `segment diff`."""
    person, company = moved.prospect.person, moved.prospect.company
    return {
        "change": moved.change,
        "person_id": person.id,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "email": person.email,
        "company": company.name if company else None,
        "causes": [_cause(cause) for cause in moved.causes],
        "note": moved.note,
        "because": [str(cause) for cause in moved.causes] or [moved.note or ""],
    }


def _cause(cause: Cause) -> CauseShape:
    return {
        "criterion": cause.criterion,
        "was": cause.was,
        "now": cause.now,
        "value_was": cause.value_was,
        "value_now": cause.value_now,
    }


def segment_line_json(name: str, segment: Segment) -> SegmentLineShape:
    """A row of `segment list`."""
    asks = ", ".join(f"{asked.field} {asked.text}" for asked in segment.asked)
    return {"segment": name, "title": segment.title, "asks": asks}


def segment_report_json(name: str, segment: Segment, problems: Iterable[Problem]) -> SegmentReportShape:
    """A row of `segment check`."""
    by_severity: dict[str, list[ProblemShape]] = {"error": [], "warning": []}
    for one in problems:
        by_severity[one.severity].append(problem_json(one))
    return {
        "segment": name,
        "criteria": len(segment.asked),
        "errors": by_severity["error"],
        "warnings": by_severity["warning"],
    }


def unread_segment_json(name: str, faults: Iterable[FileError]) -> SegmentReportShape:
    """The same of a file that cannot be read."""
    errors: list[ProblemShape] = [{"line": one.line, "what": one.what, "hint": one.hint} for one in faults]
    return {"segment": name, "criteria": None, "errors": errors, "warnings": []}


def problem_json(problem: Problem) -> ProblemShape:
    """A problem of `segment check`."""
    return {"line": problem.line, "what": problem.what, "hint": problem.hint}


def _platforms(company: Company) -> set[str]:
    """The ad platforms on which the company is known to buy."""
    uses = company.technologies
    return {use.advertises_on for use in uses if use.advertises_on and use.level in BUYING_LEVELS}


def _is_use(use: TechnologyUse) -> bool:
    """A hint is no use, and a list of names could not tell the two apart."""
    return use.grade is None or use.grade <= WEAKEST_GRADE
