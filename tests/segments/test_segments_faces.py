"""The two faces of every segment agree: the SQL over the whole database, and the Python over one record."""

from __future__ import annotations

import gc
import json
import os
import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prospector.core.fields import FILTER_FIELDS, stored
from prospector.normalise.text import fold
from prospector.normalise.words import company_words, word_key
from prospector.segments.criteria.context import Road
from prospector.segments.criteria.groups import all_of, any_of, negated
from prospector.segments.language.files import load_segment
from prospector.segments.language.parsing import Asking
from prospector.segments.language.spellings import spellings_of
from prospector.segments.selection import (
    count_people,
    funnel,
    people_who_match,
    selection_sql,
    undecided_companies,
)
from prospector.store.database import Database
from prospector.store.loading import load_prospects

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prospector.core.records import Prospect
    from prospector.segments.segment import Segment

DAYS = (date(2026, 11, 22), date(2024, 2, 29), date(2025, 3, 31), date(2026, 1, 1))
COMPANIES, PEOPLE = 25, 60
OWN_TOOL = "house-tool"
OWN_INDUSTRY = "other:llama shearing"
CHANNELS = ("html", "headers", "cookies", "dns", "tag_manager", "jobs", "signals")
TECHNOLOGIES = ("hubspot", "google-ads", "meta-pixel", "adsense", "salesforce", OWN_TOOL)
PLATFORMS = (None, "Google Ads", "Meta Ads", "LinkedIn Ads")
LEVELS = (None, "conversion", "remarketing", "tag", "stated")
INDUSTRIES = (None, "banking", "insurance", "financial_services", "software", OWN_INDUSTRY)
BANDS = (None, "1", "10", "11", "50", "1-10", "11-50", "5-50", "10+", "51+", "-10", "-50")
DEPARTMENTS = (None, "hr", "marketing", "finance", "sales")
SENIORITIES = (None, "c_suite", "director", "manager", "entry")
TITLES = ("Marketing Manager", "Head of Growth Marketing", "Manager, Marketing", "HR Marketeer", "Élan Lead")
STARTS = (0, 1, 89, 90, 91, 180, 364, 365, 366, 367, 540, 730, 4000)


@dataclass(frozen=True)
class Bench:
    """One database and one file for all examples: opening a new one each time would take most of the time."""

    db: Database
    file: Path

    def segment(self, asked: dict[str, Any], as_of: date) -> Segment:
        self.file.write_text(json.dumps(asked), encoding="utf-8")
        asking = Asking(
            as_of,
            industries=frozenset([OWN_INDUSTRY]),
            technologies=frozenset([OWN_TOOL]),
            folder=self.file.parent,
            texts=spellings_of(self.db),
            road=lambda: Road(
                {"mql": ("mql",), "won": ("won",), "qualified": ("mql", "sql")},
                answers_read_since=as_of - timedelta(days=30),
            ),
        )
        return load_segment(self.file, asking)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("faces")
    db = Database(folder / "prospector.db")
    (folder / "targets.txt").write_text(
        "Domain\nfirm1.example\nhttps://www.firm2.example/x\n", encoding="utf-8"
    )
    (folder / "people.txt").write_text("# ours\np1@firm.example\nP2@Firm.example\n", encoding="utf-8")
    db.execute("PRAGMA synchronous = OFF")
    # The trees of a statement refer to each other; looking for what is free after each takes half of the time.
    before = gc.get_threshold()
    gc.set_threshold(200_000, 10, 10)
    yield Bench(db, folder / "random.yaml")
    gc.set_threshold(*before)
    db.close()


# Random data


def _fill(db: Database, seed: int, as_of: date) -> None:
    chance = random.Random(seed)
    with db.transaction():
        for table in (
            "custom_values",
            "signals",
            "readings",
            "openings",
            "company_technologies",
            "enrolments",
            "deals",
            "stages",
            "people",
            "companies",
        ):
            db.execute(f"DELETE FROM {table}")
        for number in range(1, COMPANIES + 1):
            _company(db, chance, number, as_of)
        for number in range(1, PEOPLE + 1):
            _person(db, chance, number, as_of)


