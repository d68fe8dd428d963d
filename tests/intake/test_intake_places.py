"""Places in rows: a street, a number, a link or markup is no city and no region, and a whole address tells both."""

from __future__ import annotations

from datetime import date

import pytest

from prospector.intake.columns.mappings import recognise
from prospector.intake.files.tables import RawRow
from prospector.intake.rows.rows import ParsedRow, read_row
from prospector.normalise.places import city_name, region_name, split_location

SEEN = date(2026, 11, 1)


def _row(**cells: str) -> ParsedRow:
    header = [label.replace("_", " ") for label in cells]
    return read_row(RawRow(2, list(cells.values())), recognise(header), seen=SEEN)


@pytest.mark.parametrize(
    ("cell", "city"),
    [
        ("Hauptstr. 1, 10115 Berlin", "Berlin"), ("10115 Berlin", "Berlin"), ("Berlin + 12 more", "Berlin"),
        ("Berlin +3", "Berlin"), ("New York, NY + 5 more", "New York"), ("Paris et 3 autres", "Paris"),
        ("Berlin und 2 weitere", "Berlin"), ("<b>Berlin</b>", "Berlin"), ("Berlin<br>Germany", "Berlin"),
        ("London SW1A 1AA", "London"), ("1012 AB Amsterdam", "Amsterdam"), ("Paris 8e", "Paris"),
        ("12 rue de la Paix 75002 Paris", "Paris"), ("Berlin, Germany", "Berlin"), ("\ue0c8 Sion", "Sion"),
        ("St. Gallen", "St. Gallen"), ("Stoke-on-Trent", "Stoke-on-Trent"), ("Frankfurt/Main", "Frankfurt/Main"),
        ("Frankfurt (Oder)", "Frankfurt (Oder)"), ("Dublin 2", "Dublin"), ("City 11", "City 11"), ("Street", "Street"), ("Bogotá D.C.", "Bogotá D.C."),
    ],
)  # fmt: skip
def test_a_cell_of_cities_names_the_city_alone(cell: str, city: str) -> None:
    assert city_name(cell) == city


@pytest.mark.parametrize(
    "cell",
    [
        "Hauptstraße 5",
        "Ahornweg 88c",
        "Main Street",
        "rue de la Paix",
        "12345",
        "https://x.example",
        "a@x.example",
    ],
)
def test_a_street_a_number_and_a_link_are_no_city_and_no_region(cell: str) -> None:
    assert (city_name(cell), region_name(cell)) == (None, None)
    row = _row(Email="a@kranz.example", City=cell, State=cell)
    assert row.person.keys().isdisjoint({"city", "region"})
    assert [problem.code for problem in row.problems] == ["no_place", "no_place"]


@pytest.mark.parametrize(
    ("cell", "place"),
    [
        ("410 E Cedar Chime St, Austin, TX 78702, USA", ("Austin", "Texas", "US")),
        ("1 High Street, Leeds LS1 4AP, United Kingdom", ("Leeds", None, "GB")),
        ("Damrak 1, 1012 AB Amsterdam, Netherlands", ("Amsterdam", None, "NL")),
        ("Calle Mayor 5, 28013 Madrid, España", ("Madrid", None, "ES")),
        ("Musterweg 2, 74500 Schönfeld am Berg", ("Schönfeld am Berg", None, None)),
        ("Berlin, Hauptstr. 1", ("Berlin", None, None)),
        ("Mosavegi 3-5, 200 Kópavogi", ("Kópavogi", None, None)),
        ("Kranz Haus, Hauptstr. 1, 10115 Berlin, Germany", ("Berlin", None, "DE")),
    ],
)
def test_a_one_line_address_tells_city_region_and_country(cell: str, place: tuple[str | None, ...]) -> None:
    assert tuple(split_location(cell)) == place


@pytest.mark.parametrize(
    "label", ["Address", "Street", "Business_Address", "Adresse", "Anschrift", "Dirección"]
)
def test_an_address_in_a_file_of_people_is_their_companys(label: str) -> None:
    row = _row(
        Vorname="Anna",
        Nachname="Kranz",
        Email="a@kranz.example",
        Firma="Kranz",
        **{label: "Hauptstr. 1, 10115 Berlin, Germany"},
    )
    assert row.company["address"] == "Hauptstr. 1, 10115 Berlin, Germany"
    assert (row.company["city"], row.company["country"]) == ("Berlin", "DE")
    assert row.person.keys().isdisjoint({"city", "country"})


def test_an_address_in_a_column_of_the_place_is_kept_and_tells_the_place() -> None:
    row = _row(Email="a@kranz.example", Company="Kranz", City="Hauptstr. 1, 10115 Berlin, Germany")
    assert (row.person["city"], row.person["country"], row.person["time_zone"]) == (
        "Berlin",
        "DE",
        "Europe/Berlin",
    )
    assert row.company["address"] == "Hauptstr. 1, 10115 Berlin, Germany"
    row = _row(Company="Kranz", Website="kranz.example", Location="Hauptstr. 1, 10115 Berlin, Germany")
    assert (row.company["address"], row.company["city"]) == ("Hauptstr. 1, 10115 Berlin, Germany", "Berlin")
    row = _row(Company="Kranz", Website="kranz.example", Region="127000, город Москва, Липовый пр-д, д. 9")
    assert row.problems == ()
    assert ("region" in row.company, row.company["address"]) == (
        False,
        "127000, город Москва, Липовый пр-д, д. 9",
    )


def test_a_national_number_beside_an_address_is_read_by_its_country() -> None:
    row = _row(
        Company="Kranz",
        Website="kranz.example",
        Phone="(737) 555-0144",
        Address="88 Robin St, Austin, TX 78701, USA",
    )
    assert row.company["phone"] == "+17375550144"
