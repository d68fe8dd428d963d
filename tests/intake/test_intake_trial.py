"""`import --dry-run` tells what would happen, and nothing happens."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from workspaces import AS_OF, call_cli, folder_bytes, hr_people, make_workspace, people_csv

from prospector.core.errors import NothingImportable
from prospector.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

BAD = ["", "", "nobody at all", "", "", ""]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = make_workspace(tmp_path / "w")
    (made / "list.csv").write_text(people_csv([*hr_people(5), BAD]), encoding="utf-8")
    return made


def _trial(folder: Path, *words: str) -> dict[str, Any]:
    done = call_cli("import", "list.csv", "--dry-run", "--json", *words, cwd=folder)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_columns_samples_and_counts_are_shown(folder: Path) -> None:
    found = _trial(folder, "--map", "Website=-")
    assert found["preset"] == "hand-made"
    assert found["columns"] == [
        {"header": "First Name", "field": "first_name"}, {"header": "Last Name", "field": "last_name"},
        {"header": "Email", "field": "email"}, {"header": "Title", "field": "title"},
        {"header": "Company", "field": "company"},
    ]  # fmt: skip
    assert found["ignored"] == ["Website"]
    assert [sample["row"] for sample in found["samples"]] == [2, 3, 4]
    assert found["samples"][0]["person"]["department"] == "hr"
    assert found["samples"][0]["company"] == {"name": "Firm 1", "domain": "firm1.example"}
    assert (found["report"]["people"]["created"], found["report"]["rejected"]) == (5, 1)
    assert found["report"]["rejects_file"] is None


def test_the_counts_are_those_of_the_import_that_follows(folder: Path) -> None:
    for _ in range(2):
        told = _trial(folder)["report"]
        done = json.loads(call_cli("import", "list.csv", "--json", cwd=folder).stdout)
        assert {**done, "rejects_file": None} == told
        (folder / "list.csv").write_text(people_csv([*hr_people(8), BAD]), encoding="utf-8")


def test_nothing_is_written_where_there_is_a_database(folder: Path) -> None:
    call_cli("import", "list.csv", cwd=folder)
    (folder / "list.csv").write_text(people_csv([*hr_people(9), BAD]), encoding="utf-8")
    before = folder_bytes(folder)
    assert _trial(folder)["report"]["people"] == {"created": 4, "updated": 0, "unchanged": 5}
    assert folder_bytes(folder) == before


def test_nothing_is_written_where_there_is_none_yet(folder: Path) -> None:
    before = folder_bytes(folder)
    done = call_cli("import", "list.csv", "--dry-run", cwd=folder)
    assert done.returncode == 0
    assert folder_bytes(folder) == before
    assert "Nothing was written" in done.stderr


def test_a_table_shows_columns_and_rows_side_by_side(folder: Path) -> None:
    shown = call_cli("import", "list.csv", "--dry-run", "--map", "Website=-", cwd=folder).stdout.splitlines()
    assert shown[0].split() == ["column", "field"]
    assert ["Website", "(left", "out)"] in [line.split() for line in shown]
    assert ["field", "row", "2", "row", "3", "row", "4"] in [line.split() for line in shown]
    assert any(line.startswith("person.email ") and "p3@firm3.example" in line for line in shown)


def test_standard_input_can_be_tried_too(folder: Path) -> None:
    done = call_cli("import", "-", "--dry-run", "--json", cwd=folder, input=people_csv(hr_people(2)))
    assert json.loads(done.stdout)["report"]["people"]["created"] == 2


def test_several_files_are_tried_each_for_itself(folder: Path) -> None:
    done = call_cli("import", "list.csv", "list.csv", "--dry-run", "--json", cwd=folder)
    assert [one["report"]["people"]["created"] for one in json.loads(done.stdout)] == [5, 5]


def test_what_would_fail_fails(folder: Path) -> None:
    (folder / "broken.csv").write_text("one,two\nred,03/04/2025\n", encoding="utf-8")
    done = call_cli("import", "broken.csv", "--dry-run", cwd=folder)
    assert done.returncode == 2
    assert "broken.csv" in done.stderr
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        (folder / "none.csv").write_text(people_csv([BAD]), encoding="utf-8")
        with pytest.raises(NothingImportable) as caught:
            workspace.try_import(folder / "none.csv")
    assert "prospector-" not in caught.value.hint


def test_one_ambiguous_date_column_does_not_refuse_a_file(folder: Path) -> None:
    rows = "Email,Title,Since,Last Seen\na@x.example,HR Manager,03/04/2025,2026-10-01\n"
    (folder / "dates.csv").write_text(rows, encoding="utf-8")
    done = call_cli("import", "dates.csv", "--json", cwd=folder)
    assert done.returncode == 0
    report = json.loads(done.stdout)
    assert report["people"]["created"] == 1
    assert report["problems"] == {"ambiguous_date": 1}
    assert 'column "Since": 03/04/2025' in done.stderr
    assert "--dates dmy" in report["warnings"][0]
    assert call_cli("import", "dates.csv", "--dates", "dmy", cwd=folder).returncode == 0
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        assert str(workspace.person("a@x.example").person.role_started) == "2025-04-03"


def test_a_mapping_is_not_saved_by_a_trial(folder: Path) -> None:
    done = call_cli("import", "list.csv", "--dry-run", "--save-mapping", "x", cwd=folder)
    assert (done.returncode, "--save-mapping needs" in done.stderr) == (2, True)
    assert not (folder / "mappings").exists()
