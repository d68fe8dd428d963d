"""Forgetting: nothing in the database names the person any more, and no total of the past changes."""

from __future__ import annotations

import json
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from mails import mail
from workspaces import AS_OF, CAMPAIGN, HEADER, call_cli, import_people, make_workspace

from prospector.store.references import references
from prospector.workspace import Workspace

ANA = "ana.ruizuela@bancox.example"
PEOPLE = [
    [
        "Anastasia",
        "Ruizuela",
        ANA,
        "HR Manager",
        "Bancox",
        "https://bancox.example",
        "likes Quokkas",
        "+34 911 222 333",
    ],
    [
        "Bert",
        "Stay",
        "bert@bancox.example",
        "HR Manager",
        "Bancox",
        "https://bancox.example",
        "likes cats",
        "",
    ],
]
TRACES = ("ruizuela", "anastasia", "quokka", "911222333", "wallaby", "numbat")
TOTALS = (
    "SELECT campaign, count(DISTINCT coalesce(person_id, -forgotten)) FROM enrolments GROUP BY 1",
    "SELECT class, campaign, intent, count(DISTINCT coalesce(person_id, -forgotten)) FROM events GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
    "SELECT channel, left_on, count(*) FROM touches WHERE left_on IS NOT NULL GROUP BY 1, 2",
    "SELECT state, count(*) FROM deliveries GROUP BY 1",
    "SELECT count(*), sum(cost) FROM lookups",
    "SELECT count(*), sum(amount), count(DISTINCT coalesce(person_id, -forgotten)) FROM deals",
    "SELECT stage, count(DISTINCT coalesce(person_id, -forgotten)) FROM stage_moves GROUP BY 1",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two people who were written to; one has answered twice, has a deal, a stage, a look-up and a task."""
    make_workspace(tmp_path, campaigns={"hr": {**CAMPAIGN, "destination": "eml"}})
    import_people(tmp_path, PEOPLE, (*HEADER, "Notes", "Phone"))
    with Workspace.open(tmp_path, as_of=AS_OF) as opened:
        opened.run("hr")
        opened.set_value(ANA, "city", "Wallabyton")
        db = opened.db
        db.execute(
            "INSERT INTO lookups (person_id, source, outcome, cost, looked_on) VALUES (1, 'hunter', 'found', 0.5, '2026-11-23')"
        )
        db.execute(
            "INSERT INTO deals (name, person_id, amount, stage, since, opened_on) VALUES ('D', 1, 900, 'decision', '2026-11-23', '2026-11-23')"
        )
        db.execute(
            "INSERT INTO stage_moves (person_id, stage, at, by, noted_on) VALUES (1, 'mql', '2026-11-24T00:00:00Z', 'event', '2026-11-24')"
        )
    ours = next(one for one in sorted(tmp_path.glob("exports/**/*.eml")) if ANA.encode() in one.read_bytes())
    answer = mail(
        "Yes, let us talk about the wallaby. Or write to Numbat Nuy <numbat@bancox.example>.",
        sender=f"Anastasia Ruizuela <{ANA}>",
        In_Reply_To=message_from_bytes(ours.read_bytes())["Message-ID"],
    )
    (tmp_path / "1.eml").write_bytes(answer)
    (tmp_path / "2.eml").write_bytes(
        answer.replace(b"<1@", b"<2@").replace(b"Yes, let us talk", b"Hm, wallaby")
    )
    assert call_cli("events", "import", "1.eml", "2.eml", cwd=tmp_path).returncode == 0
    return tmp_path


def totals(folder: Path) -> list[list[tuple[Any, ...]]]:
    with Workspace.open(folder, as_of=AS_OF) as opened:
        return [[tuple(row) for row in opened.db.rows(sql)] for sql in TOTALS]


def test_nothing_names_the_person_any_more_and_no_total_changes(folder: Path) -> None:
    before = totals(folder)
    done = call_cli("forget", ANA, "--yes", "--allow-again", "--json", cwd=folder)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["enrolments"], told["events"], told["suppressed"]) == (1, 2, 0)
    assert "exports" in done.stderr
    assert totals(folder) == before
    with Workspace.open(folder, as_of=AS_OF) as opened:
        dump = "\n".join(opened.db.connection.iterdump()).lower().replace(" ", "")
        assert opened.db.value("PRAGMA integrity_check") == "ok"
        assert opened.db.rows("PRAGMA foreign_key_check") == []
    assert [trace for trace in TRACES if trace in dump] == []
    raw = b"".join(one.read_bytes() for one in folder.glob("prospector.db*")).lower()
    assert [trace for trace in TRACES if trace.encode() in raw] == []
    assert call_cli("show", ANA, cwd=folder).returncode == 2
    assert call_cli("show", "bert@bancox.example", cwd=folder).returncode == 0


def test_by_default_only_the_address_stays_on_the_suppression_list_and_holds_back(folder: Path) -> None:
    assert call_cli("forget", ANA, "--yes", cwd=folder).returncode == 0
    with Workspace.open(folder, as_of=AS_OF) as opened:
        listed = [
            tuple(row) for row in opened.db.rows("SELECT kind, value, reason, detail FROM suppressions")
        ]
        dump = "\n".join(opened.db.connection.iterdump()).lower()
    assert listed == [("email", ANA, "forgotten", None)]
    assert dump.count("ruizuela") == 1
    import_people(folder, PEOPLE, (*HEADER, "Notes", "Phone"))
    with Workspace.open(folder, as_of=AS_OF) as opened:
        assert [one.reason for one in opened.plan("hr").held_back] == ["suppressed"]


def test_a_mail_that_is_read_again_brings_nothing_back(folder: Path) -> None:
    call_cli("forget", ANA, "--yes", cwd=folder)
    again = json.loads(call_cli("events", "import", "1.eml", "2.eml", "--json", cwd=folder).stdout)
    assert (again["new"], again["known"]) == (0, 2)
    with Workspace.open(folder, as_of=AS_OF) as opened:
        assert "wallaby" not in "\n".join(opened.db.connection.iterdump()).lower()


def test_it_asks_first_and_does_nothing_where_nobody_can_answer(folder: Path) -> None:
    done = call_cli("forget", ANA, cwd=folder)
    assert done.returncode == 2
    assert "add --yes" in done.stderr
    assert ANA in done.stderr
    assert call_cli("show", ANA, cwd=folder).returncode == 0
    assert call_cli("forget", "bancox.example", "--yes", cwd=folder).returncode == 2


def test_what_a_tool_still_has_is_told_before_nothing_is_known_of_it_any_more(folder: Path) -> None:
    done = call_cli("forget", ANA, "--yes", "--quiet", "--json", cwd=folder)
    assert f"warning: {ANA}: a tool still has touches: in eml" in done.stderr
    assert [one["person"] for one in json.loads(done.stdout)["still_there"]] == [ANA]


def test_touches_that_have_not_left_never_will(tmp_path: Path) -> None:
    make_workspace(tmp_path, campaigns={"hr": {**CAMPAIGN, "handover": "due"}})
    import_people(tmp_path, PEOPLE, (*HEADER, "Notes", "Phone"))
    with Workspace.open(tmp_path, as_of=AS_OF) as opened:
        opened.run("hr")
    call_cli("forget", ANA, "--yes", cwd=tmp_path)
    with Workspace.open(tmp_path, as_of=AS_OF.replace(day=30)) as opened:
        assert opened.run("hr").exported == 1


def test_every_column_that_holds_a_person_is_empty_afterwards(folder: Path) -> None:
    call_cli("forget", ANA, "--yes", cwd=folder)
    with Workspace.open(folder, as_of=AS_OF) as opened:
        for one in references(opened.db, "person"):
            sql = f"SELECT count(*) FROM {one.table} WHERE {one.column} = 1"
            assert opened.db.value(sql) == 0, one
