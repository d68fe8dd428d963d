"""Whose an event is: by the lead's id, then by the mail that it answers, then by the address. Never by a guess.

In: events as they were told, some at a time. Out: person, campaign and touch of each, as far as they are known.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from prospector.pipeline.events.message_ids import touches_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from prospector.pipeline.events.incoming import Incoming
    from prospector.store.database import Database

CHANNELS = {"task_done": None, "task_skipped": None, "call": "call", "talk": "call", "linkedin": "linkedin"}
"""The channel of the touch that a class is about, where the event does not tell; None: any but e-mail."""
_ENROLMENT = "SELECT id, person_id, campaign FROM enrolments"


class Match(NamedTuple):
    """Whose an event is. `by` is lead_id, message_id, address or hand; None where nobody is known for it."""

    by: str | None = None
    person_id: int | None = None
    enrolment_id: int | None = None
    campaign: str | None = None
    touch: str | None = None


class Matching:
    """What the database knows of the people whom some events may be about. Asked once for a batch."""

    def __init__(self, db: Database, events: Sequence[Incoming]) -> None:
        self._db = db
        self._leads = self._by_lead([one.lead_id for one in events if one.lead_id])
        answered = list(dict.fromkeys(mid for one in events for mid in one.answers))
        self._touches = touches_of(db, answered)
        self._told = self._by_told_mail([one for one in answered if one not in self._touches])
        self._people = self._by_address([one.recipient for one in events if one.recipient])

    def of(self, event: Incoming) -> Match:
        """The match of one of the events."""
        if event.person_id is not None:
            return self._completed(event, Match("hand", event.person_id))
        if event.lead_id and (found := self._leads.get(event.lead_id)):
            return self._completed(event, found)
        for mid in event.answers:
            if found := self._answered(mid):
                return self._completed(event, found)
        person = self._people.get(event.recipient or "")
        return self._completed(event, Match("address", person)) if person else Match()

    def is_theirs(self, event: Incoming, match: Match) -> bool:
        """Whether whoever is matched has the address, too: then nobody else answered for them."""
        return match.person_id is not None and self._people.get(event.recipient or "") == match.person_id

    def writer(self, event: Incoming, match: Match) -> int | None:
        """Somebody who is known and answered a mail that went to somebody else."""
        writer = self._people.get(event.recipient or "")
        return writer if match.by == "message_id" and writer != match.person_id else None

    def _answered(self, message_id: str) -> Match | None:
        if told := self._told.get(message_id):
            return told
        if known := self._touches.get(message_id):
            row = self._db.one(f"{_ENROLMENT} WHERE id = ?", (known[0],))
            return (
                Match("message_id", row["person_id"], row["id"], row["campaign"], known[1]) if row else None
            )
        return None

    def _completed(self, event: Incoming, found: Match) -> Match:
        """With the enrolment, where only the person is known: the told campaign's, else the latest before the event."""
        if found.enrolment_id is None and found.person_id is not None:
            row = self._enrolment(found.person_id, event)
            found = found._replace(
                enrolment_id=row["id"] if row else None, campaign=row["campaign"] if row else event.campaign
            )
        return found if found.touch or found.enrolment_id is None else self._with_touch(event, found)

    def _enrolment(self, person: int, event: Incoming) -> sqlite3.Row | None:
        sql = f"{_ENROLMENT} WHERE person_id = ?"
        if event.campaign:
            return self._db.one(f"{sql} AND campaign = ?", (person, event.campaign))
        day = event.at[:10]
        # A day of grace: our day may be further than the mailbox's.
        return self._db.one(
            f"{sql} AND enrolled_on <= date(?, '+1 day') ORDER BY enrolled_on DESC, id DESC", (person, day)
        )

    def _with_touch(self, event: Incoming, found: Match) -> Match:
        """With the touch: the one that was told, else the last one of its channel that had gone out by then."""
        if event.touch:
            return found._replace(touch=event.touch)
        mails = self._db.rows(
            "SELECT touch, send_at, strftime('%Y-%m-%dT%H:%M:%SZ', send_at) AS moment FROM touches "
            "WHERE enrolment_id = :enrolment AND left_on IS NOT NULL "
            "AND CASE WHEN :channel IS NULL THEN channel <> 'email' ELSE channel = :channel END ORDER BY number",
            {"enrolment": found.enrolment_id, "channel": event.channel or CHANNELS.get(event.kind, "email")},
        )
        if event.touch_number is not None:
            known = mails[event.touch_number - 1 : event.touch_number] if event.touch_number > 0 else []
        else:
            known = _gone_by(event.at, mails)
        return found._replace(touch=known[0]["touch"]) if known else found

    def _by_lead(self, lead_ids: list[str]) -> dict[str, Match]:
        sql = (
            "SELECT e.lead_id, e.id, e.person_id, e.campaign FROM json_each(?) j CROSS JOIN enrolments e "
            "ON e.lead_id = j.value ORDER BY e.id"
        )
        rows = self._db.execute(sql, (json.dumps(lead_ids),))
        return {row[0]: Match("lead_id", row[2], row[1], row[3]) for row in rows}

    def _by_told_mail(self, message_ids: list[str]) -> dict[str, Match]:
        """Mails that a tool sent for us and told the id of."""
        sql = (
            "SELECT v.message_id, v.person_id, v.enrolment_id, v.campaign, v.touch FROM json_each(?) j "
            "CROSS JOIN events v ON v.message_id = j.value WHERE v.class = 'sent' AND v.person_id IS NOT NULL "
            "ORDER BY v.id DESC"
        )
        rows = self._db.execute(sql, (json.dumps(message_ids),))
        return {row[0]: Match("message_id", *row[1:]) for row in rows}

    def _by_address(self, emails: list[str]) -> dict[str, int]:
        """Whoever was ever seen with an address, or was written to at it; of several, whoever was written to."""
        asked = json.dumps(sorted(set(emails)))
        sql = (
            "SELECT a.email, a.person_id FROM json_each(?) j CROSS JOIN person_addresses a ON a.email = j.value "
            "UNION ALL SELECT e.email, e.person_id FROM json_each(?) j CROSS JOIN enrolments e ON e.email = j.value "
            "WHERE e.person_id IS NOT NULL"
        )
        return {row[0]: row[1] for row in self._db.execute(sql, (asked, asked))}


def _gone_by(at: str, mails: list[sqlite3.Row]) -> list[sqlite3.Row]:
    """The last mail that had gone out by a moment. Of a moment that is only a day, all mails of that day had.

    A tool may send a first mail earlier than planned, but nobody answers a second one that has not gone.
    """
    of_day = [one for one in mails if one["send_at"][:10] <= at[:10]]
    if at.endswith("T00:00:00Z"):
        return of_day[-1:]
    return [one for one in of_day if one["moment"] <= at][-1:] or of_day[:1]
