"""Other programs' tags in templates, with our spelling of each: one rule for `check`, `plan`, `run` and `preview`.

In: the text of a template. Out: what is wrong with its tags, and the text without them, so that the rest can be read.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

from prospector.intake.columns.merge_tags import MergeTag, field_of, find_tags, read_inside
from prospector.sequences.filters import FILTERS
from prospector.sequences.tag_words import described, short, told_in
from prospector.sequences.views import TOP_LEVEL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_OURS = re.compile(
    r"(?P<triple>\{\{\{(?P<third>[^{}\n]*)\}\}\})"
    r"|\{\{(?P<printed>(?:\"[^\"\n]*\"|'[^'\n]*'|[^{}\"'])*|[^{}\n]*)\}\}"
    r"|\{%(?P<done>(?:[^%{]|%(?!\})|\{(?!%))*)%\}|\{#(?P<noted>(?:[^#{]|#(?!\})|\{(?!#))*)#\}"
)
_TEXTS = re.compile(r"\"([^\"\n]*)\"|'([^'\n]*)'")
_ONLY_TEXT = re.compile(r"""\s*(["'])([^"'\n]*)\1\s*""")
_ASSIGNED = re.compile(r"\{%[-+]?\s{0,9}(?:set|for)\s+(\w+(?:\s?,\s?\w+)*)|\{%[-+]?\s{0,9}with\s([^%{}]*)%\}")
_ROOT = re.compile(r"[\s(]*([^\W\d]\w*)")
_CHOICES = re.compile(r"[^|()\"'{}]*(?:\|[^|()\"'{}]*)+")
_STRAIGHT = str.maketrans("“”„‟«»‘’‚", '""""""\'\'\'')
_MASK = "\ue100"
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_CODE = re.compile(r"`[^`]*`")
_AROUND_OURS = re.compile(rf"\{{\s*{_MASK}+\s*\}}")
_AROUND_WHAT = "braces around a tag, which would leave as they stand"
_AROUND_HINT = "write {{ person.first_name }}: two braces on each side, and none around them"


class TagFault(NamedTuple):
    """A tag that must not leave: where it starts, what is wrong, and what to do."""

    start: int
    text: str
    what: str
    hint: str


def tag_faults(
    text: str, parses: Callable[[str], bool], assigned: frozenset[str]
) -> tuple[list[TagFault], str]:
    """Every tag of a template that is not ours, and the template with blanks in their places."""
    faults = [fault for found in _OURS.finditer(text) for fault in _of_tag(found, parses, assigned)]
    masked = _OURS.sub(lambda found: _masked(found[0], _MASK), text)
    faults += [TagFault(tag.start, text[tag.start : tag.end], *_told(tag, text)) for tag in find_tags(masked)]
    faults += _in_disguise(masked, {text.count("\n", 0, fault.start) for fault in faults})
    for fault in faults:
        end = fault.start + len(fault.text)
        text = text[: fault.start] + _masked(fault.text, " ") + text[end:]
    return sorted(faults), text


def assigned_names(text: str) -> Iterator[str]:
    """The names that a template makes itself."""
    for found in _ASSIGNED.finditer(text):
        yield from re.findall(r"\w+", found[1] or "")
        yield from re.findall(r"\b(\w+)\s?=(?!=)", found[2] or "")


def _in_disguise(masked: str, told: set[int]) -> Iterator[TagFault]:
    """Tags that only the finished text shows: behind backslashes and HTML's names of signs, or around tags of ours."""
    start = 0
    for number, line in enumerate(masked.split("\n")):
        shown = unescape(_ESCAPED.sub(r"\1", _CODE.sub("", line)))
        if number not in told and shown != line and (known := told_in(shown)):
            yield TagFault(start, "", *known)
        elif number not in told and _AROUND_OURS.search(line):
            yield TagFault(start, "", _AROUND_WHAT, _AROUND_HINT)
        start += len(line) + 1


def _told(tag: MergeTag, text: str) -> tuple[str, str]:
    return described(tag._replace(text=text[tag.start : tag.end]), text)


def _of_tag(
    found: re.Match[str], parses: Callable[[str], bool], assigned: frozenset[str]
) -> Iterator[TagFault]:
    """What is wrong with something between our own braces."""
    inside = found["printed"]
    if found["triple"] is not None:
        yield TagFault(found.start(), found[0], *described(_tag(found, found["third"]), found.string))
    elif inside is not None and (told := _of_printed(found, inside, parses, assigned)):
        yield TagFault(found.start(), found[0], *told)
    elif found["noted"] is not None:
        if re.fullmatch(r"\S+", found["noted"]) and field_of(found["noted"]):
            yield TagFault(found.start(), found[0], *described(_tag(found, found["noted"]), found.string))
    else:
        yield from _of_texts(found)


def _of_printed(
    found: re.Match[str], inside: str, parses: Callable[[str], bool], assigned: frozenset[str]
) -> tuple[str, str] | None:
    tag, root = _tag(found, inside), _ROOT.match(inside)
    own = root is not None and root[1] in (*TOP_LEVEL, "range", *assigned)
    if parses(found[0]):
        if own or root is None:
            only = _ONLY_TEXT.fullmatch(inside)
            named = tag._replace(label=only[2], default="") if only and field_of(only[2]) else None
            return described(named, found.string) if named else None
        is_known = bool(field_of(tag.label))
    else:
        straight = found[0].translate(_STRAIGHT)
        if straight != found[0] and own and parses(straight):
            return f"{short(found[0])}: write {short(straight)}", 'quotes in tags are straight: "..."'
        is_known = bool(tag.default) or not own
    if not field_of(tag.label) and _is_choice(inside, own=own):
        return described(tag._replace(kind="spintax"))
    return described(tag, found.string) if is_known else None


def _is_choice(inside: str, *, own: bool) -> bool:
    """`Hi | Hello`: plain words, of which the later ones are no filters."""
    words = [word.strip() for word in inside.split("|")[1:]]
    return not own and _CHOICES.fullmatch(inside) is not None and not any(word in FILTERS for word in words)


def _of_texts(found: re.Match[str]) -> Iterator[TagFault]:
    """Tags inside the texts of a tag of ours, such as `fallback("[name]")`."""
    for text in _TEXTS.finditer(found[0]):
        for tag in find_tags(text[0]):
            if tag.kind == "spintax" or field_of(tag.label):
                yield TagFault(found.start() + text.start() + tag.start, tag.text, *described(tag))


def _tag(found: re.Match[str], inside: str) -> MergeTag:
    label, default = read_inside(inside)
    return MergeTag(found.start(), found[0], "tag", label, default)


def _masked(text: str, mask: str) -> str:
    return "".join("\n" if sign == "\n" else mask for sign in text)
