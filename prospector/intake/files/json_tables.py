"""Tables in JSON: one object a line, one array of objects, or an object that holds such an array.

An object inside an object becomes columns with a dot (`company.name`); lists stay lists, the row reader
takes them apart.
"""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias

from prospector.core.errors import FileError, near_miss
from prospector.intake.files.decoding import text_lines
from prospector.intake.files.limits import (
    COLUMNS,
    RECORD,
    TOO_DEEP,
    TOO_LONG,
    TOO_WIDE,
    EmptyRecords,
    check_document,
    shown,
    too_deep,
)
from prospector.intake.files.tables import RawRow, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prospector.intake.files.decoding import Decoding

LISTS = (
    "people",
    "contacts",
    "leads",
    "companies",
    "accounts",
    "results",
    "records",
    "items",
    "data",
    "rows",
)
"""Keys under which an object may hold the table."""

_DEPTH = 3
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_Object: TypeAlias = dict[str, Any]


def looks_like_lines(first: str, second: str) -> bool:
    """Do the first two lines that are not blank look like JSON Lines?"""
    return isinstance(_parsed(first), dict) or (
        first.lstrip().startswith("{") and isinstance(_parsed(second), dict)
    )


def json_lines_table(name: str, stream: BinaryIO, decoding: Decoding) -> Table:
    """JSON Lines, read twice: for the keys, then for the rows.

    A key may turn up for the first time in the last line, so all lines are looked at before the first row
    is given out.
    """
    warnings = [decoding.warning] if decoding.warning else []
    if decoding.has_long_line:
        raise FileError(
            name, "a line of more than 4 MB is no line of a table", hint="write one object a line"
        )
    text = text_lines(stream, decoding)
    objects = (found for _, _, found, _ in _objects(name, text))
    header = _keys((found for found in objects if found is not None), warnings)
    text.detach()
    return Table(
        name=name,
        header=header,
        rows=_line_rows(name, text_lines(stream, decoding), header),
        warnings=warnings,
        kind="jsonl",
        encoding=decoding.encoding,
        dialect="",
        header_line=0,
    )


def json_table(name: str, stream: BinaryIO, decoding: Decoding) -> Table:
    """One JSON value in a file; `FileError` if it is broken, too large, or holds no list of objects."""
    size = stream.seek(0, io.SEEK_END)
    check_document(name, size)
    text = text_lines(stream, decoding).read()
    check_document(name, size, text)
    elements = _elements(_whole(name, text), name)
    flat = [_flat(element) if isinstance(element, dict) else None for element in elements]
    warnings = [decoding.warning] if decoding.warning else []
    header = _keys((found for found in flat if found is not None), warnings)
    return Table(
        name,
        header,
        _element_rows(name, elements, flat, header),
        warnings,
        "json",
        decoding.encoding,
        "",
        header_line=0,
    )


def _element_rows(
    name: str, elements: list[Any], flat: list[_Object | None], header: tuple[str, ...]
) -> Iterator[RawRow]:
    empty = EmptyRecords(name)
    for number, (element, found) in enumerate(zip(elements, flat, strict=True), start=1):
        if found is None:
            yield RawRow(number, [shown(element)], "bad_json")
        elif len(found) > COLUMNS:
            yield RawRow(number, [shown(element)], TOO_WIDE)
        else:
            if not found:
                empty.one_more(number)
            yield RawRow(number, [found.get(key) for key in header])


def _whole(name: str, text: str) -> Any:
    try:
        return _scrubbed(json.loads(text.lstrip("\ufeff\0")), text)
    except json.JSONDecodeError as error:
        hint = "one object a line, or one array of objects"
        raise FileError(name, f"broken JSON: {error.msg}", line=error.lineno, hint=hint) from error
    except (ValueError, RecursionError) as error:
        raise FileError(name, "JSON that is nested too deep or holds a number too long", hint="") from error


def _elements(value: Any, name: str) -> list[Any]:
    """The list of the table: the value itself, or the one under a well-known key, or the one object."""
    if isinstance(value, list):
        return value
    if not isinstance(value, dict):
        raise FileError(name, "JSON without objects", hint="give one object a line, or one array of objects")
    for key in LISTS:
        inner = value.get(key)
        if isinstance(inner, list) and all(isinstance(element, dict) for element in inner):
            return inner
    lists = [key for key, inner in value.items() if isinstance(inner, list) and inner and len(value) == 1]
    if lists:
        hint = near_miss(lists[0], LISTS) or f"put the list under one of: {', '.join(LISTS)}"
        raise FileError(name, f'no table under "{lists[0]}"', hint=hint)
    return [value]


def _keys(objects: Iterable[_Object], warnings: list[str]) -> tuple[str, ...]:
    keys: dict[str, None] = {}
    too_many = False
    for found in objects:
        if not found.keys() <= keys.keys():
            too_many = too_many or len(keys) > COLUMNS
            if not too_many:
                keys.update(dict.fromkeys(found))
    if too_many or len(keys) > COLUMNS:
        warnings.append(f"more than {COLUMNS:,} different keys: the later ones are left out")
    return tuple(keys)[:COLUMNS]


def _objects(name: str, lines: Iterable[str]) -> Iterator[tuple[int, str, _Object | None, str]]:
    """Number and text of each line that is not blank, with its object, or why it has none."""
    empty = EmptyRecords(name)
    for number, line in enumerate(lines, start=1):
        if line.isspace():
            continue
        found, problem = _object_in(line)
        if found is not None and not found:
            empty.one_more(number)
        yield number, line, found, problem


def _object_in(line: str) -> tuple[_Object | None, str]:
    if len(line) > RECORD:
        return None, TOO_LONG
    if too_deep(line):
        return None, TOO_DEEP
    value = _parsed(line)
    if not isinstance(value, dict):
        return None, "bad_json"
    found = _flat(value)
    return (None, TOO_WIDE) if len(found) > COLUMNS else (found, "")


def _line_rows(name: str, lines: Iterable[str], header: tuple[str, ...]) -> Iterator[RawRow]:
    for number, line, found, problem in _objects(name, lines):
        if found is None:
            yield RawRow(number, [shown(line.rstrip("\r\n"))], problem)
        elif found:
            yield RawRow(number, [found.get(key) for key in header])


def _parsed(line: str) -> Any:
    """The value, or None if the line is no JSON (RecursionError: brackets nested by the thousand)."""
    try:
        return _scrubbed(json.loads(line.strip("\ufeff\0 \t\r\n")), line)
    except (ValueError, RecursionError):
        return None


def _scrubbed(value: Any, text: str) -> Any:
    """Without halves of characters (`\\ud83d` alone), which no database takes."""
    return _without_halves(value) if "\\ud" in text.lower() else value


def _without_halves(value: Any) -> Any:
    if isinstance(value, str):
        return _HALF_CHARACTER.sub("\ufffd", value)
    if isinstance(value, list):
        return [_without_halves(element) for element in value]
    if isinstance(value, dict):
        return {_without_halves(key): _without_halves(element) for key, element in value.items()}
    return value


def _flat(value: _Object, depth: int = _DEPTH) -> _Object:
    """Objects inside become keys with a dot. Most objects are flat already and are handed back as they are."""
    if not any(isinstance(inner, dict) for inner in value.values()):
        return value
    result: _Object = {}
    for key, inner in value.items():
        if isinstance(inner, dict) and depth > 1:
            result.update({f"{key}.{name}": leaf for name, leaf in _flat(inner, depth - 1).items()})
        elif not isinstance(inner, dict):
            result[key] = inner
    return result
