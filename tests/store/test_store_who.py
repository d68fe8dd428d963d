"""Who is meant: ids, addresses, profiles, domains and names, and what is said where there are several or none."""

from __future__ import annotations

import csv
from datetime import date
from typing import TYPE_CHECKING

import pytest

from prospector.core.errors import UsageError
from prospector.intake.importer import ImportOptions, import_file
from prospector.store.database import Database
from prospector.store.merging import merge
from prospector.store.who import LISTED, Handle, find_handle, find_handles, find_pair, handle_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

AS_OF = date(2026, 11, 23)
HEADER = ("First Name", "Last Name", "Email", "Title", "Company", "Website", "LinkedIn", "Company LinkedIn")
ANA = (
    "Ana María", "Ruiz Vélez", "ana@alpha.example", "HR Manager", "Alpha Café S.A.", "alpha.example",
    "https://www.linkedin.com/in/ana-ruiz", "https://www.linkedin.com/company/alpha-cafe",
)  # fmt: skip
BO = ("Bo", "Lee", "bo@beta.example", "CFO", "Booking.com", "beta.example", "", "")
CY = ("Cy", "Poe", "", "CFO", "Alpha Café", "alpha.example", "https://www.linkedin.com/in/cy", "")
PERSON_1, COMPANY_1 = Handle("person", 1), Handle("company", 1)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "prospector.db")
    opened.execute("PRAGMA synchronous = OFF")
    _import(opened, tmp_path, ANA, BO, CY)
    yield opened
    opened.close()


def _import(db: Database, folder: Path, *rows: tuple[str, ...]) -> None:
    path = folder / "people.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    import_file(db, path, ImportOptions(AS_OF), rejects_folder=folder)


@pytest.mark.parametrize(
    "who",
    [
        "1",
        " person:1 ",
        "ana@alpha.example",
        "Ana <ANA@alpha.example>",
        "https://www.linkedin.com/in/ana-ruiz",
        "de.linkedin.com/in/Ana-Ruiz/?trk=x",
        "Ana María Ruiz Vélez",
        "ana maria  RUIZ velez",
        "Ruiz Vélez Ana María",
        "Ruiz Vélez, Ana María",
    ],
)
def test_a_person_is_meant_by_id_address_profile_or_name(db: Database, who: str) -> None:
    assert find_handle(db, who) == find_handle(db, who, of="person") == PERSON_1


@pytest.mark.parametrize(
    "who",
    [
        "company:1",
        "alpha.example",
        "https://www.alpha.example/jobs?x=@y",
        "jobs.alpha.example",
        "https://www.linkedin.com/company/alpha-cafe/",
        "Alpha Café",
        "ALPHA CAFE S.A.",
    ],
)
def test_a_company_is_meant_by_id_domain_page_or_name(db: Database, who: str) -> None:
    assert find_handle(db, who) == find_handle(db, who, of="company") == COMPANY_1


def test_a_name_that_looks_like_a_domain_is_one_only_where_no_company_has_the_domain(db: Database) -> None:
    assert find_handle(db, "booking.com") == Handle("company", 2)
    db.execute("UPDATE companies SET domain = 'booking.com' WHERE id = 1")
    assert find_handle(db, "booking.com") == COMPANY_1
    assert find_handle(db, "Booking.com Ltd") == Handle("company", 2)


@pytest.mark.parametrize(
    "who", ["Ana", "Ruiz", "Ana María", "María Ruiz Vélez Ana", "Ana Ruiz", "Vélez Ana María Ruiz"]
)
def test_half_a_name_or_its_words_in_another_order_is_nobody(db: Database, who: str) -> None:
    with pytest.raises(UsageError, match="no person and no company is known"):
        find_handle(db, who)
    assert find_handles(db, who) == []


def test_several_of_a_name_are_listed_with_ids_that_can_be_typed(db: Database, tmp_path: Path) -> None:
    twins = [
        ("Bo", "Lee", f"bo@f{n}.example", f"CFO {n}", f"Firm {n}", f"f{n}.example", "", "") for n in range(6)
    ]
    _import(db, tmp_path, *twins)
    with pytest.raises(UsageError, match='7 are known by "lee, bo"') as caught:
        find_handle(db, "lee, bo")
    listed = [word for word in caught.value.hint.split() if word.startswith("person:")]
    assert len(listed) == LISTED
    assert caught.value.hint.endswith("and 2 more")
    assert "person:2 (bo@beta.example, CFO, Booking.com)" in caught.value.hint
    assert {find_handle(db, one) for one in listed} <= set(find_handles(db, "Bo Lee"))


