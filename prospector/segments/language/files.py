"""Segment files: read with every complaint at its line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from prospector.core.custom import FORM, PREFIX, custom_filter
from prospector.core.errors import FileError, near_miss
from prospector.core.fields import filters
from prospector.core.spans import NumberSpan
from prospector.core.yaml_text import YamlList, YamlMap, YamlValue, check_keys, read_text_file, read_yaml
from prospector.segments.criteria.context import plain_number, range_of
from prospector.segments.criteria.groups import AllOf, AnyOf, Not
from prospector.segments.language.parsing import Asking, BadValue, parse_value, structured_keys
from prospector.segments.segment import (
    KINDS,
    POLICIES,
    RANKS,
    Asked,
    Entry,
    Policy,
    ScoreRule,
    Segment,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from prospector.core.fields import FilterField, Subject
    from prospector.segments.criteria.criterion import Question

_TOP = (
    "name", "company", "person", "any_of", "all_of", "not", "unknown", "score", "qualify", "limit", "expect"
)  # fmt: skip
_SUBJECTS: tuple[Subject, ...] = ("company", "person")
_EXAMPLES = {
    "company": "industry: banking",
    "person": "role: HR manager",
    "qualify": "mql: 40",
    "when": "company: {uses: HubSpot}",
}
_GROUPS = ("any_of", "all_of", "not")
_SETS = ("any", "all", "none")
_NUMBER_HINT = "write a whole number"
_MOST_FAULTS = 20
_BARE_COMPARISON = re.compile(r"[^:]{0,80}:[ ]+>[=0-9 ]")


def load_segment(path: Path, asking: Asking) -> Segment:
    """Read a segment file; `FileError` with line and hint for all that is wrong in it."""
    return Reader(path, asking).segment(_read(path), path.stem)


def segment_faults(path: Path, asking: Asking) -> list[FileError]:
    """All that keeps a file from being read: each line at fault is left out in turn to find the next."""
    faults: list[FileError] = []
    try:
        top = _read(path)
    except FileError as fault:
        return [fault]
    for _ in range(_MOST_FAULTS):
        try:
            Reader(path, asking).segment(top, path.stem)
        except FileError as fault:
            if fault.line is not None:
                faults.append(fault)
            if fault.line is None or not _leave_out(top, fault.line):
                return faults or [fault]
        else:
            break
    return faults


def _leave_out(top: YamlMap, line: int) -> bool:
    """Take the last key that begins on this line or before it out of the file's content, if there is one."""
    last: tuple[int, YamlMap, str] | None = None
    for node in _maps(top):
        for key, place in node.lines.items():
            if key in node and place <= line and (last is None or place >= last[0]):
                last = (place, node, key)
    if last is None:
        return False
    del last[1][last[2]]
    return True


def _maps(value: YamlValue) -> Iterator[YamlMap]:
    """All mappings in a value, the outer ones first."""
    if isinstance(value, YamlMap):
        yield value
    for part in (
        value.values() if isinstance(value, YamlMap) else value if isinstance(value, YamlList) else ()
    ):
        yield from _maps(part)


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


