"""The parts that every view is made of: the list of names, dates known in part, lists that may be empty."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

from prospector.core.errors import near_miss
from prospector.core.spans import DateSpan
from prospector.sequences.values import Blank, text_or_blank, url_or_blank

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

METHODS = {"openings()": "openings", "technology()": "technology", "signals()": "signals"}
"""Kinds that are called, and the kind that the call gives."""

_MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)
_WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()  # noqa: SIM905
_DATE_CODE = re.compile(r"%(-?[a-zA-Z%])")


class UnknownName(Exception):
    """A template asks for a name that does not exist. `hint` has the near miss."""

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint


class View:
    """A read-only object with a fixed list of names. `names` maps each to its kind (see `names.py`)."""

    field: ClassVar[str]
    names: ClassVar[Mapping[str, str]]
    _own: ClassVar[frozenset[str]] = frozenset()

    __slots__ = ("_as_of", "_found", "_record", "prefix")

    def __init_subclass__(cls) -> None:
        cls._own = frozenset(name for name in cls.names if name in cls.__dict__)

    def __init__(self, record: object | None, as_of: date, prefix: str = "") -> None:
        self._record: Any = record
        self._as_of = as_of
        self._found: dict[str, object] = {}
        self.prefix = prefix or self.field

    def look_up(self, name: str) -> object:
        """The value, `Blank` if it is not known; `UnknownName` if there is no such name. Worked out once."""
        found = self._found.get(name)
        if found is None:
            found = self._found[name] = self._look_up(name)
        return found

    def _look_up(self, name: str) -> object:
        kind = self.names.get(name)
        if kind is None:
            raise unknown_name(name, self.field, self.names)
        if self._record is None and kind not in METHODS:
            return Blank(f"{self.prefix}.{name}", kind)
        value = getattr(self, name) if name in self._own else self._read(name)
        if value is None:
            return Blank(f"{self.prefix}.{name}", kind)
        if kind == "text":
            return text_or_blank(value, f"{self.prefix}.{name}")
        return url_or_blank(value, f"{self.prefix}.{name}") if kind == "url" else value

    def _read(self, name: str) -> Any:
        return getattr(self._record, name)

    def display(self) -> object:
        """What printing the view itself gives; `UnknownName` where that makes no sense."""
        raise UnknownName(
            f"{self.field} cannot be printed", f"print one of its names: {', '.join(self.names)}"
        )


class DateView(View):
    """A date, of which the day or the month may be unknown (`2026-03`, `2026`)."""

    field = "date"
    names: ClassVar[Mapping[str, str]] = {
        "day": "number",
        "month": "number",
        "month_name": "text",
        "year": "number",
        "weekday": "text",
    }
    __slots__ = ()
    _record: DateSpan

    def _certain(self, read: Callable[[date], int]) -> int | None:
        first, last = read(self._record.earliest), read(self._record.latest)
        same_year = self._record.earliest.year == self._record.latest.year
        return first if first == last and same_year else None

    @property
    def year(self) -> int | None:
        """The year, if it is certain."""
        return self._certain(lambda day: day.year)

    @property
    def month(self) -> int | None:
        """The month from 1 to 12, if it is certain."""
        return self._certain(lambda day: day.month)

    @property
    def day(self) -> int | None:
        """The day of the month, if the date is exact."""
        exact = self._record.earliest == self._record.latest
        return self._record.earliest.day if exact else None

    @property
    def month_name(self) -> str | None:
        """`March`, if the month is certain."""
        return _MONTHS[self.month - 1] if self.month else None

    @property
    def weekday(self) -> str | None:
        """`Monday`, if the date is exact."""
        return _WEEKDAYS[self._record.earliest.weekday()] if self.day else None

    def display(self) -> object:
        """`9 March 2026`, `March 2026` or `2026`, as far as it is known."""
        parts = [part for part in (self.day, self.month_name, self.year) if part]
        return " ".join(map(str, parts)) if self.year else Blank(self.prefix, "date")

    def format(self, pattern: str) -> object:
        """The date by a pattern of `%-d %d %B %b %m %Y %y %A %a`; blank if a part of it is not known."""
        codes = _DATE_CODE.findall(pattern)
        blank = next((value for code in codes if isinstance(value := self._code(code), Blank)), None)
        return blank or _DATE_CODE.sub(lambda match: str(self._code(match[1])), pattern)

    def _code(self, code: str) -> object:
        if code not in DATE_CODES:
            known = ", ".join(f"%{one}" for one in DATE_CODES)
            raise UnknownName(f"no date code %{code}", f'known: {known}; for example "%-d %B"')
        name, shape = DATE_CODES[code]
        value = self.look_up(name) if name else "%"
        return value if isinstance(value, Blank) else shape(value)


DATE_CODES: dict[str, tuple[str, Callable[[Any], str]]] = {
    "-d": ("day", str),
    "d": ("day", "{:02d}".format),
    "B": ("month_name", str),
    "b": ("month_name", "{:.3}".format),
    "-m": ("month", str),
    "m": ("month", "{:02d}".format),
    "Y": ("year", str),
    "y": ("year", lambda year: f"{year % 100:02d}"),
    "A": ("weekday", str),
    "a": ("weekday", "{:.3}".format),
    "%": ("", str),
}
"""The codes of the `date` filter: the name each reads, and how it is written. English names always."""


class ViewList(tuple[View, ...]):
    """A list of views; asking for one that is not there gives blank."""

    field = ""
    kind = ""

    @classmethod
    def of(cls, views: Iterable[View], field: str, kind: str) -> ViewList:
        """The views, the field's name for the message when there is none, and the kind of its entries."""
        made = cls(views)
        made.field, made.kind = field, kind
        return made

    def at(self, index: int) -> object:
        """Entry `index`, or blank."""
        return self[index] if -len(self) <= index < len(self) else Blank(self.field, self.kind)


def unknown_name(name: str, owner: str, known: Iterable[str]) -> UnknownName:
    """The fault for a name that `owner` does not have, with a near miss or the names it has."""
    names = list(known)
    hint = near_miss(name[:80], names) or f"{owner} has: {', '.join(names) or 'no names'}"
    return UnknownName(f'{owner} has no "{name[:80]}"', hint)


def exact_date(day: date | None, as_of: date, prefix: str) -> DateView | None:
    """A view of a whole date."""
    return DateView(DateSpan(day, day), as_of, prefix) if day else None


def words(key: str | None) -> str | None:
    """`customer_success` as `customer success`."""
    return key.replace("_", " ") if key else None
