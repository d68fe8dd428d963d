"""What leaves: the same signs as the plan shows, who and why, an id that stays, and never a time that has passed."""

from __future__ import annotations

import csv
import json
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from workspaces import AS_OF, CAMPAIGN, HEADER, call_cli, import_people, make_workspace

from prospector.workspace import Workspace

SIGNS = {
    "01-hello.md": "---\nday: 0\nchannel: email\nsubject: \"{{ company.name | fallback('You') }}: the first week\"\n---\n"
    "Hi {{ person.first_name }},\n\n- one list\n- one owner\n\n{{ sender.postal_address }}\n[Leave]({{ unsubscribe_url }})\n",
    "02-call.md": '---\nday: 1\nchannel: call\ntitle: "+1 for {{ person.first_name }}"\n---\n=> ask for the list\n',
    "03-more.md": '---\nday: 2\nchannel: email\nsubject: "+20% faster first weeks"\n---\n@all: one list\n',
}
COLUMNS = (*HEADER, "Phone", "custom.region")
KIM = ["Kim", "Oda", "kim@oda.example", "HR Manager", "@Oda Bank", "oda.example", "+49 30 1234567", "-north"]


def workspace(folder: Path, destination: str, rows: list[list[str]] | None = None, **more: Any) -> Path:
    made = make_workspace(
        folder, touches=SIGNS, campaigns={"hr": {**CAMPAIGN, "destination": destination, **more}}
    )
    import_people(made, rows or [KIM], COLUMNS)
    return made


def planned(folder: Path) -> list[dict[str, Any]]:
    done = call_cli("plan", "hr", "--json", cwd=folder)
    assert done.returncode == 0, done.stderr
    touches: list[dict[str, Any]] = json.loads(done.stdout)["touches"]
    return touches


def left(folder: Path, name: str) -> list[dict[str, Any]]:
    assert call_cli("run", "hr", cwd=folder).returncode == 0
    [path] = folder.glob(f"exports/hr/*/{name}")
    with path.open(encoding="utf-8", newline="") as file:
        return list(map(json.loads, file)) if path.suffix == ".jsonl" else list(csv.DictReader(file))


@pytest.mark.parametrize(("destination", "name"), [("csv", "touches.csv"), ("jsonl", "touches.jsonl")])
def test_subject_text_and_phone_leave_as_the_plan_shows_them(
    tmp_path: Path, destination: str, name: str
) -> None:
    folder = workspace(tmp_path, destination)
    shown = planned(folder)
    keys = ("subject", "body", "phone", "send_at", "variant", "reason", "lead_id")
    assert [[row[key] for key in keys] for row in left(folder, name)] == [
        [touch[key] for key in keys] for touch in shown
    ]
    assert shown[0]["phone"] == "+49301234567"


def test_the_tools_file_and_the_tasks_leave_as_the_plan_shows_them(tmp_path: Path) -> None:
    folder = workspace(tmp_path, "instantly")
    first, call, second = planned(folder)
    [row] = left(folder, "instantly.csv")
    assert (row["subject_1"], row["subject_2"]) == (first["subject"], second["subject"])
    assert (row["body_1"], row["body_2"]) == tuple(
        touch["html"].replace("\n", " ").strip() for touch in (first, second)
    )
    assert (row["phone"], row["company_name"], row["custom_region"]) == (
        "+49301234567",
        "@Oda Bank",
        "-north",
    )
    assert (row["reason"], row["lead_id"]) == (first["reason"], first["lead_id"])
    [path] = folder.glob("exports/hr/*/tasks.csv")
    [task] = csv.DictReader(path.open(encoding="utf-8", newline=""))
    assert [task[key] for key in ("subject", "body", "phone")] == [
        call[key] for key in ("subject", "body", "phone")
    ]
    assert (task["company"], task["custom.region"]) == ("'@Oda Bank", "'-north")


def test_a_name_that_begins_with_a_sign_comes_back_from_our_own_list(tmp_path: Path) -> None:
    folder = workspace(tmp_path, "csv")
    (folder / "list.csv").write_text(call_cli("find", "--csv", cwd=folder).stdout, encoding="utf-8")
    assert "'@Oda Bank" in (folder / "list.csv").read_text(encoding="utf-8")
    done = call_cli("import", "list.csv", "--json", cwd=folder)
    assert json.loads(done.stdout)["people"] == {"created": 0, "updated": 0, "unchanged": 1}


