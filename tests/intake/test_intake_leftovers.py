"""Columns that no field takes: kept under a name of their own, counted, and never in the way of anything else."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from workspaces import call_cli, make_workspace, people_csv

from prospector.core.custom import MOST, custom_name, names_for
from prospector.intake.columns.leftovers import with_leftovers
from prospector.intake.columns.mappings import recognise
from prospector.intake.importer import ImportOptions, ImportReport, import_file
from prospector.segments.shapes import FoundCompanyShape, FoundPersonShape
from prospector.store.custom_values import custom_counts, custom_names
from prospector.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

AS_OF = date(2026, 11, 30)
LABELS = st.one_of(
    st.text(max_size=70), st.sampled_from(("Notes", "notes", "notes_2", "🙂", "###", "Column 2", "x" * 80))
)

FILLED = {
    "first_name": "Ana", "last_name": "Ruiz", "email": "ana@alpha.example", "title": "HR Manager", "department": "HR",
    "seniority": "Manager", "role_started": "2026-03", "employed_since": "2024", "phone": "+34 600 000 000",
    "linkedin": "https://www.linkedin.com/in/ana-ruiz-example", "country": "Spain", "region": "Madrid", "city": "Madrid",
    "company": "Alpha", "website": "alpha.example", "industry": "banking", "headcount": "51-200", "company_country": "ES",
    "company_region": "Madrid", "company_city": "Madrid", "company_address": "Calle Mayor 1, 28013 Madrid",
    "company_phone": "+34 910 000 000", "company_linkedin": "https://www.linkedin.com/company/alpha-example",
    "founded": "1999", "technologies": "HubSpot", "openings": "Recruiter", "revenue": "$10M", "headcount_growth": "5%",
    "funding_total": "1000000", "funding_stage": "Seed", "funding_amount": "1000000", "funded_on": "2026-01-31",
    "legal_form": "company", "domain_registered": "2010-05", "do_not_contact": "no", "do_not_call": "no", "seen_at": "2026-11-01",
}  # fmt: skip


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "prospector.db")
    opened.execute("PRAGMA synchronous = OFF")
    yield opened
    opened.close()


def bring(
    db: Database, folder: Path, header: Sequence[str], *rows: Sequence[str], **columns: str
) -> ImportReport:
    path = folder / "list.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    overrides = {label.replace("_", " "): field for label, field in columns.items()}
    return import_file(db, path, ImportOptions(AS_OF, overrides=overrides), rejects_folder=folder / "rejects")


def kept(db: Database, subject: str, number: int) -> dict[str, str]:
    sql = f"SELECT name, value FROM custom_values WHERE {subject}_id = ? ORDER BY name"
    return {row[0]: row[1] for row in db.rows(sql, (number,))}


def told(report: ImportReport) -> Mapping[str, Any]:
    found = report.as_json()
    columns = {one["header"]: one["field"] for one in found["custom_columns"]}
    return {"kept": columns, "out": found["ignored_columns"]}


def test_what_no_field_takes_is_the_person_s_and_a_blank_column_is_nothing(
    db: Database, tmp_path: Path
) -> None:
    header = ("Email", "Budget (EUR)", "Tier", "Empty", "Shirt size")
    rows = [("ana@a.example", "10 k", "gold", "", ""), ("bo@b.example", "", "silver", "  ", "XL")]
    report = bring(db, tmp_path, header, *rows)
    assert kept(db, "person", 1) == {"budget_eur": "10 k", "tier": "gold"}
    assert kept(db, "person", 2) == {"shirt_size": "XL", "tier": "silver"}
    assert told(report) == {
        "kept": {
            "Budget (EUR)": "custom.budget_eur",
            "Tier": "custom.tier",
            "Shirt size": "custom.shirt_size",
        },
        "out": ["Empty"],
    }
    assert [(one.name, one.count) for one in custom_counts(db)] == [
        ("budget_eur", 1), ("shirt_size", 1), ("tier", 2)
    ]  # fmt: skip


def test_in_a_file_of_companies_it_is_the_company_s(db: Database, tmp_path: Path) -> None:
    bring(db, tmp_path, ("Company", "Website", "Sales area"), ("Alpha", "alpha.example", "North"))
    assert kept(db, "company", 1) == {"sales_area": "North"}
    assert custom_names(db, "person") == ()


def test_a_row_without_a_person_keeps_its_columns_for_the_company(db: Database, tmp_path: Path) -> None:
    header = ("First Name", "Last Name", "Email", "Company", "Website", "Tier")
    rows = [
        ("Ana", "Ruiz", "ana@a.example", "Alpha", "a.example", "gold"),
        ("", "", "", "Beta", "b.example", "tin"),
    ]
    bring(db, tmp_path, header, *rows)
    assert (kept(db, "person", 1), kept(db, "company", 1), kept(db, "company", 2)) == (
        {"tier": "gold"}, {}, {"tier": "tin"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        (("Notes", "Notes", "Notes"), ("notes", "notes_2", "notes_3")),
        (("Notes", "notes_2", "NOTES"), ("notes", "notes_2", "notes_3")),
        (("🙂", "###", "Column 2"), ("column_2", "column_3", "column_2_2")),
        (("", "Hat size", ""), ("column_2", "hat_size", "column_4")),
        (("Deal-size", "Deal size"), ("deal_size", "deal_size_2")),
        (("2024", "Größe", "予算"), ("_2024", "größe", "予算")),
    ],
)
def test_every_column_gets_a_name_of_its_own(
    db: Database, tmp_path: Path, labels: Sequence[str], names: Sequence[str]
) -> None:
    values = tuple(f"v{number}" for number in range(len(labels)))
    bring(db, tmp_path, ("Email", *labels), ("ana@a.example", *values))
    assert kept(db, "person", 1) == dict(sorted(zip(names, values, strict=True)))


@given(st.lists(LABELS, max_size=30), st.lists(LABELS.map(custom_name).filter(bool), max_size=5))
def test_names_are_all_different_and_stay_as_they_are(labels: list[str], taken: list[str]) -> None:
    names = [*names_for(dict(enumerate(labels, start=1)), taken).values()]
    assert len({*names, *taken}) == len(names) + len({*taken})
    assert all(name and custom_name(name) == name for name in names)


def test_a_name_that_somebody_has_chosen_is_not_shared(db: Database, tmp_path: Path) -> None:
    header = ("Email", "Hat size", "Deal")
    bring(db, tmp_path, header, ("ana@a.example", "S", "10k"), Deal="custom.hat_size")
    assert kept(db, "person", 1) == {"hat_size": "10k", "hat_size_2": "S"}


def test_what_the_user_leaves_out_stays_out_and_is_named(db: Database, tmp_path: Path) -> None:
    header = ("Email", "Size", "Deal")
    report = bring(db, tmp_path, header, ("ana@a.example", "S", "10k"), Size="-")
    assert kept(db, "person", 1) == {"deal": "10k"}
    assert told(report)["out"] == ["Size"]


def test_a_column_about_consent_that_is_not_understood_is_no_custom_field(
    db: Database, tmp_path: Path
) -> None:
    header = ("Email", "Marketing permission", "Remarks")
    rows = [("ana@a.example", "kind of", "please do not contact me again"), ("bo@b.example", "yes", "tall")]
    report = bring(db, tmp_path, header, *rows)
    assert custom_names(db, "person") == ("remarks",)
    assert [*report.consent.unclear] == ["Marketing permission"]
    assert [(wish.label, wish.rows) for wish in report.consent.wishes.values()] == [("Remarks", [2])]


def test_over_the_limit_chosen_columns_come_first_and_blank_ones_take_no_place(
    db: Database, tmp_path: Path
) -> None:
    labels = [f"Q {number}" for number in range(MOST + 3)]
    cells = ["" if number == 1 else str(number) for number in range(MOST + 3)]
    last = labels[-1]
    report = bring(
        db, tmp_path, ("Email", *labels), ("ana@a.example", *cells), **{last.replace(" ", "_"): "custom.chosen"}
    )  # fmt: skip
    assert report.custom_over == (f"Q {MOST}", f"Q {MOST + 1}")
    assert told(report)["out"] == ["Q 1", f"Q {MOST}", f"Q {MOST + 1}"]
    assert len(kept(db, "person", 1)) == MOST
    assert kept(db, "person", 1)["chosen"] == str(MOST + 2)


def test_a_value_is_bounded_and_the_longer_one_is_listed(db: Database, tmp_path: Path) -> None:
    rows = [("ana@a.example", "x" * 5_000), ("bo@b.example", "x" * 5_001)]
    report = bring(db, tmp_path, ("Email", "Story"), *rows)
    assert (len(kept(db, "person", 1)["story"]), kept(db, "person", 2)) == (5_000, {})
    assert report.problems == {"too_long": 1}


@pytest.mark.parametrize("shape", [FoundPersonShape, FoundCompanyShape])
def test_of_what_find_prints_nothing_becomes_a_custom_field_but_what_the_user_added(shape: Any) -> None:
    header = [name for name in shape.__annotations__ if "custom" not in name]
    found = with_leftovers(recognise([*header, "Shirt size"]), [*header, "Shirt size"])
    assert [(one.header, one.field) for one in found.leftovers] == [("Shirt size", "custom.shirt_size")]


def test_flags_files_and_exports_know_the_column_and_the_terminal_names_it(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path / "ws")
    header = ("First Name", "Last Name", "Email", "Company", "Website", "Deal Size", "Blank")
    rows = [
        ("Ana", "Ruiz", "ana@a.example", "Alpha", "a.example", "10k", ""),
        ("Bo", "Lee", "bo@b.example", "Beta", "b.example", "", ""),
    ]
    (folder / "list.csv").write_text(people_csv(rows, header), encoding="utf-8")
    tried = json.loads(call_cli("import", "list.csv", "--dry-run", "--json", cwd=folder).stdout)
    assert {"header": "Deal Size", "field": "custom.deal_size"} in tried["columns"]
    assert (tried["ignored"], tried["samples"][0]["person"]["custom.deal_size"]) == (["Blank"], "10k")
    done = call_cli("import", "list.csv", cwd=folder)
    assert done.returncode == 0
    assert '"Deal Size" as custom.deal_size' in done.stderr
    assert '"Blank"' in done.stderr
    (own,) = [one for one in json.loads(call_cli("fields", "--json", cwd=folder).stdout) if one["count"]]
    assert (own["field"], own["of"], own["count"]) == ("custom.deal_size", "person", 1)
    found = json.loads(call_cli("find", "--custom", "deal_size=10K", "--json", cwd=folder).stdout)
    assert [(one["email"], one["custom"]) for one in found] == [("ana@a.example", {"deal_size": "10k"})]
    call_cli("find", "--csv", "-o", "out.csv", cwd=folder)
    out = list(csv.DictReader(io.StringIO((folder / "out.csv").read_text(encoding="utf-8"), newline="")))
    assert [row["custom.deal_size"] for row in out] == ["10k", ""]


def test_a_saved_mapping_does_not_ask_the_next_file_for_columns_that_nothing_takes(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path / "ws")
    (folder / "one.csv").write_text("Mail,Whim\nana@a.example,tea\n", encoding="utf-8")
    (folder / "two.csv").write_text("Mail,Mood\nbo@b.example,calm\n", encoding="utf-8")
    assert call_cli("import", "one.csv", "--save-mapping", "fair", cwd=folder).returncode == 0
    assert call_cli("import", "two.csv", "--mapping", "fair", cwd=folder).returncode == 0
    rows = json.loads(call_cli("find", "--json", cwd=folder).stdout)
    assert [row["custom"] for row in rows] == [{"whim": "tea"}, {"mood": "calm"}]


@pytest.mark.parametrize("kind", ["people", "companies"])
def test_a_template_that_is_filled_in_comes_in_whole(tmp_path: Path, kind: str) -> None:
    folder = make_workspace(tmp_path / "ws")
    assert call_cli("import", "--template", kind, "-o", "new.csv", cwd=folder).returncode == 0
    text = (folder / "new.csv").read_bytes().decode()
    assert call_cli("import", "--template", kind, cwd=folder).stdout == text
    header = text.strip().split(",")
    cells = [f'"{FILLED.get(field, "x")}"' for field in header]
    (folder / "new.csv").write_bytes(f"{text}{','.join(cells)}".encode())
    done = call_cli("import", "new.csv", "--dry-run", "--json", cwd=folder)
    tried = json.loads(done.stdout)
    assert [(one["header"], one["field"]) for one in tried["columns"]] == [(one, one) for one in header]
    assert (tried["preset"], tried["report"]["problems"], tried["ignored"]) == ("hand-made", {}, [])
    assert call_cli("import", "new.csv", cwd=folder).returncode == 0
    assert call_cli("find", "--has", "email", "--count", cwd=folder).returncode == 0


def test_a_template_of_nothing_known_and_an_import_of_nothing_are_refused(tmp_path: Path) -> None:
    for words in (
        ("--template", "person"),
        ("--template", "people", "companies"),
        (),
        ("list.csv", "-o", "x"),
    ):
        done = call_cli("import", *words, cwd=tmp_path)
        assert (done.returncode, "hint: " in done.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_an_address_that_find_prints_as_guessed_does_not_come_back_as_a_fact(
    db: Database, tmp_path: Path
) -> None:
    header = (
        "person_id",
        "company_id",
        "first_name",
        "last_name",
        "email",
        "email_note",
        "company",
        "domain",
        "answer",
    )
    rows = [
        ("1", "1", "Ana", "Ruiz", "ana.ruiz@a.example", "guessed, 77%", "Alpha", "a.example", "match"),
        ("2", "1", "Bo", "Lee", "bo.lee@a.example", "", "Alpha", "a.example", "match"),
    ]
    report = bring(db, tmp_path, header, *rows)
    assert [row[0] for row in db.rows("SELECT email FROM people ORDER BY first_name")] == [
        None,
        "bo.lee@a.example",
    ]
    assert report.problems == {"guessed_address": 1}


@pytest.mark.parametrize(
    ("label", "cells"),
    [
        ("Odhlášen z odběru", ("ano", "ne", "ne")),
        ("Abonelikten çıktı", ("evet", "hayır", "hayır")),
        ("Kirjeen saa", ("", "ei", "")),
        ("Ban", ("X", "", "X")),
    ],
)
def test_a_column_of_two_answers_that_no_rule_knows_is_told_of_with_a_line_to_copy(
    db: Database, tmp_path: Path, label: str, cells: tuple[str, str, str]
) -> None:
    rows = [(f"p{number}@a.example", cell) for number, cell in enumerate(cells)]
    (warning,) = bring(db, tmp_path, ("Email", label), *rows).warnings
    assert f"--map '{label}=unsubscribed'" in warning


@pytest.mark.parametrize(
    ("label", "cells"),
    [
        ("Tier", ("gold", "silver", "tin")),
        ("Source", ("fair", "fair", "fair")),
        ("Remark", ("met at the fair", "", "")),
        ("Newsletter-Status", ("abgemeldet", "", "")),
    ],
)
def test_a_column_that_is_no_answer_or_is_understood_is_not(
    db: Database, tmp_path: Path, label: str, cells: tuple[str, str, str]
) -> None:
    rows = [(f"p{number}@a.example", cell) for number, cell in enumerate(cells)]
    assert bring(db, tmp_path, ("Email", label), *rows).warnings == []