def _insert(db: Database, table: str, values: dict[str, Any]) -> None:
    marks = ", ".join("?" * len(values))
    db.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", tuple(values.values()))


def _company(db: Database, chance: random.Random, number: int, as_of: date) -> None:
    low, high = stored("company")["headcount"].cells(chance.choice(BANDS))
    _insert(
        db,
        "companies",
        {
            "id": number,
            "industry": chance.choice(INDUSTRIES),
            "headcount_min": low,
            "headcount_max": high,
            "country": chance.choice((None, "DE", "FR")),
            **_more_of_a_company(chance, number, as_of),
        },
    )
    for day in {_day(chance, as_of, -1) for _ in range(chance.randrange(3))}:
        _insert(
            db,
            "signals",
            {
                "company_id": number,
                "kind": chance.choice(("funding", "news")),
                "happened_on": day,
                "source": "file:x",
                "seen_on": day,
            },
        )
    for technology in chance.sample(TECHNOLOGIES, chance.randrange(4)):
        for source in chance.sample(("website", "file:list.csv"), chance.randrange(1, 3)):
            _technology(db, chance, number, technology, source, as_of)
    for job in range(chance.randrange(4)):
        _opening(db, chance, number, job, as_of)
    for channel in chance.sample(CHANNELS, chance.choice((0, 3, 5, 7))):
        read_on = _day(chance, as_of)
        _insert(db, "readings", {"company_id": number, "channel": channel, "read_on": read_on})
    _custom(db, chance, "company", number)


def _custom(db: Database, chance: random.Random, subject: str, number: int) -> None:
    """Columns of the user's own: one of each name that a segment below asks for, with values in several spellings."""
    for name in chance.sample(("tier", "größe"), chance.randrange(3)):
        value = chance.choice(("Gold", "gold", "Gölden", "silver"))
        key = {f"{subject}_id": number, "name": name, "value": value, "value_key": fold(value)}
        _insert(db, "custom_values", key)


def _more_of_a_company(chance: random.Random, number: int, as_of: date) -> dict[str, Any]:
    fields = stored("company")
    low, high = fields["revenue"].cells(chance.choice(BANDS))
    start, end = fields["funded_on"].cells(_start(chance, as_of))
    values = {
        "name": f"Firm {number}",
        "description": chance.choice((None, "Payroll for the many")),
        "keywords": chance.choice((None, "HR; benefits")),
    }
    return {
        **values,
        "word_key": chance.choice((company_words(values), company_words(values), None)),
        "domain": chance.choice((None, f"firm{number % 4}.example")),
        "region": chance.choice((None, "Île-de-France", "Ile-de-France", "Bayern")),
        "city": chance.choice((None, "München", "munchen", "Paris")),
        "founded": chance.choice((None, 1999, 2015, 2020)),
        "revenue_min": low,
        "revenue_max": high,
        "headcount_growth": chance.choice((None, -20, 0, 10)),
        "funding_stage": chance.choice((None, "Series A", "Seed")),
        "funded_on_from": start,
        "funded_on_to": end,
        "domain_registered_from": start,
        "domain_registered_to": end,
        "legal_form": chance.choice((None, "company", "sole_trader", "partnership")),
    }


def _technology(
    db: Database, chance: random.Random, company: int, key: str, source: str, as_of: date
) -> None:
    _insert(
        db,
        "company_technologies",
        {
            "company_id": company,
            "technology": key,
            "source": source,
            "name": key,
            "category": chance.choice((None, "crm", "commerce")),
            "advertises_on": chance.choice(PLATFORMS),
            "level": chance.choice(LEVELS),
            "grade": chance.choice((None, 1, 2, 3, 4)),
            "first_seen": as_of.isoformat(),
            "last_seen": as_of.isoformat(),
            "gone_on": chance.choice((None, None, as_of.isoformat())),
        },
    )


