"""Deals: every change is kept, a gate that is closed says what is missing, and people go with their deals."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from workspaces import AS_OF, call_cli, hr_people, import_people, make_workspace

from prospector.core.errors import UsageError
from prospector.workspace import Workspace

GATE = {
    "metrics": 2,
    "economic_buyer": 1,
    "decision_criteria": 1,
    "decision_process": 1,
    "pain": 2,
    "champion": 1,
}
"""What a deal needs for `decision`."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = make_workspace(tmp_path)
    import_people(made, hr_people(3))
    return made


def on(folder: Path, days: int) -> Workspace:
    return Workspace.open(folder, as_of=AS_OF + timedelta(days=days))


def fill(workspace: Workspace, levels: dict[str, int]) -> None:
    for letter, level in levels.items():
        workspace.say_letter("deal:1", letter, str(level), value="x", said_by="Ana")


def test_a_deal_begins_where_the_file_says_and_its_person_goes_with_it(folder: Path) -> None:
    with on(folder, 0) as workspace:
        told = workspace.open_deal("Payroll", person="person:1", amount="12k", close="2027-01-31").as_json()
        assert (told["deal"], told["stage"], told["amount"], told["currency"]) == (
            "deal:1",
            "sql",
            12_000,
            "EUR",
        )
        assert told["company"], "the person's company"
        assert workspace.standing("person:1").stage == "sql"
        workspace.end_deal("Payroll", "won")
        assert workspace.standing("person:1").stage == "won"
    assert [(one["field"], one["was"], one["became"]) for one in told["changes"]] == [
        ("stage", None, "sql"),
        ("amount", None, "12000"),
        ("close", None, "2027-01-31"),
    ]


def test_a_closed_gate_names_every_letter_that_is_missing_also_of_stages_that_are_leapt_over(
    folder: Path,
) -> None:
    with on(folder, 0) as workspace:
        workspace.open_deal("Payroll", person="person:1")
        with pytest.raises(UsageError, match="metrics is 0 of 2; pain is 0 of 2; economic buyer is 0 of 1"):
            workspace.set_deal("deal:1", "stage", "decision")
        with pytest.raises(UsageError, match="gate of decision is closed") as raised:
            workspace.set_deal("deal:1", "stage", "decision", force=True)
        assert "--reason" in raised.value.hint
        fill(workspace, GATE)
        told = workspace.set_deal("deal:1", "stage", "decision").as_json()
        assert (told["stage"], told["lowest"], told["sum"]) == ("decision", 1, 8)
        forced = workspace.set_deal(
            "deal:1", "stage", "delivery", force=True, reason="signed today"
        ).as_json()
        assert (forced["stage"], forced["changes"][-1]["reason"]) == ("delivery", "signed today")


def test_a_letter_that_nobody_spoke_of_for_long_counts_one_less_and_says_so(folder: Path) -> None:
    with on(folder, 0) as workspace:
        workspace.open_deal("Payroll", person="person:1")
        fill(workspace, GATE)
    with on(folder, 60) as workspace:
        assert workspace.deal("deal:1").as_json()["sum"] == 8
    with on(folder, 61) as workspace:
        told = workspace.deal("deal:1").as_json()
        assert (told["lowest"], told["sum"], {one["stale"] for one in told["letters"]}) == (0, 2, {True})
        with pytest.raises(UsageError, match="too long ago"):
            workspace.set_deal("deal:1", "stage", "decision")
    done = call_cli("deal", "show", "deal:1", "--as-of", "2027-02-01", cwd=folder)
    assert "warning: said too long ago, one level less: metrics" in done.stderr


def test_each_move_of_the_close_date_is_kept_and_counted(folder: Path) -> None:
    with on(folder, 0) as workspace:
        workspace.open_deal("Payroll", person="person:1", close="2027-01-31")
    for number, day in enumerate(("2027-02-28", "2027-03-31", "2027-03-31", "")):
        with on(folder, number + 1) as workspace:
            told = workspace.set_deal("Payroll", "close", day, reason="later").as_json()
            assert told["changed"] is (number != 2)
    assert (told["close_moves"], told["close_on"]) == (3, None)
    assert [(one["was"], one["became"]) for one in told["changes"] if one["field"] == "close"] == [
        (None, "2027-01-31"),
        ("2027-01-31", "2027-02-28"),
        ("2027-02-28", "2027-03-31"),
        ("2027-03-31", None),
    ]


