"""The sample data: complete, fictional, the same on every run, and with the answers that it promises.

The seven answers are worked out here from the files and the pages themselves, by plain code that shares nothing
with the criteria of the program.
"""

from __future__ import annotations

import calendar
import csv
import io
import json
import re
from collections import Counter
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml

from prospector.demo.companies import companies
from prospector.demo.files import (
    APOLLO,
    COMPANIES,
    EXPECTED_COMPANY_ONLY,
    EXPECTED_DUPLICATES,
    EXPECTED_REJECTED,
    MESSE,
    PHANTOMBUSTER,
    WEBINAR,
    ZOOMINFO,
    left_to_import,
    months_in_role,
    sample_files,
)
from prospector.demo.people import EXPECTED_MATCHES, EXPECTED_WITHOUT_ADDRESS, people
from prospector.demo.sites import GREENHOUSE, LEVER, TAG_MANAGER, DemoSites

AS_OF = date(2026, 11, 22)
DAYS = (AS_OF, date(2027, 1, 1), date(2027, 12, 31), date(2028, 2, 29), date(2028, 3, 1), date(2029, 2, 28))

FICTIONAL = re.compile(
    r"\+49 (30 23125 \d{3}|40 66969 \d{3}|89 99998 \d{3}|221 4710 \d{3}|176 0406 90\d{2})"
    r"|\+44 (7700 900\d{3}|20 7946 0\d{3}|1[1-6]\d 496 0\d{3})|\+1 \d{3} 555 01\d{2}"
    r"|\+33 (1 99 00|2 61 91|3 53 01|4 65 71|5 36 49|6 39 98) \d{2} \d{2}"
)
FINANCE = {"banking", "financial services", "insurance", "capital markets", "investment management"}
HR_MANAGERS = {
    "HR Manager",
    "HR-Managerin",
    "HR Managerin",
    "Human Resources Manager",
    "People & Culture Manager",
    "Responsable de Recursos Humanos",
    "Gerente de Recursos Humanos",
    "Responsable Ressources Humaines",
    "Responsabile Risorse Umane",
    "Kierownik ds. Kadr",
}


def rows_of(files: dict[str, bytes], name: str) -> list[dict[str, str]]:
    encoding = "cp1252" if name == MESSE else "utf-8-sig"
    text = io.StringIO(files[name].decode(encoding), newline="")
    return list(csv.DictReader(text, delimiter=";" if name == MESSE else ","))


def host_of(website: str) -> str:
    return website.removeprefix("http://").removeprefix("https://").removeprefix("www.").strip("/")


# --- what there is -----------------------------------------------------------------------------------------


def test_there_are_enough_companies_of_enough_kinds():
    assert len(companies()) >= 44
    assert {company.country for company in companies()} == {"DE", "ES", "FR", "GB", "IT", "NL", "PL", "US"}
    assert len({company.industry for company in companies()}) >= 12
    assert len({company.domain for company in companies()}) == len(companies())


def test_there_are_enough_people_and_each_stands_in_a_file():
    assert len(people()) >= 160
    assert len({person.name for person in people()}) == len(people())
    assert all(person.files and set(person.files) <= set("APMWZ") for person in people())


def test_nobody_shares_an_address():
    counted = Counter(person.address for person in people() if person.address)
    assert [address for address, count in counted.items() if count > 1] == []


def test_every_domain_is_reserved():
    found = (
        b"\n".join({**sample_files(AS_OF), **left_to_import(AS_OF)}.values())
        .decode("utf-8", "replace")
        .lower()
    )
    for address in re.findall(r"[^\s,;\"]+@([^\s,;\"]+)", found):
        assert address.endswith(".example"), address
    for host in re.findall(r"https?://([^/\s,;\"]+)", found):
        assert host == "www.linkedin.com" or host.endswith(".example"), host
    assert all(company.domain.endswith(".example") for company in companies())


def test_every_phone_number_is_of_a_range_kept_for_fiction():
    files = sample_files(AS_OF)
    cells = [
        cell for name in (APOLLO, ZOOMINFO, MESSE) for row in rows_of(files, name) for cell in row.values()
    ]
    numbers = [cell.lstrip("'") for cell in cells if cell and re.match(r"'?\+\d", cell)]
    assert len(numbers) > 50
    assert [number for number in numbers if not FICTIONAL.fullmatch(number)] == []


