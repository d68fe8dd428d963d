"""Which variant won, and which facts go with replies: tests of two shares, corrected for how many there are."""

from __future__ import annotations

import math
from itertools import combinations, groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

LEVEL = 0.05
"""How often a difference may be named where there is none, over all that are looked at together."""


def chance(hits: int, of: int, others: int, of_others: int) -> float:
    """How likely two shares differ at least so much by chance: the usual two-sided test of two shares."""
    pooled = (hits + others) / (of + of_others)
    spread = math.sqrt(pooled * (1 - pooled) * (1 / of + 1 / of_others))
    if not spread:
        return 1.0
    return math.erfc(abs(hits / of - others / of_others) / spread / math.sqrt(2))


def corrected(chances: Sequence[float]) -> list[float]:
    """Holm's correction: the more that were looked at, the less one of them proves."""
    order = sorted(range(len(chances)), key=lambda place: (chances[place], place))
    found, least = [0.0] * len(chances), 0.0
    for rank, place in enumerate(order):
        least = max(least, min(1.0, chances[place] * (len(chances) - rank)))
        found[place] = least
    return found


def judged(variants: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The variants with their verdict: which one won, that none did, or that there are not enough people yet."""
    found = []
    for _, group in groupby(variants, key=lambda row: (row["campaign"], row["touch"])):
        rows = list(group)
        best, words = _verdict(rows)
        found += [{**row, "winner": row["variant"] == best, "verdict": words} for row in rows]
    return found


def _verdict(rows: Sequence[Mapping[str, Any]]) -> tuple[str | None, str]:
    least = rows[0]["winner_at"]
    if any(row["tried"] < least for row in rows):
        fewest = min(row["tried"] for row in rows)
        return None, f"not enough data: {fewest} of {least} people each whose time is over"
    pairs = list(combinations(rows, 2))
    sure = corrected([_chance_of(*pair) for pair in pairs])
    best = max(rows, key=lambda row: row["tried_replied"])
    beaten = [low <= LEVEL for low, pair in zip(sure, pairs, strict=True) if best in pair]
    if all(beaten):
        return best["variant"], f"{best['variant']} won: of the first {least} people each more replied"
    return None, f"no difference that is more than chance among the first {least} people each"


def _chance_of(one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    return chance(one["tried_replied"], one["tried"], other["tried_replied"], other["tried"])


def weighed(facts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Facts with how likely each is chance after correction; those that hold first."""
    sure = corrected(
        [chance(row["replied"], row["people"], row["rest_replied"], row["rest"]) for row in facts]
    )
    rows = [
        {**row, "chance": round(one, 6), "holds": one <= LEVEL} for row, one in zip(facts, sure, strict=True)
    ]
    return sorted(rows, key=lambda row: (row["chance"], row["field"], row["value"]))
