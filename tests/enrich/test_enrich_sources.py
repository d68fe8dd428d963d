"""The registry of sources: what is named as a look-up is what is asked, and a new source is a row and a function."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sites import Sites, html
from workspaces import AS_OF, CAMPAIGN, call_cli, import_people, make_workspace

from prospector.core.evidence import Observation
from prospector.core.fields import FILTER_FIELDS, FilterField
from prospector.core.records import Prospect
from prospector.core.sources import Source, found_by, source_named, source_of, sources
from prospector.enrich.sources import Reply, asked_by_call, bound
from prospector.sites.visit.reading import STEPS
from prospector.store.history import History
from prospector.workspace import Workspace

MENU = '<a href="/about">About</a><a href="/contact">Contact</a><a href="/careers">Careers</a>'
MANAGER = '<script src="https://www.googletagmanager.com/gtm.js?id=GTM-ABC1234"></script>'
HUBSPOT = '<script id="hs-script-loader" async src="//js.hs-scripts.com/4455667.js"></script>'
WORDS = f"<p>{'What the company does for whom. ' * 20}</p>"
SILENT = {
    ("firm.example", "/"): html(f"<head><title>Firm</title>{MANAGER}</head><body>{MENU}{WORDS}</body>"),
    ("firm.example", "/careers"): html(f"<title>Careers</title>{WORDS}"),
    ("firm.example", "/about"): html(f"<title>About</title>{WORDS}"),
}
"""A site that can be read and leaves everything open."""


# What is named is what is asked


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One person of whom nothing but name and employer is known, and somebody who holds every odd spelling."""
    folder = make_workspace(
        tmp_path_factory.mktemp("asked") / "w",
        campaigns={"finance-new-hr": {**CAMPAIGN}},
        http={"timeout": 2},
    )
    import_people(folder, [("Ana", "Ruiz", "ana@firm.example", "", "", "https://firm.example")])
    with Workspace.open(folder, as_of=AS_OF) as opened, opened.db.transaction():
        history, seen = History(opened.db, AS_OF), Observation("test", "stated", AS_OF, {})
        company = {"name": "Odd", "region": "Bavaria", "city": "Berlin", "funding_stage": "Series A"}
        employer, _ = history.record("company", None, seen._replace(values=company))
        person = {"email_status": "verified", "crm_stage": "Working", "company_id": employer}
        history.record(
            "person", None, seen._replace(values={"first_name": "Bo", "last_name": "Lind", **person})
        )
        history.flush()
    return folder


@pytest.mark.parametrize("field", FILTER_FIELDS, ids=lambda field: field.key)
def test_what_explain_names_as_the_look_up_of_a_criterion_is_what_enrich_asks(
    prepared: Path, tmp_path: Path, field: FilterField
) -> None:
    with Sites(SILENT) as sites:
        folder = copied(prepared, tmp_path / "w", sites)
        (folder / "segments" / "one.yaml").write_text(
            json.dumps({field.subject: {field.name: field.example}})
        )
        with Workspace.open(folder, as_of=AS_OF) as opened:
            segment = opened.segment("one")
            (line,) = opened.funnel(segment)
            due, _ = opened.companies_to_read(segment)
            opened.enrich(due, segment=segment)
            rows = opened.db.rows("SELECT DISTINCT source FROM lookups")
    asked = {source_of(row["source"]) for row in rows}
    named = set(line.lookup.split(", ")) if line.lookup else set()
    assert asked - named <= {source_named(name).after for name in named}
    assert named <= asked
    assert named <= set(found_by(field))
    if not found_by(field):
        assert line.lookup is None
        assert not sites.asked


def copied(prepared: Path, folder: Path, sites: Sites) -> Path:
    shutil.copytree(prepared, folder)
    settings = folder / "prospector.yaml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(
        text.replace("http: {", f'http: {{"connect_to": {{"http": "{sites.address}"}}, '), encoding="utf-8"
    )
    return folder


