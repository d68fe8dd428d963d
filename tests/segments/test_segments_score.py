"""Points, fit and engagement apart; who of a company comes first; the orders of `find`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from workspaces import AS_OF, call_cli, import_people, make_workspace

from prospector.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

HEADER = ("First Name", "Last Name", "Email", "Title", "Company", "Website", "Role Started")
ROWS = (
    ("Ana", "Zett", "ana@firm.example", "HR Manager", "Firm", "firm.example", "2024-01-01"),
    ("Bo", "Young", "bo@firm.example", "HR Director", "Firm", "firm.example", "2020-01-01"),
    ("Cem", "Xu", "", "HR Director", "Firm", "firm.example", "2026-05-01"),
    ("Dee", "Adams", "dee@other.example", "HR Manager", "Other", "other.example", ""),
)
SEGMENT = """
person: {department: hr}
score:
- {points: 30, when: {person: {tenure: "< 5y"}}, because: new, kind: fit}
- {points: 5, when: {person: {seniority: manager}}, because: manager}
- {points: 7, when: {person: {contacted: never}}, because: fresh, kind: engagement}
qualify: {mql: 10, sql: 40}
"""


@pytest.fixture
def made(tmp_path: Path) -> Path:
    folder = make_workspace(tmp_path / "w", segment=SEGMENT)
    import_people(folder, ROWS, HEADER)
    return folder


def names(folder: Path, *flags: str) -> list[str]:
    rows = json.loads(call_cli("find", "-s", "hr", "--json", *flags, cwd=folder).stdout)
    return [row["first_name"] for row in rows]


def test_fit_and_engagement_are_added_up_apart_and_their_reasons_are_kept(made: Path) -> None:
    rows = json.loads(call_cli("find", "-s", "hr", "--json", cwd=made).stdout)
    found = {
        row["first_name"]: (row["fit"], row["engagement"], row["score"], row["qualification"]) for row in rows
    }
    assert found == {
        "Ana": (35, 7, 42, "sql"),
        "Cem": (30, 7, 37, "mql"),
        "Dee": (5, 7, 12, "mql"),
        "Bo": (0, 7, 7, None),
    }
    assert rows[0]["because"][-3:] == ["new +30", "manager +5", "fresh +7"]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("score", ["Ana", "Cem", "Dee", "Bo"]),
        ("name", ["Dee", "Cem", "Bo", "Ana"]),
        ("company", ["Cem", "Bo", "Ana", "Dee"]),
    ],
)
def test_people_are_listed_in_the_order_asked_for(made: Path, sort: str, expected: list[str]) -> None:
    assert names(made, "--sort", sort) == expected


def test_an_unknown_order_is_wrong_usage_with_a_near_miss(made: Path) -> None:
    done = call_cli("find", "-s", "hr", "--sort", "scor", cwd=made)
    assert (done.returncode, done.stdout) == (2, "")
    assert 'did you mean "score"?' in done.stderr


@pytest.mark.parametrize(
    ("rank", "expected"),
    [
        ("", ["Ana", "Dee"]),
        (", rank: score", ["Ana", "Dee"]),
        (", rank: seniority", ["Cem", "Dee"]),  # two directors: the better score
        (", rank: [seniority, email]", ["Dee", "Bo"]),
        (", rank: [seniority, tenure]", ["Cem", "Dee"]),
        (", rank: tenure", ["Cem", "Dee"]),
    ],
)
def test_the_limit_of_a_company_keeps_whom_the_rank_puts_first(
    made: Path, rank: str, expected: list[str]
) -> None:
    text = f"{SEGMENT}limit: {{per_company: 1{rank}}}\n"
    (made / "segments" / "hr.yaml").write_text(text, encoding="utf-8")
    assert names(made) == expected
    with Workspace.open(made, as_of=AS_OF) as workspace:
        assert [one.prospect.person.first_name for one in workspace.find(workspace.segment("hr"))] == expected
