"""Reading mailboxes and tools: what is new in them, and how far they were read."""

from __future__ import annotations

from collections import deque
from contextlib import contextmanager
from datetime import UTC, datetime, time
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from prospector.core.errors import UsageError
from prospector.workspace.answering import Answering

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from prospector.core.errors import ProspectorError
    from prospector.pipeline.events.incoming import Incoming
    from prospector.pipeline.events.storing import Stored
    from prospector.pipeline.mailboxes.pulling import Reading
    from prospector.pipeline.mailboxes.reconciling import Missing, Reconciling
    from prospector.pipeline.mailboxes.shapes import SourceReadShape
    from prospector.pipeline.tools.pulling import ToolReading


class Pull:
    """What is new in some mailboxes and tools, event by event; then how far each was read, and what went wrong."""

    def __init__(self, workspace: Pulling, readings: Sequence[Reading | ToolReading]) -> None:
        self._workspace = workspace
        self._readings = readings

    def __iter__(self) -> Iterator[Stored]:
        given: deque[Reading | ToolReading] = deque()
        for stored in self._workspace.take_in(self._events(given)):
            # They come back in the order in which they were given.
            given.popleft().stored()
            yield stored
        for reading in self._readings:
            reading.finish()

    def _events(self, given: deque[Reading | ToolReading]) -> Iterator[Incoming]:
        for reading in self._readings:
            for event in reading.events():
                given.append(reading)
                yield event

    @property
    def failures(self) -> list[tuple[str, ProspectorError]]:
        """The mailboxes and tools that could not be read to their end, with why."""
        return [(one.name, one.failure) for one in self._readings if one.failure]

    @property
    def sources(self) -> list[SourceReadShape]:
        """Each folder, with how far it was read."""
        return [told for one in self._readings for told in one.as_json()]


class Pulling(Answering):
    """Events out of mailboxes and tools."""

    @contextmanager
    def pull_events(
        self,
        names: Sequence[str] = (),
        watch: Callable[[int, int], None] | None = None,
        *,
        anew: bool = False,
    ) -> Iterator[Pull]:
        """What is new in the mailboxes and tools of these names, or in all of them. One pull at a time.

        `anew`: of mailboxes what was read before is read once more, which changes nothing that is stored.
        """
        from prospector.store.lock import exclusive

        tools = self._tools_among(names)
        boxes = self._boxes_among(names, tools)
        readings: list[Reading | ToolReading] = [
            *(self._reading(name, watch, anew=anew) for name in boxes),
            *(one for name in tools for one in self._tool_readings(name, anew=anew)),
        ]
        with exclusive(self.db.path, "pull"):
            yield Pull(self, readings)

    def _tools_among(self, names: Sequence[str]) -> list[str]:
        """The tools of these names; without any, all that campaigns are pushed to. A name of a mailbox is that."""
        from prospector.pipeline.tools.pulls import PULLS

        if names:
            return [
                name for name in dict.fromkeys(names) if name in PULLS and name not in self.settings.mailboxes
            ]
        return [name for name in PULLS if name in self.settings.providers and self._pushed_to(name)]

    def _boxes_among(self, names: Sequence[str], tools: Sequence[str]) -> list[str]:
        rest = [name for name in names if name not in tools]
        has_box = any(one.imap for one in self.settings.mailboxes.values())
        return self._chosen(rest) if rest or (not names and (has_box or not tools)) else []

    def _pushed_to(self, tool: str) -> dict[str, str]:
        """Our campaigns that a tool has, with what it calls them."""
        found = {}
        for name, one in self.settings.campaigns.items():
            to = one.destination
            if not isinstance(to, str) and to.tool == tool and to.campaign:
                found[name] = to.campaign
        return found

    def _tool_readings(self, tool: str, *, anew: bool = False) -> list[ToolReading]:
        from prospector.outreach.tools import Tools
        from prospector.pipeline.tools.pulling import ToolReading
        from prospector.pipeline.tools.registry import reader_of

        campaigns = self._pushed_to(tool)
        if not campaigns:
            hint = f"write into a campaign: destination: {{tool: {tool}, push: true, campaign: ID}}"
            raise UsageError(f"no campaign says what it is called in {tool}", hint=hint)
        reading = self.tool_reading(reader_of(tool), "pull", self.read_until)
        tools = Tools(self.folder, self.settings, self.http_settings())
        day = self.as_of.isoformat()
        return [
            ToolReading(self.db, tools, reading, ours, theirs, day, anew=anew)
            for ours, theirs in campaigns.items()
        ]

    def reconcile_events(
        self, names: Sequence[str] = (), watch: Callable[[int, int], None] = lambda done, total: None
    ) -> tuple[Iterator[Missing], Reconciling]:
        """What mailboxes, tools or saved mails hold and was not read, one by one; then `sources` has the counts."""
        from prospector.pipeline.mailboxes.reconciling import Reconciling

        found = Reconciling(self.db, self.own_addresses(), self.read_until, watch)
        files = [name for name in names if name not in self.settings.mailboxes and Path(name).exists()]
        rest = [name for name in names if name not in files]
        tools = self._tools_among(rest) if rest or not files else []
        boxes = self._boxes_among(rest, tools) if rest or not files else []
        parts = [
            *(found.mailbox(self._reading(name, None)) for name in boxes),
            *(found.tool(one) for name in tools for one in self._tool_readings(name, anew=True)),
            *(found.file(Path(one)) for one in files),
        ]
        return chain.from_iterable(parts), found

    def _chosen(self, names: Sequence[str]) -> list[str]:
        from prospector.pipeline.mailboxes.accounts import readable

        return readable(self.settings, names, self.folder)

    def _reading(self, name: str, watch: Callable[[int, int], None] | None, *, anew: bool = False) -> Reading:
        from prospector.pipeline.mailboxes.accounts import account_of
        from prospector.pipeline.mailboxes.pulling import Reading

        mailbox = self.settings.mailboxes[name]
        return Reading(
            db=self.db,
            name=name,
            account=account_of(self.folder, name, mailbox),
            folders=mailbox.imap.folders if mailbox.imap else (),
            http=self.http_settings(),
            own=self.own_addresses(),
            now=self.read_until,
            day=self.as_of.isoformat(),
            watch=watch,
            anew=anew,
        )

    @property
    def read_until(self) -> datetime:
        """Until when a mailbox is read that is read now: this moment, or the end of the day that was pinned."""
        return (self.now or datetime.combine(self.as_of, time(23, 59, 59), UTC)).astimezone(UTC)
