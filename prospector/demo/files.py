"""The import files of the sample workspace: what a team has lying about, with its overlaps and its dirt.

Where the tenure comes from: Apollo's file has no start date. PhantomBuster's says "8 months in role",
ZoomInfo's has "Job Start Date", the hand-made one "In Position seit".
"""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from prospector.demo.companies import DATA, companies
from prospector.demo.people import people

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from prospector.demo.companies import DemoCompany
    from prospector.demo.people import DemoPerson

COMPANIES = "companies.jsonl"
APOLLO = "apollo-contacts.csv"
ZOOMINFO = "zoominfo-contacts.csv"
PHANTOMBUSTER = "phantombuster-sales-navigator.csv"
MESSE = "kunden-messe.csv"
WEBINAR = "webinar-signups.csv"

EXPECTED_REJECTED = {MESSE: 1}
"""Rows from which neither a person nor a company can be told, by file."""
EXPECTED_DUPLICATES = {APOLLO: 1, MESSE: 1}
"""Rows that repeat a person of the same file, by file."""
EXPECTED_COMPANY_ONLY = {MESSE: 1}
"""Rows that name a company and nobody, by file."""

OPTED_OUT = "Kinga"
"""Who opted out in the file that is left to import."""

_APOLLO_TECHNOLOGIES = {
    "wordpress": "WordPress.org",
    "drupal": "Drupal",
    "shopify": "Shopify",
    "webflow": "Webflow",
    "intercom": "Intercom",
    "zendesk": "Zendesk",
    "hotjar": "Hotjar",
    "ga4": "Google Analytics",
}
_COUNTRIES_DE = {"DE": "Deutschland", "ES": "Spanien", "FR": "Frankreich"}


def sample_files(as_of: date) -> dict[str, bytes]:
    """File name -> content, in the best order to import them. The same day gives the same bytes."""
    return {
        COMPANIES: _companies_jsonl(),
        APOLLO: _csv(APOLLO, _apollo_rows(as_of), encoding="utf-8-sig"),
        ZOOMINFO: _csv(ZOOMINFO, _zoominfo_rows(as_of)),
        PHANTOMBUSTER: _csv(PHANTOMBUSTER, _phantombuster_rows(as_of)),
        MESSE: _messe(as_of),
    }


def left_to_import(as_of: date) -> dict[str, bytes]:
    """What the walk leaves for whoever looks around afterwards: new people for the campaign, one of whom opted out."""
    return {WEBINAR: _csv(WEBINAR, _webinar_rows(as_of))}


def months_in_role(start: date, seen: date) -> str:
    """Time in a role as Sales Navigator words it: whole months, rounded down."""
    total = (seen.year - start.year) * 12 + seen.month - start.month - (seen.day < start.day)
    years, months = divmod(max(total, 1), 12)
    words = [
        f"{count} {unit}{'s' * (count > 1)}" for count, unit in ((years, "year"), (months, "month")) if count
    ]
    return " ".join(words) + " in role"


@cache
def _headers() -> dict[str, list[str]]:
    with (DATA / "headers.csv").open(encoding="utf-8", newline="") as file:
        return {name: columns for name, *columns in csv.reader(file)}


def _csv(name: str, rows: Iterable[dict[str, str]], *, encoding: str = "utf-8") -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, _headers()[name], lineterminator="\r\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def _companies_jsonl() -> bytes:
    records = (_company_record(company) for company in companies() if "c" in company.files)
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()


def _company_record(company: DemoCompany) -> dict[str, str | int]:
    record: dict[str, str | int] = {
        "name": company.name,
        "domain": company.domain,
        "website": f"https://www.{company.domain}/",
        "industry": company.industry,
        "headcount": int(company.headcount) if company.headcount.isdigit() else company.headcount,
        "country": company.country_name,
        "city": company.city,
        "founded": company.founded,
        "linkedin": company.linkedin,
    }
    return {name: value for name, value in record.items() if value != ""}


def _in(letter: str) -> list[DemoPerson]:
    return [person for person in people() if letter in person.files]


def _mobile(person: DemoPerson) -> str:
    """A number that regulators keep free for fiction; empty for countries without a known range."""
    number = person.number
    return {
        "DE": f"+49 176 0406 90{number % 100:02d}",
        "FR": f"+33 6 39 98 {number % 89 + 10} {number % 83 + 10}",
        "GB": f"+44 7700 900{number:03d}",
        "US": f"+1 202 555 01{number % 100:02d}",
    }.get(person.company.country if person.company else "", "")


