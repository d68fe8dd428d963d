"""Undo: an import goes as if it had never been, but nobody who was contacted and no opt-out is forgotten."""

from __future__ import annotations

import csv
import re
import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from prospector.core.errors import FileError, UsageError
from prospector.core.evidence import Observation
from prospector.core.records import Hit
from prospector.intake.importer import ImportOptions, import_file
from prospector.store.company_facts import add_technologies, mark_read
from prospector.store.corrections import set_value
from prospector.store.database import Database
from prospector.store.history import History
from prospector.store.undo import list_imports, to_undo, undo_import
from prospector.store.who import Handle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

AS_OF = date(2026, 11, 22)
HEADER = (
    "First Name", "Last Name", "Email", "Other Emails", "Title", "Company", "Website", "Country", "LinkedIn",
    "Technologies", "Unsubscribed",
)  # fmt: skip
LOGS = {"imports", "suppressions", "consents", "_sqlite_migrations", "sqlite_sequence"}
ANA = (
    "Ana",
    "Ruiz",
    "ana@alpha.example",
    "",
    "HR Manager",
    "Alpha",
    "alpha.example",
    "ES",
    "",
    "HubSpot",
    "",
)
BO = ("Bo", "Lee", "bo@beta.example", "", "CFO", "Beta", "beta.example", "", "", "", "")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "prospector.db")
    opened.execute("PRAGMA synchronous = OFF")
    yield opened
    opened.close()


def _import(
    db: Database, folder: Path, name: str, *rows: Iterable[str], seen: date | None = None
) -> dict[str, Any]:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    return import_file(db, path, ImportOptions(AS_OF, seen), rejects_folder=folder / "rejects").as_json()


