"""A new field is one row of the table, and one more where it can be asked for: all else follows from them."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from workspaces import environment, make_workspace

ROOT = Path(__file__).parents[2]
ROWS = """
from prospector.core import fields
from prospector.core.fields import Field, FilterField

fields.COMPANY_FIELDS += (
    Field("certificate", "company", "Certificate of quality."),
    Field("branches", "company", "Places with an office.", "number"),
    Field("members", "company", "Members: a number or a band.", "number_span"),
    Field("certified_on", "company", "When the certificate was given.", "date_span"),
)
fields.PERSON_FIELDS += (
    Field("dialect", "person", "Dialect that somebody speaks."),
    Field("certified_on", "person", "When somebody passed the exam.", "date_span"),
)
fields.FILTER_FIELDS += (
    FilterField("certificate", "company", "list", "ISO 9001", "A certificate.", because="certified by {}"),
    FilterField("branches", "company", "number", "> 3", "Places with an office."),
    FilterField("members", "company", "band", "> 100", "Members.", because="{} members"),
    FilterField("certified", "company", "period", "> 1y", "Time since the certificate.", stored="certified_on"),
    FilterField("dialect", "person", "list", "Alemannic", "A dialect."),
    FilterField("exam", "person", "period", "< 1y", "Time since the exam.", stored="certified_on"),
)
"""
"""Read when the interpreter starts, before the program: a table with six rows more."""

HEADER = "Email,First Name,Last Name,Title,Company,Website,Zertifikat,Standorte,Mitglieder,Zertifiziert,Mundart,Exam\n"
PEOPLE = (
    "ana@alpha.example,Ana,Adler,HR Manager,Alpha,alpha.example,Iso 9001,12,200-300,13.04.2024,Alemannic,2026-03\n"
    "ben@beta.example,Ben,Bauer,HR Manager,Beta,beta.example,ISO 27001,2,50,2026-10-01,Saxon,2020-01-31\n"
    "cora@gamma.example,Cora,Cohn,HR Manager,Gamma,gamma.example,,,,,,\n"
    "dora@delta.example,Dora,Dietz,HR Manager,Delta,delta.example,iso 9001,many,90-200,long ago,,\n"
)
MAPS = ("Zertifikat=certificate", "Standorte=branches", "Mitglieder=members",
        "Zertifiziert=company_certified_on", "Mundart=dialect", "Exam=person_certified_on")  # fmt: skip
TOUCH = """---
day: 0
channel: email
subject: 'Hello'
---
{{ company.certificate | fallback("No certificate") }}, {{ company.branches | fallback("no") }} branches,
{{ company.members | fallback("no") }} members, {{ company.certified_on | date("%B %Y") | fallback("never") }},
{{ person.dialect | fallback("no dialect") }}, {{ person.certified_on | date("%Y") | fallback("no exam") }}.

{{ sender.name }}, {{ sender.postal_address }}

[Leave]({{ unsubscribe_url }})
"""
SEGMENT = """name: Certified
company:
  certificate: ISO 9001
  branches: "> 3"
  members: 101+
  certified: "> 1y"
person: {dialect: [alemannic, Saxon], exam: "< 1y"}
"""


class World:
    """A workspace, and the program with the longer table, in processes of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = make_workspace(folder / "w", touches={"01-hello.md": TOUCH}, segment=SEGMENT)
        (folder / "site").mkdir()
        (folder / "site" / "sitecustomize.py").write_text(ROWS, encoding="utf-8")
        self._path = f"{folder / 'site'}{os.pathsep}{ROOT}"

    def python(self, *args: str) -> subprocess.CompletedProcess[str]:
        env = environment(PYTHONPATH=self._path)
        return subprocess.run(
            [sys.executable, *args], cwd=self.folder, env=env, capture_output=True, text=True, check=False
        )

    def __call__(self, *args: str, code: int = 0) -> str:
        done = self.python("-m", "prospector", *args)
        assert done.returncode == code, done.stderr
        return done.stdout

    def json(self, *args: str) -> Any:
        return json.loads(self(*args, "--json"))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    made = World(tmp_path_factory.mktemp("field"))
    (made.folder / "people.csv").write_text(HEADER + PEOPLE, encoding="utf-8")
    maps = [word for one in MAPS for word in ("--map", one)]
    report = json.loads(made("import", "people.csv", *maps, "--dates", "dmy", "--json"))
    assert report["people"]["created"] == 4
    return made


def test_it_is_stored_also_in_a_database_from_before_it(tmp_path: Path, world: World) -> None:
    before = World(tmp_path)
    plain = subprocess.run(
        [sys.executable, "-m", "prospector", "find", "--count"],
        cwd=before.folder,
        env=environment(),
        check=False,
    )
    assert plain.returncode == 0
    assert "certificate" not in _columns(before.folder, "companies")
    assert before.json("find", "--certificate", "ISO 9001") == []
    for folder in (before.folder, world.folder):
        assert {"certificate", "branches", "members_min", "certified_on_to"} <= _columns(folder, "companies")
        assert {"dialect", "certified_on_from"} <= _columns(folder, "people")