def _headcount(company: DemoCompany, letter: str) -> str:
    return company.headcount if company.headcount.isdigit() and letter in company.files else ""


def _apollo_rows(as_of: date) -> Iterable[dict[str, str]]:
    for person in _in("A"):
        yield _apollo_row(person, as_of)
        if person.first == "Priya":  # saved twice, by two colleagues
            again = _apollo_row(person, as_of)
            yield again | {
                "Email": f" {person.address.upper()}",
                "Apollo Contact Id": "",
                "Lists": "Tech Week",
            }


def _apollo_row(person: DemoPerson, as_of: date) -> dict[str, str]:
    company = person.company
    assert company is not None
    verified = as_of - timedelta(days=20 + person.number % 60)
    row = {
        "First Name": person.first,
        "Last Name": person.last,
        "Title": person.title,
        "Email": person.address,
        "Email Status": ("Extrapolated" if person.number % 9 == 4 else "Verified")
        if person.address
        else "Unavailable",
        "Primary Email Source": "Apollo" if person.address else "",
        "Primary Email Last Verified At": f"{verified.isoformat()}T06:00:00+00:00" if person.address else "",
        "Contact Owner": "ana@ourco.example",
        "Mobile Phone": f"'{_mobile(person)}" if person.number % 3 == 0 and _mobile(person) else "",
        "Stage": "Cold",
        "Lists": '=HYPERLINK("http://lists.example/q4","Q4")' if person.number % 40 == 3 else "Outbound",
        "Person Linkedin Url": person.linkedin.replace("https:", "http:"),
        "City": company.city,
        "Country": company.country_name,
        "Apollo Contact Id": f"66aa{person.number:020x}",
    }
    return row | _apollo_company(company)


def _apollo_company(company: DemoCompany) -> dict[str, str]:
    return {
        "Company Name": company.name,
        "Company Name for Emails": company.name,
        "# Employees": _headcount(company, "a"),
        "Industry": company.industry,
        "Website": f"http://www.{company.domain}",
        "Company Linkedin Url": company.linkedin.replace("https:", "http:"),
        "Company Address": f"{company.street}, {company.postcode} {company.city}, {company.country_name}",
        "Company City": company.city,
        "Company Country": company.country_name,
        "Company Phone": f"'{company.phone}" if company.phone else "",
        "Technologies": ", ".join(_apollo_technologies(company)),
        "Apollo Account Id": f"5f1c{company.number:020x}",
    }


def _apollo_technologies(company: DemoCompany) -> list[str]:
    """What Apollo knows of: never the whole, and of HubSpot only at every fourth company."""
    if company.number % 3 == 0:
        return []
    known = [_APOLLO_TECHNOLOGIES[tag] for tag in company.tags if tag in _APOLLO_TECHNOLOGIES]
    return known + ["Hubspot"] * ("hubspot" in company.tags and company.number % 4 == 1)


def _zoominfo_rows(as_of: date) -> Iterable[dict[str, str]]:
    for person in _in("Z"):
        company = person.company
        assert company is not None
        started = person.started(as_of)
        yield {
            "ZoomInfo Contact ID": str(7_000_000_000 + person.number),
            "Last Name": person.last,
            "First Name": person.first,
            "Job Title": person.title,
            "Job Start Date": started.isoformat() if started else "",
            "Email Address": person.address,
            "Email Domain": company.domain if person.address else "",
            "Mobile phone": _mobile(person),
            "Contact Accuracy Score": str(80 + person.number % 20),
            "LinkedIn Contact Profile URL": person.linkedin,
            "Person City": company.city,
            "Country": company.country_name,
            "ZoomInfo Company ID": str(400_000_000 + company.number),
            "Company Name": company.name,
            "Website": f"www.{company.domain}",
            "Founded Year": str(company.founded),
            "Company HQ Phone": company.phone,
            "Employees": _headcount(company, "z"),
            "LinkedIn Company Profile URL": company.linkedin,
            "Company City": company.city,
            "Company Country": company.country_name,
        }


