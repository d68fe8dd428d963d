"""Values set by hand, and `why`: which observation is current, and the reason in words."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from prospector.core.errors import UsageError
from prospector.core.evidence import Observation
from prospector.core.fields import stored
from prospector.core.records import FoundOpening, Hit
from prospector.intake.importer import ImportOptions, ImportReport, import_file
from prospector.store.company_facts import (
    add_technologies,
    replace_openings,
)
from prospector.store.corrections import set_value, settable
from prospector.store.database import Database
from prospector.store.explaining import Told, why
from prospector.store.history import History
from prospector.store.lookups import LookupRow, add_lookup
from prospector.store.merging import merge
from prospector.store.who import Handle, find_handle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from prospector.core.evidence import Method

AS_OF = date(2026, 11, 22)
HEADER = ("First Name", "Last Name", "Email", "Title", "Company", "Website", "Country")
ANA = ("Ana", "Ruiz", "ana@alpha.example", "HR Manager", "Alpha", "alpha.example", "ES")
WHO = "ana@alpha.example"


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "prospector.db")
    opened.execute("PRAGMA synchronous = OFF")
    _import(opened, tmp_path, "a.csv", ANA)
    yield opened
    opened.close()


def _import(
    db: Database, folder: Path, name: str, *rows: Iterable[str], seen: date | None = None
) -> ImportReport:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    return import_file(db, path, ImportOptions(AS_OF, seen), rejects_folder=folder / "rejects")


def _set(db: Database, who: str, field: str, value: str) -> dict[str, object]:
    return dict(set_value(db, find_handle(db, who), field, value, AS_OF).values)


def _record(
    db: Database,
    values: dict[str, str | int],
    method: Method = "stated",
    age: int = 0,
    source: str = "file:z.csv",
    row: int = 0,
) -> None:
    with db.transaction():
        seen = Observation(source, method, AS_OF - timedelta(days=age), values, row)
        History(db, AS_OF).record("person", 1, seen)


def _why(db: Database, who: str, field: str | None = None) -> list[Told]:
    return why(db, find_handle(db, who), field, AS_OF)


def _reasons(db: Database, field: str) -> list[tuple[object, bool, str]]:
    return [(told.value, told.current, told.because) for told in _why(db, "person:1", field)]


@pytest.mark.parametrize(
    ("field", "value", "values"),
    [
        (
            "title",
            " Head of  People ",
            {"title": "Head of People", "department": "hr", "seniority": "director"},
        ),
        ("title", "Ninja", {"title": "Ninja"}),
        ("email", "<Ana.Ruiz@Alpha.example>", {"email": "ana.ruiz@alpha.example"}),
        ("email_status", "Verified", {"email_status": "verified", "email": WHO}),
        ("phone", "91 123 45 67", {"phone": "+34911234567"}),
        ("role_started", "March 2026", {"role_started": "2026-03"}),
        ("role-started", "2026-03-09", {"role_started": "2026-03-09"}),
        ("country", "Deutschland", {"country": "DE", "time_zone": "Europe/Berlin"}),
        ("city", "Madrid", {"city": "Madrid", "time_zone": "Europe/Madrid"}),
        ("time_zone", "Atlantic/Canary", {"time_zone": "Atlantic/Canary"}),
        ("department", "Customer success", {"department": "customer_success"}),
        ("seniority", "VP", {"seniority": "vp"}),
        ("linkedin", "linkedin.com/in/Ana-1", {"linkedin": "https://www.linkedin.com/in/ana-1"}),
        ("first_name", "McKenna", {"first_name": "McKenna", "greeting": "McKenna"}),
        ("name", "Ana de la Cruz", {"first_name": "Ana", "last_name": "de la Cruz", "greeting": "Ana"}),
    ],
)
def test_a_persons_value_is_read_like_an_imported_one(
    db: Database, field: str, value: str, values: dict[str, str]
) -> None:
    assert _set(db, WHO, field, value) == values
    row = db.one("SELECT * FROM people WHERE id = 1")
    assert row is not None
    for name, one in values.items():
        if name != "role_started":
            assert row[name] == one


@pytest.mark.parametrize(
    ("field", "value", "values"),
    [
        ("name", "Alpha Bank S.A.", {"name": "Alpha Bank"}),
        ("domain", "https://www.alpha-bank.example/en", {"domain": "alpha-bank.example"}),
        ("website", "alpha.example/en", {"website": "https://alpha.example/en"}),
        ("industry", "Banks", {"industry": "banking", "industry_text": "Banks"}),
        ("headcount", "ca. 200", {"headcount": "200"}),
        ("headcount", "11-50", {"headcount": "11-50"}),
        ("country", "Spain", {"country": "ES"}),
        ("founded", "1998", {"founded": 1998}),
        ("revenue", "50+", {"revenue": "50+"}),
        ("headcount_growth", "-12%", {"headcount_growth": -12}),
        ("funded_on", "2026-03", {"funded_on": "2026-03"}),
        ("keywords", "payroll, benefits", {"keywords": "payroll, benefits"}),
        ("linkedin", "linkedin.com/company/Alpha", {"linkedin": "https://www.linkedin.com/company/alpha"}),
    ],
)
def test_a_companys_value_is_read_like_an_imported_one(
    db: Database, field: str, value: str, values: dict[str, object]
) -> None:
    assert _set(db, "alpha.example", field, value) == values


@pytest.mark.parametrize(
    ("who", "field", "value", "what"),
    [
        (WHO, "email", "ana at alpha", "cannot be read"),
        (WHO, "phone", "12", "cannot be read"),
        (WHO, "role_started", "03/04/2026", "cannot be read"),
        (WHO, "country", "Atlantis", "cannot be read"),
        (WHO, "time_zone", "../../etc/passwd", "cannot be read"),
        (WHO, "time_zone", "Mars/Base", "cannot be read"),
        (WHO, "department", "magic", "cannot be read"),
        (WHO, "linkedin", "https://x.example/ana", "cannot be read"),
        (WHO, "name", "Ana", "cannot be read"),
        (WHO, "title", "x" * 400, "cannot be read"),
        (WHO, "title", "  ", "blank"),
        (WHO, "title", "N/A", "blank"),
        (WHO, "titel", "CFO", 'no field "titel"'),
        (WHO, "email_verdict", "deliverable", "no field"),
        (WHO, "company_id", "1", "no field"),
        (WHO, "company", "Nowhere", "no company is called"),
        ("alpha.example", "domain", "linkedin.com", "cannot be read"),
        ("alpha.example", "headcount", "many", "cannot be read"),
        ("alpha.example", "founded", "3000", "cannot be read"),
        ("alpha.example", "industry", "bankign", "cannot be read"),
        ("alpha.example", "title", "CFO", "no field"),
    ],
)
def test_what_cannot_be_right_is_refused_with_a_hint_and_nothing_is_written(
    db: Database, who: str, field: str, value: str, what: str
) -> None:
    before = db.value("SELECT count(*) FROM evidence"), db.value("SELECT count(*) FROM companies")
    with pytest.raises(UsageError, match=what) as caught:
        _set(db, who, field, value)
    assert caught.value.hint
    assert (db.value("SELECT count(*) FROM evidence"), db.value("SELECT count(*) FROM companies")) == before


UNFIT = [
    "=1+1",
    "=cmd|'/c calc'!A1",
    "+SUM(1,2)",
    "\uff1dA1",
    "x;=1+1",
    "{{first_name}}",
    "%FIRSTNAME%",
    "{Foo|Bar}",
]


@pytest.mark.parametrize("value", UNFIT)
@pytest.mark.parametrize(
    ("who", "field"),
    [
        *((WHO, name) for name in ("title", "first_name", "last_name", "city", "custom.note")),
        *(("alpha.example", name) for name in ("name", "description", "custom.note")),
    ],
)
def test_what_an_import_keeps_out_cannot_be_set_either(
    db: Database, who: str, field: str, value: str
) -> None:
    before = db.value("SELECT count(*) FROM evidence")
    with pytest.raises(UsageError, match=r"formula|placeholder") as caught:
        _set(db, who, field, value)
    assert caught.value.hint
    assert db.value("SELECT count(*) FROM evidence") == before


@pytest.mark.parametrize(
    ("who", "field", "value"),
    [
        (WHO, "title", "Head of People (EMEA)"),
        (WHO, "title", "- VP -"),
        (WHO, "first_name", "Anna [Ann]"),
        (WHO, "phone", "+49 30 23125000"),
        (WHO, "custom.note", "see [1]"),
        ("alpha.example", "description", "Tools [and more] = speed"),
        ("alpha.example", "website", "https://alpha.example/?a=[name]"),
    ],
)
def test_a_value_with_signs_in_it_can_be_set(db: Database, who: str, field: str, value: str) -> None:
    assert _set(db, who, field, value)


def test_a_near_miss_is_named(db: Database) -> None:
    for who, field, value, meant in (
        (WHO, "titel", "x", "title"),
        ("alpha.example", "industry", "bankign", "bank"),
    ):
        with pytest.raises(UsageError) as caught:
            _set(db, who, field, value)
        assert meant in caught.value.hint


@pytest.mark.parametrize("subject", ["person", "company"])
def test_every_stored_field_can_be_set_but_what_the_program_finds_out(subject: str) -> None:
    names = set(settable("person" if subject == "person" else "company"))
    fields = set(stored("person" if subject == "person" else "company"))
    assert fields - names == ({"company_id", "email_verdict", "email_send"} if subject == "person" else set())


def test_what_was_set_outweighs_a_newer_file_and_the_last_correction_of_a_day_holds(
    db: Database, tmp_path: Path
) -> None:
    _set(db, WHO, "title", "Chief")
    done = set_value(db, Handle("person", 1), "title", "CHRO", AS_OF)
    assert (done.previous, done.now, done.changed) == ("Chief", "CHRO", True)
    assert not set_value(db, Handle("person", 1), "title", "CHRO", AS_OF).changed
    _import(db, tmp_path, "b.csv", (*ANA[:3], "Clerk", *ANA[4:]), seen=AS_OF + timedelta(days=1))
    assert db.value("SELECT title FROM people") == "CHRO"


def test_an_address_set_by_hand_finds_the_person_and_so_does_the_old_one(db: Database) -> None:
    _set(db, WHO, "email", "ruiz@alpha.example")
    assert find_handle(db, "ruiz@alpha.example") == find_handle(db, WHO) == Handle("person", 1)
    assert db.value("SELECT email FROM people") == "ruiz@alpha.example"


def test_an_address_or_a_domain_of_somebody_else_is_refused(db: Database, tmp_path: Path) -> None:
    _import(db, tmp_path, "b.csv", ("Bo", "Lee", "bo@beta.example", "", "Beta", "beta.example", ""))
    with pytest.raises(UsageError, match="belongs to another person") as caught:
        _set(db, WHO, "email", "bo@beta.example")
    assert caught.value.hint == "if they are the same: prospector merge person:1 person:2"
    with pytest.raises(UsageError, match="belongs to another company"):
        _set(db, "alpha.example", "domain", "beta.example")


def test_an_employer_is_set_by_domain_or_name_and_made_if_it_is_new(db: Database, tmp_path: Path) -> None:
    _import(db, tmp_path, "b.csv", ("Bo", "Lee", "bo@beta.example", "", "Beta", "beta.example", ""))
    for value, domain in (
        ("beta.example", "beta.example"),
        ("Alpha", "alpha.example"),
        ("company:2", "beta.example"),
    ):
        _set(db, "person:1", "company", value)
        sql = "SELECT c.domain FROM people p JOIN companies c ON c.id = p.company_id WHERE p.id = 1"
        assert db.value(sql) == domain
    done = set_value(db, Handle("person", 1), "company", "https://www.gamma.example", AS_OF)
    assert (done.previous, done.now) == ("Beta", "gamma.example")


def test_an_employer_set_by_hand_begins_a_new_tenure(db: Database) -> None:
    _record(db, {"role_started": "2019", "company_id": 1}, source="file:c.csv")
    _set(db, WHO, "company", "gamma.example")
    row = db.one("SELECT email, title, role_started_from FROM people")
    assert row is not None
    assert tuple(row) == (None, None, None)
    assert find_handle(db, WHO) == Handle("person", 1)


# why


def test_one_source_is_the_only_one(db: Database) -> None:
    assert _reasons(db, "title") == [("HR Manager", True, "the only source")]
    (told,) = _why(db, WHO, "title")
    assert (told.source, told.row, told.seen_at, told.method) == ("file:a.csv", 2, "2026-11-22", "stated")


@pytest.mark.parametrize(
    ("method", "age", "source", "current", "other"),
    [
        ("manual", 9, "by hand", "stronger method: by hand", "weaker method: stated by a source"),
        (
            "manual",
            200,
            "by hand",
            "what is stronger is older than 180 days, so the newest wins",
            "older than 180 days",
        ),
        ("stated", 9, "file:b.csv", "newest of equally strong sources", "older"),
        ("inferred", 0, "guess", "stronger method: stated by a source", "weaker method: inferred"),
        (
            "stated",
            0,
            "website",
            "imported on the same day",
            "not imported, and of the same day",
        ),
    ],
)
def test_the_reason_is_that_of_the_rule(
    db: Database, method: Method, age: int, source: str, current: str, other: str
) -> None:
    _record(db, {"title": "CFO"}, method, age, source, row=7)
    reasons = _reasons(db, "title")
    assert [(is_current, because) for _, is_current, because in reasons] == [(True, current), (False, other)]
    assert reasons[0][0] == db.value("SELECT title FROM people")


@pytest.mark.parametrize(
    ("import_id", "row", "current", "other"),
    [
        (2, 1, "the later import of the same day", "an earlier import of the same day"),
        (1, 9, "the later row of its import", "an earlier row of the same import"),
    ],
)
def test_the_reason_names_the_later_import_or_the_later_row(
    db: Database, import_id: int, row: int, current: str, other: str
) -> None:
    seen = Observation("file:a.csv", "stated", AS_OF, {"title": "CFO"}, row, import_id=import_id)
    with db.transaction():
        History(db, AS_OF).record("person", 1, seen)
    assert _reasons(db, "title") == [("CFO", True, current), ("HR Manager", False, other)]


def test_an_empty_value_set_by_hand_is_known_to_be_blank_and_no_source_fills_it_again(
    db: Database, tmp_path: Path
) -> None:
    done = set_value(db, find_handle(db, WHO), "title", "", AS_OF)
    assert (done.previous, done.now, done.changed) == ("HR Manager", None, True)
    _record(db, {"title": "CFO"}, source="file:new.csv")
    row = db.one("SELECT title, department, seniority, title_key FROM people WHERE id = 1")
    assert tuple(row or ()) == (None, None, None, None)
    assert _reasons(db, "title")[0] == ("", True, "known to be blank: by hand")
    assert set_value(db, find_handle(db, WHO), "title", "Chief", AS_OF).now == "Chief"


@pytest.mark.parametrize(
    ("who", "field"),
    [
        (WHO, "email"),
        (WHO, "name"),
        (WHO, "phone"),
        (WHO, "country"),
        (WHO, "company"),
        (WHO, "role_started"),
        ("alpha.example", "industry"),
        ("alpha.example", "headcount"),
        ("alpha.example", "domain"),
        ("alpha.example", "founded"),
    ],
)
def test_every_field_can_be_blanked_and_the_record_is_found_as_before(
    db: Database, tmp_path: Path, who: str, field: str
) -> None:
    assert set_value(db, find_handle(db, who), field, "", AS_OF).now is None
    assert find_handle(db, who).id == 1


def test_of_two_old_values_the_newest_wins(tmp_path: Path, db: Database) -> None:
    _record(db, {"city": "Bonn"}, age=500)
    _record(db, {"city": "Ulm"}, age=400, source="file:y.csv")
    assert _reasons(db, "city") == [
        ("Ulm", True, "all are older than 365 days, so the newest wins"),
        ("Bonn", False, "older"),
    ]


def test_a_correction_of_the_same_day_says_so_and_equal_values_too(db: Database) -> None:
    _set(db, WHO, "title", "Chief")
    _set(db, WHO, "title", "HR Manager")
    assert _reasons(db, "title") == [
        ("HR Manager", True, "the last correction of its day"),
        ("HR Manager", False, "weaker method: stated by a source; says the same"),
        ("Chief", False, "corrected since"),
    ]


def test_a_new_employer_is_a_dated_entry_and_tells_why_the_old_facts_are_gone(
    db: Database, tmp_path: Path
) -> None:
    profile = {"linkedin": "https://www.linkedin.com/in/ana-1"}
    _record(db, {**profile, "company_id": 1}, age=60, source="file:old.csv")
    _set(db, WHO, "company", "gamma.example")
    assert [(told.value, told.seen_at, told.current) for told in _why(db, "person:1", "company")] == [
        ("gamma.example", "2026-11-22", True),
        ("Alpha (alpha.example)", "2026-11-22", False),
        ("Alpha (alpha.example)", "2026-09-23", False),
    ]
    assert _reasons(db, "email") == [(WHO, False, "seen at another employer than the current one")]
    assert _reasons(db, "linkedin")[0][1], "a profile is no matter of the employer"


def test_a_status_of_another_address_says_so(db: Database) -> None:
    _record(db, {"email": "old@alpha.example", "email_status": "verified"}, age=30)
    assert _reasons(db, "email_status") == [
        ("verified", False, "said of another address than the current one")
    ]


def test_a_companys_sightings_are_told_with_their_first_and_last_day(db: Database, tmp_path: Path) -> None:
    with db.transaction():
        add_technologies(
            db,
            1,
            "website",
            [Hit("hubspot", "HubSpot", url="https://alpha.example")],
            date(2026, 1, 5),
        )
        add_technologies(db, 1, "website", [Hit("hubspot", "HubSpot", url="https://alpha.example")], AS_OF)
        job = FoundOpening("HR Manager", "hr", "manager", None, None, date(2026, 10, 1))
        replace_openings(db, 1, "careers", [job], date(2026, 10, 2))
        replace_openings(db, 1, "careers", [], AS_OF)
        for outcome in ("failed", "found"):
            add_lookup(db, 1, LookupRow("website", None, outcome, "", 1), AS_OF)
    (used,) = _why(db, "alpha.example", "technologies")
    assert (used.value, used.first_seen, used.seen_at, used.current) == (
        "HubSpot",
        "2026-01-05",
        "2026-11-22",
        True,
    )
    (opening,) = _why(db, "alpha.example", "openings")
    assert (opening.current, opening.because) == (False, "closed on 2026-11-22; posted on 2026-10-01")
    assert [(told.value, told.current) for told in _why(db, "alpha.example", "lookups")] == [
        ("found", True),
        ("failed", False),
    ]


def test_a_merge_is_told(db: Database, tmp_path: Path) -> None:
    _import(db, tmp_path, "b.csv", ("Anna", "Ruiz", "anna@alpha.example", "", "Alpha", "alpha.example", ""))
    merge(db, Handle("person", 1), Handle("person", 2), AS_OF)
    assert [(told.value, told.because) for told in _why(db, WHO, "merged")] == [
        ("anna@alpha.example", "person:2 was merged into this one")
    ]


def test_an_unknown_field_is_a_near_miss(db: Database) -> None:
    with pytest.raises(UsageError, match="no field") as caught:
        _why(db, WHO, "titel")
    assert "title" in caught.value.hint


def test_what_why_calls_current_is_what_is_stored(db: Database, tmp_path: Path) -> None:
    _import(
        db,
        tmp_path,
        "b.csv",
        ("Ana", "Ruiz Gil", WHO, "CFO", "Beta", "beta.example", "DE"),
        seen=date(2026, 5, 1),
    )
    _set(db, WHO, "city", "Ulm")
    row = db.one("SELECT * FROM people WHERE id = 1")
    assert row is not None
    told = {one.field: one.value for one in _why(db, WHO) if one.current}
    for name in (
        "first_name",
        "last_name",
        "greeting",
        "email",
        "title",
        "department",
        "city",
        "country",
        "time_zone",
    ):
        assert told.get(name) == row[name], name
