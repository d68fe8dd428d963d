"""The importer: every row is accounted for, a second import changes nothing, a kill leaves all or nothing."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from prospector.core.errors import FileError, NothingImportable, UsageError
from prospector.intake import parsing
from prospector.intake.importer import ImportOptions, ImportReport, import_file
from prospector.intake.rows.rejects import COLUMNS, RejectsFile
from prospector.intake.rows.rows import REASONS
from prospector.normalise.company_names import company_name
from prospector.store.database import Database
from prospector.store.known_keys import Strangers
from prospector.store.suppressions import Suppressions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

AS_OF = date(2026, 11, 22)
OPTIONS = ImportOptions(AS_OF)
HEADER = ["First Name", "Last Name", "Email", "Title", "Company", "Website", "Employees", "Country"]
ANA = ["Ana", "Ruiz", "ana@alpha.example", "HR Manager", "Alpha Bank", "alpha.example", "11-50", ""]
BO = ["Bo", "Lee", "bo@beta.example", "CFO", "Beta Bank", "beta.example", "200", "Germany"]


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "prospector.db")
    opened.execute("PRAGMA synchronous = OFF")
    yield opened
    opened.close()


def _write(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def _import(
    db: Database, path: Path, options: ImportOptions = OPTIONS, rejects: Path | None = None
) -> ImportReport:
    return import_file(db, path, options, rejects_folder=rejects or path.parent / "rejects")


def _rows(db: Database, tmp_path: Path, *rows: list[str], header: list[str] = HEADER) -> ImportReport:
    return _import(db, _write(tmp_path / "list.csv", [header, *rows]))


def _dump(db: Database, *leaving_out: str) -> dict[str, list[tuple[Any, ...]]]:
    tables = [
        row[0]
        for row in db.rows(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        )
    ]
    return {
        table: sorted((tuple(row) for row in db.rows(f"SELECT * FROM {table}")), key=repr)
        for table in tables
        if table not in leaving_out
    }


def _rejects(report: ImportReport) -> list[dict[str, str]]:
    if report.rejects_file is None:
        return []
    with report.rejects_file.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        assert reader.fieldnames == list(COLUMNS)
        return list(reader)


# What becomes of each row


def test_rows_become_people_companies_duplicates_and_rejects(db: Database, tmp_path: Path) -> None:
    report = _rows(
        db,
        tmp_path,
        ANA,
        BO,
        [*ANA[:3], "Head of HR", *ANA[4:]],  # the same person once more
        ["", "", "", "", "Gamma AG", "gamma.example", "", ""],  # a company without a person
        ["", "", "", "", "Beta Bank", "beta.example", "", ""],  # Bo's company once more
        ["Cy", "Orr", "", "", "", "", "", ""],  # nobody could find Cy again
        ["", "", "", "", "", "", "12", ""],
        ["Di", "Low", "no address", "", "Delta", "", "many", ""],
    )
    assert report.as_json() | {"ignored_columns": [], "warnings": []} == {
        "file": "list.csv",
        "preset": "hand-made",
        "rows": 8,
        "people": {"created": 3, "updated": 0, "unchanged": 0},
        "companies": {"created": 4, "updated": 0, "unchanged": 0},
        "duplicates": 2,
        "company_only": 1,
        "rejected": 2,
        "suppressed": 0,
        "phones_without_country": 0,
        "problems": {"bad_email": 1, "bad_headcount": 1},
        "consent_unclear": [],
        "wishes": [],
        "custom_columns": [],
        "ignored_columns": [],
        "warnings": [],
        "rejects_file": str(tmp_path / "rejects" / "2026-11-22-1-list.csv.rejects.csv"),
    }
    assert [(one["row"], one["what"], one["reason"], one["field"]) for one in _rejects(report)] == [
        ("7", "row rejected", "name_only", ""),
        ("8", "row rejected", "nobody", ""),
        ("9", "value dropped", "bad_email", "email"),
        ("9", "value dropped", "bad_headcount", "headcount"),
    ]
    assert _rejects(report)[0]["content"] == "First Name=Cy; Last Name=Orr"
    stored = db.one("SELECT counts, sha256, preset, imported_on FROM imports")
    assert stored is not None
    assert json.loads(stored["counts"])["people"] == {"created": 3, "updated": 0, "unchanged": 0}
    assert (len(stored["sha256"]), stored["imported_on"]) == (64, "2026-11-22")


def test_a_later_file_updates_people_and_says_so(db: Database, tmp_path: Path) -> None:
    _rows(db, tmp_path, ANA, BO)
    newer = _write(tmp_path / "newer.csv", [HEADER, [*ANA[:3], "CHRO", *ANA[4:]], BO])
    report = _import(db, newer, ImportOptions(date(2026, 12, 1)))
    assert dict(report.people) == {"updated": 1, "unchanged": 1}
    assert db.value("SELECT title FROM people WHERE email = 'ana@alpha.example'") == "CHRO"
    older = _write(tmp_path / "older.csv", [HEADER, [*ANA[:3], "Intern", *ANA[4:]]])
    report = _import(db, older, ImportOptions(date(2026, 12, 1), seen=date(2024, 1, 1)))
    assert dict(report.people) == {"unchanged": 1}
    assert db.value("SELECT title FROM people WHERE email = 'ana@alpha.example'") == "CHRO"


def test_a_person_counts_as_updated_though_only_a_second_row_changes_them(
    db: Database, tmp_path: Path
) -> None:
    _rows(db, tmp_path, ANA)
    more = _write(tmp_path / "more.csv", [[*HEADER, "City"], [*ANA, ""], [*ANA, "Bonn"]])
    report = _import(db, more)
    assert (dict(report.people), report.duplicates) == ({"updated": 1}, 1)


def test_each_row_counts_from_its_own_day(db: Database, tmp_path: Path) -> None:
    header = [*HEADER, "Seen at"]
    report = _rows(
        db,
        tmp_path,
        [*ANA[:6], "50", "", "2026-01-05"],
        [*ANA[:6], "60", "", "2026-02-05"],
        [*ANA[:6], "50", "", "2026-03-05"],
        header=header,
    )
    assert report.duplicates == 2
    assert db.value("SELECT headcount_min FROM companies") == 50


def test_how_dates_are_written_is_settled_by_the_whole_column(db: Database, tmp_path: Path) -> None:
    header = ["Name", "Email", "Role Started"]
    rows = [["Ana Ruiz", "ana@a.example", "03/04/2026"], ["Bo Lee", "bo@a.example", "25/04/2026"]]
    assert not _rows(db, tmp_path, *rows, header=header).problems
    assert db.value("SELECT role_started_from FROM people") == "2026-04-03"


def test_a_technology_without_letters_is_left_out(db: Database, tmp_path: Path) -> None:
    _rows(db, tmp_path, [*ANA, "HubSpot; +++; House Tool; !"], header=[*HEADER, "Technologies"])
    keys = db.rows("SELECT technology FROM company_technologies ORDER BY 1")
    assert [row[0] for row in keys] == ["house-tool", "hubspot"]


# A second import


@pytest.mark.parametrize(
    "rows",
    [
        [ANA, BO, ANA],
        # Two companies of one name, then the name alone: each time the same third one
        [["", "", "", "", "Apex", domain, "", "US"] for domain in ("one.example", "two.example", "", "")],
        # One name at one company: with two profiles, then without
        [["Ana", "Ruiz", "", "", "Apex", "", "", "US"], *([["Cy", "Ay", "", "", "Apex", "apex.example", "", "US"]] * 2)],
        [["Ana", "Ruiz", "", "", "Apex", "apex.example", "", ""], ["Ana", "Ruiz", "", "", "Apex", "", "", ""]],
        [["", "", "", "", "Apex", "", "", ""], ["", "", "", "", "Apex", "", "", "US"], ["", "", "", "", "Apex", "a.example", "", "US"]],
    ],
)  # fmt: skip
def test_the_same_file_again_changes_nothing(db: Database, tmp_path: Path, rows: list[list[str]]) -> None:
    first = _rows(db, tmp_path, *rows)
    before = _dump(db, "imports")
    again = _rows(db, tmp_path, *rows)
    assert _dump(db, "imports") == before
    assert set(again.people) <= {"unchanged"}
    assert set(again.companies) <= {"unchanged"}
    assert (again.rows, again.people.total(), again.duplicates) == (
        first.rows,
        first.people.total(),
        first.duplicates,
    )
    assert db.value("SELECT count(*) FROM imports") == 2


def test_profiles_keep_people_of_one_name_apart_each_time(db: Database, tmp_path: Path) -> None:
    header = [*HEADER, "LinkedIn"]
    name = ["Ana", "Ruiz", "", "", "Apex", "apex.example", "", ""]
    rows = [[*name, ""], [*name, "linkedin.com/in/ana"], [*name, "linkedin.com/in/ana-2"], [*name, ""]]
    for expected in ({"created": 2}, {"unchanged": 2}, {"unchanged": 2}):
        assert dict(_rows(db, tmp_path, *rows, header=header).people) == expected


_CELLS = {
    "First Name": ["Ana", "Bo", "", "=1+1", "Dr. Ana"],
    "Last Name": ["Ruiz", "Lee", "", "-", "O'Neil, PhD"],
    "Email": ["ana@a.example", "bo@gmail.com", "info@a.example", "", "no address", "a@b@c", "ANA@A.example"],
    "More Emails": ["", "bo@gmail.com", "x@a.example; ana@a.example"],
    "Title": ["HR Manager", "", "N/A", "\x00CFO", "ü" * 400],
    "Company": ["Apex", "Beta GmbH", "", "GmbH", "@SUM(1)"],
    "Website": ["apex.example", "https://beta.example/x", "", "facebook.com/x", "not a site"],
    "Employees": ["11-50", "", "many", "10-Jan", "-5", "1e9"],
    "Country": ["US", "Germany", "", "Narnia"],
    "LinkedIn": ["linkedin.com/in/ana", "linkedin.com/in/bo", "", "linkedin.com/company/x", "x"],
    "Role Started": ["2026-03-02", "", "03/04/2026", "2030", "yesterday"],
    "Industry": ["Banking", "", "Llama shearing"],
    "Technologies": ["HubSpot; AdWords", "", ";;;", "???"],
    "Unsubscribed": ["", "yes", "no"],
}
_ODD = st.text(alphabet=st.sampled_from('a"=,;\n\r\t\x00 @.é'), max_size=5)


_FILLED = (
    "evidence", "person_addresses", "custom_values", "consents", "people", "company_technologies", "openings", "companies", "suppressions",
    "imports",
)  # fmt: skip
"""The tables that an import fills, each before those that it refers to."""


@st.composite
def _csv_files(draw: st.DrawFn) -> bytes:
    """A small table of likely cells, in which some rows are too short, too long or have stray signs in them."""
    labels = draw(st.lists(st.sampled_from(sorted(_CELLS)), min_size=2, unique=True))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(labels)
    for _ in range(draw(st.integers(0, 7))):
        row = [draw(st.sampled_from(_CELLS[label])) for label in labels]
        damage = draw(st.sampled_from(["none"] * 6 + ["odd", "short", "long", "raw", "blank"]))
        if damage == "odd":
            row[draw(st.integers(0, len(row) - 1))] = draw(_ODD)
        elif damage == "short":
            row = row[: draw(st.integers(0, len(row)))]
        elif damage == "long":
            row += ["more", draw(_ODD)]
        elif damage == "raw":
            out.write(draw(_ODD) + "\n")
        elif damage == "blank":
            row = [""] * len(row)
        writer.writerow(row)
    return out.getvalue().encode(draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])))


@given(content=_csv_files())
@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@example(content=b'Email,Company\nana@a.example,"open\n')
@example(content=b"Email,Unsubscribed\nana@a.example,yes\nana@a.example,yes\n")
def test_every_row_of_a_damaged_file_is_accounted_for_and_a_second_import_is_idle(
    db: Database, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    for table in _FILLED:
        db.execute(f"DELETE FROM {table}")
    before = _dump(db)
    try:
        report = _import(db, path)
    except (NothingImportable, FileError):
        assert _dump(db) == before
        return
    assert report.rows == report.people.total() + report.duplicates + report.company_only + report.rejected
    lines = _rejects(report)
    assert sum(line["what"] == "row rejected" for line in lines) == report.rejected
    assert {line["reason"] for line in lines} <= set(REASONS)
    assert sum(report.problems.values()) == sum(line["what"] == "value dropped" for line in lines)
    assert not any(
        cell.startswith(("=", "+", "-", "@", "\t", "\r")) for line in lines for cell in line.values()
    )
    assert db.value("SELECT count(*) FROM people") == report.people["created"]
    assert db.value("SELECT count(*) FROM companies") == report.companies["created"]
    assert db.value("PRAGMA foreign_key_check") is None
    once = _dump(db, "imports")
    again = _import(db, path)
    assert _dump(db, "imports") == once
    assert (again.rows, again.rejected, again.duplicates) == (report.rows, report.rejected, report.duplicates)
    assert set(again.people) | set(again.companies) <= {"unchanged"}


def _outcomes(db: Database, path: Path, changes: Iterable[tuple[Any, str, Any]]) -> list[Any]:
    """What an import into empty tables gives with each of these attributes set in turn, two rows at a time."""
    found = []
    for place, name, value in changes:
        for table in _FILLED:
            db.execute(f"DELETE FROM {table}")
        with pytest.MonkeyPatch.context() as patch, suppress(FileError):
            patch.setattr(parsing, "BATCH", 2)
            patch.setattr(place, name, value)
            found.append(_outcome(db, path))
    return found


@given(content=_csv_files())
@settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_it_does_not_matter_how_many_rows_are_taken_at_once(
    db: Database, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    found = _outcomes(db, path, [(parsing, "BATCH", size) for size in (1, 3, 1000)])
    assert found[1:] == found[:-1]


@given(content=_csv_files())
@settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_look_ups_that_are_left_out_would_have_found_nothing(
    db: Database, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    asks_always = (Strangers, "__contains__", lambda strangers, one: False)
    found = _outcomes(db, path, [(parsing, "BATCH", 2), asks_always])
    assert found[1:] == found[:-1]


def test_a_large_file_is_parsed_in_a_process_of_its_own_with_the_same_outcome(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        ["Ana", f"Ruiz {n}", f"a{n}@f{n % 7}.example", "CFO", f"F{n % 7}", "", "x" if n % 5 else "9", ""]
        for n in range(2500)
    ]
    path = _write(tmp_path / "list.csv", [HEADER, *rows, ["", "", "", "", "", "", "5", ""]])
    here = _outcome(db, path)
    for table in _FILLED:
        db.execute(f"DELETE FROM {table}")
    monkeypatch.setattr(parsing, "WORTH_A_PROCESS", 0)
    assert _outcome(db, path) == here


def _outcome(db: Database, path: Path) -> tuple[Any, ...]:
    """All that an import has stored and reported, but for the numbers of its observations."""
    shutil.rmtree(path.parent / "rejects", ignore_errors=True)
    report = _import(db, path).as_json()
    evidence = "SELECT person_id, company_id, row, seen_on, person_values, company_values FROM evidence"
    said = sorted((tuple(row) for row in db.rows(evidence)), key=repr)
    answers = [
        tuple(row) for row in db.rows("SELECT person_id, company_id, label, value, answer FROM consents")
    ]
    return _dump(db, "imports", "evidence", "consents"), said, answers, report


# The rejects file


def test_rejected_rows_keep_their_number_content_and_reason(db: Database, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(
        "Name,Email,Company\n"
        "Ana Ruiz,ana@a.example,Apex\n"
        '"Bo\nLee",,\n'  # a record over two lines
        "Cy,Ay,cy@a.example,and,more\n"
        'Di,"di@a.example\n',
        encoding="utf-8",
    )
    report = _import(db, path)
    lines = _rejects(report)
    assert [(one["row"], one["reason"]) for one in lines] == [
        ("3", "name_only"), ("5", "long_row"), ("6", "open_quote")
    ]  # fmt: skip
    assert "Bo" in lines[0]["content"]
    assert all(part in lines[1]["content"] for part in ("Cy", "Ay", "cy@a.example", "and", "more"))
    assert "di@a.example" in lines[2]["content"]


def test_no_cell_of_the_rejects_file_is_a_formula(tmp_path: Path) -> None:
    attacks = ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", '=cmd|"/c calc"!A1']
    with RejectsFile(tmp_path, "list.csv", AS_OF) as rejects:
        for number, attack in enumerate(attacks, 1):
            rejects.value(number, "bad_email", "email", attack)
            rejects.row(number, "nobody", [attack], ["x"])
            rejects.row(number, "nobody", [], [attack])
        path = rejects.keep()
    assert path is not None
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))[1:]
    assert len(lines) == 3 * len(attacks)
    assert not [cell for line in lines for cell in line if cell[:1] in set("=+-@\t\r")]


def test_the_rejects_file_is_safe_whatever_the_file_is_called(tmp_path: Path) -> None:
    for name in ("../../etc/x.csv", "a b\n.csv", "ü" * 300 + ".csv", "x" * 250, ".."):
        with RejectsFile(tmp_path / "rejects", name, AS_OF) as rejects:
            rejects.value(1, "bad_email", "email", "x")
            path = rejects.keep()
        assert path is not None
        assert path.parent == tmp_path / "rejects"
        assert path.is_file()


def test_nothing_rejected_leaves_no_rejects_file(db: Database, tmp_path: Path) -> None:
    report = _rows(db, tmp_path, ANA)
    assert report.rejects_file is None
    assert not (tmp_path / "rejects").exists()


def test_a_rejects_folder_that_cannot_be_made_is_a_file_error_and_nothing_is_imported(
    db: Database, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("a file")
    path = _write(tmp_path / "list.csv", [HEADER, ANA, ["", "", "", "", "", "", "", ""], ["x"]])
    with pytest.raises(FileError, match="cannot be written"):
        _import(db, path, rejects=tmp_path / "taken")
    assert db.value("SELECT count(*) FROM people") == 0


# Files with nothing in them


def test_a_header_alone_is_fine(db: Database, tmp_path: Path) -> None:
    report = _rows(db, tmp_path)
    assert (report.rows, report.rejects_file, report.people.total()) == (0, None, 0)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "\n\n",
        "First Name,Last Name\nAna,Ruiz\nBo,Lee\n",
        "Shoe size,Hat\n44,red\n",
        "Email\nnobody\n@\n",
        "[]",
        "{}",
        "just some words\n",
    ],
)
def test_a_file_with_nothing_importable_says_so_and_leaves_the_database_untouched(
    db: Database, tmp_path: Path, content: str
) -> None:
    _rows(db, tmp_path, ANA)
    before = _dump(db)
    path = tmp_path / "other.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(NothingImportable) as caught:
        _import(db, path)
    assert caught.value.exit_code == 2
    assert caught.value.hint
    assert _dump(db) == before


def test_a_file_of_rejects_leaves_their_reasons(db: Database, tmp_path: Path) -> None:
    path = _write(tmp_path / "list.csv", [["First Name", "Last Name"], ["Ana", "Ruiz"], ["Bo", "Lee"]])
    with pytest.raises(NothingImportable, match="none of the 2 rows") as caught:
        _import(db, path)
    kept = tmp_path / "rejects" / "2026-11-22-1-list.csv.rejects.csv"
    assert str(kept) in caught.value.hint
    assert kept.read_text(encoding="utf-8").count("name_only") == 2
    assert [one.name for one in kept.parent.iterdir()] == [kept.name]


def test_no_import_writes_over_the_rejects_of_another(db: Database, tmp_path: Path) -> None:
    path = _write(tmp_path / "list.csv", [HEADER, ANA, ["", "", "", "", "", "", "5", ""]])
    (tmp_path / "more").mkdir()
    nobody = _write(tmp_path / "more" / "list.csv", [["First Name", "Last Name"], ["Ana", "Ruiz"]])
    first, second = _import(db, path), _import(db, path)
    for _ in range(2):
        with pytest.raises(NothingImportable):
            _import(db, nobody, rejects=path.parent / "rejects")
    assert [report.rejects_file and report.rejects_file.name for report in (first, second)] == [
        "2026-11-22-1-list.csv.rejects.csv",
        "2026-11-22-2-list.csv.rejects.csv",
    ]
    names = sorted(one.name for one in (tmp_path / "rejects").iterdir())
    assert names[2:] == ["2026-11-22-3-list.csv-2.rejects.csv", "2026-11-22-3-list.csv.rejects.csv"]
    assert [one["row"] for one in _rejects(first)] == ["3"]


def test_a_missing_file_a_folder_and_a_wrong_column_are_refused(db: Database, tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(FileError):
            _import(db, path)
    listed = _write(tmp_path / "list.csv", [HEADER, ANA])
    with pytest.raises(UsageError):
        _import(db, listed, ImportOptions(AS_OF, overrides={"No such column": "email"}))
    assert db.value("SELECT count(*) FROM imports") == 0


def test_standard_input_is_read_like_a_file(db: Database, tmp_path: Path) -> None:
    stdin = io.BytesIO(b"Name,Email\nAna Ruiz,ana@a.example\nBo,\n")
    report = import_file(db, "-", OPTIONS, rejects_folder=tmp_path, stdin=stdin)
    assert (report.file, report.rows, report.people["created"], report.rejected) == ("stdin", 2, 1, 1)


# Opt-outs


@pytest.mark.parametrize(
    ("label", "cell", "reason"),
    [
        ("Do Not Contact", "true", "do_not_contact"),
        ("Unsubscribed", "2026-01-01", "unsubscribed"),
        ("Email Bounced", "yes", "bounced"),
        ("Opted out of email", "1", "email_opt_out"),
        ("Status", "Unsubscribed", "unsubscribed"),
    ],
)
def test_a_flag_in_the_file_suppresses_the_person(
    db: Database, tmp_path: Path, label: str, cell: str, reason: str
) -> None:
    header = ["Name", "Email", "Other emails", label]
    rows = [["Ana Ruiz", "ana@a.example", "ana@home.example", cell], ["Bo Lee", "bo@a.example", "", ""]]
    report = _rows(db, tmp_path, *rows, header=header)
    listed = Suppressions(db).all()
    assert report.suppressed == len(listed) >= 1
    assert {(one.kind, one.reason, one.source) for one in listed} == {("email", reason, "file:list.csv")}
    assert "ana@a.example" in {one.value for one in listed}
    assert Suppressions(db).why(1, "new@other.example")
    assert not Suppressions(db).why(2, "bo@a.example")
    assert _rows(db, tmp_path, *rows, header=header).suppressed == 0


def test_an_opt_out_without_an_address_holds_for_the_addresses_that_are_known(
    db: Database, tmp_path: Path
) -> None:
    _rows(db, tmp_path, [*ANA, "linkedin.com/in/ana"], header=[*HEADER, "LinkedIn"])
    _import(
        db, _write(tmp_path / "out.csv", [["LinkedIn", "Do Not Contact"], ["linkedin.com/in/ana", "yes"]])
    )
    assert Suppressions(db).why(1, "ana@alpha.example")


def test_an_opt_out_stays_though_a_later_file_does_not_say_so(db: Database, tmp_path: Path) -> None:
    header = ["Name", "Email", "Unsubscribed"]
    _rows(db, tmp_path, ["Ana Ruiz", "ana@a.example", "yes"], header=header)
    _rows(db, tmp_path, ["Ana Ruiz", "ana@a.example", "no"], header=header)
    assert Suppressions(db).why(1, "ana@a.example")


KILLS = int(os.environ.get("PROSPECTOR_KILLS", "6"))
"""How often to kill; `make soak` asks for more."""


# Kills and big files

_IMPORT = """
import sys, pathlib, datetime
from prospector.intake.importer import ImportOptions, import_file
from prospector.store.database import Database
folder = pathlib.Path(sys.argv[1])
db = Database(folder / "prospector.db")
print("started", flush=True)
import_file(db, folder / "big.csv", ImportOptions(datetime.date(2026, 11, 22)), rejects_folder=folder / "rejects")
print("done", flush=True)
"""


@pytest.mark.timeout(600)
def test_a_kill_during_an_import_leaves_all_or_nothing(tmp_path: Path) -> None:
    people = 1500
    rows = [
        [
            "Ana",
            f"Ruiz {n}",
            f"a{n}@f{n % 300}.example",
            "CFO",
            f"F {n % 300}",
            f"f{n % 300}.example",
            "x",
            "",
        ]
        for n in range(people)
    ]
    _write(tmp_path / "big.csv", [HEADER, *rows])
    Database(tmp_path / "prospector.db").close()
    chance, seen = random.Random(7), set()
    for wait in (0.0, *(chance.uniform(0.02, 0.7) for _ in range(KILLS)), 20.0):
        seen.add(_killed_after(tmp_path, wait))
        with closing(sqlite3.connect(tmp_path / "prospector.db")) as plain:
            assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            counts = [
                plain.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                for table in ("people", "companies", "person_addresses", "imports")
            ]
            people_there, companies, addresses, imports = counts
            assert (people_there, companies, addresses) in {(0, 0, 0), (people, 300, people)}
            assert bool(people_there) == bool(imports)
    assert seen == {"killed", "done"}
    assert not list(tmp_path.glob("rejects/*.part")), "the import that ended cleared up after the others"


def _killed_after(folder: Path, wait: float) -> str:
    """Import in a process of its own, and kill it so long after it has begun; whether it was done before."""
    with subprocess.Popen(
        [sys.executable, "-c", _IMPORT, str(folder)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "started\n"
        if wait < 10:
            time.sleep(wait)
            os.kill(process.pid, signal.SIGKILL)
        return "done" if process.stdout.read() == "done\n" else "killed"


_YC = Path(__file__).parents[2].parent / "shared" / "data" / "companies_yc" / "companies.jsonl.gz"


@pytest.mark.skipif(not _YC.is_file(), reason="the set companies_yc is not here")
def test_a_real_list_of_companies_comes_in_with_every_row_accounted_for(db: Database, tmp_path: Path) -> None:
    path = tmp_path / "companies.jsonl"
    path.write_bytes(gzip.decompress(_YC.read_bytes()))
    records = [json.loads(line) for line in path.read_bytes().split(b"\n") if line]
    report = _import(db, path)
    assert report.rows == len(records) > 1000
    assert report.rows == report.company_only + report.duplicates + report.rejected
    assert report.companies["created"] == db.value("SELECT count(*) FROM companies")
    assert not report.people
    # The same questions to the file itself
    sizes = [record["team_size"] or 0 for record in records]
    assert db.value("SELECT count(*) FROM companies WHERE headcount_min > 10") == sum(n > 10 for n in sizes)
    assert db.value("SELECT count(*) FROM companies WHERE headcount_min IS NULL") == sizes.count(0)
    names = {row[0] for row in db.rows("SELECT name FROM companies")}
    assert {company_name(record["name"]) for record in records} == names
    before = _dump(db, "imports")
    again = _import(db, path)
    assert set(again.companies) == {"unchanged"}
    assert _dump(db, "imports") == before