def test_the_reason_does_not_repeat_the_title_and_the_id_is_no_address(tmp_path: Path) -> None:
    folder = workspace(tmp_path, "csv")
    row, *_ = left(folder, "touches.csv")
    assert row["reason"]
    assert row["title"] not in row["reason"].split("; ")
    assert "\n" not in row["reason"]
    assert len(row["lead_id"]) == 20
    assert "kim" not in row["lead_id"]


def test_an_id_stays_over_days_and_restored_backups_and_differs_by_campaign(tmp_path: Path) -> None:
    campaigns = {name: {**CAMPAIGN, "cooldown": None} for name in ("hr", "more")}
    folder = make_workspace(tmp_path, touches=SIGNS, campaigns=campaigns)
    import_people(folder, [KIM], COLUMNS)
    shutil.copy(folder / "prospector.db", tmp_path / "backup")
    ids = []
    for day in (AS_OF, AS_OF + timedelta(days=1)):
        with Workspace.open(folder, as_of=day) as opened:
            ids.append([opened.plan(name).leads[0].lead_id for name in campaigns])
    assert ids[0] == ids[1]
    assert ids[0][0] != ids[0][1]
    for database in (None, "backup"):
        if database:
            shutil.copy(tmp_path / database, folder / "prospector.db")
        with Workspace.open(folder, as_of=AS_OF) as opened:
            opened.run("hr")
            assert opened.db.value("SELECT lead_id FROM enrolments") == ids[0][0]


def test_before_there_is_a_key_a_plan_names_no_id(tmp_path: Path) -> None:
    folder = workspace(tmp_path, "csv")
    (folder / ".env").unlink()
    assert {touch["lead_id"] for touch in planned(folder)} == {None}
    assert all(row["lead_id"] for row in left(folder, "touches.csv"))


@pytest.mark.parametrize(
    ("moment", "zone_day"),
    [
        (datetime(2026, 11, 23, 6, 0, tzinfo=UTC), "2026-11-23"),  # before the window
        (datetime(2026, 11, 23, 14, 0, tzinfo=UTC), "2026-11-23"),  # in it
        (datetime(2026, 11, 23, 15, 54, tzinfo=UTC), "2026-11-24"),  # its last minutes
        (datetime(2026, 11, 27, 20, 0, tzinfo=UTC), "2026-11-30"),  # Friday night
    ],
)
def test_nothing_is_dated_before_the_moment_of_the_run(
    tmp_path: Path, moment: datetime, zone_day: str
) -> None:
    rows = [[*KIM[:2], f"k{n}@oda{n}.example", *KIM[3:5], f"oda{n}.example", *KIM[6:]] for n in range(20)]
    folder = workspace(tmp_path, "csv", rows)
    with Workspace.open(folder, now=moment) as opened:
        assert opened.as_of == moment.date()
        leads = opened.plan("hr").leads
    times = [datetime.fromisoformat(touch.send_at) for lead in leads for touch in lead.touches]
    assert min(times) > moment
    assert min(lead.touches[0].send_at for lead in leads)[:10] == zone_day
    assert len({lead.touches[0].send_at for lead in leads}) > 1


def test_a_place_where_the_day_is_over_gets_the_next_one(tmp_path: Path) -> None:
    folder = workspace(tmp_path, "csv")
    with Workspace.open(folder, as_of=AS_OF) as opened:
        opened.set_value("kim@oda.example", "country", "New Zealand")
    moment = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # nine at night there
    with Workspace.open(folder, now=moment) as opened:
        first = opened.plan("hr").leads[0].touches[0].send_at
    assert (first[:10], datetime.fromisoformat(first) > moment) == ("2026-11-24", True)


def test_a_pinned_day_is_planned_from_its_window_on(tmp_path: Path) -> None:
    folder = workspace(tmp_path, "csv")
    with Workspace.open(folder, as_of=date(2020, 1, 6)) as opened:
        assert opened.now is None
        assert opened.plan("hr").leads[0].touches[0].send_at[:10] == "2020-01-06"
