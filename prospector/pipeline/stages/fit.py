"""Fit: how well people match the segment of the campaign that took them last, in points."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from prospector.segments.criteria.groups import all_of
from prospector.store.loading import load_prospects

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prospector.core.records import Prospect
    from prospector.segments.segment import Segment
    from prospector.store.database import Database


def fits(db: Database, people: Sequence[int], segments: Mapping[str, Segment], member: int) -> dict[int, int]:
    """The fit of these people. Who was never enrolled fits as well as the best of all segments says.

    `segments` are those of the campaigns, by campaign. Nobody of whose campaign the segment is not known.
    """
    rows = db.rows(
        "SELECT e.person_id, e.campaign FROM json_each(?) j CROSS JOIN enrolments e ON e.person_id = j.value "
        "ORDER BY e.enrolled_on, e.id",
        (json.dumps(list(people)),),
    )
    taken = {row[0]: row[1] for row in rows}
    found: dict[int, int] = {}
    for prospect in load_prospects(db, people):
        campaign = taken.get(prospect.person.id)
        asked = segments.values() if campaign is None else filter(None, [segments.get(campaign)])
        if points := [fit(segment, prospect, member) for segment in asked]:
            found[prospect.person.id] = max(points)
    return found


def fit(segment: Segment, prospect: Prospect, member: int) -> int:
    """The points of one person: for matching the segment, and by its score rules that are about fit."""
    matches = all_of(entry.question.answer(prospect) for entry in segment.entries) is True
    return member * matches + sum(rule.points for rule in segment.hits(prospect) if rule.kind == "fit")
