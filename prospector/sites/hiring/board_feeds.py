"""Job boards that answer with XML: a feed's rows as dicts, read without ever trusting the document.

A document type is refused, and with it every entity that could grow or point elsewhere; depth, number of
elements and length of texts are limited.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

MAX_DEPTH = 20
MAX_ELEMENTS = 300_000
MAX_TEXT = 2_000
"""Characters of one element that are kept."""
MAX_REPEATED = 50
"""Elements of one name in one element that are kept."""


class _RefusedFeed(ValueError):
    """A document that a board would not send."""


@dataclass(slots=True)
class _Feed:
    """What has been read so far: the open elements, each with its children and text, and the finished rows."""

    row: str
    root: str = ""
    names: list[str] = field(default_factory=list)
    children: list[dict[str, Any]] = field(default_factory=list)
    texts: list[list[str]] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    elements: int = 0

    def start(self, name: str, _: object) -> None:
        self.elements += 1
        if len(self.names) >= MAX_DEPTH or self.elements > MAX_ELEMENTS:
            raise _RefusedFeed("too deep or too large")
        self.root = self.root or name
        self.names.append(name)
        self.children.append({})
        self.texts.append([])

    def text(self, data: str) -> None:
        if self.texts and len(self.texts[-1]) < MAX_TEXT:
            self.texts[-1].append(data[:MAX_TEXT])

    def end(self, name: str) -> None:
        self.names.pop()
        children, text = self.children.pop(), "".join(self.texts.pop())[:MAX_TEXT].strip()
        if name == self.row:
            self.rows.append(children)
        elif self.children:
            outer, value = self.children[-1], children or text
            known = outer.get(name)
            if known is None:
                outer[name] = value
            elif not isinstance(known, list):
                outer[name] = [known, value]
            elif len(known) < MAX_REPEATED:
                known.append(value)

    def refuse(self, *_: object) -> None:
        raise _RefusedFeed("a document type")


def feed_rows(body: bytes, *, root: str, row: str) -> list[dict[str, Any]] | None:
    """The elements named `row` of a document whose outermost is `root`, as dicts by the children's names.

    A child is its text, or a dict if it has children of its own, or a list where its name stands more than
    once. None for anything else than a complete document of that kind.
    """
    feed = _Feed(row)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = feed.refuse
    parser.StartElementHandler = feed.start
    parser.EndElementHandler = feed.end
    parser.CharacterDataHandler = feed.text
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, ValueError, LookupError):
        return None
    return feed.rows if feed.root == root else None
