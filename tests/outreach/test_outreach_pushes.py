"""Pushing to tools: each lead arrives once, whatever the tool and the line do in between."""

from __future__ import annotations

import json
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from pushes import push, push_until_done, push_workspace, states
from tool_stub import TOOLS, QuickClock, serving
from workspaces import AS_OF, CAMPAIGN, call_cli, hr_people, import_people, make_workspace, run_cli

from prospector.core.errors import SourceUnreadable, UsageError
from prospector.core.json_shapes import mismatches
from prospector.outreach.shapes import RunShape
from prospector.workspace import Workspace

ONCE = ("instantly", "smartlead", "lemlist", "woodpecker")
"""Tools where pushing somebody again is a fault; with the others it changes nothing."""


def everybody(count: int) -> set[str]:
    return {row[2] for row in hr_people(count)}


@pytest.mark.parametrize("name", list(TOOLS))
def test_everybody_arrives_once_and_a_second_run_sends_nothing(tmp_path: Path, name: str) -> None:
    clock = QuickClock()
    with serving(TOOLS[name](clock=clock)) as tool:
        folder = push_workspace(tmp_path, name, tool)
        import_people(folder, hr_people(30))
        result = push(folder, clock)
        assert (result.exported, result.stopped, result.unsettled) == (30, None, 0)
        assert set(tool.leads) == everybody(30)
        assert result.folder is not None
        assert sorted(path.name for path in result.folder.iterdir()) == ["manifest.json", "tasks.csv"]
        calls = len(tool.calls)
        again = push(folder)
        assert (again.exported, again.folder, len(tool.calls)) == (0, None, calls)
        assert not tool.offered


def arrive_through_faults(folder: Path, name: str, count: int, seed: int) -> None:
    clock = QuickClock()
    with serving(TOOLS[name](faults=0.3, clock=clock, seed=seed)) as tool:
        push_workspace(folder, name, tool, timeout=0.15)
        import_people(folder, hr_people(count))
        results = push_until_done(folder, clock)
        assert set(tool.leads) == everybody(count)
        assert sum(len(one.refused) for one in results) == 0
        assert set(states(folder)) <= {"accepted", "settled"}
        # A thread of the stub that comes late on a busy machine sees a request later than it was sent.
        assert tool.too_fast <= count // 1_000
        if name in ONCE:
            assert not tool.offered  # what has arrived is found, not sent again


@pytest.mark.slow
@pytest.mark.parametrize("name", list(TOOLS))
def test_everybody_arrives_once_though_a_third_of_the_answers_are_faults(tmp_path: Path, name: str) -> None:
    arrive_through_faults(tmp_path, name, 500, seed=1)


@pytest.mark.soak
@pytest.mark.timeout(0)
@pytest.mark.parametrize("name", list(TOOLS))
@pytest.mark.parametrize("seed", [2, 3])
def test_large_numbers_arrive_once_though_a_third_of_the_answers_are_faults(
    tmp_path: Path, name: str, seed: int
) -> None:
    arrive_through_faults(tmp_path, name, 10_000, seed)


@pytest.mark.parametrize("name", list(TOOLS))
def test_whoever_the_tool_blocks_is_named_and_not_offered_for_ever(tmp_path: Path, name: str) -> None:
    with serving(TOOLS[name](blocked={"p2@firm2.example"})) as tool:
        folder = push_workspace(tmp_path, name, tool)
        import_people(folder, hr_people(5))
        result = push(folder)
        assert (result.exported, result.stopped) == (4, None)
        assert [one.person for one in result.refused] == ["p2@firm2.example"]
        assert list(mismatches(result.as_json(), RunShape)) == []
        calls = len(tool.calls)
        assert push(folder).exported == 0
        assert len(tool.calls) == calls