def _dump(db: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table but the logs."""
    names = [
        row[0]
        for row in db.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    ]
    return {
        name: sorted((tuple(row) for row in db.rows(f"SELECT * FROM {name}")), key=repr)
        for name in names
        if name not in LOGS
    }


def _numbered_anew(db: Database) -> dict[str, list[tuple[Any, ...]]]:
    """The same with the companies numbered by what they hold: which number one has may depend on who shared its domain."""
    dump = _dump(db)
    numbers = {row[0]: place for place, row in enumerate(_by_content(dump["companies"]), 1)}
    dump["companies"] = [(numbers[row[0]], *row[1:]) for row in dump["companies"]]
    dump["company_technologies"] = [(numbers[row[0]], *row[1:]) for row in dump["company_technologies"]]
    dump["people"] = [(row[0], numbers.get(row[1], row[1]), *row[2:]) for row in dump["people"]]
    dump["evidence"] = [
        tuple(_with_number(cell, numbers) if isinstance(cell, str) else cell for cell in row)
        for row in ((*row[:2], numbers.get(row[2], row[2]), *row[3:]) for row in dump["evidence"])
    ]
    return {table: sorted(rows, key=repr) for table, rows in dump.items()}


def _by_content(companies: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return sorted(companies, key=lambda row: (repr(row[1:]), row[0]))


def _with_number(text: str, numbers: dict[int, int]) -> str:
    found = re.search(r'"company_id":(\d+)', text)
    return text.replace(found[0], f'"company_id":{numbers[int(found[1])]}') if found else text


def _enrol(db: Database, email: str, campaign: str = "spring") -> None:
    person = db.one("SELECT id, company_id FROM people WHERE email = ?", (email,))
    assert person is not None
    db.execute(
        "INSERT INTO enrolments (campaign, person_id, company_id, lead_key, enrolled_on, run) VALUES (?, ?, ?, ?, ?, 'r')",
        (campaign, person["id"], person["company_id"], email, AS_OF.isoformat()),
    )


_ROWS = st.lists(
    st.tuples(
        st.sampled_from(["Ana", "Bo", "Cy", ""]),
        st.sampled_from(["Ruiz", "Lee", ""]),
        st.sampled_from(["", "ana@alpha.example", "bo@beta.example", "cy@free.example", "ana@beta.example"]),
        st.sampled_from(["", "", "bo@old.example", "cy@free.example"]),
        st.sampled_from(["", "HR Manager", "CFO"]),
        st.sampled_from(["", "Alpha", "Beta", "Gamma"]),
        st.sampled_from(["", "alpha.example", "beta.example"]),
        st.sampled_from(["", "ES", "DE"]),
        st.sampled_from(["", "", "linkedin.com/in/ana-1", "linkedin.com/in/bo-2"]),
        st.sampled_from(["", "HubSpot", "HubSpot; Drupal"]),
        st.sampled_from(["", "", "", "yes"]),
    ),
    min_size=1,
    max_size=6,
)
_DAYS = st.sampled_from([None, date(2026, 3, 1), date(2026, 9, 1), date(2025, 1, 1)])


@given(_ROWS, _ROWS, _DAYS, _DAYS, st.booleans())
@example([ANA], [ANA], None, None, True)
@example(
    [ANA],
    [("Ana", "Ruiz", "ana@alpha.example", "", "CFO", "Beta", "beta.example", *ANA[7:])],
    None,
    None,
    False,
)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_undo_of_the_second_of_two_overlapping_files_gives_the_database_as_after_the_first(
    first: list[tuple[str, ...]],
    second: list[tuple[str, ...]],
    day: date | None,
    other_day: date | None,
    same_name: bool,
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        db = Database(Path(folder) / "prospector.db")
        db.execute("PRAGMA synchronous = OFF")
        try:
            if not _imported(db, Path(folder), "a.csv", first, day):
                return
            before = _numbered_anew(db)
            if not _imported(db, Path(folder), "a.csv" if same_name else "b.csv", second, other_day):
                assert _numbered_anew(db) == before
                return
            undone = undo_import(db, None, AS_OF)
            assert undone.import_id == 2
            assert _numbered_anew(db) == before
            undo_import(db, None, AS_OF)
            assert not any(_dump(db).values())
            assert db.rows("PRAGMA foreign_key_check") == []
        finally:
            db.close()


def _imported(db: Database, folder: Path, name: str, rows: list[tuple[str, ...]], day: date | None) -> bool:
    try:
        _import(db, folder, name, *rows, seen=day)
    except FileError:
        return False  # nothing in the file could be imported
    return True


def test_undo_takes_the_last_import_that_counts_and_marks_it(db: Database, tmp_path: Path) -> None:
    _import(db, tmp_path, "a.csv", ANA)
    _import(db, tmp_path, "b.csv", BO)
    undone = undo_import(db, None, AS_OF)
    assert (undone.import_id, undone.file) == (2, "b.csv")
    assert undone.people == {"deleted": 1, "changed": 0}
    assert undone.companies == {"deleted": 1, "changed": 0}
    assert [(line.import_id, line.undone_on) for line in list_imports(db)] == [(2, "2026-11-22"), (1, None)]
    assert undo_import(db, None, AS_OF).import_id == 1
    nothing = undo_import(db, None, AS_OF)
    assert (nothing.import_id, nothing.evidence) == (None, 0)


def test_what_will_be_taken_back_is_known_before(db: Database, tmp_path: Path) -> None:
    assert to_undo(db, None) is None
    _import(db, tmp_path, "a.csv", ANA, BO)
    _import(db, tmp_path, "b.csv", (*ANA[:4], "CFO", *ANA[5:]))
    planned = to_undo(db, None)
    assert planned is not None
    assert (planned.line.file, planned.people, planned.newer) == ("b.csv", 1, None)
    undo_import(db, None, AS_OF)
    older = to_undo(db, None)
    assert older is not None
    assert (older.line.file, older.people, older.newer and older.newer.file) == ("a.csv", 2, "b.csv")


def test_a_named_import_is_undone_and_later_ones_stay(db: Database, tmp_path: Path) -> None:
    _import(db, tmp_path, "a.csv", ANA)
    _import(db, tmp_path, "b.csv", (*ANA[:4], "CFO", *ANA[5:]), BO)
    undo_import(db, 1, AS_OF)
    assert db.value("SELECT title FROM people WHERE email = 'ana@alpha.example'") == "CFO"
    assert db.value("SELECT count(*) FROM people") == 2


def test_an_import_that_does_not_exist_or_was_undone_is_a_wrong_usage(db: Database, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no import 7"):
        undo_import(db, 7, AS_OF)
    _import(db, tmp_path, "a.csv", ANA)
    undo_import(db, 1, AS_OF)
    with pytest.raises(UsageError, match="undone on 2026-11-22 already"):
        undo_import(db, 1, AS_OF)


def test_people_who_were_contacted_stay_with_their_employer_and_their_addresses(
    db: Database, tmp_path: Path
) -> None:
    both = (*ANA[:3], "a.ruiz@alpha.example", *ANA[4:])
    _import(db, tmp_path, "a.csv", both, BO)
    _enrol(db, "ana@alpha.example")
    before = tuple(db.one("SELECT * FROM people WHERE id = 1") or ())
    undone = undo_import(db, None, AS_OF)
    assert [(one.email, one.campaigns) for one in undone.kept] == [("ana@alpha.example", ("spring",))]
    assert tuple(db.one("SELECT * FROM people") or ()) == before
    assert db.value("SELECT name FROM companies") == "Alpha"
    assert [row[0] for row in db.rows("SELECT email FROM person_addresses ORDER BY 1")] == [
        "a.ruiz@alpha.example",
        "ana@alpha.example",
    ]
    assert db.value("SELECT count(*) FROM evidence") == 0
    assert db.value("SELECT count(*) FROM enrolments") == 1


def test_suppressions_stay_and_are_counted(db: Database, tmp_path: Path) -> None:
    _import(db, tmp_path, "a.csv", (*ANA[:10], "yes"), BO)
    assert undo_import(db, None, AS_OF).suppressions_kept == 1
    assert db.value("SELECT value FROM suppressions") == "ana@alpha.example"


def test_what_was_set_by_hand_survives(db: Database, tmp_path: Path) -> None:
    _import(db, tmp_path, "a.csv", ANA)
    with db.transaction():
        by_hand = Observation("by hand", "manual", AS_OF, {"title": "Chief"})
        History(db, AS_OF).record("person", 1, by_hand)
    undone = undo_import(db, None, AS_OF)
    assert (undone.people["deleted"], undone.companies["deleted"]) == (0, 1)
    row = db.one("SELECT title, email, company_id FROM people")
    assert row is not None
    assert tuple(row) == ("Chief", None, None)


_BY_NAME = ("Ana", "Ruiz", "", "", "HR Manager", "Alpha", "", *ANA[7:])


@pytest.mark.parametrize("row", [ANA, _BY_NAME], ids=["by address", "by name"])
@pytest.mark.parametrize("field", ["title", "phone", "name"])
def test_what_was_set_by_hand_is_the_same_persons_when_the_file_comes_again(
    db: Database, tmp_path: Path, row: tuple[str, ...], field: str
) -> None:
    _import(db, tmp_path, "a.csv", row, BO)
    value = {"title": "Chief", "phone": "+49 30 23125000", "name": "Ana Luisa Ruiz"}[field]
    set_value(db, Handle("person", 1), field, value, AS_OF)
    before = _who_is_where(db)
    undone = undo_import(db, None, AS_OF)
    assert undone.by_hand == 1
    _import(db, tmp_path, "other.csv", ("Udo", "Berg", "udo@gamma.example", "", "", "Gamma", "", *ANA[7:]))
    _import(db, tmp_path, "a.csv", row, BO)
    undo_import(db, 2, AS_OF)
    assert _who_is_where(db) == before


def _who_is_where(db: Database) -> list[tuple[object, ...]]:
    rows = db.rows(
        "SELECT p.first_name, p.last_name, p.email, p.title, p.phone, c.name, c.domain FROM people p "
        "LEFT JOIN companies c ON c.id = p.company_id ORDER BY 2, 1"
    )
    names = db.rows("SELECT name FROM companies ORDER BY 1")
    return [tuple(row) for row in rows] + [tuple(row) for row in names]


def test_what_was_set_by_hand_of_a_company_is_the_same_companys_when_the_file_comes_again(
    db: Database, tmp_path: Path
) -> None:
    _import(db, tmp_path, "a.csv", ANA)
    set_value(db, Handle("company", 1), "headcount", "180", AS_OF)
    undo_import(db, None, AS_OF)
    _import(db, tmp_path, "a.csv", ANA)
    rows = db.rows("SELECT name, headcount_min FROM companies")
    assert [tuple(row) for row in rows] == [("Alpha", 180)]


def test_who_is_gone_is_known_by_no_name_at_a_company_that_has_the_number_now(
    db: Database, tmp_path: Path
) -> None:
    _import(db, tmp_path, "a.csv", ANA)
    set_value(db, Handle("person", 1), "title", "Chief", AS_OF)
    undo_import(db, None, AS_OF)
    _import(db, tmp_path, "b.csv", (*_BY_NAME[:5], "Beta", "beta.example", *ANA[7:]))
    assert db.value("SELECT count(*) FROM people") == 2


def test_a_company_whose_site_was_read_stays_with_its_domain(db: Database, tmp_path: Path) -> None:
    _import(db, tmp_path, "a.csv", ANA, BO)
    with db.transaction():
        found = Hit("matomo", "Matomo", "analytics")
        add_technologies(db, 1, "website", [found], AS_OF)
        mark_read(db, 1, ["html"], AS_OF)
    undo_import(db, None, AS_OF)
    rows = [tuple(row) for row in db.rows("SELECT id, domain FROM companies")]
    assert rows == [(1, "alpha.example")]
    technologies = db.rows("SELECT technology, source FROM company_technologies")
    assert [tuple(row) for row in technologies] == [("matomo", "website")]
    assert _import(db, tmp_path, "a.csv", ANA)["companies"]["created"] == 0


def test_technologies_of_a_file_go_with_it(db: Database, tmp_path: Path) -> None:
    _import(db, tmp_path, "a.csv", (*ANA[:9], "HubSpot", ""))
    _import(db, tmp_path, "b.csv", (*ANA[:9], "HubSpot; Drupal", ""))
    undo_import(db, None, AS_OF)
    rows = [tuple(row) for row in db.rows("SELECT name, source FROM company_technologies")]
    assert rows == [("HubSpot", "file:a.csv")]


def test_an_employer_that_later_evidence_still_names_stays(db: Database, tmp_path: Path) -> None:
    _import(db, tmp_path, "a.csv", ANA)
    moved = (*ANA[:4], "CFO", *ANA[5:])  # the same source: the company is not said a second time
    _import(db, tmp_path, "a.csv", moved)
    undo_import(db, 1, AS_OF)
    assert db.value("SELECT c.name FROM people p JOIN companies c ON c.id = p.company_id") == "Alpha"
    undo_import(db, 2, AS_OF)
    assert not any(_dump(db).values())


def test_decisions_about_people_who_are_gone_go_too(db: Database, tmp_path: Path) -> None:
    _import(db, tmp_path, "a.csv", ANA, BO)
    db.execute(
        "INSERT INTO kept_apart VALUES ('person', 1, 2, '2026-11-22'), ('company', 1, 9, '2026-11-22')"
    )
    db.execute("INSERT INTO aliases VALUES ('person', 'profile:x', 1), ('company', 'domain:x', 2)")
    undo_import(db, None, AS_OF)
    assert not any(_dump(db).values())


def test_an_error_on_the_way_leaves_everything_as_it_was(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _import(db, tmp_path, "a.csv", ANA)
    _import(db, tmp_path, "b.csv", ANA, BO)
    before = _dump(db)

    def fail(*_: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(History, "refresh", fail)
        with pytest.raises(KeyboardInterrupt):
            undo_import(db, None, AS_OF)
    assert _dump(db) == before
    assert [line.undone_on for line in list_imports(db)] == [None, None]
    assert undo_import(db, None, AS_OF).import_id == 2
