"""Likely pairs with their reasons: what is found, what is left alone, and that the work stays bounded."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from prospector.core.errors import UsageError
from prospector.core.evidence import Observation
from prospector.store import duplicates
from prospector.store.database import Database
from prospector.store.duplicates import NEIGHBOURS, SMALL_BLOCK, Duplicate, find_duplicates, keep_apart
from prospector.store.history import History
from prospector.store.who import Handle

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

AS_OF = date(2026, 11, 22)
SEEN = Observation("file:a.csv", "stated", AS_OF, {})


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "prospector.db")
    opened.execute("PRAGMA synchronous = OFF")
    yield opened
    opened.close()


def _company(db: Database, **values: str) -> int:
    with db.transaction():
        history = History(db, AS_OF)
        made, _ = history.record("company", None, SEEN._replace(values=values))
        history.flush()
    return made


def _person(
    db: Database, first: str, last: str, email: str = "", company: int | None = None, **more: str
) -> int:
    values: dict[str, str | int] = {"first_name": first, "last_name": last, "email": email, **more}
    if company is not None:
        values["company_id"] = company
    with db.transaction():
        history = History(db, AS_OF)
        made, _ = history.record(
            "person", None, SEEN._replace(values={key: one for key, one in values.items() if one != ""})
        )
        history.flush()
    return made


def _reasons(db: Database) -> list[str]:
    return [pair.reason for pair in find_duplicates(db)]


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (("Ana", "Ruiz"), ("Ana", "Ruiz"), "same name at the same company with two addresses"),
        (("Ana", "Ruíz"), ("ANA", "Ruiz"), "same name at the same company with two addresses"),
        (("Ana", "Ruiz"), ("Ruiz", "Ana"), "same name in another order, at the same company"),
        (("Ana", "Ruiz"), ("A.", "Ruiz"), "same family name and initial, at the same company"),
        (("Katherine", "Johnson"), ("Catherine", "Johnson"), "names 94% alike, at the same company"),
        (("Jon", "Andersson"), ("Jon", "Anderson"), "names 96% alike, at the same company"),
    ],
)
def test_colleagues_whose_names_are_alike_are_listed_with_the_reason(
    db: Database, one: tuple[str, str], other: tuple[str, str], reason: str
) -> None:
    company = _company(db, name="Alpha", domain="alpha.example")
    first = _person(db, *one, "one@alpha.example", company)
    second = _person(db, *other, "two@alpha.example", company)
    (pair,) = find_duplicates(db)
    assert (pair.kind, pair.reason, pair.a_id, pair.b_id) == ("person", reason, first, second)
    assert (pair.a, pair.b) == ("one@alpha.example", "two@alpha.example")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Ana", "Ruiz"), ("Eva", "Ruiz")),
        (("Mark", "Johnson"), ("Mary", "Johnson")),
        (("Michael", "Schneider"), ("Michaela", "Schulze")),
        (("Ana", "Ruiz"), ("B.", "Ruiz")),
        (("Li", "Wu"), ("Lu", "Wu")),
    ],
)
def test_colleagues_who_are_plainly_two_are_not_listed(
    db: Database, one: tuple[str, str], other: tuple[str, str]
) -> None:
    company = _company(db, name="Alpha", domain="alpha.example")
    _person(db, *one, "one@alpha.example", company)
    _person(db, *other, "two@alpha.example", company)
    assert _reasons(db) == []


def test_the_same_name_alone_is_no_reason(db: Database) -> None:
    for name in ("alpha", "beta"):
        _person(db, "Ana", "Ruiz", f"ana@{name}.example", _company(db, name=name, domain=f"{name}.example"))
    _person(db, "Ana", "Ruiz", "ana.ruiz@gmail.com")
    _person(db, "Ana", "Ruiz", "ana.r@gmail.com")
    assert _reasons(db) == []


def test_people_of_one_mail_domain_at_two_companies_are_compared(db: Database) -> None:
    _person(db, "Ana", "Ruiz", "ana@alpha.example", _company(db, name="Alpha", domain="alpha.example"))
    _person(db, "Ana", "Ruiz", "ruiz@alpha.example", _company(db, name="Alpha Holding", country="ES"))
    assert _reasons(db) == ["same name in the same e-mail domain with two addresses"]


def test_two_people_of_one_profile_are_listed(db: Database) -> None:
    profile = "https://www.linkedin.com/in/ana-1"
    for email in ("ana@alpha.example", "ana@beta.example"):
        _person(db, "Ana", "Ruiz", email, linkedin=profile)
    assert _reasons(db) == ["same profile"]


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ({"domain": "acme.example"}, {}, "same name, one company without a domain"),
        ({"country": "ES"}, {}, "same name, neither with a domain"),
        ({"domain": "a.example"}, {"domain": "b.example"}, "same name, two domains"),
        ({"domain": "acme.example"}, {"name": "Acme Mashines"}, "names 92% alike, one with a domain"),
        (
            {"domain": "acme-machines.com"},
            {"domain": "acmemachines.com", "name": "Acme Maschines"},
            "names 96% alike, and so are the domains",
        ),
        (
            {"domain": "acme.com", "country": "US"},
            {"domain": "acme.de", "country": "DE"},
            "domain differs only in its ending and names alike",
        ),
    ],
)
def test_companies_that_are_likely_one_are_listed_with_the_reason(
    db: Database, one: dict[str, str], other: dict[str, str], reason: str
) -> None:
    for values in (one, other):
        _company(db, **{"name": "Acme Machines", **values})
    (pair,) = find_duplicates(db)
    assert (pair.kind, pair.reason, pair.a_id, pair.b_id) == ("company", reason, 1, 2)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"name": "Acme Machines", "country": "ES"}, {"name": "Acme Machines", "country": "DE"}),
        ({"name": "Acme Machines", "domain": "acme.com"}, {"name": "Tigerbank", "domain": "acme.de"}),
        (
            {"name": "Acme Banking", "domain": "acmebank.example"},
            {"name": "Acme Baking", "domain": "bread.example"},
        ),
        ({"name": "Acme"}, {"name": "Acne"}),
    ],
)
def test_companies_that_are_plainly_two_are_not_listed(
    db: Database, one: dict[str, str], other: dict[str, str]
) -> None:
    for values in (one, other):
        _company(db, **values)
    assert _reasons(db) == []


def test_a_company_that_several_sources_named_by_nothing_but_its_name_is_listed_last(db: Database) -> None:
    made = _company(db, name="Acme Machines")
    with db.transaction():
        History(db, AS_OF).record(
            "company", made, Observation("file:b.csv", "stated", AS_OF, {"name": "ACME Machines"})
        )
    _company(db, name="Beta Machines", domain="beta.example")
    _company(db, name="Beta Machines")
    assert [(pair.a_id, pair.b_id) for pair in find_duplicates(db)] == [(2, 3), (1, None)]
    assert find_duplicates(db)[1].reason == "one record by its name alone, of 2 observations"


def test_a_pair_that_was_kept_apart_is_not_listed_again(db: Database) -> None:
    company = _company(db, name="Alpha", domain="alpha.example")
    first, second, third = (_person(db, "Ana", "Ruiz", f"{n}@alpha.example", company) for n in "abc")
    assert keep_apart(db, Handle("person", second), Handle("person", first), AS_OF)
    assert not keep_apart(db, Handle("person", first), Handle("person", second), AS_OF)
    assert [(pair.a_id, pair.b_id) for pair in find_duplicates(db)] == [(first, third), (second, third)]
    with pytest.raises(UsageError, match="the other a company"):
        keep_apart(db, Handle("person", first), Handle("company", company), AS_OF)
    with pytest.raises(UsageError, match="same record"):
        keep_apart(db, Handle("person", first), Handle("person", first), AS_OF)


def test_the_likeliest_come_first_and_nothing_is_changed(db: Database) -> None:
    company = _company(db, name="Alpha", domain="alpha.example")
    for number, name in enumerate(("Jon Andersson", "Jon Anderson", "Ana Ruiz", "Ana Ruiz")):
        first, last = name.split()
        _person(db, first, last, f"{number}@alpha.example", company)
    before = db.connection.total_changes
    assert [pair.alike for pair in find_duplicates(db)] == [100, 96]
    assert db.connection.total_changes == before
    shape = Duplicate("person", "r", 1, "a", 1, None, "b", 2, None).as_json()
    assert list(shape) == ["kind", "reason", "alike", "a", "a_id", "a_name", "b", "b_id", "b_name"]


def test_the_work_in_a_large_block_grows_with_its_size_and_still_finds_neighbours(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = _company(db, name="Alpha", domain="alpha.example")
    size = SMALL_BLOCK * 4
    names = [f"{chr(97 + n % 26)}{chr(97 + n // 26)}{'xyzuvw'[n % 6] * 4}" for n in range(size)]
    for number, name in enumerate(names):
        _person(db, name.title(), name[::-1].title(), f"{number}@alpha.example", company)
    _person(db, names[7].title(), names[7][::-1].title(), "twin@alpha.example", company)
    compared = 0
    real = duplicates._named_alike

    def counting(*pair: object) -> object:
        nonlocal compared
        compared += 1
        return real(*pair)  # type: ignore[arg-type]

    monkeypatch.setattr(duplicates, "_named_alike", counting)
    found = find_duplicates(db)
    assert [(pair.a, pair.b) for pair in found if pair.alike == 100] == [
        ("7@alpha.example", "twin@alpha.example")
    ]
    assert compared <= 2 * (size + 1) * NEIGHBOURS
