"""What e-mail tools tell becomes events: the class by their names, whose by what they carry, each thing once."""

from __future__ import annotations

import json
import random
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from tool_payloads import BEA, EXPORTS, LEAD, WEBHOOKS
from workspaces import AS_OF, call_cli, hr_people, import_people, make_workspace

from prospector.normalise.text import data_lines
from prospector.pipeline.events.incoming import Incoming
from prospector.pipeline.events.kinds import BOUNCE_TYPES, CLASSES, INTENTS
from prospector.pipeline.events.storing import take_in
from prospector.pipeline.tools.exports import tool_of
from prospector.pipeline.tools.payloads import Reading, events_of_payload
from prospector.pipeline.tools.registry import READERS
from prospector.pipeline.tools.times import moment_of
from prospector.workspace import Workspace

ARRIVED = datetime(2026, 12, 4, 8, tzinfo=UTC)


def read(tool: str, payload: Any) -> list[Incoming]:
    return list(events_of_payload(payload, Reading(READERS[tool], "webhook", ARRIVED)))


@pytest.mark.parametrize(
    ("tool", "payload", "kind", "told"),
    WEBHOOKS,
    ids=[f"{n}-{one[0]}-{one[2]}" for n, one in enumerate(WEBHOOKS)],
)
def test_a_payload_is_the_event_that_it_tells_of(
    tool: str, payload: Any, kind: str, told: dict[str, Any]
) -> None:
    (event,) = read(tool, payload)
    assert (event.kind, event.source) == (kind, tool)
    for name, value in told.items():
        found = event.details.get("machine") if name == "machine" else getattr(event, name)
        assert (found.isoformat() if isinstance(found, date) else found) == value, name


def test_every_tool_has_payloads_or_exports_as_samples() -> None:
    assert {one[0] for one in WEBHOOKS} | set(EXPORTS) == set(READERS)


def test_each_name_of_the_table_means_a_class_that_there_is() -> None:
    for line in data_lines("tool_events.tsv"):
        tool, name, kind, more = line.split("\t")[:4]
        assert tool in {"*", *READERS}, line
        assert kind in {"-", *CLASSES}, line
        assert name == "".join(sign for sign in name.lower() if sign.isalnum() or sign == "*"), line
        for part in more.split():
            word, _, value = part.partition("=")
            assert value in {"intent": INTENTS, "bounce": BOUNCE_TYPES}.get(word, ("",)), line


def test_the_same_payload_told_again_or_with_another_order_of_names_has_the_same_key() -> None:
    for tool, payload, _, _ in WEBHOOKS:
        turned = json.loads(json.dumps(payload), object_pairs_hook=lambda pairs: dict(reversed(pairs)))
        assert [one.key for one in read(tool, payload)] == [one.key for one in read(tool, turned)]


def test_what_is_of_another_class_has_another_key() -> None:
    told: dict[str, set[tuple[str, str | None, str | None]]] = {}
    for tool, payload, _, _ in WEBHOOKS:
        for one in read(tool, payload):
            told.setdefault(one.key, set()).add((one.source, one.kind, one.intent))
    assert [kinds for kinds in told.values() if len({kind for _, kind, _ in kinds}) > 1] == []


def test_a_reply_has_one_key_whatever_the_rules_make_of_its_text() -> None:
    base = {
        "event_type": "reply_received",
        "lead_email": BEA,
        "email_id": "e9",
        "timestamp": "2026-12-03T09:12:00Z",
    }
    reply, away = (
        read("instantly", {**base, "reply_text": "Yes"}),
        read("instantly", {**base, "reply_text": "I am out of office"}),
    )
    assert (reply[0].kind, away[0].kind) == ("reply", "auto_reply")
    assert reply[0].key == away[0].key


@pytest.mark.parametrize("tool", list(EXPORTS))
def test_an_export_is_told_by_its_columns_and_each_row_becomes_what_has_happened(
    tmp_path: Path, tool: str
) -> None:
    folder = make_workspace(tmp_path / "w")
    name, text, counts = EXPORTS[tool]
    (tmp_path / name).write_text(text, encoding="utf-8")
    first = call_cli("events", "import", tmp_path / name, "--json", cwd=folder)
    assert first.returncode == 0, first.stderr
    told = json.loads(first.stdout)
    assert {one["source"] for one in told["events"]} == {tool}
    assert Counter(one["class"] for one in told["events"]) == counts
    again = json.loads(call_cli("events", "import", tmp_path / name, "--json", cwd=folder).stdout)
    assert (again["new"], again["known"]) == (0, told["read"])


