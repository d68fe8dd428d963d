"""`segment check`: contradictions are errors; what no data can answer and an unexpected size are warnings."""

from __future__ import annotations

import json
import random
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from workspaces import call_cli, hr_people, import_people, make_workspace

from prospector.core.records import Company, Person, Prospect
from prospector.core.spans import DateSpan, NumberSpan
from prospector.segments.criteria.context import Asking
from prospector.segments.criteria.groups import all_of
from prospector.segments.language.contradictions import clashes
from prospector.segments.language.files import load_segment

if TYPE_CHECKING:
    from pathlib import Path

    from prospector.segments.segment import Segment

AS_OF = date(2026, 11, 22)


def load(folder: Path, text: str) -> Segment:
    path = folder / "asked.yaml"
    path.write_text(text, encoding="utf-8")
    return load_segment(path, Asking(AS_OF, folder=folder))


CONTRADICTIONS = [
    ('company: {headcount: {all: ["> 100", "< 50"]}}', "headcount"),
    ('company: {headcount: "> 100", all_of: [{headcount: "< 50"}]}', "headcount"),
    ('company: {headcount: "> 100"}\nall_of: [{company: {headcount: [1-10, 11-50]}}]', "headcount"),
    ('company: {headcount: 11-50, not: {headcount: "> 5"}}', "headcount"),
    ("company: {industry: {any: [banking], none: [banking]}}", "industry"),
    ("company: {industry: {any: banking, none: financial services}}", "industry"),
    ("company: {country: {all: [DE, FR]}}", "country"),
    ("company: {country: DE}\nnot: {company: {country: [DE, FR]}}", "country"),
    ("company: {uses: {any: HubSpot, none: hub spot}}", "technology"),
    ("company: {founded: '> 2020', all_of: [{founded: < 2010}]}", "founded"),
    ("company: {domains: {all: [a.example, b.example]}}", "domain"),
    ("company: {keywords: {all: [payroll], none: [payroll]}}", "word"),
    ("person: {role: HR manager, seniority: director+}", "seniority"),
    ("person: {role: [HR manager, marketing manager], department: sales}", "department"),
    ("person: {seniority: {all: [manager, director]}}", "seniority"),
    ('person: {tenure: {all: ["< 3m", "> 1y"]}}', "tenure"),
    ("person: {contacted: {all: [ever, never]}}", "campaign"),
    ("person: {has: {any: email, none: email}}", "has"),
    (
        "person:\n  any_of:\n  - seniority: manager\n  - seniority: director\n  all_of: [{seniority: intern}]",
        "seniority",
    ),
]


@pytest.mark.parametrize(("text", "field"), CONTRADICTIONS)
def test_what_can_match_nobody_is_a_contradiction(tmp_path: Path, text: str, field: str) -> None:
    found = clashes(load(tmp_path, text))
    assert [clash.field.partition(":")[0] for clash in found] == [field]
    assert found[0].line >= 1


@pytest.mark.parametrize(
    "text",
    [
        'company: {headcount: {all: ["> 50", "< 100"]}}',
        "company: {headcount: [1-10, 51-200], all_of: [{headcount: [51-200, 500+]}]}",
        "company: {industry: {any: [banking, software], none: [banking]}}",
        "company: {industry: {any: financial services, none: banking}}",
        "company: {uses: {all: [HubSpot, Salesforce]}}",
        "person: {role: HR manager, seniority: manager+}",
        "person: {role: [HR manager, CFO], seniority: c_suite}",
        "any_of: [{company: {country: DE}}, {company: {country: FR}}]\nnot: {company: {country: DE}}",
        "not: {company: {country: DE}, person: {department: hr}}\nperson: {department: hr}",
        "person: {contacted: ever, all_of: [{contacted: {not_within: 90d}}]}",
        'person: {tenure: {all: ["> 3m", "< 1y"]}}',
    ],
)
def test_what_somebody_can_match_is_none(tmp_path: Path, text: str) -> None:
    assert clashes(load(tmp_path, text)) == []


def test_nobody_ever_matches_what_is_called_a_contradiction(tmp_path: Path) -> None:
    """Random criteria on people who hold every value that is asked about."""
    chance = random.Random(1)
    prospects = [_prospect(chance, number) for number in range(300)]
    called = 0
    for _ in range(400):
        segment = load(tmp_path, json.dumps(_asked(chance)))
        if clashes(segment):
            called += 1
            for prospect in prospects:
                assert not all_of(entry.question.answer(prospect) for entry in segment.entries)
    assert 20 < called < 380


def _prospect(chance: random.Random, number: int) -> Prospect:
    started = date(2026 - chance.randrange(4), 1 + chance.randrange(10), 3)
    person = Person(
        number,
        title="x",
        department=chance.choice(("hr", "sales")),
        seniority=chance.choice(("manager", "director")),
        role_started=DateSpan(started, started),
    )
    size = chance.choice((5, 10, 11, 50, 60))
    return Prospect(
        person, Company(number, country=chance.choice(("DE", "FR")), headcount=NumberSpan(size, size))
    )


