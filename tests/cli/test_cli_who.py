"""WHO at the command line: every command takes the same, and every id that is printed can be typed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from workspaces import call_cli, import_people, make_workspace

if TYPE_CHECKING:
    from pathlib import Path

HEADER = ("First Name", "Last Name", "Email", "Title", "Company", "Website", "LinkedIn")
ANA = ["Ana", "Ruiz", "ana@alpha.example", "HR Manager", "Alpha Bank", "https://alpha.example", ""]
BO = ["Bo", "Lee", "", "Head of HR", "Beta", "https://beta.example", "https://www.linkedin.com/in/bo-lee"]
ANNA = ["Anna", "Ruiz", "", "HR Manager", "Alpha Bank", "https://alpha.example", ""]
NAMELESS = ["", "", "", "HR Manager", "Gamma", "https://gamma.example", "https://www.linkedin.com/in/someone"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = make_workspace(tmp_path)
    import_people(made, [ANA, BO, ANNA, NAMELESS], HEADER)
    return made


def _json(folder: Path, *words: str) -> Any:
    done = call_cli(*words, "--json", cwd=folder)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _listed(folder: Path) -> list[tuple[str, str]]:
    return [(row["kind"], row["value"]) for row in _json(folder, "suppress", "list")]


@pytest.mark.parametrize("who", ["1", "person:1", "ana@alpha.example", "Ana Ruiz", "ruiz, ana"])
def test_every_command_about_a_person_takes_the_same(folder: Path, who: str) -> None:
    assert _json(folder, "show", who)["person"]["id"] == 1
    assert {row["value"] for row in _json(folder, "why", who, "title")} == {"HR Manager"}
    assert _json(folder, "set", who, "title", "CFO")["id"] == 1
    assert _json(folder, "segment", "explain", "hr", "--person", who)[0]["answer"] == "no_match"
    (shown,) = _json(folder, "sequence", "preview", "trio", "--person", who)
    assert shown["person"] == "Ana Ruiz"
    assert _json(folder, "duplicates", "--keep-apart", who, "person:3")["new"] is True
    assert call_cli("suppress", "add", who, cwd=folder).returncode == 0
    assert _listed(folder) == [("email", "ana@alpha.example")]
    assert call_cli("suppress", "remove", who, cwd=folder).stderr == "1 removed, 0 were not on the list.\n"
    assert _json(folder, "merge", who, "Anna Ruiz")["kept"] == 1


@pytest.mark.parametrize("who", ["company:1", "alpha.example", "https://www.alpha.example/x", "ALPHA BANK"])
def test_every_command_about_a_company_takes_the_same(folder: Path, who: str) -> None:
    assert _json(folder, "show", who)["company"]["id"] == 1
    assert {row["value"] for row in _json(folder, "why", who, "domain")} == {"alpha.example"}
    assert _json(folder, "set", who, "headcount", "50")["id"] == 1
    assert _json(folder, "set", "Bo Lee", "company", who)["now"] == "Alpha Bank"
    assert call_cli("suppress", "add", who, cwd=folder).returncode == 0
    assert _listed(folder) == [("domain", "alpha.example")]
    assert call_cli("suppress", "remove", who, cwd=folder).stderr == "1 removed, 0 were not on the list.\n"
    assert _json(folder, "merge", who, "Beta")["kept"] == 1


def _ids(value: Any) -> set[str]:
    """Everything in some JSON that says who somebody is."""
    if isinstance(value, list):
        return {found for one in value for found in _ids(one)}
    if not isinstance(value, dict):
        return set()
    named = {("person_id", "person"), ("company_id", "company")}
    found = {f"{kind}:{value[key]}" for key, kind in named if value.get(key) is not None}
    found |= {str(value[key]) for key in ("a", "b", "email", "domain", "linkedin") if value.get(key)}
    return found.union(*(_ids(one) for one in value.values()))


def test_every_id_that_is_printed_can_be_typed(folder: Path) -> None:
    shapes = [
        _json(folder, "find"),
        _json(folder, "find", "--companies"),
        _json(folder, "duplicates"),
        _json(folder, "plan", "hr"),
        _json(folder, "show", "alpha.example"),
        _json(folder, "show", "person:2"),
    ]
    ids = _ids(shapes)
    assert {"person:1", "company:3", "person:4", "ana@alpha.example", "beta.example"} <= ids
    for one in ids:
        assert call_cli("show", one, cwd=folder).returncode == 0, one
    held = _json(folder, "plan", "hr")["held_back"]
    assert {entry["person"] for entry in held} == {"Bo Lee", "Anna Ruiz", "person:4"}
    for entry in held:
        assert _json(folder, "show", entry["person"])["person"]["id"] == entry["person_id"]


def test_a_person_without_an_address_is_suppressed_by_profile_and_a_company_by_its_domain(
    folder: Path,
) -> None:
    assert call_cli("suppress", "add", "Bo Lee", "company:3", cwd=folder).stderr.startswith("2 added")
    assert _listed(folder) == [("domain", "gamma.example"), ("profile", "https://www.linkedin.com/in/bo-lee")]


def test_a_person_is_suppressed_under_every_address_known(folder: Path) -> None:
    call_cli("set", "Ana Ruiz", "email", "a.ruiz@alpha.example", cwd=folder)
    assert call_cli("suppress", "add", "Ana Ruiz", cwd=folder).stderr.startswith("2 added")
    assert _listed(folder) == [("email", "a.ruiz@alpha.example"), ("email", "ana@alpha.example")]


@pytest.mark.parametrize(
    ("words", "what", "hint"),
    [
        (["suppress", "add", "bo@b.example", "Nobody Here"], "neither an address nor a domain", "write"),
        (["suppress", "add", "Anna Ruiz"], "neither an address nor a profile", "domain"),
        (["suppress", "add", "person:99"], "no person is known", "give"),
        (["suppress", "add", "https://www.linkedin.com/company/nothing"], "no company is known", "give"),
        (["suppress", "remove", "Nobody Here"], "neither an address nor a domain", "write"),
        (["segment", "explain", "hr", "--person", "alpha.example"], "is no person", "address"),
        (["set", "Bo Lee", "company", "12"], "no company is called", "domain"),
    ],
)
def test_whoever_is_not_meant_is_said_and_nothing_changes(
    folder: Path, words: list[str], what: str, hint: str
) -> None:
    done = call_cli(*words, cwd=folder)
    assert (done.returncode, what in done.stderr, hint in done.stderr.splitlines()[1]) == (2, True, True)
    assert _listed(folder) == []


def test_several_of_a_name_are_never_guessed_at(folder: Path) -> None:
    import_people(
        folder, [["Bo", "Lee", "bo@delta.example", "CFO", "Delta", "https://delta.example", ""]], HEADER
    )
    for words in (["show"], ["why"], ["suppress", "add"], ["suppress", "remove"], ["merge", "1"]):
        done = call_cli(*words, "Bo Lee", cwd=folder)
        assert done.returncode == 2
        assert '2 are known by "Bo Lee"' in done.stderr
        assert "person:2 (Head of HR, Beta), person:5 (bo@delta.example, CFO, Delta)" in done.stderr
    assert _listed(folder) == []
