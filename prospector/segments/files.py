"""Segment files: read with every complaint at its line, made from the flags of `find`, and written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from prospector.errors import FileError, UsageError, near_miss
from prospector.fields import filters
from prospector.segments.groups import AllOf, AnyOf, Not
from prospector.segments.parsing import (
    Asking,
    BadValue,
    parse_value,
    structured_keys,
)
from prospector.segments.segment import POLICIES, Asked, Entry, Policy, ScoreRule, Segment
from prospector.yaml_text import YamlList, YamlMap, YamlValue, check_keys, read_text_file, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from prospector.fields import Subject
    from prospector.segments.groups import Question

_TOP = ("name", "company", "person", "any_of", "all_of", "not", "unknown", "score", "qualify", "limit")
_SUBJECTS: tuple[Subject, ...] = ("company", "person")
_GROUPS = ("any_of", "all_of", "not")
_SETS = ("any", "all", "none")
_NUMBER_HINT = "write a whole number"
_BARE_COMPARISON = re.compile(r"[^:]{0,80}:[ ]+>[=0-9 ]")


def load_segment(path: Path, asking: Asking) -> Segment:
    """Read a segment file; `FileError` with line and hint for all that is wrong in it."""
    return _Reader(path, asking).segment(_read(path), path.stem)


def _read(path: Path) -> YamlMap:
    """The file's content. YAML takes a bare `>` for the start of a long text, which nobody here means."""
    text = read_text_file(path)
    try:
        return read_yaml(text, path=path)
    except FileError as error:
        rows = text.splitlines()
        if error.line and error.line <= len(rows) and _BARE_COMPARISON.match(rows[error.line - 1]):
            what = "a value that starts with > needs quotes"
            raise FileError(path, what, line=error.line, hint='write it as "> 10"') from None
        raise


def segment_from_flags(
    flags: Mapping[str, Sequence[str]], asking: Asking, *, unknown: str = "exclude"
) -> Segment:
    """The segment that flags of `find` describe; several values of one flag mean any of them."""
    entries = []
    for name, values in flags.items():
        if not values:
            continue
        try:
            questions = tuple(parse_value(name, value, asking) for value in values)
        except BadValue as error:
            raise UsageError(
                f"{filters()[name].flag}: {error.what}", hint=error.hint or "see: prospector fields"
            ) from None
        question = questions[0] if len(questions) == 1 else AnyOf(questions)
        asked = Asked(name, " or ".join(values), question, cast("Policy", unknown))
        entries.append(Entry(f"{filters()[name].subject}.{name}", asked, (asked,)))
    if unknown not in POLICIES:
        raise UsageError(f'--unknown "{unknown}" is not known', hint=f"one of {', '.join(POLICIES)}")
    return Segment("find", "find", tuple(entries))


def segment_text(title: str, flags: Mapping[str, Sequence[str]], unknown: str = "exclude") -> str:
    """A segment file that asks what these flags ask."""
    lines = [f"name: {_quoted(title)}"]
    for subject in _SUBJECTS:
        chosen = {name: flags[name] for name in filters(subject) if flags.get(name)}
        if chosen:
            lines.append(f"{subject}:")
        for name, values in chosen.items():
            written = [_quoted(value) for value in values]
            lines.append(f"  {name}: {written[0] if len(written) == 1 else '[' + ', '.join(written) + ']'}")
    return "\n".join([*lines, f"unknown: {unknown}", ""])


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    shown = (letter if letter.isprintable() else f"\\U{ord(letter):08x}" for letter in escaped)
    return f'"{"".join(shown)}"'


