"""Partials put where they are included: a fifth of the time of a rendering goes into contexts of their own.

A node of a partial keeps its file in its line number, so that a fault still tells the file and the line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import nodes
from jinja2.visitor import NodeTransformer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LINES = 1_000_000
"""No file has so many; what a line number has beyond them is the place of its partial."""
_MOST_NODES = 3_000
"""Parts of a template that are put into another; further partials are included as Jinja does it."""


class Inlining(NodeTransformer):
    """Puts partials into one template. `numbers` has the place of each, `parse` gives its nodes."""

    def __init__(self, numbers: Mapping[str, int], parse: Callable[[str], nodes.Template]) -> None:
        self._numbers, self._parse = numbers, parse
        self._left = _MOST_NODES

    def visit_Include(self, node: nodes.Include) -> nodes.Node:
        """The partial's own nodes in a scope of theirs: what it sets ends with it."""
        name = str(node.template.value) if isinstance(node.template, nodes.Const) else ""
        if name not in self._numbers or node.ignore_missing or not node.with_context:
            return node
        tree = self._parse(name)
        parts = list(tree.find_all(nodes.Node))
        self._left -= len(parts)
        if self._left < 0:
            return node
        for part in parts:
            part.lineno = self._numbers[name] * LINES + (part.lineno or 1)
        return nodes.Scope([self.visit(part) for part in tree.body], lineno=node.lineno)


def place_of(line: int) -> tuple[int | None, int]:
    """The place of the partial that a line number tells (None: the template itself), and the line in its file."""
    return (line // LINES or None), line % LINES
