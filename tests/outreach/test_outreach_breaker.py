"""The breaker: too many bounces or complaints stop a campaign, a source or a domain before the next hand-over."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from workspaces import AS_OF, CAMPAIGN, call_cli, hr_people, import_people, make_workspace

from prospector.pipeline.events.incoming import Incoming, event_key
from prospector.workspace import Workspace

LATER = AS_OF + timedelta(days=1)


def workspace(folder: Path, people: int = 60, *, limits: str = "", **campaign: Any) -> Path:
    make_workspace(
        folder, campaigns={"hr": {**CAMPAIGN, **campaign}, "other": {**CAMPAIGN, "cooldown": None}}
    )
    if limits:
        with (folder / "prospector.yaml").open("a", encoding="utf-8") as file:
            file.write(f"breaker: {limits}\n")
    import_people(folder, hr_people(people))
    with Workspace.open(folder, as_of=AS_OF) as opened:
        assert opened.run("hr").exported == people
    import_people(folder, hr_people(2, start=1001))
    return folder


def test_a_bounce_of_which_no_kind_is_told_counts_until_somebody_says_that_it_passes(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    back(folder, range(1, 5), bounce_type=None)
    assert [reason for reason, _ in held(folder)] == ["breaker", "breaker"]
    with Workspace.open(folder, as_of=LATER) as opened:
        opened.decide_event(1, "bounce soft")
    assert held(folder) == []


def back(folder: Path, numbers: range, kind: str = "bounce", **more: Any) -> None:
    told = {"bounce_type": "hard"} if kind == "bounce" else {}
    events = []
    for number in numbers:
        email = f"p{number}@firm{number}.example"
        key = event_key(kind, email)
        events.append(
            Incoming(key, "2026-11-24T09:00:00Z", "mailbox:a", "imap", kind, recipient=email, **(told | more))
        )
    with Workspace.open(folder, as_of=LATER) as opened:
        list(opened.take_in(events))


def held(folder: Path, name: str = "hr") -> list[tuple[str, str]]:
    with Workspace.open(folder, as_of=LATER) as opened:
        return [(one.reason, one.detail) for one in opened.plan(name).held_back if one.person_id > 60]


def test_over_the_limit_nobody_more_is_handed_over_until_a_person_says_so(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    back(folder, range(1, 4))
    assert held(folder) == []  # 3 of 60 are 5%
    back(folder, range(4, 5))
    words = "campaign hr: 4 of 60 people bounced (6.7%, the limit is 5%)"
    assert held(folder) == [("breaker", words)] * 2
    done = call_cli("run", "hr", "--as-of", str(LATER), cwd=folder)
    assert done.returncode == 1
    assert f"error: the breaker has stopped {words}" in done.stderr
    assert "prospector resume hr" in done.stderr
    assert words in call_cli("status", "--as-of", str(LATER), cwd=folder).stderr
    (check,) = (
        one
        for one in json.loads(call_cli("doctor", "--json", "--as-of", str(LATER), cwd=folder).stdout)
        if one["check"] == "breaker"
    )
    assert (check["state"], check["detail"].startswith(words)) == ("fail", True)
    assert call_cli("resume", "hr", "--as-of", str(LATER), cwd=folder).returncode == 0
    assert held(folder) == []
    assert call_cli("run", "hr", "--as-of", str(LATER), cwd=folder).returncode == 0


@pytest.mark.parametrize(
    ("kind", "more"),
    [("bounce", {"bounce_type": "soft"}), ("bounce", {"bounce_type": "blocked"}), ("auto_reply", {})],
)
def test_what_may_pass_is_not_counted(tmp_path: Path, kind: str, more: dict[str, Any]) -> None:
    folder = workspace(tmp_path)
    back(folder, range(1, 31), kind, **more)
    assert held(folder) == []


def test_one_complaint_among_sixty_is_too_many_and_the_limits_are_settings(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "a")
    back(folder, range(1, 2), "complaint")
    assert {reason for reason, _ in held(folder)} == {"breaker"}
    folder = workspace(tmp_path / "b", limits="{complaints: 2%, after: 50}")
    back(folder, range(1, 2), "complaint")
    assert held(folder) == []


def test_few_people_prove_nothing(tmp_path: Path) -> None:
    folder = workspace(tmp_path, people=49)
    back(folder, range(1, 20))
    assert held(folder) == []


def test_touches_that_are_due_wait_as_well(tmp_path: Path) -> None:
    folder = workspace(tmp_path, handover="due")
    back(folder, range(1, 7))
    friday = AS_OF + timedelta(days=4)
    with Workspace.open(folder, as_of=friday) as opened:
        assert opened.run("hr").exported == 0
        opened.resume("hr")
        assert opened.run("hr").exported > 50


def test_addresses_of_a_source_that_bounces_are_held_back_in_every_campaign(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    back(folder, range(1, 5))
    assert {detail for _, detail in held(folder, "other")} == {
        "addresses from file:people.csv: 4 of 60 people bounced (6.7%, the limit is 5%)"
    }
    call_cli("resume", "other", "--as-of", str(LATER), cwd=folder)
    assert held(folder, "other") == []
    assert {detail.partition(":")[0] for _, detail in held(folder)} == {"campaign hr"}


def test_a_recipients_domain_that_complains_is_left_alone(tmp_path: Path) -> None:
    make_workspace(tmp_path, campaigns={"hr": CAMPAIGN})
    rows = [
        [given, family, f"q{number}@large.test", *rest]
        for number, (given, family, _, *rest) in enumerate(hr_people(60), start=1)
    ]
    import_people(tmp_path, rows)
    with Workspace.open(tmp_path, as_of=AS_OF) as opened:
        assert opened.run("hr").exported == 60
        event = Incoming(
            "k", "2026-11-24T09:00:00Z", "mailbox:a", "imap", "complaint", recipient="q3@large.test"
        )
        list(opened.take_in([event]))
        scopes = {(one.scope, one.name) for one in opened.breaker_trips()}
    assert ("domain", "large.test") in scopes


def test_the_share_of_a_limit_is_written_with_its_sign(tmp_path: Path) -> None:
    make_workspace(tmp_path)
    with (tmp_path / "prospector.yaml").open("a", encoding="utf-8") as file:
        file.write("breaker: {hard_bounces: 5}\n")
    done = call_cli("config", "show", cwd=tmp_path)
    assert done.returncode == 2
    assert "such as 5% or 0.3%" in done.stderr
