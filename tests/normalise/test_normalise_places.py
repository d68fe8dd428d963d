from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prospector.normalise.places import country_code, country_name, split_location, time_zone
from prospector.normalise.text import data_lines, fold


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("Norge", "NO"),
        ("NO", "NO"),
        ("no", "NO"),
        ("U.S.", "US"),
        ("usa", "US"),
        ("United States of America", "US"),
        ("UK", "GB"),
        ("England", "GB"),
        ("Deutschland", "DE"),
        ("Allemagne", "DE"),
        ("Alemania", "DE"),
        ("DEU", "DE"),
        ("Turkey", "TR"),
        ("Türkiye", "TR"),
        ("The Netherlands", "NL"),
        ("日本", "JP"),
        ("Österreich", "AT"),
        ("Côte d’Ivoire", "CI"),
        ("Trinidad and Tobago", "TT"),
        ("Kosovo", "XK"),
    ],
)
def test_countries_are_known_by_their_names_and_codes(cell: str, code: str) -> None:
    assert country_code(cell) == code


@pytest.mark.parametrize("cell", [None, "", "Remote", "EMEA", "Berlin", "xx", "N/A"])
def test_what_names_no_country_is_none(cell: str | None) -> None:
    assert country_code(cell) is None


def test_a_code_has_a_name_to_show() -> None:
    assert country_name("de") == "Germany"
    assert country_name("ZZ") == "ZZ"


def test_every_row_of_the_country_table_is_sound() -> None:
    rows = [line.split("\t") for line in data_lines("countries.tsv")]
    assert len(rows) >= 200
    for code, name, aliases, zone in rows:
        assert len(code) == 2
        assert country_code(code) == country_code(name) == code
        assert {country_code(alias) for alias in aliases.split("|") if alias} <= {code}
        assert ZoneInfo(zone)


def test_every_region_and_city_has_a_zone_that_exists() -> None:
    for line in data_lines("regions.tsv"):
        country, code, name, zone = line.split("\t")
        assert ZoneInfo(zone)
        assert time_zone(country, region=code) == time_zone(country, region=name) == zone
    for line in data_lines("cities.tsv"):
        country, _region, zone, names = line.split("\t")
        assert zone == "-" or ZoneInfo(zone)
        assert all(time_zone(country, city=name) for name in names.split("|"))


@pytest.mark.parametrize(
    ("country", "region", "city", "zone"),
    [
        ("US", None, None, "America/New_York"),
        ("US", "CA", None, "America/Los_Angeles"),
        ("US", "california", "Fresno", "America/Los_Angeles"),
        ("US", None, "San Francisco", "America/Los_Angeles"),
        ("US", "Texas", "El Paso", "America/Denver"),
        ("AU", "WA", None, "Australia/Perth"),
        ("BR", "Amazonas", None, "America/Manaus"),
        ("Germany", None, None, "Europe/Berlin"),
        ("GB", None, "Paris", "Europe/London"),
        (None, None, "London", "Europe/London"),
        (None, None, "Kleinkleckersdorf", None),
        ("Atlantis", None, "London", None),
        (None, None, None, None),
    ],
)
def test_the_zone_is_as_exact_as_the_place(
    country: str | None, region: str | None, city: str | None, zone: str | None
) -> None:
    assert time_zone(country, region=region, city=city) == zone


@pytest.mark.parametrize(
    ("cell", "place"),
    [
        ("San Francisco, CA, USA", ("San Francisco", "California", "US")),
        ("San Francisco, CA", ("San Francisco", "California", "US")),
        ("Berlin, Germany", ("Berlin", None, "DE")),
        ("10115 Berlin, Germany", ("Berlin", None, "DE")),
        ("Berlin, DE", ("Berlin", None, "DE")),
        ("Dover, DE", ("Dover", "Delaware", "US")),
        ("Atlanta, Georgia", ("Atlanta", "Georgia", "US")),
        ("Tbilisi, Georgia", ("Tbilisi", None, "GE")),
        ("London", ("London", None, None)),
        ("London, England, United Kingdom", ("London", "England", "GB")),
        ("Greater Boston", ("Boston", None, "US")),
        ("San Francisco Bay Area", ("San Francisco", None, "US")),
        ("Remote; New York, NY, USA", ("New York", "New York", "US")),
        ("Remote - US", (None, None, "US")),
        ("Remote (Germany)", (None, None, "DE")),
        ("Hybrid - Munich", ("Munich", None, None)),
        ("Paris (France)", ("Paris", None, "FR")),
        ("Perth, WA", ("Perth", "Western Australia", "AU")),
        ("Toronto, ON", ("Toronto", "Ontario", "CA")),
        ("Munich, Bavaria, Germany", ("Munich", "Bavaria", "DE")),
        ("California, USA", (None, "California", "US")),
        ("Texas", (None, "Texas", "US")),
        ("Germany", (None, None, "DE")),
        ("Port of Spain, Trinidad and Tobago", ("Port of Spain", None, "TT")),
        ("DE", (None, None, None)),
        ("Remote", (None, None, None)),
        ("", (None, None, None)),
    ],
)
def test_a_location_is_split_into_its_parts(
    cell: str, place: tuple[str | None, str | None, str | None]
) -> None:
    assert split_location(cell) == place


@given(
    st.text(max_size=60)
    | st.lists(
        st.sampled_from(["Berlin", "CA", "DE", "Remote", ",", ";", "(", ")", "USA", "Area", "-", "Georgia"])
    ).map(" ".join)
)
def test_any_text_is_read_without_failing(text: str) -> None:
    city, region, country = split_location(text)
    assert country is None or country_code(country) == country
    time_zone(country, region=region, city=city)
    assert country_code(text) is None or country_code(fold(text)) is not None


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("München, BY, Germany", "Bavaria"),
        ("München, Bayern, Deutschland", "Bavaria"),
        ("Köln, NRW, Germany", "North Rhine-Westphalia"),
        ("Monterrey, NL, Mexico", "Nuevo León"),
        ("Pune, MH, India", "Maharashtra"),
    ],
)
def test_all_names_of_a_region_are_one_region(text: str, region: str) -> None:
    assert split_location(text).region == region


def test_a_region_that_is_named_like_its_city_means_the_city() -> None:
    assert split_location("Berlin, Germany") == ("Berlin", None, "DE")
    assert split_location("Puebla, Mexico") == ("Puebla", None, "MX")


def test_a_mexican_region_has_its_own_time_zone() -> None:
    assert time_zone("MX", region="Baja California") == "America/Tijuana"
    assert time_zone("MX", region="Jalisco") == "America/Mexico_City"
