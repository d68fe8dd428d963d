"""What is said of events that were read: one record for each, and counts."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prospector.pipeline.events.shapes import EventShape
    from prospector.pipeline.events.storing import Stored


def event_json(stored: Stored) -> EventShape:
    """One entry of `events` in `events import --json`."""
    event, match = stored.event, stored.match
    contact: Any = event.details.get("contact")
    return {
        "event_id": stored.id,
        "new": stored.is_new,
        "message_id": event.message_id,
        "class": event.kind,
        "bounce_type": event.bounce_type,
        "intent": event.intent,
        "until": event.until.isoformat() if event.until else None,
        "recipient": event.recipient,
        "person": f"person:{match.person_id}" if match.person_id is not None else None,
        "campaign": match.campaign,
        "touch": match.touch,
        "matched_by": match.by,
        "confidence": event.confidence,
        "review": event.review,
        "doubts": list(event.doubts),
        "at": event.at,
        "source": event.source,
        "text": event.text,
        "contact": contact,
    }


class Counts:
    """How many events were read, and what became of them."""

    def __init__(self) -> None:
        self.read = self.new = self.unmatched = self.review = 0
        self.by_class: dict[str, int] = {}
        self.unknown: Counter[tuple[str, str]] = Counter()
        """By source, names of events that nobody knows here."""

    def add(self, stored: Stored) -> None:
        """Count one."""
        self.read += 1
        self.new += stored.is_new
        if stored.is_new and (name := stored.event.details.get("unknown")):
            self.unknown[stored.event.source, str(name)] += 1
        self.unmatched += stored.match.by is None
        self.review += stored.event.review
        self.by_class[stored.event.kind] = self.by_class.get(stored.event.kind, 0) + 1

    def as_json(self) -> dict[str, int]:
        """The counts behind the list."""
        return {
            "read": self.read,
            "new": self.new,
            "known": self.read - self.new,
            "unmatched": self.unmatched,
            "review": self.review,
        }
