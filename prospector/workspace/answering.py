"""What came back: mails, and whatever else tells of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prospector.workspace.opened import Opened, moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from prospector.pipeline.events.incoming import Incoming
    from prospector.pipeline.events.storing import Stored


class Answering(Opened):
    """Events in, each once, with what follows from them."""

    def take_in(self, events: Iterable[Incoming]) -> Iterator[Stored]:
        """Store events and do what follows from them. Every way by which they come ends here."""
        from prospector.pipeline.events.storing import match_again, take_in

        yield from take_in(self.db, events, self.as_of)
        with self.db.transaction():
            match_again(self.db)

    def import_events(self, files: Iterable[Path]) -> Iterator[Stored]:
        """The events of mails in files and folders."""
        return self.take_in(self._of_files(files))

    def own_addresses(self) -> frozenset[str]:
        """The addresses that we write from."""
        mailboxes = (one.email for one in self.settings.mailboxes.values())
        return frozenset(filter(None, [self.settings.sender.email.lower(), *map(str.lower, mailboxes)]))

    def _of_files(self, files: Iterable[Path]) -> Iterator[Incoming]:
        from prospector.pipeline.events.from_mail import events_of_mail
        from prospector.pipeline.mailboxes.files import date_of, messages_of

        own, read_at = self.own_addresses(), moment(self.as_of)
        for file in files:
            for raw in messages_of(file):
                _, events = events_of_mail(
                    raw,
                    "mailbox:files",
                    "file",
                    date_of(raw) or read_at.replace(hour=0, minute=0, second=0),
                    own=own,
                )
                yield from events
