"""YAML as people write it: every scalar is text, every key knows its line, and nothing surprising happens.

`country: NO` stays `"NO"`, `1e3` stays `"1e3"`: a schema types the text later. Only an empty value, `~` and
a plain `null` are `None`. Anchors, aliases and tags are refused (no file of ours needs them, and a small file
with aliases can unfold into gigabytes); so are duplicate keys, tabs in the indentation and control
characters. Every complaint is a `FileError` with the file, the line and a hint.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias, Union

import yaml

from prospector.core.errors import FileError, near_miss
from prospector.core.inputs import open_regular

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

MAX_BYTES = 1_000_000
"""The largest YAML text that is read, in bytes of UTF-8."""

MAX_DEPTH = 50
"""How deep maps and lists may be nested."""

_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
CONTROL_SIGN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
"""What no file of a workspace holds, not even as an escape."""
_LEADING_TAB = re.compile(r"[ ]*\t")


class YamlMap(dict[str, "YamlValue"]):
    """A mapping in the order of the file. `line` is where it starts, `lines` where each key stands."""

    def __init__(self, line: int = 1) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}

    def line_of(self, key: str) -> int:
        """The line of `key`, or of the mapping itself where the key is missing."""
        return self.lines.get(key, self.line)


class YamlList(list["YamlValue"]):
    """A list. `line` is where it starts, `lines[i]` where entry `i` stands."""

    def __init__(self, line: int = 1) -> None:
        super().__init__()
        self.line = line
        self.lines: list[int] = []


YamlValue: TypeAlias = Union[str, YamlMap, YamlList, None]  # noqa: UP007  (the names are not yet types for `|`)


def read_yaml_file(path: Path | str) -> YamlMap:
    """Read a UTF-8 file whose top level is a mapping; `FileError` for everything that is wrong with it."""
    return read_yaml(read_text_file(path), path=path)


def read_yaml(text: str, *, path: Path | str, first_line: int = 1) -> YamlMap:
    """Read a text whose top level is a mapping; an empty text is an empty one.

    `first_line` is the line of `path` at which the text starts (for front matter inside another file).
    """
    value = read_yaml_value(text, path=path, first_line=first_line)
    if value is None:
        return YamlMap(first_line)
    if not isinstance(value, YamlMap):
        hint = "write the file as lines of `name: value`"
        raise FileError(path, "not a list of names and values", line=first_line, hint=hint)
    return value


def read_yaml_value(text: str, *, path: Path | str, first_line: int = 1) -> YamlValue:
    """Read a text with one YAML document of any shape; an empty text is `None`."""
    text = text.removeprefix("\ufeff")
    _refuse_odd_text(text, path, first_line)
    try:
        return _Builder(yaml.parse(text, Loader=_LOADER), path, first_line).document()
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(error, text, path, first_line) from None
    except yaml.YAMLError:
        raise FileError(path, "not readable as YAML", line=first_line) from None


def read_text_file(path: Path | str, *, limit: int = MAX_BYTES) -> str:
    """The text of a UTF-8 file of at most `limit` bytes; `FileError` if missing, a folder, or no text."""
    try:
        with open_regular(path) as file:
            data = file.read(limit + 1)
    except FileNotFoundError:
        raise FileError(path, "no such file") from None
    except IsADirectoryError:
        raise FileError(path, "this is a folder, not a file") from None
    except (OSError, ValueError) as error:
        raise FileError(path, f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(data) > limit:
        raise FileError(
            path, f"larger than {limit:,} bytes", hint="split the file or remove what is not needed"
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FileError(path, "not UTF-8 text", line=line, hint="save the file as UTF-8") from None


def check_keys(mapping: YamlMap, known: Iterable[str], *, path: Path | str, what: str = "setting") -> None:
    """`FileError` for the first key that is not among `known`, with its line and a near miss.

    `what` is the word for a key in the message: `no setting "titel"`.
    """
    for fault in key_faults(mapping, known, path=path, what=what):
        raise fault


def key_faults(
    mapping: YamlMap, known: Iterable[str], *, path: Path | str, what: str = "setting"
) -> Iterator[FileError]:
    """What `check_keys` raises, for every key that is not known."""
    names = list(known)
    for key in mapping:
        if key not in names:
            hint = near_miss(key, names) or f"known: {', '.join(names)}"
            yield FileError(path, f'no {what} "{key[:80]}"', line=mapping.line_of(key), hint=hint)


def _refuse_odd_text(text: str, path: Path | str, first_line: int) -> None:
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise FileError(path, f"larger than {MAX_BYTES:,} bytes", line=first_line, hint="split the file")
    if odd := CONTROL_SIGN.search(text):
        line = first_line + text.count("\n", 0, odd.start())
        what = f"control character U+{ord(odd[0]):04X}"
        raise FileError(path, what, line=line, hint="delete it; it is invisible in most editors")


def _syntax_error(error: yaml.MarkedYAMLError, text: str, path: Path | str, first_line: int) -> FileError:
    mark = error.problem_mark or error.context_mark
    at = mark.line if mark else 0
    # "unexpected" is this program's word for faults of its own.
    problem = (error.problem or "not readable as YAML").replace("unexpected ", "")
    hint = "check the indentation, and quote a value that holds `: `, ` #`, `{` or `[`"
    rows = text.splitlines()
    # The parser often notices a tab only on the line after it.
    for number in (at, at - 1):
        if 0 <= number < len(rows) and _LEADING_TAB.match(rows[number]):
            at, problem, hint = number, "a tab in the indentation", "indent with spaces"
            break
    return FileError(path, problem, line=first_line + at, hint=hint)


class _Builder:
    """Builds the value from the parser's events, which still know styles, anchors and lines."""

    def __init__(self, events: Iterator[Any], path: Path | str, first_line: int) -> None:
        self._events = events
        self._path = path
        self._first_line = first_line

    def document(self) -> YamlValue:
        next(self._events)
        if isinstance(next(self._events), yaml.StreamEndEvent):
            return None
        value = self._value(self._next_event(), 0)
        next(self._events)
        extra = next(self._events)
        if not isinstance(extra, yaml.StreamEndEvent):
            raise self._error(extra, "a second document after `---`", "keep one document in a file")
        return value

    def _line(self, event: Any) -> int:
        return self._first_line + int(event.start_mark.line)

    def _error(self, event: Any, what: str, hint: str) -> FileError:
        return FileError(self._path, what, line=self._line(event), hint=hint)

    def _next_event(self) -> Any:
        event = next(self._events)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise self._error(
                event, "anchors (&) and aliases (*) are not read", "quote the value, or write it out"
            )
        tag = getattr(event, "tag", None)
        if tag and tag != "!":
            raise self._error(
                event, f"tags such as {tag[:40]} are not read", "quote the value or leave the tag out"
            )
        return event

    def _value(self, event: Any, depth: int) -> YamlValue:
        if depth > MAX_DEPTH:
            raise self._error(event, "nested too deeply", f"at most {MAX_DEPTH} levels are read")
        if isinstance(event, yaml.ScalarEvent):
            return None if not event.style and event.value in _NULLS else self._text(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(event, depth)
        return self._map(event, depth)

    def _list(self, start: Any, depth: int) -> YamlList:
        entries = YamlList(self._line(start))
        while not isinstance(event := self._next_event(), yaml.SequenceEndEvent):
            entries.lines.append(self._line(event))
            entries.append(self._value(event, depth + 1))
        return entries

    def _map(self, start: Any, depth: int) -> YamlMap:
        mapping = YamlMap(self._line(start))
        while not isinstance(event := self._next_event(), yaml.MappingEndEvent):
            key = self._key(event)
            if key in mapping:
                what = f'"{key[:80]}" stands here for the second time'
                raise self._error(event, what, f"the first is on line {mapping.lines[key]}; keep one of them")
            mapping.lines[key] = self._line(event)
            mapping[key] = self._value(self._next_event(), depth + 1)
        return mapping

    def _key(self, event: Any) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            raise self._error(event, "a name must be plain text", "quote a value that starts with { or [")
        if not event.value:
            raise self._error(event, "a value without a name", "write `name: value`")
        return self._text(event)

    def _text(self, event: Any) -> str:
        """A text, which may have been written with escapes for what must not stand in the file itself."""
        text = str(event.value)
        if odd := CONTROL_SIGN.search(text):
            what = f"the escape of a control character (U+{ord(odd[0]):04X})"
            raise self._error(event, what, "delete it; no value of ours needs one")
        return text