def test_a_person_and_a_company_of_one_name_are_told_apart_by_what_is_asked_for(
    db: Database, tmp_path: Path
) -> None:
    _import(db, tmp_path, ("", "", "", "", "Bo Lee", "bolee.example", "", ""))
    with pytest.raises(UsageError, match="2 are known") as caught:
        find_handle(db, "Bo Lee")
    assert "person:2 (" in caught.value.hint
    assert "company:3 (Bo Lee, bolee.example)" in caught.value.hint
    assert find_handle(db, "Bo Lee", of="person") == Handle("person", 2)
    assert find_handle(db, "Bo Lee", of="company") == Handle("company", 3)


@pytest.mark.parametrize(
    ("who", "of", "what"),
    [
        ("alpha.example", "person", '"alpha.example" is no person'),
        ("company:1", "person", '"company:1" is no person'),
        ("ana@alpha.example", "company", '"ana@alpha.example" is no company'),
        ("person:9", None, "no person is known"),
        ("https://www.linkedin.com/in/nobody", None, "no person is known"),
        ("https://www.linkedin.com/company/nothing", None, "no company is known"),
        ("nothing.example", "person", "no person is known"),
        ("@", None, "no person is known"),
        ("N/A", None, "no person and no company is known"),
        ("'; DROP TABLE people; --", None, "no person and no company is known"),
        ("x" * 5000, None, "no person and no company is known"),
    ],
)
def test_what_is_nobody_or_of_another_kind_is_said_with_what_may_be_given(
    db: Database, who: str, of: str | None, what: str
) -> None:
    with pytest.raises(UsageError, match=what) as caught:
        find_handle(db, who, of=of)  # type: ignore[arg-type]
    assert caught.value.hint.startswith("give a")
    assert len(caught.value.message) < 200


def test_the_id_of_a_merged_record_finds_the_one_that_was_kept(db: Database, tmp_path: Path) -> None:
    merge(db, Handle("person", 2), Handle("person", 3), AS_OF)
    merge(db, PERSON_1, Handle("person", 2), AS_OF)
    assert find_handle(db, "person:3") == find_handle(db, "2") == PERSON_1
    assert find_handle(db, "https://www.linkedin.com/in/cy") == PERSON_1
    assert find_handle(db, "bo@beta.example") == PERSON_1


def test_what_finds_a_record_again_finds_it(db: Database) -> None:
    handles = [*(Handle("person", one) for one in (1, 2, 3)), *(Handle("company", one) for one in (1, 2))]
    assert [handle_text(db, one) for one in handles] == [
        "ana@alpha.example", "bo@beta.example", "person:3", "alpha.example", "beta.example",
    ]  # fmt: skip
    for one in handles:
        assert find_handle(db, handle_text(db, one)) == find_handle(db, str(one)) == one


def test_a_number_beside_another_record_is_an_id_of_the_same_kind(db: Database) -> None:
    assert find_pair(db, "1", "2") == (PERSON_1, Handle("person", 2))
    assert find_pair(db, "Bo Lee", "1") == (Handle("person", 2), PERSON_1)
    assert find_pair(db, "2", "Alpha Café") == (Handle("company", 2), COMPANY_1)
    assert find_pair(db, "company:2", "1") == (Handle("company", 2), COMPANY_1)
    assert find_pair(db, "1", "2", numbers="company") == (COMPANY_1, Handle("company", 2))


def test_a_name_is_found_without_reading_the_people_themselves(db: Database) -> None:
    sql = "SELECT id FROM people WHERE name_key IN (SELECT value FROM json_each('[]'))"
    plan = [row["detail"] for row in db.rows(f"EXPLAIN QUERY PLAN {sql}")]
    assert plan[0] == "SCAN people USING COVERING INDEX people_company"
