"""Names in rows: what is no name is dropped with its reason, and companies and desks among people are no people."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from prospector.intake.columns.mappings import recognise
from prospector.intake.files.tables import RawRow
from prospector.intake.importer import ImportOptions, import_file
from prospector.intake.rows.rows import ParsedRow, read_row
from prospector.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SEEN = date(2026, 11, 30)


def _row(**cells: Any) -> ParsedRow:
    """The row under these labels (`_` stands for a blank in a label)."""
    header = [label.replace("_", " ") for label in cells]
    return read_row(RawRow(2, list(cells.values())), recognise(header), seen=SEEN)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "prospector.db")
    yield opened
    opened.close()


def _import(db: Database, folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")
    import_file(db, folder / name, ImportOptions(SEEN), rejects_folder=folder)


@pytest.mark.parametrize(
    "cell",
    [
        "3c9d1e70-5b42-4f8a-9c11-7a60d2b8e4f5",
        "0015g00000XyZabAAB",
        "4711",
        "https://kranz.example",
        "/companies/4711",
    ],
)
def test_a_company_cell_with_a_key_is_dropped_and_the_address_tells_the_company(cell: str) -> None:
    row = _row(First_Name="Anna", Last_Name="Kranz", Email="anna@kranz.example", Company=cell)
    assert row.company == {"domain": "kranz.example"}
    assert [(one.field, one.value, one.code) for one in row.problems] == [("company", cell, "no_name")]


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("Vik AS · Full-time", "Vik"),
        ("Oda &amp; Sons", "Oda & Sons"),
        ("[Feld](https://feld.example)", "Feld"),
        ("<b>Moor</b> Ltd", "Moor"),
        ("Studio · Nord", "Studio · Nord"),
        ("23andMe", "23andMe"),
    ],
)
def test_a_company_cell_with_residue_says_its_name(cell: str, name: str) -> None:
    assert _row(Name="Ole Vik", Email="ole@vik.example", Company=cell).company["name"] == name


def test_the_next_company_cell_counts_where_the_first_holds_a_key() -> None:
    row = _row(Email="ole@vik.example", Name="Ole Vik", Company="0015g00000XyZabAAB", Company_Name="Vik AS")
    assert row.company["name"] == "Vik"


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("HR Manager · Full-time", "HR Manager"),
        ("<i>HR</i> &amp; Payroll", "HR & Payroll"),
        ("ceo/cto/founder", "ceo/cto/founder"),
        ("HR Manager / Recruiter", "HR Manager / Recruiter"),
    ],
)
def test_a_title_loses_the_residue_alone(title: str, shown: str) -> None:
    assert _row(Name="Ole Vik", Email="ole@vik.example", Job_Title=title).person["title"] == shown


def test_a_title_that_is_a_key_is_dropped_with_its_reason() -> None:
    row = _row(Name="Ole Vik", Email="ole@vik.example", Job_Title="0015g00000XyZabAAB")
    assert "title" not in row.person
    assert [(one.field, one.code) for one in row.problems] == [("title", "no_name")]


@pytest.mark.parametrize(
    ("name", "given", "family", "greeting"),
    [
        ("The Honorable Walter B. Trenholm, PhD", "Walter", "Trenholm", "Walter"),
        ("Univ.-Prof. Dr. Eva Gruber", "Eva", "Gruber", "Eva"),
        ("Dr.Anna Kranz", "Anna", "Kranz", "Anna"),
        ("anna.feld", "Anna", "Feld", "Anna"),
        ("Jane Roe, MBChB", "Jane", "Roe", "Jane"),
        ("Roe, Ing.", None, "Roe", None),
        ("MARIA GOMEZ Y PEÑA", "Maria", "Gomez y Peña", "Maria"),
        ("L. P. Marlow", "L.", "Marlow", None),
        ("Trần Văn Bình", "Trần", "Văn Bình", None),
    ],
)
def test_a_name_in_one_cell(name: str, given: str | None, family: str, greeting: str | None) -> None:
    person = _row(Name=name, Email="x@kranz.example", Title="HR Manager", Company="Kranz").person
    assert [person.get(field) for field in ("first_name", "last_name", "greeting")] == [
        given,
        family,
        greeting,
    ]


@pytest.mark.parametrize(
    ("first", "last", "given", "family", "greeting"),
    [
        ("A.", "Kranz", "A.", "Kranz", None),
        ("Dr.", "Anna Kranz", "Anna", "Kranz", "Anna"),
        ("Dr.Anna", "Kranz", "Anna", "Kranz", "Anna"),
        ("Anna", "Anna Kranz", "Anna", "Kranz", "Anna"),
        ("Anna", "Kranz 🚀 Hiring now", "Anna", "Kranz", "Anna"),
        ("Anna", "Kranz | Helping brands grow", "Anna", "Kranz", "Anna"),
        ("Anna", "Kranz, MBChB", "Anna", "Kranz", "Anna"),
        ("Trần", "Văn Bình", "Trần", "Văn Bình", None),
        ("Bình", "Trần", "Bình", "Trần", None),
        ("Wiebke", None, "Wiebke", None, "Wiebke"),
        ("Don", "Carlos", "Don", "Carlos", None),
        ("van", "Berg", "Van", "Berg", None),
    ],
)
def test_a_name_in_two_cells(
    first: str, last: str | None, given: str, family: str | None, greeting: str | None
) -> None:
    person = _row(First_Name=first, Last_Name=last, Email="x@kranz.example").person
    assert [person.get(field) for field in ("first_name", "last_name", "greeting")] == [
        given,
        family,
        greeting,
    ]


@pytest.mark.parametrize("cell", ["Moor Ltd", "Moor Ltd (reception)", "Moor GmbH", "Moor Sp. z o.o."])
def test_a_company_among_people_is_a_company_and_keeps_its_address(cell: str) -> None:
    row = _row(Name=cell, Email="reception@moor.example")
    assert row.person == {"email": "reception@moor.example"}
    assert row.company == {"name": "Moor", "domain": "moor.example"}


def test_a_column_for_the_type_settles_it() -> None:
    firm = _row(Name="Moor Hall", Email="hello@moor.example", Type="Company")
    assert (firm.person, firm.company["name"]) == ({"email": "hello@moor.example"}, "Moor Hall")
    man = _row(Name="Ian Limited", Email="ian@moor.example", Type="Person")
    assert (man.person["first_name"], "name" in man.company) == ("Ian", False)


@pytest.mark.parametrize("cell", ["Hiring Team", "Empfang", "Customer Service", "Team Kranz"])
def test_a_desk_or_a_team_has_its_address_and_no_name(cell: str) -> None:
    row = _row(Name=cell, Email="info@kranz.example", Company="Kranz")
    assert row.person == {"email": "info@kranz.example"}
    assert [one.code for one in row.problems] == ["not_a_person"]


def test_an_address_in_the_column_of_names_is_one_address_more() -> None:
    row = _row(Name="ole.vik@home.example", Email="ole@vik.example")
    assert (row.person["email"], row.person["more_emails"]) == ("ole@vik.example", "ole.vik@home.example")


CONNECTIONS = """First Name,Last Name,URL,Email Address,Company,Position,Connected On
Ann,Alder,https://www.linkedin.com/in/ann-alder-example,ann@alder-hr.example,Self-employed,HR Manager,15 Mar 2026
Ben,Birch,https://www.linkedin.com/in/ben-birch-example,,Freelance,HR Manager,16 Mar 2026
Cam,Cedar,https://www.linkedin.com/in/cam-cedar-example,,Freelance,HR Manager,17 Mar 2026
Dan,Dogwood,https://www.linkedin.com/in/dan-dogwood-example,,Im Ruhestand,HR Manager,17 Mar 2026
Eve,Elm,https://www.linkedin.com/in/eve-elm-example,,Freelance Partners,HR Manager,17 Mar 2026
"""


def test_who_has_no_employer_keeps_the_employment_and_shares_no_company(db: Database, tmp_path: Path) -> None:
    _import(db, tmp_path, "connections.csv", CONNECTIONS)
    people = db.rows("SELECT first_name, employment, company_id IS NULL FROM people ORDER BY first_name")
    assert [tuple(row) for row in people] == [
        ("Ann", "self_employed", 0),
        ("Ben", "freelance", 1),
        ("Cam", "freelance", 1),
        ("Dan", "retired", 1),
        ("Eve", None, 0),
    ]
    companies = db.rows("SELECT name, domain FROM companies ORDER BY id")
    assert [tuple(row) for row in companies] == [(None, "alder-hr.example"), ("Freelance Partners", None)]


def test_a_new_employer_ends_the_employment(db: Database, tmp_path: Path) -> None:
    _import(db, tmp_path, "connections.csv", CONNECTIONS)
    head, ben = (
        CONNECTIONS.splitlines()[0],
        "Ben,Birch,https://www.linkedin.com/in/ben-birch-example,,Feld AG,CFO,",
    )
    (tmp_path / "later.csv").write_text(f"{head}\n{ben}\n", encoding="utf-8")
    options = ImportOptions(date(2026, 12, 30))
    import_file(db, tmp_path / "later.csv", options, rejects_folder=tmp_path)
    row = db.one("SELECT employment, company_id IS NULL FROM people WHERE first_name = 'Ben'")
    assert row is not None
    assert tuple(row) == (None, 0)


def test_the_companys_entry_of_an_address_book_is_no_person(db: Database, tmp_path: Path) -> None:
    text = (
        "First Name,Middle Name,Last Name,File As,Organization Name,Organization Title,Labels,E-mail 1 - Value\n"
        ",,,Moor Ltd (reception),Moor Ltd,,* myContacts,reception@moor.example\n"
        "Ida,,Moor,,Moor Ltd,HR Manager,* myContacts,ida@moor.example\n"
    )
    _import(db, tmp_path, "google.csv", text)
    people = db.rows("SELECT first_name, last_name, greeting, email FROM people ORDER BY email")
    assert [tuple(row) for row in people] == [
        ("Ida", "Moor", "Ida", "ida@moor.example"),
        (None, None, None, "reception@moor.example"),
    ]
    assert [row["name"] for row in db.rows("SELECT name FROM companies")] == ["Moor"]


@pytest.mark.parametrize(
    ("first", "last", "listed"),
    [
        ("Anna", "Kranz7", ["Kranz7"]),
        ("B3n", "Moor", ["B3n"]),
        ("Anna", "Kranz", []),
        ("Dr.", "Moor", []),
        ("Anna", "PhD, MBA", []),
        ("Anna", "-", []),
        ("Anna", "", []),
    ],
)
def test_half_a_name_that_cannot_be_read_is_listed(first: str, last: str, listed: list[str]) -> None:
    row = _row(First_Name=first, Last_Name=last, Email="a@kranz.example")
    assert [(one.field, one.value) for one in row.problems] == [("name", cell) for cell in listed]
