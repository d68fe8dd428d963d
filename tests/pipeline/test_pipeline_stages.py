"""Where prospects stand follows from what happened, whatever the order in which it was read."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from workspaces import AS_OF, call_cli, hr_people, import_people, make_workspace

from prospector.core.errors import FileError, UsageError
from prospector.pipeline.events.incoming import Incoming, event_key
from prospector.pipeline.stages.files import default_pipeline, load_pipeline
from prospector.pipeline.stages.history import Fact, Road, standing
from prospector.pipeline.stages.settings import (
    Deals,
    Engagement,
    Fit,
    Owner,
    Pipeline,
    Rule,
    Stage,
    Target,
    Warm,
)
from prospector.workspace import Workspace

PIPELINE = default_pipeline()
ROAD = Road(PIPELINE)
_CLASSES = (
    "reply",
    "meeting_booked",
    "meeting_held",
    "talk",
    "form",
    "unsubscribe",
    "call",
    "clicked",
    "linkedin",
)
_INTENTS = (None, "interested", "not_now", "not_interested", "question")


def day(number: int) -> str:
    return (AS_OF + timedelta(days=number)).isoformat()


def event(number: int, word: str, intent: str | None = None, **more: Any) -> Fact:
    return Fact("event", f"{day(number)}T10:00:00Z", f"{number}-{word}", word, intent, **more)


def taken(number: int = 0) -> Fact:
    return Fact("enrolled", f"{day(number)}T00:00:00Z", "1", campaign="hr")


def fit(points: int) -> Fact:
    return Fact("fit", f"{day(0)}T00:00:00Z", "", fit=points)


def way(*facts: Fact, until: int = 30) -> list[str]:
    return [one.stage for one in standing(facts, ROAD, AS_OF + timedelta(days=until)).moves]


def test_whoever_is_enrolled_is_on_the_road_and_an_interested_reply_is_a_sales_lead() -> None:
    now = standing([taken(), event(2, "reply", "interested")], ROAD, AS_OF + timedelta(days=5))
    assert [(one.stage, one.came_from, one.by) for one in now.moves] == [
        ("prospecting", None, "rule:first"),
        ("sql", "prospecting", "event"),
    ]
    assert (now.last_answer, now.last_two_way, now.campaign) == (AS_OF + timedelta(days=2),) * 2 + ("hr",)


@pytest.mark.parametrize(("points", "stages"), [(60, ["prospecting", "mql"]), (40, ["prospecting"])])
def test_a_marketing_lead_needs_fit_and_engagement(points: int, stages: list[str]) -> None:
    assert way(taken(), fit(points), event(1, "form"), until=3) == stages
    assert way(taken(), fit(points), until=3) == ["prospecting"]
    assert way(taken(), event(1, "form"), until=3) == ["prospecting"], "a fit that nobody knows is no fit"


def test_whoever_is_not_accepted_in_time_goes_back_with_a_reason_and_needs_a_new_sign_to_come_again() -> None:
    facts = [taken(), fit(60), event(1, "form"), event(15, "clicked"), event(20, "opened")]
    now = standing(facts[:3], ROAD, AS_OF + timedelta(days=8))
    assert (now.stage, now.until, now.due_on) == ("mql", AS_OF + timedelta(days=8), AS_OF + timedelta(days=9))
    later = standing(facts[:3], ROAD, AS_OF + timedelta(days=9))
    assert (later.moves[-1].stage, later.moves[-1].by, later.moves[-1].at) == (
        "prospecting",
        "rule:clock",
        f"{day(9)}T00:00:00Z",
    )
    assert later.moves[-1].reason == "not moved on within 7d"
    assert way(*facts, until=16) == ["prospecting", "mql", "prospecting", "mql"]


def test_what_waits_for_somebody_to_look_moves_nobody_and_is_an_answer_all_the_same() -> None:
    now = standing(
        [taken(), event(1, "reply", "not_interested", sure=False)], ROAD, AS_OF + timedelta(days=2)
    )
    assert (now.stage, now.last_answer) == ("prospecting", AS_OF + timedelta(days=1))


def test_rules_lead_forward_only_and_a_lost_one_comes_back_by_a_rule_that_says_so() -> None:
    assert way(taken(), event(1, "meeting_held"), event(2, "reply", "interested")) == [
        "prospecting",
        "consideration",
    ]
    assert way(taken(), event(1, "reply", "not_interested"), event(2, "meeting_booked")) == [
        "prospecting",
        "lost",
    ]
    came_back = way(taken(), event(1, "reply", "not_interested"), event(2, "reply", "interested"))
    assert came_back == ["prospecting", "lost", "sql"]


def test_an_opened_mail_and_a_bounce_bring_nobody_on_the_road() -> None:
    assert way(event(1, "bounce"), event(2, "opened"), event(3, "auto_reply")) == []


def test_points_fade_and_opens_have_none() -> None:
    facts = [taken(), event(0, "reply")]
    assert standing(facts, ROAD, AS_OF).engagement == 20
    assert standing(facts, ROAD, AS_OF + timedelta(days=60)).engagement == 10
    assert (
        standing([taken(), *(event(n, "clicked") for n in range(9))], ROAD, AS_OF + timedelta(9)).engagement
        == 6
    )


_facts = st.lists(
    st.builds(
        lambda number, word, intent, sure: event(number, word, intent, sure=sure),
        st.integers(0, 90),
        st.sampled_from(_CLASSES),
        st.sampled_from(_INTENTS),
        st.booleans(),
    ),
    max_size=12,
)


@given(facts=_facts, seed=st.randoms(use_true_random=False), cut=st.integers(0, 90))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_the_way_is_the_same_in_every_order_and_a_day_later_only_adds_to_it(
    facts: Any, seed: Any, cut: int
) -> None:
    unique = list({one.key: one for one in [taken(), fit(60), *facts]}.values())
    mixed = list(unique)
    seed.shuffle(mixed)
    end = AS_OF + timedelta(days=120)
    whole = standing(unique, ROAD, end)
    assert standing(mixed, ROAD, end) == whole
    earlier = standing(mixed, ROAD, AS_OF + timedelta(days=cut)).moves
    assert whole.moves[: len(earlier)] == earlier


@given(facts=_facts, cut=st.integers(0, 120))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_between_two_days_on_which_something_is_due_nothing_changes(facts: Any, cut: int) -> None:
    day_ = AS_OF + timedelta(days=cut)
    now = standing([taken(), fit(60), *facts], ROAD, day_)
    later = (now.due_on or day_ + timedelta(days=400)) - timedelta(days=1)
    then = standing([taken(), fit(60), *facts], ROAD, max(day_, later))
    assert (then.stage, then.engagement, then.moves, then.last_answer) == (
        now.stage,
        now.engagement,
        now.moves,
        now.last_answer,
    )


# In the database


def happened(
    workspace: Workspace, person: int, number: int, word: str, intent: str | None = None, **more: Any
) -> None:
    key = event_key(f"{person} {number} {word}")
    one = Incoming(
        key, f"{day(number)}T10:00:00Z", "hand", "hand", word, person_id=person, intent=intent, **more
    )
    list(workspace.take_in([one]))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = make_workspace(tmp_path)
    import_people(made, hr_people(3))
    return made


def moves(workspace: Workspace) -> list[tuple[Any, ...]]:
    sql = "SELECT person_id, stage, came_from, at, by, reason, event_id, campaign, noted_on FROM stage_moves ORDER BY 1, 4"
    return [tuple(row) for row in workspace.db.rows(sql)]


def stages(workspace: Workspace) -> list[tuple[Any, ...]]:
    workspace.refresh_stages()
    return [tuple(row) for row in workspace.db.rows("SELECT * FROM stages ORDER BY 1")]


def test_events_read_in_another_order_leave_the_same_stages_and_moves(tmp_path: Path) -> None:
    told = [
        (1, 1, "reply", "interested"),
        (1, 3, "meeting_held", None),
        (2, 2, "reply", "not_interested"),
        (2, 9, "reply", "interested"),
        (3, 4, "form", None),
    ]
    found = []
    for name, order, refreshing in (("a", told, False), ("b", told[::-1], True)):
        folder = make_workspace(tmp_path / name)
        import_people(folder, hr_people(3))
        with Workspace.open(folder, as_of=AS_OF + timedelta(days=20)) as workspace:
            for one in order:
                happened(workspace, *one)
                if refreshing:
                    workspace.refresh_stages()
            again = stages(workspace)
            assert stages(workspace) == again
            found.append((again, [one[:6] + one[7:] for one in moves(workspace)]))
    assert found[0] == found[1]
    assert {row[0]: row[1] for row in found[0][0]} == {1: "consideration", 2: "sql", 3: "prospecting"}


def test_a_run_puts_people_on_the_road_and_the_fit_is_that_of_their_segment(folder: Path) -> None:
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        workspace.run("hr")
        assert [(row[1], row[4]) for row in stages(workspace)] == [("prospecting", 50)] * 3
        happened(workspace, 2, 0, "form")
    with Workspace.open(folder, as_of=AS_OF + timedelta(days=1)) as workspace:
        assert [row[1] for row in stages(workspace)] == ["prospecting", "mql", "prospecting"]
        assert [row[3] for row in stages(workspace)] == [0, 1, 0], "who asked us is warm"
    with Workspace.open(folder, as_of=AS_OF + timedelta(days=30)) as workspace:
        assert [row[1] for row in stages(workspace)] == ["prospecting"] * 3
    with Workspace.open(folder, as_of=AS_OF + timedelta(days=1)) as workspace:
        assert stages(workspace)[1][1] == "mql", "a look at another day is that day's"


def test_a_move_by_hand_stays_and_a_way_back_needs_a_reason(folder: Path) -> None:
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        workspace.run("hr")
        assert workspace.move("person:1", "decision").stage == "decision"
        assert not workspace.move("person:1", "decision").changed
        with pytest.raises(UsageError, match="needs a reason"):
            workspace.move("person:1", "sql")
        done = workspace.move("person:1", "sql", reason="too early")
    assert [(one.stage, one.came_from, one.by, one.reason) for one in done.moves] == [
        ("prospecting", None, "rule:first", "taken by hr"),
        ("decision", "prospecting", "hand", ""),
        ("sql", "decision", "hand", "too early"),
    ]


def test_two_people_who_are_one_have_one_way_with_the_moves_of_both(folder: Path) -> None:
    with Workspace.open(folder, as_of=AS_OF + timedelta(days=5)) as workspace:
        happened(workspace, 1, 1, "reply", "question")
        happened(workspace, 2, 3, "reply", "interested")
        workspace.move("person:2", "decision")
        workspace.merge("person:1", "person:2")
        (row,) = stages(workspace)
        assert row[:2] == (1, "decision")
        assert [one[1] for one in moves(workspace)] == ["prospecting", "mql", "sql", "decision"]
        workspace.refresh_stages()
        assert [one[1] for one in moves(workspace)] == ["prospecting", "mql", "sql", "decision"]


def test_whoever_has_a_way_stays_when_their_import_is_undone(folder: Path) -> None:
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        workspace.move("person:2", "sql")
        workspace.undo()
        assert [row[0] for row in workspace.db.rows("SELECT id FROM people")] == [2]
        assert [row[:2] for row in stages(workspace)] == [(2, "sql")]


def test_other_rules_are_asked_of_everybody(folder: Path) -> None:
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        happened(workspace, 1, 0, "linkedin")
        assert stages(workspace)[0][1] == "prospecting"
    text = (Path(__file__).parents[2] / "pipeline.yaml").read_text(encoding="utf-8")
    (folder / "pipeline.yaml").write_text(text.replace("- meeting_booked", "- linkedin"), encoding="utf-8")
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        assert stages(workspace)[0][1] == "sql"


@pytest.mark.parametrize(
    ("was", "becomes", "what"),
    [
        ("within: 7d", "withn: 7d", 'no setting "withn"'),
        ("- meeting_booked", "- meeting_boked", 'no class of events "meeting_boked"'),
        ("{event: call, out_of: [mql]}", "{event: opened}", 'no class of events "opened"'),
        ("out_of: [mql]", "out_of: [mqll]", 'no stage "mqll"'),
        ("back_to: mql", "back_to: won", 'no stage before it "won"'),
        (
            ", out_of: [mql, sal, sql, consideration], reason: not now",
            ", out_of: [sql]",
            "a way back needs a reason",
        ),
        ("[{fit: 50, engagement: 30}]", "[{fit: 50}]", "name both fit and engagement"),
        ("end: won\n", "end: lost\n", "exactly one stage has to say end: won"),
        ("{metrics: 1, pain: 1}", "{metric: 1}", "metric"),
        ("probability: 5%", "probability: 5", "write a share such as 20%"),
        ("opens_in: sql", "opens_in: lost", 'no open stage "lost"'),
        ("intent: not_now", "intent: later", 'no intent "later"'),
        ("reply: 20", "replies: 20", 'no class of events "replies"'),
    ],
)
def test_what_the_file_says_wrongly_is_told_with_its_line(
    tmp_path: Path, was: str, becomes: str, what: str
) -> None:
    text = (Path(__file__).parents[2] / "pipeline.yaml").read_text(encoding="utf-8")
    assert was in text
    (tmp_path / "pipeline.yaml").write_text(text.replace(was, becomes, 1), encoding="utf-8")
    with pytest.raises(FileError, match=what) as raised:
        load_pipeline(tmp_path)
    line = text[: text.index(was)].count("\n") + 1
    assert raised.value.line is not None
    assert abs(raised.value.line - line) <= 3 or "exactly one" in what
    assert raised.value.hint


def test_the_command_shows_all_stages_and_one_way(folder: Path) -> None:
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        workspace.run("hr")
        happened(workspace, 1, 0, "form")
    done = call_cli("stage", "--json", "--as-of", AS_OF.isoformat(), cwd=folder)
    code, out, err = done.returncode, done.stdout, done.stderr
    assert code == 0, err
    rows = {one["stage"]: one for one in json.loads(out)}
    assert list(rows) == list(PIPELINE.stages)
    assert (rows["prospecting"]["people"], rows["mql"]["warm"], rows["mql"]["cold"]) == (2, 1, 0)
    done = call_cli("stage", "person:1", "sal", "--owner", "ana", "--as-of", AS_OF.isoformat(), cwd=folder)
    code, out, err = done.returncode, done.stdout, done.stderr

    assert code == 0, err
    assert "is now in sal since 2026-11-23" in err
    assert "looked after by ana" in err
    done = call_cli("stage", "person:1", "slq", "--as-of", AS_OF.isoformat(), cwd=folder)
    code, _, err = done.returncode, done.stdout, done.stderr
    assert (code, 'did you mean "sql"?' in err) == (2, True)


def test_a_date_that_is_far_away_is_no_crash(folder: Path) -> None:
    with Workspace.open(folder, as_of=date(2999, 12, 31)) as workspace:
        workspace.move("person:1", "mql")
        assert stages(workspace)[0][1] == "mql"


def test_the_page_names_every_setting_every_stage_and_its_share() -> None:
    page = (Path(__file__).parents[2] / "docs" / "pipeline.md").read_text(encoding="utf-8")
    told = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"`([^`\n]*)`", page))))
    models = (Pipeline, Stage, Rule, Deals, Owner, Target, Engagement, Fit, Warm)
    assert {name for model in models for name in model.model_fields} - told - {"stages"} == set()
    for name, stage in PIPELINE.stages.items():
        assert f"`{name}`" in page
        assert f"{stage.probability:.0%}" in page
