"""Who is the same, and what is kept of everything that was said."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prospector.core.errors import UsageError
from prospector.core.evidence import Method, Observation, current_values
from prospector.core.fields import stored
from prospector.intake.importer import ImportOptions, import_file
from prospector.store.database import Database
from prospector.store.history import History
from prospector.store.loading import load_companies, load_prospects
from prospector.store.suppressions import Suppressions, parse_target

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

AS_OF = date(2026, 11, 22)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "prospector.db")
    opened.execute("PRAGMA synchronous = OFF")
    yield opened
    opened.close()


def _seen(source: str = "file:a", method: Method = "stated", days_ago: int = 0, row: int = 1) -> Observation:
    return Observation(source, method, AS_OF - timedelta(days=days_ago), {}, row)


def _said(values: dict[str, Any], *seen: Any, **more: Any) -> Observation:
    return _seen(*seen, **more)._replace(values=values)


def _person(db: Database, **values: Any) -> int:
    history = History(db, AS_OF)
    with db.transaction():
        person, _ = history.record("person", None, _said(values))
        history.flush()
    return person


# Who is the same. A row is a dictionary of cells; the numbers are people and companies in the end.

_LINKEDIN, _OTHER = "linkedin.com/in/ana", "linkedin.com/in/ana-2"
_ANA = {"First Name": "Ana", "Last Name": "Ruiz"}
_APEX_US = {"Company": "Apex", "Company Country": "US"}

SAME: dict[str, tuple[list[dict[str, str]], int, int]] = {
    # Companies
    "a domain, and names like it": (
        [{"Company": "Apex", "Website": "apex.example"}, {"Company": "Apex Logistik", "Website": "www.apex.example/x"}], 0, 1
    ),
    "a domain, and initials": (
        [{"Company": "Bergisch Oda Werke", "Website": "bow.example"}, {"Company": "BOW", "Website": "bow.example"}], 0, 1
    ),
    "a domain, with a name and without": (
        [{"Company": "Kranz", "Website": "apex.example"}, {"Website": "www.apex.example/x"}], 0, 1
    ),
    "a domain that two firms of unlike names share": (
        [{"Company": "Apex", "Website": "apex.example"}, {"Company": "Beta", "Website": "www.apex.example/x"}], 0, 2
    ),
    "a domain that is nobody's own": (
        [{"Company": "Kranz", "Website": "list.example"}, {"Company": "Oda", "Website": "list.example/oda"}, {"Website": "list.example"}], 0, 3
    ),
    "two domains, though name and country are the same": (
        [{**_APEX_US, "Website": "one.example"}, {**_APEX_US, "Website": "two.example"}], 0, 2
    ),
    "name and country, in any spelling": (
        [{"Company": "Apex GmbH", "Company Country": "DE"}, {"Company": "APEX", "Company Country": "Germany"}], 0, 1
    ),
    "name and country, then a domain, too": ([_APEX_US, {**_APEX_US, "Website": "apex.example"}], 0, 1),
    "a domain, then name and country": ([{**_APEX_US, "Website": "apex.example"}, _APEX_US], 0, 1),
    "the name in two countries": ([_APEX_US, {"Company": "Apex", "Company Country": "FR"}], 0, 2),
    "the name alone": ([{"Company": "Apex"}, {"Company": "Apex Inc."}], 0, 1),
    "the name alone, then with a country": ([{"Company": "Apex"}, _APEX_US], 0, 2),
    "the name with a country, then alone": ([_APEX_US, {"Company": "Apex"}], 0, 2),
    "the name alone, then with a domain": ([{"Company": "Apex"}, {"Company": "Apex", "Website": "apex.example"}], 0, 2),
    "the name with a domain, then alone": ([{"Company": "Apex", "Website": "apex.example"}, {"Company": "Apex"}], 0, 2),
    "two that fit are left to a person to decide": (
        [{**_APEX_US, "Website": "one.example"}, {**_APEX_US, "Website": "two.example"}, _APEX_US, _APEX_US], 0, 3
    ),
    "a legal form is no name": ([{"Company": "Apex", "Website": "apex.example"}, {"Company": "GmbH", "Website": "b.example"}], 0, 2),
    # People
    "an address, whatever the name": (
        [{"Email": "ana@a.example"}, {"Email": "ANA@a.example", "First Name": "Anna"}], 1, 1
    ),
    "a second address": (
        [{"Email": "ana@gmail.com", "Other emails": "ana@web.de"}, {"Email": "ana@web.de"}], 1, 0
    ),
    "a second address that comes later": (
        [{"Email": "ana@web.de"}, {"Email": "ana@gmail.com", "Other emails": "ana@web.de"}, {"Email": "ana@gmail.com"}], 1, 0
    ),
    "a mailbox that several share": (
        [{"Email": "info@gmail.com"}, {"Email": "ana@gmail.com", "Other emails": "info@gmail.com"}], 2, 0
    ),
    "two names at one address": (
        [{**_ANA, "Email": "praxis@a.example"}, {"Email": "praxis@a.example", "First Name": "Udo", "Last Name": "Berg"}], 2, 1
    ),
    "colleagues of one family name at a shared mailbox": (
        [{**_ANA, "Email": "info@a.example"}, {"Email": "info@a.example", "First Name": "Udo", "Last Name": "Ruiz"}], 2, 1
    ),
    "a new family name at an own address": (
        [{**_ANA, "Email": "ana@a.example"}, {"Email": "ana@a.example", "First Name": "Ana", "Last Name": "Berg"}], 1, 1
    ),
    "an initial at a shared mailbox": (
        [{**_ANA, "Email": "info@a.example"}, {"Email": "info@a.example", "First Name": "A.", "Last Name": "Ruiz"}], 1, 1
    ),
    "a profile": ([{"LinkedIn": _LINKEDIN}, {"Email": "ana@gmail.com", "LinkedIn": _LINKEDIN}], 1, 0),
    "the address outweighs the profile": (
        [{"Email": "ana@gmail.com"}, {"LinkedIn": _LINKEDIN}, {"Email": "ana@gmail.com", "LinkedIn": _LINKEDIN}], 2, 0
    ),
    "name and company": (
        [{**_ANA, **_APEX_US}, {"First Name": "ANA", "Last Name": "Ruíz", **_APEX_US}], 1, 1
    ),
    "a name at two companies": ([{**_ANA, **_APEX_US}, {**_ANA, "Company": "Beta"}], 2, 2),
    "two profiles are two people": (
        [{**_ANA, **_APEX_US, "LinkedIn": _LINKEDIN}, {**_ANA, **_APEX_US, "LinkedIn": _OTHER}], 2, 1
    ),
    "a profile and a name without": ([{**_ANA, **_APEX_US, "LinkedIn": _LINKEDIN}, {**_ANA, **_APEX_US}], 1, 1),
    "two profiles and a name without": (
        [
            {**_ANA, **_APEX_US, "LinkedIn": _LINKEDIN},
            {**_ANA, **_APEX_US, "LinkedIn": _OTHER},
            {**_ANA, **_APEX_US},
            {**_ANA, **_APEX_US},
        ],
        3,
        1,
    ),
    "a name takes the first profile and not the second": (
        [
            {**_ANA, **_APEX_US},
            {**_ANA, **_APEX_US, "LinkedIn": _LINKEDIN},
            {**_ANA, **_APEX_US},
            {**_ANA, **_APEX_US, "LinkedIn": _OTHER},
        ],
        2,
        1,
    ),
    "the person of the name at the one company of that name": (
        [{**_ANA, "Company": "Apex", "Website": "apex.example"}, {**_ANA, "Company": "Apex"}], 1, 1
    ),
    "a person of the name at each of two companies of that name": (
        [
            {**_ANA, "Company": "Apex", "Website": "one.example"},
            {**_ANA, "Company": "Apex", "Website": "two.example"},
            {**_ANA, "Company": "Apex"},
        ],
        3,
        3,
    ),
    "the employer of a known person by name": (
        [{"Email": "ana@gmail.com", "Company": "Apex", "Website": "apex.example"}, {"Email": "ana@gmail.com", "Company": "Apex AG"}],
        1,
        1,
    ),
    "a new employer of a known person": (
        [{"Email": "ana@gmail.com", "Company": "Apex"}, {"Email": "ana@gmail.com", "Company": "Beta"}], 1, 2
    ),
    "a name alone means what the same source meant by it before": (
        [
            {"Email": "ana@gmail.com", "Company": "Apex", "Website": "apex.example"},
            {"Email": "ana@gmail.com", "Company": "Apex"},
            {"Company": "Apex"},
        ],
        1,
        1,
    ),
}  # fmt: skip


def _write_rows(path: Path, rows: list[dict[str, str]]) -> Path:
    labels = sorted({label for cells in rows for label in cells} | {"Email", "Company"})
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, labels, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def _counts(db: Database) -> tuple[int, int]:
    return db.value("SELECT count(*) FROM people"), db.value("SELECT count(*) FROM companies")


@pytest.mark.parametrize("name", SAME)
def test_rows_of_one_file_are_the_same_by_the_rules(db: Database, tmp_path: Path, name: str) -> None:
    rows, people, companies = SAME[name]
    path = _write_rows(tmp_path / "list.csv", rows)
    for _ in range(2):
        import_file(db, path, ImportOptions(AS_OF), rejects_folder=tmp_path)
        assert _counts(db) == (people, companies)


@pytest.mark.parametrize("name", SAME)
def test_rows_of_several_files_are_the_same_by_the_rules(db: Database, tmp_path: Path, name: str) -> None:
    rows, people, companies = SAME[name]
    for row in rows * 2:
        # The same name each time: it is the source that says the same again.
        path = _write_rows(tmp_path / "list.csv", [row])
        import_file(db, path, ImportOptions(AS_OF), rejects_folder=tmp_path)
        (tmp_path / "list.csv").unlink()
    assert _counts(db) == (people, companies)


# History


def test_what_is_said_twice_is_kept_once(db: Database) -> None:
    history, said = History(db, AS_OF), {"name": "Alpha Bank", "headcount": "11-50"}
    with db.transaction():
        bank, change = history.record("company", None, _said(said))
        assert change == "created"
        assert history.record("company", bank, _said(dict(said), row=7)) == (bank, "unchanged")
        assert history.record("company", bank, _said(dict(said), days_ago=9)) == (bank, "unchanged")
        assert db.value("SELECT count(*) FROM evidence") == 1
        # Seen again later, by another source or in another way is something new to know.
        for seen in (_said(said, "file:b"), _said(said, method="verified")):
            assert history.record("company", bank, seen) == (bank, "unchanged")
        later = Observation("file:a", "stated", AS_OF + timedelta(days=1), said, 1)
        assert history.record("company", bank, later) == (bank, "unchanged")
        assert db.value("SELECT count(*) FROM evidence") == 4


def test_a_correction_may_go_back_to_what_was_said_before(db: Database) -> None:
    history = History(db, AS_OF)
    by_hand = Observation("manual", "manual", AS_OF, {"title": "CFO"})
    with db.transaction():
        ana, _ = history.record("person", None, by_hand)
        for title in ("CEO", "CFO", "CEO"):
            seen = by_hand._replace(values={"title": title})
            assert history.record("person", ana, seen) == (ana, "updated")
            assert db.value("SELECT title FROM people") == title


def test_an_older_a_weaker_or_an_empty_value_changes_nothing(db: Database) -> None:
    history = History(db, AS_OF)
    with db.transaction():
        ana, _ = history.record(
            "person", None, _said({"title": "CFO", "role_started": "2026-03"}, days_ago=5)
        )
        for seen in (
            _said({"title": "old", "role_started": "2020"}, "file:b", days_ago=6),
            _said({"title": "weak"}, "site", "inferred"),
            _said({"title": ""}, "file:c"),
            _said({}, "file:d"),
        ):
            assert history.record("person", ana, seen) == (ana, "unchanged")
    (prospect,) = load_prospects(db, [ana])
    assert (prospect.person.title, str(prospect.person.role_started)) == ("CFO", "2026-03")
    assert db.value("SELECT count(*) FROM evidence") == 5


_VALUES = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["Alpha", "Beta", ""]),
        "headcount": st.sampled_from(["10", "11-50", "50+", "-10"]),
        "country": st.sampled_from(["DE", "FR"]),
        "founded": st.sampled_from([1987, "1990"]),
    },
)
_SEEN = st.builds(
    Observation,
    source=st.sampled_from(["file:a", "file:b", "website"]),
    method=st.sampled_from(["manual", "stated", "inferred"]),
    seen_on=st.integers(0, 500).map(lambda days: AS_OF - timedelta(days=days)),
    values=_VALUES,
    row=st.integers(0, 3),
)


@given(said=st.lists(_SEEN, min_size=1, max_size=6), data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_columns_are_the_current_values_of_the_evidence_in_every_order(
    db: Database, said: list[Observation], data: st.DataObject
) -> None:
    # What one row says twice on one day is a correction, for which the order counts.
    once = {(seen.source, seen.row, seen.seen_on): seen for seen in said}
    orders = [list(once.values()), data.draw(st.permutations(list(once.values())))]
    rows = []
    for order in orders:
        history, company = History(db, AS_OF), None
        with db.transaction():
            for seen in order:
                company, _ = history.record("company", company, seen)
            history.flush()
        assert company is not None
        current = current_values(history.observations("company", company), stored("company"), AS_OF)
        record = load_companies(db, [company])[company]
        for name in ("name", "headcount", "country", "founded"):
            value = current[name].values[name] if name in current else None
            shown = getattr(record, name)
            assert (None if shown is None else str(shown)) == (None if value is None else str(value))
        rows.append(tuple(db.one("SELECT * FROM companies WHERE id = ?", (company,)) or ())[1:])
    assert rows[0] == rows[1]


# Suppressions


def test_an_address_or_a_domain_suppresses_everybody_it_stands_for(db: Database) -> None:
    ana = _person(db, email="ana@mail.alpha.example", more_emails="ana@home.example")
    listed = Suppressions(db)

    def why(email: str = "new@other.example", person: int | None = ana, company: str | None = None) -> bool:
        return listed.why(person, email, company) is not None

    assert not why()
    for kind, value in (("email", "ana@home.example"), ("domain", "alpha.example")):
        assert listed.add(kind, value, reason="asked", source="by hand", on=AS_OF)  # type: ignore[arg-type]
        assert not listed.add(kind, value, reason="other", source="by hand", on=AS_OF)  # type: ignore[arg-type]
        assert why()
        assert [one.reason for one in listed.all()] == ["asked"]
        assert listed.remove(kind, value)  # type: ignore[arg-type]
        assert not listed.remove(kind, value)  # type: ignore[arg-type]
        assert not why()
    listed.add("domain", "beta.example", reason="asked", source="by hand", on=AS_OF)
    assert why("x@beta.example", None)
    assert why("x@sub.beta.example", None)
    assert why("x@gmail.com", None, "beta.example")
    assert not why("x@notbeta.example", None)


@pytest.mark.parametrize(
    ("text", "target"),
    [
        (" Ana@Bank.example ", ("email", "ana@bank.example")),
        ("Ana Ruiz <ana@bank.example>", ("email", "ana@bank.example")),
        ("@bank.example", ("domain", "bank.example")),
        ("https://www.bank.example/contact", ("domain", "bank.example")),
        ("BANK.example", ("domain", "bank.example")),
    ],
)
def test_a_target_is_an_address_or_a_domain_as_people_write_them(text: str, target: tuple[str, str]) -> None:
    assert parse_target(text) == target


@pytest.mark.parametrize("text", ["", "ana", "ana@", "@", "a b", "ana@@bank.example", "x" * 5000])
def test_what_is_neither_an_address_nor_a_domain_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_target(text)
    assert len(caught.value.message) < 200
