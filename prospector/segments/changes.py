"""What changed in a segment between two days: who came in, who went out, and which value caused it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prospector.core.errors import UsageError, near_miss
from prospector.segments.criteria.groups import all_of
from prospector.segments.facts_at import prospects_on
from prospector.segments.membership import (
    Snapshot,
    last_snapshot,
    members_at,
    members_now,
    runs_of,
    snapshot_of_run,
)
from prospector.segments.reasons import ANSWERS
from prospector.store.loading import load_prospects

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from prospector.core.records import Prospect
    from prospector.segments.segment import Asked, Segment
    from prospector.segments.shapes import CauseShape, MovedShape
    from prospector.store.database import Database


@dataclass(frozen=True, slots=True)
class Cause:
    """A criterion whose answer is another than before, with the values it looked at (None = nothing known)."""

    criterion: str
    was: str
    now: str
    value_was: str | None
    value_now: str | None

    def __str__(self) -> str:
        before, after = self.value_was or self.was, self.value_now or self.now
        if before == after:  # the same value, for which another day or another file has another answer
            before, after = f"{before} ({self.was})", f"{after} ({self.now})"
        return f"{self.criterion}: {before} -> {after}".replace("no_match", "no match")

    def as_json(self) -> CauseShape:
        """One entry of `causes`."""
        return {
            "criterion": self.criterion,
            "was": self.was,
            "now": self.now,
            "value_was": self.value_was,
            "value_now": self.value_now,
        }


@dataclass(frozen=True, slots=True)
class Moved:
    """A person who came in or went out. `note` explains a move for which no criterion stands."""

    change: str
    prospect: Prospect
    causes: tuple[Cause, ...]
    note: str | None = None

    def as_json(self) -> MovedShape:
        """One row of `segment diff --json`."""
        person, company = self.prospect.person, self.prospect.company
        return {
            "change": self.change,
            "person_id": person.id,
            "first_name": person.first_name,
            "last_name": person.last_name,
            "email": person.email,
            "company": company.name if company else None,
            "causes": [cause.as_json() for cause in self.causes],
            "note": self.note,
            "because": [str(cause) for cause in self.causes] or [self.note or ""],
        }


@dataclass(frozen=True, slots=True)
class Changes:
    """Everybody who moved since `since`; `source` says where the earlier members are known from."""

    since: date
    source: str
    before: int
    now: int
    moved: tuple[Moved, ...]


def base_of(db: Database, segment: str, since: str | None) -> Snapshot:
    """The snapshot of the run that `--since` names, or the last one of all if None."""
    if since is None:
        last = last_snapshot(db, segment)
        if last is None:
            hint = "give a day, such as --since 2026-11-01, or run a campaign of the segment first"
            raise UsageError(f"no run has kept the members of {segment} yet", hint=hint)
        return last
    found = snapshot_of_run(db, segment, since)
    if found is None:
        runs = runs_of(db, segment)
        hint = near_miss(since, runs) or f"give a day or one of: {', '.join(runs[-5:]) or 'no runs yet'}"
        raise UsageError(f'--since "{since}" is neither a day nor a run of {segment}', hint=hint)
    return found


def changes_since_snapshot(db: Database, now: Segment, then: Segment, snapshot: Snapshot) -> Changes:
    """Who moved since a snapshot. `then` is the segment as read for the snapshot's day."""
    before = members_at(db, now.name, snapshot)
    source = f"run {snapshot.run}" if snapshot.run else f"the run of {snapshot.as_of}"
    return _changes(db, now, then, snapshot.as_of, before, source)


def changes_since_day(db: Database, now: Segment, then: Segment, day: date) -> Changes:
    """Who moved since a day: by the last snapshot of that day or, without one, by the evidence up to it."""
    snapshot = last_snapshot(db, now.name, until=day)
    if snapshot is not None and snapshot.as_of == day:
        return changes_since_snapshot(db, now, then, snapshot)
    ids = [row["id"] for row in db.rows("SELECT id FROM people ORDER BY id")]
    before = {key for key, prospect in prospects_on(db, ids, day) if prospect and _is_member(then, prospect)}
    return _changes(db, now, then, day, before, f"the evidence up to {day}")


def _is_member(segment: Segment, prospect: Prospect) -> bool:
    answer = all_of(entry.question.answer(prospect) for entry in segment.entries)
    return answer is True or (answer is None and segment.policy(prospect) == "include")


def _changes(db: Database, now: Segment, then: Segment, day: date, before: set[int], source: str) -> Changes:
    after = members_now(db, now)
    ids = sorted(before ^ after)
    earlier = dict(prospects_on(db, ids, day))
    moved = [
        _moved("in" if one.person.id in after else "out", one, earlier.get(one.person.id), now, then)
        for one in load_prospects(db, ids)
    ]
    moved.sort(
        key=lambda one: (one.change, one.prospect.person.last_name or "\uffff", one.prospect.person.id)
    )
    return Changes(day, source, len(before), len(after), tuple(moved))


def _moved(change: str, now: Prospect, earlier: Prospect | None, segment: Segment, then: Segment) -> Moved:
    if earlier is None:
        return Moved(change, now, (), "not known before")
    causes = tuple(_causes(now, earlier, segment, then))
    return Moved(change, now, causes, None if causes else "the segment file or its data were changed")


def _causes(now: Prospect, earlier: Prospect, segment: Segment, then: Segment) -> Iterator[Cause]:
    for (label, new), (_, old) in zip(_criteria(segment), _criteria(then), strict=False):
        was, is_now = ANSWERS[old.answer(earlier)], ANSWERS[new.answer(now)]
        if was != is_now:
            yield Cause(label, was, is_now, _value(old, earlier), _value(new, now))


def _criteria(segment: Segment) -> Iterator[tuple[str, Asked]]:
    for entry in segment.entries:
        for asked in entry.asked:
            single = len(entry.asked) == 1 and asked is entry.question
            yield entry.label if single else f"{entry.label}: {asked.field}", asked


def _value(asked: Asked, prospect: Prospect) -> str | None:
    found = [phrase for part in asked.parts() if (phrase := part.phrase(prospect))]
    return " + ".join(dict.fromkeys(found)) or None