# --- the files ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [APOLLO, ZOOMINFO, PHANTOMBUSTER, MESSE])
def test_every_row_has_as_many_cells_as_the_header(name: str):
    for row in rows_of(sample_files(AS_OF), name):
        assert None not in row
        assert None not in row.values()


def test_every_company_and_person_stands_where_they_are_said_to_stand():
    files = sample_files(AS_OF)
    known = [json.loads(line)["domain"] for line in files[COMPANIES].decode().splitlines()]
    assert known == [company.domain for company in companies() if "c" in company.files]
    for letter, name in (("A", APOLLO), ("Z", ZOOMINFO), ("P", PHANTOMBUSTER), ("M", MESSE)):
        extra = sum(
            found.get(name, 0) for found in (EXPECTED_DUPLICATES, EXPECTED_COMPANY_ONLY, EXPECTED_REJECTED)
        )
        expected = sum(letter in person.files for person in people()) + extra
        assert len(rows_of(files, name)) == expected, name


def test_the_file_that_is_left_has_new_people_alone():
    rows = rows_of(left_to_import(AS_OF), WEBINAR)
    assert [row["Last name"] for row in rows] == [person.last for person in people() if person.files == "W"]
    assert sum(row["Unsubscribed"] == "yes" for row in rows) == 1


def test_the_hand_made_file_has_its_dirt():
    content = sample_files(AS_OF)[MESSE]
    assert b"\r\n\r\n" in content
    rows = rows_of(sample_files(AS_OF), MESSE)
    nobody = [row for row in rows if not row["Firma"] and not row["Nachname"] and not row["E-Mail"]]
    assert len(nobody) == EXPECTED_REJECTED[MESSE]
    company_only = [row for row in rows if row["Firma"] and not row["Nachname"] and not row["E-Mail"]]
    assert len(company_only) == EXPECTED_COMPANY_ONLY[MESSE]
    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")


@pytest.mark.parametrize("name", [APOLLO, MESSE])
def test_a_person_who_stands_twice_in_a_file_has_the_same_address_but_for_case_and_space(name: str):
    column = "Email" if name == APOLLO else "E-Mail"
    addresses = [row[column].strip().lower() for row in rows_of(sample_files(AS_OF), name) if row[column]]
    assert len(addresses) - len(set(addresses)) == EXPECTED_DUPLICATES[name]


def test_the_apollo_file_has_a_byte_order_mark_a_bad_address_and_a_formula():
    content = sample_files(AS_OF)[APOLLO]
    assert content.startswith(b"\xef\xbb\xbf")
    rows = rows_of({APOLLO: content}, APOLLO)
    assert sum(bool(row["Email"]) and "@" not in row["Email"] for row in rows) == 1
    assert any(row["Lists"].startswith("=") for row in rows)


def test_the_same_day_gives_the_same_bytes_and_another_day_others():
    assert sample_files(AS_OF) == sample_files(AS_OF)
    later = sample_files(AS_OF + timedelta(days=40))
    changed = {name for name, content in sample_files(AS_OF).items() if later[name] != content}
    assert changed == {APOLLO, ZOOMINFO, PHANTOMBUSTER, MESSE}


def test_time_in_role_is_worded_as_sales_navigator_words_it():
    assert months_in_role(date(2026, 10, 22), AS_OF) == "1 month in role"
    assert months_in_role(date(2025, 11, 22), AS_OF) == "1 year in role"
    assert months_in_role(date(2024, 8, 23), AS_OF) == "2 years 2 months in role"


# --- who must be found -------------------------------------------------------------------------------------


class Found:
    """What the files say about a person, merged by address or profile."""

    def __init__(self) -> None:
        self.address = self.name = self.title = self.company = ""
        self.starts: list[tuple[date, date]] = []


def year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def written_start(text: str) -> list[tuple[date, date]]:
    if re.fullmatch(r"\d{4}", text):
        return [(date(int(text), 1, 1), date(int(text), 12, 31))]
    if german := re.fullmatch(r"(\d\d)\.(\d\d)\.(\d{4})", text):
        text = f"{german[3]}-{german[2]}-{german[1]}"
    return [(date.fromisoformat(text),) * 2] if text else []


