"""The example segment on people whose answers are known: one of them matches it all, each other one differs in
one thing. They come in as a CSV file, and their sites are recorded as a visit records them."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import permutations
from typing import TYPE_CHECKING

import pytest

from prospector.core.records import FoundOpening, Hit
from prospector.intake.importer import ImportOptions, import_file
from prospector.segments.language.files import load_segment
from prospector.segments.language.parsing import Asking
from prospector.segments.ranking import ranked
from prospector.segments.reasons import explain
from prospector.segments.selection import count_people, funnel, people_who_match
from prospector.store.company_facts import (
    add_technologies,
    mark_read,
    replace_openings,
    replace_technologies,
)
from prospector.store.database import Database
from prospector.store.loading import load_prospects

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prospector.segments.segment import Segment

AS_OF = date(2026, 11, 22)
SEGMENT = """\
name: Finance companies with a new HR manager
company:
  industry: [financial services, banking]
  headcount: "> 10"
  uses: HubSpot
  advertises_on: Google Ads
  hiring: marketing
person:
  role: HR manager
  tenure: "< 1y"
unknown: exclude
"""
HUBSPOT = Hit("hubspot", "HubSpot", grade=1)
CONVERSION = Hit("google-ads", "Google Ads", "advertising", advertises_on="Google Ads", level="conversion")
MARKETER = FoundOpening("Marketing Specialist", "marketing", None, "Berlin", None, None)
ALL_READ = ("html", "tag_manager", "jobs")


@dataclass(frozen=True)
class Case:
    """One person with a company. What is not given is as the segment wants it."""

    title: str = "HR Manager"
    start: str = "2026-03-02"
    industry: str = "Banking"
    headcount: str = "11-50"
    technologies: str = ""
    on_site: tuple[Hit, ...] = (HUBSPOT, CONVERSION)
    jobs: tuple[FoundOpening, ...] = (MARKETER,)
    jobs_seen: date = AS_OF
    read: tuple[str, ...] = ALL_READ
    answers: dict[str, str] = field(default_factory=dict)
    """Criteria whose answer is not `match`."""


def _days_before(days: int) -> str:
    return (AS_OF - timedelta(days=days)).isoformat()


def _tag(level: str | None, grade: int = 1, advertises_on: str | None = "Google Ads") -> Hit:
    return Hit(
        "google-ads", "Google Ads", "advertising", grade=grade, level=level, advertises_on=advertises_on
    )


def _no(criterion: str) -> dict[str, str]:
    return {criterion: "no_match"}


def _open(criterion: str) -> dict[str, str]:
    return {criterion: "unknown"}


ADSENSE = Hit("adsense", "Google AdSense", "advertising")
CASES: dict[str, Case] = {
    "all as wanted": Case(),
    "insurance is below financial services": Case(industry="Insurance"),
    "another industry": Case(industry="Computer Software", answers=_no("company.industry")),
    "an industry outside the taxonomy": Case(industry="Llama shearing", answers=_open("company.industry")),
    "no industry": Case(industry="", answers=_open("company.industry")),
    "10 employees": Case(headcount="10", answers=_no("company.headcount")),
    "11 employees": Case(headcount="11"),
    "band 1-10": Case(headcount="1-10", answers=_no("company.headcount")),
    "band 5-50 straddles the limit": Case(headcount="5-50", answers=_open("company.headcount")),
    "band 10+ straddles the limit": Case(headcount="10+", answers=_open("company.headcount")),
    "band 11+ is open upwards": Case(headcount="11+"),
    "up to 50": Case(headcount="up to 50", answers=_open("company.headcount")),
    "no headcount": Case(headcount="", answers=_open("company.headcount")),
    "started 364 days ago": Case(start=_days_before(364)),
    "started 366 days ago": Case(start=_days_before(366), answers=_no("person.tenure")),
    "started exactly a calendar year ago": Case(start="2025-11-22", answers=_no("person.tenure")),
    "started today": Case(start="2026-11-22"),
    "starts tomorrow": Case(start="2026-11-23", answers=_open("person.tenure")),
    "no start": Case(start="", answers=_open("person.tenure")),
    "started in a month within the year": Case(start="2026-03"),
    "started in the month of the cut-off": Case(start="2025-11", answers=_open("person.tenure")),
    "started in the month before the cut-off": Case(start="2025-10", answers=_no("person.tenure")),
    "started in the year of the cut-off": Case(start="2025", answers=_open("person.tenure")),
    "started in a year long past": Case(start="2024", answers=_no("person.tenure")),
    "another level": Case(title="Head of HR", answers=_no("person.role")),
    "another department": Case(title="Finance Manager", answers=_no("person.role")),
    "a department without a level": Case(title="Human Resources", answers=_no("person.role")),
    "a title that says nothing": Case(title="Zauberer", answers=_no("person.role")),
    "no title": Case(title="", answers=_open("person.role")),
    "the role in German": Case(title="Leiterin Personal", answers=_no("person.role")),
    "HubSpot not found on a site that was read": Case(on_site=(CONVERSION,), answers=_no("company.uses")),
    "HubSpot not found, container not read": Case(
        on_site=(CONVERSION,), read=("html", "jobs"), answers=_open("company.uses")
    ),
    "HubSpot not found, nothing read but jobs": Case(
        on_site=(CONVERSION,), read=("jobs",), answers=_open("company.uses")
    ),
    "HubSpot in an imported list": Case(technologies="Salesforce; hub spot", on_site=(CONVERSION,)),
    "an imported list without HubSpot is open": Case(
        technologies="Salesforce; Zoom", on_site=(CONVERSION,), read=("jobs",), answers=_open("company.uses")
    ),
    "only a hint of HubSpot": Case(
        on_site=(replace(HUBSPOT, grade=4), CONVERSION), answers=_no("company.uses")
    ),
    "HubSpot likely": Case(on_site=(replace(HUBSPOT, grade=3), CONVERSION)),
    "Google Ads in an imported list": Case(technologies="AdWords", on_site=(HUBSPOT,)),
    "only AdSense, which sells ads": Case(on_site=(HUBSPOT, ADSENSE), answers=_no("company.advertises_on")),
    "only a helper tag": Case(on_site=(HUBSPOT, _tag("tag")), answers=_no("company.advertises_on")),
    "a remarketing tag": Case(on_site=(HUBSPOT, _tag("remarketing"))),
    "only a hint of a conversion tag": Case(
        on_site=(HUBSPOT, _tag("conversion", 4)), answers=_no("company.advertises_on")
    ),
    "no ads and the container not read": Case(
        on_site=(HUBSPOT,), read=("html", "jobs"), answers=_open("company.advertises_on")
    ),
    "an empty board": Case(jobs=(), answers=_no("company.hiring")),
    "a board that was not read": Case(
        jobs=(), read=("html", "tag_manager"), answers=_open("company.hiring")
    ),
    "only other jobs": Case(jobs=(replace(MARKETER, department="sales"),), answers=_no("company.hiring")),
    "a job seen within the limit": Case(jobs_seen=AS_OF - timedelta(days=30)),
    "a job not seen since": Case(jobs_seen=AS_OF - timedelta(days=31), answers=_open("company.hiring")),
    "nothing known but the address": Case(
        "", "", "", "", "", (), (), AS_OF, (),
        {f"company.{name}": "unknown" for name in ("industry", "headcount", "uses", "advertises_on", "hiring")}
        | {"person.role": "unknown", "person.tenure": "unknown"},
    ),
}  # fmt: skip
"""Everything but a name and a web address can be missing; the sixth field on are those of `Case`."""


def _address(number: int) -> str:
    return f"person{number}@firm{number}.example"


def _write_csv(path: Path, order: list[int]) -> None:
    cases = list(CASES.values())
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["First Name", "Last Name", "Email", "Job Title", "Company", "Website", "Industry",
             "Employees", "Role Started", "Technologies"]
        )  # fmt: skip
        for number in order:
            case = cases[number]
            writer.writerow(
                ["Ana", f"Ruiz {number}", _address(number), case.title, f"Firm {number}", f"firm{number}.example",
                 case.industry, case.headcount, case.start, case.technologies]
            )  # fmt: skip


def _record_site(db: Database, company_id: int, case: Case) -> None:
    add_technologies(db, company_id, "website", case.on_site, AS_OF)
    replace_openings(db, company_id, "careers", case.jobs, case.jobs_seen)
    mark_read(db, company_id, [one for one in case.read if one != "jobs"], AS_OF)
    if "jobs" in case.read:
        mark_read(db, company_id, ["jobs"], case.jobs_seen)


def _database(folder: Path, order: list[int]) -> Database:
    _write_csv(folder / "people.csv", order)
    db = Database(folder / "prospector.db")
    report = import_file(db, folder / "people.csv", ImportOptions(AS_OF), rejects_folder=folder)
    assert (report.people["created"], report.rejects_file) == (len(CASES), None), report.problems
    with db.transaction():
        for number, case in enumerate(CASES.values()):
            company = db.value("SELECT id FROM companies WHERE domain = ?", (f"firm{number}.example",))
            _record_site(db, company, case)
    return db


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    opened = _database(tmp_path_factory.mktemp("example"), list(range(len(CASES))))
    yield opened
    opened.close()


def _segment(tmp_path: Path, text: str = SEGMENT, as_of: date = AS_OF) -> Segment:
    path = tmp_path / "finance-new-hr.yaml"
    path.write_text(text, encoding="utf-8")
    return load_segment(path, Asking(as_of))


def _number(db: Database, number: int) -> int:
    person: int = db.value("SELECT id FROM people WHERE email = ?", (_address(number),))
    return person


@pytest.mark.parametrize("name", CASES)
def test_each_criterion_answers_what_is_known_of_the_case(db: Database, tmp_path: Path, name: str) -> None:
    person = _number(db, list(CASES).index(name))
    (prospect,) = load_prospects(db, [person])
    explained = explain(db, _segment(tmp_path), prospect, AS_OF)
    assert {one.criterion: one.answer for one in explained if one.answer != "match"} == CASES[name].answers


def test_exactly_the_matching_people_are_found_and_the_counts_add_up(db: Database, tmp_path: Path) -> None:
    segment = _segment(tmp_path)
    answers = [set(case.answers.values()) for case in CASES.values()]
    matching = [_number(db, number) for number, case in enumerate(CASES.values()) if not case.answers]
    assert people_who_match(db, segment) == [(person, "match") for person in sorted(matching)]
    counts = count_people(db, segment)
    assert counts.match == len(matching)
    assert counts.no_match == sum("no_match" in answer for answer in answers)
    assert counts.unknown == sum(answer == {"unknown"} for answer in answers)
    for line in funnel(db, segment):
        each = [case.answers.get(line.criterion, "match") for case in CASES.values()]
        assert (line.match, line.no_match, line.unknown) == (
            each.count("match"), each.count("no_match"), each.count("unknown")
        )  # fmt: skip


def test_the_order_does_not_depend_on_the_order_of_the_import(db: Database, tmp_path: Path) -> None:
    backwards = _database(tmp_path, list(reversed(range(len(CASES)))))
    try:
        segment = _segment(tmp_path)
        found = [[row.prospect.person.email for row in ranked(one, segment)] for one in (db, db, backwards)]
    finally:
        backwards.close()
    assert found[0] == found[1] == found[2]
    assert len(found[0]) == sum(not case.answers for case in CASES.values())


def test_rows_of_one_person_give_the_same_answer_in_every_order(tmp_path: Path) -> None:
    rows = [
        ["Ana", "Ruiz", "ana@firm.example", "HR Manager", "Firm", "firm.example", "2026-03-02", "2026-03-10"],
        [
            "Ana",
            "Ruiz",
            "ana@firm.example",
            "HR Assistant",
            "Firm",
            "firm.example",
            "2024-01-01",
            "2025-01-10",
        ],
        ["Ana", "Ruiz", "ana@firm.example", "", "Firm", "firm.example", "", "2026-11-01"],
    ]
    header = ["First Name", "Last Name", "Email", "Title", "Company", "Website", "Role Started", "Seen at"]
    for number, order in enumerate(permutations(rows)):
        folder = tmp_path / str(number)
        folder.mkdir()
        with (folder / "list.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *order])
        db = Database(folder / "prospector.db")
        import_file(db, folder / "list.csv", ImportOptions(AS_OF), rejects_folder=folder)
        found = people_who_match(db, _segment(tmp_path, 'person: {role: HR manager, tenure: "< 1y"}'))
        db.close()
        assert found == [(1, "match")], order


# The cut-off of a span


@pytest.mark.parametrize(
    ("as_of", "start", "tenure", "answer"),
    [
        # 29 February has no day a year before: the cut-off is the last of the month
        (date(2024, 2, 29), "2023-02-28", "< 1y", "no_match"),
        (date(2024, 2, 29), "2023-03-01", "< 1y", "match"),
        (date(2025, 2, 28), "2024-02-28", "< 1y", "no_match"),
        (date(2025, 2, 28), "2024-02-29", "< 1y", "match"),
        (date(2025, 3, 31), "2025-02-28", "< 1m", "no_match"),
        (date(2025, 3, 31), "2025-03-01", "< 1m", "match"),
        (AS_OF, "2025-11-22", "<= 1y", "match"),
        (AS_OF, "2025-11-22", ">= 1y", "match"),
        (AS_OF, "2025-11-22", "> 1y", "no_match"),
        (AS_OF, "2025-11-21", "> 1y", "match"),
        (AS_OF, "2025-11-22", "= 1y", "match"),
        (AS_OF, "2026-08-24", "< 90d", "no_match"),
        (AS_OF, "2026-08-25", "< 90d", "match"),
        (AS_OF, "2026-08-22", "3m-18m", "match"),
        (AS_OF, "2025-05-22", "3m-18m", "match"),
        (AS_OF, "2026-08-23", "3m-18m", "no_match"),
        (AS_OF, "2025-05-21", "3m-18m", "no_match"),
        (AS_OF, "2025-05", "3m-18m", "unknown"),
        (AS_OF, "2027", "> 1y", "unknown"),
        (AS_OF, "2027", "< 1y", "unknown"),
    ],
)
def test_the_cut_off_is_a_day_of_the_calendar_and_not_below_itself(
    tmp_path: Path, as_of: date, start: str, tenure: str, answer: str
) -> None:
    (tmp_path / "one.csv").write_text(f"Name,Email,Role Started\nAna Ruiz,ana@firm.example,{start}\n")
    db = Database(tmp_path / "prospector.db")
    import_file(db, tmp_path / "one.csv", ImportOptions(as_of), rejects_folder=tmp_path)
    counts = count_people(db, _segment(tmp_path, f'person: {{tenure: "{tenure}"}}', as_of))
    db.close()
    assert {"match": counts.match, "no_match": counts.no_match, "unknown": counts.unknown}[answer] == 1


# What a later visit changes


def test_a_technology_that_a_later_visit_no_longer_sees_is_no_longer_used(tmp_path: Path) -> None:
    db = _one_company(tmp_path)
    segment = _segment(tmp_path, "company: {uses: HubSpot}")
    with db.transaction():
        replace_technologies(db, 1, "website", [HUBSPOT], AS_OF)
        mark_read(db, 1, ["html", "tag_manager"], AS_OF)
    assert count_people(db, segment).match == 1
    with db.transaction():
        replace_technologies(db, 1, "website", [], AS_OF)
    assert count_people(db, segment).no_match == 1
    with db.transaction():
        add_technologies(db, 1, "website", [HUBSPOT], AS_OF)
    assert count_people(db, segment).match == 1
    db.close()


def test_a_job_that_a_later_visit_no_longer_sees_is_closed(tmp_path: Path) -> None:
    db = _one_company(tmp_path)
    segment = _segment(tmp_path, "company: {hiring: marketing}")
    with db.transaction():
        replace_openings(db, 1, "careers", [MARKETER], AS_OF)
        replace_openings(db, 1, "board:x", [MARKETER], AS_OF)
        mark_read(db, 1, ["jobs"], AS_OF)
        replace_openings(db, 1, "careers", [], AS_OF)
    assert count_people(db, segment).match == 1, "the other board still has it"
    with db.transaction():
        replace_openings(db, 1, "board:x", [], AS_OF)
    assert count_people(db, segment).no_match == 1
    db.close()


def test_a_job_that_no_source_has_seen_for_long_does_not_count_on_a_board_that_was_read(
    tmp_path: Path,
) -> None:
    db = _one_company(tmp_path)
    with db.transaction():
        replace_openings(db, 1, "board:gone", [MARKETER], AS_OF - timedelta(days=31))
        mark_read(db, 1, ["jobs"], AS_OF)
    assert count_people(db, _segment(tmp_path, "company: {hiring: marketing}")).no_match == 1
    db.close()


@pytest.mark.parametrize(
    ("asked", "posted", "answer"),
    [
        ("{title: marketing, within: 30d}", date(2026, 10, 23), "match"),
        ("{title: marketing, within: 30d}", date(2026, 10, 22), "no_match"),
        ("{title: marketing, within: 30d}", None, "unknown"),
        ("{title: marketing specialist}", None, "match"),
        ("{title: specialist marketing}", None, "match"),
        ("{title: market}", None, "no_match"),
        ("{title: Märketing}", None, "match"),
        ("{department: marketing, title: specialist}", None, "match"),
        ("{department: sales, title: specialist}", None, "no_match"),
        ("{within: 30d}", AS_OF, "match"),
    ],
)
def test_a_job_is_asked_for_by_words_department_and_posting_date(
    tmp_path: Path, asked: str, posted: date | None, answer: str
) -> None:
    db = _one_company(tmp_path)
    with db.transaction():
        replace_openings(db, 1, "careers", [replace(MARKETER, posted_on=posted)], AS_OF)
        mark_read(db, 1, ["jobs"], AS_OF)
    counts = count_people(db, _segment(tmp_path, f"company: {{hiring: {asked}}}"))
    db.close()
    assert {"match": counts.match, "no_match": counts.no_match, "unknown": counts.unknown}[answer] == 1


def _one_company(folder: Path) -> Database:
    (folder / "one.csv").write_text("Name,Email\nAna Ruiz,ana@firm.example\n")
    db = Database(folder / "prospector.db")
    import_file(db, folder / "one.csv", ImportOptions(AS_OF), rejects_folder=folder)
    return db
