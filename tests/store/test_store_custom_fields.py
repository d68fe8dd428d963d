"""Columns of the user's own: kept with history, worked out by the same rule, and gone with what said them."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prospector.core.custom import LONGEST_VALUE, MOST, custom_name, custom_target
from prospector.core.errors import FileError, UsageError
from prospector.intake.columns.saved_mappings import load_profile, save_profile
from prospector.intake.importer import ImportOptions, ImportReport, import_file
from prospector.normalise.text import fold
from prospector.segments.facts_at import prospects_on
from prospector.store.corrections import set_value
from prospector.store.custom_values import custom_counts, custom_names
from prospector.store.database import Database
from prospector.store.explaining import why
from prospector.store.history import History
from prospector.store.loading import load_prospects
from prospector.store.merging import merge
from prospector.store.undo import undo_import
from prospector.store.who import Handle

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

AS_OF = date(2026, 11, 22)
HEADER = ("First Name", "Last Name", "Email", "Company", "Website", "Budget", "Tier")
MAP = {"Budget": "custom.budget", "Tier": "company.custom.tier"}
ANA = ("Ana", "Ruiz", "ana@alpha.example", "Alpha", "alpha.example", "10k", "Gold")
BO = ("Bo", "Lee", "bo@alpha.example", "Alpha", "alpha.example", "", "Gold")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "prospector.db")
    opened.execute("PRAGMA synchronous = OFF")
    yield opened
    opened.close()


def bring(
    db: Database,
    folder: Path,
    *rows: Sequence[str],
    header: Sequence[str] = HEADER,
    columns: dict[str, str] | None = None,
    seen: date = AS_OF,
    name: str = "list.csv",
) -> ImportReport:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    options = ImportOptions(AS_OF, seen, MAP if columns is None else columns)
    return import_file(db, path, options, rejects_folder=folder / "rejects")


def custom_of(db: Database, person: int) -> tuple[dict[str, str], dict[str, str]]:
    found = next(load_prospects(db, [person]))
    return dict(found.person.custom), dict(found.company.custom) if found.company else {}


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Deal Size (EUR)", "deal_size_eur"),
        ("budget", "budget"),
        ("  Größe ", "größe"),
        ("a'; DROP TABLE people; --", "a_drop_table_people"),
        ("2024 revenue", "_2024_revenue"),
        ("予算", "予算"),
        ('"quoted"\n{{ x }}', "quoted_x"),
        ("😀", ""),
        ("x" * 300, "x" * 60),
    ],
)
def test_a_header_becomes_a_name_that_a_template_can_write(header: str, name: str) -> None:
    assert custom_name(header) == name
    assert custom_name(name) == name


@given(st.text(max_size=80))
def test_every_name_is_an_identifier_and_stays_as_it_is(header: str) -> None:
    name = custom_name(header)
    assert not name or name.isidentifier()
    assert custom_name(name) == name


def test_a_column_belongs_to_the_row_s_subject_unless_it_says_whose_it_is(
    db: Database, tmp_path: Path
) -> None:
    assert custom_target("Person.custom.Deal Size") == ("person", "custom.deal_size")
    assert custom_target("custom.😀") == (None, "custom.column")
    assert custom_target("customer") is None
    bring(db, tmp_path, ANA, BO)
    assert custom_of(db, 1) == ({"budget": "10k"}, {"tier": "Gold"})
    assert custom_of(db, 2) == ({}, {"tier": "Gold"})
    header = ("Company", "Website", "Score")
    bring(db, tmp_path, ("Beta", "beta.example", "7"), header=header, columns={"Score": "custom.score"})
    assert custom_names(db, "company") == ("score", "tier")
    with pytest.raises(UsageError, match="rows of the file are companies"):
        bring(db, tmp_path, ("B", "b.example", "7"), header=header, columns={"Score": "person.custom.score"})


def test_the_newest_value_counts_and_a_blank_cell_says_nothing(db: Database, tmp_path: Path) -> None:
    bring(db, tmp_path, ANA, seen=date(2026, 9, 1))
    assert bring(db, tmp_path, (*ANA[:5], "20k", "Gold"), name="b.csv").people["updated"] == 1
    assert bring(db, tmp_path, (*ANA[:5], "", ""), name="c.csv").people["updated"] == 0
    assert bring(db, tmp_path, (*ANA[:5], "20k", "Gold"), name="b.csv").people["unchanged"] == 1
    assert custom_of(db, 1)[0] == {"budget": "20k"}
    told = why(db, Handle("person", 1), "custom.Budget", AS_OF)
    assert [(one.value, one.current) for one in told] == [("20k", True), ("10k", False)]
    then = dict(prospects_on(db, [1], date(2026, 10, 1)))[1]
    assert then is not None
    assert dict(then.person.custom) == {"budget": "10k"}


def test_a_value_set_by_hand_outweighs_an_import_and_a_slip_is_refused(db: Database, tmp_path: Path) -> None:
    bring(db, tmp_path, ANA)
    done = set_value(db, Handle("person", 1), "custom.budget", "50k", AS_OF)
    assert (done.previous, done.now, done.changed) == ("10k", "50k", True)
    bring(db, tmp_path, (*ANA[:5], "20k", "Gold"), name="b.csv")
    assert custom_of(db, 1)[0] == {"budget": "50k"}
    with pytest.raises(UsageError) as refused:
        set_value(db, Handle("person", 1), "custom.budgte", "1", AS_OF)
    assert "budget" in refused.value.hint
    set_value(db, Handle("company", 1), "custom.region", "North", AS_OF)
    assert custom_of(db, 1)[1] == {"region": "North", "tier": "Gold"}


def test_undo_takes_the_values_of_an_import_along_and_leaves_the_others(db: Database, tmp_path: Path) -> None:
    bring(db, tmp_path, ANA, seen=date(2026, 9, 1))
    bring(db, tmp_path, (*ANA[:5], "20k", "Silver"), BO, name="b.csv")
    undo_import(db, None, AS_OF)
    assert custom_of(db, 1) == ({"budget": "10k"}, {"tier": "Gold"})
    undo_import(db, None, AS_OF)
    assert db.value("SELECT count(*) FROM custom_values") == 0
    assert db.value("SELECT count(*) FROM people") == 0


def test_of_two_merged_people_the_stronger_value_stays_and_none_is_lost(db: Database, tmp_path: Path) -> None:
    both = {**MAP, "Size": "custom.size"}
    header = (*HEADER, "Size")
    bring(db, tmp_path, (*ANA, ""), header=header, columns=both, seen=date(2026, 9, 1))
    twin = ("Anna", "Ruiz", "a.ruiz@alpha.example", "Alpha", "alpha.example", "30k", "", "XL")
    bring(db, tmp_path, twin, header=header, columns=both, name="b.csv")
    merge(db, Handle("person", 1), Handle("person", 2), AS_OF)
    assert custom_of(db, 1)[0] == {"budget": "30k", "size": "XL"}
    assert db.value("SELECT count(*) FROM custom_values WHERE person_id = 2") == 0
    assert '"custom": {"budget": "30k", "size": "XL"}' in db.value("SELECT held FROM merges")


@given(
    st.lists(
        st.tuples(
            st.sampled_from((1, 2)),
            st.sampled_from(("10k", "20K", "Über", "", "x" * 50)),
            st.integers(0, 900),
            st.sampled_from(("Gold", "", "silver")),
        ),
        min_size=1,
        max_size=6,
    ),
    st.data(),
)
@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_the_table_is_what_the_evidence_says_after_imports_merges_and_undos(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, str, int, str]], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("any")
    db = Database(folder / "prospector.db")
    db.execute("PRAGMA synchronous = OFF")
    for number, (who, budget, days, tier) in enumerate(rows):
        row = (f"Given{who}", "Ruiz", f"p{who}@alpha{who}.example", f"A{who}", f"alpha{who}.example")
        day = AS_OF - timedelta(days=days)
        bring(db, folder, (*row, budget, tier), seen=day, name=f"{number}.csv")
        step = data.draw(st.sampled_from(("", "", "undo", "merge")))
        if step == "undo":
            undo_import(db, None, AS_OF)
        elif step == "merge" and db.value("SELECT count(*) FROM people") == 2:
            ids = [row[0] for row in db.rows("SELECT id FROM people ORDER BY id")]
            merge(db, Handle("person", ids[0]), Handle("person", ids[1]), AS_OF)
    held = [tuple(row)[1:] for row in db.rows("SELECT * FROM custom_values ORDER BY 2, 3, 4")]
    assert all(row[4] == fold(row[3]) for row in held)
    with db.transaction():
        history = History(db, AS_OF)
        for subject, table in (("person", "people"), ("company", "companies")):
            for row in db.rows(f"SELECT id FROM {table}"):
                assert not history.refresh(subject, row["id"])  # type: ignore[arg-type]
    assert held == [tuple(row)[1:] for row in db.rows("SELECT * FROM custom_values ORDER BY 2, 3, 4")]
    db.close()


def test_a_value_that_is_too_long_is_dropped_with_its_reason(db: Database, tmp_path: Path) -> None:
    rows = ((*ANA[:5], "x" * 10_000, "Gold"), (*BO[:5], "y" * LONGEST_VALUE, "Gold"))
    report = bring(db, tmp_path, *rows)
    assert report.problems == {"too_long": 1}
    assert custom_of(db, 1)[0] == {}
    assert custom_of(db, 2)[0] == {"budget": "y" * LONGEST_VALUE}


def test_hostile_labels_and_cells_are_text_like_any_other(db: Database, tmp_path: Path) -> None:
    label = "a'; DROP TABLE people; --"
    cell = "\"}'); DROP TABLE evidence; -- <b>person.email"
    bring(
        db,
        tmp_path,
        (*ANA[:5], cell, "custom.x"),
        header=(*HEADER[:5], label, "Tier"),
        columns={label: f"custom.{label}", "Tier": "title"},
    )
    assert custom_of(db, 1)[0] == {"a_drop_table_people": cell}
    assert [(one.subject, one.name, one.count) for one in custom_counts(db)] == [
        ("person", "a_drop_table_people", 1)
    ]


def test_columns_over_the_limit_are_named_and_the_rest_is_kept(db: Database, tmp_path: Path) -> None:
    labels = [f"Column {number}" for number in range(MOST + 2)]
    header = ("Email", *labels)
    columns = {label: f"custom.{label}" for label in labels}
    row = ("ana@alpha.example", *(str(number) for number in range(MOST + 2)))
    report = bring(db, tmp_path, row, header=header, columns=columns)
    assert report.custom_over == (f"Column {MOST}", f"Column {MOST + 1}")
    assert any(f'"Column {MOST}"' in warning for warning in report.warnings)
    assert len(custom_of(db, 1)[0]) == MOST
    with pytest.raises(UsageError, match=f"{MOST} custom fields"):
        set_value(db, Handle("person", 1), "custom.qqq", "1", AS_OF)


def test_a_saved_mapping_keeps_custom_fields(db: Database, tmp_path: Path) -> None:
    report = bring(db, tmp_path, ANA, columns={"Budget": "custom.BUDGET!", "Tier": "company.custom.tier"})
    assert report.mapping is not None
    save_profile(tmp_path, "mine", report.mapping, {}, None)
    assert load_profile(tmp_path, "mine").columns["Budget"] == "custom.budget"
    path = tmp_path / "again.csv"
    path.write_text((tmp_path / "list.csv").read_text(encoding="utf-8"), encoding="utf-8")
    options = ImportOptions(AS_OF, profile=load_profile(tmp_path, "mine"))
    assert import_file(db, path, options, rejects_folder=tmp_path).people["unchanged"] == 1
    (tmp_path / "mappings" / "bad.yaml").write_text("columns:\n  Budget: costum.budget\n", encoding="utf-8")
    with pytest.raises(FileError, match=r"no field .costum\.budget"):
        load_profile(tmp_path, "bad")


def test_a_wish_in_a_column_of_the_user_s_own_is_still_heard(db: Database, tmp_path: Path) -> None:
    report = bring(db, tmp_path, (*ANA[:5], "please do not email me again", "Gold"))
    assert list(report.consent.wishes) == ["Budget"]
