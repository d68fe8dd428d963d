"""Plan, run, preview, explain and find agree on who is held back and why, whatever the workspace."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from workspaces import AS_OF, CAMPAIGN, HEADER, TOUCHES, import_people, make_workspace

from prospector.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

    from prospector.outreach.plan import Plan

QUICK, SOAK = {*range(9), 37, 51, 120}, (pytest.mark.soak,)
"""The seeds of each run of the tests: in the last three a colleague's own address decides about a third person."""
MORE = ("City", "Country", "Replied", "Do Not Call")
CITY = TOUCHES["01-hello.md"].replace("a word", "a word in {{ person.city }}")


def people(chance: random.Random) -> list[list[str]]:
    """Up to fifteen people of a few companies; some blank, some who said no."""
    rows = []
    for number in range(chance.randint(4, 15)):
        firm = chance.randint(0, 4)
        rows.append(
            [
                f"Given{chr(97 + number)}",
                f"Family{chr(97 + number)}",
                f"p{number}@firm{firm}.example",
                chance.choice(["HR Manager", "HR Director", "HR Manager", "HR Manager", "Accountant", ""]),
                f"Firm {firm}",
                f"https://firm{firm}.example",
                chance.choice(["Berlin", "Madrid", "Lagos", "Berlin", ""]),
                chance.choice(["DE", "JP", "US", ""]),
                "yes" if chance.random() < 0.05 else "",
                chance.choice([*[""] * 20, "yes", "maybe"]),
            ]
        )
    return rows


def campaign(chance: random.Random) -> dict[str, Any]:
    """The limits of a campaign, each of them there or not."""
    may = {
        "per_company": chance.randint(1, 3),
        "daily_cap": chance.randint(2, 8),
        "company_gap": chance.randint(1, 3),
        "cooldown": "30d",
        "start": (AS_OF + timedelta(days=chance.randint(-2, 9))).isoformat(),
    }
    return {**CAMPAIGN, **{name: value for name, value in may.items() if chance.random() < 0.5}}


def workspace_of(folder: Path, chance: random.Random) -> None:
    policy = chance.choice(["exclude", "review", "include"])
    segment = f"name: HR\nperson: {{department: {{any: [hr], unknown: {policy}}}}}\n"
    if chance.random() < 0.5:
        segment += f"limit: {{per_company: {chance.randint(1, 3)}}}\n"
    touches = {**TOUCHES, "01-hello.md": chance.choice([TOUCHES["01-hello.md"], CITY])}
    campaigns = {"hr": campaign(chance), "other": {**CAMPAIGN, "daily_cap": 2}}
    make_workspace(folder, segment=segment, touches=touches, campaigns=campaigns)
    import_people(folder, people(chance), [*HEADER, *MORE])
    with Workspace.open(folder, as_of=AS_OF) as opened:
        for person in range(2, 16):  # as files of before there was one record for an address
            if chance.random() < 0.25:
                sql = "UPDATE people SET email = (SELECT email FROM people WHERE id = ?) WHERE id = ?"
                opened.db.execute(sql, (chance.randint(1, person - 1), person))
        for firm in range(5):
            if chance.random() < 0.15:
                opened.suppressions.add(
                    "domain", f"firm{firm}.example", reason="asked", source="by hand", on=AS_OF
                )
    for name in ("hr", "other"):
        if chance.random() < 0.4:
            with Workspace.open(folder, as_of=AS_OF - timedelta(days=chance.randint(0, 4))) as opened:
                opened.run(name)


def plan_of(workspace: Workspace, campaign: str) -> tuple[Plan, dict[int, str]]:
    made = workspace.plan(campaign)
    return made, {one.person_id: str(one) for one in made.held_back}


def said_of(made: Plan, held: dict[int, str]) -> dict[int, str]:
    """What `segment explain --person` says of everybody whom a plan names."""
    taken = {lead.person_id: "would be taken today" for lead in made.leads}
    return taken | {person: f"held back, {why}" for person, why in held.items()}


@pytest.mark.parametrize(
    "seed", [pytest.param(one, marks=() if one in QUICK else SOAK) for one in range(150)]
)
def test_every_face_gives_a_person_the_same_answer(tmp_path: Path, seed: int) -> None:
    workspace_of(tmp_path, random.Random(seed))
    with Workspace.open(tmp_path, as_of=AS_OF) as workspace:
        made, held = plan_of(workspace, "hr")
        standings = {name: said_of(*plan_of(workspace, name)) for name in ("hr", "other")}
        everybody = [*(lead.person_id for lead in made.leads), *held]
        at_once = (
            workspace.preview("trio", people=[f"person:{one}" for one in everybody]) if everybody else None
        )
        for at, person in enumerate(everybody):
            alone = workspace.preview("trio", people=[f"person:{person}"]).people[0]
            assert alone.held_back == held.get(person, "")
            assert at_once is not None
            assert at_once.people[at] == alone
            said = dict(workspace.standings("hr", f"person:{person}"))
            assert said == {name: standings[name].get(person, said[name]) for name in ("hr", "other")}
        ran = workspace.run("hr")
        assert {one.person_id: str(one) for one in ran.plan.held_back} == held
        assert [one.key for one in ran.plan.leads] == [one.key for one in made.leads]
