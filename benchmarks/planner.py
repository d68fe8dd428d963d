"""How many requests the planner saves: `enrich --segment` beside looking everything up, counted at the server.

Run as `python benchmarks/planner.py [COMPANIES]`. Made-up sites on a local server; of the companies that the stored
facts leave undecided, both runs must end with the same list of people.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from sites import Sites, html, json_answer
from workspaces import make_workspace

from prospector.segments.selection import undecided_companies
from prospector.workspace import Workspace

if TYPE_CHECKING:
    from prospector.enrich.forecast import Forecast

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


def host(number: int) -> str:
    return f"firm{number}.example"


def site(number: int) -> dict:
    """One site: a third uses HubSpot, a third of those advertises, two thirds of those seek marketers.

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


def people(companies: int) -> str:
    """A person at each company. Stored facts settle two of seven companies: too small, or nobody fits.

    Of one in five nobody knows since when the role is theirs, which no site will tell.
    """
    rows = [HEADER]
    for number in range(companies):
        staff = "4" if number % 7 == 1 else "120"
        title = "Chief Accountant" if number % 7 == 2 else "HR Manager"
        started = "" if number % 5 == 3 else "2026-05-02"
        given = "".join(chr(ord("a") + int(digit)) for digit in str(number))
        rows.append(
            f"G{given},F{given},p{number}@{host(number)},{title},{started},Firm {number},{host(number)},{staff}"
        )
    return "\n".join(rows) + "\n"


@dataclass(frozen=True)
class Comparison:
    """Requests at the server, and the people in the list, of both ways."""

    told: Forecast
    planned: int
    companies: int
    found: list[str]
    everything: int
    undecided: int
    found_by_everything: list[str]


def prepare(folder: Path, sites: Sites, text: str, segment: str = SEGMENT) -> Path:
    """A workspace with these people, whose connections end at the local server."""
    make_workspace(folder, http={"connect_to": {"http": sites.address}, "timeout": 5}, segment=segment)
    (folder / "people.csv").write_text(text, encoding="utf-8")
    with Workspace.open(folder, as_of=AS_OF) as opened:
        opened.import_file(folder / "people.csv")
    return folder


def members(opened: Workspace) -> list[str]:
    """The people in the segment's list."""
    return [found.prospect.person.email or "" for found in opened.find(opened.segment("hr"))]


def run(folder: Path, as_of: date = AS_OF) -> tuple[int, list[str]]:
    """Companies looked up for the segment, and its list afterwards."""
    with Workspace.open(folder, as_of=as_of) as opened:
        segment = opened.segment("hr")
        due, _ = opened.companies_to_read(segment)
        report = opened.enrich(due, segment=segment)
        return report.companies, members(opened)


def compare(folder: Path, companies: int) -> Comparison:
    """Both ways, each in a workspace of its own."""
    pages = {key: page for number in range(companies) for key, page in site(number).items()}
    pages[CONTAINER] = html("var data = {}")
    with Sites(pages) as sites:
        planned = prepare(folder / "planned", sites, people(companies))
        full = folder / "full"
        shutil.copytree(planned, full)
        with Workspace.open(planned, as_of=AS_OF) as opened:
            told = opened.enrichment_forecast(opened.segment("hr"))
        assert not sites.asked, "a plan asks nobody"
        looked_up, found = run(planned)
        few = sum(sites.asked.values())
        sites.asked.clear()
        with Workspace.open(full, as_of=AS_OF) as opened:
            undecided = undecided_companies(opened.db, opened.segment("hr"))
            report = opened.enrich(undecided, deep=True)
            everything = members(opened)
        many = sum(sites.asked.values())
    return Comparison(told, few, looked_up, found, many, report.companies, everything)


def main() -> int:
    companies = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with tempfile.TemporaryDirectory() as name:
        seen = compare(Path(name), companies)
    assert seen.found == seen.found_by_everything
    print(f"{companies} companies; the stored facts leave {seen.undecided} undecided")
    print(f"  everything about those: {seen.everything} requests, robots.txt included")
    print(
        f"  planned: {seen.planned} requests at {seen.companies} companies: {seen.planned / seen.everything:.0%}"
    )
    print(f"  told beforehand: about {seen.told.about}, at most {seen.told.most}")
    print(f"  both lists: the same {len(seen.found)} people")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