def test_a_lost_deal_has_a_reason_of_the_file_and_can_come_back_with_one(folder: Path) -> None:
    with on(folder, 0) as workspace:
        workspace.open_deal("Payroll", person="person:1")
        for reason in ("", "pric"):
            with pytest.raises(UsageError) as raised:
                workspace.end_deal("deal:1", "lost", reason=reason)
            assert "price" in raised.value.hint
    with on(folder, 1) as workspace:
        told = workspace.end_deal("deal:1", "lost", reason="Price").as_json()
        assert (told["state"], told["lost_reason"], told["closed_on"]) == ("lost", "price", "2026-11-24")
        assert workspace.standing("person:1").stage == "lost"
        with pytest.raises(UsageError, match="needs a reason"):
            workspace.set_deal("deal:1", "stage", "sql")
        with pytest.raises(UsageError, match="ends a deal"):
            workspace.set_deal("deal:1", "stage", "won")
    with on(folder, 2) as workspace:
        told = workspace.set_deal("deal:1", "stage", "sql", reason="new budget").as_json()
        assert (told["state"], told["lost_reason"], told["closed_on"]) == ("open", None, None)
        assert [one.stage for one in workspace.standing("person:1").moves] == ["sql", "lost", "sql"]


def test_a_person_with_another_open_deal_is_not_lost(folder: Path) -> None:
    with on(folder, 0) as workspace:
        workspace.open_deal("Payroll", person="person:1")
        workspace.open_deal("Hiring", person="person:1")
        workspace.end_deal("Payroll", "lost", reason="timing")
        assert workspace.standing("person:1").stage == "sql"
        workspace.end_deal("Hiring", "lost", reason="timing")
        assert workspace.standing("person:1").stage == "lost"


def test_a_deal_is_dark_when_neither_the_person_nor_a_colleague_has_spoken_for_long(tmp_path: Path) -> None:
    from test_pipeline_stages import happened

    folder = make_workspace(tmp_path)
    import_people(folder, hr_people(2, companies=1))
    with on(folder, 0) as workspace:
        workspace.open_deal("Payroll", person="person:1")
    with on(folder, 30) as workspace:
        assert workspace.deals("dark") == []
    with on(folder, 31) as workspace:
        assert [one.handle for one in workspace.deals("dark")] == ["deal:1"]
        happened(workspace, 2, 20, "talk")
        assert workspace.deals("dark") == []
        assert workspace.deal("deal:1").as_json()["heard_on"] == "2026-12-13"


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("amount", "1,5", "no amount"),
        ("amount", "-3", "no amount"),
        ("currency", "euro", "no currency"),
        ("close", "31.1.2027", "no date"),
        ("category", "comit", 'no category "comit"'),
        ("ammount", "3", 'no field "ammount"'),
        ("name", " ", "needs a name"),
        ("name", "=cmd|' /C calc'!A0", "as a formula"),
        ("stage", "decison", 'no stage "decison"'),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    folder: Path, field: str, value: str, told: str
) -> None:
    with on(folder, 0) as workspace:
        before = workspace.open_deal("Payroll", person="person:1", amount="10").as_json()
        with pytest.raises(UsageError, match=told) as raised:
            workspace.set_deal("deal:1", field, value)
        assert raised.value.hint
        assert workspace.deal("deal:1").as_json() == {**before, "changed": False}


def test_merging_two_people_keeps_both_deals_and_forgets_no_change(folder: Path) -> None:
    with on(folder, 0) as workspace:
        workspace.open_deal("Payroll", person="person:1")
        workspace.open_deal("Hiring", person="person:2")
        workspace.merge("person:1", "person:2")
        assert {one.row["person_id"] for one in workspace.deals()} == {1}
        assert workspace.standing("person:1").stage == "sql"
        workspace.undo()
        assert [row[0] for row in workspace.db.rows("SELECT id FROM people")] == [1]


def test_the_commands_take_a_deal_from_the_first_word_to_the_last(folder: Path) -> None:
    def run(*words: str) -> Any:
        done = call_cli("deal", *words, "--json", "--as-of", "2026-11-23", cwd=folder)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    run("add", "Payroll", "--person", "person:1", "--amount", "12000", "--close", "2027-01-31")
    run("letter", "1", "champ", "2", "--value", "Ana", "--said-by", "Ana", "--link", "mail of today")
    assert run("next", "Payroll", "send the offer", "--on", "2026-12-01")["next_step_on"] == "2026-12-01"
    (line,) = run("list")
    assert (line["deal"], line["next_step"], line["lacks"]) == (
        "deal:1",
        "send the offer",
        ["metrics is 0 of 1", "pain is 0 of 1"],
    )
    assert run("won", "deal:1")["state"] == "won"
    assert run("list") == []
    assert run("list", "--state", "won")[0]["closed_on"] == "2026-11-23"
    done = call_cli("deal", "show", "deal:7", cwd=folder)
    assert (done.returncode, 'error: no deal "deal:7"' in done.stderr) == (2, True)
