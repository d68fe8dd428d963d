"""Phone numbers: read where a country is known, kept as written and marked where none is, never dropped for that."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest
from workspaces import call_cli, make_workspace

from prospector.core.evidence import Observation, current_values
from prospector.core.fields import stored
from prospector.intake.columns.mappings import recognise
from prospector.intake.files.tables import RawRow
from prospector.intake.rows.rows import ParsedRow, read_row

if TYPE_CHECKING:
    from pathlib import Path

SEEN = date(2026, 11, 1)


def _row(country: str | None = None, /, **cells: str) -> ParsedRow:
    header = [label.replace("_", " ") for label in cells]
    return read_row(RawRow(2, list(cells.values())), recognise(header), seen=SEEN, country=country)


@pytest.mark.parametrize(
    ("cells", "country", "number"),
    [
        ({"Country": "Germany"}, None, "+493023125000"),
        ({"Country": "Austria"}, "DE", "+433023125000"),
        ({"Company_Country": "Germany"}, "US", "+493023125000"),
        ({"Location": "Berlin, Germany"}, None, "+493023125000"),
        ({}, "DE", "+493023125000"),
        ({"City": "Berlin"}, None, "+493023125000"),
        ({"City": "10115 Berlin"}, "US", "+493023125000"),
        ({"City": "Linz, Austria"}, None, "+433023125000"),
        ({"Location": "Berlin"}, None, "+493023125000"),
        ({"Company_City": "Berlin"}, None, "+493023125000"),
        ({"City": "Berlin", "Company_Country": "Austria"}, None, "+433023125000"),
    ],
)
def test_the_row_says_where_a_number_is_and_else_the_import(
    cells: dict[str, str], country: str | None, number: str
) -> None:
    row = _row(country, Email="a@kranz.example", Mobile="030 23125000", **cells)
    assert (row.person["phone"], row.problems) == (number, ())
    row = _row(country, Email="a@kranz.example", Company="Kranz", Company_Phone="030 23125000", **cells)
    assert (row.company["phone"], row.problems) == (number, ())


@pytest.mark.parametrize(
    "text", ["030 23125000", "(0161) 496 0100", "06 39 98 01 23", "555-0142 ext. 7", "0355501"]
)
def test_a_number_without_a_country_is_kept_as_written(text: str) -> None:
    row = _row(Email="a@kranz.example", Mobile=text)
    assert row.person["phone"] == text
    assert [problem.code for problem in row.problems] == ["phone_country"]


@pytest.mark.parametrize(
    "text", ["call me", "4.9E+11", "0000000", "12", "+49 30", "2026-11-30 or so", "#REF! 5"]
)
def test_what_is_no_number_is_dropped_and_listed(text: str) -> None:
    row = _row(Email="a@kranz.example", Mobile=text)
    assert "phone" not in row.person
    assert [problem.code for problem in row.problems] == ["bad_phone"]


def test_a_number_that_can_be_called_from_anywhere_is_not_replaced_by_one_as_written() -> None:
    def said(day: int, phone: str) -> Observation:
        return Observation("file:list.csv", "stated", date(2026, 11, day), {"phone": phone})

    fields = {"phone": stored("person")["phone"]}
    for order in ([said(1, "+493023125000"), said(2, "030 1")], [said(2, "030 1"), said(1, "+493023125000")]):
        assert current_values(order, fields, SEEN)["phone"].values["phone"] == "+493023125000"
    assert (
        current_values([said(1, "030 1"), said(2, "030 2")], fields, SEEN)["phone"].values["phone"] == "030 2"
    )


def test_a_row_without_a_person_keeps_phone_and_place_for_the_company() -> None:
    row = _row(
        First_Name="",
        Last_Name="",
        Email="",
        Company="Kranz",
        Phone="030 23125000",
        City="Berlin",
        Country="Germany",
    )
    assert row.company == {"name": "Kranz", "phone": "+493023125000", "country": "DE", "city": "Berlin"}
    row = _row(First_Name="", Last_Name="", Email="", Company="Kranz", Phone="030 23125000")
    assert row.company == {"name": "Kranz", "phone": "030 23125000"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (make_workspace(tmp_path) / "list.csv").write_text(
        "Name,Email,Company,Mobile\nAnna Kranz,anna@kranz.example,Kranz,030 23125000\n", encoding="utf-8"
    )
    return tmp_path


def test_a_number_without_a_country_is_shown_and_marked(folder: Path) -> None:
    done = call_cli("import", "list.csv", "--json", cwd=folder)
    report = json.loads(done.stdout)
    assert (done.returncode, report["phones_without_country"], report["rejects_file"]) == (0, 1, None)
    assert "--country" in done.stderr
    person = json.loads(call_cli("show", "anna@kranz.example", "--json", cwd=folder).stdout)["person"]
    assert person["phone"] == "030 23125000"
    assert "country is not known" in person["phone_note"]
    assert "country is not known" in call_cli("show", "anna@kranz.example", cwd=folder).stdout
    (row,) = json.loads(call_cli("find", "--has", "phone", "--json", cwd=folder).stdout)
    assert "country is not known" in row["phone_note"]


def test_country_of_the_import_beats_that_of_the_workspace(folder: Path) -> None:
    settings = folder / "prospector.yaml"
    settings.write_text("country: Austria\n" + settings.read_text(encoding="utf-8"), encoding="utf-8")
    for args, number in (((), "+433023125000"), (("--country", "DE"), "+493023125000")):
        assert call_cli("import", "list.csv", *args, cwd=folder).returncode == 0
        person = json.loads(call_cli("show", "anna@kranz.example", "--json", cwd=folder).stdout)["person"]
        assert (person["phone"], person["phone_note"]) == (number, None)
        (folder / "prospector.db").unlink()
    assert call_cli("import", "list.csv", "--country", "Atlantis", cwd=folder).returncode == 2
    settings.write_text("country: Atlantis\n", encoding="utf-8")
    done = call_cli("import", "list.csv", cwd=folder)
    assert (done.returncode, "prospector.yaml:1" in done.stderr) == (2, True)


TWO = "E-Mail;Vorname;Nachname;Telefon geschäftlich;Mobil\n"


def test_a_second_number_is_kept_and_told_of_once_a_file(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    rows = "a@kranz.example;Ada;Kranz;+49 30 23125001;+49 30 23125000\nb@kranz.example;Bo;Kranz;+49 30 23125002;\n"
    (folder / "two.csv").write_text(TWO + rows, encoding="utf-8")
    for words in (("--dry-run",), ()):
        done = call_cli("import", "two.csv", *words, cwd=folder)
        assert done.stderr.count("several columns are for phone") == 1
        assert (
            'further numbers are kept, "Telefon geschäftlich" as custom.telefon_geschäftlich' in done.stderr
        )
        assert "columns that no field takes" not in done.stderr
    found = {one["email"]: one for one in json.loads(call_cli("find", "--json", cwd=folder).stdout)}
    assert found["a@kranz.example"]["phone"] == "+493023125000"
    assert found["a@kranz.example"]["custom"]["telefon_geschäftlich"] == "+49 30 23125001"
    assert found["b@kranz.example"]["phone"] == "+493023125002"


def test_a_column_for_a_second_number_that_is_blank_is_not_told_of(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    (folder / "two.csv").write_text(TWO + "a@kranz.example;Ada;Kranz;;+49 30 23125000\n", encoding="utf-8")
    done = call_cli("import", "two.csv", "--json", cwd=folder)
    report = json.loads(done.stdout)
    assert (report["custom_columns"], report["ignored_columns"], report["warnings"]) == ([], [], [])


def test_of_thousands_of_unknown_columns_ten_are_named(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    names = [f"Zz {at}" for at in range(300)]
    text = (
        ",".join(["Email", *names]) + "\n" + ",".join(["a@kranz.example", *["x"] * 150, *[""] * 150]) + "\n"
    )
    (folder / "wide.csv").write_text(text, encoding="utf-8")
    said = call_cli("import", "wide.csv", cwd=folder).stderr
    assert '"Zz 9" as custom.zz_9 and 140 more. --map' in said
    assert '"Zz 159" and 140 more' in said
    assert max(map(len, said.splitlines())) < 500


@pytest.mark.parametrize(
    ("city", "number"),
    [
        ("Birmingham", "(205) 555-0123"),  # in Alabama, too
        ("Birmingham", "0121 496 0123"),
        ("Nowhere on the Hill", "030 23125000"),
        ("Paris", "(903) 555-0123"),  # no number of France, so another Paris
    ],
)
def test_a_city_that_does_not_tell_the_country_of_a_number_is_not_believed(city: str, number: str) -> None:
    row = _row(Email="a@kranz.example", Mobile=number, City=city)
    assert row.person["phone"] == number
    assert [problem.code for problem in row.problems] == ["phone_country"]
