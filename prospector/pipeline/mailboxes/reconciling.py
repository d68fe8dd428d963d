"""What a mailbox holds now beside what was read of it: each mail that it has and no event knows is named.

In: an open mailbox, or saved mails. Out: mails that were not read, and why not, one after the other; counts.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, Protocol

from prospector.fetch.imap import ImapMailbox
from prospector.pipeline.events.from_mail import events_of_mail, mail_key
from prospector.pipeline.events.incoming import utc
from prospector.pipeline.mailboxes.files import date_of, messages_of
from prospector.pipeline.mailboxes.pulling import LONGEST, groups
from prospector.pipeline.mailboxes.spans import track_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from prospector.core.errors import ProspectorError
    from prospector.fetch.imap import Listed
    from prospector.pipeline.events.incoming import Incoming
    from prospector.pipeline.mailboxes.pulling import Reading
    from prospector.pipeline.mailboxes.shapes import HeldShape, MissingShape
    from prospector.store.database import Database

_AT_ONCE = 500
NEW, LOST = "not pulled yet", "never stored"


class ToolLike(Protocol):
    """A tool that is asked about one of our campaigns."""

    campaign: str
    failure: ProspectorError | None

    @property
    def source(self) -> str:
        """Its name."""
        ...

    def events(self) -> Iterator[Incoming]:
        """What it tells."""
        ...


class Missing(NamedTuple):
    """A mail that is held and was not read."""

    source: str
    folder: str | None
    message_id: str | None
    sender: str | None
    subject: str | None
    at: str
    why: str

    def as_json(self) -> MissingShape:
        """One of `which` in `events reconcile --json`."""
        return {
            "source": self.source,
            "folder": self.folder,
            "message_id": self.message_id,
            "sender": self.sender,
            "subject": self.subject,
            "at": self.at,
            "why": self.why,
        }


@dataclass
class Held:
    """How many mails a folder or a file holds, and how many of them were not read."""

    source: str
    folder: str | None
    held: int = 0
    missing: int = 0

    def as_json(self) -> HeldShape:
        """One of `sources` in `events reconcile --json`."""
        return {"source": self.source, "folder": self.folder, "held": self.held, "missing": self.missing}


class Reconciling:
    """Compares. `sources` is complete when `missing` has been read to its end."""

    def __init__(
        self,
        db: Database,
        own: frozenset[str],
        default: datetime,
        watch: Callable[[int, int], None] = lambda done, total: None,
    ) -> None:
        self._db, self._own, self._default, self._watch = db, own, default, watch
        self.sources: list[Held] = []
        self.lost = 0
        """Of the missing those that a pull has passed, or that are in saved mails only."""
        self._done = 0

    def mailbox(self, reading: Reading) -> Iterator[Missing]:
        """The mails of a mailbox's folders that were not read; it is only looked at."""
        with ImapMailbox(reading.account, reading.http) as box:
            for folder in reading.folders:
                state = box.examine(folder)
                told = Held(reading.source, folder)
                self.sources.append(told)
                track = track_of(self._db, reading.source, folder)
                known = track.uid if track and track.validity == state.uid_validity else 0
                for number in range(1, state.messages + 1, _AT_ONCE):
                    listed = box.listed(number, min(number + _AT_ONCE - 1, state.messages))
                    told.held += len(listed)
                    self._done += len(listed)
                    yield from self._folder(box, listed, known, told)
                    self._watch(self._done, state.messages)

    def file(self, path: Path) -> Iterator[Missing]:
        """The mails of a file or a folder that were not read, by whichever way."""
        told = Held(str(path), None)
        self.sources.append(told)
        for raw in messages_of(path):
            told.held += 1
            if not _known(self._db, [mail_key(raw)]) and (one := self._missing(raw, None, LOST, told)):
                yield one

    def tool(self, reading: ToolLike) -> Iterator[Missing]:
        """What a tool tells of a campaign and was not read."""
        told = Held(reading.source, reading.campaign)
        self.sources.append(told)
        events = reading.events()
        while some := list(islice(events, _AT_ONCE)):
            stored = _known(self._db, [one.key for one in some])
            told.held += len(some)
            for one in some:
                if one.key not in stored:
                    told.missing += 1
                    who = (one.message_id, one.recipient, one.subject)
                    yield Missing(reading.source, reading.campaign, *who, one.at, NEW)
        if reading.failure:
            raise reading.failure

    def _folder(
        self, box: ImapMailbox, listed: Sequence[Listed], known: int, told: Held
    ) -> Iterator[Missing]:
        """By the heads of the mails; those that are not known by them are looked at whole."""
        heads = box.heads(listed)
        keys = {uid: mail_key(head) for uid, head in heads.items()}
        stored = _known(self._db, list(keys.values()))
        open_ = [one for one in listed if keys.get(one.uid) not in stored]
        for group in groups(open_):
            bodies = box.bodies(group, LONGEST)
            for one in group:
                if raw := bodies.get(one.uid):
                    why = NEW if one.uid > known else LOST
                    if found := self._missing(raw, one.at, why, told):
                        yield found

    def _missing(self, raw: bytes, at: datetime | None, why: str, told: Held) -> Missing | None:
        """A mail about several people is several events, each with a key of its own."""
        moment = at or date_of(raw) or self._default
        answer, events = events_of_mail(raw, told.source, "imap", moment, own=self._own)
        keys = [one.key for one in events]
        if keys and len(_known(self._db, keys)) == len(set(keys)):
            return None
        told.missing += 1
        self.lost += why == LOST
        sender = events[0].recipient if events else None
        return Missing(
            told.source, told.folder, answer.message_id, sender, answer.subject or None, utc(moment), why
        )


def _known(db: Database, keys: Sequence[str]) -> set[str]:
    sql = "SELECT v.key FROM json_each(?) j CROSS JOIN events v ON v.key = j.value"
    return {row[0] for row in db.execute(sql, (json.dumps(list(keys)),))}
