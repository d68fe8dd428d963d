"""An opt-out by any way stops every touch that is still ours, and lists every one that is in a tool."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from mails import complaint, mail
from workspaces import AS_OF, CAMPAIGN, TOKEN_KEY, call_cli, hr_people, import_people, make_workspace

from prospector.outreach.opt_outs import opt_out_token
from prospector.workspace import Workspace

ANA = "p1@firm1.example"
BANK = Path(__file__).with_name("answers_labelled.tsv")
PAYLOAD = {
    "timestamp": "2026-11-24T09:00:00Z",
    "event_type": "lead_unsubscribed",
    "workspace": "w",
    "campaign_id": "c",
    "campaign_name": "due",
    "lead_email": ANA,
}
Way = Callable[[Path], None]


def _imported(folder: Path, raw: bytes) -> None:
    (folder / "answer.eml").write_bytes(raw)
    assert call_cli("events", "import", "answer.eml", cwd=folder).returncode == 0


def by_link(folder: Path) -> None:
    with Workspace.open(folder, as_of=AS_OF) as opened:
        assert opened.take_opt_out(opt_out_token(ANA, TOKEN_KEY)).new == 1


def by_webhook(folder: Path) -> None:
    with Workspace.open(folder, as_of=AS_OF) as opened:
        assert opened.take_payload("instantly", PAYLOAD).new == 1


def by_export(folder: Path) -> None:
    (folder / "told.jsonl").write_text(json.dumps(PAYLOAD) + "\n", encoding="utf-8")
    assert call_cli("events", "import", "told.jsonl", "--tool", "instantly", cwd=folder).returncode == 0


def by_complaint(folder: Path) -> None:
    _imported(folder, complaint().replace(b"bea@isp.example", ANA.encode()))


def by_reply_from_another_address(folder: Path) -> None:
    ours = next(one for one in sorted(folder.glob("exports/**/*.eml")) if ANA.encode() in one.read_bytes())
    message_id = message_from_bytes(ours.read_bytes())["Message-ID"]
    _imported(folder, mail("Please unsubscribe me.", sender="Ana <ana@home.test>", In_Reply_To=message_id))


def by_hand(folder: Path) -> None:
    assert call_cli("events", "add", ANA, "unsubscribe", cwd=folder).returncode == 0


def by_the_list(folder: Path) -> None:
    assert call_cli("suppress", "add", ANA, cwd=folder).returncode == 0


def by_review(folder: Path) -> None:
    _imported(folder, mail("Hm, well.", sender=ANA))
    assert call_cli("events", "review", "1", "unsubscribe", cwd=folder).returncode == 0


def in_language(text: str) -> Way:
    return lambda folder: _imported(folder, mail(text, sender=ANA))


def _sentences() -> dict[str, str]:
    """The first opt-out of each language in the bank."""
    found: dict[str, str] = {}
    for line in BANK.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        language, kind, intent, _, _, text = line.split("\t")
        if (kind, intent) == ("reply", "unsubscribe"):
            found.setdefault(language, text.replace("\\n", "\n"))
    return found


WAYS: dict[str, Way] = {
    "link": by_link,
    "webhook": by_webhook,
    "export": by_export,
    "complaint": by_complaint,
    "another address": by_reply_from_another_address,
    "by hand": by_hand,
    "suppress add": by_the_list,
    "review": by_review,
    **{f"reply in {language}": in_language(text) for language, text in _sentences().items()},
}


def test_ten_languages_are_tried() -> None:
    assert sum(name.startswith("reply in") for name in WAYS) == 10


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One campaign whose touches are ours until they are due, and one that has handed all of them over."""
    folder = tmp_path_factory.mktemp("sample")
    to = {"due": {**CAMPAIGN, "handover": "due"}, "left": {**CAMPAIGN, "destination": "eml"}}
    make_workspace(folder, campaigns=to)
    import_people(folder, hr_people(2))
    with Workspace.open(folder, as_of=AS_OF) as opened:
        opened.run("due")
        opened.run("left")
    return folder


@pytest.mark.parametrize("way", WAYS)
def test_an_opt_out_stops_what_is_ours_and_lists_what_is_in_a_tool(
    sample: Path, tmp_path: Path, way: str
) -> None:
    folder = tmp_path / "w"
    shutil.copytree(sample, folder)
    WAYS[way](folder)
    with Workspace.open(folder, as_of=AS_OF) as opened:
        in_tools = {one.campaign for one in opened.tool_stops() if one.who == ANA}
        listed = [row[0] for row in opened.db.rows("SELECT value FROM suppressions WHERE kind = 'email'")]
    assert "left" in in_tools
    assert ANA in listed
    friday = AS_OF + timedelta(days=4)
    with Workspace.open(folder, as_of=friday) as opened:
        opened.run("due")
        late = opened.db.rows(
            "SELECT e.email FROM touches t JOIN enrolments e ON e.id = t.enrolment_id WHERE t.left_on = ?",
            (friday.isoformat(),),
        )
    assert {row[0] for row in late} == {"p2@firm2.example"}