@pytest.mark.parametrize(
    ("asked", "lookup"),
    [
        ({"uses": "HubSpot"}, "website, tag_manager"),
        ({"uses": "Microsoft 365"}, "dns"),
        ({"technology_category": "crm"}, "website, tag_manager, pages"),
        ({"advertises_on": "Google Ads"}, "website, tag_manager"),
        ({"hiring": "marketing"}, "careers"),
        ({"keywords": "payroll"}, "website"),
        ({"headcount": "> 10"}, "website, pages"),
        ({"industry": "banking"}, None),
    ],
)
def test_a_criterion_names_the_sources_where_its_answer_shows(
    prepared: Path, tmp_path: Path, asked: Mapping[str, str], lookup: str | None
) -> None:
    with Sites({}) as sites:
        folder = copied(prepared, tmp_path / "w", sites)
    (folder / "segments" / "one.yaml").write_text(json.dumps({"company": asked}))
    done = call_cli("segment", "explain", "one", "--json", cwd=folder)
    assert json.loads(done.stdout)[0]["lookup"] == lookup


def test_every_source_is_a_step_of_the_visit_or_has_a_function() -> None:
    assert tuple(one.name for one in sources() if one not in asked_by_call()) == STEPS


def test_a_source_must_answer_a_field_that_exists_under_a_name_of_its_own() -> None:
    for row in (Source("website", "company", ("uses",)), Source("zones", "person", ("timezone",))):
        with pytest.raises(ValueError, match=row.name), bound(row, lambda prospect: Reply("none")):
            pass


# A source of people, as a row and a function

ZONES = Source("zones", "person", ("time_zone",), price=0.05, needs=("email",), method="verified")
SEGMENT = "person: {department: hr, time_zone: Europe/Berlin}\n"
BERLIN = Reply("found", {"time_zone": "Europe/Berlin"}, url="https://zones.example/1", confidence=0.9)


class Zones:
    """Answers by address, and counts who was asked about."""

    def __init__(self, replies: Mapping[str, Reply | Exception | type[BaseException]] | None = None) -> None:
        self.replies = replies or {}
        self.asked: Counter[str] = Counter()

    def __call__(self, prospect: Prospect) -> Reply:
        name = (prospect.person.email or "").partition("@")[0]
        self.asked[name] += 1
        reply = self.replies.get(name, BERLIN)
        if isinstance(reply, Reply):
            return reply
        raise reply


PEOPLE = [
    ("Ana", "Ruiz", "ana@one.example", "HR Manager", "One", "https://one.example"),
    ("Bo", "Lind", "bo@two.example", "HR Manager", "Two", "https://two.example"),
    ("Cy", "Sand", "cy@three.example", "HR Director", "Three", "https://three.example"),
    ("Di", "Moor", "di@three.example", "Accountant", "Three", "https://three.example"),
]


def made(folder: Path, *, budget: float = 5.0, segment: str = SEGMENT, **http: Any) -> Path:
    make_workspace(folder, segment=segment, http={"timeout": 2, **http})
    with (folder / "prospector.yaml").open("a", encoding="utf-8") as file:
        file.write(f"enrich: {{budget: {budget}}}\n")
    import_people(folder, PEOPLE)
    return folder


