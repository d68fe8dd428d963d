"""Whoever is stopped is stopped inside the tool, too: by its API where it can, else listed until it is done."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from pushes import push_until_done, push_workspace
from tool_stub import HubSpot, Instantly, Lemlist, Listmonk, Mautic, Smartlead, Tool, Woodpecker, serving
from workspaces import AS_OF, TOKEN_KEY, call_cli, environment, hr_people, import_people

from prospector.outreach.opt_outs import opt_out_token
from prospector.pipeline.events.incoming import Incoming, event_key
from prospector.workspace import Workspace

ANA = "p1@firm1.example"
CAN = {
    "instantly": Instantly,
    "smartlead": Smartlead,
    "lemlist": Lemlist,
    "mautic": Mautic,
    "listmonk": Listmonk,
}
CANNOT = {"woodpecker": Woodpecker, "hubspot": HubSpot}
CAMPAIGNS = {"instantly": "0190aaaa-1111-7222-8333-444455556666", "lemlist": "cam_1"}


def tool_of(name: str, **more: Any) -> Tool:
    return {**CAN, **CANNOT}[name](campaign=CAMPAIGNS.get(name, "1"), **more)


def pushed(folder: Path, name: str, tool: Tool, people: int = 3) -> Path:
    push_workspace(folder, name, tool)
    import_people(folder, hr_people(people))
    push_until_done(folder)
    return folder


def stop(folder: Path, number: int = 1, kind: str = "unsubscribe") -> None:
    email = f"p{number}@firm{number}.example"
    event = Incoming(event_key(kind, email), "2026-11-24T09:00:00Z", "link", "webhook", kind, recipient=email)
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        list(workspace.take_in([event]))


def listed(folder: Path, *words: str) -> list[tuple[str, str]]:
    told = json.loads(call_cli("events", "stops", "--json", *words, cwd=folder).stdout)
    return [(one["person"], one["state"]) for one in told]


@pytest.mark.parametrize("name", CAN)
def test_a_tool_that_can_stop_one_person_is_told_once(tmp_path: Path, name: str) -> None:
    with serving(tool_of(name)) as tool:
        pushed(tmp_path, name, tool)
        stop(tmp_path)
        assert dict(tool.halted) == {ANA: 1}
        assert listed(tmp_path, "--all") == [(ANA, "pushed")]
        stop(tmp_path)
        assert dict(tool.halted) == {ANA: 1}


@pytest.mark.parametrize("name", CANNOT)
def test_a_tool_of_which_nothing_is_known_is_listed_with_the_steps(tmp_path: Path, name: str) -> None:
    with serving(tool_of(name)) as tool:
        pushed(tmp_path, name, tool)
        before = len(tool.calls)
        stop(tmp_path)
        assert len(tool.calls) == before
        assert listed(tmp_path) == [(ANA, "open")]


def test_whoever_is_suppressed_by_hand_is_stopped_in_the_tool_as_well(tmp_path: Path) -> None:
    with serving(tool_of("smartlead")) as tool:
        pushed(tmp_path, "smartlead", tool)
        assert call_cli("suppress", "add", ANA, cwd=tmp_path).returncode == 0
        assert dict(tool.halted) == {ANA: 1}


def test_a_silent_tool_is_asked_again_by_the_next_run(tmp_path: Path) -> None:
    with serving(tool_of("instantly")) as tool:
        pushed(tmp_path, "instantly", tool)
        tool.down = True
        stop(tmp_path)
        assert listed(tmp_path) == [(ANA, "open")]
        assert json.loads(call_cli("events", "stops", "--json", cwd=tmp_path).stdout)[0]["answer"]
        tool.down = False
        assert call_cli("run", "hr", cwd=tmp_path).returncode == 0
        assert dict(tool.halted) == {ANA: 1}
        assert listed(tmp_path) == []


def test_without_a_key_it_stays_on_the_list(tmp_path: Path) -> None:
    with serving(tool_of("instantly")) as tool:
        pushed(tmp_path, "instantly", tool)
        (tmp_path / ".env").write_text("PROSPECTOR_TOKEN_KEY=x\n", encoding="utf-8")
        stop(tmp_path)
        assert dict(tool.halted) == {}
        assert listed(tmp_path) == [(ANA, "open")]


def test_somebody_whom_a_tool_does_not_have_any_more_needs_no_stopping(tmp_path: Path) -> None:
    with serving(tool_of("instantly")) as tool:
        pushed(tmp_path, "instantly", tool)
        tool.leads.clear()
        stop(tmp_path)
        assert listed(tmp_path, "--all") == [(ANA, "pushed")]


@pytest.mark.slow
def test_a_kill_at_any_moment_loses_no_stop(tmp_path: Path) -> None:
    with serving(tool_of("smartlead")) as tool:
        pushed(tmp_path, "smartlead", tool, people=12)
        box = tmp_path / "box"
        box.mkdir()
        for number in range(1, 13):
            (box / f"{number}.eml").write_text(
                f"From: p{number}@firm{number}.example\nTo: nora@tidewater.test\nMessage-ID: <{number}@x.test>\n"
                "Date: Mon, 23 Nov 2026 10:00:00 +0100\nSubject: Re: Hello\n\nPlease unsubscribe me.\n",
                encoding="utf-8",
            )
        for wait in (0.2, 0.5, 0.8, 1.0, 1.2):
            program = [sys.executable, "-m", "prospector", "events", "import", "box"]
            running = subprocess.Popen(program, cwd=tmp_path, env=environment(), stderr=subprocess.DEVNULL)
            time.sleep(wait)
            running.kill()
            running.wait()
        assert call_cli("events", "import", "box", cwd=tmp_path).returncode == 0
        assert set(tool.halted) == {f"p{number}@firm{number}.example" for number in range(1, 13)}
        assert {state for _, state in listed(tmp_path, "--all")} == {"pushed"}


def test_a_receiver_does_not_wait_for_the_tool_and_stops_it_all_the_same(tmp_path: Path) -> None:
    with serving(tool_of("smartlead")) as tool:
        pushed(tmp_path, "smartlead", tool)
        with Workspace.open(tmp_path, as_of=AS_OF) as opened:
            with opened.listening(port=0) as server:
                thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
                thread.start()
                line = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=20)
                line.request("POST", f"/u/{opt_out_token(ANA, TOKEN_KEY)}", b"")
                assert line.getresponse().status == 200
                line.close()
                server.shutdown()
                thread.join(10)
            assert dict(tool.halted) == {ANA: 1}
