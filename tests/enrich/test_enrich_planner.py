"""The planner: only what can still change the list is asked, and it is counted at the server."""

from __future__ import annotations

import json
import shutil
from datetime import date
from typing import TYPE_CHECKING

import pytest
from sites import Sites, html, json_answer
from workspaces import call_cli, make_workspace

from prospector.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

AS_OF = date(2026, 11, 23)
HUBSPOT = '<script id="hs-script-loader" async src="//js.hs-scripts.com/4455667.js"></script>'
ADS = "<script async src='https://www.googletagmanager.com/gtag/js?id=AW-900055511'></script>" + (
    "<script>gtag('config','AW-900055511');gtag('event','conversion',{'send_to':'AW-900055511/abCdEf'});</script>"
)
MANAGER = '<script src="https://www.googletagmanager.com/gtm.js?id=GTM-ABC1234"></script>'
CONTAINER = ("www.googletagmanager.com", "/gtm.js?id=GTM-ABC1234")
WORDS = f"<p>{'What the company does for whom. ' * 20}</p>"
MENU = (
    '<a href="/about">About</a><a href="/contact">Contact</a><a href="/imprint">Imprint</a>'
    '<a href="/pricing">Pricing</a><a href="/blog">Blog</a><a href="/careers">Careers</a>'
)
JOBS = '<h1>Open positions</h1><ul><li><a href="/careers/1">{}</a></li></ul>'
BOARD = '<iframe src="https://jobs.lever.co/firm{}"></iframe>'
SEGMENT = """name: New in HR
company:
  headcount: "> 10"
  uses: HubSpot
  advertises_on: Google Ads
  hiring: marketing
person:
  role: HR manager
  tenure: "< 1y"
"""
HEADER = "First Name,Last Name,Email,Job Title,Job Start Date,Company,Website,Employees"
COMPANIES = 200


def host(number: int) -> str:
    return f"firm{number}.example"


def site(number: int) -> dict:
    """One site of 200: a third uses HubSpot, a third of those advertises, two thirds of those seek marketers.

    A quarter has a tag manager, whose container holds no tag; two fifths keep their jobs on a board.
    """
    hubspot, ads, marketing = number % 3 == 0, number % 9 == 0, number % 27 != 0
    head = (HUBSPOT if hubspot else "") + (ADS if ads else "") + (MANAGER if number % 4 == 0 else "")
    pages = {"/": html(f"<head><title>Firm {number}</title>{head}</head><body>{MENU}{WORDS}</body>")}
    title = "Marketing Manager" if marketing else "Accountant"
    jobs = BOARD.format(number) if number % 5 < 2 else JOBS.format(title)
    pages["/careers"] = html(f"<title>Careers</title><body>{jobs}{WORDS}</body>")
    for name in ("about", "contact", "imprint", "pricing", "blog"):
        pages[f"/{name}"] = html(f"<title>{name}</title><body>{WORDS}</body>")
    pages["/robots.txt"] = html("User-agent: *\nAllow: /\n")
    board = ("api.lever.co", f"/v0/postings/firm{number}?mode=json&limit=100&skip=0")
    posting = {"id": "1", "text": title, "hostedUrl": "https://jobs.lever.co/x/1", "categories": {}}
    return {board: json_answer(json.dumps([posting]))} | {
        (host(number), path): page for path, page in pages.items()
    }


def people() -> str:
    """A person at each company. Stored facts settle two of seven companies: too small, or nobody fits.

    Of one in five nobody knows since when the role is theirs, which no site will tell.
    """
    rows = [HEADER]
    for number in range(COMPANIES):
        staff = "4" if number % 7 == 1 else "120"
        title = "Chief Accountant" if number % 7 == 2 else "HR Manager"
        started = "" if number % 5 == 3 else "2026-05-02"
        given = "".join(chr(ord("a") + int(digit)) for digit in str(number))
        rows.append(
            f"G{given},F{given},p{number}@{host(number)},{title},{started},Firm {number},{host(number)},{staff}"
        )
    return "\n".join(rows) + "\n"


def prepare(folder: Path, sites: Sites, text: str, segment: str = SEGMENT) -> Path:
    make_workspace(folder, http={"connect_to": {"http": sites.address}, "timeout": 5}, segment=segment)
    (folder / "people.csv").write_text(text, encoding="utf-8")
    with Workspace.open(folder, as_of=AS_OF) as opened:
        opened.import_file(folder / "people.csv")
    return folder


def members(opened: Workspace) -> list[str]:
    return [found.prospect.person.email or "" for found in opened.find(opened.segment("hr"))]