def test_an_export_finds_person_and_campaign_by_the_leads_id(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    import_people(folder, hr_people(2))
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        workspace.run("hr")
        row = workspace.db.one("SELECT lead_id FROM enrolments ORDER BY id LIMIT 1")
        assert row is not None
        text = f"email,lead_id,status,unibox_url\nother@else.test,{row['lead_id']},replied,x\n"
        (tmp_path / "leads.csv").write_text(text, encoding="utf-8")
        (stored,) = workspace.import_events([tmp_path / "leads.csv"])
    assert (stored.match.by, stored.match.campaign, stored.event.kind) == ("lead_id", "hr", "reply")


def test_rows_that_say_nothing_are_listed_with_reasons_and_the_rest_is_read(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path / "w")
    rows = [
        f"{BEA},email_replied,2026-12-03T09:12:00Z",
        ",email_replied,2026-12-03T09:12:00Z",
        f"{BEA},,2026-12-03T09:12:00Z",
        f"{BEA},email_opened,03/04/2026 10:00",
    ]
    file = tmp_path / "log.csv"
    file.write_text("\n".join(["lead_email,event_type,timestamp", *rows]) + "\n", encoding="utf-8")
    unsaid = call_cli("events", "import", file, cwd=folder)
    assert unsaid.returncode == 2
    assert "--tool" in unsaid.stderr
    said = call_cli("events", "import", file, "--tool", "instantly", "--json", cwd=folder)
    assert said.returncode == 1, said.stderr
    assert [one["class"] for one in json.loads(said.stdout)["events"]] == ["reply"]
    (rejects,) = (folder / "rejects").glob("*.csv")
    reasons = [line.split(",")[2] for line in rejects.read_text(encoding="utf-8").splitlines()[1:]]
    assert reasons == ["nobody", "no_event", "bad_time"]
    dated = call_cli("events", "import", file, "--tool", "instantly", "--dates", "dmy", "--json", cwd=folder)
    assert [one["at"] for one in json.loads(dated.stdout)["events"]] == [
        "2026-12-03T09:12:00Z",
        "2026-04-03T10:00:00Z",
    ]


def test_a_file_in_which_no_row_can_be_read_and_a_tool_that_is_not_known_are_errors(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path / "w")
    file = tmp_path / "log.csv"
    file.write_text("email,event\n,opened\n,opened\n", encoding="utf-8")
    assert call_cli("events", "import", file, "--tool", "instantly", cwd=folder).returncode == 2
    wrong = call_cli("events", "import", file, "--tool", "instantely", cwd=folder)
    assert (wrong.returncode, "instantly" in wrong.stderr) == (2, True)


def test_a_name_that_is_not_known_is_kept_and_told(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path / "w")
    file = tmp_path / "log.jsonl"
    line = json.dumps(
        {"event_type": "moon_phase", "lead_email": BEA, "timestamp": "2026-12-03", "unibox_url": "x"}
    )
    file.write_text(line + "\n", encoding="utf-8")
    done = call_cli("events", "import", file, cwd=folder)
    assert done.returncode == 0
    assert 'instantly says "moon_phase" (1)' in done.stderr
    assert "moon_phase" not in call_cli("events", "import", file, cwd=folder).stderr


def test_events_in_any_order_and_twice_are_stored_the_same(tmp_path: Path) -> None:
    events = [one for tool, payload, _, _ in WEBHOOKS for one in read(tool, payload)]
    seen = []
    for seed in range(3):
        (tmp_path / str(seed)).mkdir()
        with Workspace.open(make_workspace(tmp_path / str(seed)), as_of=AS_OF) as workspace:
            shuffled = [*events, *events]
            random.Random(seed).shuffle(shuffled)
            list(take_in(workspace.db, shuffled, AS_OF))
            rows = workspace.db.rows("SELECT key, at, class, recipient FROM events ORDER BY key")
            seen.append([tuple(row) for row in rows])
    # Two names for one mail may come in either order; what they say is the same.
    assert seen[0] == seen[1] == seen[2]


def test_times_of_every_kind_are_the_same_moment() -> None:
    moments = (
        "2026-12-03T09:12:00Z",
        "2026-12-03T10:12:00+01:00",
        "2026-12-03 09:12:00",
        "1796289120",
        "1796289120000",
        "Thu, 03 Dec 2026 10:12:00 +0100",
        "2026-12-03 09:12 UTC",
        "12/03/2026 9:12 AM",
        "Dec 3, 2026 09:12",
    )
    assert {moment_of(one, day_first=False) for one in moments} == {datetime(2026, 12, 3, 9, 12, tzinfo=UTC)}
    assert [
        moment_of(one) for one in ("", "soon", "03/04/2026", "99999999999999999", "2026-13-40T00:00:00Z")
    ] == [None] * 5


@pytest.mark.parametrize(
    "payload",
    [
        None,
        1,
        "x",
        [],
        {},
        [[[]]],
        {"a": [{"b": 1}] * 50},
        {"event_type": {"x": 1}},
        {"event_type": "�", "email": "\x00@x"},
        {
            "event_type": "email_opened",
            "step": "9" * 400,
            "timestamp": "1e400",
            "email": "a@b.test\nBcc: c@d.test",
        },
        {
            "event_type": "reply_received",
            "reply_text": "�\x00" * 10,
            "lead_email": "a@b.test",
            "message_id": "<a\n@b>",
        },
    ],
    ids=str,
)
def test_garbage_never_breaks_a_reader(payload: Any) -> None:
    for tool in READERS:
        for event in read(tool, payload):
            assert event.kind in CLASSES


def test_a_header_of_contacts_is_no_tools(tmp_path: Path) -> None:
    assert tool_of(["First Name", "Last Name", "Email", "Company"]) is None
    assert LEAD  # the id is one of ours by its form alone


@pytest.mark.parametrize("tool", sorted({one[0] for one in WEBHOOKS}))
def test_payloads_that_were_kept_are_read_from_a_file_as_the_receiver_reads_them(
    tmp_path: Path, tool: str
) -> None:
    mine = [payload for name, payload, _, _ in WEBHOOKS if name == tool]
    single = [one for payload in mine for one in (payload if isinstance(payload, list) else [payload])]
    file = tmp_path / "kept.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in single), encoding="utf-8")
    with Workspace.open(make_workspace(tmp_path / "w"), as_of=AS_OF) as workspace:
        from_file = {one.event.key: one.event.kind for one in workspace.import_events([file])}
    by_hook = {one.key: one.kind for payload in mine for one in read(tool, payload)}
    # What names nobody, such as a campaign that has ended, is no row of a person; what has no time is told by its text.
    assert from_file.keys() <= by_hook.keys() or tool in ("mailshake", "mautic", "mailchimp")
    assert Counter(from_file.values()) - Counter(by_hook.values()) == Counter()
    assert len(from_file) >= len(by_hook) / 2
