"""Which observation is current: rank while fresh, then the newest, the surest, the later import, the later row."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prospector.core.evidence import RANKS, Method, Observation, current_values
from prospector.core.fields import COMPANY_FIELDS, PERSON_FIELDS, Field, stored

AS_OF = date(2026, 11, 22)
FIELDS = {"title": Field("title", "person", "", max_age=180), "city": Field("city", "person", "")}
METHODS: list[Method] = ["manual", "verified", "stated", "inferred"]


def _seen(
    value: str | None, method: Method = "stated", age: int = 10, source: str = "file:a", row: int = 1
) -> Observation:
    values = {} if value is None else {"title": value}
    return Observation(source, method, AS_OF - timedelta(days=age), values, row)


def _title(*observations: Observation) -> str | int | None:
    """The current title, which must be the same in whatever order the observations come."""
    found = {
        str(current["title"].values["title"]) if (current := current_values(order, FIELDS, AS_OF)) else None
        for order in permutations(observations)
    }
    assert len(found) == 1, found
    return found.pop()


@pytest.mark.parametrize(("higher", "lower"), list(pairwise(METHODS)))
def test_the_higher_method_wins_though_it_is_older(higher: Method, lower: Method) -> None:
    assert RANKS[higher] > RANKS[lower]
    assert _title(_seen("old", higher, age=180), _seen("new", lower, age=0)) == "old"


@pytest.mark.parametrize("method", METHODS)
def test_a_method_outweighs_the_newest_until_it_is_older_than_the_fields_age(method: Method) -> None:
    assert _title(_seen("old", method, age=180), _seen("new", "inferred", age=1)) == (
        "new" if method == "inferred" else "old"
    )
    assert _title(_seen("old", method, age=181), _seen("new", "inferred", age=1)) == "new"


def test_of_values_that_are_all_too_old_the_newest_wins_whatever_its_method() -> None:
    assert _title(_seen("older", "manual", age=500), _seen("newer", "inferred", age=400)) == "newer"


def test_each_field_has_its_own_age() -> None:
    old = Observation("a", "manual", AS_OF - timedelta(days=200), {"title": "old", "city": "old"})
    new = Observation("b", "stated", AS_OF, {"title": "new", "city": "new"})
    current = current_values([old, new], FIELDS, AS_OF)
    assert (current["title"], current["city"]) == (new, old)


def test_among_equals_the_newest_then_the_surest_then_the_later_import_then_the_later_row_wins() -> None:
    assert _title(_seen("new", age=1), _seen("old", age=2)) == "new"
    sure, unsure = (
        _seen("sure")._replace(confidence=0.9),
        _seen("unsure")._replace(confidence=0.4, import_id=7),
    )
    assert _title(sure, unsure) == "sure"
    earlier, later = _seen("earlier", source="file:a", row=9), _seen("later", source="file:z", row=1)
    assert _title(earlier._replace(import_id=1), later._replace(import_id=2)) == "later"
    assert _title(earlier._replace(import_id=2), later._replace(import_id=1)) == "earlier"


def test_among_equals_that_were_not_imported_the_first_source_then_the_later_row_wins() -> None:
    assert _title(_seen("a", source="file:a", row=9), _seen("b", source="file:b", row=1)) == "a"
    assert _title(_seen("a", source="file:a"), _seen("ab", source="file:ab")) == "a"
    assert _title(_seen("first", row=2), _seen("second", row=10)) == "second"


def test_a_correction_of_the_same_row_on_the_same_day_replaces_it() -> None:
    wrong, right = _seen("wrong", "manual", row=0), _seen("right", "manual", row=0)
    assert current_values([wrong, right], FIELDS, AS_OF)["title"] is right


@pytest.mark.parametrize(
    "weaker", [_seen("x", "inferred", age=0), _seen("x", age=11), _seen(None), _seen("")]
)
def test_an_older_a_weaker_or_an_empty_value_never_replaces_one(weaker: Observation) -> None:
    assert _title(_seen("kept"), weaker) == "kept"


def test_nothing_said_and_unknown_fields_have_no_current_value() -> None:
    assert current_values([], FIELDS, AS_OF) == {}
    strange = Observation("a", "stated", AS_OF, {"shoe_size": 44, "title": ""})
    assert current_values([strange], FIELDS, AS_OF) == {}


def test_fields_come_from_whichever_observation_knows_them() -> None:
    one = Observation("a", "stated", AS_OF - timedelta(days=9), {"title": "CFO", "city": "Bonn"})
    two = Observation("b", "stated", AS_OF, {"title": "CEO"})
    assert current_values([one, two], FIELDS, AS_OF) == {"title": two, "city": one}


_OBSERVATIONS = st.lists(
    st.builds(
        Observation,
        source=st.sampled_from(["file:a", "file:b", "website", "manual"]),
        method=st.sampled_from(METHODS),
        seen_on=st.integers(-3, 400).map(lambda age: AS_OF - timedelta(days=age)),
        values=st.dictionaries(
            st.sampled_from(["title", "city", "shoe_size"]), st.sampled_from(["", "a", "b", "c"])
        ),
        row=st.integers(0, 3),
    ),
    max_size=8,
    unique_by=lambda seen: (seen.source, seen.row, seen.seen_on),
)


@given(_OBSERVATIONS, st.randoms(use_true_random=False))
@settings(max_examples=300)
def test_the_order_of_the_observations_does_not_matter(seen: list[Observation], random: object) -> None:
    shuffled = list(seen)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert current_values(shuffled, FIELDS, AS_OF) == current_values(seen, FIELDS, AS_OF)


def test_a_new_employer_makes_the_old_address_title_and_start_stale() -> None:
    old = {
        "company_id": 1,
        "email": "ana@old.example",
        "title": "CFO",
        "role_started": "2020",
        "city": "Bonn",
    }
    seen = [
        Observation("file:a", "stated", AS_OF - timedelta(days=90), old),
        Observation("file:b", "stated", AS_OF, {"company_id": 2}),
    ]
    for order in (seen, seen[::-1]):
        current = current_values(order, stored("person"), AS_OF)
        assert {name: one.values[name] for name, one in current.items()} == {"company_id": 2, "city": "Bonn"}


_JOBS = st.lists(
    st.builds(
        Observation,
        source=st.sampled_from(["file:a", "file:b", "manual"]),
        method=st.sampled_from(["manual", "stated", "inferred"]),
        seen_on=st.integers(0, 400).map(lambda age: AS_OF - timedelta(days=age)),
        values=st.fixed_dictionaries(
            {},
            optional={
                "company_id": st.sampled_from([1, 2]),
                "email": st.sampled_from(["ana@one.example", "ana@two.example", "ana@home.example", ""]),
                "email_status": st.sampled_from(["verified", "invalid"]),
                "title": st.sampled_from(["CFO", "CEO"]),
                "role_started": st.sampled_from(["2020", "2026-03"]),
            },
        ),
        row=st.integers(0, 3),
    ),
    max_size=6,
    unique_by=lambda seen: (seen.source, seen.row, seen.seen_on),
)


@given(_JOBS, st.randoms(use_true_random=False))
@settings(max_examples=300)
def test_changes_of_employer_give_the_same_in_every_order(seen: list[Observation], random: object) -> None:
    domains = {1: "one.example", 2: "two.example"}
    shuffled = list(seen)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    found = [
        current_values(order, stored("person"), AS_OF, domain_of=domains.get) for order in (seen, shuffled)
    ]
    assert found[0] == found[1]


@given(_OBSERVATIONS, st.integers(0, 7))
def test_one_observation_less_changes_only_the_fields_that_it_held(
    seen: list[Observation], gone: int
) -> None:
    current = current_values(seen, FIELDS, AS_OF)
    left = current_values([one for place, one in enumerate(seen) if place != gone], FIELDS, AS_OF)
    for name, holder in current.items():
        if gone >= len(seen) or holder is not seen[gone]:
            assert left[name] is holder


@pytest.mark.parametrize(
    "field", [*PERSON_FIELDS, *COMPANY_FIELDS], ids=lambda one: f"{one.subject}.{one.name}"
)
def test_a_field_fills_as_many_cells_as_it_has_columns(field: Field) -> None:
    value = {"text": "x", "number": "7", "date_span": "2026-03", "number_span": "11-50"}[field.type]
    assert len(field.cells(value)) == len(field.columns) == len(field.cells(None))
    assert set(field.cells(None)) == {None}
    assert None not in field.cells(value)
    assert stored(field.subject)[field.name] is field
