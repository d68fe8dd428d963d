"""A mailbox sends so many mails a day, follow-ups first; a campaign names who sends."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
import yaml
from workspaces import AS_OF, CAMPAIGN, call_cli, hr_people, import_people, make_workspace

from prospector.workspace import Workspace

MAILS = {
    "01-hello.md": "---\nday: 0\nchannel: email\nsubject: Hello\n---\nHi. {{ sender.email }} {{ sender.postal_address }}"
    "\n\n[Leave]({{ unsubscribe_url }})\n",
    "02-again.md": "---\nday: 1\nchannel: email\n---\nAgain.\n",
}


def workspace(folder: Path, cap: int | None, people: int = 10, **campaign: Any) -> Path:
    campaigns = {"hr": {**CAMPAIGN, **campaign}}
    make_workspace(folder, campaigns=campaigns, touches=MAILS)
    path = folder / "prospector.yaml"
    settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    box = {"email": "ana@tidewater.test", **({"daily_cap": cap} if cap else {})}
    settings["mailboxes"] = {"ana": box, "ben": {"email": "ben@tidewater.test"}}
    path.write_text(yaml.safe_dump(settings), encoding="utf-8")
    import_people(folder, hr_people(people))
    return folder


def mails_by_day(folder: Path) -> Counter[str]:
    with Workspace.open(folder, as_of=AS_OF) as opened:
        return Counter(
            row[0]
            for row in opened.db.rows("SELECT substr(send_at, 1, 10) FROM touches WHERE channel = 'email'")
        )


@pytest.mark.parametrize("handover", ["enrolment", "due"])
def test_no_day_has_more_mails_than_the_mailbox_sends_and_everybody_is_taken_in_the_end(
    tmp_path: Path, handover: str
) -> None:
    workspace(tmp_path, 4, mailboxes=["ana"], handover=handover)
    for day in range(14):
        with Workspace.open(tmp_path, as_of=AS_OF + timedelta(days=day)) as opened:
            opened.run("hr")
    days = mails_by_day(tmp_path)
    assert max(days.values()) == 4
    assert days.total() == 20


def test_new_people_wait_with_the_reason_and_follow_ups_go_first(tmp_path: Path) -> None:
    workspace(tmp_path, 3, mailboxes=["ana"])
    with Workspace.open(tmp_path, as_of=AS_OF) as opened:
        opened.run("hr")
    done = call_cli("plan", "hr", "--json", "--as-of", str(AS_OF + timedelta(days=1)), cwd=tmp_path)
    plan = json.loads(done.stdout)
    assert plan["new"] == 0
    assert {one["reason"] for one in plan["held_back"]} == {"mailbox_cap"}
    assert "ana: 3 mails on 2026-11-24" in plan["held_back"][0]["detail"]


def test_campaigns_that_share_a_mailbox_share_its_room(tmp_path: Path) -> None:
    workspace(tmp_path, 6, mailboxes=["ana"])
    path = tmp_path / "prospector.yaml"
    settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    settings["campaigns"]["other"] = json.loads(json.dumps(settings["campaigns"]["hr"]))
    path.write_text(yaml.safe_dump(settings), encoding="utf-8")
    with Workspace.open(tmp_path, as_of=AS_OF) as opened:
        opened.run("hr")
        opened.run("other")
    assert max(mails_by_day(tmp_path).values()) == 6


def test_one_mailbox_is_the_sender_of_the_mails_and_of_their_texts(tmp_path: Path) -> None:
    workspace(tmp_path, None, people=1, mailboxes=["ana"], destination="eml")
    with Workspace.open(tmp_path, as_of=AS_OF) as opened:
        opened.run("hr")
    first = sorted(tmp_path.glob("exports/**/*.eml"))[0].read_bytes()
    assert "ana@tidewater.test" in message_from_bytes(first)["From"]
    assert b"Hi. ana@tidewater.test" in first


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"mailboxes": ["anna"]}, 'no mailbox "anna"'),
        ({"mailboxes": ["ana", "ben"], "destination": "eml"}, "is written for one sender"),
    ],
)
def test_a_mailbox_that_is_not_named_and_several_senders_of_whole_mails_are_refused(
    tmp_path: Path, more: dict[str, Any], said: str
) -> None:
    workspace(tmp_path, None, **more)
    done = call_cli("plan", "hr", cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert "prospector.yaml:" in done.stderr
