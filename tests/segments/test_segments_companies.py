"""`find --companies`: a segment asked of companies alone, with people or without."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from workspaces import AS_OF, call_cli, import_people, make_workspace

from prospector.core.errors import FileError, UsageError
from prospector.core.records import Hit, Person, Prospect
from prospector.segments.companies import companies_who_match, count_companies
from prospector.segments.criteria.groups import all_of
from prospector.store.company_facts import add_technologies
from prospector.store.loading import load_companies
from prospector.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

HEADER = (
    "Company",
    "Website",
    "Industry",
    "Employees",
    "Company Country",
    "Email",
    "First Name",
    "Last Name",
    "Title",
)
ROWS = (
    ("Alpha Bank", "alpha.example", "Banking", "200", "DE", "ana@alpha.example", "Ana", "Ruiz", "HR Manager"),
    ("Beta Bank", "beta.example", "Banking", "5", "FR", "", "", "", ""),
    ("Gamma Insurance", "gamma.example", "Insurance", "", "DE", "", "", "", ""),
    ("Delta Tools", "delta.example", "Software", "80", "DE", "", "", "", ""),
)


@pytest.fixture
def made(tmp_path: Path) -> Path:
    folder = make_workspace(tmp_path / "w")
    import_people(folder, ROWS, HEADER)
    with Workspace.open(folder, as_of=AS_OF) as workspace, workspace.db.transaction():
        add_technologies(workspace.db, 1, "website", [Hit("hubspot", "HubSpot", grade=1)], AS_OF)
    return folder


def write(folder: Path, text: str) -> None:
    (folder / "segments" / "firms.yaml").write_text(text, encoding="utf-8")


def test_companies_without_people_are_found_by_the_same_words(made: Path) -> None:
    done = call_cli("find", "--companies", "--industry", "banking", "--json", cwd=made)
    rows = json.loads(done.stdout)
    assert [(row["name"], row["domain"], row["headcount"]) for row in rows] == [
        ("Alpha Bank", "alpha.example", "200"),
        ("Beta Bank", "beta.example", "5"),
    ]
    assert rows[0] == {
        "company_id": 1, "name": "Alpha Bank", "domain": "alpha.example", "industry": "banking",
        "headcount": "200", "country": "DE", "domain_registered": None, "custom": {}, "technologies": ["HubSpot"], "advertises_on": [], "score": 0, "fit": 0, "engagement": 0,
        "qualification": None, "answer": "match", "because": ["Banking"],
    }  # fmt: skip
    assert "2 listed. 2 match, 0 unknown" in done.stderr


def test_the_counts_add_up_and_the_rows_are_those_that_match(made: Path) -> None:
    flags = ("find", "--companies", "--headcount", "> 10", "--country", "DE")
    counts = json.loads(call_cli(*flags, "--count", "--json", cwd=made).stdout)
    assert counts == {"match": 2, "no_match": 1, "unknown": 1}
    assert len(json.loads(call_cli(*flags, "--json", cwd=made).stdout)) == 2
    lenient = json.loads(call_cli(*flags, "--unknown", "review", "--json", cwd=made).stdout)
    assert {row["name"]: row["answer"] for row in lenient} == {
        "Alpha Bank": "match", "Delta Tools": "match", "Gamma Insurance": "review",
    }  # fmt: skip


@pytest.mark.parametrize("policy", ["exclude", "review", "include"])
def test_companies_get_the_answers_that_python_gives(made: Path, policy: str) -> None:
    write(
        made,
        f"""
any_of:
- company: {{industry: [banking, insurance], headcount: "> 10"}}
- company: {{uses: {{none: [HubSpot], unknown: exclude}}, not: {{country: FR}}}}
unknown: {policy}
""",
    )
    with Workspace.open(made, as_of=AS_OF) as workspace:
        segment = workspace.segment("firms")
        companies = load_companies(workspace.db, [1, 2, 3, 4])
        prospects = {key: Prospect(Person(0), company) for key, company in companies.items()}
        answers = {
            key: all_of(one.question.answer(each) for one in segment.entries)
            for key, each in prospects.items()
        }
        counts = count_companies(workspace.db, segment)
        found = list(answers.values())
        assert (counts.match, counts.no_match, counts.unknown) == tuple(
            found.count(answer) for answer in (True, False, None)
        )
        expected = [
            (
                key,
                "match" if answer else "review" if segment.policy(prospects[key]) == "review" else "unknown",
            )
            for key, answer in answers.items()
            if answer or (answer is None and segment.policy(prospects[key]) != "exclude")
        ]
        assert companies_who_match(workspace.db, segment) == expected


def test_a_question_about_people_is_refused_with_its_line(made: Path) -> None:
    write(made, "company: {industry: banking}\nperson:\n  role: HR manager\n")
    with Workspace.open(made, as_of=AS_OF) as workspace:
        with pytest.raises(FileError) as caught:
            count_companies(workspace.db, workspace.segment("firms"))
        assert caught.value.line == 3
        nested = workspace.segment_from_flags({"industry": ["banking"], "has": ["email"]})
        with pytest.raises(UsageError, match="has asks about people"):
            list(workspace.find_companies(nested))
    done = call_cli("find", "--companies", "--role", "HR manager", cwd=made)
    assert (done.returncode, done.stdout) == (2, "")
    assert "hint: leave --companies out" in done.stderr


def test_only_rules_about_companies_give_a_company_points(made: Path) -> None:
    write(
        made,
        """
company: {country: DE}
score:
- {points: 10, when: {company: {headcount: "> 100"}}, because: large}
- {points: 40, when: {person: {contacted: never}}, because: never contacted}
qualify: {mql: 10}
""",
    )
    rows = json.loads(call_cli("find", "--companies", "--segment", "firms", "--json", cwd=made).stdout)
    assert [(row["name"], row["score"], row["qualification"]) for row in rows] == [
        ("Alpha Bank", 10, "mql"), ("Delta Tools", 0, None), ("Gamma Insurance", 0, None),
    ]  # fmt: skip
    by_name = call_cli("find", "--companies", "-s", "firms", "--sort", "name", "--json", cwd=made)
    assert [row["name"] for row in json.loads(by_name.stdout)] == [
        "Alpha Bank",
        "Delta Tools",
        "Gamma Insurance",
    ]
