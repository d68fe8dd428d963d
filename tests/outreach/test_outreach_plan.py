"""The plan: writes nothing, and says for each person who is held back why."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from workspaces import (
    AS_OF,
    CAMPAIGN,
    HEADER,
    SEGMENT,
    TOUCHES,
    folder_bytes,
    hr_people,
    import_people,
    make_workspace,
)

from prospector.core.errors import FileError
from prospector.core.evidence import Observation
from prospector.outreach.plan import Plan
from prospector.outreach.reasons import REASONS
from prospector.store.history import History
from prospector.workspace import Workspace

if TYPE_CHECKING:
    from prospector.core.fields import Subject

ANA = ["Ana", "Ruiz", "ana@banco.example", "HR Manager", "Banco", "https://banco.example"]

PHONE = """---
day: 0
channel: email
subject: Hello
---
Hi,

{{ person.phone }}?
{{ sender.postal_address }} {{ unsubscribe_url }}
"""


def campaigns(**more: Any) -> dict[str, dict[str, Any]]:
    return {"hr": {**CAMPAIGN, **more}}


def plan(folder: Path, name: str = "hr", *, as_of: date = AS_OF) -> Plan:
    with Workspace.open(folder, as_of=as_of) as workspace:
        return workspace.plan(name)


def run(folder: Path, name: str = "hr", *, as_of: date = AS_OF) -> list[str]:
    with Workspace.open(folder, as_of=as_of) as workspace:
        return [lead.email for lead in workspace.run(name).plan.leads]


def suppress(folder: Path, kind: Any, value: str) -> None:
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        workspace.suppressions.add(kind, value, reason="asked", source="by hand", on=AS_OF)


def held(made: Plan) -> list[tuple[str, str]]:
    assert {one.reason for one in made.held_back} <= set(REASONS)
    return [(one.reason, one.detail) for one in made.held_back]


def test_a_plan_writes_nothing(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    import_people(folder, [ANA, *hr_people(3)])
    before = folder_bytes(folder)
    assert len(plan(folder).leads) == 4
    assert folder_bytes(folder) == before


def test_a_plan_has_every_touch_finished_and_dated(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    import_people(folder, [ANA])
    shape = plan(folder).as_json()
    assert [(t["touch"], t["channel"]) for t in shape["touches"]] == [
        ("01-hello", "email"),
        ("02-call", "call"),
        ("03-again", "email"),
    ]
    assert [t["send_at"][:10] for t in shape["touches"]] == ["2026-11-23", "2026-11-24", "2026-11-26"]
    assert [t["subject"] for t in shape["touches"]] == ["Hello Ana", "Call Ana", ""]
    assert "a word about Banco." in shape["touches"][0]["body"]
    assert {t["email"] for t in shape["touches"]} == {"ana@banco.example"}
    assert (shape["new"], shape["exported"], shape["files"], shape["manifest"]) == (1, 0, [], None)


def test_nothing_leaves_before_the_campaigns_start(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path, campaigns=campaigns(start="2026-12-05"))
    import_people(folder, [ANA])
    days = [touch.send_at[:10] for touch in plan(folder).leads[0].touches]
    assert days == ["2026-12-07", "2026-12-08", "2026-12-10"]  # the 5th is a Saturday
    later = plan(folder, as_of=date(2026, 12, 9)).leads[0].touches
    assert later[0].send_at[:10] == "2026-12-09"


def test_an_unknown_answer_under_the_policy_review_is_held_back(tmp_path: Path) -> None:
    segment = "person: {department: hr, tenure: '< 1y'}\nunknown: review\n"
    folder = make_workspace(tmp_path, segment=segment)
    import_people(folder, [ANA])
    assert held(plan(folder)) == [("review", "unknown: tenure")]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("email", "ana@banco.example"),
        ("email", "ana.private@mail.example"),
        ("domain", "banco.example"),
        ("domain", "mail.example"),
        ("domain", "holding.example"),
    ],
    ids=["address", "second address", "domain", "domain of second address", "domain of the company"],
)
def test_a_suppressed_person_is_held_back(tmp_path: Path, kind: str, value: str) -> None:
    folder = make_workspace(tmp_path)
    row = [*ANA[:5], "https://holding.example", "ana.private@mail.example"]
    import_people(folder, [row, *hr_people(1)], (*HEADER, "Secondary Email"))
    assert len(plan(folder).leads) == 2
    suppress(folder, kind, value)
    made = plan(folder)
    assert held(made) == [("suppressed", f"{value}: asked")]
    assert [lead.email for lead in made.leads] == ["p1@firm1.example"]


def test_a_person_without_an_address_is_held_back_from_mails(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    import_people(folder, [[*ANA[:2], "", *ANA[3:]]])
    assert held(plan(folder)) == [("no_email", "no address is known")]


def test_a_person_without_an_address_is_taken_where_there_are_no_mails(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path, touches={"01-call.md": TOUCHES["02-call.md"]})
    import_people(folder, [[*ANA[:2], "", *ANA[3:]]])
    assert [lead.email for lead in plan(folder).leads] == [""]


def test_an_address_that_bounces_is_held_back(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    import_people(folder, [[*ANA, "Invalid"]], (*HEADER, "Email Status"))
    assert held(plan(folder)) == [("undeliverable", "the source says invalid")]


def two_campaigns(**more: Any) -> dict[str, dict[str, Any]]:
    return {"first": dict(CAMPAIGN), "second": {**CAMPAIGN, **more}}


def test_a_person_of_another_campaign_is_held_back_until_the_cooldown_is_over(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path, campaigns=two_campaigns(cooldown="60d"))
    import_people(folder, [ANA])
    assert run(folder, "first") == ["ana@banco.example"]
    assert held(plan(folder, "second")) == [("cooldown", "in campaign first")]
    assert held(plan(folder, "second", as_of=AS_OF + timedelta(days=59))) == [
        ("cooldown", "in campaign first")
    ]
    assert len(plan(folder, "second", as_of=AS_OF + timedelta(days=60)).leads) == 1


def test_without_a_cooldown_campaigns_do_not_know_of_each_other(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path, campaigns=two_campaigns())
    import_people(folder, [ANA])
    assert run(folder, "first") == run(folder, "second") == ["ana@banco.example"]


def test_the_cooldown_counts_for_the_person_also_under_a_new_address(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path, campaigns=two_campaigns(cooldown="60d"))
    profile = "https://www.linkedin.com/in/ana-ruiz-1"
    header = (*HEADER, "LinkedIn")
    import_people(folder, [[*ANA, profile]], header)
    run(folder, "first")
    moved = ["Ana", "Ruiz", "ana@otra.example", "HR Manager", "Otra", "https://otra.example", profile]
    later = AS_OF + timedelta(days=10)
    import_people(folder, [moved], header, as_of=later)
    made = plan(folder, "second", as_of=later)
    assert [(one.email, one.reason) for one in made.held_back] == [("ana@otra.example", "cooldown")]
    assert plan(folder, "first", as_of=later).already_enrolled == 1


def test_the_cooldown_counts_for_people_without_an_address(tmp_path: Path) -> None:
    touches = {"01-call.md": TOUCHES["02-call.md"]}
    folder = make_workspace(tmp_path, campaigns=two_campaigns(cooldown="60d"), touches=touches)
    import_people(folder, [[*ANA[:2], "", *ANA[3:]]])
    assert run(folder, "first") == [""]
    assert held(plan(folder, "second")) == [("cooldown", "in campaign first")]


def test_a_company_gets_no_more_people_than_the_campaign_allows_over_all_runs(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path, campaigns=campaigns(per_company=2))
    import_people(folder, hr_people(3, companies=1))
    made = plan(folder)
    assert len(made.leads) == 2
    assert held(made) == [("per_company", "Firm 0: 2 taken")]
    run(folder)
    import_people(folder, hr_people(2, start=4, companies=1))
    assert run(folder, as_of=AS_OF + timedelta(days=1)) == []


def test_a_company_gets_no_more_people_than_the_segment_allows_over_all_runs(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path, segment=SEGMENT + "limit: {per_company: 1}\n")
    zed = ["Zed", "Zamora", "zed@banco.example", *ANA[3:]]
    import_people(folder, [zed])
    assert run(folder) == ["zed@banco.example"]
    import_people(folder, [ANA])  # she is listed before him now
    made = plan(folder, as_of=AS_OF + timedelta(days=1))
    assert held(made) == [("per_company", "Banco: 1 taken")]


def test_two_people_of_a_company_keep_the_gap(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path, campaigns=campaigns(company_gap=2))
    import_people(folder, hr_people(2, companies=1))
    assert held(plan(folder)) == [
        ("company_gap", "Firm 0: a colleague starts on 2026-11-23, the next one on 2026-11-25 or later")
    ]


def test_the_daily_cap_counts_all_runs_of_the_day(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path, campaigns=campaigns(daily_cap=3))
    import_people(folder, hr_people(2))
    assert len(run(folder)) == 2
    import_people(folder, hr_people(4, start=3))
    made = plan(folder)
    assert (len(made.leads), made.already_enrolled) == (1, 2)
    assert held(made) == [("daily_cap", "3 a day")] * 3
    assert len(run(folder)) == 1
    assert run(folder) == []
    assert len(run(folder, as_of=AS_OF + timedelta(days=1))) == 3


def test_a_blank_value_holds_one_person_back_with_field_file_and_line(tmp_path: Path) -> None:
    touches = {"01-hello.md": PHONE}
    folder = make_workspace(tmp_path, touches=touches)
    import_people(folder, [[*ANA, "+49 30 23125001"], [*hr_people(1)[0], ""]], (*HEADER, "Phone"))
    made = plan(folder)
    assert [lead.email for lead in made.leads] == ["ana@banco.example"]
    assert held(made) == [("blank_value", "person.phone is not known (01-hello.md:8)")]


def test_a_person_held_back_for_a_blank_value_does_not_use_the_cap_up(tmp_path: Path) -> None:
    touches = {"01-hello.md": PHONE}
    folder = make_workspace(tmp_path, campaigns=campaigns(daily_cap=1), touches=touches)
    import_people(folder, [[*ANA, ""], [*hr_people(1)[0], "+49 30 23125001"]], (*HEADER, "Phone"))
    assert [lead.email for lead in plan(folder).leads] == ["p1@firm1.example"]


def test_the_second_person_with_an_address_is_held_back(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    import_people(folder, hr_people(2))
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        workspace.db.execute("UPDATE people SET email = 'p1@firm1.example'")
    made = plan(folder)
    assert len(made.leads) == 1
    assert held(made) == [("same_address", "p1@firm1.example")]


@pytest.mark.parametrize(
    ("label", "cell", "expected"),
    [
        ("Marketing consent", "perhaps", ("consent_unclear", "Marketing consent: perhaps")),
        ("Do Not Call", "yes", ("do_not_call", "Do Not Call: yes")),
        ("Replied", "yes", ("has_replied", "a reply is known")),
        ("Replied", "2026-03-04", ("has_replied", "on 2026-03-04")),
        ("Email Status", "do_not_mail", ("send_never", "the source says do_not_mail")),
        ("Email Status", "spamtrap", ("send_never", "the source says spamtrap")),
        ("Email Status", "mailbox_full", ("send_hold", "the source says full")),
        ("Email Status", "Spamfalle", ("send_hold", "the source says Spamfalle")),
        ("Email Status", "Unavailable", ("send_never", "the source says unavailable")),
        ("Email Status", "undeliverable", ("undeliverable", "the source says invalid")),
    ],
)
def test_what_an_import_says_against_writing_holds_back(
    tmp_path: Path, label: str, cell: str, expected: tuple[str, str]
) -> None:
    folder = make_workspace(tmp_path)
    import_people(folder, [[*ANA, cell], [*hr_people(1)[0], ""]], (*HEADER, label))
    made = plan(folder)
    assert held(made) == [expected]
    assert [lead.email for lead in made.leads] == ["p1@firm1.example"]


def test_an_address_that_verifying_found_wanting_is_held_back(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    import_people(folder, [ANA])
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        workspace.db.execute("UPDATE people SET email_verdict = 'undeliverable'")
    assert held(plan(folder)) == [("undeliverable", "verifying says undeliverable")]


@pytest.mark.parametrize(
    ("who", "field", "value"),
    [
        ("ana@banco.example", "title", "+SUM(1,2)"),
        ("ana@banco.example", "first_name", "%FIRSTNAME%"),
        ("banco.example", "name", "{Foo|Bar}"),
        ("ana@banco.example", "title", "=HYPERLINK(A1)"),
        ("ana@banco.example", "custom.note", "{{7*7}}"),
    ],
)
def test_a_placeholder_that_came_in_another_way_holds_the_person_back(
    tmp_path: Path, who: str, field: str, value: str
) -> None:
    folder = make_workspace(tmp_path)
    import_people(folder, [[*ANA, "fine"]], [*HEADER[:6], "custom.note"])
    subject: Subject = "person" if "@" in who else "company"
    with Workspace.open(folder, as_of=AS_OF) as workspace, workspace.db.transaction():
        # As an enricher writes it, or as an earlier version took it by hand.
        history = History(workspace.db, AS_OF)
        history.record(subject, 1, Observation("website", "manual", AS_OF, {field: value}))
        history.flush()
    made = plan(folder)
    [(reason, detail)] = held(made)
    assert (reason, value in detail) == ("placeholder", True)


def test_an_address_that_few_servers_take_is_held_back_where_mails_are_written(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path, campaigns=campaigns(destination="eml"))
    import_people(folder, [ANA, hr_people(1)[0]])
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        workspace.db.execute("UPDATE people SET email = 'añá@banco.example' WHERE first_name = 'Ana'")
    made = plan(folder)
    assert held(made) == [("odd_address", "eml cannot take it")]
    assert [lead.email for lead in made.leads] == ["p1@firm1.example"]


def test_a_text_that_a_destination_would_cut_is_held_back(tmp_path: Path) -> None:
    long = {"01-hello.md": TOUCHES["01-hello.md"] + "a word " * 5000}
    folder = make_workspace(tmp_path, campaigns=campaigns(destination="xlsx"), touches=long)
    import_people(folder, [ANA])
    assert held(plan(folder)) == [("too_long", "xlsx cannot take it")]


def test_a_sequence_with_more_mails_than_a_tool_has_places_holds_everybody_back(tmp_path: Path) -> None:
    touches = {
        f"{number:02d}-x.md": TOUCHES["01-hello.md"].replace("day: 0", f"day: {number}")
        for number in range(8)
    }
    folder = make_workspace(tmp_path, campaigns=campaigns(destination="woodpecker"), touches=touches)
    import_people(folder, [ANA])
    assert held(plan(folder)) == [("too_many_mails", "woodpecker cannot take it")]


def test_a_value_that_a_tools_reader_takes_for_another_is_held_back(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path, campaigns=campaigns(destination="mautic"))
    import_people(folder, [[*ANA[:4], 'Banco, "A\\" B', ANA[5]]])
    assert held(plan(folder)) == [("unfit_sign", "mautic cannot take it")]


def test_mails_that_a_tool_would_send_on_another_day_are_told(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path, campaigns=campaigns(destination="smartlead"))
    import_people(folder, [ANA])
    assert plan(folder).moved == ()
    [told] = plan(folder, as_of=date(2026, 11, 26)).moved
    assert "1 person gets it on another day in Smartlead" in told
    counting = {"tool": "smartlead", "delays": "business_days"}
    make_workspace(folder, campaigns=campaigns(destination=counting))
    assert plan(folder, as_of=date(2026, 11, 26)).moved == ()


def test_an_address_that_was_only_guessed_is_held_back(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    import_people(folder, [["Ana", "Ruiz", "", "HR Manager", "Firm", ""], *hr_people(1)])
    with Workspace.open(folder, as_of=AS_OF) as opened, opened.db.transaction():
        guess = Observation("pattern", "inferred", AS_OF, {"email": "ana.ruiz@firm.example"}, confidence=0.72)
        History(opened.db, AS_OF).record_known("person", 1, [guess])
    assert held(plan(folder)) == [("unverified", "guessed, 72%; risky: it is made by the company's pattern")]


def test_a_pause_holds_back_until_it_is_taken_back(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    import_people(folder, hr_people(2))
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        assert workspace.pause("p1@firm1.example").changed
        assert not workspace.pause("p1@firm1.example").changed
        assert held(workspace.plan("hr")) == [("paused", "since 2026-11-23")]
        assert workspace.pause("hr").what == "campaign"
        assert {reason for reason, _ in held(workspace.plan("hr"))} == {"paused"}
        assert workspace.run("hr").exported == 0
        assert workspace.resume("hr").changed
        assert workspace.run("hr").exported == 1
        assert workspace.resume("p1@firm1.example").changed
        assert workspace.run("hr").exported == 1
        assert [one.email for one in workspace.pause("firm2.example").on_their_way] == ["p2@firm2.example"]


def test_texts_that_do_not_fit_into_the_tool_are_held_back(tmp_path: Path) -> None:
    names = [f"{number:02}.md" for number in range(4, 12)]
    start = "---\nday: {day}\nchannel: email\nsubject: Again\n---\nHi\n"
    more = {name: start.format(day=day) for day, name in enumerate(names, 4)}
    to = {"tool": "woodpecker", "push": True, "campaign": "1"}
    folder = make_workspace(tmp_path, campaigns=campaigns(destination=to), touches={**TOUCHES, **more})
    import_people(folder, hr_people(1))
    assert held(plan(folder)) == [("too_many_fields", "woodpecker cannot take it")]


STOPPED = [
    ("has_replied", "hr"),
    ("not_now", "hr"),
    ("not_interested", None),
    ("unsubscribed", None),
    ("complained", None),
    ("bounced", "hr"),
    ("left_company", None),
    ("meeting", "hr"),
    ("talked", "hr"),
    ("colleague", None),
    ("stopped", "hr"),
]


@pytest.mark.parametrize(("reason", "campaign"), STOPPED)
def test_what_came_back_holds_back_with_its_reason_until_it_is_taken_back(
    tmp_path: Path, reason: str, campaign: str | None
) -> None:
    folder = make_workspace(tmp_path)
    import_people(folder, hr_people(1))
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        sql = "INSERT INTO stops (person_id, campaign, reason, detail, since) VALUES (1, ?, ?, 'reply', '2026-11-20')"
        workspace.db.execute(sql, ("another", reason))
        assert held(workspace.plan("hr")) == []
        workspace.db.execute("UPDATE stops SET campaign = ?", (campaign,))
        assert held(workspace.plan("hr")) == [(reason, "since 2026-11-20: reply")]
        assert workspace.resume("p1@firm1.example").changed
        assert held(workspace.plan("hr")) == []


def test_too_many_bounces_hold_everybody_back(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    with (folder / "prospector.yaml").open("a", encoding="utf-8") as file:
        file.write("breaker: {after: 1}\n")
    import_people(folder, hr_people(1))
    run(folder)
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        workspace.db.execute(
            "INSERT INTO events (key, at, read_on, source, way, class, bounce_type, enrolment_id) "
            "VALUES ('k', '2026-11-23T09:00:00Z', '2026-11-23', 'mailbox:a', 'imap', 'bounce', 'hard', 1)"
        )
    import_people(folder, hr_people(1, start=2))
    assert held(plan(folder)) == [("breaker", "campaign hr: 1 of 1 people bounced (100.0%, the limit is 5%)")]


def test_a_pause_with_a_day_ends_by_itself(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    import_people(folder, hr_people(1))
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        workspace.db.execute(
            "INSERT INTO pauses (person_id, since, through, reason) VALUES (1, '2026-11-20', '2026-11-23', 'away')"
        )
    assert held(plan(folder)) == [("away", "since 2026-11-20, through 2026-11-23")]
    assert held(plan(folder, as_of=AS_OF + timedelta(days=1))) == []


def test_a_mailbox_that_has_enough_mails_takes_nobody_new(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path, campaigns={"hr": {**CAMPAIGN, "mailboxes": ["ana"]}})
    with (folder / "prospector.yaml").open("a", encoding="utf-8") as file:
        file.write("\nmailboxes: {ana: {email: ana@tidewater.test, daily_cap: 1}}\n")
    import_people(folder, hr_people(2))
    assert held(plan(folder)) == [("mailbox_cap", "ana: 1 mail on 2026-11-23")]


def test_an_answer_that_may_be_a_persons_holds_that_person(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    import_people(folder, hr_people(1))
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        workspace.db.execute(
            "INSERT INTO stops (person_id, reason, detail, since) VALUES (1, 'perhaps_answered', 'b@x.test', '2026-11-20')"
        )
    assert held(plan(folder)) == [("perhaps_answered", "since 2026-11-20: b@x.test")]


def test_every_reason_has_a_test_here() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    assert [reason for reason in REASONS if f'("{reason}"' not in text and f'"{reason}")' not in text] == []


def test_the_opt_out_link_names_nobody_and_stays_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_workspace(tmp_path)
    import_people(folder, [ANA])
    monkeypatch.setenv("PROSPECTOR_TOKEN_KEY", "one")
    first = plan(folder).leads[0].touches[0].text
    link = next(word for word in first.split() if "tidewater.test/u/" in word)
    assert "ana" not in link.lower()
    assert plan(folder, as_of=AS_OF + timedelta(days=1)).leads[0].touches[0].text == first
    monkeypatch.setenv("PROSPECTOR_TOKEN_KEY", "two")
    assert link not in plan(folder).leads[0].touches[0].text


@pytest.mark.parametrize(
    ("more", "line", "what"),
    [
        ({"window": "Mon-Fry 09:00-17:00"}, 4, "Fry"),
        ({"destination": "instantli"}, 4, 'no destination "instantli"'),
        ({"destination": {"tool": "instantly", "push": True}}, 4, "needs the campaign there"),
    ],
)
def test_a_campaign_that_cannot_be_planned_is_a_fault_of_its_line(
    tmp_path: Path, more: dict[str, Any], line: int, what: str
) -> None:
    folder = make_workspace(tmp_path, campaigns=campaigns(**more))
    with pytest.raises(FileError) as caught:
        plan(folder)
    assert (caught.value.line, what in caught.value.what, bool(caught.value.hint)) == (line, True, True)
