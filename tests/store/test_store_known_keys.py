"""What is known is never taken for new."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from prospector.store.known_keys import Strangers

KEYS = st.one_of(st.text(), st.tuples(st.integers(), st.text()))


@given(st.lists(KEYS, max_size=20))
@settings(max_examples=50, deadline=None)
def test_nothing_that_was_discarded_is_a_stranger(keys: list[object]) -> None:
    strangers = Strangers()
    for key in keys:
        strangers.discard(key)
    assert not any(key in strangers for key in keys)


def test_nearly_everything_else_is_one() -> None:
    strangers = Strangers()
    for number in range(100_000):
        strangers.discard(f"known-{number}")
    assert sum(f"new-{number}" not in strangers for number in range(10_000)) < 100
