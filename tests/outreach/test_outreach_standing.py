"""Plan, preview and explain agree on who is held back and why; caps and limits are among the reasons."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from workspaces import AS_OF, CAMPAIGN, HEADER, SEGMENT, call_cli, hr_people, import_people, make_workspace

from prospector.outreach.held_back import HeldBack
from prospector.outreach.plan import Plan
from prospector.workspace import Workspace

LIMITED = SEGMENT + "limit: {per_company: 2}\n"
BLANK = """---
day: 0
channel: email
subject: Hello
---
{{ person.city }}? {{ sender.postal_address }} {{ unsubscribe_url }}
"""


def plan(folder: Path, as_of: date = AS_OF) -> Plan:
    with Workspace.open(folder, as_of=as_of) as workspace:
        return workspace.plan("hr")


def workspace_of(folder: Path, people: int, companies: int, segment: str = SEGMENT, **campaign: Any) -> Path:
    made = make_workspace(folder, segment=segment, campaigns={"hr": {**CAMPAIGN, **campaign}})
    import_people(made, hr_people(people, companies=companies))
    return made


def test_who_is_over_the_limit_of_the_segment_is_held_back_by_name(tmp_path: Path) -> None:
    folder = workspace_of(tmp_path, 5, 1, LIMITED)
    made = plan(folder)
    assert len(made.leads) == 2
    assert [(one.reason, one.detail) for one in made.held_back] == [
        ("per_company", "over the limit of 2 at Firm 0")
    ] * 3


def test_find_and_explain_say_how_many_are_over_the_limit_and_where(tmp_path: Path) -> None:
    folder = workspace_of(tmp_path, 5, 1, LIMITED)
    line = "3 over the limit of 2 at Firm 0"
    assert (
        f"5 match, 2 listed: {line}"
        in call_cli("find", "--segment", "hr", "--as-of", "2026-11-23", cwd=folder).stderr
    )
    assert line in call_cli("segment", "explain", "hr", "--as-of", "2026-11-23", cwd=folder).stderr
    held = plan(folder).held_back[0]
    said = call_cli(
        "segment",
        "explain",
        "hr",
        "--person",
        f"person:{held.person_id}",
        "--as-of",
        "2026-11-23",
        cwd=folder,
    ).stderr
    assert "not listed: over the limit of 2 at Firm 0" in said
    assert f"hr: held back, {held}" in said


@pytest.mark.parametrize(
    ("segment", "campaign"),
    [
        (LIMITED, {}),
        (SEGMENT, {"per_company": 1}),
        (SEGMENT, {"daily_cap": 2}),
        (SEGMENT, {"company_gap": 1}),
        (LIMITED, {"per_company": 3, "daily_cap": 3, "company_gap": 2}),
    ],
)
def test_plan_preview_and_explain_agree(tmp_path: Path, segment: str, campaign: dict[str, Any]) -> None:
    folder = workspace_of(tmp_path, 7, 2, segment, **campaign)
    made = plan(folder)
    held = {one.person_id: one for one in made.held_back}
    assert held
    assert made.leads
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        everybody = [lead.person_id for lead in made.leads] + list(held)
        for person in everybody:  # also each by itself
            shown = workspace.preview("trio", people=[f"person:{person}"]).people[0]
            assert shown.held_back == (str(held[person]) if person in held else "")
            said = dict(workspace.standings("hr", f"person:{person}"))["hr"]
            assert said == (f"held back, {held[person]}" if person in held else "would be taken today")


def test_a_suppressed_person_is_held_back_in_a_preview_with_or_without_a_campaign(tmp_path: Path) -> None:
    folder = workspace_of(tmp_path, 1, 1)
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        workspace.suppressions.add("email", "p1@firm0.example", reason="asked", source="by hand", on=AS_OF)
        assert "must not be written to" in workspace.preview("trio").people[0].held_back
    (folder / "templates" / "solo").mkdir()
    (folder / "templates" / "solo" / "01.md").write_text("---\nday: 0\nsubject: S\n---\nHi")
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        assert "must not be written to" in workspace.preview("solo").people[0].held_back


def test_a_reason_has_no_path_of_the_machine(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path, touches={"01-hello.md": BLANK})
    import_people(folder, hr_people(1))
    said = [
        call_cli("plan", "hr", "--as-of", "2026-11-23", cwd=folder).stderr,
        call_cli("sequence", "preview", "trio", "--as-of", "2026-11-23", cwd=folder).stdout,
        call_cli(
            "segment", "explain", "hr", "--person", "p1@firm1.example", "--as-of", "2026-11-23", cwd=folder
        ).stderr,
    ]
    for text in said:
        assert "person.city is not known (01-hello.md:6)" in text
        assert str(tmp_path) not in text


def test_two_people_of_a_company_do_not_start_on_one_day(tmp_path: Path) -> None:
    folder = workspace_of(tmp_path, 2, 1, company_gap=1)
    days = [AS_OF + timedelta(days=step) for step in range(3)]
    made = plan(folder)
    assert [one.reason for one in made.held_back] == ["company_gap"]
    starts = []
    for day in days:
        with Workspace.open(folder, as_of=day) as workspace:
            starts += [lead.touches[0].send_at[:10] for lead in workspace.run("hr").plan.leads]
    assert len(set(starts)) == 2


def test_the_gap_counts_from_the_first_touch_not_from_the_run(tmp_path: Path) -> None:
    folder = workspace_of(tmp_path, 2, 1, company_gap=1, start="2026-12-01")
    for day in (AS_OF, AS_OF + timedelta(days=1)):
        with Workspace.open(folder, as_of=day) as workspace:
            taken = workspace.run("hr").plan
    assert (len(taken.leads), [one.reason for one in taken.held_back]) == (0, ["company_gap"])


def test_json_keeps_the_codes(tmp_path: Path) -> None:
    folder = workspace_of(tmp_path, 2, 1, company_gap=3)
    made = json.loads(call_cli("plan", "hr", "--json", "--as-of", "2026-11-23", cwd=folder).stdout)
    assert [one["reason"] for one in made["held_back"]] == ["company_gap"]


def test_held_back_reads_like_words() -> None:
    assert (
        str(HeldBack("Ana", 1, None, "no_email", "no address is known"))
        == "cannot be written to: no address is known"
    )


def test_a_check_counts_whom_each_blank_holds_back(tmp_path: Path) -> None:
    folder = make_workspace(
        tmp_path, touches={"01-hello.md": BLANK.replace("---\n{{", "---\n{{ person.title }} {{")}
    )
    import_people(
        folder, [[*row, "Berlin" if at else ""] for at, row in enumerate(hr_people(3))], (*HEADER, "City")
    )
    said = call_cli("sequence", "check", "trio", cwd=folder).stderr
    assert "01-hello.md:6: holds back 1 of 3, of whom no person.city is known" in said
    assert "held back for people without" not in said


def test_a_suppressed_person_whom_the_campaign_took_before_is_held_back_in_a_preview(tmp_path: Path) -> None:
    folder = workspace_of(tmp_path, 1, 1)
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        workspace.run("hr")
        workspace.suppressions.add("email", "p1@firm0.example", reason="asked", source="by hand", on=AS_OF)
        assert "must not be written to" in workspace.preview("trio").people[0].held_back


def test_a_check_counts_the_blanks_of_every_variant(tmp_path: Path) -> None:
    plain = BLANK.replace("{{ person.city }}", "Hello")
    assert plain != BLANK
    touches = {"01-hello.md": plain, "01-hello.b.md": "From {{ person.city }}\n", "02.md": BLANK}
    folder = make_workspace(tmp_path, touches=touches)
    import_people(folder, hr_people(8))
    said = call_cli("sequence", "check", "trio", cwd=folder).stderr
    lines = [line.partition(": holds back ")[2] for line in said.splitlines() if ": holds back " in line]
    assert sorted(lines) == [
        "8 of 8 if they get this variant, of whom no person.city is known",
        "8 of 8, of whom no person.city is known",
    ]


def test_a_preview_shows_people_of_the_segment_of_the_campaign(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path, touches={"01-hello.md": "---\nday: 0\nsubject: S\n---\nHi"})
    others = [["Aa", "Bb", "a@other.example", "Chief Financial Officer", "Other", "https://other.example"]]
    import_people(folder, [*others, *hr_people(1)])
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        assert [one.email for one in workspace.preview("trio").people] == ["p1@firm1.example"]
        (folder / "segments" / "none.yaml").write_text("name: N\nperson: {department: legal}\n")
    done = call_cli("sequence", "preview", "trio", "--segment", "none", cwd=folder)
    assert "nobody is in the segment" in done.stderr
    copytree(folder / "templates" / "trio", folder / "templates" / "solo")
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        assert len(workspace.preview("solo").people) == 2


def test_a_check_tells_of_bad_headers_and_of_the_tags_in_other_files_at_once(tmp_path: Path) -> None:
    touches = {
        "01-hello.md": "---\nday: three\nchannel: phone\nsubject: S\n---\nHi {{firstName}}\n",
        "02.md": "---\nday: 2\n---\nHi *|FNAME|* {{ person.frist_name }}\n",
    }
    folder = make_workspace(tmp_path, touches=touches)
    done = call_cli("sequence", "check", "trio", cwd=folder)
    lines = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert done.returncode == 2
    places = [line.partition("templates/trio/")[2].partition(": ")[0] for line in lines]
    assert places == ["01-hello.md:2", "01-hello.md:3", "01-hello.md:6", "02.md:4", "02.md:4"]
    found = json.loads(call_cli("sequence", "check", "trio", "--json", cwd=folder).stdout)
    assert [one["level"] for one in found] == ["error"] * 5