class _Reader:
    """Reads one file. Keeps the path and the default policy, so that complaints know their place."""

    def __init__(self, path: Path, asking: Asking) -> None:
        self._path = path
        self._asking = asking
        self._policy: Policy = "exclude"

    def segment(self, top: YamlMap, name: str) -> Segment:
        """The whole file."""
        check_keys(top, _TOP, path=self._path, what="key")
        self._policy = self._unknown(top, "exclude")
        entries = tuple(self._entries(top))
        if not entries:
            raise FileError(
                self._path,
                "asks for nothing",
                hint="add criteria under company: or person:; see prospector fields",
            )
        return Segment(
            name=name,
            title=self._text(top, "name") or name,
            entries=entries,
            path=self._path,
            score=tuple(self._score(top)),
            qualify=self._numbers(top, "qualify", ("mql", "sql")),
            per_company=self._numbers(top, "limit", ("per_company",)).get("per_company"),
        )

    def _error(self, line: int, what: str, hint: str = "") -> FileError:
        return FileError(self._path, what, line=line, hint=hint)

    def _text(self, node: YamlMap, key: str) -> str | None:
        value = node.get(key)
        if value is not None and not isinstance(value, str):
            raise self._error(node.line_of(key), f'"{key}" must be a text')
        return value

    def _unknown(self, node: YamlMap, default: Policy) -> Policy:
        value = self._text(node, "unknown")
        if value is None:
            return default
        if value not in POLICIES:
            hint = near_miss(value, POLICIES) or f"one of {', '.join(POLICIES)}"
            raise self._error(node.line_of("unknown"), f'"unknown" cannot be "{value}"', hint)
        return value

    def _entries(self, node: YamlMap) -> Iterator[Entry]:
        """The funnel's lines, in the order of the file."""
        for key, value in node.items():
            if key in _SUBJECTS:
                yield from self._subject(key, self._map(node, key, value))
            elif key in _GROUPS:
                yield self._group(key, value, node.line_of(key), None)

    def _map(self, node: YamlMap, key: str, value: YamlValue) -> YamlMap:
        if not isinstance(value, YamlMap):
            raise self._error(node.line_of(key), f'"{key}" must hold `field: value` lines')
        return value

    def _subject(self, subject: Subject, node: YamlMap) -> Iterator[Entry]:
        check_keys(node, (*filters(subject), *_GROUPS), path=self._path, what="field")
        for key, value in node.items():
            line = node.line_of(key)
            if key in _GROUPS:
                yield self._group(key, value, line, subject)
            else:
                asked = self._criterion(key, value, line)
                yield Entry(f"{subject}.{key}", asked, (asked,))

    def _group(self, key: str, value: YamlValue, line: int, subject: Subject | None) -> Entry:
        branches = (
            [value] if isinstance(value, YamlMap) else list(value) if isinstance(value, YamlList) else []
        )
        questions: list[Question] = []
        asked: list[Asked] = []
        for branch in branches:
            if not isinstance(branch, YamlMap):
                raise self._error(line, f'"{key}" holds groups of `field: value`')
            entries = self._branch(branch, subject)
            if not entries:
                raise self._error(branch.line, f'"{key}" has an empty group, which everybody would match')
            questions.append(AllOf(tuple(entry.question for entry in entries)))
            asked.extend(one for entry in entries for one in entry.asked)
        if not questions:
            raise self._error(line, f'"{key}" is empty', "write a list of `- field: value`")
        group: Question = AnyOf(tuple(questions)) if key != "all_of" else AllOf(tuple(questions))
        label = f"{subject}.{key}" if subject else key
        return Entry(label, Not(group) if key == "not" else group, tuple(asked))

    def _branch(self, branch: YamlMap, subject: Subject | None) -> list[Entry]:
        if subject is not None:
            return list(self._subject(subject, branch))
        check_keys(branch, (*_SUBJECTS, *_GROUPS), path=self._path, what="key")
        return list(self._entries(branch))

    def _criterion(self, name: str, value: YamlValue, line: int) -> Asked:
        if isinstance(value, YamlMap) and not (set(value) & {*structured_keys(name)}):
            return self._sets(name, value, line)
        policy = self._policy
        if isinstance(value, YamlMap):
            check_keys(value, (*structured_keys(name), "unknown"), path=self._path, what="key")
            policy = self._unknown(value, self._policy)
        questions, text = self._values(name, value, line)
        question = questions[0] if len(questions) == 1 else AnyOf(tuple(questions))
        return Asked(name, text, question, policy, line)

    def _sets(self, name: str, node: YamlMap, line: int) -> Asked:
        """`{any: [], all: [], none: []}`, each optional, joined by and."""
        check_keys(node, (*structured_keys(name), *_SETS, "unknown"), path=self._path, what="key")
        parts: list[Question] = []
        texts = []
        for key in _SETS:
            if node.get(key) is None:
                continue
            questions, text = self._values(name, node[key], node.line_of(key))
            joined: Question = AllOf(tuple(questions)) if key == "all" else AnyOf(tuple(questions))
            parts.append(Not(joined) if key == "none" else joined)
            texts.append(f"{key} of {text}")
        if not parts:
            raise self._error(line, f'"{name}" asks for nothing', "give it a value, a list, or any/all/none")
        question = parts[0] if len(parts) == 1 else AllOf(tuple(parts))
        return Asked(name, "; ".join(texts), question, self._unknown(node, self._policy), line)

    def _values(self, name: str, value: YamlValue, line: int) -> tuple[list[Question], str]:
        values = list(value) if isinstance(value, YamlList) else [value]
        lines = value.lines if isinstance(value, YamlList) else [line]
        if not values:
            raise self._error(line, f'"{name}" has an empty list', "give it at least one value")
        for one in values if isinstance(value, YamlList) and structured_keys(name) else ():
            if isinstance(one, YamlMap):
                check_keys(one, structured_keys(name), path=self._path, what="key")
        questions = [self._parse(name, one, place) for one, place in zip(values, lines, strict=True)]
        return questions, " or ".join(_shown(one) for one in values)

    def _parse(self, name: str, value: YamlValue, line: int) -> Question:
        if isinstance(value, YamlMap):
            parts = {key: part for key, part in value.items() if key != "unknown"}
            if any(not isinstance(part, str) for part in parts.values()):
                raise self._error(line, f'"{name}" has a key without a text')
            value_or_map: str | dict[str, str] = cast("dict[str, str]", parts)
        elif isinstance(value, str):
            value_or_map = value
        else:
            raise self._error(line, f'"{name}" has no value', 'quote it if it starts with > or <: "> 10"')
        try:
            return parse_value(name, value_or_map, self._asking)
        except BadValue as error:
            raise self._error(line, f"{name}: {error.what}", error.hint or "see: prospector fields") from None

    def _score(self, top: YamlMap) -> Iterator[ScoreRule]:
        rules = top.get("score")
        if rules is None:
            return
        if not isinstance(rules, YamlList):
            raise self._error(top.line_of("score"), '"score" must be a list of rules', "- points: 20")
        for rule, line in zip(rules, rules.lines, strict=True):
            if not isinstance(rule, YamlMap):
                raise self._error(line, "a score rule needs points, when and because")
            check_keys(rule, ("points", "when", "because"), path=self._path, what="key")
            entries = self._branch(self._map(rule, "when", rule.get("when")), None)
            if not entries:
                raise self._error(rule.line_of("when"), '"when" is empty, which everybody would match')
            points = self._number(rule, "points", lowest=-1000)
            because = self._text(rule, "because") or ", ".join(entry.label for entry in entries)
            yield ScoreRule(points, AllOf(tuple(entry.question for entry in entries)), because)

    def _numbers(self, top: YamlMap, key: str, names: Iterable[str]) -> dict[str, int]:
        if top.get(key) is None:
            return {}
        node = self._map(top, key, top[key])
        check_keys(node, names, path=self._path, what="key")
        return {name: self._number(node, name, lowest=1) for name in node}

    def _number(self, node: YamlMap, key: str, *, lowest: int) -> int:
        text = self._text(node, key) or ""
        try:
            number = int(text)
        except ValueError:
            raise self._error(node.line_of(key), f'"{key}" must be a number', _NUMBER_HINT) from None
        if not lowest <= number <= 1_000_000:
            raise self._error(node.line_of(key), f'"{key}" cannot be {number}', _NUMBER_HINT)
        return number


def _shown(value: YamlValue) -> str:
    if isinstance(value, YamlMap):
        return ", ".join(f"{key} {part}" for key, part in value.items() if key != "unknown")
    return str(value)