def cli(folder: Path, *words: str, as_of: date = AS_OF) -> Any:
    done = call_cli(*words, "--json", "--as-of", as_of.isoformat(), cwd=folder)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_new_source_is_explained_planned_asked_and_kept_without_another_line(tmp_path: Path) -> None:
    folder, zones = made(tmp_path / "w"), Zones({"bo": Reply("none", reason="unknown_person")})
    assert [line["lookup"] for line in cli(folder, "segment", "explain", "hr")] == [None, None]
    with bound(ZONES, zones):
        explained = {
            line["criterion"].rpartition(".")[2]: line for line in cli(folder, "segment", "explain", "hr")
        }
        assert (explained["time_zone"]["lookup"], explained["time_zone"]["could_win"]) == ("zones", 3)
        (warning,) = cli(folder, "segment", "check", "hr")[0]["warnings"]
        assert warning["hint"] == "zones was not asked yet: prospector enrich --segment hr"
        fields = {
            one["key"]: one["found_by"] for one in json.loads(call_cli("fields", "--json", cwd=folder).stdout)
        }
        assert fields["time_zone"] == "zones"

        planned = cli(folder, "enrich", "--segment", "hr", "--plan")
        row = next(one for one in planned["sources"] if one["source"] == "zones")
        assert (row["people"], row["cost"], row["requests_at_most"]) == (3, 0.15, 3)
        assert (planned["people"], planned["cost"], planned["cost_at_most"], planned["expected"]) == (
            3, 0.15, 0.15, 2,
        )  # fmt: skip
        assert planned["calls"] == [{"provider": "zones", "calls": 3, "hits": 2, "cost": 0.15}]
        assert (planned["spent"], planned["budget_left"]) == (0.0, 5.0)
        assert not zones.asked

        told = cli(folder, "enrich", "--segment", "hr")
        assert told["contacts"] == {"asked": 3, "found": 2, "none": 1, "blocked": 0, "failed": 0}
        assert told["calls"] == [{"provider": "zones", "calls": 3, "hits": 2, "cost": 0.15}]
        assert (told["spent"], told["budget_left"], told["companies"]["asked"]) == (0.15, 4.85, 0)
        assert zones.asked == {"ana": 1, "bo": 1, "cy": 1}

        (answer,) = [
            one
            for one in cli(folder, "segment", "explain", "hr", "--person", "bo@two.example")
            if one["criterion"].endswith("time_zone")
        ]
        assert (answer["answer"], answer["note"]) == ("unknown", f"zones none: unknown_person on {AS_OF}")
        why = cli(folder, "why", "ana@one.example", "time_zone")
        assert (why[0]["value"], why[0]["source"], why[0]["method"], why[0]["cost"]) == (
            "Europe/Berlin", "zones", "verified", 0.05,
        )  # fmt: skip
        assert cli(folder, "why", "bo@two.example", "lookups")[0]["value"] == "none"
    with Workspace.open(folder, as_of=AS_OF) as opened:
        rows = opened.db.rows("SELECT * FROM lookups ORDER BY id")
        assert [(row["person_id"], row["company_id"], row["outcome"]) for row in rows] == [
            (1, None, "found"), (2, None, "none"), (3, None, "found"),
        ]  # fmt: skip
        assert {(row["source"], row["field"], row["cost"], row["run"]) for row in rows} == {
            ("zones", "time_zone", 0.05, 1)
        }
        seen = opened.db.rows("SELECT * FROM evidence WHERE source = 'zones' ORDER BY id")
        assert [
            (row["person_id"], row["method"], row["cost"], row["confidence"], row["url"]) for row in seen
        ] == [(number, "verified", 0.05, 0.9, "https://zones.example/1") for number in (1, 3)]
        assert opened.count(opened.segment("hr")).match == 2


def test_an_answer_is_asked_for_again_only_when_it_is_stale_and_a_failure_at_once(tmp_path: Path) -> None:
    replies = {
        "ana": Reply("none"),
        "bo": Reply("blocked", reason="quota"),
        "cy": Reply("failed", reason="timeout", cost=0.0),
    }
    folder, zones = made(tmp_path / "w"), Zones(replies)
    with bound(ZONES, zones):
        told = cli(folder, "enrich", "--segment", "hr")
        assert told["contacts"] == {"asked": 3, "found": 0, "none": 1, "blocked": 1, "failed": 1}
        assert told["reasons"] == {"zones blocked: quota": 1, "zones failed: timeout": 1}
        assert told["spent"] == 0.1
        assert cli(folder, "enrich", "--segment", "hr", "--plan")["people"] == 1
        cli(folder, "enrich", "--segment", "hr")
        assert zones.asked == {"ana": 1, "bo": 1, "cy": 2}
        cli(folder, "enrich", "--segment", "hr", as_of=AS_OF + timedelta(days=31))
        assert zones.asked == {"ana": 2, "bo": 2, "cy": 3}


@pytest.mark.parametrize(("budget", "asked"), [(0.0, 0), (0.04, 0), (0.1, 2), (0.14, 2), (0.15, 3)])
def test_nothing_is_spent_past_the_budget_and_who_waits_is_said(
    tmp_path: Path, budget: float, asked: int
) -> None:
    folder, zones = made(tmp_path / "w", budget=budget), Zones()
    with bound(ZONES, zones):
        planned = call_cli("enrich", "--segment", "hr", "--plan", cwd=folder)
        told = call_cli("enrich", "--segment", "hr", "--json", cwd=folder)
    shape = json.loads(told.stdout)
    assert zones.asked.total() == shape["contacts"]["asked"] == asked
    assert shape["spent"] == round(0.05 * asked, 2) <= budget
    assert shape["budget_left"] == round(budget - shape["spent"], 2)
    for said in (planned.stderr, told.stderr):
        waiting = "1 person" if asked == 2 else f"{3 - asked} people"
        assert (f"{waiting} not asked about" in said) == (asked < 3)
        assert ("enrich.budget" in said) == (asked < 3)


