"""What a reader hands on: a table of raw rows, whatever file they came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import TracebackType

Kind = Literal["csv", "jsonl", "json", "sheet", "vcard"]

EVERY_SHEET = "*"
"""Asks for all sheets of a workbook; no sheet can have this name."""


class RawRow(NamedTuple):
    """One record as the file has it: cells by header position.

    `number` is what a user can find: the physical line on which a CSV record starts, the row that a
    spreadsheet shows, the line of a JSON Lines object, the place in a JSON array (all from 1). With a
    `problem` (a code of `rows.REASONS`) the cells cannot be trusted to stand under their headers; they are
    kept for the rejects file.
    """

    number: int
    values: Sequence[Any]
    problem: str | None = None


@dataclass(slots=True)
class Table:
    """A header and its rows, read while iterated. `warnings` may grow until the last row has been read.

    `dialect` is the delimiter of a CSV file or the name of a workbook's sheet, else empty. Close it, or use
    it in a `with` statement, if the rows are not read to the end.
    """

    name: str
    header: tuple[str, ...]
    rows: Iterator[RawRow]
    warnings: list[str]
    kind: Kind
    encoding: str
    dialect: str
    header_line: int = 1
    close: Callable[[], None] = field(default=lambda: None, repr=False)

    def __enter__(self) -> Table:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def unique_labels(labels: Sequence[str]) -> tuple[str, ...]:
    """Every label once: a repeated one gets its column number (`Email (12)`), a blank one is `column (12)`.

    Pairing is by position, so no column is lost when a spreadsheet repeats or forgets a label.
    """
    taken: set[str] = set()
    result = []
    for position, label in enumerate(labels, start=1):
        name = label if label and label not in taken else f"{label or 'column'} ({position})"
        while name in taken:
            name += "'"
        taken.add(name)
        result.append(name)
    return tuple(result)