def _opening(db: Database, chance: random.Random, company: int, number: int, as_of: date) -> None:
    title = chance.choice(TITLES)
    _insert(
        db,
        "openings",
        {
            "company_id": company,
            "source": "board:x",
            "key": str(number),
            "title": title,
            "title_key": word_key(title),
            "department": chance.choice(DEPARTMENTS),
            "posted_on": chance.choice((None, _day(chance, as_of))),
            "first_seen": as_of.isoformat(),
            "last_seen": _day(chance, as_of),
            "closed_on": chance.choice((None, None, as_of.isoformat())),
        },
    )


def _day(chance: random.Random, as_of: date, *more: int) -> str:
    return (as_of - timedelta(days=chance.choice((0, 1, 29, 30, 31, 400, *more)))).isoformat()


def _person(db: Database, chance: random.Random, number: int, as_of: date) -> None:
    start, end = stored("person")["role_started"].cells(_start(chance, as_of))
    joined, joined_last = stored("person")["employed_since"].cells(_start(chance, as_of))
    department, seniority = chance.choice(DEPARTMENTS), chance.choice(SENIORITIES)
    title = chance.choice((None, *TITLES))
    email = chance.choice((None, f"p{number}@firm.example"))
    _insert(
        db,
        "people",
        {
            "id": number,
            "company_id": chance.choice((None, *range(1, COMPANIES + 1))),
            "title": title,
            "title_key": chance.choice((word_key(title or ""), None)) if title else None,
            "email": email,
            "email_status": chance.choice((None, "verified", "Verified", "guessed", "unknown")),
            "email_verdict": chance.choice((None, "deliverable", "risky", "unknown")),
            "email_send": chance.choice((None, "ok", "hold", "never")),
            "phone": chance.choice((None, "+15550100")),
            "country": chance.choice((None, "DE", "US")),
            "time_zone": chance.choice((None, "Europe/Berlin", "Europe/Paris")),
            "region": chance.choice((None, "Bayern", "Texas")),
            "city": chance.choice((None, "München", "Paris")),
            "department": department,
            "seniority": seniority,
            "role_started_from": start,
            "role_started_to": end,
            "employed_since_from": joined,
            "employed_since_to": joined_last,
            "crm_stage": chance.choice((None, "Working", "working", "Not interested")),
        },
    )
    _custom(db, chance, "person", number)
    _road(db, chance, number, as_of)
    for campaign in chance.sample(("spring", "autumn"), chance.randrange(3)):
        # A ledger that was learned from a manifest alone knows people by their address.
        known = chance.choice((number, None)) if email else number
        enrolment = {
            "campaign": campaign,
            "person_id": known,
            "lead_key": str(number),
            "email": email if known is None else f"old{number}@firm.example",
            "enrolled_on": _day(chance, as_of, -1),
            "run": f"{campaign}/x-1",
        }
        _insert(db, "enrolments", enrolment)


def _road(db: Database, chance: random.Random, number: int, as_of: date) -> None:
    """Where the person stands, and deals of theirs or of a company."""
    if chance.random() < 0.7:
        days = {
            name: chance.choice((None, _day(chance, as_of)))
            for name in ("last_answer", "last_two_way", "contacted_on")
        }
        stage = chance.choice(("prospecting", "mql", "sql", "won"))
        _insert(db, "stages", {"person_id": number, "stage": stage, "since": _day(chance, as_of), **days})
    for _ in range(chance.choice((0, 0, 1, 2))):
        _insert(
            db,
            "deals",
            {
                "name": "Deal",
                "person_id": chance.choice((None, number)),
                "company_id": chance.choice((None, *range(1, COMPANIES + 1))),
                "amount": chance.choice((None, 500.0, 5000.0, 12000.5)),
                "stage": chance.choice(("mql", "sql", "won")),
                "state": chance.choice(("open", "open", "won", "lost")),
                "since": as_of.isoformat(),
                "opened_on": as_of.isoformat(),
                "heard_on": _day(chance, as_of),
            },
        )