def test_a_break_keeps_what_was_paid_for_and_nobody_is_asked_twice(tmp_path: Path) -> None:
    folder, zones = made(tmp_path / "w"), Zones({"cy": KeyboardInterrupt})
    with bound(ZONES, zones):
        with pytest.raises(KeyboardInterrupt), Workspace.open(folder, as_of=AS_OF) as opened:
            opened.enrich([], segment=opened.segment("hr"))
        zones.replies = {}
        told = cli(folder, "enrich", "--segment", "hr")
    assert zones.asked == {"ana": 1, "bo": 1, "cy": 2}
    assert told["contacts"]["asked"] == 1


KILLED = """
import os, sys
from datetime import date
from prospector.core.sources import Source
from prospector.enrich.sources import Reply, bound
from prospector.workspace import Workspace

def ask(prospect):
    if prospect.person.first_name == "Cy":
        os._exit(9)
    return Reply("found", {"time_zone": "Europe/Berlin"})

row = Source("zones", "person", ("time_zone",), price=0.05, needs=("email",))
with bound(row, ask), Workspace.open(sys.argv[1], as_of=date.fromisoformat(sys.argv[2])) as opened:
    opened.enrich([], segment=opened.segment("hr"))
"""


def test_a_killed_run_pays_for_nobody_again_whose_answer_was_stored(tmp_path: Path) -> None:
    folder, zones = made(tmp_path / "w"), Zones()
    ended = subprocess.run([sys.executable, "-c", KILLED, folder, AS_OF.isoformat()], check=False, timeout=60)
    assert ended.returncode == 9
    with bound(ZONES, zones):
        told = cli(folder, "enrich", "--segment", "hr")
        assert told["contacts"]["asked"] == 1
    assert zones.asked == {"cy": 1}
    with Workspace.open(folder, as_of=AS_OF) as opened:
        assert opened.count(opened.segment("hr")).match == 3
        runs = opened.db.rows("SELECT run FROM lookups ORDER BY id")
    assert [row["run"] for row in runs] == [1, 1, 2]


