"""Segments from the flags of `find`, and written as files. A flag takes what a file takes: `{title: payroll}`, too."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from prospector.core.custom import FORM, PREFIX, custom_filter, custom_key
from prospector.core.errors import FileError, UsageError
from prospector.core.fields import filters
from prospector.core.yaml_text import CONTROL_SIGN, YamlList, YamlMap, YamlValue, read_yaml_value
from prospector.segments.criteria.context import BadValue
from prospector.segments.criteria.groups import AnyOf
from prospector.segments.language.files import Reader
from prospector.segments.language.parsing import parse_value
from prospector.segments.segment import POLICIES, Asked, Entry, Policy, Segment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prospector.core.fields import FilterField, Subject
    from prospector.segments.criteria.context import Asking

_SUBJECTS: tuple[Subject, ...] = ("company", "person")


def segment_from_flags(
    flags: Mapping[str, Sequence[str]], asking: Asking, *, unknown: str = "exclude"
) -> Segment:
    """The segment that flags of `find`, by the keys of their fields, describe; several values mean any of them."""
    if unknown not in POLICIES:
        raise UsageError(f'--unknown "{unknown}" is not known', hint=f"one of {', '.join(POLICIES)}")
    entries = []
    for key, values in flags.items():
        for field, said in _said_of(filters()[key], values).items():
            asked = _asked(field, said, asking, unknown)
            entries.append(Entry(f"{field.subject}.{field.name}", asked, (asked,)))
    return Segment("find", "find", tuple(entries))


def _said_of(field: FilterField, values: Sequence[str]) -> dict[FilterField, Sequence[str]]:
    """The values by what they are said of: `NAME=VALUE` of one custom field each."""
    if field.form != FORM:
        return {field: values} if values else {}
    found: dict[FilterField, list[str]] = {}
    for one in values:
        name, sign, value = one.partition("=")
        key = custom_key(PREFIX + name.strip().removeprefix(PREFIX))
        if not sign or not name.strip() or key is None:
            raise UsageError(f'{field.flag} "{one[:100]}" is not NAME=VALUE', hint=f"such as {field.example}")
        found.setdefault(custom_filter(field.subject, key), []).append(value.strip())
    return dict(found)


def _asked(field: FilterField, values: Sequence[str], asking: Asking, policy: Policy) -> Asked:
    try:
        if any(_is_map(value) for value in values):
            return Reader(Path(field.flag), asking, policy).criterion(field, _node(field, values), 1)
        questions = tuple(parse_value(field.key, value, asking) for value in values)
    except (BadValue, FileError) as error:
        if isinstance(error, FileError) and str(error.path) != field.flag:
            raise  # another file than the flag's own words
        what = error.what.removeprefix(f"{field.name}: ")
        raise UsageError(f"{field.flag}: {what}", hint=error.hint or "see: prospector fields") from None
    question = questions[0] if len(questions) == 1 else AnyOf(questions)
    return Asked(field.name, " or ".join(values), question, policy, 0, field.subject)


def _is_map(value: str) -> bool:
    return value.strip().startswith("{")


def _node(field: FilterField, values: Sequence[str]) -> YamlValue:
    """The values as a file would hold them."""
    nodes = [read_yaml_value(one, path=field.flag) if _is_map(one) else one for one in values]
    if len(nodes) == 1:
        return nodes[0]
    several = YamlList()
    several.extend(nodes)
    several.lines = [1] * len(nodes)
    return several


def segment_text(title: str, flags: Mapping[str, Sequence[str]], unknown: str = "exclude") -> str:
    """A segment file that asks what these flags ask."""
    lines = [f"name: {_quoted(title)}"]
    for subject in _SUBJECTS:
        chosen = {field: flags[field.key] for field in filters(subject).values() if flags.get(field.key)}
        if chosen:
            lines.append(f"{subject}:")
        for field, values in chosen.items():
            texts = {one.name: _all_written(one, said) for one, said in _said_of(field, values).items()}
            if field.form == FORM:
                inner = ", ".join(f"{name.removeprefix(PREFIX)}: {text}" for name, text in texts.items())
                texts = {field.name: f"{{{inner}}}"}
            lines += [f"  {name}: {text}" for name, text in texts.items()]
    return "\n".join([*lines, f"unknown: {unknown}", ""])


def _all_written(field: FilterField, values: Sequence[str]) -> str:
    written = [_written(_node(field, [value])) for value in values]
    return written[0] if len(written) == 1 else f"[{', '.join(written)}]"


def _written(node: YamlValue) -> str:
    if isinstance(node, YamlMap):
        return "{" + ", ".join(f"{_quoted(key)}: {_written(value)}" for key, value in node.items()) + "}"
    if isinstance(node, YamlList):
        return "[" + ", ".join(_written(value) for value in node) + "]"
    return "null" if node is None else _quoted(node)


def _quoted(text: str) -> str:
    if odd := CONTROL_SIGN.search(text):
        what = f"a control character (U+{ord(odd[0]):04X}) cannot stand in a segment file"
        raise UsageError(what, hint="delete it; no value needs one")
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    shown = (letter if letter.isprintable() else f"\\U{ord(letter):08x}" for letter in escaped)
    return f'"{"".join(shown)}"'