def _start(chance: random.Random, as_of: date) -> str | None:
    day = as_of - timedelta(days=chance.choice((*STARTS, -1, -400)))
    text = day.isoformat()
    span = f"{text}/{(day + timedelta(days=chance.randrange(400))).isoformat()}"
    return chance.choice((None, text, text, text[:7], text[:4], span))


# Random segments, as they stand in files

_WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "company": {
        "industry": ("banking", "financial services", "llama shearing", "software"),
        "headcount": ("> 10", ">= 10", "< 50", "<= 10", "= 10", "11-50", "50+", "-10"),
        "country": ("Germany", "FR"),
        "uses": ("HubSpot", "Salesforce", "Meta Pixel", OWN_TOOL),
        "advertises_on": ("Google Ads", "LinkedIn"),
        "hiring": ("marketing", "hr"),
        "headcount_growth": (">= 10%", "< 0%", "0%"),
        "revenue": ("> 10", "11-50", "= 0.01k"),
        "founded": (">= 2015", "1990-2000"),
        "legal_form": ("company", "sole trader"),
        "domain_age": ("< 1y", "> 90d"),
        "region": ("ile-de-france", "Bayern", "Texas"),
        "city": ("Munchen", "Paris"),
        "domains": ("firm1.example", "firm3.example"),
        "keywords": ("payroll", "hr benefits", "firm", "benefits payroll"),
        "technology_category": ("commerce", "crm"),
        "signal": ("funding", "news", "expansion"),
        "funding_stage": ("series a", "Seed"),
        "deal": ("open", "won", "lost", "dark", "any", "none"),
        "custom": ("GOLD", "golden", "silver", "bronze"),
        "has": ("domain", "headcount", "technologies", "openings", "signals", "funded_on", "custom.tier"),
    },
    "person": {
        "role": ("HR manager", "CFO", "Marketing", "HR manager+"),
        "department": ("hr", "marketing"),
        "seniority": ("manager", "manager+", "director"),
        "tenure": ("< 1y", "<= 1y", "> 1y", ">= 90d", "3m-18m", "= 12m", "< 1d"),
        "company_tenure": ("< 1y", "> 1y", ">= 2y", "3m-18m"),
        "crm_stage": ("working", "Not interested"),
        "title": ("marketing", "marketing manager", "élan"),
        "keywords": ("growth", "hr"),
        "country": ("DE", "United States"),
        "time_zone": ("Europe/Berlin", "europe/paris"),
        "region": ("Bayern", "Ohio"),
        "city": ("Munchen", "Paris"),
        "emails": ("p1@firm.example", "P3@FIRM.example"),
        "email_status": ("verified", "guessed"),
        "email_verdict": ("deliverable", "risky"),
        "send": ("ok", "Hold", "never"),
        "campaign": ("spring", "autumn", "nobody's"),
        "contacted": ("ever", "never"),
        "stage": ("mql", "qualified", "won", "any", "none"),
        "days_in_stage": ("> 30d", "<= 30d", "29d-31d", "< 1d"),
        "last_answer": ("> 30d", "< 30d", "never", "ever", ">= 29d", "1d-30d"),
        "two_way": ("> 30d", "<= 30d", "never", "ever"),
        "deal": ("open", "won", "lost", "dark", "any", "none"),
        "custom": ("gold", "golden", "Silver"),
        "has": ("email", "company", "role_started", "custom.größe"),
    },
}
_ALWAYS_KNOWN = {"has", "campaign", "contacted", "stage", "days_in_stage"}
_LONG = {
    "hiring": (
        {"title": "marketing"},
        {"department": "marketing", "within": "30d"},
        {"title": "marketing manager", "within": "1d"},
        {"within": "2w"},
        {"count": "2"},
        {"count": ">= 2", "within": "30d"},
        {"count": "3+", "department": "marketing"},
    ),
    "deal": (
        {"state": "open", "amount": "> 1k"},
        {"stage": "qualified"},
        {"amount": "500-5k", "stage": "mql"},
    ),
    "domains": ({"in": "targets.txt"}, {"not_in": "targets.txt"}),
    "emails": ({"in": "people.txt"}, {"not_in": "people.txt"}, {"in": "people.txt", "not_in": "people.txt"}),
    "signal": ({"kind": "funding", "within": "30d"}, {"kind": "news", "within": "1y"}),
    "campaign": ({"in": "spring"}, {"not_in": "spring"}, {"in": "spring", "not_in": "autumn"}),
    "contacted": ({"within": "30d"}, {"not_within": "30d"}, {"within": "1y", "not_within": "2w"}),
    "role": ({"department": "hr"}, {"seniority": "director+"}, {"department": "hr", "seniority": "manager"}),
}
_POLICIES = ("exclude", "review", "include")


