"""Something that happened, by a person's word: an event as every other one."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from prospector.core.errors import UsageError
from prospector.pipeline.effects.reviewing import parse_answer
from prospector.pipeline.events.incoming import Incoming, event_key, utc
from prospector.pipeline.events.matching import CHANNELS
from prospector.store.who import find_handle

if TYPE_CHECKING:
    from prospector.store.database import Database

_EARLIEST = 1970
_DAY = len("2026-12-03")


def event_by_hand(
    db: Database,
    who: str,
    answer: str,
    at: datetime | date,
    campaign: str | None,
    until: date | None,
    note: str,
) -> Incoming:
    """The event; the same words of the same day are the same one. `UsageError` for a person or a word that is none."""
    person = find_handle(db, who, of="person").id
    kind, word = parse_answer(answer, before="")
    if kind == "bounce" and word is None:
        raise UsageError("of which kind is the bounce?", hint="say bounce hard, soft, blocked or full")
    moment = utc(at)
    email = db.value("SELECT email FROM people WHERE id = ?", (person,))
    return Incoming(
        key=event_key("hand", str(person), kind, word or "", moment, campaign or "", note),
        at=moment,
        source="hand",
        way="hand",
        kind=kind,
        person_id=person,
        recipient=email,
        campaign=campaign,
        channel=CHANNELS.get(kind, "email"),
        bounce_type=word if kind == "bounce" else None,
        intent=None if kind == "bounce" else word,
        until=until,
        text=note or None,
    )


def parse_moment(text: str, zone: str) -> datetime | date:
    """A day, or a time: of the workspace's zone where it names none. `UsageError` for anything else."""
    try:
        day = date.fromisoformat(text) if len(text) <= _DAY else None
        moment = day or datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f'"{text[:40]}" is no time', hint="write it as 2026-12-03T10:00") from None
    if moment.year < _EARLIEST:
        raise UsageError(f"{moment} is out of range", hint="write it as 2026-12-03T10:00")
    if isinstance(moment, datetime) and moment.tzinfo is None:
        return moment.replace(tzinfo=ZoneInfo(zone))
    return moment
