"""Values of criteria in other spellings than the shortest ask the same."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest
from workspaces import call_cli, make_workspace

from prospector.segments.language.parsing import Asking, BadValue, parse_value

if TYPE_CHECKING:
    from pathlib import Path

ASKING = Asking(date(2026, 11, 30))


@pytest.mark.parametrize(
    ("spelled", "short"),
    [
        ("< 12 months", "< 12m"),
        ("<1 year", "< 1y"),
        (">= 90 days", ">= 90d"),
        ("< 1 year 6 months", "< 18m"),
        ("< 6 Monate", "< 6m"),
        ("3 months - 18 months", "3m-18m"),
        ("3-18 months", "3m-18m"),
        ("1 year to 3 years", "1y-3y"),
    ],
)
def test_spans_of_time_in_words_ask_what_the_short_form_asks(spelled: str, short: str) -> None:
    assert parse_value("tenure", spelled, ASKING) == parse_value("tenure", short, ASKING)


@pytest.mark.parametrize("value", ["< 12", "< 3 fortnights", "soon", "12 months - 3 months"])
def test_a_span_in_unknown_words_is_an_error_that_says_what_to_write(value: str) -> None:
    with pytest.raises(BadValue) as fault:
        parse_value("tenure", value, ASKING)
    assert fault.value.hint


PEOPLE = """Name,Email,Title,Company,Website,Company City,Company Region,Keywords
Anna Kranz,anna@kranz.example,Geschäftsführerin,Kranz AG,kranz.example,München,Thüringen,Bürobedarf
Tom Holt,tom@holt.example,HR Manager,Holt GmbH,holt.example,Muenchen,Thueringen,Buerobedarf
Ida Lund,ida@lund.example,Geschaeftsfuehrerin,Lund AS,lund.example,Tromsø,Østfold,SaaS
Kim Oda,kim@oda.example,HR Director,Oda Ltd,oda.example,Tromsoe,Oestfold,SAS
"""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_workspace(tmp_path_factory.mktemp("spellings"))
    (folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    assert call_cli("import", "people.csv", cwd=folder).returncode == 0
    return folder


@pytest.mark.parametrize(
    ("flag", "values", "names"),
    [
        ("--city", ("München", "Muenchen", "MUENCHEN"), ["Anna", "Tom"]),
        ("--city", ("Tromsø", "Tromsoe"), ["Ida", "Kim"]),
        ("--region", ("Thüringen", "Thueringen"), ["Anna", "Tom"]),
        ("--region", ("Østfold", "Oestfold"), ["Ida", "Kim"]),
        ("--title", ("Geschäftsführerin", "Geschaeftsfuehrerin"), ["Anna", "Ida"]),
        ("--keywords", ("Bürobedarf", "Buerobedarf"), ["Anna", "Tom"]),
        ("--keywords", ("SaaS",), ["Ida"]),
    ],
)
def test_an_accent_and_its_two_letters_find_the_same_people(
    workspace: Path, flag: str, values: tuple[str, ...], names: list[str]
) -> None:
    for value in values:
        found = call_cli("find", flag, value, "--json", cwd=workspace)
        assert sorted(row["first_name"] for row in json.loads(found.stdout)) == names, value


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("industry", "Banking, Insurance"),
        ("industry", "Banking/Insurance"),
        ("industry", "Banking & Insurance"),
        ("industry", "Banking or Insurance"),
        ("headcount", "11-50, 51-200"),
        ("headcount", "10,20"),
        ("country", "DE, AT"),
        ("city", "Berlin / Hamburg"),
        ("region", "Bayern; Hessen"),
        ("uses", "HubSpot, Salesforce"),
        ("technology_category", "crm, analytics"),
        ("advertises_on", "Google Ads, Meta Ads"),
        ("hiring", "marketing, sales"),
        ("signal", "funding, news"),
        ("funding_stage", "Seed, Series A"),
        ("domains", "a.example, b.example"),
        ("company_has", "domain, phone"),
        ("keywords", "payroll, benefits"),
        ("title", "payroll, benefits"),
        ("title", "HR|People"),
        ("role", "HR manager, HR director"),
        ("role", "HR manager / HR director"),
        ("department", "hr, finance"),
        ("seniority", "manager, director"),
        ("tenure", "< 1y, > 3y"),
        ("person_country", "DE or AT"),
        ("time_zone", "Europe/Berlin, Europe/Paris"),
        ("emails", "a@x.example, b@x.example"),
        ("email_status", "verified, guessed"),
        ("email_verdict", "deliverable, risky"),
        ("crm_stage", "Working, New"),
        ("campaign", "spring, autumn"),
        ("contacted", "ever, never"),
        ("has", "email, phone"),
        ("hiring", {"title": "payroll, benefits"}),
    ],
)
def test_a_list_in_one_value_is_an_error_that_says_how_to_write_it(
    key: str, value: str | dict[str, str]
) -> None:
    with pytest.raises(BadValue) as fault:
        parse_value(key, value, ASKING)
    assert fault.value.hint


def test_what_is_called_so_as_a_whole_is_one_value() -> None:
    kept = {("company", "city"): ("Washington, D.C.",), ("person", "crm_stage"): ("Won/Lost",)}
    asking = Asking(date(2026, 11, 30), texts=lambda subject, field: kept.get((subject, field), ()))
    for key, value in (
        ("industry", "Oil & Gas"), ("industry", "Glass, ceramics and concrete"), ("industry", "Hospital & Health Care"),
        ("time_zone", "Europe/Berlin"), ("city", "washington, d.c."), ("crm_stage", "Won/Lost"), ("headcount", "> 1,000"),
        ("headcount", "1,001-5,000"), ("revenue", "> 1,000,000"), ("domains", "https://www.banco.example"),
        ("title", "Health and Safety"), ("title", "People & Culture"), ("keywords", "trick or treat"),
    ):  # fmt: skip
        parse_value(key, value, asking)


def test_flags_and_files_refuse_the_same_list_and_check_names_its_line(workspace: Path) -> None:
    (workspace / "segments" / "two.yaml").write_text(
        "company:\n  industry: Banking, Insurance\n", encoding="utf-8"
    )
    flag = call_cli("find", "--industry", "Banking, Insurance", "--count", cwd=workspace)
    file = call_cli("find", "--segment", "two", "--count", cwd=workspace)
    check = call_cli("segment", "check", "two", cwd=workspace)
    assert (flag.returncode, file.returncode, check.returncode) == (2, 2, 2)
    for done in (flag, file, check):
        assert "[Banking, Insurance]" in done.stderr + done.stdout
    assert "two.yaml:2" in check.stderr + check.stdout


def test_unknown_beside_a_segment_and_a_segment_twice_are_errors(workspace: Path) -> None:
    for args in (
        ("find", "--segment", "hr", "--unknown", "include"),
        ("find", "--segment", "hr", "--unknown", "bogus"),
        ("find", "--city", "Berlin", "--unknown", "bogus"),
        ("find", "--segment", "hr", "--segment", "hr"),
        ("enrich", "--segment", "hr", "--segment", "hr", "--plan"),
    ):
        done = call_cli(*args, cwd=workspace)
        assert done.returncode == 2, args
        assert "hint:" in done.stderr
