"""Phone numbers of a row, and in which country national ones are."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from prospector.intake.rows import cells
from prospector.intake.rows.row_parts import PROBLEM_TEXT, Problem, odd_place
from prospector.normalise.phones import parse_phone, phone_as_written, valid_phone
from prospector.normalise.places import country_of_city
from prospector.normalise.text import clean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_NUMBERS = re.compile(r":::|[;|\r\n]| / | or | oder | ou ")
PHONE_COUNTRY = "phone_country"
"""The code of a number that is kept as it was written: nothing is dropped, but it is told of."""


class PhonePlace(NamedTuple):
    """Where national numbers are: the country that the row names, else that of its city, else that of all rows."""

    named: str | None = None
    by_city: str | None = None
    usual: str | None = None

    @classmethod
    def of(cls, *places: Mapping[str, str], near: PhonePlace) -> PhonePlace:
        """What some places tell, the nearest first, and else what is told of near by."""
        named = next((place["country"] for place in places if "country" in place), near.named)
        cities = (country_of_city(place["city"]) for place in places if "city" in place)
        return cls(named, None if named else next(filter(None, cities), near.by_city), near.usual)

    def read(self, text: str) -> str | None:
        """A number as `+4930231250000`. A city says it only of a number that exists in its country."""
        if self.named is None and self.by_city and (number := valid_phone(text, self.by_city)):
            return number
        return parse_phone(text, country=self.named or self.usual)


NOWHERE = PhonePlace()


def place_in(texts: Sequence[str], positions: Sequence[int]) -> dict[str, str]:
    """The place that a cell of cities says beside its name: `Linz, Austria`."""
    odd = next(filter(None, (odd_place(texts[at]) for at in positions if texts[at])), None)
    return dict(odd.parts) if odd else {}


def take_phone(
    texts: Sequence[str],
    positions: Sequence[int],
    field: str,
    place: PhonePlace,
    into: dict[str, str],
    problems: list[Problem],
) -> None:
    """Fill the phone with the first number that can be told. Where no country is named, the first national number
    that is in none is kept as it was written.
    """
    parts = [part for position in positions for part in _numbers_in(texts[position])]
    for part in parts:
        if number := place.read(part):
            into["phone"] = number
            return
    is_nowhere = place.named is None and place.usual is None
    if is_nowhere and (written := next(filter(None, map(phone_as_written, parts)), None)):
        into["phone"] = written
        problems.append(Problem(field, written, PHONE_COUNTRY))
    elif shown := next((text for part in parts if (text := clean(part[:PROBLEM_TEXT]))), None):
        problems.append(Problem(field, shown, "bad_phone"))


@lru_cache(maxsize=4_096)
def _numbers_in(text: str) -> tuple[str, ...]:
    """The cell as a whole, if it is one number, else its parts."""
    text = text[: cells.LONGEST_CELL]
    parts = [part for part in _NUMBERS.split(text) if part.strip()]
    return tuple(parts) if len(parts) > 1 else (text,) if text else ()
