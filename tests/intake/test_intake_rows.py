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

from prospector.intake.mappings import recognise
from prospector.intake.readers import open_table
from prospector.intake.rows import REASONS, ParsedRow, Problem, file_day_first, read_row
from prospector.intake.tables import RawRow

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
    assert row.technologies == ("HubSpot", "Google Ads")
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
    assert row == ParsedRow(2, {}, {})


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
        ("Mobile", "030 23125000", "phone", "bad_phone"),
        ("Country", "Narnia", "country", "bad_country"),
        ("Company Country", "EMEA", "company_country", "bad_country"),
        ("Founded", "long ago", "founded", "bad_year"),
        ("Title", "x" * 301, "title", "too_long"),
        ("City", "x" * 10_001, "city", "too_long"),
        ("Company", '=HYPERLINK("http://x.example")', "company", "bad_name"),
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


def test_a_file_shows_by_one_clear_date_how_all_are_written() -> None:
    columns = recognise(["Email", "Since"])
    rows = [RawRow(2, ["a@x.example", "03/04/2025"]), RawRow(3, ["b@x.example", "25/04/2025"])]
    assert file_day_first(rows, columns) is True
    assert file_day_first(rows[:1], columns) is None
    assert file_day_first(rows, recognise(["Email"])) is None


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
    assert row == ParsedRow(7, {}, {}, problems=(Problem("", "a@x.example; A; B", "long_row"),))


def test_an_endless_description_is_cut_and_an_endless_list_ends() -> None:
    row = _row(
        Company="A", Website="x.example", Description="wörd " * 50_000, Technologies="tool," * 50_000 + "last"
    )
    assert len(row.company["description"]) <= 10_000
    assert row.technologies == ("tool",)


def test_a_spreadsheet_formula_is_no_name() -> None:
    row = _row(First_Name='=HYPERLINK("http://x.example";"Ana")', Email="a@x.example")
    assert "first_name" not in row.person
    assert ("name", "bad_name") in _codes(row)


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
    assert row.technologies == ("HubSpot", "GTM")


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
    text = "".join(file.read_text(encoding="utf-8") for file in folder.iterdir() if file.name.endswith(".py"))
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
    "Record ID",
]  # fmt: skip


@given(st.lists(_CELL, min_size=len(_LABELS), max_size=len(_LABELS)))
def test_no_cell_makes_a_row_fail_and_no_value_is_blank_or_holds_a_control(cells: list[Any]) -> None:
    row = read_row(RawRow(2, cells), recognise(_LABELS), seen=SEEN)
    for value in [*row.person.values(), *row.company.values(), *row.technologies]:
        assert value.strip() == value != ""
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]", value)
    assert {problem.code for problem in row.problems} <= set(REASONS)
