"""An opt-out by any way stops every touch that is still ours, and lists every one that is in a tool."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tool_payloads import BEA, EXPORTS, LEAD, WEBHOOKS
from workspaces import AS_OF, CAMPAIGN, TOKEN_KEY, hr_people, import_people, make_workspace

from prospector.outreach.opt_outs import opt_out_token
from prospector.workspace import Workspace

WHO = hr_people(1)[0][2]
Way = Callable[[Workspace], Any]


def _for_them(value: Any) -> Any:
    """A sample that is about our person, found by the address."""
    return json.loads(json.dumps(value).replace(BEA, WHO).replace(LEAD, ""))


def _by_webhook(tool: str, payload: Any) -> Way:
    return lambda workspace: workspace.take_payload(tool, _for_them(payload))


def _by_export(tool: str) -> Way:
    def way(workspace: Workspace) -> list[Any]:
        name, text, _ = EXPORTS[tool]
        # In some samples it is the second person who has left.
        moved = text.replace(BEA, "other@else.example").replace("max@firma.example", WHO)
        mine = moved if "max@firma.example" in text else text.replace(BEA, WHO)
        if tool in ("mautic", "mailchimp"):
            mine = text.replace(BEA, WHO)
        (workspace.folder / name).write_text(mine.replace(LEAD, ""), encoding="utf-8")
        return list(workspace.import_events([workspace.folder / name], tool=tool))

    return way


WAYS: dict[str, Way] = {
    "link": lambda workspace: workspace.take_opt_out(opt_out_token(WHO, TOKEN_KEY)),
    **{
        f"webhook-{number}-{tool}": _by_webhook(tool, payload)
        for number, (tool, payload, kind, told) in enumerate(WEBHOOKS)
        if tool != "hubspot" and (kind in ("unsubscribe", "complaint") or told.get("intent") == "unsubscribe")
    },
    **{f"export-{tool}": _by_export(tool) for tool, one in EXPORTS.items() if "unsubscribe" in one[2]},
}


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One campaign hands over what is due, another has given all of it to a tool."""
    campaigns = {
        "due": {**CAMPAIGN, "handover": "due"},
        "tool": {**CAMPAIGN, "destination": "instantly"},
    }
    folder = make_workspace(tmp_path_factory.mktemp("begun") / "w", campaigns=campaigns)
    import_people(folder, hr_people(2))
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        workspace.run("due")
        workspace.run("tool")
    return folder


@pytest.mark.parametrize("way", list(WAYS))
def test_an_opt_out_by_any_way_stops_what_is_ours_and_lists_what_is_in_a_tool(
    tmp_path: Path, begun: Path, way: str
) -> None:
    folder = shutil.copytree(begun, tmp_path / "w")
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        WAYS[way](workspace)
        listed = {row[0] for row in workspace.db.rows("SELECT value FROM suppressions")}
        stops = [(one.who, one.destination) for one in workspace.tool_stops()]
    assert WHO in listed
    assert "instantly" in {tool for _, tool in stops}
    assert {who for who, _ in stops} == {WHO}
    with Workspace.open(folder, as_of=AS_OF + timedelta(days=4)) as workspace:
        assert [one.email for one in workspace.plan("due").held_back] == [WHO]
        assert workspace.run("due").exported == 1
