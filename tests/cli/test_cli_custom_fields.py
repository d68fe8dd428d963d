"""Columns of the user's own, from the file to the mail: one name in flags, segments, templates and exports."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest
from workspaces import TOUCHES, call_cli, make_workspace, people_csv

if TYPE_CHECKING:
    from pathlib import Path

HEADER = ("First Name", "Last Name", "Email", "Title", "Company", "Website", "Deal Size", "Tier")
ROWS = [
    ("Ana", "Ruiz", "ana@alpha.example", "HR Manager", "Alpha", "alpha.example", "10k", "Gölden"),
    ("Bo", "Lee", "bo@beta.example", "HR Manager", "Beta", "beta.example", "", "silver"),
]
MAPS = ("--map", "Deal Size=custom.deal_size", "--map", "Tier=company.custom.tier")


def touches(body: str) -> dict[str, str]:
    hello = TOUCHES["01-hello.md"].replace("a word about", f"{body} a word about")
    return {"01-hello.md": hello}


@pytest.fixture
def made(tmp_path: Path) -> Path:
    folder = make_workspace(tmp_path / "ws", touches=touches("{{ person.custom.deal_size }}"))
    (folder / "list.csv").write_text(people_csv(ROWS, HEADER), encoding="utf-8")
    assert call_cli("import", "list.csv", *MAPS, cwd=folder).returncode == 0
    return folder


def test_flags_and_files_find_by_any_spelling_and_name_a_near_miss(made: Path) -> None:
    done = call_cli(
        "find", "--custom", "deal_size=10K", "--company-custom", "tier=golden", "--save", "big", "--json", cwd=made
    )  # fmt: skip
    (row,) = json.loads(done.stdout)
    assert (row["email"], row["custom"], row["company_custom"]) == (
        "ana@alpha.example", {"deal_size": "10k"}, {"tier": "Gölden"},
    )  # fmt: skip
    assert "deal size 10k" in row["because"]
    assert call_cli("segment", "check", "big", cwd=made).returncode == 0
    saved = json.loads(call_cli("find", "--segment", "big", "--json", cwd=made).stdout)
    assert [one["email"] for one in saved] == ["ana@alpha.example"]
    explained = json.loads(call_cli("segment", "explain", "big", "--json", cwd=made).stdout)
    assert [one["criterion"] for one in explained] == ["company.custom.tier", "person.custom.deal_size"]
    one = json.loads(
        call_cli("segment", "explain", "big", "--person", "ana@alpha.example", "--json", cwd=made).stdout
    )
    assert [(line["answer"], line["source"]) for line in one] == [("match", "file:list.csv row 2")] * 2
    wrong = call_cli("find", "--custom", "deal_sise=1", cwd=made)
    assert (wrong.returncode, 'did you mean "deal_size"' in wrong.stderr) == (2, True)
    (made / "segments" / "bad.yaml").write_text("person:\n  custom:\n    deel_size: 10k\n", encoding="utf-8")
    bad = call_cli("segment", "check", "bad", cwd=made)
    assert bad.returncode == 2
    assert "bad.yaml:3: no custom field" in bad.stderr + bad.stdout
    here = json.loads(call_cli("find", "--has", "custom.deal_size", "--count", "--json", cwd=made).stdout)
    assert here == {"match": 1, "no_match": 1, "unknown": 0, "suppressed": 0}


def test_what_find_exports_comes_back_as_it_was(made: Path, tmp_path: Path) -> None:
    text = call_cli("find", "--csv", cwd=made).stdout
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [(row["custom.deal_size"], row["company.custom.tier"]) for row in rows] == [
        ("10k", "Gölden"), ("", "silver"),
    ]  # fmt: skip
    other = make_workspace(tmp_path / "other")
    (other / "back.csv").write_text(text, encoding="utf-8")
    assert call_cli("import", "back.csv", cwd=other).returncode == 0
    assert call_cli("find", "--csv", cwd=other).stdout == text


def test_fields_show_why_and_set_know_the_column(made: Path) -> None:
    fields = json.loads(call_cli("fields", "--json", cwd=made).stdout)
    own = [(one["field"], one["of"], one["flag"], one["count"]) for one in fields if one["count"] is not None]
    assert own == [
        ("custom.deal_size", "person", "--custom", 1),
        ("custom.tier", "company", "--company-custom", 2),
    ]
    assert "10k" in call_cli("fields", "custom.deal_size", cwd=made).stdout
    assert call_cli("set", "bo@beta.example", "custom.deal_size", "30k", cwd=made).returncode == 0
    assert "person.custom.deal_size  30k" in call_cli("show", "bo@beta.example", cwd=made).stdout
    shown = json.loads(call_cli("show", "bo@beta.example", "--json", cwd=made).stdout)
    assert (shown["person"]["custom"], shown["company"]["custom"]) == (
        {"deal_size": "30k"},
        {"tier": "silver"},
    )
    (told,) = json.loads(call_cli("why", "bo@beta.example", "custom.deal_size", "--json", cwd=made).stdout)
    assert (told["value"], told["source"]) == ("30k", "by hand")


def test_fields_are_listed_outside_of_a_workspace_too(tmp_path: Path) -> None:
    done = call_cli("fields", "--json", cwd=tmp_path)
    assert done.returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_a_template_prints_the_value_and_holds_back_who_has_none(made: Path) -> None:
    plan = json.loads(call_cli("plan", "hr", "--json", cwd=made).stdout)
    assert [touch["email"] for touch in plan["touches"]] == ["ana@alpha.example"]
    assert "10k a word about" in plan["touches"][0]["body"]
    (held,) = plan["held_back"]
    assert "person.custom.deal_size" in held["detail"]


def test_a_column_that_nobody_ever_had_is_a_fault_of_the_file(made: Path) -> None:
    path = made / "templates" / "trio" / "01-hello.md"
    path.write_text(touches('{{ person.custom.deal_sise | fallback("x") }}')["01-hello.md"], encoding="utf-8")
    done = call_cli("plan", "hr", cwd=made)
    assert done.returncode == 2
    assert "01-hello.md:8" in done.stderr
    assert 'did you mean "deal_size"' in done.stderr
    assert call_cli("sequence", "check", "trio", cwd=made).returncode == 2


def test_a_sequence_may_name_any_column_where_nothing_was_imported_yet(tmp_path: Path) -> None:
    folder = make_workspace(
        tmp_path / "ws",
        touches=touches('{{ person.custom.budget | fallback("x") }} {{ company.custom.tier }}'),
    )
    assert call_cli("sequence", "check", "trio", cwd=folder).returncode == 0
    assert not (folder / "prospector.db").exists()