def _value(chance: random.Random, field: str, words: tuple[str, ...]) -> Any:
    """A word, a list of words, or the long form with any, all and none or with keys of its own."""
    words_and_maps = [*words, *_LONG.get(field, ())]
    several = [chance.choice(words_and_maps) for _ in range(chance.randrange(1, 3))]
    form = chance.randrange(4)
    if form == 0:
        return chance.choice(words_and_maps)
    if form == 1:
        return several
    policy = {"unknown": chance.choice(_POLICIES)} if chance.random() < 0.5 else {}
    if form == 2 and field in _LONG:
        return {**chance.choice(_LONG[field]), **policy}
    sets = chance.sample(("any", "all", "none"), chance.choice((1, 1, 2, 3)))
    return {**{name: chance.sample(words, chance.randrange(1, 3)) for name in sets}, **policy}


def _criteria(chance: random.Random, subject: str) -> dict[str, Any]:
    fields = chance.sample(sorted(_WORDS[subject]), chance.randrange(1, 3))
    return {field: _criterion(chance, field, _WORDS[subject][field]) for field in fields}


def _criterion(chance: random.Random, field: str, words: tuple[str, ...]) -> Any:
    if field != "custom":
        return _value(chance, field, words)
    names = chance.sample(("tier", "größe"), chance.randrange(1, 3))
    return {name: _value(chance, field, words) for name in names}


def _group(chance: random.Random, subject: str | None, depth: int) -> dict[str, Any]:
    def branch() -> dict[str, Any]:
        if subject is None:
            return _asked(chance, depth - 1)
        inner = _group(chance, subject, depth - 1) if depth > 1 and chance.random() < 0.4 else {}
        return {**_criteria(chance, subject), **inner}

    key = chance.choice(("any_of", "all_of", "not"))
    branches = [branch() for _ in range(chance.randrange(1, 3))]
    return {key: branches[0] if key == "not" and len(branches) == 1 else branches}


def _asked(chance: random.Random, depth: int) -> dict[str, Any]:
    """The content of a segment file: criteria of one or both subjects, and groups within and around them."""
    found: dict[str, Any] = {}
    for subject in chance.sample(("company", "person"), chance.randrange(1, 3)):
        inner = _group(chance, subject, depth) if depth and chance.random() < 0.4 else {}
        found[subject] = {**_criteria(chance, subject), **inner}
    return {**found, **(_group(chance, None, depth) if depth and chance.random() < 0.4 else {})}