def _asked(chance: random.Random) -> dict[str, Any]:
    words: dict[str, dict[str, tuple[str, ...]]] = {
        "company": {"headcount": ("> 10", "< 11", "11-50", "50+", "= 5"), "country": ("DE", "FR")},
        "person": {
            "seniority": ("manager", "director", "director+"), "department": ("hr", "sales"),
            "role": ("HR manager", "sales director"), "tenure": ("< 1y", "> 1y", "3m-18m"),
        },
    }  # fmt: skip

    def criteria() -> dict[str, Any]:
        subject = chance.choice(tuple(words))
        fields = chance.sample(sorted(words[subject]), chance.randrange(1, 3))
        sets = ("any", "all", "none")
        return {
            subject: {
                field: {chance.choice(sets): chance.sample(words[subject][field], chance.randrange(1, 3))}
                for field in fields
            }
        }

    group = chance.choice(("any_of", "all_of", "not"))
    return {**criteria(), group: [criteria() for _ in range(chance.randrange(1, 3))]}


# The command


@pytest.fixture
def made(tmp_path: Path) -> Path:
    folder = make_workspace(tmp_path / "w")
    import_people(folder, hr_people(3))
    return folder


def write(folder: Path, text: str, name: str = "hr") -> None:
    (folder / "segments" / f"{name}.yaml").write_text(text, encoding="utf-8")


def test_a_segment_that_is_fine_says_so_and_ends_with_0(made: Path) -> None:
    done = call_cli("segment", "check", "--json", cwd=made)
    assert done.returncode == 0
    assert json.loads(done.stdout) == [{"segment": "hr", "criteria": 1, "errors": [], "warnings": []}]
    assert "hr: 1 criterion, fine" in done.stderr


def test_every_file_is_checked_and_an_error_in_one_ends_with_2(made: Path) -> None:
    write(made, "company: {uses: Hubspott}\n", "broken")
    write(made, "company:\n  headcount:\n    all: ['> 100', '< 50']\n", "never")
    done = call_cli("segment", "check", "--json", cwd=made)
    assert done.returncode == 2
    reports = {report["segment"]: report for report in json.loads(done.stdout)}
    assert reports["broken"]["errors"][0]["hint"] == 'did you mean "HubSpot"?'
    assert reports["never"]["errors"][0]["line"] == 2
    assert reports["hr"]["errors"] == []
    assert "error: " in done.stderr
    assert "never.yaml:2: headcount can hold nothing that all criteria allow" in done.stderr
    assert "hr: 1 criterion, fine" in done.stderr


def test_all_faults_of_a_file_are_told_at_once_each_with_its_line(made: Path) -> None:
    text = "company:\n  headcout: '> 10'\n  uses: Hubspott\nperson:\n  role: [HR manager, banana]\n  tenure: soon\n"
    write(made, f"{text}limit: {{per_compny: 2}}\nexpect: many\n", "broken")
    done = call_cli("segment", "check", "broken", "--json", cwd=made)
    assert done.returncode == 2
    errors = json.loads(done.stdout)[0]["errors"]
    assert [one["line"] for one in errors] == [2, 3, 5, 6, 7, 8]
    assert [one["hint"] for one in errors[:2]] == ['did you mean "headcount"?', 'did you mean "HubSpot"?']
    assert done.stderr.count("error: ") == 6


def test_a_file_that_asks_for_nothing_right_is_told_only_what_is_wrong(made: Path) -> None:
    write(made, "person:\n  rolle: HR manager\n", "broken")
    done = call_cli("segment", "check", "broken", cwd=made)
    assert done.stderr.count("error: ") == 1


def test_a_file_at_fault_does_not_hide_the_others_from_the_list(made: Path) -> None:
    write(made, "company: {uses: Hubspott}\n", "broken")
    done = call_cli("segment", "list", "--json", cwd=made)
    assert done.returncode == 2
    assert [row["segment"] for row in json.loads(done.stdout)] == ["hr"]
    assert "broken.yaml:1: " in done.stderr


def test_what_no_data_can_answer_is_a_warning_with_the_way_to_know(made: Path) -> None:
    write(made, "company:\n  uses: HubSpot\n  founded: '> 2000'\nperson: {department: hr}\n")
    done = call_cli("segment", "check", "hr", "--json", cwd=made)
    assert done.returncode == 0
    warnings = json.loads(done.stdout)[0]["warnings"]
    assert [(one["line"], one["what"]) for one in warnings] == [
        (2, "uses is unknown of all 3 people"),
        (3, "founded is unknown of all 3 people"),
    ]
    assert warnings[0]["hint"] == "no company's site was read yet: prospector enrich --segment hr"
    assert "import a file with founded" in warnings[1]["hint"]


def test_an_empty_database_is_one_warning(tmp_path: Path) -> None:
    done = call_cli("segment", "check", cwd=make_workspace(tmp_path / "empty"))
    assert done.returncode == 0
    assert done.stderr.count("warning: ") == 1
    assert "there are no people yet" in done.stderr


@pytest.mark.parametrize(
    ("expect", "warned"),
    [
        ("1-5", False),
        ("3", False),
        ("3+", False),
        ("> 2", False),
        ("4+", True),
        ("< 3", True),
        ("50-200", True),
    ],
)
def test_another_size_than_expected_is_a_warning(made: Path, expect: str, warned: bool) -> None:
    write(made, f"person: {{department: hr}}\nexpect: '{expect}'\n")
    done = call_cli("segment", "check", "hr", cwd=made)
    assert done.returncode == 0
    assert ("3 people match, expected" in done.stderr) is warned
    assert call_cli("segment", "check", "hr", "--quiet", cwd=made).stderr == ""
