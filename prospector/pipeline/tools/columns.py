"""What the columns of an exported lead say has happened: `repliedAt`, `is_bounced`, `open_count`, a status.

A column counts by what its name says, without the words around it; a status by the same words as events.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from prospector.pipeline.tools.facts import folded
from prospector.pipeline.tools.times import moment_of
from prospector.pipeline.tools.words import NOTHING, Meaning, meaning, plainly

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from prospector.pipeline.tools.facts import Facts
    from prospector.pipeline.tools.reader import ToolReader

STATE_TIMES = (
    "statechangedat",
    "laststatuschangedate",
    "laststatedate",
    "statuschangedat",
    "lastactivitydate",
)
STATES = frozenset({"status", "leadstatus", "state", "leadcategory", "category"})
"""Columns that say how a lead stands."""
_AROUND = re.compile(
    r"(?:.*\.)?(?:first|last|is|has|was|number(?:of)?|total)*(?P<what>[a-z]+?)"
    r"(?:at|on|date|datetime|time|timestamp|counts?|utc|gmt)*"
)
_YES = frozenset({"true", "yes", "y", "x", "ja", "oui", "si", "sì", "sí", "sim", "da", "tak", "да"})
_NO = frozenset(
    {"false", "no", "n", "-", "never", "none", "null", "n/a", "nein", "non", "não", "nee", "nie", "нет"}
)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_COUNT = re.compile(r"\d{1,8}(?:\.\d+)?")


class Said(NamedTuple):
    """Something that has happened to a lead, as a column says it."""

    name: str
    meaning: Meaning | None
    at: datetime | None
    is_state: bool = False


class Unread(NamedTuple):
    """A value that says nothing: why, and which column."""

    reason: str
    column: str


def said_of_lead(facts: Facts, reader: ToolReader, *, day_first: bool | None) -> Iterator[Said | Unread]:
    """All of it, each kind once: with a time where one column has it."""
    found: dict[tuple[str, str | None], Said] = {}
    for column, value in facts.values():
        for one in _said(column, value, reader, day_first):
            if isinstance(one, Unread):
                yield one
                continue
            key = (one.meaning.kind, one.meaning.intent) if one.meaning else (one.name, None)
            if key not in found or (one.at and not found[key].at):
                found[key] = one
    yield from found.values()


def _said(column: str, value: str, reader: ToolReader, day_first: bool | None) -> Iterator[Said | Unread]:
    named = reader.columns.get(column)
    if named == "" or (named is None and column in STATES):
        word = reader.values.get((column, value), value)
        known = meaning(reader.name, word)
        # A number that nobody explains says nothing; a word that is not known is kept.
        if (known is None and not _NUMBER.fullmatch(word)) or (known and known.kind not in NOTHING):
            yield Said(word, known, None, is_state=True)
        return
    match = _AROUND.fullmatch(column)
    word = named or (match["what"] if match else "")
    known = plainly(reader.name, word)
    if known is None or known.kind in NOTHING:
        return
    yield from _happened(column, value, Said(folded(word), known, None), day_first)


def _happened(column: str, value: str, said: Said, day_first: bool | None) -> Iterator[Said | Unread]:
    text = value.strip().lower()
    if text in _NO or (_COUNT.fullmatch(text) and float(text) == 0):
        return
    if text in _YES or _COUNT.fullmatch(text):
        yield said
    elif at := moment_of(value, day_first=day_first):
        yield said._replace(at=at)
    elif said.meaning and said.meaning.kind == "reply" and not any(sign.isdigit() for sign in value[:10]):
        yield said  # the text of the reply itself
    else:
        yield Unread("bad_time" if any(sign.isdigit() for sign in value) else "bad_value", column)
