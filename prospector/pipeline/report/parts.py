"""Parts of the report that are asked for by themselves, and every number as a row for CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from prospector.core.errors import UsageError, near_miss
from prospector.pipeline.report.numbers import known_number
from prospector.pipeline.report.tables import grouped, in_value, share

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from prospector.pipeline.report.report import Report
    from prospector.pipeline.report.tables import Rows

TOOLS = ("instantly", "smartlead", "reply", "mixmax", "lemlist", "interseller")
"""Tools whose definitions the same log can be shown by."""


class Part(NamedTuple):
    """A part of the report: its rows in words, and its numbers as rows for CSV. `is_part`: not the whole."""

    rows: Rows
    long: Rows
    is_part: bool = True


_NUMBERS_OF = {
    "owner": ("owners", "goals"),
    "criterion": ("criteria",),
    "touch": ("touches",),
    "variant": ("variants",),
    "field": ("facts",),
    "stage": ("funnel", "time_in_stage"),
}


def part_of(report: Report, by: str | None, tool: str | None, *, strict: bool = False) -> Part:
    """What is asked for: a kind of group, another tool's definitions, the win rates, or all."""
    if tool:
        rows = as_tool(report, tool)
        return Part(
            rows, [row for row in long_rows(report, ("others",)) if row["of"].split(" / ")[-1] == tool]
        )
    if by:
        kind = by.replace("-", " ").replace("_", " ")
        names = _NUMBERS_OF.get(kind, ("groups", "rates"))
        told = [
            row
            for row in long_rows(report, names)
            if kind in _NUMBERS_OF or row["of"].startswith(f"{kind} / ")
        ]
        return Part(grouped(report.as_json(), by), told)
    if strict:
        return Part(win_rates(report), long_rows(report, ("wins",)))
    return Part([], long_rows(report), is_part=False)


def win_rates(report: Report) -> Rows:
    """Win rates of each kind: closed, strict, and by month."""
    return [
        {
            "way": row["way"],
            "of": row["name"],
            "currency": row["currency"],
            "open": row["open"],
            "win rate": share(row["rate"]),
        }
        | {"in value": in_value(row)}
        for row in report.as_json()["deals"]["wins"]
    ]


def as_tool(report: Report, tool: str) -> Rows:
    """The same log by another tool's definitions."""
    if tool not in TOOLS:
        raise UsageError(
            f"--as {tool!r:.40}: no definition is known",
            hint=near_miss(tool, TOOLS) or f"known: {', '.join(TOOLS)}",
        )
    return [
        {"tool": row["tool"], "rate": row["rate"], "share": share(row["share"])}
        for row in report.as_json()["other_tools"]
        if row["tool"] == tool
    ]


_LABELS = (
    "grouped_by", "name", "campaign", "sequence", "touch", "variant", "stage",
    "field", "value", "criterion", "way", "month", "category", "reason", "source", "owner", "rate",
    "currency", "step", "kind", "channel", "tool", "goal",
)  # fmt: skip
_ENDS = ("value", "low", "high", "enough")


def long_rows(report: Report, names: Sequence[str] | None = None) -> Rows:
    """Every number as a row of its own, with the name of the statement that gives it."""
    return [
        cell
        for name in names or report.rows
        for row in report.rows[name]
        for cell in _cells(name, row, [rate.name for rate in known_number(name).rates])
    ]


def _cells(number: str, row: Mapping[str, Any], shares: Sequence[str]) -> Iterator[dict[str, Any]]:
    ends = {f"{one}_{end}" if one else end for one in shares for end in _ENDS}
    labels = [name for name in _LABELS if isinstance(row.get(name), str) and name not in ends]
    of = " / ".join(str(row[name]) for name in labels)
    for name, value in row.items():
        if name not in labels:
            yield {"number": number, "of": of, "measure": name, "value": value}