def _phantombuster_rows(as_of: date) -> Iterable[dict[str, str]]:
    seen = as_of - timedelta(days=5)  # the export is of last week
    for person in _in("P"):
        company = person.company
        started = person.started(as_of)
        assert company is not None
        assert started is not None
        yield _phantombuster_names(person, company) | {
            "durationInRole": months_in_role(started, seen),
            "durationInCompany": months_in_role(started, seen).replace("in role", "in company"),
            "timestamp": f"{seen.isoformat()}T08:15:{person.number % 60:02d}.000Z",
        }


def _phantombuster_names(person: DemoPerson, company: DemoCompany) -> dict[str, str]:
    vmid = f"ACwAAEX{person.number:05d}demo"
    place = f"{company.city}, {company.country_name}"
    return {
        "profileUrl": f"https://www.linkedin.com/sales/lead/{vmid},NAME_SEARCH,ex{person.number:02d}",
        "fullName": person.name,
        "firstName": person.first,
        "lastName": person.last,
        "companyName": company.name,
        "title": person.title,
        "companyId": str(90_000_000 + company.number),
        "companyUrl": f"https://www.linkedin.com/sales/company/{90_000_000 + company.number}",
        "regularCompanyUrl": company.linkedin,
        "industry": company.industry.title(),
        "companyLocation": place,
        "location": place,
        "connectionDegree": ("2nd", "3rd", "Out of Network")[person.number % 3],
        "sharedConnectionsCount": str(person.number % 7),
        "name": person.name,
        "vmid": vmid,
        "linkedInProfileUrl": f"https://www.linkedin.com/in/{vmid}",
        "isPremium": str(person.number % 4 == 0).lower(),
        "isOpenLink": "false",
        "query": "https://www.linkedin.com/sales/search/people?query=(keywords:example)",
        "defaultProfileUrl": person.linkedin,
    }


def _webinar_rows(as_of: date) -> Iterable[dict[str, str]]:
    for person in _in("W"):
        company, started = person.company, person.started(as_of)
        assert company is not None
        assert started is not None
        told = not company.files  # of the others the team has the facts already
        yield {
            "First name": person.first,
            "Last name": person.last,
            "Job title": person.title,
            "In role since": started.isoformat(),
            "Work email": person.address,
            "Company": company.name,
            "Company website": f"www.{company.domain}",
            "Industry": company.industry if told else "",
            "Employees": company.headcount if told else "",
            "Country": company.country_name,
            "Unsubscribed": "yes" if person.first == OPTED_OUT else "no",
        }


def _messe(as_of: date) -> bytes:
    """The hand-made list: semicolons, cp1252, German dates, and the dirt of a long day at a trade fair."""
    rows = [_messe_row(person, as_of) for person in _in("M")]
    again = next(row for row in rows if row["Nachname"] == "Süßmilch")
    rows.append(again | {"E-Mail": f" {again['E-Mail'].upper()} ", "Notiz": "nochmal getroffen, Halle 4"})
    rows.append(
        {
            "Firma": "Lumenfenn Energie",
            "Webseite": "lumenfenn-energie.example",
            "Notiz": "Stand 12, niemand da",
        }
    )
    rows.append({"Telefon": "+49 30 23125 999", "Notiz": "Visitenkarte unleserlich, bitte zurückrufen"})
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, _headers()[MESSE], delimiter=";", lineterminator="\r\n", restval="")
    writer.writeheader()
    writer.writerows(rows[:12])
    text.write("\r\n")  # a blank line, as they come about
    writer.writerows(rows[12:])
    return text.getvalue().encode("cp1252")


def _messe_row(person: DemoPerson, as_of: date) -> dict[str, str]:
    started = person.started(as_of)
    row = {
        "Vorname": person.first,
        "Nachname": person.last,
        "Position": person.title,
        "In Position seit": f"{started:%d.%m.%Y}" if started else "",
        "E-Mail": person.address,
        "Notiz": "Newsletter ja" if person.number % 5 == 0 else "",
    }
    if person.start == "year" and started:
        row["In Position seit"] = str(started.year)
    if company := person.company:
        row |= {
            "Firma": company.legal if person.number % 2 else company.name,
            "Telefon": company.phone,
            "Webseite": f"www.{company.domain}",
            "Ort": company.city,
            "Land": _COUNTRIES_DE[company.country],
            "Mitarbeiter": _headcount(company, "c"),
        }
    return row
