"""Which touch a mail of ours was: mails that prospector wrote have ids that its ledger can work out again."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from prospector.destinations.messages import message_digits

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prospector.store.database import Database

_KEPT = 20
"""Hexadecimal digits that every id of ours has, however long the sender's domain is."""
_OURS = re.compile(rf"<?([0-9a-f]{{{_KEPT},32}})@")
_BATCH = 10_000


def index_touches(db: Database) -> None:
    """Work out the ids of touches that have come since the last time. Use inside a transaction."""
    last = int(db.value("SELECT coalesce(max(touch_id), 0) FROM message_ids"))
    sql = (
        "SELECT t.id, t.touch, e.campaign, e.lead_id, e.lead_key FROM touches t JOIN enrolments e "
        "ON e.id = t.enrolment_id WHERE t.id > ? AND t.channel = 'email' ORDER BY t.id LIMIT ?"
    )
    while rows := db.rows(sql, (last, _BATCH)):
        made = [
            (
                message_digits(row["campaign"], row["lead_id"] or row["lead_key"], row["touch"])[:_KEPT],
                row["id"],
            )
            for row in rows
        ]
        db.many("INSERT OR IGNORE INTO message_ids (digits, touch_id) VALUES (?, ?)", made)
        last = rows[-1]["id"]


def touches_of(db: Database, message_ids: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Enrolment and touch of those of some message ids that are mails of ours, by the id."""
    digits = {one: found[1][:_KEPT] for one in message_ids if (found := _OURS.match(one.lower()))}
    sql = (
        "SELECT m.digits, t.enrolment_id, t.touch FROM json_each(?) j CROSS JOIN message_ids m ON m.digits = j.value "
        "JOIN touches t ON t.id = m.touch_id"
    )
    known = {row[0]: (row[1], row[2]) for row in db.execute(sql, (json.dumps(sorted(set(digits.values()))),))}
    return {one: known[short] for one, short in digits.items() if short in known}
