"""`handover: due`: who was taken before and has touches that are due, and who of them is to be left alone now.

The texts stay as they were planned; between the plan and its day somebody may have replied, bounced or objected.
"""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING

from prospector.core.counts import counted
from prospector.core.digests import digest_of
from prospector.outreach.addresses import verdicts_on
from prospector.outreach.held_back import HeldBack
from prospector.outreach.left_alone import LeftAlone
from prospector.outreach.rendering import person_label
from prospector.outreach.shapes import enrolled_json
from prospector.outreach.stops import left_alone
from prospector.store.consents import Consents
from prospector.store.loading import load_prospects

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from typing import Any

    from prospector.config import Settings
    from prospector.destinations.handover import Lead
    from prospector.outreach.mailboxes import MailRoom
    from prospector.store.database import Database

DUE = "due"
IS_DUE = "t.left_on IS NULL AND substr(t.send_at, 1, 10) <= ?"
"""Of a touch, on a day."""
_BATCH = 500


def due_people(
    db: Database, campaign: str, as_of: date, settings: Settings, room: MailRoom, *, calls: bool
) -> Iterator[int | HeldBack]:
    """The enrolments that are to leave, in their order; and who of them is held back, with the reason."""
    sql = (
        "SELECT e.id, e.person_id, e.email, e.first_name, e.last_name FROM enrolments e "  # noqa: S608  (ours)
        "WHERE e.campaign = ? AND EXISTS "
        f"(SELECT 1 FROM touches t WHERE t.enrolment_id = e.id AND {IS_DUE}) ORDER BY e.id"
    )
    rows = iter(db.rows(sql, (campaign, as_of.isoformat())))
    left = LeftAlone(db, campaign, settings, as_of)
    while batch := list(islice(rows, _BATCH)):
        people = [row["person_id"] for row in batch if row["person_id"]]
        stopped = _stopped(db, left, people, as_of, settings, calls=calls)
        for row in batch:
            if held := stopped.get(row["person_id"]):
                yield held
            elif room.takes_due(row["id"]):
                yield row["id"]
            else:
                yield _waits(row, f"{room.names}: {counted(room.cap or 0, 'mail')} today")


def _waits(row: sqlite3.Row, why: str) -> HeldBack:
    """Somebody whose mails wait for another day, because the mailbox has sent enough."""
    name = " ".join(filter(None, (row["first_name"], row["last_name"]))) or row["email"] or ""
    return HeldBack(name, row["person_id"] or 0, row["email"], "mailbox_cap", why)


def _stopped(
    db: Database, left: LeftAlone, people: Sequence[int], as_of: date, settings: Settings, *, calls: bool
) -> dict[int, HeldBack]:
    """Those of some people who are to be left alone by now. Suppressions are asked right before the files."""
    consents = Consents(db).current(people)
    found = {}
    prospects = list(load_prospects(db, people))
    alone = left.of({one.person.id: one.person.email for one in prospects})
    verdicts = verdicts_on(db, [one.person for one in prospects], settings, as_of)
    for prospect in prospects:
        person, told = prospect.person, consents.get(prospect.person.id, {})
        why = alone.get(person.id) or left_alone(person, told, verdicts, settings.enrich.accept, calls=calls)
        if why:
            found[person.id] = HeldBack(person_label(prospect), person.id, person.email, *why)
    return found


def deliver_due(db: Database, head: Mapping[str, Any], enrolments: Iterable[int]) -> None:
    """Deliveries of a run for what is due: of people taken before, and of new ones only those with something due."""
    day, run = head["as_of"], head["run"]
    db.execute(
        "DELETE FROM deliveries WHERE run = ? AND NOT EXISTS "  # noqa: S608  (ours)
        f"(SELECT 1 FROM touches t WHERE t.enrolment_id = deliveries.enrolment_id AND {IS_DUE})",
        (run, day),
    )
    db.execute(
        "INSERT INTO deliveries (enrolment_id, destination, run, state) "
        "SELECT value, ?, ?, 'intended' FROM json_each(?)",
        (head["destination"], run, json.dumps(list(enrolments))),
    )


def note_entries(db: Database, run: str, leads: Iterable[Mapping[int, Lead]]) -> None:
    """Write down what tells each entry of the run's manifest, now that it is known which touches leave."""
    for batch in leads:
        rows = [(digest_of([enrolled_json(lead)]), run, enrolment) for enrolment, lead in batch.items()]
        db.many("UPDATE deliveries SET entry_sha256 = ? WHERE run = ? AND enrolment_id = ?", rows)
