"""How a tag of another program is told of: its text, our spelling of it, and what to do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from prospector.intake.columns.merge_tags import field_of, find_tags
from prospector.sequences.greeting_words import REACH, greets

if TYPE_CHECKING:
    from prospector.intake.columns.merge_tags import MergeTag

_OURS = re.compile(r"(?:person|company|sender|touch|campaign|snippets|today)(?:\.\w+)+|unsubscribe_url")
"""A name as our templates write it, only in braces of another program."""
_NAMES = frozenset({"person.first_name", "person.name", "person.greeting"})
_SPINTAX_HINT = (
    'write the choices of a subject as a list, subject: ["one", "other"], and those of a text as body variants: '
    "01-hello.md and 01-hello.b.md; each person gets one of them, the same in every run"
)
_TAG_HINT = "other programs' tags are not filled in and would leave as they stand"
_NAMES_HINT = (
    "write one of our names, such as {{ person.first_name }}; or \\[Word\\] to show readers the brackets"
)


def told_in(text: str) -> tuple[str, str] | None:
    """The same for the first tag that is sure to be one in a line of YAML, in which braces mean something too."""
    tags = (tag for tag in find_tags(text) if tag.kind == "spintax" or field_of(tag.label))
    return next((described(tag, text) for tag in tags if not _OURS.fullmatch(tag.label)), None)


def described(tag: MergeTag, around: str = "") -> tuple[str, str]:
    """What is wrong with a tag of a text, with our spelling of it there, and what to do."""
    text = short(tag.text)
    if tag.kind == "spintax":
        return f"{text}: no choice is made between texts in braces", _SPINTAX_HINT
    is_greeted = greets(around[max(0, tag.start - REACH) : tag.start], around[tag.end : tag.end + REACH])
    if ours := our_spelling(tag.label, tag.default, is_greeted=is_greeted):
        return f"{text}: write {ours}", _TAG_HINT
    return f"{text}: a tag of another program, which would leave as it stands", _NAMES_HINT


def our_spelling(label: str, default: str = "", *, is_greeted: bool = False) -> str:
    """`{{ person.first_name }}` for a label of another program; empty if nobody knows what it means.

    Behind a greeting it is the name that is sure to be one, with something to write where none is.
    """
    name = label if _OURS.fullmatch(label) else field_of(label)
    if is_greeted and name in _NAMES:
        name, default = "person.greeting", default or "there"
    more = f' | fallback("{default}")' if default and '"' not in default else ""
    return f"{{{{ {name}{more} }}}}" if name else ""


def short(text: str) -> str:
    """A piece of a file in one line."""
    return " ".join(text.split())[:80]
