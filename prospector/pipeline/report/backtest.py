"""Whether a segment's answers and scores go with what became of people, by what was known when they were enrolled.

What is known today would flatter: who has replied is known better than who has not.
"""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from prospector.pipeline.report.figures import figures
from prospector.pipeline.report.numbers import shares_of
from prospector.pipeline.report.winners import weighed
from prospector.segments.criteria.groups import AllOf
from prospector.segments.facts_at import prospects_on

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from prospector.core.records import Prospect
    from prospector.pipeline.report.figures import Given
    from prospector.pipeline.report.shapes import BacktestShape, RateShape
    from prospector.segments.segment import Segment
    from prospector.store.database import Database

_BATCH = 500
_RESULTS = ("replied", "positive", "booked", "won")


class Tried(NamedTuple):
    """Somebody with an outcome: what the segment said of them then, and what they did."""

    answer: str
    points: int
    reasons: tuple[str, ...]
    outcome: Mapping[str, int]


class Backtest(NamedTuple):
    """Everybody with an outcome."""

    segment: str
    people: Sequence[Tried]

    def rows(self) -> list[dict[str, Any]]:
        """By answer, and those who match by their points, in thirds of as many people as may be."""
        found = [
            self._row(name, [one for one in self.people if one.answer == name])
            for name in ("no match", "unknown")
        ]
        matching = sorted((one for one in self.people if one.answer == "match"), key=lambda one: one.points)
        found.append(self._row("match", matching))
        found += [self._row(f"{low} to {high} points", part) for low, high, part in _bands(matching)]
        return [row for row in found if row["people"]]

    def _row(self, name: str, people: Sequence[Tried]) -> dict[str, Any]:
        return {"who": name, "people": len(people)} | {
            result: sum(one.outcome[result] for one in people) for result in _RESULTS
        }

    def order(self) -> float | None:
        """How often somebody who replied had more points than somebody who did not: 0.5 is chance. None: no pair."""
        matching = [one for one in self.people if one.answer == "match"]
        ordered = sorted(matching, key=lambda one: one.points)
        hits = sum(one.outcome["replied"] for one in matching)
        pairs, below, won = hits * (len(matching) - hits), 0, 0.0
        for _, group in groupby(ordered, key=lambda one: one.points):
            same = list(group)
            replied = sum(one.outcome["replied"] for one in same)
            silent = len(same) - replied
            won += replied * (below + silent / 2)
            below += silent
        return round(won / pairs, 4) if pairs else None

    def rules(self) -> list[dict[str, Any]]:
        """Each score rule: those who fulfilled it, beside the others who match."""
        matching = [one for one in self.people if one.answer == "match"]
        names = dict.fromkeys(reason for one in matching for reason in one.reasons)
        rows = [_with_and_without(name, matching) for name in names]
        return weighed([row for row in rows if row["people"] and row["rest"]])

    def as_json(self) -> BacktestShape:
        """The body of `segment backtest --json`."""
        return {
            "segment": self.segment,
            "people": len(self.people),
            "order": self.order(),
            "groups": [
                {
                    "who": row["who"],
                    "people": row["people"],
                    "reply": _rate(row["replied"], row["people"]),
                    "positive": _rate(row["positive"], row["people"]),
                    "meeting": _rate(row["booked"], row["people"]),
                    "won": _rate(row["won"], row["people"]),
                }
                for row in self.rows()
            ],
            "rules": [
                {
                    "rule": row["value"],
                    "rate": _rate(row["replied"], row["people"]),
                    "rest": _rate(row["rest_replied"], row["rest"]),
                    "chance": row["chance"],
                    "holds": row["holds"],
                }
                for row in self.rules()
            ],
        }


def backtest(db: Database, segment: Segment, given: Given) -> Backtest:
    """A segment asked of everybody with an outcome, as they were known on the day on which they were enrolled."""
    with figures(db, given) as found:
        outcomes = found.rows("outcomes")
    people: list[Tried] = []
    for day, rows in groupby(outcomes, key=lambda row: row["enrolled_on"]):
        for batch in _batches(list(rows)):
            by_person = {row["person_id"]: row for row in batch}
            known = dict(prospects_on(db, list(by_person), date.fromisoformat(day)))
            people += [_tried(segment, known.get(row["person_id"]), row) for row in batch]
    return Backtest(segment.name, people)


def _batches(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH))


def _tried(segment: Segment, prospect: Prospect | None, outcome: Mapping[str, int]) -> Tried:
    if prospect is None:
        return Tried("unknown", 0, (), outcome)
    answer = AllOf(tuple(entry.question for entry in segment.entries)).answer(prospect)
    hits = segment.hits(prospect)
    word = "unknown" if answer is None else "match" if answer else "no match"
    return Tried(word, sum(rule.points for rule in hits), tuple(rule.because for rule in hits), outcome)


def _bands(people: Sequence[Tried]) -> Iterator[tuple[int, int, list[Tried]]]:
    """Thirds of people by their points; nobody is parted from others with the same points."""
    parts: list[list[Tried]] = [[], [], []]
    seen = 0
    for _, group in groupby(people, key=lambda one: one.points):
        same = list(group)
        parts[min(2, 3 * seen // len(people))] += same
        seen += len(same)
    for part in parts:
        if part:
            yield part[0].points, part[-1].points, part


def _with_and_without(name: str, people: Sequence[Tried]) -> dict[str, Any]:
    with_it = [one for one in people if name in one.reasons]
    replied = sum(one.outcome["replied"] for one in with_it)
    everybody = sum(one.outcome["replied"] for one in people)
    return {
        "field": "score",
        "value": name,
        "people": len(with_it),
        "replied": replied,
        "rest": len(people) - len(with_it),
        "rest_replied": everybody - replied,
    }


def _rate(hits: int, of: int) -> RateShape:
    value, low, high, enough = shares_of(hits, of)
    return {"value": value, "numerator": hits, "denominator": of, "low": low, "high": high, "enough": enough}
