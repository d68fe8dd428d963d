"""Shapes: what a declaration lets pass, and what it tells a reader."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired, TypedDict

import pytest

from prospector.core.json_shapes import Day, Moment, keys_of, lines_of, mismatches, type_words


class Inner(TypedDict):
    on: Annotated[Day | None, "A day."]


class Outer(TypedDict):
    name: Annotated[str, "A name."]
    count: Annotated[int, "A number."]
    share: Annotated[float | None, "A share."]
    sure: Annotated[bool, "Sure or not."]
    kind: Annotated[Literal["a", "b"], "A kind."]
    at: Annotated[Moment, "A time."]
    inner: Annotated[list[Inner], "Some."]
    by_name: Annotated[dict[str, int], "Counts."]
    more: NotRequired[Annotated[str, "More."]]


RIGHT = {
    "name": "x",
    "count": 1,
    "share": 1,
    "sure": True,
    "kind": "a",
    "at": "2026-11-23T09:00+01:00",
    "inner": [{"on": None}, {"on": "2026-11-23"}],
    "by_name": {"x": 1},
}


def test_what_is_declared_passes() -> None:
    assert list(mismatches(RIGHT, Outer)) == []
    assert list(mismatches({**RIGHT, "more": "y"}, Outer)) == []
    assert list(mismatches([RIGHT], list[Outer])) == []
    assert list(mismatches(None, Outer | None)) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"extra": 1}, "value.extra is not declared"),
        ({"name": None}, "value.name is None, not text"),
        ({"count": True}, "value.count is True, not whole number"),
        ({"count": "1"}, "value.count is '1', not whole number"),
        ({"share": "1"}, "value.share is '1', not number"),
        ({"sure": 1}, "value.sure is 1, not true or false"),
        ({"kind": "c"}, 'value.kind is \'c\', not "a" or "b"'),
        ({"at": "soon"}, "value.at is 'soon', not date and time"),
        ({"inner": [{"on": "23.11.2026"}]}, "value.inner[0].on is '23.11.2026', not date"),
        ({"inner": [{}]}, "value.inner[0].on is missing"),
        ({"inner": {}}, "value.inner is {}, not list of objects"),
        ({"by_name": {"x": "1"}}, "value.by_name['x'] is '1', not whole number"),
        ({"more": 1}, "value.more is 1, not text"),
    ],
)
def test_what_is_not_declared_is_named_with_its_place(change: dict[str, Any], said: str) -> None:
    assert list(mismatches({**RIGHT, **change}, Outer)) == [said]


def test_a_missing_key_is_named() -> None:
    for name in RIGHT:
        assert list(mismatches({key: RIGHT[key] for key in RIGHT if key != name}, Outer)) == [
            f"value.{name} is missing"
        ]


def test_a_reader_is_told_type_and_meaning_of_every_key() -> None:
    assert [key.required for key in keys_of(Outer)] == [True] * 8 + [False]
    assert list(lines_of(list[Outer])) == [
        ("[].name", "text", "A name."),
        ("[].count", "whole number", "A number."),
        ("[].share", "number or null", "A share."),
        ("[].sure", "true or false", "Sure or not."),
        ("[].kind", '"a" or "b"', "A kind."),
        ("[].at", "date and time", "A time."),
        ("[].inner", "list of objects", "Some."),
        ("[].inner[].on", "date or null", "A day."),
        ("[].by_name", "object of whole numbers", "Counts."),
        ("[].more", "text", "More. Left out where nothing is known."),
    ]
    assert type_words(list[Outer]) == "list of objects"
