"""Each criterion on a few people whose answers are known; list files; what is wrong with a value."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from prospector.core.errors import FileError, UsageError
from prospector.core.fields import FILTER_FIELDS, filters, stored
from prospector.normalise.words import company_words, word_key
from prospector.segments.criteria.context import Asking
from prospector.segments.language.files import load_segment
from prospector.segments.language.flags import segment_from_flags, segment_text
from prospector.segments.language.parsing import known_values, parse_value
from prospector.segments.language.spellings import spellings_of
from prospector.segments.reasons import explain, reasons
from prospector.segments.selection import count_people, people_who_match
from prospector.store.database import Database
from prospector.store.loading import load_prospects

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prospector.segments.segment import Segment

AS_OF = date(2026, 11, 22)

COMPANIES: list[dict[str, Any]] = [
    {
        "id": 1, "name": "Lohn & Söhne", "domain": "lohn.example", "country": "DE", "region": "Île-de-France",
        "city": "München", "founded": 2015, "revenue_min": 10_000_000, "revenue_max": 50_000_000,
        "headcount_growth": 25, "funding_stage": "Series A", "funded_on_from": "2026-10-01",
        "funded_on_to": "2026-10-31", "description": "Payroll for bakeries", "keywords": "HR; wages",
        "legal_form": "company", "domain_registered_from": "2026-10-01", "domain_registered_to": "2026-10-01",
    },
    {
        "id": 2, "name": "Bakery Payroll", "domain": "bakery.example", "country": "FR", "city": "Munchen",
        "founded": 1990, "revenue_min": 5_000_000, "revenue_max": 20_000_000, "headcount_growth": -5,
        "funded_on_from": "2020-01-01", "funded_on_to": "2020-12-31", "description": "Bread",
        "site_text": "Fresh rolls, every morning", "legal_form": "sole_trader",
        "domain_registered_from": "2009-01-01", "domain_registered_to": "2009-12-31",
    },
    {"id": 3, "name": "Nothing Known"},
]  # fmt: skip
PEOPLE: list[dict[str, Any]] = [
    {
        "id": 1, "company_id": 1, "email": "ana@lohn.example", "email_status": "Verified", "title": "Payroll Manager",
        "email_verdict": "deliverable", "email_send": "ok", "country": "AT", "time_zone": "Europe/Vienna", "phone": "+15550100",
        "department": "hr", "seniority": "manager", "employed_since_from": "2021-01-01", "crm_stage": "In Progress",
        "employed_since_to": "2021-12-31", "role_started_from": "2026-01-01", "role_started_to": "2026-01-01",
    },
    {"id": 2, "company_id": 2, "employed_since_from": "2026-05-04", "employed_since_to": "2026-05-04", "email": "bo@bakery.example", "title": "Manager, Payroll", "email_verdict": "unknown"},
    {"id": 3, "company_id": 3, "title": "Assistant to the Payroll Manager", "country": "DE"},
    {"id": 4},
]  # fmt: skip


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    opened = Database(tmp_path_factory.mktemp("criteria") / "prospector.db")
    with opened.transaction():
        for company in COMPANIES:
            insert(opened, "companies", {**company, "word_key": company_words(company)})
        for person in PEOPLE:
            title = person.get("title")
            insert(opened, "people", {**person, "title_key": word_key(title) if title else None})
        for number in range(3):
            insert(opened, "openings", {
                "company_id": 1, "source": "careers", "key": str(number), "title": "Baker", "title_key": " baker ",
                "department": "operations", "first_seen": "2026-11-01", "last_seen": "2026-11-20",
                "posted_on": None if number else "2026-11-10",
            })  # fmt: skip
        insert(opened, "readings", {"company_id": 1, "channel": "jobs", "read_on": "2026-11-20"})
        insert(opened, "readings", {"company_id": 2, "channel": "jobs", "read_on": "2026-11-20"})
        insert(opened, "readings", {"company_id": 2, "channel": "signals", "read_on": "2026-11-20"})
        signal = {"company_id": 1, "source": "file:x", "seen_on": "2026-11-01", "detail": "a second oven"}
        insert(opened, "signals", {**signal, "kind": "expansion", "happened_on": "2026-10-30"})
        insert(opened, "signals", {**signal, "kind": "news", "happened_on": "2026-12-30"})
        for row in (
            {"person_id": 1, "name": "tier", "value": "Gölden", "value_key": "golden"},
            {"person_id": 2, "name": "tier", "value": "silver", "value_key": "silver"},
            {"person_id": 2, "name": "größe", "value": "xl", "value_key": "xl"},
            {"company_id": 1, "name": "budget", "value": "10k", "value_key": "10k"},
        ):
            insert(opened, "custom_values", row)
        enrolment = {"campaign": "spring", "enrolled_on": "2026-09-01", "run": "spring/2026-09-01-1"}
        insert(
            opened, "enrolments", {**enrolment, "person_id": 1, "lead_key": "a", "email": "ana@lohn.example"}
        )
        insert(
            opened,
            "enrolments",
            {**enrolment, "person_id": None, "lead_key": "b", "email": "bo@bakery.example"},
        )
    yield opened
    opened.close()


def insert(db: Database, table: str, values: dict[str, Any]) -> None:
    marks = ", ".join("?" * len(values))
    db.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", tuple(values.values()))


def load(db: Database, tmp_path: Path, text: str) -> Segment:
    path = tmp_path / "asked.yaml"
    path.write_text(text, encoding="utf-8")
    campaigns = frozenset(["spring", "autumn"])
    return load_segment(path, Asking(AS_OF, folder=tmp_path, campaigns=campaigns, texts=spellings_of(db)))


ANSWERS = [
    # what is asked, and the answers for the four people: match, no match, unknown
    ("company: {region: ile-de-france}", "y???"),
    ("company: {city: MÜNCHEN}", "yy??"),
    ("company: {city: Paris}", "nn??"),
    ("company: {founded: '>= 2015'}", "yn??"),
    ("company: {legal_form: GmbH}", "yn??"),
    ("company: {legal_form: [partnership, sole trader]}", "ny??"),
    ("company: {domain_age: '< 90d'}", "yn??"),
    ("company: {founded: 1980-1999}", "ny??"),
    ("company: {revenue: '> 9m'}", "y???"),
    ("company: {revenue: '>= 5m'}", "yy??"),
    ("company: {revenue: 0.5bn+}", "nn??"),
    ("company: {revenue: '< $60,000,000'}", "yy??"),
    ("company: {headcount_growth: '>= 10%'}", "yn??"),
    ("company: {headcount_growth: '< 0%'}", "ny??"),
    ("company: {headcount_growth: -10%-5%}", "ny??"),
    ("company: {keywords: payroll}", "yy??"),
    ("company: {keywords: Payroll for}", "yn??"),
    ("company: {keywords: hr wages}", "yn??"),
    ("company: {keywords: wages payroll}", "nn??"),  # no phrase runs from one text into the next
    ("company: {keywords: {none: [bread]}}", "yn??"),
    ("company: {keywords: fresh rolls}", "ny??"),  # of the home page
    ("company: {domains: lohn.example}", "yn??"),
    ("company: {domains: [lohn.example, 'https://www.bakery.example']}", "yy??"),
    ("company: {domains: {in: targets.txt}}", "ny??"),
    ("company: {domains: {not_in: targets.txt}}", "yn??"),
    ("company: {funding_stage: series a}", "y???"),
    ("company: {signal: funding}", "yn??"),
    ("company: {signal: {kind: funding, within: 30d}}", "?n??"),  # some day of October
    ("company: {signal: {kind: funding, within: 10y}}", "yy??"),
    ("company: {signal: expansion}", "yn??"),
    ("company: {signal: {kind: expansion, within: 1w}}", "?n??"),
    ("company: {signal: news}", "?n??"),  # what is dated after the day has not happened
    ("company: {hiring: {count: 3}}", "yn??"),
    ("company: {hiring: {count: '> 3'}}", "nn??"),
    ("company: {hiring: {count: 2+, within: 30d}}", "?n??"),
    ("company: {hiring: {count: 1, within: 30d}}", "yn??"),
    ("company: {hiring: {count: 4, within: 30d}}", "nn??"),
    ("company: {has: revenue}", "yynn"),
    ("company: {has: [openings, signals]}", "ynnn"),
    ("person: {has: email}", "yynn"),
    ("person: {has: {all: [email, phone]}}", "ynnn"),
    ("person: {has: company}", "yyyn"),
    ("person: {title: payroll manager}", "yny?"),
    ("person: {title: {any: payroll, none: assistant}}", "yyn?"),
    ("person: {keywords: Páyroll}", "yyy?"),
    ("person: {country: Austria}", "y?n?"),
    ("person: {time_zone: europe/vienna}", "y???"),
    ("person: {email_status: verified}", "y???"),
    ("person: {email_verdict: deliverable}", "y???"),
    ("person: {email_verdict: {none: risky}}", "y???"),
    ("person: {send: OK}", "y???"),
    ("person: {send: [hold, never]}", "n???"),
    ("person: {emails: bo@bakery.example}", "ny??"),
    ("person: {emails: {not_in: people.txt}}", "ny??"),
    ("person: {company_tenure: '> 2y'}", "yn??"),
    ("person: {company_tenure: '> 5y'}", "?n??"),  # some day of 2021
    ("person: {crm_stage: in progress}", "y???"),
    ("person: {stage: none}", "yyyy"),
    ("person: {days_in_stage: '> 1d'}", "nnnn"),
    ("person: {last_answer: never}", "yyyy"),
    ("person: {two_way: '< 1y'}", "nnnn"),
    ("person: {deal: none}", "yyyy"),
    ("person: {campaign: spring}", "yynn"),  # one is known to the ledger by address alone
    ("person: {campaign: {not_in: spring}}", "nnyy"),
    ("person: {campaign: {not_in: autumn}}", "yyyy"),
    ("person: {contacted: never}", "nnyy"),
    ("person: {contacted: {within: 30d}}", "nnnn"),
    ("person: {contacted: {within: 90d}}", "yynn"),
    ("person: {contacted: {not_within: 30d}}", "yyyy"),
    ("person: {custom: {tier: GOLDEN}}", "yn??"),
    ("person: {custom: {tier: [golden, silver]}}", "yy??"),
    ("person: {custom: {tier: {none: golden}}}", "ny??"),
    ("person: {custom: {größe: XL}}", "?y??"),
    ("company: {custom: {budget: 10k}}", "y???"),
    ("person: {has: custom.tier}", "yynn"),
    ("company: {has: custom.budget}", "ynnn"),
]


@pytest.mark.parametrize(("text", "answers"), ANSWERS)
def test_a_criterion_says_match_no_match_or_unknown(
    db: Database, tmp_path: Path, text: str, answers: str
) -> None:
    (tmp_path / "targets.txt").write_text("domain,why\nwww.bakery.example,flour\n# done\n", encoding="utf-8")
    (tmp_path / "people.txt").write_text("ANA@lohn.example\n\n", encoding="utf-8")
    segment = load(db, tmp_path, text)
    prospects = list(load_prospects(db, [1, 2, 3, 4]))
    found = "".join(
        {True: "y", False: "n", None: "?"}[one.answer(each)] for each in prospects for one in segment.asked
    )
    assert found == answers
    counts = count_people(db, segment)
    assert (counts.match, counts.no_match, counts.unknown) == tuple(answers.count(sign) for sign in "yn?")
    matching = [each for each, sign in zip(prospects, answers, strict=True) if sign == "y"]
    assert [key for key, _ in people_who_match(db, segment)] == [each.person.id for each in matching]
    for each in matching:
        assert all(reasons(segment, each))
        assert [one.answer for one in explain(db, segment, each, AS_OF)] == ["match"]


def test_every_field_of_the_table_is_asked_here_or_in_the_older_tests() -> None:
    asked = " ".join(text for text, _ in ANSWERS)
    older = {"industry", "headcount", "country", "uses", "technology_category", "advertises_on", "hiring", "role",
             "department", "seniority", "tenure"}  # fmt: skip
    assert {field.name for field in FILTER_FIELDS if f"{field.name}:" not in asked} <= older


def test_the_examples_of_the_table_can_be_asked() -> None:
    for key, field in filters().items():
        parse_value(key, field.example, Asking(AS_OF))
        for value in known_values(key):
            parse_value(key, value, Asking(AS_OF))


def test_keys_and_flags_are_unique_and_every_stored_fact_can_be_asked_for_with_has() -> None:
    assert len(filters()) == len(FILTER_FIELDS) == len({field.flag for field in FILTER_FIELDS})
    assert set(stored("company")) < set(known_values("company_has"))
    assert set(stored("person")) - {"company_id"} < set(known_values("has"))


@pytest.mark.parametrize(
    ("text", "what", "hint"),
    [
        ("company: {founded: long ago}", '"long ago" is no year', ">= 2015"),
        ("company: {founded: '> 99999999999999999999'}", "is no year", ""),
        ("company: {founded: 2020-2010}", "is no year", ""),
        ("company: {revenue: '> 10 apples'}", "is no revenue", "10m"),
        ("company: {revenue: '> 999999999bn'}", "is no revenue", "10m"),
        ("company: {headcount_growth: fast}", "is no growth", "10%"),
        ("company: {keywords: '!?'}", "has no word", "write a word"),
        ("company: {domains: not a domain}", "is no domain", "{in: FILE}"),
        ("company: {domains: lists/targets.txt}", "is no domain", "{in: FILE}"),
        ("company: {domains: {inn: x.txt}}", 'no key "inn"', '"in"'),
        ("company: {domains: {in: missing.txt}}", "missing.txt: no such file", "workspace"),
        ("company: {domains: {in: empty.txt}}", "empty.txt is empty", "one domain a line"),
        ("company: {domains: {in: bad.txt}}", 'bad.txt:3: this line is no domain', "one domain a line"),
        ("company: {domains: {in: ../outside.txt}}", "outside the workspace", "lists/"),
        ("company: {domains: {in: /etc/passwd}}", "outside the workspace", "lists/"),
        ("company: {domains: {in: link.txt}}", "outside the workspace", "lists/"),
        ("company: {domains: {in: '.'}}", "folder", ""),
        ("person: {emails: {in: bad.txt}}", 'bad.txt:2: this line is no e-mail address', "a line"),
        ("company: {technology_category: crmm}", 'no category "crmm"', '"crm"'),
        ("company: {signal: fundin}", 'no kind of signal "fundin"', '"funding"'),
        ("company: {signal: {within: 30d}}", "says no kind", "funding, news"),
        ("company: {signal: {kind: news, within: soon}}", "is no time span", "30d"),
        ("company: {hiring: {count: '< 3'}}", "at least", ">= 3"),
        ("company: {hiring: {count: 2-5}}", "at least", ">= 3"),
        ("company: {hiring: {count: 0}}", "at least", ">= 3"),
        ("company: {hiring: {count: many}}", "is no count", ">= 3"),
        ("company: {has: hedcount}", 'no fact "hedcount"', '"headcount"'),
        ("person: {has: headcount}", '"headcount" is a fact of the company', "company: {has: headcount}"),
        ("person: {has: fone}", 'no fact "fone" of a person', '"phone"'),
        ("company: {has: title}", '"title" is a fact of the person', "person: {has: title}"),
        ("person: {time_zone: Berlin time}", "no time zone", "Berlin"),
        ("person: {email_verdict: fine}", 'no verdict "fine"', "deliverable"),
        ("person: {send: nevr}", '"nevr" does not say whether to write', "never"),
        ("person: {campaign: sprin}", 'no campaign "sprin"', '"spring"'),
        ("person: {contacted: lately}", "says nothing of contacts", "never"),
        ("person: {contacted: {within: lately}}", "is no time span", "30d"),
        ("company: {country: DE}\nexpect: many", "is no number of people", "50-200"),
        ("company: {country: DE}\nlimit: {per_company: 2, rank: senority}", 'cannot be "senority"', '"seniority"'),
        ("company: {country: DE}\nlimit: {rank: seniority}", "needs", "how many"),
        ("company: {country: DE}\nscore: [{points: 1, kind: fitt, when: {company: {country: DE}}}]", "kind", '"fit"'),
    ],
)  # fmt: skip
def test_a_wrong_value_says_what_to_write_instead(
    db: Database, tmp_path: Path, text: str, what: str, hint: str
) -> None:
    folder = tmp_path / "workspace"
    folder.mkdir()
    (tmp_path / "outside.txt").write_text("firm.example\n", encoding="utf-8")
    (folder / "link.txt").symlink_to(tmp_path / "outside.txt")
    (folder / "empty.txt").write_text("# nobody\n\n", encoding="utf-8")
    (folder / "bad.txt").write_text("domain\nfirm.example\ntwo words\n", encoding="utf-8")
    with pytest.raises(FileError) as caught:
        load(db, folder, text)
    assert what in caught.value.what
    assert hint in caught.value.hint
    assert caught.value.line


def test_a_list_of_many_thousand_domains_is_bound_as_one_value(db: Database, tmp_path: Path) -> None:
    many = "\n".join(f"firm{number}.example" for number in range(50_000))
    (tmp_path / "many.txt").write_text(f"{many}\nlohn.example\n", encoding="utf-8")
    segment = load(db, tmp_path, "company: {domains: {in: many.txt}}")
    assert people_who_match(db, segment) == [(1, "match")]


# Flags take what files take


@pytest.mark.parametrize(
    "flags",
    [
        {"hiring": ["{title: Bäcker, within: 30d}"], "person_country": ["AT"], "country": ["DE"]},
        {"uses": ["{none: [HubSpot], unknown: include}"], "has": ["email"], "company_has": ["domain"]},
        {"hiring": ["marketing", "{title: baker, count: 2}"], "person_keywords": ["payroll"]},
        {"signal": ["{kind: news, within: 1y}"], "contacted": ["{not_within: 30d}"], "campaign": ["spring"]},
    ],
)
def test_long_forms_as_flags_ask_the_same_when_saved(
    db: Database, tmp_path: Path, flags: dict[str, list[str]]
) -> None:
    said = segment_from_flags(flags, Asking(AS_OF))
    saved = load(db, tmp_path, segment_text("saved", flags))
    assert {entry.label: asked.question for entry in said.entries for asked in entry.asked} == {
        entry.label: asked.question for entry in saved.entries for asked in entry.asked
    }
    assert [asked.policy for asked in said.asked] == [
        "include" if asked.field == "uses" else "exclude" for asked in said.asked
    ]


@pytest.mark.parametrize("value", ["{", "{titel: x}", "{any: []}", "{in: [x]}", "{}", "{a: &b c}", '{"'])
def test_a_wrong_long_form_as_a_flag_is_wrong_usage_that_names_the_flag(value: str) -> None:
    with pytest.raises(UsageError, match="--hiring") as caught:
        segment_from_flags({"hiring": [value]}, Asking(AS_OF))
    assert caught.value.hint
