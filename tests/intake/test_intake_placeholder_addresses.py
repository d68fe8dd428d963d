"""Addresses that are none, teams that are nobody, pages of companies, and whose the one place of a row is."""

from __future__ import annotations

import csv
import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from workspaces import call_cli, import_people, make_workspace

from prospector.intake.importer import ImportOptions, ImportReport, import_file
from prospector.normalise.placeholder_addresses import is_placeholder
from prospector.store.database import Database
from prospector.store.duplicates import find_duplicates
from prospector.store.undo import undo_import

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

AS_OF = date(2026, 11, 30)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "prospector.db")
    yield opened
    opened.close()


def _import(db: Database, folder: Path, header: str, *rows: str, name: str = "list.csv") -> ImportReport:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header.split(","), *(row.split(",") for row in rows)])
    return import_file(db, path, ImportOptions(AS_OF), rejects_folder=folder)


def _rows(db: Database, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in db.rows(sql)]


_PEOPLE = "SELECT first_name, last_name, email FROM people ORDER BY last_name, first_name"
_EMPLOYERS = "SELECT p.last_name, c.name, c.domain FROM people p LEFT JOIN companies c ON c.id = p.company_id ORDER BY 1"


@pytest.mark.parametrize(
    "address",
    [
        "email_not_unlocked@domain.com",
        "noemail@kranz.example",
        "no-email@kranz.example",
        "test@test.com",
        "xxx@xxx.com",
        "n/a@kranz.example",
        "unknown@kranz.example",
        "unbekannt@kranz.example",
        "sin.correo@kranz.example",
        "pas-de-mail@kranz.example",
        "keine.email@kranz.example",
        "not_available@kranz.example",
        "asdf@asdf.example",
        "aaaa@aaaa.example",
        "anna@example.com",
        "firstname.lastname@kranz.example",
    ],
)
def test_what_is_written_where_there_is_no_address_is_none(address: str) -> None:
    assert is_placeholder(address)


@pytest.mark.parametrize(
    "address",
    [
        "anna@kranz.example",
        "kranz@kranz.example",
        "test@kranz.example",
        "na@kranz.example",
        "aaa@kranz.example",
        "nomi@mail.example",
        "notter@kranz.example",
        "noreply@kranz.example",
        "info@kranz.example",
        "norma.mail@kranz.example",
        "anna@domain.example",
    ],
)
def test_what_only_looks_like_it_is_an_address(address: str) -> None:
    assert not is_placeholder(address)


@pytest.mark.parametrize("address", ["email_not_unlocked@domain.com", "noemail@list.test", "n/a@oda.example"])
def test_a_placeholder_joins_nobody_gives_nobody_a_domain_and_is_listed(
    db: Database, tmp_path: Path, address: str
) -> None:
    report = _import(
        db,
        tmp_path,
        "First Name,Last Name,Email,Company",
        f"Anna,Kranz,{address},Kranz AG",
        f"Udo,Berg,{address},Oda Ltd",
    )
    assert _rows(db, _PEOPLE) == [("Udo", "Berg", None), ("Anna", "Kranz", None)]
    assert _rows(db, _EMPLOYERS) == [("Berg", "Oda", None), ("Kranz", "Kranz", None)]
    assert report.problems == {"placeholder": 2}


@pytest.mark.parametrize("mailbox", ["info", "praxis", "montage", "team-sued"])
def test_people_of_unlike_names_at_one_address_stay_apart_in_any_order_and_again(
    db: Database, tmp_path: Path, mailbox: str
) -> None:
    rows = [f"Anna,Kranz,{mailbox}@kranz.example", f"Udo,Berg,{mailbox}@kranz.example"]
    for number, row in enumerate([*rows, *reversed(rows), *rows]):
        _import(db, tmp_path, "First Name,Last Name,Email", row, name=f"{number}.csv")
    box = f"{mailbox}@kranz.example"
    assert _rows(db, _PEOPLE) == [("Udo", "Berg", box), ("Anna", "Kranz", box)]


