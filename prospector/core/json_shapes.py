"""How the shape of a piece of JSON is declared, told to a reader, and checked.

A shape is a `TypedDict`; each key is `Annotated` with its meaning. `docs/json.md` is made from the declarations, and
the tests hold what the commands print against them, so neither can say what the other does not.
"""

from __future__ import annotations

import types
from datetime import date, datetime
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Literal,
    NamedTuple,
    NotRequired,
    TypeAlias,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from prospector.core.fields import stored

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prospector.core.fields import Field, Subject


class Format(NamedTuple):
    """What a text looks like."""

    words: str


Day: TypeAlias = Annotated[str, Format("date")]
"""An ISO date."""
Moment: TypeAlias = Annotated[str, Format("date and time")]
"""An ISO date and time with its distance from UTC."""

_READ = {"date": date.fromisoformat, "date and time": datetime.fromisoformat}
_WORDS = {str: "text", int: "whole number", float: "number", bool: "true or false", type(None): "null"}


class Key(NamedTuple):
    """A key of a shape; one that is not `required` is left out where there is nothing to say."""

    name: str
    type: Any
    meaning: str
    required: bool


def keys_of(shape: Any) -> list[Key]:
    """The keys of a shape in the order in which they are printed."""
    found = []
    for name, hint in get_type_hints(shape, include_extras=True).items():
        required = get_origin(hint) is not NotRequired
        (inside,) = (hint,) if required else get_args(hint)
        meaning = next((text for text in _notes(inside) if isinstance(text, str)), "")
        found.append(Key(name, inside, meaning, required))
    return found


def type_words(hint: Any) -> str:
    """A type as the docs name it."""
    if formats := [note.words for note in _notes(hint) if isinstance(note, Format)]:
        return formats[0]
    hint = _bare(hint)
    if is_typeddict(hint):
        return "object"
    if options := _options(hint):
        return " or ".join(type_words(one) for one in options)
    origin, inside = get_origin(hint), get_args(hint)
    if origin is list:
        return f"list of {_plural(type_words(inside[0]))}"
    if origin is dict:
        return "object" if inside[1] is Any else f"object of {_plural(type_words(inside[1]))}"
    if origin is Literal:
        return " or ".join(f'"{value}"' for value in inside)
    return _WORDS.get(hint, "any value")


def lines_of(hint: Any, path: str = "") -> Iterator[tuple[str, str, str]]:
    """Path, type and meaning of every key that a value of this type can have, those inside included."""
    hint = _bare(hint)
    if is_typeddict(hint):
        for key in keys_of(hint):
            place = f"{path}.{key.name}" if path else key.name
            meaning = key.meaning if key.required else f"{key.meaning} Left out where nothing is known."
            yield place, type_words(key.type), meaning
            yield from lines_of(key.type, place)
        return
    marks = {list: "[]", dict: ".*"}
    for inside in _options(hint) or get_args(hint):
        yield from lines_of(inside, path + marks.get(get_origin(hint), ""))


def mismatches(value: Any, hint: Any, path: str = "value") -> Iterator[str]:
    """Where a value is not what its type says: keys that are missing or not declared, and other types."""
    formats, hint = [note for note in _notes(hint) if isinstance(note, Format)], _bare(hint)
    options = _options(hint)
    if hint is Any or (options and any(not list(mismatches(value, one, path)) for one in options)):
        return
    if len(options) == 2 and type(None) in options and value is not None:
        yield from mismatches(value, next(one for one in options if one is not type(None)), path)
    elif is_typeddict(hint) and isinstance(value, dict):
        yield from _keys_amiss(value, keys_of(hint), path)
    elif get_origin(hint) in (list, dict) and type(value) is get_origin(hint):
        cells: Iterable[tuple[Any, Any]] = value.items() if isinstance(value, dict) else enumerate(value)
        for name, one in cells:
            yield from mismatches(one, get_args(hint)[-1], f"{path}[{name!r}]")
    elif not _is_plain(value, hint) or not all(_reads(value, one) for one in formats):
        yield f"{path} is {value!r}, not {type_words(hint) if not formats else formats[0].words}"


def field_keys(fields: Iterable[Field], names: Iterable[str] | None = None) -> dict[str, Any]:
    """The keys of some fields of the table, under their own names unless others are given."""
    fields = list(fields)
    types = {"number": int | None}
    return {
        name: Annotated[types.get(one.type, str | None), one.help]
        for name, one in zip(names or [field.name for field in fields], fields, strict=True)
    }


def subject_keys(subject: Subject) -> dict[str, Any]:
    """The keys of all fields of a person or a company; the employer is an object of its own."""
    return field_keys(one for name, one in stored(subject).items() if name != "company_id")


def _keys_amiss(value: dict[str, Any], keys: list[Key], path: str) -> Iterator[str]:
    declared = {key.name for key in keys}
    yield from (f"{path}.{name} is not declared" for name in value if name not in declared)
    for key in keys:
        if key.name in value:
            yield from mismatches(value[key.name], key.type, f"{path}.{key.name}")
        elif key.required:
            yield f"{path}.{key.name} is missing"


def _is_plain(value: Any, hint: Any) -> bool:
    if get_origin(hint) is Literal:
        return value in get_args(hint)
    if hint is float:
        return type(value) in (int, float)
    return type(value) is hint


def _reads(value: str, of: Format) -> bool:
    try:
        _READ[of.words](value)
    except ValueError:
        return False
    return True


def _notes(hint: Any) -> tuple[Any, ...]:
    return hint.__metadata__ if get_origin(hint) is Annotated else ()


def _bare(hint: Any) -> Any:
    return get_args(hint)[0] if get_origin(hint) is Annotated else hint


def _options(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in (Union, types.UnionType) else ()


def _plural(words: str) -> str:
    nouns = ("object", "list", "whole number", "number", "text", "date")
    noun = next((one for one in nouns if words == one or words.startswith(f"{one} of ")), None)
    return words if noun is None else words.replace(noun, f"{noun}s", 1)