def run(folder: Path, as_of: date = AS_OF, *, only_due: bool = True) -> tuple[int, list[str]]:
    """Companies looked up for the segment, and its list afterwards."""
    with Workspace.open(folder, as_of=as_of) as opened:
        segment = opened.segment("hr")
        due, _ = opened.companies_to_read(segment)
        report = opened.enrich(due, segment=segment)
        return report.companies, members(opened)


def paths(sites: Sites, name: str) -> set[str]:
    return {path for (asked, path), count in sites.asked.items() if asked == name and count}


def test_a_quarter_of_the_requests_of_looking_everything_up_gives_the_same_list(tmp_path):
    pages = {key: page for number in range(COMPANIES) for key, page in site(number).items()}
    pages[CONTAINER] = html("var data = {}")
    with Sites(pages) as sites:
        planned = prepare(tmp_path / "planned", sites, people())
        full = tmp_path / "full"
        shutil.copytree(planned, full)
        told = json.loads(call_cli("enrich", "--segment", "hr", "--plan", "--json", cwd=planned).stdout)
        assert sum(sites.asked.values()) == 0
        companies, found = run(planned)
        few = sum(sites.asked.values())
        sites.asked.clear()
        with Workspace.open(full, as_of=AS_OF) as opened:
            from prospector.segments.selection import undecided_companies

            undecided = undecided_companies(opened.db, opened.segment("hr"))
            report = opened.enrich(undecided, deep=True)
            everything = members(opened)
        many = sum(sites.asked.values())
    assert companies == told["companies"]
    assert report.companies == told["asked"] > companies
    assert found == everything
    assert len(found) >= 4
    assert few * 4 <= many, (few, many)
    assert few <= told["requests_at_most"]
    assert abs(told["requests_about"] - few) <= 0.25 * few
    assert told["requests_for_everything"] >= 4 * told["requests_about"]


def one_person(title: str = "HR Manager", started: str = "2026-05-02", staff: str = "120") -> str:
    return f"{HEADER}\nAna,Ruiz,ana@firm0.example,{title},{started},Firm 0,firm0.example,{staff}\n"


def pages_of(home: str, careers: str = "") -> dict:
    return {
        ("firm0.example", "/"): html(f"<title>Firm</title>{home}{MENU}{WORDS}"),
        ("firm0.example", "/careers"): html(f"<title>Careers</title>{careers}{WORDS}"),
    }


def test_a_company_is_left_as_soon_as_one_criterion_says_no(tmp_path):
    with Sites(pages_of(HUBSPOT, JOBS.format("Marketing Manager"))) as sites:
        run(prepare(tmp_path / "w", sites, one_person()))
        assert paths(sites, "firm0.example") == {"/robots.txt", "/"}


def test_a_company_goes_on_while_everything_says_yes_or_unknown(tmp_path):
    with Sites(pages_of(HUBSPOT + ADS, JOBS.format("Marketing Manager"))) as sites:
        _, found = run(prepare(tmp_path / "w", sites, one_person()))
        assert paths(sites, "firm0.example") == {"/robots.txt", "/", "/careers"}
    assert found == ["ana@firm0.example"]


@pytest.mark.parametrize(
    "row",
    [one_person(title="Accountant"), one_person(started="2019-01-01"), one_person(staff="3")],
    ids=["role", "tenure", "headcount"],
)
def test_a_company_is_not_asked_when_everybody_there_is_out_already(tmp_path, row):
    with Sites(pages_of(HUBSPOT)) as sites:
        assert run(prepare(tmp_path / "w", sites, row))[0] == 0
        assert not sites.asked


def test_an_unknown_that_no_site_can_answer_makes_asking_the_site_useless(tmp_path):
    with Sites(pages_of(HUBSPOT + ADS, JOBS.format("Marketing Manager"))) as sites:
        assert run(prepare(tmp_path / "out", sites, one_person(started="")))[0] == 0
        assert not sites.asked
        lenient = SEGMENT.replace('tenure: "< 1y"', 'tenure: {any: ["< 1y"], unknown: include}')
        companies, found = run(prepare(tmp_path / "in", sites, one_person(started=""), lenient))
    assert companies == 1
    assert found == ["ana@firm0.example"]


def test_a_container_is_not_read_for_what_the_page_has_shown_already(tmp_path):
    pages = pages_of(HUBSPOT + ADS + MANAGER, JOBS.format("Marketing Manager"))
    with Sites(pages) as sites:
        _, found = run(prepare(tmp_path / "w", sites, one_person()))
        assert paths(sites, "www.googletagmanager.com") == set()
    assert found == ["ana@firm0.example"]


