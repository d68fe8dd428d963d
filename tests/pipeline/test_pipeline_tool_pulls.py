"""Tools are asked over their API what is new: each thing once, whatever the line does, and how far they were read is kept."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from pushes import push_until_done, push_workspace
from tool_stub import TOOLS, QuickClock, Tool, serving
from workspaces import AS_OF, call_cli, environment, hr_people, import_people

from prospector.pipeline.tools.pulls import PULLS, WITHOUT_REPLIES
from prospector.workspace import Workspace

ONE, TWO, THREE = (row[2] for row in hr_people(3))
AT = "2026-12-03T09:12:00.000Z"


def _told_instantly(tool: Tool) -> Counter[str]:
    tool.happened = {ONE: {"email_open_count": 2, "status": 1}, TWO: {"status": -2}}
    mail = {
        "id": "e1",
        "timestamp_email": AT,
        "campaign_id": tool.campaign,
        "eaccount": "nora@tidewater.test",
    }
    tool.log = [
        {
            **mail,
            "lead": ONE,
            "from_address_email": ONE,
            "subject": "Re: Hello",
            "body": {"text": "Yes, let us talk on Monday."},
        },
        {
            **mail,
            "id": "e2",
            "lead": ONE,
            "from_address_email": "nora@tidewater.test",
            "body": {"text": "Hi"},
        },
    ]
    return Counter(reply=1, opened=1, unsubscribe=1)


def _told_smartlead(tool: Tool) -> Counter[str]:
    tool.happened = {
        ONE: {
            "sent_time": AT,
            "reply_time": AT,
            "open_count": 0,
            "is_bounced": False,
            "is_unsubscribed": False,
        },
        TWO: {"sent_time": AT, "reply_time": None, "is_bounced": True, "lead_category": "Do Not Contact"},
    }
    return Counter(sent=2, reply=1, bounce=1, unsubscribe=1)


def _told_lemlist(tool: Tool) -> Counter[str]:
    row = {
        "leadId": "lea_1",
        "leadEmail": ONE,
        "campaignId": tool.campaign,
        "sequenceStep": 0,
        "createdAt": AT,
    }
    tool.log = [
        {**row, "_id": "act_1", "type": "emailsReplied", "text": "Nein danke, kein Interesse."},
        {**row, "_id": "act_2", "type": "emailsOpened"},
    ]
    tool.blocked = {TWO}
    return Counter(reply=1, opened=1, unsubscribe=1)


def _told_woodpecker(tool: Tool) -> Counter[str]:
    tool.happened = {ONE: {"status": "REPLIED"}, TWO: {"status": "BOUNCED"}, THREE: {"status": "ACTIVE"}}
    return Counter(reply=1, bounce=1)


def _told_hubspot(tool: Tool) -> Counter[str]:
    tool.happened = {
        ONE: {"hs_sales_email_last_replied": AT},
        TWO: {"hs_email_optout": "true", "hs_email_bounce": "0"},
    }
    return Counter(reply=1, unsubscribe=1)


def _told_mautic(tool: Tool) -> Counter[str]:
    reason = {"id": 1, "channel": "email", "comments": "", "dateAdded": AT}
    tool.happened = {
        ONE: {"doNotContact": [{**reason, "reason": 1}]},
        TWO: {"doNotContact": [{**reason, "reason": 2}, {**reason, "reason": 1, "channel": "sms"}]},
    }
    return Counter(unsubscribe=1, bounce=1)


def _told_listmonk(tool: Tool) -> Counter[str]:
    tool.happened = {
        ONE: {
            "lists": [
                {"id": 3, "subscription_status": "unsubscribed"},
                {"id": 4, "subscription_status": "confirmed"},
            ]
        },
        TWO: {"status": "blocklisted", "lists": [{"id": 3, "subscription_status": "confirmed"}]},
    }
    tool.log = [
        {"id": 1, "type": "soft", "source": "api", "created_at": AT, "email": THREE, "subscriber_uuid": "u"}
    ]
    return Counter(unsubscribe=2, bounce=1)


TOLD = {
    "instantly": _told_instantly,
    "smartlead": _told_smartlead,
    "lemlist": _told_lemlist,
    "woodpecker": _told_woodpecker,
    "hubspot": _told_hubspot,
    "mautic": _told_mautic,
    "listmonk": _told_listmonk,
}


def pushed(folder: Path, name: str, tool: Tool) -> Path:
    made = push_workspace(folder, name, tool, timeout=2)
    import_people(made, hr_people(3))
    push_until_done(made, QuickClock())
    return made


def test_every_tool_that_can_be_asked_is_tried_here() -> None:
    assert set(TOLD) == set(PULLS) == set(TOOLS)


@pytest.mark.parametrize("name", list(TOLD))
def test_what_a_tool_tells_is_stored_once_matched_and_how_far_it_was_read_is_kept(
    tmp_path: Path, name: str
) -> None:
    with serving(TOOLS[name]()) as tool:
        folder = pushed(tmp_path, name, tool)
        wanted = TOLD[name](tool)
        first = call_cli("events", "pull", name, "--json", cwd=folder)
        again = call_cli("events", "pull", "--json", cwd=folder)
    assert first.returncode == again.returncode == 0, first.stderr
    told = json.loads(first.stdout)
    assert Counter(one["class"] for one in told["events"]) == wanted
    assert {one["campaign"] for one in told["events"]} == {"hr"}
    assert json.loads(again.stdout)["new"] == 0
    # Whoever was stopped in Instantly is not in its campaign any more.
    assert json.loads(again.stdout)["known"] == (1 if name == "instantly" else wanted.total())
    (source,) = told["sources"]
    assert (source["source"], source["folder"], source["fault"]) == (name, "hr", None)
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        spans = [tuple(row) for row in workspace.db.rows("SELECT source, to_at FROM spans_read")]
    # Where a tool does not tell of replies, to have read it says nothing of who was silent.
    assert spans == ([] if name in WITHOUT_REPLIES else [(f"{name}/hr", source["read_until"])])


def test_many_pages_of_activities_are_read_and_the_next_pull_ends_where_all_was_read(tmp_path: Path) -> None:
    with serving(TOOLS["lemlist"]()) as tool:
        folder = pushed(tmp_path, "lemlist", tool)
        row = {"leadId": "lea_1", "leadEmail": ONE, "campaignId": tool.campaign, "type": "emailsOpened"}
        days = [f"2026-{1 + number // 28:02}-{1 + number % 28:02}T09:00:00Z" for number in range(280)]
        tool.log = [{**row, "_id": f"act_{n}", "createdAt": at} for n, at in enumerate(days)][::-1]
        told = json.loads(call_cli("events", "pull", "lemlist", "--json", cwd=folder).stdout)
        assert (told["read"], told["new"]) == (280, 280)
        tool.calls.clear()
        tool.log.insert(0, {**row, "_id": "act_new", "createdAt": "2026-11-23T08:00:00Z"})
        told = json.loads(call_cli("events", "pull", "lemlist", "--json", cwd=folder).stdout)
        assert told["new"] == 1
        assert [path for _, path in tool.calls].count("/api/activities") < 3


@pytest.mark.parametrize("seed", range(3))
def test_through_faults_all_is_read_in_the_end_and_nothing_twice(tmp_path: Path, seed: int) -> None:
    kinds = ("reset_before", "error_before", "reset_after", "error_after", "wait_seconds")
    with serving(TOOLS["lemlist"](seed=seed, kinds=kinds)) as tool:
        folder = pushed(tmp_path, "lemlist", tool)
        row = {"leadId": "lea_1", "leadEmail": ONE, "campaignId": tool.campaign, "type": "emailsOpened"}
        tool.log = [{**row, "_id": f"act_{n}", "createdAt": AT} for n in range(350)]
        tool.faults = 0.3
        codes = [call_cli("events", "pull", cwd=folder).returncode for _ in range(2)]
        tool.faults = 0.0
        assert call_cli("events", "pull", cwd=folder).returncode == 0
        assert set(codes) <= {0, 1}
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        assert workspace.db.value("SELECT count(*) FROM events") == 350


def test_a_tool_that_is_down_is_an_error_and_no_span_is_claimed(tmp_path: Path) -> None:
    with serving(TOOLS["smartlead"]()) as tool:
        folder = pushed(tmp_path, "smartlead", tool)
        tool.refuses_key = True
        refused = call_cli("events", "pull", cwd=folder)
        tool.refuses_key, tool.down = False, True
        down = call_cli("events", "pull", "smartlead", "--json", cwd=folder)
    assert (refused.returncode, down.returncode) == (4, 1)
    assert json.loads(down.stdout)["sources"][0]["read_until"] is None
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        assert workspace.db.value("SELECT count(*) FROM spans_read") == 0


def test_a_pull_that_was_killed_goes_on_and_doubles_nothing(tmp_path: Path) -> None:
    with serving(TOOLS["lemlist"](kinds=("slow",), faults=1.0)) as tool:
        folder = pushed(tmp_path, "lemlist", tool)
        row = {"leadId": "lea_1", "leadEmail": ONE, "campaignId": tool.campaign, "type": "emailsOpened"}
        tool.log = [{**row, "_id": f"act_{n}", "createdAt": AT} for n in range(3000)]
        words = [sys.executable, "-m", "prospector", "events", "pull"]
        process = subprocess.Popen(words, cwd=folder, env=environment(), stderr=subprocess.DEVNULL)
        tool.calls.clear()
        until = time.monotonic() + 30
        while len(tool.calls) < 12 and time.monotonic() < until:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        with Workspace.open(folder, as_of=AS_OF) as workspace:
            some = workspace.db.value("SELECT count(*) FROM events")
        assert call_cli("events", "pull", cwd=folder).returncode == 0
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        assert some <= workspace.db.value("SELECT count(*) FROM events") == 3000


def test_a_tool_that_no_campaign_is_pushed_to_is_told(tmp_path: Path) -> None:
    with serving(TOOLS["lemlist"]()) as tool:
        folder = pushed(tmp_path, "lemlist", tool)
        done: Any = call_cli("events", "pull", "instantly", cwd=folder)
    assert done.returncode == 2
    assert "no campaign says what it is called in instantly" in done.stderr
