"""How far a folder is read, and which spans of time were read without a gap.

A folder's mails have numbers (UIDs) that only grow, so one that is not there was deleted or moved before anybody read
it. It came between the mails beside it: that time is not read. Where none is missing since number one, all is read from
the beginning.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from prospector.core.errors import UsageError

if TYPE_CHECKING:
    from prospector.store.database import Database

BEGINNING = "0001-01-01T00:00:00Z"


@dataclass
class Track:
    """How far one folder is read; moved on by `mail` in the order of UIDs, and by `end`."""

    box: str
    """Whose mailbox, and where, as a digest: another one has other numbers."""
    validity: int
    uid: int = 0
    """Every mail up to this number was read, or is missing."""
    start: str = BEGINNING
    """From when on the time under way is read without a gap."""
    latest: str = BEGINNING
    """When the latest mail so far arrived, or when the folder was last read to its end."""
    missing_since: str | None = None
    """A mail is missing that came after this moment; until when is not known yet."""
    unsure_since: str | None = None
    """The folder's numbers began anew after this moment: what came between is not known."""
    whole_until: str | None = None
    """When the folder was last read to its end."""
    missing: int = 0
    """Mails that were gone before they were read."""
    gaps: list[tuple[str, str]] = field(default_factory=list)
    """Spans that have ended and are not stored yet."""
    count: int = 0
    """Mails since the last span was stored."""

    def mail(self, uid: int, at: str | None, now: str) -> None:
        """The next mail was read. A moment to come moves nothing: clocks may be wrong."""
        self._reach(uid - 1)
        at = at if at is not None and at <= now else None
        if at is not None and self.missing_since is not None and at > self.missing_since:
            self._close(at)
        self.uid = uid
        self.count += 1
        self.latest = max(self.latest, at or self.latest)

    def lost(self, uid: int) -> None:
        """A mail was listed, and could not be read."""
        self._reach(uid)

    def end(self, last_uid: int, now: str) -> None:
        """All that the folder holds was read."""
        self._reach(last_uid)
        if self.missing_since is not None:
            self._close(now)
        if self.unsure_since is not None:
            self._keep(self.start, min(self.unsure_since, now))
            self.start, self.unsure_since = now, None
        self._keep(self.start, now)
        self.latest = self.whole_until = max(now, self.whole_until or now)

    def _reach(self, uid: int) -> None:
        if uid > self.uid:
            self.missing += uid - self.uid
            self.missing_since = self.missing_since or self.latest
            self.uid = uid

    def _close(self, at: str) -> None:
        since = self.missing_since or at
        self._keep(self.start, since if self.unsure_since is None else min(since, self.unsure_since))
        self.start, self.missing_since = at, None

    def _keep(self, start: str, to: str) -> None:
        if start < to:
            self.gaps.append((start, to))


def track_of(db: Database, source: str, folder: str) -> Track | None:
    """How far a folder was read; None where it never was."""
    told = db.value("SELECT value FROM cursors WHERE source = ? AND name = ?", (source, folder))
    return Track(**json.loads(told)) if told else None


def keep_track(db: Database, source: str, folder: str, track: Track, day: str) -> None:
    """Write down how far a folder is read. Use inside a transaction."""
    for start, to in track.gaps:
        keep_span(db, f"{source}/{folder}", start, to, day, track.count)
        track.count = 0
    track.gaps = []
    db.execute(
        "INSERT INTO cursors (source, name, value) VALUES (?, ?, ?) "
        "ON CONFLICT DO UPDATE SET value = excluded.value",
        (source, folder, json.dumps(asdict(track), sort_keys=True)),
    )


def span_of_days(text: str) -> tuple[str, str]:
    """`2026-11-23..2026-12-07` as moments: from the beginning of the first day to the end of the last."""
    first, _, last = text.partition("..")
    try:
        start, end = date.fromisoformat(first.strip()), date.fromisoformat(last.strip())
    except ValueError:
        raise UsageError(
            f'"{text[:60]}" is no span of days', hint="write it as 2026-11-23..2026-12-07"
        ) from None
    if start > end:
        raise UsageError(f"{start} comes after {end}", hint="write the earlier day first")
    return f"{start}T00:00:00Z", f"{end}T23:59:59Z"


def keep_span(db: Database, source: str, start: str, to: str, day: str, held: int = 0) -> None:
    """A span was read without a gap; one that began at the same moment grows."""
    row = db.one("SELECT id, to_at FROM spans_read WHERE source = ? AND from_at = ?", (source, start))
    if row is None:
        db.execute(
            "INSERT INTO spans_read (source, from_at, to_at, read_on, held) VALUES (?, ?, ?, ?, ?)",
            (source, start, to, day, held),
        )
        return
    db.execute(
        "UPDATE spans_read SET to_at = max(to_at, ?), read_on = max(read_on, ?), held = held + ? WHERE id = ?",
        (to, day, held, row["id"]),
    )
