"""A new employer: the tenure begins anew, and what was said of the old job no longer counts."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prospector.core.evidence import BOUND_TO_EMPLOYER, Method, Observation, current_values
from prospector.core.fields import stored

AS_OF = date(2026, 11, 22)
FIELDS = stored("person")
OLD, NEW = 1, 2
DOMAINS = {OLD: "old.example", NEW: "new.example"}
METHODS: list[Method] = ["manual", "verified", "stated", "inferred"]


def _seen(
    age: int, company: int | None, method: Method = "stated", source: str = "file:a", **values: str
) -> Observation:
    employer: dict[str, str | int] = {} if company is None else {"company_id": company}
    return Observation(source, method, AS_OF - timedelta(days=age), {**values, **employer})


def _current(*observations: Observation, domains: dict[int, str] = DOMAINS) -> dict[str, str | int]:
    """The current values, which must be the same in whatever order the observations come."""
    found = [
        {
            name: seen.values[name]
            for name, seen in current_values(order, FIELDS, AS_OF, domain_of=domains.get).items()
        }
        for order in permutations(observations)
    ]
    assert all(one == found[0] for one in found)
    return found[0]


BEFORE = _seen(
    100, OLD, email="ana@old.example", email_status="verified", role_started="2019", title="HR Manager",
    employed_since="2018",
    department="hr", seniority="manager", phone="+4930231250000", city="Bonn",
)  # fmt: skip


def test_what_came_with_the_old_employer_is_stale_and_the_rest_stays() -> None:
    now = _current(BEFORE, _seen(5, NEW))
    assert now == {"company_id": NEW, "city": "Bonn"}
    assert set(BEFORE.values) - {"company_id", "city"} == set(BOUND_TO_EMPLOYER) - {
        "email_verdict",
        "email_send",
    }


def test_what_the_new_evidence_gives_is_current() -> None:
    now = _current(BEFORE, _seen(5, NEW, email="ana@new.example", title="CHRO", role_started="2026-10"))
    assert now == {
        "company_id": NEW,
        "email": "ana@new.example",
        "title": "CHRO",
        "role_started": "2026-10",
        "city": "Bonn",
    }


def test_an_address_at_the_new_employers_domain_stays_with_what_is_known_of_it() -> None:
    there = _seen(100, OLD, email="ana@mail.new.example", email_status="verified", role_started="2019")
    assert _current(there, _seen(5, NEW)) == {
        "company_id": NEW,
        "email": "ana@mail.new.example",
        "email_status": "verified",
    }
    assert _current(there, _seen(5, NEW), domains={}) == {"company_id": NEW}
    lookalike = _seen(100, OLD, email="ana@notnew.example")
    assert _current(lookalike, _seen(5, NEW)) == {"company_id": NEW}


def test_an_address_seen_with_both_employers_stays() -> None:
    assert _current(BEFORE, _seen(5, NEW, email="ana@old.example"))["email"] == "ana@old.example"


def test_what_was_set_by_hand_always_counts() -> None:
    by_hand = _seen(50, OLD, "manual", title="Chief", email="ana@home.example", role_started="2020")
    now = _current(by_hand, _seen(5, NEW, "manual"), _seen(4, NEW, title="CHRO"))
    assert (now["title"], now["email"], now["role_started"]) == ("Chief", "ana@home.example", "2020")


def test_who_names_no_employer_counts() -> None:
    for age in (100, 3):
        neutral = _seen(age, None, title="Head of People", phone="+4930231250001", email="ana@free.example")
        now = _current(BEFORE, neutral, _seen(5, NEW))
        assert (now["title"], now["phone"], now["email"]) == (
            "Head of People",
            "+4930231250001",
            "ana@free.example",
        )


def test_the_old_address_does_not_come_back_through_evidence_without_an_employer_from_before() -> None:
    assert "email" not in _current(BEFORE, _seen(50, None, email="ana@old.example"), _seen(5, NEW))
    assert _current(BEFORE, _seen(2, None, email="ana@old.example"), _seen(5, NEW))["email"]


def test_a_start_of_the_role_from_before_the_new_employer_is_not_current() -> None:
    neutral = _seen(50, None, role_started="2018")
    assert "role_started" not in _current(BEFORE, neutral, _seen(5, NEW))
    assert (
        _current(BEFORE, _seen(3, None, role_started="2026-10"), _seen(5, NEW))["role_started"] == "2026-10"
    )
    assert _current(neutral, _seen(5, NEW))["role_started"] == "2018", "nobody changed the employer"


def test_a_stronger_older_employer_stays_and_the_newer_weaker_one_gives_nothing() -> None:
    weak = _seen(1, NEW, "inferred", email="ana@new.example", title="CHRO", role_started="2026-10")
    assert _current(BEFORE, weak) == BEFORE.values


def test_of_two_employers_of_one_day_only_the_start_of_the_role_is_strict() -> None:
    first = _seen(5, OLD, source="file:a", title="HR Manager")
    second = _seen(5, NEW, source="file:b", email="ana@new.example", role_started="2026-10")
    assert _current(first, second) == {"company_id": OLD, "title": "HR Manager", "email": "ana@new.example"}


def test_who_goes_back_gets_the_old_facts_back() -> None:
    now = _current(BEFORE, _seen(50, NEW, email="ana@new.example", title="CHRO"), _seen(5, OLD))
    assert now == BEFORE.values


def test_a_status_counts_only_for_the_address_that_it_was_said_of() -> None:
    old = _seen(9, None, email="a@x.example", email_status="verified", email_verdict="deliverable")
    new = _seen(3, None, email="b@x.example")
    assert _current(old, new) == {"email": "b@x.example"}
    assert _current(old, _seen(3, None, email="a@x.example")) == old.values
    said = _seen(5, None, email="b@x.example", email_status="guessed")
    assert _current(old, new, said)["email_status"] == "guessed"
    assert _current(new, _seen(9, None, email_status="risky"))["email_status"] == "risky"


_ANY = st.lists(
    st.builds(
        Observation,
        source=st.sampled_from(["file:a", "file:b", "by hand"]),
        method=st.sampled_from(METHODS),
        seen_on=st.integers(0, 400).map(lambda age: AS_OF - timedelta(days=age)),
        values=st.fixed_dictionaries(
            {},
            optional={
                "company_id": st.sampled_from([OLD, NEW, 3]),
                "email": st.sampled_from(["a@old.example", "a@new.example", "a@else.example"]),
                "email_status": st.sampled_from(["verified", "guessed"]),
                "title": st.sampled_from(["CFO", "CEO"]),
                "role_started": st.sampled_from(["2019", "2026-10"]),
                "city": st.just("Bonn"),
            },
        ),
        row=st.integers(0, 3),
    ),
    max_size=7,
    unique_by=lambda seen: (seen.source, seen.row, seen.seen_on),
)


@given(_ANY, st.randoms(use_true_random=False))
@settings(max_examples=150)
def test_the_order_does_not_matter_with_several_employers(seen: list[Observation], random: object) -> None:
    shuffled = list(seen)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    before, after = (current_values(one, FIELDS, AS_OF, domain_of=DOMAINS.get) for one in (seen, shuffled))
    assert before == after


@given(_ANY)
@settings(max_examples=150)
def test_the_start_of_the_role_never_comes_with_another_employer(seen: list[Observation]) -> None:
    current = current_values(seen, FIELDS, AS_OF, domain_of=DOMAINS.get)
    started = current.get("role_started")
    if started is not None and started.method != "manual" and started.values.get("company_id"):
        assert started.values["company_id"] == current["company_id"].values["company_id"]


@given(_ANY)
def test_a_status_never_stands_beside_another_address(seen: list[Observation]) -> None:
    current = current_values(seen, FIELDS, AS_OF, domain_of=DOMAINS.get)
    status = current.get("email_status")
    if status is not None and "email" in status.values:
        assert status.values["email"] == current["email"].values["email"]


@pytest.mark.parametrize("name", BOUND_TO_EMPLOYER)
def test_every_bound_fact_is_a_stored_field(name: str) -> None:
    assert name in FIELDS
