"""How old a domain is and who runs a company: evidence out of imported columns, for verdicts, segments and rules."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from workspaces import call_cli, make_workspace

from prospector.normalise.legal_kinds import legal_kind

HEADER = "Email,First Name,Last Name,Title,Company,Website,Domain Created,Rechtsform\n"
PEOPLE = (
    ("ana", "young", "2026-09-02", "e.K."),
    ("bo", "old", "2009-04-01", "GmbH"),
    ("cara", "partly", "2026", "Kommanditdings"),
    ("dan", "future", "2027-01-01", "GbR"),
)
"""As of 23 November 2026."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = make_workspace(tmp_path)
    rows = (
        f"{name}@{firm}.example,{name.title()},Ruiz,HR Manager,{firm.title()},{firm}.example,{day},{form}\n"
        for name, firm, day, form in PEOPLE
    )
    (made / "list.csv").write_text(HEADER + "".join(rows), encoding="utf-8")
    done = call_cli("import", "list.csv", "--json", cwd=made)
    assert done.returncode == 0, done.stderr
    return made


def _json(folder: Path, *args: str) -> Any:
    done = call_cli(*args, "--json", cwd=folder)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_verdict_says_that_a_domain_is_young_only_where_that_is_sure(folder: Path) -> None:
    young = {
        name: "young_domain" in _json(folder, "show", f"{name}@{firm}.example")["address"]["reasons"]
        for name, firm, *_ in PEOPLE
    }
    assert young == {"ana": True, "bo": False, "cara": False, "dan": False}
    assert (
        "its domain is younger than 90 days"
        in call_cli("why", "ana@young.example", "address", cwd=folder).stdout
    )
    verdict = _json(folder, "show", "ana@young.example")["address"]
    assert (verdict["verdict"], verdict["send"]) == ("unknown", "ok"), "it is a doubt and no proof"


def test_age_and_legal_form_are_evidence_that_segments_ask_for(folder: Path) -> None:
    def found(*words: str) -> list[str]:
        return [row["first_name"] for row in _json(folder, "find", *words)]

    assert found("--domain-age", "< 90d") == ["Ana"]
    assert found("--domain-age", "> 1y") == ["Bo"]
    assert found("--legal-form", "sole_trader") == ["Ana"]
    assert found("--legal-form", "GmbH") == ["Bo"]
    counts = _json(folder, "find", "--legal-form", "company", "--count")
    assert (counts["match"], counts["no_match"], counts["unknown"]) == (1, 2, 1)
    told = _json(folder, "why", "young.example", "legal_form")
    assert [(row["value"], row["source"]) for row in told] == [("sole_trader", "file:list.csv")]
    assert _json(folder, "show", "old.example")["company"]["legal_form"] == "company"


def test_a_legal_form_that_is_not_known_is_listed_and_a_slip_in_a_segment_is_told(folder: Path) -> None:
    (rejects,) = (folder / "rejects").iterdir()
    assert "bad_legal_form" in rejects.read_text(encoding="utf-8")
    wrong = call_cli("find", "--legal-form", "sole_tradr", cwd=folder)
    assert (wrong.returncode, "sole_trader" in wrong.stderr) == (2, True)


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("GMBH", "company"), ("g.m.b.h.", "company"), ("S.à r.l.", "company"), ("Einzelunternehmen", "sole_trader"),
        ("Sole Trader", "sole_trader"), ("partnership", "partnership"), ("sp. z o.o.", "company"), ("Familie", None),
        ("", None),
    ],
)  # fmt: skip
def test_a_cell_names_a_kind_by_its_word_or_by_a_form_of_that_kind(cell: str, kind: str | None) -> None:
    assert legal_kind(cell) == kind
