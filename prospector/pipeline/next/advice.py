"""The one change that the numbers suggest: a touch after which people leave, or a reason that never brings anybody.

Said only where there are enough people, and where the intervals of both shares lie apart: less proves nothing.
"""

from __future__ import annotations

from collections import Counter
from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

from prospector.core.counts import counted
from prospector.pipeline.next.items import LAST, Task

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prospector.pipeline.next.items import Looking

ENOUGH = 100
"""People who got a touch, or who were taken for a reason, before anything is said of it."""
WINDOW = 14
"""Days that somebody has to answer, as in the report."""
_Z = 2.576
"""Of 99%: several touches and reasons are looked at, and one of them would stand out by chance."""
_LEFT = (
    "v.class IN ('unsubscribe', 'complaint') "
    "OR (v.class = 'reply' AND v.intent IN ('unsubscribe', 'not_interested'))"
)
_WON_OVER = (
    "v.class IN ('meeting_booked', 'meeting_held', 'talk') OR (v.class = 'reply' AND v.intent = 'interested')"
)


class _Share(NamedTuple):
    part: int
    whole: int

    @property
    def percent(self) -> str:
        return f"{self.part / self.whole:.1%}"

    def interval(self) -> tuple[float, float]:
        """The interval of Wilson."""
        share, size, square = self.part / self.whole, self.whole, _Z * _Z
        middle = (share + square / (2 * size)) / (1 + square / size)
        half = _Z / (1 + square / size) * sqrt(share * (1 - share) / size + square / (4 * size * size))
        return middle - half, middle + half


def changes(at: Looking) -> Iterator[Task]:
    """At most one: the touch that costs the most people, else the reason that brings the fewest."""
    found = sorted((*_touches(at), *_reasons(at)), key=lambda one: (-one.value, one.id))
    yield from found[:1]


def _touches(at: Looking) -> Iterator[Task]:
    lost = Counter[tuple[str, str]]()
    sql = (
        "SELECT e.campaign, v.touch, count(DISTINCT v.enrolment_id) AS people FROM events v "  # noqa: S608  (ours)
        "JOIN enrolments e ON e.id = v.enrolment_id "
        f"WHERE v.touch IS NOT NULL AND v.at <= ? AND v.review IS NOT 'waiting' AND ({_LEFT}) GROUP BY 1, 2"
    )
    for row in at.db.execute(sql, (at.end,)):
        lost[row["campaign"], row["touch"]] += row["people"]
    for campaign in sorted({campaign for campaign, _ in lost}):
        got = _got(at, campaign)
        for touch, people in got.items():
            here = _Share(lost[campaign, touch], people)
            rest = _Share(sum(lost[campaign, one] for one in got if one != touch), sum(got.values()) - people)
            if here.whole >= ENOUGH <= rest.whole and here.interval()[0] > rest.interval()[1]:
                yield _change(at, campaign, touch, here, rest)


def _got(at: Looking, campaign: str) -> dict[str, int]:
    """How many people got each touch of a campaign."""
    sql = (
        "SELECT t.touch, count(*) FROM enrolments e CROSS JOIN touches t ON t.enrolment_id = e.id "
        "WHERE e.campaign = ? AND t.left_on IS NOT NULL AND t.send_at < date(?, '+1 day') GROUP BY 1 ORDER BY 1"
    )
    return {row[0]: row[1] for row in at.db.execute(sql, (campaign, at.day))}


def _change(at: Looking, campaign: str, touch: str, here: _Share, rest: _Share) -> Task:
    name = f"change:{campaign}/{touch}"
    setting = at.campaigns.get(campaign)
    why = (
        f"{touch} loses people: {here.part} of {counted(here.whole, 'person')} left after it ({here.percent}), "
        f"{rest.percent} after the other touches: rewrite it, or leave it out",
    )
    command = f"prospector sequence preview {setting.sequence}" if setting else f"prospector plan {campaign}"
    return Task(
        name,
        name,
        "change",
        at.day,
        why,
        float(here.part),
        command,
        rank=LAST,
        campaign=campaign,
        touch=touch,
    )


def _reasons(at: Looking) -> Iterator[Task]:
    """Reasons by which people were taken and of which nobody was won over. Only people with time to answer count."""
    sql = (
        "SELECT DISTINCT e.id, e.campaign FROM events v JOIN enrolments e ON e.id = v.enrolment_id "  # noqa: S608
        f"WHERE v.at <= ? AND ({_WON_OVER})"
    )
    won: dict[str, set[int]] = {}
    for row in at.db.execute(sql, (at.end,)):
        won.setdefault(row["campaign"], set()).add(row["id"])
    for campaign, people in sorted(won.items()):
        yield from _of_campaign(at, campaign, people)


def _of_campaign(at: Looking, campaign: str, won: set[int]) -> Iterator[Task]:
    taken, brought, total = Counter[str](), Counter[str](), [0, 0]
    sql = "SELECT id, reason FROM enrolments WHERE campaign = ? AND enrolled_on <= date(?, ?) ORDER BY id"
    for row in at.db.execute(sql, (campaign, at.day, f"-{WINDOW} day")):
        reasons = (row["reason"] or "").split("; ")
        taken.update(reasons)
        total[0] += 1
        if row["id"] in won:
            brought.update(reasons)
            total[1] += 1
    for reason in sorted(taken):
        here = _Share(brought[reason], taken[reason])
        rest = _Share(total[1] - here.part, total[0] - here.whole)
        if not reason or here.part or here.whole < ENOUGH or rest.whole < ENOUGH:
            continue
        if here.interval()[1] < rest.interval()[0]:
            yield _dropped(at, campaign, reason, here, rest)


def _dropped(at: Looking, campaign: str, reason: str, here: _Share, rest: _Share) -> Task:
    name = f"change:{campaign}/{reason}".replace('"', "")
    setting = at.campaigns.get(campaign)
    why = (
        f'"{reason}" never converts: 0 of {counted(here.whole, "person")} taken for it were won over, {rest.part} of '
        f"{rest.whole:,} of the others ({rest.percent}): take it out of the segment, or write to them otherwise",
    )
    command = f"prospector segment explain {setting.segment}" if setting else f"prospector plan {campaign}"
    value = here.whole * rest.part / rest.whole
    return Task(name, name, "change", at.day, why, value, command, rank=LAST, campaign=campaign)