@given(seed=st.integers(0, 2**32), as_of=st.sampled_from(DAYS))
@settings(
    max_examples=int(os.environ.get("PROSPECTOR_EXAMPLES", "20")),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_sql_and_python_give_every_person_the_same_answer(bench: Bench, seed: int, as_of: date) -> None:
    _fill(bench.db, seed, as_of)
    prospects = list(load_prospects(bench.db, range(1, PEOPLE + 1)))
    assert len(prospects) == PEOPLE
    chance = random.Random(seed)
    for _ in range(4):
        depth = chance.choice((0, 0, 0, 0, 1, 1, 2))
        segment = bench.segment({**_asked(chance, depth), "unknown": chance.choice(_POLICIES)}, as_of)
        answers = {
            prospect.person.id: all_of(entry.question.answer(prospect) for entry in segment.entries)
            for prospect in prospects
        }
        sql, binds = selection_sql(segment)
        assert {row["id"]: _truth(row["answer"]) for row in bench.db.rows(sql, binds)} == answers
        _check_counts(bench.db, segment, answers, prospects)
        _check_policy(bench.db, segment, answers, prospects)


def _check_policy(
    db: Database, segment: Segment, answers: dict[int, bool | None], prospects: list[Prospect]
) -> None:
    policies = {prospect.person.id: segment.policy(prospect) for prospect in prospects}
    assert people_who_match(db, segment) == [
        (person, "match" if answer else "review" if policies[person] == "review" else "unknown")
        for person, answer in answers.items()
        if answer or (answer is None and policies[person] != "exclude")
    ]
    undecided = {one.company.id for one in prospects if one.company and answers[one.person.id] is None}
    assert undecided_companies(db, segment) == sorted(undecided)


def _truth(cell: int | None) -> bool | None:
    assert cell in (0, 1, None)
    return None if cell is None else bool(cell)


def _check_counts(
    db: Database, segment: Segment, answers: dict[int, bool | None], prospects: list[Prospect]
) -> None:
    counts, found = count_people(db, segment), list(answers.values())
    assert (counts.match, counts.no_match, counts.unknown) == (
        found.count(True),
        found.count(False),
        found.count(None),
    )
    lines = funnel(db, segment)
    assert [line.criterion for line in lines] == [entry.label for entry in segment.entries]
    left = prospects
    for line, entry in zip(lines, segment.entries, strict=True):
        each = [entry.question.answer(prospect) for prospect in prospects]
        assert (line.match, line.no_match, line.unknown) == (
            each.count(True),
            each.count(False),
            each.count(None),
        )
        assert line.match + line.no_match + line.unknown == len(prospects)
        others = [one.question for one in segment.entries if one is not entry]
        assert line.could_win == sum(
            answer is None and all(one.answer(prospect) is not False for one in others)
            for prospect, answer in zip(prospects, each, strict=True)
        )
        left = [prospect for prospect in left if entry.question.answer(prospect)]
        assert line.remaining == len(left)
    assert lines[-1].remaining == counts.match


def test_the_random_data_reach_all_three_answers_of_every_criterion(bench: Bench) -> None:
    """The property above would hold for data in which nothing ever matches, too."""
    as_of = DAYS[0]
    seen: dict[str, set[bool | None]] = {}
    for seed in range(10):
        _fill(bench.db, seed, as_of)
        prospects = list(load_prospects(bench.db, range(1, PEOPLE + 1)))
        for subject, fields in _WORDS.items():
            for field, words in fields.items():
                asked = {"tier": words[0]} if field == "custom" else words[0]
                question = bench.segment({subject: {field: asked}}, as_of).entries[0].question
                of = seen.setdefault(f"{subject}.{field}", set())
                of.update(question.answer(one) for one in prospects)
    known = {f"{subject}.{field}" for subject in _WORDS for field in _ALWAYS_KNOWN & set(_WORDS[subject])} | {
        "person.deal"
    }
    assert seen == {name: {True, False} | (set() if name in known else {None}) for name in seen}
    assert set(seen) == {f"{one.subject}.{one.name}" for one in FILTER_FIELDS}


@given(st.lists(st.sampled_from([True, False, None]), max_size=4))
def test_groups_follow_kleene(answers: list[bool | None]) -> None:
    numbers = [{True: 2, None: 1, False: 0}[answer] for answer in answers]
    back = {2: True, 1: None, 0: False}
    assert all_of(answers) is back[min(numbers, default=2)]
    assert any_of(answers) is back[max(numbers, default=0)]
    assert [negated(answer) for answer in answers] == [back[2 - number] for number in numbers]
