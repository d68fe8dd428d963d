"""The planner: only what can still change the list is asked, and it is counted at the server."""

from __future__ import annotations

import importlib.util
import sys
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest
from sites import Sites, html, json_answer
from workspaces import call_cli

from prospector.workspace import Workspace

COMPANIES = 200


def _benchmark() -> ModuleType:
    """The world of the benchmark, loaded by path since benchmarks are no package."""
    path = Path(__file__).parents[2] / "benchmarks" / "planner.py"
    spec = importlib.util.spec_from_file_location("benchmark_planner", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


world = _benchmark()
AS_OF, HUBSPOT, ADS, MANAGER, WORDS, MENU = (
    getattr(world, name) for name in ("AS_OF", "HUBSPOT", "ADS", "MANAGER", "WORDS", "MENU")
)
HEADER, JOBS, SEGMENT = world.HEADER, world.JOBS, world.SEGMENT
prepare, run, host, people = world.prepare, world.run, world.host, world.people


def paths(sites: Sites, name: str) -> set[str]:
    return {path for (asked, path), count in sites.asked.items() if asked == name and count}


def test_a_quarter_of_the_requests_of_looking_everything_up_gives_the_same_list(tmp_path):
    seen = world.compare(tmp_path, COMPANIES)
    assert seen.companies == seen.told.companies
    assert seen.undecided == seen.told.asked > seen.companies
    assert seen.found == seen.found_by_everything
    assert len(seen.found) >= 4
    assert 4 * seen.planned <= seen.everything
    assert seen.planned <= seen.told.most
    assert abs(seen.told.about - seen.planned) <= 0.25 * seen.planned
    assert seen.told.everything >= 3 * seen.told.about


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
        done = call_cli(
            "enrich", "--segment", "hr", "--plan", cwd=prepare(tmp_path / "w", sites, people(COMPANIES))
        )
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