@pytest.mark.parametrize("name", ONCE)
def test_whoever_is_in_the_tool_already_has_arrived(tmp_path: Path, name: str) -> None:
    with serving(TOOLS[name]()) as tool:
        folder = push_workspace(tmp_path, name, tool)
        import_people(folder, hr_people(3))
        tool.store("p2@firm2.example", {"email": "p2@firm2.example", "custom_variables": {}})
        result = push(folder)
        assert (result.exported, result.refused, result.stopped) == (3, (), None)
        assert set(tool.leads) == everybody(3)


@pytest.mark.parametrize(
    "name",
    [one if one in ("instantly", "listmonk") else pytest.param(one, marks=pytest.mark.slow) for one in TOOLS],
)
def test_a_tool_that_is_down_leaves_everybody_to_the_next_run(tmp_path: Path, name: str) -> None:
    with serving(TOOLS[name]()) as tool:
        folder = push_workspace(tmp_path, name, tool)
        import_people(folder, hr_people(3))
        tool.kinds, tool.faults = ("silence_after",), 1.0
        with pytest.raises(SourceUnreadable):
            push(folder)  # whom it has cannot be asked, so nothing was sent
        assert tool.leads == {}
        assert states(folder) == {}
        tool.faults = 0.0
        assert push(folder).exported == 3


def test_an_answer_that_never_came_is_held_and_settled_by_the_next_run(tmp_path: Path) -> None:
    with serving(TOOLS["instantly"]()) as tool:
        folder = push_workspace(tmp_path, "instantly", tool)
        import_people(folder, hr_people(3))
        push_only = tool.fault
        tool.fault = lambda: (
            "silence_after" if tool.calls[-1][1].endswith("/add") else ("reset_before" if tool.leads else "")
        )  # type: ignore[method-assign]
        result = push(folder)
        assert (result.exported, result.folder, result.unsettled) == (0, None, 3)
        assert result.stopped is not None
        assert states(folder) == {"ambiguous": 3}
        told = call_cli("status", "--json", cwd=folder)
        assert json.loads(told.stdout)["unsettled"] == 3
        checks = {one["check"]: one for one in json.loads(call_cli("doctor", "--json", cwd=folder).stdout)}
        assert (checks["deliveries"]["state"], "3" in checks["deliveries"]["detail"]) == ("fail", True)
        import_people(folder, hr_people(2, start=4))
        again = push(folder)
        assert (again.exported, again.stopped is None, len(tool.leads)) == (0, False, 3)
        tool.fault = push_only  # type: ignore[method-assign]
        done = push(folder)
        assert (done.recovered, done.exported, done.stopped) == (("hr/2026-11-23-1",), 2, None)
        assert states(folder) == {"accepted": 2, "settled": 3} or states(folder) == {"settled": 5}
        assert not tool.offered
        assert call_cli("doctor", cwd=folder).returncode == 0


WHERE = {"hubspot": "enrollments", "mautic": "/add", "listmonk": "subscribers"}


@pytest.mark.parametrize("name", list(WHERE))
def test_what_had_no_answer_is_read_back_and_not_pushed_again(tmp_path: Path, name: str) -> None:
    with serving(TOOLS[name]()) as tool:
        folder = push_workspace(tmp_path, name, tool)
        import_people(folder, hr_people(3))
        tool.fault = lambda: (  # type: ignore[method-assign]
            "error_after"
            if tool.calls[-1][0] == "POST" and tool.calls[-1][1].endswith(WHERE[name]) and len(tool.leads) < 3
            else "reset_before"
            if len(tool.leads) == 3
            else ""
        )
        assert push(folder).unsettled > 0
        tool.fault = lambda: ""  # type: ignore[method-assign]
        before, offered = len(tool.calls), tool.offered.copy()
        done = push(folder)
        assert (done.stopped, set(tool.leads)) == (None, everybody(3))
        assert states(folder).get("settled", 0) > 0
        assert not [path for verb, path in tool.calls[before:] if verb == "POST" and "search" not in path]
        assert tool.offered == offered


