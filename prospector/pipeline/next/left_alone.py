"""Whom nobody is to call or write to now, and which touches are done: asked once for all touches that are due."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING

from prospector.outreach.left_alone import paused_people, stopped_people
from prospector.outreach.pauses import Pauses
from prospector.store.consents import Consents
from prospector.store.suppressions import Suppressions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from prospector.pipeline.next.items import Looking

DONE = ("task_done", "task_skipped", "call", "talk")
"""Events by which a touch is done, whoever tells of them."""
_BATCH = 5_000


def told_touches(at: Looking) -> set[tuple[int, str]]:
    """The touches, by enrolment and name, that were made or left out as events tell."""
    sql = (
        "SELECT v.enrolment_id, v.touch FROM json_each(?) j CROSS JOIN events v ON v.class = j.value "
        "WHERE v.enrolment_id IS NOT NULL AND v.touch IS NOT NULL AND v.at <= ?"
    )
    return {(row[0], row[1]) for row in at.db.execute(sql, (json.dumps(DONE), at.end))}


def marked_touches(at: Looking) -> set[int]:
    """The touches that are done, skipped or put off, by their number."""
    sql = (
        "SELECT CAST(substr(key, 7) AS INTEGER) FROM tasks WHERE key >= 'touch:' AND key < 'touch;' "
        "AND (state <> 'open' OR (due > ? AND NOT ?))"
    )
    return {row[0] for row in at.db.execute(sql, (at.day, at.put_off))}


def not_to_touch(at: Looking, people: Mapping[str, set[int]]) -> set[tuple[str, int]]:
    """Those of each campaign's people who get nothing now: stopped, paused, on the list, or unclear in consent."""
    everybody = set().union(*people.values())
    nowhere = (
        Suppressions(at.db).among(everybody) | _answered(at, everybody, "unclear") | _replied(at, everybody)
    )
    pauses, found = Pauses(at.db), set[tuple[str, int]]()
    for campaign, some in people.items():
        alone = some if pauses.campaign_since(campaign) else nowhere & some
        found |= {(campaign, one) for one in alone}
        for batch in _batches(some - alone):
            held = {*stopped_people(at.db, campaign, batch), *paused_people(at.db, batch, at.as_of)}
            found |= {(campaign, one) for one in held}
    return found


def not_to_call(at: Looking, people: set[int]) -> set[int]:
    """Those of some people who asked not to be called."""
    return _answered(at, people, "no_call")


def _answered(at: Looking, people: set[int], answer: str) -> set[int]:
    if not at.db.value("SELECT EXISTS (SELECT 1 FROM consents WHERE answer = ?)", (answer,)):
        return set()
    consents = Consents(at.db)
    return {
        one for batch in _batches(people) for one, told in consents.current(batch).items() if answer in told
    }


def _replied(at: Looking, people: set[int]) -> set[int]:
    """Those of whom an import tells a reply."""
    return {row[0] for row in at.db.execute("SELECT id FROM people WHERE replied IS NOT NULL")} & people


def _batches(people: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(sorted(people))
    while batch := list(islice(rest, _BATCH)):
        yield batch
