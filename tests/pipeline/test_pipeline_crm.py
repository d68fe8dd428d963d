"""A CRM is told what has changed, once; what it did not take is told again."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tool_stub import TOOLS, serving
from workspaces import AS_OF, call_cli, hr_people, import_people, make_workspace

from prospector.core.errors import CredentialError, UsageError
from prospector.workspace import Workspace


def fill(folder: Path) -> None:
    import_people(folder, hr_people(3))
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        workspace.run("hr")
        workspace.open_deal("Payroll", person="person:1", amount="12000.5", close="2027-01-31")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = make_workspace(tmp_path)
    fill(made)
    return made


def rows(path: Path | str) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def told(where: Path, to: str, *, days: int = 0, **more: Any) -> Any:
    with Workspace.open(where, as_of=AS_OF + timedelta(days=days)) as workspace:
        return workspace.export_deals(to, **more)


def test_hubspot_gets_contacts_and_deals_by_the_names_of_its_properties(folder: Path) -> None:
    done = told(folder, "hubspot")
    assert (done["people"], done["deals"], done["left_out"], done["unnamed"]) == (3, 1, {}, [])
    contacts, deals = map(rows, done["files"])
    assert {(one["email"], one["lifecyclestage"]) for one in contacts} == {
        ("p1@firm1.example", "salesqualifiedlead"),
        ("p2@firm2.example", "lead"),
        ("p3@firm3.example", "lead"),
    }
    (deal,) = deals
    assert deal.pop("prospector_id")
    assert deal == {
        "dealname": "Payroll",
        "pipeline": "default",
        "dealstage": "qualifiedtobuy",
        "amount": "12000.50",
        "closedate": "2027-01-31",
        "closed_lost_reason": "",
    }


def test_only_what_has_changed_is_told_and_never_twice(folder: Path) -> None:
    first = told(folder, "salesforce")
    assert [Path(one).name for one in first["files"]] == ["leads.csv", "opportunities.csv"]
    again = told(folder, "salesforce", days=1)
    assert (again["people"], again["deals"], again["files"]) == (0, 0, [])
    with Workspace.open(folder, as_of=AS_OF + timedelta(days=1)) as workspace:
        workspace.end_deal("deal:1", "lost", reason="price")
    changed = told(folder, "salesforce", days=1)
    assert (changed["people"], changed["deals"]) == (1, 1)
    (lead,), (deal,) = map(rows, changed["files"])
    assert (lead["Email"], lead["Status"]) == ("p1@firm1.example", "Closed - Not Converted")
    assert (deal["StageName"], deal["CloseDate"], deal["Description"]) == (
        "Closed Lost",
        "2026-11-24",
        "Lost: price",
    )
    assert deal["Prospector_Id__c"] == rows(first["files"][1])[0]["Prospector_Id__c"]


def test_what_salesforce_cannot_take_is_left_out_aloud_and_told_once_it_can(folder: Path) -> None:
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        workspace.set_deal("deal:1", "close", "")
    assert told(folder, "salesforce")["left_out"] == {"no close date": 1}
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        workspace.set_deal("deal:1", "close", "2027-03-31")
    assert told(folder, "salesforce")["deals"] == 1


def test_a_stage_without_a_name_for_the_crm_goes_by_its_own_and_says_so(folder: Path) -> None:
    text = (Path(__file__).parents[2] / "pipeline.yaml").read_text(encoding="utf-8")
    (folder / "pipeline.yaml").write_text(
        text.replace("{deal: qualifiedtobuy, person: salesqualifiedlead}", "{}")
    )
    done = told(folder, "hubspot")
    assert done["unnamed"] == ["sql"]
    assert rows(done["files"][1])[0]["dealstage"] == "sql"


def test_the_api_is_told_once_and_what_it_refuses_comes_again(tmp_path: Path) -> None:
    with serving(TOOLS["hubspot"]()) as tool:
        folder = make_workspace(tmp_path, http={"allow_private": True, "timeout": 2})
        (folder / ".env").write_text(
            f"PROSPECTOR_TOKEN_KEY=x\nHUBSPOT_API_KEY={tool.key}\n", encoding="utf-8"
        )
        with (folder / "prospector.yaml").open("a", encoding="utf-8") as file:
            provider = {"hubspot": {"api_key_env": "HUBSPOT_API_KEY", "base_url": tool.base}}
            file.write(f"providers: {json.dumps(provider)}\n")
        fill(folder)
        tool.blocked.add("p2@firm2.example")
        done = told(folder, "hubspot", push=True)
        assert (done["people"], done["deals"], done["refused"]) == (3, 1, ["p2@firm2.example"])
        (deal,) = tool.campaigns["deals"].values()
        assert (deal["dealname"], deal["dealstage"]) == ("Payroll", "qualifiedtobuy")
        done = call_cli("deal", "export", "--to", "hubspot", "--push", "--as-of", "2026-11-23", cwd=folder)
        assert (done.returncode, "did not take 1: p2@firm2.example" in done.stderr) == (1, True)
        tool.blocked.clear()
        assert told(folder, "hubspot", push=True)["people"] == 1
        asked = len(tool.calls)
        assert told(folder, "hubspot", push=True)["people"] == 0
        assert len(tool.calls) == asked


def test_what_cannot_be_told_is_an_error(folder: Path) -> None:
    with pytest.raises(UsageError, match="no CRM"):
        told(folder, "hubspott")
    with pytest.raises(UsageError, match="takes files only"):
        told(folder, "salesforce", push=True)
    with pytest.raises(CredentialError):
        told(folder, "hubspot", push=True)
    assert told(folder, "hubspot")["deals"] == 1, "a push that failed told nothing"
    with pytest.raises(UsageError, match="there already"):
        told(folder, "salesforce", folder=folder)
