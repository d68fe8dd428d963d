"""`run --test` through a tool: one lead with finished texts in the test campaign, and nothing else anywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pushes import push, push_workspace, states
from tool_stub import TOOLS, UUID, Tool, serving
from workspaces import CAMPAIGN, call_cli, hr_people, import_people, make_workspace

ME = "me@tidewater.test"
OTHER = {"instantly": UUID.replace("1", "9"), "lemlist": "cam_t"}


def trial_workspace(folder: Path, name: str, tool: Tool) -> Path:
    """The tool's campaign is the one for tests; the real one has another id."""
    made = push_workspace(folder, name, tool)
    settings = made / "prospector.yaml"
    real = OTHER.get(name, "4711")
    text = settings.read_text(encoding="utf-8")
    wanted = f'"campaign": "{tool.campaign}"'
    assert wanted in text
    text = text.replace(wanted, f'"campaign": "{real}", "test_campaign": "{tool.campaign}"')
    settings.write_text(text, encoding="utf-8")
    import_people(made, hr_people(3))
    return made


def texts_of(lead: dict[str, Any]) -> dict[str, Any]:
    """The variables of a lead, wherever the tool keeps them."""
    return {**lead, **lead.get("custom_variables", {}), **lead.get("custom_fields", {})}


@pytest.mark.parametrize("name", list(TOOLS))
def test_a_test_is_one_lead_in_the_test_campaign_and_counts_for_nothing(tmp_path: Path, name: str) -> None:
    with serving(TOOLS[name]()) as tool:
        folder = trial_workspace(tmp_path, name, tool)
        done = call_cli("run", "hr", "--test", ME, cwd=folder)
        assert (done.returncode, tool.base in done.stderr) == (0, False), done.stderr
        assert f"a test to {ME} is in {name}" in done.stderr
        assert list(tool.leads) == [ME]
        lead = texts_of(tool.leads[ME])
        assert "Hello Givenb" in {lead.get("subject_1"), lead.get("snippet2"), lead.get("snippet3")}
        assert "lead_id" not in lead or not lead["lead_id"]
        assert not {"Givenb", "Familyb", "Firm 1", "HR Manager"} & set(map(str, lead.values()))
        assert states(folder) == {}
        assert not (folder / "exports").exists()
        assert not any("activate" in path or "start" in path for _, path in tool.calls)


@pytest.mark.parametrize("name", list(TOOLS))
def test_a_second_test_is_not_taken_for_a_new_one_where_the_tool_would_keep_the_old_texts(
    tmp_path: Path, name: str
) -> None:
    with serving(TOOLS[name]()) as tool:
        folder = trial_workspace(tmp_path, name, tool)
        assert call_cli("run", "hr", "--test", ME, cwd=folder).returncode == 0
        again = call_cli("run", "hr", "--test", ME, cwd=folder)
        if name in ("hubspot", "mautic", "listmonk"):
            assert again.returncode == 0, again.stderr
        else:
            assert (again.returncode, "earlier test" in again.stderr, "delete" in again.stderr) == (
                2,
                True,
                True,
            )


@pytest.mark.parametrize("name", list(TOOLS))
def test_an_address_that_the_tool_does_not_take_is_told(tmp_path: Path, name: str) -> None:
    with serving(TOOLS[name](blocked={ME})) as tool:
        folder = trial_workspace(tmp_path, name, tool)
        done = call_cli("run", "hr", "--test", ME, cwd=folder)
        assert (done.returncode, "did not take" in done.stderr) == (1, True), done.stderr
        assert "Traceback" not in done.stderr
        assert tool.leads == {}


def test_the_lead_of_a_test_is_not_taken_for_one_of_the_campaign(tmp_path: Path) -> None:
    with serving(TOOLS["smartlead"]()) as tool:
        folder = trial_workspace(tmp_path, "smartlead", tool)
        assert call_cli("run", "hr", "--test", ME, cwd=folder).returncode == 0
        settings = folder / "prospector.yaml"
        text = settings.read_text(encoding="utf-8")
        settings.write_text(text.replace('"4711", "test_campaign": "77"', '"77"'), encoding="utf-8")
        assert push(folder).exported == 3
        assert len(tool.leads) == 4


@pytest.mark.parametrize(
    ("to", "told"),
    [
        ({"tool": "smartlead", "push": True, "campaign": "7", "test_campaign": "7"}, "campaign itself"),
        ({"tool": "smartlead", "push": True, "campaign": "7", "test_campaign": " "}, "blank"),
        ({"tool": "smartlead", "test_campaign": "7"}, "for a push only"),
    ],
)
def test_a_test_campaign_that_cannot_be_one_is_a_fault_of_the_file(
    tmp_path: Path, to: dict[str, Any], told: str
) -> None:
    folder = make_workspace(tmp_path, campaigns={"hr": {**CAMPAIGN, "destination": to}})
    for words in (["plan", "hr"], ["run", "hr", "--test", ME]):
        done = call_cli(*words, cwd=folder)
        assert (done.returncode, told in done.stderr) == (2, True), done.stderr
        assert "prospector.yaml:" in done.stderr


def test_the_campaign_itself_under_its_name_is_no_test_campaign(tmp_path: Path) -> None:
    with serving(TOOLS["smartlead"]()) as tool:
        folder = trial_workspace(tmp_path, "smartlead", tool)
        settings = folder / "prospector.yaml"
        settings.write_text(settings.read_text(encoding="utf-8").replace("4711", "Autumn"), encoding="utf-8")
        done = call_cli("run", "hr", "--test", ME, cwd=folder)
        assert (done.returncode, "campaign itself" in done.stderr) == (2, True), done.stderr
        assert tool.leads == {}
