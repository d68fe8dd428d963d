"""Numbers of things read as people say them."""

from __future__ import annotations

import pytest

from prospector.core.counts import counted


@pytest.mark.parametrize(
    ("number", "noun", "text"),
    [
        (1, "touch", "1 touch"),
        (2, "touch", "2 touches"),
        (1, "address", "1 address"),
        (0, "address", "0 addresses"),
        (1, "new person", "1 new person"),
        (1200, "new person", "1,200 new people"),
        (3, "company", "3 companies"),
        (2, "day", "2 days"),
        (2, "criterion", "2 criteria"),
    ],
)
def test_one_is_one_and_more_are_many(number: int, noun: str, text: str) -> None:
    assert counted(number, noun) == text