def _columns(folder: Path, table: str) -> set[str]:
    with closing(sqlite3.connect(folder / "prospector.db")) as db:
        return {row[1] for row in db.execute(f"PRAGMA table_info({table})")}


def test_it_is_a_target_of_the_import_which_lists_what_it_cannot_read(world: World) -> None:
    assert "no field" in world.python("-m", "prospector", "import", "people.csv", "--map", "Exam=exm").stderr
    rejects = next(world.folder.rglob("*rejects*.csv")).read_text(encoding="utf-8")
    assert "branches" in rejects
    assert "many" in rejects
    assert "company_certified_on" in rejects
    assert "long ago" in rejects


@pytest.mark.parametrize(
    ("flags", "counts"),
    [
        (["--certificate", "iso 9001"], (2, 1, 1)),
        (["--branches", "> 3"], (1, 1, 2)),
        (["--members", "> 100"], (1, 1, 2)),
        (["--certified", "> 1y"], (1, 1, 2)),
        (["--dialect", "saxon"], (1, 1, 2)),
        (["--exam", "< 1y"], (1, 1, 2)),
        (["--company-has", "certificate"], (3, 1, 0)),
    ],
)
def test_it_is_a_flag_of_find(world: World, flags: list[str], counts: tuple[int, int, int]) -> None:
    assert tuple(world.json("find", *flags, "--count").values())[:3] == counts
    assert len(world.json("find", *flags)) == counts[0]  # the Python face ranks them, and says why


def test_it_is_asked_in_a_segment_file_and_explained(world: World) -> None:
    (row,) = world.json("find", "-s", "hr")
    assert row["because"] == [
        "certified by Iso 9001", "12", "200-300 members", "2024-04-13", "Alemannic", "2026-03"
    ]  # fmt: skip
    lines = world.json("segment", "explain", "hr")
    assert [line["criterion"] for line in lines][:2] == ["company.certificate", "company.branches"]
    explained = world.json("segment", "explain", "hr", "--person", "ana@alpha.example")
    assert [(one["answer"], one["source"]) for one in explained] == [("match", "file:people.csv row 2")] * 6
    (world.folder / "segments" / "never.yaml").write_text(
        'company:\n  branches: "> 3"\n  any_of: [{branches: 1}, {branches: "< 3"}]\n', encoding="utf-8"
    )
    assert "branches can hold nothing" in world.python("-m", "prospector", "segment", "check", "never").stderr


def test_it_stands_in_the_json_of_find_and_show_and_in_why(world: World) -> None:
    own = {"certificate": "Iso 9001", "branches": 12, "members": "200-300", "dialect": "Alemannic"}
    (row,) = world.json("find", "--dialect", "alemannic")
    dates = {"person_certified_on": "2026-03", "company_certified_on": "2024-04-13"}
    assert {**row, **own, **dates} == row
    (company,) = world.json("find", "--companies", "--branches", "12")
    assert (company["certificate"], company["company_certified_on"]) == ("Iso 9001", "2024-04-13")
    shown = world.json("show", "ana@alpha.example")
    assert shown["company"]["members"] == "200-300"
    assert shown["person"]["certified_on"] == "2026-03"
    assert world.json("show", "cora@gamma.example")["company"]["branches"] is None
    (told,) = world.json("why", "alpha.example", "branches")
    assert (told["value"], told["source"], told["row"]) == ("12", "file:people.csv", 2)


def test_it_can_be_set_by_hand(world: World) -> None:
    world("set", "beta.example", "members", "60")
    assert world.json("show", "beta.example")["company"]["members"] == "60"


def test_it_is_a_name_of_templates(world: World) -> None:
    world("sequence", "check", "trio")
    (touch,) = world.json("plan", "hr")["touches"]
    text = " ".join(touch["body"].split())
    assert text.startswith("Iso 9001, 12 branches, 200-300 members, April 2024, Alemannic, 2026.")


def test_it_stands_in_the_docs_and_in_the_list_of_fields(world: World) -> None:
    made = world.python(
        "-c",
        f"import sys; sys.path.insert(0, {str(ROOT / 'tools')!r}); import make_docs; "
        "pages = make_docs.pages(); print(pages['fields.md'], pages['json.md'])",
    )
    assert "| `certificate` | company | `ISO 9001` | - | A certificate. |" in made.stdout
    assert "| `person.dialect` | text or null |" in made.stdout
    assert "| `[].company_certified_on` | text or null |" in made.stdout
    listed = world.json("fields")
    assert {"field": "dialect", "flag": "--dialect", "of": "person"}.items() <= next(
        one for one in listed if one["field"] == "dialect"
    ).items()
