"""Reading mailboxes: what is new in them, and how far they were read."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from prospector.workspace.answering import Answering

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from prospector.core.errors import ProspectorError
    from prospector.pipeline.events.storing import Stored
    from prospector.pipeline.mailboxes.pulling import Reading
    from prospector.pipeline.mailboxes.shapes import SourceReadShape


class Pull:
    """What is new in some mailboxes, event by event; then how far each was read, and what went wrong."""

    def __init__(self, workspace: Pulling, readings: Sequence[Reading]) -> None:
        self._workspace = workspace
        self._readings = readings

    def __iter__(self) -> Iterator[Stored]:
        for reading in self._readings:
            for stored in self._workspace.take_in(reading.events()):
                reading.stored()
                yield stored
            reading.finish()

    @property
    def failures(self) -> list[tuple[str, ProspectorError]]:
        """The mailboxes that could not be read to their end, with why."""
        return [(one.name, one.failure) for one in self._readings if one.failure]

    @property
    def sources(self) -> list[SourceReadShape]:
        """Each folder, with how far it was read."""
        return [told for one in self._readings for told in one.as_json()]


class Pulling(Answering):
    """Events out of mailboxes."""

    @contextmanager
    def pull_events(
        self, names: Sequence[str] = (), watch: Callable[[int, int], None] | None = None
    ) -> Iterator[Pull]:
        """What is new in the mailboxes of these names, or in all of them. One pull at a time."""
        from prospector.store.lock import exclusive

        readings = [self._reading(name, watch) for name in self._chosen(names)]
        with exclusive(self.db.path, "pull"):
            yield Pull(self, readings)

    def _chosen(self, names: Sequence[str]) -> list[str]:
        from prospector.pipeline.mailboxes.accounts import readable

        return readable(self.settings, names, self.folder)

    def _reading(self, name: str, watch: Callable[[int, int], None] | None) -> Reading:
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
        )

    @property
    def read_until(self) -> datetime:
        """Until when a mailbox is read that is read now: this moment, or the end of the day that was pinned."""
        return (self.now or datetime.combine(self.as_of, time(23, 59, 59), UTC)).astimezone(UTC)