def test_the_address_of_somebody_who_is_gone_finds_whoever_shared_it(db: Database, tmp_path: Path) -> None:
    header = "First Name,Last Name,Email"
    _import(db, tmp_path, header, "Anna,Kranz,info@gmail.com", name="a.csv")
    _import(db, tmp_path, header, "Udo,Berg,info@gmail.com", name="b.csv")
    undo_import(db, 1, AS_OF)
    _import(db, tmp_path, header, "Udo,Berg,info@gmail.com", name="c.csv")
    assert _rows(db, _PEOPLE) == [("Udo", "Berg", "info@gmail.com")]


@pytest.mark.parametrize(
    "name", ["Sales Team", "Equipo de ventas", "Info", "Vertriebsteam", "Verkoopteam", "Equipe commerciale"]
)
def test_a_team_is_no_person(db: Database, tmp_path: Path, name: str) -> None:
    report = _import(db, tmp_path, "Name,Email,Company", f"{name},hallo@kranz.example,Kranz")
    assert _rows(db, _PEOPLE) == [(None, None, "hallo@kranz.example")]
    assert report.problems == {"not_a_person": 1}


def test_a_companys_page_in_the_persons_column_is_the_companys(db: Database, tmp_path: Path) -> None:
    page = "https://www.linkedin.com/company/kranz"
    report = _import(
        db, tmp_path, "Name,Email,Company,LinkedIn", f"Anna Kranz,anna@kranz.example,Kranz,{page}"
    )
    assert _rows(db, "SELECT p.linkedin, c.linkedin FROM people p, companies c") == [(None, page)]
    assert not report.problems


# One domain, several companies

_SHARED = [
    "Anna,Kranz,anna@list.example,Kranz AG",
    "Udo,Berg,udo@list.example,Oda Ltd",
    "Ida,Moor,ida@list.example,",
    "Tom,Roe,tom@list.example,Oda",
]


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (2, 0, 1, 3), (3, 2, 1, 0), (0, 2, 3, 1), (1, 2, 3, 0)])
@pytest.mark.parametrize("one_file", [True, False])
def test_at_a_shared_domain_the_stated_company_counts_in_any_order(
    db: Database, tmp_path: Path, order: tuple[int, ...], one_file: bool
) -> None:
    header, rows = "First Name,Last Name,Email,Company", [_SHARED[place] for place in order]
    for _ in range(2):
        for number, some in enumerate([rows] if one_file else [[row] for row in rows]):
            _import(db, tmp_path, header, *some, name=f"{number}.csv")
        assert _rows(db, _EMPLOYERS) == [
            ("Berg", "Oda", "list.example"),
            ("Kranz", "Kranz", "list.example"),
            ("Moor", None, "list.example"),
            ("Roe", "Oda", "list.example"),
        ]
        assert db.value("SELECT count(*) FROM companies") == 3


def test_a_domain_of_many_companies_is_listed_once_and_one_of_two_as_a_pair(
    db: Database, tmp_path: Path
) -> None:
    rows = [f"{name},list.example" for name in ("Kranz", "Oda", "Moor")]
    _import(db, tmp_path, "Company,Company Domain", *rows, "Berg,two.example", "Roe,two.example")
    found = [(one.reason, one.b is None) for one in find_duplicates(db)]
    assert found == [
        ("same domain", False),
        ("3 companies of different names share the domain list.example", True),
    ]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0), (2, 1, 0)])
def test_who_goes_by_the_domains_name_owns_it_in_any_order(
    db: Database, tmp_path: Path, order: tuple[int, ...]
) -> None:
    rows = [
        "Anna,Kranz,anna@kranz.example,Kranz Logistik GmbH",
        "Udo,Berg,udo@kranz.example,Moor Bau",
        "Ida,Moor,ida@kranz.example,",
    ]
    for number in order:
        _import(db, tmp_path, "First Name,Last Name,Email,Company", rows[number], name=f"{number}.csv")
    assert _rows(db, _EMPLOYERS) == [
        ("Berg", "Moor Bau", "kranz.example"),
        ("Kranz", "Kranz Logistik", "kranz.example"),
        ("Moor", "Kranz Logistik", "kranz.example"),
    ]


