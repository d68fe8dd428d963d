"""Many people: what is written as it comes has the bytes that it would have at once, and nobody waits for it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from workspaces import AS_OF, CAMPAIGN, HEADER, call_cli, hr_people, import_people, make_workspace

from prospector.outreach import drafts, ledger, plan
from prospector.workspace import Workspace


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for module in (drafts, ledger, plan):
        monkeypatch.setattr(module, "_BATCH", 2)
    made = make_workspace(tmp_path, campaigns={"hr": {**CAMPAIGN, "daily_cap": 5}, "more": dict(CAMPAIGN)})
    odd = [["Zoë\u2028", 'O"Neil', "zoe@firm.test", "HR Manager", "Ünder\u0085", "firm.test", ""]]
    nobody = [["Bo", "Lind", "", "HR Manager", "Firm", "", ""]]
    import_people(made, [*odd, *nobody, *([*row, ""] for row in hr_people(6))], (*HEADER, "Email Status"))
    return made


def as_dumped(text: str) -> bool:
    return text == json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n"


@pytest.mark.parametrize(
    "words", [("plan", "hr"), ("run", "hr"), ("run", "hr", "more"), ("run", "hr", "more", "--dry-run")]
)
def test_streamed_json_is_the_json_that_would_be_printed_at_once(
    folder: Path, words: tuple[str, ...]
) -> None:
    for _ in range(2):  # the second time a run has nothing to list
        done = call_cli(*words, "--json", cwd=folder)
        assert (done.returncode, as_dumped(done.stdout)) == (0, True)


def test_lists_come_before_their_counts(folder: Path) -> None:
    shape = json.loads(call_cli("plan", "hr", "--json", cwd=folder).stdout)
    assert list(shape) == [
        "campaign", "as_of", "touches", "held_back", "new", "already_enrolled", "due", "allowed",
        "under_way_elsewhere", "exported", "files", "manifest",
    ]  # fmt: skip
    assert (shape["new"], len(shape["touches"]), len(shape["held_back"])) == (5, 15, 3)


def test_the_command_prints_what_the_library_gives(folder: Path) -> None:
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        shape = workspace.plan("hr").as_json()
    assert json.loads(call_cli("plan", "hr", "--json", cwd=folder).stdout) == shape


def test_a_manifest_written_entry_by_entry_is_sorted_and_indented_as_a_whole(folder: Path) -> None:
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        result = workspace.run("hr")
    assert result.folder is not None
    text = (result.folder / "manifest.json").read_text(encoding="utf-8")
    assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def test_others_can_write_while_a_run_works_its_people_out(folder: Path) -> None:
    seen: list[Any] = []

    def write(one: object) -> None:
        with closing(sqlite3.connect(folder / "prospector.db", timeout=0.1)) as other, other:
            other.execute("INSERT INTO companies (name) VALUES ('Another')")
        seen.append(one)

    with Workspace.open(folder, as_of=AS_OF) as workspace:
        result = workspace.run("hr", write)
        assert workspace.db.rows("SELECT name FROM sqlite_temp_master") == []
    assert (result.exported, len(seen), result.plan.leads) == (5, 8, ())


def test_a_suppression_that_comes_while_a_run_works_its_people_out_is_honoured(folder: Path) -> None:
    def suppress(one: object) -> None:
        with closing(sqlite3.connect(folder / "prospector.db", timeout=0.1)) as other, other:
            other.execute(
                "INSERT OR IGNORE INTO suppressions (kind, value, reason, source, added_on) "
                "VALUES ('email', 'p2@firm2.example', 'asked', 'by hand', '2026-11-23')"
            )

    with Workspace.open(folder, as_of=AS_OF) as workspace:
        assert workspace.run("hr", suppress).exported == 4
        row = workspace.db.one("SELECT state, reason FROM deliveries WHERE state <> 'sent'")
        assert row is not None
        assert tuple(row) == ("refused", "suppressed")


def test_a_manifest_that_is_known_is_told_by_its_bytes_alone(folder: Path) -> None:
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        result = workspace.run("hr")
        assert result.folder is not None
        workspace.db.execute(
            "UPDATE runs SET manifest = '{}'"
        )  # whoever read the file would find that it differs
        assert workspace.run("hr").recovered == ()