def test_another_question_later_starts_where_the_first_one_stopped(tmp_path):
    with Sites(pages_of(HUBSPOT, JOBS.format("Marketing Manager"))) as sites:
        folder = prepare(tmp_path / "w", sites, one_person())
        run(folder)
        (folder / "segments" / "hr.yaml").write_text(
            "name: X\ncompany: {hiring: marketing}\nperson: {role: HR manager}\n"
        )
        sites.asked.clear()
        companies, found = run(folder)
        assert (companies, found) == (1, ["ana@firm0.example"])
        assert paths(sites, "firm0.example") == {"/robots.txt", "/careers"}
        assert run(folder)[0] == 0


def test_companies_with_the_most_undecided_people_come_first(tmp_path):
    rows = [HEADER]
    for number, count in ((0, 1), (1, 3), (2, 2)):
        rows += [
            f"A{chr(97 + i)},B,p{i}@{host(number)},HR Manager,2026-05-02,Firm {number},{host(number)},50"
            for i in range(count)
        ]
    with (
        Sites({}) as sites,
        Workspace.open(prepare(tmp_path / "w", sites, "\n".join(rows)), as_of=AS_OF) as opened,
    ):
        due, _ = opened.companies_to_read(opened.segment("hr"))
        domains = [opened.company(f"company:{company}").domain for company in due]
    assert domains == [host(1), host(2), host(0)]


def test_a_page_that_has_not_changed_is_not_read_again_and_its_facts_stay_fresh(tmp_path):
    later = date(2027, 1, 30)
    home = f"<title>Firm</title>{HUBSPOT}{MENU}{WORDS}"
    pages = {("firm0.example", "/"): html(home, headers='ETag: "v1"\r\n')}
    with Sites(pages) as sites:
        folder = prepare(tmp_path / "w", sites, one_person())
        with Workspace.open(folder, as_of=AS_OF) as opened:
            opened.enrich(opened.companies_to_read()[0])
        sites.pages["firm0.example", "/"] = b'HTTP/1.1 304 Not Modified\r\nETag: "v1"\r\n\r\n'
        with Workspace.open(folder, as_of=later) as opened:
            report = opened.enrich(opened.companies_to_read()[0])
            company = opened.company("firm0.example")
        assert 'if-none-match: "v1"' in sites.heads["firm0.example", "/"].lower()
    assert report.outcomes == {"found": 1}
    hubspot = next(use for use in company.technologies if use.name == "HubSpot")
    assert hubspot.seen_on == later
    assert dict(company.read)["html"] == later


def test_a_page_that_changed_loses_what_it_no_longer_shows(tmp_path):
    pages = {("firm0.example", "/"): html(f"<title>F</title>{HUBSPOT}{WORDS}", headers='ETag: "v1"\r\n')}
    with Sites(pages) as sites:
        folder = prepare(tmp_path / "w", sites, one_person())
        with Workspace.open(folder, as_of=AS_OF) as opened:
            opened.enrich(opened.companies_to_read()[0])
        sites.pages["firm0.example", "/"] = html(f"<title>F</title>{WORDS}", headers='ETag: "v2"\r\n')
        with Workspace.open(folder, as_of=date(2027, 1, 30)) as opened:
            opened.enrich(opened.companies_to_read()[0])
            names = {use.name for use in opened.company("firm0.example").technologies}
    assert "HubSpot" not in names


def test_the_plan_on_the_terminal_names_requests_and_savings(tmp_path):
    with Sites({}) as sites:
        done = call_cli("enrich", "--segment", "hr", "--plan", cwd=prepare(tmp_path / "w", sites, people()))
        assert not sites.asked
    assert done.returncode == 0
    assert "requests at most" in done.stdout
    assert "saved" in done.stderr


def test_a_board_is_read_for_an_open_question_about_jobs(tmp_path):
    jobs = '{"jobs":[{"id":1,"internal_job_id":2,"title":"Growth Marketing Manager","updated_at":"2026-11-03T10:00:00Z",'
    jobs += '"first_published":"2026-10-30T10:00:00Z","location":{"name":"Rotterdam"},'
    jobs += (
        '"absolute_url":"https://job-boards.greenhouse.io/acme/jobs/1","departments":[]}],"meta":{"total":1}}'
    )
    board = '<script src="https://boards.greenhouse.io/embed/job_board/js?for=acme"></script>'
    pages = {
        **pages_of(HUBSPOT + ADS + board),
        ("boards-api.greenhouse.io", "/v1/boards/acme/jobs?content=true"): json_answer(jobs),
    }
    with Sites(pages) as sites:
        _, found = run(prepare(tmp_path / "w", sites, one_person()))
        assert "/careers" not in paths(sites, "firm0.example")
    assert found == ["ana@firm0.example"]
