"""Rows: canonical values, dropped and listed bad ones, and the same row from every kind of file."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from importlib import resources
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prospector.intake.columns.mappings import recognise
from prospector.intake.date_orders import settle_dates
from prospector.intake.files.readers import open_table
from prospector.intake.files.tables import RawRow
from prospector.intake.rows.cells import tenure_with_unit
from prospector.intake.rows.company_rows import CompanyFacts
from prospector.intake.rows.consent import NOTHING
from prospector.intake.rows.money import amounts
from prospector.intake.rows.rows import REASONS, ParsedRow, Problem, read_row
from prospector.normalise.tenures import parse_tenure

if TYPE_CHECKING:
    from pathlib import Path

SEEN = date(2026, 11, 1)


def _row(day_first: bool | None = None, /, **cells: Any) -> ParsedRow:
    """The row under these labels (`_` stands for a blank in a label)."""
    header = [label.replace("_", " ") for label in cells]
    return read_row(RawRow(2, list(cells.values())), recognise(header), seen=SEEN, day_first=day_first)


def _codes(row: ParsedRow) -> list[tuple[str, str]]:
    return [(problem.field, problem.code) for problem in row.problems]


def test_a_full_row_comes_out_in_canonical_values() -> None:
    row = _row(
        First_Name="ANA", Last_Name="de la Cruz", Title="HR Manager", Company="Banco Ejemplo S.A.",
        Website="www.banco.example/de", Employees="51 - 200", Email=" Ana@Banco.example ", Since="2026-03-02",
        Direct_Phone="030 23125000", Country="Germany",
        City="Berlin", Technologies="HubSpot, Google Ads; HubSpot", Founded="1987", Company_Country="España",
    )  # fmt: skip
    assert row.person == {
        "first_name": "Ana", "last_name": "de la Cruz", "greeting": "Ana", "email": "ana@banco.example",
        "title": "HR Manager", "department": "hr", "seniority": "manager", "role_started": "2026-03-02",
        "phone": "+493023125000", "country": "DE", "city": "Berlin", "time_zone": "Europe/Berlin",
    }  # fmt: skip
    assert row.company == {
        "name": "Banco Ejemplo", "domain": "banco.example", "website": "https://www.banco.example/de",
        "headcount": "51-200", "founded": "1987", "country": "ES",
    }  # fmt: skip
    assert row.facts.technologies == ("HubSpot", "Google Ads")
    assert row.problems == ()


def test_blank_cells_and_placeholders_are_no_values_and_no_problems() -> None:
    row = _row(
        Email="",
        First_Name=" ",
        Company="N/A",
        Website="-",
        Employees="n/a",
        Phone="null",
        Country="unknown",
        Since="",
    )
    assert row == ParsedRow(2, {}, CompanyFacts({}))


@pytest.mark.parametrize(
    ("label", "value", "field", "code"),
    [
        ("Email", "ana at banco", "email", "bad_email"),
        ("Since", "soon", "role_started", "bad_date"),
        ("Since", "03/04/2025", "role_started", "ambiguous_date"),
        ("Employees", "lots", "headcount", "bad_headcount"),
        ("Website", "javascript:alert(1)", "website", "bad_url"),
        ("Website", "https://www.facebook.com/banco", "website", "shared_page"),
        ("Domain", "gmail.com", "domain", "shared_page"),
        ("LinkedIn", "javascript:alert(1)", "linkedin", "bad_url"),
        ("Mobile", "+49 30", "phone", "bad_phone"),
        ("Country", "Narnia", "country", "bad_country"),
        ("Company Country", "EMEA", "company_country", "bad_country"),
        ("Founded", "long ago", "founded", "bad_year"),
        ("Title", "x" * 301, "title", "too_long"),
        ("City", "x" * 10_001, "city", "too_long"),
        ("Company", '=HYPERLINK("http://x.example")', "company", "formula"),
    ],
)
def test_a_bad_value_is_dropped_and_listed_and_the_rest_stays(
    label: str, value: str, field: str, code: str
) -> None:
    header = [label, "First Name", "Secondary Email"]
    row = read_row(RawRow(9, [value, "Ana", "ana@banco.example"]), recognise(header), seen=SEEN)
    assert row.problems == (Problem(field, value[:200], code),)
    assert (row.number, row.person["email"], row.person["first_name"]) == (9, "ana@banco.example", "Ana")
    assert row.person.keys() <= {"first_name", "greeting", "email"}
    assert row.company.keys() <= {"domain"}


def test_ambiguous_dates_are_read_as_told() -> None:
    assert _row(True, Email="a@x.example", Since="03/04/2025").person["role_started"] == "2025-04-03"
    assert _row(False, Email="a@x.example", Since="03/04/2025").person["role_started"] == "2025-03-04"
    assert _row(E_Mail="a@x.example", Seit="03/04/2025").person["role_started"] == "2025-04-03"


def _settled(tmp_path: Path, text: str, forced: bool | None = None) -> dict[str, bool]:
    """How the date columns of a file are written, by their labels."""
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    with open_table(path) as table:
        columns, _ = settle_dates(recognise(table.header), path, path.name, forced=forced)
        assert columns.dates is not None
        return {table.header[position]: first for position, first in columns.dates.day_first.items()}


def test_a_clear_date_shows_how_the_others_of_its_column_are_written(tmp_path: Path) -> None:
    rows = "a@x.example,03/04/2025,04/25/2026\nb@x.example,25/04/2025,04/05/2026\n"
    found = _settled(tmp_path, "Email,Since,Last Seen\n" + rows)
    assert found == {"Since": True, "Last Seen": False}


def test_a_clear_date_far_down_in_the_file_still_decides(tmp_path: Path) -> None:
    text = "Email,Since\n" + "a@x.example,03/04/2025\n" * 5000 + "b@x.example,04/25/2025\n"
    assert _settled(tmp_path, text) == {"Since": False}


def test_a_german_label_decides_unless_the_dates_say_otherwise(tmp_path: Path) -> None:
    assert _settled(tmp_path, "E-Mail;Seit\na@x.example;03/04/2025\n") == {"Seit": True}
    assert _settled(tmp_path, "E-Mail;Seit\na@x.example;04/25/2025\n") == {"Seit": False}


@pytest.mark.parametrize(
    "dates", [["03/04/2025"], ["2025-04-25", "03/04/2025"], ["03/04/2025", "04/25/2025", "25/04/2025"]]
)
def test_what_nothing_decides_is_left_out_aloud_and_the_rest_comes_in(
    tmp_path: Path, dates: list[str]
) -> None:
    text = "Email,Since\n" + "".join(f"a@x.example,{one}\n" for one in dates)
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    with open_table(path) as table:
        columns, told = settle_dates(recognise(table.header), path, path.name)
        rows = [read_row(raw, columns, seen=SEEN) for raw in table.rows]
    assert 'column "Since": 03/04/2025 can be read day first or month' in told[0]
    assert "--dates dmy" in told[0]
    assert all(row.person["email"] == "a@x.example" for row in rows)
    dropped = [problem.value for row in rows for problem in row.problems if problem.code == "ambiguous_date"]
    assert dropped == ["03/04/2025"]
    assert _settled(tmp_path, text, forced=True) == {"Since": True}


@pytest.mark.parametrize(
    "cell", ["2025-04-03", "03/03/2025", "3 Apr 2025", "03.04.2025", "", "soon", "2 years"]
)
def test_dates_that_can_be_read_in_one_way_only_need_no_order(tmp_path: Path, cell: str) -> None:
    assert _settled(tmp_path, f"Email,Since\na@x.example,{cell}\n") == {}


def test_an_ambiguous_date_behind_thousands_of_clear_ones_is_listed(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Email,Since\n" + "a@x.example,2025-04-03\n" * 2500 + "b@x.example,03/04/2025\n")
    with open_table(path) as table:
        columns, _ = settle_dates(recognise(table.header), path, path.name)
        *_, last = (read_row(raw, columns, seen=SEEN) for raw in table.rows)
    assert _codes(last) == [("role_started", "ambiguous_date")]


@pytest.mark.parametrize(
    ("label", "value", "earliest", "latest"),
    [
        ("Tenure", "10 months in role", date(2025, 12, 2), date(2026, 1, 1)),
        ("Months in role", "10", date(2025, 12, 2), date(2026, 1, 1)),
        ("Since", "10 months", date(2025, 12, 2), date(2026, 1, 1)),
        ("Tenure", "2026-03", date(2026, 3, 1), date(2026, 3, 31)),
    ],
)
def test_a_tenure_becomes_the_span_of_days_in_which_the_role_began(
    label: str, value: str, earliest: date, latest: date
) -> None:
    row = read_row(RawRow(2, ["a@x.example", value]), recognise(["Email", label]), seen=SEEN)
    started = row.person["role_started"]
    assert started in {f"{earliest}/{latest}", f"{earliest:%Y-%m}"}


def test_a_tenure_is_counted_from_the_day_the_row_was_seen() -> None:
    header = ["profileUrl", "fullName", "durationInRole", "vmid", "timestamp", "defaultProfileUrl"]
    cells = [
        "",
        "Ana Ruiz",
        "10 months in role",
        "ACw1",
        "2026-06-01T08:00:00.000Z",
        "https://www.linkedin.com/in/ana-ruiz/",
    ]
    row = read_row(RawRow(2, cells), recognise(header), seen=SEEN)
    assert row.seen_on == date(2026, 6, 1)
    assert row.person["role_started"] == "2025-07-02/2025-08-01"
    assert row.record_id == "ACw1"


def test_the_title_decides_and_columns_fill_what_it_leaves_open() -> None:
    decided = _row(Title="HR Manager", Department="Finance", Seniority="C suite").person
    assert (decided["department"], decided["seniority"]) == ("hr", "manager")
    filled = _row(Title="Director", Departments="C-Suite, Finance", Seniority="Entry").person
    assert (filled["department"], filled["seniority"]) == ("finance", "director")


@pytest.mark.parametrize(
    ("text", "level"),
    [("C suite", "c_suite"), ("C-Level", "c_suite"), ("Vp", "vp"), ("VP-Level", "vp"), ("Founder", "owner"),
     ("Head", "director"), ("Entry", "entry"), ("Non-Manager", "entry"), ("Manager", "manager"), ("c_suite", "c_suite"),
     ("Intern", "intern")],
)  # fmt: skip
def test_the_words_of_the_vendors_for_levels_are_known(text: str, level: str) -> None:
    assert _row(Email="a@x.example", Seniority=text).person["seniority"] == level


def test_every_address_of_a_person_is_kept() -> None:
    row = _row(
        Email="a@x.example; b@x.example", Secondary_Email="C@x.example ::: nope", Tertiary_Email="a@x.example"
    )
    assert row.person["email"] == "a@x.example"
    assert row.person["more_emails"] == "b@x.example c@x.example"


def test_an_address_in_the_place_of_a_name_is_an_address() -> None:
    assert _row(Name="ana@banco.example", Company="B").person == {"email": "ana@banco.example"}


@pytest.mark.parametrize(
    ("cells", "reasons"),
    [
        ({"Unsubscribed": "TRUE"}, ("unsubscribed",)),
        ({"Unsubscribed": "2024-05-01"}, ("unsubscribed",)),
        ({"Unsubscribed": "FALSE", "Do Not Contact": "no", "Bounced": "0"}, ()),
        ({"Do Not Contact": "x", "Bounced": "1"}, ("do_not_contact", "bounced")),
        ({"Email Opt Out": True}, ("email_opt_out",)),
        ({"Email Opt Out": False}, ()),
        ({"Lead Status": "Do Not Contact"}, ("do_not_contact",)),
        ({"Email Status": "Bounced"}, ("bounced",)),
        ({"Lead Status": "NEW"}, ()),
    ],
)
def test_flags_that_say_yes_in_any_way_suppress(cells: dict[str, Any], reasons: tuple[str, ...]) -> None:
    row = read_row(RawRow(2, ["a@x.example", *cells.values()]), recognise(["Email", *cells]), seen=SEEN)
    assert row.suppress == reasons


def test_the_domain_comes_from_the_website_else_from_a_business_address() -> None:
    assert _row(Email="a@mail.werk.example", Company="Werk").company["domain"] == "werk.example"
    assert _row(Email="a@werk.example", Website="banco.example").company["domain"] == "banco.example"
    assert "domain" not in _row(Email="a@gmail.com", Company="Werk").company


def test_colleagues_do_not_share_a_domain_that_only_one_address_shows() -> None:
    columns = recognise(["Email", "Company"])
    rows = [RawRow(2, ["a@werk.example", "Werk"]), RawRow(3, ["a@gmail.com", "Werk"])]
    domains = [read_row(row, columns, seen=SEEN).company.get("domain") for row in rows]
    assert domains == ["werk.example", None]


def test_a_linkedin_page_among_the_websites_is_taken_for_what_it_is() -> None:
    row = _row(Name="Ana Ruiz", Company="Werk", Website="https://www.linkedin.com/company/werk/")
    assert row.company["linkedin"] == "https://www.linkedin.com/company/werk"
    assert row.problems == ()
    assert _row(Name="Ana Ruiz", URL="linkedin.com/in/Ana-Ruiz").person["linkedin"].endswith("/in/ana-ruiz")


def test_the_short_name_of_the_vendor_is_the_name_to_write() -> None:
    header = ["Company Name", "Company Name for Emails", "Email", "Person Linkedin Url"]
    row = read_row(RawRow(2, ["Werk Holding AG", "Werk", "", ""]), recognise(header), seen=SEEN)
    assert row.company["name"] == "Werk"


def test_the_next_column_is_asked_where_the_first_cannot_be_read() -> None:
    header = ["ZoomInfo Contact ID", "Employees", "Employee Range", "Direct Phone Number", "Mobile phone"]
    row = read_row(
        RawRow(2, ["1", "", "1,000 - 5,000", "ext. 5", "+44 7700 900123"]), recognise(header), seen=SEEN
    )
    assert row.company["headcount"] == "1000-5000"
    assert row.person["phone"] == "+447700900123"
    assert row.problems == ()


def test_a_free_location_fills_only_what_the_columns_leave_open() -> None:
    assert _row(Email="a@x.example", Location="Lyon, France").person["country"] == "FR"
    person = _row(Email="a@x.example", City="Paris", Location="Lyon, France").person
    assert (person["city"], person["country"]) == ("Paris", "FR")


def test_a_broken_row_has_its_problem_and_nothing_else() -> None:
    row = read_row(
        RawRow(7, ["a@x.example", "A", "B"], "long_row"), recognise(["Email", "Company"]), seen=SEEN
    )
    assert row == ParsedRow(7, {}, CompanyFacts({}), problems=(Problem("", "a@x.example; A; B", "long_row"),))


def test_an_endless_description_is_cut_and_an_endless_list_ends() -> None:
    row = _row(
        Company="A", Website="x.example", Description="wörd " * 50_000, Technologies="tool," * 50_000 + "last"
    )
    assert len(row.company["description"]) <= 10_000
    assert row.facts.technologies == ("tool",)


def test_a_spreadsheet_formula_is_no_name() -> None:
    row = _row(First_Name='=HYPERLINK("http://x.example";"Ana")', Email="a@x.example")
    assert "first_name" not in row.person
    assert _codes(row) == [("first_name", "formula")]


@pytest.mark.parametrize(
    "value",
    [
        "=1+1", "\t=1", "Kranz;=1+1", "Kranz\n=cmd|'/c calc'!A0", "\u200b=1", "＝1+1", "＋SUM(1)", "@SUM(1+1)",
        "-2+3+cmd|' /C calc'!A0", '+A1&HYPERLINK("http://x.example","more here")', "\u00ad -SUM(A1)",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    ("label", "field"),
    [("Company", "company"), ("Last Name", "last_name"), ("Job Title", "title"), ("City", "city")],
)
def test_what_a_spreadsheet_would_run_does_not_come_in(label: str, field: str, value: str) -> None:
    row = read_row(RawRow(2, [value, "a@x.example"]), recognise([label, "Email"]), seen=SEEN)
    assert row.problems == (Problem(field, value[:200], "formula"),)
    assert value not in (*row.person.values(), *row.company.values())


def test_a_name_that_only_begins_with_a_sign_comes_in_as_it_is() -> None:
    for name in ("@Oda Bank", "+Plus", "-kranz", "@x"):
        row = _row(Company=name, Email="a@x.example")
        assert (row.company["name"], row.problems) == (name, ())


@pytest.mark.parametrize(
    ("label", "field", "value"),
    [
        ("First Name", "first_name", "%FIRSTNAME%"), ("First Name", "first_name", "*|FNAME|*"),
        ("Company", "company", "[First Name]"), ("Company", "company", "{Foo|Bar}"), ("Company", "company", "{{7*7}}"),
        ("Company", "company", "${company}"), ("Job Title", "title", "<<Title>>"), ("Last Name", "last_name", "#NAME#"),
        ("City", "city", "{City}"), ("Company", "company", "[Your Company] GmbH"),
    ],
)  # fmt: skip
def test_a_placeholder_is_no_value(label: str, field: str, value: str) -> None:
    row = read_row(RawRow(2, [value, "a@x.example"]), recognise([label, "Email"]), seen=SEEN)
    assert row.problems == (Problem(field, value, "placeholder"),)
    assert value not in (*row.person.values(), *row.company.values())


def test_an_answer_about_consent_is_read_whatever_its_cell_looks_like() -> None:
    row = _row(Email="a@x.example", Unsubscribed="=TRUE")
    assert row.consent is not NOTHING


def test_json_values_are_read_by_what_they_are(tmp_path: Path) -> None:
    path = tmp_path / "inspect.json"
    found = {
        "domain": "banco.example", "name": "Banco Ejemplo",
        "technologies": [{"name": "HubSpot", "category": "crm"}, "GTM"],
        "advertises_on": ["Google Ads"], "phones": ["+34 910 000 000"], "mail_host": None,
        "company": {"headcount": 120, "founded": 1987.0, "country": "ES"},
    }  # fmt: skip
    path.write_text(json.dumps(found, indent=1))
    with open_table(path) as table:
        row = read_row(next(table.rows), recognise(table.header), seen=SEEN)
    assert row.company == {
        "name": "Banco Ejemplo", "domain": "banco.example", "headcount": "120", "founded": "1987", "country": "ES",
        "phone": "+34910000000",
    }  # fmt: skip
    assert row.facts.technologies == ("HubSpot", "GTM")
    assert row.facts.ads == ("Google Ads",)


def test_a_company_brings_ads_jobs_words_and_money() -> None:
    row = _row(
        Company="Banco Ejemplo", Website="banco.example", Advertises_On="Google Ads, LinkedIn; Google Ads",
        Open_Jobs="HR Manager; Manager, Payroll", Keywords="banking, loans", Annual_Revenue="$ 1,2 Mio.",
        Total_Funding="$5M", Latest_Funding="Series A", Latest_Funding_Amount="3000000", Last_Raised_At="2025-03",
        Headcount_Growth="12.4%",
    )  # fmt: skip
    assert row.facts.ads == ("Google Ads", "LinkedIn")
    assert row.facts.openings == ("HR Manager", "Manager, Payroll")
    assert row.company == {
        "name": "Banco Ejemplo", "domain": "banco.example", "website": "https://banco.example",
        "keywords": "banking, loans", "revenue": "1200000", "funding_total": "5000000", "funding_stage": "Series A",
        "funding_amount": "3000000", "funded_on": "2025-03", "headcount_growth": "12",
    }  # fmt: skip
    assert row.problems == ()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$1,200,000", "1200000"), ("1.2M", "1200000"), ("1.234M", "1234000"), ("1.200.000 US$", "1200000"),
        ("$10M - $50M", "10000000-50000000"), ("$10-50M", "10000000-50000000"), ("$1B+", "1000000000+"),
        ("under $1 million", "-1000000"), ("200 Tsd", "200000"), ("3 Mrd. USD", "3000000000"), ("$5 million US dollars", "5000000"), ("12.5", "12"),
        ("1200000.0", "1200000"), ("1 200 000", "1200000"), ("USD 5,000,000.50", "5000000"),
    ],
)  # fmt: skip
def test_money_is_read_as_it_is_written(text: str, value: str) -> None:
    assert amounts(text) == value


@pytest.mark.parametrize(
    "text", ["lots", "-5", "5.5e7", "1,2,3", "12/2025", "9" * 30, "5M - 1M", "10 apples"]
)
def test_what_is_no_amount_is_dropped_and_listed(text: str) -> None:
    row = _row(Company="A", Revenue=text)
    assert "revenue" not in row.company
    assert _codes(row) == [("revenue", "bad_amount")]


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("Revenue", "€ 1,2 Mio."), ("Revenue", "1.200.000 EUR"), ("Revenue", "£5m"), ("Revenue", "CHF 3'000'000"),
        ("Revenue", "C$5M"), ("Revenue", "A$ 5M"), ("Revenue", "R$ 1.000.000"), ("Revenue", "5M CAD"),
        ("Revenue", "150 300 200 000 руб.+140%"), ("Revenue", "10 Mio. kr"), ("Revenue", "5 crore rupees"),
        ("Revenue", "¥500M"), ("Revenue", "₹5 cr"), ("Revenue (EUR)", "1200000"), ("Umsatz in EUR", "1200000"), ("Annual Revenue in £", "1200000"),
        ("Total Funding", "€5M"), ("Latest Funding Amount", "5M SEK"),
    ],
)  # fmt: skip
def test_money_in_another_currency_is_never_stored_as_dollars(label: str, text: str) -> None:
    header = ["Company", label]
    mapping = recognise(
        header, overrides={label: "revenue"} if not label.endswith(("Funding", "Amount")) else {}
    )
    row = read_row(RawRow(2, ["Kranz", text]), mapping, seen=SEEN)
    assert row.company == {"name": "Kranz"}
    assert [problem.code for problem in row.problems] == ["other_currency"]


def test_a_column_for_the_currency_says_what_bare_amounts_are() -> None:
    mapping = recognise(["Company", "Annual Revenue", "Annual Revenue Currency"])
    dollars, euros, told = (
        read_row(RawRow(2, ["Kranz", amount, currency]), mapping, seen=SEEN)
        for amount, currency in (("5000000", "USD"), ("5000000", "EUR"), ("$5000000", "EUR"))
    )
    assert (dollars.company.get("revenue"), euros.company.get("revenue")) == ("5000000", None)
    assert told.company["revenue"] == "5000000"
    assert [problem.code for problem in euros.problems] == ["other_currency"]


def test_thousands_in_the_label_are_thousands() -> None:
    header = [
        "ZoomInfo Company ID",
        "Company Name",
        "Revenue (in 000s USD)",
        "Total Funding Amount (in 000s USD)",
    ]
    row = read_row(RawRow(2, ["1", "A", "1,234.5", "500"]), recognise(header), seen=SEEN)
    assert (row.company["revenue"], row.company["funding_total"]) == ("1234500", "500000")


def test_a_number_of_jobs_names_none() -> None:
    row = _row(Company="A", Job_Openings="12")
    assert (row.facts.openings, _codes(row)) == ((), [("openings", "bad_list")])


def test_names_in_json_lists_may_hold_commas() -> None:
    row = _row(
        Company="A",
        Technologies=["Foo, Inc", "Bar"],
        Openings=[{"title": "Manager, Payroll"}, {"title": "CFO"}],
    )
    assert row.facts.technologies == ("Foo, Inc", "Bar")
    assert row.facts.openings == ("Manager, Payroll", "CFO")


def test_a_hint_of_a_technology_does_not_become_a_statement() -> None:
    hits = [
        {"name": "HubSpot", "grade": 1, "level": None},
        {"name": "Google Ads", "grade": 2, "level": "tag"},
        {"name": "Shopify", "grade": 4, "level": None},
        {"name": "Meta Ads", "grade": 1, "level": "conversion"},
    ]
    assert _row(Company="A", Technologies=hits).facts.technologies == ("HubSpot", "Meta Ads")


@pytest.mark.parametrize("number", [4_930_231_250_00, 4.93023125e12])
def test_a_phone_that_a_spreadsheet_took_for_a_large_number_is_rejected_not_guessed(number: float) -> None:
    row = _row(Email="a@x.example", Phone=number, Country="Germany")
    assert "phone" not in row.person
    assert _codes(row) == [("phone", "bad_phone")]
    assert _row(Email="a@x.example", Phone=3023125000, Country="Germany").person["phone"] == "+493023125000"


@pytest.mark.parametrize(
    ("cell", "band"),
    [("2026-01-10", "1-10"), ("2026-10-01", "1-10"), ("1950-11-01", "11-50"), ("2026-10-02", "2-10")],
)
def test_a_band_that_a_spreadsheet_made_a_day_of_is_a_band_again(cell: str, band: str) -> None:
    assert _row(Company="A", Employees=cell).company["headcount"] == band
    assert _codes(_row(Company="A", Employees="2026-05-17")) == [("headcount", "bad_headcount")]


def test_our_own_list_of_people_is_read_back_in_its_canonical_forms() -> None:
    header = "person_id,company_id,first_name,last_name,email,company,domain,headcount,industry,country,role_started,phone,score,answer"
    cells = ["7", "3", "Ana", "Ruiz", "ana@banco.example", "Banco", "banco.example", "'-10", "other:zebra keeping", "NO",
             "2025-12-02/2026-01-01", "'+34910000000", "75", "match"]  # fmt: skip
    row = read_row(RawRow(2, cells), recognise(header.split(",")), seen=SEEN)
    assert row.problems == ()
    assert row.person["role_started"] == "2025-12-02/2026-01-01"
    assert row.person["phone"] == "+34910000000"
    assert "country" not in row.person
    assert row.company == {
        "name": "Banco", "domain": "banco.example", "headcount": "-10", "industry_text": "zebra keeping", "country": "NO"
    }  # fmt: skip


def test_the_country_of_somebody_without_a_company_is_their_own() -> None:
    header = ["person_id", "company_id", "answer", "email", "company", "domain", "country"]
    row = read_row(RawRow(2, ["7", "", "match", "a@gmail.com", "", "", "ES"]), recognise(header), seen=SEEN)
    assert (row.person["country"], row.company) == ("ES", {})


TABLE = [
    ["First Name", "Last Name", "Email", "Company", "Website", "Employees", "Title", "Since", "City", "Tags"],
    ["Jörg", "Müller", "j@werk.example", "Werk, Söhne & Co", "werk.example", "11-50", "CFO", "2026", "Köln", "a;b|c"],
    ["Ana", "Ruiz", "ana@banco.example", "Banco Ejemplo S.A.", "", "1.200", "HR Manager", "", "Málaga", 'say "hi"\nso'],
    ["", "", "", "", "", "", "", "", "", ""],
    ["Zoë", "O'Neil", "", "", "not a site", "", "", "", "", ""],
]  # fmt: skip


def _parsed(path: Path, content: bytes) -> list[ParsedRow]:
    path.write_bytes(content)
    with open_table(path) as table:
        columns = recognise(table.header)
        return [read_row(row, columns, seen=SEEN)._replace(number=0) for row in table.rows]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_dialect_gives_the_same_rows_as_json_lines(
    tmp_path: Path, delimiter: str, encoding: str
) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(TABLE)
    objects = [dict(zip(TABLE[0], cells, strict=True)) for cells in TABLE[1:] if any(cells)]
    lines = "\n".join(json.dumps(found) for found in objects)
    rows = _parsed(tmp_path / "x.csv", out.getvalue().encode(encoding))
    assert rows == _parsed(tmp_path / "x.jsonl", lines.encode())
    assert [row.person.get("last_name") for row in rows] == ["Müller", "Ruiz", "O'Neil"]
    assert rows[1].company["headcount"] == "1200"
    assert _codes(rows[2]) == [("website", "bad_url")]


def test_every_code_is_explained_in_one_sentence_and_every_explained_code_occurs() -> None:
    folder = resources.files("prospector") / "intake"
    rooms = [folder, *(room for room in folder.iterdir() if room.is_dir())]
    files = [file for room in rooms for file in room.iterdir()]
    files.append(resources.files("prospector") / "normalise" / "unfit_texts.py")
    text = "".join(file.read_text(encoding="utf-8") for file in files if file.name.endswith(".py"))
    used = set(re.findall(r'"((?:bad|too|shared|ambiguous)_[a-z]+|long_row|open_quote)"(?!:)', text))
    assert used <= set(REASONS)
    assert {code for code in REASONS if f'"{code}"' not in text.replace(f'"{code}":', "")} <= {
        "name_only",
        "nobody",
    }
    assert all(sentence.endswith(".") and sentence.count(". ") == 0 for sentence in REASONS.values())


_CELL = st.one_of(
    st.text(max_size=40), st.none(), st.booleans(), st.integers(), st.floats(), st.lists(st.text(max_size=5))
)
_LABELS = [
    "First Name", "Last Name", "Name", "Email", "Email 2", "Title", "Department", "Seniority", "Since", "Tenure",
    "Seen At", "Phone", "LinkedIn", "Country", "City", "Location", "Stage", "Company", "Website", "Domain", "Industry",
    "Employees", "Company Location", "Company Phone", "Description", "Founded", "Technologies", "Unsubscribed",
    "Record ID", "Advertises On", "Open Jobs", "Keywords", "Revenue", "Total Funding", "Latest Funding",
    "Last Raised At", "Headcount Growth",
]  # fmt: skip


@given(st.lists(_CELL, min_size=len(_LABELS), max_size=len(_LABELS)))
def test_no_cell_makes_a_row_fail_and_no_value_is_blank_or_holds_a_control(cells: list[Any]) -> None:
    row = read_row(RawRow(2, cells), recognise(_LABELS), seen=SEEN)
    for value in [
        *row.person.values(),
        *row.company.values(),
        *row.facts.technologies,
        *row.facts.ads,
        *row.facts.openings,
    ]:
        assert value.strip() == value != ""
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]", value)
    assert {problem.code for problem in row.problems} <= set(REASONS)


def test_the_time_at_the_company_and_the_stage_stand_beside_the_role() -> None:
    row = _row(
        **{
            "Email": "a@x.example",
            "Time at Company": "3 years",
            "Lead Status": "In Progress",
            "Since": "2026",
        }
    )
    assert (row.person["employed_since"][:4], row.person["crm_stage"], row.person["role_started"]) == (
        str(SEEN.year - 3), "In Progress", "2026"
    )  # fmt: skip
    row = _row(
        **{"E-Mail": "a@x.example", "Im Unternehmen seit": "13.04.2025", "Newsletter abbestellt": "ja"}
    )
    assert (row.person["employed_since"], row.suppress) == ("2025-04-13", ("unsubscribed",))


def test_spans_of_time_and_sizes_are_read_as_profiles_write_them() -> None:
    for cell in (
        "Jan 2026 – Present",
        "Jan 2026 - Present · 10 mos",
        "seit Jan. 2026",
        "janv. 2026 - aujourd'hui",
    ):
        row = _row(Email="a@kranz.example", Role_Start=cell, Employees="51 à 200", Company="Kranz")
        assert (row.person["role_started"], row.company["headcount"], row.problems) == (
            "2026-01",
            "51-200",
            (),
        )


def test_a_span_that_has_ended_is_dropped_with_that_reason() -> None:
    row = _row(Email="a@kranz.example", Role_Start="Jan 2020 – Dec 2024")
    assert "role_started" not in row.person
    assert _codes(row) == [("role_started", "ended")]
    row = _row(Email="a@kranz.example", Role_Start="03/04/2025 – Present")
    assert _codes(row) == [("role_started", "ambiguous_date")]


def test_a_bare_number_takes_its_unit_from_the_label_in_any_language() -> None:
    for label in (
        "Months in role",
        "Monate in Position",
        "Mois en poste",
        "Meses en el cargo",
        "Mesi nel ruolo",
    ):
        assert parse_tenure(tenure_with_unit("14", label), seen=SEEN) == parse_tenure("14 months", seen=SEEN)
    assert tenure_with_unit("14", "In role") == "14"
