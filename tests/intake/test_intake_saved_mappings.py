"""Saved mappings: said once, used for each next file, and wrong ones name their file and line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from workspaces import AS_OF, call_cli, make_workspace

from prospector.core.errors import FileError, UsageError
from prospector.intake.columns.mappings import TARGETS, recognise
from prospector.intake.columns.saved_mappings import Profile, columns_of, load_profile, save_profile
from prospector.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

LIST = "Firma / Org;Wer;Mail;Seit;Zebra\nBanco Ejemplo;Ana Ruiz;ana@banco.example;03/04/2025;x\n"
HOW = {"Firma / Org": "company", "Wer": "full_name", "Seit": "role_started"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = make_workspace(tmp_path / "w")
    (made / "list.csv").write_text(LIST, encoding="utf-8")
    return made


def _profile(folder: Path, text: str) -> Path:
    path = folder / "mappings" / "fair.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_what_was_said_of_one_file_is_used_for_the_next(folder: Path) -> None:
    said = [word for label, field in HOW.items() for word in ("--map", f"{label}={field}")]
    done = call_cli("import", "list.csv", *said, "--dates", "mdy", "--save-mapping", "fair", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "saved mappings/fair.yaml; for the next file: --mapping fair" in done.stderr
    text = (folder / "mappings" / "fair.yaml").read_text(encoding="utf-8")
    assert text.splitlines()[1:] == [
        "kind: people", "dates: mdy", "columns:", '  "Wer": full_name', '  "Mail": email', '  "Seit": role_started',
        '  "Firma / Org": company',
    ]  # fmt: skip
    (folder / "next.csv").write_text(
        LIST.replace("Ana Ruiz;ana", "Bo Lee;bo").replace("Zebra", "Gnu"), encoding="utf-8"
    )
    again = call_cli("import", "next.csv", "--mapping", "fair", "--json", cwd=folder)
    assert json.loads(again.stdout)["people"]["created"] == 1
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        started = [str(workspace.person(f"{who}@banco.example").person.role_started) for who in ("ana", "bo")]
    assert started == ["2025-03-04", "2025-03-04"]


def test_the_command_line_beats_the_profile(folder: Path) -> None:
    _profile(folder, 'columns:\n  "Wer": company\n  "Mail": email\n')
    done = call_cli(
        "import", "list.csv", "--mapping", "fair", "--map", "Wer=full_name", "--map", "Seit=-", cwd=folder
    )
    assert done.returncode == 0, done.stderr
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        assert workspace.person("ana@banco.example").person.last_name == "Ruiz"


def test_a_profile_can_leave_columns_out_and_those_may_be_missing(folder: Path) -> None:
    _profile(folder, 'columns: {Mail: email, Wer: "-", Gnu: "-"}\n')
    columns = columns_of(["Mail", "Wer", "Email"], {}, load_profile(folder, "fair"))
    assert [(column.header, column.field) for column in columns.columns] == [
        ("Mail", "email"),
        ("Email", "more_emails"),
    ]


def test_a_file_without_the_columns_of_the_profile_is_refused_and_changes_nothing(folder: Path) -> None:
    _profile(folder, "kind: people\ncolumns:\n  Mail: email\n  Firmaa / Org: company\n  Position X: title\n")
    done = call_cli("import", "list.csv", "--mapping", "fair", cwd=folder)
    assert done.returncode == 2
    assert 'mappings/fair.yaml:4: no column "Firmaa / Org", "Position X" in the file' in done.stderr
    assert 'did you mean "Firma / Org"?' in done.stderr
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        assert workspace.db.value("SELECT count(*) FROM people") == 0


@pytest.mark.parametrize(
    ("text", "line", "what", "hint"),
    [
        ("columns:\n  Mail: emial\n", 2, 'no field "emial"', 'did you mean "email"?'),
        ("columns:\n  Mail: [email]\n", 2, 'no field ""', ""),
        ("kind: peple\ncolumns: {Mail: email}\n", 1, 'kind: "peple" is not known', 'did you mean "people"?'),
        ("columns: {Mail: email}\ndates: ymd\n", 2, 'dates: "ymd" is not known', ""),
        ("column: {Mail: email}\n", 1, 'no setting "column"', 'did you mean "columns"?'),
        ("kind: people\n", 1, "columns: says nothing", ""),
        ("columns:\n- Mail\n", 1, "columns: says nothing", ""),
        ("columns:\n  Mail: email\n  Mail: title\n", 3, "for the second time", ""),
    ],
)
def test_a_wrong_profile_is_named_with_its_line(
    folder: Path, text: str, line: int, what: str, hint: str
) -> None:
    _profile(folder, text)
    with pytest.raises(FileError) as caught:
        load_profile(folder, "fair")
    assert caught.value.line == line
    assert what in caught.value.what
    assert caught.value.hint
    assert hint in caught.value.hint


def test_an_unknown_profile_names_its_near_miss(folder: Path) -> None:
    _profile(folder, "columns: {Mail: email}\n")
    done = call_cli("import", "list.csv", "--mapping", "fare", cwd=folder)
    assert (done.returncode, "no such mapping" in done.stderr) == (2, True)
    assert 'did you mean "fair"?' in done.stderr


@pytest.mark.parametrize("name", ["../evil", "a/b", "", "x" * 200, ".hidden"])
def test_a_profile_has_a_plain_name(folder: Path, name: str) -> None:
    with pytest.raises(UsageError, match="no plain name"):
        load_profile(folder, name)


def test_a_saved_mapping_is_never_written_over(folder: Path) -> None:
    path = _profile(folder, "columns: {Mail: email}\n")
    done = call_cli("import", "list.csv", "--map", "Seit=-", "--save-mapping", "fair", cwd=folder)
    assert (done.returncode, "such a mapping already" in done.stderr) == (2, True)
    assert path.read_text(encoding="utf-8") == "columns: {Mail: email}\n"
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        assert workspace.db.value("SELECT count(*) FROM people") == 0


def test_a_profile_of_companies_settles_what_a_bare_name_is(folder: Path) -> None:
    profile = Profile(folder / "x.yaml", "companies", {"Name": "company"})
    fields = [column.field for column in columns_of(["Name", "Country"], {}, profile).columns]
    assert fields == ["company", "company_country"]


_LABELS = st.lists(
    st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=20).filter(
        str.strip
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda label: "".join(sign for sign in label.casefold() if sign.isalnum()),
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(labels=_LABELS, data=st.data())
def test_whatever_the_labels_a_saved_mapping_reads_the_same_file_the_same_way(
    tmp_path: Path, labels: list[str], data: st.DataObject
) -> None:
    overrides = {label: data.draw(st.sampled_from([*TARGETS, "-"])) for label in labels}
    mapping = recognise(labels, overrides=overrides)
    path = tmp_path / "mappings" / "any.yaml"
    path.unlink(missing_ok=True)
    if not mapping.columns:
        return
    save_profile(tmp_path, "any", mapping, overrides, None)
    again = columns_of(labels, {}, load_profile(tmp_path, "any"))
    assert (again.kind, set(again.columns)) == (mapping.kind, set(mapping.columns))