def spoken_start(row: dict[str, str]) -> list[tuple[date, date]]:
    years = re.search(r"(\d+) year", row["durationInRole"])
    months = re.search(r"(\d+) month", row["durationInRole"])
    passed = 12 * int(years[1] if years else 0) + int(months[1] if months else 0)
    seen = date.fromisoformat(row["timestamp"][:10])
    return [(months_before(seen, passed + 1), months_before(seen, passed))]


def people_found(files: dict[str, bytes]) -> list[Found]:
    everyone: list[Found] = []
    by_key: dict[str, Found] = {}

    def add(
        keys: tuple[str, ...], name: str, title: str, company: str, start: list[tuple[date, date]]
    ) -> None:
        usable = [key.strip().lower().removeprefix("http:").removeprefix("https:") for key in keys if key]
        person = next((by_key[key] for key in usable if key in by_key), None)
        if person is None:
            person = Found()
            everyone.append(person)
        by_key.update(dict.fromkeys(usable, person))
        person.address = person.address or keys[0].strip().lower()
        person.name, person.title = name, title
        person.company = person.company or company
        person.starts += start

    for row in rows_of(files, APOLLO):
        name = f"{row['First Name']} {row['Last Name']}"
        add((row["Email"], row["Person Linkedin Url"]), name, row["Title"], host_of(row["Website"]), [])
    for row in rows_of(files, ZOOMINFO):
        name, start = f"{row['First Name']} {row['Last Name']}", written_start(row["Job Start Date"])
        keys = (row["Email Address"], row["LinkedIn Contact Profile URL"])
        add(keys, name, row["Job Title"], host_of(row["Website"]), start)
    for row in rows_of(files, MESSE):
        name, start = f"{row['Vorname']} {row['Nachname']}", written_start(row["In Position seit"])
        if row["Nachname"]:
            add((row["E-Mail"],), name, row["Position"], host_of(row["Webseite"]), start)
    domains = {company.name: company.domain for company in companies()}
    for row in rows_of(files, PHANTOMBUSTER):
        keys = ("", row["defaultProfileUrl"])
        add(keys, row["fullName"], row["title"], domains[row["companyName"]], spoken_start(row))
    return everyone


def company_facts(files: dict[str, bytes]) -> dict[str, tuple[str, str]]:
    """Domain -> industry, headcount."""
    facts = {}
    for line in files[COMPANIES].decode().splitlines():
        record = json.loads(line)
        facts[record["domain"]] = (record["industry"], str(record.get("headcount", "")))
    for row in rows_of(files, APOLLO):
        facts.setdefault(host_of(row["Website"]), (row["Industry"], row["# Employees"]))
    return facts


