"""Rows that belong to the record above them, put together before they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prospector.intake.rows.cells import cell_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from prospector.intake.columns.child_rows import ChildRows
    from prospector.intake.files.tables import RawRow

_MOST_CHILDREN = 1_000
_NO = frozenset(
    {"", "0", "0.0", "no", "n", "false", "nein", "non", "nee", "não", "nao", "falsch", "faux", "falso", "-"}
)


def records(rows: Iterable[RawRow], children: ChildRows | None) -> Iterable[RawRow]:
    """The rows, each a record of its own; as they are where the file has no child rows."""
    return rows if children is None else _gathered(rows, children)


def _gathered(rows: Iterable[RawRow], children: ChildRows) -> Iterator[RawRow]:
    lines: list[RawRow] = []
    for raw in rows:
        if lines and len(lines) < _MOST_CHILDREN and _is_child(raw, children):
            lines.append(raw)
            continue
        yield from _record(lines, children)
        lines = [raw]
    yield from _record(lines, children)


def _is_child(raw: RawRow, children: ChildRows) -> bool:
    filled = {at for at, value in enumerate(raw.values) if cell_text(value).strip()}
    return not raw.problem and bool(filled) and filled <= children.columns


def _record(lines: Sequence[RawRow], children: ChildRows) -> Iterator[RawRow]:
    """One record of several lines; where each line is a person, one for each, with the cells of the first."""
    if len(lines) < 2 or lines[0].problem:
        yield from lines
    elif children.names:
        yield lines[0]
        for line in lines[1:]:
            yield line._replace(values=_as_above(line.values, lines[0].values, children))
    else:
        yield lines[0]._replace(values=_joined(lines, children))


def _as_above(values: Sequence[Any], above: Sequence[Any], children: ChildRows) -> list[Any]:
    return [value if at in children.columns else above[at] for at, value in enumerate(values)]


def _joined(lines: Sequence[RawRow], children: ChildRows) -> list[Any]:
    """The first line with the values of all; what is marked as primary stands first."""
    primary = children.primary
    ordered = list(lines)
    if primary is not None:
        ordered.sort(key=lambda line: cell_text(line.values[primary]).strip().lower() in _NO)
    values = list(lines[0].values)
    for at in children.columns:
        texts = [text for line in ordered if (text := cell_text(line.values[at]).strip())]
        values[at] = "; ".join(dict.fromkeys(texts)) if at in children.joined else next(iter(texts), "")
    return values