class Reader:
    """Reads one file. Keeps the path and the default policy, so that complaints know their place."""

    def __init__(self, path: Path, asking: Asking, policy: Policy = "exclude") -> None:
        self._path = path
        self._asking = asking
        self._policy: Policy = policy

    def segment(self, top: YamlMap, name: str) -> Segment:
        """The whole file."""
        self._check_places(top, None)
        check_keys(top, _TOP, path=self._path, what="key")
        self._policy = self._unknown(top, "exclude")
        entries = tuple(self._entries(top))
        segment = Segment(
            name=name,
            title=self._text(top, "name") or name,
            entries=entries,
            path=self._path,
            score=tuple(self._score(top)),
            qualify=self._numbers(top, "qualify", ("mql", "sql")),
            per_company=self._per_company(top),
            rank=self._rank(top),
            expect=self._expect(top),
        )
        if not entries:
            hint = "add criteria under company: or person:; see prospector fields"
            raise FileError(self._path, "asks for nothing", hint=hint)
        return segment

    def _check_places(self, node: YamlMap, subject: Subject | None) -> None:
        """`FileError` for a field that stands in the wrong place, with the right one."""
        known = (*filters(subject), *_GROUPS) if subject else _TOP
        for key in node:
            places = [one for one in _SUBJECTS if key in filters(one) and one != subject]
            if key not in known and places:
                what = "field" if subject else "key"
                hint = f"move it under {' or '.join(f'{one}:' for one in places)}"
                raise self._error(node.line_of(key), f'no {what} "{key}" here', hint)

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
            hint = f"such as {key}: {{{_EXAMPLES.get(key, 'FIELD: VALUE')}}}"
            raise self._error(node.line_of(key), f'"{key}" must hold `field: value` lines', hint)
        return value

    def _subject(self, subject: Subject, node: YamlMap) -> Iterator[Entry]:
        self._check_places(node, subject)
        check_keys(node, (*filters(subject), *_GROUPS), path=self._path, what="field")
        for key, value in node.items():
            line = node.line_of(key)
            if key in _GROUPS:
                yield self._group(key, value, line, subject)
            elif filters(subject)[key].form == FORM and isinstance(value, YamlMap):
                yield from self._custom(subject, value)
            else:
                asked = self.criterion(filters(subject)[key], value, line)
                yield Entry(f"{subject}.{key}", asked, (asked,))

    def _custom(self, subject: Subject, node: YamlMap) -> Iterator[Entry]:
        """`custom: {name: [value]}`: a criterion for each column of the user's own."""
        if not node:
            raise self._error(node.line, '"custom" asks for nothing', "write {budget: [10k]}")
        for name, value in node.items():
            line = node.line_of(name)
            try:
                key = self._asking.custom_field(subject, PREFIX + name)
            except BadValue as error:
                raise self._error(line, error.what, error.hint) from None
            asked = self.criterion(custom_filter(subject, key), value, line)
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
        self._check_places(branch, None)
        check_keys(branch, (*_SUBJECTS, *_GROUPS), path=self._path, what="key")
        return list(self._entries(branch))

    def criterion(self, field: FilterField, value: YamlValue, line: int) -> Asked:
        """One `field: value` line."""
        keys = structured_keys(field.key)
        if isinstance(value, YamlMap) and not (set(value) & {*keys}):
            return self._sets(field, value, line)
        policy = self._policy
        if isinstance(value, YamlMap):
            check_keys(value, (*keys, "unknown"), path=self._path, what="key")
            policy = self._unknown(value, self._policy)
        questions, text = self._values(field, value, line)
        question = questions[0] if len(questions) == 1 else AnyOf(tuple(questions))
        return Asked(field.name, text, question, policy, line, field.subject)

    def _sets(self, field: FilterField, node: YamlMap, line: int) -> Asked:
        """`{any: [], all: [], none: []}`, each optional, joined by and."""
        check_keys(node, (*structured_keys(field.key), *_SETS, "unknown"), path=self._path, what="key")
        parts: list[Question] = []
        texts = []
        for key in _SETS:
            if node.get(key) is None:
                continue
            questions, text = self._values(field, node[key], node.line_of(key))
            joined: Question = AllOf(tuple(questions)) if key == "all" else AnyOf(tuple(questions))
            parts.append(Not(joined) if key == "none" else joined)
            texts.append(f"{key} of {text}")
        if not parts:
            hint = "give it a value, a list, or any/all/none"
            raise self._error(line, f'"{field.name}" asks for nothing', hint)
        question = parts[0] if len(parts) == 1 else AllOf(tuple(parts))
        policy = self._unknown(node, self._policy)
        return Asked(field.name, "; ".join(texts), question, policy, line, field.subject)

    def _values(self, field: FilterField, value: YamlValue, line: int) -> tuple[list[Question], str]:
        values = list(value) if isinstance(value, YamlList) else [value]
        lines = value.lines if isinstance(value, YamlList) else [line]
        keys = structured_keys(field.key)
        if not values:
            raise self._error(line, f'"{field.name}" has an empty list', "give it at least one value")
        for one in values if isinstance(value, YamlList) and keys else ():
            if isinstance(one, YamlMap):
                check_keys(one, keys, path=self._path, what="key")
        questions = [self._parse(field, one, place) for one, place in zip(values, lines, strict=True)]
        return questions, " or ".join(_shown(one) for one in values)

    def _parse(self, field: FilterField, value: YamlValue, line: int) -> Question:
        if isinstance(value, YamlMap):
            parts = {key: part for key, part in value.items() if key != "unknown"}
            if not parts or any(not isinstance(part, str) for part in parts.values()):
                raise self._error(line, f'"{field.name}" has a key without a text')
            value_or_map: str | dict[str, str] = cast("dict[str, str]", parts)
        elif isinstance(value, str):
            value_or_map = value
        else:
            raise self._error(
                line, f'"{field.name}" has no value', 'quote it if it starts with > or <: "> 10"'
            )
        try:
            return parse_value(field.key, value_or_map, self._asking)
        except BadValue as error:
            hint = error.hint or "see: prospector fields"
            raise self._error(line, f"{field.name}: {error.what}", hint) from None

    def _score(self, top: YamlMap) -> Iterator[ScoreRule]:
        rules = top.get("score")
        if rules is None:
            return
        if not isinstance(rules, YamlList):
            raise self._error(top.line_of("score"), '"score" must be a list of rules', "- points: 20")
        for rule, line in zip(rules, rules.lines, strict=True):
            if not isinstance(rule, YamlMap):
                raise self._error(line, "a score rule needs points, when and because")
            check_keys(rule, ("points", "when", "because", "kind"), path=self._path, what="key")
            entries = self._branch(self._map(rule, "when", rule.get("when")), None)
            if not entries:
                raise self._error(rule.line_of("when"), '"when" is empty, which everybody would match')
            points = self._number(rule, "points", lowest=-1000)
            because = self._text(rule, "because") or ", ".join(entry.label for entry in entries)
            kind = self._text(rule, "kind") or "fit"
            if kind not in KINDS:
                hint = near_miss(kind, KINDS) or f"one of {', '.join(KINDS)}"
                raise self._error(rule.line_of("kind"), f'"kind" cannot be "{kind}"', hint)
            when = AllOf(tuple(entry.question for entry in entries))
            asks_person = any(asked.subject == "person" for entry in entries for asked in entry.asked)
            yield ScoreRule(points, when, because, kind, asks_person)

    def _per_company(self, top: YamlMap) -> int | None:
        if top.get("limit") is None:
            return None
        if isinstance(top["limit"], str):
            hint = f"write limit: {{per_company: {top['limit'][:20]}}}"
            raise self._error(top.line_of("limit"), '"limit" must hold `field: value` lines', hint)
        node = self._map(top, "limit", top["limit"])
        check_keys(node, ("per_company", "rank"), path=self._path, what="key")
        return self._number(node, "per_company", lowest=1) if "per_company" in node else None

    def _rank(self, top: YamlMap) -> tuple[str, ...]:
        """Who of a company comes first, where only so many may."""
        node = top.get("limit")
        rank = node.get("rank") if isinstance(node, YamlMap) else None
        if not isinstance(node, YamlMap) or rank is None:
            return ()
        line = node.line_of("rank")
        if "per_company" not in node:
            raise self._error(line, '"rank" needs "per_company"', "write how many of a company there may be")
        names = list(rank) if isinstance(rank, YamlList) else [rank]
        for name in names:
            if name not in RANKS:
                hint = near_miss(str(name), RANKS) or f"known: {', '.join(RANKS)}"
                raise self._error(line, f'"rank" cannot be "{str(name)[:80]}"', hint)
        return tuple(str(name) for name in names)

    def _expect(self, top: YamlMap) -> NumberSpan | None:
        text = self._text(top, "expect")
        if text is None:
            return None
        try:
            low, high = range_of(text, plain_number, "number of people", 'write 50-200, "> 50" or 50+')
        except BadValue as error:
            raise self._error(top.line_of("expect"), f"expect: {error.what}", error.hint) from None
        return NumberSpan(low, high)

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
