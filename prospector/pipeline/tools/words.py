"""What tools call what happened, by `data/tool_events.tsv`: a class of events, and what more the name says."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from prospector.normalise.text import data_lines
from prospector.pipeline.tools.facts import folded

_EVERY = "*"
_CHANNELS = {"linkedin": "linkedin", "aircall": "call"}
_ANSWERS = frozenset(
    {
        "reply",
        "auto_reply",
        "status",
        "unsubscribe",
        "complaint",
        "meeting_booked",
        "meeting_held",
        "meeting_missed",
    }
)
"""Classes that mean the same whatever the channel."""
NOTHING = frozenset({"-", "other"})
"""Classes of names by which nothing has happened to a person."""


class Meaning(NamedTuple):
    """A class of events. `review`: somebody has to say what was meant. `machine`: no person did it."""

    kind: str
    intent: str | None = None
    bounce_type: str | None = None
    review: bool = False
    machine: bool = False


def meaning(tool: str, name: str) -> Meaning | None:
    """What a tool means by a name; None for a name that is not known."""
    word = folded(name)
    for whose in (tool, _EVERY):
        if word and (found := _table().get((whose, word)) or _beginning(whose, word)):
            return found
    return None


def channel_of(name: str) -> str | None:
    """The channel that the beginning of a name says, other than e-mail."""
    word = folded(name)
    return next((channel for start, channel in _CHANNELS.items() if word.startswith(start)), None)


def plainly(tool: str, word: str) -> Meaning | None:
    """The same for a word out of the name of a column, where a beginning says nothing."""
    return _table().get((tool, folded(word))) or _table().get((_EVERY, folded(word)))


def _beginning(tool: str, word: str) -> Meaning | None:
    """What begins so, or what the rest of it says where that is an answer: `linkedinReplied`."""
    for whose, start, found in _starts():
        if whose == tool and word.startswith(start):
            rest = _table().get((_EVERY, word[len(start) :]))
            return rest if rest and rest.kind in _ANSWERS else found
    return None


@cache
def _table() -> dict[tuple[str, str], Meaning]:
    return {(tool, name): found for tool, name, found in _rows() if not name.endswith(_EVERY)}


@cache
def _starts() -> list[tuple[str, str, Meaning]]:
    return [(tool, name[:-1], found) for tool, name, found in _rows() if name.endswith(_EVERY)]


@cache
def _rows() -> list[tuple[str, str, Meaning]]:
    return [_row(line) for line in data_lines("tool_events.tsv")]


def _row(line: str) -> tuple[str, str, Meaning]:
    tool, name, kind, *rest = line.split("\t")
    more = rest[0].split() if rest else []
    told = dict(part.split("=", 1) for part in more if "=" in part)
    found = Meaning(kind, told.get("intent"), told.get("bounce"), "review" in more, "machine" in more)
    return tool, name, found
