"""How much of a file is taken, the same for every reader: whatever is longer, wider or deeper is told, not held.

A file of a few megabytes can ask for gigabytes: a million cells in a header, one cell in the last corner of a
sheet, a list in a list in a list. Each limit is far beyond what programs export, and is looked at before anything
is kept.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from prospector.core.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

COLUMNS = 2_000
"""Columns of a table, cells of a row, keys of an object."""
RECORD = 1_000_000
"""Characters of a record: a line of a table, an object, with all its cells."""
SHOWN = 2_000
"""Characters that are kept of a record that is not read, to be listed."""
NESTING = 50
"""Lists and objects inside each other."""
EMPTY_RECORDS = 1_100_000
"""Records without any cell in a file, more than a sheet has rows. They cost time and say nothing."""
DOCUMENT = 32 << 20
"""Bytes of a JSON document that is no JSON Lines: it is held in memory as a whole."""
VALUES = 1_500_000
"""Values in such a document."""
PROPERTIES = 2_000
"""Lines of a card that are kept."""

TOO_LONG, TOO_WIDE, TOO_DEEP = "too_long", "too_wide", "too_deep"
"""Codes of `rows.REASONS` for a record over a limit."""

_BRACKET = re.compile(r"[\[\]{}]")
_QUOTED = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_LINES_HINT = "write one object a line (JSON Lines): jq -c '.[]' FILE"


def check_columns(name: str, count: int, line: int | None) -> None:
    """`FileError` for a header that is too wide."""
    if count > COLUMNS:
        raise FileError(
            name,
            f"a header of more than {COLUMNS:,} columns",
            line=line,
            hint="leave out the columns that nobody needs, and export again",
        )


def check_first_line(name: str, lines: Sequence[str]) -> None:
    """`FileError` for a file whose first line is no header of any table."""
    first = next((line for line in lines if line.strip()), "")
    if len(first) > RECORD:
        raise FileError(
            name,
            f"a first line of more than {RECORD:,} characters",
            line=1,
            hint="is this a table with a header?",
        )


def check_document(name: str, size: int, text: str | None = None) -> None:
    """`FileError` for a JSON document that is too large to be held, or holds too many values."""
    if size > DOCUMENT:
        raise FileError(
            name, f"a JSON file of {size >> 20} MB; {DOCUMENT >> 20} MB are read", hint=_LINES_HINT
        )
    if text is not None and text.count(",") + text.count("[") + text.count("{") > VALUES:
        raise FileError(name, f"a JSON file of more than {VALUES:,} values", hint=_LINES_HINT)
    if text is not None and too_deep(text):
        raise FileError(name, f"JSON that is nested deeper than {NESTING} levels", hint="export a flat list")


def too_deep(text: str) -> bool:
    """Whether more lists and objects may be open at once than are read."""
    if text.count("[") + text.count("{") <= NESTING:
        return False
    depth = 0
    for sign in _brackets(text):
        depth += 1 if sign in "[{" else -1
        if depth > NESTING:
            return True
    return False


def _brackets(text: str) -> Iterator[str]:
    """Only the brackets of a text, those in quotes left out."""
    return (found[0] for found in _BRACKET.finditer(_QUOTED.sub("", text)))


def shown(value: Any) -> str:
    """What is kept of a record that is not read."""
    return str(value)[:SHOWN]


class EmptyRecords:
    """Counts records without a cell, and gives up where they are too many."""

    def __init__(self, name: str) -> None:
        self._name, self._count = name, 0

    def one_more(self, number: int) -> None:
        """`FileError` if that was one too many."""
        self._count += 1
        if self._count > EMPTY_RECORDS:
            raise FileError(
                self._name,
                f"more than {EMPTY_RECORDS:,} records without a cell",
                line=number,
                hint="is this the right file? delete the empty records",
            )
