"""Whether the open deals reach an amount, how many people each step needs for it, and what each may cost."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from prospector.pipeline.report.shapes import RateShape, StepShape, TargetShape


class Target(NamedTuple):
    """An amount that is to be won, in the currency that most deals have, by a day if one is given."""

    amount: float
    by: date | None = None


STEPS = (
    ("contacted", "people whom a touch has reached"),
    ("replied", "people who replied"),
    ("booked", "people with a meeting"),
    ("deals", "deals opened with people who were contacted"),
    ("won", "deals won"),
)
"""The road to a win, as far as campaigns walk it."""


def target_of(
    target: Target,
    currency: str,
    deals: Mapping[str, Any],
    open_deals: Sequence[Mapping[str, Any]],
    steps: Sequence[tuple[str, int, RateShape]],
) -> TargetShape:
    """What is expected of the open deals, what is missing, and what each step needs to bring that."""
    counted = [
        row for row in open_deals if row["currency"] == currency and _in_time(row["close_on"], target.by)
    ]
    own = [row["own_amount"] for row in counted]
    expected = None if None in own else round(sum(own), 2)
    usual = round(sum(row["usual_amount"] for row in counted), 2)
    missing = max(0.0, target.amount - (usual if expected is None else expected))
    average = deals.get("average_won")
    return {
        "amount": target.amount,
        "by": target.by.isoformat() if target.by else None,
        "currency": currency,
        "open_amount": round(sum(row["amount"] for row in counted), 2),
        "expected": expected,
        "usual": usual,
        "missing": round(missing, 2),
        "reached": missing <= 0,
        "average_won": average,
        "wins_needed": math.ceil(missing / average) if average else None,
        "steps": _needs(steps, missing, average),
    }


def _in_time(close_on: str | None, by: date | None) -> bool:
    return by is None or (close_on is not None and close_on[:10] <= by.isoformat())


def _needs(
    steps: Sequence[tuple[str, int, RateShape]], missing: float, average: float | None
) -> list[StepShape]:
    """From the win backwards: people needed, and what a person there brings in the mean and so may cost at most."""
    needed: float | None = missing / average if average else None
    worth = average
    found: list[StepShape] = []
    for step, people, rate in reversed(steps):
        if step != "won":
            share = rate["numerator"] / rate["denominator"] if rate["denominator"] else None
            needed = needed / share if needed is not None and share else None
            worth = worth * share if worth is not None and share else None
        found.append({
            "step": step,
            "people": people,
            "to_next": rate,
            "needed": None if needed is None else math.ceil(round(needed, 6)),
            "may_cost": None if worth is None else round(worth, 2),
        })  # fmt: skip
    return found[::-1]
