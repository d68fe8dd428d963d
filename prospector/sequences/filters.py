"""The filters of the template language. A blank value passes through them; `fallback` replaces it."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from jinja2 import pass_context
from jinja2.exceptions import SecurityError

from prospector.sequences.job_titles import with_article
from prospector.sequences.values import Blank
from prospector.sequences.view import DateView, UnknownName, View, ViewList

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinja2.runtime import Context

STEPS = "_steps"
"""The hidden name of a rendering's `Steps`."""

MAX_TEXT = 20_000
"""The longest text that a filter or a sum of texts may build, in characters."""


_SIGNS_OF_A_STEP = 50
"""So many signs of a text take as long as a step."""


def count_signs(context: Context, text: object) -> None:
    """Count the steps of going through a text: ten thousand times a long one is no mail."""
    if type(text) is str and len(text) >= _SIGNS_OF_A_STEP:
        context.parent[STEPS].take(len(text) // _SIGNS_OF_A_STEP)


def as_text(value: object) -> str:
    """How a value is written; `BlankValue` for a blank one, `UnknownName` for one that cannot be printed."""
    if isinstance(value, View):
        value = value.display()
    if isinstance(value, bool) or value is None:
        raise UnknownName("a yes or no cannot be printed", "use it in {% if ... %}")
    if isinstance(value, list | tuple | range):
        raise UnknownName(
            "a list cannot be printed", 'write {{ the_list | join(", ") }} or {{ the_list | first }}'
        )
    if isinstance(value, float):
        return f"{value:g}"
    if callable(value):
        raise UnknownName("a function cannot be printed", 'call it: company.uses("...")')
    return str(value)


def bounded(*parts: str) -> str:
    """The parts in one text of at most `MAX_TEXT` characters."""
    if sum(map(len, parts)) > MAX_TEXT:
        raise SecurityError(f"a text of more than {MAX_TEXT:,} characters")
    return "".join(parts)


def fallback(value: object, other: object) -> object:
    """The value, or `other` if it is blank."""
    if isinstance(value, View):
        value = value.display()
    return other if isinstance(value, Blank) or (isinstance(value, str) and not value.strip()) else value


def capitalize(value: object) -> str:
    """The first letter large, the rest as it is (`HR manager` keeps its HR)."""
    text = as_text(value)
    return text[:1].upper() + text[1:]


def title(value: object) -> str:
    """The first letter of each word large, the rest as it is."""
    return " ".join(capitalize(word) for word in as_text(value).split(" "))


def first(value: object) -> object:
    """The first entry; blank if there is none."""
    return _entry(value, 0)


def last(value: object) -> object:
    """The last entry; blank if there is none."""
    return _entry(value, -1)


def join(value: object, between: str = "", attribute: str | None = None) -> str | Blank:
    """The entries, or one name of each, in one text; blank entries are left out."""
    entries = value if isinstance(value, list | tuple) else [value]
    named = [_name_of(entry, attribute) for entry in entries]
    parts = [as_text(entry) for entry in named if not isinstance(entry, Blank)]
    if not parts:
        return Blank(value.field if isinstance(value, ViewList) else "a list")
    bounded(*parts, as_text(between) * min(len(parts), MAX_TEXT))
    return as_text(between).join(parts)


def length(value: object) -> int:
    """How many entries or characters."""
    return len(value if isinstance(value, Blank | list | tuple | range) else as_text(value))


def replace(value: object, old: str, new: str) -> str:
    """The text with every `old` replaced by `new`."""
    text, old, new = as_text(value), as_text(old), as_text(new)
    if not old or len(text) + text.count(old) * len(new) > MAX_TEXT:
        raise SecurityError(f"replace builds more than {MAX_TEXT:,} characters")
    return text.replace(old, new)


def truncate(value: object, characters: int = 80) -> str:
    """At most so many characters, cut between words, with `…` where something was cut."""
    text = as_text(value)
    if len(text) <= characters:
        return text
    cut = text[: max(characters, 1)].rsplit(" ", 1)[0].rstrip(" ,.;:-")
    return f"{cut}…"


def trim(value: object) -> str:
    """Without white space at both ends."""
    return as_text(value).strip()


def date_text(value: object, pattern: str | None = None) -> object:
    """A date by a pattern such as `%-d %B` (12 March); without one, as far as it is known."""
    if not isinstance(value, DateView):
        raise UnknownName("the date filter takes a date", "such as person.role_started or today")
    return value.format(str(pattern)) if pattern else value.display()


def rounded(value: object, digits: int = 0) -> object:
    """A number with so many digits after the point."""
    if not isinstance(value, int | float):
        raise UnknownName("the round filter takes a number", "such as person.months_in_role")
    return round(value, max(0, min(int(digits), 6))) if digits else round(value)


def joined(value: object, *others: object) -> object:
    """`a ~ b`: the parts side by side; blank if one of them is."""
    parts = (value, *others)
    blank = next((part for part in parts if isinstance(part, Blank)), None)
    return blank if blank is not None else bounded(*map(as_text, parts))


def single(value: object) -> object:
    """An entry of a list, which is none itself."""
    if isinstance(value, list | tuple | range):
        raise SecurityError("a list in a list")
    return value


def _entry(value: object, index: int) -> object:
    if isinstance(value, ViewList):
        return value.at(index)
    entries: Any = value if isinstance(value, list | tuple | range) else as_text(value)
    return entries[index] if entries else Blank("an entry of a list")


def _name_of(entry: object, attribute: str | None) -> object:
    return entry.look_up(attribute) if attribute and isinstance(entry, View) else entry


def _passing_blank(apply: Callable[..., object]) -> Callable[..., object]:
    @pass_context
    @wraps(apply)
    def filtered(context: Context, value: object, *arguments: object, **named: object) -> object:
        count_signs(context, value)
        return value if isinstance(value, Blank) else apply(value, *arguments, **named)

    return filtered


FILTERS: dict[str, Callable[..., object]] = {
    "article": _passing_blank(lambda value: with_article(as_text(value))),
    "capitalize": _passing_blank(capitalize),
    "date": _passing_blank(date_text),
    "default": fallback,
    "fallback": fallback,
    "first": _passing_blank(first),
    "join": _passing_blank(join),
    "last": _passing_blank(last),
    "length": length,
    "lower": _passing_blank(lambda value: as_text(value).lower()),
    "replace": _passing_blank(replace),
    "round": _passing_blank(rounded),
    "title": _passing_blank(title),
    "trim": _passing_blank(trim),
    "truncate": _passing_blank(truncate),
    "upper": _passing_blank(lambda value: as_text(value).upper()),
    "_joined": joined,
    "_single": single,
}
"""Every filter by its name in a template (`_joined` is what `~` becomes, `_single` each entry of a list)."""
