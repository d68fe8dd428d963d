"""A database of the version before deliveries: nothing is lost, nobody is repeated, a stopped run is finished as it was.

`data/before-deliveries.db` was made by that version: `calls` has left with somebody who has no address, `hr` has left
with four people, and a second run of it stopped after its intent. Beside it stands what it would have handed over.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from workspaces import AS_OF, TOUCHES, folder_bytes, hr_people, import_people, make_workspace

from prospector.outreach.ledger import Ledger
from prospector.workspace import Workspace

DATA = Path(__file__).parent / "data"
TOMORROW = AS_OF + timedelta(days=1)
STOPPED = "hr/2026-11-24-1"
CAMPAIGNS = {
    "hr": {"segment": "hr", "sequence": "trio", "destination": "csv", "daily_cap": 4},
    "calls": {"segment": "hr", "sequence": "calls", "destination": "jsonl"},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = make_workspace(tmp_path / "stopped", campaigns=CAMPAIGNS)
    (made / "templates" / "calls").mkdir()
    (made / "templates" / "calls" / "01-call.md").write_text(TOUCHES["02-call.md"], encoding="utf-8")
    shutil.copy(DATA / "before-deliveries.db", made / "prospector.db")
    shutil.copytree(DATA / "before-deliveries", made / "exports")
    shutil.rmtree(made / "exports" / STOPPED)
    return made


def run(folder: Path, name: str) -> tuple[tuple[str, ...], int]:
    with Workspace.open(folder, as_of=TOMORROW) as workspace:
        result = workspace.run(name)
        return result.recovered, result.exported


def test_a_run_that_stopped_before_the_update_is_finished_with_the_same_bytes(folder: Path) -> None:
    assert run(folder, "hr") == ((STOPPED,), 0)
    assert folder_bytes(folder / "exports") == folder_bytes(DATA / "before-deliveries")


def test_nobody_of_the_version_before_is_handed_over_again(folder: Path) -> None:
    run(folder, "hr")
    assert [run(folder, name) for name in CAMPAIGNS] == [((), 0), ((), 2)]  # two are new to the calls since
    assert [run(folder, name) for name in CAMPAIGNS] == [((), 0), ((), 0)]


def test_the_file_is_kept_as_it_was_and_the_new_one_is_whole(folder: Path) -> None:
    with Workspace.open(folder, as_of=TOMORROW) as workspace:
        db = workspace.db
        assert (db.value("PRAGMA integrity_check"), db.rows("PRAGMA foreign_key_check")) == ("ok", [])
        states = db.rows("SELECT state, count(*) FROM deliveries GROUP BY 1 ORDER BY 1")
        assert [tuple(row) for row in states] == [("intended", 3), ("sent", 10)]
        row = db.one("SELECT email FROM enrolments WHERE lead_key = 'person:6'")
        assert row is not None
        assert row["email"] is None
        assert [lead.first_name for leads in Ledger(db).intended(STOPPED) for lead in leads.values()] == [
            "Givenf",
            "Giveng",
            "Givenh",
        ]
    [kept] = folder.glob("prospector.db.before-*")
    with closing(sqlite3.connect(kept)) as copy:
        assert copy.execute("SELECT count(*) FROM runs WHERE leads IS NOT NULL").fetchone() == (1,)


def test_manifests_of_the_version_before_are_known_and_need_not_be_read_again(folder: Path) -> None:
    run(folder, "hr")
    with Workspace.open(folder, as_of=TOMORROW) as workspace:
        assert workspace.db.value("SELECT count(*) FROM runs WHERE manifest_sha256 IS NULL") == 0


def test_a_run_of_the_version_before_whose_people_were_merged_is_known_by_its_manifest(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "prospector.db")) as plain:  # as its merge would have left it
        plain.execute("UPDATE enrolments SET email = 'person:9' WHERE email = 'person:6'")
        plain.commit()
    run(folder, "hr")
    with Workspace.open(folder, as_of=TOMORROW) as workspace:
        assert workspace.db.value("SELECT count(*) FROM runs") == 3


def test_a_restored_backup_gets_its_touches_back_from_the_manifests(tmp_path: Path) -> None:
    made = make_workspace(tmp_path)
    import_people(made, hr_people(3))
    shutil.copy(made / "prospector.db", tmp_path / "backup")
    sql = (
        "SELECT e.lead_key, t.touch, t.number, t.channel, t.variant, t.send_at, t.left_on, d.state, d.destination "
        "FROM touches t JOIN enrolments e ON e.id = t.enrolment_id JOIN deliveries d ON d.enrolment_id = e.id ORDER BY t.id"
    )
    found = []
    for database in (None, "backup"):
        if database:
            shutil.copy(tmp_path / database, made / "prospector.db")
        with Workspace.open(made, as_of=AS_OF) as workspace:
            workspace.run("hr")
            found.append([tuple(row) for row in workspace.db.rows(sql)])
    assert len(found[0]) == 9
    assert found[0] == found[1]
