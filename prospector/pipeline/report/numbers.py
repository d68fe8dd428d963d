"""Every number of the report: one SQL statement, with its definition, formula and source, as its file says them.

The statements read tables of the database and shared parts, which are statements, too. As text for somebody who works
a number out again the parts stand in front of it; the report itself makes each part once.
"""

from __future__ import annotations

import math
import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from prospector.core.errors import UsageError, near_miss

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

GIVEN = ("params", "campaign_settings", "stage_order", "goal_settings", "spans")
"""Parts that are no statements of ours: the day and the settings."""
PARTS = (
    "again", "leads", "told", "answers", "bounces", "steps", "trails", "contacts", "tally", "groups", "returns",
    "deals_then", "worth", "moves", "entered",
)  # fmt: skip
"""Shared parts, each after those that it reads."""
NUMBERS = (
    "coverage", "groups", "rates", "touches", "touches_to_reply", "variants", "criteria", "facts", "funnel",
    "time_in_stage", "deals", "wins", "velocity", "losses", "dark", "shares", "forecast", "sources", "owners", "goals",
    "others", "road",
)  # fmt: skip
"""The numbers, in the order of the report."""
LEAST = 30
"""So many in the denominator a rate needs before it is more than a count: 0 of 30 is still anything up to 11 %."""
_Z = "1.959963984540054"


class Rate(NamedTuple):
    """A share that a statement has columns for: what is divided by what. `plain`: of amounts, without an interval."""

    numerator: str
    denominator: str
    name: str = ""
    plain: bool = False


class Number(NamedTuple):
    """A statement with what it says of itself."""

    name: str
    title: str
    means: str
    formula: str
    source: str
    rates: tuple[Rate, ...]
    sql: str


@cache
def number(name: str) -> Number:
    """A number or a shared part by its name."""
    text = files("prospector.pipeline.report").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
    head = dict(re.findall(r"^-- (\w+): (.+)$", text, re.MULTILINE))
    sql = "\n".join(line for line in text.splitlines() if not line.startswith("-- "))
    rates = tuple(_rate(one) for one in head.get("rates", "").split(";") if one)
    return Number(
        name,
        head["title"],
        head["means"],
        head.get("formula", ""),
        head.get("source", ""),
        rates,
        sql.strip(),
    )


def _rate(text: str) -> Rate:
    """`a, b as name`, and `plain` behind it where it has no interval."""
    numerator, denominator, *rest = text.replace(",", " ").split()
    return Rate(numerator, denominator, rest[1] if rest else "", "plain" in rest)


def known_number(name: str) -> Number:
    """A number that somebody has typed the name of."""
    if name not in NUMBERS:
        raise UsageError(
            f"no number {name!r:.60}", hint=near_miss(name, NUMBERS) or f"known: {', '.join(NUMBERS)}"
        )
    return number(name)


def statement(wanted: Number) -> str:
    """The statement with its shares and their intervals, the shared parts left out."""
    columns = [column for rate in wanted.rates for column in _columns(rate)]
    if not columns:
        return wanted.sql
    return f"SELECT q.*,\n       {(',' + chr(10) + '       ').join(columns)}\nFROM (\n{wanted.sql}\n) q"


def _columns(rate: Rate) -> list[str]:
    """Value, Wilson's interval at 95 %, and whether the denominator is large enough."""
    before = f"{rate.name}_" if rate.name else ""
    n, p = f"CAST(q.{rate.denominator} AS REAL)", f"(1.0 * q.{rate.numerator} / q.{rate.denominator})"
    value = f"round(1.0 * q.{rate.numerator} / nullif(q.{rate.denominator}, 0), 6) AS {before}value"
    if rate.plain:
        return [value]
    z2 = f"({_Z} * {_Z})"
    spread = f"{_Z} * sqrt({p} * (1 - {p}) / {n} + {z2} / (4 * {n} * {n}))"
    low = f"max(0.0, ({p} + {z2} / (2 * {n}) - {spread}) / (1 + {z2} / {n}))"
    high = f"min(1.0, ({p} + {z2} / (2 * {n}) + {spread}) / (1 + {z2} / {n}))"
    known = f"CASE WHEN q.{rate.denominator} > 0 THEN"
    return [
        value,
        f"{known} round({low}, 6) END AS {before}low",
        f"{known} round({high}, 6) END AS {before}high",
        f"coalesce(q.{rate.denominator}, 0) >= {LEAST} AS {before}enough",
    ]


def shares_of(hits: int, of: int) -> tuple[float | None, float | None, float | None, bool]:
    """Value, interval and whether there are enough, of counts that no statement gives."""
    if not of:
        return None, None, None, False
    z, p = float(_Z), hits / of
    middle, spread = p + z * z / (2 * of), z * math.sqrt(p * (1 - p) / of + z * z / (4 * of * of))
    low, high = ((middle + sign * spread) / (1 + z * z / of) for sign in (-1, 1))
    return round(p, 6), round(max(0.0, low), 6), round(min(1.0, high), 6), of >= LEAST


def needed(sql: str) -> list[str]:
    """The shared parts that a statement reads, those first that others read."""
    found: set[str] = set()
    waiting = [sql]
    while waiting:
        words = set(re.findall(r"(?:FROM|JOIN) (\w+)", waiting.pop()))
        for name in words & set(PARTS) - found:
            found.add(name)
            waiting.append(number(name).sql)
    return [name for name in PARTS if name in found]


def by_hand(wanted: Number, given: Mapping[str, str]) -> str:
    """A number as a statement that works by itself on the tables of the database, with its meaning above it."""
    parts = {name: given[name] for name in GIVEN} | {name: number(name).sql for name in _parts_of(wanted)}
    body = statement(wanted)
    if body.startswith("WITH "):
        body = f"SELECT * FROM (\n{body}\n)"  # noqa: S608  (ours)
    used = [f"{name} AS (\n{sql}\n)" for name, sql in parts.items()]
    told = [wanted.title, wanted.means, f"formula: {wanted.formula}" if wanted.formula else ""]
    return _comment(told) + "WITH " + ",\n".join(used) + f"\n{body};\n"


def _parts_of(wanted: Number) -> list[str]:
    return [name for name in needed(wanted.sql) if name != wanted.name]


def _comment(lines: Iterable[str]) -> str:
    return "".join(f"-- {line}\n" for line in lines if line)
