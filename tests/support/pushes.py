"""Workspaces whose campaign is pushed to a tool on loopback."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from tool_stub import QuickClock, Tool
from workspaces import AS_OF, CAMPAIGN, make_workspace

from prospector.fetch.pace import Clock
from prospector.outreach.campaign import run_campaign
from prospector.outreach.run import RunResult
from prospector.outreach.tools import Tools
from prospector.workspace import Workspace

KEY = "STUB_KEY"
MAILS = {
    "01-hello.md": "---\nday: 0\nchannel: email\nsubject: 'Hello {{ person.first_name }}'\n---\n"
    "Hi,\n\n{{ sender.postal_address }}\n\n[Leave]({{ unsubscribe_url }})\n",
    "02-again.md": "---\nday: 3\nchannel: email\n---\nDid you see my mail?\n",
}


def push_workspace(
    folder: Path, name: str, tool: Tool, *, touches: Any = None, timeout: float = 0.25, **campaign: Any
) -> Path:
    """A workspace with the campaign `hr` pushed to a stub."""
    to = {"tool": name, "push": True, "campaign": tool.campaign}
    made = make_workspace(
        folder,
        campaigns={"hr": {**CAMPAIGN, "destination": to, **campaign}},
        http={"allow_private": True, "timeout": timeout},
        touches=touches,
    )
    provider = {"api_key_env": KEY, "base_url": tool.base, "user": "7"}
    with (made / "prospector.yaml").open("a", encoding="utf-8") as file:
        file.write(f"providers: {json.dumps({name: provider})}\n")
    with (made / ".env").open("a", encoding="utf-8") as file:
        file.write(f"{KEY}={tool.key}\n")
    return made


def push(folder: Path, clock: Clock | None = None, *, as_of: date = AS_OF, name: str = "hr") -> RunResult:
    """Run the campaign, without waiting."""
    with Workspace.open(folder, as_of=as_of) as opened:
        tools = Tools(folder, opened.settings, opened.http_settings(), clock or QuickClock())
        return run_campaign(opened.db, folder, opened.campaign_files(name), as_of, tools=tools)


def push_until_done(folder: Path, clock: Clock | None = None, *, runs: int = 8) -> list[RunResult]:
    """As cron does: again, until nothing is left."""
    clock, results = clock or QuickClock(), list[RunResult]()
    for number in range(runs):
        clock.sleep(86_400 * (number > 0))  # a new process does not know what an hour's limit has left
        results.append(push(folder, clock))
        if results[-1].stopped is None:
            return results
    raise AssertionError([result.stopped for result in results])


def states(folder: Path) -> dict[str, int]:
    """How many deliveries are in each state."""
    with Workspace.open(folder, as_of=AS_OF) as opened:
        assert opened.db.value("PRAGMA integrity_check") == "ok"
        rows = opened.db.rows("SELECT state, count(*) FROM deliveries GROUP BY 1 ORDER BY 1")
        return {row[0]: row[1] for row in rows}
