"""The same people in every encoding, dialect, language and container give the same database."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
import zipfile
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from workbooks import xlsx
from workspaces import AS_OF, call_cli, make_workspace

from prospector.intake.importer import ImportOptions, ImportReport, import_file
from prospector.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PEOPLE = 1000
FIELDS = (
    "first", "last", "email", "title", "since", "phone", "country", "city", "unsubscribed", "company", "website",
    "industry", "employees", "technologies", "ads", "openings", "revenue", "more",
)  # fmt: skip
HEADERS = {
    "en": "First Name|Last Name|Email|Job Title|Since|Mobile|Country|City|Unsubscribed|Company|Website|Industry|"
    "Employees|Technologies|Advertises On|Open Jobs|Annual Revenue|Email 2",
    "de": "Vorname|Nachname|E-Mail-Adresse|Position|Seit|Handy|Land|Ort|Abgemeldet|Firma|Webseite|Branche|"
    "Mitarbeiter|Technologien|Wirbt auf|Offene Stellen|Umsatz|E-Mail 2",
    "fr": "Prénom|Nom|Courriel|Poste|En poste depuis|Portable|Pays|Ville|Désinscrit|Société|Site web|Secteur|"
    "Effectif|Technologies|Publicité sur|Offres d'emploi|Chiffre d'affaires|Email 2",
    "es": "Nombre|Apellidos|Correo electrónico|Cargo|En el cargo desde|Móvil|País|Ciudad|Baja|Empresa|Página web|"
    "Sector|Empleados|Tecnologías|Se anuncia en|Vacantes|Facturación|Email 2",
}
GIVEN = ("Jörg", "Zoë", "Ana", "François", "Íñigo", "Šárka", "Åsa", "Søren", "Łucja"[1:].title(), "O'Neil")
FAMILY = (
    "Müller",
    "de la Cruz",
    "Œuvrard",
    "Peña Gómez",
    "Groß",
    "van den Berg",
    "Žitný",
    "D’Angelo",
    "Ruiz",
)
TITLES = ("HR Manager", "Leiterin Personal", "Directeur financier", "Head of Marketing", "CTO", "")
PLACES = (("DE", "Köln"), ("ES", "Málaga"), ("FR", "Besançon"), ("GB", "London"), ("", ""))
SIZES = ("51-200", "120", "10001+", "", "7")
INDUSTRIES = ("Banking", "Financial Services", "Bäckerei & Café; handgemacht", "")
LISTS = (
    ("HubSpot, Shopify", "Google Ads", "HR Manager; Buchhalter (m/w/d)"),
    ("", "", ""),
    ("Typo3", "LinkedIn", "CFO"),
)


def _person(number: int) -> dict[str, Any]:
    """A person, the employer among a third as many companies."""
    firm = number // 3
    country, city = PLACES[number % len(PLACES)]
    technologies, ads, openings = LISTS[firm % len(LISTS)]
    return {
        "first": GIVEN[number % len(GIVEN)],
        "last": FAMILY[number % len(FAMILY)],
        "email": f"p{number}@firma{firm}.example",
        "title": TITLES[number % len(TITLES)],
        "since": date(2020 + number % 6, 1 + number % 12, 1 + number % 28) if number % 7 else "",
        "phone": f"+49 30 23125{number % 1000:03}" if number % 2 else "",
        "country": country,
        "city": city,
        "unsubscribed": "x" if number % 50 == 0 else "",
        "company": f"Firma {firm}, Söhne & Co. KG",
        "website": f"https://www.firma{firm}.example/über" if firm % 2 else "",
        "industry": INDUSTRIES[firm % len(INDUSTRIES)],
        "employees": SIZES[firm % len(SIZES)],
        "technologies": technologies,
        "ads": ads,
        "openings": openings,
        "revenue": 1_000_000 + firm if firm % 3 else "",
        "more": f"privat{number}@mail{firm}.example" if number % 11 == 0 else "",
    }


def _text_rows(people: list[dict[str, Any]], language: str) -> list[list[str]]:
    return [HEADERS[language].split("|"), *([str(person[name]) for name in FIELDS] for person in people)]


def _csv(language: str, delimiter: str, newline: str, quoting: int = csv.QUOTE_MINIMAL) -> Callable[..., str]:
    def write(people: list[dict[str, Any]]) -> str:
        out = io.StringIO()
        writer = csv.writer(out, delimiter=delimiter, lineterminator=newline, quoting=quoting)  # type: ignore[arg-type]
        writer.writerows(_text_rows(people, language))
        return out.getvalue()

    return write


def _json_lines(people: list[dict[str, Any]]) -> bytes:
    labels = HEADERS["en"].split("|")
    lines = [dict(zip(labels, (person[name] for name in FIELDS), strict=True)) for person in people]
    return "\n".join(json.dumps(line, default=str) for line in lines).encode()


def _json_array(people: list[dict[str, Any]]) -> bytes:
    labels = HEADERS["es"].split("|")
    lines = [dict(zip(labels, (person[name] for name in FIELDS), strict=True)) for person in people]
    return json.dumps({"people": lines}, default=str, ensure_ascii=False, indent=1).encode()


def _workbook(people: list[dict[str, Any]]) -> bytes:
    """Counts as numbers and dates as dates, below a title."""
    rows = [
        [int(cell) if str(cell).isdecimal() else cell for cell in map(person.get, FIELDS)]
        for person in people
    ]
    return xlsx(
        {"Notizen": [["x"]], "Kontakte": [["Messe 2026"], [], HEADERS["de"].split("|"), *rows]}, left=2
    )


def _zipped(people: list[dict[str, Any]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("export/people.csv", _csv("es", ";", "\r\n")(people).encode("utf-8-sig"))
    return out.getvalue()


def _encoded(write: Callable[..., str], encoding: str, mark: bytes = b"") -> Callable[..., bytes]:
    return lambda people: mark + write(people).encode(encoding)


FORMS: dict[str, Callable[[list[dict[str, Any]]], bytes]] = {
    "utf8-comma-en.csv": _encoded(_csv("en", ",", "\n"), "utf-8"),
    "utf8-bom-semicolon-de.csv": _encoded(_csv("de", ";", "\r\n"), "utf-8-sig"),
    "utf16le-tab-de.txt": _encoded(_csv("de", "\t", "\r\n"), "utf-16-le", codecs.BOM_UTF16_LE),
    "utf16be-tab-fr.csv": _encoded(_csv("fr", "\t", "\n"), "utf-16-be", codecs.BOM_UTF16_BE),
    "cp1252-semicolon-de.csv": _encoded(_csv("de", ";", "\r\n"), "cp1252"),
    "cp1252-tab-fr.tsv": _encoded(_csv("fr", "\t", "\r\n"), "cp1252"),
    "utf8-pipe-es.csv": _encoded(_csv("es", "|", "\n"), "utf-8"),
    "utf8-quoted-fr.csv": _encoded(_csv("fr", ";", "\r\n", csv.QUOTE_ALL), "utf-8"),
    "lines.jsonl": _json_lines,
    "array-es.json": _json_array,
    "workbook-de.xlsx": _workbook,
    "packed-en.csv.gz": lambda people: gzip.compress(_csv("en", ",", "\r\n")(people).encode()),
    "packed-es.zip": _zipped,
}


def _imported(
    folder: Path, name: str, content: bytes
) -> tuple[ImportReport, dict[str, list[tuple[Any, ...]]]]:
    """The report, and every row of every table without source, row and the import itself."""
    path = folder / name
    path.write_bytes(content)
    with closing(Database(folder / f"{name}.db")) as db:
        report = import_file(db, path, ImportOptions(AS_OF), rejects_folder=folder)
        tables = [
            (row[0], len(db.rows(f"PRAGMA table_info({row[0]})")))
            for row in db.rows(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            )
        ]
        left_out = {"source", "row", "import_id", "detail"}  # the detail quotes the label
        return report, {
            table: [
                tuple(row[key] for key in row.keys() if key not in left_out)  # noqa: SIM118
                for row in db.rows(f"SELECT * FROM {table} ORDER BY {'1, 2' if width > 1 else '1'}")
            ]
            for table, width in sorted(tables)
            if table not in {"imports", "_sqlite_migrations"}
        }


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[ImportReport, dict[str, list[tuple[Any, ...]]]]:
    people = [_person(number) for number in range(PEOPLE)]
    return _imported(tmp_path_factory.mktemp("first"), "people.csv", FORMS["utf8-comma-en.csv"](people))


@pytest.mark.parametrize("name", list(FORMS))
def test_the_same_people_give_the_same_database_from_every_kind_of_file(
    tmp_path: Path, first: tuple[ImportReport, dict[str, list[tuple[Any, ...]]]], name: str
) -> None:
    report, tables = _imported(tmp_path, name, FORMS[name]([_person(number) for number in range(PEOPLE)]))
    assert report.as_json()["people"] == {"created": PEOPLE, "updated": 0, "unchanged": 0}
    assert (report.rows, report.rejected, dict(report.problems)) == (PEOPLE, 0, {})
    assert tables == first[1]


def test_what_is_compared_is_not_empty(first: tuple[ImportReport, dict[str, list[tuple[Any, ...]]]]) -> None:
    counts = {table: len(rows) for table, rows in first[1].items()}
    assert counts["people"] == PEOPLE
    assert counts["companies"] > 300
    assert (
        min(counts[table] for table in ("evidence", "company_technologies", "openings", "suppressions")) >= 20
    )


def _found(folder: Path, *flags: str) -> list[dict[str, Any]]:
    """People as `find` prints them, without the numbers that this database gave them."""
    done = call_cli("find", *flags, "--unknown", "include", "--json", cwd=folder)
    assert done.returncode == 0, done.stderr
    return [
        {key: value for key, value in row.items() if key not in {"person_id", "company_id"}}
        for row in json.loads(done.stdout)
    ]


@pytest.mark.parametrize("form", ["--json", "--csv", "lines"])
def test_what_find_prints_can_be_imported_and_is_found_again(tmp_path: Path, form: str) -> None:
    people = [_person(number) for number in range(60)]
    one, two = make_workspace(tmp_path / "one"), make_workspace(tmp_path / "two")
    (one / "list.csv").write_bytes(FORMS["utf8-comma-en.csv"](people))
    assert call_cli("import", "list.csv", cwd=one).returncode == 0
    everybody = ("--seniority", "intern+")
    form_flags = ("--csv", "--include-suppressed") if form == "--csv" else ("--json",)
    printed = call_cli("find", *everybody, "--unknown", "include", *form_flags, cwd=one).stdout
    if form == "lines":
        printed = "\n".join(json.dumps(row) for row in json.loads(printed))
    back = call_cli("import", "-", "--json", cwd=two, input=printed)
    report = json.loads(back.stdout)
    assert (report["preset"], report["rejected"], report["problems"]) == ("prospector people", 0, {})
    assert report["people"]["created"] == report["rows"] >= 50
    assert _found(two, *everybody) == _found(one, *everybody)


@pytest.mark.parametrize("form", ["--json", "--csv"])
def test_companies_that_find_prints_can_be_imported_and_are_found_again(tmp_path: Path, form: str) -> None:
    one, two = make_workspace(tmp_path / "one"), make_workspace(tmp_path / "two")
    (one / "list.csv").write_bytes(FORMS["utf8-comma-en.csv"]([_person(number) for number in range(60)]))
    assert call_cli("import", "list.csv", cwd=one).returncode == 0
    flags = ("--companies", "--headcount", "1+")
    printed = call_cli("find", *flags, "--unknown", "include", form, cwd=one).stdout
    report = json.loads(call_cli("import", "-", "--json", cwd=two, input=printed).stdout)
    assert (report["preset"], report["rejected"], report["problems"]) == ("prospector companies", 0, {})
    assert report["companies"]["created"] == report["company_only"] == report["rows"] == 20
    assert _found(two, *flags) == _found(one, *flags)


def test_what_inspect_prints_can_be_imported(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    page = (
        '<html lang="en"><head><title>Banco</title><script src="https://js.hs-scripts.com/123.js"></script>'
        '<script type="application/ld+json">{"@context":"https://schema.org","@type":"Organization","name":"Banco",'
        '"telephone":"+34 910 000 000","numberOfEmployees":120}</script></head><body><a href="/jobs">Jobs</a></body></html>'
    )
    (folder / "page.html").write_text(page, encoding="utf-8")
    flags = ("--url", "https://banco.example/", "--header", "Server: cloudflare", "--json")
    printed = call_cli("inspect", "page.html", *flags, cwd=folder).stdout
    inspected = json.loads(printed)
    assert inspected["technologies"]
    other = {**inspected, "domain": "werk.example", "name": "Werk", "company": {"country": "DE"},
             "advertises_on": ["Google Ads"], "openings": [{"title": "Manager, Payroll", "department": "finance"}]}  # fmt: skip
    for name, text in (
        ("one.json", printed),
        ("two.jsonl", json.dumps(inspected) + "\n" + json.dumps(other) + "\n"),
    ):
        (folder / name).write_text(text, encoding="utf-8")
        report = json.loads(call_cli("import", name, "--json", cwd=folder).stdout)
        assert (report["preset"], report["rejected"]) == ("prospector inspect", 0), report
    shown = json.loads(call_cli("show", "banco.example", "--json", cwd=folder).stdout)["company"]
    stated = {hit["name"] for hit in inspected["technologies"] if hit["grade"] <= 3 and hit["level"] != "tag"}
    assert {hit["name"] for hit in shown["technologies"]} == stated
    werk = json.loads(call_cli("show", "werk.example", "--json", cwd=folder).stdout)["company"]
    assert [job["title"] for job in werk["openings"]] == ["Manager, Payroll"]
    assert "Google Ads" in {hit["advertises_on"] for hit in werk["technologies"]}
    assert werk["country"] == "DE"