class Seen(HTMLParser):
    """Scripts and list items of a page; comments are not looked at."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sources: list[str] = []
        self.scripts: list[str] = []
        self.items: list[str] = []
        self.links: list[str] = []
        self._inside = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        fields = {name: value or "" for name, value in attrs}
        self._inside = tag if tag in {"script", "li"} else self._inside
        if tag == "script":
            self.sources.append(fields.get("src", ""))
        if tag == "a":
            self.links.append(fields.get("href", ""))

    def handle_endtag(self, tag: str) -> None:
        self._inside = "" if tag == self._inside else self._inside

    def handle_data(self, data: str) -> None:
        if self._inside:
            (self.scripts if self._inside == "script" else self.items).append(data)


def page(sites: DemoSites, host: str, path: str) -> Seen | None:
    robots = sites.answer(host, "/robots.txt")
    if robots is None or b"Disallow: /\n" in robots.body:
        return None
    answer = sites.answer(host, path)
    return Seen(answer.body.decode()) if answer and answer.status == 200 else None


def advertises(sites: DemoSites, home: Seen) -> bool:
    text = "\n".join(home.scripts)
    if re.search(r"'send_to': 'AW-\d+/", text):
        return True
    container = re.search(r"GTM-\w+", text)
    answer = sites.answer(TAG_MANAGER, f"/gtm.js?id={container[0]}") if container else None
    return answer is not None and b'"function": "__awct"' in answer.body


def job_titles(sites: DemoSites, domain: str, day: date) -> list[str]:
    home = page(sites, domain, "/")
    careers = next((c.careers_path for c in companies() if c.domain == domain), "")
    if home is None or not careers:
        return []
    assert careers in home.links
    seen = page(sites, domain, careers)
    assert seen is not None
    titles = list(seen.items)
    postings = [json.loads(script) for script in seen.scripts if '"JobPosting"' in script]
    titles += [posting["title"] for posting in postings if posting["validThrough"] >= day.isoformat()]
    for source in seen.sources:
        if "greenhouse.io" in source:
            board = sites.answer(GREENHOUSE, f"/v1/boards/{source.split('for=')[1]}/jobs?content=true")
            titles += [job["title"] for job in json.loads(board.body)["jobs"]] if board else []
    slugs = {link.split("/")[3] for link in seen.links if link.startswith("https://jobs.lever.co/")}
    for slug in slugs:
        board = sites.answer(LEVER, f"/v0/postings/{slug}?mode=json")
        titles += [job["text"] for job in json.loads(board.body)] if board else []
    return titles


def company_matches(sites: DemoSites, domain: str, facts: dict[str, tuple[str, str]], day: date) -> bool:
    industry, headcount = facts.get(domain, ("", ""))
    home = page(sites, domain, "/")
    return (
        industry in FINANCE
        and headcount.isdigit()
        and int(headcount) > 10
        and home is not None
        and any("hs-scripts.com/" in source for source in home.sources)
        and advertises(sites, home)
        and any("marketing" in title.lower() for title in job_titles(sites, domain, day))
    )


def is_new_hr_manager(person: Found, day: date) -> bool:
    cut_off = year_before(day)
    certain = [start for start in person.starts if start[0] > cut_off and start[1] <= day]
    return person.title in HR_MANAGERS and bool(certain) and len(certain) == len(person.starts)


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_exactly_the_expected_people_satisfy_all_seven_criteria_on_any_day(day: date):
    files, sites = sample_files(day), DemoSites(day)
    facts = company_facts(files)
    candidates = [person for person in people_found(files) if is_new_hr_manager(person, day)]
    found = [person for person in candidates if company_matches(sites, person.company, facts, day)]
    assert sorted(person.address for person in found if person.address) == list(EXPECTED_MATCHES)
    assert tuple(person.name for person in found if not person.address) == EXPECTED_WITHOUT_ADDRESS


def test_the_files_merge_into_exactly_the_people():
    found = people_found(sample_files(AS_OF))
    assert sorted(person.name for person in found) == sorted(p.name for p in people() if p.files != "W")


def test_the_expected_people_are_spread_over_eight_to_ten_companies_and_at_most_two_each():
    counted = Counter(address.split("@")[1] for address in EXPECTED_MATCHES)
    assert 12 <= len(EXPECTED_MATCHES) <= 18
    assert 8 <= len(counted) <= 10
    assert max(counted.values()) <= 2
    assert list(EXPECTED_MATCHES) == sorted(EXPECTED_MATCHES)


def test_a_company_matches_exactly_if_its_story_says_so():
    files, sites = sample_files(AS_OF), DemoSites(AS_OF)
    facts = company_facts(files)
    found = {c.key for c in companies() if company_matches(sites, c.domain, facts, AS_OF)}
    assert found == {company.key for company in companies() if company.story == "match"}


def test_every_finance_company_that_misses_a_criterion_has_a_new_hr_manager_all_the_same():
    new = {p.company for p in people_found(sample_files(AS_OF)) if is_new_hr_manager(p, AS_OF)}
    missing = [c for c in companies() if c.industry in FINANCE and c.story not in {"match", "later"}]
    assert len(missing) >= 16
    assert [company.key for company in missing if company.domain not in new] == []


def test_the_tenures_next_to_the_limit_fall_on_the_right_side():
    starts = {p.name: p.started(AS_OF) for p in people()}
    cut_off = year_before(AS_OF)
    assert starts["Nerea Etxaniz"] == cut_off + timedelta(days=1)
    assert starts["Tomás Herrera"] == cut_off
    assert starts["Britta Kähler"] == cut_off - timedelta(days=1)
    assert starts["Fleur ten Brink"] > AS_OF
    assert starts["Solène Guéguen"] is None


# --- the segment -------------------------------------------------------------------------------------------


def test_the_segment_asks_the_seven_things():
    path = Path(__file__).parents[2] / "segments" / "finance-new-hr.yaml"
    segment = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
    assert list(segment["company"]) == ["industry", "headcount", "uses", "advertises_on", "hiring"]
    assert list(segment["person"]) == ["role", "tenure"]
    assert segment["unknown"] == "exclude"
    assert segment["limit"] == {"per_company": "2"}
