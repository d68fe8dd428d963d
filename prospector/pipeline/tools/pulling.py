"""Asking a tool what is new in one of our campaigns: out go events, and until when it was read.

The lists are read again each time, and what is known changes nothing: whoever is killed loses and doubles nothing. A
list that has the newest first is left where all was read before.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from prospector.core.errors import ProspectorError
from prospector.destinations.handover import About
from prospector.pipeline.events.incoming import Incoming, utc
from prospector.pipeline.mailboxes.spans import BEGINNING, keep_span
from prospector.pipeline.tools.exports import events_of_lead
from prospector.pipeline.tools.payloads import events_of_payload
from prospector.pipeline.tools.pulls import PULLS, WITHOUT_REPLIES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prospector.outreach.tools import Tools
    from prospector.pipeline.mailboxes.shapes import SourceReadShape
    from prospector.pipeline.tools.payloads import Reading
    from prospector.pipeline.tools.pulls import Page, Pull
    from prospector.store.database import Database

_OVERLAP = timedelta(days=2)
"""What is told late is still found."""


@dataclass
class ToolReading:
    """One pull of one campaign in one tool."""

    db: Database
    tools: Tools
    reading: Reading
    campaign: str
    """As we call it."""
    remote: str
    """As the tool does, by its id or name."""
    day: str
    anew: bool = False
    """Read also what was read before."""
    failure: ProspectorError | None = None
    count: int = 0
    _is_whole: bool = field(default=False)

    @property
    def name(self) -> str:
        """What is said where it could not be read."""
        return f"{self.source}/{self.campaign}"

    @property
    def source(self) -> str:
        """What its events have as their source."""
        return self.reading.reader.name

    @property
    def until(self) -> str:
        """Until when it is read, once all of it was."""
        return utc(self.reading.arrived)

    def events(self) -> Iterator[Incoming]:
        """What it tells. One that breaks off ends the events; `failure` says why."""
        try:
            with self.tools.reach(self.source, self.remote, About()) as remote:
                for pull in PULLS[self.source]:
                    yield from self._list(pull, pull(remote))
                self._is_whole = True
        except ProspectorError as error:
            self.failure = error

    def stored(self) -> None:
        """One more event is stored."""
        self.count += 1

    def finish(self) -> None:
        """All that came is stored: until when it was read is kept if its end was reached."""
        if not self._is_whole:
            return
        with self.db.transaction():
            if self.source not in WITHOUT_REPLIES:
                keep_span(self.db, self.name, BEGINNING, self.until, self.day, self.count)
            self.db.execute(
                "INSERT INTO cursors (source, name, value) VALUES (?, ?, ?) "
                "ON CONFLICT DO UPDATE SET value = excluded.value",
                (self.source, self.campaign, json.dumps({"remote": self.remote, "until": self.until})),
            )

    def as_json(self) -> list[SourceReadShape]:
        """An entry of `sources` of `events pull --json`."""
        return [
            {
                "source": self.source,
                "folder": self.campaign,
                "messages": self.count,
                "cut": 0,
                "missing": 0,
                "anew": False,
                "read_until": self.until if self._is_whole else None,
                "fault": self.failure.message if self.failure else None,
            }
        ]

    def _list(self, pull: Pull, pages: Iterator[Page]) -> Iterator[Incoming]:
        """One list, as far as it is new."""
        before = None if self.anew else self._read_until()
        falls = True
        for page in pages:
            found = [one for row in page.rows for one in self._row(row, page)]
            yield from found
            times = [one.at for one in found]
            falls = falls and all(later >= earlier for later, earlier in pairwise(times))
            distinct = len(set(times)) > 1
            if before and not page.are_leads and falls and distinct and max(times) < before:
                return

    def _row(self, row: dict[str, object], page: Page) -> Iterator[Incoming]:
        if not page.are_leads:
            yield from events_of_payload(row, self.reading)
            return
        for one in events_of_lead(row, self.reading):
            if isinstance(one, Incoming):
                yield replace(one, campaign=one.campaign or self.campaign)

    def _read_until(self) -> str | None:
        """Before this moment all was read; None where it never was, or the campaign there is another one."""
        told = self.db.value(
            "SELECT value FROM cursors WHERE source = ? AND name = ?", (self.source, self.campaign)
        )
        known = json.loads(told) if told else {}
        if known.get("remote") != self.remote:
            return None
        return utc(datetime.fromisoformat(known["until"]) - _OVERLAP)
