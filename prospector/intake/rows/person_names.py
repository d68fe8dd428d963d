"""The name in a row: a person's, or a company's or a team's that stands where a person's should."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from prospector.intake.rows.row_parts import PROBLEM_TEXT, Problem, code_of_name, first_text
from prospector.normalise.company_names import company_name, ends_in_form
from prospector.normalise.emails import is_role_address, parse_email
from prospector.normalise.greetings import can_greet
from prospector.normalise.name_words import has_vowel, kinds_of
from prospector.normalise.organisations import (
    is_desk,
    is_function,
    is_type_label,
    may_be_organisation,
    organisation_name,
    record_type,
)
from prospector.normalise.people import HARMLESS, PLAIN_NAME, PersonName, parse_name, tidy_name
from prospector.normalise.text import clean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prospector.intake.columns.mappings import ColumnMap
    from prospector.normalise.organisations import RecordType

_NAME_TEXT = 500
_TITLE_KINDS = frozenset(
    {"title", "given_title", "dotted_title", "maybe_title", "after_title", "article", "degree"}
)


class NameReader:
    """Reads the names of one file."""

    def __init__(self, at: Mapping[str, tuple[int, ...]], mapping: ColumnMap) -> None:
        first, last = at.get("first_name"), at.get("last_name")
        self._two_cells = (first[0] if first else None, last[0] if last else None) if first or last else None
        self._whole = at.get("full_name", ())
        # A given name alone says less than the whole name beside it.
        self._whole_first = bool(self._whole) and self._two_cells is not None and None in self._two_cells
        self._types = [position for position, label in mapping.free_texts if is_type_label(label)]

    def __call__(
        self,
        texts: Sequence[str],
        person: dict[str, str],
        problems: list[Problem],
    ) -> str | None:
        """Fill the person's name; the name of the company that the row is of, if it is no person's."""
        name = None
        if self._two_cells and not (self._whole_first and first_text(texts, self._whole)):
            first, last = (texts[p][:_NAME_TEXT] if p is not None else None for p in self._two_cells)
            name = two_names(first, last)
        if name is None:
            whole = first_text(texts, self._whole)
            if whole is None:
                return None
            if "@" in whole and (address := parse_email(whole)):
                # Address books put the address where they know no name.
                _add_address(person, address)
                return None
            name = whole_name(whole)
        if self._types or name.doubts:
            kind = self._record_type(texts)
            if organisation := _organisation(name, kind, person):
                return organisation
            if _is_nobody(name, person):
                problems.append(Problem("name", name.whole[:PROBLEM_TEXT], "not_a_person"))
                return None
        person.update(name.values)
        if name.unread:
            problems.extend(Problem("name", cell, code_of_name(cell)) for cell in name.unread)
        elif not name.values:
            problems.append(Problem("name", name.whole[:PROBLEM_TEXT], code_of_name(name.whole)))
        return None

    def _record_type(self, texts: Sequence[str]) -> RecordType | None:
        """What the columns for the type say of the row."""
        said = (record_type(texts[position]) for position in self._types if texts[position])
        return next(filter(None, said), None)


def _add_address(person: dict[str, str], address: str) -> None:
    """One address more; the first that is known stays the person's."""
    first = person.setdefault("email", address)
    others = person.get("more_emails", "").split()
    if address != first and address not in others:
        person["more_emails"] = " ".join([*others, address])


def _is_shared(person: Mapping[str, str]) -> bool:
    """Whether the address is a mailbox of several people, such as info@."""
    email = person.get("email")
    return bool(email and is_role_address(email))


def _organisation(name: ReadName, kind: RecordType | None, person: Mapping[str, str]) -> str | None:
    """The company's name, if the row is a company's."""
    if kind == "company":
        return company_name(name.whole)
    return None if kind == "person" else organisation_name(name.whole, hinted=_is_shared(person))


def _is_nobody(name: ReadName, person: Mapping[str, str]) -> bool:
    """Whether the name is that of a team or a desk."""
    return is_desk(name.whole) or (_is_shared(person) and is_function(name.whole))


class ReadName(NamedTuple):
    """The name in the cells of a row: what goes into the person's fields, and the cells' text.

    `doubts` is False where nothing in the text can be a company's or a team's; `unread` are cells that hold something
    and no name.
    """

    values: Mapping[str, str]
    whole: str
    doubts: bool = True
    unread: tuple[str, ...] = ()

    @classmethod
    def of(cls, given: str | None, family: str | None, greeting: str | None, whole: str) -> ReadName:
        """The name with these parts."""
        if greeting and may_be_organisation(whole):
            greeting = None
        values = {"first_name": given, "last_name": family, "greeting": greeting}
        doubts = bool(organisation_name(whole, hinted=True) or is_desk(whole) or is_function(whole))
        return cls({field: value for field, value in values.items() if value}, whole, doubts)


@lru_cache(maxsize=65_536)
def two_names(first: str | None, last: str | None) -> ReadName | None:
    """The name in a cell for the given and one for the family name; None if both are blank."""
    if first and last and is_plain(first) and is_plain(last):
        return ReadName(
            {"first_name": first, "last_name": last, **_greetings(last, first)}, last, doubts=False
        )
    both = " ".join(text for cell in (first, last) if cell and (text := clean(cell)))
    if not both:
        return None
    given, family = tidy_name(first), tidy_name(last)
    if given and family and _are_titles(given):
        name = parse_name(f"{given} {family}")
        return ReadName.of(name.given, name.family, name.greeting, both)
    if given and family and family.casefold().startswith(f"{given.casefold()} "):
        family = family[len(given) :].strip()  # the whole name stands in the second cell
    read = ReadName.of(given, family, _greeting(given, family), both)
    return read._replace(unread=_unread((first, given), (last, family))) if read.values else read


def _unread(*cells: tuple[str | None, str | None]) -> tuple[str, ...]:
    """What stands in a cell of which no name is left, titles and signs aside: it is dropped, and that is said."""
    lost = (clean(cell) for cell, name in cells if cell and not name)
    return tuple(
        text[:PROBLEM_TEXT] for text in lost if text and any(map(str.isalnum, text)) and not _are_titles(text)
    )


def is_plain(cell: str) -> bool:
    """True for one word with a capital of which no list knows anything but that it is a name."""
    return PLAIN_NAME.fullmatch(cell) is not None and kinds_of(cell) <= HARMLESS and not ends_in_form(cell)


def _greetings(family: str, given: str) -> dict[str, str]:
    """The greeting of a plain name; most are known to no list, and then it is the given name."""
    if not kinds_of(given) and not kinds_of(family):
        return {"greeting": given} if has_vowel(given) else {}
    greeting = PersonName(given, family).greeting
    return {"greeting": greeting} if greeting else {}


def _are_titles(given: str) -> bool:
    return all(kinds_of(word) & _TITLE_KINDS for word in given.split()) and "given" not in kinds_of(given)


def _greeting(given: str | None, family: str | None) -> str | None:
    """What to write after "Hi", where a column says which name is the given one.

    The comma tells the parser which is which in every language.
    """
    if given is None:
        return None
    if family is not None:
        return parse_name(f"{family}, {given}").greeting
    first = parse_name(given).given
    return first if first and can_greet(first) else None


@lru_cache(maxsize=65_536)
def whole_name(text: str) -> ReadName:
    """The name in one cell."""
    name = parse_name(text)
    return ReadName.of(name.given, name.family, name.greeting, text)