# Whose place

_PLACES = "SELECT country, region, city FROM companies"


@pytest.mark.parametrize(
    "header",
    [
        "Name,Email,Company,City,Country",
        "Name,E-Mail,Firma,Stadt,Land",
        "Nombre,Email,Empresa,Ciudad,País",
        "Nom,Email,Entreprise,Ville,Pays",
    ],
)
def test_the_one_place_of_a_hand_made_row_is_the_persons_and_perhaps_the_companys(
    db: Database, tmp_path: Path, header: str
) -> None:
    _import(db, tmp_path, header, "Anna Kranz,anna@kranz.example,Kranz,Berlin,Germany")
    assert _rows(db, "SELECT country, city FROM people") == [("DE", "Berlin")]
    assert _rows(db, _PLACES) == [("DE", None, "Berlin")]
    assert db.value("SELECT count(*) FROM evidence WHERE method = 'inferred'") == 1


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_where_a_source_says_a_companys_place_nothing_is_inferred(
    db: Database, tmp_path: Path, order: tuple[int, int]
) -> None:
    files = [
        ("Name,Email,Company,City,Country", "Anna Kranz,anna@kranz.example,Kranz,Berlin,Germany"),
        ("Company,Company Domain,Company Country", "Kranz,kranz.example,France"),
    ]
    for number in order:
        _import(db, tmp_path, *files[number], name=f"{number}.csv")
    assert _rows(db, _PLACES) == [("FR", None, None)]


def test_what_is_inferred_goes_with_its_import(db: Database, tmp_path: Path) -> None:
    _import(db, tmp_path, "Company,Company Domain", "Kranz,kranz.example", name="a.csv")
    _import(
        db, tmp_path, "Name,Email,Company,City", "Anna Kranz,anna@kranz.example,Kranz,Berlin", name="b.csv"
    )
    assert _rows(db, _PLACES) == [(None, None, "Berlin")]
    undo_import(db, None, AS_OF)
    assert _rows(db, _PLACES) == [(None, None, None)]


# Where people are


@pytest.mark.parametrize(
    ("flags", "named"),
    [
        (("--country", "DE"), "--person-country 'DE'"),
        (("--city", "Berlin"), "--person-city 'Berlin'"),
        (("--region", "Bavaria", "--country", "DE"), "--person-country 'DE' --person-region 'Bavaria'"),
    ],
)
def test_a_place_that_only_people_have_names_the_flag_that_finds_them(
    tmp_path: Path, flags: tuple[str, ...], named: str
) -> None:
    make_workspace(tmp_path)
    header = ("Name", "Email", "Company", "City", "State", "Country", "Company Country")
    import_people(
        tmp_path, [("Anna Kranz", "anna@kranz.example", "Kranz", "Berlin", "Bavaria", "DE", "FR")], header
    )
    done = call_cli("find", *flags, cwd=tmp_path)
    assert named in done.stderr
    assert json.loads(call_cli("find", *named.replace("'", "").split(), "--json", cwd=tmp_path).stdout)


def test_a_file_in_which_two_share_an_address_and_one_has_two_names_is_idle_the_second_time(
    db: Database, tmp_path: Path
) -> None:
    header = "LinkedIn,Company,Email,First Name,Website,Last Name"
    rows = (
        "linkedin.com/in/ana,Apex,ana@a.example,Ana,apex.example,Ruiz",
        "linkedin.com/in/bo,Apex,ana@a.example,Bo,apex.example,Lee",
        "linkedin.com/in/ana,Apex,ana@a.example,Ana,apex.example,Lee",
    )
    _import(db, tmp_path, header, *rows)
    said = db.rows("SELECT id, person_id, row FROM evidence")
    again = _import(db, tmp_path, header, *rows)
    assert again.people["created"] == again.people["updated"] == 0
    assert db.rows("SELECT id, person_id, row FROM evidence") == said