@pytest.mark.parametrize("name", ["mautic", "listmonk"])
def test_whoever_is_there_without_our_texts_gets_them_though_no_answer_came(
    tmp_path: Path, name: str
) -> None:
    with serving(TOOLS[name]()) as tool:
        folder = push_workspace(tmp_path, name, tool)
        import_people(folder, hr_people(2))
        stranger: dict[str, Any] = {"email": "p2@firm2.example"}
        kept = {"attribs": stranger} if name == "listmonk" else stranger
        tool.campaigns["subscribers" if name == "listmonk" else "contacts"] = {"p2@firm2.example": kept}
        tool.store("p2@firm2.example", stranger)
        tool.fault = lambda: "reset_before" if tool.calls[-1][0] == "POST" else ""  # type: ignore[method-assign]
        assert push(folder).unsettled == 2
        tool.fault = lambda: ""  # type: ignore[method-assign]
        assert push(folder).stopped is None
        everything = tool.campaigns["subscribers" if name == "listmonk" else "contacts"]["p2@firm2.example"]
        assert "subject_1" in (everything["attribs"] if name == "listmonk" else everything)


@pytest.mark.parametrize("name", list(TOOLS))
def test_more_than_a_page_of_leads_is_read_back(tmp_path: Path, name: str) -> None:
    clock = QuickClock()
    with serving(TOOLS[name](clock=clock)) as tool:
        folder = push_workspace(tmp_path, name, tool)
        import_people(folder, hr_people(230))
        shutil.copy(folder / "prospector.db", tmp_path / "day-old")
        push(folder, clock)
        shutil.copy(tmp_path / "day-old", folder / "prospector.db")
        shutil.rmtree(folder / "exports")
        again = push(folder, clock)
        assert (len(again.recovered), again.exported, len(tool.leads)) == (1, 0, 230)
        assert not tool.offered


def test_a_missing_or_refused_key_ends_with_four_and_sends_nothing(tmp_path: Path) -> None:
    with serving(TOOLS["instantly"]()) as tool:
        folder = push_workspace(tmp_path, "instantly", tool)
        import_people(folder, hr_people(3))
        assert run_cli("plan", "hr", cwd=folder).returncode == 0
        tool.refuses_key = True
        refused = run_cli("run", "hr", cwd=folder)
        assert (refused.returncode, tool.key in refused.stderr) == (4, False)
        (folder / ".env").write_text("PROSPECTOR_TOKEN_KEY=a key for tests\n", encoding="utf-8")
        missing = run_cli("run", "hr", cwd=folder)
        assert (missing.returncode, "STUB_KEY" in missing.stderr) == (4, True)
        assert tool.leads == {}
        assert states(folder) == {}


@pytest.mark.parametrize("name", list(TOOLS))
@pytest.mark.parametrize("keeps_exports", [True, False])
def test_a_restored_database_is_noticed_and_nobody_is_sent_twice(
    tmp_path: Path, name: str, keeps_exports: bool
) -> None:
    with serving(TOOLS[name]()) as tool:
        folder = push_workspace(tmp_path, name, tool)
        import_people(folder, hr_people(4))
        shutil.copy(folder / "prospector.db", tmp_path / "day-old")
        push(folder)
        shutil.copy(tmp_path / "day-old", folder / "prospector.db")
        if not keeps_exports:
            shutil.rmtree(folder / "exports")
        import_people(folder, hr_people(2, start=5))
        again = push(folder)
        assert (len(again.recovered), again.exported) == (1, 2)
        assert set(tool.leads) == everybody(6)
        assert not tool.offered


def test_a_bad_lead_does_not_hold_back_its_batch(tmp_path: Path) -> None:
    with serving(TOOLS["instantly"]()) as tool:
        folder = push_workspace(tmp_path, "instantly", tool)
        import_people(folder, hr_people(20))
        with Workspace.open(folder, as_of=AS_OF) as opened:
            opened.db.execute("UPDATE people SET email = 'nobody.firm7.example' WHERE email LIKE 'p7@%'")
        result = push(folder)
        assert (result.exported, [one.reason for one in result.refused]) == (19, ["invalid"])