def test_two_records_of_one_person_keep_the_look_ups_of_both(tmp_path: Path) -> None:
    folder, zones = made(tmp_path / "w"), Zones()
    with bound(ZONES, zones):
        cli(folder, "enrich", "--segment", "hr")
    done = call_cli("merge", "ana@one.example", "bo@two.example", "--json", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert len(cli(folder, "why", "ana@one.example", "lookups")) == 2


def test_an_import_that_is_taken_back_leaves_nobody_of_whom_only_a_look_up_is_known(tmp_path: Path) -> None:
    folder = made(tmp_path / "w")
    with bound(ZONES, Zones()):
        cli(folder, "enrich", "--segment", "hr")
    call_cli("undo", cwd=folder)
    with Workspace.open(folder, as_of=AS_OF) as opened:
        for table in ("people", "lookups", "evidence"):
            assert opened.db.value(f"SELECT count(*) FROM {table}") == 0


def test_a_source_that_breaks_fails_for_that_person_and_counts_as_paid(tmp_path: Path) -> None:
    broken = {
        "ana": KeyError("x"),
        "bo": Reply("found", {"time_zone": ""}),
        "cy": Reply("found", {"hat": "x"}),
    }
    folder, zones = made(tmp_path / "w"), Zones(broken)
    with bound(ZONES, zones):
        told = cli(folder, "enrich", "--segment", "hr")
    assert told["contacts"] == {"asked": 3, "found": 0, "none": 2, "blocked": 0, "failed": 1}
    assert told["spent"] == 0.15
    assert "KeyError" in next(iter(told["reasons"]))


def test_people_come_after_their_companies_and_only_those_who_still_could_match(tmp_path: Path) -> None:
    pages = {
        (f"{name}.example", "/"): html(f"<head><title>{name}</title>{tag}</head><body>{WORDS}</body>")
        for name, tag in (("one", HUBSPOT), ("two", ""), ("three", HUBSPOT))
    }
    segment = "company: {uses: HubSpot}\nperson: {department: hr, time_zone: Europe/Berlin}\n"
    with Sites(pages) as sites, bound(ZONES, zones := Zones()):
        folder = made(tmp_path / "w", segment=segment, connect_to={"http": sites.address})
        planned = cli(folder, "enrich", "--segment", "hr", "--plan")
        told = cli(folder, "enrich", "--segment", "hr")
    assert (planned["companies"]["asked"], planned["people"], planned["cost_at_most"]) == (3, 3, 0.15)
    assert planned["cost"] < 0.15
    assert (told["companies"]["asked"], told["contacts"]["asked"]) == (3, 2)
    assert zones.asked == {"ana": 1, "cy": 1}


def test_a_site_is_not_read_for_people_whom_only_a_source_without_money_could_tell_of(tmp_path: Path) -> None:
    segment = "company: {uses: HubSpot}\nperson: {department: hr, time_zone: Europe/Berlin}\n"
    with Sites({}) as sites, bound(ZONES, Zones()):
        folder = made(tmp_path / "w", segment=segment, budget=0, connect_to={"http": sites.address})
        assert cli(folder, "enrich", "--segment", "hr")["companies"]["asked"] == 0
        assert not sites.asked


def test_the_cheapest_source_is_asked_first_and_the_next_one_only_where_it_found_nothing(
    tmp_path: Path,
) -> None:
    dear = Source("dear", "person", ("time_zone",), price=1.0)
    free, paid = Zones({"bo": Reply("none"), "cy": Reply("none")}), Zones()
    with bound(dear, paid), bound(Source("free", "person", ("time_zone",)), free):
        folder = made(tmp_path / "w")
        told = cli(folder, "enrich", "--segment", "hr")
    assert (free.asked, paid.asked) == ({"ana": 1, "bo": 1, "cy": 1}, {"bo": 1, "cy": 1})
    assert told["contacts"] == {"asked": 3, "found": 3, "none": 0, "blocked": 0, "failed": 0}


def test_what_no_segment_asks_for_is_asked_of_people_in_the_list_who_lack_it(tmp_path: Path) -> None:
    phones = Source("phones", "person", ("phone",), price=0.1)
    found = Zones(dict.fromkeys(("ana", "bo", "cy"), Reply("found", {"phone": "+49301234567"})))
    folder = made(tmp_path / "w", segment="person: {department: hr, title: manager}\n")
    with bound(phones, found):
        assert cli(folder, "enrich", "--segment", "hr", "--plan")["people"] == 2
        cli(folder, "enrich", "--segment", "hr")
        assert cli(folder, "enrich", "--segment", "hr")["contacts"]["asked"] == 0
    assert found.asked == {"ana": 1, "bo": 1}


def test_a_company_is_asked_about_once_for_all_its_people(tmp_path: Path) -> None:
    stages = Source("rounds", "company", ("funding_stage",), price=0.5, needs=("domain",))
    asked: Counter[str] = Counter()

    def rounds(prospect: Prospect) -> Reply:
        assert prospect.company is not None
        asked[prospect.company.domain or ""] += 1
        return Reply("found", {"funding_stage": "Series A"})

    folder = made(tmp_path / "w")
    with Workspace.open(folder, as_of=AS_OF) as opened, opened.db.transaction():
        history, seen = History(opened.db, AS_OF), Observation("test", "stated", AS_OF, {})
        history.record("company", None, seen._replace(values={"name": "Odd", "funding_stage": "Series A"}))
        for name in ("Eve", "Fay"):
            known = {"first_name": name, "last_name": "Moor", "department": "hr", "company_id": 3}
            history.record("person", None, seen._replace(values=known))
        history.flush()
    asks = "company: {funding_stage: Series A}\nperson: {department: hr}\n"
    (folder / "segments" / "hr.yaml").write_text(asks)
    with bound(stages, rounds):
        told = cli(folder, "enrich", "--segment", "hr")
    assert asked == {"one.example": 1, "two.example": 1, "three.example": 1}
    assert told["spent"] == 1.5