def test_a_campaign_is_found_by_its_name_and_a_misspelt_one_is_told(tmp_path: Path) -> None:
    with serving(TOOLS["smartlead"]()) as tool:
        folder = push_workspace(tmp_path, "smartlead", tool)
        path = folder / "prospector.yaml"
        text = path.read_text(encoding="utf-8")
        import_people(folder, hr_people(1))
        path.write_text(text.replace('"campaign": "77"', '"campaign": "Autunm"'), encoding="utf-8")
        with pytest.raises(UsageError, match="no campaign"):
            push(folder)
        path.write_text(text.replace('"campaign": "77"', '"campaign": "Autumn"'), encoding="utf-8")
        assert push(folder).exported == 1
        assert set(tool.leads) == everybody(1)


def test_what_travels_is_what_plan_showed(tmp_path: Path) -> None:
    with serving(TOOLS["instantly"]()) as tool:
        folder = push_workspace(tmp_path, "instantly", tool)
        import_people(folder, hr_people(1))
        with Workspace.open(folder, as_of=AS_OF) as opened:
            lead = opened.plan("hr").leads[0]
        push(folder)
        sent = next(body for body in tool.bodies if "leads" in body)
        own = sent["leads"][0]["custom_variables"]
        assert own["subject_1"] == lead.touches[0].subject
        assert own["body_1"] == lead.touches[0].html.replace("\n", " ").strip()
        assert (own["lead_id"], own["reason"], own["subject_2"]) == (lead.lead_id, lead.reason, "")
        assert (sent["skip_if_in_workspace"], sent["skip_if_in_campaign"]) == (True, True)
        assert not any("activate" in path for _, path in tool.calls)


def test_a_suppression_between_plan_and_push_is_heard(tmp_path: Path) -> None:
    with serving(TOOLS["instantly"]()) as tool:
        folder = push_workspace(tmp_path, "instantly", tool)
        import_people(folder, hr_people(3))
        tool.fault = lambda: "reset_before" if tool.calls[-1][1].endswith("/add") else ""  # type: ignore[method-assign]
        assert push(folder).unsettled == 3
        call_cli("suppress", "add", "p2@firm2.example", cwd=folder)
        tool.fault = lambda: ""  # type: ignore[method-assign]
        assert push(folder).stopped is None
        assert set(tool.leads) == everybody(3) - {"p2@firm2.example"}


def test_a_refused_campaign_among_several_does_not_stop_the_others(tmp_path: Path) -> None:
    campaigns = {"bad": {**CAMPAIGN, "segment": "none"}, "hr": CAMPAIGN}
    folder = make_workspace(tmp_path, campaigns=campaigns)
    import_people(folder, hr_people(2))
    done = run_cli("run", "--all", "--json", cwd=folder)
    assert done.returncode == 1
    bad, good = json.loads(done.stdout)
    assert (bad["campaign"], bad["exported"], "none.yaml" in bad["stopped"]) == ("bad", 0, True)
    assert (good["campaign"], good["exported"], good["stopped"]) == ("hr", 2, None)
    assert "error: bad: " in done.stderr
    assert list(mismatches([bad, good], list[RunShape])) == []
    assert run_cli("run", cwd=folder).returncode == 2
    assert run_cli("run", "hr", "--all", cwd=folder).returncode == 2


@pytest.mark.parametrize("name", list(TOOLS))
def test_a_tool_that_is_gone_is_given_up_after_a_few_calls(tmp_path: Path, name: str) -> None:
    clock = QuickClock()
    with serving(TOOLS[name](clock=clock)) as tool:
        folder = push_workspace(tmp_path, name, tool)
        import_people(folder, hr_people(120))
        tool.down = True
        with suppress(SourceUnreadable):  # where it cannot even be asked whom it has
            assert push(folder, clock).stopped is not None
        assert len(tool.calls) <= 60
        assert tool.leads == {}
        tool.down = False
        push_until_done(folder, clock)
        assert set(tool.leads) == everybody(120)
